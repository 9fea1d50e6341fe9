"""Reads our tab-separated files into typed rows, and reports every cell that is not as it should be."""

from __future__ import annotations

import hashlib
import re
import types
import typing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from qikg.loaders.report import LoadReport, Problem, nearest

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
# C0 controls but tab and line feed, surrogates and two non-characters: some RDF syntax cannot carry them.
LARGEST = 2**63 - 1
"""What a graph can hold as a whole number."""

_RESAVE = "Save it again as tab-separated text in UTF-8 and try once more."
_CUT = "A cell holds a tab or a line break, an editor took away tabs at the end, or the file was cut off."
_OTHER_KINDS = {
    b"\xff\xfe": "UTF-16 (in Excel: “Unicode Text”)",
    b"\xfe\xff": "UTF-16",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a spreadsheet or another zipped file",
    b"\x1f\x8b": "a compressed file",
}


class Row(BaseModel):
    """A row of a file: one field a column. A column whose field has a default may be absent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: ClassVar[str]
    key: ClassVar[str]
    """The column, or property, whose value is unique in the file."""


R = TypeVar("R", bound=Row)
R_co = TypeVar("R_co", bound=Row, covariant=True)


@dataclass(frozen=True, slots=True)
class Table(Generic[R_co]):
    """The rows of a file that passed, each with its line number (the header is 1), and the hash of the bytes."""

    name: str
    sha256: str
    rows: tuple[tuple[int, R_co], ...]
    read: int
    keys: frozenset[str] = frozenset()
    """The keys of all rows, those that did not pass included: what points at such a row is not wrong too."""

    @property
    def whole(self) -> bool:
        """Whether every row passed."""
        return bool(self.sha256) and len(self.rows) == self.read

    def __iter__(self) -> typing.Iterator[R_co]:
        return (row for _, row in self.rows)


def read_text(path: Path, name: str, report: LoadReport) -> str | None:
    """Read a file as UTF-8: a byte-order mark is dropped, CR and CRLF become LF.

    Gives None, and reports why, where it cannot be read, is not UTF-8, is empty, or holds characters that no RDF syntax
    carries.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        report.add(Problem(name, "the file cannot be read", hint=f"{error.strerror or error}: {path}"))
        return None
    return decoded(raw, name, report)


def decoded(raw: bytes, name: str, report: LoadReport) -> str | None:
    """Do what `read_text` does for bytes that were read already."""
    kinds = {**_OTHER_KINDS, **({raw[:1]: "UTF-16"} if raw.count(0) > len(raw) // 4 else {})}
    for mark, kind in kinds.items():
        if raw and raw.startswith(mark):
            report.add(Problem(name, f"this is {kind}, not text in UTF-8", hint=_RESAVE))
            return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        hint = (
            f"Byte 0x{raw[error.start]:02X} in this row does not belong there; the file was probably saved in an older "
            f"encoding, such as Windows-1252 or Latin-1. {_RESAVE}"
        )
        report.add(Problem(name, "not text in UTF-8", line, hint=hint))
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        report.add(Problem(name, "the file is empty", hint="It needs at least a header row."))
        return None
    bad = forbidden(text)
    if bad is not None:
        row = text.count("\n", 0, bad) + 1
        hint = "Delete it in this row; most editors do not show it. It often comes from copying out of a PDF."
        report.add(
            Problem(
                name, "a control character that cannot be published", row, value=f"U+{ord(text[bad]):04X}", hint=hint
            )
        )
        return None
    return text


def forbidden(text: str) -> int | None:
    """Give the place of the first character that some RDF syntax cannot carry; None where there is none."""
    found = _FORBIDDEN.search(text)
    return None if found is None else found.start()


def file_hash(path: Path) -> str:
    """Give the SHA-256 of a file's bytes, as hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_table(path: Path, model: type[R], report: LoadReport, *, name: str | None = None) -> Table[R]:
    """Read a tab-separated file with one header row and no quoting.

    Blanks around a value are no part of it, and a row of empty cells is none. Empty cells are None; `|` separates the
    members of a list. All problems of all rows are reported together.
    """
    name = name or path.name
    if not path.exists():
        report.add(Problem(name, "the file is missing", hint=f"It was looked for in {path.parent}."))
        return Table(name, "", (), 0)
    text = read_text(path, name, report)
    if text is None:
        return Table(name, "", (), 0)
    return parse_table(text, model, report, name=name, digest=file_hash(path))


def parse_table(text: str, model: type[R], report: LoadReport, *, name: str, digest: str) -> Table[R]:
    """Do what `read_table` does for a text that was read already."""
    header, *body = ([cell.strip() for cell in line.split("\t")] for line in text.split("\n"))
    full = [(number, cells) for number, cells in enumerate(body, start=2) if any(cells)]
    report.rows[name] = len(full)
    if not _header_is_right(header, model, report, name):
        return Table(name, "", (), len(full))
    columns = [(column, *_shape(model, column)) for column in header]
    rows: list[tuple[int, R]] = []
    seen: dict[str, int] = {}
    key_at = header.index(model.key) if model.key in header else None
    keys = {cells[key_at] for _, cells in full if len(cells) > key_at} if key_at is not None else set()
    for number, cells in full:
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        if len(cells) != len(header):
            rule = f"the row has not as many cells as the header, which has {len(header)}"
            report.add(Problem(name, rule, number, value=str(len(cells)), hint=_CUT))
            continue
        row = _row(cells, columns, model, report, name, number)
        if row is None:
            continue
        key = str(getattr(row, model.key))
        if key in seen:
            report.add(
                Problem(name, "the key stands twice", number, model.key, key, f"It stands first in row {seen[key]}.")
            )
            continue
        seen[key] = number
        rows.append((number, row))
    return Table(name, digest, tuple(rows), len(full), frozenset(keys))


def _header_is_right(header: list[str], model: type[Row], report: LoadReport, name: str) -> bool:
    known = list(model.model_fields)
    missing = [c for c, field in model.model_fields.items() if field.is_required() and c not in header]
    right = not missing
    for place, column in enumerate(header, start=1):
        if not column:
            report.add(
                Problem(name, "a column without a name", 1, hint=f"It is column {place}; name it, or delete it.")
            )
            right = False
        elif column not in model.model_fields:
            hint = nearest(column, missing) or nearest(column, known) or f"Known: {', '.join(known)}."
            report.add(Problem(name, "unknown column", 1, column, hint=hint))
            right = False
    for column in sorted({c for c in header if c and header.count(c) > 1}):
        report.add(Problem(name, "the column stands twice", 1, column, hint="Delete one of them."))
        right = False
    for column in missing:
        report.add(
            Problem(name, "missing column", 1, column, hint=nearest(column, [c for c in header if c not in known]))
        )
    return right


_Shape = tuple[Literal["text", "number", "list", "yes or no"], bool]


@cache
def _shape(model: type[Row], column: str) -> _Shape:
    """Say how a column's cells are read, and whether they may be empty."""
    annotation = model.model_fields[column].annotation
    if get_origin(annotation) is tuple:
        return "list", True
    union = get_origin(annotation) in {types.UnionType, typing.Union}
    members = [_plain(one) for one in get_args(annotation)] if union else [annotation]
    if bool in members:
        return "yes or no", type(None) in members
    return "number" if int in members or float in members else "text", type(None) in members


def _plain(annotation: object) -> object:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _row(
    cells: list[str],
    columns: list[tuple[str, Literal["text", "number", "list", "yes or no"], bool]],
    model: type[R],
    report: LoadReport,
    name: str,
    number: int,
) -> R | None:
    values: dict[str, object] = {}
    for text, (column, kind, _) in zip(cells, columns, strict=True):
        if kind == "list":
            values[column] = tuple(part for part in map(str.strip, text.split("|")) if part) if text else ()
        elif not text:
            continue
        else:
            values[column] = {"yes": True, "no": False}.get(text, text) if kind == "yes or no" else text
    try:
        row = model.model_validate(values)
    except ValidationError as error:
        written = dict(zip((column for column, *_ in columns), cells, strict=True))
        for detail in error.errors():
            place = str(detail["loc"][0]) if detail["loc"] else ""
            rule, hint = in_words(detail["type"], detail["msg"], detail.get("ctx", {}), str(detail["input"]))
            report.add(Problem(name, rule, number, place or None, written.get(place) or None, hint))
        return None
    for column, kind, _ in columns:
        value = getattr(row, column)
        if kind == "number" and isinstance(value, int) and abs(value) > LARGEST:
            report.add(Problem(name, "the number is too large", number, column, str(value), f"At most {LARGEST:,}."))
            return None
    return row


_PLAIN = {
    "missing": ("the cell is empty", "This column needs a value in every row."),
    "int_parsing": ("not a whole number", "Write digits only, without separators or units."),
    "int_from_float": ("not a whole number", "Write digits only, without separators or units."),
    "int_parsing_size": ("the number is too large", ""),
    "float_parsing": ("not a number", "Write digits with a point, such as 0.75."),
    "finite_number": ("not a number", "Write digits with a point, such as 0.75."),
    "bool_type": ("neither yes nor no", "Write yes or no."),
    "bool_parsing": ("neither yes nor no", "Write yes or no."),
    "string_type": ("not a text", ""),
    "dict_type": ("not a group of named values (`{…}`)", ""),
    "model_type": ("not a group of named values (`{…}`)", ""),
    "tuple_type": ("not a list (`[…]`)", ""),
}


def in_words(kind: str, message: str, context: typing.Mapping[str, object], given: str) -> tuple[str, str]:
    """Give the rule that a value broke and a hint, in words for whoever keeps the file."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "literal_error":
        words = re.findall("'([^']*)'", str(context["expected"]))
        return "not one of the known words", " ".join(
            filter(None, [nearest(given, words), f"Known: {', '.join(words)}."])
        )
    if kind in {"greater_than_equal", "less_than_equal"}:
        bound = "at least" if kind == "greater_than_equal" else "at most"
        limit = context.get("ge", context.get("le"))
        return "out of range", f"It must be {bound} {limit:g}." if isinstance(limit, int | float) else ""
    if kind == "value_error":
        rule, _, hint = str(context["error"]).partition("; ")
        return rule, f"{hint[:1].upper()}{hint[1:]}." if hint else ""
    if kind == "string_pattern_mismatch":
        return "not of the right shape", f"It must look like {context['pattern']}."
    return message, ""
