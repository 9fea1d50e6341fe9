"""A walk over a whole graph in one order: nodes by key label and id, each with the relationships that start from it.

So the same graph gives the same on every engine, and what is held in memory is the ids of one label and one batch of
nodes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from qikg.graph.store import Store, Value
from qikg.ontology.classes import RELATIONSHIPS, key_label
from qikg.ontology.model import Ref

BATCH = 2_000
"""Nodes in one query."""


class Edge(NamedTuple):
    """A relationship as seen from the node that it starts from."""

    type: str
    end: Ref
    key: str | None
    properties: Mapping[str, Value]


class Stop(NamedTuple):
    """A node with all of its labels and properties, and what starts from it: by type, end and key."""

    labels: tuple[str, ...]
    properties: Mapping[str, Value]
    starting: list[Edge]


def census(store: Store) -> tuple[Counter[str], Counter[str]]:
    """Count the nodes by key label ("" for none) and the relationships by type."""
    labels: Counter[str] = Counter()
    for row in store.stream("MATCH (n) RETURN labels(n) AS labels, count(*) AS count"):
        labels[key_label(_texts(row["labels"])) or ""] += _number(row["count"])
    types: Counter[str] = Counter()
    for row in store.stream("MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS count"):
        types[str(row["type"])] += _number(row["count"])
    return labels, types


def walk(store: Store, label: str) -> Iterator[Stop]:
    """Give all nodes with a key label, in the order of their ids.

    Relationships of a type that the ontology does not know, or to a node without a key label, are passed over.
    """
    # Sorted here: the engines do not agree on the order of characters beyond U+FFFF.
    found = (row["id"] for row in store.stream(f"MATCH (n:`{label}`) RETURN n.id AS id"))
    ids = sorted({identifier for identifier in found if isinstance(identifier, str)})
    for batch in (ids[begin : begin + BATCH] for begin in range(0, len(ids), BATCH)):
        starting: dict[str, list[Edge]] = {}
        for row in store.stream(
            f"UNWIND $ids AS id MATCH (:`{label}` {{id: id}})-[r]->(end) "
            "RETURN id, type(r) AS type, labels(end) AS labels, end.id AS end, properties(r) AS properties",
            {"ids": batch},
        ):
            kind, end_label, properties = str(row["type"]), key_label(_texts(row["labels"])), _properties(row)
            if kind in RELATIONSHIPS and end_label is not None and isinstance(row["end"], str):
                key = properties.get("key")
                edge = Edge(kind, Ref(end_label, row["end"]), None if key is None else str(key), properties)
                starting.setdefault(str(row["id"]), []).append(edge)
        nodes = store.stream(
            f"UNWIND $ids AS id MATCH (n:`{label}` {{id: id}}) "
            "RETURN id, labels(n) AS labels, properties(n) AS properties",
            {"ids": batch},
        )
        for node in sorted(nodes, key=lambda row: str(row["id"])):
            labels = _texts(node["labels"])
            if key_label(labels) == label:
                edges = sorted(starting.get(str(node["id"]), ()), key=lambda one: (one.type, one.end, one.key or ""))
                yield Stop(labels, _properties(node), edges)


def _texts(value: Value) -> tuple[str, ...]:
    assert isinstance(value, list | tuple)
    return tuple(str(one) for one in value)


def _number(value: Value) -> int:
    assert isinstance(value, int)
    return value


def _properties(row: Mapping[str, Value]) -> Mapping[str, Value]:
    properties = row["properties"]
    assert isinstance(properties, Mapping)
    return properties
