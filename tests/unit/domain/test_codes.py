"""One-time codes: short enough to type, too many to guess, the same on every print."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfie.domain.codes import ALPHABET, code, mark, read_code
from selfie.domain.errors import CodeWrong

LINK, KEY = "AbCdEfGhIjKlMnOpQrStUv", b"a key of this test"
MOST = 22_000


@given(number=st.integers(0, MOST - 1), link=st.text("abcXYZ-_0", min_size=22, max_size=22))
def test_a_code_is_read_back_as_its_slip(number: int, link: str) -> None:
    written = code(number, link, KEY)
    assert [len(part) for part in written.split("-")] == [3, 3, 3]
    assert read_code(written, link, [KEY], MOST) == number
    assert written == code(number, link, KEY)


def test_a_code_may_be_typed_as_children_type() -> None:
    number = next(n for n in range(MOST) if {"0", "1"} <= set(code(n, LINK, KEY)))
    written = code(number, LINK, KEY)
    for typed in (
        written.lower(),
        written.replace("-", " "),
        written.replace("0", "O").replace("1", "l"),
        f" {written} ",
    ):
        assert read_code(typed, LINK, [KEY], MOST) == number


def test_a_code_made_with_the_key_before_is_still_good_and_means_the_same_slip() -> None:
    assert read_code(code(7, LINK, b"older"), LINK, [KEY, b"older"], MOST) == 7


@pytest.mark.parametrize(
    "typed", ["", "7", "---", "K7Q-M2X-D4P", "K7Q-M2X-D4P-1", "ÄÖÜ-ÄÖÜ-ÄÖÜ", "１２３４５６７８９", "U" * 9, "x" * 9999]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(CodeWrong):
        read_code(typed, LINK, [KEY], MOST)


def test_a_code_of_another_link_another_key_or_beyond_the_last_slip_is_refused() -> None:
    for typed, link, keys, slips in (
        (code(3, "another link", KEY), LINK, [KEY], MOST),
        (code(3, LINK, b"another key"), LINK, [KEY], MOST),
        (code(176, LINK, KEY), LINK, [KEY], 176),
    ):
        with pytest.raises(CodeWrong):
            read_code(typed, link, keys, slips)


def test_no_code_with_one_sign_changed_is_another_code() -> None:
    written = code(5, LINK, KEY).replace("-", "")
    changed = [written[:at] + sign + written[at + 1 :] for at in range(9) for sign in ALPHABET if sign != written[at]]
    assert len(changed) == 9 * 31
    for typed in changed:
        with pytest.raises(CodeWrong):
            read_code(typed, LINK, [KEY], MOST)


def test_codes_of_neighbours_have_nothing_in_common() -> None:
    written = [code(number, LINK, KEY).replace("-", "") for number in range(200)]
    assert len(set(written)) == 200
    assert max(sum(a == b for a, b in zip(one, other, strict=True)) for one, other in pairwise(written)) < 5


def test_a_replaced_link_has_marks_of_its_own() -> None:
    assert mark(3, LINK) != mark(3, "another link")
    assert mark(3, LINK) != mark(4, LINK)
    assert len(mark(MOST, LINK)) == 5
