"""What a school wants to change in one area during one school year, and whether its targets are met (guide, «Creating
an action plan»): statements → objectives → measurements with targets, and the activities that lead there.
"""

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from selfie.domain.disclosure import Unit
from selfie.domain.errors import FieldError, Invalid, Unknown
from selfie.domain.exercise import Exercise, parse_exercise_id
from selfie.domain.questionnaire import Catalogue, Question, ScaleKind, SectionKind, questionnaire_for
from selfie.domain.results import Figure, QuestionResult, Results
from selfie.domain.school import EducationLevel, RespondentGroup
from selfie.domain.session import NUMBERS
from selfie.domain.submission import clean_text

# One or two statements at a time is the advice; these are bounds. A plan that uses all of them, four bytes a letter,
# stays well below what an item of the store can hold.
MOST_STATEMENTS: Final = 4
MOST_OBJECTIVES: Final = 8
MOST_MEASUREMENTS: Final = 16
MOST_ACTIVITIES: Final = 40
LONGEST: Final = {"objective": 500, "note": 500, "activity": 300, "resources": 300, "budget": 100, "persons": 200}

_PLAN_ID: Final = re.compile(r"([a-z2-7]{12})-([0-9]{4})-([a-z_]+)-([A-Z])")
_TENTH: Final = Decimal("0.1")
_WHOLE: Final = 100  # percent
_MEASURABLE: Final = (SectionKind.AREA, SectionKind.OWN, SectionKind.OTHER_AREA)


class Aim(StrEnum):
    """On which side of its value a target lies: what holds a school back should become less."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class ActivityStatus(StrEnum):
    """How far an activity is."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


class Outcome(StrEnum):
    """What an exercise says of a target."""

    MET = "met"
    CLOSER = "closer"
    NOT_MET = "not_met"
    NO_FIGURE = "no_figure"


@dataclass(frozen=True, slots=True)
class Target:
    """A bound for one unit's figure of one question.

    The figure is the mean when there are no ``options``, else the sum of their shares in percent.
    """

    question: str
    unit: Unit
    options: tuple[str, ...]
    aim: Aim
    value: Decimal

    def is_met_by(self, figure: Decimal) -> bool:
        """Tell whether a figure lies on the right side."""
        return figure >= self.value if self.aim is Aim.AT_LEAST else figure <= self.value


@dataclass(frozen=True, slots=True)
class Measurement:
    """How the school will see whether it got there; ``number`` is 0 until the plan has given it one."""

    number: int
    note: str
    target: Target


@dataclass(frozen=True, slots=True)
class Activity:
    """What somebody does for an objective; all but the text may be left open."""

    number: int
    text: str
    resources: str = ""
    budget: str = ""
    persons: str = ""
    first_day: date | None = None
    last_day: date | None = None
    status: ActivityStatus = ActivityStatus.PLANNED


@dataclass(frozen=True, slots=True)
class Objective:
    """What the school wants to reach."""

    number: int
    text: str
    measurements: tuple[Measurement, ...] = ()
    activities: tuple[Activity, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedStatement:
    """A statement that the school works on."""

    code: str
    objectives: tuple[Objective, ...] = ()


@dataclass(frozen=True, slots=True)
class Sharing:
    """A link for the school community; names and money are shown only where somebody chose so."""

    secret: str
    persons: bool
    budget: bool


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """One area's plan for one school year and level, made from the results of ``exercise_id``.

    ``version`` counts the changes; ``numbers_used`` is the highest number that a part of it ever had.
    """

    school_id: str
    school_year: int
    level: EducationLevel
    area: str
    exercise_id: str
    statements: tuple[PlannedStatement, ...]
    numbers_used: int = 0
    sharing: Sharing | None = None
    version: int = 0

    @property
    def id(self) -> str:
        """Name the plan."""
        return plan_id(self.school_id, self.school_year, self.level, self.area)

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """All objectives, in order."""
        return tuple(objective for statement in self.statements for objective in statement.objectives)

    @property
    def targets(self) -> tuple[Target, ...]:
        """All targets, in order."""
        return tuple(entry.target for objective in self.objectives for entry in objective.measurements)

    @property
    def following_sessions(self) -> tuple[str, ...]:
        """The sessions in which an exercise can show what has become of the plan, newest first.

        They go on through the school year after the plan's own (guide: «when SELFIE is taken the following year»).
        """
        _, begun, _ = parse_exercise_id(self.exercise_id)
        years = range(int(begun.partition("-")[0]), self.school_year + 2)
        return tuple(
            sorted(f"{year}-{number}" for year in years for number in NUMBERS if f"{year}-{number}" > begun)[::-1]
        )


def plan_id(school_id: str, school_year: int, level: EducationLevel, area: str) -> str:
    """Write the id of a plan."""
    return f"{school_id}-{school_year}-{level}-{area}"


def parse_plan_id(text: str) -> tuple[str, int, EducationLevel, str]:
    """Read school, school year, level and area off an id; raise Unknown for anything that is not one."""
    match = _PLAN_ID.fullmatch(text)
    if match is None or match[3] not in set(EducationLevel):
        raise Unknown
    return match[1], int(match[2]), EducationLevel(match[3]), match[4]


@dataclass(frozen=True, slots=True)
class Askable:
    """What a plan made from an exercise can name: statements to work on, and questions to measure with.

    ``statements`` are those of all areas by code with their area, the school's own without one; ``questions`` has for
    each code what each unit could be asked, optional statements included that the exercise left out.
    """

    statements: Mapping[str, str | None]
    questions: Mapping[str, Mapping[Unit, Question]]


def askable(catalogue: Catalogue, exercise: Exercise) -> Askable:
    """Collect what could be asked at the level of an exercise, and the school's own statements that were."""
    questions: dict[str, dict[Unit, Question]] = {}
    everything = sorted(catalogue.optional_codes)
    for group in exercise.groups:
        asked = questionnaire_for(catalogue, exercise.family, group, everything, exercise.own)
        for section in (section for section in asked.sections if section.kind in _MEASURABLE):
            for question in section.questions:
                units = questions.setdefault(question.code, {})
                units[Unit(group)] = question
                if group in (RespondentGroup.SCHOOL_LEADER, RespondentGroup.TEACHER):
                    units[Unit.STAFF] = question
    statements: dict[str, str | None] = {entry.code: entry.area for entry in catalogue.statements}
    return Askable(statements | dict.fromkeys(own.code for own in exercise.own), questions)


def begin(
    school_year: int, area: str, codes: Sequence[str], exercise: Exercise, known: Askable, areas: Sequence[str]
) -> ActionPlan:
    """Begin a plan for an area from the results of an exercise, with the statements to work on.

    Raise Invalid for an area that does not exist, a school year before the exercise's, or statements that do not fit.
    """
    errors = []
    if area not in areas:
        errors.append(FieldError("area", "not_offered"))
    if school_year < int(exercise.session_id.partition("-")[0]):
        errors.append(FieldError("school_year", "not_offered"))
    if errors:
        raise Invalid(errors)
    plan = ActionPlan(exercise.school_id, school_year, exercise.level, area, exercise.id, ())
    return with_statements(plan, [PlannedStatement(code) for code in codes], known)


def with_statements(plan: ActionPlan, statements: Sequence[PlannedStatement], known: Askable) -> ActionPlan:
    """Put these statements with all that hangs on them in the place of what the plan says.

    Parts that are new come with the number 0 and get the next one. Raise Invalid, naming every field that does not fit.
    """
    reader = _Reader(plan, known)
    read = tuple(reader.statement(entry, f"statements.{place}") for place, entry in enumerate(statements))
    reader.check_whole(read)
    if reader.errors:
        raise Invalid(reader.errors)
    return replace(plan, statements=read, numbers_used=reader.numbers_used)


def with_sharing(plan: ActionPlan, secret: str, *, persons: bool, budget: bool) -> ActionPlan:
    """Give the plan a link for the school community, or change what is seen there: a link that exists stays."""
    return replace(plan, sharing=Sharing(plan.sharing.secret if plan.sharing else secret, persons, budget))


def without_sharing(plan: ActionPlan) -> ActionPlan:
    """Let the link lead nowhere; another one will be a new one."""
    return replace(plan, sharing=None)


def shared(plan: ActionPlan, secret: str) -> ActionPlan:
    """Return what the school community sees; raise Unknown unless the link is the plan's own and was not revoked."""
    sharing = plan.sharing
    if sharing is None or not hmac.compare_digest(sharing.secret.encode(), secret.encode()):
        raise Unknown

    def kept(activity: Activity) -> Activity:
        return replace(
            activity,
            persons=activity.persons if sharing.persons else "",
            budget=activity.budget if sharing.budget else "",
        )

    return replace(
        plan,
        statements=tuple(
            replace(
                statement,
                objectives=tuple(
                    replace(objective, activities=tuple(map(kept, objective.activities)))
                    for objective in statement.objectives
                ),
            )
            for statement in plan.statements
        ),
    )


def figure(target: Target, results: Results | None, of: Exercise | None, began: Exercise) -> Decimal | None:
    """Return what an exercise says of a target: only what was published, so None for anything suppressed.

    ``began`` is the exercise that the plan was made from. Own statements of two exercises share numbers, not texts: one
    is found again by its words.
    """
    if results is None or of is None or not results.viewable:
        return None
    code = _same_question(target, of, began)
    found = next((entry for entry in _questions(results) if entry.code == code), None)
    said = found.of(target.unit) if found else None
    if said is None:
        return None
    return _share(target, said) if target.options else said.mean


def outcome(target: Target, start: Decimal | None, now: Decimal | None) -> Outcome:
    """Say whether a target is met, or at least closer than at the start, unless it was met then."""
    if now is None:
        return Outcome.NO_FIGURE
    if target.is_met_by(now):
        return Outcome.MET
    if start is None or target.is_met_by(start):
        return Outcome.NOT_MET
    return Outcome.CLOSER if abs(target.value - now) < abs(target.value - start) else Outcome.NOT_MET


def _share(target: Target, said: Figure) -> Decimal | None:
    if said.shares is None:
        return None
    return Decimal(sum(share.percent for share in said.shares if share.option in target.options))


def _questions(results: Results) -> Iterator[QuestionResult]:
    yield from (entry.result for entry in results.statements)
    for area in results.other_areas:
        yield from area.items


def _same_question(target: Target, of: Exercise, began: Exercise) -> str | None:
    own = next((entry for entry in began.own if entry.code == target.question), None)
    if own is None:
        return target.question
    worded = {group: text.text for group, text in own.texts.items()}
    for other in of.own:
        if {group: text.text for group, text in other.texts.items()} == worded:
            return other.code
    return None


@dataclass(slots=True)
class _Reader:
    """Reads what was typed into a plan and notes what does not fit."""

    plan: ActionPlan
    known: Askable
    errors: list[FieldError] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    numbers_used: int = 0

    def __post_init__(self) -> None:
        self.numbers_used = self.plan.numbers_used

    def statement(self, entry: PlannedStatement, at: str) -> PlannedStatement:
        if entry.code not in self.known.statements:
            self.errors.append(FieldError(f"{at}.code", "not_offered"))
        elif self.known.statements[entry.code] not in (None, self.plan.area):
            self.errors.append(FieldError(f"{at}.code", "other_area"))
        objectives = (self.objective(o, f"{at}.objectives.{place}") for place, o in enumerate(entry.objectives))
        return replace(entry, objectives=tuple(objectives))

    def objective(self, entry: Objective, at: str) -> Objective:
        number = self.number(entry.number, at)
        text = self.text(entry.text, f"{at}.text", "objective", needed=True)
        measurements = (self.measurement(m, f"{at}.measurements.{place}") for place, m in enumerate(entry.measurements))
        activities = (self.activity(a, f"{at}.activities.{place}") for place, a in enumerate(entry.activities))
        return Objective(number, text, tuple(measurements), tuple(activities))

    def measurement(self, entry: Measurement, at: str) -> Measurement:
        number = self.number(entry.number, at)
        note = self.text(entry.note, f"{at}.note", "note")
        return Measurement(number, note, self.target(entry.target, f"{at}.target"))

    def activity(self, entry: Activity, at: str) -> Activity:
        read = replace(
            entry,
            number=self.number(entry.number, at),
            text=self.text(entry.text, f"{at}.text", "activity", needed=True),
            resources=self.text(entry.resources, f"{at}.resources", "resources"),
            budget=self.text(entry.budget, f"{at}.budget", "budget"),
            persons=self.text(entry.persons, f"{at}.persons", "persons"),
        )
        # From a summer holiday's preparations to the winter after the school year.
        earliest, latest = date(self.plan.school_year, 1, 1), date(self.plan.school_year + 1, 12, 31)
        for name, day in (("first_day", read.first_day), ("last_day", read.last_day)):
            if day and not earliest <= day <= latest:
                self.errors.append(FieldError(f"{at}.{name}", "outside_school_year"))
        if read.first_day and read.last_day and read.last_day < read.first_day:
            self.errors.append(FieldError(f"{at}.last_day", "before_first_day"))
        return read

    def target(self, target: Target, at: str) -> Target:
        units = self.known.questions.get(target.question)
        if units is None:
            self.errors.append(FieldError(f"{at}.question", "not_offered"))
            return target
        question = units.get(target.unit)
        if question is None:
            self.errors.append(FieldError(f"{at}.unit", "not_asked"))
            return target
        if target.options:
            return replace(
                target, options=self.options(target, question, at), value=self.value(target, 0, _WHOLE, Decimal(1), at)
            )
        if question.kind is not ScaleKind.RATING:
            self.errors.append(FieldError(f"{at}.options", "missing"))
            return target
        return replace(target, value=self.value(target, 1, len(question.ratings), _TENTH, at))

    def options(self, target: Target, question: Question, at: str) -> tuple[str, ...]:
        if any(option not in question.ratings for option in target.options):
            self.errors.append(FieldError(f"{at}.options", "not_offered"))
        elif question.kind is ScaleKind.TICK_ALL and len(target.options) > 1:
            # Somebody who ticked both would count twice.
            self.errors.append(FieldError(f"{at}.options", "one_only"))
        return tuple(option for option in question.ratings if option in target.options)

    def value(self, target: Target, lowest: int, highest: int, step: Decimal, at: str) -> Decimal:
        value = target.value
        if not value.is_finite() or value < lowest:
            self.errors.append(FieldError(f"{at}.value", "too_few"))
        elif value > highest:
            self.errors.append(FieldError(f"{at}.value", "too_many"))
        elif value % step:
            self.errors.append(FieldError(f"{at}.value", "too_exact"))
        else:
            return value.quantize(step)
        return value

    def text(self, text: str, at: str, kind: str, *, needed: bool = False) -> str:
        cleaned = clean_text(text)
        if len(cleaned) > LONGEST[kind]:
            self.errors.append(FieldError(at, "too_long"))
        elif needed and not cleaned:
            self.errors.append(FieldError(at, "missing"))
        return cleaned

    def number(self, number: int, at: str) -> int:
        """Return a part's number: its own, or the next one for a new part."""
        if number == 0:
            self.numbers_used += 1
            return self.numbers_used
        if number in self.seen or not 0 < number <= self.plan.numbers_used:
            self.errors.append(FieldError(f"{at}.number", "not_offered"))
        self.seen.add(number)
        return number

    def check_whole(self, statements: Sequence[PlannedStatement]) -> None:
        if not statements:
            self.errors.append(FieldError("statements", "missing"))
        if len({entry.code for entry in statements}) < len(statements):
            self.errors.append(FieldError("statements", "exists"))
        objectives = [objective for entry in statements for objective in entry.objectives]
        for name, count, most in (
            ("statements", len(statements), MOST_STATEMENTS),
            ("objectives", len(objectives), MOST_OBJECTIVES),
            ("measurements", sum(len(entry.measurements) for entry in objectives), MOST_MEASUREMENTS),
            ("activities", sum(len(entry.activities) for entry in objectives), MOST_ACTIVITIES),
        ):
            if count > most:
                self.errors.append(FieldError(name, f"too_many_{name}"))
