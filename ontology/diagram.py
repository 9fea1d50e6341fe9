"""Diagrams of the classes in Mermaid, which GitHub and most Markdown viewers draw."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from qikg.ontology.classes import RELATIONSHIPS, THEMES
from qikg.ontology.model import Relationship
from qikg.ontology.registers import PLACE

OVERVIEW: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Frameworks and mappings": ("Framework", "Concept", "Mapping"),
        "Studies": ("Study", "Case", "CodedItem", "Assertion"),
        "Registers": ("Organisation", "Location", "Inspection", "Rating", "RegulatoryAction"),
        "Provenance": ("Source",),
    }
)
"""The main classes, by theme."""

OVERVIEW_RELATIONSHIPS: tuple[str, ...] = (
    *("IN_FRAMEWORK", "SUBJECT", "OBJECT"),
    *("EXAMINES", "FROM_CASE", "CODED_AS", "ABOUT_CASE", "ABOUT_CONCEPT", "SUPPORTED_BY", "IDENTIFIED_AS"),
    *("OPERATES", "INSPECTED", "AWARDED", "RATES", "ACTED_ON", "FOLLOWED"),
    "STATED_IN",
)
"""What joins the main classes; the rest would hide it."""

_MANY = 3
"""So many classes at one end are one box that lists them; a frame is drawn where so many ends are its classes."""

_WIDE = 10
"""With more classes than this a diagram is drawn downwards, as it would not fit the width of a page."""


class _Frame(NamedTuple):
    """Classes drawn inside one frame, so that an arrow can point at all of them."""

    id: str
    title: str
    members: tuple[str, ...]


_PLACE = _Frame("place", "place", PLACE)


def diagram(theme: str | None = None) -> str:
    """Draw the classes of a theme and what joins them; without a theme, the main classes of all.

    Solid arrows are stated by a source, dotted ones derived; ↻ joins two things of the same class. A box with a dashed
    border is a class of another theme, or lists classes.

    >>> print(diagram("Provenance"))
    flowchart LR
      Source
      Load
      Ontology
      StatedIn_starts["Cell, Initiative,<br/>Inspection, Organisation,<br/>Location, Rating,<br/>RegulatoryAction,<br/>Reference"]
      StatedIn_starts -->|STATED_IN| Source
      Load -->|LOADED| Source
      classDef other stroke-dasharray: 4 4
      class StatedIn_starts other
    """  # noqa: E501
    return "\n".join(_overview() if theme is None else _theme(theme))


def _overview() -> Iterator[str]:
    shown = {label for labels in OVERVIEW.values() for label in labels}
    themes = [_Frame(f"theme{number}", *item) for number, item in enumerate(OVERVIEW.items(), 1)]
    yield "flowchart LR"
    for theme in themes:
        yield f'  subgraph {theme.id}["{theme.title}"]'
        if set(PLACE) <= set(theme.members):
            yield from _framed(_PLACE, {}, "    ")
        yield from (f"    {label}" for label in theme.members if label not in PLACE)
        yield "  end"
    frames = [*(theme for theme in themes if len(theme.members) > 1), _PLACE]
    arrows = _Arrows()
    for cls in (RELATIONSHIPS[name] for name in OVERVIEW_RELATIONSHIPS):
        starts, ends = ([label for label in side if label in shown] for side in (cls.starts, cls.ends))
        arrows.add(cls, _drawn(starts, frames), _drawn(ends, frames))
    yield from arrows.lines()


def _theme(theme: str) -> Iterator[str]:
    nodes, relationships = THEMES[theme]
    own = [cls.__name__ for cls in nodes]
    sides = [set(side) for cls in relationships for side in (cls.starts, cls.ends)]
    frames = [_PLACE] if sides.count(set(PLACE)) >= _MANY else []
    lists: dict[str, Sequence[str]] = {}
    loops: dict[str, list[str]] = {}
    arrows = _Arrows()
    for cls in relationships:
        if cls.starts == cls.ends:
            for label in cls.starts:
                loops.setdefault(label, []).append(cls.type)
            continue
        ends = []
        for side, labels in (("starts", cls.starts), ("ends", cls.ends)):
            names = _drawn(labels, frames)
            if len(names) >= _MANY:
                names = [f"{cls.__name__}_{side}"]
                lists[names[0]] = labels
            ends.append(names)
        for label in (name for name in ends[0] if name in ends[1]):
            loops.setdefault(label, []).append(cls.type)
        arrows.add(cls, *ends)
    yield "flowchart " + ("TB" if len(own) > _WIDE else "LR")
    for frame in frames:
        yield from _framed(frame, loops, "  ")
    framed = {label for frame in frames for label in frame.members}
    yield from (f"  {_box(label, loops)}" for label in own if label not in framed)
    yield from (f'  {name}["{_wrapped(", ".join(labels))}"]' for name, labels in lists.items())
    yield from arrows.lines()
    other = sorted(arrows.boxes - {*own, *(frame.id for frame in frames)})
    if other:
        yield "  classDef other stroke-dasharray: 4 4"
        yield f"  class {','.join(other)} other"


class _Arrows:
    """Arrows, one for all relationships between the same two boxes."""

    def __init__(self) -> None:
        self._types: dict[tuple[str, str, str], list[str]] = {}

    def add(self, cls: type[Relationship], starts: Iterable[str], ends: Sequence[str]) -> None:
        """Add a relationship from each box to each other box."""
        arrow = "-.->" if cls.derived else "-->"
        for start in starts:
            for end in (end for end in ends if end != start):
                self._types.setdefault((start, arrow, end), []).append(cls.type)

    @property
    def boxes(self) -> set[str]:
        """The boxes that an arrow joins."""
        return {box for start, _, end in self._types for box in (start, end)}

    def lines(self) -> Iterator[str]:
        """Give the arrows as Mermaid."""
        for (start, arrow, end), types in self._types.items():
            text = types[0] if len(types) == 1 else f'"{"<br/>".join(types)}"'
            yield f"  {start} {arrow}|{text}| {end}"


def _drawn(labels: Sequence[str], frames: Sequence[_Frame]) -> list[str]:
    """Give what stands for some classes: a frame where all of its classes are among them, else each class."""
    names = list(labels)
    for frame in frames:
        if set(frame.members) <= set(names):
            names = [name for name in names if name not in frame.members] + [frame.id]
    return names


def _framed(frame: _Frame, loops: Mapping[str, Sequence[str]], blank: str) -> Iterator[str]:
    yield f'{blank}subgraph {frame.id}["{frame.title}"]'
    yield from (f"{blank}  {_box(label, loops)}" for label in frame.members)
    yield f"{blank}end"


def _box(label: str, loops: Mapping[str, Sequence[str]]) -> str:
    # A loop drawn as an arrow hides another one of the same box.
    types = loops.get(label, ())
    return f'{label}["{"<br/>".join([label, *(f"↻ {name}" for name in types)])}"]' if types else label


def _wrapped(text: str) -> str:
    return "<br/>".join(textwrap.wrap(text, 26))
