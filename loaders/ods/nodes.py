"""What a report of the NHS Organisation Data Service (ODS) says of an organisation, and the nodes made of it.

Names and postcodes stand in every report, legal and operational dates only in the records, and a list of trusts has
dates of a kind that it does not tell. A node has what its report has, so that a newer report never wipes what only
another one says. The ends of a succession are made with nothing but their id, for the same reason.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from qikg.graph.content import Content
from qikg.loaders.editions import named
from qikg.loaders.report import LoadReport, Problem
from qikg.loaders.spreadsheets.cells import Cell, text
from qikg.loaders.spreadsheets.dayorder import Order, read_day
from qikg.loaders.tables import forbidden
from qikg.ontology.dates import PartialDate
from qikg.ontology.registers import Location, Organisation, SucceededBy

PUBLISHER = "ods"
"""Whose properties the reports' are."""

CHUNK = 5_000
"""Nodes and relationships of one piece of content, about."""

TRUST_ROLES = frozenset({"RO197", "RO57", "RO107"})
"""NHS trust, foundation trust, care trust."""
SITE = "RC2"

CODE = re.compile(r"[A-Z0-9]{2,12}", re.ASCII)
_ROLE = re.compile(r"RO\d{1,5}", re.ASCII)
_CLASS = re.compile(r"RC\d", re.ASCII)
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})?", re.ASCII)
_EARLIEST = 1700
_AHEAD = 10
"""Years that a date may lie ahead of the calendar; the registers announce openings some months before."""

Day = datetime.date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An organisation or site, as one row or record has it; `trust` is said by its roles, never by its code."""

    file: str
    row: int | None
    code: str
    name: str
    trust: bool
    listed: bool = False
    """Whether a list of trusts has it: then its dates are `legal` ones only where it has such."""
    body: bool = True
    """Whether it is an organisation, or a site that was run as one: a site in a succession is."""
    roles: tuple[str, ...] = ()
    active: bool | None = None
    record_class: str | None = None
    ref_only: bool | None = None
    area: str | None = None
    town: str | None = None
    legal: tuple[Day, Day] = (None, None)
    operational: tuple[Day, Day] = (None, None)
    opened: tuple[Day, Day] = (None, None)
    changed: Day = None

    @property
    def starts(self) -> tuple[tuple[str, Day], ...]:
        """Its first days, each with its column."""
        columns = ("open_date", "valid_from", "legal_start_date")
        if self.row is None:
            columns = ("Organisation.Date",) * 3
        return tuple(zip(columns, (self.opened[0], self.operational[0], self.legal[0]), strict=True))

    @property
    def ends(self) -> tuple[Day, ...]:
        """Its last days."""
        return (self.opened[1], self.operational[1], self.legal[1])


@dataclass(frozen=True, slots=True)
class Succession:
    """That one organisation went on as another, as one of the two ends says."""

    predecessor: str
    successor: str
    date: Day
    told_by: str
    """`predecessor`, `successor`, or nothing where that is not known."""
    trusts: frozenset[str] = frozenset()
    """Those of the two that are said to be trusts."""


Thing = Entry | Succession


@dataclass(slots=True)
class Checks:
    """Reads the values of one row or record, and reports each that is not right with its place."""

    file: str
    row: int | None
    report: LoadReport
    order: Order = Order.DAY
    ok: bool = field(default=True, init=False)

    def wrong(self, column: str | None, rule: str, value: object = None, hint: str = "") -> None:
        """Report an error; the row is not loaded."""
        self.ok = False
        self.report.add(Problem(self.file, rule, self.row, column, _shown(value), hint))

    def unsure(self, column: str | None, rule: str, value: object = None, hint: str = "") -> None:
        """Report a warning."""
        self.report.add(Problem(self.file, rule, self.row, column, _shown(value), hint, "warning"))

    def words(self, column: str, value: object, *, needed: bool = False) -> str | None:
        """Read a text; one that is empty is None."""
        if value is not None and not isinstance(value, Cell):
            self.wrong(column, "not a text", type(value).__name__)
            return None
        plain = re.sub(r"\s*[\r\n\t]+\s*", " ", text(value))
        if not plain:
            if needed:
                self.wrong(column, "the cell is empty", hint="This column needs a value in every row.")
            return None
        bad = forbidden(plain)
        if bad is not None:
            rule = "a control character that cannot be published"
            self.wrong(column, rule, f"U+{ord(plain[bad]):04X}", "Delete it; most editors do not show it.")
            return None
        return plain

    def code(self, column: str, value: object) -> str | None:
        """Read an ODS code, which has to be in upper case."""
        found = self.words(column, value, needed=True)
        if found is None or CODE.fullmatch(found):
            return found
        if CODE.fullmatch(found.upper()):
            self.wrong(column, "an ODS code is in upper case", found, f"Write {found.upper()}.")
        else:
            self.wrong(column, "not an ODS code", found, "Capital letters and digits, such as RTX or G6V2S.")
        return None

    def choice(self, column: str, value: object, known: tuple[str, ...]) -> str | None:
        """Read one of a few words."""
        found = self.words(column, value)
        if found is not None and found not in known:
            self.wrong(column, "not one of the known words", found, f"Known: {', '.join(known)}.")
            return None
        return found

    def active(self, column: str, value: object) -> bool | None:
        """Read the status, which follows the operational dates."""
        found = self.choice(column, value, ("Active", "Inactive"))
        return None if found is None else found == "Active"

    def record_class(self, column: str, value: object) -> str | None:
        """Read the class of a record."""
        return self._shaped(column, value, _CLASS, "not a class of records", "RC1 is an organisation, RC2 a site.")

    def role(self, column: str, value: object) -> str | None:
        """Read the code of a role."""
        return self._shaped(column, value, _ROLE, "not the code of a role", "It looks like RO197.")

    def truth(self, column: str, value: object) -> bool | None:
        """Read yes or no, as such or as a word; what is absent is None."""
        if value is None or isinstance(value, bool):
            return value
        found = self.words(column, value)
        known = {"true": True, "false": False, "1": True, "0": False}
        if found is not None and found.casefold() not in known:
            self.wrong(column, "neither true nor false", found)
        return None if found is None else known.get(found.casefold())

    def day(self, column: str, value: object) -> Day:
        """Read a date; the end of all days, 9999-12-31, is none."""
        if value is not None and not isinstance(value, Cell):
            self.wrong(column, "not a date", type(value).__name__)
            return None
        try:
            found = read_day(value, self.order)
        except (ValueError, OverflowError) as error:
            self.wrong(column, str(error), value)
            return None
        if found is None or found == datetime.date(9999, 12, 31):
            return None
        if not _EARLIEST <= found.year <= datetime.date.today().year + _AHEAD:
            self.wrong(column, "a date that cannot be", value, "Look at its year.")
            return None
        return found

    def area(self, column: str, value: object) -> str | None:
        """Read the first part of a postcode."""
        found = self.words(column, value)
        shape = _POSTCODE.fullmatch(found.upper()) if found else None
        if found and shape is None:
            self.unsure(column, "not a postcode", found)
        return shape[1] if shape else None

    def span(self, column: str, span: tuple[Day, Day]) -> tuple[Day, Day]:
        """Flag a span that ends before it starts."""
        first, last = span
        if first and last and last < first:
            self.unsure(column, "it ends before it starts", f"{first} to {last}")
        return span

    def _shaped(self, column: str, value: object, shape: re.Pattern[str], rule: str, hint: str) -> str | None:
        found = self.words(column, value)
        if found is not None and not shape.fullmatch(found):
            self.wrong(column, rule, found, hint)
            return None
        return found


def contents(things: Iterable[Thing], source: str, edition: str) -> Iterator[Content]:
    """Make nodes and relationships, in pieces."""
    sources = (source,)
    piece = Content(edition, publisher=PUBLISHER)
    pairs: dict[tuple[str, str], list[Succession]] = {}
    for thing in things:
        if isinstance(thing, Succession):
            pairs.setdefault((thing.predecessor, thing.successor), []).append(thing)
            continue
        _add(thing, piece, sources)
        if len(piece.nodes) + len(piece.relationships) >= CHUNK:
            yield piece
            piece = Content(edition, publisher=PUBLISHER)
    trusts = {code for told in pairs.values() for one in told for code in one.trusts}
    made: set[str] = set()
    for pair, told in pairs.items():
        for code in pair:
            if code not in made:
                piece.add(Organisation(id=code, labels=("Trust",) if code in trusts else (), sources=sources))
        made.update(pair)
        piece.add(_succeeded(pair, told, sources))
        if len(piece.nodes) + len(piece.relationships) >= CHUNK:
            yield piece
            piece = Content(edition, publisher=PUBLISHER)
    if piece.nodes or piece.relationships:
        yield piece


def _add(entry: Entry, piece: Content, sources: tuple[str, ...]) -> None:
    if entry.record_class == SITE:
        site = Location(id=entry.code, ods_name=entry.name, sources=sources)
        piece.add(site, *named(site.pointer, entry.name, piece.as_of, sources))
        if not entry.body:
            return
    organisation = Organisation(
        id=entry.code,
        labels=("Trust",) if entry.trust else ("Body",),
        ods_name=entry.name,
        postcode_area=entry.area,
        sources=sources,
        **(_of_list(entry) if entry.listed else _of_record(entry)),
    )
    name, bears = named(organisation.pointer, entry.name, piece.as_of, sources)
    piece.add(organisation, bears)
    if entry.record_class != SITE:  # the site has brought it
        piece.add(name)


def _of_list(entry: Entry) -> dict[str, Any]:
    opened, closed = map(partial, entry.opened)
    return {"etr_open": opened, "etr_close": closed}


def _of_record(entry: Entry) -> dict[str, Any]:
    return {
        "ods_active": entry.active,
        "ods_roles": entry.roles,
        "ods_record_class": entry.record_class,
        "ods_ref_only": entry.ref_only,
        "town": entry.town,
        "legal_start": partial(entry.legal[0]),
        "legal_end": partial(entry.legal[1]),
        "operational_start": partial(entry.operational[0]),
        "operational_end": partial(entry.operational[1]),
    }


def _succeeded(pair: tuple[str, str], told: list[Succession], sources: tuple[str, ...]) -> SucceededBy:
    start, end = map(Organisation.ref, pair)
    return SucceededBy(
        start=start,
        end=end,
        legal_date=_latest(told),
        legal_date_predecessor=_latest(one for one in told if one.told_by == "predecessor"),
        legal_date_successor=_latest(one for one in told if one.told_by == "successor"),
        sources=sources,
    )


def _latest(told: Iterable[Succession]) -> PartialDate | None:
    return partial(max((one.date for one in told if one.date), default=None))


@lru_cache(maxsize=20_000)
def partial(day: Day) -> PartialDate | None:
    """Give a day as the ontology has it."""
    return None if day is None else PartialDate(text=day.isoformat())


def _shown(value: object) -> str | None:
    return None if value is None else str(value)
