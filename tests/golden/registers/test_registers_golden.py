"""The questions about ratings give their golden results on three real editions of CQC's register, on both engines."""

from __future__ import annotations

import datetime
import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from checkout import ROOT
from engines import Engine, build_packaged

from qikg.graph.store import Store
from qikg.loaders import load
from qikg.queries import ask, packaged

HERE = Path(__file__).parent
CQC = ROOT.parent / "shared" / "data" / "cqc"
EDITIONS = [
    CQC / "latest-ratings-england-overall-2021-02.csv.gz",
    CQC / "latest-ratings-lincolnshire-2026-05.csv",
    CQC / "latest-ratings-nhs-providers-2018-09-03.xlsx",
]
FILES = sorted(HERE.glob("*.json"))
ROUNDED = 0.000501
"""Answers give shares to three places, golden files to six."""

needs_data = pytest.mark.skipif(
    not all(path.is_file() for path in EDITIONS), reason="the registers' files are not beside the checkout"
)


@pytest.fixture(scope="module")
def registers_store(engine: Engine) -> Iterator[Store]:
    """The packaged graph and the three editions, on each engine in turn. Loading takes about a minute: read only."""
    for store in engine.empty():
        build_packaged(store)
        assert load(store, EDITIONS).ok
        yield store


@needs_data
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_answer_is_the_golden_one(registers_store: Store, path: Path) -> None:
    golden = json.loads(path.read_text("utf-8"))
    answer = ask(registers_store, packaged()[golden["question"]], golden["parameters"])
    got = {_line(row, golden["key"]): row for row in answer}
    wanted = {_line(row, golden["key"]): row for row in golden["rows"]}
    assert len(answer) == len(got), "no key stands twice"
    if "keys_sha256" in golden:
        counts = Counter(_line(row, golden["totals_by"]) for row in answer)
        assert [[*json.loads(line), times] for line, times in sorted(counts.items())] == golden["totals"]
        assert sorted(got)[: len(wanted)] == list(wanted)
        assert hashlib.sha256("\n".join(sorted(got)).encode()).hexdigest() == golden["keys_sha256"]
    else:
        assert sorted(got) == sorted(wanted)
    assert len(answer) == golden["row_count"]
    for line, row in wanted.items():
        assert {column: _simple(got[line][column]) for column in row} == {
            column: pytest.approx(value, abs=ROUNDED) if isinstance(value, float) else value
            for column, value in row.items()
        }


@needs_data
def test_the_files_follow_from_the_data_by_the_standard_library_alone(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-I", "-S", str(HERE / "make_golden.py"), str(CQC), "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {
        path.name: path.read_text("utf-8") for path in FILES
    }


def _line(row: Mapping[str, object], columns: list[str]) -> str:
    return json.dumps([_simple(row[column]) for column in columns], ensure_ascii=False)


def _simple(value: object) -> object:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return sorted(map(str, value))
    return value
