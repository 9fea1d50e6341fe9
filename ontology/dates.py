"""Dates that may be known only to the month or the year."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import lru_cache, total_ordering

from pydantic import BaseModel, ConfigDict, model_validator

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@lru_cache(maxsize=20_000)
def _bounds(text: str) -> tuple[datetime.date, datetime.date]:
    match = _SHAPE.fullmatch(text)
    assert match is not None
    year, month, day = (None if part is None else int(part) for part in match.groups())
    assert year is not None
    first = datetime.date(year, 1 if month is None else month, 1 if day is None else day)
    month = 12 if month is None else month
    return first, datetime.date(year, month, calendar.monthrange(year, month)[1] if day is None else day)


@total_ordering
class PartialDate(BaseModel):
    """A date as it is known: a year, a month or a day, as ISO 8601 text.

    `earliest` and `latest` bound it. Two partial dates can only be compared for certain where their bounds do not
    overlap; `before` answers None where they do.

    >>> PartialDate(text="2015-04").latest
    datetime.date(2015, 4, 30)
    >>> PartialDate(text="2015").before(PartialDate(text="2015-04")) is None
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str

    @model_validator(mode="after")
    def _exists(self) -> PartialDate:
        if not _SHAPE.fullmatch(self.text):
            raise ValueError(f"{self.text!r} is not a date like 2015, 2015-04 or 2015-04-02")
        _ = self.earliest, self.latest
        return self

    @property
    def earliest(self) -> datetime.date:
        """The first day that it may be."""
        return _bounds(self.text)[0]

    @property
    def latest(self) -> datetime.date:
        """The last day that it may be."""
        return _bounds(self.text)[1]

    def before(self, other: PartialDate) -> bool | None:
        """Say whether this date is before the other; None where nobody can tell."""
        if self.latest < other.earliest:
            return True
        return False if self.earliest >= other.latest else None

    def __str__(self) -> str:
        return self.text

    def __lt__(self, other: PartialDate) -> bool:
        return (self.earliest, self.latest, self.text) < (other.earliest, other.latest, other.text)
