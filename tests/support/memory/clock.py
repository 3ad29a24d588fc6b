"""A clock for tests."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class StoppedClock:
    """A clock that shows one instant until it is set to another."""

    instant: datetime

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.instant
