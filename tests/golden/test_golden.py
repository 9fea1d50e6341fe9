"""Every question gives its golden result, on both engines."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from qikg.graph.store import Store
from qikg.queries import ask, packaged

FILES = sorted(path for path in Path(__file__).parent.glob("*.json"))
TOTALS = {"evidence-for-concept--every-musiq-factor", "inferred--counts"}


@pytest.mark.parametrize("path", [p for p in FILES if p.stem not in TOTALS], ids=lambda path: path.stem)
def test_the_answer_is_the_golden_one(graph_store: Store, path: Path) -> None:
    golden = json.loads(path.read_text("utf-8"))
    parameters = dict(golden["parameters"])
    status = parameters.pop("status", None)
    answer = ask(graph_store, packaged()[golden["question"]], parameters, status=status)
    columns = golden["rows"][0].keys() if golden["rows"] else ()
    assert len(answer) == golden["row_count"]
    if golden["ordered"]:
        for row, wanted in zip(answer, golden["rows"], strict=True):
            assert _plain({name: row[name] for name in wanted}) == _plain(wanted)
        return
    key = golden["key"]
    wanted_rows = {_key(row, key): row for row in golden["rows"]}
    got_rows = {_key(row, key): row for row in answer}
    assert sorted(got_rows) == sorted(wanted_rows), columns
    for name, wanted in wanted_rows.items():
        got = {column: got_rows[name][column] for column in wanted}
        assert _plain(got) == _plain(wanted)


def _key(row: Mapping[str, object], key: list[str]) -> str:
    return json.dumps([_simple(row[name]) for name in key])


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: _simple(value) for name, value in row.items()}


def _simple(value: object) -> object:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return sorted(map(str, value))
    return value


def test_every_musiq_factor_is_reached_by_as_many_items(graph_store: Store) -> None:
    golden = json.loads((Path(__file__).parent / "evidence-for-concept--every-musiq-factor.json").read_text("utf-8"))
    question = packaged()["evidence-for-concept"]
    for wanted in golden["rows"]:
        answer = ask(graph_store, question, {"concept": wanted["concept"]})
        evidence = [row for row in answer if row["item"] is not None]
        assert len({row["item"] for row in evidence if row["counted_as"] == "excerpt"}) == wanted["excerpts"]
        assert len({row["item"] for row in evidence if row["counted_as"] == "mention"}) == wanted["mentions"]


def test_as_many_statements_of_each_kind_are_inferred(graph_store: Store) -> None:
    golden = json.loads((Path(__file__).parent / "inferred--counts.json").read_text("utf-8"))
    counts = Counter(row["kind"] for row in ask(graph_store, packaged()["inferred"]))
    for wanted in golden["rows"]:
        if wanted["name_given"]:
            assert counts[wanted["kind"]] == wanted["count"], wanted
