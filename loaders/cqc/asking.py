"""Asks the regulator's API: one answer at a time, not too often, and again where it stumbled.

What is about people is taken out of an answer while it is parsed (privacy.py). The key goes into one header, and
nowhere else: not to another address that an answer redirects to, not into a message.
"""

from __future__ import annotations

import datetime
import email.utils
import http
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from qikg.loaders.cqc.privacy import stripped
from qikg.ontology.errors import QikgError, UsageError

BASE = "https://api.service.cqc.org.uk/public/v1"
PER_MINUTE = 1_000
"""Requests a minute. The service publishes no limit; twice as many are said to pass."""

_USER_AGENT = "qikg (https://w3id.org/qikg/)"  # the service answers 403 without one
_KEY_HEADER = "Ocp-Apim-Subscription-Key"
_TRIES = 8
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 60.0
_TIMEOUT = 60.0
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
_ABSENT = frozenset({400, 404, 410})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Opener(Protocol):
    """What opens an address: `urllib.request.build_opener()` makes one."""

    def open(
        self, fullurl: urllib.request.Request, data: None = None, timeout: float | None = None
    ) -> http.client.HTTPResponse:
        """Open it."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered: its status, and the object it gave; none where the status says there is none."""

    status: int
    value: Mapping[str, object] = field(default_factory=dict)

    @property
    def there(self) -> bool:
        """Whether there is what was asked for."""
        return self.status not in _ABSENT


class NoAnswer(QikgError):
    """The service did not answer, or not with what was asked for, however often it was tried."""


@dataclass(slots=True)
class Service:
    """The API: where it is, how it is asked, and how often it was."""

    key: str = field(repr=False)
    base_url: str = BASE
    opener: Opener | None = None
    per_minute: float = PER_MINUTE
    sleep: Callable[[float], None] = time.sleep
    asked: int = 0
    _next: float = 0.0

    def __post_init__(self) -> None:
        if not self.key or not all("!" <= character <= "~" for character in self.key):
            raise UsageError("The key of the CQC API is empty, or holds blanks or other characters that no key has.")
        parts = urllib.parse.urlsplit(self.base_url)
        if parts.scheme != "https" and parts.hostname not in _LOCAL:
            raise UsageError(f"{self.base_url} is not https://, so that anybody on the way could read the key.")
        if not self.per_minute > 0:
            raise UsageError("per_minute must be more than 0.")
        self.opener = self.opener or urllib.request.build_opener()

    def get(self, path: str, parameters: Mapping[str, str], fits: Callable[[Mapping[str, object]], bool]) -> Answer:
        """Ask for a path. An answer that does not fit what was asked for counts as a stumble.

        Raises UsageError where the service refuses the key, NoAnswer where it stumbles too often.
        """
        trouble = ""
        for tried in range(_TRIES):
            answer, trouble, wait = self._once(path, parameters)
            if answer is not None and (not answer.there or fits(answer.value)):
                return answer
            trouble = trouble or "it gave something else than what was asked for"
            if tried + 1 < _TRIES:
                self.sleep(min(_FIRST_WAIT * 2**tried, _LONGEST_WAIT) if wait is None else wait)
        raise NoAnswer(f"The CQC API did not answer {path}, tried {_TRIES} times: {trouble}.")

    def _once(self, path: str, parameters: Mapping[str, str]) -> tuple[Answer | None, str, float | None]:
        """Ask once: give the answer, or what went wrong and how long to wait, where the service says so."""
        self._wait_for_turn()
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        request = urllib.request.Request(
            self.base_url.rstrip("/") + path + query, headers={"User-Agent": _USER_AGENT, "Accept": "application/json"}
        )
        request.add_unredirected_header(_KEY_HEADER, self.key)
        assert self.opener is not None
        self.asked += 1
        try:
            with self.opener.open(request, timeout=_TIMEOUT) as response:
                return self._read(response)
        except urllib.error.HTTPError as error:
            with error:
                return self._of_status(error.code, error.headers.get("Retry-After"))
        except urllib.error.URLError as error:
            reason = error.reason
            return None, f"it cannot be reached ({getattr(reason, 'strerror', None) or type(reason).__name__})", None
        except (OSError, http.client.HTTPException) as error:
            return None, f"the answer broke off ({type(error).__name__})", None

    def _read(self, response: http.client.HTTPResponse) -> tuple[Answer | None, str, float | None]:
        raw = response.read()
        try:
            value = json.loads(raw, object_pairs_hook=stripped)
        except (ValueError, RecursionError):
            return None, "the answer is not JSON, or was cut off", None
        if not isinstance(value, dict):
            return None, "the answer is not an object", None
        return Answer(response.status, value), "", None

    def _of_status(self, status: int, retry_after: str | None) -> tuple[Answer | None, str, float | None]:
        if status in _ABSENT:
            return Answer(status), "", None
        if status == http.HTTPStatus.UNAUTHORIZED:
            raise UsageError(
                "The CQC API refuses the key (401). Check QIKG_CQC_KEY against the key of your subscription at "
                "https://api-portal.service.cqc.org.uk."
            )
        if status == http.HTTPStatus.FORBIDDEN:
            raise UsageError("The CQC API refuses to answer (403): the key has no right to it, or this address none.")
        phrase = http.client.responses.get(status, "unknown")
        if status not in _TRANSIENT:
            raise NoAnswer(f"The CQC API answered with status {status} ({phrase}), which was not expected.")
        return None, f"status {status} ({phrase})", _seconds(retry_after)

    def _wait_for_turn(self) -> None:
        now = time.monotonic()
        if self._next > now:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + 60 / self.per_minute


def _seconds(retry_after: str | None) -> float | None:
    """Read a Retry-After header: seconds, or a date; not more than the longest wait of our own.

    >>> _seconds("2"), _seconds("86400"), _seconds("soon"), _seconds(None)
    (2.0, 60.0, None, None)
    """
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text)
    else:
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.UTC)
        seconds = (moment - datetime.datetime.now(datetime.UTC)).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_WAIT)
