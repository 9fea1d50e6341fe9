"""What a service has is fetched and loaded in one go, and can be fetched again after a break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cqc_service import KEY, Api

from qikg.graph.store import Store
from qikg.loaders import fetch_and_load
from qikg.loaders.cqc import asking
from qikg.ontology.errors import QikgError, UsageError


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    found = Api()
    monkeypatch.setenv("QIKG_CQC_URL", found.url)
    monkeypatch.setenv("QIKG_CQC_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(asking, "_FIRST_WAIT", 0.001)
    yield found
    found.server.shutdown()
    found.server.server_close()


def names(store: Store) -> set[str]:
    return {str(row["id"]) for row in store.read("MATCH (l:Location) WHERE l.cqc_name = 'Invented House' RETURN l.id AS id")}


def test_what_the_service_has_is_in_the_graph(store: Store, api: Api, tmp_path: Path) -> None:
    done = fetch_and_load(store, "cqc-api", tmp_path / "records")
    assert done.ok
    assert names(store) == set(api.locations)
    assert "8 records written" in done.notes[0]
    again = fetch_and_load(store, "cqc-api", tmp_path / "records")
    assert again.counts["changed"] == 0


def test_a_record_that_never_comes_is_an_error_and_the_others_are_loaded(
    store: Store, api: Api, tmp_path: Path
) -> None:
    lost = next(iter(api.locations))
    api.wrong[f"/locations/{lost}"] = [(500, {}, b"")] * 20
    done = fetch_and_load(store, "cqc-api", tmp_path / "records")
    assert [problem.value for problem in done.errors] == [lost]
    assert names(store) == set(api.locations) - {lost}
    api.wrong = {}
    assert fetch_and_load(store, "cqc-api", tmp_path / "records").ok
    assert names(store) == set(api.locations)


def test_without_a_key_nothing_is_asked(
    embedded_store: Store, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QIKG_CQC_KEY")
    with pytest.raises(UsageError, match="QIKG_CQC_KEY"):
        fetch_and_load(embedded_store, "cqc-api", tmp_path)
    assert api.asked == []


@pytest.mark.parametrize(("kind", "since"), [("cqc-ratings", None), ("ods", "2026-01-01"), ("everything", None)])
def test_what_no_service_has_is_wrong_use(embedded_store: Store, tmp_path: Path, kind: str, since: str | None) -> None:
    with pytest.raises(UsageError):
        fetch_and_load(embedded_store, kind, tmp_path, since=since)


def test_a_service_out_of_reach_is_an_error_of_one_sentence(
    embedded_store: Store, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIKG_CQC_URL", "http://127.0.0.1:9/none")
    with pytest.raises(QikgError):
        fetch_and_load(embedded_store, "cqc-api", tmp_path / "records")
