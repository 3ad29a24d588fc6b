"""Results of a former system as it exported them, and the same exercise as it would have been counted here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from selfie.catalogue import CURRENT, catalogue
from selfie.domain.exercise import Exercise, State
from selfie.domain.questionnaire import NOT_APPLICABLE, Question, ScaleKind
from selfie.domain.results import whole_percents
from selfie.domain.school import EducationLevel, RespondentGroup, School
from selfie.domain.submission import ANY_TICK, counter
from selfie.domain.tally import Tally
from tests.support.examples import LEADER, STUDENT, TEACHER

LIME = School("limelimelime", "Lindenschule", "DE", "en", ("post@linde.example", "leitung@linde.example"))
NUMBERS = {LEADER: 2, TEACHER: 20, STUDENT: 60}
CAME = {LEADER: 2, TEACHER: 13, STUDENT: 40}


def exercise() -> Exercise:
    """Return the exercise, which is over."""
    days = {"first_day": date(2026, 5, 4), "last_day": date(2026, 5, 18)}
    return Exercise(
        LIME.id, "2025-3", EducationLevel.PRIMARY, CURRENT, NUMBERS, optional=("A4",), state=State.CLOSED, **days
    )


def questions(group: RespondentGroup) -> Mapping[str, Question]:
    """Return what a group was asked, without the open question."""
    asked = exercise().questionnaire(catalogue(CURRENT), group).questions
    return {code: question for code, question in asked.items() if question.kind is not ScaleKind.OPEN_TEXT}


def tallies() -> dict[RespondentGroup, Tally]:
    """Count answers to everything: others in every group and to every question."""
    found = {}
    for group, came in CAME.items():
        counts: dict[str, int] = {}
        for place, (code, question) in enumerate(questions(group).items()):
            options = question.ratings
            if question.kind is ScaleKind.TICK_ALL:
                counts |= {counter(code, option): (place + n) % came for n, option in enumerate(options)}
                counts[counter(code, ANY_TICK)] = came
                continue
            counts[counter(code, NOT_APPLICABLE)] = place % 2
            for person in range(came - place % 2):
                name = counter(code, options[(person * person + place) % len(options)])
                counts[name] = counts.get(name, 0) + 1
        found[group] = Tally(group, came, {name: count for name, count in counts.items() if count})
    return found


def row(*, percent: bool = False, **changes: Any) -> dict[str, Any]:
    """Write the exercise as a line of the file: with counts, or with whole percentages that add up to 100."""
    groups: dict[str, Any] = {}
    for group, tally in tallies().items():
        figures: dict[str, Any] = {}
        for code, question in questions(group).items():
            counts = {option: tally.counts.get(counter(code, option), 0) for option in question.ratings}
            ticks = question.kind is ScaleKind.TICK_ALL
            answered = tally.counts[counter(code, ANY_TICK)] if ticks else sum(counts.values())
            shares = [100 * n / answered for n in counts.values()] if ticks else whole_percents(list(counts.values()))
            figures[code] = {"answered": answered, "not_applicable": tally.counts.get(counter(code, NOT_APPLICABLE), 0)}
            figures[code] |= {"percent": dict(zip(counts, shares, strict=True))} if percent else {"counts": counts}
        groups[group] = {"invited": NUMBERS[group], "submitted": CAME[group], "figures": figures}
    written = {"email": LIME.emails[1], "session": "2025-3", "level": "primary", "catalogue": CURRENT}
    return {**written, "first_day": "2026-05-04", "last_day": "2026-05-18", "groups": groups} | changes
