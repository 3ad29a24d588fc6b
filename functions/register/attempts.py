"""Count how often something is asked for with one address in a day, under names that tell nobody which address."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from selfie.domain import deadlines
from selfie.domain.errors import TooManyAttempts
from selfie.ports import Attempts

MOST_ATTEMPTS: Final = 10
_ONE_DAY: Final = timedelta(days=1)


def allowed(attempts: Attempts, keys: Sequence[bytes], what: str, address: str, now: datetime) -> bool:
    """Count one more; return False when there were as many as a day has, whatever is known of the address."""
    today = deadlines.day_of(now).isoformat()
    name = hmac.new(keys[0], f"attempt|{today}|{what}|{address}".encode(), sha256).hexdigest()
    return attempts.allow(name, MOST_ATTEMPTS, now + _ONE_DAY)


def count(attempts: Attempts, keys: Sequence[bytes], what: str, address: str, now: datetime) -> None:
    """Count one more; raise TooManyAttempts, whatever is known of the address."""
    if not allowed(attempts, keys, what, address, now):
        raise TooManyAttempts
