"""CQC's care directory with ratings: every row an observation, read in one way or refused with its place."""

from __future__ import annotations

import csv
import datetime
import gzip
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from checkout import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spreadsheets import cell as ods_cell
from spreadsheets import ods
from spreadsheets import row as ods_row

from qikg.graph.content import Content
from qikg.loaders.cqc import ratings as cqc_ratings
from qikg.loaders.cqc import reading as reading_of_books
from qikg.loaders.report import LoadReport
from qikg.ontology.errors import CheckFailed
from qikg.ontology.provenance import Source
from qikg.ontology.registers import Inspection, Location, Organisation, Rating

DATA = ROOT.parent / "shared" / "data" / "cqc"
ENGLAND = DATA / "latest-ratings-england-overall-2021-02.csv.gz"
LINCOLNSHIRE = DATA / "latest-ratings-lincolnshire-2026-05.csv"
PROVIDERS = DATA / "latest-ratings-nhs-providers-2018-09-03.xlsx"
SYNTHETIC = DATA / "synthetic-latest-ratings.ods"

HEADER = (
    "Location ID,Location Name,Care Home?,Service / Population Group,Domain,Latest Rating,Publication Date,"
    "Inherited Rating (Y/N),Provider ID,Provider Name"
)


@dataclass(frozen=True)
class Reading:
    """What was read of a file, and what was said about it."""

    contents: list[Content]
    report: LoadReport

    def of(self, kind: str) -> list[str]:
        return [node.id for content in self.contents for node in content.nodes if type(node).__name__ == kind]

    @property
    def ratings(self) -> list[Rating]:
        return [node for content in self.contents for node in content.nodes if isinstance(node, Rating)]

    @property
    def source(self) -> Source:
        (source,) = (node for content in self.contents for node in content.nodes if isinstance(node, Source))
        return source

    @property
    def said(self) -> str:
        return "\n".join(map(str, self.report.problems))


def reading(path: Path, *, strict: bool = False) -> Reading:
    report = LoadReport()
    return Reading(list(cqc_ratings.BOOK.read(path, report, strict=strict)), report)


def line(
    place: str = "1-100000001",
    rating: str = "Good",
    day: str = "14/08/2018",
    *,
    service: str = "Overall",
    question: str = "Overall",
    inherited: str = "N",
    provider: str = "1-200000001",
) -> str:
    return f"{place},House,Y,{service},{question},{rating},{day},{inherited},{provider},Owner Ltd"


@pytest.fixture
def of_lines(tmp_path: Path) -> Callable[..., Path]:
    """Write a small care directory."""

    def write(*lines: str, header: str = HEADER) -> Path:
        path = tmp_path / "directory.csv"
        path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
        return path

    return write


def published(path: Path) -> Path:
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    return path


# --- England, 2021


@dataclass(frozen=True)
class Account:
    """The counts of the national file, as the loader and as the csv module give them."""

    kinds: Counter[str]
    observations: int
    rows: list[dict[str, str]]
    notes: str


@pytest.fixture(scope="module")
def england() -> Account:
    """The national file, read once and counted piece by piece."""
    with gzip.open(published(ENGLAND), "rt", encoding="utf-8-sig", newline="") as file:
        wanted = (
            *("Location ID", "Provider ID", "Publication Date", "Service / Population Group", "Domain"),
            "Inherited Rating (Y/N)",
        )
        rows = [{name: row[name] for name in wanted} for row in csv.DictReader(file)]
    report, kinds, ratings = LoadReport(), Counter[str](), set[str]()
    for content in cqc_ratings.BOOK.read(ENGLAND, report):
        kinds.update(type(node).__name__ for node in content.nodes)
        ratings.update(node.id for node in content.nodes if isinstance(node, Rating))
    assert report.errors == []
    return Account(kinds, len(ratings), rows, "\n".join(report.notes))


def test_every_row_of_the_national_file_is_an_observation_of_its_own(england: Account) -> None:
    assert england.kinds["Rating"] == england.observations == len(england.rows) == 74_184


def test_the_national_file_has_its_places_providers_and_inspections(england: Account) -> None:
    locations = {row["Location ID"] for row in england.rows}
    providers = {row["Provider ID"] for row in england.rows}
    inspections = {
        (row["Location ID"], row["Publication Date"]) for row in england.rows if row["Inherited Rating (Y/N)"] != "Y"
    }
    assert (len(locations), len(providers), len(inspections)) == (31_966, 19_669, 32_095)
    assert england.kinds["Location"] == len(locations)
    assert england.kinds["Organisation"] == len(providers)
    assert england.kinds["Inspection"] == len(inspections)


def test_the_three_keys_that_stand_twice_are_named(england: Account) -> None:
    keys = Counter((row["Location ID"], row["Service / Population Group"], row["Domain"]) for row in england.rows)
    assert sorted(key[0] for key, count in keys.items() if count > 1) == ["1-543895080", "1-7453047569", "RX601"]
    assert (
        "3 keys of place, service and question stand twice: 1 with ratings that differ "
        "(1-543895080/PEOPLE_WITH_LONG_TERM_CONDITIONS/OVERALL), 2 with one rating under two dates "
        "(1-7453047569/OVERALL/OVERALL, RX601/OVERALL/OVERALL)" in england.notes
    )


# --- Lincolnshire, 2026


@pytest.fixture(scope="module")
def lincolnshire() -> Reading:
    return reading(published(LINCOLNSHIRE))


def test_dates_with_the_month_first_are_found_out_and_read_so(lincolnshire: Reading) -> None:
    with LINCOLNSHIRE.open(encoding="utf-8-sig", newline="") as file:
        days = Counter(
            datetime.datetime.strptime(row["Publication Date"], "%m/%d/%Y").date().isoformat()
            for row in csv.DictReader(file)
            if row["Publication Date"]
        )
    assert Counter(str(rating.date) for rating in lincolnshire.ratings if rating.date) == days
    assert max(days) == lincolnshire.source.edition == "2026-05-29"
    assert lincolnshire.report.problems == []


def test_a_rating_without_a_date_stays_without_one(lincolnshire: Reading) -> None:
    undated = [rating for rating in lincolnshire.ratings if rating.date is None]
    assert Counter(rating.value_printed for rating in undated) == {"Not Rated": 42, "Not applicable": 18}
    assert all("/undated/" in rating.id for rating in undated)


@pytest.mark.parametrize(
    ("printed", "value", "times"),
    [
        ("Regulations met", "CQCRATING:REGULATIONS_MET", 180),
        ("Not Rated", "CQCRATING:NOT_RATED", 42),
        ("Not applicable", "CQCRATING:NOT_APPLICABLE", 36),
    ],
)
def test_what_is_no_grade_is_a_value_of_its_own_without_a_score(
    lincolnshire: Reading, printed: str, value: str, times: int
) -> None:
    found = [(rating.value, rating.score) for rating in lincolnshire.ratings if rating.value_printed == printed]
    assert found == [(value, None)] * times


# --- providers, 2018, and the synthetic spreadsheet


def test_the_spreadsheet_of_providers_is_read_whole() -> None:
    read = reading(published(PROVIDERS))
    assert len({rating.id for rating in read.ratings}) == 7_930
    assert len(read.of("Organisation")) == 246
    assert read.of("Location") == []
    assert read.source.edition == "2018-08-31"
    assert "12 keys of place, service and question stand twice" in read.report.notes[-1]


@pytest.fixture(scope="module")
def synthetic() -> Reading:
    return reading(published(SYNTHETIC))


def test_both_sheets_of_a_spreadsheet_are_read(synthetic: Reading) -> None:
    assert synthetic.report.rows == {
        "synthetic-latest-ratings.ods, sheet Locations": 91,
        "synthetic-latest-ratings.ods, sheet Providers": 49,
    }
    assert len({rating.id for rating in synthetic.ratings}) == 140


def test_an_inherited_rating_gets_no_inspection_of_its_own(synthetic: Reading) -> None:
    inherited = {rating.id.split("/")[0] for rating in synthetic.ratings if rating.inherited}
    assert inherited == {"1-9999800001"}
    assert not inherited & {inspection.split("/")[0] for inspection in synthetic.of("Inspection")}
    awarded = {one.end.id for content in synthetic.contents for one in content.relationships if one.type == "AWARDED"}
    assert awarded == {rating.id for rating in synthetic.ratings if rating.date and not rating.inherited}


def test_one_key_with_two_ratings_is_kept_twice(synthetic: Reading) -> None:
    of_key = [one.id for one in synthetic.ratings if one.id.startswith("1-9999800003/2019-09-12/PEOPLE_WITH_LONG")]
    assert [one.rpartition("/")[2] for one in of_key] == ["GOOD", "REQUIRES_IMPROVEMENT"]


def test_one_key_with_two_dates_is_kept_twice(synthetic: Reading) -> None:
    of_key = [rating for rating in synthetic.ratings if rating.id.startswith("1-9999800010/")]
    assert [str(rating.date) for rating in of_key] == ["2019-01-21", "2025-04-07"]


def test_a_provider_has_its_type_though_the_sheet_of_locations_comes_first(synthetic: Reading) -> None:
    types = {
        node.id: node.provider_type
        for content in synthetic.contents
        for node in content.nodes
        if isinstance(node, Organisation)
    }
    assert types["R9Z"] == "NHS Healthcare Organisation"
    assert types["1-9999900000"] is not None


def test_a_sheet_that_is_cut_off_near_its_beginning_is_not_passed_over(tmp_path: Path) -> None:
    header = ods_row(*map(ods_cell, HEADER.split(",")))
    path = ods(tmp_path / "cut.ods", {"Locations": header + ods_row(*map(ods_cell, line().split(",")))})
    whole = reading(path)
    assert len(whole.ratings) == 1
    text = "<table:table-row><table:table-cell>"
    broken = ods(tmp_path / "broken.ods", {"README": text, "Locations": header})
    with pytest.raises(CheckFailed):
        reading(broken)


# --- words


def test_a_word_that_nobody_knows_is_kept_as_printed_and_counted(of_lines: Callable[..., Path]) -> None:
    read = reading(of_lines(line(rating="Outstandin"), line("1-100000002", "Outstandin"), line("1-100000003")))
    assert [(one.value, one.value_printed, one.score) for one in read.ratings[:2]] == [
        ("CQCRATING:OUTSTANDIN", "Outstandin", None)
    ] * 2
    (warning,) = read.report.problems
    assert (warning.severity, warning.row, warning.column, warning.value) == ("warning", 2, "rating", "Outstandin")
    assert "(2 rows; also row 3)" in warning.rule
    assert warning.hint == "Did you mean Outstanding?"


@pytest.mark.parametrize("word", ["Good*", "好", "(empty)"])
def test_a_word_that_nobody_knows_never_gets_the_code_of_another(of_lines: Callable[..., Path], word: str) -> None:
    read = reading(of_lines(line(), line(rating=word), line(rating="")))
    assert len({one.value for one in read.ratings}) == 3
    assert read.ratings[1].value_printed == word


# --- rows that are refused


def test_an_id_in_small_letters_is_refused_with_a_hint(of_lines: Callable[..., Path]) -> None:
    read = reading(of_lines(line("rtx02"), line()))
    assert len(read.ratings) == 1
    (error,) = read.report.errors
    assert (error.row, error.column, error.value, error.hint) == (2, "location_id", "rtx02", "Did you mean RTX02?")


def test_a_provider_id_that_is_wrong_is_named_once(tmp_path: Path) -> None:
    header = "Provider ID,Service / Population Group,Domain,Latest Rating,Publication Date,Report Type"
    path = tmp_path / "providers.csv"
    path.write_text(f"{header}\nr9z,Overall,Overall,Good,14/08/2018,Provider\n", "utf-8")
    read = reading(path)
    assert [error.hint for error in read.report.errors] == ["Did you mean R9Z?"]
    assert read.ratings == []


def test_digits_of_another_script_are_no_id(of_lines: Callable[..., Path]) -> None:
    assert reading(of_lines(line("1-١٢٣٤٥٦٧"))).ratings == []


def test_a_wrong_provider_costs_the_row_nothing_but_its_provider(of_lines: Callable[..., Path]) -> None:
    read = reading(of_lines(line(provider="nobody?")))
    assert len(read.ratings) == 1
    assert read.of("Organisation") == []
    assert [problem.severity for problem in read.report.problems] == ["warning"]


@pytest.mark.parametrize("day", ["31/02/2018", "14/08/18", "soon", "2018-13-01"])
def test_a_bad_date_is_refused_and_the_other_rows_are_kept(of_lines: Callable[..., Path], day: str) -> None:
    read = reading(of_lines(line(day=day), line("1-100000002")))
    assert [one.id.split("/")[0] for one in read.ratings] == ["1-100000002"]
    assert [(error.row, error.column) for error in read.report.errors] == [(2, "publication_date")]
    assert read.report.notes[-1].endswith("1 location, 1 organisation, 1 inspection, 1 rating.")
    assert read.report.counts == {"read": 2, "taken": 1, "refused": 1}


def test_a_file_with_days_first_and_months_first_is_refused_whole(of_lines: Callable[..., Path]) -> None:
    read = reading(of_lines(line(day="14/08/2018"), line(day="08/14/2018"), line(day="05/06/2018")))
    assert "days first in row 2 (14/08/2018), months first in row 3 (08/14/2018)" in read.said
    assert read.contents == []


def test_a_file_with_the_ratings_twice_is_refused_whole(of_lines: Callable[..., Path]) -> None:
    read = reading(of_lines(line() + ",Inadequate", header=HEADER + ",Latest Rating"))
    assert "the column stands twice" in read.said
    assert read.contents == []


def test_strict_takes_nothing_of_a_file_with_one_bad_row(of_lines: Callable[..., Path]) -> None:
    path = of_lines(line(), line(day="soon"))
    assert reading(path, strict=True).contents == []
    assert len(reading(path).ratings) == 1


def test_strict_takes_a_right_file_after_another_had_errors(of_lines: Callable[..., Path]) -> None:
    report = LoadReport()
    assert list(cqc_ratings.BOOK.read(of_lines(line(day="soon")), report, strict=True)) == []
    assert len(list(cqc_ratings.BOOK.read(of_lines(line()), report, strict=True))) == 2


def test_a_file_without_ratings_is_refused_and_not_passed_over(of_lines: Callable[..., Path]) -> None:
    path = of_lines("1,2", header="Location ID,Location Name")
    assert not cqc_ratings.BOOK.recognises(path)
    with pytest.raises(CheckFailed, match="it lacks Service / Population Group"):
        reading(path)


# --- dates to come, marks at the beginning, lines


def test_a_date_to_come_is_a_warning_and_no_edition(of_lines: Callable[..., Path]) -> None:
    read = reading(of_lines(line(), line(day="14/08/2918")))
    assert [(one.severity, one.row) for one in read.report.problems] == [("warning", 3)]
    assert len(read.ratings) == 2
    assert read.source.edition == "2018-08-14"


def test_a_mark_of_byte_order_and_lines_of_windows_change_nothing(of_lines: Callable[..., Path]) -> None:
    path = of_lines(line(), line("1-100000002", "Inadequate"))
    plain = reading(path).ratings
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert [(one.id, one.value_printed) for one in reading(path).ratings] == [
        (one.id, one.value_printed) for one in plain
    ]


def test_a_column_that_names_a_manager_is_not_read(of_lines: Callable[..., Path]) -> None:
    read = reading(of_lines(line() + ",Fictional Jane", header=HEADER + ",Location Registered Manager"))
    assert len(read.ratings) == 1
    assert "Fictional" not in repr(read.contents) + repr(read.report)


# --- anything else


def test_a_key_that_stands_three_times_is_named_once(of_lines: Callable[..., Path]) -> None:
    read = reading(of_lines(line(), line(rating="Inadequate"), line(rating="Outstanding"), line(day="15/08/2018")))
    assert "1 key of place, service and question stands twice: 1 with ratings that differ" in read.report.notes[-1]


def test_the_same_row_twice_is_one_observation(of_lines: Callable[..., Path]) -> None:
    read = reading(of_lines(line(), line()))
    assert len({one.id for one in read.ratings}) == 1
    assert len(read.report.notes) == 2


def test_pieces_of_any_size_give_the_same_nodes(of_lines: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = of_lines(*(line(f"1-10000000{n}") for n in range(7)))
    whole = _ids(reading(path).contents)
    monkeypatch.setattr(reading_of_books, "CHUNK", 3)
    pieces = reading(path).contents
    assert len(pieces) == 4
    assert _ids(pieces) == whole


def _ids(contents: Iterable[Content]) -> list[str]:
    return sorted(
        f"{type(node).__name__} {node.id}"
        for content in contents
        for node in content.nodes
        if isinstance(node, Rating | Location | Organisation | Inspection)
    )


VALID = "\r\n".join(
    [
        HEADER,
        line(),
        line("RTX02", "Not Rated", ""),
        line("1-100000003", "Good", "05/06/2018", inherited="Y"),
        line("1-100000004", '"Requires improvement"', service='"Medical care, all"'),
        "",
    ]
).encode()
BYTES = st.sampled_from([b"", b",", b'"', b"\n", b"\r", b"\0", b"\xff", b"/", b"99", b"PK\x03\x04", b"\xc2\xa0", b" "])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.integers(0, len(VALID)), st.integers(0, 40), BYTES | st.binary(max_size=4)), min_size=1, max_size=4
    ),
    strict=st.booleans(),
)
def test_whatever_happens_to_a_file_it_is_read_or_refused(
    changes: list[tuple[int, int, bytes]], strict: bool, tmp_path: Path
) -> None:
    raw = VALID
    for at, length, put in changes:
        raw = raw[:at] + put + raw[at + length :]
    path = tmp_path / "changed.csv"
    path.write_bytes(raw)
    known = cqc_ratings.BOOK.recognises(path)
    try:
        read = reading(path, strict=strict)
    except CheckFailed:
        return
    assert known
    assert read.contents or read.report.errors


def test_the_report_says_in_which_order_the_dates_were_read(of_lines: Callable[..., Path]) -> None:
    read = reading(of_lines(line(day="05/06/2018"), line(day="08/14/2018")))
    assert read.report.notes[0] == "directory.csv: dates are read month first, as row 3 proves (08/14/2018)."
    assert "nothing tells whether day or month comes first" in reading(of_lines(line(day="05/06/2018"))).said
