"""The guide's tables of minimum participation, its own examples, and the levels made of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfie.domain.participation import GroupParticipation, ParticipationLevel, participation_level, required_persons
from tests.support.examples import LEADER, STUDENT, TEACHER, TRAINER

GUIDE = {
    LEADER: {1: 1, 5: 4, 6: 4, 10: 7, 11: 6, 30: 18, 31: 15},
    TEACHER: {5: 4, 10: 8, 11: 6, 45: 22, 46: 15, 100: 33, 125: 41, 126: 31, 200: 50, 500: 100, 501: 50},
    STUDENT: {50: 30, 51: 25, 150: 75, 151: 60, 200: 80, 251: 75, 500: 150, 750: 187, 751: 150, 1001: 100},
}


@pytest.mark.parametrize(
    ("group", "eligible", "required"), [(g, e, r) for g, rows in GUIDE.items() for e, r in rows.items()]
)
def test_the_minimum_follows_the_guides_table(group, eligible, required) -> None:
    assert required_persons(group, eligible) == required


@given(st.sampled_from([LEADER, TEACHER, STUDENT]), st.integers(0, 20_000))
def test_the_minimum_is_never_more_than_there_are_and_never_zero_where_anybody_is(group, eligible) -> None:
    required = required_persons(group, eligible)
    assert required is not None
    assert min(eligible, 1) <= required <= eligible


def test_trainers_have_no_minimum() -> None:
    assert required_persons(TRAINER, 40) is None


def level(leaders: int, teachers: int, students: int, trainers: int = 0) -> ParticipationLevel:
    """Judge a school with 5 leaders (minimum 4), 45 teachers (22), 200 students (80) and 20 trainers."""
    return participation_level(
        [
            GroupParticipation(LEADER, 5, leaders),
            GroupParticipation(TEACHER, 45, teachers),
            GroupParticipation(STUDENT, 200, students),
            GroupParticipation(TRAINER, 20, trainers),
        ]
    )


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [
        ((0, 0, 0), "none"),
        ((0, 0, 0, 12), "none"),
        ((0, 30, 120), "incomplete"),
        ((4, 0, 0), "incomplete"),
        ((4, 22, 80), "high"),
        ((4, 22, 60), "high"),  # students at 75 % of their minimum
        ((4, 22, 59), "medium"),
        ((3, 22, 80), "high"),  # leaders at 75 % of theirs
        ((3, 21, 80), "medium"),  # two below, though both are close
        ((1, 1, 1), "medium"),
    ],
)
def test_the_level_of_participation(submitted, expected) -> None:
    assert level(*submitted) == expected


def test_the_rate_is_a_whole_percent_rounded_half_up_and_may_pass_a_hundred() -> None:
    assert GroupParticipation(STUDENT, 200, 1).rate == 1
    assert GroupParticipation(STUDENT, 201, 1).rate == 0
    assert GroupParticipation(LEADER, 5, 6).rate == 120
    assert GroupParticipation(TRAINER, 0, 0).rate == 0
