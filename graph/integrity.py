"""The unique constraints of the embedded engine: do they still work, and make them anew where not.

A kill can leave a unique index that raises an error on look-up, while all records are whole (facts: 4 of 136 kills of
large databases with compaction on, none of 115 with it off). DROP and CREATE of the constraint cures it and loses
nothing; the engine's own REBUILD INDEX destroys the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qikg.graph.store import Value
from qikg.ontology.errors import QueryError

Run = Callable[[str, dict[str, Value]], list[dict[str, Value]]]
"""Runs one Cypher text with parameters and gives its rows."""


_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """One unique constraint: no two nodes (or relationships) of `label` share `key`."""

    name: str
    label: str
    key: str
    of_nodes: bool

    @property
    def pattern(self) -> str:
        """Give the Cypher pattern that it is about, with the variable x."""
        return f"(x:{quoted(self.label)})" if self.of_nodes else f"()-[x:{quoted(self.label)}]-()"

    @property
    def statement(self) -> str:
        """Give the Cypher that makes it."""
        return (
            f"CREATE CONSTRAINT {quoted(self.name)} IF NOT EXISTS FOR {self.pattern} "
            f"REQUIRE x.{quoted(self.key)} IS UNIQUE"
        )


def quoted(name: str) -> str:
    """Write a name so that Cypher and the engine's SQL take it as it is."""
    return "`" + name.replace("`", "``") + "`"


def unique_constraints(run: Run) -> Iterator[Uniqueness]:
    """Give every unique constraint of a database."""
    for row in run("SHOW CONSTRAINTS", {}):
        labels, keys = row["labelsOrTypes"], row["properties"]
        if str(row["type"]).endswith("UNIQUENESS") and isinstance(labels, list) and isinstance(keys, list):
            yield Uniqueness(str(row["name"]), str(labels[0]), str(keys[0]), row["entityType"] == "NODE")


def works(run: Run, constraint: Uniqueness) -> bool:
    """Look some keys up, and say whether each was found, once, without an error."""
    label, key = quoted(constraint.label), quoted(constraint.key)
    if not constraint.of_nodes:  # no query looks a relationship up by its key alone
        return True
    try:
        # without a condition on the key, or the engine would ask the index that is in question
        keys = [row["key"] for row in run(f"MATCH (x:{label}) RETURN x.{key} AS key LIMIT {_SAMPLE}", {})]
        keys = [found for found in keys if found is not None]
        rows = run(f"UNWIND $keys AS key MATCH (x:{label} {{{key}: key}}) RETURN count(x) AS n", {"keys": keys})
    except QueryError:
        return False
    return rows[0]["n"] == len(keys)


def remake(run: Run, constraint: Uniqueness) -> None:
    """Make a constraint, with its index, anew from the records."""
    run(f"DROP CONSTRAINT {quoted(constraint.name)} IF EXISTS", {})
    run(constraint.statement, {})
