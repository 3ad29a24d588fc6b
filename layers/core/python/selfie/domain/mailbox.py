"""Whether e-mails arrive at a school's address, and what follows from it when they do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

# So many in a row may come back for the time being, as from a full mailbox, before a school is told.
MOST_MISSES: Final = 3


class Outcome(StrEnum):
    """What became of an e-mail."""

    DELIVERED = "delivered"
    # The address does not exist, or takes nothing from us.
    BOUNCED = "bounced"
    # The mailbox is full, or its server could not be reached.
    MISSED = "missed"
    # Somebody there called it unwanted.
    UNWANTED = "unwanted"


class Trouble(StrEnum):
    """What is wrong with an address."""

    BOUNCED = "bounced"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True)
class Troubled:
    """An address at which e-mails do not arrive, or are not wanted, and since when."""

    email: str
    trouble: Trouble
    since: date


def wanted_at(emails: Sequence[str], troubles: Mapping[str, Troubled]) -> tuple[str, ...]:
    """Leave out addresses that called an e-mail unwanted: they get only what somebody there or the school asks for.

    Where mail bounces, the next one shows whether it still does.
    """
    return tuple(email for email in emails if email not in troubles or troubles[email].trouble is not Trouble.UNWANTED)
