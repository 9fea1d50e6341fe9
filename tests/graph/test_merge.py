"""Merging: any order, any number of times, one graph; and what is derived follows what it is derived from."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from engines import Engine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qikg.graph.content import Content
from qikg.graph.merge import rank
from qikg.graph.rebuild import rebuild
from qikg.graph.store import Store
from qikg.graph.writer import Written, write
from qikg.ontology.crosswalk import Concept, Framework, InFramework, Mapping, MappingSet
from qikg.ontology.dates import PartialDate
from qikg.ontology.ddl import ddl
from qikg.ontology.evidence import AboutCase, AboutConcept, Assertion, Case, CodedAs, CodedItem
from qikg.ontology.model import Node, Ref, Relationship
from qikg.ontology.provenance import Source
from qikg.ontology.registers import Location, Operates, Organisation, Rating


def dump(store: Store) -> list[str]:
    """Give everything that a store holds, as lines that compare."""
    nodes = store.read("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties")
    edges = store.read(
        "MATCH (a)-[r]->(b) RETURN labels(a) AS start_labels, a.id AS start, type(r) AS type, properties(r) AS properties, "
        "labels(b) AS end_labels, b.id AS end"
    )
    rows = [{**row, "labels": sorted(row["labels"])} for row in nodes]  # type: ignore[type-var,arg-type]
    rows += [
        {**row, "start_labels": sorted(row["start_labels"]), "end_labels": sorted(row["end_labels"])}  # type: ignore[type-var,arg-type]
        for row in edges
    ]
    return sorted(json.dumps(row, sort_keys=True, default=str) for row in rows)


def content(*things: Node | Relationship, as_of: str = "2026", publisher: str = "curated") -> Content:
    made = Content(as_of, publisher=publisher)
    made.add(*things)
    return made


def concept(code: str = "T:A", label: str = "A", *, source: str = "s", labels: Iterable[str] = ()) -> Concept:
    return Concept(id=code, label=label, notation=code[2:], order=1, labels=tuple(labels), sources=(source,))


@pytest.fixture
def defined(store: Store) -> Store:
    store.define(ddl())
    return store


# --- any order, any number of times

_PLACES = ("RXR", "RXR20")
_EDITIONS = st.builds(
    lambda as_of, source, publisher, place, label, day, until, kind: (
        content(
            Organisation(
                id="RXR",
                labels=("Trust",) if kind else (),
                sources=(source,),
                **({"label": label, "note": None if kind else label} if publisher == "curated" else {"cqc_name": label}),
            ),
            Location(
                id=place + "20",
                sources=(source,),
                **(
                    {"label": label}
                    if publisher == "curated"
                    else {"cqc_name": label, "beds": None if kind else len(label)}
                    if day < "2015-01"
                    else {"registration_start": PartialDate(text=until)}  # an edition with other columns
                ),
            ),
            Rating(
                id="RXR/2015/OVERALL/SAFE/GOOD",
                date=PartialDate(text="2015"),
                question="CQC:SAFE",
                service="CQCSERVICE:OVERALL",
                value="CQCRATING:GOOD",
                value_printed=label,
                score=3,
                edition_first=day,
                edition_last=day,
                sources=(source,),
                **({"status": "stated", "basis": label} if publisher == "curated" else {}),
            ),
            Operates(
                start=Organisation.ref("RXR"),
                end=Location.ref(place + "20"),
                since=PartialDate(text=day),
                sources=(source,),
                **({"until": PartialDate(text=until), "basis": label} if publisher == "curated" else {}),
            ),
            as_of=as_of,
            publisher=publisher,
        )
    ),
    st.sampled_from(["", "2018", "2021-02", "2021-02-03"]),
    st.sampled_from(["a/b/c", "a/b/d", "z"]),
    st.sampled_from(["curated", "cqc"]),
    st.sampled_from(["RXR", "RTX"]),
    st.sampled_from(["One", "Two", "Drei \U0001f600"]),
    st.sampled_from(["2014", "2015-01", "2016-01-02"]),
    st.sampled_from(["2019", "2020-05"]),
    st.booleans(),
)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(editions=st.lists(_EDITIONS, min_size=1, max_size=5), data=st.data())
def test_any_order_and_any_number_of_loads_give_one_graph(engine: Engine, editions: list[Content], data: st.DataObject) -> None:
    dumps = []
    for attempt in range(2):
        engine.wipe()
        engine.holds = "anything"
        store = engine.open()
        try:
            store.define(ddl())
            order = editions if attempt == 0 else data.draw(st.permutations(editions + editions[:2]))
            if attempt and data.draw(st.booleans()):
                for as_of, publisher in dict.fromkeys((one.as_of, one.publisher) for one in order):
                    # several editions in one batch
                    together = Content(as_of, publisher=publisher)
                    together.extend(one for one in order if (one.as_of, one.publisher) == (as_of, publisher))
                    write(store, together)
            else:
                for one in order:
                    write(store, one)
            dumps.append(dump(store))
        finally:
            store.close()
    assert dumps[0] == dumps[1]


def test_the_newest_edition_wins_whenever_it_is_loaded(defined: Store) -> None:
    for as_of, label in (("2021", "new"), ("2018", "old"), ("", "undated")):
        write(defined, content(concept(label=label, source=label), as_of=as_of))
    assert list(defined.read("MATCH (c:Concept) RETURN c.label AS label, c.sources AS sources")) == [
        {"label": "new", "sources": ["new", "old", "undated"]}
    ]


def test_an_edition_takes_away_what_it_lacks(defined: Store) -> None:
    write(defined, content(Organisation(id="R", label="A", note="was", sources=("s",)), as_of="2018"))
    write(defined, content(Organisation(id="R", label="A", sources=("s",)), as_of="2019"))
    assert defined.read("MATCH (o:Organisation) RETURN o.note AS note").values == ((None,),)


def test_an_edition_of_a_register_leaves_what_it_has_no_column_for_and_takes_away_what_is_empty(defined: Store) -> None:
    write(defined, content(Location(id="L", cqc_name="A", beds=7, sources=("s",)), as_of="2018", publisher="cqc"))
    write(defined, content(Location(id="L", cqc_name="B", sources=("t",)), as_of="2019", publisher="cqc"))
    found = defined.read("MATCH (l:Location) RETURN l.cqc_name AS name, l.beds AS beds")
    assert found.values == (("B", 7),)
    write(defined, content(Location(id="L", beds=None, sources=("u",)), as_of="2019", publisher="cqc"))
    write(defined, content(Location(id="L", beds=5, sources=("v",)), as_of="2017", publisher="cqc"))
    found = defined.read("MATCH (l:Location) RETURN l.cqc_name AS name, l.beds AS beds, l.sources AS sources")
    assert found.values == (("B", None, ["s", "t", "u", "v"]),)


def test_two_publishers_of_one_node_leave_each_other_alone(defined: Store) -> None:
    write(defined, content(Organisation(id="R", label="ours", sources=("s",)), as_of="2026"))
    write(defined, content(Organisation(id="R", cqc_name="theirs", sources=("t",)), as_of="2018", publisher="cqc"))
    found = defined.read("MATCH (o:Organisation) RETURN o.label AS ours, o.cqc_name AS theirs")
    assert list(found) == [{"ours": "ours", "theirs": "theirs"}]


def test_a_publisher_cannot_write_what_is_anothers(defined: Store) -> None:
    with pytest.raises(ValueError, match="does not belong to cqc"):
        write(defined, content(Organisation(id="R", label="ours", sources=("s",)), publisher="cqc"))


@given(st.lists(st.tuples(st.sampled_from(["", "2018", "2018-05", "2019"]), st.text(max_size=3)), min_size=2, max_size=2))
def test_two_editions_never_have_one_rank(editions: list[tuple[str, str]]) -> None:
    ranks = [rank({"label": label}, as_of, ["s"]) for as_of, label in editions]
    assert (ranks[0] == ranks[1]) == (editions[0] == editions[1])


# --- labels, keys and ends


def test_a_second_label_comes_with_the_node_or_later_and_stays(defined: Store) -> None:
    write(defined, content(concept("T:A", labels=["Factor"]), concept("T:B")))
    write(defined, content(concept("T:B", labels=["Level"], source="t")))
    write(defined, content(concept("T:A", source="u")))
    found = defined.read("MATCH (c:Concept) RETURN c.id AS id, labels(c) AS labels ORDER BY id")
    assert [(row["id"], set(row["labels"])) for row in found] == [  # type: ignore[arg-type]
        ("T:A", {"Concept", "Factor"}),
        ("T:B", {"Concept", "Level"}),
    ]


def test_two_coders_and_two_spells_never_become_one_edge(defined: Store) -> None:
    item = CodedItem(id="s/1", label="1", voice="mixed", summary="x", status="stated", sources=("s",))
    coded = [
        CodedAs(start=item.pointer, end=Concept.ref("T:A"), coder=coder, status="stated", sources=("s",))
        for coder in ("anna", "ben", "anna|ben")
    ]
    place, site = Organisation(id="R", sources=("s",)), Location(id="R1", sources=("s",))
    spells = [
        Operates(start=place.pointer, end=site.pointer, since=since, sources=("s",))
        for since in (None, PartialDate(text="2015"), PartialDate(text="2015-01"))
    ]
    for _ in range(2):
        write(defined, content(concept(), item, place, site, *coded, *spells))
    counts = defined.read("MATCH ()-[r]->() RETURN type(r) AS type, count(r) AS n ORDER BY type")
    assert [tuple(row.values()) for row in counts] == [("CODED_AS", 3), ("OPERATES", 3)]


def test_a_relationship_without_its_end_is_counted_and_named(defined: Store) -> None:
    edge = InFramework(start=Concept.ref("T:A"), end=Framework.ref("T"), sources=("s",))
    written: Written = write(defined, content(concept(), edge))
    assert written.missing_ends == ["Concept T:A IN_FRAMEWORK Framework T: there is no Framework T"]


def test_a_relationship_between_the_wrong_things_is_refused(defined: Store) -> None:
    edge = InFramework(start=Framework.ref("T"), end=Framework.ref("T"), sources=("s",))
    with pytest.raises(ValueError, match="does not join Framework"):
        write(defined, content(edge))


def test_a_load_that_fails_leaves_nothing_half_written(defined: Store) -> None:
    bad = InFramework(start=Ref("Concept", "T:A"), end=Ref("Concept", "T:A"), sources=("s",))
    with pytest.raises(ValueError, match="does not join"):
        write(defined, content(concept(), bad))
    assert dump(defined) == []


# --- what is derived


def _mapping(predicate: str, target: str | None = "T:B", modifier: str | None = None) -> Mapping:
    return Mapping(
        id="m/1", mapping_set="m", subject_id="T:A", predicate_id=predicate, predicate_modifier=modifier,
        object_id=target or "sssom:NoTermFound", mapping_justification="semapv:ManualMappingCuration",
        subject_concept="T:A", object_concept=target, judged_framework=None if target else "T", confidence=0.5,
        status="inferred", sources=("s",),
    )  # fmt: skip


def _edges(store: Store) -> list[tuple[object, ...]]:
    found = store.read("MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS t, b.id AS b ORDER BY a, t, b")
    return [tuple(row.values()) for row in found]


def test_a_mapping_takes_its_edges_with_it(defined: Store) -> None:
    ground = [concept("T:A"), concept("T:B"), concept("T:C"), Framework(id="T", label="T", sources=("s",)),
              MappingSet(id="m", sources=("s",))]  # fmt: skip
    write(defined, content(*ground, _mapping("skos:closeMatch"), as_of="1"))
    close = [("T:A", "CLOSE_MATCH", "T:B"), ("m", "CONTAINS", "m/1"), ("m/1", "OBJECT", "T:B"), ("m/1", "SUBJECT", "T:A")]
    assert _edges(defined) == close
    write(defined, content(_mapping("skos:narrowMatch", "T:C"), as_of="2"))
    assert _edges(defined) == [("T:A", "NARROW_MATCH", "T:C"), ("m", "CONTAINS", "m/1"), ("m/1", "OBJECT", "T:C"),
                               ("m/1", "SUBJECT", "T:A")]  # fmt: skip
    write(defined, content(_mapping("skos:exactMatch", "T:C", "Not"), as_of="3"))
    assert _edges(defined) == [("m", "CONTAINS", "m/1"), ("m/1", "OBJECT", "T:C"), ("m/1", "SUBJECT", "T:A")]
    write(defined, content(_mapping("skos:closeMatch", None), as_of="4"))
    assert _edges(defined) == [("m", "CONTAINS", "m/1"), ("m/1", "JUDGED_AGAINST", "T"), ("m/1", "SUBJECT", "T:A")]


def test_a_case_addresses_what_is_found_present_and_no_longer_when_it_is_not(defined: Store) -> None:
    case = Case(id="s/case-1", label="1", number="1", order=1, sources=("s",))
    finding = Assertion(id="s/T1", value="present", status="stated", sources=("s",))
    edges = [
        AboutCase(start=finding.pointer, end=case.pointer, sources=("s",)),
        AboutConcept(start=finding.pointer, end=Concept.ref("T:A"), sources=("s",)),
    ]
    write(defined, content(concept(), case, finding, *edges, as_of="1"))
    assert ("s/case-1", "ADDRESSES", "T:A") in _edges(defined)
    for value in ("undetermined", "absent"):
        changed = finding.model_copy(update={"value": value})
        write(defined, content(changed, as_of=value))
        assert ("s/case-1", "ADDRESSES", "T:A") not in _edges(defined)


# --- building anew


def _packaged(*things: Node | Relationship) -> Content:
    return content(Source(id="s", packaged=True, sources=("s",)), *things)


def test_building_anew_drops_what_is_no_longer_stated(neo4j_store: Store) -> None:
    rebuild(neo4j_store, _packaged(concept("T:A"), concept("T:B")), lambda fresh: None)
    rebuild(neo4j_store, _packaged(concept("T:B", "changed")), lambda fresh: None)
    assert list(neo4j_store.read("MATCH (c:Concept) RETURN c.id AS id, c.label AS label")) == [{"id": "T:B", "label": "changed"}]


def test_building_anew_keeps_the_users_data_and_its_edges(neo4j_store: Store) -> None:
    rebuild(neo4j_store, _packaged(concept("T:A")), lambda fresh: None)
    item = CodedItem(id="u/1", label="1", voice="mixed", summary="x", status="stated", sources=("user",))
    coded = CodedAs(start=item.pointer, end=Concept.ref("T:A"), coder="me", status="stated", sources=("user",))
    write(neo4j_store, content(item, coded))
    before = dump(neo4j_store)
    rebuild(neo4j_store, _packaged(concept("T:A")), lambda fresh: None)
    assert dump(neo4j_store) == before


def test_a_withdrawn_node_that_the_users_data_point_at_stops_the_build(neo4j_store: Store) -> None:
    rebuild(neo4j_store, _packaged(concept("T:A"), concept("T:B")), lambda fresh: None)
    item = CodedItem(id="u/1", label="1", voice="mixed", summary="x", status="stated", sources=("user",))
    coded = CodedAs(start=item.pointer, end=Concept.ref("T:A"), coder="me", status="stated", sources=("user",))
    write(neo4j_store, content(item, coded))
    before = dump(neo4j_store)
    with pytest.raises(Exception, match="Concept T:A"):
        rebuild(neo4j_store, _packaged(concept("T:B")), lambda fresh: None)
    assert dump(neo4j_store) == before
