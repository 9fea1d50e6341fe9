"""RDF in the tests: what the readers make of a file, so that two graphs can be compared."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import rdflib
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from qikg.graph.rdf.export import FORMATS
from qikg.graph.rdf.things import Said, Term
from qikg.graph.rdf.triples import literal
from qikg.ontology.terms import expand

RDFLIB_FORMATS = {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}


def iri(curie: str) -> NamedNode:
    return NamedNode(expand(curie))


def canonical(triples: Iterable[Triple | Quad]) -> set[Quad]:
    """Give triples so that two graphs are equal where only the names of their blank nodes differ."""
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def from_rdflib(graph: rdflib.Graph) -> list[Triple]:
    """Give the triples of an rdflib graph, its doubles in canonical form: rdflib writes them as Python does."""

    def term(found: rdflib.term.Node) -> Any:
        if isinstance(found, rdflib.URIRef):
            return NamedNode(str(found))
        if isinstance(found, rdflib.BNode):
            return BlankNode(str(found))
        assert isinstance(found, rdflib.Literal)
        if found.language:
            return Literal(str(found), language=found.language)
        if found.datatype == rdflib.XSD.double:
            return literal(float(str(found)))
        return Literal(str(found), datatype=None if found.datatype is None else NamedNode(str(found.datatype)))

    return [Triple(term(s), term(p), term(o)) for s, p, o in graph]


class Text:
    """RDF text that was read again, to look things up in."""

    def __init__(self, written: bytes, format: str) -> None:
        self._said: dict[Term, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._pointing: dict[tuple[NamedNode, Term], list[Term]] = defaultdict(list)
        self.quads = list(parse(written, format=syntax(format)))
        for quad in self.quads:
            objects = self._said[quad.subject][quad.predicate]
            if quad.object not in objects:
                objects.append(quad.object)
                self._pointing[quad.predicate, quad.object].append(quad.subject)

    def look_up(self, subject: Term) -> Said:
        return self._said.get(subject, {})

    def pointing(self, predicate: NamedNode, to: Term) -> Iterator[Term]:
        return iter(self._pointing.get((predicate, to), ()))


def syntax(format: str) -> RdfFormat:
    found = RdfFormat.from_media_type(FORMATS[format].media_type)
    assert found is not None
    return found


def readings(data: bytes, format: str) -> Iterable[tuple[str, set[Quad]]]:
    """Give what every reader that knows a format makes of it."""
    yield "pyoxigraph", canonical(parse(data, format=syntax(format)))
    if format in RDFLIB_FORMATS:
        yield "rdflib", canonical(from_rdflib(rdflib.Graph().parse(io.BytesIO(data), format=RDFLIB_FORMATS[format])))
