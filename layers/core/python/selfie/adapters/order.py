"""The order in which stores return exercises."""

from collections.abc import Iterable
from typing import Final

from selfie.domain.exercise import Exercise
from selfie.domain.school import EducationLevel

_LEVELS: Final = tuple(EducationLevel)


def newest_first(exercises: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """Sort by session, newest first, and within a session by level."""
    by_level = sorted(exercises, key=lambda exercise: _LEVELS.index(exercise.level))
    return tuple(sorted(by_level, key=lambda exercise: exercise.session_id, reverse=True))
