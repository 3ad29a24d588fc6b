"""Set up an exercise step by step, activate it, watch the participation."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from selfie.domain import deadlines, tokens
from selfie.domain import exercise as rules
from selfie.domain.company import TRAINER, companies_trainers
from selfie.domain.errors import ChangedMeanwhile, ExerciseFrozen, Incomplete, Invalid, SessionOver, Unknown
from selfie.domain.exercise import Exercise, Phase, State
from selfie.domain.informing import Informing, checked_informing
from selfie.domain.participation import GroupParticipation
from selfie.domain.questionnaire import Catalogue, OwnText
from selfie.domain.retention import template_until
from selfie.domain.school import EducationLevel, RespondentGroup
from selfie.domain.session import Calendar
from selfie.domain.tokens import Purpose
from selfie.domain.versions import is_still
from selfie.ports import Clock, Companies, Exercises, Schools, Tallies

# A participation link is the right to answer: nobody guesses 128 random bits.
LINK_BYTES = 16


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a coordinator can do with exercises of one school.

    ``catalogue`` returns a published version, ``version`` is that of new exercises, ``keys`` returns the signing keys,
    newest first, ``locales`` are those in which statements can be written, ``counted_until`` says how long the tallies
    of an exercise that closed at an instant are kept, ``council_countries`` are those in which a participation council
    has to agree first.
    """

    exercises: Exercises
    tallies: Tallies
    calendar: Calendar
    catalogue: Callable[[str], Catalogue]
    version: str
    keys: Callable[[], Sequence[bytes]]
    locales: Sequence[str]
    counted_until: Callable[[datetime], datetime]
    clock: Clock
    schools: Schools
    companies: Companies
    council_countries: Collection[str]

    def listed(self, school_id: str) -> Sequence[Exercise]:
        """Return a school's exercises, newest session first, without set-ups that their session outlived."""
        return [entry for entry in self.exercises.of_school(school_id) if self.phase(entry) is not Phase.GONE]

    def phase(self, exercise: Exercise) -> Phase:
        """Say what an exercise is now."""
        return exercise.phase(self.clock(), self.calendar.by_id(exercise.session_id))

    def today(self) -> date:
        """Return the day in Brussels."""
        return deadlines.day_of(self.clock())

    def templates(self, school_id: str) -> Sequence[Exercise]:
        """Return what can be copied: all set-ups whose session ended less than two years ago, activated or not."""
        return [entry for entry in self.exercises.of_school(school_id) if self._is_template(entry)]

    def _is_template(self, exercise: Exercise) -> bool:
        return self.today() <= template_until(exercise.session_id, self.calendar)

    def begin(
        self, school_id: str, level: EducationLevel, numbers: Mapping[RespondentGroup, int], copy_of: str | None = None
    ) -> Exercise:
        """Begin a set-up, with the statements of an earlier one of the school if wanted.

        Raise NoSessionRunning, Invalid, ExerciseExists; Unknown when there is nothing to copy.
        """
        exercise = rules.set_up(school_id, level, numbers, self.version, self.calendar, self.today())
        if copy_of is not None:
            earlier = next((entry for entry in self.templates(school_id) if entry.id == copy_of), None)
            if earlier is None:
                raise Unknown
            exercise = self._with_statements_of(earlier, exercise)
        self.exercises.add(exercise)
        return exercise

    def _with_statements_of(self, earlier: Exercise, exercise: Exercise) -> Exercise:
        """Take over what fits: statements that still exist, own texts for groups that take part."""
        catalogue = self.catalogue(exercise.catalogue_version)
        still = [code for code in earlier.optional if code in catalogue.optional_codes]
        exercise = rules.with_optional(exercise, still, catalogue)
        for own in earlier.own:
            if texts := {group: text for group, text in own.texts.items() if group in exercise.groups}:
                exercise = rules.with_own_statement(exercise, own.locale, texts, self.today())
        return exercise

    def get(self, exercise_id: str) -> Exercise:
        """Raise Unknown when there is none."""
        return self.exercises.get(exercise_id)

    def remove(self, exercise_id: str, version: int) -> None:
        """Delete a set-up; raise ExerciseFrozen once it is activated."""
        exercise = self.exercises.get(exercise_id)
        if exercise.state is not State.SET_UP:
            raise ExerciseFrozen
        is_still(exercise, version)
        self.exercises.remove(exercise)

    def change_numbers(self, exercise_id: str, version: int, numbers: Mapping[RespondentGroup, int]) -> Exercise:
        """Change how many of each group take part."""
        before = self._under_way(exercise_id, version)
        return self.exercises.change(before, rules.with_numbers(before, numbers))

    def choose_optional(self, exercise_id: str, version: int, codes: Sequence[str]) -> Exercise:
        """Choose which optional statements are asked, instead of those chosen before."""
        before = self._under_way(exercise_id, version)
        catalogue = self.catalogue(before.catalogue_version)
        return self.exercises.change(before, rules.with_optional(before, codes, catalogue))

    def add_own(
        self, exercise_id: str, version: int, locale: str, texts: Mapping[RespondentGroup, OwnText]
    ) -> Exercise:
        """Add a statement of the school's own."""
        before = self._under_way(exercise_id, version)
        after = rules.with_own_statement(before, self._offered(locale), texts, self.today())
        return self.exercises.change(before, after)

    def change_own(
        self, exercise_id: str, version: int, number: int, locale: str, texts: Mapping[RespondentGroup, OwnText]
    ) -> Exercise:
        """Rewrite an own statement."""
        before = self._under_way(exercise_id, version)
        after = rules.with_changed_own_statement(before, number, self._offered(locale), texts)
        return self.exercises.change(before, after)

    def remove_own(self, exercise_id: str, version: int, number: int) -> Exercise:
        """Delete an own statement."""
        before = self._under_way(exercise_id, version)
        return self.exercises.change(before, rules.without_own_statement(before, number))

    def choose_dates(self, exercise_id: str, version: int, first_day: date, last_day: date) -> Exercise:
        """Choose first and last day."""
        before = self._under_way(exercise_id, version)
        after = rules.with_dates(before, first_day, last_day, self.calendar, self.today())
        return self.exercises.change(before, after)

    def choose_codes(self, exercise_id: str, version: int, groups: Sequence[RespondentGroup]) -> Exercise:
        """Choose the groups that answer with one-time codes, instead of those chosen before."""
        before = self._under_way(exercise_id, version)
        return self.exercises.change(before, rules.with_codes(before, groups))

    def activate(self, exercise_id: str, version: int, confirmed: Informing) -> Exercise:
        """Freeze the set-up and give every group its link.

        Raise Incomplete without dates, Invalid unless people were informed and a council agreed where the school's
        country asks for that.
        """
        before = self._under_way(exercise_id, version)
        links = {group: _new_link() for group in before.groups}
        frozen = rules.activated(before, links, self.calendar, self.today())
        must_agree = self.schools.get(before.school_id).country in self.council_countries
        checked = checked_informing(confirmed, council_must_agree=must_agree, today=self.today())
        after = replace(frozen, informing=checked)
        # Tallies come first: when this is cut off in between, nobody has a link yet and it can be done again.
        self.tallies.open(after)
        try:
            return self.exercises.change(before, after)
        except ChangedMeanwhile:
            # Somebody else activated other dates or numbers: the tallies must fit those, not the ones read here.
            stored = self.exercises.get(exercise_id)
            if stored.state is State.ACTIVATED:
                self.tallies.open(stored)
            raise

    def replace_link(self, exercise_id: str, group: RespondentGroup) -> Exercise:
        """Let a link die at once and give the group another; what was counted stays."""
        before = self.exercises.get(exercise_id)
        return self.exercises.change(before, rules.with_replaced_link(before, group, _new_link()))

    def preview(self, exercise_id: str, group: RespondentGroup) -> str:
        """Sign the right to see a group's questionnaire for an hour; raise Unknown for a group that is not asked."""
        exercise = self.exercises.get(exercise_id)
        if group not in exercise.groups:
            raise Unknown
        now = self.clock()
        token = tokens.new_token(Purpose.PREVIEW, exercise.id, group, now, now + tokens.TIME_TO_PREVIEW)
        return tokens.sign(token, self.keys()[0])

    def participation(self, exercise_id: str) -> Sequence[GroupParticipation]:
        """Count who took part so far.

        Raise Incomplete before dates are chosen, Unknown once the tallies are gone: none left is not «nobody».
        """
        exercise = self.exercises.get(exercise_id)
        if exercise.last_day is None:
            raise Incomplete
        if self.clock() >= self.counted_until(deadlines.closes_at(exercise.last_day)):
            raise Unknown
        submitted: Mapping[RespondentGroup, int] = {}
        if exercise.state is not State.SET_UP:
            submitted = self.tallies.submitted(exercise.id, exercise.groups)
        found = {group: (exercise.numbers[group], submitted.get(group, 0)) for group in exercise.groups}
        if TRAINER in found:
            # Trainers of all companies together, with those whom the school invites itself.
            joined = [entry for entry in self.companies.of_exercise(exercise.id) if entry.link]
            came = sum(self.tallies.submitted_of_company(exercise.id, entry.company_id) for entry in joined)
            invited, own = found[TRAINER]
            found[TRAINER] = (invited + companies_trainers(joined), own + came)
        return [GroupParticipation(group, invited, came) for group, (invited, came) in found.items()]

    def _under_way(self, exercise_id: str, version: int) -> Exercise:
        """Return a set-up that can be changed and still is what the coordinator saw.

        Raise ExerciseFrozen after activation, SessionOver for a set-up that its session outlived, ChangedMeanwhile.
        The version comes last: who is too late is told that, and not to try again.
        """
        exercise = self.exercises.get(exercise_id)
        if exercise.state is not State.SET_UP:
            raise ExerciseFrozen
        if self.phase(exercise) is Phase.GONE:
            raise SessionOver
        is_still(exercise, version)
        return exercise

    def _offered(self, locale: str) -> str:
        if locale not in self.locales:
            raise Invalid.one("locale", "not_offered")
        return locale


def _new_link() -> str:
    return secrets.token_urlsafe(LINK_BYTES)
