"""Schools whose exercises of the last two sessions were closed long ago, so that research data can be released."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from selfie.catalogue import CURRENT, catalogue
from selfie.domain.exercise import Exercise, State
from selfie.domain.questionnaire import ScaleKind
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel, RespondentGroup, School, groups_of
from selfie.domain.session import Session
from selfie.domain.submission import ANY_TICK, counter
from selfie.domain.tally import Tally
from selfie.ports import Exercises, PublishedResults, Schools

LEVEL: Final = EducationLevel.LOWER_SECONDARY
NUMBERS: Final = {
    RespondentGroup.SCHOOL_LEADER: 6,
    RespondentGroup.TEACHER: 30,
    RespondentGroup.STUDENT: 80,
    RespondentGroup.IN_COMPANY_TRAINER: 0,
}
# Enough of them for two regions of ten schools, and for schools that tell none.
SCHOOLS: Final = 36
REGIONS: Final = ("BE1", "BE2", "")
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
SOME_DAYS: Final = timedelta(days=14)


def contribute(
    schools: Schools,
    exercises: Exercises,
    published: PublishedResults,
    invoke: Callable[[str, Any], Any],
    sessions: tuple[Session, ...],
) -> dict[str, Any]:
    """Let schools have an exercise in each session and contribute it; those that are there stay as they are."""
    for number in range(SCHOOLS):
        school = _school(number)
        if not schools.admit(school):
            continue
        for session in sessions:
            exercise = _exercise(school, session)
            exercises.add(exercise)
            published.add(make_results(exercise, catalogue(), _tallies(exercise)), {})
            invoke("contribute", {"exercise": exercise.id})
    return {"schools": SCHOOLS, "sessions": [session.id for session in sessions]}


def _school(number: int) -> School:
    school_id = f"research{LETTERS[number // 32] * 3}{LETTERS[number % 32]}"
    address = f"office@{school_id}.example"
    return School(school_id, f"School {number + 1}", "BE", "en", (address,), region=REGIONS[number % len(REGIONS)])


def _exercise(school: School, session: Session) -> Exercise:
    last_day: date = session.first_day + SOME_DAYS
    return Exercise(
        school_id=school.id,
        session_id=session.id,
        level=LEVEL,
        catalogue_version=CURRENT,
        numbers={group: NUMBERS[group] for group in groups_of(LEVEL)},
        first_day=session.first_day,
        last_day=last_day,
        state=State.CLOSED,
        activated_on=session.first_day,
        links={},
    )


def _tallies(exercise: Exercise) -> Mapping[RespondentGroup, Tally]:
    """Make up what was counted: everybody answers everything, around the mood of the school."""
    chance = random.Random(exercise.id)
    made = {}
    for group in exercise.groups:
        counts: dict[str, int] = {}
        people = exercise.numbers[group]
        for question in exercise.questionnaire(catalogue(), group).questions.values():
            if question.kind is ScaleKind.OPEN_TEXT:
                continue
            if question.kind is ScaleKind.TICK_ALL:
                counts |= {counter(question.code, option): chance.randrange(people) for option in question.ratings}
                counts[counter(question.code, ANY_TICK)] = people
                continue
            for option in chance.choices(question.ratings, k=people):
                counts[counter(question.code, option)] = counts.get(counter(question.code, option), 0) + 1
        made[group] = Tally(group, people, counts)
    return made
