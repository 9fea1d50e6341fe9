"""What is wrong in a file is reported with its place and with what to do: all of it at once, and never as a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from packaged_data import STUDY, Sheet, copy_of, edit_json, vocabulary

from qikg.loaders import LoadReport, Problem, check
from qikg.ontology.errors import UsageError

INVENTED = Path(__file__).parents[1] / "studies" / "invented-2026"

FRAMEWORK = """scheme\tcode\tparent_code\tlabel\tgloss\tsource_doi
MINE\tMINE\t\tMy framework\t\t
MINE\tMINE:A\tMINE\tFirst\t\t
MINE\tMINE:A1\tMINE:A\tPart of the first\tWhat it means\t
"""

MAPPINGS = """#mapping_set_id: https://example.org/sets/mine
#mapping_set_version: "1.10"
#curie_map:
#  QUASER: https://w3id.org/qikg/concept/quaser/
#  MUSIQ: https://w3id.org/qikg/concept/musiq/
#  FRAMEWORK: https://w3id.org/qikg/framework/
subject_id\tpredicate_id\tobject_id\tmapping_justification\tobject_source\tconfidence\tpredicate_modifier\trecord_id
QUASER:LEAD\tskos:narrowMatch\tMUSIQ:ORG1\tsemapv:ManualMappingCuration\t\t0.5\t\t
QUASER:POL\tskos:closeMatch\tsssom:NoTermFound\tsemapv:ManualMappingCuration\tFRAMEWORK:MUSIQ\t\t\t
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the invented study."""
    return copy_of(INVENTED, tmp_path / "study")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A copy of the packaged study under another id."""
    folder = copy_of(STUDY, tmp_path / "study")
    edit_json(folder / "study.json", id="a-copy")
    return folder


def problems(path: Path) -> list[Problem]:
    return check([path]).problems


def the_problem(path: Path) -> Problem:
    found = problems(path)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def put(path: Path, row: int, column: str, text: str) -> None:
    """Change one cell; rows count from 2, as a spreadsheet shows them."""
    Sheet.read(path).with_cell(row - 2, column, text).write(path)


def file(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


# --- cells


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "rule", "hint"),
    [
        ("coded_items.tsv", 2, "challenge", "CFIR2:III.D.44", "unknown concept", "Did you mean CFIR2:III.D.4?"),
        ("coded_items.tsv", 2, "case", "C", "unknown case", "Known: A, B."),
        ("coded_items.tsv", 3, "item_id", "I1", "the key stands twice", "It stands first in row 2."),
        (
            "coded_items.tsv",
            2,
            "kind",
            "quotation",
            "not one of the known words",
            "Did you mean participant_quotation?",
        ),
        ("coded_items.tsv", 2, "summary", "", "the cell is empty", "This column needs a value in every row."),
        ("cases.tsv", 2, "label", "", "the cell is empty", "This column needs a value in every row."),
    ],
)
def test_wrong_cell_of_a_study_is_named_with_what_to_do(
    small: Path, table: str, row: int, column: str, text: str, rule: str, hint: str
) -> None:
    put(small / table, row, column, text)
    found = the_problem(small)
    assert (found.file, found.row, found.column, found.value or "") == (table, row, column, text)
    assert found.rule == rule
    assert hint in found.hint


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "rule"),
    [
        ("case_trusts.tsv", 2, "confidence", "1.5", "out of range"),
        ("case_trusts.tsv", 2, "confidence", "nan", "out of range"),
        ("case_trusts.tsv", 2, "confidence", "high", "not a number"),
        ("case_trusts.tsv", 2, "valid_from", "01/04/1998", "not a date"),
        ("case_trusts.tsv", 2, "valid_from", "1998-13", "not a date"),
        ("case_trusts.tsv", 2, "org_code", "RTY", "unknown place"),
        ("organisations.tsv", 2, "source", "somewhere", "not an address of sources.tsv"),
        ("organisations_history.tsv", 2, "overall_rating", "Inadequat", "unknown rating"),
        ("organisations_history.tsv", 2, "date_precision", "month", "not how exactly the date is written"),
        ("organisations_history.tsv", 2, "level", "location", "not the level that organisations.tsv has for this code"),
        ("organisations_history.tsv", 2, "other_code", "RXR", "only a merger has another code"),
        ("table3_dates.tsv", 2, "column", "inadequate", "an undetermined column is filled in"),
        ("table4_cells.tsv", 2, "value", "undetermined", "value and status must be undetermined together, or neither"),
        ("table4_cells.tsv", 2, "item_ids", "L99", "unknown coded item"),
        ("coded_items.tsv", 2, "sha256", "0" * 64, "not what spans.tsv has for this start and end"),
        ("coded_items.tsv", 2, "sha256", "abc", "not a SHA-256"),
        ("coded_items.tsv", 2, "quote_end", "other words", "not what spans.tsv has for this start and end"),
        ("coded_items.tsv", 2, "start", "20112", "no span of spans.tsv has this start and end"),
        ("coded_items.tsv", 2, "stakeholder_groups", "SG:STAFF", "not the groups that item_stakeholders.tsv has"),
        ("claims.tsv", 2, "span_count", "2", "not the number of rows that claim_spans.tsv has for this claim"),
        ("references.tsv", 2, "occurrences", "99999999999999999999", "the number is too large"),
        ("references.tsv", 2, "occurrences", "two", "not a whole number"),
        ("challenge_roles.tsv", 2, "input", "maybe", "neither yes nor no"),
    ],
)
def test_wrong_cell_of_the_larger_tables_is_named(
    whole: Path, table: str, row: int, column: str, text: str, rule: str
) -> None:
    put(whole / table, row, column, text)
    found = [problem for problem in problems(whole) if problem.file == table]
    assert [(problem.row, problem.column) for problem in found] == [(row, column)]
    assert found[0].rule.startswith(rule)
    assert found[0].hint or found[0].rule.startswith("unknown")


def test_an_undetermined_cell_that_is_filled_in_is_refused(whole: Path) -> None:
    cells = Sheet.read(whole / "table4_cells.tsv")
    row = cells.column("status").index("undetermined")
    cells.with_cell(row, "value", "present").write(whole / "table4_cells.tsv")
    found = the_problem(whole)
    assert (found.row, found.column, found.value) == (row + 2, "value", "present, undetermined")
    assert found.hint == "An undetermined cell is never filled in; a filled cell is stated or inferred."


def test_two_rows_that_say_different_things_of_one_relationship_are_refused(whole: Path) -> None:
    links = Sheet.read(whole / "item_stakeholders.tsv")
    again = ["L1-AGAIN", *links.rows[0][1:3], "inferred", "another reading"]
    Sheet(links.header, [*links.rows, again]).write(whole / "item_stakeholders.tsv")
    found = the_problem(whole)
    assert found.rule == "two rows say different things of one and the same"
    assert found.value == "a-copy/L1 MENTIONS a-copy/SG:REGULATOR"


def test_all_problems_of_all_files_are_reported_together(small: Path) -> None:
    put(small / "cases.tsv", 2, "label", "")
    put(small / "coded_items.tsv", 2, "challenge", "CFIR2:X")
    put(small / "coded_items.tsv", 3, "kind", "spoken")
    put(small / "coded_items.tsv", 4, "summary", "")
    places = {(problem.file, problem.row, problem.column) for problem in problems(small)}
    assert places >= {
        ("cases.tsv", 2, "label"), ("coded_items.tsv", 2, "challenge"), ("coded_items.tsv", 3, "kind"),
        ("coded_items.tsv", 4, "summary"),
    }  # fmt: skip


def test_every_error_of_one_row_is_reported(whole: Path) -> None:
    path = whole / "organisations_history.tsv"
    put(path, 2, "date", "26 June 2014")
    put(path, 2, "event_type", "rated")
    put(path, 2, "status", "sure")
    assert {problem.column for problem in problems(whole) if problem.row == 2} >= {"date", "event_type", "status"}


def test_a_thousand_rows_with_one_typing_error_are_one_line_with_the_first_places(small: Path) -> None:
    rows = [[f"I{n}", "CFIR2:I.A", "A", "narative", "Invented."] for n in range(1000)]
    Sheet(["item_id", "challenge", "case", "kind", "summary"], rows).write(small / "coded_items.tsv")
    report = check([small])
    assert len(report.errors) == 1000
    lines = [line for line in report.summary().splitlines() if line.startswith("error")]
    assert len(lines) == 1
    assert "coded_items.tsv, row 2, column kind" in lines[0]
    assert "Did you mean narrative?" in lines[0]
    assert "1,000 times; also in rows 3, 4, 5, 6, 7 and 994 more" in lines[0]


def test_a_thousand_different_wrong_dates_are_one_line_too(whole: Path) -> None:
    names = ["source_id", "url", "publisher", "title", "date"]
    pages = Sheet.read(whole / "sources.tsv").rows
    rows = [
        *pages,
        *([f"X{n}", f"https://example.org/{n}", "", "", f"{n % 28 + 1}/1/{2000 + n % 20}"] for n in range(1000)),
    ]
    Sheet(names, rows).write(whole / "sources.tsv")
    report = check([whole])
    lines = [line for line in report.summary().splitlines() if line.startswith("error")]
    assert len(lines) == 1
    assert "1,000 times" in lines[0]
    assert len(lines[0]) < 400


# --- headers


def test_unknown_column_is_an_error_that_names_the_nearest_known_one(small: Path) -> None:
    path = small / "coded_items.tsv"
    path.write_text(path.read_text("utf-8").replace("summary", "sumary", 1), "utf-8")
    found = problems(small)
    assert [(p.row, p.column, p.rule, p.hint) for p in found] == [
        (1, "sumary", "unknown column", "Did you mean summary?"),
        (1, "summary", "missing column", "Did you mean sumary?"),
    ]


def test_column_that_stands_twice_and_one_without_a_name_are_errors(small: Path) -> None:
    path = small / "cases.tsv"
    path.write_text("case\tlabel\tlabel\t\nA\tx\ty\tz\n", "utf-8")
    assert [problem.rule for problem in problems(small) if problem.file == "cases.tsv"] == [
        "a column without a name", "the column stands twice",
    ]  # fmt: skip


# --- files


def test_missing_file_is_named_with_where_it_was_looked_for(small: Path) -> None:
    (small / "coded_items.tsv").unlink()
    found = the_problem(small)
    assert (found.file, found.rule) == ("coded_items.tsv", "the file is missing")
    assert str(small) in found.hint


def test_file_that_is_no_file_of_a_study_is_named_with_the_nearest(small: Path) -> None:
    (small / "coded_item.tsv").write_text("x\n", "utf-8")
    found = the_problem(small)
    assert (found.file, found.hint) == ("coded_item.tsv", "Did you mean coded_items.tsv?")


def test_empty_file_is_an_error(small: Path) -> None:
    (small / "cases.tsv").write_bytes(b"\xef\xbb\xbf\r\n")
    found = [problem for problem in problems(small) if problem.file == "cases.tsv"]
    assert [problem.rule for problem in found] == ["the file is empty"]


def test_truncated_row_is_named_and_the_others_are_read(small: Path) -> None:
    path = small / "coded_items.tsv"
    path.write_text(path.read_text("utf-8")[:-80], "utf-8")
    found = the_problem(small)
    assert (found.row, found.value) == (4, "2")
    assert "which has 5" in found.rule
    assert "cut off" in found.hint


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("latin-1", "byte 0xe9 in this row"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16"), ("cp1252", "windows-1252")],
)
def test_other_encoding_is_named_with_how_to_save_the_file(small: Path, encoding: str, words: str) -> None:
    path = small / "coded_items.tsv"
    path.write_bytes(path.read_text("utf-8").replace("opened", "opéned").encode(encoding))
    found = the_problem(small)
    assert words in f"{found.rule} {found.hint}".lower()
    assert "Save it again as tab-separated text in UTF-8" in found.hint


def test_spreadsheet_under_the_name_of_a_table_is_named(small: Path) -> None:
    (small / "cases.tsv").write_bytes(b"PK\x03\x04 and so on")
    assert "a spreadsheet" in next(problem.rule for problem in problems(small) if problem.file == "cases.tsv")


def test_mark_at_the_start_and_windows_line_ends_are_no_error(small: Path) -> None:
    before = check([small])
    for path in [*small.glob("*.tsv"), small / "study.json"]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    after = check([small])
    assert after.problems == []
    assert (after.nodes, after.rows) == (before.nodes, before.rows)


def test_blanks_around_values_and_empty_cells_and_rows_of_a_spreadsheet_are_no_error(small: Path) -> None:
    (small / "cases.tsv").write_text("case\tlabel \nA \t Ward A\nB\u00a0\tWard B\t\t\n\t\n\n", "utf-8")
    assert problems(small) == []


def test_wrong_row_is_not_blamed_again_on_the_rows_that_point_at_it(small: Path) -> None:
    put(small / "cases.tsv", 2, "label", "")  # two coded items are of this case
    assert the_problem(small).file == "cases.tsv"


@pytest.mark.parametrize("table", [path.name for path in sorted(STUDY.glob("*.tsv"))])
def test_file_that_cannot_be_read_is_one_error_alone(whole: Path, table: str) -> None:
    (whole / table).write_bytes((whole / table).read_bytes().replace(b"\t", b"\xff\t", 1))
    assert [(problem.file, problem.rule) for problem in problems(whole)] == [(table, "not text in UTF-8")]


def test_emoji_and_all_scripts_are_accepted(small: Path) -> None:
    put(small / "coded_items.tsv", 2, "summary", "Invented 🏥 👩🏽‍⚕️ Ελληνικά עברית 中文 “quoted” 'it' \\n $x {y} `z`")
    assert problems(small) == []


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1b", "\x1f", "\ufffe", "\uffff"])
def test_control_character_is_refused_with_its_row(small: Path, character: str) -> None:
    put(small / "coded_items.tsv", 3, "summary", f"Invented{character} words")
    found = the_problem(small)
    assert (found.row, found.value) == (3, f"U+{ord(character):04X}")
    assert found.hint


def test_folder_under_the_name_of_a_table_is_reported(small: Path) -> None:
    (small / "claims.tsv").mkdir()
    assert the_problem(small).rule == "the file cannot be read"


# --- study.json


@pytest.mark.parametrize(
    ("text", "rule", "row"),
    [
        ("{", "not JSON", 1),
        ('{\n "id": "x",\n "title": oops\n}', "not JSON", 3),
        ("[" * 100_000, "brackets stand too deep in one another", None),
        ("[]", "not a group of named values (`{…}`)", None),
        ('"text"', "not a group of named values (`{…}`)", None),
        ("", "the file is empty", None),
    ],
)
def test_record_that_is_no_json_object_is_one_clear_error(small: Path, text: str, rule: str, row: int | None) -> None:
    (small / "study.json").write_text(text, "utf-8")
    found = the_problem(small)
    assert (found.file, found.rule, found.row) == ("study.json", rule, row)


@pytest.mark.parametrize(
    ("changes", "column", "rule", "hint"),
    [
        ({"title": None}, "title", "the field is missing", ""),
        ({"titel": "x"}, "titel", "unknown field", "Did you mean title?"),
        ({"id": "My Study"}, "id", "not an id", "Use small letters"),
        ({"edition": "1 May 2026"}, "edition", "not a date", "2015-04-02"),
        ({"edition": "2026-13-45"}, "edition", "not a date", ""),
        ({"year": "last"}, "year", "not a whole number", ""),
        ({"year": 10**30}, "year", "the number is too large", ""),
        ({"volume": 19}, "volume", "not a text", "Put it in quotation marks."),
        (
            {"authors": [{"name": "A", "ordre": 1, "order": 1}]},
            "authors.1.ordre",
            "unknown field",
            "Did you mean order?",
        ),
        ({"method": {"casse": 2}}, "method.casse", "unknown field", "Did you mean cases?"),
        ({"title": "a\u0000b"}, "title", "a control character that cannot be published, U+0000", ""),
        ({"title": "a\ud800b"}, "title", "a control character that cannot be published, U+D800", ""),
        ({"keywords": ["good", "b\u0007d"]}, "keywords.2", "a control character that cannot be published, U+0007", ""),
    ],
)
def test_wrong_field_of_the_record_is_named(
    small: Path, changes: dict[str, object], column: str, rule: str, hint: str
) -> None:
    record = json.loads((small / "study.json").read_text("utf-8")) | changes
    text = json.dumps({name: value for name, value in record.items() if value is not None})
    (small / "study.json").write_text(text, "utf-8")
    found = [problem for problem in problems(small) if problem.column == column]
    assert found, [str(problem) for problem in problems(small)]
    assert found[0].rule.startswith(rule)
    assert hint in found[0].hint


def test_wrong_record_does_not_hide_what_is_wrong_in_the_tables(small: Path) -> None:
    edit_json(small / "study.json", title=None)
    put(small / "coded_items.tsv", 3, "kind", "spoken")
    assert [problem.file for problem in problems(small)] == ["study.json", "coded_items.tsv"]


def test_field_that_stands_twice_in_the_record_is_an_error(small: Path) -> None:
    text = (small / "study.json").read_text("utf-8").replace('"year": 2026', '"year": 2026, "year": 2025')
    (small / "study.json").write_text(text, "utf-8")
    assert (the_problem(small).column, the_problem(small).rule) == ("year", "the field stands twice")


def test_spans_without_a_description_of_their_text_are_an_error(whole: Path) -> None:
    edit_json(whole / "study.json", text=None)
    assert "study.json does not describe the text" in the_problem(whole).rule


def test_span_outside_the_text_is_an_error(whole: Path) -> None:
    text = json.loads((whole / "study.json").read_text("utf-8"))["text"]
    edit_json(whole / "study.json", text=text | {"code_points": 1000})
    found = problems(whole)
    assert {problem.rule for problem in found} == {"the span does not lie in the text"}
    assert "1,000 code points" in found[0].hint


# --- frameworks


@pytest.mark.parametrize(
    ("old", "new", "column", "rule", "hint"),
    [
        ("MINE:A\tFirst", "MINE:A\tFirst", None, "", ""),
        ("MINE:A1\tMINE:A\t", "MINE:A1\tMINE:B\t", "parent_code", "unknown parent", "Did you mean MINE"),
        ("MINE:A1\tMINE:A\t", "MINE:A1\t\t", "parent_code", "a concept without a parent", "Its parent may be MINE."),
        ("MINE:A1\tMINE:A\t", "MINE:A1\tMINE:A1\t", "parent_code", "the concept is its own parent", ""),
        ("MINE:A1\t", "MINE A1\t", "code", "not a code", "without blanks"),
        ("MINE:A1\t", "MINE:A\t", "code", "the key stands twice", "It stands first in row 3."),
        ("MINE\tMINE\t\tMy framework\t\t\n", "", "parent_code", "unknown parent", ""),
        ("\tlabel", "\tlable", "lable", "unknown column", "Did you mean label?"),
        ("\tparent_code", "\tparent", "parent", "unknown column", "Did you mean parent_code?"),
    ],
)
def test_wrong_row_of_a_framework_is_named(
    tmp_path: Path, old: str, new: str, column: str | None, rule: str, hint: str
) -> None:
    found = problems(file(tmp_path, "mine.tsv", FRAMEWORK.replace(old, new, 1)))
    if column is None:
        assert found == []
        return
    assert (found[0].column, found[0].rule.partition(";")[0]) == (column, rule)
    assert hint in found[0].hint


def test_framework_with_the_prefix_of_a_packaged_one_is_refused(tmp_path: Path) -> None:
    found = the_problem(file(tmp_path, "mine.tsv", FRAMEWORK.replace("MINE", "QUASER")))
    assert found.rule == "a framework with this id comes with qikg"
    assert "another prefix" in found.hint


def test_study_with_the_id_of_a_packaged_one_is_refused(small: Path) -> None:
    edit_json(small / "study.json", id=STUDY.name)
    assert the_problem(small).rule == "a study with this id comes with qikg"


def test_packaged_files_themselves_can_be_checked() -> None:
    assert check([STUDY]).ok


# --- mappings


@pytest.mark.parametrize(
    ("old", "new", "column", "rule", "hint"),
    [
        ("#mapping_set_id: https://example.org/sets/mine\n", "", "mapping_set_id", "no mapping_set_id", "Add a line"),
        ("https://example.org/sets/mine", "mine", "mapping_set_id", "the mapping set has no address", "Add a line"),
        (
            "mapping_justification\t",
            "justification\t",
            "justification",
            "unknown column",
            "Did you mean mapping_justif",
        ),
        ("QUASER:LEAD", "QUASER:LEDA", "subject_id", "unknown concept", "Did you mean QUASER:LEAD?"),
        ("QUASER:LEAD", "QASER:LEAD", "subject_id", "unknown concept", "The prefix QASER is neither"),
        ("MUSIQ:ORG1", "QUASER:LEAD", "object_id", "the concept is mapped to itself", ""),
        (
            "skos:narrowMatch",
            "skos:narrowMach",
            "predicate_id",
            "not a SKOS mapping relation",
            "Did you mean skos:narrow",
        ),
        ("skos:narrowMatch", "owl:sameAs", "predicate_id", "not a SKOS mapping relation", "Known: skos:exactMatch"),
        ("FRAMEWORK:MUSIQ\t", "\t", "object_source", "the cell is empty", "no close term was found"),
        ("FRAMEWORK:MUSIQ\t", "FRAMEWORK:MUSIK\t", "object_source", "unknown framework", "Did you mean MUSIQ?"),
        ("\t0.5\t", "\t5\t", "confidence", "not a number from 0 to 1", "0.75"),
        ("\t0.5\t", "\tnan\t", "confidence", "not a number from 0 to 1", "0.75"),
        ("\t0.5\t\t", "\t0.5\tnot\t", "predicate_modifier", "not a known modifier", "Only `Not` is."),
        ("QUASER:LEAD", "sssom:NoTermFound", "subject_id", "only an object can be sssom:NoTermFound", "Turn"),
        ("#curie_map:", "#curie_map: [", None, "the metadata lines cannot be read", ""),
        (
            "#mapping_set_version",
            "#mapping_set_verson",
            "mapping_set_verson",
            "SSSOM has no such metadata slot",
            "Did you",
        ),
    ],
)
def test_wrong_part_of_a_mapping_set_is_named(
    tmp_path: Path, old: str, new: str, column: str | None, rule: str, hint: str
) -> None:
    found = problems(file(tmp_path, "mine.sssom.tsv", MAPPINGS.replace(old, new, 1)))
    assert found
    assert (found[0].column, found[0].rule) == (column, rule)
    assert hint in found[0].hint


def test_mapping_set_without_a_header_says_what_it_must_name(tmp_path: Path) -> None:
    found = the_problem(file(tmp_path, "mine.sssom.tsv", "".join(MAPPINGS.splitlines(keepends=True)[:6])))
    assert found.rule == "no header row"
    assert "subject_id, predicate_id, object_id, mapping_justification" in found.hint


def test_row_of_a_mapping_set_that_is_cut_off_is_named_by_its_line(tmp_path: Path) -> None:
    found = the_problem(file(tmp_path, "mine.sssom.tsv", MAPPINGS + "QUASER:CULT\tskos:closeMatch\n"))
    assert (found.row, found.value) == (10, "2")


def test_quotation_mark_without_a_partner_is_explained(tmp_path: Path) -> None:
    found = problems(file(tmp_path, "mine.sssom.tsv", MAPPINGS.replace("QUASER:LEAD", '"QUASER:LEAD')))
    assert "quotation mark" in found[0].hint


def test_mapping_that_stands_twice_is_named(tmp_path: Path) -> None:
    row = MAPPINGS.splitlines(keepends=True)[7]
    found = the_problem(file(tmp_path, "mine.sssom.tsv", MAPPINGS + row))
    assert (found.row, found.rule, found.hint) == (10, "the mapping stands twice", "It stands first in row 8.")


# --- what is no such file at all


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", b"Dear diary", "of no kind that qikg knows"),
        ("empty.tsv", b"", "the file is empty"),
        ("photo.tsv", b"\x89PNG\r\n\x1a\n\x00", "not text in UTF-8"),
        ("mine.tsv", FRAMEWORK.encode("utf-16"), "UTF-16"),
        ("mine.xlsx", b"PK\x03\x04", "a spreadsheet"),
    ],
)
def test_file_of_no_known_kind_is_a_clear_error(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UsageError, match=words) as caught:
        check([path])
    assert name in str(caught.value)


def test_path_that_does_not_exist_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.tsv does not exist\."):
        check([tmp_path / "nowhere.tsv"])


def test_folder_without_a_record_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is a folder without study\.json"):
        check([tmp_path])


def test_single_table_of_a_study_points_to_its_folder(small: Path) -> None:
    with pytest.raises(UsageError, match="load the whole study: its folder is"):
        check([small / "coded_items.tsv"])


def test_record_stands_for_its_folder(small: Path) -> None:
    assert check([small / "study.json"]).nodes == check([small]).nodes


# --- the report


def test_report_is_a_table_and_json_with_every_problem(small: Path) -> None:
    put(small / "coded_items.tsv", 2, "challenge", "CFIR2:X")
    put(small / "coded_items.tsv", 3, "kind", "spo\u2028ken")
    report = check([small])
    header, *lines = (
        report.to_tsv().splitlines() if "\u2028" not in report.to_tsv() else report.to_tsv().split("\n")[:-1]
    )
    assert header.split("\t") == ["file", "sheet", "row", "column", "severity", "rule", "value", "hint"]
    read = json.loads(report.to_json())
    assert len(lines) == len(read["problems"]) == len(report.problems)
    assert read["ok"] is False
    assert set(read["problems"][0]) == set(header.split("\t"))


def test_message_reads_as_a_sentence() -> None:
    problem = Problem("cases.tsv", "unknown case", 3, "case", "9", "Did you mean 8?")
    assert str(problem) == "cases.tsv, row 3, column case: unknown case: '9'. Did you mean 8?"


def test_long_value_is_shortened_on_the_screen_and_whole_in_the_report() -> None:
    report = LoadReport()
    report.add(Problem("x.tsv", "not a date", 2, "date", "9" * 5000))
    assert len(report.summary()) < 400
    assert "9" * 5000 in report.to_json()


def test_check_says_what_would_be_loaded(small: Path) -> None:
    report = check([small])
    assert report.ok
    assert (report.nodes["CodedItem"], report.nodes["Case"], report.relationships["CODED_AS"]) == (3, 2, 3)


def test_codes_of_a_framework_that_is_given_too_may_be_pointed_at(tmp_path: Path, small: Path) -> None:
    put(small / "coded_items.tsv", 2, "challenge", "MINE:A1")
    assert "MINE:A1" not in vocabulary().concepts
    assert check([small, file(tmp_path, "mine.tsv", FRAMEWORK)]).ok
