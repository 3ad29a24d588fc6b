"""The school's badge: its criteria (guide, «Digital badges for the school»)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from selfie.domain.participation import GroupParticipation
from selfie.domain.school import SCHOOL_GROUPS

# «More than 10 participants in the same exercise».
MORE_THAN: Final = 10


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
