"""A disk that fills up while the graph is built anew: the old graph is still whole."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import qikg

pytestmark = pytest.mark.embedded


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 MB, of its own."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(disk)], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_the_old_graph_is_whole_after_the_disk_filled_up_while_building(small_disk: Path) -> None:
    with qikg.open(small_disk / "store") as graph:
        graph.build()
        before = [dict(row) for row in graph.ask("case-matrix")]
        fill = small_disk / "fill"
        with fill.open("wb") as file:
            file.write(b"x" * (shutil.disk_usage(small_disk).free - 1_000_000))
        with pytest.raises(qikg.StoreError) as failure:
            graph.build()
        assert "disk" in str(failure.value)
        assert [dict(row) for row in graph.ask("case-matrix")] == before
        fill.unlink()
    with qikg.open(small_disk / "store") as graph:
        graph.build()
        assert [dict(row) for row in graph.ask("case-matrix")] == before
