"""What the cells of a sheet mean, each different cell looked at once.

Rows repeat a few words and dates hundreds of thousands of times. The first reading of a sheet gathers the distinct
cells of the columns with ids, dates and words of a list, and reports those that are not right; the second makes nodes.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from qikg.loaders.report import LoadReport, Problem, nearest
from qikg.loaders.spreadsheets.cells import Cell, text
from qikg.loaders.spreadsheets.dayorder import DayOrder, future, read_day
from qikg.loaders.spreadsheets.headers import Found, Header
from qikg.loaders.vocabularies import key_questions, ratings, service_groups, unseen
from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.crosswalk import Concept
from qikg.ontology.dates import PartialDate

_LOCATION_ID = re.compile(r"1-[0-9]{6,14}|[A-Z0-9]{5,9}")
_PROVIDER_ID = re.compile(r"1-[0-9]{6,14}|[A-Z0-9]{3,6}")
_IDS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {"Location.id": _LOCATION_ID, "Organisation.id": _PROVIDER_ID, "DUAL_REGISTERED_WITH.end": _LOCATION_ID}
)
_WORDS: Mapping[str, Callable[[], dict[str, Concept]]] = MappingProxyType(
    {"Rating.service": service_groups, "Rating.question": key_questions, "Rating.value": ratings}
)
_MAY_BE_ABSENT = ("Rating.value",)
"""Where there is no rating yet, the cell is empty; but in the care directory with ratings."""

Column = dict[Cell, list[int]]
"""The distinct cells of a column: of each how often it stands there, and the first rows."""
_PLACES = 3
"""Rows that a problem names."""


@dataclass(slots=True)
class Distinct:
    """What the first reading found out about a sheet: by column, the meaning of each distinct cell."""

    header: Header
    file: str
    rows: int = 0
    ids: dict[str, dict[Cell, bool]] = field(default_factory=dict)
    """Whether a cell is an id of the register."""
    days: dict[str, dict[Cell, datetime.date | None]] = field(default_factory=dict)
    """A cell that is no date is not there."""
    words: dict[str, dict[Cell, Concept]] = field(default_factory=dict)
    whole: bool = True
    """Whether every column can be read in one way: not where dates have both orders, or a column stands twice."""
    own: str = field(init=False)
    """The column with the id of what a row is about."""

    def __post_init__(self) -> None:
        self.own = "provider_id" if self.header.layout.name == "provider-ratings" else "location_id"

    def newest(self, column: str, until: datetime.date) -> datetime.date | None:
        """Give the newest day of a column, up to a day."""
        return max((day for day in self.days.get(column, {}).values() if day and day <= until), default=None)


def look(found: Found, file: str, report: LoadReport) -> Distinct:
    """Read a sheet for the first time, and report its columns and cells that are not right."""
    header = found.header
    sheet = Distinct(header, file)
    layout = header.layout
    becomes = {layout.key(column): column.becomes for column in layout.columns if column.becomes}
    here = {key: what for key, what in becomes.items() if key in header.columns or key == sheet.own}
    dated = [key for key, what in here.items() if _is_day(what)]
    watched = [key for key, what in here.items() if what in _IDS or what in _WORDS or key in dated]
    columns = _scan(found, sheet, watched)
    for problem in header.problems(file):
        report.add(problem)
    order = DayOrder()
    for key in dated:
        for cell, (_, number, *_others) in columns[key].items():
            order.see(number, cell)
    if doubt := order.problem(file, dated[0] if len(dated) == 1 else None):
        report.add(doubt)
    elif told := order.told():
        report.notes.append(f"{file}: {told}.")
    twice = {column for _, column in header.twice}
    sheet.whole = not twice & here.keys() and not (order.day and order.month)
    for key in watched:
        what = here[key]
        if what in _IDS:
            sheet.ids[key] = _ids(columns[key], _IDS[what], key, file, report, required=key == sheet.own)
        elif what in _WORDS:
            absent = what in _MAY_BE_ABSENT and "service_group" not in header.columns
            sheet.words[key] = _meanings(columns[key], _WORDS[what](), key, file, report, may_be_absent=absent)
        else:
            sheet.days[key] = _days(columns[key], order, key, file, report)
    return sheet


@cache
def _is_day(what: str) -> bool:
    of, _, name = what.partition(".")
    cls = NODES.get(of) or RELATIONSHIPS.get(of)
    return cls is not None and any(one.name == name and one.type is PartialDate for one in cls.fields())


def _scan(found: Found, sheet: Distinct, names: list[str]) -> dict[str, Column]:
    columns: dict[str, Column] = {name: {} for name in names}
    at = [(columns[name], found.header.columns.get(name, -1)) for name in names]
    count = 0
    for number, cells in found.rows:
        count += 1
        width = len(cells)
        for rows, index in at:
            cell = cells[index] if 0 <= index < width else None
            seen = rows.get(cell)
            if seen is None:
                rows[cell] = [1, number]
            else:
                seen[0] += 1
                if len(seen) <= _PLACES:
                    seen.append(number)
    sheet.rows = count
    return columns


def _ids(
    column: Column, shape: re.Pattern[str], name: str, file: str, report: LoadReport, *, required: bool
) -> dict[Cell, bool]:
    right: dict[Cell, bool] = {}
    for cell, seen in column.items():
        code = text(cell)
        right[cell] = bool(shape.fullmatch(code))
        if not right[cell]:
            hint = f"Did you mean {code.upper()}?" if code and shape.fullmatch(code.upper()) else ""
            rule = "the cell is empty" if not code else "not a code of this register"
            _tell(report, file, seen, name, code or None, rule, hint, error=required)
    return right


def _days(
    column: Column, order: DayOrder, name: str, file: str, report: LoadReport
) -> dict[Cell, datetime.date | None]:
    days: dict[Cell, datetime.date | None] = {}
    today = datetime.date.today()
    for cell, seen in column.items():
        try:
            days[cell] = read_day(cell, order.order)
        except ValueError as error:
            _tell(report, file, seen, name, text(cell), str(error), "", error=True)
            continue
        if problem := future(days[cell], today, file, seen[1], name):
            report.add(problem)
    return days


def _meanings(
    column: Column, known: dict[str, Concept], name: str, file: str, report: LoadReport, *, may_be_absent: bool
) -> dict[Cell, Concept]:
    """Give the concept of each word; a word never seen is kept as printed, with a warning that counts it."""
    meanings: dict[Cell, Concept] = {}
    for cell, seen in column.items():
        word = text(cell)
        if not word and may_be_absent:
            continue
        concept = known.get(word.casefold())
        if concept is None:
            concept = unseen(word, known)
            rule = "a word that is not in the list; kept as printed" if word else "the cell is empty; kept as empty"
            hint = nearest(word, {one.label for one in known.values()})
            _tell(report, file, seen, name, word or None, rule, hint, error=False)
        meanings[cell] = concept
    return meanings


def _tell(
    report: LoadReport, file: str, seen: list[int], column: str, value: str | None, rule: str, hint: str, *, error: bool
) -> None:
    count, first, *others = seen
    also = f"; also row{'s' * (len(others) > 1)} {', '.join(map(str, others))}" if others else ""
    more = ", …" if count > 1 + len(others) else ""
    times = f" ({count:,} rows{also}{more})" if count > 1 else ""
    report.add(Problem(file, rule + times, first, column, value, hint, "error" if error else "warning"))
