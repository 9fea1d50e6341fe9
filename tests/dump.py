"""Everything that a graph holds, as a value that can be compared."""

from __future__ import annotations

from collections.abc import Mapping

from qikg.graph.store import Store, Value

Dump = tuple[list[str], list[str]]


def dump(store: Store) -> Dump:
    """Every node with labels and properties, every relationship with its ends and properties, in one fixed order."""
    nodes = store.read("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties")
    edges = store.read(
        "MATCH (a)-[r]->(b) RETURN type(r) AS type, labels(a) AS start_labels, a.id AS start, labels(b) AS end_labels, "
        "b.id AS end, properties(r) AS properties"
    )
    return (
        sorted(f"{_sorted(row['labels'])} {_properties(row['properties'])}" for row in nodes),
        sorted(
            f"{_sorted(row['start_labels'])} {row['start']} {row['type']} {_sorted(row['end_labels'])} {row['end']} "
            f"{_properties(row['properties'])}"
            for row in edges
        ),
    )


def _sorted(labels: Value) -> str:
    assert isinstance(labels, list)
    return ":".join(sorted(map(str, labels)))


def _properties(values: Value) -> str:
    assert isinstance(values, Mapping)
    return repr(sorted((name, repr(value)) for name, value in values.items() if value is not None))
