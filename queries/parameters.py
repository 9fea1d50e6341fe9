"""Checks what a question is asked with before it reaches the store: only known codes, dates and choices pass."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from qikg.graph.store import Store, Value
from qikg.ontology.errors import UsageError
from qikg.ontology.model import STATUSES
from qikg.queries.head import Parameter, Question
from qikg.queries.naming import named_nodes
from qikg.queries.suggest import did_you_mean

Given = str | int | float | datetime.date | Sequence[str] | None

SUGGESTED = 4

PREMISES = ("items", "counts", "discussion")
"""What a cell of Table 4 may depend on."""


def checked(question: Question, given: Mapping[str, Given], store: Store) -> dict[str, Value]:
    """Give the parameters for the Cypher of a question.

    Raises UsageError for an unknown, missing or wrong one; it names the nearest that would be right.
    """
    for name in given:
        if name not in question.parameters:
            raise UsageError(f"{question.name} has no parameter {name!r}. {did_you_mean(name, question.parameters)}")
    values: dict[str, Value] = {}
    for name, parameter in question.parameters.items():
        value = given.get(name)
        if value is None or value == "" or value == ():
            if parameter.required:
                raise UsageError(
                    f"{question.name} needs {name}: {parameter.help}. For example {option(name)} {parameter.example}."
                )
            values[name] = [] if parameter.type == "premises" else None
        elif parameter.type == "node":
            identifier, kinds = named_nodes(question.name, option(name), str(value), store)
            values |= {name: identifier, "kinds": list(kinds)}
        else:
            values[name] = _value(question.name, name, parameter, value, store)
        if parameter.type == "status":
            values["statuses"] = list(at_least(values[name]))  # type: ignore[arg-type]
    return values


def at_least(status: str | None) -> tuple[str, ...]:
    """Give the statuses that are at least as good as one; all where none is given.

    >>> at_least("inferred")
    ('stated', 'inferred')
    """
    return STATUSES if status is None else STATUSES[: STATUSES.index(status) + 1]


def option(name: str) -> str:
    """Write a parameter as an option of the command line."""
    return "--" + name.replace("_", "-")


def _value(question: str, name: str, parameter: Parameter, value: Given, store: Store) -> Value:
    if parameter.type == "premises":
        wanted = [value] if isinstance(value, str) else list(value)  # type: ignore[arg-type]
        return [_among(question, name, str(word), PREMISES) for word in wanted]
    if parameter.type in {"integer", "number"}:
        return _number(question, name, parameter, value)
    if parameter.type == "date":
        return _day(question, name, value)
    text = str(value)
    if parameter.type == "choice":
        return _among(question, name, text, parameter.choices)
    if parameter.type == "status":
        return _among(question, name, text, STATUSES)
    if parameter.type == "text":
        return text
    return _code(question, name, parameter, text, store)


def _code(question: str, name: str, parameter: Parameter, text: str, store: Store) -> str:
    labels = {
        "concept": parameter.labels or ("Concept",),
        "framework": ("Framework",),
        "study": ("Study",),
        "place": ("Organisation", "Location"),
    }[parameter.type]
    for label in labels:
        if len(store.read(f"MATCH (n:`{label}` {{id: $id}}) RETURN n.id LIMIT 1", {"id": text})):
            return text
    known = {
        str(row["id"]): str(row["name"] or "")
        for label in labels
        for row in store.read(
            f"MATCH (n:`{label}`) RETURN n.id AS id, coalesce(n.label, n.cqc_name, n.ods_name, n.title) AS name"
        )
    }
    named = {"concept": " or ".join(labels).lower(), "place": "organisation or location"}
    what = named.get(parameter.type, parameter.type)
    other = ""
    if parameter.type == "concept" and len(store.read("MATCH (n:Concept {id: $id}) RETURN n.id", {"id": text})):
        other = f" {text} is a concept, but not a {what}."
    hint = _meant(text, known, str.__eq__) or _near(text, known) or _meant(text, known, str.__contains__)
    hint = hint or did_you_mean(text, known)
    raise UsageError(f"{question}: {option(name)} {text!r} is no {what} of this graph.{other} {hint}")


def _near(text: str, known: Mapping[str, str]) -> str:
    """Suggest a code that differs by a letter or two."""
    near = get_close_matches(text.casefold(), {code.casefold(): code for code in known}, n=1, cutoff=0.7)
    return did_you_mean(text, known) if near else ""


def _meant(text: str, known: Mapping[str, str], fits: Callable[[str, str], bool]) -> str:
    """Suggest the codes whose name, or last part, fits what was written."""
    word = text.casefold()
    found = [
        code
        for code, name in known.items()
        if len(word) > 2 and (fits(name.casefold(), word) or fits(code.rpartition(":")[2].casefold(), word))
    ]
    found.sort(key=lambda code: (not code.startswith("QUASER:"), code))
    named = [f"{code} ({known[code]})" for code in found[:SUGGESTED]]
    more = f", or one of {len(found) - SUGGESTED} more" if len(found) > SUGGESTED else ""
    return f"Did you mean {' or '.join(named)}{more}?" if named else ""


def _among(question: str, name: str, text: str, known: Sequence[str]) -> str:
    if text not in known:
        raise UsageError(f"{question}: {option(name)} {text!r} is not one of its words. {did_you_mean(text, known)}")
    return text


def _number(question: str, name: str, parameter: Parameter, value: Given) -> int | float:
    try:
        return int(str(value)) if parameter.type == "integer" else float(str(value))
    except ValueError:
        hint = f"such as {parameter.example}"
        raise UsageError(f"{question}: {option(name)} {value!r} is not a number, {hint}.") from None


def _day(question: str, name: str, value: Given) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"{question}: {option(name)} {value!r} is not a day like 2017-06-14.") from None
