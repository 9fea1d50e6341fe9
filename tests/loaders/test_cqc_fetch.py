"""Fetching from a service that behaves badly on purpose; it runs on this machine, and the real one is never called."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cqc_service import KEY, Answer, Api, ok

from qikg.loaders.cqc.api import read, recognises
from qikg.loaders.cqc.asking import Service
from qikg.loaders.cqc.fetching import fetch, key_from_environment
from qikg.loaders.report import LoadReport
from qikg.ontology.errors import QikgError, UsageError
from qikg.ontology.registers import Location


@pytest.fixture
def api() -> Iterator[Api]:
    found = Api()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture(autouse=True)
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the program would have waited; nobody waits in the tests."""
    waits: list[float] = []
    start = Service.__init__

    def without_waiting(self: Service, *arguments: Any, **more: Any) -> None:
        start(self, *arguments, **{**more, "sleep": waits.append})

    monkeypatch.setattr(Service, "__init__", without_waiting)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return waits


def get(api: Api, folder: Path, **more: Any) -> Any:
    return fetch(folder, **{"key": KEY, "base_url": api.url, "per_minute": 1e9, **more})


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_all_records_are_fetched_page_by_page_and_can_be_loaded(api: Api, tmp_path: Path) -> None:
    account = get(api, tmp_path)

    assert (account.written, account.kept, account.missing, account.failed) == (8, 0, [], {})
    assert account.asked == len(api.asked) == 3 + 1 + 7 + 1
    assert recognises(tmp_path)
    report = LoadReport()
    contents = list(read(tmp_path, report))
    assert report.problems == []
    ids = {node.id for content in contents for node in content.nodes if isinstance(node, Location)}
    assert ids == set(api.locations)
    today = json.loads((tmp_path / "fetched.json").read_text())["until"][:10]
    assert {content.as_of for content in contents} == {today}


def test_no_name_of_a_person_is_written(api: Api, tmp_path: Path) -> None:
    get(api, tmp_path)
    held = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())

    assert "Invented House" in held
    assert "Quillfeather" not in held
    assert "Zebedee" not in held


def test_every_request_says_who_asks(api: Api, tmp_path: Path) -> None:
    get(api, tmp_path)

    assert len(api.agents) == 1
    assert "qikg" in str(api.agents)


def test_a_wrong_key_ends_it_at_once_and_is_never_shown(
    api: Api, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(UsageError, match="QIKG_CQC_KEY") as caught:
        get(api, tmp_path, key="wrong-key-4711")

    assert "4711" not in str(caught.value) + caplog.text + repr(Service("wrong-key-4711"))


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "schlüssel"])
def test_a_key_that_can_be_none_is_refused_without_being_shown(api: Api, tmp_path: Path, key: str) -> None:
    with pytest.raises(UsageError) as caught:
        get(api, tmp_path, key=key)

    assert not key or key not in str(caught.value)
    assert api.asked == []


def test_a_service_that_forbids_ends_it_at_once(api: Api, tmp_path: Path) -> None:
    api.wrong["/locations"] = [(403, {}, b"")]
    with pytest.raises(UsageError, match="403"):
        get(api, tmp_path)


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIKG_CQC_KEY", f" {KEY}\n")
    assert key_from_environment() == KEY
    monkeypatch.delenv("QIKG_CQC_KEY")
    with pytest.raises(UsageError, match="QIKG_CQC_KEY"):
        key_from_environment()


def test_the_key_is_not_sent_in_the_clear_nor_to_another_address(api: Api, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="https"):
        get(api, tmp_path, base_url="http://api.example.org/public/v1")
    other = Api()
    seen: list[str | None] = []
    other.answer = lambda path, key, agent: seen.append(key) or ok({})  # type: ignore[method-assign, func-returns-value]
    api.wrong["/providers/1-9999900001"] = [(302, {"Location": f"{other.url}/x"}, b"")] * 20
    account = get(api, tmp_path)
    other.server.shutdown()
    other.server.server_close()

    assert list(account.failed) == ["1-9999900001"]
    assert set(seen) == {None}


def test_too_often_and_out_of_order_are_waited_out_as_the_service_asks(
    api: Api, tmp_path: Path, waited: list[float]
) -> None:
    api.wrong["/locations"] = [
        (429, {"Retry-After": "7"}, b""),
        (500, {}, b"oops"),
        (503, {"Retry-After": "86400"}, b""),
    ]
    api.wrong["/providers"] = [(502, {}, b"")] * 6
    account = get(api, tmp_path)

    assert account.written == 8
    assert waited[:3] == [7.0, 0.5, 60.0]
    assert waited[3:] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0]


def test_an_answer_that_is_cut_off_or_something_else_is_asked_for_again(api: Api, tmp_path: Path) -> None:
    first, second = "/locations/1-9999800000", "/locations/1-9999800001"
    whole = json.dumps(api.locations["1-9999800000"]).encode()
    api.wrong[first] = [
        (200, {"Content-Length": str(len(whole) + 50)}, whole[:40]),
        (200, {}, whole[:40]),
        (200, {}, b"<html>"),
    ]
    api.wrong[second] = [ok(api.locations["1-9999800000"]), ok([1]), ok({"locationId": None})]
    account = get(api, tmp_path)

    assert account.written == 8
    assert api.count()[first] == api.count()[second] == 4
    for path in tmp_path.glob("location_details/*.json"):
        assert json.loads(path.read_text())["locationId"] in path.name


def test_a_record_that_never_comes_is_told_and_asked_for_by_the_next_run(api: Api, tmp_path: Path) -> None:
    api.wrong["/locations/1-9999800003"] = [(500, {}, b"")] * 8
    account = get(api, tmp_path)
    before = len(api.asked)

    assert (account.written, list(account.failed)) == (7, ["1-9999800003"])
    assert "500" in account.failed["1-9999800003"]
    assert not (tmp_path / "fetched.json").exists()
    again = get(api, tmp_path)
    assert (again.written, again.kept) == (1, 7)
    assert api.asked[before:] == ["/locations/1-9999800003"]
    assert (tmp_path / "fetched.json").exists()


def test_a_service_that_is_gone_stops_the_run_which_can_go_on_later(api: Api, tmp_path: Path) -> None:
    for identifier in list(api.locations)[2:]:
        api.wrong[f"/locations/{identifier}"] = [(503, {}, b"")] * 8
    with pytest.raises(QikgError, match="5th time in a row"):
        get(api, tmp_path)
    again = get(api, tmp_path)

    assert (again.written, again.kept) == (6, 2)


def test_what_is_listed_and_not_there_is_an_answer_too(api: Api, tmp_path: Path) -> None:
    api.changes = ["1-9999800099", "1-9999800001", "rdu50", "rdu99", "../../etc", "1-9999800099"]
    api.locations["RDU50"] = api.location("RDU50")
    account = get(api, tmp_path, since="2026-08-01")

    assert (account.missing, account.refused) == (["1-9999800099", "rdu99"], ["../../etc"])
    assert {path.name for path in (tmp_path / "location_details").iterdir()} == {
        "location_1-9999800001.json", "location_RDU50.json"
    }  # fmt: skip
    assert api.count()["/locations/rdu50"] == api.count()["/locations/RDU50"] == 1
    assert any(
        path.startswith("/changes/location?") and "startTimestamp=2026-08-01T00%3A00%3A00Z" in path
        for path in api.asked
    )
    assert not any(path.startswith("/locations?") for path in api.asked)


def test_a_complete_folder_is_brought_up_to_date_with_what_changed(api: Api, tmp_path: Path) -> None:
    get(api, tmp_path)
    api.asked.clear()
    api.changes = ["1-9999800002"]
    api.locations["1-9999800002"] = api.location("1-9999800002", "New House")
    api.locations["1-9999800050"] = api.location("1-9999800050")
    account = get(api, tmp_path)

    assert (account.written, account.kept) == (2, 7)
    assert {path for path in api.count() if path.count("/") == 2 and "changes" not in path} == {
        "/locations/1-9999800002", "/locations/1-9999800050"
    }  # fmt: skip
    assert "New House" in (tmp_path / "location_details" / "location_1-9999800002.json").read_text()


def test_one_local_authority_is_asked_for_by_name_and_changes_elsewhere_are_left(api: Api, tmp_path: Path) -> None:
    api.changes = ["1-9999800002", "1-9999811111"]
    account = get(api, tmp_path, local_authority="Oldham & Co", since="2026-08-01")

    assert account.written == 1
    assert any(path.startswith("/locations?") and "localAuthority=Oldham+%26+Co" in path for path in api.asked)


def test_a_list_that_changes_while_it_is_read_is_read_again(api: Api, tmp_path: Path) -> None:
    def one_goes() -> Answer:
        answer = api.page("locations", [{"locationId": one} for one in api.locations], {"page": "1"})
        del api.locations["1-9999800000"]  # the others move up: the fourth is now on the page that was turned already
        return answer

    api.wrong["/locations"] = [one_goes]
    account = get(api, tmp_path)

    assert account.missing == ["1-9999800000"]
    assert account.written == 6 + 1


def test_pages_that_never_end_are_not_turned_for_ever(api: Api, tmp_path: Path) -> None:
    api.wrong["/providers"] = [ok({"total": 0, "totalPages": 10**9, "providers": []})] * 3
    account = get(api, tmp_path)

    assert account.written == 7


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", ""])
def test_a_moment_that_is_none_is_wrong_use(api: Api, tmp_path: Path, since: str) -> None:
    with pytest.raises(UsageError, match="moment"):
        get(api, tmp_path, since=since)


def test_a_rate_is_kept(api: Api, tmp_path: Path, waited: list[float]) -> None:
    get(api, tmp_path, per_minute=60)

    assert len(waited) == len(api.asked) - 1
    assert all(0 < wait <= len(api.asked) for wait in waited)


def test_a_service_that_cannot_be_reached_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(QikgError, match="cannot be reached"):
        fetch(tmp_path, key=KEY, base_url="http://127.0.0.1:9/public/v1", per_minute=1e9)


def test_a_folder_that_cannot_be_written_is_said_plainly(api: Api, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(QikgError, match="cannot be written"):
        get(api, tmp_path / "taken")


def test_a_run_that_was_killed_goes_on_where_it_stopped(api: Api, tmp_path: Path) -> None:
    api.slow = 0.1
    program = (
        "import pathlib, sys; from qikg.loaders.cqc.fetching import fetch; "
        "fetch(pathlib.Path(sys.argv[1]), key=sys.argv[2], base_url=sys.argv[3], per_minute=1e9)"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path), KEY, api.url])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(list(tmp_path.glob("location_details/*.json"))) < 3:
        time.sleep(0.01)
    process.kill()
    process.wait()
    api.slow = 0.0
    there = len(list(tmp_path.glob("*_details/location_*.json")))
    before = len(api.asked)
    account = get(api, tmp_path)

    assert 3 <= there < 7
    assert (account.written, account.kept) == (8 - there, there)
    assert len(api.asked) - before == 8 - there
    assert not [name for name in names(tmp_path) if name.startswith(".") and not name.endswith(".part")]
    for path in tmp_path.glob("*_details/location_*.json"):
        assert json.loads(path.read_text())["locationId"] in path.name


def test_a_broken_off_run_asks_again_only_for_what_changed_and_is_not_done(api: Api, tmp_path: Path) -> None:
    get(api, tmp_path)
    api.changes = sorted(api.locations)
    api.wrong["/locations/1-9999800004"] = [(500, {}, b"")] * 8
    api.asked.clear()
    get(api, tmp_path, since="2026-08-01")
    api.asked.clear()
    get(api, tmp_path, since="2026-08-01")

    assert api.asked == ["/locations/1-9999800004"]


def test_an_opener_of_ones_own_is_used(api: Api, tmp_path: Path) -> None:
    opened: list[str] = []

    class Opener:
        def open(self, fullurl: urllib.request.Request, data: None = None, timeout: float | None = None) -> Any:
            opened.append(fullurl.full_url)
            return urllib.request.build_opener().open(fullurl, timeout=timeout)

    get(api, tmp_path, opener=Opener())

    assert len(opened) == len(api.asked)
