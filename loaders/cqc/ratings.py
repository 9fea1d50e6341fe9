"""Loads CQC's care directory with ratings: each row is an observation of a rating, and none overwrites another.

The file is read twice: first to find the order of its dates, its edition and every cell that is not right, then to
make nodes. Rows repeat a few words and dates hundreds of thousands of times, so that each is looked at once.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qikg.graph.content import Content
from qikg.loaders.editions import load_of
from qikg.loaders.report import LoadReport, Problem, nearest
from qikg.loaders.spreadsheets.cells import Cell, Row, refused, text
from qikg.loaders.spreadsheets.dayorder import DayOrder, Order, future, read_day
from qikg.loaders.spreadsheets.headers import Found, Header, find_header
from qikg.loaders.spreadsheets.layouts import layouts
from qikg.loaders.spreadsheets.sheets import open_sheets
from qikg.loaders.vocabularies import key_questions, ratings, service_groups
from qikg.ontology.crosswalk import Concept
from qikg.ontology.dates import PartialDate
from qikg.ontology.errors import CheckFailed
from qikg.ontology.provenance import Source
from qikg.ontology.registers import (
    Awarded,
    Inspected,
    Inspection,
    Location,
    Name,
    Named,
    Operates,
    Organisation,
    Rates,
    Rating,
)

LOADER = "cqc-ratings"
LICENCE = (
    "Contains public sector information licensed under the Open Government Licence v3.0. © Care Quality Commission."
)
LAYOUTS = ("location-ratings", "provider-ratings")
CHUNK = 5_000
"""Rows made into nodes at a time."""

_LOCATION_ID = re.compile(r"1-[0-9]{6,14}|[A-Z0-9]{5,9}")
_PROVIDER_ID = re.compile(r"1-[0-9]{6,14}|[A-Z0-9]{3,6}")


@dataclass(slots=True)
class _Column:
    """The distinct cells of a column: of each the first row, and how often it stands there."""

    rows: dict[Cell, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Sheet:
    """What the first reading found out about a sheet: the meaning of each distinct cell, None where it is wrong."""

    header: Header
    rows: int = 0
    places: dict[Cell, bool] = field(default_factory=dict)
    providers: dict[Cell, bool] = field(default_factory=dict)
    days: dict[Cell, datetime.date | None] = field(default_factory=dict)
    bad_days: set[Cell] = field(default_factory=set)
    words: dict[str, dict[Cell, Concept]] = field(default_factory=dict)
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name and type of each provider, where the sheet is about providers."""
    whole: bool = True
    """Whether every column can be read in one way: not where dates have both orders, or a column stands twice."""

    @property
    def of_places(self) -> bool:
        """Whether its rows are about locations, and not about providers."""
        return self.header.layout.name == "location-ratings"

    @property
    def id_column(self) -> str:
        """The column with the id of what is rated."""
        return "location_id" if self.of_places else "provider_id"


def recognises(path: Path) -> bool:
    """Say whether a file is a care directory with ratings, by its content."""
    if path.is_dir():
        return False
    try:
        return any(True for _ in _headers(path))
    except CheckFailed:
        return False


def read(path: Path, report: LoadReport, *, strict: bool = False) -> Iterator[Content]:
    """Give the content of a file in pieces, for one transaction each; problems go to the report first.

    Rows that are not right are left out, or the whole file where `strict`, or where nobody can tell how to read it
    (dates of both orders, a column twice). Raises CheckFailed for a file that cannot be read at all.
    """
    earlier = len(report.errors)
    checked, edition = _checked(path, report)
    if (strict and len(report.errors) > earlier) or not all(sheet.whole for sheet in checked.values()):
        return
    digest = _digest(path)
    source = Source(
        id=f"cqc/latest-ratings/{edition or 'undated'}-{digest[:8]}",
        title="CQC care directory with ratings",
        publisher="Care Quality Commission",
        edition=edition,
        licence=LICENCE,
        sha256=digest,
        rows=sum(sheet.rows for sheet in checked.values()),
        sources=(f"cqc/latest-ratings/{edition or 'undated'}-{digest[:8]}",),
    )
    start = Content(edition)
    start.add(source, *load_of(source.id, digest, LOADER))
    yield start
    owners = {code: owner for sheet in checked.values() for code, owner in sheet.owners.items()}
    maker = _Maker(source.id, edition, owners)
    with open_sheets(path) as book:
        for sheet in book:
            if sheet.name in checked:
                found = find_header(sheet.rows, [layouts()[name] for name in LAYOUTS], path.name)
                yield from maker.contents(checked[sheet.name], found)
    report.notes += maker.account(path.name)


def _headers(path: Path) -> Iterator[tuple[str, Found]]:
    """Give the sheets that hold ratings, each with its header, while the file is open; there is one at least."""
    known = [layouts()[name] for name in LAYOUTS]
    none: CheckFailed | None = refused(path.name, "no sheet at all")
    with open_sheets(path) as book:
        for sheet in book:
            broken: list[CheckFailed] = []
            try:
                found = find_header(_watched(sheet.rows, broken), known, path.name)
            except CheckFailed as error:
                if broken:  # the file is damaged here: no sheet to pass over
                    raise
                none = none and error  # a README, or a sheet of another kind
                continue
            none = None
            yield sheet.name, found
    if none is not None:
        raise none


def _watched(rows: Iterator[Row], broken: list[CheckFailed]) -> Iterator[Row]:
    try:
        yield from rows
    except CheckFailed as error:
        broken.append(error)
        raise


def _checked(path: Path, report: LoadReport) -> tuple[dict[str, _Sheet], str]:
    """Read a file for the first time: what each distinct cell means, and the edition (the newest date there is)."""
    sheets: dict[str, _Sheet] = {}
    newest: datetime.date | None = None
    for name, found in _headers(path):
        file = path.name if name == path.name.split(".")[0] or not name else f"{path.name}, sheet {name}"
        for problem in found.header.problems(file):
            report.add(problem)
        sheet, columns, order = _scan(found)
        twice = {column for _, column in found.header.twice}
        sheet.whole = not twice & {*columns, "inherited"} and not (order.day and order.month)
        report.rows[file] = sheet.rows
        sheets[name] = sheet
        if doubt := order.problem(file, "publication_date"):
            report.add(doubt)
        _check_ids(sheet, columns, file, report)
        _check_days(sheet, columns["publication_date"], order.order, file, report)
        for column, known in (
            ("service_group", service_groups()),
            ("key_question", key_questions()),
            ("rating", ratings()),
        ):
            sheet.words[column] = _meanings(columns[column], known, column, file, report)
        # A date to come is most often a slip of the pen: as the edition it would outrank every file after it.
        today = datetime.date.today()
        newest = max((day for day in (newest, *sheet.days.values()) if day and day <= today), default=None)
    return sheets, newest.isoformat() if newest else ""


def _scan(found: Found) -> tuple[_Sheet, dict[str, _Column], DayOrder]:
    header = found.header
    sheet = _Sheet(header)
    names = [sheet.id_column, "publication_date", "service_group", "key_question", "rating"]
    if sheet.of_places:
        names.append("provider_id")
    columns = {name: _Column() for name in dict.fromkeys(names)}
    at = [(columns[name].rows, header.columns.get(name, -1)) for name in columns]
    for number, cells in found.rows:
        sheet.rows += 1
        if not sheet.of_places:
            name, kind = text(header.get(cells, "provider_name")), text(header.get(cells, "provider_type"))
            sheet.owners.setdefault(text(header.get(cells, "provider_id")), (name, kind))
        width = len(cells)
        for rows, index in at:
            cell = cells[index] if 0 <= index < width else None
            seen = rows.get(cell)
            if seen is None:
                rows[cell] = [number, 1]
            else:
                seen[1] += 1
    order = DayOrder()
    for cell, (number, _) in columns["publication_date"].rows.items():
        order.see(number, cell)
    return sheet, columns, order


def _check_ids(sheet: _Sheet, columns: dict[str, _Column], file: str, report: LoadReport) -> None:
    own = (sheet.id_column, _LOCATION_ID if sheet.of_places else _PROVIDER_ID, sheet.places)
    for column, shape, right in (own, ("provider_id", _PROVIDER_ID, sheet.providers)) if sheet.of_places else (own,):
        for cell, (first, count) in columns[column].rows.items():
            code = text(cell)
            right[cell] = bool(shape.fullmatch(code))
            if not right[cell]:
                hint = f"Did you mean {code.upper()}?" if code and shape.fullmatch(code.upper()) else ""
                rule = "the cell is empty" if not code else "not a code of this register"
                severity = "error" if column == sheet.id_column else "warning"
                _told(report, file, first, count, column, code or None, rule, hint, severity)


def _check_days(sheet: _Sheet, column: _Column, order: Order, file: str, report: LoadReport) -> None:
    for cell, (first, count) in column.rows.items():
        try:
            sheet.days[cell] = read_day(cell, order)
        except ValueError as error:
            sheet.bad_days.add(cell)
            _told(report, file, first, count, "publication_date", text(cell), str(error), "", "error")
            continue
    today = datetime.date.today()
    for cell, day in sheet.days.items():
        if problem := future(day, today, file, column.rows[cell][0], "publication_date"):
            report.add(problem)


def _meanings(
    column: _Column, known: dict[str, Concept], name: str, file: str, report: LoadReport
) -> dict[Cell, Concept]:
    """Give the concept of each word; a word never seen is kept as printed, with a warning that counts it."""
    meanings: dict[Cell, Concept] = {}
    for cell, (first, count) in column.rows.items():
        word = text(cell)
        concept = known.get(word.casefold())
        if concept is None:
            prefix = next(iter(known.values())).id.partition(":")[0]
            local = _notation(word, {one.notation for one in known.values()})
            concept = Concept(id=f"{prefix}:{local}", label=word or "(empty)", notation=local, order=1)
            rule = "a word that is not in the list; kept as printed" if word else "the cell is empty; kept as empty"
            hint = nearest(word, {one.label for one in known.values()})
            _told(report, file, first, count, name, word or None, rule, hint, "warning")
        meanings[cell] = concept
    return meanings


def _notation(word: str, taken: Container[str | None]) -> str:
    """Make a code of a word that is not in the list, and never one that the list has, or that no word has.

    >>> _notation("Quite good", {"GOOD"}), _notation("", {"GOOD"}), _notation("Good*", {"GOOD"})
    ('QUITE_GOOD', 'EMPTY', 'GOOD_B4BFAC')
    """
    code = re.sub(r"[^A-Z0-9]+", "_", word.upper()).strip("_")
    if not word:
        return "EMPTY"
    if code and code not in taken and code != "EMPTY":
        return code
    return f"{code or 'WORD'}_{hashlib.sha256(word.encode()).hexdigest()[:6].upper()}"


def _told(
    report: LoadReport,
    file: str,
    row: int,
    count: int,
    column: str,
    value: str | None,
    rule: str,
    hint: str,
    severity: str,
) -> None:
    times = f" ({count:,} rows)" if count > 1 else ""
    report.add(Problem(file, rule + times, row, column, value, hint, "error" if severity == "error" else "warning"))


class _Maker:
    """Makes the nodes of a file, each place, provider and inspection once."""

    def __init__(self, source: str, edition: str, owners: Mapping[str, tuple[str, str]]) -> None:
        self._sources = (source,)
        self._owners = owners
        self._edition = edition
        self._once: set[tuple[str, str]] = set()
        self._keys: dict[tuple[str, str, str], tuple[str, PartialDate | None]] = {}
        self._conflicts: dict[str, None] = {}
        self._two_days: dict[str, None] = {}
        self._refused = 0

    def account(self, file: str) -> list[str]:
        """Say what was made of the file, and which keys stand twice in it."""
        counts = Counter(kind for kind, _ in self._once)
        lines = [
            f"{file}: {_counted(counts['Location'], 'location')}, {_counted(counts['Organisation'], 'organisation')}, "
            f"{_counted(counts['Inspection'], 'inspection')}; {_counted(self._refused, 'row')} refused."
        ]
        conflicts = list(self._conflicts)
        two_days = [key for key in self._two_days if key not in self._conflicts]
        if twice := len(conflicts) + len(two_days):
            lines.append(
                f"{file}: {_counted(twice, 'key')} of place, service and question stand{'s' * (twice == 1)} twice: "
                f"{len(conflicts):,} with ratings that differ ({_first_few(conflicts)}), {len(two_days):,} with one "
                f"rating under two dates ({_first_few(two_days)}). All are kept, side by side."
            )
        return lines

    def contents(self, sheet: _Sheet, found: Found) -> Iterator[Content]:
        content = Content(self._edition, publisher="cqc")
        pending = 0
        for _, cells in found.rows:
            self._row(sheet, cells, content)
            pending += 1
            if pending == CHUNK:
                yield content
                content, pending = Content(self._edition, publisher="cqc"), 0
        if pending:
            yield content

    def _row(self, sheet: _Sheet, cells: Sequence[Cell], content: Content) -> None:
        get = sheet.header.get
        place_cell, day_cell = get(cells, sheet.id_column), get(cells, "publication_date")
        if not sheet.places[place_cell] or day_cell in sheet.bad_days:
            self._refused += 1
            return
        code = text(place_cell)
        if sheet.of_places:
            self._location(sheet, code, cells, content)
            place = Location.ref(code)
        else:
            self._organisation(code, get(cells, "provider_name"), content)
            place = Organisation.ref(code)
        service = sheet.words["service_group"][get(cells, "service_group")]
        question = sheet.words["key_question"][get(cells, "key_question")]
        value = sheet.words["rating"][get(cells, "rating")]
        day = sheet.days[day_cell]
        inherited = text(get(cells, "inherited")) == "Y"
        when = _day(day)
        self._see_key((code, service.notation, question.notation), value.notation, when)
        rating = Rating.made(
            id=f"{code}/{when or 'undated'}/{service.notation}/{question.notation}/{value.notation}",
            date=when,
            question=question.id,
            service=service.id,
            value=value.id,
            value_printed=text(get(cells, "rating")),
            score=value.score,
            inherited=inherited,
            in_register=True,
            edition_first=self._edition or None,
            edition_last=self._edition or None,
            sources=self._sources,
        )
        content.nodes.append(rating)
        pointer = rating.pointer
        content.relationships.append(Rates.made(start=pointer, end=place, sources=self._sources))
        # What a place has inherited comes from another's report: no inspection of its own is made up for it.
        if when is not None and not inherited:
            inspection = f"{code}/{when}"
            if self._first("Inspection", inspection):
                content.nodes.append(Inspection.made(id=inspection, publication_date=when, sources=self._sources))
                content.relationships.append(
                    Inspected.made(start=Inspection.ref(inspection), end=place, sources=self._sources)
                )
            content.relationships.append(
                Awarded.made(start=Inspection.ref(inspection), end=pointer, sources=self._sources)
            )

    def _see_key(self, key: tuple[str, str, str], value: str, when: PartialDate | None) -> None:
        other = self._keys.setdefault(key, (value, when))
        if other[0] != value:
            self._conflicts["/".join(key)] = None
        elif other[1] != when:
            self._two_days["/".join(key)] = None

    def _location(self, sheet: _Sheet, code: str, cells: Sequence[Cell], content: Content) -> None:
        if not self._first("Location", code):
            return
        get = sheet.header.get
        name = text(get(cells, "location_name"))
        brand = text(get(cells, "brand_name"))
        location = Location(
            id=code,
            cqc_name=name or None,
            sector=text(get(cells, "location_type")) or None,
            category=text(get(cells, "location_primary_inspection_category")) or None,
            care_home={"Y": True, "N": False}.get(text(get(cells, "care_home"))),
            postcode_area=text(get(cells, "location_post_code")).split(" ")[0] or None,
            local_authority=text(get(cells, "location_local_authority")) or None,
            region=text(get(cells, "location_region")) or None,
            nhs_region=text(get(cells, "location_nhs_region")) or None,
            brand=None if brand in {"", "-"} else brand,
            sources=self._sources,
        )
        content.add(location)
        self._name(location, name, content)
        provider = get(cells, "provider_id")
        if sheet.providers.get(provider):
            self._organisation(text(provider), get(cells, "provider_name"), content)
            content.add(Operates(start=Organisation.ref(text(provider)), end=location.pointer, sources=self._sources))

    def _organisation(self, code: str, printed: Cell, content: Content) -> None:
        if self._first("Organisation", code):
            # The sheet of providers knows more than that of locations, which may stand before it.
            owner, kind = self._owners.get(code, ("", ""))
            name = owner or text(printed)
            organisation = Organisation(
                id=code,
                labels=("Provider",),
                cqc_name=name or None,
                provider_type=kind or None,
                sources=self._sources,
            )
            content.add(organisation)
            self._name(organisation, name, content)

    def _name(self, place: Location | Organisation, name: str, content: Content) -> None:
        if name:
            identifier = f"{place.id}/{name}/{self._edition}"
            node = Name(id=identifier, name=name, edition=self._edition, sources=self._sources)
            content.add(node, Named(start=place.pointer, end=node.pointer, sources=self._sources))

    def _first(self, kind: str, identifier: str) -> bool:
        key = (kind, identifier)
        if key in self._once:
            return False
        self._once.add(key)
        return True


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _first_few(keys: Sequence[str]) -> str:
    return (", ".join(keys[:3]) + (", …" if len(keys) > 3 else "")) or "none"


_DAYS: dict[datetime.date, PartialDate] = {}


def _day(day: datetime.date | None) -> PartialDate | None:
    if day is None:
        return None
    if day not in _DAYS:
        _DAYS[day] = PartialDate(text=day.isoformat())
    return _DAYS[day]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
