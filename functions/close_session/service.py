"""Close an exercise: seal its tallies, publish what may be shown, ask for the school's report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from selfie.domain import deadlines
from selfie.domain.company import TRAINER, CompanyTally, make_company_results
from selfie.domain.disclosure import Unit
from selfie.domain.errors import SelfieError
from selfie.domain.exercise import Exercise, State, closed
from selfie.domain.public_counts import PublicCounts
from selfie.domain.questionnaire import Catalogue
from selfie.domain.results import Results, make_results
from selfie.domain.school import RespondentGroup
from selfie.domain.tally import pooled
from selfie.i18n import first_offered
from selfie.ports import (
    Clock,
    Companies,
    CopyKeys,
    Documents,
    DocumentState,
    DueLists,
    Exercises,
    PublicCounters,
    PublishedResults,
    Schools,
    StoredList,
    Tallies,
    TotalsOfNights,
)

# A run's history holds 25,000 events; one exercise makes 26, and 3 more for every second try (bench/scale.py).
MOST_IN_A_RUN: Final = 500
PART: Final = 100


class NotDue(SelfieError):
    """The exercise may still be answered: nothing closes it before its deadline."""

    code = "not_due"


class NotPublished(SelfieError):
    """An exercise without results cannot be marked as closed: it would never be taken up again."""

    code = "not_published"


@dataclass(frozen=True, slots=True)
class Closing:
    """What came of closing an exercise; ``report_name`` is None when there is no report to build."""

    exercise_id: str
    locale: str
    attempt: int
    report_name: str | None


@dataclass(frozen=True, slots=True)
class DueExercises:
    """What a night has to close: the exercises themselves, or where they are listed in parts."""

    number: int
    exercises: Sequence[str]
    parts: StoredList | None


@dataclass(frozen=True, slots=True)
class ClosingService:
    """The steps of a night, each of which may be cut off anywhere and done again."""

    exercises: Exercises
    companies: Companies
    tallies: Tallies
    copy_keys: CopyKeys
    published: PublishedResults
    documents: Documents
    schools: Schools
    clock: Clock
    catalogue: Callable[[str], Catalogue]
    report_name: Callable[[str, str, int], str]
    locales: Sequence[str]
    totals: TotalsOfNights
    counters: PublicCounters
    due_lists: DueLists

    def due(self) -> DueExercises:
        """List the exercises whose deadline has passed, those that earlier nights missed included.

        Too many for one run of the state machine are put down in parts.
        """
        due = self.exercises.due(self.clock())
        if len(due) <= MOST_IN_A_RUN:
            return DueExercises(len(due), due, None)
        parts = [due[first : first + PART] for first in range(0, len(due), PART)]
        return DueExercises(len(due), (), self.due_lists.put(parts))

    def close(self, exercise_id: str) -> Closing:
        """Publish an exercise's results and ask for its report; raise NotDue before the deadline."""
        exercise = self.exercises.get(exercise_id)
        closes_at = deadlines.closes_at(exercise.last_day) if exercise.last_day else None
        if closes_at is None or self.clock() < closes_at:
            raise NotDue
        # Tallies live only some weeks longer than the exercise: what is published is never made again.
        results = self.published.get(exercise_id) or self._publish(exercise, closes_at)
        return self._ask_for_report(exercise, results)

    def finish(self, exercise_id: str) -> None:
        """Mark an exercise as closed, so that no later night takes it up."""
        exercise = self.exercises.get(exercise_id)
        if exercise.state is State.CLOSED:
            return
        results = self.published.get(exercise_id)
        if results is None:
            raise NotPublished
        # Only one of several who come this far at once changes it, and counts it.
        self.exercises.change(exercise, closed(exercise))
        people = sum(group.submitted for group in results.participation)
        self.totals.add_exercise(people)
        self.counters.add(PublicCounts(people=people))

    def _publish(self, exercise: Exercise, closes_at: datetime) -> Results:
        # All groups are sealed before any figure is made: afterwards no count can move.
        tallies = {group: self.tallies.seal(exercise.id, group) for group in exercise.groups}
        catalogue = self.catalogue(exercise.catalogue_version)
        companies = self._seal_companies(exercise) if TRAINER in exercise.groups else []
        # After the seals, when no copy is needed any more; before anything is published that one could be held against.
        self.copy_keys.destroy(exercise.id, closes_at)
        if not companies:
            results = make_results(exercise, catalogue, tallies)
            self.published.add(results, self._open_answers(exercise, results))
            return results
        own = tallies[TRAINER]
        tallies[TRAINER] = pooled(TRAINER, own, *(company.tally for company in companies))
        results = make_results(exercise, catalogue, tallies, sum(company.invited for company in companies))
        of_companies = make_company_results(exercise, catalogue, own, companies) if results.viewable else {}
        self.published.add(results, self._open_answers(exercise, results), of_companies)
        return results

    def _seal_companies(self, exercise: Exercise) -> Sequence[CompanyTally]:
        """Seal the tallies of the companies that have their link; the others never had one."""
        return [
            CompanyTally(joined.company_id, joined.trainers, self.tallies.seal(exercise.id, TRAINER, joined.company_id))
            for joined in self.companies.of_exercise(exercise.id)
            if joined.link
        ]

    def _open_answers(self, exercise: Exercise, results: Results) -> Mapping[str, Sequence[str]]:
        """Collect the texts of the units that may show them; the others are never stored with the results."""
        answers: dict[str, Sequence[str]] = {}
        for unit in results.units_with_open_answers:
            texts = [
                text
                for group in exercise.groups
                if speaks_for(unit, group)
                for text in self.tallies.open_texts(exercise.id, group)
            ]
            # An order that tells nothing of who wrote them or when, and the same one when this is done again.
            answers[unit] = sorted(texts)
        return answers

    def _ask_for_report(self, exercise: Exercise, results: Results) -> Closing:
        locale = first_offered(self.locales, self.schools.get(exercise.school_id).locale)
        states = {entry.locale: entry.state for entry in self.documents.list(exercise.id)}
        # A rerun after the report went out must not send it again.
        if not results.viewable or states.get(locale) is DocumentState.READY:
            return Closing(exercise.id, locale, 0, None)
        entry = self.documents.request(exercise.id, locale, deadlines.report_overdue_at(self.clock(), results.last_day))
        return Closing(exercise.id, locale, entry.attempt, self.report_name(exercise.id, locale, entry.attempt))


def speaks_for(unit: Unit, group: RespondentGroup) -> bool:
    """Tell whether a unit's figures come from a group."""
    staff = {RespondentGroup.SCHOOL_LEADER, RespondentGroup.TEACHER}
    return group in staff if unit is Unit.STAFF else group.value == unit.value
