"""Sessions: the three stretches of a school year in which exercises can be set up and answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

# A school year has three sessions (guide, «Set-up of a SELFIE exercise»).
NUMBERS = (1, 2, 3)


@dataclass(frozen=True, slots=True, order=True)
class Session:
    """One session; both days belong to it. ``school_year`` is the year in which the school year begins."""

    first_day: date
    last_day: date
    school_year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse a session that ends before it starts or has an impossible number."""
        if self.last_day < self.first_day:
            raise ValueError("a session cannot end before it starts")
        if self.number not in NUMBERS:
            raise ValueError("a school year has sessions 1, 2 and 3")

    @property
    def id(self) -> str:
        """Name the session in keys and addresses, as in ``2026-1``."""
        return f"{self.school_year}-{self.number}"

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in the session."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Calendar:
    """The sessions of a deployment in order; days between two of them belong to none."""

    sessions: tuple[Session, ...]

    @classmethod
    def of(cls, sessions: Iterable[Session]) -> "Calendar":
        """Order sessions; raise ValueError when two overlap or share an id."""
        ordered = tuple(sorted(sessions))
        for earlier, later in pairwise(ordered):
            if later.first_day <= earlier.last_day:
                raise ValueError(f"sessions {earlier.id} and {later.id} overlap")
        if len({session.id for session in ordered}) != len(ordered):
            raise ValueError("two sessions have the same id")
        return cls(ordered)

    def current(self, day: date) -> Session | None:
        """Return the session that holds a day."""
        return next((session for session in self.sessions if session.holds(day)), None)

    def next_after(self, day: date) -> Session | None:
        """Return the first session that starts after a day."""
        return next((session for session in self.sessions if session.first_day > day), None)

    def by_id(self, session_id: str) -> Session | None:
        """Find a session by its id."""
        return next((session for session in self.sessions if session.id == session_id), None)
