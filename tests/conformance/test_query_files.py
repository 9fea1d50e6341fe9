"""Every query file keeps to the common subset of Cypher, where the embedded engine and Neo4j give the same rows.

What a machine can see of the rules is here; that both engines give the same rows for each file is tested with the
golden answers. Numbers in the rules are those of `test_conformance.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

QUERIES = Path(__file__).parents[2] / "queries"
FILES = sorted(QUERIES.rglob("*.cypher"))

AGGREGATE = re.compile(r"(count|sum|avg|min|max|collect|stDevP?|percentile(?:Cont|Disc))\s*\(", re.I)
SUBQUERY = re.compile(r"\b(?:EXISTS|COUNT|COLLECT|CALL(?:\s*\([^)]*\))?)\s*$", re.I)
LABEL = re.compile(r"\(\s*\w*\s*:\s*([\w|&:]+)")
TYPE = re.compile(r"\[\s*\w*\s*:\s*([\w|]+)")

FORBIDDEN = {
    "it writes; a question only reads": re.compile(
        r"\b(?:CREATE|MERGE|SET|REMOVE|DELETE|DROP|ALTER|FOREACH|LOAD\s+CSV)\b", re.I
    ),
    "rule 4: elementId() and id() are not stable; use the property id": re.compile(r"\b(?:elementId|id)\s*\(", re.I),
    "rule 6: path selectors are not in the common subset; use shortestPath() or allShortestPaths()": re.compile(
        r"\bSHORTEST\b|\bANY\s+PATHS?\b|\bANY\s+\d|\bANY\s*\(\s*\w*\s*[:){]", re.I
    ),
    "rule 8: the order of labels() and keys() is not promised": re.compile(
        r"\b(?:labels|keys)\s*\([^()]*\)\s*\[", re.I
    ),
    "rule 9: APOC and other plugins are not there": re.compile(r"\b(?:apoc|gds|n10s)\s*\.", re.I),
    "rule 9: db.schema, db.awaitIndexes, SHOW and USE differ between engines": re.compile(
        r"\bdb\s*\.\s*(?:schema|awaitIndex)|\bSHOW\b|^\s*USE\b", re.I | re.M
    ),
    "rule 13: dynamic labels and types go wrong without an error": re.compile(r":\s*\$\s*\(|:\$|\$\s*(?:any|all)\s*\("),
    "rule 16: CALL ... IN TRANSACTIONS": re.compile(r"\bIN\s+(?:\d+\s+CONCURRENT\s+)?TRANSACTIONS\b", re.I),
}


def bare(text: str) -> str:
    """Blank out comments, texts and back-ticked names, keeping every position."""
    hidden = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`", re.S)
    return hidden.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Give each place where a query leaves the common subset: line and rule."""
    code = bare(text)

    def line(position: int) -> int:
        return code.count("\n", 0, position) + 1

    for rule, pattern in FORBIDDEN.items():
        yield from ((line(found.start()), rule) for found in pattern.finditer(code))
    if rest := code.rstrip().rstrip(";").count(";"):
        yield line(len(code)), f"one statement a file, here are {rest + 1}"

    # The open braces on the way: True where it is a map or a map projection, False for a subquery.
    braces: list[bool] = []
    for position, sign in enumerate(code):
        if sign == "{":
            braces.append(SUBQUERY.search(code, max(0, position - 80), position) is None)
        elif sign == "}" and braces:
            braces.pop()
        elif braces and braces[-1] and not code[position - 1].isalnum() and AGGREGATE.match(code, position):
            yield line(position), "rules 1 and 2: an aggregate in a map or map projection; aggregate in WITH before it"


def names(pattern: re.Pattern[str], text: str) -> set[str]:
    """Give all labels, or all relationship types, of a query."""
    return {name for found in pattern.finditer(bare(text)) for name in re.split(r"[|&:]", found[1]) if name}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(QUERIES).as_posix())
def test_query_file_keeps_to_the_common_subset(path: Path) -> None:
    found = [f"{path.relative_to(QUERIES.parent)}:{line}: {rule}" for line, rule in faults(path.read_text("utf-8"))]

    assert not found, "\n".join(found)


def test_no_label_is_also_a_relationship_type() -> None:
    """Rule 3: the embedded engine has one namespace for both."""
    texts = [path.read_text("utf-8") for path in FILES]
    labels = set().union(*(names(LABEL, text) for text in texts))
    types = set().union(*(names(TYPE, text) for text in texts))

    assert not labels & types


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (o:O)-->(l) RETURN o {.id, n: count(l)}",
        "MATCH (o:O)-->(l) RETURN {id: o.id, all: collect(l.id)} AS m",
        "MATCH (o:O) WITH o, {\n  n: sum( o.x )\n} AS m RETURN m",
        "MATCH (n) RETURN elementId(n)",
        "MATCH (n) RETURN id(n)",
        "MATCH p = SHORTEST 1 (a)-->+(b) RETURN p",
        "MATCH p = ANY (a)-->+(b) RETURN p",
        "MATCH (n) RETURN labels(n)[0]",
        "RETURN apoc.text.join(['a'], ',')",
        "CALL db.schema.visualization()",
        "SHOW INDEXES",
        "LOAD CSV FROM 'file:///a.csv' AS row RETURN row",
        "MATCH (n:$(list)) RETURN n",
        "MATCH (n:$any(list)) RETURN n",
        "MATCH (n:A) SET n.x = 1",
        "MATCH (n) CALL (n) { RETURN 1 AS x } IN TRANSACTIONS RETURN x",
        "RETURN 1; RETURN 2",
    ],
)
def test_fault_is_found(query: str) -> None:
    assert [line for line, _ in faults(query)]


@pytest.mark.parametrize(
    "query",
    [
        "//+ question: does count(n) CREATE apoc.x?\nMATCH (o:O) WITH o, count(*) AS n RETURN o {.id, n: n};\n",
        "MATCH (o:O {id: $id}) RETURN o.id AS id, collect({name: o.name, at: o.at}) AS all",
        "MATCH (o:O) RETURN o {.id, n: COUNT { (o)-->(:L) }, m: COLLECT { MATCH (o)-->(l) RETURN max(l.x) }}",
        "MATCH (o:O) WHERE EXISTS { MATCH (o)-->(l) WITH count(l) AS n WHERE n > 1 } RETURN o.id",
        "MATCH (o:O) CALL (o) { MATCH (o)-->(l) RETURN count(l) AS n } RETURN o.id, n",
        "MATCH (a)((x)-->(y)){1,3}(b) WHERE any(k IN keys(a) WHERE k = 'id') RETURN a.id AS `max(`, \"MERGE ('\" AS t",
        "MATCH p = shortestPath((a:A)-[*..4]-(b:B)) WHERE ANY (n IN nodes(p) WHERE n.account = 1) RETURN length(p)",
    ],
)
def test_good_query_passes(query: str) -> None:
    assert list(faults(query)) == []


def test_names_are_read_from_patterns() -> None:
    query = "MATCH (a:Case:Old)-[r:OF|IN_FRAMEWORK]->(:Concept|Trust {id: 'x:y'}) RETURN a"

    assert names(LABEL, query) == {"Case", "Old", "Concept", "Trust"}
    assert names(TYPE, query) == {"OF", "IN_FRAMEWORK"}
