"""Looks whether Cypher that a user wrote only reads the graph.

The first of two fences. Behind it the server refuses writes by itself: a user with read rights only on the embedded
engine, read mode on Neo4j. What neither of those refuses is LOAD CSV, which reads a file of the server.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from qikg.graph.store import Store
from qikg.ontology.errors import QueryError, WriteRefused

_TOKEN = re.compile(
    r"""(?P<space>\s+ | //[^\n\r]* | /\*.*?\*/)
      | (?P<string>'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | `(?:[^`]|``)*`)
      | (?P<number>0[xo][0-9a-f_]+ | [0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?(?:e[+-]?[0-9]+)?)
      | (?P<word>[^\W\d]\w*)
      | (?P<sign>\.\. | .)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_OPEN_ENDS = ("'", '"', "`")
_HIDDEN_ASCII = re.compile(r"\\u+00[0-7][0-9a-fA-F]")
_CLAUSES = frozenset(
    ("CREATE", "INSERT", "MERGE", "DELETE", "DETACH", "NODETACH", "SET", "REMOVE", "FOREACH", "DROP", "USE")
)
_COMMANDS = frozenset(
    ("ALTER", "GRANT", "REVOKE", "DENY", "RENAME", "START", "STOP", "ENABLE", "DRYRUN", "DEALLOCATE", "REALLOCATE")
)
_NAME_AFTER = frozenset((".", ":", "$", "|", "&", "!"))
"""Signs before a word that make it a property, label, type or parameter, never a clause."""

_PROCEDURES = (
    "db.index.fulltext.query",
    "db.index.vector.query",
    "db.info",
    "db.labels",
    "db.propertykeys",
    "db.relationshiptypes",
    "db.schema.",
    "dbms.components",
)
"""Beginnings of the names of procedures that only read the graph; others may read files or the network."""

_WRITING_OPERATORS = ("LoadCSV", "Create", "Merge", "Delete", "DetachDelete", "Set", "Remove", "Foreach", "Drop")


class ExplainedPlan(Protocol):
    """What a server would do for a query."""

    @property
    def kind(self) -> str:
        """r, rw, w or s."""
        ...

    @property
    def operators(self) -> Sequence[str]:
        """The names of all operators."""
        ...


@runtime_checkable
class Explains(Protocol):
    """A store whose server tells beforehand what it would do for a query."""

    def explain(self, query: str) -> ExplainedPlan:
        """Give the plan of a query without running it."""
        ...


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str  # words and signs; words in capitals
    place: int


def refuse_writes(store: Store, query: str) -> None:
    """Refuse a query that would write, change the schema or read a file, before it is run.

    On a server that can explain its plans (Neo4j) those are looked at too.
    Raises WriteRefused, or QueryError for a text that the server does not understand.
    """
    start = check_text(query)
    if isinstance(store, Explains):
        plan = store.explain(query[start:])
        bad = [name for name in plan.operators if name.startswith(_WRITING_OPERATORS)]
        if plan.kind not in ("r", "") or bad:
            raise WriteRefused(f"The query would do more than read the graph ({', '.join(bad) or plan.kind}).")


def check_text(query: str) -> int:
    """Refuse a text with a clause that writes, changes the schema, reads a file or leaves the database.

    Gives the place where the query itself begins, behind EXPLAIN or PROFILE.
    A variable of the name of such a clause must stand in back-ticks.
    Raises WriteRefused, or QueryError where the text cannot be taken apart.
    """
    if hidden := _HIDDEN_ASCII.search(query):
        # Neo4j replaces these before it looks for quotes and key words
        raise QueryError(f"Write the character itself for {hidden.group()}{_where(query, hidden.start())}.")
    tokens = list(_tokens(query))
    begin = next((i for i, token in enumerate(tokens) if token.text not in ("EXPLAIN", "PROFILE")), 0)
    if begin < len(tokens) and tokens[begin].text == "CYPHER":
        raise QueryError(f"Leave out the option CYPHER{_where(query, tokens[begin].place)}.")
    for i, token in enumerate(tokens):
        before = tokens[i - 1].text if i else ""
        after = [following.text for following in tokens[i + 1 : i + 4]]
        if reason := _reason(tokens, i, before, after, first=i == begin):
            raise WriteRefused(f"{reason}{_where(query, token.place)}: only queries that read the graph are run here.")
    return tokens[begin].place if tokens else 0


def _reason(tokens: list[_Token], i: int, before: str, after: list[str], *, first: bool) -> str | None:
    token = tokens[i]
    following = after[0] if after else ""
    if token.text == ";" and following:
        return "a second statement"
    if token.kind != "word" or before in _NAME_AFTER or following == ":":
        return None
    if token.text in _CLAUSES or (token.text in _COMMANDS and first):
        return token.text
    if token.text == "LOAD" and following == "CSV":
        return "LOAD CSV"
    if token.text == "TERMINATE" and following.startswith("TRANSACTION"):
        return "TERMINATE TRANSACTIONS"
    if token.text == "IN" and before == "}" and {"TRANSACTIONS", "CONCURRENT"} & set(after):
        return "CALL { … } IN TRANSACTIONS"
    if token.text == "CALL" and following not in ("{", "("):
        name = _procedure(tokens[i + 1 :])
        if not name.startswith(_PROCEDURES):
            return f"CALL {name}"
    return None


def _procedure(tokens: list[_Token]) -> str:
    parts = []
    for token in tokens:
        if token.kind not in ("word", "name") and token.text != ".":
            break
        parts.append(token.text)
    return "".join(parts).lower()


def _tokens(query: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(query):
        kind, text = str(found.lastgroup), found.group()
        if kind == "space":
            continue
        if kind == "sign" and (text in _OPEN_ENDS or query.startswith("/*", found.start())):
            raise QueryError(f"A string, name or comment that begins{_where(query, found.start())} does not end.")
        if kind == "string" and text.startswith("`"):
            yield _Token("name", text[1:-1].replace("``", "`"), found.start())
        elif kind == "word":
            # the engines compare key words without case; some letters beyond ASCII fold to ASCII ones
            yield _Token(kind, unicodedata.normalize("NFKC", text).upper(), found.start())
        else:
            yield _Token(kind, text if kind == "sign" else kind, found.start())


def _where(query: str, place: int) -> str:
    line = query.count("\n", 0, place) + 1
    return f" (line {line}, column {place - query.rfind(chr(10), 0, place)})"
