"""Days in Brussels become instants, both nights of the clock change included."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from selfie.domain import deadlines

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def test_in_winter_closing_is_22_59_utc() -> None:
    assert deadlines.closes_at(date(2026, 11, 15)) == datetime(2026, 11, 15, 22, 59, tzinfo=UTC)


def test_in_summer_closing_is_21_59_utc() -> None:
    assert deadlines.closes_at(date(2027, 6, 4)) == datetime(2027, 6, 4, 21, 59, tzinfo=UTC)


def test_an_exercise_over_the_autumn_change_opens_in_summer_time_and_closes_in_winter_time() -> None:
    assert deadlines.opens_at(date(2026, 10, 25)) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert deadlines.closes_at(date(2026, 10, 25)) == datetime(2026, 10, 25, 22, 59, tzinfo=UTC)
    assert deadlines.results_at(date(2026, 10, 24)) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)


def test_an_exercise_over_the_spring_change_opens_in_winter_time_and_closes_in_summer_time() -> None:
    assert deadlines.opens_at(date(2027, 3, 28)) == datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    assert deadlines.closes_at(date(2027, 3, 28)) == datetime(2027, 3, 28, 21, 59, tzinfo=UTC)


def test_just_after_midnight_in_brussels_is_the_new_day_though_utc_is_behind() -> None:
    assert deadlines.day_of(datetime(2026, 11, 15, 23, 0, tzinfo=UTC)) == date(2026, 11, 16)
    assert deadlines.day_of(datetime(2026, 11, 15, 22, 59, 59, tzinfo=UTC)) == date(2026, 11, 15)


def test_first_and_last_day_are_counted() -> None:
    assert deadlines.length_in_days(date(2026, 11, 2), date(2026, 11, 8)) == 7


@given(DAYS)
def test_every_day_opens_closes_and_gives_way_to_results_in_that_order(day: date) -> None:
    assert deadlines.day_of(deadlines.opens_at(day)) == day == deadlines.day_of(deadlines.closes_at(day))
    assert deadlines.results_at(day) - deadlines.closes_at(day) == timedelta(minutes=1)
    assert deadlines.opens_at(day + timedelta(days=1)) == deadlines.results_at(day)
