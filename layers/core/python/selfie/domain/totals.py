"""What operators may know of closing nights: totals over many exercises, never a figure of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from selfie.domain.errors import AlreadySent, CapReached, CodeUsed, ExerciseClosed

# A school has at most five exercises in a session: ten are of two schools at least, and a total is nobody's own number.
FEWEST_EXERCISES: Final = 10
# What is refused although it was filled in and sent as it should be.
REFUSALS: Final = (AlreadySent, CapReached, CodeUsed, ExerciseClosed)


@dataclass(frozen=True, slots=True)
class Totals:
    """What came together since totals were last taken; ``refused`` counts by the code of the refusal."""

    exercises: int
    submissions: int
    refused: Mapping[str, int]
