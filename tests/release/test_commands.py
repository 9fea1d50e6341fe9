"""`qikg release` and `qikg diff` as a person uses them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from engines import Engine

import qikg
from qikg.release.making import Released


def run(folder: Path, *arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "qikg", *arguments]
    return subprocess.run(
        command, cwd=folder, env=dict(environment), capture_output=True, encoding="utf-8", timeout=300, check=False
    )


@pytest.fixture
def environment(engine: Engine) -> Mapping[str, str]:
    return {**os.environ, **engine.environment}


def test_a_release_is_made_and_says_what_it_is(
    released: Released, environment: Mapping[str, str], tmp_path: Path
) -> None:
    done = run(tmp_path, "release", "new", "--since", str(released.folder), environment=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert f"Release {released.version} in new: 43," in done.stderr
    assert "Nodes: 0 added, 0 removed, 0 changed." in done.stderr
    assert released.sha256 in done.stderr
    assert "not registered yet" in done.stderr
    again = run(tmp_path, "diff", "new", str(released.folder / "graph.ttl"), environment=environment)
    assert again.returncode == 0
    assert again.stdout.startswith("From new to ")
    assert "Nothing was added, removed or changed." in again.stdout
    told = run(tmp_path, "diff", "new", "new", "--format", "json", "--out", "diff.json", environment=environment)
    assert told.returncode == 0
    assert json.loads((tmp_path / "diff.json").read_text("utf-8"))["counts"]["nodes"]["added"] == 0


def test_wrong_use_ends_with_2_and_says_what_to_do(
    graph_store: object, environment: Mapping[str, str], tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    for arguments, words in (
        (["release", "."], "is no release. Name another one."),
        (["release", "new", "--since", "nowhere"], "nowhere is no release."),
        (["diff", "a", "b"], "There is no a. Name the folder of a release, or an RDF file."),
        (["diff", "a", "b", "--format", "xml"], "There are text and json."),
    ):
        done = run(tmp_path, *arguments, environment=environment)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert words in done.stderr, arguments
        assert "Traceback" not in done.stderr


def test_python_says_the_same_in_one_call(
    released: Released, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in engine.environment.items():
        monkeypatch.setenv(name, value)
    with qikg.open() as graph:
        assert graph.release(tmp_path / "new").sha256 == released.sha256
    assert not qikg.diff(tmp_path / "new", released.folder)
