"""Reads JSON of the regulator's API from files and folders: value by value, without what is about people."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import TextIOBase, TextIOWrapper
from pathlib import Path
from typing import BinaryIO, cast

from qikg.loaders.cqc.privacy import stripped
from qikg.loaders.report import LoadReport, Problem
from qikg.loaders.spreadsheets.cells import BROKEN

FETCHED = "fetched.json"
"""What `fetch` writes beside the records: no record, but it says of when they are."""

_ENDINGS = (".json", ".json.gz")
_BLOCK = 1 << 20
_MOST_TEXT = 1 << 26  # of one value: no record is longer than a few million characters
_BLANK = re.compile(r"[ \t\r\n\ufeff]*")
_DAY = re.compile(
    rb'"(?:reportDate|publicationDate|registrationDate|deregistrationDate|assessmentPlanPublishedDateTime)"'
    rb'\s*:\s*"(\d{4})-?(\d\d)-?(\d\d)'
)
_LONGEST_DAY = 200
_LONGEST_TOKEN = 16
"""Characters of what a decoder names by its beginning, such as `false` or an escape."""
_FETCH_AGAIN = "Fetch it again, or take it away."


@dataclass(frozen=True, slots=True)
class Edition:
    """What tells one delivery of records from another: the newest date in it, and a hash of all its bytes."""

    date: str
    """ISO 8601; empty where no record has a date."""
    sha256: str


@dataclass(slots=True)
class Place:
    """Where in a file the reading stands, in lines and columns from 1."""

    line: int = 1
    column: int = 1

    def pass_by(self, text: str) -> None:
        """Go on by a text."""
        lines = text.count("\n")
        self.line += lines
        self.column = len(text) - text.rfind("\n") if lines else self.column + len(text)


def json_files(path: Path) -> list[Path]:
    """Give the JSON files of a folder with all below it, in order; of a file itself."""
    if path.is_file():
        return [path]
    found = (one for one in path.rglob("*.json*") if one.name.lower().endswith(_ENDINGS) and one.name != FETCHED)
    return sorted(one for one in found if one.is_file() and not one.name.startswith("."))


def is_json(path: Path) -> bool:
    """Say whether a file is one by its name."""
    return path.name.lower().endswith(_ENDINGS)


def head(path: Path) -> bytes:
    """Give the first million bytes of a file, unpacked; none where it cannot be read."""
    try:
        with _opened(path) as file:
            return file.read(_BLOCK)
    except BROKEN:
        return b""


def edition_of(files: list[Path], fetched: str = "") -> Edition:
    """Find out the edition of files: the newest day of a report or registration, or the day they were fetched.

    A day more than a year ahead is a slip of the pen, and would make every later edition look old.
    """
    last = (datetime.date.today() + datetime.timedelta(days=366)).isoformat()
    newest, hashes = fetched, []
    for path in files:
        try:
            newest = max(newest, _newest_day(path, last))
            with path.open("rb") as file:
                hashes.append(hashlib.file_digest(file, "sha256").hexdigest())
        except BROKEN:
            continue  # reported when it is read
    return Edition(newest, hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest())


def values(path: Path, name: str, report: LoadReport) -> Iterator[tuple[object, str]]:
    """Give the JSON values of a file, each with the words that say where it stands.

    A list at the top gives its members, one after the other, so that a whole register fits into memory; values on lines
    of their own are given too. What is broken is reported with its place, after the values before it.
    """
    reading = _Reading(name)
    try:
        with _opened(path) as raw, TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
            yield from reading.values(text)
    except UnicodeDecodeError:
        report.add(Problem(name, "not text in UTF-8", reading.place.line, hint=_FETCH_AGAIN))
    except BROKEN as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is cut off or damaged"
        report.add(Problem(name, f"the file cannot be read: {reason}", hint=_FETCH_AGAIN))
    if reading.broken:
        place = reading.place
        report.add(Problem(name, reading.broken, place.line, f"character {place.column}", hint=_FETCH_AGAIN))


@dataclass(slots=True)
class _Reading:
    """The state of reading one file: what is read, how far it is used, and where that is."""

    name: str
    broken: str = ""
    place: Place = field(default_factory=Place)
    _text: str = ""
    _at: int = 0
    _file: TextIOBase | None = None
    _ended: bool = False

    def values(self, file: TextIOBase) -> Iterator[tuple[object, str]]:
        self._file = file
        if self._ends():
            self.broken = "the file is empty"
        elif self._takes("["):
            yield from self._members()
        else:
            number = 0
            while not self._ends():
                value = self._value()
                if self.broken:
                    return
                number += 1
                yield value, self.name if number == 1 else f"{self.name}, record {number}"

    def _members(self) -> Iterator[tuple[object, str]]:
        if self._takes("]"):
            return
        number = 0
        while True:
            value = self._value()
            if self.broken:
                return
            number += 1
            yield value, f"{self.name}, record {number}"
            if self._takes("]"):
                return
            if not self._takes(","):
                self.broken = "the JSON is cut off" if self._ends() else "no comma between two records"
                return

    def _value(self) -> object:
        """Decode the value that comes next; where it may go on after what was read, read on."""
        self._ends()
        wanted = 2 * _BLOCK
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                self.broken = "the JSON is nested too deep"
                return None
            except json.JSONDecodeError as error:
                # Not the error itself goes on: it holds the whole text, people's names included.
                cut = error.pos >= len(self._text) - _LONGEST_TOKEN or error.msg.startswith("Unterminated string")
                if cut and self._more(wanted):
                    wanted *= 2
                    continue
                self.broken = "the JSON is cut off" if cut and self._ended else f"not JSON ({error.msg})"
                self._pass_to(error.pos)
                return None
            except ValueError:
                self.broken = "a number of too many digits"
                return None
            if end < len(self._text) or not self._more(wanted):
                self._pass_to(end)
                return value

    def _more(self, wanted: int) -> bool:
        """Read on until so much unused text is there; say whether there was any more."""
        if self._ended or self._file is None:
            return False
        self._text, self._at = self._text[self._at :], 0
        before = len(self._text)
        while not self._ended and len(self._text) < min(max(wanted, before + 1), _MOST_TEXT):
            block = self._file.read(_BLOCK)
            self._ended = not block
            self._text += block
        return len(self._text) > before

    def _ends(self) -> bool:
        """Skip blanks; say whether the file ends here."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            assert blank is not None
            self._pass_to(blank.end())
            if self._at < len(self._text):
                return False
            if not self._more(1):
                return True

    def _takes(self, mark: str) -> bool:
        """Skip blanks, and a mark where it comes next."""
        there = not self._ends() and self._text[self._at] == mark
        if there:
            self._pass_to(self._at + 1)
        return there

    def _pass_to(self, end: int) -> None:
        self.place.pass_by(self._text[self._at : end])
        self._at = end


_DECODER = json.JSONDecoder(object_pairs_hook=stripped)


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.name.lower().endswith(".gz") else path.open("rb")


def _newest_day(path: Path, last: str) -> str:
    newest, kept = "", b""
    with _opened(path) as file:
        while block := file.read(4 * _BLOCK):
            for year, month, day in _DAY.findall(kept + block):
                found = f"{year.decode()}-{month.decode()}-{day.decode()}"
                if newest < found <= last and _exists(found):
                    newest = found
            kept = block[-_LONGEST_DAY:]
    return newest


def _exists(day: str) -> bool:
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        return False
    return True
