"""Rows that are cut out before the parser: what is read is what the parser alone would have read.

A comment anywhere in a file leaves all that follows to the parser, so that each test reads a file twice.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spreadsheets import PADDING, cell, content, ods, row, valued

from qikg.loaders.spreadsheets.cells import Cell
from qikg.loaders.spreadsheets.plainrows import cut, plain_cells
from qikg.loaders.spreadsheets.sheets import open_sheets
from qikg.ontology.errors import CheckFailed

ODD = (
    "<text:p>a<text:s/>b</text:p>",
    "<text:p>one</text:p><text:p>two</text:p>",
    "<text:p>be<office:annotation><text:p>note</text:p></office:annotation>side</text:p>",
    '<table:table table:name="inner">' + row("x", pad=1) + "</table:table>",
    "<text:p>a&#10;b</text:p>",
    "\n<text:p>a</text:p>",
)
TEXT = st.text(st.sampled_from("ab &<>\"'\t\n\u00a0é🏥;"), max_size=6).map(
    lambda text: escape(text, {'"': "&quot;", "'": "&apos;"})
)
CELL = st.one_of(
    st.builds(
        lambda text, attributes, repeated: cell(f"<text:p>{text}</text:p>", attributes, repeated=repeated),
        TEXT,
        st.sampled_from(["", 'table:style-name="ce1"', 'office:value-type="string"', 'table:formula="of:=1"']),
        st.integers(1, 3),
    ),
    st.integers(1, 4).map(lambda repeated: cell(repeated=repeated)),
    st.sampled_from(ODD).map(cell),
    st.just(cell("hidden", tag="covered-table-cell")),
    st.just(valued("float", 'office:value="24"', "24")),
    st.just(valued("string", 'office:string-value="from the formula"', "shown")),
    st.just('<table:table-cell table:style-name="ce1"/>'),
)
ROW = st.builds(
    lambda cells, repeated, before: before + row(*cells, repeated=repeated, pad=3),
    st.lists(CELL, max_size=5),
    st.sampled_from([1, 1, 1, 2]),
    st.sampled_from(["", "\n  ", "]"]),
)
GROUPED = st.lists(ROW, max_size=4).map(lambda rows: f"<table:table-row-group>{''.join(rows)}</table:table-row-group>")


def result(path: Path, text: str) -> object:
    """The sheets with their rows, or what is wrong."""
    try:
        with open_sheets(ods(path, text)) as book:
            return {sheet.name: list(sheet.rows) for sheet in book}
    except CheckFailed as error:
        return str(error)


@given(st.lists(ROW | GROUPED, max_size=8))
def test_what_is_read_is_what_the_parser_alone_reads(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "given.ods"
    sheets = {"One": "".join(rows) + PADDING, "Two": "".join(reversed(rows))}
    found = result(path, content(sheets))
    assert found == result(path, content(sheets, before="<!-- all for the parser -->"))
    assert isinstance(found, dict)


@pytest.mark.parametrize(
    "inside",
    [
        "<text:p>a & b</text:p>",
        "<text:p>a &nbsp; b</text:p>",
        "<text:p>a ]]> b</text:p>",
        "<text:p>a \x0b b</text:p>",
        "<text:p>a \uffff b</text:p>",
        "<text:p>a</text:q>",
        "<text:p>a",
    ],
)
def test_what_is_wrong_in_a_row_is_refused_with_its_number(tmp_path: Path, inside: str) -> None:
    rows = row("a") * 3 + row("<table:table-cell>" + inside + "</table:table-cell>")
    found = result(tmp_path / "a.ods", content({"S": rows}))
    assert found == result(tmp_path / "a.ods", content({"S": rows}, before="<!-- -->"))
    assert "row 4" in str(found)


@pytest.mark.parametrize(
    "attributes",
    ['table:style-name="a" table:style-name="b"', 'office:value-type="float"', 'table:number-columns-repeated="0"',
     'table:number-columns-repeated="999999999"', 'table:style-name="a<b"', "table:style-name='a'"],
)  # fmt: skip
def test_a_cell_with_other_attributes_is_for_the_parser(attributes: str) -> None:
    cells = f"<table:table-cell {attributes}><text:p>a</text:p></table:table-cell>"
    assert plain_cells(f"<table:table-row>{cells}</table:table-row>".encode()) is None


def test_other_bytes_than_utf8_are_for_the_parser(tmp_path: Path) -> None:
    text = content({"S": row("Caf\xe9")}).replace("UTF-8", "ISO-8859-1")
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("content.xml", text.encode("latin-1"))
    with open_sheets(tmp_path / "a.ods") as book:
        assert [list(sheet.rows) for sheet in book] == [[(1, ["Café"])]]
    assert plain_cells(row("Café").encode("latin-1")) is None


def test_a_prefix_with_a_meaning_of_its_own_makes_no_row(tmp_path: Path) -> None:
    text = content({"S": row("a")}).replace("opendocument:xmlns:text", "something:else")
    assert result(tmp_path / "a.ods", text) == result(tmp_path / "a.ods", text.replace("?>", "?><!-- -->", 1))


def test_rows_in_a_comment_are_none(tmp_path: Path) -> None:
    rows = row("a") + f"<!-- {row('b')} -->" + row("c") + f"<![CDATA[{row('d')}]]>" + row("e")
    assert result(tmp_path / "a.ods", content({"S": rows})) == {"S": [(1, ["a"]), (2, ["c"]), (3, ["e"])]}


@given(st.lists(ROW, max_size=6), st.lists(st.integers(1, 400), min_size=1))
def test_where_the_bytes_are_parted_makes_no_difference(rows: list[str], sizes: list[int]) -> None:
    head, _, rest = content({"S": "".join(rows)}).encode().partition(b"?>")
    parted = [head + b"?>"]
    while rest:
        size = sizes[len(parted) % len(sizes)]
        parted.append(rest[:size])
        rest = rest[size:]

    def joined(chunks: list[bytes]) -> list[list[Cell] | bytes]:
        """Everything in its order, neighbouring bytes as one."""
        found: list[list[Cell] | bytes] = []
        for one in cut(chunks, lambda: True):
            if isinstance(one, bytes) and found and isinstance(found[-1], bytes):
                found[-1] += one
            else:
                found.append(one)
        return found

    assert joined(parted) == joined([b"".join(parted)])


def test_the_rows_of_a_register_are_cut_out() -> None:
    text = content({"S": row("a", "b &amp; c", cell(repeated=2), "d  e") * 3 + PADDING}).encode()
    found = [one for one in cut([text], lambda: True) if isinstance(one, list)]
    assert found == [["a", "b & c", None, None, "d e"]] * 3
