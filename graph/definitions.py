"""Constraints and indexes in Cypher, as the commands that the embedded engine needs to make the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qikg.graph.integrity import quoted

_NAME = r"(?:`(?:[^`]|``)+`|\w+)"
_UNIQUE = re.compile(
    rf"\s*CREATE\s+CONSTRAINT\s+{_NAME}\s+IF\s+NOT\s+EXISTS\s+FOR\s*"
    rf"(?:\(\s*\w+\s*:\s*(?P<node>{_NAME})\s*\)|\(\s*\)\s*-\s*\[\s*\w+\s*:\s*(?P<edge>{_NAME})\s*\]\s*-\s*>?\s*\(\s*\))"
    rf"\s*REQUIRE\s*\(?\s*\w+\s*\.\s*(?P<key>{_NAME})\s*\)?\s*IS\s+(?:NODE\s+|RELATIONSHIP\s+)?UNIQUE\s*;?\s*",
    re.IGNORECASE,
)
_FULLTEXT = re.compile(
    rf"\s*CREATE\s+FULLTEXT\s+INDEX\s+(?P<name>{_NAME})\s+IF\s+NOT\s+EXISTS\s+FOR\s*"
    rf"\(\s*\w+\s*:\s*(?P<label>{_NAME})\s*\)\s*ON\s+EACH\s*\[(?P<keys>[^\]]+)\]\s*;?\s*",
    re.IGNORECASE,
)
_KEY = re.compile(rf"\s*\w+\s*\.\s*(?P<key>{_NAME})\s*")


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the embedded engine."""

    language: str
    text: str


def engine_commands(statement: str) -> Iterator[Command]:
    """Give what makes the constraint or index of one Cypher statement in the embedded engine.

    >>> for command in engine_commands("CREATE CONSTRAINT l_id IF NOT EXISTS FOR (n:L) REQUIRE n.id IS UNIQUE"):
    ...     print(command.text)
    CREATE VERTEX TYPE `L` IF NOT EXISTS
    CREATE PROPERTY `L`.`id` IF NOT EXISTS STRING
    CREATE CONSTRAINT l_id IF NOT EXISTS FOR (n:L) REQUIRE n.id IS UNIQUE
    """
    if unique := _UNIQUE.fullmatch(statement):
        # declared before the constraint: a key that only the constraint has made is no part of the engine's schema
        node, edge = unique["node"], unique["edge"]
        yield from _declared("VERTEX" if node else "EDGE", _bare(node or edge), [_bare(unique["key"])])
        yield Command("opencypher", statement)
    elif text := _FULLTEXT.fullmatch(statement):
        label = _bare(text["label"])
        keys = [_bare(key["key"]) for part in text["keys"].split(",") if (key := _KEY.fullmatch(part))]
        yield from _declared("VERTEX", label, keys)
        columns = ", ".join(quoted(key) for key in keys)
        yield Command(
            "sql", f"CREATE INDEX {quoted(_bare(text['name']))} IF NOT EXISTS ON {quoted(label)} ({columns}) FULL_TEXT"
        )
    else:
        yield Command("opencypher", statement)


def _declared(kind: str, label: str, keys: list[str]) -> Iterator[Command]:
    yield Command("sql", f"CREATE {kind} TYPE {quoted(label)} IF NOT EXISTS")
    for key in keys:
        yield Command("sql", f"CREATE PROPERTY {quoted(label)}.{quoted(key)} IF NOT EXISTS STRING")


def _bare(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") else name
