"""The ontology as OWL 2 DL: classes, properties with domains and ranges, disjointness. Made from the classes.

Terms of other vocabularies that are reused are declared and not imported. Importing this module imports rdflib, so
others import it inside functions.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable

from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node as RdfNode

from qikg.ontology.classes import NODES, RELATIONSHIPS, VERSION
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import Field, Node, Relationship
from qikg.ontology.terms import LICENCE, ONTOLOGY, PREFIXES, expand

DEFINITION = URIRef("http://purl.obolibrary.org/obo/IAO_0000115")
DATES = (XSD.gYear, XSD.gYearMonth, XSD.date)
"""What a date that may be partial is in RDF."""
TYPES = {str: XSD.string, int: XSD.integer, float: XSD.double, bool: XSD.boolean, datetime.date: XSD.date}
"""The datatype of a plain value."""


Use = tuple[type[Node | Relationship], Field]
"""A class that has a property."""


def qikg(name: str) -> URIRef:
    """Give a term of our own."""
    return URIRef(f"{ONTOLOGY}#{name}")


def predicate(cls: type[Relationship]) -> URIRef:
    """Give the predicate of a relationship's plain triple."""
    return URIRef(expand(cls.curie()))


def names_things(field: Field) -> bool:
    """Say whether a property has IRIs as values."""
    prop = field.prop
    return field.name == "sources" or bool(prop.concepts or prop.meanings or prop.resource)


def owl() -> Graph:
    """Make the ontology as an rdflib graph."""
    graph = Graph(bind_namespaces="none")
    for prefix, address in {**PREFIXES, "obo": "http://purl.obolibrary.org/obo/", "vann": _VANN}.items():
        graph.bind(prefix, address)
    _head(graph)
    for cls in NODES.values():
        _class(graph, cls)
    _disjoint(graph, map(qikg, NODES))
    data: dict[URIRef, list[Use]] = defaultdict(list)
    things: dict[URIRef, list[Use]] = defaultdict(list)
    described: list[type[Node | Relationship]] = [*NODES.values(), *RELATIONSHIPS.values()]
    for one in described:
        for field in one.fields():
            ordered = field.cardinality == "ordered"
            (things if names_things(field) or ordered else data)[URIRef(field.iri)].append((one, field))
    for iri, uses in data.items():
        _data_property(graph, iri, uses)
    for iri, uses in things.items():
        _declare(graph, iri, OWL.ObjectProperty if iri not in data else RDF.Property, uses[0][1].prop.meaning, uses)
    relations = defaultdict(list)
    for relationship in RELATIONSHIPS.values():
        relations[predicate(relationship)].append(relationship)
    for iri, types in relations.items():
        _relation(graph, iri, types)
    return graph


_ABOUT = "Trusts and their ratings, frameworks of improvement research with mappings, findings of studies."
_VANN = "http://purl.org/vocab/vann/"


def _head(graph: Graph) -> None:
    ontology = URIRef(ONTOLOGY)
    dcterms = PREFIXES["dcterms"]
    for term, value in (
        (RDF.type, OWL.Ontology),
        (OWL.versionIRI, URIRef(f"{ONTOLOGY}/{VERSION}")),
        (OWL.versionInfo, Literal(VERSION)),
        (URIRef(f"{dcterms}title"), Literal("Ontology of qikg", lang="en")),
        (URIRef(f"{dcterms}description"), Literal(_ABOUT, lang="en")),
        (URIRef(f"{dcterms}license"), URIRef(LICENCE)),
        (URIRef(f"{dcterms}creator"), Literal("qikg contributors")),
        (URIRef(f"{_VANN}preferredNamespacePrefix"), Literal("qikg")),
        (URIRef(f"{_VANN}preferredNamespaceUri"), Literal(f"{ONTOLOGY}#")),
    ):  # fmt: skip
        graph.add((ontology, term, value))
    for iri in {DEFINITION, *(URIRef(f"{dcterms}{name}") for name in ("title", "description", "license", "creator")),
                URIRef(f"{_VANN}preferredNamespacePrefix"), URIRef(f"{_VANN}preferredNamespaceUri"),
                SKOS.definition}:  # fmt: skip
        graph.add((iri, RDF.type, OWL.AnnotationProperty))


def _class(graph: Graph, cls: type[Node]) -> None:
    own = qikg(cls.__name__)
    _describe(graph, own, OWL.Class, _words(cls.__name__), str(cls.__doc__).split("\n")[0])
    if cls.term:
        above = URIRef(expand(cls.term))
        graph.add((above, RDF.type, OWL.Class))
        graph.add((own, RDFS.subClassOf, above))
    for label, meaning in cls.also.items():
        _describe(graph, qikg(label), OWL.Class, _words(label), meaning)
        graph.add((qikg(label), RDFS.subClassOf, own))


def _disjoint(graph: Graph, classes: Iterable[URIRef]) -> None:
    axiom, members = BNode("disjoint"), BNode("disjoint-members")
    graph.add((axiom, RDF.type, OWL.AllDisjointClasses))
    graph.add((axiom, OWL.members, members))
    Collection(graph, members, list[RdfNode](sorted(classes)))


def _data_property(graph: Graph, iri: URIRef, uses: list[Use]) -> None:
    _declare(graph, iri, OWL.DatatypeProperty, uses[0][1].prop.meaning, uses)
    ranges = {TYPES[field.type] for _, field in uses if field.type is not PartialDate and field.prop.unit != "year"}
    if len(ranges) == 1 and all(field.type is not PartialDate and field.prop.unit != "year" for _, field in uses):
        graph.add((iri, RDFS.range, ranges.pop()))


def _declare(
    graph: Graph, iri: URIRef, kind: RdfNode, meaning: str, uses: list[Use]
) -> None:
    if iri.startswith(f"{ONTOLOGY}#"):
        _describe(graph, iri, kind, uses[0][1].name.replace("_", " "), meaning)
        domains = {qikg(cls.__name__) for cls, _ in uses if issubclass(cls, Node)}
        if all(issubclass(cls, Node) for cls, _ in uses):
            _any_of(graph, iri, RDFS.domain, domains)
    else:
        graph.add((iri, RDF.type, kind))
        graph.add((iri, RDFS.isDefinedBy, URIRef(str(iri).rpartition("#")[0] or str(iri).rpartition("/")[0] + "/")))


def _relation(graph: Graph, iri: URIRef, types: list[type[Relationship]]) -> None:
    if not iri.startswith(f"{ONTOLOGY}#"):
        graph.add((iri, RDF.type, OWL.ObjectProperty))
        return
    label, definition = types[0].type.lower().replace("_", " "), str(types[0].__doc__).split("\n")[0]
    _describe(graph, iri, OWL.ObjectProperty, label, definition)
    _any_of(graph, iri, RDFS.domain, {qikg(start) for one in types for start in one.starts})
    _any_of(graph, iri, RDFS.range, {qikg(end) for one in types for end in one.ends})


def _any_of(graph: Graph, iri: URIRef, term: URIRef, classes: set[URIRef]) -> None:
    if len(classes) == 1:
        graph.add((iri, term, next(iter(classes))))
    elif classes:
        name = f"{str(iri).rpartition('#')[2]}-{str(term).rpartition('#')[2]}"
        union, members = BNode(name), BNode(f"{name}-members")
        graph.add((iri, term, union))
        graph.add((union, RDF.type, OWL.Class))
        graph.add((union, OWL.unionOf, members))
        Collection(graph, members, list[RdfNode](sorted(classes)))


def _describe(graph: Graph, iri: URIRef, kind: RdfNode, label: str, definition: str) -> None:
    graph.add((iri, RDF.type, kind))
    graph.add((iri, RDFS.label, Literal(label, lang="en")))
    graph.add((iri, SKOS.definition, Literal(definition, lang="en")))
    graph.add((iri, DEFINITION, Literal(definition, lang="en")))
    graph.add((iri, RDFS.isDefinedBy, URIRef(ONTOLOGY)))


def _words(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
