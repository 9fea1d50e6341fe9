"""What follows from the graph for others' tools: it names the right things, and only where it does follow."""

from __future__ import annotations

import pytest

from qikg.ontology.classes import NODES
from qikg.ontology.implied import Implied, Stated, implied
from qikg.ontology.model import PropertyValue, Ref
from qikg.ontology.terms import concept, thing


def follows(
    ref: Ref,
    properties: dict[str, PropertyValue] | None = None,
    edges: tuple[tuple[str, Ref], ...] = (),
    labels: tuple[str, ...] = (),
) -> set[tuple[str, str]]:
    """Give predicates with objects, those of other subjects with the subject before them."""
    node = Stated(ref, frozenset({ref.label, *labels}), properties or {}, edges, address)
    return {
        (one.predicate if one.subject == node.address else f"{one.subject} {one.predicate}", one.object)
        for one in implied(node)
    }


def address(ref: Ref) -> str:
    return concept(ref.id) if ref.label == "Concept" else thing(NODES[ref.label].kind, ref.id)


def test_a_concept_without_a_broader_one_in_its_scheme_is_a_top_of_it() -> None:
    scheme, other = Ref("Framework", "CQCQS"), Ref("Concept", "CQC:SAFE")
    edges = (("IN_FRAMEWORK", scheme), ("BROADER", other))
    assert follows(Ref("Concept", "CQCQS:QS1"), {}, edges) == {
        ("skos:topConceptOf", address(scheme)),
        (f"{address(scheme)} skos:hasTopConcept", concept("CQCQS:QS1")),
    }
    assert follows(Ref("Concept", "CQCQS:QS1"), {}, (*edges, ("BROADER", Ref("Concept", "CQCQS:QS0")))) == set()


def test_what_is_printed_somewhere_is_an_annotation_of_that_place() -> None:
    span, document = Ref("Span", "s/text-1/1-9"), Ref("Document", "s/text-1")
    target = thing("target", span.id)
    study = ("MADE_IN", Ref("Study", "s"))
    assert ("oa:hasTarget", target) in follows(Ref("CodedItem", "s/L1"), {}, (("PRINTED_AT", span), study))
    assert ("oa:hasTarget", address(study[1])) not in follows(Ref("CodedItem", "s/L1"), {}, (("PRINTED_AT", span), study))
    assert ("oa:hasTarget", address(study[1])) in follows(Ref("CodedItem", "s/L1"), {}, (study,))
    assert follows(span, {}, (("IN_DOCUMENT", document),)) == {
        (f"{target} rdf:type", "http://www.w3.org/ns/oa#SpecificResource"),
        (f"{target} oa:hasSource", address(document)),
        (f"{target} oa:hasSelector", address(span)),
    }


@pytest.mark.parametrize(
    ("ref", "properties", "labels", "wanted"),
    [
        (Ref("Study", "s"), {"doi": "10.3390/ijerph19020747"}, (), {("owl:sameAs", "https://doi.org/10.3390/ijerph19020747")}),
        (Ref("Framework", "F"), {"doi": "10.1/x y"}, (), set()),
        (Ref("Framework", "F"), {"doi": "10.1093/a<b>"}, (), {("rdfs:seeAlso", "https://doi.org/10.1093/a%3Cb%3E")}),
        (Ref("Reference", "s/ref-1"), {"resolved_to": "10.1093/a", "resolved_status": "stated"}, (), {("rdfs:seeAlso", "https://doi.org/10.1093/a")}),
        (Ref("Reference", "s/ref-1"), {"resolved_to": "10.1093/a", "resolved_status": "inferred"}, (), {("rdfs:seeAlso", "https://doi.org/10.1093/a")}),
        (Ref("Reference", "s/ref-1"), {"resolved_to": "978-0-00"}, (), set()),
        (Ref("Organisation", "RXR"), {}, ("Trust",), {("owl:sameAs", "https://directory.spineservices.nhs.uk/ORD/2-0-0/organisations/RXR")}),
        (Ref("Organisation", "1-101"), {"ods_name": "x"}, ("Provider",), {("owl:sameAs", "https://www.cqc.org.uk/provider/1-101")}),
        (Ref("Organisation", "NHSI"), {}, ("Body",), set()),
        (Ref("Location", "RDU50"), {"ods_code": "RDU50"}, (), {
            ("owl:sameAs", "https://www.cqc.org.uk/location/RDU50"),
            ("rdfs:seeAlso", "https://directory.spineservices.nhs.uk/ORD/2-0-0/organisations/RDU50"),
        }),
        (Ref("Mapping", "m/1"), {"record_id": "m:1"}, (), {("sssom:record_id", address(Ref("Mapping", "m/1")))}),
        (Ref("Mapping", "m/1"), {}, (), set()),
        (Ref("Rating", "r"), {"score": 4}, (), set()),
    ],
)  # fmt: skip
def test_links_lead_out_where_identity_is_certain(
    ref: Ref, properties: dict[str, PropertyValue], labels: tuple[str, ...], wanted: set[tuple[str, str]]
) -> None:
    assert follows(ref, properties, (), labels) == wanted


def test_a_succession_of_organisations_is_a_change_event() -> None:
    node = Stated(Ref("Organisation", "RDU"), frozenset(), {}, (("SUCCEEDED_BY", Ref("Organisation", "RNU")),), address)
    assert Implied(thing("change", "RDU/RNU"), "org:resultingOrganization", address(Ref("Organisation", "RNU"))) in set(
        implied(node)
    )


def test_no_kind_of_node_has_the_addresses_of_what_follows() -> None:
    assert not {"target", "change", "statement"} & {cls.kind for cls in NODES.values()}
