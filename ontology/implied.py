"""What follows from the graph and is written beside it for others' tools: SKOS tops, annotation targets, links out.

Such a triple adds nothing to the graph and is passed over when RDF is read back; one that does not follow from what the
file says is reported there like any other unknown term. All subjects and objects are addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

from qikg.ontology.model import Ref
from qikg.ontology.terms import expand, thing

Edges: TypeAlias = Iterable[tuple[str, Ref]]
"""Relationships that start from a node, by type, with the node that they end at."""


class Implied(NamedTuple):
    """A triple that follows: an address, the CURIE of a predicate, another address."""

    subject: str
    predicate: str
    object: str


class Stated(NamedTuple):
    """A node as it is stated."""

    ref: Ref
    labels: frozenset[str]
    """All of its labels."""
    properties: Mapping[str, object]
    edges: Edges
    iri: Callable[[Ref], str]

    @property
    def address(self) -> str:
        """Its address."""
        return self.iri(self.ref)

    def text(self, name: str) -> str:
        """Give a property as text, empty where it is not known."""
        return str(self.properties.get(name) or "")

    def ends(self, kind: str, label: str) -> list[Ref]:
        """Give the ends with a label of the relationships of a type."""
        return [end for found, end in self.edges if found == kind and end.label == label]


def implied(node: Stated) -> Iterator[Implied]:
    """Give what follows from a node and the relationships that start from it."""
    rule = RULES.get(node.ref.label)
    return iter(()) if rule is None else rule(node)


def _tops(node: Stated) -> Iterator[Implied]:
    """Give the schemes that a concept is a top of: there it has no broader one. Elsewhere it may have one."""
    schemes = node.ends("IN_FRAMEWORK", "Framework")
    above = {end.id.partition(":")[0] for end in node.ends("BROADER", "Concept")}
    for scheme in schemes:
        if scheme.id not in above:
            yield Implied(node.address, "skos:topConceptOf", node.iri(scheme))
            yield Implied(node.iri(scheme), "skos:hasTopConcept", node.address)


def _record(node: Stated) -> Iterator[Implied]:
    if node.text("record_id"):
        yield Implied(node.address, "sssom:record_id", node.address)


def _publication(node: Stated) -> Iterator[Implied]:
    yield from _doi(node, "rdfs:seeAlso", node.text("doi"))


def _article(node: Stated) -> Iterator[Implied]:
    yield from _doi(node, "owl:sameAs", node.text("doi"))


def _cited(node: Stated) -> Iterator[Implied]:
    """Link an entry of a reference list: it is no article, so it is not the same as one that is in the graph."""
    yield from _doi(node, "rdfs:seeAlso", node.text("resolved_to"))


def _doi(node: Stated, predicate: str, text: str) -> Iterator[Implied]:
    if re.fullmatch(r"10\.\d{4,9}/[!-~]+", text):
        yield Implied(node.address, predicate, "https://doi.org/" + quote(text, safe="/:;()._-"))


def _selection(node: Stated) -> Iterator[Implied]:
    """Give the resource that a span selects, as Web Annotation has it: a source with a selector."""
    for document in node.ends("IN_DOCUMENT", "Document"):
        yield Implied(_target(node.ref), "rdf:type", expand("oa:SpecificResource"))
        yield Implied(_target(node.ref), "oa:hasSource", node.iri(document))
        yield Implied(_target(node.ref), "oa:hasSelector", node.address)


def _annotation(node: Stated) -> Iterator[Implied]:
    """Say what a coded item is about: the passages that it is printed at, else the study as a whole."""
    yield Implied(node.address, "oa:motivatedBy", expand("oa:classifying"))
    spans = node.ends("PRINTED_AT", "Span")
    for target in map(_target, spans) if spans else map(node.iri, node.ends("MADE_IN", "Study")):
        yield Implied(node.address, "oa:hasTarget", target)


def _target(span: Ref) -> str:
    return thing("target", span.id)


def _organisation(node: Stated) -> Iterator[Implied]:
    has_record = "Trust" in node.labels or node.text("ods_name") or node.text("ods_record_class")
    if has_record and _is_ods_code(node.ref.id):
        yield Implied(node.address, "owl:sameAs", _ODS + node.ref.id)
    if "Provider" in node.labels:
        yield Implied(node.address, "owl:sameAs", _CQC + "provider/" + _segment(node.ref.id))
    for after in node.ends("SUCCEEDED_BY", "Organisation"):
        change = thing("change", f"{node.ref.id}/{after.id}")
        yield Implied(change, "rdf:type", expand("org:ChangeEvent"))
        yield Implied(change, "org:originalOrganization", node.address)
        yield Implied(change, "org:resultingOrganization", node.iri(after))


def _location(node: Stated) -> Iterator[Implied]:
    yield Implied(node.address, "owl:sameAs", _CQC + "location/" + _segment(node.ref.id))
    if _is_ods_code(node.text("ods_code")):  # a site of ODS may hold several registrations, or a part of one
        yield Implied(node.address, "rdfs:seeAlso", _ODS + node.text("ods_code"))


def _is_ods_code(text: str) -> bool:
    return re.fullmatch(r"[A-Z0-9]{3,10}", text) is not None


def _segment(text: str) -> str:
    return quote(text, safe="-._~")


_CQC = "https://www.cqc.org.uk/"
_ODS = "https://directory.spineservices.nhs.uk/ORD/2-0-0/organisations/"
RULES: Mapping[str, Callable[[Stated], Iterator[Implied]]] = MappingProxyType(
    {
        "CodedItem": _annotation,
        "Concept": _tops,
        "Framework": _publication,
        "Location": _location,
        "Mapping": _record,
        "Organisation": _organisation,
        "Reference": _cited,
        "Span": _selection,
        "Study": _article,
    }
)
"""What gives the triples that follow, by key label."""
