"""The parsers: what was written is read again, and whatever else stands in a file is reported, never raised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from packaged_data import STUDY, copy_of, vocabulary
from pydantic import Field

from qikg.loaders import LoadReport, check
from qikg.loaders.mappings import mappings
from qikg.loaders.packaged import ONTOLOGY
from qikg.loaders.studies.study import study
from qikg.loaders.tables import Row, parse_table, read_table
from qikg.ontology.errors import UsageError

INVENTED = Path(__file__).parents[1] / "studies" / "invented-2026"
COLUMNS = ("name", "number", "share", "flag", "tags", "note")


class Sample(Row):
    file: ClassVar[str] = "sample.tsv"
    key: ClassVar[str] = "name"

    name: str
    number: int | None = None
    share: Annotated[float | None, Field(ge=0, le=1)] = None
    flag: bool | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None


def written(rows: list[Sample], columns: tuple[str, ...]) -> str:
    """Write rows as a researcher's spreadsheet would."""

    def cell(value: object) -> str:
        if isinstance(value, tuple):
            return "|".join(value)
        return "" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

    lines = [columns, *([cell(getattr(row, column)) for column in columns] for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


# any text that a cell can hold: no tab, no line break, no control character, no blanks around
letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff|")
texts = st.text(letters, min_size=1, max_size=12).map(str.strip).filter(bool)
samples = st.lists(
    st.builds(
        Sample, name=texts, number=st.none() | st.integers(-(2**63) + 1, 2**63 - 1), share=st.none() | st.floats(0, 1),
        flag=st.none() | st.booleans(), tags=st.lists(texts, max_size=3).map(tuple), note=st.none() | texts,
    ),
    max_size=6,
    unique_by=lambda row: row.name,
)  # fmt: skip


@given(
    rows=samples,
    columns=st.permutations(COLUMNS).map(tuple),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    mark=st.booleans(),
)
@example(rows=[Sample(name="\u0085", note="“x” 'y' \"z")], columns=COLUMNS, ends="\n", mark=True)
def test_rows_that_are_written_are_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Sample], columns: tuple[str, ...], ends: str, mark: bool
) -> None:
    rows = [row for row in rows if row.name.strip()]
    path = tmp_path_factory.getbasetemp() / "sample.tsv"
    text = written(rows, columns).replace("\n", ends)
    path.write_bytes(text.encode("utf-8-sig" if mark else "utf-8"))
    report = LoadReport()
    table = read_table(path, Sample, report)
    assert report.problems == []
    assert list(table) == rows
    assert [number for number, _ in table.rows] == list(range(2, len(rows) + 2))
    assert table.read == len(rows)


@given(text=st.text(st.characters(codec="utf-8"), max_size=200) | st.text("\t\n|abnameyo\"'0", max_size=200))
def test_any_text_gives_rows_or_problems_and_no_traceback(text: str) -> None:
    report = LoadReport()
    table = parse_table(text, Sample, report, name="any", digest="x")
    assert len(table.rows) == table.read or report.problems
    json.loads(report.to_json())
    assert report.summary()


@st.composite
def spoilt(draw: st.DrawFn, original: bytes) -> bytes:
    """Bytes of a real file after some accidents."""
    changed = bytearray(original)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(changed)))
        accident = draw(st.sampled_from(["cut", "delete", "insert", "double", "swap"]))
        if accident == "cut":
            del changed[at:]
        elif accident == "delete":
            del changed[at : at + draw(st.integers(1, 40))]
        elif accident == "insert":
            changed[at:at] = draw(
                st.sampled_from([b"\t", b"\n", b'"', b"|", b"\x00", b"\xff", b"\xe9", b"{", b"9" * 30, b"#", b":"])
            )
        elif accident == "double":
            changed[at:at] = changed[max(0, at - 60) : at]
        else:
            changed[at : at + 2] = changed[at : at + 2][::-1]
    return bytes(changed)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_spoilt_study_gives_a_report_and_no_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "spoilt"
    if not folder.exists():
        copy_of(STUDY, folder)
    name = data.draw(st.sampled_from(sorted(path.name for path in STUDY.iterdir() if path.suffix in {".tsv", ".json"})))
    original = (STUDY / name).read_bytes()
    (folder / name).write_bytes(data.draw(spoilt(original)))
    report = LoadReport()
    try:
        study(folder, vocabulary().concepts, vocabulary().frameworks, report)
    finally:
        (folder / name).write_bytes(original)
    json.loads(report.to_json())
    assert all(problem.file and problem.rule for problem in report.problems)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_spoilt_mapping_set_gives_a_report_and_no_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    original = (ONTOLOGY / "mappings" / "quaser-musiq-cfir.sssom.tsv").read_bytes()
    head = original[: data.draw(st.sampled_from([1500, 6000, len(original)]))]
    path = tmp_path_factory.getbasetemp() / "spoilt.sssom.tsv"
    path.write_bytes(data.draw(spoilt(head)))
    report = LoadReport()
    mappings(path, vocabulary().concepts, vocabulary().frameworks, report)
    json.loads(report.to_json())


@settings(max_examples=60)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_report_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.tsv"
    path.write_bytes(content)
    try:
        read = check([path]).to_json()
    except UsageError as error:
        read = json.dumps(str(error))
    assert "any.tsv" in json.loads(read) or json.loads(read)["rows"] is not None


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "text", "authors", "x"]), inner)
        ),
    )
)
def test_any_json_is_a_report_and_no_traceback(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-json"
    if not folder.exists():
        copy_of(INVENTED, folder)
    (folder / "study.json").write_text(json.dumps(value), "utf-8")
    report = LoadReport()
    study(folder, vocabulary().concepts, vocabulary().frameworks, report)
    assert report.problems
