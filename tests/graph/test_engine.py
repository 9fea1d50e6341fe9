"""The life of the embedded engine: who starts it, who keeps it, and what outlives a kill."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import OPEN, WRITES_FOR_EVER, Client, engine_process, kill_engine, until_gone

from qikg.graph import EmbeddedStore, Transaction
from qikg.ontology.errors import StoreUnavailable

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def used() -> Iterator[list[Path]]:
    """The folders of all tests: in the end no engine runs on any of them."""
    folders: list[Path] = []
    yield folders
    for folder in folders:
        until_gone(folder)


@pytest.fixture
def folder(tmp_path: Path, used: list[Path]) -> Path:
    used.append(tmp_path / "store")
    return tmp_path / "store"


def count(store: EmbeddedStore) -> int:
    (row,) = store.read("MATCH (n:Row) RETURN count(n) AS n")
    assert isinstance(row["n"], int)
    return row["n"]


def add(store: EmbeddedStore, key: str) -> None:
    store.write(lambda transaction: transaction.run("MERGE (:Row {id: $key})", {"key": key}))


def test_four_clients_at_once_share_one_engine(folder: Path) -> None:
    clients = [Client(OPEN + "print(store.read('RETURN 1')); sys.stdin.read()", folder) for _ in range(4)]
    assert {client.line() for client in clients} == {"Rows(columns=('1',), values=((1,),))"}
    with EmbeddedStore(folder) as store:
        assert (folder / "log" / "engine.log").exists()
        processes = {engine_process(folder)}
        for client in clients:
            client.end()
            assert store.read("RETURN 2").values == ((2,),)
            processes.add(engine_process(folder))
    assert len(processes) == 1


def test_the_engine_leaves_soon_after_its_last_client_and_leaves_nothing_open(folder: Path) -> None:
    with EmbeddedStore(folder):
        pass
    assert until_gone(folder) < 8
    assert not (folder / "server.json").exists()
    assert not (folder / "engine.running").exists()


def test_the_engine_waits_a_moment_for_the_next_client(folder: Path) -> None:
    with EmbeddedStore(folder):
        process = engine_process(folder)
    with EmbeddedStore(folder):
        assert engine_process(folder) == process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_engine_leaves_after_a_client_that_was_interrupted_or_killed(folder: Path, number: signal.Signals) -> None:
    client = Client(OPEN + "print('ready', flush=True); sys.stdin.read()", folder)
    assert client.line() == "ready"
    client.end(number)
    assert until_gone(folder) < 8


def test_ctrl_c_at_one_client_does_not_disturb_another(folder: Path) -> None:
    first = Client(WRITES_FOR_EVER, folder)  # starts the engine
    first.line()
    with EmbeddedStore(folder) as store:
        process = engine_process(folder)
        first.end(signal.SIGINT)
        add(store, "later")
        assert engine_process(folder) == process


def test_a_client_that_ends_leaves_a_second_one_writing(folder: Path) -> None:
    with EmbeddedStore(folder):
        second = Client(WRITES_FOR_EVER.replace("100000", "40"), folder)
        second.line()
    rest, trouble = second.end()
    assert second.numbers(rest)[-1] == 40
    assert trouble == ""


def test_what_a_killed_client_was_told_is_there_in_whole_batches(folder: Path) -> None:
    client = Client(WRITES_FOR_EVER, folder)
    while int(client.line()) < 5:
        pass
    rest, _ = client.end(signal.SIGKILL)
    told = max([5, *client.numbers(rest)])
    with EmbeddedStore(folder) as store:
        assert count(store) in (50 * told, 50 * (told + 1))


def test_what_clients_of_a_killed_engine_were_told_is_there_for_the_next(folder: Path) -> None:
    client = Client(WRITES_FOR_EVER, folder)
    while int(client.line()) < 5:
        pass
    kill_engine(folder)  # the client fails in the middle of a transaction, or else goes on with a new engine
    time.sleep(1)
    rest, trouble = client.end(signal.SIGKILL if client.process.poll() is None else None)
    assert trouble == "" or "StoreUnavailable" in trouble
    told = max([5, *client.numbers(rest)])
    until_gone(folder)
    with EmbeddedStore(folder) as store:
        assert count(store) in (50 * told, 50 * (told + 1))
        add(store, "0-1")
        assert count(store) in (50 * told, 50 * (told + 1)), "the key is found, not made again"
        assert store.repair() == ["made the unique constraint row_id on Row.id anew"]


def test_an_index_that_is_damaged_when_the_engine_is_killed_is_made_anew(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        store.define(["CREATE CONSTRAINT row_id IF NOT EXISTS FOR (n:Row) REQUIRE n.id IS UNIQUE"])
        query = "UNWIND range(1, 20000) AS i CREATE (:Row {id: toString(i)})"
        store.write(lambda transaction: transaction.run(query))
        kill_engine(folder)
    (index,) = (folder / "engine" / "databases" / "kg_1").glob("Row_0_*.umtidx")
    with index.open("r+b") as file:
        file.seek(64)
        file.write(b"\xff" * (index.stat().st_size - 64))
    with EmbeddedStore(folder) as store:
        assert store.read("MATCH (n:Row {id: '77'}) RETURN n.id").values == (("77",),)
        add(store, "77")
        assert count(store) == 20000


def test_an_open_store_gets_a_new_engine_when_its_own_was_killed(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        add(store, "a")
        kill_engine(folder)
        assert count(store) == 1
        kill_engine(folder)
        add(store, "b")
        kill_engine(folder)
        assert list(store.stream("MATCH (n:Row) RETURN n.id AS id ORDER BY id")) == [{"id": "a"}, {"id": "b"}]


def test_a_transaction_whose_engine_is_killed_fails_and_is_not_repeated(folder: Path) -> None:
    calls = 0
    with EmbeddedStore(folder) as store:

        def work(transaction: Transaction) -> None:
            nonlocal calls
            calls += 1
            kill_engine(folder)
            transaction.run("CREATE (:Row {id: 'x'})")

        with pytest.raises(StoreUnavailable, match=str(folder)):
            store.write(work)
        assert calls == 1
        assert count(store) == 0


def test_an_engine_that_is_told_to_end_ends_in_order(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        add(store, "a")
        os.kill(engine_process(folder), signal.SIGTERM)
        until_gone(folder)
        assert not (folder / "engine.running").exists()
        assert count(store) == 1


def test_nothing_is_written_on_any_terminal(folder: Path) -> None:
    code = OPEN + (
        "store.write(lambda transaction: transaction.run('CREATE (n:Row)'))\n"
        "store.read('MATCH (n:Missing) RETURN n.nothing')\n"
        "store.close()"
    )
    client = Client(code, folder)
    assert client.end() == ("", ""), "and no output is held open by the engine"
    assert client.process.returncode == 0


def test_files_left_by_a_kill_do_not_matter(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        add(store, "a")
        left = (folder / "server.json").read_text("utf-8")
        kill_engine(folder)
    assert (folder / "server.json").read_text("utf-8") == left
    with EmbeddedStore(folder) as store:
        assert count(store) == 1


def test_only_this_user_can_read_the_passwords_and_no_log_holds_them(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        add(store, "a")

        def work(transaction: Transaction) -> None:
            kill_engine(folder)
            transaction.run("CREATE (:Row)")

        with pytest.raises(StoreUnavailable) as caught:
            store.write(work)
        address = json.loads((folder / "server.json").read_text("utf-8"))
        secrets = [address["password"], address["reader_password"]]
        assert (folder / "server.json").stat().st_mode & 0o777 == 0o600
        assert folder.stat().st_mode & 0o777 == 0o700
        shown = repr(store) + repr(vars(store)) + str(caught.value)
    logs = [path for path in folder.rglob("*") if path.suffix in (".log", ".0", ".jsonl")]
    texts = [path.read_text("utf-8", "replace") for path in logs]
    for text in (shown, *texts):
        assert not any(secret in text for secret in secrets)


def test_an_engine_that_cannot_start_says_why(folder: Path) -> None:
    with EmbeddedStore(folder):
        pass
    until_gone(folder)
    (folder / "current").write_text("nonsense", "utf-8")
    with pytest.raises(StoreUnavailable, match="current is damaged"):
        EmbeddedStore(folder)


def test_a_database_without_the_file_that_names_it_is_found(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        add(store, "a")
    until_gone(folder)
    (folder / "current").unlink()
    with EmbeddedStore(folder) as store:
        assert count(store) == 1
