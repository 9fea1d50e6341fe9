"""Runs Cypher that a user wrote, for reading, and gives its rows as an answer like any other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from qikg.graph.store import Store, Value
from qikg.queries.answer import Answer, Row
from qikg.queries.head import Column, Question


def run(
    store: Store, query: str, parameters: Mapping[str, Value] | None = None, *, limit: int, timeout: float | None = None
) -> Answer:
    """Run a query that was found to read only; give at most `limit` rows, and say so where there are more."""
    found = store.read(query.rstrip().rstrip(";"), parameters, timeout=timeout, most=limit + 1)
    rows: tuple[Row, ...] = tuple(islice(found, limit))
    notes = (f"Cut after {limit} rows; there are more. Use --limit for another number.",) if len(found) > limit else ()
    question = Question(
        name="cypher",
        theme="",
        title="Your own query",
        question=" ".join(query.split())[:200],
        columns={name: Column(type="text", meaning="as the query names it") for name in found.columns},
        cannot_tell="how its values are known, unless the query asks for the status.",
        cypher=query,
    )
    return Answer(question, dict(parameters or {}), rows, notes, found.columns)
