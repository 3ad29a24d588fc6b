"""How many people must take part, and how good the participation of an exercise is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from selfie.domain.school import SCHOOL_GROUPS, RespondentGroup

# Guide, «What are the minimum participation rates?»: (largest number of eligible people, percent).
# The tables are not monotonic (251 students need fewer than 250); that is the guide's.
MINIMUM_RATES: Final[Mapping[RespondentGroup, tuple[tuple[int | None, int], ...]]] = {
    RespondentGroup.SCHOOL_LEADER: ((5, 80), (10, 70), (30, 60), (None, 50)),
    RespondentGroup.TEACHER: ((10, 80), (30, 60), (45, 50), (125, 33), (200, 25), (500, 20), (None, 10)),
    RespondentGroup.STUDENT: ((50, 60), (150, 50), (250, 40), (500, 30), (750, 25), (1000, 20), (None, 10)),
}

# A third group this close to its minimum still makes a high participation.
CLOSE_PERCENT: Final = 75


def required_persons(group: RespondentGroup, eligible: int) -> int | None:
    """Return how many must take part: rounded down (guide, footnote 4), at least 1 where anybody is eligible.

    None for in-company trainers, for whom the guide names no minimum.
    """
    if group not in MINIMUM_RATES:
        return None
    percent = next(rate for most, rate in MINIMUM_RATES[group] if most is None or eligible <= most)
    return max(eligible * percent // 100, min(eligible, 1))


@dataclass(frozen=True, slots=True)
class GroupParticipation:
    """What is shown of one group while an exercise runs, and nothing more."""

    group: RespondentGroup
    invited: int
    submitted: int

    @property
    def required(self) -> int | None:
        """The recommended minimum, in persons; None where there is none."""
        return required_persons(self.group, self.invited)

    @property
    def rate(self) -> int:
        """Whole percent of the invited who submitted, rounded half up; may pass 100."""
        return (200 * self.submitted + self.invited) // (2 * self.invited) if self.invited else 0

    @property
    def reaches_minimum(self) -> bool:
        """Tell whether the minimum is reached."""
        return self.required is None or self.submitted >= self.required

    @property
    def is_close(self) -> bool:
        """Tell whether at least 75 % of the required persons submitted."""
        return self.required is None or 100 * self.submitted >= CLOSE_PERCENT * self.required


class ParticipationLevel(StrEnum):
    """Guide, «What are the minimum participation rates?»."""

    NONE = "none"
    INCOMPLETE = "incomplete"
    HIGH = "high"
    MEDIUM = "medium"


def participation_level(groups: Sequence[GroupParticipation]) -> ParticipationLevel:
    """Judge an exercise by its leaders, teachers and students; trainers do not change the level."""
    three = [entry for entry in groups if entry.group in SCHOOL_GROUPS]
    submitted = [entry.submitted for entry in three]
    if not any(submitted):
        return ParticipationLevel.NONE
    if not all(submitted):
        return ParticipationLevel.INCOMPLETE
    below = [entry for entry in three if not entry.reaches_minimum]
    if not below or (len(below) == 1 and below[0].is_close):
        return ParticipationLevel.HIGH
    return ParticipationLevel.MEDIUM
