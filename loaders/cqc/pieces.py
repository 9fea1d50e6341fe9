"""Gathers what is made of records into pieces, one transaction each."""

from __future__ import annotations

from qikg.graph.content import Content
from qikg.ontology.model import Node, Ref, Relationship
from qikg.ontology.registers import Location, Organisation

PUBLISHER = "cqc"
"""Whose properties the regulator's files are."""

CHUNK = 5_000
"""Things in a piece."""


class Piece:
    """What some records say. Each piece brings the ends of its own relationships, so that any order gives one graph."""

    def __init__(self, edition: str, sources: tuple[str, ...]) -> None:
        self.edition = edition
        self.sources = sources
        self._content = Content(edition, publisher=PUBLISHER)
        self._ends: dict[Ref, None] = {}

    def add(self, *things: Node | Relationship) -> None:
        """Add nodes and relationships."""
        self._content.add(*things)

    def end(self, place: Ref) -> Ref:
        """Point at a place that may have no record of its own here."""
        self._ends[place] = None
        return place

    @property
    def size(self) -> int:
        """How many things there are."""
        return len(self._content.nodes) + len(self._content.relationships) + len(self._ends)

    def content(self) -> Content:
        """Give all, with the ends; of these nothing is said but that they are there."""
        self._content.nodes[:0] = [self._bare(place) for place in self._ends]
        self._ends = {}
        return self._content

    def _bare(self, place: Ref) -> Node:
        if place.label == Location.__name__:
            return Location(id=place.id, sources=self.sources)
        return Organisation(id=place.id, labels=("Provider",), sources=self.sources)
