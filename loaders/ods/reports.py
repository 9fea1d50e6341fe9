"""Loads the NHS Organisation Data Service (ODS): lists of trusts (etr), organisations, successions, records of ORD.

A report is read twice: first to find its edition and all that is not right, then to make nodes. The edition is the
newest date that the report has inside, never the date of its file or download.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial as bound
from pathlib import Path

from qikg.graph.content import Content
from qikg.loaders.editions import load_of
from qikg.loaders.ods import ord
from qikg.loaders.ods.nodes import TRUST_ROLES, Checks, Day, Entry, Succession, Thing, contents
from qikg.loaders.report import LoadReport, Problem
from qikg.loaders.spreadsheets.cells import Cell
from qikg.loaders.spreadsheets.dayorder import DayOrder
from qikg.loaders.spreadsheets.headers import Found, Header, find_header
from qikg.loaders.spreadsheets.layouts import layouts
from qikg.loaders.spreadsheets.sheets import open_sheets
from qikg.ontology.errors import CheckFailed
from qikg.ontology.provenance import Source
from qikg.ontology.terms import ATTRIBUTION

PUBLISHER = "NHS England (Organisation Data Service)"
TITLES = {
    "etr": "NHS trusts (etr)",
    "organisations": "Organisations of the ODS",
    "successions": "Successions of the ODS",
    "ord": "Records of the ODS (ORD 2-0-0)",
}
ANNOUNCED = datetime.timedelta(days=31)
"""A list of trusts names new ones months before they open. An opening this long after the last closing, and not the
day after it, tells of the future, and not of the edition."""

_LAYOUTS = {"trusts": "etr", "organisations": "organisations", "successions": "successions"}
_DAYS = {
    "etr": ("open_date", "close_date"),
    "organisations": ("valid_from", "valid_to", "legal_start_date", "legal_end_date", "last_change_date"),
    "successions": ("legal_start_date",),
}


@dataclass(frozen=True, slots=True)
class _Register:
    """A file or folder whose kind is known; `things` reads it once more, and reports."""

    kind: str
    digest: str
    things: Callable[[LoadReport], Iterator[Thing]]


def recognises(path: Path) -> bool:
    """Say whether a file or folder is a report of the ODS, by its content."""
    if path.is_dir() or ord.recognises(path):
        return ord.recognises(path)
    try:
        with _opened(path):
            return True
    except (CheckFailed, OSError):
        return False


def read(path: Path, report: LoadReport, *, strict: bool = False) -> Iterator[Content]:
    """Give the content of a report in pieces; problems go to the `report` before the first.

    Rows that are not right are left out, or all of it where `strict`. What cannot be read at all is a problem too, and
    gives nothing.
    """
    survey, checked = _Survey(), LoadReport()
    try:
        register = _register(path)
        for thing in register.things(checked):
            survey.see(thing)
    except CheckFailed as error:
        _take(report, checked)
        if not isinstance(error.report, LoadReport):
            raise
        _take(report, error.report)
        return
    except OSError as error:
        report.add(Problem(path.name, "the file cannot be read", hint=str(error.strerror or error)))
        return
    _take(report, checked)
    if not survey.things:
        if checked.ok:
            report.add(Problem(path.name, "there is no row", hint="It may be cut off."))
        return
    if strict and not checked.ok:
        report.refused.update({name: rows - report.refused[name] for name, rows in checked.rows.items()})
        return
    day = survey.edition()
    survey.flag_announced(report, day)
    edition = day.isoformat() if day else ""
    source = f"ods/{register.kind}/{edition or 'undated'}-{register.digest[:8]}"
    start = Content(edition)
    start.add(
        Source(
            id=source, title=TITLES[register.kind], publisher=PUBLISHER, edition=edition or None,
            licence=ATTRIBUTION[1], sha256=register.digest, rows=sum(checked.rows.values()), sources=(source,),
        ),
        *load_of(source, register.digest, f"ods-{register.kind}"),
    )  # fmt: skip
    yield start
    yield from contents(register.things(LoadReport()), source, edition)


@dataclass(slots=True)
class _Survey:
    """What the first reading finds out for the edition."""

    things: int = 0
    changed: Day = None
    ended: Day = None
    starts: set[datetime.date] = field(default_factory=set)
    ahead: list[tuple[datetime.date, Entry, str]] = field(default_factory=list)
    """First days that may turn out to be after the edition."""

    def see(self, thing: Thing) -> None:
        """Take a row or record into account."""
        self.things += 1
        if isinstance(thing, Succession):
            self.changed = _later(self.changed, thing.date)
            return
        self.changed = _later(self.changed, thing.changed)
        for day in thing.ends:
            self.ended = _later(self.ended, day)
        for column, day in thing.starts:
            if day is not None:
                self.starts.add(day)
                known = self.changed or self.ended
                if known is None or day > known:
                    self.ahead.append((day, thing, column))

    def edition(self) -> Day:
        """Give the day of the last change; in a list of trusts the newest day that is not announced for later."""
        if self.changed is not None:
            return self.changed
        if self.ended is None:
            return max(self.starts, default=None)
        last = self.ended
        return max([last, *(day for day in self.starts if day <= last + ANNOUNCED)])

    def flag_announced(self, report: LoadReport, edition: Day) -> None:
        """Warn of what starts after the edition."""
        for day, entry, column in self.ahead:
            if edition is not None and day > edition:
                rule = f"a date after {edition}, the date of the file"
                hint = f"{entry.code} is announced."
                report.add(Problem(entry.file, rule, entry.row, column, str(day), hint, "warning"))


def _register(path: Path) -> _Register:
    if path.is_dir() or ord.recognises(path) or path.suffix.lower() == ".json":
        return _Register("ord", ord.digest(path), bound(ord.things, path))
    order = DayOrder()
    with _opened(path) as (kind, found, _):
        for number, cells in found.rows:
            for column in _DAYS[kind]:
                order.see(number, found.header.get(cells, column))
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return _Register(kind, digest, bound(_rows, path, order))


@contextmanager
def _opened(path: Path) -> Iterator[tuple[str, Found, bool]]:
    """Open a table, and find its kind and header; raises CheckFailed for a file of another kind.

    Spreadsheets, unlike CSV files, drop empty cells at the end of a row: the last value says whether that is so.
    """
    known = [layouts()[name] for name in _LAYOUTS]
    with open_sheets(path) as book:
        failure: CheckFailed | None = None
        for sheet in book:
            try:
                found = find_header(sheet.rows, known, path.name)
            except CheckFailed as error:
                failure = failure or error
                continue
            yield _LAYOUTS[found.header.layout.name], found, book.format != "csv"
            return
    raise failure or CheckFailed(
        f"{path.name}: no sheet at all", LoadReport(problems=[Problem(path.name, "there is no sheet at all")])
    )


def _rows(path: Path, order: DayOrder, report: LoadReport) -> Iterator[Thing]:
    seen: dict[str, int] = {}
    with _opened(path) as (kind, found, ragged):
        header = found.header
        for problem in [*header.problems(path.name), order.problem(path.name)]:
            if problem is not None:
                report.add(problem)
        if header.row == 0 and found.above:
            rule, hint = "rows above the first trust that are no trusts", "Has an open date been lost in the first row?"
            report.add(Problem(path.name, rule, 1, value=", ".join(found.above[:3]), hint=hint))
        if told := order.told():
            report.notes.append(f"{path.name}: {told}.")
        report.rows[path.name] = 0
        for number, cells in found.rows:
            report.rows[path.name] += 1
            row = _Row(header, cells, Checks(path.name, number, report, order.order), ragged)
            thing = row.thing(kind)
            if thing is None or not row.checks.ok:
                report.refused[path.name] += 1
                continue
            if isinstance(thing, Entry):
                if thing.code in seen:
                    report.refused[path.name] += 1
                    hint = f"It stands first in row {seen[thing.code]}."
                    row.checks.wrong(row.key, "the code stands twice", thing.code, hint)
                    continue
                seen[thing.code] = number
            yield thing


class _Row:
    """A row of one of the tables."""

    def __init__(self, header: Header, cells: Sequence[Cell], checks: Checks, ragged: bool) -> None:
        self.header, self.checks = header, checks
        self._cells, self._ragged = cells, ragged
        self.key = next(iter(header.columns), "")

    def thing(self, kind: str) -> Thing | None:
        """Give what the row says; None, and a report, where it has not the right number of cells."""
        if not self._is_whole():
            return None
        if kind == "etr":
            return self._trust()
        return self._organisation() if kind == "organisations" else self._succession()

    def _is_whole(self) -> bool:
        header, width = self.header, len(self._cells)
        if header.layout.headless is not None and header.row == 0:
            expected = header.layout.headless.widths
        else:
            others = [index for index, _ in (*header.unknown, *header.twice)]
            least = 1 + max([*header.columns.values(), *header.personal, *others])
            right = self._ragged or width >= least
            expected = frozenset({width if right and not any(self._cells[least:]) else least})
        if width in expected:
            return True
        many = " or ".join(map(str, sorted(expected)))
        self.checks.wrong(None, f"the row has not {many} cells", width, "A comma or a quotation mark is out of place.")
        return False

    def _get(self, column: str) -> Cell:
        return self.header.get(self._cells, column)

    def _days(self, first: str, last: str) -> tuple[Day, Day]:
        checks = self.checks
        return checks.span(last, (checks.day(first, self._get(first)), checks.day(last, self._get(last))))

    def _trust(self) -> Entry:
        checks = self.checks
        opened = self._days("open_date", "close_date")
        if checks.ok and opened[0] is None:
            checks.wrong("open_date", "the cell is empty", hint="Every trust has one.")
        return Entry(
            file=checks.file,
            row=checks.row,
            code=checks.code("organisation_code", self._get("organisation_code")) or "",
            name=checks.words("name", self._get("name"), needed=True) or "",
            trust=True,
            listed=True,
            area=checks.area("postcode", self._get("postcode")),
            opened=opened,
        )

    def _organisation(self) -> Entry:
        checks = self.checks
        primary = checks.role("primary_role_id", self._get("primary_role_id"))
        listed = (checks.words("role_ids", self._get("role_ids")) or "").replace("|", ",").split(",")
        others = [checks.role("role_ids", role) for role in listed]
        roles = tuple(sorted({role for role in (primary, *others) if role}))
        return Entry(
            file=checks.file,
            row=checks.row,
            code=checks.code("ods_code", self._get("ods_code")) or "",
            name=checks.words("org_name", self._get("org_name"), needed=True) or "",
            trust=not TRUST_ROLES.isdisjoint(roles),
            roles=roles,
            active=checks.active("status", self._get("status")),
            record_class=checks.record_class("org_record_class", self._get("org_record_class")),
            ref_only=checks.truth("is_ref_only", self._get("is_ref_only")),
            area=checks.area("post_code", self._get("post_code")),
            town=checks.words("town", self._get("town")),
            legal=self._days("legal_start_date", "legal_end_date"),
            operational=self._days("valid_from", "valid_to"),
            changed=checks.day("last_change_date", self._get("last_change_date")),
        )

    def _succession(self) -> Succession:
        checks = self.checks
        ends = [checks.code(end, self._get(end)) or "" for end in ("predecessor_code", "successor_code")]
        source = self._get("source_code") and checks.code("source_code", self._get("source_code"))
        direction = checks.choice("source_direction", self._get("source_direction"), ("Predecessor", "Successor"))
        # A record that names its predecessor is the successor's.
        told_by = {"Predecessor": "successor", "Successor": "predecessor"}.get(direction or "", "")
        if checks.ok and ends[0] == ends[1]:
            checks.wrong("successor_code", "an organisation that succeeds itself", ends[1])
        if checks.ok and source and told_by and source != ends[told_by == "successor"]:
            hint = f"A row that came from the {told_by} has its code."
            checks.wrong("source_code", f"not the code of the {told_by}", source, hint)
        return Succession(ends[0], ends[1], checks.day("legal_start_date", self._get("legal_start_date")), told_by)


def _later(first: Day, second: Day) -> Day:
    return second if first is None or (second is not None and second > first) else first


def _take(report: LoadReport, other: LoadReport) -> None:
    report.problems += other.problems
    report.notes += other.notes
    report.rows.update(other.rows)
    report.refused.update(other.refused)
