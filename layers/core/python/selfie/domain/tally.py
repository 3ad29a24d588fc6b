"""Tallies: the counts of one exercise and group, all that is kept of submissions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from selfie.domain.school import RespondentGroup

# Receipts are kept in one set per hour of issue, in a ring. A token lives two hours, so in hour h tokens of hours
# h-2, h-1 and h are alive and the slot that hour h+1 will use can be emptied.
RING: Final = 4


@dataclass(frozen=True, slots=True)
class Tally:
    """``counts`` by counter name (see ``submission.counter``); absent means zero."""

    group: RespondentGroup
    submissions: int
    counts: Mapping[str, int]


def cap(invited: int) -> int:
    """Return the most submissions a group may send: the invited and 10 % more, at least 5 more."""
    return invited + max(5, invited // 10)


def receipt_slot(issued_at: datetime) -> int:
    """Name the slot of the ring that holds a receipt of this instant."""
    return int(issued_at.timestamp()) // 3600 % RING


def stale_slot(issued_at: datetime, now: datetime) -> int:
    """Name the slot whose receipts are all too old to come back.

    The later of both instants counts: two machines' clocks differ, and a slot must never be filled and emptied at once.
    """
    return (receipt_slot(max(issued_at, now)) + 1) % RING


def pooled(group: RespondentGroup, *tallies: Tally) -> Tally:
    """Add tallies up under one name."""
    counts: dict[str, int] = {}
    for tally in tallies:
        for name, count in tally.counts.items():
            counts[name] = counts.get(name, 0) + count
    return Tally(group, sum(tally.submissions for tally in tallies), counts)
