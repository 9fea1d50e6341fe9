"""Runs Cypher or SPARQL that a user wrote, for reading, and gives its rows as an answer like any other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from qikg.graph.store import Store, Value
from qikg.queries.answer import Answer, Row
from qikg.queries.head import Column, Question

if TYPE_CHECKING:
    import rdflib


def run(
    store: Store, query: str, parameters: Mapping[str, Value] | None = None, *, limit: int, timeout: float | None = None
) -> Answer:
    """Run a query that was found to read only; give at most `limit` rows, and say so where there are more."""
    found = store.read(query.rstrip().rstrip(";"), parameters, timeout=timeout, most=limit + 1)
    rows: tuple[Row, ...] = tuple(islice(found, limit))
    notes = (f"Cut after {limit} rows; there are more. Use --limit for another number.",) if len(found) > limit else ()
    return _answer("cypher", query, parameters or {}, rows, notes, found.columns)


def run_sparql(store: Store, query: str) -> Answer | rdflib.Graph:
    """Run SPARQL over the whole graph in memory; what makes a graph (CONSTRUCT, DESCRIBE) gives an rdflib graph."""
    from qikg.graph.rdf.sparql import Solutions, sparql

    found = sparql(store, query)
    return _answer("sparql", query, {}, found.rows, (), found.columns) if isinstance(found, Solutions) else found


def _answer(
    name: str, query: str, parameters: Mapping[str, Value], rows: tuple[Row, ...], notes: tuple[str, ...],
    columns: tuple[str, ...],
) -> Answer:  # fmt: skip
    question = Question(
        name=name,
        theme="",
        title="Your own query",
        question=" ".join(query.split())[:200],
        columns={column: Column(type="text", meaning="as the query names it") for column in columns},
        cannot_tell="how its values are known, unless the query asks for the status.",
        cypher=query,
    )
    return Answer(question, dict(parameters), rows, notes, columns)
