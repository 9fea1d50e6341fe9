"""The head of a question's file: what it asks, what it takes, what its columns mean, and what it cannot tell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qikg.ontology.errors import CheckFailed

MARK = "//+"
"""How a line of the head begins; to Cypher it is a comment."""

ParameterType = Literal["text", "integer", "number", "date", "choice", "concept", "framework", "study", "place",
                        "node", "premises", "status"]  # fmt: skip
ColumnType = Literal["id", "ids", "text", "texts", "integer", "number", "boolean", "day", "date", "dates", "status",
                     "reach"]  # fmt: skip


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Parameter(_Closed):
    """What a question can be asked with."""

    type: ParameterType
    help: str
    example: Annotated[str, Field(coerce_numbers_to_str=True)]
    required: bool = False
    labels: tuple[str, ...] = ()
    """Labels that a concept must have one of."""
    choices: tuple[str, ...] = ()


class Column(_Closed):
    """What a column of the answer holds."""

    type: ColumnType
    meaning: str


class Roles(_Closed):
    """Which columns hold what every answer must say."""

    status: str | None = None
    reach: str | None = None
    mapping: str | None = None
    confidence: str | None = None
    span: str | None = None
    sources: str | None = None


class Matrix(_Closed):
    """How to show the rows as a matrix: the columns that give its rows, its columns, and what stands in a cell."""

    row: str
    column: str
    value: str
    status: str
    count: str


class Distinct(_Closed):
    """A count of distinct values that is printed under the answer."""

    column: str
    where: dict[str, str] = {}


class Answerable(_Closed):
    """A query that gives a row where the loaded data can answer, and what to say where they cannot."""

    query: str
    otherwise: str


class Question(_Closed):
    """A question: the head of its file, and its Cypher."""

    name: str
    theme: str
    title: str
    question: str
    parameters: dict[str, Parameter] = {}
    columns: dict[str, Column]
    frameworks: tuple[str, ...] = ()
    roles: Roles = Roles()
    needs: dict[str, str] = {}
    """Labels that the graph must hold, each with the command that brings them."""
    answerable: Answerable | None = None
    show: tuple[str, ...] = ()
    """Columns of the table on a screen; the other formats have all."""
    matrix: Matrix | None = None
    distinct: dict[str, Distinct] = {}
    cannot_tell: str
    cypher: str


def parse(text: str, *, name: str, theme: str, file: str) -> Question:
    """Read a question from the text of its file.

    Raises CheckFailed, with file and line, where the head is not right.
    """
    lines = text.split("\n")
    count = next((i for i, line in enumerate(lines) if not line.startswith(MARK)), len(lines))
    if count == 0:
        raise CheckFailed(f"{file}, line 1: no head. It begins with lines like `{MARK} title: …`.")
    try:
        head = yaml.load("\n".join(line[len(MARK) :].removeprefix(" ") for line in lines[:count]), Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        raise CheckFailed(f"{file}, line {line}: the head is not YAML: {getattr(error, 'problem', error)}.") from None
    if not isinstance(head, dict):
        raise CheckFailed(f"{file}, line 1: the head is not a list of `field: value`.")
    try:
        question = Question(name=name, theme=theme, cypher="\n".join(lines[count:]).strip() + "\n", **head)
    except (ValidationError, TypeError) as error:
        raise CheckFailed(f"{file}, {_place(error, lines[:count])}") from None
    _refers_to_columns(question, file)
    return question


def read(path: Path) -> Question:
    """Read a question's file; its name is that of the file, its theme that of the folder."""
    return parse(path.read_text("utf-8"), name=path.stem, theme=path.parent.name, file=str(path))


_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _place(error: ValidationError | TypeError, lines: list[str]) -> str:
    if isinstance(error, TypeError):
        return f"line 1: {error}."
    # An unknown field says more than the known one that is missing because of it.
    first = sorted(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")[0]
    path = [str(part) for part in first["loc"]]
    line = 1
    for part in path:
        line = next((i for i, text in enumerate(lines[line - 1 :], start=line) if f"{part}:" in text), line)
    known = sorted(set(Question.model_fields) - {"name", "theme", "cypher"})
    hint = f" Known fields: {', '.join(known)}." if first["type"] == "extra_forbidden" and len(path) == 1 else ""
    said = "there is no such field" if first["type"] == "extra_forbidden" else first["msg"]
    return f"line {line}: {'.'.join(path)}: {said}.{hint}"


def _refers_to_columns(question: Question, file: str) -> None:
    used = [name for name in question.roles.model_dump().values() if name is not None]
    used += [*question.show, *(question.matrix.model_dump().values() if question.matrix else ())]
    used += [distinct.column for distinct in question.distinct.values()]
    for name in used:
        if name not in question.columns:
            raise CheckFailed(f"{file}: the head speaks of the column {name}, which is not among its columns.")
