"""Answers as text: what a person sees, and what a program reads back."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qikg.graph.store import Value
from qikg.queries import Answer, Question
from qikg.queries.head import Column
from qikg.queries.rendering import FORMATS, to_csv, to_html, to_json, to_jsonl, to_markdown, to_table

QUESTION = Question(
    name="q",
    theme="t",
    title="Title",
    question="Really?",
    columns={"item": Column(type="id", meaning="i"), "voice": Column(type="text", meaning="v"),
             "many": Column(type="texts", meaning="m")},
    cannot_tell="much.",
    cypher="",
)  # fmt: skip
NASTY = 'a "quoted", comma | pipe <b>bold</b> [red]markup[/red] \U0001f600 é'


def _answer(*rows: tuple[object, object, object]) -> Answer:
    dicts = tuple(dict(zip(QUESTION.columns, row, strict=True)) for row in rows)
    return Answer(QUESTION, {}, dicts, ("A note.",), tuple(QUESTION.columns))  # type: ignore[arg-type]


ANSWER = _answer(("one-study/L1", NASTY, ["x", "y"]), ("one-study/L2", None, []))


def test_csv_gives_back_every_cell() -> None:
    rows = list(csv.reader(io.StringIO(to_csv(ANSWER))))
    assert rows == [["item", "voice", "many"], ["one-study/L1", NASTY, "x | y"], ["one-study/L2", "", ""]]


def test_json_gives_back_rows_and_what_cannot_be_told() -> None:
    whole = json.loads(to_json(ANSWER))
    assert whole["rows"] == ANSWER.to_dicts()
    assert whole["cannot_tell"] == "much."
    assert [json.loads(line) for line in to_jsonl(ANSWER).splitlines()] == ANSWER.to_dicts()


def test_markdown_keeps_its_columns_whatever_a_cell_holds() -> None:
    lines = [line for line in to_markdown(ANSWER).splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in lines} == {4}


def test_html_is_escaped() -> None:
    assert "<b>" not in to_html(ANSWER)
    assert "&lt;b&gt;bold" in to_html(ANSWER)


def test_a_table_shows_markup_as_text_and_ids_without_what_they_share() -> None:
    text = to_table(ANSWER, width=200)
    assert "[red]markup[/red]" in text
    assert " L1 " in text
    assert "Ids are shown without what they begin with: one-study/" in text
    assert "What this cannot tell: much." in text


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_table_keeps_to_its_width(width: int) -> None:
    answer = _answer(("s/" + "x" * 30, "word " * 60, ["averyveryverylongwordindeed" * 2]))
    assert max(map(len, to_table(answer, width=width).splitlines())) <= width


def test_a_word_is_not_broken_where_there_is_room() -> None:
    answer = _answer(("s/L1", "inferred undetermined", ["improvement " * 20]))
    assert "undetermined" in to_table(answer, width=80)


@given(
    st.lists(st.text("ab é\U0001f600", min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=12),
    st.lists(st.sampled_from(["inferred", "Requires improvement", "2017-06-14", "x", "NHS Foundation Trust"]),
             min_size=1, max_size=12),
    st.integers(40, 160),
)  # fmt: skip
def test_every_head_and_every_word_is_whole_at_any_width(heads: list[str], cells: list[str], width: int) -> None:
    columns = tuple(f"{head.strip()}{number}" for number, head in enumerate(heads))
    row: dict[str, Value] = {column: cells[number % len(cells)] for number, column in enumerate(columns)}
    question = QUESTION.model_copy(update={"columns": {c: Column(type="text", meaning="m") for c in columns}})
    seen = Counter(to_table(Answer(question, {}, (row,), (), columns), width=width).split())
    expected = Counter(" ".join([*columns, *map(str, row.values())]).split())
    assert not expected - seen, (expected - seen)


def test_an_empty_answer_prints_its_notes() -> None:
    for render in FORMATS.values():
        assert isinstance(render(_answer()), str)
    assert "0 rows." in to_table(_answer())
