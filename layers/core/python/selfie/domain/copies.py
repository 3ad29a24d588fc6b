"""Copies of tallies that are being counted, kept against the loss of the counts; no two of them show one person.

A copy is taken only when many have submitted since the last one, and encrypted under a key of its exercise that is
destroyed before results are published: docs/adr/0018 says what that stops.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from selfie.domain.school import RespondentGroup
from selfie.domain.tally import Tally
from selfie.domain.tokens import TIME_TO_ANSWER

# So many of a group are in every difference of two copies, and in the first one.
FEWEST_NEW: Final = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Which tally of an exercise: that of a group, or of the trainers of one company."""

    group: RespondentGroup
    company_id: str = ""


@dataclass(frozen=True, slots=True)
class OpenTally:
    """A tally as it is at a moment.

    ``opening`` is random and given when the tally is made, so that one that was lost and made anew is told from the
    one before. ``slips`` are the marks of used one-time codes.
    """

    opening: bytes
    tally: Tally
    slips: frozenset[bytes]
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of the last copy: of which tally it was, and how many submissions were in it."""

    opening: bytes
    submissions: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A tally as it was when it was copied; receipts are not among what is copied."""

    opening: bytes
    tally: Tally
    slips: frozenset[bytes]
    taken_at: datetime


def is_lost(there: OpenTally | None, last: Mark | None) -> bool:
    """Tell whether a tally that should be there is not, or is another one than was copied."""
    return there is None or (last is not None and there.opening != last.opening)


def may_be_copied(there: OpenTally, last: Mark | None) -> bool:
    """Tell whether enough have submitted since the last copy."""
    before = last.submissions if last else 0
    return not there.sealed and there.tally.submissions - before >= FEWEST_NEW


def may_be_restored(copy: Copy, now: datetime) -> bool:
    """Tell whether nobody's submission that is in a copy can be sent once more.

    Its receipt is not in the copy, and its token lives two hours: then it would count twice.
    """
    return now >= copy.taken_at + TIME_TO_ANSWER


def with_copy(there: OpenTally, copy: Copy) -> OpenTally:
    """Add what was lost to a tally that was made anew, which from now on is the one that was copied."""
    return OpenTally(
        copy.opening,
        Tally(
            there.tally.group,
            there.tally.submissions + copy.tally.submissions,
            _added(there.tally.counts, copy.tally.counts),
        ),
        there.slips | copy.slips,
        there.sealed,
    )


def _added(some: Mapping[str, int], others: Mapping[str, int]) -> Mapping[str, int]:
    return {name: some.get(name, 0) + others.get(name, 0) for name in {**some, **others}}
