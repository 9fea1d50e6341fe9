"""Shapes that every export of a whole graph has, in SHACL: of nodes, and of statements. Made from the classes.

A violation is what the classes forbid. A warning is what only looks wrong: an id, a hash or a DOI of an unusual form.
More may be said of a node than the ontology knows; no shape is closed. The statements are those of the profile rdf11:
SHACL cannot look into the triple terms of RDF 1.2.

Importing this module imports rdflib, so others import it inside functions.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node as RdfNode

from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import Field, Node, Relationship
from qikg.ontology.owl import DATES, TYPES, predicate, qikg, relationships
from qikg.ontology.terms import ONTOLOGY, PREFIXES, concept, expand

Rules: TypeAlias = "Sequence[tuple[URIRef, RdfNode | Sequence[RdfNode]]]"
"""Terms of SHACL with their values; several values are a list."""

_WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime.date: "a day such as 2015-04-02",
}
_HASH = r"^[0-9a-f]{64}$", "a SHA-256 hash: 64 digits and small letters from a to f"
FORMS = {
    "bibo:doi": (r"^10\.[0-9]{4,9}/\S+$", "a DOI such as 10.1136/bmjqs-2011-000010"),
    "bibo:issn": (r"^[0-9]{4}-[0-9]{3}[0-9X]$", "an ISSN such as 1660-4601"),
    "qikg:sha256": _HASH,
    "qikg:skeletonSha256": _HASH,
}
"""What the values of some terms look like, as a regular expression, and in words."""
_NOT_STATED = f"""
SELECT $this ?value WHERE {{
  ?value a $this ; <{RDF.subject}> ?s ; <{RDF.predicate}> ?p ; <{RDF.object}> ?o .
  FILTER NOT EXISTS {{ ?s ?p ?o }}
}}"""


def shacl() -> Graph:
    """Make the shapes as an rdflib graph."""
    made = _Shapes()
    for prefix, address in {**PREFIXES, "sh": str(SH)}.items():
        made.graph.bind(prefix, address)
    for cls in NODES.values():
        _node(made, cls)
    _statement(made)
    for iri, types in relationships().items():
        if iri.startswith(f"{ONTOLOGY}#"):
            _starts(made, iri, types)
        if stated := [one for one in types if not one.derived]:
            _statements(made, iri, stated)
    return made.graph


def id_pattern(cls: type[Node]) -> str | None:
    """Give the regular expression that the rule for a class's ids says; None where it gives no form.

    >>> from qikg.ontology.evidence import Span
    >>> Span.id_rule, id_pattern(Span)
    ('`<document>/<start>-<end>`: `williams-best-2022/text-1/629-763`.', '^(.+/.+-.+)$')
    """
    forms = [form for form in re.findall(r"`([^`]+)`", cls.id_rule) if "<" in form]
    # re.escape would escape "-" too, which the regular expressions of XPath do not allow
    escaped = (re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", form) for form in forms)
    return f"^({'|'.join(re.sub('<[^>]*>', '.+', form) for form in escaped)})$" if forms else None


class _Shapes:
    """The graph of shapes while it is made; each is named after what it is of, so that it is the same each time."""

    def __init__(self) -> None:
        self.graph = Graph(bind_namespaces="none")
        self._blank = 0

    def named(self, *names: str) -> URIRef:
        return URIRef(f"{ONTOLOGY}/shapes#{'-'.join(names)}")

    def node(self, name: str, label: str, *rules: tuple[URIRef, RdfNode]) -> URIRef:
        shape = self.named(name)
        self.graph.add((shape, RDF.type, SH.NodeShape))
        self.graph.add((shape, RDFS.label, Literal(label, lang="en")))
        self.add(shape, rules)
        return shape

    def property(self, owner: RdfNode, name: URIRef, path: RdfNode, message: str, *rules: Rules) -> URIRef:
        """Add a property shape to another shape: one of the alternatives in `rules` has to hold."""
        self.graph.add((owner, SH.property, name))
        self.add(name, [(SH.path, path), (SH.message, Literal(message, lang="en"))])
        self.any(name, rules)
        return name

    def any(self, shape: RdfNode, rules: Sequence[Rules]) -> None:
        if len(rules) == 1:
            self.add(shape, rules[0])
        elif rules:
            self.add(shape, [(SH["or"], [self.blank(*one) for one in rules])])

    def add(self, shape: RdfNode, rules: Rules) -> None:
        for term, value in rules:
            self.graph.add((shape, term, value if isinstance(value, RdfNode) else self.list(value)))

    def blank(self, *rules: tuple[URIRef, RdfNode | Sequence[RdfNode]]) -> BNode:
        self._blank += 1
        found = BNode(f"b{self._blank:04d}")
        self.add(found, rules)
        return found

    def list(self, members: Sequence[RdfNode]) -> RdfNode:
        if not members:
            return RDF.nil
        self._blank += 1
        cells = [BNode(f"b{self._blank:04d}n{number}") for number in range(len(members))]
        for cell, member, rest in zip(cells, members, [*cells[1:], RDF.nil], strict=True):
            self.graph.add((cell, RDF.first, member))
            self.graph.add((cell, RDF.rest, rest))
        return cells[0]


def _node(made: _Shapes, cls: type[Node]) -> None:
    name = cls.__name__
    too = f", and is a {cls.term} too" if cls.term else ""
    words, target = Literal(f"Each {name} is named by an address{too}.", lang="en"), (SH.targetClass, qikg(name))
    shape = made.node(name, f"Shape of {name}", target, (SH.nodeKind, SH.IRI), (SH.message, words))
    if cls.term:
        made.add(shape, [(SH["class"], URIRef(expand(cls.term)))])
    for label in cls.also:
        words, target = Literal(f"Each {label} is a {name} too.", lang="en"), (SH.targetClass, qikg(label))
        made.node(label, f"Shape of {label}", target, (SH["class"], qikg(name)), (SH.message, words))
    for field in cls.fields():
        _property(made, shape, name, field, required=field.required or field.name in {"id", "sources"})
        if field.name == "id" and (pattern := id_pattern(cls)):
            _form(made, shape, name, field, pattern, f"an id of this kind: {cls.id_rule}")
    for path, types in relationships().items():
        if ends := sorted({end for one in types if name in one.starts for end in one.ends}):
            one = made.named(name, re.split("[#/]", path)[-1], "ends")
            message = f"What it points at must be a node of the graph: {', '.join(ends)}."
            made.property(shape, one, path, message, *([(SH["class"], qikg(end))] for end in ends))


def _property(made: _Shapes, shape: RdfNode, owner: str, field: Field, *, required: bool) -> None:
    """Add what a property must be: how often, of what kind, and of what form."""
    own, path = made.named(owner, field.name), URIRef(field.iri)
    kinds, words = _kinds(made, field)
    if field.cardinality == "ordered":
        _list(made, shape, owner, field)
        places = made.list([path, made.blank((SH.zeroOrMorePath, RDF.rest)), RDF.first])
        kind = f"{field.name}: {words} in each place of the list."
        made.property(shape, made.named(owner, field.name, "members"), places, kind, *kinds)
        kinds, words = (), "a list"
    once = field.cardinality != "set"
    often = "just one; " if required and once else "one at least; " if required else "one at most; " if once else ""
    made.property(shape, own, path, f"{field.name}: {often}{words}.", *kinds)
    made.add(own, [(term, Literal(1)) for term, holds in ((SH.minCount, required), (SH.maxCount, once)) if holds])
    said = f"{field.prop.meaning}{f' ({field.prop.unit})' if field.prop.unit else ''}"
    names = (SH.name, field.name.replace("_", " ")), (SH.description, said)
    made.add(own, [(term, Literal(text, lang="en")) for term, text in names])
    if form := FORMS.get(field.curie):
        _form(made, shape, owner, field, *form)


def _list(made: _Shapes, shape: RdfNode, owner: str, field: Field) -> None:
    """Say that a value is a whole rdf:List: each cell has one rdf:first and one rdf:rest, and the last rest is nil."""
    once, path = [(SH.minCount, Literal(1)), (SH.maxCount, Literal(1))], URIRef(field.iri)
    cells = made.list([path, made.blank((SH.zeroOrMorePath, RDF.rest))])
    cell = [(SH.property, made.blank((SH.path, step), *once)) for step in (RDF.first, RDF.rest)]
    message = f"{field.name}: a list in order (rdf:List); each cell has one rdf:first and one rdf:rest."
    made.property(shape, made.named(owner, field.name, "cells"), cells, message, [(SH["in"], [RDF.nil])], cell)
    ended = made.named(owner, field.name, "ended")
    made.add(shape, [(SH.node, ended)])
    made.add(ended, [(SH.message, Literal(f"{field.name}: the list does not end in rdf:nil.", lang="en"))])
    none = made.blank((SH.path, path), (SH.maxCount, Literal(0)))
    nil = made.blank((SH.path, cells), (SH.hasValue, RDF.nil))
    made.any(ended, [[(SH.property, none)], [(SH.property, nil)]])


def _kinds(made: _Shapes, field: Field) -> tuple[Sequence[Rules], str]:
    """Give the kinds of value that a property may have, and the same in words."""
    prop, text = field.prop, [(SH.datatype, TYPES[str])]
    if field.name == "sources":
        return [[(SH["class"], qikg("Source"))]], "a Source of the graph"
    if prop.vocabulary:
        return [[(SH["in"], [Literal(word) for word in prop.vocabulary])]], f"one of {', '.join(prop.vocabulary)}"
    if prop.concepts:
        start = Literal(f"^{concept(f'{prop.concepts}:')}")
        code = [(SH["class"], qikg("Concept")), (SH.pattern, start)]
        return [code, text], f"the address of a concept of {prop.concepts}, or text where it has none"
    if prop.meanings:
        terms = [URIRef(expand(term)) for _, term in prop.meanings]
        return [[(SH["in"], terms)], text], f"one of {', '.join(term for _, term in prop.meanings)}, or text"
    if prop.resource:
        return [[(SH.nodeKind, SH.IRI)], text], "an address, or text where there is none"
    if field.type is PartialDate:
        return [_dated(kind) for kind in DATES], "a year, a month or a day (2015, 2015-04, 2015-04-02)"
    if prop.unit == "year":
        return [_dated(DATES[0]), [(SH.datatype, TYPES[int])]], "a year such as 2015"
    if prop.spoken:
        return [text, [(SH.datatype, RDF.langString)]], "text, with or without a language"
    rules: list[tuple[URIRef, RdfNode]] = [(SH.datatype, TYPES[field.type])]
    if limits := re.fullmatch(r"([-+]?\d+) to ([-+]?\d+)", prop.unit):
        ends = (SH.minInclusive, SH.maxInclusive)
        rules += [(term, Literal(int(end))) for term, end in zip(ends, limits.groups(), strict=True)]
        return [rules], f"{_WORDS[field.type]} from {limits[1]} to {limits[2]}"
    if field.type is int and prop.unit:
        return [[*rules, (SH.minInclusive, Literal(0))]], f"a whole number of {prop.unit}"
    return [rules], _WORDS[field.type]


def _dated(kind: URIRef) -> Rules:
    # not every validator looks into a gYearMonth, and none of ours has a time zone
    form = "-".join(("[0-9]{4}", "(0[1-9]|1[0-2])", "[0-9]{2}")[: DATES.index(kind) + 1])
    return [(SH.datatype, kind), (SH.pattern, Literal(f"^{form}$"))]


def _form(made: _Shapes, shape: RdfNode, owner: str, field: Field, pattern: str, words: str) -> None:
    name, message = made.named(owner, field.name, "form"), f"{field.name}: this does not look like {words.rstrip('.')}."
    made.property(shape, name, URIRef(field.iri), message, [(SH.pattern, Literal(pattern)), (SH.severity, SH.Warning)])


def _starts(made: _Shapes, path: URIRef, types: Iterable[type[Relationship]]) -> None:
    """Say what a predicate of our own may start from."""
    starts, name = sorted({start for one in types for start in one.starts}), path.rpartition("#")[2]
    words = Literal(f"Only a node of the graph has {name}: {', '.join(starts)}.", lang="en")
    shape = made.node(f"{name}-starts", f"What {name} starts from", (SH.targetSubjectsOf, path), (SH.message, words))
    made.any(shape, [[(SH["class"], qikg(start))] for start in starts])


def _statement(made: _Shapes) -> None:
    """Say what every statement has: three ends, and its plain triple beside it."""
    stated = sorted({predicate(one) for one in RELATIONSHIPS.values() if not one.derived})
    words = Literal("A statement is named by an address.", lang="en")
    shape = made.node(
        "Statement", "Shape of a statement", (SH.targetClass, RDF.Statement), (SH.nodeKind, SH.IRI), (SH.message, words)
    )
    for term in (RDF.subject, RDF.predicate, RDF.object):
        part = str(term).removeprefix(str(RDF))
        name, message = made.named("Statement", part), f"A statement has just one rdf:{part}, an address."
        made.property(
            shape, name, term, message,
            [(SH.minCount, Literal(1)), (SH.maxCount, Literal(1)), (SH.nodeKind, SH.IRI)],
        )  # fmt: skip
    known = "rdf:predicate: a relationship of the ontology that a source can state."
    made.property(shape, made.named("Statement", "predicate", "known"), RDF.predicate, known, [(SH["in"], stated)])
    beside = made.named("Statement", "beside")
    message = Literal("The plain triple of this statement is not there.", lang="en")
    made.add(beside, [(RDF.type, SH.NodeShape), (SH.targetNode, RDF.Statement)])
    made.add(beside, [(SH.sparql, made.blank((SH.select, Literal(_NOT_STATED)), (SH.message, message)))])


def _statements(made: _Shapes, path: URIRef, types: Sequence[type[Relationship]]) -> None:
    """Say what the statements with a predicate have; the focus of the shape is the predicate, its values are they.

    Where two relationships share a predicate and one asks for more, that holds for statements from its own classes.
    """
    name = "-or-".join(one.__name__ for one in types)
    shape = made.node(name, f"Shape of the statements of {name}", (SH.targetNode, path))
    each = made.named(name, "statements")
    made.add(shape, [(SH.property, each)])
    made.add(each, [(SH.path, made.blank((SH.inversePath, RDF.predicate)))])
    fields = {field.name: field for one in types for field in one.fields()}
    for field in fields.values():
        asking = [one for one in types if any(own.name == field.name and own.required for own in one.fields())]
        always = len(asking) == len(types) or field.name == "sources"
        _property(made, each, name, field, required=always)
        if asking and not always:
            starts = sorted({start for one in asking for start in one.starts})
            other = [[(SH["class"], qikg(start))] for start in starts]
            subject = made.blank((SH.path, RDF.subject), (SH["or"], [made.blank(*one) for one in other]))
            there = made.blank((SH.path, URIRef(field.iri)), (SH.minCount, Literal(1)))
            rule = made.blank((SH.property, subject))
            message = Literal(f"{field.name}: one at least in a statement of {', '.join(starts)}.", lang="en")
            case = made.named(name, field.name, "asked")
            made.add(case, [(RDF.type, SH.PropertyShape), (SH.path, made.blank((SH.inversePath, RDF.predicate)))])
            made.add(case, [(SH["or"], [made.blank((SH["not"], rule)), made.blank((SH.property, there))])])
            made.add(case, [(SH.message, message)])
            made.add(shape, [(SH.property, case)])
