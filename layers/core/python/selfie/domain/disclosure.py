"""Which groups of an exercise may be shown, so that nobody can be identified; applied once, where results are made.

A group is small when fewer than three of it were invited or fewer than three submitted. A small group is never shown
by itself: small leaders or teachers are shown together as «staff», everything else that is small is not shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from selfie.domain.school import RespondentGroup
from selfie.domain.tally import Tally, pooled

FEWEST_PEOPLE: Final = 3
# Breakdowns, percentages of ticks and options, and open answers show more of a person than a mean does.
FEWEST_FOR_BREAKDOWN: Final = 5
FEWEST_FOR_RESULTS: Final = 5

LEADER, TEACHER = RespondentGroup.SCHOOL_LEADER, RespondentGroup.TEACHER


class Unit(StrEnum):
    """What results are shown for: a group, or leaders and teachers together."""

    SCHOOL_LEADER = "school_leader"
    TEACHER = "teacher"
    STAFF = "staff"
    STUDENT = "student"
    IN_COMPANY_TRAINER = "in_company_trainer"


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit with its pooled tally and the groups in it; ``submissions`` are those of the whole unit."""

    unit: Unit
    groups: tuple[RespondentGroup, ...]
    tally: Tally

    @property
    def submissions(self) -> int:
        """How many people the unit's figures can come from."""
        return self.tally.submissions

    @property
    def has_breakdowns(self) -> bool:
        """Tell whether enough submitted for breakdowns, percentages and open answers."""
        return self.submissions >= FEWEST_FOR_BREAKDOWN


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The units that may be shown, and the groups that may not."""

    shown: tuple[Shown, ...]
    hidden: tuple[RespondentGroup, ...]
    small: frozenset[RespondentGroup]

    @property
    def merges_staff(self) -> bool:
        """Tell whether leaders and teachers appear only together."""
        return any(entry.unit is Unit.STAFF for entry in self.shown)

    def unit_of(self, group: RespondentGroup) -> Shown | None:
        """Return where a group's answers appear; None when they do not."""
        return next((entry for entry in self.shown if group in entry.groups), None)

    def units_asked(self, asked: Sequence[RespondentGroup]) -> tuple[Shown, ...] | None:
        """Return the units that answer for the groups asked; None when one of the groups is not shown.

        Trainers are left out: they never are part of an overall figure.
        """
        units: list[Shown] = []
        for group in asked:
            if group is RespondentGroup.IN_COMPANY_TRAINER:
                continue
            unit = self.unit_of(group)
            if unit is None:
                return None
            if unit not in units:
                units.append(unit)
        return tuple(units)

    def covers(self, entry: Shown, asked: Sequence[RespondentGroup]) -> bool:
        """Tell whether a unit may show a question that these groups were asked.

        «Staff» stands for a question put to both of its groups, or to one of them that is not itself small: a question
        put to a small group alone would show that group by itself.
        """
        part = [group for group in entry.groups if group in asked]
        if not part:
            return False
        return part == list(entry.groups) or not any(group in self.small for group in part)


def is_small(invited: int, submitted: int) -> bool:
    """Tell whether a group could be recognised; invited counts too, so that padding a group does not help."""
    return invited < FEWEST_PEOPLE or submitted < FEWEST_PEOPLE


def disclose(numbers: Mapping[RespondentGroup, int], tallies: Mapping[RespondentGroup, Tally]) -> Disclosure:
    """Decide what may be shown; ``numbers`` are the invited of every group of the exercise."""
    small = frozenset(g for g, invited in numbers.items() if is_small(invited, tallies[g].submissions))
    shown: list[Shown] = []
    staff = tuple(group for group in (LEADER, TEACHER) if group in numbers)
    if any(group in small for group in staff):
        together = pooled(LEADER, *(tallies[group] for group in staff))
        # Where only one of the two answered, «staff» is that group by itself and must not be small either.
        answered = [group for group in staff if tallies[group].submissions]
        if not is_small(sum(numbers[group] for group in answered), together.submissions):
            shown.append(Shown(Unit.STAFF, staff, together))
    else:
        shown.extend(Shown(Unit(group), (group,), tallies[group]) for group in staff)
    shown.extend(
        Shown(Unit(group), (group,), tallies[group])
        for group in (RespondentGroup.STUDENT, RespondentGroup.IN_COMPANY_TRAINER)
        if group in numbers and group not in small
    )
    visible = {group for entry in shown for group in entry.groups}
    return Disclosure(tuple(shown), tuple(group for group in numbers if group not in visible), small)
