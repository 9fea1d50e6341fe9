"""Loads give one graph, in any order, any number of times, in any pieces; and what is derived follows its cause."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from dump import Dump, dump
from engines import Engine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qikg.graph.content import Content
from qikg.graph.merge import node_statements, rank, relationship_statements
from qikg.graph.store import Store, Transaction
from qikg.graph.writer import Written, write
from qikg.ontology.crosswalk import Concept, Framework, InFramework, Mapping, MappingSet
from qikg.ontology.dates import PartialDate
from qikg.ontology.ddl import ddl
from qikg.ontology.evidence import AboutCase, AboutConcept, Assertion, Case, CodedAs, CodedItem, IdentifiedAs
from qikg.ontology.model import INFERRED, STATED, UNDETERMINED, Node, Ref, Relationship
from qikg.ontology.registers import Operates, Organisation, Rating

LEAD, POL, FACTOR = Ref("Concept", "F:LEAD"), Ref("Concept", "F:POL"), Ref("Concept", "G:X")
CASE, ITEM, FINDING = Ref("Case", "s/case-1"), Ref("CodedItem", "s/I1"), Ref("Assertion", "s/T4-1")


def concept(identifier: str, label: str = "Lead", **more: object) -> Concept:
    values: dict[str, object] = {"notation": "LEAD", "order": 1, "sources": ("base",), **more}
    return Concept.model_validate({"id": identifier, "label": label, **values})


BASE: tuple[Node, ...] = (
    Framework(id="F", label="F", sources=("base",)),
    *(concept(ref.id) for ref in (LEAD, POL, FACTOR)),
    Case(id=CASE.id, label="Case 1", number="1", order=1, sources=("base",)),
    CodedItem(id=ITEM.id, label="I1", voice="mixed", summary="x", status=STATED, sources=("base",)),
    Organisation(id="RXR", label="A trust", sources=("base",)),
    MappingSet(id="m", sources=("base",)),
    MappingSet(id="other", sources=("base",)),
)


def assertion(value: str = "present", **more: object) -> Assertion:
    status = UNDETERMINED if value == "undetermined" else STATED
    return Assertion.model_validate({"id": FINDING.id, "value": value, "status": status, "sources": ("s",), **more})


def about(concept: Ref = LEAD) -> tuple[Relationship, ...]:
    return (
        AboutCase(start=FINDING, end=CASE, sources=("s",)),
        AboutConcept(start=FINDING, end=concept, sources=("s",)),
    )


def mapping(**more: object) -> Mapping:
    values: dict[str, object] = {
        "id": "m/1", "mapping_set": "m", "subject_id": LEAD.id, "predicate_id": "skos:narrowMatch", "object_id": FACTOR.id,
        "mapping_justification": "semapv:ManualMappingCuration", "subject_concept": LEAD.id, "object_concept": FACTOR.id,
        "status": INFERRED, "sources": ("m/1",),
    }  # fmt: skip
    return Mapping.model_validate({**values, **more})


def content(as_of: str, *things: Node | Relationship) -> Content:
    made = Content(as_of)
    made.add(*things)
    return made


def put(store: Store, as_of: str, *things: Node | Relationship) -> Written:
    return write(store, content(as_of, *things))


@pytest.fixture(scope="module")
def defined(engine: Engine) -> Iterator[Store]:
    """A store with its constraints, on each engine in turn; the tests share it and empty it themselves."""
    for store in engine.empty():
        store.define(ddl())
        yield store


@pytest.fixture
def base(defined: Store) -> Store:
    """A store that holds what the things of a test point at, and nothing else."""
    _empty(defined)
    put(defined, "2000", *BASE)
    return defined


def _empty(store: Store) -> None:
    def work(transaction: Transaction) -> None:
        transaction.run("MATCH (n) DETACH DELETE n")

    store.write(work)


# --- any order, any number of times

texts = st.sampled_from(["a", "b", "Zoë 🏥", "x|y", "2026", "it's", ""]) | st.none()
sources = st.lists(st.sampled_from(["p/one/1", "p/two/1", "q/one/1"]), min_size=1, max_size=2, unique=True).map(tuple)
dates = st.sampled_from(["2015", "2015-04", "2015-04-02"]).map(lambda text: PartialDate(text=text)) | st.none()
grades = st.sampled_from([STATED, INFERRED, UNDETERMINED])

concepts = st.builds(
    Concept, id=st.sampled_from([LEAD.id, POL.id]), label=texts.map(str), definition=texts, notation=st.just("N"),
    order=st.integers(1, 3), words=st.lists(st.sampled_from(["v", "w"]), max_size=2).map(tuple), certainty=st.none() | st.floats(0, 1),
    labels=st.sampled_from([(), ("Challenge",), ("Factor",)]), sources=sources,
)  # fmt: skip
organisations = st.builds(
    Organisation, id=st.just("RXR"), label=texts, valid_from=dates, note=texts,
    labels=st.sampled_from([(), ("Trust",), ("Provider", "Trust")]), sources=sources,
)  # fmt: skip
ratings = st.builds(
    Rating, id=st.just("RXR/2015/OVERALL/SAFE/GOOD"), date=st.just(PartialDate(text="2015")), question=st.just("CQC:SAFE"),
    service=st.just("CQCSERVICE:OVERALL"), value=st.just("CQCRATING:GOOD"), basis=texts, status=grades, sources=sources,
    edition_first=st.sampled_from(["2015", "2016-01"]), edition_last=st.sampled_from(["2015", "2016-01"]),
)  # fmt: skip
assertions = st.builds(
    Assertion,
    id=st.just(FINDING.id),
    value=st.sampled_from(["present", "absent"]),
    status=grades,
    basis=texts,
    sources=sources,
)
mapped = st.builds(
    mapping,
    predicate_id=st.sampled_from(["skos:exactMatch", "skos:relatedMatch"]),
    predicate_modifier=st.none() | st.just("Not"),
    object_concept=st.sampled_from([FACTOR.id, POL.id]),
    confidence=st.none() | st.floats(0, 1),
    mapping_set=st.sampled_from(["m", "other"]),
    sources=sources,
)
codings = st.builds(
    CodedAs, start=st.just(ITEM), end=st.sampled_from([LEAD, POL]), coder=st.sampled_from(["authors", "x|y", "x%7Cy"]),
    date=dates, valence=st.none() | st.integers(-2, 2), status=grades, sources=sources,
)  # fmt: skip
identities = st.builds(
    IdentifiedAs, start=st.just(CASE), end=st.just(Ref("Organisation", "RXR")), since=dates, basis=texts, status=grades,
    sources=sources,
)  # fmt: skip
members = st.builds(
    InFramework, start=st.sampled_from([LEAD, POL]), end=st.just(Ref("Framework", "F")), sources=sources
)
findings = st.builds(AboutConcept, start=st.just(FINDING), end=st.sampled_from([LEAD, POL]), sources=sources)


@dataclass(frozen=True)
class Edition:
    as_of: str
    thing: Node | Relationship


editions = st.lists(
    st.builds(
        Edition,
        st.sampled_from(["2025", "2026-01-01", "2026-01-02", ""]),
        st.one_of(concepts, organisations, ratings, assertions, mapped, codings, identities, members, findings),
    ),
    min_size=2,
    max_size=10,
)


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[Edition], list[list[list[Edition]]]]:
    """Some editions, and ways to load all of them: orders, repeats and pieces of one date each."""
    given_editions = draw(editions)
    ways = []
    for _ in range(2):
        order = draw(st.permutations(given_editions)) + draw(st.lists(st.sampled_from(given_editions), max_size=3))
        pieces: list[list[Edition]] = []
        for edition in order:
            together = pieces and pieces[-1][0].as_of == edition.as_of and draw(st.booleans())
            if together:
                pieces[-1].append(edition)
            else:
                pieces.append([edition])
        ways.append(pieces)
    return given_editions, ways


def loaded(store: Store, pieces: list[list[Edition]]) -> Dump:
    _empty(store)
    put(store, "2000", *BASE, assertion(sources=("base",)), *about())
    for piece in pieces:
        written = put(store, piece[0].as_of, *(edition.thing for edition in piece))
        assert written.missing_ends == []
    return dump(store)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=orders())
def test_editions_in_any_order_any_number_of_times_and_in_any_pieces_give_one_graph(
    defined: Store, plan: tuple[list[Edition], list[list[list[Edition]]]]
) -> None:
    every, ways = plan
    first = loaded(defined, [[edition] for edition in every])
    for pieces in ways:
        assert loaded(defined, pieces) == first


@given(days=st.lists(st.dates(datetime.date(1900, 1, 1)), min_size=2, max_size=2))
def test_a_later_day_has_the_higher_rank(days: list[datetime.date]) -> None:
    first, second = sorted(days)
    if first != second:
        assert rank({"x": 1}, first.isoformat(), ["z"]) < rank({}, second.isoformat(), ["a"])


def test_sources_are_a_sorted_list_on_relationships_too(base: Store) -> None:
    for source in ("b", "c", "a", "b"):
        put(base, "2026", CodedAs(start=ITEM, end=LEAD, coder="authors", status=STATED, sources=(source,)))
    found = base.read("MATCH (:CodedItem)-[r:CODED_AS]->() RETURN r.sources AS sources")
    assert list(found) == [{"sources": ["a", "b", "c"]}]


# --- what must not collapse


def count(store: Store, pattern: str) -> int:
    [row] = store.read(f"MATCH {pattern} RETURN count(r) AS n")
    return int(str(row["n"]))


def test_two_spells_are_two_relationships_and_an_unknown_start_is_one_more(base: Store) -> None:
    for since in ("2001", "2010-04", "2010-04", None, None):
        start = None if since is None else PartialDate(text=since)
        case, place = CASE, Ref("Organisation", "RXR")
        put(base, "2026", IdentifiedAs(start=case, end=place, since=start, status=INFERRED, sources=("s",)))
    keys = base.read("MATCH ()-[r:IDENTIFIED_AS]->() RETURN r.key AS key ORDER BY key")
    assert [row["key"] for row in keys] == ["-", "2001", "2010-04"]


def test_two_mapping_sets_that_say_the_same_are_two_relationships(base: Store) -> None:
    put(base, "2026", mapping(), mapping(id="other/1", mapping_set="other"))
    assert count(base, "(:Concept)-[r:NARROW_MATCH]->(:Concept)") == 2
    assert count(base, "(:MappingSet)-[r:CONTAINS]->(:Mapping)") == 2


@pytest.mark.parametrize(("coder", "key"), [("-", "%2D"), ("a|b", "a%7Cb"), ("a%7Cb", "a%257Cb"), ("", "-")])
def test_the_key_of_a_relationship_tells_apart_what_its_fields_hold(coder: str, key: str) -> None:
    assert CodedAs(start=ITEM, end=LEAD, coder=coder, status=STATED, sources=("s",)).key == key


# --- refused before anything is written


def test_a_relationship_without_its_key_is_refused() -> None:
    class Keyless(CodedAs):
        @property
        def key(self) -> str | None:
            return None

    with pytest.raises(ValueError, match="CODED_AS from s/I1 has no key"):
        relationship_statements(
            [Keyless(start=ITEM, end=LEAD, coder="x", status=STATED, sources=("s",))], "2026", "curated"
        )


def test_a_thing_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="has no source"):
        node_statements([concept(LEAD.id, sources=())], "2026", "curated")


def test_a_label_that_is_not_of_the_ontology_never_gets_into_a_query() -> None:
    with pytest.raises(ValueError, match="does not join"):
        relationship_statements(
            [Operates(start=Ref("X) DETACH DELETE (n", "1"), end=LEAD, sources=("s",))], "2026", "curated"
        )


# --- what finds no end


def test_missing_ends_are_counted_and_named(base: Store) -> None:
    written = put(
        base, "2026",
        CodedAs(start=ITEM, end=Ref("Concept", "F:NOWHERE"), coder="authors", status=STATED, sources=("s", "t")),
        CodedAs(start=ITEM, end=Ref("Concept", "F:NOWHERE"), coder="anna", status=STATED, sources=("s",)),
        CodedAs(start=Ref("CodedItem", "s/I9"), end=Ref("Concept", "F:NOWHERE"), coder="x", status=STATED, sources=("s",)),
        CodedAs(start=ITEM, end=LEAD, coder="authors", status=STATED, sources=("s",)),
    )  # fmt: skip
    assert sorted(written.missing_ends) == [
        "CodedItem s/I1 CODED_AS anna Concept F:NOWHERE: there is no Concept F:NOWHERE",
        "CodedItem s/I1 CODED_AS authors Concept F:NOWHERE: there is no Concept F:NOWHERE",
        "CodedItem s/I9 CODED_AS x Concept F:NOWHERE: there is no CodedItem s/I9 and no Concept F:NOWHERE",
    ]
    assert count(base, "()-[r:CODED_AS]->()") == 1
    assert not list(base.read("MATCH (n) WHERE n.id IN ['F:NOWHERE', 's/I9'] RETURN n.id AS id"))


# --- labels


def labels(store: Store, identifier: str) -> set[str]:
    [row] = store.read("MATCH (n {id: $id}) RETURN labels(n) AS labels", {"id": identifier})
    assert isinstance(row["labels"], list)
    return {str(label) for label in row["labels"]}


def test_a_second_label_can_come_later(base: Store) -> None:
    put(base, "2026", Organisation(id="RXR", label="x", labels=("Provider",), sources=("s",)))
    put(base, "2026", Organisation(id="RXR", label="x", labels=("Trust",), sources=("t",)))
    assert labels(base, "RXR") == {"Organisation", "Provider", "Trust"}


def test_two_editions_of_a_node_in_one_load_bring_the_labels_of_both(base: Store) -> None:
    new = (Organisation(id="R2", label="x", labels=(label,), sources=("s",)) for label in ("Trust", "Provider"))
    put(base, "2026", *new)
    assert labels(base, "R2") == {"Organisation", "Provider", "Trust"}


# --- what is derived


def matches(store: Store) -> Iterator[tuple[str, str, float | None]]:
    found = store.read(
        "MATCH (:Concept)-[r:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]->(o:Concept) "
        "RETURN type(r) AS type, o.id AS object, r.confidence AS confidence, r.key AS key, r.mapping AS mapping"
    )
    for row in found:
        assert row["key"] == row["mapping"] == "m/1"
        confidence = row["confidence"]
        assert confidence is None or isinstance(confidence, float)
        yield str(row["type"]), str(row["object"]), confidence


def test_match_follows_the_predicate_the_object_and_the_confidence_of_its_mapping(base: Store) -> None:
    put(base, "2026-01-01", mapping(confidence=0.5))
    assert list(matches(base)) == [("NARROW_MATCH", FACTOR.id, 0.5)]
    put(base, "2026-01-02", mapping(predicate_id="skos:relatedMatch", object_concept=POL.id, sources=("m/2",)))
    assert list(matches(base)) == [("RELATED_MATCH", POL.id, None)]
    put(base, "2026-01-01", mapping(confidence=0.5))  # the older one again changes nothing
    assert list(matches(base)) == [("RELATED_MATCH", POL.id, None)]


def test_match_follows_the_subject_of_its_mapping(base: Store) -> None:
    put(base, "2026-01-01", mapping())
    put(base, "2026-01-02", mapping(subject_concept=POL.id))
    found = base.read("MATCH (s:Concept)-[r:NARROW_MATCH]->() RETURN s.id AS id")
    assert list(found) == [{"id": POL.id}]
    assert list(base.read("MATCH (:Mapping)-[:SUBJECT]->(s) RETURN s.id AS id")) == [{"id": POL.id}]


@pytest.mark.parametrize(
    "more",
    [
        {"predicate_modifier": "Not"},
        {"object_id": "sssom:NoTermFound", "object_concept": None, "judged_framework": "F"},
    ],
)
def test_negated_mapping_and_one_without_an_object_make_no_match(base: Store, more: dict[str, object]) -> None:
    put(base, "2026-01-01", mapping())
    put(base, "2026-01-02", mapping(**more))
    assert list(matches(base)) == []


def test_mapping_without_an_object_points_at_the_framework_it_was_judged_against(base: Store) -> None:
    put(
        base, "2026", mapping(object_id="https://w3id.org/sssom/NoTermFound", object_concept=None, judged_framework="F")
    )
    assert list(base.read("MATCH (:Mapping)-[:JUDGED_AGAINST]->(f) RETURN f.id AS id")) == [{"id": "F"}]
    assert not list(base.read("MATCH (:Mapping)-[:OBJECT]->(o) RETURN o.id AS id"))


def addressed(store: Store) -> list[tuple[str, str]]:
    found = store.read(
        "MATCH (:Case)-[r:ADDRESSES]->(c:Concept) RETURN c.id AS id, r.assertion AS assertion ORDER BY id"
    )
    return [(str(row["id"]), str(row["assertion"])) for row in found]


def test_case_addresses_a_concept_while_the_finding_says_present(base: Store) -> None:
    put(base, "2026-01-01", assertion("present"), *about())
    assert addressed(base) == [(LEAD.id, FINDING.id)]
    put(base, "2026-01-02", assertion("absent"))
    assert addressed(base) == []
    put(base, "2026-01-03", assertion("undetermined"))
    assert addressed(base) == []
    put(base, "2026-01-04", assertion("present"))
    assert addressed(base) == [(LEAD.id, FINDING.id)]


def test_older_finding_does_not_take_the_place_of_a_newer_one(base: Store) -> None:
    put(base, "2026-01-02", assertion("absent"), *about())
    put(base, "2026-01-01", assertion("present", sources=("older",)))
    assert addressed(base) == []


def test_finding_whose_concept_comes_later_is_derived_then(base: Store) -> None:
    put(base, "2026", assertion("present"))
    put(base, "2026", about()[0])
    assert addressed(base) == []
    put(base, "2026", about()[1])
    assert addressed(base) == [(LEAD.id, FINDING.id)]


def test_two_findings_of_one_case_and_concept_are_two_relationships(base: Store) -> None:
    second = Ref("Assertion", "s/anna/T4-1")
    put(base, "2026", assertion(), *about(), assertion(id=second.id, sources=("anna",)))
    put(base, "2026", AboutCase(start=second, end=CASE, sources=("anna",)))
    put(base, "2026", AboutConcept(start=second, end=LEAD, sources=("anna",)))
    assert addressed(base) == [(LEAD.id, FINDING.id), (LEAD.id, second.id)] or len(addressed(base)) == 2


# --- all or nothing


def test_a_load_that_fails_half_way_leaves_the_graph_as_it_was(base: Store) -> None:
    before = dump(base)

    def fails(transaction: object) -> None:
        from qikg.graph.writer import write_in

        write_in(transaction, content("2026", concept("F:NEW")))  # type: ignore[arg-type]
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        base.write(fails)
    assert dump(base) == before


def test_more_rows_than_one_batch_are_all_written(base: Store) -> None:
    put(base, "2026", *(concept(f"F:{n}", sources=("s",)) for n in range(5003)))
    edges = (
        InFramework(start=Ref("Concept", f"F:{n}"), end=Ref("Framework", "F"), sources=("s",)) for n in range(5003)
    )
    written = put(base, "2026", *edges)
    assert written.missing_ends == []
    assert count(base, "(:Concept)-[r:IN_FRAMEWORK]->(:Framework)") == 5003
