"""The values of an answer: from the driver's classes to plain Python."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qikg.graph.store import Value

if TYPE_CHECKING:
    pass

_PLAIN = frozenset((str, int, float, bool, type(None), datetime.date, datetime.datetime))


def plain(value: object) -> Value:
    """Give a value of the driver as plain Python.

    Nodes and relationships become dicts of their properties, a path the list of its nodes and relationships in turn,
    dates `datetime.date`, date-times `datetime.datetime`, other times and durations ISO text, points a list of
    coordinates.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value  # type: ignore[return-value]
    # The lists and dicts of a record are its own, so what is plain stays where it is: exports give millions of them.
    if kind is list:
        for number, item in enumerate(value):  # type: ignore[arg-type, var-annotated]
            if type(item) not in _PLAIN:
                value[number] = plain(item)  # type: ignore[index]
        return value  # type: ignore[return-value]
    if kind is dict:
        for key, item in value.items():  # type: ignore[attr-defined]
            if type(item) not in _PLAIN:
                value[key] = plain(item)  # type: ignore[index]
        return value  # type: ignore[return-value]
    return _converted(value)


def _converted(value: object) -> Value:
    import neo4j.graph
    import neo4j.spatial
    import neo4j.time
    import neo4j.vector

    match value:
        case neo4j.time.Date():
            return datetime.date(*value.year_month_day)
        case neo4j.graph.Node() | neo4j.graph.Relationship():
            return {key: plain(item) for key, item in value.items()}
        case neo4j.graph.Path():
            parts: list[Value] = [plain(value.start_node)]
            for relationship, node in zip(value.relationships, value.nodes[1:], strict=True):
                parts += [plain(relationship), plain(node)]
            return parts
        case neo4j.time.DateTime():
            native: datetime.date = value.to_native()
            return native
        case neo4j.time.Time() | neo4j.time.Duration():
            return str(value.iso_format())
        case neo4j.spatial.Point():
            return [float(part) for part in value]
        case neo4j.vector.Vector():
            return [plain(part) for part in value.to_native()]
        case _:
            return value  # type: ignore[return-value]  # bytes, and whatever a later driver brings


def release_entities(values: Sequence[object]) -> None:
    """Let the driver forget the nodes and relationships of a record that has been converted.

    A result keeps each one that it has seen until its end: 1.3 GB for 760,000 nodes (driver 6.4.1). There is no public
    way to stop that; where the attributes have gone, memory grows and nothing else happens.
    """
    import neo4j.graph

    for value in values:
        kind = type(value)
        if kind in _PLAIN or kind is dict:
            continue
        entity = value[0] if kind is list and value else value  # type: ignore[index]
        graph = getattr(entity, "graph", None)
        if isinstance(graph, neo4j.graph.Graph):
            for name in ("_nodes", "_relationships", "_legacy_nodes", "_legacy_relationships"):
                getattr(graph, name, {}).clear()
