"""See what should have happened by now, and put right what a school could not."""

from collections.abc import Sequence
from dataclasses import dataclass

from selfie.domain.totals import FEWEST_EXERCISES, Totals
from selfie.ports import Clock, Documents, Exercises, TotalsOfNights


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch found: exercises that should be closed, reports that should be made, and totals to publish."""

    overdue: Sequence[str]
    stuck: Sequence[tuple[str, str]]
    totals: Totals | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks every hour."""

    exercises: Exercises
    documents: Documents
    totals: TotalsOfNights
    clock: Clock

    def look(self) -> Seen:
        """Find what is late; a report whose building died is given up, so that its school can ask for it again."""
        now = self.clock()
        stuck = [
            (exercise_id, locale)
            for exercise_id, locale in self.documents.overdue(now)
            if self.documents.give_up(exercise_id, locale)
        ]
        return Seen(self.exercises.due(now), stuck, self.totals.take(FEWEST_EXERCISES))
