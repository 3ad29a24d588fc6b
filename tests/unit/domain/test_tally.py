"""Caps, the ring of receipts, and tokens."""

import contextlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfie.domain import tokens
from selfie.domain.errors import TokenExpired, TokenInvalid
from selfie.domain.tally import cap, pooled, receipt_slot, stale_slot
from selfie.domain.tokens import TIME_TO_ANSWER, Purpose
from tests.support.examples import LEADER, STUDENT, TEACHER, at, tally

KEY, OLD_KEY = b"k" * 32, b"o" * 32
NOW = at("2026-11-05T10:00:00")
INSTANTS = st.datetimes(min_value=at("2026-01-01T00:00:00").replace(tzinfo=None)).map(lambda t: at(t.isoformat()[:19]))


@pytest.mark.parametrize(("invited", "most"), [(1, 6), (5, 10), (50, 55), (59, 64), (60, 66), (200, 220)])
def test_ten_percent_more_than_invited_may_send_and_at_least_five_more(invited, most) -> None:
    assert cap(invited) == most


@given(INSTANTS, st.timedeltas(timedelta(0), TIME_TO_ANSWER - timedelta(seconds=1)))
def test_the_slot_of_a_live_token_is_never_the_stale_one(issued, age) -> None:
    assert stale_slot(issued, issued + age) != receipt_slot(issued)


@given(
    INSTANTS,
    st.timedeltas(timedelta(0), TIME_TO_ANSWER - timedelta(seconds=1)),
    st.timedeltas(timedelta(0), TIME_TO_ANSWER - timedelta(seconds=1)),
)
def test_no_submission_empties_the_slot_of_another_live_token(now, one_age, other_age) -> None:
    assert stale_slot(now - one_age, now) != receipt_slot(now - other_age)


def test_a_clock_that_runs_ahead_does_not_empty_the_slot_it_fills() -> None:
    issued = at("2026-11-05T11:00:00")
    assert stale_slot(issued, at("2026-11-05T10:59:59")) != receipt_slot(issued)


def test_pooling_adds_counts_and_submissions() -> None:
    both = pooled(LEADER, tally(LEADER, 2, A1=[1, 1]), tally(TEACHER, 3, A1=[0, 1, 2]))
    assert both.submissions == 5
    assert both.counts == {"A1:1": 1, "A1:2": 2, "A1:3": 2}


def signed(key: bytes = KEY, purpose: Purpose = Purpose.SUBMIT) -> str:
    return tokens.sign(tokens.new_token(purpose, "abc-2026-1-primary", STUDENT, NOW, NOW + TIME_TO_ANSWER), key)


def test_a_token_is_read_back_as_it_was_made() -> None:
    made = tokens.new_token(Purpose.SUBMIT, "abc-2026-1-primary", STUDENT, NOW, NOW + TIME_TO_ANSWER)
    assert tokens.read(tokens.sign(made, KEY), Purpose.SUBMIT, [KEY], NOW) == made


def test_the_key_before_the_newest_still_opens() -> None:
    assert tokens.read(signed(OLD_KEY), Purpose.SUBMIT, [KEY, OLD_KEY], NOW).group is STUDENT


def test_a_token_ends_after_two_hours_to_the_second() -> None:
    text = signed()
    tokens.read(text, Purpose.SUBMIT, [KEY], NOW + TIME_TO_ANSWER - timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        tokens.read(text, Purpose.SUBMIT, [KEY], NOW + TIME_TO_ANSWER)


@pytest.mark.parametrize(
    "text", ["", ".", "a.b", "a.b.c", "é.é", "x" * 5000, signed(b"x" * 32), signed(purpose=Purpose.PREVIEW)]
)
def test_what_was_not_made_here_for_this_is_refused(text) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(text, Purpose.SUBMIT, [KEY], NOW)


@given(st.integers(0, 500), st.characters(codec="ascii"))
def test_a_token_changed_anywhere_is_refused(place, letter) -> None:
    text = signed()
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    if changed == text:
        return
    # The last letter of each part has bits that mean nothing; reading the very same token back is no harm.
    with contextlib.suppress(TokenInvalid):
        assert tokens.read(changed, Purpose.SUBMIT, [KEY], NOW) == tokens.read(text, Purpose.SUBMIT, [KEY], NOW)


def test_receipts_differ() -> None:
    assert len({tokens.new_token(Purpose.SUBMIT, "e", STUDENT, NOW, NOW).receipt for _ in range(100)}) == 100
