"""A release of the packaged graph, made once an engine."""

from __future__ import annotations

import pytest

from qikg.graph.store import Store
from qikg.release.making import Released, release


@pytest.fixture(scope="module")
def released(graph_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """A release of the packaged graph, on each engine in turn."""
    return release(graph_store, tmp_path_factory.mktemp("release") / "new")
