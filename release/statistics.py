"""What VoID counts in a graph: triples, things of a class, triples with a property. Counted while it is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from qikg.ontology.terms import expand

_TYPE = f"<{expand('rdf:type')}>".encode()


@dataclass(slots=True)
class Statistics:
    """Counts of a graph, or of a part of it; classes and properties by address."""

    triples: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    """Things by class."""
    properties: Counter[str] = field(default_factory=Counter)
    """Triples by property."""

    def count(self, line: bytes) -> None:
        """Count a line of canonical N-Triples that was not counted before."""
        _, predicate, rest = line.split(b" ", 2)
        self.triples += 1
        self.properties[_address(predicate)] += 1
        if predicate == _TYPE:
            self.classes[_address(rest.removesuffix(b" .\n"))] += 1


def _address(term: bytes) -> str:
    return term[1:-1].decode()
