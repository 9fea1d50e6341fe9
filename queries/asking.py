"""Asks a question of a graph: checks the parameters, runs the Cypher for reading, and filters by status and reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from qikg.graph.store import Store, Value
from qikg.ontology.errors import NotLoaded, UsageError
from qikg.ontology.model import STATUSES
from qikg.queries.answer import Answer, Row, left_out
from qikg.queries.head import Question
from qikg.queries.parameters import Given, at_least, checked
from qikg.queries.suggest import did_you_mean

REACHES = ("same", "carries", "near", "possible", "related")
"""How far evidence crosses a mapping, the furthest first."""

DRAFT_SET = "quaser-musiq-cfir"
"""The packaged mapping set."""

DRAFT = "Mappings are this project's own draft reading, checked by nobody else, unless a row says otherwise."


def ask(
    store: Store,
    question: Question,
    parameters: Mapping[str, Given] | None = None,
    *,
    status: str | None = None,
    reach: str | None = None,
) -> Answer:
    """Ask a question.

    `status` keeps rows known at least so well, `reach` rows whose evidence reaches at least so far; what is left out
    is counted in the notes. Raises UsageError for a wrong parameter, NotLoaded where the graph lacks the data.
    """
    given = dict(parameters or {})
    if "status" in question.parameters:
        given["status"] = status
        status = None
    _check_filter(question, "status", status, STATUSES, question.roles.status)
    _check_filter(question, "reach", reach, REACHES, question.roles.reach)
    require_data(store, question)
    values = checked(question, given, store)
    found = store.read(question.cypher, values)
    rows: list[Row] = list(found)
    notes: list[str] = []
    for option, column, kept_values in (
        ("--status " + str(status), question.roles.status, at_least(status) if status else None),
        ("--reach " + str(reach), question.roles.reach, REACHES[: REACHES.index(reach) + 1] if reach else None),
    ):
        if column is not None and kept_values is not None:
            kept = [row for row in rows if row[column] is None or row[column] in kept_values]
            note = left_out(rows, kept, column, option)
            notes += [note] if note else []
            rows = kept
    across = dict.fromkeys(str(row[question.matrix.column]) for row in found) if question.matrix else {}
    notes = [*_counts(question, rows), *notes]
    return Answer(question, values, tuple(rows), tuple(notes), found.columns, tuple(across))


def require_data(store: Store, question: Question) -> None:
    """Raise NotLoaded where the graph does not hold what a question needs."""
    for label, command in question.needs.items():
        if not len(store.read(f"MATCH (n:`{label}`) RETURN n.id LIMIT 1")):
            raise NotLoaded(
                f"{question.name} needs {label} data, and the graph in {store.address} has none. Run `{command}` first."
            )


    if question.answerable is not None and not len(store.read(question.answerable.query)):
        raise NotLoaded(f"{question.name} cannot be answered from {store.address}: {question.answerable.otherwise}.")


def _check_filter(question: Question, name: str, value: str | None, known: Sequence[str], column: str | None) -> None:
    if value is None:
        return
    if column is None:
        raise UsageError(f"{question.name} cannot be filtered by {name}: its rows have none.")
    if value not in known:
        raise UsageError(f"--{name} {value!r} is not known. {did_you_mean(value, known)}")


def _counts(question: Question, rows: Sequence[Row]) -> list[str]:
    notes = []
    for what, distinct in question.distinct.items():
        values = {
            str(row[distinct.column])
            for row in rows
            if row[distinct.column] is not None and all(row[c] == v for c, v in distinct.where.items())
        }
        if values or distinct.where:
            notes.append(f"{len(values)} distinct {what}")
    said = ["; ".join(notes) + "."] if notes else []
    if question.roles.status is not None:
        statuses: Counter[Value] = Counter(row[question.roles.status] for row in rows if row[question.roles.status])
        if statuses:
            said.append("How it is known: " + ", ".join(f"{statuses[s]} {s}" for s in STATUSES if statuses[s]) + ".")
    if any(str(row[question.roles.mapping]).startswith(f"{DRAFT_SET}/") for row in rows if question.roles.mapping):
        said.append(DRAFT)
    return said
