"""What was added, removed and changed between two graphs, and the way from the one to the other: pure functions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from qikg.ontology.model import Ref
from qikg.release.snapshot import Edge, Plain, Properties, Snapshot
from qikg.release.titles import title

K = TypeVar("K", bound="Ref | Edge")
Given: TypeAlias = "Plain | list[Plain] | None"
"""A value of a property; None where it is not known."""


class Change(NamedTuple):
    """A property's value before and after."""

    old: Given
    new: Given


@dataclass(frozen=True)
class Changes(Generic[K]):
    """What happened to the nodes, or to the relationships: with the properties of what came or went."""

    added: Mapping[K, Properties] = field(default_factory=dict)
    removed: Mapping[K, Properties] = field(default_factory=dict)
    changed: Mapping[K, Mapping[str, Change]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Difference:
    """What leads from one graph to another; `titles` has the titles of all nodes that it speaks of."""

    nodes: Changes[Ref] = field(default_factory=Changes)
    relationships: Changes[Edge] = field(default_factory=Changes)
    titles: Mapping[Ref, str] = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return bool(self.nodes or self.relationships)

    def as_data(self) -> dict[str, object]:
        """Give it as plain values, for JSON."""
        counts = {
            what: {"added": len(one.added), "removed": len(one.removed), "changed": len(one.changed)}
            for what, one in (("nodes", self.nodes), ("relationships", self.relationships))
        }

        def node(ref: Ref) -> dict[str, object]:
            return {"label": ref.label, "id": ref.id, "title": self.titles.get(ref, ref.id)}

        def edge(one: Edge) -> dict[str, object]:
            return {"type": one.type, "start": node(one.start), "end": node(one.end), "key": one.key}

        return {
            "counts": counts,
            "nodes": _listed((node(ref), self.nodes, ref) for ref in _keys(self.nodes)),
            "relationships": _listed((edge(one), self.relationships, one) for one in _keys(self.relationships)),
        }

    @classmethod
    def of_json(cls, text: str) -> Difference:
        """Read back, from JSON, what `as_data` gave."""
        data: Mapping[str, Any] = json.loads(text)
        titles: dict[Ref, str] = {}

        def node(entry: Mapping[str, Any]) -> Ref:
            ref = Ref(entry["label"], entry["id"])
            titles[ref] = entry["title"]
            return ref

        def edge(entry: Mapping[str, Any]) -> Edge:
            return Edge(entry["type"], node(entry["start"]), node(entry["end"]), entry["key"])

        def changes(listed: Mapping[str, Any], key: Any) -> Changes[Any]:
            return Changes(
                {key(entry): _read(entry["properties"]) for entry in listed["added"]},
                {key(entry): _read(entry["properties"]) for entry in listed["removed"]},
                {
                    key(entry): {name: Change(_read_one(old), _read_one(new)) for name, (old, new) in
                                 ((name, (one["old"], one["new"])) for name, one in entry["properties"].items())}
                    for entry in listed["changed"]
                },
            )  # fmt: skip

        return cls(changes(data["nodes"], node), changes(data["relationships"], edge), titles)


def difference(old: Snapshot, new: Snapshot) -> Difference:
    """Give what leads from an old graph to a new one."""
    nodes, relationships = _changes(old.nodes, new.nodes), _changes(old.relationships, new.relationships)
    spoken = {*_keys(nodes), *(end for one in _keys(relationships) for end in (one.start, one.end))}
    titles = {ref: title(ref, new.nodes.get(ref) or old.nodes.get(ref) or {}) for ref in sorted(spoken)}
    return Difference(nodes, relationships, titles)


def applied(old: Snapshot, change: Difference) -> Snapshot:
    """Give the graph that an old one becomes by a difference."""
    return Snapshot(_applied(old.nodes, change.nodes), _applied(old.relationships, change.relationships))


def _changes(old: Mapping[K, Properties], new: Mapping[K, Properties]) -> Changes[K]:
    changed: dict[K, Mapping[str, Change]] = {}
    kept = [one for one in old if one in new and old[one] != new[one]]
    for key in sorted(kept, key=_order):
        names = sorted({*old[key], *new[key]})
        values = {name: Change(old[key].get(name), new[key].get(name)) for name in names}
        changed[key] = {name: one for name, one in values.items() if one.old != one.new}
    return Changes(
        {key: new[key] for key in sorted(new.keys() - old.keys(), key=_order)},
        {key: old[key] for key in sorted(old.keys() - new.keys(), key=_order)},
        changed,
    )


def _applied(old: Mapping[K, Properties], changes: Changes[K]) -> dict[K, Properties]:
    made = {key: properties for key, properties in old.items() if key not in changes.removed} | dict(changes.added)
    for key, properties in changes.changed.items():
        values = {**made[key], **{name: one.new for name, one in properties.items()}}
        made[key] = {name: value for name, value in values.items() if value is not None}
    return made


def _order(key: Ref | Edge) -> tuple[object, ...]:
    return (*key[:-1], key.key or "") if isinstance(key, Edge) else key


def _keys(changes: Changes[K]) -> list[K]:
    return list(chain(changes.added, changes.removed, changes.changed))


def _listed(entries: Iterable[tuple[dict[str, object], Changes[K], K]]) -> dict[str, list[dict[str, object]]]:
    listed: dict[str, list[dict[str, object]]] = {"added": [], "removed": [], "changed": []}
    for entry, changes, key in entries:
        if key in changes.changed:
            values = {name: {"old": _write(one.old), "new": _write(one.new)} for name, one in
                      changes.changed[key].items()}  # fmt: skip
            listed["changed"].append({**entry, "properties": values})
        else:
            what = "added" if key in changes.added else "removed"
            listed[what].append({**entry, "properties": dict(_written(getattr(changes, what)[key]))})
    return listed


def _written(properties: Properties) -> Iterator[tuple[str, object]]:
    yield from ((name, _write(properties[name])) for name in sorted(properties))


def _write(value: Given) -> object:
    """Give a value as JSON has it, which knows no infinite numbers: they become {"number": "INF"}."""
    if isinstance(value, list):
        return [_write(one) for one in value]
    if isinstance(value, float) and math.isinf(value):
        return {"number": "INF" if value > 0 else "-INF"}
    return value


def _read(properties: Mapping[str, Any]) -> Properties:
    return {name: _read_one(value) for name, value in properties.items()}


def _read_one(value: Any) -> Any:
    if isinstance(value, list):
        return [_read_one(one) for one in value]
    return float(value["number"]) if isinstance(value, dict) else value
