"""What is stored can be read back, also when another version of the program wrote it; errors repeat nothing."""

import json
import zlib
from dataclasses import replace

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from selfie.adapters import formats
from selfie.adapters.plain import Unreadable
from selfie.domain.results import make_results
from selfie.domain.school import RespondentGroup, School
from tests.support.examples import CATALOGUE, LEADER, STUDENT, TEACHER, at, exercise, own_statement, set_up_only, tally


def test_an_exercise_is_written_as_attributes_that_can_be_read_in_the_console() -> None:
    item = formats.write_exercise(exercise(own=(own_statement(1, TEACHER),)))
    assert item["state"] == {"S": "activated"}
    assert item["numbers"]["M"]["student"] == {"N": "200"}
    assert item["last_day"] == {"S": "2026-11-15"}
    assert "first_day" not in formats.write_exercise(set_up_only())


def test_an_exercise_with_unknown_attributes_is_read() -> None:
    kept = exercise(own=(own_statement(1, TEACHER, LEADER),))
    item = formats.write_exercise(kept)
    item["own"]["L"][0]["M"]["colour"] = {"S": "green"}
    item |= {"PK": {"S": "SCHOOL"}, "due": {"S": "DUE"}, "added_later": {"L": [{"N": "1"}]}}
    assert formats.read_exercise(item) == kept


def test_results_with_unknown_fields_are_read() -> None:
    running = exercise()
    results = make_results(running, CATALOGUE, {group: tally(group, 9, C3=[1, 2, 3, 2, 1]) for group in running.groups})
    stored = json.loads(zlib.decompress(formats.write_results(results)))
    stored["schema"] = 7
    stored["results"]["added_later"] = {"a": 1}
    stored["results"]["statements"][0]["result"]["added_later"] = None
    assert formats.read_results(zlib.compress(json.dumps(stored).encode())) == results


def test_a_mean_comes_back_with_its_one_decimal() -> None:
    running = exercise()
    tallies = {group: tally(group, 6, C3=[0, 0, 6, 0, 0]) for group in running.groups}
    results = make_results(running, CATALOGUE, tallies)
    found = formats.read_results(formats.write_results(results)).statement("C3")
    assert found
    assert str(found.overall) == "3.0"


def test_results_are_small() -> None:
    running = exercise(optional=("A4", "C10"))
    counts = {"C3": [4, 5, 6, 7, 8, 9], "A1": [4, 5, 6, 7, 8], "A4": [1, 2, 3, 4, 5]}
    results = make_results(running, CATALOGUE, {group: tally(group, 39, **counts) for group in running.groups})
    assert len(formats.write_results(results)) < 5_000


def test_an_error_names_fields_and_not_what_was_in_them() -> None:
    item = formats.write_exercise(exercise()) | {"level": {"S": "a secret"}}
    with pytest.raises(Unreadable) as raised:
        formats.read_exercise(item)
    assert "level" in str(raised.value)
    assert "a secret" not in str(raised.value)
    school = formats.write_school(School("s", "n", "IE", "en", ("anna@example.org",))) | {"name": {"N": "42424242"}}
    with pytest.raises(Unreadable) as raised:
        formats.read_school(school)
    assert "anna" not in str(raised.value)
    assert "42424242" not in str(raised.value)


def test_the_numbers_of_an_exercise_come_back_whole() -> None:
    kept = replace(exercise({LEADER: 200, TEACHER: 2000, STUDENT: 20000}), version=31)
    found = formats.read_exercise(formats.write_exercise(kept))
    assert found == kept
    assert all(type(number) is int for number in (found.version, *found.numbers.values()))
    assert set(found.numbers) <= set(RespondentGroup)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=500), max_size=40))
def test_texts_come_back_in_order(texts: list[str]) -> None:
    parts = formats.write_texts(texts)
    assert [text for part in parts for text in formats.read_texts(part)] == texts


def test_every_part_of_many_texts_fits_into_an_item() -> None:
    texts = [chr(0x4E00 + number % 20_000) * 500 for number in range(3_000)]
    parts = formats.write_texts(texts)
    assert len(parts) > 1
    assert all(len(zlib.decompress(part)) < 300_000 for part in parts)


def test_an_instant_is_kept_to_the_second() -> None:
    instant = at("2026-11-15 22:59:00")
    assert formats.instant_of(formats.epoch(instant)) == instant


def test_every_kind_of_value_is_written_and_read_as_boto3_does() -> None:
    kept = {"n": -3, "yes": True, "no": False, "text": "é", "bytes": b"\x00", "list": [1, [], None], "map": {"a": {}}}
    ours = formats.attributes(kept)
    boto3s = TypeSerializer()
    assert ours == {name: boto3s.serialize(value) for name, value in kept.items()}
    assert formats.values_of(ours) == kept
    assert formats.attributes({"nothing": None}) == {}


def test_a_value_that_no_attribute_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        formats.attributes({"share": 0.5})
