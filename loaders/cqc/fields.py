"""Reads the fields of a record of the regulator's API, and notes each value that is not of its kind.

A key that is absent, null or an empty text means the same for a single value: it is not known. What is there and is of
another kind is noted by its path, never quoted: only words of a register may stand in a report.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qikg.loaders.cqc.notes import LONGEST, Notes
from qikg.loaders.spreadsheets.dayorder import Order, read_day
from qikg.loaders.tables import LARGEST, forbidden

_ID = re.compile(r"1-\d{6,14}|[A-Z0-9]{3,9}", re.ASCII)
"""Ids of a national register; of trusts and their sites the ODS code. No letter or length tells the kind."""
_UPPER_CASE = "Ids are upper case and case-sensitive."


def is_id(text: str) -> bool:
    """Say whether a text can be the id of a location or provider.

    >>> is_id("1-101604764"), is_id("RTXBU"), is_id("rtxbu"), is_id("1-1016/../x")
    (True, True, False, False)
    """
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of a record: its values, where it stands, and where to note what is odd."""

    values: Mapping[str, object]
    file: str
    path: str
    notes: Notes

    def text(self, key: str) -> str | None:
        """Give a text without blanks around it; None where there is none."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self._not(key, "not a text", value)
            return None
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not text:
            return None
        if len(text) > LONGEST:
            self._not(key, f"a text of more than {LONGEST:,} characters")
            return None
        bad = forbidden(text)
        if bad is not None:
            self._not(key, f"a control character that cannot be published, U+{ord(text[bad]):04X}")
            return None
        return text

    def id(self, key: str) -> str | None:
        """Give an id of the register; one that cannot be is noted as an error."""
        text = self.text(key)
        if text is None or is_id(text):
            return text
        hint = f"{_UPPER_CASE} Did you mean {text.upper()}?" if is_id(text.upper()) else ""
        shown = text if hint or is_id(text.replace(" ", "").upper()) else None
        self.note(key, "not an id of this register", shown, hint or "It is 1- and digits, or an ODS code.", error=True)
        return None

    def day(self, key: str) -> datetime.date | None:
        """Give a date; the register writes 2023-02-01, here and there 20230201, and with a time where one is known."""
        text = self.text(key)
        if text is None:
            return None
        try:
            return read_day(text, Order.DAY)
        except ValueError as error:
            self.note(key, str(error), text[:40])
            return None

    def flag(self, key: str) -> bool | None:
        """Give Y or N as a truth value."""
        value = self.values.get(key)
        if isinstance(value, bool):
            return value
        word = self.text(key)
        if word is None:
            return None
        found = {"y": True, "n": False, "true": True, "false": False}.get(word.casefold())
        if found is None:
            self.note(key, "neither Y nor N", word[:40])
        return found

    def whole(self, key: str) -> int | None:
        """Give a whole number, which the register writes as text."""
        number = self.number(key)
        if number is None:
            return None
        if not number.is_integer() or not 0 <= number <= LARGEST:
            self._not(key, "not a whole number")
            return None
        return int(number)

    def number(self, key: str) -> float | None:
        """Give a number, which the register writes as text."""
        value = self.values.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            text = str(value)
        else:
            text = self.text(key) or ""
            if not text:
                return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self._not(key, "not a number")
            return None
        return number

    def fields(self, key: str) -> Fields:
        """Give an object inside this one, empty where there is none."""
        value = self.values.get(key)
        path = self._at(key)
        if isinstance(value, Mapping):
            return Fields(value, self.file, path, self.notes)
        if value is not None:
            self._not(key, "not an object", value)
        return Fields({}, self.file, path, self.notes)

    def each(self, key: str) -> Iterator[Fields]:
        """Give the objects of a list; one object that stands without its list is a list of one."""
        for value in self._members(key):
            if isinstance(value, Mapping):
                yield Fields(value, self.file, self._at(key), self.notes)
            elif value is not None:
                self._not(key, "a member that is not an object", value)

    def ids(self, key: str) -> Iterator[str]:
        """Give the ids of a list of them."""
        for value in self._members(key):
            found = Fields({key: value}, self.file, self.path, self.notes).id(key)
            if found is not None:
                yield found

    def note(self, key: str, rule: str, value: str | None = None, hint: str = "", *, error: bool = False) -> None:
        """Note something about a field."""
        self.notes.add(self.file, self._at(key), rule, value, hint, "error" if error else "warning")

    def _members(self, key: str) -> list[object]:
        value = self.values.get(key)
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _not(self, key: str, rule: str, value: object = None) -> None:
        kind = "" if value is None else f", but {_KINDS.get(type(value), 'something else')}"
        self.note(key, rule + kind)


_KINDS = {str: "a text", bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "an object"}
