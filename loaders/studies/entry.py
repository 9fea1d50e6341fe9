"""Reads `study.json`, the record of a study, and reports every field that is not as it should be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError

from qikg.loaders.report import LoadReport, Problem, nearest
from qikg.loaders.studies.files import StudyRecord
from qikg.loaders.tables import LARGEST, forbidden, in_words, read_text

NAME = "study.json"
_IN_QUOTES = {"string_type", "string_sub_type"}


def read_record(folder: Path, report: LoadReport) -> StudyRecord | None:
    """Read the record of the study in a folder; give None, and report why, where it is not right."""
    path = folder / NAME
    if not path.is_file():
        report.add(Problem(NAME, "the file is missing", hint=f"It was looked for in {folder}."))
        return None
    text = read_text(path, NAME, report)
    if text is None:
        return None
    twice: list[str] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        twice.extend(name for name in dict.fromkeys(names) if names.count(name) > 1)
        return dict(pairs)

    try:
        read = json.loads(text, object_pairs_hook=once)
        unfit = list(_unfit(read, ""))
    except json.JSONDecodeError as error:
        hint = f"At character {error.colno} of this row: {error.msg}. Look for a comma or a quotation mark just before."
        report.add(Problem(NAME, "not JSON", error.lineno, hint=hint))
        return None
    except RecursionError:
        report.add(Problem(NAME, "brackets stand too deep in one another"))
        return None
    except ValueError:  # Python reads no number of more than some thousand digits
        report.add(Problem(NAME, "a number is too large", hint=f"At most {LARGEST:,}."))
        return None
    for name in twice:
        report.add(Problem(NAME, "the field stands twice", column=name, hint="Delete one of them."))
    for place, rule in unfit:
        report.add(Problem(NAME, rule, column=place, hint="Delete it."))
    try:
        return StudyRecord.model_validate(read)
    except ValidationError as error:
        for detail in error.errors():
            report.add(_problem(detail["type"], detail["msg"], detail["loc"], detail.get("ctx", {}), detail["input"]))
        return None


def _problem(
    kind: str, message: str, place: tuple[int | str, ...], context: dict[str, object], given: object
) -> Problem:
    column = ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or None
    if kind == "extra_forbidden":
        known = _fields(place)
        hint = nearest(str(place[-1]), known) or f"Known: {', '.join(known)}."
        return Problem(NAME, "unknown field", column=column, hint=hint)
    if kind == "missing":
        return Problem(NAME, "the field is missing", column=column)
    rule, hint = in_words(kind, message, context, str(given))
    value = str(given) if isinstance(given, str | int | float) else None
    return Problem(
        NAME, rule, column=column, value=value, hint="Put it in quotation marks." if kind in _IN_QUOTES else hint
    )


def _fields(place: tuple[int | str, ...]) -> list[str]:
    """Give the names that the group at a place may hold."""
    model: type[BaseModel] = StudyRecord
    for part in place[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            annotation = model.model_fields[part].annotation
            model = next(
                (m for m in (annotation, *get_args(annotation)) if isinstance(m, type) and issubclass(m, BaseModel)),
                model,
            )
    return list(model.model_fields)


def _unfit(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Find what a graph, or an export of it, cannot carry."""
    if isinstance(value, str) and (bad := forbidden(value)) is not None:
        yield place, f"a control character that cannot be published, U+{ord(value[bad]):04X}"
    elif isinstance(value, int) and abs(value) > LARGEST:
        yield place, f"the number is too large; at most {LARGEST:,}"
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _unfit(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _unfit(inner, f"{place}.{number}")
