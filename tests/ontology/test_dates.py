"""Dates that may be known only to the month or the year."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qikg.ontology.dates import PartialDate

DAYS = st.dates()
TEXTS = st.builds(lambda day, length: day.isoformat()[:length], DAYS, st.sampled_from([4, 7, 10]))
DATES = TEXTS.map(lambda text: PartialDate(text=text))
# few enough that bounds often touch and overlap
NEAR = st.builds(
    lambda day, length: PartialDate(text=day.isoformat()[:length]),
    st.dates(datetime.date(2014, 12, 30), datetime.date(2016, 3, 2)),
    st.sampled_from([4, 7, 10]),
)
ONE_DAY = datetime.timedelta(days=1)


@given(TEXTS)
def test_a_date_prints_as_it_was_read(text: str) -> None:
    assert str(PartialDate(text=text)) == text


@given(DAYS)
def test_a_day_is_its_own_bounds(day: datetime.date) -> None:
    date = PartialDate(text=day.isoformat())

    assert date.earliest == date.latest == day


@given(DATES)
def test_the_bounds_are_the_first_and_last_day_whose_text_begins_so(date: PartialDate) -> None:
    assert date.earliest <= date.latest
    for bound in (date.earliest, date.latest):
        assert bound.isoformat().startswith(date.text)
    if date.earliest > datetime.date.min:
        assert not (date.earliest - ONE_DAY).isoformat().startswith(date.text)
    if date.latest < datetime.date.max:
        assert not (date.latest + ONE_DAY).isoformat().startswith(date.text)


@given(NEAR, NEAR)
def test_before_says_what_holds_of_all_days_they_may_be(one: PartialDate, other: PartialDate) -> None:
    always = one.latest < other.earliest
    sometimes = one.earliest < other.latest

    assert one.before(other) is (True if always else None if sometimes else False)


@given(NEAR, NEAR)
def test_of_two_dates_at_most_one_is_before_the_other(one: PartialDate, other: PartialDate) -> None:
    if one.before(other):
        assert other.before(one) is False
        assert one < other
    assert not (one.before(other) and other.before(one))


@given(NEAR, NEAR, NEAR)
def test_before_can_be_followed_from_date_to_date(one: PartialDate, two: PartialDate, three: PartialDate) -> None:
    if one.before(two) and two.before(three):
        assert one.before(three)


@given(NEAR)
def test_nothing_is_before_itself(date: PartialDate) -> None:
    assert date.before(date) is (False if len(date.text) == 10 else None)


@given(st.lists(NEAR), st.data())
def test_the_order_is_total_and_does_not_depend_on_where_one_starts(
    dates: list[PartialDate], data: st.DataObject
) -> None:
    ordered = sorted(dates)

    assert sorted(data.draw(st.permutations(dates))) == ordered
    assert all(one <= other for one, other in pairwise(ordered))


@given(NEAR, NEAR)
def test_exactly_one_of_less_equal_and_greater_holds(one: PartialDate, other: PartialDate) -> None:
    assert [one < other, one == other, one > other].count(True) == 1
    assert (one == other) is (one.text == other.text)
    assert one != other or hash(one) == hash(other)


@pytest.mark.parametrize(
    "text",
    ["", "15", "2015-4", "2015-13", "2015-00", "2015-04-00", "2015-00-01", "2015-02-29", "2015-04-31", "2015-04-02 ",
     "2015/04", "02-04-2015", "2015-04-02T10:00", "0000", "12015", "-2015", "２０１５", "2015\n"],
)  # fmt: skip
def test_what_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        PartialDate(text=text)


def test_a_leap_day_is_one() -> None:
    assert PartialDate(text="2016-02").latest == datetime.date(2016, 2, 29)
    assert PartialDate(text="2016-02-29").earliest == datetime.date(2016, 2, 29)


def test_a_date_cannot_be_changed_and_takes_nothing_else() -> None:
    date = PartialDate(text="2015")
    with pytest.raises(ValidationError, match="frozen"):
        date.text = "2016"
    with pytest.raises(ValidationError, match="extra"):
        PartialDate.model_validate({"text": "2015", "precision": "year"})
