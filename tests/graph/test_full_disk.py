"""A disk that fills up while the graph is built anew: the old graph is still whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from disks import small_disk

import qikg

pytestmark = pytest.mark.embedded


def test_the_old_graph_is_whole_after_the_disk_filled_up_while_building(tmp_path: Path) -> None:
    with small_disk(tmp_path, 200) as disk:
        the_old_graph_outlives_a_full(disk)


def the_old_graph_outlives_a_full(disk: Path) -> None:
    with qikg.open(disk / "store") as graph:
        graph.build()
        before = [dict(row) for row in graph.ask("case-matrix")]
        fill = disk / "fill"
        with fill.open("wb") as file:
            file.write(b"x" * (shutil.disk_usage(disk).free - 1_000_000))
        with pytest.raises(qikg.StoreError) as failure:
            graph.build()
        assert "disk" in str(failure.value)
        assert [dict(row) for row in graph.ask("case-matrix")] == before
        fill.unlink()
    with qikg.open(disk / "store") as graph:
        graph.build()
        assert [dict(row) for row in graph.ask("case-matrix")] == before
