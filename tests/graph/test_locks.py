"""Locks between processes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from qikg.graph.locks import FileLock, is_owned
from qikg.ontology.errors import StoreUnavailable

HOLD = """
import sys, pathlib, qikg.graph.locks as locks
lock = locks.FileLock(pathlib.Path(sys.argv[1]))
assert getattr(lock, sys.argv[2])()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.lock"


def holder(path: Path, how: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_sharers_stand_beside_each_other_and_keep_an_owner_out(path: Path) -> None:
    with FileLock(path) as first, FileLock(path) as second, FileLock(path) as owner:
        assert first.share()
        assert second.share()
        assert not owner.own()
        first.release()
        second.release()
        assert owner.own()
        assert not first.share()


def test_a_lock_that_is_held_can_be_taken_again_by_its_object(path: Path) -> None:
    with FileLock(path) as lock:
        assert lock.own()
        assert lock.own()
        lock.release()
        assert not lock.held
        lock.release()


def test_an_owner_in_another_process_keeps_others_out_until_it_is_killed(path: Path) -> None:
    with holder(path, "own") as process, FileLock(path) as lock:
        assert is_owned(path)
        assert not lock.share()
        process.kill()
        process.wait()
        assert lock.own()
        assert path.exists(), "the file stays, and means nothing"


def test_a_sharer_in_another_process_is_no_owner(path: Path) -> None:
    with holder(path, "share") as process, FileLock(path) as lock:
        assert not is_owned(path)
        assert lock.share()
        process.kill()


def test_waiting_ends_when_the_lock_comes_free_or_the_patience_is_over(path: Path) -> None:
    with holder(path, "own") as process, FileLock(path) as lock:
        start = time.monotonic()
        assert not lock.own(patience=0.2)
        assert 0.2 <= time.monotonic() - start < 2
        process.terminate()
        assert lock.own(patience=10)


def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(StoreUnavailable, match="/dev/null"):
        FileLock(Path("/dev/null/some.lock")).own()
