"""The head of a question's file: what it must hold, and how a wrong one is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from qikg.ontology.classes import LABELS
from qikg.ontology.errors import CheckFailed
from qikg.queries import Question, packaged
from qikg.queries.head import parse

GOOD = """//+ title: Cases
//+ question: Which cases are there?
//+ columns:
//+   case: {type: id, meaning: the case}
//+ cannot_tell: Which are missing.
MATCH (c:Case) RETURN c.id AS case
"""


def _parse(text: str) -> Question:
    return parse(text, name="cases", theme="mine", file="mine/cases.cypher")


def test_a_head_and_its_cypher_are_read() -> None:
    question = _parse(GOOD)
    assert (question.name, question.theme, question.title) == ("cases", "mine", "Cases")
    assert question.cypher == "MATCH (c:Case) RETURN c.id AS case\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("MATCH (n) RETURN n", "line 1: no head"),
        (GOOD.replace("title: Cases", "title: [Cases"), "line 2: the head is not YAML"),
        (GOOD.replace("cannot_tell", "canot_tell"), "line 5: canot_tell"),
        (GOOD.replace("type: id", "type: identifier"), "line 4: columns.case.type"),
        (GOOD.replace("//+ cannot_tell: Which are missing.\n", ""), "cannot_tell: Field required"),
        (GOOD.replace("//+ cannot_tell", "//+ show: [cse]\n//+ cannot_tell"), "the column cse"),
    ],
)
def test_a_wrong_head_is_reported_with_file_and_line(text: str, said: str) -> None:
    with pytest.raises(CheckFailed) as failure:
        _parse(text)
    assert str(failure.value).startswith("mine/cases.cypher")
    assert said in str(failure.value)


@pytest.mark.parametrize("name", packaged())
def test_every_packaged_question_says_what_it_must(name: str) -> None:
    question = packaged()[name]
    assert question.question.endswith("?")
    assert question.cannot_tell
    assert question.needs
    assert set(question.needs) <= set(LABELS)
    assert set(question.show) <= set(question.columns)
    assert question.roles.sources in question.columns
    assert question.roles.status is not None or "status" in question.columns
    if "mapping" in question.columns:
        assert question.roles.mapping == "mapping"
        assert {"confidence", "justification", "basis", "review"} <= set(question.columns)
    for parameter in question.parameters.values():
        assert parameter.example


@pytest.mark.parametrize("name", packaged())
def test_a_packaged_question_is_named_after_its_file_and_folder(name: str) -> None:
    path: Path = packaged().path(name)
    assert (path.stem, path.parent.name) == (packaged()[name].name, packaged()[name].theme)
