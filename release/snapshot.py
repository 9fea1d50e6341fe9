"""A graph as plain values in memory, read from a release or from any RDF that an export has written.

Derived relationships are not in it: they follow from the nodes that carry the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from qikg.loaders import rdf
from qikg.loaders.report import LoadReport
from qikg.ontology.dates import PartialDate
from qikg.ontology.errors import CheckFailed, UsageError
from qikg.ontology.model import Node, Ref, Relationship
from qikg.release.files import QUADS

Plain: TypeAlias = str | int | float | bool
Properties: TypeAlias = Mapping[str, "Plain | list[Plain]"]
"""Values by property, `labels` (second labels) and `sources` among them; what is not known is left out."""


class Edge(NamedTuple):
    """What tells a relationship from all others."""

    type: str
    start: Ref
    end: Ref
    key: str | None


@dataclass(frozen=True)
class Snapshot:
    """Nodes and relationships with their properties."""

    nodes: Mapping[Ref, Properties] = field(default_factory=dict)
    relationships: Mapping[Edge, Properties] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: Iterable[Node], relationships: Iterable[Relationship]) -> Snapshot:
        """Make one of typed things; a thing may come in several parts, as each publisher describes it."""
        found: dict[Ref, dict[str, Plain | list[Plain]]] = {}
        joined: dict[Edge, dict[str, Plain | list[Plain]]] = {}
        for node in nodes:
            found.setdefault(node.pointer, {}).update(_properties(node))
        for one in relationships:
            joined.setdefault(Edge(one.type, one.start, one.end, one.key), {}).update(_properties(one))
        return cls(found, joined)


def read(path: Path) -> Snapshot:
    """Read a release's folder, or an RDF file.

    Raises UsageError where it is neither, CheckFailed, with the report, where the RDF is not right.
    """
    file = path / QUADS if path.is_dir() else path
    if not file.exists():
        raise UsageError(f"There is no {file}. Name the folder of a release, or an RDF file.")
    if not rdf.recognises(file):
        raise UsageError(f"{file} is no RDF file. Name the folder of a release, or a file such as graph.ttl.")
    report = LoadReport()
    nodes: list[Node] = []
    relationships: list[Relationship] = []
    for content in rdf.read(file, report):
        nodes += content.nodes
        relationships += content.relationships
    if report.errors:
        raise CheckFailed(f"{file} cannot be read as a graph.\n{report.summary()}", report)
    return Snapshot.of(nodes, relationships)


def _properties(thing: Node | Relationship) -> dict[str, Plain | list[Plain]]:
    given = {
        one.name: _plain(getattr(thing, one.name))
        for one in type(thing).fields()
        if one.name != "id" and one.name in thing.model_fields_set
    }
    labels: list[Plain] = sorted(thing.labels) if isinstance(thing, Node) else []
    return {name: value for name, value in {"labels": labels, **given}.items() if value is not None and value != []}


def _plain(value: object) -> Plain | list[Plain] | None:
    if isinstance(value, PartialDate):
        return value.text
    if isinstance(value, tuple):
        return [one for one in map(_plain, value) if one is not None and not isinstance(one, list)]
    assert value is None or isinstance(value, str | int | float | bool)
    return value
