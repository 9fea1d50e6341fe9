"""Spreadsheets and CSV files, as they come and as they should not."""

from __future__ import annotations

import contextlib
import csv
import gzip
import hashlib
import re
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st
from spreadsheets import PADDING, SPACES, cell, content, ods, row, valued, xlsx

from qikg.loaders.report import LoadReport, Problem
from qikg.loaders.spreadsheets import excel, opendocument, sheets
from qikg.loaders.spreadsheets.cells import Cell, letters
from qikg.loaders.spreadsheets.sheets import open_sheets
from qikg.ontology.errors import CheckFailed

CQC = ROOT.parent / "shared" / "data" / "cqc"
ODS = ROOT.parent / "shared" / "data" / "ods"
needs_data = pytest.mark.skipif(not CQC.is_dir(), reason="the registers' files are not beside the checkout")
Read = dict[str, list[tuple[int, list[Cell]]]]


def read(path: Path) -> Read:
    with open_sheets(path) as book:
        return {sheet.name: list(sheet.rows) for sheet in book}


def cells(path: Path) -> list[list[Cell]]:
    """The rows of the only sheet, without their numbers."""
    (rows,) = read(path).values()
    return [row for _, row in rows]


def problem(path: Path) -> Problem:
    """What is wrong with a file."""
    with pytest.raises(CheckFailed) as caught:
        read(path)
    report = caught.value.report
    assert isinstance(report, LoadReport)
    assert str(caught.value) == str(report.problems[0])
    return report.problems[0]


def written(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


# --- OpenDocument


def test_padding_is_neither_columns_nor_rows(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", {"S": row("a", "b") + row("c") + PADDING})
    assert read(path) == {"S": [(1, ["a", "b"]), (2, ["c"])]}


def test_runs_of_empty_cells_inside_a_row_keep_the_later_columns_in_place(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", {"S": row("a", cell(repeated=18), "b", cell(repeated=102))})
    assert cells(path) == [["a", *[None] * 18, "b"]]


def test_repeated_cells_and_rows_with_values_are_written_out(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", {"S": row(cell("x", repeated=3), "y", repeated=2) + row("z")})
    assert read(path)["S"] == [(1, ["x", "x", "x", "y"]), (2, ["x", "x", "x", "y"]), (3, ["z"])]


def test_rows_have_the_numbers_that_a_spreadsheet_program_shows(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", {"S": row(repeated=3) + row("title") + row() + row("header") + PADDING})
    assert read(path)["S"] == [(4, ["title"]), (6, ["header"])]


def test_a_rows_own_copy_can_be_changed(tmp_path: Path) -> None:
    with open_sheets(ods(tmp_path / "a.ods", {"S": row("a", repeated=2)})) as book:
        rows = next(book.sheets).rows
        next(rows)[1].append("changed")
        assert next(rows) == (2, ["a"])


def test_covered_cells_count_as_columns_and_are_empty(tmp_path: Path) -> None:
    hidden = cell("hidden", tag="covered-table-cell", repeated=2)
    assert cells(ods(tmp_path / "a.ods", {"S": row("merged", hidden, "d")})) == [["merged", None, None, "d"]]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<text:p>HMP <text:s/>Altcourse</text:p>", "HMP  Altcourse"),
        ('<text:p>a<text:s text:c="3"/>b</text:p>', "a   b"),
        ("<text:p>with the<text:s/><text:span>Open</text:span><text:s/>licence</text:p>", "with the Open licence"),
        ("<text:p>Disclaimer:\u00a0 see</text:p>", "Disclaimer:\u00a0 see"),
        ("<text:p>one</text:p><text:p/><text:p>three</text:p>", "one\n\nthree"),
        ("<text:p>a<text:tab/>b<text:line-break/>c</text:p>", "a\tb\nc"),
        ("<text:p>a\n      b</text:p>", "a b"),
        ("\n  <text:p>a</text:p>\n  <text:p>b</text:p>\n", "a\nb"),
        ('<text:p><text:a xlink:href="x" xmlns:xlink="y">link</text:a> text</text:p>', "link text"),
        ("<text:p>Dr A &amp; B &#x1F3E5; 🏥 &lt;i&gt;</text:p>", "Dr A & B 🏥 🏥 <i>"),
        ("<text:p><![CDATA[a < b]]></text:p>", "a < b"),
        ("<office:annotation><text:p>a note</text:p></office:annotation><text:p>value</text:p>", "value"),
        ("<text:p>be<office:annotation><text:p>note</text:p></office:annotation>side</text:p>", "beside"),
        ("<text:p>a</text:p><draw:frame><draw:text-box><text:p>shape</text:p></draw:text-box></draw:frame>", "a"),
        ("<text:p></text:p>", None),
    ],
)
def test_text_is_what_the_sheet_shows(tmp_path: Path, inside: str, expected: str | None) -> None:
    path = ods(
        tmp_path / "a.ods", {"S": row(f'<table:table-cell office:value-type="string">{inside}</table:table-cell>', "z")}
    )
    assert cells(path) == [[expected, "z"]]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (valued("float", 'office:value="52.085970000000003"', "52.08597"), 52.08597),
        (valued("float", 'office:value="-8.0808000000000005E-2"', "-0.080808"), -0.080808),
        (valued("float", 'office:value="24"', "24"), 24),
        (valued("currency", 'office:value="1.5" office:currency="GBP"', "£1.50"), 1.5),
        (valued("percentage", 'office:value="0.25"', "25%"), 0.25),
        (valued("date", 'office:date-value="2020-12-11T00:00:00"', "11/12/2020"), date(2020, 12, 11)),
        (valued("date", 'office:date-value="2020-12-11"', "11/12/2020"), date(2020, 12, 11)),
        (valued("date", 'office:date-value="2020-12-11T09:30:00"', "11/12/2020"), datetime(2020, 12, 11, 9, 30)),
        (valued("date", 'office:date-value="-0001-01-01"', "long ago"), "long ago"),
        (valued("date", "", "11/12/2020"), "11/12/2020"),
        (valued("boolean", 'office:boolean-value="true"', "TRUE"), True),
        (valued("time", 'office:time-value="PT09H30M00S"', "09:30"), "09:30"),
        (valued("string", 'office:string-value="from the formula"', "shown"), "from the formula"),
        (valued("float", 'table:formula="of:=[.A1]*2" office:value="8"', "8"), 8),
        (valued("string", 'table:formula="of:=NA()" office:string-value=""', "#N/A"), "#N/A"),
        (cell("no type"), "no type"),
    ],
)
def test_values_come_from_their_attribute_and_else_from_the_text(tmp_path: Path, one: str, expected: Cell) -> None:
    ((found,),) = cells(ods(tmp_path / "a.ods", {"S": row(one)}))
    assert found == expected
    assert type(found) is type(expected)


def test_sheets_come_in_their_order_and_unread_rows_are_passed_over(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", {"README": row("text") * 3 + PADDING, "Empty": PADDING, "Locations": row("a")})
    with open_sheets(path) as book:
        assert [sheet.name for sheet in book] == ["README", "Empty", "Locations"]
    with open_sheets(path) as book:
        names = []
        for sheet in book:
            names.append((sheet.name, next(sheet.rows, None)))
        assert names == [("README", (1, ["text"])), ("Empty", None), ("Locations", (1, ["a"]))]


def test_rows_of_an_earlier_sheet_are_not_taken_from_a_later_one(tmp_path: Path) -> None:
    with open_sheets(ods(tmp_path / "a.ods", {"A": row("a") * 2, "B": row("b") * 2})) as book:
        first = next(book.sheets)
        next(first.rows)
        next(book.sheets)
        with pytest.raises(RuntimeError, match="A were asked for after"):
            next(first.rows)


def test_prefixes_are_the_files_own_and_groups_and_nested_tables_change_nothing(tmp_path: Path) -> None:
    nested = cell(
        '<table:table table:name="inner"><table:table-row><table:table-cell/></table:table-row></table:table>'
    )
    text = content({"S": f"<table:table-row-group>{row('a', nested, 'b')}</table:table-row-group>"})
    for old, new in (("table", "t0"), ("office", "o"), ("text", "x")):
        text = re.sub(rf"(?<!xmlns:){old}(?=:[a-z])|(?<=xmlns:){old}(?==)", new, text)
    assert 'xmlns:t0="urn:oasis:names:tc:opendocument:xmlns:table:1.0"' in text
    assert "<table:" not in text
    assert read(ods(tmp_path / "a.ods", text)) == {"S": [(1, ["a", None, "b"])]}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (content({}, before='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'), "a document type"),
        (content({}, before='<!DOCTYPE x SYSTEM "file:///etc/hostname">'), "a document type"),
        (content({"S": row("a")})[:-40], "no well-formed XML"),
        (content({"S": row("a", "&b;")}), "no well-formed XML"),
        ("", "the spreadsheet has no content"),
        (content({"S": row(cell("a", repeated=20_000))}), "the row is too wide"),
        (content({"S": row(cell(repeated=20_000), "a")}), "the row is too wide"),
        (content({"S": row(repeated=1_048_576) + row("a")}), "values below row 1,048,576"),
        (content({"S": row(cell("a", repeated=1000), repeated=1_000_000)}), "one row stands for 1,000,000"),
        (content({"S": '<table:table-row table:number-rows-repeated="-1"/>'}), "'-1', no count"),
        (content({"S": '<table:table-row table:number-rows-repeated="0"/>'}), "'0', no count"),
        (content({"S": row(cell("<text:p>" + "x" * 1_000_001 + "</text:p>"))}), "a cell of more than 1,000,000"),
        (content({"S": row('<table:table-cell a="' + "x" * 20_000_000 + '"/>')}), "a cell of more than 1,000,000"),
        (content({"S": row(cell('<text:p><text:s text:c="999999999"/><text:s/></text:p>'))}), "a cell of more"),
        (content({"S": "<a>" * 300 + "</a>" * 300}), "elements nested more than 200 deep"),
        (content({"S": "".join(f"<n{i}/>" for i in range(1500))}), "more than 1000 kinds of elements"),
        (content({}, declared=SPACES + ' xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'), "two meanings"),
    ],
)  # fmt: skip
def test_content_that_no_program_writes_is_refused(tmp_path: Path, text: str, rule: str) -> None:
    assert rule in problem(ods(tmp_path / "a.ods", text)).rule


def test_an_endless_cell_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", content({"S": row(cell("<text:p>" + "x" * 50_000_000 + "</text:p>"))}))
    tracemalloc.start()
    found = problem(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.row == 1
    assert peak < 12_000_000


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = ods(tmp_path / f"{rows}.ods", {"S": row(*["some text"] * 20) * rows + PADDING})
        tracemalloc.start()
        with open_sheets(path) as book:
            assert sum(1 for _ in next(book.sheets).rows) == rows
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(8000) < 1.5 * peak(2000)


def test_a_damaged_place_is_named(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", content({"Locations": row("a") * 5 + "<table:table-row><oops>" + row("b")}))
    found = problem(path)
    assert "in the sheet Locations, the content is no well-formed XML (mismatched tag" in found.rule
    assert found.row == 7


@needs_data
@pytest.mark.parametrize("name", ["synthetic-hsca-active-locations.ods", "synthetic-latest-ratings.ods"])
def test_cells_are_those_that_calamine_reads(name: str) -> None:
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(CQC / name)
    ours = read(CQC / name)
    assert list(ours) == book.sheet_names
    for sheet, rows in ours.items():
        theirs = [(n, [excel._cell(c) for c in r]) for n, r in enumerate(book.get_sheet_by_name(sheet).iter_rows(), 1)]
        # calamine gives every row its whole width, and blank rows; whole numbers as floats, midnights as datetimes.
        stripped = [(n, _stripped(r)) for n, r in theirs if _stripped(r)]
        assert rows == stripped


def _stripped(row: list[Cell]) -> list[Cell]:
    while row and row[-1] is None:
        row.pop()
    return row


@needs_data
def test_the_regulators_layout_is_read_whole() -> None:
    found = read(CQC / "synthetic-latest-ratings.ods")
    assert {name: (len(rows), rows[-1][0]) for name, rows in found.items()} == {
        "README": (7, 11), "Locations": (92, 92), "Providers": (50, 50),
    }  # fmt: skip
    assert found["README"][-2][1][0] == (
        "Disclaimer:\u00a0 The real files can be used in accordance with the Open Government Licence by acknowledging "
        "CQC as the data source. This file is not one of them."
    )
    wide = read(CQC / "synthetic-hsca-active-locations.ods")["HSCA_Active_Locations"]
    assert len(wide[0][1]) == 119
    assert wide[1][1][:10] == [
        "1-9999800000", date(2010, 10, 1), "N", "Y", "Synthetic  Care Home 00 (St Nowhere's)", None, None,
        "Fictional, Person-00", "www.example.org", 12,
    ]  # fmt: skip


# --- Excel


def test_excel_has_dates_formulas_whole_numbers_and_row_numbers(tmp_path: Path) -> None:
    rows = [
        '<row r="3"><c r="B3" t="inlineStr"><is><t>a 🏥</t></is></c><c r="D3" s="1"><v>43831</v></c></row>',
        '<row r="5"><c r="A5"><v>24</v></c><c r="B5"><f>A5*2</f><v>48.5</v></c><c r="C5" t="b"><v>1</v></c>'
        '<c r="D5" t="str"><f>"x"&amp;"y"</f><v>xy</v></c><c r="E5" s="1"><v>43831.5</v></c></row>',
    ]
    assert read(xlsx(tmp_path / "a.xlsx", {"S": rows, "Empty": []})) == {
        "S": [
            (3, [None, "a 🏥", None, date(2020, 1, 1)]),
            (5, [24, 48.5, True, "xy", datetime(2020, 1, 1, 12)]),
        ],
        "Empty": [],
    }


@needs_data
def test_the_regulators_excel_file_has_real_dates() -> None:
    rows = read(CQC / "latest-ratings-nhs-providers-2018-09-03.xlsx")["Providers"]
    assert len(rows) == 7931
    assert rows[1] == (2, ["1-102643363", "Overall", "Safe", "Requires improvement", date(2015, 2, 10), "Provider"])


def test_an_excel_cell_far_away_is_refused_and_not_reached_for(tmp_path: Path) -> None:
    far = ['<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>']
    found = problem(xlsx(tmp_path / "a.xlsx", {"S": far}))
    assert "1,048,576 rows and 16,384 columns" in found.rule
    assert "CSV UTF-8" in found.hint


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_damaged_excel_part_is_an_error_and_no_crash(tmp_path: Path, keep: float) -> None:
    whole = xlsx(tmp_path / "a.xlsx", {"S": ['<row r="1"><c r="A1"><v>1</v></c></row>'] * 3})
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as damaged:
        for name in archive.namelist():
            raw = archive.read(name)
            damaged.writestr(name, raw[: int(len(raw) * keep)] if "sheet1" in name or "workbook.xml" in name else raw)
    problem(tmp_path / "b.xlsx")


# --- CSV

TABLE = [["Location ID", "Location Name"], ["1-1", 'The "Old" Mill, Leeds'], ["1-2", "a\nb"], ["1-3", None]]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_csv_with_or_without_mark_and_quotes(tmp_path: Path, mark: bytes, end: str, quoting: int) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator=end, quoting=quoting).writerows(TABLE)  # type: ignore[arg-type]
    written(path, mark + path.read_bytes())
    assert cells(path) == TABLE


def test_blank_records_are_counted_and_a_record_of_two_lines_is_one_row(tmp_path: Path) -> None:
    raw = b'CQC Locations data\r\n,,,\r\nproduced on 19 August 2026\r\n\r\nName,"Also\r\nknown as"\r\nx,y'
    assert read(written(tmp_path / "a.b.csv", raw)) == {
        "a": [(1, ["CQC Locations data"]), (3, ["produced on 19 August 2026"]), (5, ["Name", "Also\r\nknown as"]),
              (6, ["x", "y"])]
    }  # fmt: skip


def test_a_csv_row_keeps_its_width(tmp_path: Path) -> None:
    assert cells(written(tmp_path / "a.csv", b'"R0A","","B","",""\r\n')) == [["R0A", None, "B", None, None]]


def test_a_byte_that_is_not_utf8_is_named_with_its_row_and_what_it_may_be(tmp_path: Path) -> None:
    found = problem(written(tmp_path / "a.csv", "Name\nSmith\nO’Brien\n".encode("cp1252")))
    assert (found.row, found.rule) == (3, "not UTF-8 text: byte 12 is 0x92 ('’' in Windows-1252)")
    assert "CSV UTF-8" in found.hint


@pytest.mark.parametrize(
    ("raw", "row", "rule"),
    [
        (b'a,b\r\n1,"open\r\n2,3\r\n', 2, "a quotation mark that is not closed"),
        (b'a,b\n1,"' + b"x" * 140_000, 2, "a quotation mark that is not closed"),
        (b'a,b\n1,"' + b"x\n" * 600_000, 2, "quotation mark|a record of more than 1,000,000 bytes"),
        (b"a,b\n" + b"x," * 600_000, 2, "a record of more than 1,000,000 bytes"),
        (b'a,b\n"x"y,2\n', 2, "no well-formed CSV"),
        (b"a,b\r1,2\r", 1, "a line that ends in CR alone"),
    ],
)
def test_a_faulty_record_is_refused_with_its_row(tmp_path: Path, raw: bytes, row: int, rule: str) -> None:
    found = problem(written(tmp_path / "a.csv", raw))
    assert found.row == row
    assert any(part in found.rule for part in rule.split("|"))


def test_a_line_without_end_is_refused_and_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sheets, "LONGEST_RECORD", 1000)  # stands for a line of a gigabyte
    path = written(tmp_path / "a.csv", b"a\n" + b"x" * 5_000_000)
    tracemalloc.start()
    found = problem(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.row, found.rule) == (2, "a record of more than 1,000 bytes")
    assert peak < 1_000_000


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")), min_size=1)))
def test_csv_gives_back_what_was_written(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "given.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["header"], *table])
    expected = [(n, [value or None for value in one]) for n, one in enumerate([["header"], *table], 1) if any(one)]
    assert read(path) == {"given": expected}


# --- packed, and found by content


@pytest.fixture
def each(tmp_path: Path) -> dict[str, Path]:
    """The same small sheet in every format."""
    inline = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    return {
        "csv": written(tmp_path / "a.csv", b"a\r\n"),
        "xlsx": xlsx(tmp_path / "a.xlsx", {"S": [inline]}),
        "ods": ods(tmp_path / "a.ods", {"S": row("a") + PADDING}),
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".ods", ".zip", ".txt", ""])
def test_the_content_tells_the_format_and_not_the_name(each: dict[str, Path], kind: str, suffix: str) -> None:
    path = each[kind].rename(each[kind].with_name("renamed" + suffix))
    assert cells(path) == [["a"]]
    with open_sheets(path) as book:
        assert (book.file, book.format) == (path.name, kind)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_one_file_in_a_zip_is_read(each: dict[str, Path], kind: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("folder")
        archive.write(each[kind], f"folder/a.{kind}")
        archive.writestr("__MACOSX/._a", "junk")
        archive.writestr(".DS_Store", "junk")
    assert cells(tmp_path / "packed.zip") == [["a"]]
    with open_sheets(tmp_path / "packed.zip") as book:
        assert book.file == f"packed.zip/folder/a.{kind}"


def test_several_files_in_a_zip_are_refused_by_name(each: dict[str, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.write(each["csv"], "one.csv")
        archive.write(each["ods"], "two.ods")
    found = problem(tmp_path / "packed.zip")
    assert found.rule == "a zip file of 2 files"
    assert "one.csv, two.ods" in found.hint


@pytest.mark.parametrize("kind", ["xlsx", "ods", "gz"])
def test_every_cut_of_a_packed_file_is_an_error_with_a_place(each: dict[str, Path], kind: str, tmp_path: Path) -> None:
    whole = gzip.compress(b"a,b\r\n" * 5000, mtime=0) if kind == "gz" else each[kind].read_bytes()
    for cut in {len(whole) // 3, len(whole) // 2, len(whole) - 30, len(whole) - 1}:
        found = problem(written(tmp_path / "cut", whole[:cut]))
        assert found.file == "cut"
        assert "cut off or damaged" in found.rule


def test_a_flipped_byte_in_a_packed_file_is_found(tmp_path: Path) -> None:
    raw = bytearray(ods(tmp_path / "a.ods", {"S": "".join(row(f"value {n}") for n in range(3000))}).read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    assert problem(written(tmp_path / "b.ods", bytes(raw))).file == "b.ods"


def test_a_csv_in_gzip_is_read_and_its_damage_has_a_row(tmp_path: Path) -> None:
    raw = gzip.compress(b"".join(b"%d,%d\r\n" % (n, n * n * 7919 % 10007) for n in range(20_000)), mtime=0)
    assert len(cells(written(tmp_path / "a.csv.gz", raw))) == 20_000
    assert (problem(written(tmp_path / "b.csv.gz", raw[: len(raw) // 2])).row or 0) > 5000


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        zipfile.ZipFile(tmp_path / "a.ods", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("content.xml", "w") as file,
    ):
        for _ in range(70):
            file.write(b" " * (1 << 20))
    found = problem(tmp_path / "a.ods")
    assert "content.xml would unpack from" in found.rule
    monkeypatch.setattr(sheets, "MOST_BYTES", 1 << 20)
    path = written(tmp_path / "a.csv.gz", gzip.compress(b"a,b\n" * (1 << 19)))
    assert "unpacks to more than" in problem(path).rule


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "the file is empty"),
        (gzip.compress(b""), "the file is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an old Excel file (.xls), or one with a password"),
        (b"%PDF-1.7", "a PDF"),
        ("a,b\n".encode("utf-16"), "text in UTF-16"),
        (b"\r\n <!DOCTYPE html><title>403 Forbidden</title>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "a pointer of Git LFS"),
        (b'{"locations": []}', "JSON"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither a spreadsheet nor text"),
        (b"PK\x03\x04", "cut off or damaged"),
        (b"PK\x05\x06" + bytes(18), "a zip file of 0 files"),
        (gzip.compress(gzip.compress(b"a")), "a packed file inside a packed file"),
    ],
)
def test_other_files_are_named_for_what_they_are(tmp_path: Path, raw: bytes, rule: str) -> None:
    assert rule in problem(written(tmp_path / "a.csv", raw)).rule


def test_a_spreadsheet_with_a_password_is_refused(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", "\x8f\x02 not XML")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>")
    assert problem(path).rule == "the spreadsheet has a password"


def test_a_zip_packed_in_an_unusual_way_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", "a,b")
    assert "packed in an unusual way" in problem(tmp_path / "a.zip").rule


def test_any_damage_is_an_error_with_a_place_and_never_a_crash(each: dict[str, Path], tmp_path: Path) -> None:
    chance = Random(7)
    whole = {kind: path.read_bytes() for kind, path in each.items()} | {"gz": gzip.compress(b'a,b\n"1",2\n' * 50)}
    for turn in range(400):
        raw = bytearray(whole[("csv", "gz", "xlsx", "ods")[turn % 4]])
        for _ in range(1 + turn % 5):
            raw[int(chance.random() * len(raw))] = int(chance.random() * 256)
        with contextlib.suppress(CheckFailed):
            read(written(tmp_path / "damaged", bytes(raw)))


def test_a_csv_whose_header_begins_like_a_zip_file_is_a_csv(tmp_path: Path) -> None:
    assert cells(written(tmp_path / "a.csv", b"PK,FK\n1,2\n")) == [["PK", "FK"], ["1", "2"]]


def test_sheets_are_chosen_by_name_however_it_is_written(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", {"README": row("text"), "HSCA Active Locations": row("a")})
    with open_sheets(path) as book:
        assert [list(sheet.rows) for sheet in book.chosen("HSCA_Active_Locations")] == [[(1, ["a"])]]
    with open_sheets(path) as book, pytest.raises(CheckFailed, match="no sheet Locations or Providers") as caught:
        list(book.chosen("Locations", "Providers"))
    assert "It has: README, HSCA Active Locations." in str(caught.value)
    with open_sheets(written(tmp_path / "a.csv", b"a\n")) as book:
        assert [sheet.name for sheet in book.chosen("Locations")] == ["a"]


def test_an_ods_without_a_sheet_says_so(tmp_path: Path) -> None:
    with open_sheets(ods(tmp_path / "a.ods", {})) as book, pytest.raises(CheckFailed, match="It has no sheet at all"):
        list(book.chosen("Locations"))


@needs_data
@pytest.mark.parametrize(
    ("name", "rows", "width"),
    [
        ("latest-ratings-lincolnshire-2026-05.csv", 4160, 28),
        ("latest-ratings-england-overall-2021-02.csv.gz", 74_185, 28),
        ("../ods/etr-2026-07-08.csv", 274, 27),
        ("../ods/etr-2022-resaved-24-columns.csv", 227, 24),
        ("../ods/organisations-2026-08.csv", 669, 20),
        ("../ods/successions-2026-08.csv", 454, 5),
    ],
)
def test_the_registers_csv_files_are_read_whole(name: str, rows: int, width: int) -> None:
    with open_sheets(CQC / name) as book:
        found = [(number, len(cells)) for number, cells in next(book.sheets).rows]
    assert found == [(number, width) for number in range(1, rows + 1)]


# --- national files made for tests


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("national")
    script = ROOT / "scripts" / "make_national.py"
    subprocess.run([sys.executable, script, folder, "--rows", "3000", "--seed", "7"], check=True, capture_output=True)
    return folder


def test_national_files_are_the_same_rows_in_both_formats(national: Path) -> None:
    spreadsheet = read(national / "national-ratings-3000.ods")
    assert list(spreadsheet) == ["README", "Locations", "Providers"]
    assert len(spreadsheet["Locations"]) == 3001
    assert spreadsheet["Locations"] == [
        (number, row) for number, row in read(national / "national-ratings-3000.csv")["national-ratings-3000"]
    ]


# Rows follow from the seed alone; a change of the script that changes them is meant, and this with it.
NATIONAL = "332de4e87f7af397295c7e62be57163d5fe233ecb52ac588f0c79c90878225ad"


def test_national_files_are_marked_as_synthetic_and_the_same_at_every_run(national: Path) -> None:
    rows = read(national / "national-ratings-3000.csv")["national-ratings-3000"][1:]
    assert all(str(row[0]).startswith("1-99998") and str(row[2]).startswith("Synthetic ") for _, row in rows)
    assert hashlib.sha256((national / "national-ratings-3000.csv").read_bytes()).hexdigest() == NATIONAL


def test_columns_are_lettered_as_in_a_spreadsheet() -> None:
    names = [letters(index) for index in range(16_384)]
    assert (names[0], names[25], names[26], names[701], names[702], names[-1]) == ("A", "Z", "AA", "ZZ", "AAA", "XFD")
    assert all((len(a), a) < (len(b), b) for a, b in pairwise(names))


def test_limits_of_cells_are_above_those_of_excel() -> None:
    assert opendocument.LONGEST_TEXT > 32_767
