"""Loads registers' files piece by piece: they are large, so that each piece is a transaction of its own.

A load that was broken off is completed by running it again: what is there already is merged, never doubled. When all is
written, the Load node says so; a file that was loaded whole is not written again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from qikg.graph.content import Content
from qikg.graph.store import Store, Value
from qikg.graph.writer import write_all
from qikg.loaders import rdf
from qikg.loaders.cqc import api, directory, ratings
from qikg.loaders.files import Kind
from qikg.loaders.ods import reports
from qikg.loaders.report import LoadReport
from qikg.ontology.model import Node, Ref
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
    {
        Kind.RDF: rdf,
        Kind.CQC_RATINGS: ratings.BOOK,
        Kind.CQC_DIRECTORY: directory.BOOK,
        Kind.CQC_API: api,
        Kind.ODS: reports,
    }
)
"""The reader for each kind of register's file."""

_SUBJECTS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {Kind.CQC_DIRECTORY: ("Location",), Kind.CQC_API: ("Location", "Organisation"), Kind.ODS: ("Organisation",)}
)
"""What the rows of a file are about, where that is places."""


def load_register(
    store: Store,
    kind: Kind,
    path: Path,
    report: LoadReport,
    *,
    strict: bool = False,
    on_piece: Callable[[int], None] = lambda things: None,
) -> bool:
    """Load one file of a register, and count the rows that changed something; say whether it was taken.

    `on_piece` is told how many nodes and relationships have been written so far.
    """
    contents = READERS[kind].read(path, report, strict=strict)
    first = next(contents, None)
    if first is None:
        return False
    # What an export has written holds the loads of others, and none of its own.
    loads = [node for node in first.nodes if isinstance(node, Load)] if kind is not Kind.RDF else []
    if loads and _is_complete(store, loads[0].id):
        for _ in contents:  # for the account of its rows
            pass
        report.changed[path.name] += 0
        report.notes.append(f"{path.name} was loaded before, whole and by the same loader: nothing is changed.")
        return True
    news = _news(store, kind)
    pieces = _chained(first, contents)
    done = 0
    for written in write_all(store, pieces if news is None else news.watched(pieces)):
        report.nodes += written.nodes
        report.relationships += written.relationships
        report.missing_ends += written.missing_ends
        done += written.nodes.total() + written.relationships.total()
        on_piece(done)
    for load in loads:
        identifier = load.id
        store.write(
            lambda transaction: transaction.run(
                "MATCH (l:Load {id: $id}) SET l.complete = true, l.refused = $refused",
                {"id": identifier, "refused": report.refused_of(path.name)},  # noqa: B023
            )
        )
    if news is not None:
        report.changed[path.name] += min(news.count(), report.taken_of(path.name))
    return True


def _news(store: Store, kind: Kind) -> _Ratings | _Places | None:
    """Give what counts the rows that change something; an export is about everything, and has no rows."""
    if kind is Kind.CQC_RATINGS:
        return _Ratings(store)
    return _Places(store, _SUBJECTS[kind]) if kind in _SUBJECTS else None


class _Ratings:
    """What is new of a file whose rows are ratings: those that were not in the graph."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._before = self._there()

    def watched(self, contents: Iterable[Content]) -> Iterable[Content]:
        return contents

    def count(self) -> int:
        return self._there() - self._before

    def _there(self) -> int:
        return int(str(self._store.read("MATCH (r:Rating) RETURN count(r) AS n").values[0][0]))


class _Places:
    """What is new of a file whose rows are places: those of which the graph said something else, or nothing.

    It is looked up before each piece is written, and compared when all are. A file that has successions alone is
    measured by these.
    """

    def __init__(self, store: Store, labels: tuple[str, ...]) -> None:
        self._store = store
        self._labels = labels
        self._before: dict[Ref, int | None] = {}
        self._successions = self._succeeded()

    def watched(self, contents: Iterable[Content]) -> Iterator[Content]:
        for content in contents:
            described = {node.pointer for node in content.nodes if _is_described(node)}
            unseen = sorted(place for place in described - self._before.keys() if place.label in self._labels)
            self._before |= dict.fromkeys(unseen)
            self._before |= self._said(unseen)
            yield content

    def count(self) -> int:
        if not self._before:
            return self._succeeded() - self._successions
        after = self._said(sorted(self._before))
        return sum(after.get(place) != before for place, before in self._before.items())

    def _said(self, places: list[Ref]) -> dict[Ref, int | None]:
        """Give a hash of what the graph says of each place that it has."""
        found: dict[Ref, int | None] = {}
        for label in self._labels:
            identifiers: list[Value] = [place.id for place in places if place.label == label]
            rows = self._store.stream(
                f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) OPTIONAL MATCH (n)<-[r:RATES]-() "
                "WITH n, count(r) AS ratings OPTIONAL MATCH (n)-[s:SUCCEEDED_BY]-() "
                "RETURN n.id AS id, properties(n) AS said, ratings, count(s) AS successions",
                {"ids": identifiers},
            )
            for row in rows:
                said = row["said"]
                assert isinstance(said, Mapping)
                values = [(k, repr(v)) for k, v in said.items() if k != "sources" and not k.startswith("rank_")]
                found[Ref(label, str(row["id"]))] = hash((*sorted(values), row["ratings"], row["successions"]))
        return found

    def _succeeded(self) -> int:
        return int(str(self._store.read("MATCH ()-[s:SUCCEEDED_BY]->() RETURN count(s) AS n").values[0][0]))


def _is_described(node: Node) -> bool:
    """Say whether anything is said of a node but that it is there."""
    return not node.model_fields_set <= {"id", "labels", "sources"}


def _chained(first: Content, rest: Iterator[Content]) -> Iterator[Content]:
    yield first
    yield from rest


def _is_complete(store: Store, load: str) -> bool:
    found = store.read("MATCH (l:Load {id: $id}) RETURN l.complete AS complete", {"id": load})
    return bool(found.values and found.values[0][0])
