"""What a night deletes because its time is over, and how it sees that DynamoDB deletes what has expired."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from selfie.domain import deadlines
from selfie.domain.errors import ChangedMeanwhile, Unknown
from selfie.domain.retention import COUNTS_KEPT, DELETED_WITHIN, template_until
from selfie.domain.session import Calendar
from selfie.ports import Clock, Companies, KeptExercises, Leftovers

# An item that is planted for a day is looked for on so many nights; the first is when it must be gone.
_LOOKED_FOR: Final = 5
_PLANTED_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a night deleted; ``overdue`` counts items that should have been gone by themselves."""

    set_ups: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Deletions:
    """What is done every night."""

    exercises: KeptExercises
    companies: Companies
    leftovers: Leftovers
    calendar: Calendar
    clock: Clock

    def delete_overdue(self) -> Deleted:
        """Delete set-ups of more than two years ago and counts that outlived their time."""
        set_ups = self._delete_set_ups()
        overdue = self._delete_counts() + self._outlived()
        now = self.clock()
        self.leftovers.plant(deadlines.day_of(now), now + _PLANTED_FOR)
        return Deleted(set_ups, overdue)

    def _delete_set_ups(self) -> int:
        """Delete set-ups that were never activated and can be copied no more; companies leave them before."""
        today, deleted = deadlines.day_of(self.clock()), 0
        for exercise_id in self.exercises.set_ups_until(today.year - 2):
            try:
                exercise = self.exercises.get(exercise_id)
                if today <= template_until(exercise.session_id, self.calendar):
                    continue
                for joined in self.companies.of_exercise(exercise_id):
                    self.companies.remove(joined)
                self.exercises.remove(exercise)
            except (ChangedMeanwhile, Unknown):
                continue  # the next night looks again
            deleted += 1
        return deleted

    def _delete_counts(self) -> int:
        last_day = deadlines.day_of(self.clock() - COUNTS_KEPT - DELETED_WITHIN) - timedelta(days=1)
        deleted = 0
        for exercise_id in self.exercises.counted_until(last_day):
            companies = [joined.company_id for joined in self.companies.of_exercise(exercise_id)]
            deleted += self.leftovers.delete_counts(exercise_id, companies)
            self.exercises.nothing_counted_left(exercise_id)
        return deleted

    def _outlived(self) -> int:
        newest = deadlines.day_of(self.clock() - _PLANTED_FOR - DELETED_WITHIN)
        return sum(self.leftovers.outlived(newest - timedelta(days=days)) for days in range(_LOOKED_FOR))
