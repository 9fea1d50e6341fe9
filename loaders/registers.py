"""Loads registers' files piece by piece: they are large, so that each piece is a transaction of its own.

A load that was broken off is completed by running it again: what is there already is merged, never doubled. When all is
written, the Load node says so; a file that was loaded whole is not written again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from qikg.graph.content import Content
from qikg.graph.store import Store
from qikg.graph.writer import write_all
from qikg.loaders.cqc import api as cqc_api
from qikg.loaders.cqc import ratings as cqc_ratings
from qikg.loaders.files import Kind
from qikg.loaders.ods import reports as ods
from qikg.loaders.report import LoadReport
from qikg.ontology.provenance import Load


class Reader(Protocol):
    """What a module for a register's files can do."""

    def recognises(self, path: Path) -> bool:
        """Say whether a file or folder is one of its kind, by its content."""
        ...

    def read(self, path: Path, report: LoadReport, *, strict: bool = False) -> Iterator[Content]:
        """Give the content in pieces; problems go to the report before the first."""
        ...


READERS: Mapping[Kind, Reader] = MappingProxyType(
    {Kind.CQC_RATINGS: cqc_ratings, Kind.CQC_API: cqc_api, Kind.ODS: ods}
)
"""The module for each kind of register's file."""


def load_register(
    store: Store,
    kind: Kind,
    path: Path,
    report: LoadReport,
    *,
    strict: bool = False,
    on_piece: Callable[[int], None] = lambda things: None,
) -> bool:
    """Load one file of a register, and count what is new in the graph and what was there; say whether it was taken.

    `on_piece` is told how many nodes and relationships have been written so far.
    """
    contents = READERS[kind].read(path, report, strict=strict)
    first = next(contents, None)
    if first is None:
        return False
    loads = [node for node in first.nodes if isinstance(node, Load)]
    if loads and _is_complete(store, loads[0].id):
        report.notes.append(f"{path.name} was loaded before, whole and by the same loader: nothing is changed.")
        return True
    before = _observations(store)
    done = 0
    nodes: Counter[str] = Counter()
    for written in write_all(store, _chained(first, contents)):
        nodes += written.nodes
        report.nodes += written.nodes
        report.relationships += written.relationships
        report.missing_ends += written.missing_ends
        done += written.nodes.total() + written.relationships.total()
        on_piece(done)
    for load in loads:
        identifier = load.id
        store.write(
            lambda transaction: transaction.run(
                "MATCH (l:Load {id: $id}) SET l.complete = true", {"id": identifier}  # noqa: B023
            )
        )
    new = _observations(store) - before
    if nodes["Rating"]:
        report.notes.append(
            f"{path.name}: {nodes['Rating']:,} ratings read, of which {new:,} are new in the graph and "
            f"{nodes['Rating'] - new:,} were there."
        )
    return True


def _chained(first: Content, rest: Iterator[Content]) -> Iterator[Content]:
    yield first
    yield from rest


def _is_complete(store: Store, load: str) -> bool:
    found = store.read("MATCH (l:Load {id: $id}) RETURN l.complete AS complete", {"id": load})
    return bool(found.values and found.values[0][0])


def _observations(store: Store) -> int:
    return int(str(store.read("MATCH (r:Rating) RETURN count(r) AS n").values[0][0]))
