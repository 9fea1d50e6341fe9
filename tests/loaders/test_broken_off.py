"""A load in a process of its own that is interrupted or killed half-way: run again, it gives the graph of one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from dump import Dump, dump
from engines import Engine

ROWS = 6_000
HEADER = (
    "Location ID,Location Name,Service / Population Group,Domain,Latest Rating,Publication Date,"
    "Inherited Rating (Y/N),Provider ID,Provider Name"
)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A file of two pieces."""
    path = tmp_path / "many.csv"
    lines = [
        f"1-1{number // 2:08},House {number // 2},Overall,{'Safe' if number % 2 else 'Overall'},"
        f"{'Good' if number % 3 else 'Inadequate'},{1 + number % 28:02}/03/2018,N,1-2{number // 40:08},Owner {number // 40}"
        for number in range(ROWS)
    ]
    path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    return path


def start(engine: Engine, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "qikg", "load", str(path)],
        env={**os.environ, **engine.environment}, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def whole(engine: Engine, path: Path) -> Dump:
    """Load a file to its end, and give what the graph holds."""
    process = start(engine, path)
    said = process.communicate(timeout=300)[1]
    assert process.returncode == 0, said
    with closing(engine.open()) as store:
        return dump(store)


def ratings(engine: Engine) -> int:
    with closing(engine.open()) as store:
        return int(str(store.read("MATCH (r:Rating) WHERE r.in_register RETURN count(r) AS n").values[0][0]))


def broken_off(engine: Engine, path: Path, number: signal.Signals) -> None:
    """Start to load a file, and end that when the first piece is written."""
    process = start(engine, path)
    until = time.monotonic() + 120
    while not (found := ratings(engine)) and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    os.killpg(process.pid, number)
    said = process.communicate(timeout=60)[1]
    assert process.returncode != 0, "it was too quick to be broken off"
    assert "Traceback" not in said
    assert 0 < found < ROWS
    assert ratings(engine) < ROWS


def test_a_load_that_ends_half_way_is_completed_by_running_it_again(engine: Engine, many: Path) -> None:
    engine.wipe()
    unbroken = whole(engine, many)
    for number in (signal.SIGINT, signal.SIGKILL):
        engine.wipe()
        broken_off(engine, many, number)
        assert whole(engine, many) == unbroken
