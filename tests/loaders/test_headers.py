"""Header rows found by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st

from qikg.loaders.spreadsheets.cells import Cell, Row
from qikg.loaders.spreadsheets.headers import Found, Header, find_header, folded, match, missing
from qikg.loaders.spreadsheets.layouts import layouts
from qikg.loaders.spreadsheets.sheets import open_sheets
from qikg.ontology.errors import CheckFailed

DATA = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the registers' files are not beside the checkout")
ALL = list(layouts().values())
RATINGS = layouts()["location-ratings"]
ACTIVE = layouts()["active-locations"]
DIRECTORY = layouts()["directory"]
TRUSTS = layouts()["trusts"]
TODAY = [column.header for column in RATINGS.columns]
BODY = ["1-1", *[f"cell {n}" for n in range(27)]]


def numbered(*rows: list[str] | list[Cell], first: int = 1) -> Iterator[Row]:
    return ((number, [cell or None for cell in row]) for number, row in enumerate(rows, start=first))


def in_words(header: Header) -> dict[str, str]:
    """The header of each column, for comparison across editions."""
    return {column.header: str(header.columns.get(header.layout.key(column))) for column in header.layout.columns}


def found(*rows: list[str], layout: str = "location-ratings") -> Found:
    return find_header(numbered(*rows), [layouts()[layout]], "file")


def refusal(*rows: list[str], layout: str = "location-ratings") -> str:
    with pytest.raises(CheckFailed) as caught:
        found(*rows, layout=layout)
    return str(caught.value)


def test_the_columns_of_today_are_all_known() -> None:
    header = found(TODAY, BODY).header
    assert list(header.columns.values()) == list(range(28))
    assert (header.row, header.unknown, header.absent(), header.problems("file")) == (1, (), (), [])


def test_rows_below_the_header_follow_and_what_is_above_is_kept() -> None:
    notice = ["Issues with our care directory files", "", "produced on 1 September 2026"]
    result = find_header(numbered(notice, TODAY, BODY, first=3), [RATINGS], "file")
    assert result.header.row == 4
    assert result.above == ("Issues with our care directory files", "produced on 1 September 2026")
    assert list(result.rows) == [(5, BODY)]


def test_a_readme_that_names_a_column_is_no_header() -> None:
    readme = ["Column N is the Latest Rating", "Location ID"]
    assert found(readme, TODAY, BODY).header.row == 2


@pytest.mark.parametrize(
    "renamed",
    [
        str.upper,
        lambda name: f"  {name}\u00a0 ",
        lambda name: re.sub(r"\W+", "_", name.casefold()).strip("_"),  # as pandas users write
        lambda name: re.sub(r"\W", ".", name),  # as R mangles
    ],
)
def test_copies_with_other_spellings_are_the_same_columns(renamed: object) -> None:
    assert callable(renamed)
    assert found([renamed(name) for name in TODAY], BODY).header.columns == found(TODAY, BODY).header.columns


def test_older_editions_call_columns_otherwise() -> None:
    older = ["Key Question" if name == "Domain" else name for name in TODAY]
    assert found(older, BODY).header.columns["key_question"] == TODAY.index("Domain")
    names = [column.header for column in DIRECTORY.columns]
    swapped = ["Local Authority" if name == "Local authority" else name for name in names[:-2]]
    older = [*swapped, "CQC Location (for office use only", "CQC Provider ID (for office use only)"]
    header = found(["CQC Locations data"], older, BODY, layout="directory").header
    assert (header.columns["local_authority"], header.columns["location_id"]) == (10, 13)


def test_columns_in_another_order_are_found() -> None:
    header = found(TODAY[::-1], BODY).header
    assert header.get([*range(28)], "location_id") == 27


def test_headers_that_are_sentences_are_known_by_their_beginning_and_people_are_not_read() -> None:
    names = [column.header for column in ACTIVE.columns if column.matched_by != "family"]
    sentences = {"Registered manager", "Provider Main Partner Name"}
    header = match([f"{name} (note; there is more …)." if name in sentences else name for name in names], ACTIVE, 1)
    assert header.unknown == ()
    assert [names[index] for index in header.personal] == [
        "Registered manager", "Provider Nominated Individual Name", "Provider Main Partner Name",
    ]  # fmt: skip
    assert not {"registered_manager", "provider_main_partner_name"} & set(header.columns)


def test_families_of_flags_give_their_members() -> None:
    needed = [column.header for column in ACTIVE.columns if column.required]
    flags = ["Service type - Dental service", "Service type - Nurses - Agency only", "service_user_band_older_people"]
    header = match([*needed, *flags], ACTIVE, 1)
    assert header.families == {
        "service_types": [(4, "Dental service"), (5, "Nurses - Agency only")],
        "user_bands": [(6, "older_people")],
    }


def test_unknown_columns_are_counted_and_named_with_their_place() -> None:
    (problem,) = found([*TODAY, "long", "", "score"], BODY).header.problems("file")
    assert problem.severity == "warning"
    assert str(problem) == "file, row 1: 2 columns unknown and not read: 'AC long, AE score'."
    (problem,) = found([*TODAY[:-1], "Brand Nmae"], BODY).header.problems("file")
    assert problem.hint == "Did you mean Brand Name?"


def test_a_column_that_stands_twice_is_an_error() -> None:
    (problem,) = found([*TODAY, "Latest Rating"], BODY).header.problems("file")
    assert problem.severity == "error"
    assert problem.rule == "the column stands twice (T and AC)"
    (problem,) = found([*TODAY, "Key Question"], BODY).header.problems("file")
    assert problem.column == "key_question"


def test_cells_of_a_short_row_and_of_an_absent_column_are_empty() -> None:
    header = found([name for name in TODAY if name != "Brand ID"], BODY).header
    assert header.get(["1-1"], "location_id") == "1-1"
    assert header.get(["1-1"], "brand_name") is None
    assert header.get(["1-1"] * 40, "brand_id") is None
    assert header.absent() == ("brand_id",)


def test_a_missing_header_is_told_by_the_row_that_comes_nearest() -> None:
    short = [name for name in TODAY if name != "Latest Rating"]
    assert refusal(["title"], short, BODY) == (
        "file, row 2: no header row of location-ratings. This row comes nearest; it lacks Latest Rating."
    )
    assert "no header row of location-ratings in the first 60 rows" in refusal(["a"], ["b"])
    assert "One row must have Location ID, Service / Population Group" in refusal(["a"], ["b"])
    assert refusal() == "file: the sheet is empty. It needs at least a header row."


def test_a_header_is_not_looked_for_in_the_whole_file() -> None:
    read = 0

    def rows() -> Iterator[Row]:
        nonlocal read
        for read in range(1, 100_000):
            yield read, ["nothing"]

    with pytest.raises(CheckFailed):
        find_header(rows(), ALL, "file")
    assert read == 61


def test_of_several_layouts_the_fullest_match_is_taken() -> None:
    for layout in ALL:
        names = [column.header for column in layout.columns]
        assert find_header(numbered(names, BODY), ALL, "file").header.layout is layout


@pytest.mark.parametrize("width", [24, 27])
def test_a_file_without_a_header_is_known_by_its_width(width: int) -> None:
    rows = [[code, "A TRUST", *[""] * 8, "20171001", *[""] * 16][:width] for code in ("R0A", "R0B")]
    result = found(*rows, layout="trusts")
    assert result.header.row == 0
    assert [result.header.get(cells, "organisation_code") for _, cells in result.rows] == ["R0A", "R0B"]
    assert result.header.columns["open_date"] == 10


def test_a_width_alone_is_not_enough() -> None:
    assert "no header row of trusts" in refusal(["a"] * 27, layout="trusts")
    assert "no header row of trusts" in refusal(["R0A", *[""] * 9, "20171001", *[""] * 14], layout="trusts")


def test_a_directory_without_a_header_is_known_and_its_blank_preamble_is_not_a_row() -> None:
    row = [*["x"] * 13, "1-1234567890", "1-987654321"]
    result = found(["CQC Locations data", *[""] * 14], row, layout="directory")
    assert (result.header.get(row, "location_id"), [number for number, _ in result.rows]) == ("1-1234567890", [2])


@given(st.permutations(TODAY), st.lists(st.text(max_size=8), max_size=5))
def test_columns_are_found_wherever_they_stand(names: list[str], others: list[str]) -> None:
    header = match([*names, *others], RATINGS, 1)
    assert not missing(header)
    assert all(folded(names[index]) for index in header.columns.values())
    assert {names[index] for index in header.columns.values()} == set(TODAY)
    assert len(header.columns) + len(header.unknown) + len(header.twice) == 28 + sum(bool(folded(o)) for o in others)


@given(st.text())
def test_folding_twice_is_folding_once(header: str) -> None:
    assert folded(folded(header)) == folded(header)


def real(path: Path, *sheet: str) -> tuple[Header, int]:
    with open_sheets(path) as book:
        one = next(iter(book.chosen(*sheet)))
        result = find_header(one.rows, ALL, book.file)
        return result.header, sum(1 for _ in result.rows)


@needs_data
@pytest.mark.parametrize(
    ("name", "layout", "row", "columns", "unknown", "rows"),
    [
        ("cqc/latest-ratings-england-overall-2021-02.csv.gz", "location-ratings", 1, 26, ["long", "lat"], 74_184),
        ("cqc/latest-ratings-lincolnshire-2026-05.csv", "location-ratings", 1, 28, [], 4159),
        ("cqc/latest-ratings-nhs-providers-2018-09-03.xlsx", "provider-ratings", 1, 6, [], 7930),
        ("cqc/synthetic-latest-ratings.ods", "location-ratings", 1, 28, [], 91),
        ("ods/etr-2026-07-08.csv", "trusts", 0, 27, [], 274),
        ("ods/etr-2022-resaved-24-columns.csv", "trusts", 0, 24, [], 227),
        ("ods/organisations-2026-08.csv", "organisations", 1, 20, [], 668),
        ("ods/successions-2026-08.csv", "successions", 1, 5, [], 453),
    ],
)
def test_the_registers_files_are_known(
    name: str, layout: str, row: int, columns: int, unknown: list[str], rows: int
) -> None:
    header, count = real(DATA / name, "Locations", "Providers")
    assert (header.layout.name, header.row, len(header.columns), count) == (layout, row, columns, rows)
    assert [column for _, column in header.unknown] == unknown


@needs_data
def test_the_directory_with_filters_has_its_flags_and_no_names_of_people() -> None:
    header, count = real(DATA / "cqc" / "synthetic-hsca-active-locations.ods", "HSCA_Active_Locations")
    assert (header.layout.name, count, header.unknown, len(header.columns)) == ("active-locations", 49, (), 58)
    assert {key: len(members) for key, members in header.families.items()} == {
        "regulated_activities": 14, "service_types": 32, "user_bands": 12,
    }  # fmt: skip
    assert header.families["service_types"][0][1] == "Acute services with overnight beds"
    assert header.personal == (7, 59, 60)
