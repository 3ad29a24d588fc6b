"""Make certificates of participation for respondents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from selfie.domain import tokens
from selfie.domain.certificate import read_name
from selfie.domain.errors import Unknown
from selfie.domain.tokens import Purpose
from selfie.ports import Clock, Exercises, Schools


@dataclass(frozen=True, slots=True)
class Certificates:
    """What respondents get right after they have sent their answers, and never later."""

    exercises: Exercises
    schools: Schools
    keys: Callable[[], Sequence[bytes]]
    clock: Clock

    def make(self, token: str, name: str, locale: str) -> bytes:
        """Make a certificate of participation as PDF; the name goes into it and nowhere else.

        Raise TokenExpired, TokenInvalid, or Invalid for a name that is too long.
        """
        from selfie_reporting.certificate import Participation, certificate

        thanks = tokens.read(token, Purpose.THANKS, self.keys(), self.clock())
        written = read_name(name)
        exercise = self.exercises.get(thanks.exercise_id)
        if exercise.first_day is None or exercise.last_day is None:
            raise Unknown
        school = self.schools.get(exercise.school_id)
        return certificate(
            Participation(written, school.name, exercise.level, exercise.first_day, exercise.last_day, locale)
        )
