"""The graph, or a part of it, as RDF: into a file or a stream in any of the formats, or as an rdflib graph.

One walk over the graph (`graph/walk.py`) serves all of them, so that the same graph gives the same bytes on every
engine, and a node stands together with its relationships.
"""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, BinaryIO, TypeAlias

from qikg.graph.collector import collecting_seldom
from qikg.graph.store import Store, Value
from qikg.graph.walk import census, totals, walk
from qikg.ontology.classes import NODES, PARTS, RELATIONSHIPS
from qikg.ontology.errors import QikgError, StoreError, UsageError
from qikg.ontology.terms import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib

    from qikg.graph.rdf.triples import Names, Profile

_Row: TypeAlias = "Mapping[str, Value]"


@dataclass(frozen=True, slots=True)
class Format:
    """A syntax of RDF: its media type, how the names of its files end, and in which profiles it is written."""

    media_type: str
    extension: str
    profiles: tuple[Profile, ...] = ("rdf11", "rdf12")


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "turtle": Format("text/turtle", ".ttl"),
        "ntriples": Format("application/n-triples", ".nt"),
        "jsonld": Format("application/ld+json", ".jsonld", ("rdf11",)),
        "rdfxml": Format("application/rdf+xml", ".rdf", ("rdf11",)),
        "nquads": Format("application/n-quads", ".nq"),
        "trig": Format("application/trig", ".trig"),
    }
)
"""The formats by the names that `export` and the command take."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    `left_out` counts what the graph holds and the ontology does not know, such as nodes with other labels.
    """

    triples: int
    nodes: int
    relationships: int
    left_out: Mapping[str, int]


def export(
    store: Store,
    out: str | os.PathLike[str] | BinaryIO,
    *,
    format: str = "turtle",
    profile: str = "rdf11",
    part: str | None = None,
) -> Exported:
    """Write the graph as RDF to a file, or to a stream of bytes; `part` is one of those of PARTS, None for all.

    A file appears, or takes the place of an older one, only when all of it is written.
    Raises UsageError for an unknown format, profile, part or folder, QikgError where the file cannot be written, and
    StoreError where the graph was changed meanwhile.
    """
    if format not in FORMATS:
        raise UsageError(f"Unknown format {format!r}. Known: {', '.join(FORMATS)}.")
    if part is not None and part not in PARTS:
        raise UsageError(f"Unknown part {part!r}. Known: {', '.join(PARTS)}.")
    told = _Walk(store, _profile(format, profile), part)
    if not isinstance(out, str | os.PathLike):
        return _write(told, format, out)
    with _whole_file(Path(out)) as file:
        return _write(told, format, file)


def to_rdflib(store: Store) -> rdflib.Graph:
    """Give the whole graph as an rdflib graph, the same that rdflib reads from an exported file.

    Meant for graphs of up to a few hundred thousand triples. Warns of what the ontology does not know.
    Raises StoreError where the graph was changed meanwhile.
    """
    return added_to(triples(store))


def triples(store: Store) -> Iterator[pyoxigraph.Triple]:
    """Give the triples of the whole graph; warn of what the ontology does not know.

    Raises StoreError where the graph was changed meanwhile.
    """
    told = _Walk(store)
    yield from told.triples()
    if told.left_out:
        unknown = ", ".join(f"{name} ({count})" for name, count in sorted(told.left_out.items()))
        warnings.warn(f"Left out, as the ontology does not know it: {unknown}.", stacklevel=3)


def added_to(triples: Iterable[pyoxigraph.Triple]) -> rdflib.Graph:
    """Give triples as an rdflib graph."""
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    for prefix, address in PREFIXES.items():
        graph.bind(prefix, address)
    for triple in triples:
        graph.add((_to_rdflib(triple.subject), _to_rdflib(triple.predicate), _to_rdflib(triple.object)))
    return graph


def _profile(format: str, profile: str) -> Profile:
    known: dict[str, Profile] = {one: one for syntax in FORMATS.values() for one in syntax.profiles}
    if profile not in known:
        raise UsageError(f"Unknown profile {profile!r}. Known: {', '.join(known)}.")
    if known[profile] not in FORMATS[format].profiles:
        able = ", ".join(name for name, syntax in FORMATS.items() if profile in syntax.profiles)
        raise UsageError(f"The format {format} has no profile {profile}. Those that have it: {able}.")
    return known[profile]


def _write(told: _Walk, format: str, out: IO[bytes]) -> Exported:
    from pyoxigraph import RdfFormat, serialize

    syntax = RdfFormat.from_media_type(FORMATS[format].media_type)
    with collecting_seldom():
        serialize(told.triples(), out, format=syntax, prefixes=dict(PREFIXES))
    return Exported(told.count, told.nodes.total(), told.relationships.total(), told.left_out)


@dataclass
class _Walk:
    """One walk over a graph, and what it has met: nodes by key label, relationships by type."""

    store: Store
    profile: Profile = "rdf11"
    part: str | None = None
    count: int = 0
    nodes: Counter[str] = field(default_factory=Counter)
    relationships: Counter[str] = field(default_factory=Counter)
    strange_properties: Counter[str] = field(default_factory=Counter)
    left_out: Mapping[str, int] = field(default_factory=dict)

    def triples(self) -> Iterator[pyoxigraph.Triple]:
        """Give every triple of the graph once."""
        from qikg.graph.rdf.triples import header

        labels, types = census(self.store)
        names = self._names(labels)
        yield from self._counted(list(header()))
        for label in sorted(label for label in filter(None, labels) if self._is_walked(label)):
            yield from chain.from_iterable(self._of_label(label, names))
        if totals(self.store) != (labels.total(), types.total()):
            raise StoreError("The graph was changed while it was exported. Export it again.")
        if self.part is not None:
            self.left_out = MappingProxyType(dict(sorted(self.strange_properties.items())))
            return
        left_out = {f"nodes with the label {label}": count for label, count in (labels - self.nodes).items() if label}
        if labels[""]:
            left_out["nodes without a known label"] = labels[""]
        left_out |= {f"relationships {kind}": count for kind, count in (types - self.relationships).items()}
        self.left_out = MappingProxyType(dict(sorted({**left_out, **self.strange_properties}.items())))

    def _names(self, labels: Iterable[str]) -> Names:
        from qikg.graph.rdf.triples import Names

        def rows(label: str, columns: str) -> Iterable[_Row]:
            return self.store.stream(f"MATCH (n:`{label}`) RETURN {columns}") if label in labels else ()

        return Names.of(
            rows("MappingSet", "n.id AS id, n.iri AS iri, n.curie_map AS curie_map"),
            rows("Mapping", "n.id AS id, n.iri AS iri"),
        )

    def _of_label(self, label: str, names: Names) -> Iterator[list[pyoxigraph.Triple]]:
        """Give the triples of all nodes with a key label, each with the relationships that start from it."""
        from qikg.graph.rdf.triples import stop_triples, unknown_properties

        told = self._has(label)
        for stop in walk(self.store, label):
            if told:
                self.nodes[label] += 1
                for name in unknown_properties(NODES[label], stop.properties):
                    self.strange_properties[f"property {name} of {label}"] += 1
            edges = [edge for edge in stop.starting if self._has(RELATIONSHIPS[edge.type].derived or label)]
            for edge in edges:
                self.relationships[edge.type] += 1
                for name in unknown_properties(RELATIONSHIPS[edge.type], edge.properties):
                    self.strange_properties[f"property {name} of {edge.type}"] += 1
            yield self._counted(stop_triples(label, stop._replace(starting=edges), names, self.profile, told=told))

    def _counted(self, triples: list[pyoxigraph.Triple]) -> list[pyoxigraph.Triple]:
        self.count += len(triples)
        return triples

    def _has(self, label: str) -> bool:
        return self.part is None or label in PARTS[self.part]

    def _is_walked(self, label: str) -> bool:
        """Say whether nodes with a key label, or what starts from them, are of the part."""
        return self._has(label) or any(
            label in cls.starts and self._has(cls.derived) for cls in RELATIONSHIPS.values() if cls.derived
        )


@contextmanager
def _whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name only when it is complete; what is no file (a pipe) is written to as it is."""
    path = path.expanduser().resolve()
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.")
    fresh = path.with_name(f".{path.name}.{os.getpid()}") if path.is_file() or not path.exists() else None
    try:
        try:
            with (fresh or path).open("wb") as file:
                yield file
                if fresh:
                    file.flush()
                    os.fsync(file.fileno())
            if fresh:
                fresh.replace(path)
        finally:
            if fresh:
                fresh.unlink(missing_ok=True)
    except OSError as error:
        raise QikgError(f"{path} cannot be written: {error.strerror or error}.") from error


def _to_rdflib(term: object) -> rdflib.term.Identifier:
    import pyoxigraph
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    assert isinstance(term, pyoxigraph.Literal)
    if term.language:
        return Literal(term.value, lang=term.language)
    text = "http://www.w3.org/2001/XMLSchema#string"
    return Literal(term.value, datatype=None if term.datatype.value == text else URIRef(term.datatype.value))
