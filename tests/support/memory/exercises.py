"""Exercises, companies in them, lists of what is due and what the first page counts, in dictionaries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from threading import Lock

from selfie.adapters.order import newest_first
from selfie.domain import deadlines
from selfie.domain.company import Joined
from selfie.domain.errors import ChangedMeanwhile, ExerciseExists, Unknown
from selfie.domain.exercise import Addressees, Exercise, State
from selfie.domain.public_counts import PublicCounts
from selfie.domain.school import RespondentGroup
from selfie.ports import StoredList


class MemoryExercises:
    """Exercises and their links in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._exercises: dict[str, Exercise] = {}
        self._links: dict[str, Addressees] = {}
        self._uncounted: set[str] = set()

    def get(self, exercise_id: str) -> Exercise:
        """Raise Unknown when there is none."""
        with self._lock:
            if exercise_id not in self._exercises:
                raise Unknown
            return self._exercises[exercise_id]

    def of_school(self, school_id: str) -> Sequence[Exercise]:
        """Return all of a school's, newest session first, levels in order."""
        with self._lock:
            return newest_first(entry for entry in self._exercises.values() if entry.school_id == school_id)

    def add(self, exercise: Exercise) -> None:
        """Raise ExerciseExists when the id is taken."""
        with self._lock:
            if exercise.id in self._exercises:
                raise ExerciseExists
            self._exercises[exercise.id] = exercise
            self._replace_links({}, exercise)

    def change(self, before: Exercise, after: Exercise) -> Exercise:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        stored = replace(after, version=before.version + 1)
        with self._lock:
            self._check_version(before)
            self._exercises[stored.id] = stored
            self._replace_links(before.links or {}, stored)
        return stored

    def remove(self, exercise: Exercise) -> None:
        """Delete a set-up; raise ChangedMeanwhile when the stored version is another."""
        with self._lock:
            self._check_version(exercise)
            del self._exercises[exercise.id]

    def find_link(self, link: str) -> Addressees:
        """Return whom a participation link is for; raise Unknown."""
        with self._lock:
            if link not in self._links:
                raise Unknown
            return self._links[link]

    def due(self, now: datetime) -> Sequence[str]:
        """Return the ids of activated exercises whose deadline has passed, however long ago, oldest first."""
        with self._lock:
            passed: list[tuple[date, str]] = [
                (entry.last_day, entry.id)
                for entry in self._exercises.values()
                if entry.state is State.ACTIVATED and entry.last_day and deadlines.closes_at(entry.last_day) <= now
            ]
        return tuple(exercise_id for _, exercise_id in sorted(passed))

    def set_ups_until(self, school_year: int) -> Sequence[str]:
        """Return the ids of set-ups of this school year or an earlier one that were never activated, oldest first."""
        with self._lock:
            found = [(e.session_id, e.id) for e in self._exercises.values() if e.state is State.SET_UP]
        return [of for session, of in sorted(found) if int(session.partition("-")[0]) <= school_year]

    def counted_until(self, last_day: date) -> Sequence[str]:
        """Return the ids of closed exercises that ended on this day or earlier and may have counts left."""
        with self._lock:
            found = [(e.last_day, e.id) for e in self._exercises.values() if e.state is State.CLOSED and e.last_day]
        return [of for ended, of in sorted(found) if ended <= last_day and of not in self._uncounted]

    def nothing_counted_left(self, exercise_id: str) -> None:
        """Note that nothing that was counted is left of a closed exercise."""
        with self._lock:
            self._uncounted.add(exercise_id)

    def _check_version(self, exercise: Exercise) -> None:
        stored = self._exercises.get(exercise.id)
        if stored is None or stored.version != exercise.version:
            raise ChangedMeanwhile

    def _replace_links(self, gone: Mapping[RespondentGroup, str], exercise: Exercise) -> None:
        for link in gone.values():
            self._links.pop(link, None)
        for group, link in (exercise.links or {}).items():
            self._links[link] = Addressees(exercise.id, group)

    def replace_company_link(self, before: Joined, after: Joined) -> None:
        """Let a company's link answer instead of the one before; ``MemoryCompanies`` asks for it."""
        with self._lock:
            self._links.pop(before.link, None)
            self._links[after.link] = Addressees(
                after.exercise_id, RespondentGroup.IN_COMPANY_TRAINER, after.company_id
            )


class MemoryCompanies:
    """Companies in exercises in dictionaries; their links lie with the others."""

    def __init__(self, exercises: MemoryExercises) -> None:
        self._lock = Lock()
        self._exercises = exercises
        self._codes: dict[str, tuple[str, datetime]] = {}
        self._joined: dict[tuple[str, str], Joined] = {}

    def offer(self, code: str, exercise_id: str, expires_at: datetime) -> None:
        """Keep a new code."""
        with self._lock:
            self._codes[code] = (exercise_id, expires_at)

    def find_code(self, code: str, now: datetime) -> str:
        """Return the exercise of a code and leave it; raise Unknown when it does not work (any more)."""
        with self._lock:
            exercise_id, expires_at = self._codes.get(code, ("", now))
        if now >= expires_at:
            raise Unknown
        return exercise_id

    def join(self, code: str, joined: Joined) -> bool:
        """Use a code up; False when it was used meanwhile, or when the company is in the exercise already."""
        with self._lock:
            if code not in self._codes or (joined.exercise_id, joined.company_id) in self._joined:
                return False
            del self._codes[code]
            self._joined[joined.exercise_id, joined.company_id] = joined
        return True

    def get(self, exercise_id: str, company_id: str) -> Joined:
        """Raise Unknown when the company is not in the exercise."""
        with self._lock:
            if (exercise_id, company_id) not in self._joined:
                raise Unknown
            return self._joined[exercise_id, company_id]

    def of_exercise(self, exercise_id: str) -> Sequence[Joined]:
        """Return the companies of an exercise."""
        with self._lock:
            return tuple(entry for (of, _), entry in sorted(self._joined.items()) if of == exercise_id)

    def of_company(self, company_id: str) -> Sequence[Joined]:
        """Return a company in all its exercises."""
        with self._lock:
            return tuple(entry for (_, of), entry in sorted(self._joined.items()) if of == company_id)

    def change(self, before: Joined, after: Joined, exercise: Exercise) -> None:
        """Store a change; a link that is new begins to answer, the one before dies. Raise ChangedMeanwhile."""
        with self._lock:
            self._check(before)
            self._joined[after.exercise_id, after.company_id] = after
        if after.link != before.link:
            self._exercises.replace_company_link(before, after)

    def remove(self, joined: Joined) -> None:
        """Let a company leave; raise ChangedMeanwhile when it is not as it was."""
        with self._lock:
            self._check(joined)
            del self._joined[joined.exercise_id, joined.company_id]

    def _check(self, before: Joined) -> None:
        if self._joined.get((before.exercise_id, before.company_id)) != before:
            raise ChangedMeanwhile


class MemoryDueLists:
    """Lists in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, Sequence[Sequence[str]]] = {}

    def put(self, parts: Sequence[Sequence[str]]) -> StoredList:
        """Keep a list of parts, each a list of exercises."""
        key = f"due/{len(self.kept)}.json"
        self.kept[key] = parts
        return StoredList("memory", key)


class MemoryPublicCounters:
    """Counters in the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sums = PublicCounts()

    def add(self, change: PublicCounts) -> None:
        """Add to the counters; a change that is negative takes away."""
        with self._lock:
            countries = Counter(self._sums.countries)
            countries.update(change.countries)
            schools, people = self._sums.schools + change.schools, self._sums.people + change.people
            self._sums = PublicCounts(schools, people, dict(countries))

    def read(self) -> PublicCounts:
        """Return the sums; all nothing before anything was counted."""
        return self._sums
