"""Cypher that a user wrote: what only reads passes, what would do more is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qikg.graph.reading import check_text
from qikg.ontology.errors import QueryError, WriteRefused

READS = [
    "MATCH (n) RETURN n",
    "MATCH (n {name: 'CREATE'}) RETURN n",
    "MATCH (n) WHERE n.set = 1 AND n.create.delete IS NULL RETURN n.remove AS r",
    "MATCH (n:Set)-[:CREATE|MERGE]->(m:A&Drop) RETURN n {.set, delete: 1}",
    "// delete everything\nMATCH (n) /* SET n.x = 1 */ RETURN n // CREATE",
    "MATCH (`create`) RETURN `create`.x AS `SET x`",
    "RETURN \"it's \\\" CREATE (n)\" AS x, '\\'; DROP' AS y",
    "RETURN $set, $create, {merge: 1}",
    "MATCH (a)-[:R*1..3]->(b) RETURN b",
    "MATCH (a) RETURN [x IN a.list | x.set] AS l, 1.5, 1..2, .5",
    "CALL { MATCH (n) RETURN count(n) AS n } RETURN n",
    "MATCH (n) CALL (n) { RETURN n.x AS x } RETURN x",
    "CALL db.index.fulltext.queryNodes('t', 'create') YIELD node RETURN node",
    "CALL db . labels()",
    "MATCH (n) WHERE n.x IN transactions RETURN n",
    "SHOW INDEXES",
    "EXPLAIN MATCH (n) RETURN n",
    "PROFILE\nMATCH (n) RETURN n",
    "MATCH (n) RETURN n;",
    "MATCH (n) WHERE n.name STARTS WITH 'x' RETURN n ORDER BY n.offset SKIP 1 LIMIT 2",
    "MATCH (n) RETURN n.`ä``b`, 'ü' AS naïve",
    "",
    "  ",
]
WRITES = [
    "CREATE (n)",
    "create (n)",
    "MERGE (n:A {id: 1})",
    "MATCH (n) SET n.x = 1",
    "MATCH (n) SET/**/n.x = 1",
    "MATCH (n)//\nSET n.x = 1",
    "MATCH (n) REMOVE n.x",
    "MATCH (n) DELETE n",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) NODETACH DELETE n",
    "INSERT (n:A)",
    "FOREACH (x IN [1] | CREATE (:A))",
    "WITH 1. SET n.x = 1",
    "WITH 'a' + \"b\" SET n.x = 1",
    "RETURN 'it''s' CREATE (n)",
    "MATCH (`a``b`) SET n.x = 1",
    "MATCH (n) RETURN 1 AS x\u00a0CREATE (n)",
    "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l",
    "load /* */ csv with headers from 'x' as l return l",
    "USE other MATCH (n) RETURN n",
    "CALL { CREATE (n) }",
    "MATCH (n) CALL { WITH n RETURN 1 AS x } IN TRANSACTIONS OF 10 ROWS RETURN x",
    "MATCH (n) CALL { WITH n RETURN 1 AS x } IN 3 CONCURRENT TRANSACTIONS RETURN x",
    "CREATE INDEX x IF NOT EXISTS FOR (n:A) ON (n.x)",
    "DROP CONSTRAINT x",
    "ALTER USER neo4j SET PASSWORD 'x'",
    "GRANT ROLE admin TO x",
    "TERMINATE TRANSACTIONS 'x'",
    "SHOW TRANSACTIONS YIELD transactionId AS t TERMINATE TRANSACTIONS t RETURN 1",
    "CALL apoc.load.json('file:///x') YIELD value RETURN value",
    "CALL dbms.security.createUser('a', 'b')",
    "CALL `apoc`.`load`.`csv`('x')",
    "CALL db.createLabel('x')",
    "CALL apoc.cypher.doIt('CREATE (n)', {})",
    "EXPLAIN CREATE (n)",
    "MATCH (n) RETURN n; CREATE (n)",
    "MATCH (n) ſET n.x = 1",
    "ＣREATE (n)",
]
UNCLEAR = [
    "RETURN 'open",
    'RETURN "open',
    "RETURN `open",
    "RETURN 1 /* open",
    "\\u0043REATE (n)",
    "RETURN '\\u0027 CREATE (n)'",
    "RETURN '\\uu0027 CREATE (n)'",
    "CYPHER 25 MATCH (n) RETURN n",
]


@pytest.mark.parametrize("query", READS)
def test_a_query_that_only_reads_passes(query: str) -> None:
    check_text(query)


@pytest.mark.parametrize("query", WRITES)
def test_a_query_that_would_do_more_is_refused(query: str) -> None:
    with pytest.raises(WriteRefused):
        check_text(query)


@pytest.mark.parametrize("query", UNCLEAR)
def test_a_text_that_engines_may_take_apart_in_another_way_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        check_text(query)


def test_the_clause_and_its_place_are_named() -> None:
    with pytest.raises(WriteRefused, match=r"SET \(line 2, column 3\)"):
        check_text("MATCH (n)\n  SET n.x = 1")


def test_the_place_of_the_query_behind_explain_is_given() -> None:
    query = "/* plan */ EXPLAIN MATCH (n) RETURN n"
    assert query[check_text(query) :] == "MATCH (n) RETURN n"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(lambda text: text.replace("\\", ""))
WORDS = st.sampled_from(["CREATE", "SET", "delete", "Merge", "REMOVE", "use", "drop"])
HARMLESS = st.one_of(
    TEXT.map(lambda text: "'" + text.replace("'", "\\'") + "'"),
    TEXT.map(lambda text: '"' + text.replace('"', '\\"') + '"'),
    TEXT.map(lambda text: "n.`" + text.replace("`", "``") + "`"),
    WORDS.map(lambda word: f"n.{word}"),
    WORDS.map(lambda word: f"{{{word}: ${word}}}"),
    st.integers(0, 10**6).map(str),
    st.floats(0, 10**6).map(lambda number: f"{number:.3f}"),
)
GAP = st.one_of(
    st.sampled_from([" ", "\n", "\t", "\r\n"]),
    TEXT.map(lambda text: "/*" + text.replace("*/", "").replace("*", "") + "*/"),
    TEXT.map(lambda text: "//" + text.replace("\n", "").replace("\r", "") + "\n"),
)
WRITING = st.sampled_from(
    ["CREATE (:A)", "SET n.x = 1", "DELETE n", "MERGE (m:A)", "REMOVE n.x", "LOAD CSV FROM 'x' AS l"]
)


@given(values=st.lists(HARMLESS, min_size=1, max_size=4), gap=GAP)
def test_no_string_name_or_comment_is_taken_for_a_clause(values: list[str], gap: str) -> None:
    check_text(f"MATCH (n){gap}RETURN{gap}{f',{gap}'.join(values)}")


@given(values=st.lists(HARMLESS, min_size=1, max_size=4), gap=GAP, clause=WRITING)
def test_no_string_name_or_comment_hides_a_clause(values: list[str], gap: str, clause: str) -> None:
    with pytest.raises(WriteRefused):
        check_text(f"MATCH (n){gap}WITH n, {', '.join(values)}{gap}{clause}{gap}RETURN 1")


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_or_refused(text: str) -> None:
    with suppress(QueryError):
        assert 0 <= check_text(text) <= len(text)
