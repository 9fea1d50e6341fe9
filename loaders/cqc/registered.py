"""Makes the locations and providers of a spreadsheet's rows, by the columns that fill their properties."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from qikg.graph.content import Content
from qikg.loaders.cqc.distinct import Distinct
from qikg.loaders.cqc.notes import LONGEST, Notes
from qikg.loaders.cqc.postcodes import postcode_area
from qikg.loaders.editions import named
from qikg.loaders.report import nearest
from qikg.loaders.spreadsheets.cells import Cell, text
from qikg.loaders.spreadsheets.layouts import layouts
from qikg.loaders.tables import forbidden
from qikg.loaders.vocabularies import regions
from qikg.ontology.crosswalk import Concept
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import Field, Node, Ref
from qikg.ontology.registers import Location, Operates, Organisation

_FLAGS = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}
_POSTCODES = ("postcode_area", "cqc_postcode_area")
_NONE = ("", "-", "*")
"""How the register prints that there is none."""


class SheetRow(NamedTuple):
    """A row of a sheet, with what is known of the sheet's cells."""

    sheet: Distinct
    row: int
    cells: Sequence[Cell]

    def id(self, column: str) -> str | None:
        """Give the id in a column; None where it is none."""
        cell = self.sheet.header.get(self.cells, column)
        return text(cell) if self.sheet.ids.get(column, {}).get(cell) else None

    def text(self, column: str) -> str:
        """Give the text of a column."""
        return text(self.sheet.header.get(self.cells, column))

    def day(self, column: str) -> PartialDate | None:
        """Give the day in a column."""
        return dated(self.sheet.days.get(column, {}).get(self.sheet.header.get(self.cells, column)))

    def word(self, column: str) -> Concept | None:
        """Give what the word in a column stands for; None where there is none."""
        return self.sheet.words.get(column, {}).get(self.sheet.header.get(self.cells, column))

    def is_right(self) -> bool:
        """Say whether the row has the id of what it is about, and dates that are dates."""
        get = self.sheet.header.get
        return self.sheet.ids[self.sheet.own][get(self.cells, self.sheet.own)] and all(
            get(self.cells, column) in days for column, days in self.sheet.days.items()
        )


class Places:
    """The places of one file. Where `once`, a place is made of the first of its rows in a sheet."""

    def __init__(self, edition: str, sources: tuple[str, ...], notes: Notes, *, once: bool) -> None:
        self.edition = edition
        self.sources = sources
        self._notes = notes
        self._once = once
        self._made: set[tuple[str, str, str]] = set()

    def count(self, label: str) -> int:
        """Give how many places of a label were made."""
        return len({identifier for of, identifier, _ in self._made if of == label})

    def add(self, row: SheetRow, content: Content) -> None:
        """Add the location of a row with its name, its provider and that this operates it; or the provider alone."""
        if row.sheet.own == "provider_id":
            self._add(Organisation, row, "provider_id", content)
            return
        location = self._add(Location, row, "location_id", content)
        provider = row.id("provider_id")
        if location is not None and provider is not None:
            self._add(Organisation, row, "provider_id", content)
            content.add(Operates(start=Organisation.ref(provider), end=location, sources=self.sources))

    def name(self, place: Ref, name: str, content: Content) -> None:
        """Add a name of a place, as seen in this edition."""
        content.add(*named(place, name, self.edition, self.sources))

    def _add(self, cls: type[Node], row: SheetRow, column: str, content: Content) -> Ref | None:
        """Add a place; None where that was done before."""
        code = row.id(column)
        assert code is not None
        key = (cls.__name__, code, row.sheet.file)
        if self._once and key in self._made:
            return None
        self._made.add(key)
        values = self._values(cls, row)
        labels = ("Provider",) if cls is Organisation else ()
        node = cls(id=code, labels=labels, sources=self.sources, **values)
        content.add(node)
        if name := values.get("cqc_name"):
            self.name(node.pointer, name, content)
        return node.pointer

    def _values(self, cls: type[Node], row: SheetRow) -> dict[str, Any]:
        """Give the properties that the sheet has columns for."""
        header = row.sheet.header
        values: dict[str, Any] = {}
        for column, field in _fed(header.layout.name, cls):
            if column in header.families:
                values[field.name] = tuple(
                    member for index, member in header.families[column]
                    if index < len(row.cells) and text(row.cells[index]).casefold() in {"y", "yes", "true"}
                )  # fmt: skip
            elif column in header.columns:
                values[field.name] = self._value(field, column, row)
        return values

    def _value(self, field: Field, column: str, row: SheetRow) -> object:
        if field.type is PartialDate:
            return row.day(column)
        word = row.text(column)
        if field.cardinality == "set":
            return tuple(part for part in map(str.strip, word.split("|")) if self._may_stand(part, column, row))
        if word in _NONE or not self._may_stand(word, column, row):
            return None
        if field.type is bool:
            if word.casefold() not in _FLAGS:
                self._note(row, column, "neither Y nor N; left out", word)
            return _FLAGS.get(word.casefold())
        if field.type is int:
            if not word.isascii() or not word.isdigit() or len(word) > 9:
                self._note(row, column, "not a whole number; left out", word)
                return None
            return int(word)
        if field.name == "region":
            return self._region(word, row, column)
        return self._postcode_area(word, row, column) if field.name in _POSTCODES else word

    def _may_stand(self, word: str, column: str, row: SheetRow) -> bool:
        if not word:
            return False
        if len(word) > LONGEST:
            self._note(row, column, f"a text of more than {LONGEST:,} characters; left out")
            return False
        bad = forbidden(word)
        if bad is not None:
            rule = "a control character that cannot be published; the value is left out"
            self._note(row, column, rule, f"U+{ord(word[bad]):04X}")
            return False
        return True

    def _note(self, row: SheetRow, column: str, rule: str, value: str | None = None, hint: str = "") -> None:
        self._notes.add(row.sheet.file, column, rule, value, hint, row=row.row)

    def _region(self, word: str, row: SheetRow, column: str) -> str:
        found = regions().get(word.casefold())
        if found is None:
            rule = "a region that is not in loaders/regions.tsv; kept as printed"
            self._note(row, column, rule, word, nearest(word, regions().values()))
        return found or word

    def _postcode_area(self, word: str, row: SheetRow, column: str) -> str | None:
        found = postcode_area(word)
        if found is None:
            self._note(row, column, "not a postcode; left out")  # not quoted: a sole trader may live there
        return found


@lru_cache(maxsize=100)
def _fed(layout: str, cls: type[Node]) -> tuple[tuple[str, Field], ...]:
    """Give the columns of a layout that feed properties of a class, but for its id."""
    fields = {field.name: field for field in cls.fields()}
    becoming = layouts()[layout].becoming(cls.__name__)
    return tuple((column, fields[name]) for column, name in becoming.items() if name != "id")


def dated(day: datetime.date | None) -> PartialDate | None:
    """Give a day as a date of the ontology; the same one for the same day, as there are few days and many rows."""
    return None if day is None else _partial(day)


@lru_cache(maxsize=20_000)
def _partial(day: datetime.date) -> PartialDate:
    return PartialDate(text=day.isoformat())
