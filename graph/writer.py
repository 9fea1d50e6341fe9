"""Writes content to a store in one transaction, and counts what could not be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from qikg.graph.content import Content
from qikg.graph.derived import STATEMENTS
from qikg.graph.merge import Row, Statement, missing_ends, node_statements, relationship_statements
from qikg.graph.store import Store, Transaction


@dataclass(slots=True)
class Written:
    """What was sent to the graph, and the relationships that found no end there."""

    nodes: Counter[str] = field(default_factory=Counter)
    relationships: Counter[str] = field(default_factory=Counter)
    missing_ends: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Content as the statements that write it, and the nodes, by label, from which relationships are derived."""

    nodes: tuple[Statement, ...]
    relationships: tuple[Statement, ...]
    touched: Mapping[str, Sequence[str]]
    node_counts: Counter[str]
    relationship_counts: Counter[str]


def write(store: Store, content: Content) -> Written:
    """Merge content into the graph, all or nothing."""
    return store.write(lambda transaction: write_in(transaction, content))


def write_all(store: Store, contents: Iterable[Content]) -> Iterator[Written]:
    """Merge one content after another, each all or nothing; the next is prepared while one is being written."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        prepared = map(prepare, contents)
        waiting = beside.submit(next, prepared, None)
        while (ready := waiting.result()) is not None:
            waiting = beside.submit(next, prepared, None)
            yield store.write(partial(run_in, prepared=ready))


def write_in(transaction: Transaction, content: Content) -> Written:
    """Merge content into the graph inside a transaction that is open."""
    return run_in(transaction, prepare(content))


def prepare(content: Content) -> Prepared:
    """Turn content into the statements that write it."""
    # A finding's edge needs what joins it to its case and its concept, which may come after it.
    touched: dict[str, dict[str, None]] = {}
    for label, identifier in chain(
        (node.pointer for node in content.nodes), (one.start for one in content.relationships)
    ):
        if label in STATEMENTS:
            touched.setdefault(label, {})[identifier] = None
    return Prepared(
        nodes=tuple(node_statements(content.nodes, content.as_of, content.publisher)),
        relationships=tuple(relationship_statements(content.relationships, content.as_of, content.publisher)),
        touched={label: list(identifiers) for label, identifiers in touched.items()},
        node_counts=Counter(type(node).__name__ for node in content.nodes),
        relationship_counts=Counter(relationship.type for relationship in content.relationships),
    )


def run_in(transaction: Transaction, prepared: Prepared) -> Written:
    """Run prepared statements inside a transaction that is open, and derive what follows from them."""
    written = Written(nodes=prepared.node_counts, relationships=prepared.relationship_counts)
    for statement in prepared.nodes:
        for rows in statement.batches():
            transaction.run(statement.query, {"rows": rows})
    for statement in prepared.relationships:
        for rows in statement.batches():
            made = transaction.run(statement.query, {"rows": rows})
            if made.values[0][0] != len(rows):
                written.missing_ends += _not_made(transaction, statement, rows)
    for label, identifiers in prepared.touched.items():
        for query in STATEMENTS[label]:
            transaction.run(query, {"ids": identifiers})
    return written


def _not_made(transaction: Transaction, statement: Statement, rows: tuple[Row, ...]) -> list[str]:
    assert statement.joins is not None
    kind, start, end = statement.joins
    lost = transaction.run(missing_ends(statement), {"rows": rows})
    return [
        f"{start} {row['start']} {kind}{' ' + str(row['key']) if row['key'] else ''} {end} {row['end']}: there is no "
        + " and no ".join(
            [f"{start} {row['start']}"] * bool(row["no_start"]) + [f"{end} {row['end']}"] * bool(row["no_end"])
        )
        for row in lost
    ]
