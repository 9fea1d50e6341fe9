"""Finds the header row of a register's file by its content, and the columns by their names.

Files have notices above the header, in some editions and not in others; headers that are whole sentences; copies with
snake_case names, with more columns, or with no header at all. A column is never found by its number but in the last.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from qikg.loaders.report import Problem, nearest
from qikg.loaders.spreadsheets.cells import Cell, Row, letters, refused, text
from qikg.loaders.spreadsheets.layouts import ColumnRow, Layout

WITHIN = 60
"""Rows that are searched for a header."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns of a sheet are: our name of each, and its index.

    `row` is 0 where the file has no header. `families` holds the members of each list of columns, as the header words
    them. `unknown` are headers that no layout has; `personal` the columns that name people and are not to be read.
    """

    layout: Layout
    row: int
    columns: Mapping[str, int]
    families: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)
    unknown: tuple[tuple[int, str], ...] = ()
    personal: tuple[int, ...] = ()
    twice: tuple[tuple[int, str], ...] = ()

    def get(self, cells: Sequence[Cell], key: str) -> Cell:
        """Give the cell of a column; None where the row is shorter, or the edition has no such column."""
        index = self.columns.get(key, len(cells))
        return cells[index] if index < len(cells) else None

    def absent(self) -> tuple[str, ...]:
        """Give the columns that other editions have."""
        known = (self.layout.key(column) for column in self.layout.columns if not column.personal)
        return tuple(key for key in known if key not in self.columns and key not in self.families)

    def problems(self, file: str) -> list[Problem]:
        """Say which columns are not understood (one warning for all), and which stand twice (errors)."""
        found = [
            Problem(file, f"the column stands twice ({letters(self.columns[key])} and {letters(index)})", self.row, key)
            for index, key in self.twice
        ]
        if self.unknown:
            known = [column.header for column in self.layout.columns]
            named = ", ".join(f"{letters(index)} {name}" for index, name in self.unknown)
            hint = nearest(self.unknown[0][1], known) if len(self.unknown) == 1 else ""
            rule = f"{len(self.unknown)} column{'s' * (len(self.unknown) > 1)} unknown and not read"
            found.append(Problem(file, rule, self.row, value=named, hint=hint, severity="warning"))
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """The header of a sheet, the rows below it, and what stands above it (the edition is told there)."""

    header: Header
    rows: Iterator[Row]
    above: tuple[str, ...]


def folded(header: str) -> str:
    """Give a header's words in one form, whatever parts them: blanks, marks, dots of R, or underscores.

    >>> folded("Inherited Rating (Y/N)") == folded("inherited_rating_y_n") == folded("Inherited.Rating..Y.N.")
    True
    >>> folded("Service's website"), folded("Care Home?")
    ('services website', 'care home')
    """
    plain = unicodedata.normalize("NFKC", header).casefold().replace("'", "").replace("’", "")
    return " ".join(re.findall(r"[^\W_]+", plain))


def match(cells: Sequence[Cell], layout: Layout, row: int) -> Header:
    """Match the cells of a header row with the columns of a layout; required ones may be missing."""
    whole: dict[str, ColumnRow] = {}
    starts: list[tuple[str, ColumnRow]] = []
    for column in layout.columns:
        for name in map(folded, (column.header, *column.also)):
            whole.setdefault(name, column)
            if column.matched_by != "whole":
                starts.append((f"{name} ", column))
    starts.sort(key=lambda start: -len(start[0]))
    columns: dict[str, int] = {}
    families: dict[str, list[tuple[int, str]]] = {}
    unknown, twice, personal = [], [], []
    for index, header in enumerate(map(text, cells)):
        name = folded(header)
        if not name:
            continue
        known = whole.get(name) or next((column for start, column in starts if name.startswith(start)), None)
        if known is None:
            unknown.append((index, header))
        elif known.personal:
            personal.append(index)
        elif known.matched_by == "family":
            member = header[len(known.header.rstrip(" -")) :].lstrip(" -_.")
            families.setdefault(layout.key(known), []).append((index, member))
        elif layout.key(known) in columns:
            twice.append((index, layout.key(known)))
        else:
            columns[layout.key(known)] = index
    return Header(layout, row, columns, families, tuple(unknown), tuple(personal), tuple(twice))


def missing(header: Header) -> tuple[str, ...]:
    """Give the required columns that a header row does not have."""
    needed = (column for column in header.layout.columns if column.required)
    return tuple(column.header for column in needed if header.layout.key(column) not in header.columns)


def find_header(rows: Iterable[Row], layouts: Sequence[Layout], file: str, within: int = WITHIN) -> Found:
    """Find the first row that has every required column of one of the layouts; of several, the fullest match.

    Where no row has, and a layout has copies without a header, the rows are taken by their width.
    Raises CheckFailed, with the row that comes nearest and what it lacks, where neither is found.
    """
    rows = iter(rows)
    seen: list[Row] = []
    best: Header | None = None
    for row, cells in rows:
        seen.append((row, cells))
        if row > within:
            break
        headers = [match(cells, layout, row) for layout in layouts]
        whole = [header for header in headers if not missing(header)]
        if whole:
            header = max(whole, key=lambda header: (len(header.columns), -len(header.unknown)))
            above = tuple(filter(None, (text(cell) for _, line in seen[:-1] for cell in line)))
            return Found(header, rows, above)
        best = max([*([best] if best else []), *headers], key=lambda header: len(header.columns), default=None)
    for layout in layouts:
        found = _headless(seen, rows, layout)
        if found:
            return found
    if not seen:
        raise refused(file, "the sheet is empty", hint="It needs at least a header row.")
    expected = " or ".join(layout.name for layout in layouts)
    if best is None or not best.columns:
        known = [column.header for layout in layouts for column in layout.columns if column.required]
        raise refused(file, f"no header row of {expected} in the first {within} rows",
                      hint=f"One row must have {', '.join(dict.fromkeys(known))}.")  # fmt: skip
    raise refused(
        file,
        f"no header row of {expected}",
        row=best.row,
        hint=f"This row comes nearest; it lacks {', '.join(missing(best))}.",
    )


def _headless(seen: list[Row], rows: Iterator[Row], layout: Layout) -> Found | None:
    known = layout.headless
    if known is None:
        return None
    for at, (_, cells) in enumerate(seen):
        if len(cells) in known.widths and known.shape.fullmatch(text(cells[known.column])):
            columns = {
                layout.key(column): index
                for index, column in enumerate(layout.columns[: len(cells)])
                if not column.personal
            }
            above = tuple(filter(None, (text(cell) for _, line in seen[:at] for cell in line)))
            return Found(Header(layout, 0, columns), chain(seen[at:], rows), above)
    return None
