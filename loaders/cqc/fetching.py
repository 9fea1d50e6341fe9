"""Fetches records of the regulator's API into a folder, which `qikg load` then reads.

A run that was broken off goes on where it stopped: what it meant to ask for, and what it has done, stand in the folder.
No name of a person is written (asking.py).
"""

from __future__ import annotations

import datetime
import json
import os
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qikg.loaders.cqc.asking import BASE, PER_MINUTE, Answer, NoAnswer, Opener, Service
from qikg.loaders.cqc.fields import is_id
from qikg.loaders.cqc.records import FETCHED
from qikg.ontology.errors import QikgError, UsageError

KEY = "QIKG_CQC_KEY"
"""The environment variable that holds the key."""

_RUN, _DONE = ".fetching.json", ".fetching.log"  # hidden, so that they are no records
_TOLD = ("since", "local_authority", "until", "fresh", "changed")
_WRITTEN, _MISSING, _REFUSED = "written", "missing", "refused"
_PER_PAGE = "1000"
_ROUNDS = 3
_IN_A_ROW = 5
"""Records without an answer, one after the other, after which a run stops."""


@dataclass(frozen=True, slots=True)
class _Kind:
    listed: str
    single: str

    @property
    def id(self) -> str:
        return f"{self.single}Id"

    def file(self, folder: Path, identifier: str) -> Path:
        return folder / f"{self.single}_details" / f"{self.single}_{identifier}.json"


_KINDS = (_Kind("locations", "location"), _Kind("providers", "provider"))


@dataclass(slots=True)
class Fetched:
    """The account of a run: how many records were written, and which could not be."""

    written: int = 0
    kept: int = 0
    """Records that were there already."""
    missing: list[str] = field(default_factory=list)
    """Ids that the service lists and has no record of (404)."""
    refused: list[str] = field(default_factory=list)
    """Ids that the service refuses, in upper case too (400), or that are none."""
    failed: dict[str, str] = field(default_factory=dict)
    """Ids without an answer, with the reason; the next run asks for them again."""
    asked: int = 0
    """Requests that were made."""


def key_from_environment() -> str:
    """Give the key of the API. Raises UsageError where it is not set."""
    key = os.environ.get(KEY, "").strip()
    if not key:
        raise UsageError(
            f"Set the environment variable {KEY} to a key of the CQC API. Sign up for one, free of charge, at "
            "https://api-portal.service.cqc.org.uk."
        )
    return key


def fetch(
    folder: Path, *, key: str, since: datetime.datetime | str | None = None, local_authority: str | None = None,
    base_url: str = BASE, opener: Opener | None = None, per_minute: float = PER_MINUTE,
) -> Fetched:  # fmt: skip
    """Fetch all records into a folder, those of one local authority, or, with `since`, those changed after a moment.

    A record that the folder has is not asked for again unless it changed since the folder was last complete. Raises
    UsageError where the key is refused or a value makes no sense, QikgError where the service stops answering; the
    same call goes on from there.
    """
    service = Service(key, base_url, opener, per_minute)
    moment = None if since is None else _stamp(since)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        run = _Run.unfinished(folder, moment, local_authority) or _planned(folder, service, moment, local_authority)
        account = _carry_out(run, service)
    except OSError as error:
        raise QikgError(f"{folder} cannot be written: {error.strerror or error}.") from error
    account.asked = service.asked
    return account


@dataclass(frozen=True, slots=True)
class _Run:
    """What a run means to ask for."""

    folder: Path
    since: str | None
    local_authority: str | None
    until: str
    fresh: dict[str, list[str]]
    """Ids by kind, to ask for unless their record is there."""
    changed: dict[str, list[str]]
    """Ids by kind, to ask for even so."""

    @classmethod
    def unfinished(cls, folder: Path, since: str | None, local_authority: str | None) -> _Run | None:
        """Give the run that was broken off, if it was the same."""
        try:
            found = json.loads((folder / _RUN).read_text("utf-8"))
            run = cls(folder, *(found[name] for name in _TOLD))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return run if (run.since, run.local_authority) == (since, local_authority) else None

    def begin(self) -> None:
        (self.folder / _DONE).unlink(missing_ok=True)
        _write(self.folder / _RUN, {name: getattr(self, name) for name in _TOLD})

    def done(self) -> dict[str, str]:
        """Give what became of each kind and id that is done; a line that was cut off is none."""
        path = self.folder / _DONE
        lines = path.read_text("utf-8").split("\n")[:-1] if path.exists() else []
        return {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in lines}

    def end(self) -> None:
        done = self.done()
        told = {
            "until": self.until, "since": self.since, "local_authority": self.local_authority,
            "missing": sorted(one for one, outcome in done.items() if outcome == _MISSING),
            "refused": sorted(one for one, outcome in done.items() if outcome == _REFUSED),
        }  # fmt: skip
        _write(self.folder / FETCHED, told)
        (self.folder / _RUN).unlink(missing_ok=True)
        (self.folder / _DONE).unlink(missing_ok=True)


def _planned(folder: Path, service: Service, since: str | None, local_authority: str | None) -> _Run:
    until = _stamp(datetime.datetime.now(datetime.UTC))
    last = since or _last_complete(folder, local_authority)
    fresh: dict[str, list[str]] = {}
    changed: dict[str, list[str]] = {}
    for kind in _KINDS:
        listed = set() if since and not local_authority else _listed(service, kind, local_authority)
        new = set(_changes(service, kind, last, until)) if last else set()
        fresh[kind.listed] = [] if since else sorted(listed)
        changed[kind.listed] = sorted(new & listed if local_authority else new)
    run = _Run(folder, since, local_authority, until, fresh, changed)
    run.begin()
    return run


def _carry_out(run: _Run, service: Service) -> Fetched:
    account, done, in_a_row = Fetched(), run.done(), 0
    with (run.folder / _DONE).open("a", encoding="utf-8") as log:
        for kind, identifier, anyway in _wanted(run):
            one = f"{kind.listed} {identifier}"
            if one in done or (not anyway and kind.file(run.folder, identifier).exists()):
                account.kept += 1
                continue
            try:
                outcome = _fetch_one(run.folder, service, kind, identifier)
                in_a_row = 0
            except NoAnswer as error:
                account.failed[identifier] = str(error)
                in_a_row += 1
                if in_a_row == _IN_A_ROW:
                    raise QikgError(f"{error} It was the {_IN_A_ROW}th time in a row. Try again later.") from None
                continue
            log.write(f"{one} {outcome}\n")
            log.flush()
            account.written += outcome == _WRITTEN
            if outcome != _WRITTEN:
                (account.missing if outcome == _MISSING else account.refused).append(identifier)
    if not account.failed:
        run.end()
    return account


def _wanted(run: _Run) -> Iterator[tuple[_Kind, str, bool]]:
    """Give each id once, with whether it is to be asked for though its record is there."""
    for kind in _KINDS:
        changed = set(run.changed.get(kind.listed, ()))
        for identifier in sorted(changed.union(run.fresh.get(kind.listed, ()))):
            yield kind, identifier, identifier in changed


def _fetch_one(folder: Path, service: Service, kind: _Kind, identifier: str) -> str:
    if not is_id(identifier.upper()):  # it would become a part of an address and of a file's name
        return _REFUSED
    answer = _record(service, kind, identifier)
    if answer.status == 400 and identifier != identifier.upper():
        identifier = identifier.upper()
        answer = _record(service, kind, identifier)
    if not answer.there:
        return _REFUSED if answer.status == 400 else _MISSING
    _write(kind.file(folder, str(answer.value[kind.id])), answer.value)
    return _WRITTEN


def _record(service: Service, kind: _Kind, identifier: str) -> Answer:
    def fits(value: Mapping[str, object]) -> bool:
        found = value.get(kind.id)
        return isinstance(found, str) and is_id(found) and found == identifier.upper()

    return service.get(f"/{kind.listed}/{urllib.parse.quote(identifier, safe='')}", {}, fits)


def _listed(service: Service, kind: _Kind, local_authority: str | None) -> set[str]:
    """Give all ids of a kind. A list that changes while its pages are turned is read again: ids move between pages."""
    asked = {"perPage": _PER_PAGE} | ({"localAuthority": local_authority} if local_authority else {})
    found: set[str] = set()
    for _ in range(_ROUNDS):
        totals = set()
        for page in _pages(service, f"/{kind.listed}", asked, kind.listed):
            totals.add(page.get("total"))
            entries = page[kind.listed]
            assert isinstance(entries, list)
            ids = (entry.get(kind.id) for entry in entries if isinstance(entry, Mapping))
            found.update(one for one in ids if isinstance(one, str) and one)
        if len(totals) <= 1:
            break
    return found


def _changes(service: Service, kind: _Kind, since: str, until: str) -> Iterator[str]:
    asked = {"startTimestamp": since, "endTimestamp": until, "perPage": _PER_PAGE}
    for page in _pages(service, f"/changes/{kind.single}", asked, "changes"):
        changes = page["changes"]
        assert isinstance(changes, list)
        yield from (one for one in changes if isinstance(one, str) and one)


def _pages(service: Service, path: str, asked: Mapping[str, str], key: str) -> Iterator[Mapping[str, object]]:
    """Turn the pages of a list. The number of pages is taken from each page: it can grow meanwhile."""

    def fits(value: Mapping[str, object]) -> bool:
        return isinstance(value.get(key), list) and isinstance(value.get("totalPages"), int)

    number = 1
    while True:
        answer = service.get(path, {**asked, "page": str(number)}, fits)
        if not answer.there:
            if number > 1:
                return  # it has fewer pages now
            raise NoAnswer(f"The CQC API has no {path} (status {answer.status}).")
        yield answer.value
        total, members = answer.value["totalPages"], answer.value[key]
        assert isinstance(total, int)
        if number >= total or not members:
            return
        number += 1


def _last_complete(folder: Path, local_authority: str | None) -> str | None:
    """Give the moment at which a folder was last complete; None where it never was, or for another local authority."""
    try:
        found = json.loads((folder / FETCHED).read_text("utf-8"))
        same = found["local_authority"] == local_authority and found["since"] is None
        return _stamp(found["until"]) if same else None
    except (OSError, ValueError, KeyError, TypeError, UsageError):
        return None


def _stamp(moment: datetime.datetime | str) -> str:
    """Give a moment as the API takes it.

    >>> _stamp("2026-08-01"), _stamp("2026-08-01T12:00:00+01:00")
    ('2026-08-01T00:00:00Z', '2026-08-01T11:00:00Z')
    """
    if isinstance(moment, str):
        try:
            moment = datetime.datetime.fromisoformat(moment)
        except ValueError:
            raise UsageError(f"{moment!r} is not a moment like 2026-08-01 or 2026-08-01T12:00:00Z.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(path: Path, value: object) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(value, indent=1) + "\n", "utf-8")
    part.replace(path)
