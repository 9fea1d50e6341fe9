"""Files of registers in the graph: in any order, any number of times, broken off or not, it comes out the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from dump import Dump, dump
from engines import Engine
from spreadsheets import cell as ods_cell
from spreadsheets import ods
from spreadsheets import row as ods_row

from qikg.graph import EmbeddedStore
from qikg.graph.content import Content
from qikg.graph.current import derive_from_ratings
from qikg.graph.store import Store
from qikg.graph.writer import write
from qikg.loaders import build, check, load
from qikg.loaders.cqc import reading
from qikg.loaders.files import Kind
from qikg.loaders.registers import load_register
from qikg.loaders.report import LoadReport
from qikg.ontology.classes import VERSION
from qikg.ontology.dates import PartialDate
from qikg.ontology.ddl import ddl
from qikg.ontology.errors import CheckFailed
from qikg.ontology.provenance import Ontology, Source
from qikg.ontology.registers import Organisation, Rates, Rating
from qikg.queries import ask, packaged

LOCATIONS = (
    "Location ID,Location Name,Service / Population Group,Domain,Latest Rating,Publication Date,"
    "Inherited Rating (Y/N),Provider ID,Provider Name"
)
TRUSTS = "Provider ID,Provider Name,Provider Type,Service / Population Group,Domain,Latest Rating,Publication Date,Report Type"
QUESTIONS = ("Safe", "Effective", "Caring", "Responsive", "Well-led", "Overall")


def line(place: str, rating: str, day: str, *, question: str = "Overall", name: str = "House") -> str:
    return f"{place},{name},Overall,{question},{rating},{day},N,1-200000001,Owner Ltd"


def directory(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([LOCATIONS, *lines]) + "\n", "utf-8")
    return path


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The edition of 20 June 2020: twelve rows of two places."""
    rows = [
        line(place, "Good", "20/06/2020", question=q) for place in ("1-100000001", "1-100000002") for q in QUESTIONS
    ]
    return directory(tmp_path / "older.csv", *rows)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The edition of 21 March 2024: one place is assessed again and renamed, the other is as it was."""
    rows = [line("1-100000001", "Inadequate", "21/03/2024", question=q, name="New House") for q in QUESTIONS]
    rows += [line("1-100000002", "Good", "20/06/2020", question=q) for q in QUESTIONS]
    return directory(tmp_path / "newer.csv", *rows)


@pytest.fixture
def spreadsheet(tmp_path: Path) -> Path:
    """An edition of 14 August 2022 as a spreadsheet with two sheets, where one key has two values on one day."""
    places = [LOCATIONS, *(line("1-100000003", value, "14/08/2022") for value in ("Good", "Inadequate"))]
    trusts = [
        TRUSTS,
        *(f"R9Z,Nowhere,NHS,Overall,{q},Good,14/08/2022,Provider" for q in QUESTIONS),
        "1-200000001,Owner Ltd,Social Care Org,Overall,Overall,Good,14/08/2022,Provider",
    ]
    sheets = {"README": ods_row("About this file"), "Locations": _sheet(places), "Providers": _sheet(trusts)}
    return ods(tmp_path / "both.ods", sheets)


def _sheet(lines: list[str]) -> str:
    return "".join(ods_row(*map(ods_cell, one.split(","))) for one in lines)


@pytest.fixture
def graph(store: Store) -> Store:
    """A graph that counts as built, so that `load` need not make the packaged part first."""
    if isinstance(store, EmbeddedStore):
        (store.kept / "loads.json").unlink(missing_ok=True)
    store.define(ddl())
    content = Content("2026-11-23")
    own = Source(id="test", title="Test", packaged=True, sources=("test",))
    content.add(own, Ontology(id="qikg", version=VERSION, sources=(own.id,)))
    write(store, content)
    return store


def emptied(engine: Engine, store: Store) -> None:
    """Take every node of the registers away again."""
    store.write(lambda transaction: transaction.run("MATCH (n) WHERE NOT 'test' IN n.sources DETACH DELETE n"))


def register(store: Store, *paths: Path) -> LoadReport:
    """Load files of ratings one after the other, as `load` does, without its list of loads."""
    report = LoadReport()
    for path in paths:
        load_register(store, Kind.CQC_RATINGS, path, report)
    derive_from_ratings(store)
    return report


def current(store: Store, place: str, question: str = "CQC:OVERALL") -> list[str]:
    """Days and values of the ratings that are a place's newest."""
    found = store.read(
        "MATCH ({id: $place})-[c:CURRENT_RATING]->(r:Rating {question: $question}) "
        "RETURN r.date + ' ' + r.value AS rating ORDER BY rating",
        {"place": place, "question": question},
    )
    return [str(row["rating"]) for row in found]


def editions(store: Store, rating: str) -> tuple[object, object]:
    """The first and the last edition that a rating was seen in."""
    found = store.read(
        "MATCH (r:Rating {id: $id}) RETURN r.edition_first AS first, r.edition_last AS last", {"id": rating}
    )
    (row,) = found
    return row["first"], row["last"]


# --- order and repetition


def test_files_in_any_order_give_the_same_graph(
    graph: Store, engine: Engine, older: Path, newer: Path, spreadsheet: Path
) -> None:
    dumps: list[Dump] = []
    for order in permutations((older, newer, spreadsheet)):
        emptied(engine, graph)
        register(graph, *order)
        dumps.append(dump(graph))
    assert len(dumps[0][0]) > 30
    assert all(one == dumps[0] for one in dumps)


def test_a_file_that_was_loaded_whole_is_not_loaded_again(graph: Store, older: Path) -> None:
    first = register(graph, older)
    assert first.counts == {"read": 12, "taken": 12, "refused": 0, "changed": 12, "unchanged": 0}
    before = dump(graph)
    second = register(graph, older)
    assert "older.csv was loaded before, whole and by the same loader: nothing is changed." in second.notes
    assert second.counts == {"read": 12, "taken": 12, "refused": 0, "changed": 0, "unchanged": 12}
    assert dump(graph) == before


# --- a newer edition


def test_a_newer_edition_adds_observations_and_keeps_the_old(graph: Store, older: Path, newer: Path) -> None:
    report = register(graph, older, newer)
    assert report.counts == {"read": 24, "taken": 24, "refused": 0, "changed": 18, "unchanged": 6}
    assert graph.read("MATCH (r:Rating) RETURN count(r) AS n").values == ((18,),)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_rating_knows_the_first_and_the_last_edition_that_had_it(
    graph: Store, older: Path, newer: Path, backwards: bool
) -> None:
    register(graph, *((newer, older) if backwards else (older, newer)))
    assert editions(graph, "1-100000001/2020-06-20/OVERALL/OVERALL/GOOD") == ("2020-06-20", "2020-06-20")
    assert editions(graph, "1-100000002/2020-06-20/OVERALL/OVERALL/GOOD") == ("2020-06-20", "2024-03-21")
    assert editions(graph, "1-100000001/2024-03-21/OVERALL/OVERALL/INADEQUATE") == ("2024-03-21", "2024-03-21")


def test_the_current_rating_moves_to_the_newer(graph: Store, older: Path, newer: Path) -> None:
    register(graph, older)
    assert current(graph, "1-100000001") == ["2020-06-20 CQCRATING:GOOD"]
    register(graph, newer)
    assert current(graph, "1-100000001") == ["2024-03-21 CQCRATING:INADEQUATE"]
    assert current(graph, "1-100000002") == ["2020-06-20 CQCRATING:GOOD"]


def test_a_place_has_the_name_of_the_newest_edition_and_every_name_it_had(
    graph: Store, older: Path, newer: Path
) -> None:
    register(graph, newer, older)
    found = graph.read(
        "MATCH (l:Location {id: '1-100000001'})-[:NAMED]->(n:Name) RETURN l.cqc_name AS now, n.name AS name ORDER BY name"
    )
    assert [tuple(row.values()) for row in found] == [("New House", "House"), ("New House", "New House")]


def test_two_values_of_one_day_conflict_and_both_are_current(graph: Store, spreadsheet: Path) -> None:
    register(graph, spreadsheet)
    assert current(graph, "1-100000003") == ["2022-08-14 CQCRATING:GOOD", "2022-08-14 CQCRATING:INADEQUATE"]
    found = graph.read("MATCH (a:Rating)-[:CONFLICTS_WITH]->(b:Rating) RETURN a.id AS a, b.id AS b")
    slot = "1-100000003/2022-08-14/OVERALL/OVERALL"
    assert [(row["a"], row["b"]) for row in found] == [(f"{slot}/GOOD", f"{slot}/INADEQUATE")]


def test_a_provider_keeps_its_type_when_a_sheet_of_places_names_it_too(graph: Store, spreadsheet: Path) -> None:
    register(graph, spreadsheet)
    found = graph.read("MATCH (o:Organisation {id: '1-200000001'}) RETURN o.provider_type AS type")
    assert found.values == (("Social Care Org",),)


# --- broken off


class PowerCut(Exception):
    """What ends a load in the middle."""


@pytest.mark.parametrize("pieces", [0, 2])
def test_a_load_that_was_broken_off_is_completed_by_running_it_again(
    graph: Store, engine: Engine, newer: Path, monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 3)
    register(graph, newer)
    unbroken = dump(graph)
    emptied(engine, graph)
    pieces_of = reading._pieces

    def broken(*arguments: object) -> Iterator[Content]:
        for number, content in enumerate(pieces_of(*arguments)):  # type: ignore[arg-type]
            if number == pieces:
                raise PowerCut
            yield content

    with monkeypatch.context() as patch:
        patch.setattr(reading, "_pieces", broken)
        with pytest.raises(PowerCut):
            register(graph, newer)
    assert graph.read("MATCH (r:Rating) RETURN count(r) AS n").values == ((3 * pieces,),)
    report = register(graph, newer)
    assert (report.counts["changed"], report.counts["unchanged"]) == (12 - 3 * pieces, 3 * pieces)
    assert dump(graph) == unbroken


# --- a study and a register


@pytest.mark.parametrize("study_first", [True, False])
def test_a_rating_of_a_study_and_of_a_register_is_one_node_with_what_both_say(
    graph: Store, tmp_path: Path, study_first: bool
) -> None:
    path = tmp_path / "trusts.csv"
    path.write_text(f"{TRUSTS}\nRTX,Morecambe,NHS,Overall,Overall,Inadequate,26/06/2014,Provider\n", "utf-8")
    identifier = "RTX/2014-06-26/OVERALL/OVERALL/INADEQUATE"
    study = Content("2026-11-23")
    sources = ("study",)
    rating = Rating(
        id=identifier, date=PartialDate(text="2014-06-26"), question="CQC:OVERALL", service="CQCSERVICE:OVERALL",
        value="CQCRATING:INADEQUATE", score=1, status="inferred", basis="from the report of 2015", sources=sources,
    )  # fmt: skip
    trust = Organisation(id="RTX", sources=sources)
    study.add(trust, rating, Rates(start=rating.pointer, end=trust.pointer, sources=sources))
    if study_first:
        write(graph, study)
    register(graph, path)
    write(graph, study)
    found = graph.read(
        "MATCH (r:Rating) RETURN r.id AS id, r.basis AS basis, r.in_register AS known, r.sources AS sources"
    )
    (row,) = found
    assert (row["id"], row["basis"], row["known"]) == (identifier, "from the report of 2015", True)
    assert isinstance(row["sources"], list)
    assert len(row["sources"]) == 2


# --- load and check


def test_a_folder_of_many_kinds_is_loaded_and_what_is_of_none_is_named(graph: Store, older: Path, newer: Path) -> None:
    folder = older.parent / "downloads"
    (folder / "cqc").mkdir(parents=True)
    older.rename(folder / "cqc" / "older.csv")
    newer.rename(folder / "newer.csv")
    (folder / "notes.txt").write_text("my notes", "utf-8")
    report = load(graph, [folder])
    assert report.counts["taken"] == 24
    assert [(problem.file, problem.value) for problem in report.problems] == [("downloads", "notes.txt")]
    assert report.ok


def test_a_file_may_be_named_after_its_kind(graph: Store, older: Path) -> None:
    report = load(graph, [Path("cqc-ratings"), older])
    assert report.ok
    assert report.nodes["Rating"] == 12
    assert current(graph, "1-100000001") == ["2020-06-20 CQCRATING:GOOD"]


def test_check_counts_what_load_would_write_and_writes_nothing(graph: Store, older: Path, spreadsheet: Path) -> None:
    before = dump(graph)
    report = check([older, spreadsheet], graph)
    assert dump(graph) == before
    assert report.ok
    loaded = load(graph, [older, spreadsheet])
    assert report.nodes == loaded.nodes
    assert report.relationships == loaded.relationships


@pytest.fixture
def one_bad(tmp_path: Path) -> Path:
    """Five rows, of which the third has no date that there is."""
    rows = [line(f"1-10000000{n}", "Good", "31/02/2020" if n == 2 else "20/06/2020") for n in range(5)]
    return directory(tmp_path / "one-bad.csv", *rows)


def test_of_five_rows_with_a_bad_one_four_are_loaded_and_the_fifth_is_named(graph: Store, one_bad: Path) -> None:
    report = load(graph, [one_bad])
    assert graph.read("MATCH (r:Rating) RETURN count(r) AS n").values == ((4,),)
    assert [(error.row, error.column, error.value) for error in report.errors] == [
        (4, "publication_date", "31/02/2020")
    ]
    assert not report.ok


def test_strict_loads_none_of_five_rows_with_a_bad_one(graph: Store, one_bad: Path) -> None:
    before = dump(graph)
    report = load(graph, [one_bad], strict=True)
    assert [error.row for error in report.errors] == [4]
    assert dump(graph) == before


def test_what_cannot_be_read_to_its_end_is_refused_before_anything_is_written(graph: Store, older: Path) -> None:
    older.write_bytes(older.read_bytes() + b'"never closed')
    before = dump(graph)
    with pytest.raises(CheckFailed, match="quotation mark that is not closed"):
        load(graph, [older])
    assert dump(graph) == before


# --- one rating under two dates


def test_a_rating_that_people_found_under_two_dates_is_linked_and_no_other_is(graph: Store, tmp_path: Path) -> None:
    path = tmp_path / "trusts.csv"
    rows = ["RQ8,Overall,Overall,Requires improvement,30/01/2019,Provider", "RQ8,Overall,Safe,Good,13/01/2019,Provider"]
    header = "Provider ID,Service / Population Group,Domain,Latest Rating,Publication Date,Report Type"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    pairs = "MATCH (a:Rating)-[s:SAME_RATING_AS]->(b:Rating) RETURN a.id AS one, b.id AS other, s.basis AS basis"
    build(graph)
    assert graph.read(pairs).values == ()
    load(graph, [path])
    for _ in range(2):
        ((one, other, basis),) = graph.read(pairs).values
        assert str(one).startswith("RQ8/2019-02-01/")
        assert str(other).startswith("RQ8/2019-01-30/")
        assert "release" in str(basis)
        build(graph)  # which makes the packaged part anew
    rows_ = ask(graph, packaged()["trajectory"], {"place": "RQ8"})
    notes = [str(row["note"]) for row in rows_ if row["node"] == other]
    assert notes
    assert notes[0].startswith("the same rating as RQ8/2019-02-01/")
