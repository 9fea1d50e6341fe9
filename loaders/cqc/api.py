"""Loads records of the regulator's API: locations, providers, their inspections, ratings and successions.

The records are read twice: first for their edition and hash, which every statement names, then record by record, so
that a whole register never stands in memory. What is about people never leaves the decoder (privacy.py).
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from qikg.graph.content import Content
from qikg.loaders.cqc.assessments import see_assessments
from qikg.loaders.cqc.fields import Fields
from qikg.loaders.cqc.notes import Notes
from qikg.loaders.cqc.observations import Observations, see_blocks
from qikg.loaders.cqc.pieces import CHUNK, Piece
from qikg.loaders.cqc.places import LOCATION, PROVIDER, Kind, add_listed, add_location, add_provider
from qikg.loaders.cqc.records import FETCHED, Edition, edition_of, head, is_json, json_files, values
from qikg.loaders.cqc.reports import add_reports
from qikg.loaders.editions import load_of
from qikg.loaders.report import LoadReport, Problem
from qikg.ontology.dates import PartialDate
from qikg.ontology.provenance import Source
from qikg.ontology.terms import ATTRIBUTION

LOADER = "cqc-api"

_LOOKED_AT = 100
"""Files of a folder that are looked at to find out whether it holds records."""
_KEYS = re.compile(rb'"(?:locationId|providerId)"\s*:|"(?:locations|providers)"\s*:\s*\[')
_LISTS = (("locations", LOCATION), ("providers", PROVIDER))


def recognises(path: Path) -> bool:
    """Say whether a file or folder holds records of locations or providers, or pages that list them."""
    if path.is_dir():
        if (path / "study.json").exists():
            return False
        return any(_holds_records(file) for file in islice(json_files(path), _LOOKED_AT))
    return is_json(path) and path.is_file() and _holds_records(path)


def _holds_records(file: Path) -> bool:
    found = head(file)
    return found.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and _KEYS.search(found) is not None


def read(path: Path, report: LoadReport, *, strict: bool = False) -> Iterator[Content]:
    """Give the content of a file or folder in pieces, for one transaction each, in the order in which to write them.

    A file or record that is broken is reported as an error and left out; where `strict`, nothing at all is given then.
    What is odd and can be kept is a warning, told when the last piece was given.
    """
    files = json_files(path)
    edition = edition_of(files, _fetched(path))
    if strict:
        trial = LoadReport()
        for _ in _pieces(path, files, edition, trial):
            pass
        if trial.errors:
            report.problems += trial.problems
            report.rows.update(trial.rows)
            report.refused.update(trial.rows)
            return
    yield from _pieces(path, files, edition, report)


def _pieces(path: Path, files: list[Path], edition: Edition, report: LoadReport) -> Iterator[Content]:
    identifier = f"cqc/api/{edition.date or 'undated'}-{edition.sha256[:8]}"
    reading = _Reading(Notes(report), edition.date, (identifier,))
    yield _source(identifier, edition)
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        errors = len(report.errors)
        for value, where in values(file, name, report):
            try:
                reading.take(value, where)
            except RecursionError:
                report.add(Problem(where, "the record is nested too deep"))
                reading.refused += 1
            if reading.piece.size >= CHUNK:
                yield reading.next_content()
        broken = len(report.errors) > errors  # the file, from some place on: what stood there nobody can count
        reading.refused += broken
        reading.records += broken
    if reading.piece.size:
        yield reading.next_content()
    report.rows[path.name] = reading.records
    report.refused[path.name] = reading.refused
    reading.notes.tell()
    if not reading.records and not report.errors:
        report.add(Problem(path.name, "it holds no record of a location or provider"))


def _source(identifier: str, edition: Edition) -> Content:
    content = Content(edition.date)
    content.add(
        Source(
            id=identifier, title="Records of CQC's public API", publisher="Care Quality Commission",
            edition=edition.date or None, date=PartialDate(text=edition.date) if edition.date else None,
            licence=ATTRIBUTION[0], sha256=edition.sha256, sources=(identifier,),
        ),
        *load_of(identifier, edition.sha256, LOADER),
    )  # fmt: skip
    return content


@dataclass(slots=True)
class _Reading:
    """What was read so far: the piece that is being filled, and which records there were."""

    notes: Notes
    edition: str
    sources: tuple[str, ...]
    records: int = 0
    refused: int = 0
    """Records that could not be taken; a file that is broken counts as one."""
    _seen: dict[str, tuple[str, str | None, bytes]] = field(default_factory=dict)
    """By id: the kind of record, its type and a hash of its content."""
    piece: Piece = field(init=False)

    def __post_init__(self) -> None:
        self.piece = Piece(self.edition, self.sources)

    def next_content(self) -> Content:
        """Give what was made so far, and begin anew."""
        made, self.piece = self.piece.content(), Piece(self.edition, self.sources)
        return made

    def take(self, value: object, where: str) -> None:
        """Take one JSON value: a record, an entry of a list, or a page that lists many."""
        if not isinstance(value, Mapping):
            self.records, self.refused = self.records + 1, self.refused + 1
            self.notes.add(where, "", "JSON that is no record of a location or provider", severity="error")
            return
        fields = Fields(value, where, "", self.notes)
        for key, kind in _LISTS:
            if isinstance(value.get(key), list):
                for entry in fields.each(key):
                    self._record(entry, kind)
                return
        kinds = [kind for kind in (LOCATION, PROVIDER) if value.get(kind.id) is not None]
        if kinds:
            self._record(fields, kinds[0])  # a location names its provider too
        else:
            self.records, self.refused = self.records + 1, self.refused + 1
            hint = f"A location has {LOCATION.id}, a provider {PROVIDER.id}."
            self.notes.add(where, "", "JSON that is no record of a location or provider", None, hint, "error")

    def _record(self, record: Fields, kind: Kind) -> None:
        self.records += 1
        identifier = record.id(kind.id)
        if identifier is None:
            self.refused += 1
            if record.values.get(kind.id) is None:
                record.note(kind.id, "a record without its id; left out", error=True)
        elif kind.listed_name in record.values and "name" not in record.values:
            add_listed(record, kind, identifier, self.piece)
        elif self._is_new(record, kind, identifier):
            (add_location if kind is LOCATION else add_provider)(record, identifier, self.piece)
            place = kind.ref(identifier)
            observations = Observations(place, add_reports(record, place, self.piece))
            see_blocks(record, observations)
            see_assessments(record, observations)
            observations.add_to(self.piece)

    def _is_new(self, record: Fields, kind: Kind, identifier: str) -> bool:
        """Say whether a record was not there before; where it was, but not the same, tell so."""
        text = json.dumps(record.values, sort_keys=True, ensure_ascii=True)
        now = (kind.label, record.text("type"), hashlib.blake2b(text.encode(), digest_size=16).digest())
        before = self._seen.setdefault(identifier, now)
        if before is now:
            return True
        hint = "What each record shows is kept; of a single value, such as the type, the graph keeps one."
        if before[0] != now[0]:
            record.note(kind.id, "the same id for a location and a provider", identifier, "Both are kept.")
        elif before[1] != now[1]:
            record.note("type", "the same id with two types", f"{identifier}: {before[1]}, {now[1]}", hint)
        elif before[2] != now[2]:
            record.note(kind.id, "the same id twice with other content", identifier, hint)
        return before != now


def _fetched(path: Path) -> str:
    """Give the day on which a folder was fetched, where `fetch` says so."""
    try:
        found = json.loads((path / FETCHED).read_text("utf-8")) if path.is_dir() else {}
        return str(datetime.date.fromisoformat(str(found["until"])[:10]))
    except (OSError, ValueError, TypeError, KeyError):
        return ""
