"""The shapes: what they ask of an export, and what they say of one that is wrong. Two programs judge by them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import graphs
import jena
import pyshacl
import pytest
from engines import Engine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, serialize
from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import Node as RdfNode

from qikg.graph.rdf.export import export
from qikg.graph.rdf.triples import Names, node_triples, relationship_triples
from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.crosswalk import Concept
from qikg.ontology.model import Node, Ref, Relationship
from qikg.ontology.provenance import Source
from qikg.ontology.shacl import FORMS, id_pattern, shacl
from qikg.ontology.terms import BASE, ONTOLOGY, PREFIXES, expand

SHAPES = f"{ONTOLOGY}/shapes#"


class Result(NamedTuple):
    """What a validator found; what is of a shape and not of the standard (words, severity) is told apart."""

    focus: str
    path: str
    component: str


class Found(NamedTuple):
    """All results about one case, with their words."""

    results: set[Result]
    words: set[str]
    severities: set[str]


def results(report: Graph) -> Iterator[tuple[Result, str, str, str]]:
    """Give each result of a report, with the value it is about, its words and its severity."""
    for one in report.objects(None, SH.result):  # and not those that are a detail of another
        path = report.value(one, SH.resultPath)
        component = str(report.value(one, SH.sourceConstraintComponent)).removeprefix(str(SH))
        found = Result(str(report.value(one, SH.focusNode)), "" if path is None else shown(report, path), component)
        words = " ".join(sorted(map(str, report.objects(one, SH.resultMessage))))
        yield found, str(report.value(one, SH.value)), words, str(report.value(one, SH.resultSeverity))


def shown(graph: Graph, path: RdfNode) -> str:
    """Write a path as SPARQL does."""
    if isinstance(path, URIRef):
        return graph.namespace_manager.normalizeUri(path)
    if (inner := graph.value(path, SH.zeroOrMorePath)) is not None:
        return f"{shown(graph, inner)}*"
    if (inner := graph.value(path, SH.inversePath)) is not None:
        return f"^{shown(graph, inner)}"
    return "/".join(shown(graph, one) for one in graph.items(path))


def validated(data: Graph) -> Graph:
    _, report, _ = pyshacl.validate(data, shacl_graph=shacl(), inference="none")
    assert isinstance(report, Graph)
    return report


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("shapes") / "shapes.ttl"
    shacl().serialize(file, format="turtle")
    return file


# --- the shapes themselves


def test_the_shapes_are_the_same_each_time() -> None:
    assert shacl().serialize(format="turtle") == shacl().serialize(format="turtle")
    assert len(Graph().parse(data=shacl().serialize(format="turtle"))) == len(shacl())


def test_every_property_of_every_class_has_a_shape_with_name_meaning_and_words() -> None:
    graph = shacl()
    for label, cls in NODES.items():
        for field in cls.fields():
            one = URIRef(f"{SHAPES}{label}-{field.name}")
            assert (URIRef(f"{SHAPES}{label}"), SH.property, one) in graph
            assert graph.value(one, SH.path) == URIRef(field.iri)
            assert graph.value(one, SH.name) == Literal(field.name.replace("_", " "), lang="en")
            assert field.prop.meaning in str(graph.value(one, SH.description))


def test_every_shape_that_can_fail_says_so_in_words() -> None:
    graph = shacl()
    named = {one for one in graph.subjects() if str(one).startswith(SHAPES)}
    failing = {SH["class"], SH.nodeKind, SH.datatype, SH["in"], SH["or"], SH.minCount, SH.maxCount, SH.pattern}
    for shape in named:
        if failing & set(graph.predicates(shape)):
            assert str(graph.value(shape, SH.message)).endswith("."), shape


def test_every_second_label_and_every_stated_relationship_has_a_shape() -> None:
    graph = shacl()
    targets = set(graph.objects(None, SH.targetClass)) | set(graph.objects(None, SH.targetNode))
    assert {URIRef(expand(f"qikg:{label}")) for cls in NODES.values() for label in cls.also} <= targets
    assert {URIRef(expand(one.curie())) for one in RELATIONSHIPS.values() if not one.derived} <= targets


def test_no_shape_is_closed() -> None:
    assert (None, SH.closed, None) not in shacl()


@pytest.mark.parametrize("label", NODES)
def test_the_examples_of_an_id_rule_fit_the_pattern_made_of_it(label: str) -> None:
    pattern, examples = id_pattern(NODES[label]), NODES[label].examples()
    assert examples
    assert pattern is None or all(re.search(pattern, one) for one in examples)


def test_forms_are_of_terms_that_classes_have() -> None:
    assert set(FORMS) <= {field.curie for cls in NODES.values() for field in cls.fields()}


# --- what is right


@pytest.fixture(scope="module")
def packaged(embedded_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged graph as a file; both engines give the same bytes (test_export.py)."""
    file = tmp_path_factory.mktemp("packaged") / "graph.nt"
    for store in embedded_engine.packaged():
        export(store, file, format="ntriples")
    return file


def test_the_packaged_graph_has_the_shapes_by_two_validators(packaged: Path, shapes: Path) -> None:
    report = validated(Graph().parse(packaged, format="nt"))
    assert not list(results(report))
    assert list(report.objects(None, SH.conforms)) == [Literal(True)]
    other = Graph().parse(data=jena.shacl(shapes, packaged), format="turtle")
    assert list(other.objects(None, SH.conforms)) == [Literal(True)]


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(st.data())
def test_whatever_the_classes_accept_is_no_violation(data: st.DataObject) -> None:
    """A node of each class and a relationship of each type, as the converter writes them."""
    nodes: dict[Ref, Node] = {one.pointer: one for label in NODES for one in [data.draw(graphs.nodes(label))]}
    some = {ref.label: ref for ref in nodes}
    joined = [
        one
        for kind, cls in graphs.STATED.items()
        for one in data.draw(graphs.between(kind, some[cls.starts[0]], some[cls.ends[0]]))
    ]
    drawn: list[Node | Relationship] = [*nodes.values(), *joined]
    for code in {code for one in drawn for code in coded(one)}:
        nodes.setdefault(Concept.ref(code), nodes[some["Concept"]].model_copy(update={"id": code}))
    for identifier in {source for one in drawn for source in one.sources}:
        nodes.setdefault(Source.ref(identifier), Source(id=identifier, sources=(identifier,)))
    names = Names()
    triples = [
        triple
        for ref, one in nodes.items()
        for triple in node_triples((ref.label, *one.labels), {**graphs.stored(one), "id": ref.id}, names)
    ]
    for one in joined:
        triples += relationship_triples(one.type, one.start, one.end, one.key, graphs.stored(one), names)
    graph = Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    outside = {"MinInclusiveConstraintComponent", "MaxInclusiveConstraintComponent"}  # a unit the classes do not check
    found = [one for one, _, _, severity in results(validated(graph)) if severity == str(SH.Violation)]
    assert [one for one in found if one.component not in outside] == []


def coded(one: Node | Relationship) -> Iterator[str]:
    """Give the codes of concepts that the properties of a node or relationship hold."""
    for field in type(one).fields():
        value = getattr(one, field.name)
        if field.prop.concepts and value:
            yield from (value,) if isinstance(value, str) else value


# --- what is wrong


class Case(NamedTuple):
    """A mistake in the small graph below: what is written instead of what, and what is to be said of it."""

    old: str
    new: str
    results: set[Result]
    words: str


PREFIX = "".join(f"@prefix {name}: <{address}> .\n" for name, address in PREFIXES.items())
RIGHT = """\
source:a a qikg:Source, prov:Entity ; dcterms:identifier "CASE/a" ; dcterms:isReferencedBy source:a ;
  qikg:packaged true .
concept:LEAD a qikg:Concept, qikg:Challenge, skos:Concept ; dcterms:identifier "CASE:LEAD" ;
  prov:wasDerivedFrom source:a ; skos:prefLabel "Leadership" ; skos:notation "LEAD" ; qikg:order 1 .
rated:SAFE a qikg:Concept, skos:Concept ; dcterms:identifier "CQC:CASE-SAFE" ; prov:wasDerivedFrom source:a ;
  skos:prefLabel "Safe" ; skos:notation "SAFE" ; qikg:order 1 .
study:s a qikg:Study, bibo:AcademicArticle ; dcterms:identifier "CASE" ; prov:wasDerivedFrom source:a ;
  dcterms:title "A study" ; bibo:authorList ( "One" "Two" ) ; dcterms:issued "2022"^^xsd:gYear ;
  foaf:page <https://example.org/> ; bibo:doi "10.3390/ijerph19020747" .
item:L1 a qikg:CodedItem, qikg:Excerpt, oa:Annotation ; dcterms:identifier "CASE/L1" ; prov:wasDerivedFrom source:a ;
  rdfs:label "L1" ; qikg:voice "narrative" ; dcterms:abstract "What it says." ; qikg:status "stated" ;
  oa:hasBody concept:LEAD ; dcterms:isPartOf study:s .
location:L a qikg:Location, org:Site ; dcterms:identifier "CASEL" ; prov:wasDerivedFrom source:a ; qikg:beds 7 ;
  qikg:careHome false ; qikg:registrationStart "2015-04"^^xsd:gYearMonth ; qikg:status "stated" .
rating:r a qikg:Rating ; dcterms:identifier "CASEL/2015/OVERALL/SAFE/GOOD" ; prov:wasDerivedFrom source:a ;
  dcterms:date "2015-04-02"^^xsd:date ; qikg:question rated:SAFE ; qikg:service "as printed" ;
  qikg:ratingValue "as printed" ; qikg:score 3 ; qikg:rates location:L .
statement:coded a rdf:Statement ; rdf:subject item:L1 ; rdf:predicate oa:hasBody ; rdf:object concept:LEAD ;
  prov:wasDerivedFrom source:a ; qikg:coder "authors" ; qikg:status "stated" .
initiative:i a qikg:Initiative ; dcterms:identifier "CASE/i" ; prov:wasDerivedFrom source:a ; rdfs:label "Huddle" ;
  qikg:initiativeKind "practice" .
item:L1 dcterms:references initiative:i .
statement:mentions a rdf:Statement ; rdf:subject item:L1 ; rdf:predicate dcterms:references ;
  rdf:object initiative:i ; prov:wasDerivedFrom source:a ; qikg:status "stated" .
named:f a qikg:NamedFramework ; dcterms:identifier "CASE/f" ; prov:wasDerivedFrom source:a ; rdfs:label "A scheme" ;
  dcterms:references reference:r .
reference:r a qikg:Reference, bibo:Document ; dcterms:identifier "CASE/ref-1" ; prov:wasDerivedFrom source:a ;
  qikg:number "1" .
statement:cites a rdf:Statement ; rdf:subject named:f ; rdf:predicate dcterms:references ; rdf:object reference:r ;
  prov:wasDerivedFrom source:a .
set:m a qikg:MappingSet, sssom:MappingSet ; dcterms:identifier "CASE-set" ; prov:wasDerivedFrom source:a ;
  sssom:sssom_version sssom:version1.1 .
"""


def case(old: str, new: str, words: str, *found: tuple[str, str, str]) -> Case:
    return Case(old, new, {Result(*one) for one in found}, words)


CASES = {
    "nothing": case("", "", ""),
    "more_is_said_than_the_ontology_knows": case("qikg:beds 7", "qikg:beds 7 ; foaf:nick 'x'", ""),
    "two_values_where_one_may_be": case(
        "beds 7", "beds 7, 8", "beds: one at most", ("location:L", "qikg:beds", "MaxCount")
    ),
    "text_for_a_number": case("beds 7", 'beds "many"', "a whole number of beds",
                              ("location:L", "qikg:beds", "Datatype"), ("location:L", "qikg:beds", "MinInclusive")),
    "less_than_none": case("beds 7", "beds -7", "a whole number of beds", ("location:L", "qikg:beds", "MinInclusive")),
    "out_of_range": case(
        "score 3", "score 5", "score: one at most; a whole number from 1 to 4",
        ("rating:r", "qikg:score", "MaxInclusive"),
    ),
    "no_truth_value": case("careHome false", 'careHome "no"', "true or false", ("location:L", "qikg:careHome", "Datatype")),
    "a_word_of_no_vocabulary": case(
        'qikg:beds 7 ;\n  qikg:careHome false ; qikg:registrationStart "2015-04"^^xsd:gYearMonth ; qikg:status "stated"',
        'qikg:status "guessed"', "one of stated, inferred, undetermined", ("location:L", "qikg:status", "In"),
    ),
    "no_date": case('"2015-04"^^xsd:gYearMonth', '"soon"', "a year, a month or a day",
                    ("location:L", "qikg:registrationStart", "Or")),
    "a_date_that_is_none": case('"2015-04"^^xsd:gYearMonth', '"2015-13"^^xsd:gYearMonth', "a year, a month or a day",
                                ("location:L", "qikg:registrationStart", "Or")),
    "no_year": case('"2022"^^xsd:gYear', '"2022"', "a year such as 2015", ("study:s", "dcterms:issued", "Or")),
    "nothing_where_one_must_be": case('dcterms:title "A study" ; ', "", "title: just one", ("study:s", "dcterms:title", "MinCount")),
    "no_id": case(' ; dcterms:identifier "CASEL"', "", "id: just one", ("location:L", "dcterms:identifier", "MinCount")),
    "no_source": case('"CASE" ; prov:wasDerivedFrom source:a', '"CASE"', "sources: one at least", ("study:s", "prov:wasDerivedFrom", "MinCount")),
    "a_source_that_is_not_there": case(
        '"CASE" ; prov:wasDerivedFrom source:a', '"CASE" ; prov:wasDerivedFrom source:b', "a Source of the graph",
        ("study:s", "prov:wasDerivedFrom", "Class"),
    ),
    "an_end_that_is_not_there": case(
        "dcterms:isPartOf study:s", "dcterms:isPartOf study:t", "must be a node of the graph", ("item:L1", "dcterms:isPartOf", "Class"),
    ),
    "an_end_of_another_class": case("qikg:rates location:L", "qikg:rates study:s", "Location, Organisation", ("rating:r", "qikg:rates", "Or")),
    "a_start_of_another_class": case(
        "qikg:score 3", "qikg:score 3 . study:s qikg:rates location:L . rating:r qikg:score 3",
        "Only a node of the graph has rates: Rating", ("study:s", "", "Class"),
    ),
    "a_concept_of_another_framework": case("qikg:question rated:SAFE", "qikg:question concept:LEAD", "a concept of CQC", ("rating:r", "qikg:question", "Or")),
    "a_number_for_a_concept": case("qikg:question rated:SAFE", "qikg:question 5", "a concept of CQC", ("rating:r", "qikg:question", "Or")),
    "text_of_a_concept": case("qikg:question rated:SAFE", 'qikg:question "as printed"', ""),
    "a_number_for_an_address": case("foaf:page <https://example.org/>", "foaf:page 5", "an address, or text", ("study:s", "foaf:page", "Or")),
    "a_term_that_is_none_of_its_meanings": case("sssom:version1.1", "sssom:version9", "sssom:version1.0", ("set:m", "sssom:sssom_version", "Or")),
    "a_second_label_alone": case("a qikg:CodedItem, qikg:Excerpt", "a qikg:Excerpt", "Each Excerpt is a CodedItem too", ("item:L1", "", "Class")),
    "no_class_that_is_reused": case("a qikg:Study, bibo:AcademicArticle", "a qikg:Study", "is a bibo:AcademicArticle too", ("study:s", "", "Class")),
    "a_list_without_an_end": case('( "One" "Two" )', "[ rdf:first 'One' ]", "a list in order", ("study:s", "bibo:authorList/rdf:rest*", "Or"), ("study:s", "", "Node")),
    "two_first_in_a_cell": case('( "One" "Two" )', "[ rdf:first 'One', 'Two' ; rdf:rest () ]", "one rdf:first", ("study:s", "bibo:authorList/rdf:rest*", "Or")),
    "a_number_in_a_list": case('( "One" "Two" )', '( "One" 2 )', "text in each place", ("study:s", "bibo:authorList/rdf:rest*/rdf:first", "Datatype")),
    "two_lists": case('( "One" "Two" )', '( "One" ), ( "Two" )', "authors: one at most", ("study:s", "bibo:authorList", "MaxCount")),
    "a_statement_without_what_it_requires": case(' ; qikg:coder "authors"', "", "coder: just one", ("statement:coded", "qikg:coder", "MinCount")),
    "a_statement_with_a_word_of_no_vocabulary": case('"authors" ; qikg:status "stated"', '"authors" ; qikg:status "sure"', "one of stated", ("statement:coded", "qikg:status", "In")),
    "a_statement_without_what_only_one_of_two_requires": case(
        'rdf:object initiative:i ; prov:wasDerivedFrom source:a ; qikg:status "stated"', "rdf:object initiative:i ; prov:wasDerivedFrom source:a",
        "status: one at least in a statement of CodedItem", ("dcterms:references", "^rdf:predicate", "Or"),
    ),
    "a_statement_of_nothing_that_is_stated": case("oa:hasBody concept:LEAD ;", "qikg:other 1 ;", "The plain triple of this statement is not there", ("rdf:Statement", "", "SPARQL")),
    "a_statement_with_two_objects": case("rdf:object reference:r", "rdf:object reference:r, concept:LEAD", "just one rdf:object",
                                         ("statement:cites", "rdf:object", "MaxCount"), ("rdf:Statement", "", "SPARQL")),
    "a_statement_of_an_unknown_predicate": case(
        "rdf:predicate oa:hasBody", "rdf:predicate foaf:knows", "a relationship of the ontology",
        ("statement:coded", "rdf:predicate", "In"), ("rdf:Statement", "", "SPARQL"),
    ),
    "a_blank_node_for_a_thing": case("study:s", "_:study", "is named by an address", ("_:", "", "NodeKind")),
    "an_id_of_another_form": case('"CASE/L1"', '"L1-of-CASE"', "does not look like an id of this kind", ("item:L1", "dcterms:identifier", "Pattern")),
    "a_doi_that_is_none": case('"10.3390/ijerph19020747"', '"doi of it"', "does not look like a DOI", ("study:s", "bibo:doi", "Pattern")),
}  # fmt: skip


def things(number: int) -> dict[str, str]:
    """Give the prefixes of a case's own things, so that all cases stand in one graph."""
    kinds = re.findall(r"^([a-z]+):", RIGHT, re.MULTILINE)
    return {kind: f"{BASE}case-{number}/{kind}/" for kind in kinds} | {"rated": f"{BASE}concept/cqc/case-{number}/"}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, shapes: Path) -> Mapping[str, Mapping[str, Found]]:
    """What each validator says of each case; all of them in one file, so that each starts once."""
    file, graph = tmp_path_factory.mktemp("cases") / "cases.nt", Graph()
    for number, (old, new, *_) in enumerate(CASES.values()):
        assert old in RIGHT
        own = "".join(f"@prefix {name}: <{address}> .\n" for name, address in things(number).items())
        text = RIGHT.replace(old, new) if old else RIGHT
        graph.parse(data=PREFIX + own + text.replace("CASE", f"case-{number}"), format="turtle")
    graph.serialize(file, format="nt", encoding="utf-8")
    told = {"pyshacl": validated(graph), "jena": Graph().parse(data=jena.shacl(shapes, file), format="turtle")}
    return {name: by_case(graph, report) for name, report in told.items()}


def by_case(data: Graph, report: Graph) -> Mapping[str, Found]:
    """Share the results of a report out among the cases, and write them as the cases do."""
    for name, address in PREFIXES.items():
        report.bind(name, address)
    found = {name: Found(set(), set(), set()) for name in CASES}
    for (focus, path, component), value, words, severity in results(report):
        place = re.search(r"case-(\d+)/", focus) or re.search(r"case-(\d+)/", value)
        number = int(place[1]) if place else BLANK
        for prefix, address in {**things(number), **PREFIXES}.items():
            if focus.startswith(address):
                focus = f"{prefix}:{focus.removeprefix(address)}"
        one = list(found.values())[number]
        one.results.add(Result(focus if ":" in focus else "_:", path, component.removesuffix("ConstraintComponent")))
        one.words.add(words)
        one.severities.add(severity.removeprefix(str(SH)))
    return found


BLANK = list(CASES).index("a_blank_node_for_a_thing")
"""The one case whose focus has no address."""


@pytest.mark.parametrize("validator", ["pyshacl", "jena"])
@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_found_where_it_is_and_told_in_words(
    judged: Mapping[str, Mapping[str, Found]], name: str, validator: str
) -> None:
    found, expected = judged[validator][name], CASES[name]
    assert found.results == expected.results
    assert not expected.results or any(expected.words in one for one in found.words)


@pytest.mark.parametrize("name", CASES)
def test_both_validators_say_the_same(judged: Mapping[str, Mapping[str, Found]], name: str) -> None:
    assert judged["pyshacl"][name] == judged["jena"][name]


def test_what_the_classes_forbid_is_a_violation_and_an_odd_form_a_warning(
    judged: Mapping[str, Mapping[str, Found]],
) -> None:
    by_severity: dict[str, set[str]] = defaultdict(set)
    for found in judged["pyshacl"].values():
        for severity in found.severities:
            by_severity[severity] |= {one.component for one in found.results}
    assert by_severity["Warning"] == {"Pattern"}
    assert "Pattern" not in by_severity["Violation"]


def test_a_list_in_a_ring_does_not_end(shapes: Path, tmp_path: Path) -> None:
    """By Jena alone: pyshacl cannot write the list into its message."""
    file = tmp_path / "ring.ttl"
    own = "".join(f"@prefix {name}: <{address}> .\n" for name, address in things(0).items())
    ring = "_:ring . _:ring rdf:first 'One' ; rdf:rest _:ring . study:s qikg:design 'x'"
    file.write_text(PREFIX + own + RIGHT.replace('( "One" "Two" )', ring), "utf-8")
    (found,) = results(Graph().parse(data=jena.shacl(shapes, file), format="turtle"))
    assert found[0] == Result(f"{BASE}case-0/study/s", "", "NodeConstraintComponent")
