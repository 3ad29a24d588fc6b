"""How many schools and people there are in all, and how much of that the first page may say.

They are counters, changed when a school comes or goes and when an exercise has closed. What everybody may see of
them is rounded down so far that nobody can work out a single school from one day's figure and the next one's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# In smaller numbers one school is too large a part.
FEWEST_SCHOOLS: Final = 10
FEWEST_PEOPLE: Final = 1000
# Between these a figure stands still. Even the largest school moves it by one step, which tells only that the sum has
# passed a round number: how far it was from it before, nobody knows.
STEPS: Final = (5, 2, 1)


@dataclass(frozen=True, slots=True)
class PublicCounts:
    """Sums, or what is added to them; ``countries`` has the number of schools by country, ``people`` who answered."""

    schools: int = 0
    people: int = 0
    countries: Mapping[str, int] = field(default_factory=dict)


def of_school(country: str, number: int = 1) -> PublicCounts:
    """Return what one school adds, or with -1 takes away."""
    return PublicCounts(schools=number, countries={country: number})


def of_move(before: str, after: str) -> PublicCounts:
    """Return what changes when a school is in another country."""
    return PublicCounts(countries={before: -1, after: 1})


@dataclass(frozen=True, slots=True)
class ShownCounts:
    """What everybody may see: «at least» so many schools and people; None where there are too few."""

    schools: int | None
    people: int | None
    countries: int | None


def shown(counts: PublicCounts) -> ShownCounts:
    """Round counts down to 1, 2 or 5 and zeros, and leave out what is small."""
    if counts.schools < FEWEST_SCHOOLS:
        return ShownCounts(None, None, None)
    people = rounded_down(counts.people) if counts.people >= FEWEST_PEOPLE else None
    return ShownCounts(rounded_down(counts.schools), people, sum(number > 0 for number in counts.countries.values()))


def rounded_down(number: int) -> int:
    """Return the largest of 1, 2, 5, 10, 20, 50, … that is not above a number, which is at least 1."""
    power: int = 10 ** (len(str(number)) - 1)
    return next(step * power for step in STEPS if step * power <= number)
