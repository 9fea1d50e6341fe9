"""Shapes that every export of the graph has, in SHACL. Made from the classes.

Importing this module imports rdflib, so others import it inside functions.
"""

from __future__ import annotations

from collections import defaultdict

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node as RdfNode

from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import Field, Node
from qikg.ontology.owl import DATES, TYPES, names_things, predicate, qikg
from qikg.ontology.terms import ONTOLOGY, PREFIXES


def shacl() -> Graph:
    """Make the shapes as an rdflib graph."""
    graph = Graph(bind_namespaces="none")
    for prefix, address in {**PREFIXES, "sh": str(SH)}.items():
        graph.bind(prefix, address)
    for cls in NODES.values():
        shape = URIRef(f"{ONTOLOGY}/shapes#{cls.__name__}")
        graph.add((shape, RDF.type, SH.NodeShape))
        graph.add((shape, SH.targetClass, qikg(cls.__name__)))
        for field in cls.fields():
            _property(graph, shape, cls, field)
        for path, ends in _ends(cls).items():
            one = _shape(graph, shape, f"{cls.__name__}-{path.rpartition('/')[2].rpartition('#')[2]}-ends", path)
            _any(graph, one, [(SH["class"], qikg(end)) for end in sorted(ends)])
            words = f"What it points at must be a node of the graph: {', '.join(sorted(ends))}."
            graph.add((one, SH.message, Literal(words)))
    return graph


def _ends(cls: type[Node]) -> dict[URIRef, set[str]]:
    found: dict[URIRef, set[str]] = defaultdict(set)
    for one in RELATIONSHIPS.values():
        if cls.__name__ in one.starts:
            found[predicate(one)].update(one.ends)
    return found


def _property(graph: Graph, shape: URIRef, cls: type[Node], field: Field) -> None:
    one = _shape(graph, shape, f"{cls.__name__}-{field.name}", URIRef(field.iri))
    rules = []
    if field.required or field.name in {"id", "sources"}:
        graph.add((one, SH.minCount, Literal(1)))
        rules.append("there must be one")
    if field.cardinality != "set":
        graph.add((one, SH.maxCount, Literal(1)))
        rules.append("there may be one at most")
    if field.cardinality == "ordered":
        rules.append("it is a list")
    elif field.name == "sources":
        graph.add((one, SH["class"], qikg("Source")))
        rules.append("it is a source of the graph")
    elif field.prop.vocabulary:
        words = BNode(f"{cls.__name__}-{field.name}-words")
        graph.add((one, SH["in"], words))
        Collection(graph, words, [Literal(word) for word in field.prop.vocabulary])
        rules.append(f"known words are {', '.join(field.prop.vocabulary)}")
    elif names_things(field):
        graph.add((one, SH.nodeKind, SH.IRIOrLiteral))
    elif field.type is PartialDate:
        _any(graph, one, [(SH.datatype, kind) for kind in DATES])
        rules.append("it is a year, a month or a day, as xsd:gYear, xsd:gYearMonth or xsd:date")
    elif field.prop.unit == "year":
        _any(graph, one, [(SH.datatype, DATES[0]), (SH.datatype, TYPES[int])])
    else:
        graph.add((one, SH.datatype, TYPES[field.type]))
        rules.append(f"it is of the type {str(TYPES[field.type]).rpartition('#')[2]}")
    graph.add((one, SH.message, Literal(f"{field.name}: {'; '.join(rules) or field.prop.meaning}.")))


def _shape(graph: Graph, shape: URIRef, name: str, path: URIRef) -> BNode:
    one = BNode(name)
    graph.add((shape, SH.property, one))
    graph.add((one, SH.path, path))
    return one


def _any(graph: Graph, one: BNode, choices: list[tuple[RdfNode, RdfNode]]) -> None:
    """Let one of several conditions hold."""
    if len(choices) == 1:
        graph.add((one, *choices[0]))
        return
    members = BNode(f"{one}-any")
    graph.add((one, SH["or"], members))
    each: list[RdfNode] = []
    for number, (term, value) in enumerate(choices):
        choice = BNode(f"{one}-any-{number}")
        graph.add((choice, term, value))
        each.append(choice)
    Collection(graph, members, each)
