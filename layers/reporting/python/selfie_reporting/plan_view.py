"""An action plan with the words of the questionnaire and the figures of its targets: what page, PDF, Excel and the page
for the school community are made from. Only published figures come in.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypedDict

from selfie.catalogue import Texts, catalogue
from selfie.catalogue import texts as texts_of
from selfie.domain.action_plan import ActionPlan, Activity, ActivityStatus, Askable, Objective, Outcome, Target, outcome
from selfie.domain.disclosure import Unit
from selfie.domain.exercise import Exercise, parse_exercise_id
from selfie.domain.questionnaire import AGREEMENT, OtherAreaKind, OwnStatement, item_question
from selfie.domain.results import Results
from selfie.domain.school import RespondentGroup
from selfie.i18n import text_direction
from selfie_reporting.plan_words import PlanWords, plan_words
from selfie_reporting.results_view import groups_in
from selfie_reporting.words import words

# A target with its figure in the exercise that the plan was made from, and in the newest one after it.
Checked = tuple[Target, Decimal | None, Decimal | None]


class NamedView(TypedDict):
    """Something with a code and a name."""

    code: str
    name: str


class TargetView(TypedDict):
    """What is measured; ``options`` are empty for a mean, whose scale ends at ``highest``."""

    question: str
    unit: str
    options: list[str]
    aim: str
    value: float


class MeasurementView(TypedDict):
    """A measurement; ``start`` and ``now`` are None where no figure may be shown, ``outcome`` before an exercise.

    ``locale`` is the language of ``what``.
    """

    number: int
    note: str
    target: TargetView
    what: str
    locale: str
    option_names: list[str]
    unit_name: str
    percent: bool
    said: str
    start: float | None
    now: float | None
    start_said: str
    now_said: str
    outcome: str | None
    outcome_name: str


class ActivityView(TypedDict):
    """An activity; days are ISO days."""

    number: int
    text: str
    resources: str
    budget: str
    persons: str
    first_day: str | None
    last_day: str | None
    status: str
    status_name: str


class ObjectiveView(TypedDict):
    """An objective."""

    number: int
    text: str
    measurements: list[MeasurementView]
    activities: list[ActivityView]


class PlannedStatementView(TypedDict):
    """A statement; ``locale`` is the language of its topic and texts."""

    code: str
    own: bool
    topic: str
    locale: str
    texts: dict[str, str]
    objectives: list[ObjectiveView]


class ProgressView(TypedDict):
    """How much of a plan is done; dropped activities do not count. ``measured`` is 0 before another exercise."""

    activities: int
    done: int
    targets: int
    measured: int
    met: int


class PeriodView(TypedDict):
    """An exercise and the name of its session."""

    exercise: str
    name: str


class SharingView(TypedDict):
    """The link for the school community and what is seen there."""

    path: str
    persons: bool
    budget: bool


class PlanView(TypedDict):
    """A plan in one language."""

    id: str
    version: int
    locale: str
    direction: str
    school_id: str
    school_year: int
    school_year_name: str
    level: str
    level_name: str
    area: NamedView
    start: PeriodView
    latest: PeriodView | None
    statements: list[PlannedStatementView]
    progress: ProgressView
    sharing: SharingView | None


class SourceView(TypedDict):
    """An exercise from whose results plans can be made."""

    exercise: str
    level: str
    level_name: str
    session_name: str


class PlansView(TypedDict):
    """All plans of a school, those without their parts; ``school_years`` are those a new plan can be for."""

    school_years: list[int]
    sources: list[SourceView]
    areas: list[NamedView]
    plans: list[PlanView]


class CheckedPlansView(TypedDict):
    """The plans whose targets an exercise measures."""

    plans: list[PlanView]


def plan_view(
    plan: ActionPlan,
    began: Exercise,
    known: Askable,
    texts: Texts,
    checked: Sequence[Checked],
    latest: str | None,
    locale: str,
) -> PlanView:
    """Write a plan; ``checked`` has its targets in order, ``latest`` is the newest session that measures them."""
    said, figures = words(locale), iter(checked)
    writer = _Writer(began, known, texts, plan_words(locale), latest is not None, locale)
    statements = [
        PlannedStatementView(
            code=entry.code,
            own=(own := writer.own(entry.code)) is not None,
            topic=writer.topic(entry.code),
            locale=own.locale if own else locale,
            texts=writer.wordings(entry.code),
            objectives=[
                writer.objective(objective, [next(figures) for _ in objective.measurements])
                for objective in entry.objectives
            ],
        )
        for entry in plan.statements
    ]
    _, session, _ = parse_exercise_id(plan.exercise_id)
    return {
        "id": plan.id,
        "version": plan.version,
        "locale": locale,
        "direction": text_direction(locale),
        "school_id": plan.school_id,
        "school_year": plan.school_year,
        "school_year_name": plan_words(locale).year(plan.school_year),
        "level": plan.level,
        "level_name": said.levels[plan.level],
        "area": {"code": plan.area, "name": texts.area_name(plan.area)},
        "start": {"exercise": plan.exercise_id, "name": said.session(session)},
        "latest": {"exercise": f"{plan.school_id}-{latest}-{plan.level}", "name": said.session(latest)}
        if latest
        else None,
        "statements": statements,
        "progress": _progress(statements),
        "sharing": {
            "path": f"/plan/{plan.id}/{plan.sharing.secret}",
            "persons": plan.sharing.persons,
            "budget": plan.sharing.budget,
        }
        if plan.sharing
        else None,
    }


def plans_view(plans: Sequence[PlanView], sources: Sequence[Results], years: Sequence[int], locale: str) -> PlansView:
    """List plans without their parts, and what new ones can be made from."""
    said, worded = words(locale), texts_of(locale=locale)
    return {
        "school_years": list(years),
        "sources": [
            {
                "exercise": results.exercise_id,
                "level": results.level,
                "level_name": said.levels[results.level],
                "session_name": said.session(results.session_id),
            }
            for results in sources
        ],
        "areas": [{"code": code, "name": worded.area_name(code)} for code in catalogue().areas],
        "plans": [plan | {"statements": [s | {"objectives": []} for s in plan["statements"]]} for plan in plans],
    }


def checked_plans_view(plans: Sequence[PlanView]) -> CheckedPlansView:
    """Show the targets that an exercise measures, and nothing else of the plans."""
    return {
        "plans": [
            plan
            | {
                "statements": [
                    s | {"objectives": [o | {"activities": []} for o in s["objectives"] if o["measurements"]]}
                    for s in plan["statements"]
                ]
            }
            for plan in plans
        ]
    }


class _Writer:
    def __init__(
        self, began: Exercise, known: Askable, texts: Texts, said: PlanWords, measured: bool, locale: str
    ) -> None:
        self.began, self.known, self.texts, self.said = began, known, texts, said
        self.measured, self.locale = measured, locale
        everything = catalogue(texts.version)
        self.items = {
            area.key if area.kind is OtherAreaKind.TICKS else item_question(area.key, item.code): (area, item)
            for area in everything.other_areas
            for item in area.items
        }
        self.groups = {entry.code: entry.groups for entry in everything.statements}

    def own(self, code: str) -> OwnStatement | None:
        return next((own for own in self.began.own if own.code == code), None)

    def topic(self, code: str) -> str:
        own = self.own(code)
        return self.texts.own_statement(own, own.groups[0]).text if own else self.texts.topic(code)

    def wordings(self, code: str) -> dict[str, str]:
        own = self.own(code)
        groups = own.groups if own else self.groups[code]
        return {
            group.value: (self.texts.own_statement(own, group) if own else self.texts.statement(code, group)).text
            for group in groups
            if group in self.began.groups
        }

    def objective(self, entry: Objective, checked: Sequence[Checked]) -> ObjectiveView:
        return {
            "number": entry.number,
            "text": entry.text,
            "measurements": [
                self.measurement(measurement.number, measurement.note, *figures)
                for measurement, figures in zip(entry.measurements, checked, strict=True)
            ],
            "activities": [self.activity(activity) for activity in entry.activities],
        }

    def measurement(
        self, number: int, note: str, target: Target, start: Decimal | None, now: Decimal | None
    ) -> MeasurementView:
        percent, own = bool(target.options), self.own(target.question)
        came = outcome(target, start, now) if self.measured else None
        return {
            "number": number,
            "note": note,
            "target": {
                "question": target.question,
                "unit": target.unit,
                "options": list(target.options),
                "aim": target.aim,
                "value": float(target.value),
            },
            "what": self.what(target.question),
            "locale": own.locale if own else self.locale,
            "option_names": self.option_names(target),
            "unit_name": words(self.locale).units[target.unit],
            "percent": percent,
            "said": self.said.target(target.aim, target.value, percent=percent),
            "start": _number(start),
            "now": _number(now),
            "start_said": self.figure(start, percent=percent),
            "now_said": self.figure(now, percent=percent) if self.measured else "",
            "outcome": came,
            "outcome_name": self.said.outcomes[came] if came else "",
        }

    def figure(self, value: Decimal | None, *, percent: bool) -> str:
        return self.said.outcomes[Outcome.NO_FIGURE] if value is None else self.said.value(value, percent=percent)

    def what(self, question: str) -> str:
        """Name what a question asks: a statement's topic, or an item of an other area."""
        if question not in self.items:
            return self.topic(question) if self.own(question) else f"{question} {self.topic(question)}"
        area, item = self.items[question]
        name = self.texts.other_area_name(area.key)
        if area.kind is OtherAreaKind.TICKS or len(area.items) == 1:
            return name
        return f"{name} · {self.texts.other_area_item(area.key, item.code)}"

    def option_names(self, target: Target) -> list[str]:
        area = self.items[target.question][0] if target.question in self.items else None
        if area and area.kind is OtherAreaKind.TICKS:
            return [self.texts.other_area_item(area.key, option) for option in target.options]
        group = _reader_of(target.unit, area.groups if area else self.began.groups)
        labels = {o.code: o.label for o in self.texts.options(area.scale if area else AGREEMENT, group)}
        return [labels[option] for option in target.options]

    def activity(self, entry: Activity) -> ActivityView:
        return {
            "number": entry.number,
            "text": entry.text,
            "resources": entry.resources,
            "budget": entry.budget,
            "persons": entry.persons,
            "first_day": entry.first_day.isoformat() if entry.first_day else None,
            "last_day": entry.last_day.isoformat() if entry.last_day else None,
            "status": entry.status,
            "status_name": self.said.statuses[entry.status],
        }


def _reader_of(unit: Unit, groups: Sequence[RespondentGroup]) -> RespondentGroup:
    """Return the group whose words a unit reads."""
    return next((group for group in groups_in(unit) if group in groups), groups[0])


def _progress(statements: Sequence[PlannedStatementView]) -> ProgressView:
    objectives = [objective for statement in statements for objective in statement["objectives"]]
    kept = [a for o in objectives for a in o["activities"] if a["status"] != ActivityStatus.DROPPED]
    outcomes = [m["outcome"] for o in objectives for m in o["measurements"]]
    return {
        "activities": len(kept),
        "done": sum(activity["status"] == ActivityStatus.DONE for activity in kept),
        "targets": len(outcomes),
        "measured": sum(came not in (None, Outcome.NO_FIGURE) for came in outcomes),
        "met": sum(came == Outcome.MET for came in outcomes),
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
