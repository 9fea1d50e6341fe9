"""Addresses and vocabularies."""

from __future__ import annotations

import re
from collections import defaultdict
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import namespace

from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.terms import BASE, NO_TERM_FOUND, PREFIXES, camel, concept, expand, identifier_of, thing

KINDS = st.sampled_from(sorted(cls.kind for cls in NODES.values()))
# what a load lets through: no surrogates, no controls
LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
AWKWARD = st.sampled_from(["/", "//", " ", "%", "%2F", ".", "..", "#", "?", "é", "漢", "&", "'", '"', "<", "|", "-"])
IDS = st.lists(st.one_of(st.text(LETTERS), AWKWARD), min_size=1).map("".join).filter(bool)
LOCALS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)

# The terms of ours that stand in vocabularies which rdflib does not know, as their own documents list them.
OTHERS: dict[str, set[str]] = {
    "bibo": {"AcademicArticle", "Document", "authorList", "doi", "issn", "issue", "number", "volume"},
    "oa": {"Annotation", "TextPositionSelector", "start", "end", "hasBody"},
    "pav": {"authoredBy"},
    # of SSSOM only what its published OWL holds under its own name: other slots have a term of another vocabulary
    "sssom": {
        *("Mapping", "MappingSet", "NoTermFound", "NegatedPredicate", "mappings", "mapping_set_id", "sssom_version"),
        *("version1.0", "version1.1"),
        *("record_id", "predicate_modifier", "mapping_justification", "confidence", "other", "creator_label"),
        *("subject_label", "subject_source", "subject_source_version"),
        *("object_label", "object_source", "object_source_version"),
        *("author_label", "reviewer_id", "reviewer_label"),
    },
}
KNOWN: dict[str, type[namespace.DefinedNamespace]] = {
    "dc": namespace.DC,
    "dcterms": namespace.DCTERMS,
    "foaf": namespace.FOAF,
    "org": namespace.ORG,
    "owl": namespace.OWL,
    "prov": namespace.PROV,
    "rdf": namespace.RDF,
    "rdfs": namespace.RDFS,
    "skos": namespace.SKOS,
}


def reused() -> dict[str, set[str]]:
    """Give every term of another vocabulary that a class or property has, with who has it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, cls in {**NODES, **RELATIONSHIPS}.items():
        found[cls.term].add(name)
        for field in cls.fields():
            found[field.prop.term].add(f"{name}.{field.name}")
            for _, term in field.prop.meanings:
                found[term].add(f"{name}.{field.name}")
    return {term: who for term, who in found.items() if term and not term.startswith("qikg:")}


@given(KINDS, IDS)
def test_an_address_gives_its_id_back(kind: str, identifier: str) -> None:
    assert identifier_of(thing(kind, identifier), kind) == identifier


@given(KINDS, IDS, IDS)
def test_two_ids_never_share_an_address(kind: str, one: str, other: str) -> None:
    assert (thing(kind, one) == thing(kind, other)) is (one == other)


@given(KINDS, KINDS, IDS)
def test_two_kinds_never_share_an_address(one: str, other: str, identifier: str) -> None:
    assert (thing(one, identifier) == thing(other, identifier)) is (one == other)


@given(KINDS, IDS)
def test_an_address_is_plain_ascii_and_keeps_the_slashes(kind: str, identifier: str) -> None:
    address = thing(kind, identifier)
    path = urlsplit(address).path

    assert re.fullmatch(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/%]+", address)
    assert not re.search(r"%(?![0-9A-F]{2})", address)
    assert address.removeprefix(f"{BASE}{kind}/").count("/") == identifier.count("/")
    assert not {".", ".."} & set(path.split("/"))  # what normalises an address would take them away
    assert address == BASE.removesuffix(urlsplit(BASE).path) + path  # no query, no fragment


@pytest.mark.parametrize(
    ("identifier", "end"),
    [
        ("RTX/A b/2018", "RTX/A%20b/2018"),
        ("100%", "100%25"),
        ("a%2Fb", "a%252Fb"),
        ("../etc", "%2E%2E/etc"),
        ("a//b", "a//b"),
        ("Ysbyty Gwynedd/é", "Ysbyty%20Gwynedd/%C3%A9"),
        ("a#b?c", "a%23b%3Fc"),
    ],
)
def test_addresses_of_awkward_ids(identifier: str, end: str) -> None:
    assert thing("name", identifier) == f"{BASE}name/{end}"


@given(LOCALS, IDS)
def test_the_address_of_a_concept_is_its_prefix_in_lower_case_and_its_code(prefix: str, local: str) -> None:
    address = concept(f"{prefix}:{local}")

    assert address == thing("concept", f"{prefix.lower()}/{local}")
    assert identifier_of(address, "concept") == f"{prefix.lower()}/{local}"


@pytest.mark.parametrize(
    ("code", "end"),
    [("QUASER:LEAD", "quaser/LEAD"), ("CFIR2:IV.C.B", "cfir2/IV.C.B"), ("iPARIHS:EXTK-GEN", "iparihs/EXTK-GEN")],
)
def test_addresses_of_concepts(code: str, end: str) -> None:
    assert concept(code) == f"{BASE}concept/{end}"


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("id", "id"),
        ("quote_start", "quoteStart"),
        ("table4_x_printed", "table4XPrinted"),
        ("on_cqc_page", "onCqcPage"),
        ("IN_FRAMEWORK", "inFramework"),
    ],
)
def test_camel(name: str, local: str) -> None:
    assert camel(name) == local


def test_no_two_properties_of_a_class_come_to_the_same_term() -> None:
    for name, cls in {**NODES, **RELATIONSHIPS}.items():
        terms = [field.iri for field in cls.fields()]
        assert len(terms) == len(set(terms)), name


def test_a_term_of_ours_is_a_class_a_relationship_or_a_value_and_never_two_of_them() -> None:
    classes = {f"qikg:{label}" for cls in NODES.values() for label in (cls.__name__, *cls.also)}
    joins: set[str] = set()
    values: set[str] = set()
    for relationship in RELATIONSHIPS.values():
        joins.add(relationship.term or f"qikg:{camel(relationship.type)}")
    for cls in (*NODES.values(), *RELATIONSHIPS.values()):
        for field in cls.fields():
            if field.name != "sources":
                term = field.prop.term or f"qikg:{camel(field.name)}"
                (joins if field.prop.concepts else values).add(term)
    ours = {term for term in joins | values if term.startswith("qikg:")}

    assert not joins & values
    assert not ours & classes


def test_a_term_of_ours_has_one_type_of_value() -> None:
    types: dict[str, set[str]] = defaultdict(set)
    for cls in (*NODES.values(), *RELATIONSHIPS.values()):
        for field in cls.fields():
            if not field.prop.term or field.prop.term.startswith("qikg:"):
                types[field.iri].add(field.type.__name__)

    assert {term: names for term, names in types.items() if len(names) > 1} == {}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_prefix_is_expanded(prefix: str) -> None:
    assert expand(f"{prefix}:a:b") == PREFIXES[prefix] + "a:b"
    assert PREFIXES[prefix][-1] in "#/"


def test_an_unknown_prefix_is_refused() -> None:
    with pytest.raises(KeyError):
        expand("nobody:knows")


@pytest.mark.parametrize("term", sorted({*reused(), NO_TERM_FOUND}))
def test_a_reused_term_stands_in_its_vocabulary(term: str) -> None:
    prefix, _, local = term.partition(":")

    assert prefix in PREFIXES
    if prefix in OTHERS:
        assert local in OTHERS[prefix]
    else:
        assert str(KNOWN[prefix]) == PREFIXES[prefix]
        assert local in KNOWN[prefix]


def test_terms_of_sssom_are_the_ones_that_its_own_rdf_uses() -> None:
    """Its schema gives these slots a term of another vocabulary (`slot_uri`), and its OWL has no term of its own."""
    moved = {
        *("subject_id", "object_id", "predicate_id", "comment", "see_also", "creator_id", "author_id", "license"),
        *("mapping_set_version", "mapping_set_title", "mapping_set_description", "mapping_set_source"),
        *("mapping_date", "publication_date"),
    }

    assert not {f"sssom:{slot}" for slot in moved} & set(reused())
