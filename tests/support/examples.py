"""A small catalogue, calendar and exercise that tests of the rules build on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from selfie.domain.exercise import Exercise, State
from selfie.domain.questionnaire import (
    Background,
    Catalogue,
    OtherArea,
    OtherAreaItem,
    OtherAreaKind,
    OwnStatement,
    OwnText,
    Scale,
    ScaleKind,
    Statement,
    Status,
)
from selfie.domain.school import EducationLevel, Family, RespondentGroup, groups_of
from selfie.domain.session import Calendar, Session
from selfie.domain.tally import Tally

LEADER, TEACHER, STUDENT, TRAINER = RespondentGroup
SCHOOL = "abcdefgh2345"
FIVE = ("1", "2", "3", "4", "5", "na")

CALENDAR = Calendar.of(
    [
        Session(date(2026, 8, 17), date(2026, 12, 18), 2026, 1),
        Session(date(2027, 1, 4), date(2027, 4, 9), 2026, 2),
        Session(date(2027, 4, 19), date(2027, 7, 16), 2026, 3),
    ]
)

CATALOGUE = Catalogue(
    version="v_test",
    areas=("A", "C"),
    statements=(
        Statement("A1", Status.CORE, (LEADER, TEACHER)),
        Statement("A4", Status.OPTIONAL, (LEADER, TEACHER)),
        Statement("C3", Status.CORE, (LEADER, TEACHER, STUDENT, TRAINER)),
        Statement("C10", Status.OPTIONAL, (LEADER, TEACHER, STUDENT)),
    ),
    scales={
        "agreement": Scale("agreement", ScaleKind.RATING, FIVE),
        "confidence": Scale("confidence", ScaleKind.RATING, FIVE),
        "frequency": Scale("frequency", ScaleKind.RATING, FIVE),
        "device_access": Scale(
            "device_access", ScaleKind.CHOOSE_ONE, ("none", "unsuitable", "shared_not_free", "shared_free", "own", "na")
        ),
    },
    other_areas=(
        OtherArea(
            2,
            "confidence",
            OtherAreaKind.MEAN,
            "confidence",
            (TEACHER,),
            (OtherAreaItem("preparing"), OtherAreaItem("teaching")),
        ),
        OtherArea(
            5,
            "inhibiting",
            OtherAreaKind.TICKS,
            "",
            (LEADER, TEACHER),
            (OtherAreaItem("funding"), OtherAreaItem("internet"), OtherAreaItem("nothing")),
        ),
        OtherArea(
            8,
            "student_use",
            OtherAreaKind.MEAN,
            "frequency",
            (STUDENT,),
            (OtherAreaItem("at_school"), OtherAreaItem("at_workplace", (Family.VOCATIONAL, Family.WBL))),
        ),
        OtherArea(
            9, "device_access", OtherAreaKind.OPTIONS, "device_access", (STUDENT,), (OtherAreaItem("device_access"),)
        ),
    ),
    background=(Background("age_band", (STUDENT,), ("9_11", "12_14", "na")),),
    experience=("relevance",),
)


def exercise(
    numbers: Mapping[RespondentGroup, int] | None = None,
    *,
    level: EducationLevel = EducationLevel.LOWER_SECONDARY,
    optional: tuple[str, ...] = (),
    own: tuple[OwnStatement, ...] = (),
) -> Exercise:
    """Return an activated exercise from 2 to 15 November 2026."""
    given = numbers or {LEADER: 5, TEACHER: 45, STUDENT: 200}
    return Exercise(
        school_id=SCHOOL,
        session_id="2026-1",
        level=level,
        catalogue_version="v_test",
        numbers={group: given.get(group, 0) for group in groups_of(level)},
        optional=optional,
        own=own,
        own_numbers_used=len(own),
        first_day=date(2026, 11, 2),
        last_day=date(2026, 11, 15),
        state=State.ACTIVATED,
        activated_on=date(2026, 11, 1),
        links={group: f"link-{group}" for group in given},
    )


def set_up_only(**changes: object) -> Exercise:
    """Return a set-up without dates that nobody has activated."""
    bare = replace(exercise(), first_day=None, last_day=None, state=State.SET_UP, activated_on=None, links=None)
    return replace(bare, **changes)  # type: ignore[arg-type]


def own_statement(number: int, *groups: RespondentGroup) -> OwnStatement:
    """Return a statement of the school's own, addressed to some groups."""
    return OwnStatement(number, "en", date(2026, 10, 1), {g: OwnText(f"Our club meets weekly ({g}).") for g in groups})


def tally(group: RespondentGroup, submissions: int, **counts: list[int]) -> Tally:
    """Return a tally from lists of counts per option: ``C3=[2, 2, 4, 5, 0]`` and as a sixth number N/A."""
    named: dict[str, int] = {}
    for code, given in counts.items():
        named |= {f"{code}:{option}": count for option, count in zip(FIVE, given, strict=False) if count}
    return Tally(group, submissions, named)


def at(text: str) -> datetime:
    """Read an instant written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
