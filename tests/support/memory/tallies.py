"""Open tallies, their copies, what an exercise leaves behind and totals, in dictionaries."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from selfie.adapters import keys
from selfie.domain import deadlines
from selfie.domain.company import Joined
from selfie.domain.copies import Copy, Mark, OpenTally, Place, with_copy
from selfie.domain.errors import (
    AlreadySent,
    CapReached,
    CodeUsed,
    ExerciseClosed,
    Unknown,
)
from selfie.domain.exercise import Exercise
from selfie.domain.school import RespondentGroup
from selfie.domain.submission import Submission
from selfie.domain.tally import Tally, cap, receipt_slot, stale_slot
from selfie.domain.tokens import Token
from selfie.domain.totals import REFUSALS, Totals


@dataclass(slots=True)
class _Counters:
    """What is kept of one group's submissions; ``seen`` holds receipts by slot of the ring, ``slips`` used ones."""

    closes_at: datetime
    cap: int
    submissions: int = 0
    sealed: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    seen: dict[int, set[bytes]] = field(default_factory=dict)
    slips: set[bytes] = field(default_factory=set)
    opening: bytes = field(default_factory=lambda: secrets.token_bytes(8))


class MemoryTallies:
    """Counts of submissions in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        # By exercise, group, and company where one has a tally of its own.
        self._counters: dict[tuple[str, RespondentGroup, str], _Counters] = {}
        self._texts: dict[tuple[str, RespondentGroup], dict[str, str]] = {}

    def open(self, exercise: Exercise) -> None:
        """Make the empty tallies of an exercise that is being activated; doing it twice changes nothing."""
        for group in exercise.groups:
            self._open(exercise, group, "", exercise.numbers[group])

    def open_for_company(self, exercise: Exercise, joined: Joined) -> None:
        """Make the empty tally of a company's trainers; doing it twice changes nothing."""
        self._open(exercise, RespondentGroup.IN_COMPANY_TRAINER, joined.company_id, joined.trainers)

    def _open(self, exercise: Exercise, group: RespondentGroup, company_id: str, invited: int) -> None:
        if exercise.last_day is None:
            raise ValueError("an exercise without dates has no tallies")
        key = (exercise.id, group, company_id)
        with self._lock:
            there = self._counters.get(key)
            if there is None or (there.submissions == 0 and not there.sealed):
                self._counters[key] = _Counters(deadlines.closes_at(exercise.last_day), cap(invited))

    def record(self, token: Token, submission: Submission, now: datetime) -> None:
        """Count one submission exactly once; raise AlreadySent, CodeUsed, ExerciseClosed, CapReached or Unknown."""
        slot, stale = receipt_slot(token.issued_at), stale_slot(token.issued_at, now)
        with self._lock:
            counters = self._of(token.exercise_id, token.group, token.company_id)
            if token.receipt in counters.seen.get(slot, ()):
                raise AlreadySent
            if counters.sealed or now >= counters.closes_at:
                raise ExerciseClosed
            if token.slip in counters.slips:
                raise CodeUsed
            if counters.submissions >= counters.cap:
                raise CapReached
            counters.slips |= {token.slip} if token.slip else set()
            counters.submissions += 1
            for name in submission.counters:
                counters.counts[name] = counters.counts.get(name, 0) + 1
            counters.seen.pop(stale, None)
            counters.seen.setdefault(slot, set()).add(token.receipt)
            texts = self._texts.setdefault((token.exercise_id, token.group), {})
            for question, text in submission.open_texts.items():
                key = keys.open_text(token.exercise_id, token.group, token.receipt, question)
                texts[key["SK"]["S"]] = text

    def is_used(self, exercise_id: str, group: RespondentGroup, slip: bytes) -> bool:
        """Tell whether a submission with this slip was counted; none was where there is no tally."""
        with self._lock:
            counters = self._counters.get((exercise_id, group, ""))
            return counters is not None and slip in counters.slips

    def submitted(self, exercise_id: str, groups: Sequence[RespondentGroup]) -> Mapping[RespondentGroup, int]:
        """Read how many submissions came in; none where there is no tally."""
        with self._lock:
            tallies = {group: self._counters.get((exercise_id, group, "")) for group in groups}
            return {group: counters.submissions if counters else 0 for group, counters in tallies.items()}

    def submitted_of_company(self, exercise_id: str, company_id: str) -> int:
        """Read how many of a company's trainers submitted; none where there is no tally."""
        with self._lock:
            counters = self._counters.get((exercise_id, RespondentGroup.IN_COMPANY_TRAINER, company_id))
            return counters.submissions if counters else 0

    def seal(self, exercise_id: str, group: RespondentGroup, company_id: str = "") -> Tally:
        """Let nothing more be counted and return the final counts; raise Unknown where there is no tally."""
        with self._lock:
            counters = self._of(exercise_id, group, company_id)
            counters.sealed = True
            return Tally(group, counters.submissions, dict(counters.counts))

    def open_texts(self, exercise_id: str, group: RespondentGroup) -> Sequence[str]:
        """Return the open answers of accepted submissions, in no order that tells anything."""
        with self._lock:
            return tuple(text for _, text in sorted(self._texts.get((exercise_id, group), {}).items()))

    def read(self, exercise_id: str, place: Place) -> OpenTally | None:
        """Return a tally as it is now."""
        with self._lock:
            there = self._counters.get((exercise_id, place.group, place.company_id))
            if there is None:
                return None
            tally = Tally(place.group, there.submissions, dict(there.counts))
            return OpenTally(there.opening, tally, frozenset(there.slips), there.sealed)

    def restore(self, exercise: Exercise, place: Place, invited: int, copy: Copy | None) -> bool:
        """Make a tally that is not there, with what is in a copy; add it to one that was made anew after a loss."""
        before = self.read(exercise.id, place)
        if before and (copy is None or before.sealed or before.opening == copy.opening):
            return False
        if before is None:
            self._open(exercise, place.group, place.company_id, invited)
        with self._lock:
            there = self._counters[exercise.id, place.group, place.company_id]
            if copy:
                nothing = OpenTally(b"", Tally(place.group, there.submissions, there.counts), frozenset(there.slips))
                after = with_copy(nothing, copy)
                there.opening, there.submissions = after.opening, after.tally.submissions
                there.counts, there.slips = dict(after.tally.counts), set(after.slips)
        return True

    def lose(self) -> None:
        """Lose everything that was counted and written, as when a table is gone."""
        with self._lock:
            self._counters.clear()
            self._texts.clear()

    def _of(self, exercise_id: str, group: RespondentGroup, company_id: str) -> _Counters:
        if (exercise_id, group, company_id) not in self._counters:
            raise Unknown
        return self._counters[exercise_id, group, company_id]


class MemoryCopies:
    """Copies of open tallies in a dictionary; those of a destroyed key are gone at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._marks: dict[str, dict[Place, Mark]] = {}
        self._copies: dict[tuple[str, Place], Copy] = {}
        self._destroyed: set[str] = set()

    def marks(self, exercise_id: str) -> Mapping[Place, Mark]:
        """Return what is remembered of the last copies."""
        with self._lock:
            return dict(self._marks.get(exercise_id, {}))

    def keep(self, exercise_id: str, place: Place, copy: Copy, last: Mark | None, closes_at: datetime) -> bool:
        """Keep a copy instead of the one before; False when another one was taken meanwhile or the key is destroyed."""
        with self._lock:
            marks = self._marks.setdefault(exercise_id, {})
            if exercise_id in self._destroyed or marks.get(place) != last:
                return False
            marks[place] = Mark(copy.opening, copy.tally.submissions)
            self._copies[exercise_id, place] = copy
        return True

    def find(self, exercise_id: str, place: Place) -> Copy | None:
        """Return the copy of a tally; None when there is none that can be read."""
        with self._lock:
            return self._copies.get((exercise_id, place))

    def destroy(self, exercise_id: str, closes_at: datetime) -> None:
        """Destroy an exercise's key for ever, then delete the copies."""
        with self._lock:
            self._destroyed.add(exercise_id)
            self._marks.pop(exercise_id, None)
            for key in [key for key in self._copies if key[0] == exercise_id]:
                del self._copies[key]


class MemoryLeftovers:
    """What should have been deleted: ``left`` has how many items by exercise, ``planted`` the days of those planted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.left: dict[str, int] = {}
        self.planted: set[date] = set()

    def delete_counts(self, exercise_id: str, company_ids: Sequence[str]) -> int:
        """Delete what is left of an exercise's counts; return how many items that were."""
        with self._lock:
            return self.left.pop(exercise_id, 0)

    def plant(self, day: date, expires_at: datetime) -> None:
        """Put an item of a day that is to be deleted by itself."""
        with self._lock:
            self.planted.add(day)

    def outlived(self, planted_on: date) -> int:
        """Say in how many tables the item of a day is still there."""
        with self._lock:
            return planted_on in self.planted


class MemoryTotals:
    """Totals in a counter."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: Counter[str] = Counter()

    def add_exercise(self, submissions: int) -> None:
        """Count a closed exercise and what came in."""
        with self._lock:
            self._counted.update({"exercises": 1, "submissions": submissions})

    def add_refusal(self, code: str) -> None:
        """Count a submission that was refused."""
        with self._lock:
            self._counted[code] += 1

    def take(self, fewest: int) -> Totals | None:
        """Return the totals and begin anew; None, and nothing changes, while they are of too few exercises."""
        with self._lock:
            if self._counted["exercises"] < fewest:
                return None
            taken, self._counted = self._counted, Counter()
        refused = {refusal.code: taken[refusal.code] for refusal in REFUSALS}
        return Totals(taken["exercises"], taken["submissions"], refused)
