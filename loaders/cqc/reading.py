"""Reads a spreadsheet of the regulator: once to find out what is not right, and a second time to make nodes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qikg.graph.content import Content
from qikg.loaders.cqc import books
from qikg.loaders.cqc.distinct import Distinct, look
from qikg.loaders.cqc.notes import Notes
from qikg.loaders.cqc.pieces import PUBLISHER
from qikg.loaders.cqc.registered import SheetRow
from qikg.loaders.editions import load_of
from qikg.loaders.report import LoadReport
from qikg.ontology.provenance import Source
from qikg.ontology.terms import ATTRIBUTION

CHUNK = 5_000
"""Rows made into nodes at a time."""


class Making(Protocol):
    """What makes nodes of the rows of one file."""

    def add(self, row: SheetRow, content: Content) -> None:
        """Add what a row says."""
        ...

    def account(self) -> list[str]:
        """Say what was made of the file."""
        ...


@dataclass(frozen=True, slots=True)
class Book:
    """A kind of spreadsheet: how its source is called, the layouts of its sheets, and what makes nodes of its rows."""

    name: str
    title: str
    loader: str
    layouts: tuple[str, ...]
    making: Callable[[str, tuple[str, ...], Notes], Making]
    """Takes the edition, the ids of the sources, and where to note what is odd."""

    def recognises(self, path: Path) -> bool:
        """Say whether a file is of this kind, by its content."""
        return not path.is_dir() and books.layout_of(path) in self.layouts

    def read(self, path: Path, report: LoadReport, *, strict: bool = False) -> Iterator[Content]:
        """Give the content of a file in pieces, for one transaction each; problems go to the report first.

        Rows that are not right are left out, or the whole file where `strict`, or where nobody can tell how to read it
        (dates of both orders, a column twice). Raises CheckFailed for a file that cannot be read at all.
        """
        earlier = len(report.errors)
        said: list[str] = []
        sheets: dict[str, Distinct] = {}
        for name, found in books.data_sheets(path, self.layouts, said):
            sheets[name] = look(found, books.shown(path, name), report)
            report.rows[sheets[name].file] = sheets[name].rows
        if (strict and len(report.errors) > earlier) or not all(sheet.whole for sheet in sheets.values()):
            for sheet in sheets.values():
                report.refused[sheet.file] = sheet.rows
            return
        digest = books.digest(path)
        edition = _edition(sheets.values(), said)
        identifier = f"cqc/{self.name}/{edition or 'undated'}-{digest[:8]}"
        start = Content(edition)
        start.add(
            Source(
                id=identifier, title=self.title, publisher="Care Quality Commission", edition=edition or None,
                licence=ATTRIBUTION[0], sha256=digest, rows=sum(sheet.rows for sheet in sheets.values()),
                sources=(identifier,),
            ),
            *load_of(identifier, digest, self.loader),
        )  # fmt: skip
        yield start
        notes = Notes(report)
        making = self.making(edition, (identifier,), notes)
        for name, found in books.data_sheets(path, self.layouts, []):
            rows = (SheetRow(sheets[name], number, cells) for number, cells in found.rows)
            yield from _pieces(rows, making, edition, report)
        notes.tell()
        report.notes += [f"{path.name}: {line}" for line in making.account()]


def _pieces(rows: Iterable[SheetRow], making: Making, edition: str, report: LoadReport) -> Iterator[Content]:
    content, pending = Content(edition, publisher=PUBLISHER), 0
    for row in rows:
        if row.is_right():
            making.add(row, content)
        else:
            report.refused[row.sheet.file] += 1
        pending += 1
        if pending == CHUNK:
            yield content
            content, pending = Content(edition, publisher=PUBLISHER), 0
    if pending:
        yield content


def _edition(sheets: Iterable[Distinct], said: list[str]) -> str:
    """Give the day of which a file says that it is; where it says nothing, the newest day when something was published.

    A day to come is most often a slip of the pen: as the edition it would outrank every file after it.
    """
    today = datetime.date.today()
    stated = books.stated_edition(said, today)
    newest = [sheet.newest(column, today) for sheet in sheets for column in sheet.days]
    day = stated or max((day for day in newest if day), default=None)
    return day.isoformat() if day else ""
