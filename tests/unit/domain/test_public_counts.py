"""What the first page says of all schools, and what nobody can work out from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfie.domain.public_counts import (
    FEWEST_PEOPLE,
    PublicCounts,
    ShownCounts,
    of_move,
    of_school,
    rounded_down,
    shown,
)


@pytest.mark.parametrize(
    ("number", "seen"),
    [
        (1, 1),
        (4, 2),
        (9, 5),
        (10, 10),
        (19, 10),
        (20, 20),
        (49, 20),
        (50, 50),
        (999, 500),
        (1000, 1000),
        (28_411, 20_000),
    ],
)
def test_a_number_is_rounded_down_to_one_two_or_five_and_zeros(number: int, seen: int) -> None:
    assert rounded_down(number) == seen


@pytest.mark.parametrize(
    ("counts", "seen"),
    [
        (PublicCounts(), (None, None, None)),
        (PublicCounts(9, 80_000, {"IE": 9}), (None, None, None)),
        (PublicCounts(-1, -5, {"IE": -1}), (None, None, None)),
        (PublicCounts(10, 999, {"IE": 10}), (10, None, 1)),
        (PublicCounts(61, 7_400, {"IE": 40, "FR": 21, "BE": 0, "MT": -1}), (50, 5_000, 2)),
    ],
)
def test_small_counts_are_not_shown(counts: PublicCounts, seen: tuple[int | None, ...]) -> None:
    assert shown(counts) == ShownCounts(*seen)


@given(st.integers(FEWEST_PEOPLE, 10**7), st.integers(1, 1000))
def test_a_night_in_which_one_school_closed_tells_nothing_of_its_number(before: int, came: int) -> None:
    seen = rounded_down(before), rounded_down(before + came)
    if seen[0] == seen[1]:
        return
    # One step at most: the next round number has been passed, which a single person more can do as well.
    assert seen[1] in (seen[0] * 2, seen[0] * 5 // 2)
    assert (rounded_down(seen[1] - 1), rounded_down(seen[1])) == seen


def test_schools_come_go_and_move() -> None:
    assert of_school("IE") == PublicCounts(1, 0, {"IE": 1})
    assert of_school("IE", -1) == PublicCounts(-1, 0, {"IE": -1})
    assert of_move("IE", "FR") == PublicCounts(0, 0, {"IE": -1, "FR": 1})
