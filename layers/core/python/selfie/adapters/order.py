"""The order in which stores return exercises and plans."""

from collections.abc import Iterable
from typing import Final

from selfie.domain.action_plan import ActionPlan
from selfie.domain.exercise import Exercise
from selfie.domain.school import EducationLevel

_LEVELS: Final = tuple(EducationLevel)


def newest_first(exercises: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """Sort by session, newest first, and within a session by level."""
    by_level = sorted(exercises, key=lambda exercise: _LEVELS.index(exercise.level))
    return tuple(sorted(by_level, key=lambda exercise: exercise.session_id, reverse=True))


def newest_plans_first(plans: Iterable[ActionPlan]) -> tuple[ActionPlan, ...]:
    """Sort by school year, newest first, and within a year by level and area."""
    return tuple(sorted(plans, key=lambda plan: (-plan.school_year, _LEVELS.index(plan.level), plan.area)))
