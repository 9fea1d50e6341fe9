"""Day or month first, decided once a file."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

import pytest
from checkout import ROOT
from hypothesis import assume, given
from hypothesis import strategies as st

from qikg.loaders.spreadsheets.cells import Cell
from qikg.loaders.spreadsheets.dayorder import DayOrder, Order, future, read_day
from qikg.loaders.spreadsheets.headers import find_header
from qikg.loaders.spreadsheets.layouts import layouts
from qikg.loaders.spreadsheets.sheets import open_sheets

CQC = ROOT.parent / "shared" / "data" / "cqc"
needs_data = pytest.mark.skipif(not CQC.is_dir(), reason="the registers' files are not beside the checkout")

days = st.dates(date(1948, 7, 5), date(2100, 1, 1))
orders = st.sampled_from(Order)
separators = st.sampled_from("/-.")
times = st.sampled_from(["", " - 00:00", " 12:00:00 AM", " 23:59", "T00:00:00"])


def written(day: date, order: Order, separator: str = "/", time: str = "", *, padded: bool = True) -> str:
    parts = (day.day, day.month) if order is Order.DAY else (day.month, day.day)
    first, second = (f"{part:02d}" if padded else str(part) for part in parts)
    return f"{first}{separator}{second}{separator}{day.year}{time}"


def day_order(cells: Iterable[tuple[int, Cell]]) -> DayOrder:
    found = DayOrder()
    for row, cell in cells:
        found.see(row, cell)
    return found


def scanned(*cells: Cell) -> DayOrder:
    return day_order(enumerate(cells, start=2))


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["05/12/2025", "14/08/2018"], Order.DAY),
        (["05/12/2025", "05/29/2026"], Order.MONTH),
        (["05/12/2025", "01/02/2024"], Order.DAY),  # nothing tells: day first
        (["1/2/2025 12:00:00 AM", "1/31/2025 12:00:00 AM"], Order.MONTH),
        (["16/11/2015 - 00:00"], Order.DAY),
        ([None, "", "Not Rated", "2026-05-29", "20171001", 43831, date(2020, 1, 1), "14/Apr/2022 - 00:00"], Order.DAY),
    ],
)
def test_day_comes_first_unless_only_the_other_is_proven(cells: list[Cell], order: Order) -> None:
    found = scanned(*cells)
    assert found.order is order
    assert not (found.day and found.month)


def test_a_file_with_both_orders_is_an_error_that_shows_two_places() -> None:
    problem = scanned("01/02/2020", "14/08/2018", "05/29/2026", "15/08/2018").problem("file", "Publication Date")
    assert problem is not None
    assert problem.severity == "error"
    assert str(problem).startswith(
        "file, row 4, column Publication Date: days first in row 3 (14/08/2018), months first in row 4 (05/29/2026)."
    )


def test_an_order_that_nothing_tells_is_a_warning_where_it_matters() -> None:
    problem = scanned("01/02/2020", "03/04/2020", "05/05/2020").problem("file")
    assert problem is not None
    assert (problem.severity, "in 2 dates" in problem.rule) == ("warning", True)
    assert scanned("05/05/2020", None).problem("file") is None
    assert scanned("01/02/2020", "14/08/2018").problem("file") is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-05-29", date(2026, 5, 29)),
        ("2026-05-29T10:00:00Z", date(2026, 5, 29)),
        ("2024-01-31 10:15:00", date(2024, 1, 31)),
        (" 29/05/2026 ", date(2026, 5, 29)),
        ("9/1/2018", date(2018, 1, 9)),
        ("29-05-2026", date(2026, 5, 29)),
        ("09/Jan/2018 - 00:00", date(2018, 1, 9)),
        ("19 August 2026", date(2026, 8, 19)),
        ("1-Sept-2020", date(2020, 9, 1)),
        ("16/11/2015 - 00:00", date(2015, 11, 16)),
        ("20171001", date(2017, 10, 1)),
        (20171001, date(2017, 10, 1)),
        (43831, date(2020, 1, 1)),
        (43831.75, date(2020, 1, 1)),
        ("43831", date(2020, 1, 1)),
        (61, date(1900, 3, 1)),
        (datetime(2020, 1, 1, 9), date(2020, 1, 1)),
        (date(2020, 1, 1), date(2020, 1, 1)),
        (None, None),
        ("", None),
        ("  ", None),
    ],
)
def test_every_form_of_a_date_is_read_and_blank_is_none(cell: Cell, expected: date | None) -> None:
    found = read_day(cell, Order.DAY)
    assert found == expected
    assert not isinstance(found, datetime)


def test_american_exports_are_read_month_first() -> None:
    assert read_day("1/2/2025 12:00:00 AM", Order.MONTH) == date(2025, 1, 2)
    assert read_day("12/31/2025 11:59:59 pm", Order.MONTH) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("05/29/2026", "not a date with the day first, as the file has them"),
        ("31/02/2026", "no such day in the calendar"),
        ("00/01/2026", "no such day in the calendar"),
        ("32/13/2026", "no such day in the calendar"),
        ("2026-02-30", "no such day in the calendar"),
        ("20170231", "no such day in the calendar"),
        ("14/Foo/2022", "no such day in the calendar"),
        ("14/08/18", "its year has not four digits"),
        ("14/08-2018", "not a date"),
        ("Not Rated", "not a date"),
        ("16/11/2015 - 25:00", "not a time of day"),
        ("1/2/2025 13:00:00 AM", "not a time of day"),
        ("١٤/٠٨/٢٠١٨", "not a date"),
        (7, "nor a number that Excel has for one"),
        (-1.5, "nor a number that Excel has for one"),
        (float("nan"), "nor a number"),
        (float("inf"), "nor a number"),
        (1e300, "nor a number"),
        (True, "not a date"),
    ],
)
def test_what_is_no_date_is_said_in_words(cell: Cell, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_day(cell, Order.DAY)


def test_a_date_after_the_edition_is_flagged() -> None:
    edition = date(2026, 7, 8)
    flagged = future(date(2026, 7, 9), edition, "etr.csv", 2, "Open Date")
    assert flagged is not None
    assert (flagged.severity, flagged.value, flagged.row) == ("warning", "2026-07-09", 2)
    assert future(edition, edition, "etr.csv", 2, "Open Date") is None
    assert future(None, edition, "etr.csv", 2, "Open Date") is None


@given(days, orders, separators, times, st.booleans())
def test_a_date_is_read_back_in_the_order_that_it_was_written(
    day: date, order: Order, separator: str, time: str, padded: bool
) -> None:
    assert read_day(written(day, order, separator, time, padded=padded), order) == day


@given(days)
def test_forms_without_an_order_are_read_alike_in_both(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[day.month - 1]
    for cell in (f"{day:%Y%m%d}", day.isoformat(), serial, serial + 0.5, f"{day.day}/{month}/{day.year} - 00:00", day):
        assert {read_day(cell, order) for order in Order} == {day}


@given(st.lists(days, min_size=1), orders)
def test_one_proof_decides_and_then_every_date_is_read_right(some: list[date], order: Order) -> None:
    assume(any(day.day > 12 for day in some))
    cells = [written(day, order) for day in some]
    found = scanned(*cells)
    assert found.order is order
    assert found.problem("file") is None
    assert [read_day(cell, found.order) for cell in cells] == some


@given(st.lists(days), st.lists(days), st.randoms(use_true_random=False))
def test_two_orders_are_found_out_wherever_their_proofs_stand(left: list[date], right: list[date], mix: object) -> None:
    cells = [written(day, Order.DAY) for day in left] + [written(day, Order.MONTH) for day in right]
    mix.shuffle(cells)  # type: ignore[attr-defined]
    both = any(day.day > 12 for day in left) and any(day.day > 12 for day in right)
    problem = scanned(*cells).problem("file")
    assert (problem is not None and problem.severity == "error") == both


@given(st.text(max_size=20) | st.integers() | st.floats() | st.none() | st.booleans())
def test_any_cell_is_a_date_or_an_error_in_words(cell: Cell) -> None:
    day_order([(1, cell)])
    with suppress(ValueError):
        assert isinstance(read_day(cell, Order.DAY), date | None)


@needs_data
@pytest.mark.parametrize(
    ("name", "order", "proof", "blank"),
    [
        ("latest-ratings-england-overall-2021-02.csv.gz", Order.DAY, (2, "20/11/2019"), 0),
        ("latest-ratings-lincolnshire-2026-05.csv", Order.MONTH, (2, "05/29/2026"), 60),
        ("latest-ratings-nhs-providers-2018-09-03.xlsx", Order.DAY, None, 0),
        ("synthetic-latest-ratings.ods", Order.DAY, (2, "14/08/2018"), 2),
    ],
)
def test_the_registers_dates_are_read_whole(name: str, order: Order, proof: object, blank: int) -> None:
    with open_sheets(CQC / name) as book:
        sheet = next(iter(book.chosen("Locations", "Providers")))
        result = find_header(sheet.rows, list(layouts().values()), book.file)
        cells = [(row, result.header.get(cells, "publication_date")) for row, cells in result.rows]
    found = day_order(cells)
    assert (found.order, found.month or found.day) == (order, proof)
    assert found.problem(name) is None
    read = [read_day(cell, found.order) for _, cell in cells]
    assert read.count(None) == blank
    assert date(2013, 12, 1) < min(filter(None, read)) < max(filter(None, read)) < date(2026, 7, 1)
