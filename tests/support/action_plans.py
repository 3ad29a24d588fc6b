"""Action plans on the small catalogue of ``examples``."""

from decimal import Decimal

from selfie.domain.action_plan import (
    LONGEST,
    MOST_ACTIVITIES,
    MOST_MEASUREMENTS,
    MOST_OBJECTIVES,
    MOST_STATEMENTS,
    ActionPlan,
    Activity,
    ActivityStatus,
    Aim,
    Askable,
    Measurement,
    Objective,
    PlannedStatement,
    Target,
    askable,
    with_statements,
)
from selfie.domain.disclosure import Unit
from selfie.domain.exercise import Exercise
from selfie.domain.school import EducationLevel
from tests.support.examples import CATALOGUE, SCHOOL, STUDENT, TEACHER, exercise, own_statement

DEVICE = Target("device_access", Unit.STUDENT, ("shared_free", "own"), Aim.AT_LEAST, Decimal(80))
BEGAN = exercise(own=(own_statement(1, TEACHER, STUDENT),))


def known(began: Exercise = BEGAN) -> Askable:
    """Return what a plan made from an exercise can name."""
    return askable(CATALOGUE, began)


def plan(
    school_year: int = 2026, area: str = "C", level: EducationLevel = EducationLevel.LOWER_SECONDARY
) -> ActionPlan:
    """Return a plan with a target and an activity."""
    objective = Objective(
        1,
        "Every student has a device.",
        (Measurement(2, "When one is needed.", DEVICE),),
        (Activity(3, "Buy tablets", "A cupboard", "12 000 €", "Ada Quill", None, None, ActivityStatus.DONE),),
    )
    exercise_id = f"{SCHOOL}-2025-3-{level}"
    return ActionPlan(
        SCHOOL, school_year, level, area, exercise_id, (PlannedStatement("C10", (objective,)),), numbers_used=3
    )


def whole_plan(letter: str) -> ActionPlan:
    """Return a plan that uses up every bound with one letter."""
    word = {name: letter * most for name, most in LONGEST.items()}
    activity = Activity(0, word["activity"], word["resources"], word["budget"], word["persons"])
    objective = Objective(
        0,
        word["objective"],
        (Measurement(0, word["note"], DEVICE),) * (MOST_MEASUREMENTS // MOST_OBJECTIVES),
        (activity,) * (MOST_ACTIVITIES // MOST_OBJECTIVES),
    )
    # As many as the area has in the small catalogue, and the school's own.
    codes = ("C3", "C10", "own1")[:MOST_STATEMENTS]
    shares = [MOST_OBJECTIVES - 2 * (len(codes) - 1), *([2] * (len(codes) - 1))]
    statements = [PlannedStatement(code, (objective,) * share) for code, share in zip(codes, shares, strict=True)]
    return with_statements(plan(), statements, known())
