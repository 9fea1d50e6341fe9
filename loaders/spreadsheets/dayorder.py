"""Which comes first in the dates of a file, the day or the month: decided once a file, never cell by cell.

The registers write the day first; copies that passed through an American program have the month first. A field above
12 proves the order. A file with a proof of each is refused, because no reading of it is right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from qikg.loaders.report import Problem
from qikg.loaders.spreadsheets.cells import Cell


class Order(Enum):
    """What stands first in 05/12/2026."""

    DAY = "day first"
    MONTH = "month first"


_TIME = r"(?:(?: - | |T)(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)? ?(AM|PM)?)?"
_NUMBERS = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.ASCII | re.IGNORECASE)
_NAMED = re.compile(rf"(\d{{1,2}})[ /-]([A-Za-z]{{3,9}})[ /-](\d{{4}}){_TIME}", re.ASCII | re.IGNORECASE)
_ISO = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}}){_TIME}Z?", re.ASCII | re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_MONTHS = {
    name[:length]: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(), start=1
    )
    for length in {3, len(name)}
} | {"sept": 9}
_ZERO = date(1899, 12, 30)  # Excel's day 0, for all days after its leap day that never was (1900-02-29)
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465  # 1 March 1900 to 31 December 9999


@dataclass(slots=True)
class DayOrder:
    """What the dates of a file prove, as they are seen; `day` and `month` are the places of the first proofs.

    >>> found = DayOrder()
    >>> for row, cell in [(2, "05/12/2025"), (3, "05/29/2026")]:
    ...     found.see(row, cell)
    >>> found.order
    <Order.MONTH: 'month first'>
    """

    day: tuple[int, str] | None = None
    month: tuple[int, str] | None = None
    open: int = 0
    """Dates that can be read both ways, and mean another day each."""

    def see(self, row: int, cell: Cell) -> None:
        """Take a cell into account; what is no date of the form 1/2/2026 proves nothing."""
        numbers = _NUMBERS.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if numbers is None:
            return
        first, second = int(numbers[1]), int(numbers[3])
        if 12 < first < 32 and 0 < second < 13:
            self.day = self.day or (row, numbers[0])
        elif 12 < second < 32 and 0 < first < 13:
            self.month = self.month or (row, numbers[0])
        else:
            self.open += first != second

    @property
    def order(self) -> Order:
        """The order: day first unless only the other is proven."""
        return Order.MONTH if self.month and not self.day else Order.DAY

    def told(self) -> str | None:
        """Say in which order dates are read, and by what proof; None where none has two orders.

        >>> found = DayOrder()
        >>> found.see(3, "05/29/2026")
        >>> found.told()
        'dates are read month first, as row 3 proves (05/29/2026)'
        """
        proof = self.month if self.order is Order.MONTH else self.day
        if proof is None:
            return f"dates are read {self.order.value}, which nothing proves" if self.open else None
        return f"dates are read {self.order.value}, as row {proof[0]} proves ({proof[1]})"

    def problem(self, file: str, column: str | None = None) -> Problem | None:
        """Say, where both orders are proven, where; or, where neither is and it matters, that day first is assumed."""
        if self.day and self.month:
            (day_row, day), (month_row, month) = self.day, self.month
            return Problem(
                file, f"days first in row {day_row} ({day}), months first in row {month_row} ({month})",
                max(day_row, month_row), column, hint="The file was put together from two; no reading of it is right.",
            )  # fmt: skip
        if self.open and not self.day and not self.month:
            rule = f"nothing tells whether day or month comes first in {self.open:,} dates; read as day first"
            return Problem(file, rule, column=column, severity="warning")
        return None


def read_day(cell: Cell, order: Order) -> date | None:
    """Read a date, without its time of day; None where the cell is empty.

    Raises ValueError, in plain words, for what is no date, or not one in this order.

    >>> read_day("16/11/2015 - 00:00", Order.DAY)
    datetime.date(2015, 11, 16)
    >>> read_day("14/Apr/2022 - 00:00", Order.DAY)
    datetime.date(2022, 4, 14)
    >>> read_day("1/2/2025 12:00:00 AM", Order.MONTH)
    datetime.date(2025, 1, 2)
    >>> read_day("20171001", Order.DAY), read_day(43831, Order.DAY)
    (datetime.date(2017, 10, 1), datetime.date(2020, 1, 1))
    """
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        raise ValueError("not a date")
    if isinstance(cell, int | float):
        return _of_number(cell)
    return _of_text(cell.strip(), order)


def _of_text(cell: str, order: Order) -> date | None:
    if not cell:
        return None
    if found := _NUMBERS.fullmatch(cell):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        day, month = (first, second) if order is Order.DAY else (second, first)
        if month > 12 >= day:
            raise ValueError(f"not a date with the {order.value}, as the file has them")
        return _made(year, month, day, found.groups()[4:])
    if found := _NAMED.fullmatch(cell):
        return _made(int(found[3]), _MONTHS.get(found[2].casefold(), 0), int(found[1]), found.groups()[3:])
    if found := _ISO.fullmatch(cell):
        return _made(int(found[1]), int(found[2]), int(found[3]), found.groups()[3:])
    if found := _COMPACT.fullmatch(cell):
        return _made(int(found[1]), int(found[2]), int(found[3]), ())
    if _SERIAL.fullmatch(cell):
        return _of_number(float(cell))
    raise ValueError("not a date, or its year has not four digits")


def _of_number(cell: float) -> date:
    if isinstance(cell, int) or cell.is_integer():
        compact = _COMPACT.fullmatch(str(int(cell)))
        if compact:
            return _made(int(compact[1]), int(compact[2]), int(compact[3]), ())
    if not _FIRST_SERIAL <= cell < _LAST_SERIAL + 1:
        raise ValueError("not a date, nor a number that Excel has for one")
    return _ZERO + timedelta(int(cell))


def _made(year: int, month: int, day: int, time: tuple[str | None, ...]) -> date:
    hour, minute, second = (int(part or 0) for part in (*time[:3], *[None] * (3 - len(time[:3]))))
    half = len(time) > 3 and time[3] is not None
    if hour > (12 if half else 23) or (half and hour == 0) or minute > 59 or second > 59:
        raise ValueError("not a time of day")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("no such day in the calendar") from None


def future(day: date | None, edition: date, file: str, row: int, column: str) -> Problem | None:
    """Flag a date after the edition of the file; some registers announce what is to come, so it is a warning."""
    if day is None or day <= edition:
        return None
    return Problem(file, f"a date after {edition}, the date of the file", row, column, str(day), severity="warning")
