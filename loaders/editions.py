"""Turns the file that was read into its Source and Load nodes."""

from __future__ import annotations

import hashlib

from qikg.graph.content import Content
from qikg.loaders.tables import Row, Table
from qikg.ontology.classes import VERSION
from qikg.ontology.model import Ref
from qikg.ontology.provenance import Load, Loaded, Source
from qikg.ontology.registers import Name, Named


def record(content: Content, source: Source, table: Table[Row], loader: str, refused: int = 0) -> str:
    """Add the source of a table, and the load that read it, to the content; give the id of the source.

    `refused` is the number of rows that were read and not taken.
    """
    content.add(source.model_copy(update={"sha256": table.sha256, "rows": table.read, "sources": (source.id,)}))
    load, loaded = load_of(source.id, table.sha256, loader)
    content.add(load.model_copy(update={"refused": refused}), loaded)
    return source.id


def load_of(source: str, sha256: str, loader: str) -> tuple[Load, Loaded]:
    """Give the load of a source: its id follows from what was read and by what, never from the clock."""
    digest = hashlib.sha256(f"{sha256}|{loader}|{VERSION}".encode()).hexdigest()[:32]
    return (
        Load(id=digest, loader=loader, version=VERSION, sources=(source,)),
        Loaded(start=Load.ref(digest), end=Source.ref(source), sources=(source,)),
    )


def named(place: Ref, name: str, edition: str, sources: tuple[str, ...]) -> tuple[Name, Named]:
    """Give the name of a place as seen in an edition of a register, and that the place bore it."""
    when = edition or "undated"
    node = Name(id=f"{place.id}/{name}/{when}", name=name, edition=when, sources=sources)
    return node, Named(start=place, end=node.pointer, sources=sources)
