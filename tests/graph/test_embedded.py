"""What only the embedded store does: folders, one writer at a time, replacement, its time limit, repair."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from clients import OPEN, Client, kill_engine, until_gone

from qikg.graph import EmbeddedStore, wipe
from qikg.graph.definitions import engine_commands
from qikg.graph.integrity import Uniqueness
from qikg.graph.store import Store, Transaction
from qikg.ontology.errors import QueryStopped, StoreBusy, StoreError, StoreUnavailable, UsageError

pytestmark = pytest.mark.embedded

UNIQUE = "CREATE CONSTRAINT row_id IF NOT EXISTS FOR (n:Row) REQUIRE n.id IS UNIQUE"
LIMIT = 1.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded") / "store"


@pytest.fixture(scope="module")
def quick(folder: Path) -> Iterator[EmbeddedStore]:
    """A store with a time limit of one second; the tests put graphs of their own into it."""
    with EmbeddedStore(folder, time_limit=LIMIT, write_patience=0.3) as store:
        yield store


@pytest.fixture
def store(quick: EmbeddedStore) -> EmbeddedStore:
    """The same with an empty graph."""
    with quick.replacement() as fresh:
        fresh.define([UNIQUE])
    return quick


def fill(store: Store, generation: int, rows: int = 200) -> None:
    query = "UNWIND range(1, $rows) AS i MERGE (n:Row {id: toString(i)}) SET n.generation = $generation"
    store.write(lambda transaction: transaction.run(query, {"rows": rows, "generation": generation}))


def run(store: Store, query: str) -> None:
    store.write(lambda transaction: transaction.run(query))


def generations(store: Store) -> dict[object, object]:
    rows = store.read("MATCH (n:Row) RETURN n.generation AS generation, count(n) AS n")
    return {row["generation"]: row["n"] for row in rows}


def replaced_in_vain(store: EmbeddedStore) -> Store:
    """Begin a replacement that fails; give what was begun."""
    begun: list[Store] = []
    with suppress(ZeroDivisionError), store.replacement() as fresh:
        begun.append(fresh)
        fill(fresh, 2)
        raise ZeroDivisionError
    return begun[0]


# --- folders


def test_the_address_is_the_folder_and_the_engine_is_named(quick: EmbeddedStore, folder: Path) -> None:
    assert quick.address == str(folder)
    assert quick.engine.startswith("ArcadeDB 2")
    assert repr(quick) == f"EmbeddedStore({str(folder)!r})"


def test_a_folder_with_other_files_is_no_store_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    for use in (EmbeddedStore, wipe):
        with pytest.raises(StoreUnavailable, match=r"thesis\.docx"):
            use(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(StoreUnavailable, match="/dev/null/store"):
        EmbeddedStore("/dev/null/store")


def test_a_store_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "store.json").write_text('{"qikg_store": 99}', "utf-8")
    with pytest.raises(StoreUnavailable, match="99"):
        EmbeddedStore(tmp_path)


def test_wiping_waits_for_no_other_client_and_keeps_what_is_not_ours(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with EmbeddedStore(folder) as first, EmbeddedStore(folder) as second:
        fill(first, 1)
        (first.kept / "fetched.csv").touch()
        (folder / "notes.txt").touch()
        with pytest.raises(StoreBusy, match=str(folder)):
            first.wipe()
        assert generations(second) == {1: 200}
    assert second.wipe() == ["notes.txt"]
    assert {path.name for path in folder.iterdir()} == {"engine.lock", "lease.lock", "write.lock", "notes.txt"}
    assert wipe(tmp_path / "nothing") == []


# --- one writer at a time


def test_a_second_writer_is_told_which_store_is_busy(store: EmbeddedStore, folder: Path) -> None:
    client = Client(OPEN + "with store.writing(): print('writes', flush=True); sys.stdin.read()\nstore.close()", folder)
    assert client.line() == "writes"
    with pytest.raises(StoreBusy, match=str(folder)):
        fill(store, 1)
    assert generations(store) == {}
    client.end()
    fill(store, 2)
    assert generations(store) == {2: 200}


def test_a_block_of_writes_may_hold_other_blocks(store: EmbeddedStore) -> None:
    with store.writing():
        fill(store, 1)
        with store.writing():
            fill(store, 2)
    assert generations(store) == {2: 200}


def test_threads_of_one_store_write_one_after_the_other(store: EmbeddedStore) -> None:
    def add_one(transaction: Transaction) -> None:
        transaction.run("MERGE (n:Row {id: 'counter'}) SET n.generation = coalesce(n.generation, 0) + 1")

    threads = [threading.Thread(target=lambda: [store.write(add_one) for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert generations(store) == {40: 1}


# --- replacement


def test_every_reader_sees_the_old_or_the_new_graph_as_a_whole(store: EmbeddedStore, folder: Path) -> None:
    fill(store, 0)
    seen: list[dict[object, object]] = []
    ended = threading.Event()

    def look(reader: EmbeddedStore) -> None:
        while not ended.is_set():
            seen.append(generations(reader))

    with EmbeddedStore(folder) as other:
        threads = [threading.Thread(target=look, args=(reader,)) for reader in (store, other)]
        for thread in threads:
            thread.start()
        for generation in (1, 2, 3):
            with store.replacement() as fresh:
                fresh.define([UNIQUE])
                fill(fresh, generation)
                assert list(fresh.stream("MATCH (n:Row) RETURN count(n) AS n")) == [{"n": 200}]
            assert generations(other) == {generation: 200}
        ended.set()
        for thread in threads:
            thread.join()
    assert len(seen) > 10
    assert all(graph in ({0: 200}, {1: 200}, {2: 200}, {3: 200}) for graph in seen)


def test_a_replacement_that_fails_leaves_the_old_graph(store: EmbeddedStore) -> None:
    fill(store, 1)
    fresh = replaced_in_vain(store)
    assert generations(store) == {1: 200}
    with pytest.raises(StoreUnavailable):
        fresh.read("RETURN 1")
    fill(store, 3)
    assert generations(store) == {3: 200}


def test_nothing_is_written_to_a_graph_that_is_being_replaced(store: EmbeddedStore) -> None:
    with store.replacement():
        with pytest.raises(StoreError, match="replaced"):
            fill(store, 1)
        with pytest.raises(StoreError, match="replaced"):
            store.define([UNIQUE])
        with pytest.raises(StoreError, match="replaced"), store.replacement():
            pass


def test_a_replacement_does_not_outlive_its_engine(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "store") as store:
        fill(store, 1)

        def replace() -> None:
            with store.replacement() as fresh:
                fill(fresh, 2)
                kill_engine(tmp_path / "store")
                store.read("RETURN 1")

        with pytest.raises(StoreUnavailable, match="unchanged"):
            replace()
        assert generations(store) == {1: 200}


def test_old_and_abandoned_databases_are_dropped_by_the_next_engine(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with EmbeddedStore(folder) as store:
        replaced_in_vain(store)
        with store.replacement() as fresh:
            fill(fresh, 1)
    until_gone(folder)
    with EmbeddedStore(folder) as store:
        assert generations(store) == {1: 200}
        assert [path.name for path in (folder / "engine" / "databases").glob("kg_*")] == ["kg_3"]


# --- the time limit

ENDLESS = "MATCH p = (:Row {id: '1'})-[:TO*1..60]->() RETURN count(p)"


@pytest.fixture
def tangle(store: EmbeddedStore) -> EmbeddedStore:
    fill(store, 1)
    query = (
        "UNWIND range(1, 200) AS i UNWIND range(1, 5) AS j "
        "MATCH (a:Row {id: toString(i)}) MATCH (b:Row {id: toString(1 + (i * 7 + j * 13) % 200)}) CREATE (a)-[:TO]->(b)"
    )
    store.write(lambda transaction: transaction.run(query))
    return store


def test_an_endless_query_is_ended_and_the_next_one_answers(tangle: EmbeddedStore) -> None:
    start = time.monotonic()
    with pytest.raises(QueryStopped, match="QIKG_TIME_LIMIT"):
        tangle.read(ENDLESS)
    assert LIMIT <= time.monotonic() - start < 5 * LIMIT
    assert generations(tangle) == {1: 200}


def test_a_slow_reader_of_a_stream_is_not_cut_off(store: EmbeddedStore) -> None:
    fill(store, 1, rows=5000)
    seen = 0
    for _ in store.stream("MATCH (n:Row) RETURN n.id AS id"):
        seen += 1
        if seen % 1000 == 0:
            time.sleep(0.4 * LIMIT)
    assert seen == 5000


def test_the_limit_is_lifted_for_a_while_and_then_holds_again(tangle: EmbeddedStore) -> None:
    slow = "UNWIND range(1, 900000) AS x UNWIND range(1, 5) AS y RETURN count(*) AS n"
    with tangle.long_running():
        assert list(tangle.read(slow)) == [{"n": 4_500_000}]
    with pytest.raises(QueryStopped):
        tangle.read(ENDLESS)


def test_a_limit_that_is_no_number_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("soon", "0", "-1", "inf", "nan"):
        monkeypatch.setenv("QIKG_TIME_LIMIT", text)
        with pytest.raises(UsageError, match="QIKG_TIME_LIMIT"):
            EmbeddedStore(tmp_path / "store")


# --- constraints


def test_repair_keeps_keys_unique_and_loses_nothing(store: EmbeddedStore) -> None:
    edge = "CREATE CONSTRAINT edge_key IF NOT EXISTS FOR ()-[r:EDGE]-() REQUIRE r.key IS UNIQUE"
    store.define([edge])
    fill(store, 1, rows=3000)
    store.write(lambda transaction: transaction.run("MATCH (n:Row {id: '1'}) CREATE (n)-[:EDGE {key: 'k'}]->(n)"))
    assert sorted(store.repair()) == [
        "made the unique constraint edge_key on EDGE.key anew",
        "made the unique constraint row_id on Row.id anew",
    ]
    assert generations(store) == {1: 3000}
    for again in ("CREATE (:Row {id: '2999'})", "MATCH (n:Row {id: '1'}) CREATE (n)-[:EDGE {key: 'k'}]->(n)"):
        with pytest.raises(StoreError):
            run(store, again)


@pytest.mark.parametrize(
    ("statement", "commands"),
    [
        (
            "create constraint `a b` if not exists for (x:`A B`) require (x.key) is unique;",
            ["CREATE VERTEX TYPE `A B` IF NOT EXISTS", "CREATE PROPERTY `A B`.`key` IF NOT EXISTS STRING", None],
        ),
        (
            Uniqueness("t", "T", "key", of_nodes=False).statement,
            ["CREATE EDGE TYPE `T` IF NOT EXISTS", "CREATE PROPERTY `T`.`key` IF NOT EXISTS STRING", None],
        ),
        (
            "CREATE FULLTEXT INDEX text IF NOT EXISTS\nFOR (n:L)\nON EACH [n.a, n.`b c`]",
            [
                "CREATE VERTEX TYPE `L` IF NOT EXISTS",
                "CREATE PROPERTY `L`.`a` IF NOT EXISTS STRING",
                "CREATE PROPERTY `L`.`b c` IF NOT EXISTS STRING",
                "CREATE INDEX `text` IF NOT EXISTS ON `L` (`a`, `b c`) FULL_TEXT",
            ],
        ),
        ("CREATE INDEX i IF NOT EXISTS FOR (n:L) ON (n.a)", [None]),
    ],
)
def test_ddl_becomes_what_the_engine_needs(statement: str, commands: list[str | None]) -> None:
    expected = [statement if command is None else command for command in commands]
    assert [command.text for command in engine_commands(statement)] == expected
