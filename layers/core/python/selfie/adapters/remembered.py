"""Exercises and schools for respondents' requests, which read the same ones many times a minute."""

import time
from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.domain.exercise import Exercise, State
from selfie.domain.school import School

REMEMBERED_SECONDS: Final = 60
# A few kilobytes each.
MOST_REMEMBERED: Final = 500

Timer = Callable[[], float]
T = TypeVar("T")


class RememberedExercises(DynamoExercises):
    """Exercises of which one that is running may be a minute old.

    From activation on nothing in it changes but its links, which ``find_link`` reads afresh, and its state, which the
    tally knows.
    """

    def __init__(self, client: Any, table: str, timer: Timer = time.monotonic) -> None:
        super().__init__(client, table)
        self._running: _Remembered[Exercise] = _Remembered(timer)

    def get(self, exercise_id: str) -> Exercise:
        """Raise Unknown when there is none."""
        exercise = self._running.get(exercise_id)
        if exercise is None:
            exercise = super().get(exercise_id)
            # A preview shows every change of a set-up.
            if exercise.state is not State.SET_UP:
                self._running.put(exercise_id, exercise)
        return exercise


class RememberedSchools(DynamoSchools):
    """Schools of which each may be a minute old."""

    def __init__(self, client: Any, table: str, timer: Timer = time.monotonic) -> None:
        super().__init__(client, table)
        self._known: _Remembered[School] = _Remembered(timer)

    def get(self, school_id: str) -> School:
        """Raise Unknown when there is none."""
        school = self._known.get(school_id)
        if school is None:
            school = super().get(school_id)
            self._known.put(school_id, school)
        return school


class _Remembered(Generic[T]):
    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._entries: dict[str, tuple[float, T]] = {}

    def get(self, key: str) -> T | None:
        read_at, value = self._entries.get(key, (0.0, None))
        return value if value is not None and self._timer() - read_at < REMEMBERED_SECONDS else None

    def put(self, key: str, value: T) -> None:
        if len(self._entries) >= MOST_REMEMBERED:
            self._entries.clear()
        self._entries[key] = (self._timer(), value)
