"""What an export has written comes back as the graph that it was; what is not right is named, and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from dump import Dump, dump
from engines import Engine, build_packaged
from graphs import Drawn, graphs
from hypothesis import HealthCheck, given, settings

from qikg.graph.content import Content
from qikg.graph.rdf.export import FORMATS, export
from qikg.graph.rdf.triples import PROFILES
from qikg.graph.store import Store
from qikg.graph.writer import write
from qikg.loaders import check, load, rdf, shapes
from qikg.loaders.rdf import indexes
from qikg.loaders.rdf.account import Account
from qikg.loaders.rdf.spool import Spool
from qikg.loaders.report import LoadReport
from qikg.ontology.model import Node, Relationship

HEADER = "Location ID,Location Name,Service / Population Group,Domain,Latest Rating,Publication Date,Provider ID"
ROWS = (
    "RDU50,Wexham Park,Overall,Safe,Good,26/09/2014,RDU",
    "RDU50,Wexham Park,Overall,Safe,Outstanding,26/09/2014,RDU",
    "1-100000001,😀 “House”\\ & <Son>,Overall,Overall,Not Rated,,1-200000001",
)
LOCATION = """@prefix q: <https://w3id.org/qikg/ontology#> .
@prefix d: <http://purl.org/dc/terms/> .
@prefix x: <http://www.w3.org/2001/XMLSchema#> .
@prefix r: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix p: <http://www.w3.org/ns/prov#> .
@prefix o: <http://www.w3.org/ns/org#> .
<https://w3id.org/qikg/location/L1> a q:Location, o:Site ; d:identifier "L1" ; q:beds 7 ;
p:wasDerivedFrom <https://w3id.org/qikg/source/s> ;
"""


def without_ranks(found: Dump) -> Dump:
    """Leave out what a load keeps for itself."""
    nodes, edges = ([re.sub(r"\('rank_\w+', (\"[^\"]*\"|'[^']*')\),? ?", "", line) for line in part] for part in found)
    return sorted(nodes), sorted(edges)


def test_a_graph_comes_back_on_both_engines(engine: Engine, tmp_path: Path) -> None:
    there_and_back(engine, tmp_path, "nquads")


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "nquads"])
def test_a_graph_comes_back_from_every_format(embedded_engine: Engine, tmp_path: Path, format: str) -> None:
    there_and_back(embedded_engine, tmp_path, format)


def there_and_back(engine: Engine, tmp_path: Path, format: str) -> None:
    ratings, file = tmp_path / "ratings.csv", tmp_path / f"graph{FORMATS[format].extension}"
    ratings.write_text("\n".join([HEADER, *ROWS]) + "\n", "utf-8")
    engine.wipe()
    with closing(engine.open()) as store:
        load(store, [ratings])
        export(store, file, format=format)
        before = without_ranks(dump(store))
    engine.wipe()
    with closing(engine.open()) as store:
        report = load(store, [file])
        assert report.ok
        assert report.problems == []
        assert without_ranks(dump(store)) == before
        load(store, [file])
        assert without_ranks(dump(store)) == before


@pytest.fixture
def turtle(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "some.ttl") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_location_is_read(turtle: Callable[..., Path]) -> None:
    report = check([turtle(LOCATION + 'q:cqcName "House" .')])
    assert report.ok
    assert report.nodes == {"Location": 1}


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ("q:beds 8 .", "2 values where one is allowed"),
        ('q:careHome "perhaps" .', "not of the type boolean"),
        ("q:cqcName [] .", "a blank node"),
        ("q:specialisms [] .", "a blank node"),
        ('q:cqcName "Haus"@de .', "a text with a language"),
        ('q:registrationStart "2014-13"^^x:gYearMonth .', "2014-13"),
        ('q:registrationStart "soon" .', "not a date"),
        ("q:cqcName <http://example.org/> .", "an address where a value is wanted"),
        ('d:identifier "L2" .', "one dcterms:identifier"),
        ("q:beds", "not well-formed RDF"),
        ("q:cqcName <relative> .", "not well-formed RDF"),
    ],
)
def test_what_is_not_right_is_named(turtle: Callable[..., Path], more: str, rule: str) -> None:
    report = check([turtle(LOCATION + more)])
    assert rule in "\n".join(str(error) for error in report.errors)
    assert not report.nodes


def test_the_place_of_a_fault_is_told_where_the_parser_tells_it(turtle: Callable[..., Path]) -> None:
    report = check([turtle(LOCATION + "q:cqcName oops .")])
    assert [error.row for error in report.errors] == [9]


def test_terms_of_other_vocabularies_are_counted_and_not_lost_without_a_word(turtle: Callable[..., Path]) -> None:
    report = check([turtle(LOCATION + '<http://example.org/colour> "red" .\n<http://example.org/it> a d:Agent .')])
    assert report.ok
    said = "\n".join(map(str, report.problems))
    assert "http://example.org/colour" in said
    assert "1 subjects that are no nodes of this graph" in said


def test_a_file_of_another_vocabulary_is_refused(turtle: Callable[..., Path]) -> None:
    report = check([turtle("<http://example.org/a> <http://example.org/b> <http://example.org/c> .")])
    assert "no node of this graph" in str(report.errors[0])


def test_entities_are_not_blown_up(turtle: Callable[..., Path]) -> None:
    bomb = ['<?xml version="1.0"?>', "<!DOCTYPE r [", '<!ENTITY a0 "aaaaaaaaaa">']
    bomb += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    bomb += ["]>", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:q="https://w3id.org/qikg/ontology#">']
    bomb += ['<q:Location rdf:about="https://w3id.org/qikg/location/L1"><q:cqcName>&a11;</q:cqcName></q:Location></rdf:RDF>']
    report = check([turtle("\n".join(bomb), "bomb.rdf")])
    assert not report.ok


def test_a_relationship_without_its_end_is_told(embedded_store: Store, turtle: Callable[..., Path]) -> None:
    named = "https://w3id.org/qikg/name/L1/House/2020"
    path = turtle(
        f"{LOCATION} q:named <{named}> .\n<https://w3id.org/qikg/statement/named/1> a r:Statement ; r:predicate q:named ;\n"
        f"r:subject <https://w3id.org/qikg/location/L1> ; r:object <{named}> ; p:wasDerivedFrom "
        "<https://w3id.org/qikg/source/s> ."
    )
    report = load(embedded_store, [path])
    assert "Name L1/House/2020" in report.missing_ends[0]


def test_a_faulty_file_leaves_the_store_as_it_was(store: Store, turtle: Callable[..., Path]) -> None:
    load(store, [turtle(LOCATION + 'q:cqcName "House" .', "right.ttl")])
    before = dump(store)
    report = load(store, [turtle(LOCATION + 'q:careHome "perhaps" .', "wrong.ttl")])
    assert not report.ok
    assert dump(store) == before


def test_both_profiles_are_read_as_the_same_graph(engine: Engine, tmp_path: Path) -> None:
    files = [tmp_path / "one.nq", tmp_path / "two.nq"]
    found = []
    with closing(engine.open()) as store:
        engine.ensure_packaged(store)
        for profile, file in zip(PROFILES, files, strict=True):
            export(store, file, format="nquads", profile=profile)
        before = without_ranks(dump(store))
    for file in files:
        engine.wipe()
        with closing(engine.open()) as store:
            assert load(store, [file]).problems == []
            found.append(without_ranks(dump(store)))
    assert found == [before, before]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ("q:named <https://w3id.org/qikg/name/a> {| q:part 1 |} .", "a blank node that is no cell of a list"),
        ("q:beds 1 .\n<https://example.org/r> r:reifies <<( <https://w3id.org/qikg/location/L1> q:named q:a )>> .", "not stated"),
        ("q:beds 1 .\n<https://example.org/r> r:reifies <<( q:x q:beds 1 )>> .", "not stated"),
        ("q:beds 1 .\n<https://example.org/r> r:subject q:x ; r:predicate q:beds ; r:object 1 .", "not stated"),
        ("q:beds 1 .\n[] a q:Location .", "a blank node that is no cell of a list"),
        ("q:cqcName <<( q:x q:beds 1 )>> .", "a triple where a value is wanted"),
    ],
)
def test_statements_about_nothing_are_named(turtle: Callable[..., Path], more: str, rule: str) -> None:
    more = more if "q:beds" in more else "q:beds 1 ; " + more
    report = check([turtle(LOCATION.replace("q:beds 7 ;", "") + more)])
    assert rule in "\n".join(str(error) for error in report.errors)


def test_things_without_a_class_are_counted_too(turtle: Callable[..., Path]) -> None:
    report = check([turtle(LOCATION + 'q:cqcName "House" .\n<http://example.org/it> d:title "It" .')])
    assert report.ok
    assert "1 subjects that are no nodes of this graph" in str(report.problems[0])


def test_any_graph_comes_back_from_a_store(engine: Engine, tmp_path: Path) -> None:
    engine.wipe()
    with closing(engine.open()) as store:
        build_packaged(store)  # for the schema
        examples = 0

        @settings(max_examples=100, suppress_health_check=list(HealthCheck))
        @given(drawn=graphs())
        def comes_back(drawn: Drawn) -> None:
            nonlocal examples
            examples += 1
            profile = PROFILES[examples % 2]
            file, again = tmp_path / "first.nq", tmp_path / "again.nq"
            empty(store)
            for content in contents_of([*drawn.nodes, *drawn.relationships]):
                assert write(store, content).missing_ends == []
            export(store, file, format="nquads", profile=profile)
            held = dump(store)
            assert len(held[0]) == len(drawn.nodes)
            assert len(held[1]) >= len(drawn.relationships)  # those that follow from nodes are there too
            empty(store)
            report = LoadReport()
            for content in rdf.read(file, report):
                assert write(store, content).missing_ends == []
            assert report.problems == []
            assert [len(part) for part in dump(store)] == [len(part) for part in held]
            export(store, again, format="nquads", profile=profile)
            assert again.read_bytes() == file.read_bytes()

        comes_back()
    engine.holds = "anything"


def empty(store: Store) -> None:
    store.write(lambda transaction: transaction.run("MATCH (n) DETACH DELETE n"))


def contents_of(things: Sequence[Node | Relationship]) -> Iterator[Content]:
    """Give things as loads do, nodes first: each publisher writes what is its own."""
    for kind in (Node, Relationship):
        by_publisher: dict[str, Content] = {}
        for thing in things:
            if isinstance(thing, kind):
                for publisher, part in rdf.parts(thing):
                    by_publisher.setdefault(publisher, Content("2026", publisher=publisher)).add(part)
        yield from by_publisher.values()


# --- shapes


def test_the_shapes_are_asked_too_and_say_nothing_twice(turtle: Callable[..., Path]) -> None:
    name = "q:named <https://w3id.org/qikg/name/L1/A/2020> .\n<https://w3id.org/qikg/name/L1/A/2020> a q:Name ; d:identifier "
    report = check([turtle(LOCATION.replace("q:beds 7", "q:beds 7, 8") + name + '"L1/A/2020" .')])
    told = [(problem.column, problem.severity) for problem in report.problems]
    assert [severity for column, severity in told if column == "qikg:beds"] == ["error"]
    said = "\n".join(map(str, report.problems))
    assert "column rdfs:label" in said  # a name without its name
    assert "it is not in this file, and must be in the graph: 'https://w3id.org/qikg/source/s'" in said


@pytest.mark.parametrize("profile", PROFILES)
def test_the_packaged_graph_has_its_shapes_in_both_profiles(graph_store: Store, tmp_path: Path, profile: str) -> None:
    file = tmp_path / "graph.ttl"
    export(graph_store, file, profile=profile)
    report = check([file])
    assert (report.problems, report.notes) == ([], [])
    spoiled = file.read_text("utf-8").replace('qikg:status "stated"', 'qikg:status "guessed"')
    file.write_text(spoiled, "utf-8")
    assert "guessed" in "\n".join(map(str, check([file]).errors))


def test_a_part_is_in_order_but_for_what_stands_in_the_others(graph_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "part.ttl"
    export(graph_store, file, part="mappings")
    report = check([file])
    assert report.ok
    assert {"it is not in this file" in problem.rule for problem in report.problems} == {True}


def test_an_end_that_is_elsewhere_is_found_there_or_named(embedded_engine: Engine, tmp_path: Path) -> None:
    part = tmp_path / "study.nt"
    with closing(embedded_engine.open()) as store:
        embedded_engine.ensure_packaged(store)
        export(store, part, format="ntriples", part="study")
        before = without_ranks(dump(store))
        assert load(store, [part]).ok
        assert without_ranks(dump(store)) == before
        lost = tmp_path / "lost.nt"
        lost.write_text(part.read_text("utf-8").replace("/concept/quaser/LEAD>", "/concept/quaser/LEED>"), "utf-8")
        report = load(store, [lost])
    assert report.missing_ends
    assert all("there is no Concept QUASER:LEED" in told for told in report.missing_ends)
    embedded_engine.holds = "anything"


def test_what_is_too_large_for_the_shapes_is_said(
    turtle: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapes, "LARGEST", 3)
    report = check([turtle(LOCATION + 'q:cqcName "House" .')])
    assert report.problems == []
    assert "too large for SHACL" in report.notes[0]


# --- order


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("large", [0, indexes.LARGE])
def test_the_order_of_a_file_does_not_matter(
    graph_store: Store, tmp_path: Path, profile: str, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "PIECE", 50)
    file, shuffled = tmp_path / "graph.nt", tmp_path / "shuffled.nt"
    export(graph_store, file, format="ntriples", profile=profile)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    Random(7).shuffle(lines)
    shuffled.write_text("".join(lines), "utf-8")
    found = []
    for path, ways in ((file, ["in pieces"]), (shuffled, ["in pieces", "as a whole"])):
        taken: list[str] = []
        for way in ("_in_pieces", "_as_a_whole"):
            monkeypatch.setattr(rdf, way, noted(getattr(rdf, way), way[1:].replace("_", " "), taken))
        report = LoadReport()
        contents = list(rdf.read(path, report))
        monkeypatch.undo()
        monkeypatch.setattr(indexes, "PIECE", 50)
        monkeypatch.setattr(indexes, "LARGE", large)
        assert (report.problems, taken) == ([], ways)
        found.append(sorted(repr(thing) for one in contents for thing in (*one.nodes, *one.relationships)))
    assert found[0] == found[1]
    assert len(found[0]) > 4_000


def noted(work: Callable[..., Account], name: str, taken: list[str]) -> Callable[..., Account]:
    def noting(*arguments: Path | Spool) -> Account:
        taken.append(name)
        return work(*arguments)

    return noting


def test_what_is_wrong_in_a_later_piece_is_named_and_nothing_is_given(
    graph_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "PIECE", 50)
    file = tmp_path / "graph.nt"
    export(graph_store, file, format="ntriples")
    lines = file.read_text("utf-8").splitlines(keepends=True)
    number = max(at for at, line in enumerate(lines) if "ontology#certainty" in line)
    for spoiled in (lines[number].replace("E", "x"), lines[number].replace("XMLSchema#double", "XMLSchema#date")):
        file.write_text("".join([*lines[:number], spoiled, *lines[number + 1 :]]), "utf-8")
        report = LoadReport()
        assert list(rdf.read(file, report)) == []
        assert len(report.errors) == 1
    file.write_text("".join(lines)[:-9], "utf-8")  # cut off
    report = LoadReport()
    assert list(rdf.read(file, report)) == []
    assert "not well-formed" in report.errors[0].rule
