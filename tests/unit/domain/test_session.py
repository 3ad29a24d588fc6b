"""Sessions of a school year and the days between them."""

from datetime import date

import pytest

from selfie.domain.session import Calendar, Session
from tests.support.examples import CALENDAR


def test_a_session_holds_its_first_and_last_day() -> None:
    assert CALENDAR.current(date(2026, 8, 17)) == CALENDAR.current(date(2026, 12, 18)) == CALENDAR.sessions[0]


def test_between_sessions_there_is_none_and_the_next_is_known() -> None:
    day = date(2026, 12, 25)
    following = CALENDAR.next_after(day)
    assert CALENDAR.current(day) is None
    assert following is not None
    assert following.id == "2026-2"


def test_after_the_last_session_none_follows() -> None:
    assert CALENDAR.next_after(date(2027, 7, 1)) is None


def test_a_session_is_found_by_its_id() -> None:
    assert CALENDAR.by_id("2026-3") == CALENDAR.sessions[2]
    assert CALENDAR.by_id("1999-1") is None


def test_overlapping_sessions_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Calendar.of(
            [Session(date(2026, 1, 1), date(2026, 4, 1), 2025, 2), Session(date(2026, 4, 1), date(2026, 7, 1), 2025, 3)]
        )


def test_two_sessions_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        Calendar.of(
            [Session(date(2026, 1, 1), date(2026, 2, 1), 2025, 2), Session(date(2026, 4, 1), date(2026, 7, 1), 2025, 2)]
        )


@pytest.mark.parametrize(
    ("first", "last", "number"), [(date(2026, 2, 1), date(2026, 1, 1), 1), (date(2026, 1, 1), date(2026, 2, 1), 4)]
)
def test_an_impossible_session_is_refused(first: date, last: date, number: int) -> None:
    with pytest.raises(ValueError, match="session"):
        Session(first, last, 2026, number)
