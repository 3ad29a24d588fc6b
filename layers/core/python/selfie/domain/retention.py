"""When a school's account ends: because the school wants it, or because nobody has signed in for three years."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from selfie.domain import deadlines
from selfie.domain.session import Calendar

# A school can take the erasure of its account back for so long.
TIME_TO_UNDO: Final = timedelta(days=14)
# Point-in-time recovery of the Exercises table; what was erased could come back from it for as long.
BACKUPS_LAST: Final = timedelta(days=35)
# The list of what was erased outlives the backups by a day.
ERASED_IS_REMEMBERED: Final = BACKUPS_LAST + timedelta(days=1)
# What is still due two nights after its day was forgotten by somebody.
OVERDUE: Final = timedelta(days=2)
# Set-ups stay as templates for two years after their session; one that was never activated goes then.
TEMPLATES_KEPT: Final = timedelta(days=2 * 365)
# Counts and open texts stay while a failed closing can be repeated.
COUNTS_KEPT: Final = timedelta(days=30)
# DynamoDB deletes what has expired «within a few days». What is still there after so many was forgotten.
DELETED_WITHIN: Final = timedelta(days=4)
_MONTHS_A_YEAR: Final = 12
_SHORTEST_MONTH: Final = 28


class Step(StrEnum):
    """What a night does with an account."""

    ERASE = "erase"  # the school asked for it, and the time to undo is over
    REMIND = "remind"
    REMIND_AGAIN = "remind_again"
    CLOSE = "close"  # nobody has signed in for three years


# Months without a log-in, and what happens then.
IDLE: Final = ((33, Step.REMIND), (35, Step.REMIND_AGAIN), (36, Step.CLOSE))


@dataclass(frozen=True, slots=True)
class Erasure:
    """A school's wish to be erased; ``receipt`` names it on the page and in the e-mails, and nowhere afterwards."""

    school_id: str
    asked_on: date
    receipt: str

    @property
    def on(self) -> date:
        """The day on whose night the account goes."""
        return self.asked_on + TIME_TO_UNDO


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done with an account, and since when."""

    school_id: str
    step: Step
    day: date


@dataclass(frozen=True, slots=True)
class LastLogin:
    """The day on which somebody last signed in for a school, and how many steps were taken since."""

    school_id: str
    day: date
    steps: int = 0

    @property
    def next_step(self) -> Step:
        """What comes next while nobody signs in."""
        return IDLE[self.steps][1]

    @property
    def next_day(self) -> date:
        """The day of the next step."""
        return months_later(self.day, IDLE[self.steps][0])

    @property
    def closes_on(self) -> date:
        """The day on which the account is closed while nobody signs in."""
        return months_later(self.day, IDLE[-1][0])


def months_later(day: date, months: int) -> date:
    """Return the day so many months later; the 29th to 31st become the 28th, which every month has."""
    month = day.month - 1 + months
    return date(day.year + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, min(day.day, _SHORTEST_MONTH))


def template_until(session_id: str, calendar: Calendar) -> date:
    """Return the last day on which a set-up of a session can be copied."""
    session = calendar.by_id(session_id)
    # A calendar need not list old sessions: their school year ended in July.
    ended = session.last_day if session else date(int(session_id.partition("-")[0]) + 1, 7, 31)
    return ended + TEMPLATES_KEPT


def overdue(due: Due, now: datetime) -> bool:
    """Tell whether a night, or two, passed something over."""
    return deadlines.day_of(now) - due.day > OVERDUE


@dataclass(frozen=True, slots=True)
class Access:
    """A look of the operator's support at an account: what was looked at, and the reason that was given."""

    at: datetime
    reason: str


# By kind of item, as the register of processing names it.
Counts = Mapping[str, int]
