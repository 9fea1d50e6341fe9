"""Makes the packaged part of a graph anew: what its sources no longer state goes, what the user loaded stays.

The embedded engine fills a new database and swaps it in. A server marks and sweeps in one transaction: what packaged
sources stated is marked by taking those sources away, the new content is merged, and what is left without a source is
swept. Nothing is deleted and made again, which would lose the edges of the user's data.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qikg.graph.content import Content
from qikg.graph.current import derive_from_ratings
from qikg.graph.derived import STATEMENTS
from qikg.graph.embedded import EmbeddedStore
from qikg.graph.merge import owned
from qikg.graph.store import Store, Transaction, Value
from qikg.graph.writer import Written, write, write_in
from qikg.ontology.classes import NODES, RELATIONSHIPS, VERSION
from qikg.ontology.ddl import ddl
from qikg.ontology.errors import StoreError, StoreVersionError
from qikg.ontology.model import Node, Relationship

SHOWN = 10
"""Ids that a message names."""

_WITHDRAWN = ""  # a rank below all others


def rebuild(store: Store, content: Content, again: Callable[[Store], None]) -> Written:
    """Replace the packaged part by `content`; `again` adds what belongs beside it, the user's loads in a new graph.

    Raises StoreError where the user's data points at something that is withdrawn; the graph is then as it was.
    """
    if isinstance(store, EmbeddedStore):
        with store.replacement() as fresh:
            fresh.define(ddl())
            written = write(fresh, content)
            again(fresh)
            derive_from_ratings(fresh)
        return written
    store.define(ddl())
    written = store.write(partial(_mark_and_sweep, content=content))
    again(store)
    derive_from_ratings(store)
    return written


def version_of(store: Store) -> str | None:
    """Give the version of the ontology that the graph was made with; None where the graph is empty."""
    found = store.read("MATCH (o:Ontology {id: 'qikg'}) RETURN o.version AS version")
    return str(found.values[0][0]) if found.values else None


def check_version(store: Store) -> bool:
    """Say whether the graph has been built; raise StoreVersionError where that was by another version."""
    version = version_of(store)
    if version is not None and version != VERSION:
        raise StoreVersionError(
            f"The graph in {store.address} was made with version {version} of the ontology, and this qikg has version "
            f"{VERSION}. Make it anew with `qikg build`; what you loaded is loaded again."
        )
    return version is not None


def _mark_and_sweep(transaction: Transaction, content: Content) -> Written:
    old = [row["id"] for row in transaction.run("MATCH (s:Source {packaged: true}) RETURN s.id AS id")]
    if old:
        _mark(transaction, {"old": old})
    written = write_in(transaction, content)
    if old:
        _sweep(transaction)
        written.notes += _emptied(transaction)
    return written


# One text for all labels and one for all types: a server takes longer to plan a hundred than to run them.
_NODE = "(x:" + "|".join(f"`{label}`" for label in NODES) + ")"
_EDGE = "()-[x:" + "|".join(f"`{kind}`" for kind in RELATIONSHIPS) + "]->()"


def _mark(transaction: Transaction, old: dict[str, Value]) -> None:
    """Take the packaged sources away; where the values came from one, any edition may replace them."""
    for things in (_NODE, _EDGE):
        transaction.run(
            f"MATCH {things} WHERE any(s IN x.sources WHERE s IN $old) SET x.rank_curated = "
            "CASE WHEN any(s IN $old WHERE replace(x.rank_curated, ' ', ',') CONTAINS ',' + s + ',') "
            f"THEN '{_WITHDRAWN}' ELSE x.rank_curated END, x.sources = [s IN x.sources WHERE NOT s IN $old]",
            old,
        )
    for label, cls in NODES.items():
        if cls.also:
            # Labels that the packaged data alone have given: those still stated are given again.
            labels = "".join(f":`{extra}`" for extra in cls.also)
            transaction.run(f"MATCH (x:`{label}`) WHERE size(x.sources) = 0 REMOVE x{labels}")


_FROM_RATINGS = "|".join(f"`{kind}`" for kind, cls in RELATIONSHIPS.items() if cls.derived == "Rating")
"""They name no source, and are derived anew afterwards."""


def _sweep(transaction: Transaction) -> None:
    transaction.run(f"MATCH {_NODE}-[r:{_FROM_RATINGS}]-() WHERE size(x.sources) = 0 DELETE r")
    transaction.run(f"MATCH {_EDGE} WHERE size(x.sources) = 0 DELETE x")
    held = transaction.run(
        f"MATCH {_NODE}-[r]-() WHERE size(x.sources) = 0 "
        "UNWIND coalesce(r.sources, ['no source']) AS source RETURN DISTINCT labels(x) AS labels, x.id AS id, source"
    )
    if len(held):
        names = sorted({f"{_class(row['labels']).__name__} {row['id']}" for row in held})
        more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
        raise StoreError(
            f"The new data no longer have what your own data point at: {', '.join(names[:SHOWN])}{more} "
            f"(pointed at from {', '.join(sorted({str(row['source']) for row in held})[:SHOWN])}). "
            "Correct your files, load them again, and build then; the graph is as it was."
        )
    transaction.run(f"MATCH {_NODE} WHERE size(x.sources) = 0 DELETE x")


def _emptied(transaction: Transaction) -> list[str]:
    """Take withdrawn values away from what the user's data state too, and say what to load again."""
    sources: set[str] = set()
    nodes = transaction.run(
        f"MATCH {_NODE} WHERE x.rank_curated = '{_WITHDRAWN}' "
        "RETURN labels(x) AS labels, x.id AS id, x.sources AS sources"
    )
    for row in nodes:
        cls, identifier = _class(row["labels"]), row["id"]
        transaction.run(
            f"MATCH (x:`{cls.__name__}` {{id: $id}}) SET x += $nothing", {"id": identifier, "nothing": _nothing(cls)}
        )
        for query in STATEMENTS.get(cls.__name__, ()):
            transaction.run(query, {"ids": [identifier]})
        sources.update(_listed(row["sources"]))
    edges = transaction.run(
        f"MATCH {_EDGE} WHERE x.rank_curated = '{_WITHDRAWN}' "
        "RETURN type(x) AS type, count(x) AS n, collect(x.sources) AS sources"
    )
    for row in edges:
        kind = str(row["type"])
        transaction.run(
            f"MATCH ()-[x:`{kind}` {{rank_curated: '{_WITHDRAWN}'}}]->() SET x += $nothing",
            {"nothing": _nothing(RELATIONSHIPS[kind])},
        )
        sources.update(source for one in _listed(row["sources"]) for source in _listed(one))
    count = len(nodes) + sum(int(str(row["n"])) for row in edges)
    if not count:
        return []
    return [
        f"{count:,} nodes and relationships had the values of packaged data that are withdrawn. Load again what states "
        f"them too: {', '.join(sorted(sources))}."
    ]


def _class(labels: Value) -> type[Node]:
    return next(NODES[label] for label in _listed(labels) if label in NODES)


def _nothing(cls: type[Node | Relationship]) -> dict[str, Value]:
    return {**dict.fromkeys(owned(cls, "curated")), "rank_curated": None}


def _listed(value: Value) -> list[str]:
    return list(value) if isinstance(value, list) else []
