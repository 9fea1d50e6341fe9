"""The ontology as OWL 2 DL: classes, properties with domains and ranges, disjointness, inverses. Made from the classes.

Terms of other vocabularies that are reused are declared and not imported. What an export has and OWL 2 DL has no words
for (dates that may be partial, lists in order, text where an address is wanted) is an annotation property here, and is
checked by the shapes instead; why, and what else OWL cannot say, stands in docs/decisions/owl.md.

Importing this module imports rdflib, so others import it inside functions.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node as RdfNode

from qikg.ontology.classes import NODES, RELATIONSHIPS, VERSION
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import Field, Node, Relationship
from qikg.ontology.reused import CLASS, DATATYPE, OBJECT, REUSED, Reused
from qikg.ontology.terms import LICENCE, ONTOLOGY, PREFIXES, UNREGISTERED, expand

DEFINITION = URIRef("http://purl.obolibrary.org/obo/IAO_0000115")
DATES = (XSD.gYear, XSD.gYearMonth, XSD.date)
"""What a date that may be partial is in RDF."""
TYPES = {str: XSD.string, int: XSD.integer, float: XSD.double, bool: XSD.boolean, datetime.date: XSD.date}
"""The datatype of a plain value."""


Described = type[Node | Relationship]
Use = tuple[Described, Field]
"""A class that has a property."""


def qikg(name: str) -> URIRef:
    """Give a term of our own."""
    return URIRef(f"{ONTOLOGY}#{name}")


def predicate(cls: type[Relationship]) -> URIRef:
    """Give the predicate of a relationship's plain triple."""
    return URIRef(expand(cls.curie()))


def names_things(field: Field) -> bool:
    """Say whether a property has IRIs as values."""
    return _points(field) or bool(field.prop.meanings or field.prop.resource)


def beyond_owl(field: Field) -> str:
    """Say which values of a property in an export have no place in OWL 2 DL; nothing where all have one.

    Its datatypes lack xsd:date, xsd:gYear and xsd:gYearMonth, its individuals are no rdf:List, and a property of it has
    either literals or things, while an address that is no IRI stays text.
    """
    if field.type in {PartialDate, datetime.date} or field.prop.unit == "year":
        return "years, months or days (xsd:gYear, xsd:gYearMonth, xsd:date)"
    if field.cardinality == "ordered":
        return "lists in order (rdf:List)"
    return "addresses, or text where there is none" if field.prop.resource or field.prop.meanings else ""


def owl() -> Graph:
    """Make the ontology as an rdflib graph."""
    graph = Graph(bind_namespaces="none")
    for prefix, address in {**PREFIXES, "obo": _OBO, "vann": _VANN}.items():
        graph.bind(prefix, address)
    _head(graph)
    for cls in NODES.values():
        _class(graph, cls)
    _all_disjoint(graph, map(qikg, NODES))
    uses, relations = properties(), relationships()
    for curie, term in REUSED.items():
        iri = URIRef(expand(curie))
        _describe(graph, iri, _reused_kind(term, uses.get(iri, []), iri in relations), curie, term.definition)
        _note(graph, iri, uses.get(iri, []))
        if term.inverse:
            _inverse(graph, iri, URIRef(expand(term.inverse)))
    for iri, found in uses.items():
        if _own(iri):
            _property(graph, iri, found)
    for iri, types in relations.items():
        _relation(graph, iri, types)
    return graph


def properties() -> Mapping[URIRef, list[Use]]:
    """Give every property, with the classes that have it."""
    found: dict[URIRef, list[Use]] = defaultdict(list)
    described: list[Described] = [*NODES.values(), *RELATIONSHIPS.values()]
    for cls in described:
        for field in cls.fields():
            found[URIRef(field.iri)].append((cls, field))
    return found


def relationships() -> Mapping[URIRef, list[type[Relationship]]]:
    """Give the predicate of every relationship, with the relationships that have it."""
    found: dict[URIRef, list[type[Relationship]]] = defaultdict(list)
    for relationship in RELATIONSHIPS.values():
        found[predicate(relationship)].append(relationship)
    return found


_OBO = "http://purl.obolibrary.org/obo/"
_VANN = "http://purl.org/vocab/vann/"
_BUILT_IN = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))
_ABOUT = "Trusts and their ratings, frameworks of improvement research with mappings, findings of studies."
_CREATOR = "qikg contributors"
_TITLE = "Ontology of qikg"
_ANNOTATIONS = (
    (DEFINITION, "IAO:definition", "What a term means, in full: the definition that OBO tools look for."),
    (
        URIRef(f"{_VANN}preferredNamespacePrefix"),
        "vann:preferredNamespacePrefix",
        "The prefix to use for a vocabulary.",
    ),
    (URIRef(f"{_VANN}preferredNamespaceUri"), "vann:preferredNamespaceUri", "The namespace to use for a vocabulary."),
)
"""What the ontology says of itself by terms that no export uses."""


def _head(graph: Graph) -> None:
    citation = f"{_CREATOR}. {_TITLE}, version {VERSION}. {ONTOLOGY}/{VERSION}"
    for term, value in (
        (RDF.type, OWL.Ontology),
        (OWL.versionIRI, URIRef(f"{ONTOLOGY}/{VERSION}")),
        (OWL.versionInfo, Literal(VERSION)),
        (RDFS.comment, Literal(UNREGISTERED, lang="en")),
        (expand("dcterms:title"), Literal(_TITLE, lang="en")),
        (expand("dcterms:description"), Literal(_ABOUT, lang="en")),
        (expand("dcterms:license"), URIRef(LICENCE)),
        (expand("dcterms:creator"), Literal(_CREATOR)),
        (expand("dcterms:bibliographicCitation"), Literal(citation)),
        (f"{_VANN}preferredNamespacePrefix", Literal("qikg")),
        (f"{_VANN}preferredNamespaceUri", Literal(f"{ONTOLOGY}#")),
    ):
        graph.add((URIRef(ONTOLOGY), URIRef(term), value))
    for iri, label, definition in _ANNOTATIONS:
        _describe(graph, iri, OWL.AnnotationProperty, label, definition)


def _class(graph: Graph, cls: type[Node]) -> None:
    own = qikg(cls.__name__)
    _describe(graph, own, OWL.Class, _words(cls.__name__), _first_line(cls))
    for example in cls.examples():
        graph.add((own, SKOS.example, Literal(example)))
    if cls.term and not expand(cls.term).startswith(_BUILT_IN):
        graph.add((own, RDFS.subClassOf, URIRef(expand(cls.term))))
    for label, meaning in cls.also.items():
        _describe(graph, qikg(label), OWL.Class, _words(label), meaning)
        graph.add((qikg(label), RDFS.subClassOf, own))


def _all_disjoint(graph: Graph, classes: Iterable[URIRef]) -> None:
    axiom = BNode("disjoint")
    graph.add((axiom, RDF.type, OWL.AllDisjointClasses))
    graph.add((axiom, OWL.members, _list(graph, "disjoint-members", sorted(classes))))


def _reused_kind(term: Reused, uses: list[Use], relation: bool) -> URIRef:
    if term.declared == CLASS:
        return OWL.Class
    if relation or (uses and all(_points(field) for _, field in uses)):
        return OWL.ObjectProperty
    if any(beyond_owl(field) for _, field in uses):
        return OWL.AnnotationProperty
    return {OBJECT: OWL.ObjectProperty, DATATYPE: OWL.DatatypeProperty}.get(term.declared, OWL.AnnotationProperty)


def _property(graph: Graph, iri: URIRef, uses: list[Use]) -> None:
    """Describe a property of our own, with its domain and range."""
    label, definition = _words(_local(iri)), _meanings(uses)
    domains = {qikg(cls.__name__) for cls, _ in uses if issubclass(cls, Node)}
    if any(beyond_owl(field) for _, field in uses):
        _describe(graph, iri, OWL.AnnotationProperty, label, definition)
        _note(graph, iri, uses)
        return
    points = _points(uses[0][1])
    _describe(graph, iri, OWL.ObjectProperty if points else OWL.DatatypeProperty, label, definition)
    if len(domains) == len(uses):  # what a relationship says stands on an rdf:Statement, which no domain can name
        _any_of(graph, iri, RDFS.domain, domains)
    if points:
        graph.add((iri, RDFS.range, qikg("Concept")))
        return
    words = {field.prop.vocabulary for _, field in uses}
    types = {TYPES[field.type] for _, field in uses}
    if len(words) == 1 and (one := words.pop()):
        among = BNode(f"{_local(iri)}-words")
        graph.add((iri, RDFS.range, among))
        graph.add((among, RDF.type, RDFS.Datatype))
        graph.add((among, OWL.oneOf, _list(graph, f"{among}-list", map(Literal, one))))
    elif len(types) == 1:
        graph.add((iri, RDFS.range, types.pop()))


def _relation(graph: Graph, iri: URIRef, types: list[type[Relationship]]) -> None:
    if _own(iri):
        _describe(graph, iri, OWL.ObjectProperty, _words(_local(iri)), _first_line(types[0]))
        _any_of(graph, iri, RDFS.domain, {qikg(start) for one in types for start in one.starts})
        _any_of(graph, iri, RDFS.range, {qikg(end) for one in types for end in one.ends})
    if all(one.both_ways for one in types):
        _inverse(graph, iri, iri)


def _inverse(graph: Graph, iri: URIRef, other: URIRef) -> None:
    graph.add((iri, RDF.type, OWL.SymmetricProperty) if iri == other else (iri, OWL.inverseOf, other))


def _note(graph: Graph, iri: URIRef, uses: list[Use]) -> None:
    """Say what a reused property is for here, and why a property is an annotation property."""
    if uses and not _own(iri):
        graph.add((iri, SKOS.scopeNote, Literal(f"Here: {_meanings(uses)}", lang="en")))
    for reason in sorted({beyond_owl(field) for _, field in uses} - {""}):
        words = f"An annotation property, as its values may be {reason}, which OWL 2 DL has no property for."
        graph.add((iri, SKOS.scopeNote, Literal(words, lang="en")))


def _meanings(uses: list[Use]) -> str:
    """Give what a property means, class by class where it means several things."""
    classes: dict[str, list[str]] = defaultdict(list)
    for cls, field in uses:
        unit = f" Unit: {field.prop.unit}." if field.prop.unit else ""
        classes[field.prop.meaning + unit].append(cls.type if issubclass(cls, Relationship) else cls.__name__)
    if len(classes) == 1:
        return next(iter(classes))
    return " ".join(f"Of {', '.join(names)}: {meaning}" for meaning, names in classes.items())


def _any_of(graph: Graph, iri: URIRef, term: URIRef, classes: set[URIRef]) -> None:
    if len(classes) == 1:
        graph.add((iri, term, next(iter(classes))))
        return
    union = BNode(f"{_local(iri)}-{_local(term)}")
    graph.add((iri, term, union))
    graph.add((union, RDF.type, OWL.Class))
    graph.add((union, OWL.unionOf, _list(graph, f"{union}-members", sorted(classes))))


def _list(graph: Graph, name: str, members: Iterable[RdfNode]) -> BNode:
    first = BNode(name)
    Collection(graph, first, list(members))
    return first


def _describe(graph: Graph, iri: URIRef, kind: RdfNode, label: str, definition: str) -> None:
    graph.add((iri, RDF.type, kind))
    graph.add((iri, RDFS.label, Literal(label, lang="en")))
    graph.add((iri, SKOS.definition, Literal(definition, lang="en")))
    graph.add((iri, DEFINITION, Literal(definition, lang="en")))
    graph.add((iri, RDFS.isDefinedBy, URIRef(ONTOLOGY if _own(iri) else _vocabulary(iri))))


def _points(field: Field) -> bool:
    """Say whether each value of a property is the address of a node."""
    return field.name == "sources" or bool(field.prop.concepts)


def _own(iri: URIRef) -> bool:
    return iri.startswith(f"{ONTOLOGY}#")


def _vocabulary(iri: URIRef) -> str:
    return iri.rpartition("#")[0] or iri.rpartition("/")[0] + "/"


def _local(iri: URIRef) -> str:
    return iri.rpartition("#")[2]


def _first_line(cls: Described) -> str:
    return str(cls.__doc__).split("\n")[0]


def _words(name: str) -> str:
    """Give the words of a term's name; the capital of a class tells it from a property of the same words.

    >>> _words("QualityStatement"), _words("qualityStatement")
    ('Quality statement', 'quality statement')
    """
    return name[0] + re.sub("[A-Z]", lambda letter: f" {letter[0].lower()}", name[1:])
