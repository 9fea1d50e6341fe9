"""Reads our tab-separated files into typed rows, and reports every cell that is not as it should be."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from qikg.loaders.report import LoadReport, Problem, nearest

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
# C0 controls but tab and line feed, surrogates and two non-characters: some RDF syntax cannot carry them.


class Row(BaseModel):
    """A row of a file: one field a column. A column whose field has a default may be absent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: ClassVar[str]
    key: ClassVar[str]
    """The column whose value is unique in the file."""


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """The rows of a file that passed, each with its line number (the header is 1), and the hash of the bytes."""

    name: str
    sha256: str
    rows: tuple[tuple[int, R], ...]
    read: int

    def __iter__(self) -> typing.Iterator[R]:
        return (row for _, row in self.rows)


def read_text(path: Path, name: str, report: LoadReport) -> str | None:
    """Read a file as UTF-8: a byte-order mark is dropped, CR and CRLF become LF.

    Gives None, and reports why, where the file is not UTF-8, is empty, or holds characters that no RDF syntax carries.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        report.add(
            Problem(name, "not UTF-8 text", hint=f"Byte {error.start} cannot be read; save the file again as UTF-8.")
        )
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        report.add(Problem(name, "the file is empty", hint="It needs at least a header row."))
        return None
    bad = _FORBIDDEN.search(text)
    if bad:
        row = text.count("\n", 0, bad.start()) + 1
        report.add(
            Problem(name, "a character that cannot be published", row, value=f"U+{ord(bad.group()):04X}",
                    hint="Remove it; it is invisible in most editors.")
        )  # fmt: skip
        return None
    return text


def file_hash(path: Path) -> str:
    """Give the SHA-256 of a file's bytes, as hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_table(path: Path, model: type[R], report: LoadReport, *, name: str | None = None) -> Table[R]:
    """Read a tab-separated file with one header row and no quoting.

    Empty cells are None; `|` separates the members of a list. All problems of all rows are reported together.
    """
    name = name or path.name
    if not path.exists():
        report.add(Problem(name, "the file is missing", hint=f"It was looked for in {path.parent}."))
        return Table(name, "", (), 0)
    text = read_text(path, name, report)
    digest = file_hash(path)
    if text is None:
        return Table(name, digest, (), 0)
    return parse_table(text, model, report, name=name, digest=digest)


def parse_table(text: str, model: type[R], report: LoadReport, *, name: str, digest: str) -> Table[R]:
    """Do what `read_table` does for a text that was read already."""
    lines = list(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
    header, body = lines[0], lines[1:]
    report.rows[name] = len(body)
    if not _header_is_right(header, model, report, name):
        return Table(name, digest, (), len(body))
    rows: list[tuple[int, R]] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(body, start=2):
        if not cells:  # a blank line
            continue
        if len(cells) != len(header):
            report.add(Problem(name, f"{len(cells)} cells where the header has {len(header)}", number))
            continue
        row = _row(dict(zip(header, cells, strict=True)), model, report, name, number)
        if row is None:
            continue
        key = str(getattr(row, model.key))
        if key in seen:
            report.add(Problem(name, f"the key stands twice, first in row {seen[key]}", number, model.key, key))
            continue
        seen[key] = number
        rows.append((number, row))
    return Table(name, digest, tuple(rows), len(body))


def _header_is_right(header: list[str], model: type[Row], report: LoadReport, name: str) -> bool:
    known = list(model.model_fields)
    right = True
    for column in header:
        if column not in model.model_fields:
            report.add(Problem(name, "unknown column", 1, column, hint=nearest(column, known)))
            right = False
    for column in {c for c in header if header.count(c) > 1}:
        report.add(Problem(name, "the column stands twice", 1, column))
        right = False
    for column, field in model.model_fields.items():
        if field.is_required() and column not in header:
            report.add(Problem(name, "missing column", 1, column, hint=nearest(column, header)))
            right = False
    return right


def _row(cells: dict[str, str], model: type[R], report: LoadReport, name: str, number: int) -> R | None:
    values: dict[str, object] = {
        column: _cell(text, model.model_fields[column].annotation) for column, text in cells.items()
    }
    try:
        return model.model_validate({c: v for c, v in values.items() if v is not None or _takes_none(model, c)})
    except ValidationError as error:
        for detail in error.errors():
            column = str(detail["loc"][0]) if detail["loc"] else None
            rule, hint = _in_words(detail, model, column)
            report.add(Problem(name, rule, number, column, cells.get(column or ""), hint))
        return None


def _takes_none(model: type[Row], column: str) -> bool:
    annotation = model.model_fields[column].annotation
    return annotation is type(None) or type(None) in get_args(annotation)


def _cell(text: str, annotation: object) -> object:
    if get_origin(annotation) is tuple:
        return tuple(part for part in text.split("|") if part)
    if text == "":
        return None
    if _is_bool(annotation):
        return {"yes": True, "no": False}.get(text, text)
    return text


def _is_bool(annotation: object) -> bool:
    return annotation is bool or (get_origin(annotation) in {types.UnionType, typing.Union} and bool in get_args(annotation))


def _in_words(detail: Any, model: type[Row], column: str | None) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return "the cell is empty", ""
    if kind == "literal_error":
        expected = context["expected"].replace("'", "")
        return "not one of the known words", f"Known: {expected}. {nearest(str(detail['input']), re.split(', | or ', expected))}"
    if kind in {"int_parsing", "int_from_float", "float_parsing"}:
        return "not a number", ""
    if kind in {"greater_than_equal", "less_than_equal"}:
        low_high = "at least" if kind == "greater_than_equal" else "at most"
        return "out of range", f"It must be {low_high} {context.get('ge', context.get('le'))}."
    if kind == "bool_type" or kind == "bool_parsing":
        return "not yes or no", ""
    if kind == "value_error":
        return str(context["error"]), ""
    if kind == "string_pattern_mismatch":
        return "not of the right shape", f"It must look like {context['pattern']}."
    return str(detail["msg"]), ""
