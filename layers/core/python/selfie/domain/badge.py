"""The school's badge: its criteria (guide, «Digital badges for the school»), what it says and whether it is revoked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from selfie.domain.deadlines import day_of
from selfie.domain.errors import Unknown
from selfie.domain.participation import GroupParticipation
from selfie.domain.school import SCHOOL_GROUPS

# «More than 10 participants in the same exercise».
MORE_THAN: Final = 10
# One status list has room for so many badges: the least that hides which badge a visitor asks about.
PLACES: Final = 131_072
# A longer name is cut: KMS signs no more than 4,096 bytes, and every letter may be four of them.
LONGEST_NAME: Final = 100
_BADGE_ID: Final = re.compile(r"([a-z2-7]{12})-(\d{4}-\d)-([a-z2-7]{16})")


class Criterion(StrEnum):
    """What one exercise of the session must have."""

    ALL_THREE_GROUPS = "all_three_groups"
    MORE_THAN_TEN = "more_than_ten"


def unmet_criteria(groups: Sequence[GroupParticipation]) -> tuple[Criterion, ...]:
    """Name what is missing for a badge; leaders, teachers and students count, trainers do not."""
    submitted = {entry.group: entry.submitted for entry in groups if entry.group in SCHOOL_GROUPS}
    unmet = []
    if not all(submitted.get(group, 0) for group in SCHOOL_GROUPS):
        unmet.append(Criterion.ALL_THREE_GROUPS)
    if sum(submitted.values()) <= MORE_THAN:
        unmet.append(Criterion.MORE_THAN_TEN)
    return tuple(unmet)


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says of a school and a session; never anything of its results.

    ``number`` counts all badges from 0 and is its place in the status lists; ``secret`` keeps the address from being
    guessed.
    ``school`` is the name on the day of issue, the days are those of the exercises that met the criteria.
    """

    school_id: str
    session_id: str
    secret: str
    number: int
    school: str
    locale: str
    first_day: date
    last_day: date
    issued_at: datetime

    @property
    def id(self) -> str:
        """The public name; school and session in it are the key."""
        return f"{self.school_id}-{self.session_id}-{self.secret}"

    @property
    def issued_on(self) -> date:
        """The day of issue."""
        return day_of(self.issued_at)

    @property
    def place(self) -> tuple[int, int]:
        """The status list, from 1, and the place in it."""
        return place_of(self.number)


@dataclass(frozen=True, slots=True)
class IssuedBadge:
    """A badge with what was signed: JSON with its proof, and the same as a JSON Web Token."""

    badge: Badge
    credential: str
    token: str


@dataclass(frozen=True, slots=True)
class StatusList:
    """Which places of a list are revoked, and the signed credential that says so; ``version`` counts signings."""

    number: int
    version: int
    revoked: frozenset[int]
    credential: str


def shown_name(school: str) -> str:
    """Return a school's name as a badge shows it."""
    return school if len(school) <= LONGEST_NAME else f"{school[: LONGEST_NAME - 1].rstrip()}…"


def place_of(number: int) -> tuple[int, int]:
    """Return the status list, from 1, and the place in it of a badge."""
    full, place = divmod(number, PLACES)
    return full + 1, place


def parse_badge_id(text: str) -> tuple[str, str, str]:
    """Read school, session and secret off an id; raise Unknown for anything that is not one."""
    match = _BADGE_ID.fullmatch(text)
    if match is None:
        raise Unknown
    return match[1], match[2], match[3]
