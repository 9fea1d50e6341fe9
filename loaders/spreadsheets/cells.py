"""The cells of a spreadsheet, whatever file they came from."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zipfile import BadZipFile

from qikg.loaders.report import LoadReport, Problem
from qikg.ontology.errors import CheckFailed

Cell = str | float | int | bool | date | datetime | None
"""A whole number is an int, a moment at midnight a date, an empty text None."""

Row = tuple[int, list[Cell]]
"""The number of a row as a spreadsheet program shows it (from 1, blank rows counted), and its cells."""

BROKEN = (
    *(EOFError, OSError, BadZipFile, zlib.error, struct.error),
    *(NotImplementedError, IndexError, UnicodeDecodeError),
)
"""What zipfile and gzip raise for a file that is cut off, damaged, or packed in an unusual way (all seen)."""

MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
"""As many as Excel and LibreOffice have."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, and its rows but for blank ones, to be read once and before the next sheet is asked for."""

    name: str
    rows: Iterator[Row]


def refused(
    file: str, rule: str, *, row: int | None = None, column: str | None = None, value: str | None = None, hint: str = ""
) -> CheckFailed:
    """Give the error of a file that cannot be read, with its place, for the caller to raise."""
    problem = Problem(file, rule, row, column, value, hint)
    return CheckFailed(str(problem), LoadReport(problems=[problem]))


def damaged(file: str, row: int | None = None) -> CheckFailed:
    """Give the error of a packed file that does not unpack."""
    rule = "the file is cut off or damaged, or packed in an unusual way"
    return refused(file, rule, row=row, hint="Fetch it again.")


def number(value: float) -> float | int:
    """Give a whole number as an int: ids and counts that a program stored as numbers keep their digits.

    >>> number(100012345678.0), number(52.08597)
    (100012345678, 52.08597)
    """
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def moment(value: datetime) -> date | datetime:
    """Give a moment at midnight as a date: the formats have one type for both."""
    return value.date() if value.time() == time.min else value


def text(cell: Cell) -> str:
    """Give a cell as text, without blanks at its ends; an empty cell is an empty text.

    >>> text("  Good\u00a0"), text(24), text(date(2026, 5, 29)), text(None), text(True)
    ('Good', '24', '2026-05-29', '', 'TRUE')
    """
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def letters(index: int) -> str:
    """Give the letters that a spreadsheet program shows above a column; the first index is 0.

    >>> letters(0), letters(25), letters(26), letters(118)
    ('A', 'Z', 'AA', 'DO')
    """
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
