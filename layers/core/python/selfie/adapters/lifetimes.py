"""How long stored things are kept.

DynamoDB deletes some time after that, so readers check whatever must not outlive its time.
"""

from datetime import date, datetime, timedelta
from typing import Final

from selfie.domain import deadlines
from selfie.domain.retention import COUNTS_KEPT

# A coordinator's session ends after this long without a request.
IDLE: Final = timedelta(minutes=30)

_LINK_AFTER_CLOSING: Final = timedelta(days=365)


def counted_until(closes_at: datetime) -> datetime:
    """Say when the tally and the open texts of an exercise may go."""
    return closes_at + COUNTS_KEPT


def linked_until(last_day: date) -> datetime:
    """Say when a participation link may stop saying that its exercise is closed."""
    return deadlines.closes_at(last_day) + _LINK_AFTER_CLOSING
