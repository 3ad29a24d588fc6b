"""Companies in a school's exercise: the school hands out codes, companies join with them and invite their trainers.

The number that the school gives counts the trainers whom it invites itself; those of a company come on top once it has
its link. The school sees the trainers of all of them together.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from selfie.domain import company as rules
from selfie.domain.company import Joined
from selfie.domain.errors import AlreadyJoined, LinkInUse, NotYetActivated, TooManyCompanies, Unknown
from selfie.domain.exercise import Exercise, Phase, State
from selfie.domain.school import School
from selfie.domain.session import Calendar
from selfie.ports import Clock, Companies, Exercises, Schools, Tallies

# A participation link is the right to answer: nobody guesses 128 random bits.
LINK_BYTES: Final = 16
# Each is closed in the same night as its exercise.
MOST_COMPANIES: Final = 100


@dataclass(frozen=True, slots=True)
class CompanyListing:
    """A company in one exercise; ``exercise`` and ``phase`` are None when the school has withdrawn it."""

    joined: Joined
    school: School
    exercise: Exercise | None
    phase: Phase | None
    submitted: int


@dataclass(frozen=True, slots=True)
class Training:
    """What schools and companies do with each other."""

    exercises: Exercises
    companies: Companies
    tallies: Tallies
    schools: Schools
    calendar: Calendar
    clock: Clock

    # Schools

    def offer_code(self, exercise_id: str) -> str:
        """Make a code with which one company can join; it is shown once and stored as a hash.

        Raise Unknown without trainers, ExerciseClosed, SessionOver, TooManyCompanies.
        """
        exercise = self.exercises.get(exercise_id)
        session, now = self.calendar.by_id(exercise.session_id), self.clock()
        rules.check_joinable(exercise, session, now)
        if len(self.companies.of_exercise(exercise_id)) >= MOST_COMPANIES:
            raise TooManyCompanies
        code = rules.new_code()
        self.companies.offer(code, exercise_id, rules.code_expires_at(exercise, session, now))
        return code

    def joined(self, exercise_id: str) -> Sequence[tuple[School, Joined]]:
        """Return the companies of an exercise, by name."""
        self.exercises.get(exercise_id)
        found = [(self.schools.get(entry.company_id), entry) for entry in self.companies.of_exercise(exercise_id)]
        return sorted(found, key=lambda entry: entry[0].name)

    # Companies

    def listed(self, company_id: str) -> Sequence[CompanyListing]:
        """Return all exercises that a company has joined, newest session first."""
        found = [self._listed(joined) for joined in self.companies.of_company(company_id)]
        return sorted(found, key=lambda entry: entry.joined.exercise_id.split("-", 1)[1], reverse=True)

    def join(self, company_id: str, code: str, trainers: int) -> CompanyListing:
        """Use a code up.

        Raise Invalid for a code that is none or a number out of bounds, Unknown for one that does not work (any more),
        AlreadyJoined, ExerciseClosed, SessionOver; what is refused leaves the code unused.
        """
        read, now = rules.read_code(code), self.clock()
        invited = rules.checked_trainers(trainers)
        exercise_id = self.companies.find_code(read, now)
        exercise = self.exercises.get(exercise_id)
        rules.check_joinable(exercise, self.calendar.by_id(exercise.session_id), now)
        joined = Joined(exercise_id, company_id, invited)
        if not self.companies.join(read, joined):
            self.companies.get(exercise_id, company_id)  # raises Unknown: somebody else used the code
            raise AlreadyJoined
        return self._listed(joined)

    def change_trainers(self, company_id: str, exercise_id: str, trainers: int) -> CompanyListing:
        """Change how many trainers are invited, until there is a link; raise LinkInUse, Invalid, Unknown."""
        before = self._without_link(company_id, exercise_id)
        after = replace(before, trainers=rules.checked_trainers(trainers))
        self.companies.change(before, after, self.exercises.get(exercise_id))
        return self._listed(after)

    def leave(self, company_id: str, exercise_id: str) -> None:
        """Leave an exercise, until there is a link; raise LinkInUse: what was counted cannot be taken out again."""
        before = self.companies.get(exercise_id, company_id)
        if before.link and self._listed(before).exercise is not None:
            raise LinkInUse
        self.companies.remove(before)

    def new_link(self, company_id: str, exercise_id: str) -> CompanyListing:
        """Give the trainers their link, or another one: the one before dies at once, what was counted stays.

        Raise NotYetActivated before the school has activated its links, ExerciseClosed once it is over, Unknown when
        it asks no trainers.
        """
        before = self.companies.get(exercise_id, company_id)
        exercise = self.exercises.get(exercise_id)
        if exercise.state is State.SET_UP:
            raise NotYetActivated
        rules.check_joinable(exercise, self.calendar.by_id(exercise.session_id), self.clock())
        after = replace(before, link=secrets.token_urlsafe(LINK_BYTES))
        # The tally comes first: when this is cut off in between, nobody has a link yet and it can be done again.
        self.tallies.open_for_company(exercise, after)
        self.companies.change(before, after, exercise)
        return self._listed(after)

    def _without_link(self, company_id: str, exercise_id: str) -> Joined:
        joined = self.companies.get(exercise_id, company_id)
        if joined.link:
            raise LinkInUse
        return joined

    def _listed(self, joined: Joined) -> CompanyListing:
        school_id = joined.exercise_id.split("-", 1)[0]
        school = self.schools.get(school_id)
        try:
            exercise = self.exercises.get(joined.exercise_id)
        except Unknown:
            return CompanyListing(joined, school, None, None, 0)
        phase = exercise.phase(self.clock(), self.calendar.by_id(exercise.session_id))
        submitted = self.tallies.submitted_of_company(exercise.id, joined.company_id) if joined.link else 0
        return CompanyListing(joined, school, exercise, phase, submitted)
