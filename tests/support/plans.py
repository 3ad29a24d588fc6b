"""Action plans on a closed exercise, and the guide's own example."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from functions.plan.service import Planning
from selfie.catalogue import catalogue
from selfie.domain import deadlines
from selfie.domain.exercise import Exercise, exercise_id
from selfie.domain.questionnaire import Question
from selfie.domain.school import EducationLevel
from selfie.ports import CoordinatorSession
from tests.support.memory import MemoryActionPlans, MemoryLogins
from tests.support.reports import (
    CALENDAR,
    COORDINATOR,
    LEADER,
    LOCALES,
    SCHOOL,
    SHOWN_AT,
    STUDENT,
    TEACHER,
    exercise,
    send,
    system,
)

ACCESS = "device_access"
# Of twenty students: 10 % none, 15 % not suitable, 40 % not always free, 15 % free when needed, 20 % own.
BEFORE = {"none": 2, "unsuitable": 3, "shared_not_free": 8, "shared_free": 3, "own": 4}
AFTER = {"none": 0, "unsuitable": 1, "shared_not_free": 2, "shared_free": 11, "own": 6}
NEXT = exercise_id(SCHOOL.id, "2024-2", EducationLevel.LOWER_SECONDARY)
NEXT_DAYS = date(2025, 1, 13), date(2025, 1, 26)
NEXT_SHOWN_AT = deadlines.results_at(NEXT_DAYS[1])


def target(options: tuple[str, ...] = ("shared_free", "own"), value: object = 80, **changes: object) -> dict[str, Any]:
    """Return the guide's target as a page sends it: at least 80 % have a device when they need it."""
    return {
        "question": ACCESS,
        "unit": "student",
        "options": list(options),
        "aim": "at_least",
        "value": value,
        **changes,
    }


# Guide, «Action plan example»; the words are ours.
EXAMPLE: list[dict[str, Any]] = [
    {
        "code": "C10",
        "objectives": [
            {
                "number": 0,
                "text": "By the end of the school year students can borrow a tablet whenever they need one at home.",
                "measurements": [
                    {
                        "number": 0,
                        "note": "Teachers agree with their classes when a device is needed.",
                        "target": target(),
                    }
                ],
                "activities": [
                    {"text": "Find out what budget there is", "persons": "Ada Quill", "last_day": "2024-09-01"},
                    {"text": "Look at what can be bought", "persons": "ICT team", "last_day": "2024-10-15"},
                    {"text": "Buy the tablets", "budget": "12 000 €", "persons": "Head", "last_day": "2024-11-07"},
                    {
                        "text": "Show students how to use them",
                        "resources": "Two lessons for each class",
                        "first_day": "2024-12-01",
                        "last_day": "2025-01-31",
                        "status": "under_way",
                    },
                    {"text": "Ask again", "resources": "The questionnaire", "last_day": "2025-05-31"},
                ],
            }
        ],
    }
]


def answering(access: dict[str, int]) -> Callable[[Question, Any], list[str]]:
    """Answer «4» to every rating, and the question of devices as often as given."""
    left = [option for option, count in access.items() for _ in range(count)]

    def answer(question: Question, chance: Any) -> list[str]:
        if question.code == ACCESS:
            return [left.pop()]
        return [question.options[min(3, len(question.options) - 1)]] if question.options else []

    return answer


def planning_system(of: Exercise | None = None) -> SimpleNamespace:
    """Put a school together whose exercise is over, with the guide's figures, and the means to plan."""
    it = system(of or exercise(), sent={})
    send(it.tallies, it.exercise, {LEADER: 4, TEACHER: 12, STUDENT: 20}, answering(BEFORE))
    it.closing.close(it.exercise.id)
    it.clock.instant = SHOWN_AT
    it.plans = MemoryActionPlans()
    secrets = iter(f"secret-{number}" for number in range(1, 9))
    it.planning = Planning(
        it.plans,
        it.exercises,
        it.published,
        it.schools,
        CALENDAR,
        catalogue,
        lambda: next(secrets),
        (*LOCALES, "ar"),
        it.clock,
    )
    return it


def ask_again(it: SimpleNamespace, access: dict[str, int] = AFTER, **changes: Any) -> Exercise:
    """Close another exercise of the level in the next session, and let its results be seen."""
    later = replace(exercise(session_id="2024-2"), **{"first_day": NEXT_DAYS[0], "last_day": NEXT_DAYS[1], **changes})
    it.exercises.add(later)
    it.tallies.open(later)
    at = deadlines.results_at(NEXT_DAYS[0]) + timedelta(hours=9)
    sent = {LEADER: 4, TEACHER: 12, STUDENT: sum(access.values())}
    send(it.tallies, later, sent, answering(access), at=at)
    it.clock.instant = NEXT_SHOWN_AT
    it.closing.close(later.id)
    return later


def signed_in_logins(now: datetime) -> MemoryLogins:
    """Sign in a coordinator of the school, and one of another school."""
    logins = MemoryLogins()
    later = now + timedelta(minutes=30)
    for cookie, schools in (("mine", (SCHOOL.id,)), ("another", ("zzzzzzzzzzzz",))):
        logins.open(CoordinatorSession(cookie, COORDINATOR, schools, "csrf", later, later))
    return logins
