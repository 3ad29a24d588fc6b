"""Turn days into instants and back; all days are days in Brussels, summer time included.

Guide, «Answering the questionnaire»: closing at 23:59 «Central European Time» on the last day.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

BRUSSELS: Final = ZoneInfo("Europe/Brussels")
CLOSING_TIME: Final = time(23, 59)

# Guide, «Select dates»: between one and three weeks, first and last day included.
SHORTEST_DAYS: Final = 7
LONGEST_DAYS: Final = 21

# All tries of all steps of a building are over long before.
TIME_TO_REPORT: Final = timedelta(hours=1)


def day_of(instant: datetime) -> date:
    """Name the day in Brussels at an aware instant."""
    return instant.astimezone(BRUSSELS).date()


def opens_at(first_day: date) -> datetime:
    """Return the instant (UTC) from which links answer: 00:00 of the first day."""
    return _instant(first_day, time(0))


def closes_at(last_day: date) -> datetime:
    """Return the instant (UTC) before which a submission counts: 23:59:00 of the last day."""
    return _instant(last_day, CLOSING_TIME)


def results_at(last_day: date) -> datetime:
    """Return the instant (UTC) at which results may be seen: 00:00 of the day after."""
    return _instant(last_day + timedelta(days=1), time(0))


def report_overdue_at(asked_at: datetime, last_day: date) -> datetime:
    """Return the instant (UTC) at which a report that is not made yet is stuck: an hour after it could be made."""
    return max(asked_at, results_at(last_day)) + TIME_TO_REPORT


def length_in_days(first_day: date, last_day: date) -> int:
    """Count the days with both ends."""
    return (last_day - first_day).days + 1


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, BRUSSELS).astimezone(UTC)
