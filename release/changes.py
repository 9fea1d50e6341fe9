"""A difference in words: a summary, then what came, went and changed, by class. Long lists are cut, and counted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from qikg.ontology.model import Ref
from qikg.release.difference import Change, Difference, Given
from qikg.release.snapshot import Edge, Properties
from qikg.release.titles import class_words, property_words

SHOWN = 20
"""Things of one class, or relationships of one type, that are told one by one."""

NO_PREVIOUS = "no previous release given"
_LONGEST = 120


def in_words(change: Difference, old: str, new: str, *, shown: int = SHOWN) -> str:
    """Tell a difference between two graphs, which are called `old` and `new`."""
    lines = [f"From {old} to {new}", ""]
    if not change:
        return "\n".join([*lines, "Nothing was added, removed or changed.", ""])
    lines += summary(change)
    for words, nodes, relationships in (
        ("Added", change.nodes.added, change.relationships.added),
        ("Removed", change.nodes.removed, change.relationships.removed),
        ("Changed", change.nodes.changed, change.relationships.changed),
    ):
        if nodes or relationships:
            lines += ["", words]
            lines += _nodes(nodes, change.titles, shown)
            lines += _relationships(relationships, change.titles, shown)
    return "\n".join(lines) + "\n"


def summary(change: Difference) -> list[str]:
    """Count what was added, removed and changed: a line for the nodes, one for the relationships."""
    return [
        f"{what}: {len(one.added):,} added, {len(one.removed):,} removed, {len(one.changed):,} changed."
        for what, one in (("Nodes", change.nodes), ("Relationships", change.relationships))
    ]


def as_json(change: Difference | None, old: str | None, new: str) -> str:
    """Give a difference as JSON; None says that there is nothing to compare with."""
    told: dict[str, object] = {"from": old, "to": new}
    told |= {"note": NO_PREVIOUS} if change is None else change.as_data()
    return json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def first_in_words(new: str) -> str:
    """Say that there is nothing to compare with."""
    return f"Release {new}: {NO_PREVIOUS}, so nothing is compared.\n"


_Told = Properties | Mapping[str, Change]


def _nodes(nodes: Mapping[Ref, _Told], titles: Mapping[Ref, str], shown: int) -> Iterator[str]:
    for label, refs in groupby(nodes, key=lambda ref: ref.label):
        alike = list(refs)
        yield f"  {class_words(label)}: {len(alike):,}"
        for ref in alike[:shown]:
            yield f"    {_named(ref, titles)}"
            yield from _values(nodes[ref])
        yield from _rest(alike, shown)


def _relationships(joined: Mapping[Edge, _Told], titles: Mapping[Ref, str], shown: int) -> Iterator[str]:
    for kind, edges in groupby(joined, key=lambda edge: edge.type):
        alike = list(edges)
        yield f"  {property_words(kind)} ({kind}): {len(alike):,}"
        for edge in alike[:shown]:
            key = f" [{edge.key}]" if edge.key is not None else ""
            yield f"    from {_named(edge.start, titles)} to {_named(edge.end, titles)}{key}"
            yield from _values(joined[edge])
        yield from _rest(alike, shown)


def _values(properties: _Told) -> Iterator[str]:
    for name, value in properties.items():
        if isinstance(value, Change):
            yield f"      {name}: was {_short(value.old)}, is {_short(value.new)}"


def _rest(alike: Sequence[object], shown: int) -> Iterator[str]:
    if len(alike) > shown:
        yield f"    and {len(alike) - shown:,} more"


def _named(ref: Ref, titles: Mapping[Ref, str]) -> str:
    title = titles.get(ref, ref.id)
    return title if title.endswith(ref.id) else f"{title} ({ref.id})"


def _short(value: Given) -> str:
    if value is None:
        return "not known"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
