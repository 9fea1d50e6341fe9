"""What every store does, on the embedded engine and on a real Neo4j."""

from __future__ import annotations

import datetime
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qikg.graph.reading import refuse_writes
from qikg.graph.store import Store, Transaction, Value
from qikg.ontology.errors import QueryError, StoreUnavailable, WriteRefused

UNIQUE = "CREATE CONSTRAINT thing_id IF NOT EXISTS FOR (n:Thing) REQUIRE n.id IS UNIQUE"
TEXT = "CREATE FULLTEXT INDEX thing_text IF NOT EXISTS FOR (n:Thing) ON EACH [n.name, n.note]"


def run(store: Store, query: str, **parameters: Value) -> list[dict[str, Value]]:
    return list(store.write(lambda transaction: transaction.run(query, parameters)))


def test_a_read_sees_what_was_written_just_before(store: Store) -> None:
    store.define([UNIQUE])
    for n in range(20):
        run(store, "MERGE (n:Thing {id: 'a'}) SET n.count = $n", n=n)
        assert list(store.read("MATCH (n:Thing) RETURN n.count AS count")) == [{"count": n}]


def test_rows_hold_columns_and_values_in_order(store: Store) -> None:
    rows = store.read("UNWIND $values AS x RETURN x, x * 2 AS twice", {"values": [1, 2]})
    assert rows.columns == ("x", "twice")
    assert rows.values == ((1, 2), (2, 4))
    assert len(rows) == 2


def test_nodes_relationships_and_paths_come_back_as_their_properties(store: Store) -> None:
    day = datetime.date(2017, 9, 1)
    query = "CREATE (a:Thing {id: 'a', day: $day})-[r:KNOWS {since: $day}]->(b:Thing {id: 'b'}) RETURN a"
    a: Value = {"id": "a", "day": day}
    assert run(store, query, day=day) == [{"a": a}]
    answer = store.read(
        "MATCH p = (a:Thing {id: 'a'})-[r]->(b) "
        "RETURN p, r, [a, b] AS nodes, {a: a} AS map, collect(r) AS collected, [[a.day]] AS nested"
    )
    r: Value = {"since": day}
    b: Value = {"id": "b"}
    assert answer.values == (([a, r, b], r, [a, b], {"a": a}, [r], [[day]]),)


def test_times_come_back_as_plain_python(store: Store) -> None:
    query = "RETURN date('0001-01-01') AS d, datetime('2020-01-02T03:04:05+01:00') AS t, duration('P1DT2S') AS s"
    (row,) = store.read(query)
    zone = datetime.timezone(datetime.timedelta(hours=1))
    assert row["d"] == datetime.date(1, 1, 1)
    assert row["t"] == datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=zone)
    assert row["s"] == "P1DT2S"


VALUES = st.one_of(
    st.text(st.characters(min_codepoint=1, exclude_categories=["Cs"]), max_size=20),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
)
PROPERTIES = st.one_of(
    VALUES,
    st.lists(st.text("aé'\"`\\ \n", max_size=5), max_size=4),
    st.lists(st.dates(), max_size=4),
    st.lists(st.integers(-5, 5), max_size=4),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=PROPERTIES)
def test_a_property_comes_back_as_it_was_written(store: Store, value: Value) -> None:
    run(store, "MERGE (n:Thing {id: 'round'}) SET n.value = $value", value=value)
    (row,) = store.read("MATCH (n:Thing {id: 'round'}) RETURN n.value AS value, n AS node")
    assert row["value"] == value
    assert type(row["value"]) is type(value)
    assert row["node"] == {"id": "round", "value": value}


def test_a_transaction_takes_effect_as_a_whole_or_not_at_all(store: Store) -> None:
    def breaks_off(transaction: Transaction) -> None:
        transaction.run("CREATE (:Thing {id: 'a'})")
        raise FileNotFoundError("of the caller's own")

    with pytest.raises(FileNotFoundError, match="own"):
        store.write(breaks_off)
    assert store.read("MATCH (n) RETURN count(n) AS n").values == ((0,),)


def test_a_transaction_sees_its_own_writes_and_gives_its_result(store: Store) -> None:
    def work(transaction: Transaction) -> int:
        transaction.run("UNWIND range(1, 3) AS i CREATE (:Thing {id: toString(i)})")
        return len(transaction.run("MATCH (n:Thing) RETURN n.id"))

    assert store.write(work) == 3


def test_a_unique_key_is_unique(store: Store) -> None:
    store.define([UNIQUE])
    store.define([UNIQUE])
    run(store, "CREATE (:Thing {id: 'a'})")
    with pytest.raises(QueryError, match="a"):
        run(store, "CREATE (:Thing {id: 'a'})")


def test_a_full_text_index_finds_words(store: Store) -> None:
    store.define([UNIQUE, TEXT, "CREATE INDEX other IF NOT EXISTS FOR (n:Other) ON (n.id)"])
    run(store, "CREATE (:Thing {id: 'a', name: 'Engaging leaders'}), (:Thing {id: 'b', note: 'nothing'})")
    found = store.read("CALL db.index.fulltext.queryNodes('thing_text', 'leaders') YIELD node RETURN node.id AS id")
    assert list(found) == [{"id": "a"}]


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (:Thing {id: 'a'})",
        "CREATE (:NewLabel)",
        "MATCH (n:Thing) SET n.x = 1",
        "MATCH (n:Thing) REMOVE n.id",
        "MATCH (n:Thing) DETACH DELETE n",
        "MERGE (:Thing {id: 'b'})",
        "CREATE INDEX late IF NOT EXISTS FOR (n:Thing) ON (n.x)",
        "DROP CONSTRAINT thing_id",
    ],
)
def test_a_read_cannot_write(store: Store, query: str) -> None:
    store.define([UNIQUE])
    run(store, "CREATE (:Thing {id: 'z'})")
    with pytest.raises(WriteRefused):
        store.read(query)
    with pytest.raises(WriteRefused):
        list(store.stream(query))
    assert list(store.read("MATCH (n) RETURN n")) == [{"n": {"id": "z"}}]
    with pytest.raises(WriteRefused):
        refuse_writes(store, query)


def test_a_mistake_in_a_query_is_named_with_its_place(store: Store) -> None:
    for ask in (store.read, lambda query: list(store.stream(query))):
        with pytest.raises(QueryError, match=r"line 2, column [12]"):
            ask("MATCH (n)\n RETRUN n")
        with pytest.raises(QueryError, match="x"):
            ask("RETURN $x")


def test_a_query_of_a_user_cannot_read_a_file_of_the_server(store: Store) -> None:
    with pytest.raises(WriteRefused, match="LOAD CSV"):
        refuse_writes(store, "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line")


def test_the_embedded_engine_reads_no_file_at_all(embedded_store: Store) -> None:
    with pytest.raises(WriteRefused):
        embedded_store.read("LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line")


def test_rows_are_streamed_one_by_one(store: Store) -> None:
    rows = store.stream("UNWIND range(1, 5000) AS x RETURN x")
    assert next(rows) == {"x": 1}
    assert sum(1 for _ in rows) == 4999
    assert list(store.stream("MATCH (n:Nothing) RETURN n")) == []


def test_a_stream_can_be_left_early(store: Store) -> None:
    rows = store.stream("UNWIND range(1, 100000) AS x RETURN x")
    assert next(rows) == {"x": 1}
    del rows
    assert store.read("RETURN 1 AS one").values == ((1,),)


def test_streaming_nodes_and_paths_needs_no_more_memory_for_more_of_them(store: Store) -> None:
    store.define([UNIQUE])
    run(store, "UNWIND range(1, 4000) AS i CREATE (n:Thing {id: toString(i), text: 'text ' + i})-[:IS {n: i}]->(n)")

    def peak(limit: int) -> int:
        tracemalloc.start()
        query = f"MATCH p = (n:Thing)-[r:IS]->(n) WITH n, r, p LIMIT {limit} RETURN n, r, [n] AS nodes"
        assert sum(1 for _ in store.stream(query)) == limit
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(4000) < 2 * peak(1000)


def test_a_closed_store_says_so_and_can_be_closed_again(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable):
        store.read("RETURN 1")
    with pytest.raises(StoreUnavailable):
        run(store, "RETURN 1")
