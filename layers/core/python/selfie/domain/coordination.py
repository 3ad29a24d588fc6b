"""Who coordinates a school: at most two identities, which change by links to all the school's addresses."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from selfie.domain.account import Role
from selfie.domain.errors import AlreadyCoordinator, ChangedMeanwhile, ChangesBlocked
from selfie.domain.school import School

# Longer than the 48 hours of a sign-up: a school's mailbox is not read in the holidays.
TIME_TO_ANSWER: Final = timedelta(days=7)
# Long enough for a school to sort out whose link it was.
BLOCKED_FOR: Final = timedelta(days=7)
# Whoever changes who coordinates a school has proven who they are no longer ago than this.
STAYS_FRESH: Final = timedelta(minutes=10)
BETWEEN_REMINDERS: Final = timedelta(days=365)

# Which code stands for the identity that has a role; a role that nobody has is missing.
Coordinators = Mapping[Role, str]


def is_blocked(school: School, today: date) -> bool:
    """Tell whether the school has stopped all changes."""
    return school.blocked_until is not None and today <= school.blocked_until


def check_not_blocked(school: School, today: date) -> None:
    """Raise ChangesBlocked while the school has stopped all changes."""
    if is_blocked(school, today):
        raise ChangesBlocked


def joined(coordinators: Coordinators, role: Role, holder: str, newcomer: str) -> Coordinators:
    """Give a role to a newcomer.

    Raise AlreadyCoordinator, or ChangedMeanwhile when the role is no longer ``holder``'s, whom the link was to replace.
    """
    if newcomer in coordinators.values():
        raise AlreadyCoordinator
    return {**without(coordinators, role, holder), role: newcomer}


def without(coordinators: Coordinators, role: Role, holder: str) -> Coordinators:
    """Take a role from its holder; raise ChangedMeanwhile when somebody else has it."""
    if coordinators.get(role, "") != holder:
        raise ChangedMeanwhile
    return {other: code for other, code in coordinators.items() if other is not role}


def undone(coordinators: Coordinators, role: Role, holder: str) -> Coordinators:
    """Give a role back to who had it before, whoever has it now; an identity has one role only."""
    kept = {other: code for other, code in coordinators.items() if other is not role and code != holder}
    return {**kept, role: holder} if holder else kept


def blocked(school: School, today: date) -> School:
    """Return the school with all changes stopped from today on."""
    return replace(school, blocked_until=today + BLOCKED_FOR)


def reminded(school: School, today: date) -> School:
    """Return the school with its next reminder a year from today."""
    return replace(school, remind_on=today + BETWEEN_REMINDERS)
