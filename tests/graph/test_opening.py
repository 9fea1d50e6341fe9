"""Which graph is meant."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qikg.graph import EmbeddedStore, default_folder, open_store
from qikg.ontology.errors import StoreUnavailable, UsageError


@pytest.mark.embedded
def test_a_folder_is_opened_by_argument_or_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedStore(tmp_path / "store"):
        monkeypatch.setenv("QIKG_STORE", str(tmp_path / "store"))
        for place in (None, tmp_path / "store", str(tmp_path / "store")):
            store = open_store(place)
            assert store.address == str(tmp_path / "store")
            store.close()


@pytest.mark.embedded
def test_a_platform_without_the_engine_is_told_of_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [place for place in sys.path if "site-packages" not in place])
    monkeypatch.delitem(sys.modules, "arcadedb", raising=False)
    with pytest.raises(StoreUnavailable, match=r"arcadedb is not installed.*--store bolt://"):
        open_store(tmp_path / "store")
    assert not (tmp_path / "store").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the places of other systems")
def test_the_default_is_in_the_data_directory_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    for variable, folder in (
        ("/data", "/data/qikg/store"),
        ("", "/home/ada/.local/share/qikg/store"),
        ("relative", "/home/ada/.local/share/qikg/store"),
    ):
        monkeypatch.setenv("XDG_DATA_HOME", variable)
        assert str(default_folder()) == folder


def test_a_host_without_a_scheme_is_not_taken_for_a_folder() -> None:
    with pytest.raises(UsageError, match="bolt://localhost:7687"):
        open_store("localhost:7687")


def test_importing_the_package_loads_neither_driver_nor_engine() -> None:
    code = "import sys, qikg.graph; print({'neo4j', 'arcadedb', 'http.client'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
