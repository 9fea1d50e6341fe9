"""A walk over a whole graph in one order: nodes by key label and id, each with the relationships that start from it.

So the same graph gives the same on every engine, and what is held in memory is the ids of one label and one batch of
nodes.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, NamedTuple

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


def totals(store: Store) -> tuple[int, int]:
    """Count all nodes and all relationships, which engines know without looking at each."""
    (nodes,), (relationships,) = (
        store.stream(f"MATCH {what} RETURN count(x) AS count") for what in ("(x)", "()-[x]->()")
    )
    return _number(nodes["count"]), _number(relationships["count"])


def walk(store: Store, label: str) -> Iterator[Stop]:
    """Give all nodes with a key label, in the order of their ids.

    Relationships of a type that the ontology does not know, or to a node without a key label, are passed over.
    """
    # Sorted here: the engines do not agree on the order of characters beyond U+FFFF.
    (found,) = store.stream(f"MATCH (n:`{label}`) RETURN collect(n.id) AS ids")
    ids = sorted({identifier for identifier in _list(found["ids"]) if isinstance(identifier, str)})
    query = (
        f"UNWIND $ids AS id MATCH (n:`{label}` {{id: id}}) RETURN n.id AS id, labels(n) AS labels, "
        "properties(n) AS properties, [(n)-[r]->(end) | [type(r), labels(end), end.id, properties(r)]] AS starting"
    )

    def fetched(begin: int) -> list[dict[str, Value]]:
        return sorted(store.stream(query, {"ids": ids[begin : begin + BATCH]}), key=lambda row: str(row["id"]))

    with ThreadPoolExecutor(max_workers=1) as beside:  # the engine looks up a batch while the one before it is used
        waiting = deque([beside.submit(fetched, 0)])
        for begin in range(BATCH, len(ids) + BATCH, BATCH):
            batch = waiting.popleft().result()
            waiting.append(beside.submit(fetched, begin))
            for node in batch:
                labels = _texts(node["labels"])
                if _key_of(labels) == label:
                    yield Stop(labels, _properties(node["properties"]), _starting(node["starting"]))


def _starting(value: Value) -> list[Edge]:
    edges = []
    for kind, labels, end, said in _list(value):
        end_label, properties = _key_of(_texts(labels)), _properties(said)
        if kind in RELATIONSHIPS and end_label is not None and isinstance(end, str):
            key = properties.get("key")
            edges.append(Edge(str(kind), Ref(end_label, end), None if key is None else str(key), properties))
    return sorted(edges, key=lambda one: (one.type, one.end, one.key or "")) if len(edges) > 1 else edges


def _list(value: Value) -> list[Any]:
    assert isinstance(value, list)
    return value


@lru_cache(maxsize=1_000)
def _key_of(labels: tuple[str, ...]) -> str | None:
    return key_label(labels)


def _texts(value: Value) -> tuple[str, ...]:
    assert isinstance(value, list | tuple)
    return tuple(map(str, value))


def _number(value: Value) -> int:
    assert isinstance(value, int)
    return value


def _properties(value: Value) -> Mapping[str, Value]:
    assert isinstance(value, Mapping)
    return value
