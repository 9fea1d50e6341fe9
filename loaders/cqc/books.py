"""The sheets of the regulator's spreadsheets that hold data, and of when they are."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from qikg.loaders.report import SHEET
from qikg.loaders.spreadsheets.cells import Row, refused, text
from qikg.loaders.spreadsheets.dayorder import Order, read_day
from qikg.loaders.spreadsheets.headers import Found, find_header
from qikg.loaders.spreadsheets.layouts import layouts
from qikg.loaders.spreadsheets.sheets import open_sheets
from qikg.ontology.errors import CheckFailed

RATINGS = ("location-ratings", "provider-ratings")
"""Layouts of the care directory with ratings."""
DIRECTORIES = ("active-locations", "deactivated-locations", "dual-registrations", "directory")
"""Layouts of the other care directories."""

_AS_AT = re.compile(
    r"\b(?:as at|as of|produced on|correct at|extracted on)\s+(\d{1,2}[ /-]\w{2,9}[ /-]\d{4})", re.IGNORECASE
)
_ABOVE = 60
"""Rows of a sheet without data in which the day of the edition is sought."""


def layout_of(path: Path) -> str | None:
    """Give the layout of a file's first sheet with data; None where there is none, or the file cannot be read."""
    try:
        return next((found.header.layout.name for _, found in data_sheets(path, (*RATINGS, *DIRECTORIES), [])), None)
    except CheckFailed:
        return None


def data_sheets(path: Path, names: Sequence[str], said: list[str]) -> Iterator[tuple[str, Found]]:
    """Give the sheets of these layouts, each with its header, while the file is open; there is one at least.

    What stands above the headers, and in sheets without data, is added to `said`. Raises CheckFailed where no sheet is
    of a layout, and where the file is damaged.
    """
    known = [layouts()[name] for name in names]
    none: CheckFailed | None = refused(path.name, "no sheet at all")
    with open_sheets(path) as book:
        for sheet in book:
            watched = _Watched(sheet.rows)
            try:
                found = find_header(watched.rows(), known, path.name)
            except CheckFailed as error:
                if watched.broken:  # the file is damaged here: no sheet to pass over
                    raise
                none = none and error  # a README, or a sheet of another kind
                said += watched.first
                continue
            none = None
            said += found.above
            yield sheet.name, found
    if none is not None:
        raise none


class _Watched:
    """The rows of a sheet, with a look at the first of them, and whether reading them failed."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.first: list[str] = []
        self.broken = False

    def rows(self) -> Iterator[Row]:
        try:
            for number, (row, cells) in enumerate(self._rows):
                if number < _ABOVE:
                    self.first += filter(None, map(text, cells))
                yield row, cells
        except CheckFailed:
            self.broken = True
            raise


def stated_edition(said: Iterable[str], today: datetime.date) -> datetime.date | None:
    """Give the day as at which a file says that it is; None where it does not, or says a day to come.

    >>> stated_edition(["Source: CQC database as at 04 May 2021"], datetime.date(2026, 1, 1))
    datetime.date(2021, 5, 4)
    """
    for words in said:
        for shown in _AS_AT.findall(words):
            try:
                day = read_day(shown, Order.DAY)
            except ValueError:
                continue
            if day is not None and day <= today:
                return day
    return None


def shown(path: Path, sheet: str) -> str:
    """Name a sheet of a file for a report; a CSV file has one, which needs no name."""
    return path.name if not sheet or sheet == path.name.split(".")[0] else path.name + SHEET + sheet


def digest(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
