"""Whether others can use the export: its files by another reader, and what it says by the rules of the vocabularies it reuses.

The packaged graph is asked by SPARQL, so that nothing here rests on how the export is made. A rule is a query that finds
what breaks it, with a few triples that do: it has to find nothing in the export, and something where they are added.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import jena
import pyoxigraph
import pytest
import rdflib
from checkout import ROOT
from engines import Engine
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat
from pyoxigraph import Store as Triples
from rdf import canonical

from qikg.graph.rdf.export import FORMATS, export
from qikg.ontology.terms import BASE, PREFIXES

PROLOGUE = "".join(f"PREFIX {prefix}: <{address}>\n" for prefix, address in PREFIXES.items())
TURTLE = "".join(f"@prefix {prefix}: <{address}> .\n" for prefix, address in {**PREFIXES, "": f"{BASE}x/"}.items())


@pytest.fixture(scope="module")
def files(embedded_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, int]:
    """The packaged graph in each format and profile, with the number of its triples; engines give the same bytes."""
    folder, written = tmp_path_factory.mktemp("packaged"), {}
    for store in embedded_engine.packaged():
        for profile in ("rdf11", "rdf12"):
            for name, format in FORMATS.items():
                if profile == "rdf11" or name not in {"jsonld", "rdfxml"}:
                    file = folder / f"{profile}{format.extension}"
                    written[file] = export(store, file, format=name, profile=profile).triples
    return written


@pytest.fixture(scope="module")
def graph(files: dict[Path, int]) -> Triples:
    """The packaged graph, to be asked."""
    found = Triples()
    found.bulk_load(path=next(file for file in files if file.name == "rdf11.nt"), format=RdfFormat.N_TRIPLES)
    return found


def ask(graph: Triples, query: str) -> list[tuple[object, ...]]:
    found = graph.query(PROLOGUE + query)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [tuple(row) for row in found]


def turtle(text: str) -> list[Quad]:
    return list(pyoxigraph.parse(TURTLE + text, format=RdfFormat.TURTLE))


# --- the files


def test_jena_reads_every_format_of_both_profiles_without_error_or_warning(files: dict[Path, int]) -> None:
    read = jena.riot(*files)
    assert read.problems == []
    assert read.triples == {file.name: triples for file, triples in files.items()}


@pytest.mark.parametrize(
    "line",
    [
        '<http://x.example/a b> <http://x.example/p> "x" .',
        '<http://x.example/a> <http://x.example/p> "2015-13"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> .',
        '<http://x.example/a> <http://x.example/p> "x',
    ],
)
def test_jena_tells_of_what_is_wrong_in_a_file(line: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.nt").write_text(line, "utf-8")
    assert jena.riot(tmp_path / "wrong.nt").problems


def test_every_reused_term_is_one_of_its_vocabulary(graph: Triples) -> None:
    """By the lists that rdflib has of them."""
    lists = (rdflib.DC, rdflib.DCTERMS, rdflib.FOAF, rdflib.ORG, rdflib.OWL, rdflib.PROV, rdflib.RDF, rdflib.RDFS,
             rdflib.SKOS, rdflib.VOID, rdflib.XSD)  # fmt: skip
    known = {str(vocabulary): {str(term) for term in dir(vocabulary)} for vocabulary in lists}
    terms = {str(value.value) for row in ask(graph, "SELECT DISTINCT ?p { ?s ?p ?o }") for value in row}  # type: ignore[attr-defined]
    terms |= {str(value.value) for row in ask(graph, "SELECT DISTINCT ?c { ?s a ?c }") for value in row}  # type: ignore[attr-defined]
    checked = {term for term in terms for address in known if term.startswith(address)}
    assert len(checked) > 40
    assert {term for term in checked if not any(term in found for found in known.values())} == set()


# --- the rules


class Rule(NamedTuple):
    """Something that must not be, and triples with which it is."""

    query: str
    broken: str


LABELS = "VALUES ?{} {{ skos:prefLabel skos:altLabel skos:hiddenLabel }}"
CONCEPT = ':c a skos:Concept ; skos:inScheme :s . :s a skos:ConceptScheme . '
ACTIVITY = "{ ?x a prov:Activity } UNION { ?x prov:used|prov:generated ?o } UNION { ?x a org:ChangeEvent }"
ENTITY = (
    "{ ?x a prov:Entity } UNION { ?x prov:wasDerivedFrom ?e } UNION { ?e prov:wasDerivedFrom ?x } "
    "UNION { ?e prov:used|prov:generated ?x }"
)
MOTIVATIONS = ", ".join(
    f"oa:{name}ing"
    for name in "assess bookmark classify comment describ edit highlight identify link moderat question reply tagg".split()
)

RULES = {
    # SKOS Reference, with the numbers of its integrity conditions
    "skos_s9_a_scheme_is_no_concept": Rule("SELECT ?x { ?x a skos:Concept, skos:ConceptScheme }", ":x a skos:Concept, skos:ConceptScheme ."),
    "skos_s13_labels_of_one_kind_are_of_no_other": Rule(
        f"SELECT ?c {{ {LABELS.format('p')} {LABELS.format('q')} ?c ?p ?l ; ?q ?l FILTER(?p != ?q) }}",
        ":c skos:prefLabel 'x'@en ; skos:altLabel 'x'@en .",
    ),
    "skos_s14_one_preferred_label_a_language": Rule(
        "SELECT ?c { ?c skos:prefLabel ?a, ?b FILTER(?a != ?b && LANG(?a) = LANG(?b)) }", ":c skos:prefLabel 'x'@en, 'y'@en ."
    ),
    "skos_s27_related_is_not_above_or_below": Rule(
        "SELECT ?a { ?a skos:related|^skos:related ?b . ?a (skos:broader|^skos:narrower|skos:broadMatch|^skos:narrowMatch)+ ?b }",
        ":a skos:related :b ; skos:broader :m . :m skos:broader :b .",
    ),
    "skos_s46_an_exact_match_is_no_other_match": Rule(
        "SELECT ?a { ?a skos:exactMatch|^skos:exactMatch ?b . ?a skos:broadMatch|^skos:broadMatch|skos:narrowMatch|"
        "^skos:narrowMatch|skos:relatedMatch|^skos:relatedMatch ?b }",
        ":a skos:exactMatch :b . :b skos:broadMatch :a .",
    ),
    "skos_nothing_is_above_itself": Rule("SELECT ?c { ?c (skos:broader|^skos:narrower)+ ?c }", ":a skos:broader :b . :b skos:broader :a ."),
    "skos_every_concept_is_in_one_scheme": Rule(
        "SELECT ?c { ?c a skos:Concept OPTIONAL { ?c skos:inScheme ?s } } GROUP BY ?c HAVING(COUNT(DISTINCT ?s) != 1)", ":c a skos:Concept ."
    ),
    "skos_every_concept_has_a_label_and_one_notation": Rule(
        "SELECT ?c { ?c a skos:Concept OPTIONAL { ?c skos:notation ?n } OPTIONAL { ?c skos:prefLabel ?l } } "
        "GROUP BY ?c HAVING(COUNT(DISTINCT ?n) != 1 || COUNT(?l) = 0)",
        ":c a skos:Concept ; skos:prefLabel 'x' .",
    ),
    "skos_a_notation_is_of_one_concept_of_a_scheme": Rule(
        "SELECT ?a { ?a skos:inScheme ?s ; skos:notation ?n . ?b skos:inScheme ?s ; skos:notation ?n FILTER(?a != ?b) }",
        ":a skos:inScheme :s ; skos:notation 'x' . :b skos:inScheme :s ; skos:notation 'x' .",
    ),
    "skos_every_concept_of_a_framework_has_a_definition": Rule(  # lists of codes have words only
        "SELECT ?c { ?c skos:inScheme ?s . ?s qikg:frameworkKind ?k FILTER(?k != 'codes') FILTER NOT EXISTS { ?c skos:definition ?d } }",
        ":c skos:inScheme :s . :s qikg:frameworkKind 'tasks' .",
    ),
    "skos_labels_and_definitions_say_their_language": Rule(
        "SELECT ?c { ?c a skos:Concept ; skos:prefLabel|skos:altLabel|skos:definition ?l FILTER(LANG(?l) = '') }", ":c a skos:Concept ; skos:prefLabel 'x' ."
    ),
    "skos_every_scheme_has_a_top": Rule(
        "SELECT ?s { ?s a skos:ConceptScheme FILTER NOT EXISTS { ?s skos:hasTopConcept ?c } }", ":s a skos:ConceptScheme ."
    ),
    "skos_a_top_is_said_from_both_ends": Rule(
        "SELECT ?c { { ?c skos:topConceptOf ?s FILTER NOT EXISTS { ?s skos:hasTopConcept ?c } } UNION "
        "{ ?s skos:hasTopConcept ?c FILTER NOT EXISTS { ?c skos:topConceptOf ?s } } }",
        ":s skos:hasTopConcept :c .",
    ),
    "skos_a_top_is_in_its_scheme_and_under_nothing_there": Rule(
        "SELECT ?c { ?c skos:topConceptOf ?s FILTER(NOT EXISTS { ?c skos:inScheme ?s } || EXISTS { ?c skos:broader ?b . ?b skos:inScheme ?s }) }",
        ":c skos:topConceptOf :s ; skos:inScheme :s ; skos:broader :b . :b skos:inScheme :s .",
    ),
    "skos_every_concept_is_under_a_top_of_its_scheme": Rule(
        "SELECT ?c { ?c skos:inScheme ?s FILTER NOT EXISTS { ?c skos:broader* ?t . ?t skos:topConceptOf ?s } }", CONCEPT
    ),
    "skos_a_mapping_is_between_two_schemes": Rule(
        "SELECT ?a { ?a skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?b . ?a skos:inScheme ?s . ?b skos:inScheme ?s }",
        ":a skos:closeMatch :b ; skos:inScheme :s . :b skos:inScheme :s .",
    ),
    # SSSOM
    "sssom_a_mapping_is_of_a_set": Rule("SELECT ?m { ?m a owl:Axiom FILTER NOT EXISTS { ?s sssom:mappings ?m } }", ":m a owl:Axiom ."),
    "sssom_a_match_is_stated_by_a_mapping": Rule(
        "SELECT ?a { VALUES ?p { skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch } ?a ?p ?b "
        "FILTER NOT EXISTS { ?m owl:annotatedSource ?a ; owl:annotatedProperty ?p ; owl:annotatedTarget ?b ; sssom:mapping_justification ?j } }",
        ":a skos:closeMatch :b .",
    ),
    # Web Annotation Data Model
    "oa_an_annotation_has_a_target": Rule("SELECT ?a { ?a a oa:Annotation FILTER NOT EXISTS { ?a oa:hasTarget ?t } }", ":a a oa:Annotation ."),
    "oa_an_annotation_has_a_body_and_a_motivation_of_w3c": Rule(
        f"SELECT ?a {{ ?a a oa:Annotation FILTER(NOT EXISTS {{ ?a oa:hasBody ?b }} || "
        f"NOT EXISTS {{ ?a oa:motivatedBy ?m FILTER(?m IN ({MOTIVATIONS})) }}) }}",
        ":a a oa:Annotation ; oa:hasTarget :t ; oa:hasBody :b ; oa:motivatedBy :m .",
    ),
    "oa_a_target_has_one_source_and_a_selector": Rule(
        "SELECT ?t { ?a oa:hasTarget ?t OPTIONAL { ?t oa:hasSource ?s } OPTIONAL { ?t oa:hasSelector ?p } } GROUP BY ?t "
        "HAVING(COUNT(DISTINCT ?s) != 1 || COUNT(?p) = 0)",
        ":a oa:hasTarget :t . :t oa:hasSource :s .",
    ),
    "oa_what_has_a_selector_is_a_specific_resource": Rule(
        "SELECT ?t { ?t oa:hasSelector ?s FILTER NOT EXISTS { ?t a oa:SpecificResource } }", ":t oa:hasSelector :s ."
    ),
    "oa_a_selector_has_one_start_and_one_end_after_it": Rule(
        "SELECT ?s { ?s a oa:TextPositionSelector OPTIONAL { ?s oa:start ?a } OPTIONAL { ?s oa:end ?b } } GROUP BY ?s "
        "HAVING(COUNT(DISTINCT ?a) != 1 || COUNT(DISTINCT ?b) != 1 || MIN(?a) < 0 || MIN(?a) >= MAX(?b))",
        ":s a oa:TextPositionSelector ; oa:start 5 ; oa:end 5 .",
    ),
    "oa_a_source_leads_to_the_study": Rule(
        "SELECT ?d { ?t oa:hasSource ?d FILTER NOT EXISTS { ?d dcterms:isFormatOf ?s . ?s a bibo:AcademicArticle } }", ":t oa:hasSource :d ."
    ),
    # PROV-O and PROV-CONSTRAINTS
    "prov_nothing_is_an_entity_and_an_activity": Rule(
        f"SELECT ?x {{ {{ {ACTIVITY} }} {{ {ENTITY} }} }}", ":x a prov:Activity ; prov:wasDerivedFrom :y ."
    ),
    "prov_nothing_is_derived_from_itself": Rule("SELECT ?x { ?x prov:wasDerivedFrom+ ?x }", ":x prov:wasDerivedFrom :y . :y prov:wasDerivedFrom :x ."),
    "prov_what_is_used_or_derived_from_is_a_source": Rule(
        "SELECT ?x { ?y prov:used|prov:wasDerivedFrom ?x FILTER NOT EXISTS { ?x a prov:Entity } }", ":y prov:used :x ."
    ),
    "prov_what_generates_is_an_activity": Rule(
        "SELECT ?x { ?x prov:generated|prov:used ?y FILTER NOT EXISTS { ?x a prov:Activity } }", ":x prov:generated :y ."
    ),
    # The organisation ontology
    "org_an_organisation_has_a_site": Rule(
        "SELECT ?x { ?x org:hasSite ?y FILTER NOT EXISTS { ?x a org:FormalOrganization . ?y a org:Site } }", ":x org:hasSite :y ."
    ),
    "org_a_change_joins_two_organisations": Rule(
        "SELECT ?x { ?x a org:ChangeEvent FILTER NOT EXISTS { ?x org:originalOrganization ?a ; org:resultingOrganization ?b . "
        "?a a org:FormalOrganization . ?b a org:FormalOrganization } }",
        ":x a org:ChangeEvent .",
    ),
    "org_every_organisation_that_was_replaced_has_a_change": Rule(
        "SELECT ?a { ?a a org:FormalOrganization ; dcterms:isReplacedBy ?b FILTER NOT EXISTS { ?x a org:ChangeEvent ; "
        "org:originalOrganization ?a ; org:resultingOrganization ?b } }",
        ":a a org:FormalOrganization ; dcterms:isReplacedBy :b .",
    ),
    # Dublin Core: whether a thing or a text is wanted
    "dcterms_things_are_things_and_texts_are_texts": Rule(
        "SELECT ?x { { ?x dcterms:license|dcterms:isPartOf|dcterms:references|dcterms:source|dcterms:conformsTo|dcterms:isFormatOf|"
        "dcterms:isReplacedBy|dcterms:isReferencedBy|dcterms:creator ?o FILTER(isLiteral(?o)) } UNION { ?x dcterms:title|dcterms:identifier|"
        "dcterms:abstract|dcterms:description|dcterms:date|dcterms:issued|dcterms:available|dcterms:bibliographicCitation ?o FILTER(!isLiteral(?o)) } }",
        ":x dcterms:license 'CC BY' .",
    ),
    # Links out
    "links_the_same_is_said_only_where_identity_is_certain": Rule(
        "SELECT ?x { ?x owl:sameAs ?y FILTER(!REGEX(STR(?y), '^https://(doi[.]org/10[.]|www[.]cqc[.]org[.]uk/(provider|location)/|"
        "directory[.]spineservices[.]nhs[.]uk/ORD/2-0-0/organisations/)')) }",
        ":x owl:sameAs <https://example.org/> .",
    ),
    "links_no_two_things_are_the_same": Rule("SELECT ?x { ?x owl:sameAs ?z . ?y owl:sameAs ?z FILTER(?x != ?y) }", ":x owl:sameAs :z . :y owl:sameAs :z ."),
    "links_nothing_is_twice_in_one_register": Rule(
        "SELECT ?x { ?x owl:sameAs ?y, ?z FILTER(?y != ?z && REPLACE(STR(?y), '[^/]*$', '') = REPLACE(STR(?z), '[^/]*$', '')) }",
        ":x owl:sameAs <https://doi.org/10.1/a>, <https://doi.org/10.1/b> .",
    ),
    "links_a_study_with_a_doi_has_its_address": Rule(
        "SELECT ?x { ?x a qikg:Study ; bibo:doi ?d FILTER NOT EXISTS { ?x owl:sameAs ?y FILTER(STR(?y) = CONCAT('https://doi.org/', ?d)) } }",
        ":x a qikg:Study ; bibo:doi '10.1/a' .",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_the_export_keeps_the_rule(graph: Triples, name: str) -> None:
    assert ask(graph, RULES[name].query) == []


@pytest.mark.parametrize("name", RULES)
def test_the_rule_finds_what_breaks_it(name: str) -> None:
    broken = Triples()
    broken.extend(turtle(RULES[name].broken))
    assert ask(broken, RULES[name].query)


@pytest.mark.parametrize(
    "term",
    ["skos:hasTopConcept", "skos:broader", "skos:closeMatch", "skos:altLabel", "oa:hasTarget", "oa:hasBody", "prov:wasDerivedFrom",
     "prov:used", "prov:generated", "org:hasSite", "org:originalOrganization", "dcterms:isReplacedBy", "owl:sameAs",
     "rdfs:seeAlso", "sssom:mappings"],
)  # fmt: skip
def test_the_export_has_what_the_rules_are_about(graph: Triples, term: str) -> None:
    assert ask(graph, f"SELECT ?x {{ ?x {term} ?y }} LIMIT 1")


# --- SSSOM


SLOTS = {
    "subject_id": "owl:annotatedSource", "predicate_id": "owl:annotatedProperty", "object_id": "owl:annotatedTarget",
    "mapping_justification": "sssom:mapping_justification", "subject_source": "sssom:subject_source",
    "object_source": "sssom:object_source", "record_id": "sssom:record_id", "comment": "rdfs:comment",
    **{name: f"sssom:{name}" for name in ("subject_label", "object_label", "subject_source_version",
                                          "object_source_version", "confidence")},
}  # fmt: skip
"""How sssom-py 0.4 (SSSOM 1.1) writes the columns of our file in RDF."""
ENTITIES = {"subject_id", "predicate_id", "object_id", "mapping_justification", "subject_source", "object_source", "record_id"}


def sssom_rdf(file: Path) -> Iterator[Quad]:
    """Give the mappings of a file as sssom-py writes them: by the standard library, and the slots above."""
    lines = file.read_text("utf-8").splitlines()
    head = [line[1:] for line in lines if line.startswith("#")]
    slots = [line.partition(": ") for line in head]
    curies = {name.strip(): address for name, _, address in slots if name.startswith("  ")}
    metadata = {name: value.strip('"') for name, _, value in slots if not name.startswith("  ")}

    def iri(curie: str) -> NamedNode:
        prefix, _, local = curie.partition(":")
        return NamedNode({**PREFIXES, **curies}[prefix] + local)

    def said(subject: NamedNode, term: str, value: NamedNode | Literal) -> Quad:
        return Quad(subject, iri(term), value)

    whole = NamedNode(metadata["mapping_set_id"])
    yield said(whole, "rdf:type", iri("sssom:MappingSet"))
    for slot, term in (("title", "dcterms:title"), ("version", "owl:versionInfo"), ("description", "dcterms:description")):
        yield said(whole, term, Literal(metadata[f"mapping_set_{slot}"]))
    yield said(whole, "dcterms:license", NamedNode(metadata["license"]))
    yield said(whole, "sssom:sssom_version", iri(f"sssom:version{metadata['sssom_version']}"))
    for row in csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"):
        mapping = iri(row["record_id"])
        yield said(whole, "sssom:mappings", mapping)
        yield said(mapping, "rdf:type", iri("owl:Axiom"))
        for slot, text in row.items():
            if text and slot == "confidence":
                yield said(mapping, SLOTS[slot], Literal(float(text)))
            elif text:
                yield said(mapping, SLOTS[slot], iri(text) if slot in ENTITIES else Literal(text))


def numbers_alike(quads: Iterable[Quad]) -> set[Quad]:
    """Give triples whose doubles are written in one way."""
    double = NamedNode(f"{PREFIXES['xsd']}double")
    return {
        Quad(one.subject, one.predicate, Literal(float(one.object.value)))
        if isinstance(one.object, Literal) and one.object.datatype == double
        else one
        for one in canonical(quads)
    }


def test_the_mappings_are_there_as_sssom_writes_them_in_rdf(graph: Triples) -> None:
    expected = set(sssom_rdf(ROOT / "ontology" / "mappings" / "quaser-musiq-cfir.sssom.tsv"))
    assert len(expected) > 3000
    assert expected <= numbers_alike(graph)
