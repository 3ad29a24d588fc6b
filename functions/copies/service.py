"""Copy tallies that are being counted, and restore them when the counts are lost (docs/adr/0018)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from selfie.domain import deadlines
from selfie.domain.copies import Copy, Mark, Place, is_lost, may_be_copied, may_be_restored
from selfie.domain.exercise import Exercise
from selfie.domain.school import RespondentGroup
from selfie.domain.tally import Tally
from selfie.ports import Clock, Companies, Copies, Exercises, OpenTallies

# An exercise lies inside one session, so none that is activated ends later.
LONGEST_SESSION: Final = timedelta(days=366)
TRAINER: Final = RespondentGroup.IN_COMPANY_TRAINER


@dataclass(frozen=True, slots=True)
class Done:
    """What was done with an exercise's tallies: ``written``, and ``left`` undone.

    A copying leaves those that are lost, a restoring those that were copied less than two hours ago.
    """

    written: int = 0
    left: int = 0

    def __add__(self, other: "Done") -> "Done":
        """Add up what was done with several."""
        return Done(self.written + other.written, self.left + other.left)


@dataclass(frozen=True, slots=True)
class TallyCopying:
    """What is done with the tallies of all exercises that are activated and not closed."""

    exercises: Exercises
    companies: Companies
    tallies: OpenTallies
    copies: Copies
    clock: Clock

    def activated(self) -> Sequence[str]:
        """Return the ids of all exercises that are activated and not closed."""
        return self.exercises.due(self.clock() + LONGEST_SESSION)

    def copy(self, exercise_id: str) -> Done:
        """Copy each tally that enough of a group have submitted to since its last copy."""
        exercise = self.exercises.get(exercise_id)
        closes_at = deadlines.closes_at(exercise.last_day) if exercise.last_day else self.clock()
        if self.clock() >= closes_at:
            return Done()  # the closing is late
        marks, copied, lost = self.copies.marks(exercise_id), 0, 0
        for place, _ in self._places(exercise):
            there, last = self.tallies.read(exercise_id, place), marks.get(place)
            if there is None or is_lost(there, last):
                lost += 1
            elif may_be_copied(there, last):
                taken = Copy(there.opening, there.tally, there.slips, self.clock())
                copied += self.copies.keep(exercise_id, place, taken, last, closes_at)
        return Done(copied, lost)

    def restore(self, exercise_id: str) -> Done:
        """Make every tally again that is not there, with what is in its copy; doing it again changes nothing.

        One of which there is no copy is made empty, so that its group can answer and the exercise can be closed.
        """
        exercise, marks, restored, waiting = self.exercises.get(exercise_id), self.copies.marks(exercise_id), 0, 0
        for place, invited in self._places(exercise):
            last = marks.get(place)
            if not is_lost(self.tallies.read(exercise_id, place), last):
                continue
            copy = self.copies.find(exercise_id, place)
            if copy and not may_be_restored(copy, self.clock()):
                waiting += 1
            else:
                restored += self.tallies.restore(
                    exercise, place, invited, copy or _nothing_of(place, last, self.clock())
                )
        return Done(restored, waiting)

    def _places(self, exercise: Exercise) -> Iterator[tuple[Place, int]]:
        """Yield every tally that an exercise should have, with how many are invited to it."""
        for group in exercise.groups:
            yield Place(group), exercise.numbers[group]
        if TRAINER in exercise.groups:
            for joined in self.companies.of_exercise(exercise.id):
                if joined.link:
                    yield Place(TRAINER, joined.company_id), joined.trainers


def _nothing_of(place: Place, last: Mark | None, now: datetime) -> Copy | None:
    """Stand in for a copy that is not there although one was marked: what is made is the tally that was copied."""
    return Copy(last.opening, Tally(place.group, 0, {}), frozenset(), now) if last else None
