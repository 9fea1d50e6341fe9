"""Fetches records of the ODS from its interface ORD, one file each, without haste and so that it can go on later.

    fetch(["RTX", "RXR"], Path("ods"))     # these records
    fetch(None, Path("ods"))               # every NHS trust and care trust, closed ones included

What the service does not have, or does not give, is part of the result and no exception. Contacts are not kept.
"""

from __future__ import annotations

import datetime
import email.utils
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from qikg.loaders.ods.nodes import CODE
from qikg.loaders.ods.ord import MOST_BYTES, is_record, parse
from qikg.ontology.errors import UsageError

BASE_URL = "https://directory.spineservices.nhs.uk/ORD/2-0-0"
ROLES = ("RO197", "RO107")
"""NHS trusts and care trusts: a list of the first lacks the second."""
LIMIT = 1_000
"""Codes of one page; the service gives no more."""

_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_LONGEST_WAIT = 300.0
_IN_A_ROW = 5
"""Records that fail one after the other before the service counts as out of order."""


class Answer(Protocol):
    """What an opener gives: an open answer."""

    headers: http.client.HTTPMessage

    def read1(self, n: int = ..., /) -> bytes:
        """Read what is there, at most `n` bytes."""

    def close(self) -> None:
        """Let go of the connection."""


class Opener(Protocol):
    """Something like urllib's OpenerDirector."""

    def open(self, fullurl: urllib.request.Request, data: None = None, timeout: float = ...) -> Answer:
        """Send a request; raises HTTPError for an answer that is no success."""


@dataclass(slots=True)
class Fetched:
    """What came of it, by code; `failed` has the reason, and a list's address where a list failed."""

    fetched: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Those that were in the folder already."""
    absent: list[str] = field(default_factory=list)
    """Those that the service does not know."""
    failed: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    """Those that were not tried, because the service was out of order."""

    @property
    def ok(self) -> bool:
        """Whether all that was asked for is there, or known not to exist."""
        return not self.failed and not self.left


class _Refused(Exception):
    """The service gave no usable answer; the text says why."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


def fetch(
    codes: Iterable[str] | None,
    folder: Path,
    *,
    base_url: str = BASE_URL,
    roles: Iterable[str] = ROLES,
    opener: Opener | None = None,
    pause: float = 0.1,
    timeout: float = 30.0,
    tries: int = 6,
    sleep: Callable[[float], None] = time.sleep,
    on_record: Callable[[str], None] = lambda code: None,
) -> Fetched:
    """Fetch records into a folder, those of `codes` or of all organisations with a primary role of `roles`.

    A record that is in the folder is kept: run it again to go on after an interruption. `pause` is waited between two
    requests; an answer that says so is asked for again, `tries` times in all, later each time.
    Raises UsageError for an address that is not of http or https.
    """
    if urllib.parse.urlsplit(base_url).scheme not in {"http", "https"}:
        raise UsageError(f"{base_url} is not an address of http or https.")
    service = _Service(base_url.rstrip("/"), opener or urllib.request.build_opener(), pause, timeout, tries, sleep)
    result = Fetched()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = list(dict.fromkeys(codes if codes is not None else _listed(service, roles, result)))
    in_a_row = 0
    for at, code in enumerate(wanted):
        file = folder / f"{code}.json"
        if not CODE.fullmatch(code):
            result.failed[code] = "not an ODS code: they are capital letters and digits, such as RTX"
            continue
        if _is_there(file, code):
            result.kept.append(code)
            continue
        try:
            record, _ = service.get(f"organisations/{code}", partial(is_record, code=code))
        except _Refused as error:
            if error.status == http.HTTPStatus.NOT_FOUND:
                result.absent.append(code)
                in_a_row = 0
                continue
            result.failed[code] = str(error)
            in_a_row += 1
            if in_a_row == _IN_A_ROW:
                result.left = wanted[at + 1 :]
                break
            continue
        in_a_row = 0
        _keep(record, file)
        result.fetched.append(code)
        on_record(code)
    return result


def _listed(service: _Service, roles: Iterable[str], result: Fetched) -> Iterator[str]:
    """Give the codes of the lists, page by page; the first one has the offset 1."""
    for role in roles:
        seen: set[str] = set()
        while True:
            query = {"PrimaryRoleId": role, "Limit": LIMIT, "Offset": len(seen) + 1}
            address = f"organisations?{urllib.parse.urlencode(query)}"
            try:
                page, headers = service.get(address, lambda value: isinstance(value.get("Organisations"), list))
            except _Refused as error:
                result.failed[address] = str(error)
                break
            listed = page["Organisations"]
            assert isinstance(listed, list)
            codes = [str(one.get("OrgId")) for one in listed if isinstance(one, dict)]
            fresh = [code for code in dict.fromkeys(codes) if code not in seen]
            yield from fresh
            seen.update(fresh)
            total = headers.get("X-Total-Count", "")
            known = int(total) if total.isascii() and total.isdigit() else None
            if not fresh or (len(seen) >= known if known is not None else len(codes) < LIMIT):
                if known is not None and len(seen) != known:
                    result.failed[address] = f"{len(seen):,} codes, where the service says {known:,}"
                break


@dataclass(slots=True)
class _Service:
    base: str
    opener: Opener
    pause: float
    timeout: float
    tries: int
    sleep: Callable[[float], None]
    asked: bool = False

    def get(
        self, address: str, right: Callable[[dict[str, object]], bool]
    ) -> tuple[dict[str, object], http.client.HTTPMessage]:
        """Ask, and ask again; raises _Refused."""
        request = urllib.request.Request(
            f"{self.base}/{address}", headers={"User-Agent": _agent(), "Accept": "application/json"}
        )
        reason, status = "not asked", 0
        for attempt in range(self.tries):
            if self.asked:
                self.sleep(self.pause)
            self.asked = True
            wait = min(2.0**attempt, _LONGEST_WAIT)
            try:
                raw, headers = self._once(request)
                value = parse(raw)
                if isinstance(value, dict) and right(value):
                    return value, headers
                reason = "the answer is not what was asked for"
            except urllib.error.HTTPError as error:
                reason, status = f"the service answers {error.code} ({error.reason})", error.code
                wait = max(wait, _retry_after(error.headers.get("Retry-After") or ""))
                error.close()
                if status not in _AGAIN:
                    raise _Refused(reason, status) from error
            except ValueError as error:
                reason = f"the answer is cut off or not JSON ({error})"
            except (OSError, http.client.HTTPException) as error:  # URLError and time-outs are OSErrors
                reason = f"no answer ({getattr(error, 'reason', error) or type(error).__name__})"
            if wait > _LONGEST_WAIT:
                raise _Refused(f"{reason}; it asks to wait {wait:,.0f} seconds", status)
            if attempt + 1 < self.tries:
                self.sleep(wait)
        raise _Refused(f"{reason}, {self.tries} times", status)

    def _once(self, request: urllib.request.Request) -> tuple[bytes, http.client.HTTPMessage]:
        answer = self.opener.open(request, timeout=self.timeout)
        deadline = time.monotonic() + 2 * self.timeout  # else a byte now and then would hold us for ever
        body = bytearray()
        try:
            while piece := answer.read1(1 << 16):
                body += piece
                if len(body) > MOST_BYTES:
                    raise ValueError(f"more than {MOST_BYTES:,} bytes")
                if time.monotonic() > deadline:
                    raise TimeoutError("it takes too long")
            length = answer.headers.get("Content-Length", "")
            if length.isdigit() and int(length) != len(body):
                raise ValueError(f"{len(body):,} of {length} bytes")
            return bytes(body), answer.headers
        finally:
            answer.close()


def _retry_after(value: str) -> float:
    """Give the seconds that an answer asks to wait; it names them, or a moment.

    >>> _retry_after("7"), _retry_after("soon"), _retry_after("Wed, 21 Oct 2015 07:28:00 GMT")
    (7.0, 0.0, 0.0)
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return 0.0
    now = datetime.datetime.now(moment.tzinfo)
    return max(0.0, (moment - now).total_seconds())


def _is_there(file: Path, code: str) -> bool:
    try:
        return is_record(parse(file.read_bytes()), code)
    except (OSError, ValueError):
        return False


def _keep(record: dict[str, object], file: Path) -> None:
    """Write a record without its contacts, whole or not at all."""
    organisation = record["Organisation"]
    assert isinstance(organisation, dict)
    organisation.pop("Contacts", None)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    part.replace(file)


def _agent() -> str:
    try:
        number = version("qikg")
    except PackageNotFoundError:
        number = "0"
    return f"qikg/{number} (+https://w3id.org/qikg/)"
