"""What a loader hands to the writer: typed nodes and relationships, and the edition they come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from qikg.ontology.model import Node, Relationship


@dataclass(slots=True)
class Content:
    """Nodes and relationships of one load.

    `as_of` is the date of the edition, ISO 8601: of two loads that give a property of one node, the later edition wins.
    `publisher` says whose properties are written: of a node that several publishers describe, each has its own.
    """

    as_of: str
    nodes: list[Node] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    publisher: str = "curated"

    def add(self, *things: Node | Relationship) -> None:
        """Add nodes and relationships."""
        for thing in things:
            if isinstance(thing, Node):
                self.nodes.append(thing)
            else:
                assert isinstance(thing, Relationship)
                self.relationships.append(thing)

    def extend(self, others: Iterable[Content]) -> None:
        """Add all that other contents of the same edition hold."""
        for other in others:
            self.nodes += other.nodes
            self.relationships += other.relationships
