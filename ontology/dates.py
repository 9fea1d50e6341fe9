"""Dates that may be known only to the month or the year."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import total_ordering

from pydantic import BaseModel, ConfigDict, model_validator

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


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
        year, month, day = self._parts()
        return datetime.date(year, 1 if month is None else month, 1 if day is None else day)

    @property
    def latest(self) -> datetime.date:
        """The last day that it may be."""
        year, month, day = self._parts()
        month = 12 if month is None else month
        return datetime.date(year, month, calendar.monthrange(year, month)[1] if day is None else day)

    def before(self, other: PartialDate) -> bool | None:
        """Say whether this date is before the other; None where nobody can tell."""
        if self.latest < other.earliest:
            return True
        return False if self.earliest >= other.latest else None

    def _parts(self) -> tuple[int, int | None, int | None]:
        match = _SHAPE.fullmatch(self.text)
        assert match is not None
        year, month, day = match.groups()
        return int(year), int(month) if month else None, int(day) if day else None

    def __str__(self) -> str:
        return self.text

    def __lt__(self, other: PartialDate) -> bool:
        return (self.earliest, self.latest, self.text) < (other.earliest, other.latest, other.text)
