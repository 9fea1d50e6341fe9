"""Records of the ODS's interface ORD 2-0-0: one JSON file each, alone or in a folder.

One element may stand as an object where several are a list, empty sections are left out, and a boolean may be a word.
Contacts are not read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from qikg.loaders.ods.nodes import SITE, TRUST_ROLES, Checks, Day, Entry, Succession, Thing
from qikg.loaders.report import LoadReport

MOST_BYTES = 10_000_000
"""Bytes of a record; the largest that were seen have about ten thousand."""

_LOOKED_AT = 20
_NO_RECORD = "this is no record of ORD"
_NO_RECORD_HINT = "A record has `Organisation` with `OrgId`; .../organisations/RTX gives one."

Object = Mapping[str, object]


def recognises(path: Path) -> bool:
    """Say whether a file, or a file of a folder, is a record of ORD or a page of a list of them."""
    try:
        if path.is_dir():
            if (path / "study.json").exists():
                return False
            return any(_is_ours(_parsed(one)) for one in _files(path)[:_LOOKED_AT])
        return _is_ours(_parsed(path))
    except OSError:
        return False


def is_record(value: object, code: str) -> bool:
    """Say whether a parsed answer is the record of a code."""
    organisation = value.get("Organisation") if isinstance(value, dict) else None
    identifier = organisation.get("OrgId") if isinstance(organisation, dict) else None
    return isinstance(identifier, dict) and identifier.get("extension") == code


def digest(path: Path) -> str:
    """Give the hash of a record, or of all records of a folder, whatever the files are called."""
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    each = sorted(hashlib.sha256(one.read_bytes()).hexdigest() for one in _files(path))
    return hashlib.sha256("\n".join(each).encode()).hexdigest()


def things(path: Path, report: LoadReport) -> Iterator[Thing]:
    """Give what the records say; what is not right is reported and left out."""
    seen: dict[str, str] = {}
    report.rows[path.name] = 0
    for file in _files(path) if path.is_dir() else [path]:
        report.rows[path.name] += 1
        found = _Record(file, report).things()
        entry = next((one for one in found if isinstance(one, Entry)), None)
        if entry is None:
            report.refused[path.name] += 1
            continue
        if entry.code in seen:
            report.refused[path.name] += 1
            Checks(file.name, None, report).wrong(
                "Organisation.OrgId", "the code stands twice", entry.code, f"It stands first in {seen[entry.code]}."
            )
            continue
        seen[entry.code] = file.name
        yield from found


def parse(raw: bytes) -> object:
    """Parse JSON; raises ValueError for anything else."""
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _files(folder: Path) -> list[Path]:
    return sorted(one for one in folder.glob("*.json") if one.is_file() and not one.name.startswith("."))


def _parsed(path: Path) -> object:
    if path.stat().st_size > MOST_BYTES:
        return None
    with path.open("rb") as stream:
        if not stream.read(200).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            return None  # a table, most likely: no need to read all of it
    try:
        return parse(path.read_bytes())
    except ValueError:
        return None


def _is_ours(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    organisation = value.get("Organisation")
    return (isinstance(organisation, dict) and "OrgId" in organisation) or _is_page(value)


def _is_page(value: object) -> bool:
    listed = value.get("Organisations") if isinstance(value, dict) else None
    return isinstance(listed, list) and all(isinstance(one, dict) and "OrgId" in one for one in listed)


class _Record:
    """One file."""

    def __init__(self, path: Path, report: LoadReport) -> None:
        self._path = path
        self._checks = Checks(path.name, None, report)

    def things(self) -> list[Thing]:
        """Give the organisation and its successions; nothing where something is not right."""
        organisation = self._organisation()
        if organisation is None:
            return []
        found = self._entry(organisation)
        return found if self._checks.ok else []

    def _organisation(self) -> Object | None:
        wrong = self._checks.wrong
        try:
            if self._path.stat().st_size > MOST_BYTES:
                wrong(None, f"a record of more than {MOST_BYTES:,} bytes", hint=_NO_RECORD_HINT)
                return None
            value = parse(self._path.read_bytes())
        except OSError as error:
            wrong(None, "the file cannot be read", hint=str(error.strerror or error))
            return None
        except ValueError as error:
            wrong(None, f"this is not JSON ({error})", hint="Fetch it again; it may be cut off.")
            return None
        if _is_page(value):
            wrong(None, "this is a page of a list, not a record", hint="Fetch the record of each code that it names.")
            return None
        if not isinstance(value, dict) or "Organisation" not in value:
            wrong(None, _NO_RECORD, hint=_NO_RECORD_HINT)
            return None
        return self._object(value["Organisation"], "Organisation")

    def _entry(self, organisation: Object) -> list[Thing]:
        checks = self._checks
        code = self._code(organisation, "Organisation")
        name = checks.words("Organisation.Name", organisation.get("Name"), needed=True)
        address = self._inside(self._inside(organisation, "GeoLoc"), "Location")
        where = "Organisation.GeoLoc.Location"
        roles = self._roles(organisation)
        record_class = checks.record_class("Organisation.orgRecordClass", organisation.get("orgRecordClass"))
        successions = self._successions(organisation, code or "", roles)
        entry = Entry(
            file=checks.file,
            row=None,
            code=code or "",
            name=name or "",
            trust=not TRUST_ROLES.isdisjoint(roles),
            body=record_class != SITE or bool(successions),
            roles=roles,
            active=checks.active("Organisation.Status", organisation.get("Status")),
            record_class=record_class,
            ref_only=checks.truth("Organisation.refOnly", organisation.get("refOnly")) or False,
            area=checks.area(f"{where}.PostCode", address.get("PostCode")),
            town=checks.words(f"{where}.Town", address.get("Town")),
            legal=self._span(organisation, "Organisation", "Legal"),
            operational=self._span(organisation, "Organisation", "Operational"),
            changed=checks.day("Organisation.LastChangeDate", organisation.get("LastChangeDate")),
        )
        return [entry, *successions]

    def _roles(self, organisation: Object) -> tuple[str, ...]:
        path = "Organisation.Roles.Role"
        each = self._many(self._inside(organisation, "Roles").get("Role"), path)
        found = [self._checks.role(f"{path}[{at}].id", role.get("id")) for at, role in enumerate(each)]
        return tuple(sorted({role for role in found if role}))

    def _successions(self, organisation: Object, code: str, roles: tuple[str, ...]) -> list[Succession]:
        path = "Organisation.Succs.Succ"
        found = []
        for at, one in enumerate(self._many(self._inside(organisation, "Succs").get("Succ"), path)):
            here = f"{path}[{at}]"
            kind = self._checks.choice(f"{here}.Type", one.get("Type"), ("Predecessor", "Successor"))
            target = self._inside(one, "Target", here)
            other = self._code(target, f"{here}.Target")
            role = self._checks.role(
                f"{here}.Target.PrimaryRoleId.id", self._inside(target, "PrimaryRoleId", f"{here}.Target").get("id")
            )
            legal, operational = (self._span(one, here, of)[0] for of in ("Legal", "Operational"))
            if kind is None and one.get("Type") is None:
                self._checks.wrong(f"{here}.Type", "the cell is empty", hint="Predecessor or Successor.")
            if other == code:
                self._checks.wrong(f"{here}.Target", "an organisation that succeeds itself", other)
            if other is None or kind is None:
                continue
            ends = (other, code) if kind == "Predecessor" else (code, other)
            trusts = {other} if role in TRUST_ROLES else set()
            if not TRUST_ROLES.isdisjoint(roles):
                trusts.add(code)
            told_by = "successor" if kind == "Predecessor" else "predecessor"
            found.append(Succession(*ends, legal or operational, told_by, frozenset(trusts)))
        return found

    def _span(self, holder: Object, path: str, kind: str) -> tuple[Day, Day]:
        """Give the dates of a kind; of several spells the last."""
        spells: list[tuple[Day, Day]] = []
        for at, one in enumerate(self._many(holder.get("Date"), f"{path}.Date")):
            if one.get("Type") == kind:
                here = f"{path}.Date[{at}]"
                first, last = (self._checks.day(f"{here}.{end}", one.get(end)) for end in ("Start", "End"))
                spells.append(self._checks.span(here, (first, last)))
        return max(spells, key=lambda spell: (spell[0] is not None, spell[0]), default=(None, None))

    def _code(self, holder: Object, path: str) -> str | None:
        identifier = holder.get("OrgId")
        if identifier is not None and self._object(identifier, f"{path}.OrgId") is None:
            return None
        return self._checks.code(f"{path}.OrgId.extension", self._inside(holder, "OrgId", path).get("extension"))

    def _inside(self, holder: Object, key: str, path: str = "Organisation") -> Object:
        """Give a section; an absent one is empty."""
        value = holder.get(key)
        return {} if value is None else self._object(value, f"{path}.{key}") or {}

    def _object(self, value: object, path: str) -> Object | None:
        if isinstance(value, dict):
            return value
        self._checks.wrong(path, "not a group of named values (`{…}`)", type(value).__name__)
        return None

    def _many(self, value: object, path: str) -> list[Object]:
        """Give a list; one element may stand by itself."""
        each = [] if value is None else value if isinstance(value, list) else [value]
        found = [self._object(one, f"{path}[{at}]") for at, one in enumerate(each)]
        return [one for one in found if one is not None]
