"""A node and a relationship as RDF, by the pure converter alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest
from checkout import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from rdf import canonical, iri, readings

from qikg.graph.rdf.export import FORMATS
from qikg.graph.rdf.triples import (
    Curies,
    Names,
    header,
    literal,
    node_triples,
    relationship_triples,
    unknown_properties,
)
from qikg.graph.store import Value
from qikg.ontology.classes import LABELS, NODES, RELATIONSHIPS, key_label
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import Ref
from qikg.ontology.terms import ATTRIBUTION, BASE, PREFIXES, UNREGISTERED, camel, expand

XSD = PREFIXES["xsd"]
CODED = Ref("CodedItem", "s/L1"), Ref("Concept", "QUASER:LEAD")


def node(*labels: str, names: Names | None = None, **properties: Value) -> dict[str, list[object]]:
    """Give the objects of a node by predicate, as CURIEs; those of another subject are left out."""
    triples = list(node_triples(labels, {"id": "x", **properties}, names or Names()))
    return objects(triples, triples[0].subject)


def objects(triples: Iterable[Triple], subject: object) -> dict[str, list[object]]:
    found: dict[str, list[object]] = defaultdict(list)
    for triple in triples:
        if triple.subject == subject:
            found[Curies().contract(triple.predicate.value)].append(triple.object)
    return found


def typed(value: str, kind: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + kind))


# --- nodes


def test_a_node_has_its_classes_and_its_id() -> None:
    found = node("Excerpt", "CodedItem", id="s/L1")
    assert set(found["rdf:type"]) == {iri("qikg:CodedItem"), iri("qikg:Excerpt"), iri("oa:Annotation")}
    assert found["dcterms:identifier"] == [Literal("s/L1")]


def test_a_label_that_the_ontology_does_not_know_is_no_class() -> None:
    assert node("Outcome", "Stranger")["rdf:type"] == [iri("qikg:Outcome")]
    assert key_label(["Stranger", "Excerpt"]) is None
    with pytest.raises(ValueError, match="no key label"):
        list(node_triples(["Stranger"], {"id": "x"}, Names()))


@pytest.mark.parametrize(
    ("label", "identifier", "address"),
    [
        ("Case", "williams-best-2022/case-4", "case/williams-best-2022/case-4"),
        ("Concept", "CFIR2:IV.C.B", "concept/cfir2/IV.C.B"),
        ("Framework", "QUASER", "framework/QUASER"),
        ("Name", "RTX/A & B, 50% (new)/é/2018", "name/RTX/A%20&%20B,%2050%25%20(new)/%C3%A9/2018"),
        ("Rating", "RTX/undated/OVERALL/SAFE/GOOD#1?", "rating/RTX/undated/OVERALL/SAFE/GOOD%231%3F"),
        ("Source", "user/../x", "source/user/%2E%2E/x"),
    ],
)
def test_the_address_of_a_thing_is_made_from_its_id(label: str, identifier: str, address: str) -> None:
    assert Names().iri(Ref(label, identifier)).value == BASE + address


def test_unknown_and_internal_properties_and_the_bounds_of_dates_are_no_triples() -> None:
    found = node("Source", rank="2026|x", date="2015-04", date_earliest="2015-04-01", title=None, foreign=1)
    assert set(found) == {"rdf:type", "dcterms:identifier", "dcterms:date"}
    assert unknown_properties(NODES["Source"], dict.fromkeys(["rank", "rank_cqc", "date_latest", "foreign"])) == ["foreign"]


@pytest.mark.parametrize(("text", "kind"), [("2015", "gYear"), ("2015-04", "gYearMonth"), ("2015-04-02", "date")])
def test_a_date_is_as_precise_as_it_is_known(text: str, kind: str) -> None:
    assert node("Source", date=text)["dcterms:date"] == [typed(text, kind)]


def test_a_year_is_a_year_and_a_count_is_a_number() -> None:
    assert node("Framework", year=2014)["dcterms:issued"] == [typed("2014", "gYear")]
    assert node("Source", rows=2014)["qikg:rows"] == [typed("2014", "integer")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.85, "8.5E-1"), (1.0, "1.0E0"), (100.0, "1.0E2"), (-0.0, "-0.0E0"), (0.0, "0.0E0"), (1e22, "1.0E22"),
        (123456.789, "1.23456789E5"), (5e-324, "5.0E-324"), (float("inf"), "INF"), (float("-inf"), "-INF"),
        (float("nan"), "NaN"),
    ],
)  # fmt: skip
def test_a_double_has_its_canonical_form(value: float, text: str) -> None:
    assert literal(value) == typed(text, "double")


@given(st.floats(allow_nan=False))
def test_a_double_keeps_its_value(value: float) -> None:
    assert float(literal(value).value) == value


def test_a_whole_number_in_a_property_of_type_float_is_a_double() -> None:
    assert node("Concept", certainty=1)["qikg:certainty"] == [typed("1.0E0", "double")]
    assert literal(True, float) == typed("true", "boolean")


def test_a_set_is_repeated_values_and_a_list_in_order_is_an_rdf_list() -> None:
    assert node("Concept", words=["a", "b"])["skos:altLabel"] == [Literal("a"), Literal("b")]
    triples = list(node_triples(["Study"], {"id": "s", "authors": ["Williams", "Best", "Williams"]}, Names()))
    (cell,) = objects(triples, Names().iri(Ref("Study", "s")))["bibo:authorList"]
    read = []
    while cell != iri("rdf:nil"):
        found = objects(triples, cell)
        (first,), (cell,) = found["rdf:first"], found["rdf:rest"]
        read.append(first)
    assert read == [Literal("Williams"), Literal("Best"), Literal("Williams")]


def test_an_empty_list_is_no_triple() -> None:
    assert set(node("Study", authors=[], keywords=[])) == {"rdf:type", "dcterms:identifier"}


def test_sources_and_coded_properties_are_addresses() -> None:
    found = node("Rating", sources=["cqc/ratings/2018"], question="CQC:SAFE", value="CQCRATING:GOOD", service="other")
    assert found["prov:wasDerivedFrom"] == [NamedNode(BASE + "source/cqc/ratings/2018")]
    assert found["qikg:question"] == [NamedNode(BASE + "concept/cqc/SAFE")]
    assert found["qikg:ratingValue"] == [NamedNode(BASE + "concept/cqcrating/GOOD")]
    assert found["qikg:service"] == [Literal("other")]  # no concept of CQCSERVICE


def test_what_is_an_activity_is_never_said_to_be_derived() -> None:
    """PROV-O: prov:Activity and prov:Entity, the domain of prov:wasDerivedFrom, have nothing in common."""
    for cls in NODES.values():
        sources = next(field for field in cls.fields() if field.name == "sources")
        assert (sources.prop.term == "prov:wasInfluencedBy") == (cls.term == "prov:Activity"), cls


@pytest.mark.parametrize(
    "text", ["https://example.org/a?b=c&d#e", "http://example.org/%E2%80%93", "https://example.org/é", "urn:x:y"]
)
def test_an_address_is_an_iri(text: str) -> None:
    assert node("Source", url=text)["foaf:page"] == [NamedNode(text)]


@pytest.mark.parametrize(
    "text",
    ["www.example.org", "https://a.org ; https://b.org", "https://a.org/%zz", "https://a.org/<b>", "https://a.org/../b",
     "https://a.org/.", ""],
)  # fmt: skip
def test_what_is_no_address_stays_text(text: str) -> None:
    assert node("Source", url=text)["foaf:page"] == [Literal(text)]


# --- mappings

SET: Mapping[str, Value] = {
    "id": "set",
    "iri": "https://w3id.org/qikg/mapping/set",
    "curie_map": ["QUASER=https://w3id.org/qikg/concept/quaser/", "MAPPING=https://w3id.org/qikg/mapping/"],
}


def test_a_mapping_has_the_address_that_its_file_gives() -> None:
    names = Names.of([SET], [{"id": "set/XW001", "iri": BASE + "mapping/XW001"}, {"id": "set/2", "iri": None}])
    assert names.iri(Ref("MappingSet", "set")).value == BASE + "mapping/set"
    assert names.iri(Ref("Mapping", "set/XW001")).value == BASE + "mapping/XW001"
    assert names.iri(Ref("Mapping", "set/2")).value == BASE + "mapping/set/2"


@pytest.mark.parametrize("stolen", [BASE + "framework/QUASER", BASE + "mapping/XW001", "no address"])
def test_a_mapping_cannot_take_the_address_of_something_else(stolen: str) -> None:
    rows = [{"id": "a/XW001", "iri": BASE + "mapping/XW001"}, {"id": "b/1", "iri": stolen}]
    assert Names.of([], rows).iri(Ref("Mapping", "b/1")).value == BASE + "mapping/b/1"


def test_a_mapping_is_written_as_sssom_has_it() -> None:
    found = node(
        "Mapping", id="set/1", names=Names.of([SET], []), mapping_set="set", subject_id="QUASER:LEAD",
        predicate_id="skos:narrowMatch", predicate_modifier="Not", object_id="sssom:NoTermFound",
        mapping_justification="semapv:ManualMappingCuration", confidence=0.85, author_id=["orcid:0000"],
    )  # fmt: skip
    assert iri("owl:Axiom") in found["rdf:type"]
    assert found["owl:annotatedSource"] == [NamedNode(BASE + "concept/quaser/LEAD")]
    assert found["owl:annotatedProperty"] == [iri("skos:narrowMatch")]
    assert found["owl:annotatedTarget"] == [iri("sssom:NoTermFound")]
    assert found["sssom:predicate_modifier"] == [iri("sssom:NegatedPredicate")]
    assert found["sssom:mapping_justification"] == [iri("semapv:ManualMappingCuration")]
    assert found["sssom:confidence"] == [typed("8.5E-1", "double")]
    assert found["pav:authoredBy"] == [Literal("orcid:0000")]  # the file declares no such prefix


def test_a_curie_becomes_an_iri_only_where_there_is_one_way_back() -> None:
    curies = Curies({"A": "https://example.org/", "B": "https://example.org/b/", "C": "https://example.org/"})
    assert curies.expand("A:x") == "https://example.org/x"
    assert curies.expand("A:b/x") is None  # comes back as B:x
    assert curies.expand("C:x") is None  # comes back as A:x
    assert curies.contract("https://example.org/b/x") == "B:x"
    assert curies.expand("no CURIE") is None


# --- relationships


def test_a_relationship_is_a_plain_triple_and_a_statement_of_it() -> None:
    properties: dict[str, Value] = {"key": "authors", "coder": "authors", "rank": "x", "date": "2022", "sources": ["s"]}
    plain, *rest = relationship_triples("CODED_AS", *CODED, "authors", properties, Names())
    item, concept = Names().iri(CODED[0]), Names().iri(CODED[1])
    assert plain == Triple(item, iri("oa:hasBody"), concept)
    (statement,) = {triple.subject for triple in rest}
    assert isinstance(statement, NamedNode)
    assert statement.value.startswith(BASE + "statement/coded-as/")
    assert objects(rest, statement) == {
        "rdf:type": [iri("rdf:Statement")],
        "rdf:subject": [item],
        "rdf:predicate": [iri("oa:hasBody")],
        "rdf:object": [concept],
        "qikg:coder": [Literal("authors")],
        "dcterms:date": [typed("2022", "gYear")],
        "prov:wasDerivedFrom": [NamedNode(BASE + "source/s")],
    }


def test_relationships_that_differ_in_their_key_share_the_triple_and_not_the_statement() -> None:
    one, two = (
        list(relationship_triples("CODED_AS", *CODED, coder, {"coder": coder}, Names())) for coder in ("authors", "me")
    )
    assert one[0] == two[0]
    assert one[1].subject != two[1].subject


def test_the_statement_depends_on_the_label_of_the_ends_too() -> None:
    ends = Ref("Organisation", "RXR"), Ref("Location", "RXR")
    one, two = (
        list(relationship_triples("IDENTIFIED_AS", Ref("Case", "c"), end, "-", {"basis": "x"}, Names())) for end in ends
    )
    assert one[1].subject != two[1].subject


def test_a_relationship_without_properties_or_derived_is_a_plain_triple_only() -> None:
    ends = Ref("Concept", "A:1"), Ref("Concept", "B:1")
    assert len(list(relationship_triples("BROADER", *ends, None, {"rank": "x", "sources": []}, Names()))) == 1
    derived: dict[str, Value] = {"mapping": "m", "confidence": 0.5, "sources": ["s"]}
    assert len(list(relationship_triples("EXACT_MATCH", *ends, "m", derived, Names()))) == 1


# --- terms

def test_a_term_of_ours_means_one_thing() -> None:
    """No predicate has text in one place and things in another, and none is both a property and a relationship."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for cls in {**NODES, **RELATIONSHIPS}.values():
        for field in cls.fields():
            kinds[field.iri].add("things" if field.prop.concepts or field.name == "sources" else "values")
    for relationship in RELATIONSHIPS.values():
        kinds[expand(relationship.term or f"qikg:{camel(relationship.type)}")].add("things of a relationship")
    assert {term: found for term, found in kinds.items() if len(found) > 1} == {}


def test_the_type_of_a_plain_triple_follows_from_its_predicate_and_the_classes_of_its_ends() -> None:
    seen: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for cls in RELATIONSHIPS.values():
        for start in cls.starts:
            for end in cls.ends:
                seen[cls.term or f"qikg:{camel(cls.type)}", start, end].append(cls.type)
    assert {triple: types for triple, types in seen.items() if len(types) > 1} == {}


def test_no_class_has_two_properties_of_one_term() -> None:
    for cls in {**NODES, **RELATIONSHIPS}.values():
        terms = [field.iri for field in cls.fields()]
        assert len(set(terms)) == len(terms), cls


def test_the_header_says_that_the_base_is_not_registered_and_what_may_be_done() -> None:
    found = objects(header(), NamedNode(BASE))
    assert found["dcterms:description"] == [Literal(UNREGISTERED)]
    assert found["dcterms:license"] == [NamedNode("https://creativecommons.org/licenses/by/4.0/")]
    assert found["dc:rights"] == [Literal(line) for line in ATTRIBUTION]


def test_the_lines_to_print_are_those_of_the_licence_of_the_data() -> None:
    printed = (ROOT / "LICENSE-DATA.md").read_text("utf-8")
    assert all(f"*{line}*" in printed for line in ATTRIBUTION)


def test_every_label_and_type_has_a_class_or_a_predicate() -> None:
    terms = {field.curie for cls in (*NODES.values(), *RELATIONSHIPS.values()) for field in cls.fields()}
    terms |= {cls.curie() for cls in RELATIONSHIPS.values()} | {cls.term for cls in NODES.values() if cls.term}
    assert {term for term in terms if term.split(":")[0] not in PREFIXES} == set()
    assert all(label.isalnum() and label[0].isupper() for label in LABELS)


# --- any text, in every syntax

# What loading refuses: C0 controls but tab and LF, surrogates, two non-characters; CR has become LF.
TEXT = st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters="".join(map(chr, {*range(0x20), 0xFFFE, 0xFFFF} - {0x09, 0x0A})),
    ),
    max_size=20,
)
IDS = st.one_of(
    TEXT.map(str.strip).filter(bool),
    st.lists(st.sampled_from(["a", " b", "%", "%2F", "..", ".", "", "é", "😀", "#", "?", ":", "[x]"]), min_size=1)
    .map("/".join)
    .map(str.strip)
    .filter(bool),
)


@settings(max_examples=60)
@given(
    identifier=IDS,
    text=TEXT,
    words=st.lists(TEXT, max_size=3, unique=True),
    authors=st.lists(TEXT, max_size=3),
    number=st.integers(),
    share=st.floats(allow_nan=False),
    address=st.one_of(TEXT, TEXT.map("https://example.org/{}".format)),
    key=TEXT,
)
def test_any_text_and_number_comes_back_from_every_syntax(
    identifier: str, text: str, words: list[str], authors: list[str], number: int, share: float, address: str, key: str
) -> None:
    names = Names()
    concept: dict[str, Value] = {"id": identifier, "label": text, "words": words, "certainty": share, "order": number}
    study: dict[str, Value] = {"id": identifier, "title": text, "authors": authors, "url": address, "year": number}
    coding: dict[str, Value] = {"coder": key, "sources": [identifier]}
    ends = Ref("CodedItem", identifier), Ref("Concept", identifier)
    triples = [
        *node_triples(["Concept"], concept, names),
        *node_triples(["Study"], study, names),
        *relationship_triples("CODED_AS", *ends, key, coding, names),
    ]
    expected = canonical(triples)
    assert len(expected) == len(triples)
    for name, format in FORMATS.items():
        syntax = RdfFormat.from_media_type(format.media_type)
        data = serialize(triples, format=syntax, prefixes=dict(PREFIXES))
        assert data is not None
        for reader, found in readings(data, name):
            assert found == expected, f"{name} by {reader}"


@given(st.lists(IDS, unique=True, min_size=2, max_size=6))
def test_two_ids_never_have_one_address(ids: list[str]) -> None:
    assert len({Names().iri(Ref("Name", identifier)) for identifier in ids}) == len(ids)


@pytest.mark.parametrize("text", ["0000", "2015-13", "2015-02-30", "2015-4", "about 2015", "２０１５"])
def test_what_is_no_date_stays_text(text: str) -> None:
    assert literal(text, PartialDate) == Literal(text)
