"""Gathers what is made of records into pieces, one transaction each."""

from __future__ import annotations

from collections.abc import Iterator

from qikg.graph.content import Content
from qikg.ontology.model import Node, Ref, Relationship
from qikg.ontology.registers import Location, Organisation

OF_ALL, OF_RECORDS, OF_ENDS = "cqc", "cqc_record", "cqc_ends"
"""Publishers: of what records and care directories say, of what only records say, and of nothing at all.

Each has its own rank in the graph, so that a newer care directory does not empty what it has no column for, and a place
that a record only points at empties nothing.
"""

CHUNK = 5_000
"""Things in a piece."""

Place = Location | Organisation


class Piece:
    """What some records say. Each piece brings the ends of its own relationships, so that any order gives one graph."""

    def __init__(self, edition: str, sources: tuple[str, ...]) -> None:
        self.edition = edition
        self.sources = sources
        self._shared = Content(edition, publisher=OF_ALL)
        self._records = Content(edition, publisher=OF_RECORDS)
        self._ends: dict[Ref, None] = {}

    def add(self, *things: Node | Relationship) -> None:
        """Add what a care directory might say too."""
        self._shared.add(*things)

    def add_record(self, *nodes: Node) -> None:
        """Add what only a record of the API says."""
        self._records.add(*nodes)

    def end(self, place: Ref) -> Ref:
        """Point at a place that may have no record of its own here."""
        self._ends[place] = None
        return place

    @property
    def size(self) -> int:
        """How many things there are."""
        return len(self._shared.nodes) + len(self._shared.relationships) + len(self._records.nodes) + len(self._ends)

    def contents(self) -> Iterator[Content]:
        """Give the contents in the order in which they can be written."""
        ends = Content(self.edition, publisher=OF_ENDS)
        ends.add(*(self._bare(place) for place in self._ends))
        yield from (content for content in (ends, self._records, self._shared) if content.nodes)

    def _bare(self, place: Ref) -> Node:
        if place.label == Location.__name__:
            return Location(id=place.id, sources=self.sources)
        return Organisation(id=place.id, labels=("Provider",), sources=self.sources)
