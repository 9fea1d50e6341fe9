"""Makes the packaged part of a graph anew: what its sources no longer state goes, what the user loaded stays.

The embedded engine fills a new database and swaps it in. A server marks and sweeps in one transaction: what packaged
sources stated is marked by taking those sources away, the new content is merged, and what is left without a source is
swept. Nothing is deleted and made again, which would lose the edges of the user's data.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qikg.graph.content import Content
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
    """Replace the packaged part by `content`; `again` loads once more, into a new graph, what the user had loaded.

    Raises StoreError where the user's data points at something that is withdrawn; the graph is then as it was.
    """
    if isinstance(store, EmbeddedStore):
        with store.replacement() as fresh:
            fresh.define(ddl())
            written = write(fresh, content)
            again(fresh)
        return written
    store.define(ddl())
    return store.write(partial(_mark_and_sweep, content=content))


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


def _mark(transaction: Transaction, old: dict[str, Value]) -> None:
    """Take the packaged sources away; where the values came from one, any edition may replace them."""
    unmark = (
        "WHERE any(s IN x.sources WHERE s IN $old) "
        "SET x.rank_curated = CASE WHEN any(s IN $old WHERE replace(x.rank_curated, ' ', ',') CONTAINS ',' + s + ',') "
        f"THEN '{_WITHDRAWN}' ELSE x.rank_curated END, x.sources = [s IN x.sources WHERE NOT s IN $old]"
    )
    for label, cls in NODES.items():
        transaction.run(f"MATCH (x:`{label}`) {unmark}", old)
        if cls.also:
            # Labels that the packaged data alone have given: those still stated are given again.
            labels = "".join(f":`{extra}`" for extra in cls.also)
            transaction.run(f"MATCH (x:`{label}`) WHERE size(x.sources) = 0 REMOVE x{labels}")
    for kind in RELATIONSHIPS:
        transaction.run(f"MATCH ()-[x:`{kind}`]->() {unmark}", old)


def _sweep(transaction: Transaction) -> None:
    for kind in RELATIONSHIPS:
        transaction.run(f"MATCH ()-[x:`{kind}`]->() WHERE size(x.sources) = 0 DELETE x")
    for label in NODES:
        held = transaction.run(
            f"MATCH (n:`{label}`)-[r]-() WHERE size(n.sources) = 0 "
            "UNWIND coalesce(r.sources, ['no source']) AS source RETURN DISTINCT n.id AS id, source"
        )
        if len(held):
            names = sorted({f"{label} {row['id']}" for row in held})
            more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
            raise StoreError(
                f"The new data no longer have what your own data point at: {', '.join(names[:SHOWN])}{more} "
                f"(pointed at from {', '.join(sorted({str(row['source']) for row in held})[:SHOWN])}). "
                "Correct your files, load them again, and build then; the graph is as it was."
            )
        transaction.run(f"MATCH (n:`{label}`) WHERE size(n.sources) = 0 DELETE n")


def _emptied(transaction: Transaction) -> list[str]:
    """Take withdrawn values away from what the user's data state too, and say what to load again."""
    sources: set[str] = set()
    count = 0
    for label, cls in NODES.items():
        found = transaction.run(
            f"MATCH (x:`{label}` {{rank_curated: '{_WITHDRAWN}'}}) SET x += $nothing "
            "RETURN x.id AS id, x.sources AS sources",
            {"nothing": _nothing(cls)},
        )
        for query in STATEMENTS.get(label, ()) if len(found) else ():
            transaction.run(query, {"ids": [row["id"] for row in found]})
        sources.update(source for row in found for source in _listed(row["sources"]))
        count += len(found)
    for kind, cls in RELATIONSHIPS.items():
        found = transaction.run(
            f"MATCH ()-[x:`{kind}` {{rank_curated: '{_WITHDRAWN}'}}]->() SET x += $nothing RETURN x.sources AS sources",
            {"nothing": _nothing(cls)},
        )
        sources.update(source for row in found for source in _listed(row["sources"]))
        count += len(found)
    if not count:
        return []
    return [
        f"{count:,} nodes and relationships had the values of packaged data that are withdrawn. Load again what states "
        f"them too: {', '.join(sorted(sources))}."
    ]


def _nothing(cls: type[Node | Relationship]) -> dict[str, Value]:
    return {**dict.fromkeys(owned(cls, "curated")), "rank_curated": None}


def _listed(value: Value) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
