"""The curated part of a graph: what has a page of its own.

The rule: every node has a page, but of the registers only what a study states, that is a node one of whose sources is a
source of a study in the graph (the source's id begins with the study's id and a slash).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from qikg.graph.store import Store, Value
from qikg.graph.walk import Edge, Stop, walk
from qikg.ontology.classes import NODES, PARTS
from qikg.ontology.model import Ref
from qikg.release.titles import title


class Thing(NamedTuple):
    """A node with a page: all of its labels and properties, and the relationships that start from it."""

    ref: Ref
    labels: tuple[str, ...]
    properties: Mapping[str, Value]
    starting: tuple[Edge, ...]

    @property
    def title(self) -> str:
        """What it is called."""
        return title(self.ref, self.properties)

    @property
    def sources(self) -> list[str]:
        """Ids of its sources."""
        return texts(self.properties.get("sources"))


class Pointing(NamedTuple):
    """A relationship as seen from the node that it ends at."""

    start: Ref
    edge: Edge


@dataclass(frozen=True)
class Curated:
    """The things of the curated part, and how many relationships come to each from nodes that have no page."""

    things: Mapping[Ref, Thing]
    unseen: Mapping[Ref, Counter[tuple[str, str]]] = field(default_factory=dict)
    """By type of relationship and label of its start."""

    @cached_property
    def pointing(self) -> Mapping[Ref, list[Pointing]]:
        """The relationships between things, by the thing that they end at."""
        found: dict[Ref, list[Pointing]] = defaultdict(list)
        for thing in self.things.values():
            for edge in thing.starting:
                found[edge.end].append(Pointing(thing.ref, edge))
        return found

    @cached_property
    def stating(self) -> Mapping[str, list[Ref]]:
        """What each source states, by the source's id."""
        found: dict[str, list[Ref]] = defaultdict(list)
        for ref, thing in self.things.items():
            for source in thing.sources:
                found[source].append(ref)
        return found

    def of_class(self, label: str) -> list[Thing]:
        """Give the things with a key label, by id."""
        return [thing for ref, thing in self.things.items() if ref.label == label]


def curated(store: Store, labels: Iterable[str]) -> Curated:
    """Read the curated part of a store that has nodes with these key labels."""
    there = set(labels)
    registers = [label for label in NODES if label in there and label in PARTS["registers"]]
    others = [label for label in NODES if label in there and label not in PARTS["registers"]]
    things: dict[Ref, Thing] = {}
    unseen: dict[Ref, Counter[tuple[str, str]]] = defaultdict(Counter)
    for thing in _things(store, others):
        things[thing.ref] = thing
    studies = tuple(f"{ref.id}/" for ref in things if ref.label == "Study")
    for place, label in enumerate(registers):
        open_still = set(registers[place:])  # whether these have a page is not known yet
        for thing in _things(store, [label]):
            if any(source.startswith(studies) for source in thing.sources):
                things[thing.ref] = thing
            else:
                for edge in thing.starting:
                    if edge.end in things or edge.end.label in open_still:
                        unseen[edge.end][edge.type, label] += 1
    seen = {ref: counts for ref, counts in unseen.items() if ref in things}
    return Curated(dict(sorted(things.items(), key=_order)), seen)


def texts(value: Value) -> list[str]:
    """Give a list of texts as it is stored; a list where there is none."""
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _things(store: Store, labels: Iterable[str]) -> Iterator[Thing]:
    for label in labels:
        yield from (_thing(label, stop) for stop in walk(store, label))


def _thing(label: str, stop: Stop) -> Thing:
    return Thing(Ref(label, str(stop.properties["id"])), stop.labels, stop.properties, tuple(stop.starting))


_PLACES = {label: place for place, label in enumerate(NODES)}


def _order(item: tuple[Ref, Thing]) -> tuple[int, str]:
    return _PLACES[item[0].label], item[0].id
