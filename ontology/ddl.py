"""Constraints and indexes in Cypher, from the classes. The same text serves Neo4j and the embedded engine."""

from __future__ import annotations

import re

from qikg.ontology.classes import NODES

INDEXED: tuple[tuple[str, str], ...] = (
    ("Rating", "question"),
    ("Source", "url"),
)
"""Further properties that questions look things up by."""


def ddl() -> list[str]:
    """Give the statements, each safe to run again.

    The id is unique under the key label alone: a second unique constraint on a second label would make the embedded
    engine refuse that label, so second labels get a plain index.

    >>> ddl()[0]
    'CREATE CONSTRAINT framework_id IF NOT EXISTS FOR (n:Framework) REQUIRE n.id IS UNIQUE'
    """
    unique = [
        f"CREATE CONSTRAINT {_snake(label)}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE" for label in NODES
    ]
    second = [
        f"CREATE INDEX {_snake(label)}_{_snake(extra)}_id IF NOT EXISTS FOR (n:{extra}) ON (n.id)"
        for label, cls in NODES.items()
        for extra in cls.also
    ]
    looked_up = [
        f"CREATE INDEX {_snake(label)}_{name} IF NOT EXISTS FOR (n:{label}) ON (n.{name})" for label, name in INDEXED
    ]
    return unique + second + looked_up


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
