"""A graph on a server: addresses, log-in, limits, plans."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import until_gone
from servers import Server

from qikg.graph import EmbeddedStore, Neo4jStore, Store, open_store, refuse_writes
from qikg.graph.folder import EngineAddress, StoreFolder
from qikg.ontology.ddl import ddl
from qikg.ontology.errors import QueryError, QueryStopped, StoreUnavailable, UsageError, WriteRefused


@pytest.mark.parametrize(
    "address",
    ["http://localhost:7474", "bolt:localhost", "bolt://", "bolt://host:port", "bolt://host/database", "file:///tmp/x"],
)
def test_what_is_no_bolt_address_is_wrong_use(address: str) -> None:
    with pytest.raises(UsageError):
        Neo4jStore(address)


def test_an_address_with_a_password_is_refused_and_not_repeated() -> None:
    for address in ("bolt://neo4j:hunter2@localhost", "ftp://a:hunter2@b", "neo4j+s://hunter2@x:7687"):
        with pytest.raises(UsageError, match="QIKG_PASSWORD") as caught:
            open_store(address)
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s"])
def test_a_server_that_does_not_answer_is_named_at_once(scheme: str, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("neo4j").propagate = False  # pytest's own handler would print them
    start = time.monotonic()
    with pytest.raises(StoreUnavailable, match=f"{scheme.replace('+', '.')}://127.0.0.1:9 "):
        Neo4jStore(f"{scheme}://127.0.0.1:9")
    assert time.monotonic() - start < 10
    assert capfd.readouterr() == ("", "")
    logging.getLogger("neo4j").propagate = True


def test_a_host_that_does_not_exist_is_named() -> None:
    with pytest.raises(StoreUnavailable, match=r"no-such-host\.invalid"):
        Neo4jStore("bolt://no-such-host.invalid:7687")


# --- log-in, at a server that asks for a password: the embedded engine's own Bolt


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineAddress]:
    folder = tmp_path_factory.mktemp("guarded") / "store"
    with EmbeddedStore(folder):
        found = StoreFolder(folder).address()
        assert found is not None
        yield found
    until_gone(folder)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QIKG_USER", "QIKG_PASSWORD", "QIKG_PASSWORD_FILE", "QIKG_DATABASE"):
        monkeypatch.delenv(name, raising=False)


def address(guarded: EngineAddress) -> str:
    return f"bolt://127.0.0.1:{guarded.bolt_port}"


@pytest.mark.embedded
def test_a_wrong_password_is_told_from_a_missing_server(guarded: EngineAddress) -> None:
    with pytest.raises(StoreUnavailable, match=r"wrong user or password; .*QIKG_PASSWORD_FILE") as caught:
        Neo4jStore(address(guarded), "root", "hunter2")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(StoreUnavailable, match="wrong user or password"):
        open_store(address(guarded))


@pytest.mark.embedded
def test_user_and_password_come_from_the_environment(guarded: EngineAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIKG_STORE", address(guarded))
    monkeypatch.setenv("QIKG_USER", "root")
    monkeypatch.setenv("QIKG_PASSWORD", guarded.password)
    monkeypatch.setenv("QIKG_DATABASE", "kg_1")
    store = open_store()
    assert store.read("RETURN 1").values == ((1,),)
    assert guarded.password not in repr(store) + repr(guarded)
    store.close()


@pytest.mark.embedded
def test_the_password_comes_from_a_file(
    guarded: EngineAddress, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    monkeypatch.setenv("QIKG_PASSWORD_FILE", str(file))
    with pytest.raises(UsageError, match=str(file)):
        open_store(address(guarded), user="root")
    file.write_text("\n", "utf-8")
    with pytest.raises(UsageError, match="empty"):
        open_store(address(guarded), user="root")
    file.write_text(f"{guarded.password}\nmore\n", "utf-8")
    open_store(address(guarded), user="root").close()


@pytest.mark.embedded
def test_a_password_is_asked_for_only_where_the_server_wants_one(guarded: EngineAddress) -> None:
    asked: list[tuple[str, str]] = []

    def ask(user: str, place: str) -> str:
        asked.append((user, place))
        return guarded.password

    open_store(address(guarded), user="root", ask_password=ask).close()
    open_store(address(guarded), user="root", password=guarded.password, ask_password=ask).close()
    assert asked == [("root", address(guarded))]
    with pytest.raises(StoreUnavailable):
        open_store("bolt://127.0.0.1:9", ask_password=ask)
    assert len(asked) == 1


# --- Neo4j


def test_the_server_is_named(neo4j_store: Store, neo4j_uri: str) -> None:
    assert neo4j_store.address == neo4j_uri
    assert isinstance(neo4j_store, Neo4jStore)
    assert neo4j_store.engine.startswith("Neo4j ")


def test_repair_makes_what_is_missing_and_nothing_else(neo4j_store: Store) -> None:
    neo4j_store.define([one for one in ddl() if " source_url " not in one and " rating_id " not in one])

    assert neo4j_store.repair() == ["made the index rating_id on Rating.id", "made the index source_url on Source.url"]
    assert neo4j_store.repair() == []


def test_a_routing_address_works_on_a_single_server(neo4j_store: Store, neo4j_test_server: Server) -> None:
    server = neo4j_test_server
    routing = server.uri.replace("bolt", "neo4j", 1)
    with Neo4jStore(routing, server.user, server.password, server.database) as store:
        store.write(lambda transaction: transaction.run("CREATE (:Row {id: 'a'})"))
        assert store.read("MATCH (n:Row) RETURN n.id").values == (("a",),)
        with pytest.raises(WriteRefused):
            store.read("CREATE (:Row)")


def test_a_query_is_ended_after_its_time(neo4j_store: Store, neo4j_test_server: Server) -> None:
    endless = "UNWIND range(1, 1000000) AS x UNWIND range(1, 1000000) AS y WITH x WHERE x < 0 RETURN count(*)"
    with pytest.raises(QueryStopped, match="1 s"):
        neo4j_store.read(endless, timeout=1)
    server = neo4j_test_server
    quick = Neo4jStore(server.uri, server.user, server.password, server.database, time_limit=0.5)
    with quick, pytest.raises(QueryStopped, match=r"0\.5 s"):
        quick.read(endless)
    assert neo4j_store.read("RETURN 1").values == ((1,),)


def test_plans_are_looked_at_before_a_users_query_is_run(neo4j_store: Store) -> None:
    assert isinstance(neo4j_store, Neo4jStore)
    for query in (
        "MATCH (n {name: $name}) RETURN n",
        "SHOW INDEXES",
        "PROFILE MATCH (n:Set) RETURN n.set",
        "CALL db.labels()",
        "MATCH (n) RETURN COUNT { (n)--() } AS c",
    ):
        refuse_writes(neo4j_store, query)
    assert "LoadCSV" in neo4j_store.explain("LOAD CSV FROM 'file:///x' AS l RETURN l").operators
    assert neo4j_store.explain("CREATE (n)").kind == "w"
    assert neo4j_store.explain("MATCH (n) RETURN n").kind == "r"


def test_a_mistake_in_a_users_query_is_named_where_it_stands(neo4j_store: Store) -> None:
    with pytest.raises(QueryError, match=r"line 1, column 11 \(offset: 10\)") as caught:
        refuse_writes(neo4j_store, "MATCH (n) RETRUN n")
    text, mark = str(caught.value).split("\n")[-2:]
    assert text == '"MATCH (n) RETRUN n"'
    assert mark.index("^") == text.index("RETRUN")
    with pytest.raises(QueryError, match=r"line 2, column 2 "):
        refuse_writes(neo4j_store, "MATCH (n)\n RETRUN n")
