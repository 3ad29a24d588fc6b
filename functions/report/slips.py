"""Print one-time codes on slips of paper: made anew for every sheet, the same ones each time, and stored nowhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from selfie.domain import codes, deadlines
from selfie.domain.errors import ExerciseClosed, Unknown
from selfie.domain.school import RespondentGroup
from selfie.domain.tally import cap
from selfie.i18n import first_offered
from selfie.ports import Clock, Exercises, Schools


@dataclass(frozen=True, slots=True)
class SlipPrinting:
    """What a coordinator prints; ``keys`` returns the signing keys, newest first."""

    exercises: Exercises
    schools: Schools
    keys: Callable[[], Sequence[bytes]]
    locales: Sequence[str]
    site_url: str
    clock: Clock

    def sheet(self, exercise_id: str, group: RespondentGroup, number: int, locale: str | None) -> bytes:
        """Make a sheet of a group's slips as PDF, counted from 1; there are as many slips as can be counted.

        Raise Unknown for a group without codes and for a sheet that there is not, ExerciseClosed afterwards.
        """
        from selfie_reporting.slips import Slips, slips_sheet

        exercise = self.exercises.get(exercise_id)
        link = (exercise.links or {}).get(group)
        if link is None or group not in exercise.coded or exercise.last_day is None:
            raise Unknown
        if self.clock() >= deadlines.closes_at(exercise.last_day):
            raise ExerciseClosed
        first = (number - 1) * codes.SLIPS_ON_SHEET
        slips = range(cap(exercise.numbers[group]))
        if first not in slips:
            raise Unknown
        school, key = self.schools.get(exercise.school_id), self.keys()[0]
        return slips_sheet(
            Slips(
                school=school.name,
                group=group,
                link=f"{self.site_url}/s/{link}",
                last_day=exercise.last_day,
                codes=[codes.code(slip, link, key) for slip in slips[first : first + codes.SLIPS_ON_SHEET]],
                locale=first_offered(self.locales, locale, school.locale),
            )
        )
