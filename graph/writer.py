"""Writes content to a store in one transaction, and counts what could not be written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

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


def write(store: Store, content: Content) -> Written:
    """Merge content into the graph, all or nothing."""
    return store.write(lambda transaction: write_in(transaction, content))


def write_in(transaction: Transaction, content: Content) -> Written:
    """Merge content into the graph inside a transaction that is open."""
    written = Written(
        nodes=Counter(type(node).__name__ for node in content.nodes),
        relationships=Counter(relationship.type for relationship in content.relationships),
    )
    for statement in node_statements(content.nodes, content.as_of, content.publisher):
        for rows in statement.batches():
            transaction.run(statement.query, {"rows": rows})
    for statement in relationship_statements(content.relationships, content.as_of, content.publisher):
        for rows in statement.batches():
            made = transaction.run(statement.query, {"rows": rows})
            if made.values[0][0] != len(rows):
                written.missing_ends += _not_made(transaction, statement, rows)
    _derive(transaction, content)
    return written


def _derive(transaction: Transaction, content: Content) -> None:
    # A finding's edge needs what joins it to its case and its concept, which may come after it.
    pointers = [node.pointer for node in content.nodes] + [one.start for one in content.relationships]
    touched: dict[str, dict[str, None]] = {}
    for label, identifier in pointers:
        if label in STATEMENTS:
            touched.setdefault(label, {})[identifier] = None
    for label, identifiers in touched.items():
        for query in STATEMENTS[label]:
            transaction.run(query, {"ids": list(identifiers)})


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
