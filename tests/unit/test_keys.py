"""Keys can be read back, never run into each other, and hold nothing that is secret."""

from datetime import date
from itertools import product

import pytest

from selfie.adapters import keys
from selfie.domain.disclosure import Unit
from selfie.domain.errors import Unknown
from selfie.domain.exercise import exercise_id
from selfie.domain.school import EducationLevel, Identity, RespondentGroup
from selfie.domain.tokens import RECEIPT_BYTES

SCHOOL = "abcdefgh2345"
EXERCISE = exercise_id(SCHOOL, "2026-1", EducationLevel.PRIMARY)
TEACHER, STUDENT = RespondentGroup.TEACHER, RespondentGroup.STUDENT
RECEIPT = bytes(RECEIPT_BYTES)


def test_an_exercise_lies_with_its_school() -> None:
    assert keys.exercise(EXERCISE) == {"PK": {"S": "SCHOOL#abcdefgh2345"}, "SK": {"S": "EXERCISE#2026-1#primary"}}


@pytest.mark.parametrize(
    "text", ["", "abcdefgh2345-2026-1-", "abcdefgh2345-2026-4-primary", "a#b-2026-1-primary", f"{EXERCISE}#x"]
)
def test_an_id_that_cannot_be_one_never_becomes_a_key(text: str) -> None:
    with pytest.raises(Unknown):
        keys.exercise(text)


def test_what_is_longer_than_a_key_can_be_is_nowhere() -> None:
    for key in (lambda: keys.exercise_of_company("company-a", "a" * 3000), lambda: keys.results("é" * 1024)):
        with pytest.raises(Unknown):
            key()


@pytest.mark.parametrize("level", list(EducationLevel))
def test_what_is_due_is_read_back(level: EducationLevel) -> None:
    of = exercise_id(SCHOOL, "2026-1", level)
    assert keys.read_due(keys.due(date(2026, 11, 15), of)) == (date(2026, 11, 15), of)


def test_what_is_due_is_ordered_by_day() -> None:
    days = [date(2026, 9, 30), date(2026, 10, 9), date(2026, 12, 31), date(2027, 1, 1)]
    written = [keys.due(day, EXERCISE) for day in days]
    assert written == sorted(written)


def test_the_bound_of_a_day_lies_between_it_and_the_next() -> None:
    bound = keys.after_due(date(2026, 12, 31))
    assert keys.due(date(2026, 12, 31), EXERCISE) < bound < keys.due(date(2027, 1, 1), EXERCISE)


def test_coordinators_and_schools_are_read_back() -> None:
    bound = keys.identity_hash(Identity("issuer", "subject"))
    assert keys.coordinator_of(keys.coordinator(SCHOOL, bound)["SK"]["S"]) == bound
    assert keys.school_of(keys.school_of_identity(bound, SCHOOL)["SK"]["S"]) == SCHOOL


def test_no_two_people_have_the_same_hash() -> None:
    people = [Identity(*pair) for pair in product(("", "1", "1:", "a", "ab", "1:a"), repeat=2)]
    assert len({keys.identity_hash(person) for person in people}) == len(people)


def test_secrets_of_browsers_are_not_in_keys() -> None:
    assert "my-cookie" not in str(keys.cookie("my-cookie"))
    assert "my-state" not in str(keys.login("my-state"))
    assert "subject" not in keys.identity_hash(Identity("issuer", "subject"))


def test_a_text_has_one_place_for_each_receipt_and_question() -> None:
    places = {
        keys.open_text(EXERCISE, TEACHER, receipt, question)["SK"]["S"]
        for receipt in (RECEIPT, b"\1" * RECEIPT_BYTES)
        for question in ("open", "open2")
    }
    assert len(places) == 4
    assert keys.open_text(EXERCISE, TEACHER, RECEIPT, "open") == keys.open_text(EXERCISE, TEACHER, RECEIPT, "open")


def test_the_place_of_a_text_does_not_show_the_receipt() -> None:
    receipt = bytes.fromhex("0123456789abcdef")
    assert receipt.hex() not in str(keys.open_text(EXERCISE, TEACHER, receipt, "open"))


def test_parts_of_open_answers_are_in_order() -> None:
    written = [keys.open_answers(EXERCISE, Unit.STUDENT, part)["SK"]["S"] for part in (0, 2, 10, 999)]
    assert written == sorted(written)


def test_items_of_one_table_never_have_the_same_key() -> None:
    bound = keys.identity_hash(Identity("issuer", "subject"))
    every = [
        keys.school(SCHOOL),
        keys.coordinator(SCHOOL, bound),
        keys.school_of_identity(bound, SCHOOL),
        keys.login("x"),
        keys.cookie("x"),
        keys.exercise(EXERCISE),
        keys.link("x"),
        keys.results(EXERCISE),
        keys.document(EXERCISE, "en"),
        keys.open_answers(EXERCISE, Unit.STUDENT, 0),
        *(keys.tally(EXERCISE, group) for group in RespondentGroup),
        *(keys.open_text(EXERCISE, group, RECEIPT, "open") for group in RespondentGroup),
    ]
    assert len({(key["PK"]["S"], key["SK"]["S"]) for key in every}) == len(every)


def test_a_document_lies_below_its_exercise() -> None:
    assert keys.document_object(EXERCISE, "sr-Latn") == f"reports/{EXERCISE}/sr-Latn.pdf"


def test_text_too_long_for_a_link_is_unknown() -> None:
    keys.link("x" * 64)
    with pytest.raises(Unknown):
        keys.link("x" * 65)
