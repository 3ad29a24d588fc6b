"""Write action plans, see what has become of their targets, and show them to the school community."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selfie.catalogue import texts
from selfie.domain import action_plan as rules
from selfie.domain import deadlines
from selfie.domain.action_plan import ActionPlan, Askable, PlannedStatement
from selfie.domain.errors import NotViewable
from selfie.domain.exercise import Exercise, exercise_id, parse_exercise_id
from selfie.domain.questionnaire import Catalogue
from selfie.domain.results import Results, may_be_seen
from selfie.domain.session import Calendar
from selfie.domain.versions import is_still
from selfie.i18n import first_offered
from selfie.ports import ActionPlans, Clock, Exercises, PublishedResults, Schools

if TYPE_CHECKING:
    from selfie_reporting.plan_view import CheckedPlansView, PlansView, PlanView


@dataclass(frozen=True, slots=True)
class Seen:
    """An exercise whose results may be seen."""

    exercise: Exercise
    results: Results


@dataclass(frozen=True, slots=True)
class Download:
    """A file with the name it should be saved under."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SharedPlan:
    """What the school community sees: the plan with what may be shown of it, and whose it is."""

    view: "PlanView"
    school: str


@dataclass(frozen=True, slots=True)
class Planning:
    """What a school does with its action plans.

    ``catalogue`` returns a published version, ``new_secret`` makes what nobody guesses.
    """

    plans: ActionPlans
    exercises: Exercises
    published: PublishedResults
    schools: Schools
    calendar: Calendar
    catalogue: Callable[[str], Catalogue]
    new_secret: Callable[[], str]
    locales: Sequence[str]
    clock: Clock

    def overview(self, school_id: str, locale: str | None) -> "PlansView":
        """List all plans with their progress, and the exercises from whose results new ones can be made."""
        from selfie_reporting.plan_view import plans_view

        chosen = self._locale(locale, school_id)
        plans = self.plans.of_school(school_id)
        sources = self._sources(school_id)
        views = [self._view(plan, chosen) for plan in plans]
        return plans_view(views, [seen.results for seen in sources], self._school_years(), chosen)

    def begin(self, exercise_id: str, school_year: int, area: str, codes: Sequence[str]) -> ActionPlan:
        """Begin a plan with the statements to work on.

        Raise NotViewable when the results cannot be seen, Invalid, or PlanExists.
        """
        seen = self._seen(exercise_id)
        if seen is None:
            raise NotViewable
        areas = self.catalogue(seen.exercise.catalogue_version).areas
        plan = rules.begin(school_year, area, codes, seen.exercise, self._askable(seen.exercise), areas)
        self.plans.add(plan)
        return plan

    def view(self, plan_id: str, locale: str | None) -> "PlanView":
        """Write a plan with the figures of its targets, in a language that is offered."""
        plan = self.plans.get(plan_id)
        return self._view(plan, self._locale(locale, plan.school_id))

    def change(self, plan_id: str, version: int, statements: Sequence[PlannedStatement]) -> ActionPlan:
        """Put what was typed in the place of what the plan said; raise ChangedMeanwhile or Invalid."""
        before = self._at(plan_id, version)
        after = rules.with_statements(before, statements, self._askable(self.exercises.get(before.exercise_id)))
        return self.plans.change(before, after)

    def remove(self, plan_id: str, version: int) -> None:
        """Delete a plan; its link dies with it."""
        self.plans.remove(self._at(plan_id, version))

    def share(self, plan_id: str, version: int, *, persons: bool, budget: bool) -> ActionPlan:
        """Give the plan a link for the school community, or change what is seen there."""
        before = self._at(plan_id, version)
        after = rules.with_sharing(before, self.new_secret(), persons=persons, budget=budget)
        return self.plans.change(before, after)

    def revoke(self, plan_id: str, version: int) -> ActionPlan:
        """Let the link lead nowhere from now on."""
        before = self._at(plan_id, version)
        return self.plans.change(before, rules.without_sharing(before))

    def shared(self, plan_id: str, secret: str, locale: str) -> SharedPlan:
        """Return what the school community sees; raise Unknown for a link that leads nowhere, or no longer."""
        plan = rules.shared(self.plans.get(plan_id), secret)
        return SharedPlan(self._view(plan, locale), self.schools.get(plan.school_id).name)

    def document(self, plan_id: str, locale: str | None) -> Download:
        """Make the plan as PDF."""
        from selfie_reporting.plan_document import plan_document

        view = self.view(plan_id, locale)
        return Download(_file_name(view, "pdf"), plan_document(view, self.schools.get(view["school_id"]).name))

    def workbook(self, plan_id: str, locale: str | None) -> Download:
        """Make the plan as Excel workbook."""
        from selfie_reporting.plan_workbook import plan_workbook

        view = self.view(plan_id, locale)
        return Download(_file_name(view, "xlsx"), plan_workbook(view, self.schools.get(view["school_id"]).name))

    def checked_by(self, exercise_id: str, locale: str | None) -> "CheckedPlansView":
        """Say what an exercise shows of the targets of earlier plans of its level; raise NotViewable."""
        from selfie_reporting.plan_view import checked_plans_view

        seen = self._seen(exercise_id)
        if seen is None:
            raise NotViewable
        school_id, session_id, level = parse_exercise_id(exercise_id)
        chosen = self._locale(locale, school_id)
        plans = [
            self._view(plan, chosen, latest=seen)
            for plan in self.plans.of_school(school_id)
            if plan.level is level and session_id in plan.following_sessions and plan.targets
        ]
        return checked_plans_view(plans)

    def _view(self, plan: ActionPlan, locale: str, latest: Seen | None = None) -> "PlanView":
        from selfie_reporting.plan_view import plan_view

        began = self.exercises.get(plan.exercise_id)
        start = self.published.get(plan.exercise_id)
        after = latest or self._latest(plan)
        checked = [
            (
                target,
                rules.figure(target, start, began, began),
                rules.figure(target, after.results, after.exercise, began) if after else None,
            )
            for target in plan.targets
        ]
        worded = texts(began.catalogue_version, began.family, locale)
        session = after.results.session_id if after else None
        return plan_view(plan, began, self._askable(began), worded, checked, session, locale)

    def _latest(self, plan: ActionPlan) -> Seen | None:
        """Return the newest exercise that can show what has become of a plan."""
        ids = (exercise_id(plan.school_id, session, plan.level) for session in plan.following_sessions)
        return next((seen for seen in map(self._seen, ids) if seen), None)

    def _seen(self, of: str) -> Seen | None:
        results = self.published.get(of)
        if results is None or not may_be_seen(results, self.clock()):
            return None
        return Seen(self.exercises.get(of), results)

    def _sources(self, school_id: str) -> Sequence[Seen]:
        """Return the newest exercise of each level whose results may be seen."""
        newest: dict[str, Seen] = {}
        for exercise in self.exercises.of_school(school_id):
            if exercise.level not in newest and (seen := self._seen(exercise.id)):
                newest[exercise.level] = seen
        return list(newest.values())

    def _school_years(self) -> Sequence[int]:
        """Return the school year that runs, or comes next, and the one after it."""
        today = deadlines.day_of(self.clock())
        session = self.calendar.current(today) or self.calendar.next_after(today)
        first = session.school_year if session else today.year
        return (first, first + 1)

    def _askable(self, exercise: Exercise) -> Askable:
        return rules.askable(self.catalogue(exercise.catalogue_version), exercise)

    def _at(self, plan_id: str, version: int) -> ActionPlan:
        plan = self.plans.get(plan_id)
        is_still(plan, version)
        return plan

    def _locale(self, wanted: str | None, school_id: str) -> str:
        if wanted is not None and wanted in self.locales:
            return wanted
        return first_offered(self.locales, self.schools.get(school_id).locale)


def _file_name(view: "PlanView", ending: str) -> str:
    return f"action-plan-{view['school_year']}-{view['level']}-{view['area']['code']}-{view['locale']}.{ending}"
