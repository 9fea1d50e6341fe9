"""The columns of the registers' files, edition by edition, as loaders/spreadsheets/layouts.tsv lists them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

from qikg.loaders.report import LoadReport
from qikg.loaders.tables import Row, read_table
from qikg.ontology.errors import CheckFailed


class ColumnRow(Row):
    """A column of a register's file: what it is called with us, and in the editions of the file."""

    file: ClassVar[str] = "layouts.tsv"
    key: ClassVar[str] = "id"

    id: str
    """The layout and our name of the column, parted by a slash."""
    header: str
    """The header of the newest edition."""
    also: tuple[str, ...] = ()
    """Headers of other editions."""
    matched_by: Literal["whole", "start", "family"]
    """Whether a header is the same, begins so and goes on with a remark, or begins so for each member of a list."""
    required: bool
    personal: bool
    """Whether the column names people: it is known, and never read."""
    becomes: str | None = None
    """The class and property of the ontology that it fills: `Location.beds`."""
    reason: str | None = None
    """Why it is not loaded, where it is not."""


@dataclass(frozen=True, slots=True)
class Headless:
    """How a copy without a header is known: by its widths, and by one cell of each row."""

    widths: frozenset[int]
    column: int
    shape: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of file or sheet, and its columns in their order."""

    name: str
    columns: tuple[ColumnRow, ...]
    headless: Headless | None = None

    def key(self, column: ColumnRow) -> str:
        """Give our name of a column."""
        return column.id.partition("/")[2]

    def becoming(self, what: str) -> dict[str, str]:
        """Give the columns that fill the properties of a class: our name of each, and the property.

        >>> layouts()["provider-ratings"].becoming("Rating")["key_question"]
        'question'
        """
        pairs = ((self.key(column), (column.becomes or "").partition(".")) for column in self.columns)
        return {key: name for key, (of, _, name) in pairs if of == what}


_ID = re.compile(r"1-\d{6,}|[A-Z0-9]{5,}")
_HEADLESS = {
    "directory": Headless(frozenset({15}), 13, _ID),
    # 27 fields by the specification; programs that drop empty fields at the end leave 24.
    "trusts": Headless(frozenset({24, 27}), 10, re.compile(r"(19|20)\d{6}")),
}


@cache
def layouts() -> Mapping[str, Layout]:
    """Give the layouts by name."""
    report = LoadReport()
    table = read_table(Path(__file__).with_name(ColumnRow.file), ColumnRow, report)
    if not report.ok:
        raise CheckFailed(report.summary(), report)
    found: dict[str, list[ColumnRow]] = {}
    for row in table:
        found.setdefault(row.id.partition("/")[0], []).append(row)
    return {
        name: Layout(name, tuple(columns), _HEADLESS.get(name))
        for name, columns in found.items()
    }
