"""The register of processing as data, and the documents that are made of it."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from functions.register.puzzle import TIME_TO_SOLVE
from functions.register.service import LONGEST_SESSION, TIME_TO_LOG_IN
from privacy.documents import COLUMNS, covered, export_schema, periods, public_files, record_of_processing, vocabulary
from privacy.register import Ending, Period, Person, Stored, register
from selfie.adapters import lifetimes
from selfie.domain import deadlines
from selfie.domain.account import TIME_TO_CONFIRM
from selfie.domain.coordination import TIME_TO_ANSWER
from selfie.domain.retention import ERASED_IS_REMEMBERED, TIME_TO_UNDO

CLOSED = datetime(2026, 12, 4, 22, 59, tzinfo=UTC)
LAST_DAY = date(2026, 12, 4)
# What the code writes into items, by the words of the register.
WRITTEN = {
    "48 hours or 7 days, or until the link is used": max(TIME_TO_CONFIRM, TIME_TO_ANSWER),
    "20 minutes": TIME_TO_SOLVE,
    "ten minutes, or until the provider answers": TIME_TO_LOG_IN,
    "30 minutes without use, 8 hours at most": LONGEST_SESSION,
    "a year after the last day": lifetimes.linked_until(LAST_DAY) - deadlines.closes_at(LAST_DAY),
    "14 days, or until the school takes it back": TIME_TO_UNDO,
    "36 days after the erasure: a day longer than the backups": ERASED_IS_REMEMBERED,
    "until the exercise is closed; 30 days longer at most": lifetimes.counted_until(CLOSED) - CLOSED,
    "30 days after closing": lifetimes.counted_until(CLOSED) - CLOSED,
}
ENTRY = {
    "activity": "accounts",
    "where": "exercises",
    "item": "SCHOOL/PROFILE",
    "what": "School account",
    "whose": "school",
    "source": "the coordinator",
    "seen_by": "coordinators of the school",
    "kept": "20 minutes",
    "attributes": {"name": "name of the school"},
}


def test_periods_are_those_that_the_code_writes() -> None:
    written = {period.kept: period.time for period in register().period if period.kept in WRITTEN}
    assert written == WRITTEN


@pytest.mark.parametrize(
    ("length", "time"),
    [
        ("P14D", timedelta(days=14)),
        ("PT20M", timedelta(minutes=20)),
        ("P1DT12H", timedelta(days=1, hours=12)),
        ("", None),
    ],
)
def test_a_period_is_read_as_iso_8601_writes_it(length: str, time: timedelta | None) -> None:
    assert Period(kept="x", event="written", length=length, by="expiry").time == time


@pytest.mark.parametrize(
    "change", [{"kept": ""}, {"unknown": "x"}, {"concerns": ["nobody"]}, {"attributes": {"a": ""}}]
)
def test_an_entry_that_leaves_a_question_open_is_refused(change: dict[str, object]) -> None:
    assert Stored.model_validate(ENTRY)
    with pytest.raises(ValidationError):
        Stored.model_validate(ENTRY | change)


def test_whom_an_entry_concerns_follows_from_whose_it_is() -> None:
    assert Stored.model_validate(ENTRY).people == (Person.COORDINATOR,)
    assert Stored.model_validate(ENTRY | {"whose": "nobody"}).people == ()
    assert Person.PUPIL in Stored.model_validate(ENTRY | {"whose": "respondents, unnamed"}).people
    assert Stored.model_validate(ENTRY | {"concerns": ["teacher"]}).people == (Person.TEACHER,)


def test_what_an_entry_refers_to_and_nobody_described_is_named() -> None:
    changed = register().model_copy(
        update={"stored": (Stored.model_validate(ENTRY | {"where": "drawer", "kept": "for ever"}),)}
    )
    assert {"no place: drawer", "no period: for ever", "unused activity: exercises"} <= set(changed.gaps())


def test_children_are_told_of_what_concerns_them() -> None:
    silent = Stored.model_validate(ENTRY | {"whose": "respondents, unnamed"})
    changed = register().model_copy(update={"stored": (*register().stored, silent)})
    assert "no words for children: SCHOOL/PROFILE" in changed.gaps()


def test_the_record_of_processing_has_the_columns_of_article_30_and_no_empty_field() -> None:
    head, *rows = csv.reader(io.StringIO(record_of_processing(register())))
    assert tuple(head) == COLUMNS
    assert len(rows) == len(register().stored)
    may_be_empty = {COLUMNS.index("Period (ISO 8601)"), COLUMNS.index("Data items")}
    assert not [row for row in rows if any(not cell for place, cell in enumerate(row) if place not in may_be_empty)]


def test_the_vocabulary_describes_every_entry() -> None:
    made = vocabulary(register())
    controller, *processes = made["@graph"]
    assert controller["@type"] == "dpv:DataController"
    assert [process["dct:title"] for process in processes] == [stored.what for stored in register().stored]
    assert len({process["@id"] for process in processes}) == len(processes)
    prefixes = {key.split(":")[0] for process in processes for key in process if not key.startswith("@")}
    assert prefixes <= set(made["@context"])


def test_periods_are_listed_with_what_ends_them() -> None:
    rows = list(csv.DictReader(io.StringIO(periods(register()))))
    tally = next(row for row in rows if row["item"] == "TALLY/TALLY")
    assert (tally["begins with"], tally["period"], tally["ended by"]) == ("exercise_over", "P30D", Ending.EXPIRY)


def test_what_is_the_schools_is_covered_by_export_and_erasure_and_counts_are_not() -> None:
    items = {stored.item for stored in covered(register())}
    assert {"SCHOOL/PROFILE", "SCHOOL/EXERCISE", "EXERCISE/RESULTS", "IDENTITY/SCHOOL", "reports/*.pdf"} <= items
    assert not items & {"TALLY/TALLY", "TEXT/*", "PUZZLE/PUZZLE", "backup"}
    kinds = [kind["properties"]["kind"]["pattern"] for kind in schema_kinds()]
    assert "^SCHOOL/EXERCISE$" in kinds


def schema_kinds() -> list[dict[str, dict[str, dict[str, str]]]]:
    """Return what the schema of an export says of each kind."""
    kinds: list[dict[str, dict[str, dict[str, str]]]] = export_schema(register())["properties"]["items"]["items"][
        "anyOf"
    ]
    return kinds


def test_anybody_may_fetch_the_register_and_what_is_made_of_it() -> None:
    files = public_files(register())
    assert {name.rpartition(".")[2] for name in files} == {"csv", "json", "jsonld"}
    # A spreadsheet reads the letters of all languages when the file begins with this mark.
    assert files["privacy/record-of-processing.csv"].startswith(b"\xef\xbb\xbf")
