"""The ontology as OWL: complete, as the classes have it, and right in the eyes of ROBOT, also with the packaged data."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest
from engines import Engine
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef, namespace
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node as RdfNode
from robot import IN_PROFILE, INCONSISTENT, Judgement, judge

from qikg.graph.rdf.export import to_rdflib
from qikg.ontology.classes import LABELS, NODES, RELATIONSHIPS, VERSION
from qikg.ontology.model import STATUSES
from qikg.ontology.owl import DEFINITION, owl, predicate, qikg
from qikg.ontology.reused import ANNOTATION, CLASS, DATATYPE, OBJECT, PROPERTY, REUSED
from qikg.ontology.terms import BASE, LICENCE, ONTOLOGY, PREFIXES, UNREGISTERED, expand, thing

DCTERMS = Namespace(PREFIXES["dcterms"])
BUILT_IN = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
KINDS = {CLASS: OWL.Class, **dict(zip((OBJECT, DATATYPE, ANNOTATION), PROPERTIES, strict=True))}
FIELDS = [field for cls in (*NODES.values(), *RELATIONSHIPS.values()) for field in cls.fields()]


def kinds(graph: Graph, term: RdfNode) -> set[RdfNode]:
    """Give what a term is declared as."""
    return set(graph.objects(term, RDF.type)) - {OWL.SymmetricProperty}


def values(graph: Graph, term: URIRef, about: URIRef) -> set[RdfNode]:
    """Give the classes of a domain or range, or the words of one, in a union or alone."""
    found: set[RdfNode] = set()
    for one in graph.objects(term, about):
        several = graph.value(one, OWL.unionOf) or graph.value(one, OWL.oneOf)
        found.update(Collection(graph, several) if several else [one])
    return found


@pytest.fixture(scope="module")
def graph() -> Graph:
    return owl()


@pytest.fixture(scope="module")
def exported(embedded_engine: Engine) -> Graph:
    """The packaged graph as RDF; it is the same on both engines (tests/graph/rdf/test_export.py)."""
    with contextmanager(embedded_engine.packaged)() as store:
        return to_rdflib(store)


# --- what is in it


def test_every_class_property_and_relationship_is_in_the_ontology(graph: Graph) -> None:
    for label in LABELS:
        assert kinds(graph, qikg(label)) == {OWL.Class}
    for field in FIELDS:
        assert field.iri.startswith(BUILT_IN) or kinds(graph, URIRef(field.iri)) <= set(PROPERTIES), field.iri
    for relationship in RELATIONSHIPS.values():
        assert kinds(graph, predicate(relationship)) == {OWL.ObjectProperty}, relationship.type


def test_the_ontology_says_nothing_of_what_the_classes_do_not_have(graph: Graph) -> None:
    ours = {qikg(label) for label in LABELS} | {URIRef(field.iri) for field in FIELDS}
    ours |= {predicate(relationship) for relationship in RELATIONSHIPS.values()}
    assert {one for one in graph.subjects() if str(one).startswith(f"{ONTOLOGY}#")} <= ours


def test_every_term_has_one_kind_a_label_of_its_own_and_a_definition_in_both_vocabularies(graph: Graph) -> None:
    terms = {one for kind in (OWL.Class, *PROPERTIES) for one in graph.subjects(RDF.type, kind)}
    named = [term for term in terms if isinstance(term, URIRef)]
    assert all(len(kinds(graph, term)) == 1 for term in named)
    assert len({graph.value(term, RDFS.label) for term in named}) == len(named)
    for term in named:
        assert graph.value(term, DEFINITION) == graph.value(term, SKOS.definition) is not None
        assert len(list(graph.objects(term, RDFS.isDefinedBy))) == 1


def test_every_class_of_nodes_has_an_example(graph: Graph) -> None:
    for label, cls in NODES.items():
        examples = set(graph.objects(qikg(label), SKOS.example))
        assert examples
        assert examples == {Literal(one) for one in cls.examples()}
        assert all(f"`{one}`" in cls.id_rule for one in cls.examples())


def test_the_examples_of_the_packaged_study_are_there(exported: Graph) -> None:
    for label, cls in NODES.items():
        for example in cls.examples():
            if example.startswith("williams-best-2022"):
                assert (URIRef(thing(cls.kind, example)), RDF.type, qikg(label)) in exported


def test_a_property_of_ours_has_the_domain_and_range_of_its_class(graph: Graph) -> None:
    assert values(graph, qikg("beds"), RDFS.domain) == {qikg("Location")}
    assert values(graph, qikg("beds"), RDFS.range) == {namespace.XSD.integer}
    assert values(graph, qikg("question"), RDFS.range) == {qikg("Concept")}
    assert values(graph, qikg("section"), RDFS.domain) == {qikg("Claim"), qikg("Mention")}
    assert values(graph, qikg("status"), RDFS.range) == {Literal(status) for status in STATUSES}
    assert not values(graph, qikg("coder"), RDFS.domain)  # it is said of a statement, no node


@pytest.mark.parametrize("name", [name for name, one in RELATIONSHIPS.items() if one.curie().startswith("qikg:")])
def test_a_relationship_of_ours_has_the_domain_and_range_of_its_ends(name: str, graph: Graph) -> None:
    one = RELATIONSHIPS[name]
    assert values(graph, predicate(one), RDFS.domain) == {qikg(start) for start in one.starts}
    assert values(graph, predicate(one), RDFS.range) == {qikg(end) for end in one.ends}


def test_all_classes_of_nodes_are_disjoint(graph: Graph) -> None:
    (axiom,) = graph.subjects(RDF.type, OWL.AllDisjointClasses)
    members = graph.value(axiom, OWL.members)
    assert members is not None
    assert set(Collection(graph, members)) == {qikg(label) for label in NODES}


def test_what_is_inverse_of_each_other_is_so_in_its_vocabulary_and_none_of_ours_is(graph: Graph) -> None:
    """SKOS, S8, S43 and S44; no two relationships of ours say the same from either end."""
    pairs = [("skos:broadMatch", "skos:narrowMatch"), ("skos:hasTopConcept", "skos:topConceptOf")]
    inverse = {frozenset(URIRef(expand(term)) for term in pair) for pair in pairs}
    assert {frozenset(found) for found in graph.subject_objects(OWL.inverseOf)} == inverse
    symmetric = {URIRef(expand(f"skos:{name}Match")) for name in ("exact", "close", "related")}
    symmetric |= {qikg(name) for name in ("conflictsWith", "dualRegisteredWith", "sameRatingAs")}
    assert set(graph.subjects(RDF.type, OWL.SymmetricProperty)) == symmetric
    assert all(one.starts == one.ends for one in RELATIONSHIPS.values() if one.both_ways)


def test_the_head_says_whose_it_is_and_which_version(graph: Graph) -> None:
    head = URIRef(ONTOLOGY)
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [head]
    assert graph.value(head, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{VERSION}")
    assert graph.value(head, DCTERMS.license) == URIRef(LICENCE)
    assert graph.value(head, DCTERMS.creator) == Literal("qikg contributors")
    assert VERSION in str(graph.value(head, DCTERMS.bibliographicCitation))
    assert graph.value(head, RDFS.comment) == Literal(UNREGISTERED, lang="en")
    prefix = graph.value(head, URIRef("http://purl.org/vocab/vann/preferredNamespacePrefix"))
    assert PREFIXES[str(prefix)] == f"{ONTOLOGY}#"


def test_nothing_is_imported_and_no_instance_is_in_it(graph: Graph) -> None:
    assert (None, OWL.imports, None) not in graph
    assert all(str(kind).startswith(BUILT_IN) for kind in graph.objects(None, RDF.type))
    assert not [one for one in graph.subjects() if str(one).startswith(BASE) and not str(one).startswith(ONTOLOGY)]


def test_the_ontology_is_the_same_each_time(graph: Graph) -> None:
    assert graph.serialize(format="turtle") == owl().serialize(format="turtle")
    assert isomorphic(graph, Graph().parse(data=graph.serialize(format="turtle")))


# --- the terms of others


def test_every_reused_term_is_declared_and_no_other(graph: Graph, exported: Graph) -> None:
    found = {cls.term for cls in NODES.values()} | {one.curie() for one in RELATIONSHIPS.values()}
    iris = {expand(term) for term in found if term} | {field.iri for field in FIELDS}
    iris |= {str(one) for one in (*exported.predicates(), *exported.objects(None, RDF.type), *graph.predicates())}
    ours = tuple(address for prefix, address in PREFIXES.items() if prefix != "qikg")
    reused = {iri for iri in iris if iri.startswith(ours) and not iri.startswith(BUILT_IN)}
    assert {expand(term) for term in REUSED} == reused


def test_a_reused_term_is_what_its_vocabulary_says_but_where_owl_has_no_words_for_its_values(graph: Graph) -> None:
    other = {
        term
        for term, one in REUSED.items()
        if one.declared != PROPERTY and kinds(graph, URIRef(expand(term))) != {KINDS[one.declared]}
    }
    assert other == {"bibo:authorList", "foaf:page", "pav:authoredBy"}
    for term in other:
        notes = graph.objects(URIRef(expand(term)), SKOS.scopeNote)
        assert any("OWL 2 DL has no property for" in str(note) for note in notes), term


def test_what_an_export_has_is_declared_and_is_of_the_declared_kind(graph: Graph, exported: Graph) -> None:
    """Each predicate and class is in the ontology; object properties have things, and the others the right literals."""
    for found in set(exported.objects(None, RDF.type)):
        assert str(found).startswith(BUILT_IN) or kinds(graph, found) == {OWL.Class}, found
    for term in set(exported.predicates()):
        assert isinstance(term, URIRef)
        if str(term).startswith(BUILT_IN):
            continue
        assert kinds(graph, term) <= set(PROPERTIES), term
        assert len(kinds(graph, term)) == 1, term
        objects, ranges = set(exported.objects(None, term)), values(graph, term, RDFS.range)
        if kinds(graph, term) == {OWL.ObjectProperty}:
            assert {type(one) for one in objects} == {URIRef}, term
        elif kinds(graph, term) == {OWL.DatatypeProperty}:
            types = {one.datatype or namespace.XSD.string for one in objects if isinstance(one, Literal)}
            assert {type(one) for one in objects} == {Literal}, term
            assert not ranges or objects <= ranges or types == ranges, term


# --- what ROBOT says


@pytest.fixture(scope="module")
def judged(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    return judge(written(graph, tmp_path_factory.mktemp("robot")))


def written(graph: Graph, folder: Path) -> Path:
    file = folder / "ontology.nt"
    graph.serialize(file, format="nt", encoding="utf-8")
    return file


def test_robot_reports_no_error_and_no_warning(judged: Judgement) -> None:
    assert judged.trouble == []


def test_the_ontology_is_in_the_profile_dl(judged: Judgement) -> None:
    assert judged.profile == IN_PROFILE


def test_the_ontology_is_consistent_and_every_class_can_have_members(judged: Judgement) -> None:
    assert judged.reasoned, judged.said


def test_with_the_packaged_data_it_is_still_in_the_profile_and_consistent(
    graph: Graph, exported: Graph, tmp_path: Path
) -> None:
    """But for the statements' own four triples: rdf:Statement and what it has are no words of OWL."""
    whole = graph + exported
    whole.remove((None, RDF.type, RDF.Statement))
    for term in (RDF.subject, RDF.predicate, RDF.object):
        whole.remove((None, term, None))
    judgement = judge(written(whole, tmp_path), report=False)
    assert judgement.profile == IN_PROFILE
    assert judgement.reasoned, judgement.said


def test_robot_sees_a_term_without_a_label_and_a_datatype_that_owl_has_not(graph: Graph, tmp_path: Path) -> None:
    spoiled = graph + Graph()
    spoiled.remove((qikg("Trust"), RDFS.label, None))
    spoiled.remove((qikg("validFrom"), RDF.type, None))
    spoiled.add((qikg("validFrom"), RDF.type, OWL.DatatypeProperty))
    spoiled.add((qikg("validFrom"), RDFS.range, namespace.XSD.gYear))
    judgement = judge(written(spoiled, tmp_path))
    assert judgement.trouble == [f"missing_label: {qikg('Trust')}"]
    assert "gYear" in judgement.profile
    assert not judgement.reasoned


@pytest.mark.parametrize(
    "wrong",
    [
        "d:x a q:Case, q:Trust .",
        "d:x a q:Case . d:y a q:Name . d:x q:named d:y .",
        'd:x a q:Rating ; q:status "guessed" .',
        'd:x a q:Location ; q:beds "many" .',
    ],
    ids=["two classes", "wrong end", "unknown word", "wrong type"],
)
def test_data_that_contradict_the_ontology_are_inconsistent(wrong: str, graph: Graph, tmp_path: Path) -> None:
    data = Graph().parse(data=f"@prefix q: <{ONTOLOGY}#> . @prefix d: <{BASE}> . {wrong}")
    judgement = judge(written(graph + data, tmp_path), report=False)
    assert judgement.profile == IN_PROFILE
    assert INCONSISTENT in judgement.said
