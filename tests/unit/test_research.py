"""Exercises contribute to research, and the operator releases means of what they contributed."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from functions.research import codebook
from functions.research.schemas import ReleaseTask
from functions.research.service import NothingToRelease, Releasing
from selfie.catalogue import CURRENT, catalogue
from selfie.domain.errors import Invalid, Unknown
from selfie.domain.research import LinkedElsewhere, Purpose, SessionNotOver, Wanted
from selfie.domain.school import EducationLevel
from tests.support.examples import CALENDAR, at
from tests.support.memory import (
    MemoryContributions,
    MemoryResearchLedger,
    MemoryResearchTables,
    MemorySeal,
    StoppedClock,
)
from tests.support.reports import LEADER, SHOWN_AT, STUDENT, TEACHER, system
from tests.support.research import FIVE, QUESTIONS, contribute, cut, school

FIRST, SECOND, THIRD = "2026-1", "2026-2", "2026-3"
ALL_OVER = at("2027-07-20 10:00:00")
REGIONS = {"BE": {"BE1": "Brussels", "BE2": "Flanders", "BE3": "Wallonia"}}
EVERYTHING = Wanted(FIRST, "Ministry of Education", Purpose.EDUCATION_POLICY)


def test_a_closed_exercise_contributes_once_and_its_school_is_sealed() -> None:
    it = system()
    with pytest.raises(Unknown):
        it.contributing.contribute(it.exercise.id)
    it.closing.close(it.exercise.id)
    assert it.contributing.contribute(it.exercise.id)
    assert it.contributing.contribute(it.exercise.id)
    (cut,) = it.contributions.cuts(it.exercise.session_id)
    ((name, made),) = it.contributions.fetch(it.contributions.names(cut))
    assert (cut.country, made.region) == ("IE", "")
    assert made.percentages
    assert it.exercise.school_id not in name
    assert not [entry.question for entry in made.percentages if entry.question.startswith(("own", "open"))]


def test_what_a_school_may_not_see_is_not_contributed() -> None:
    it = system(sent={LEADER: 1, TEACHER: 1, STUDENT: 2}, now=SHOWN_AT)
    it.closing.close(it.exercise.id)
    assert not it.contributing.contribute(it.exercise.id)


def test_a_frozen_session_takes_no_more_contributions() -> None:
    it = system()
    it.closing.close(it.exercise.id)
    it.ledger.freeze(it.exercise.session_id, date(2024, 12, 27))
    assert not it.contributing.contribute(it.exercise.id)
    assert it.contributions.cuts(it.exercise.session_id) == []


@pytest.fixture
def job() -> SimpleNamespace:
    """The job of releases, when all sessions of the school year are over."""
    it = SimpleNamespace(
        contributions=MemoryContributions(),
        tables=MemoryResearchTables(),
        ledger=MemoryResearchLedger(),
        seal=MemorySeal(),
        clock=StoppedClock(ALL_OVER),
    )
    it.releasing = Releasing(it.contributions, it.tables, it.ledger, it.seal, it.clock, CALENDAR, REGIONS)
    return it


def table(job: SimpleNamespace, made: Any, name: str = "means.csv") -> list[dict[str, str]]:
    """Read a file of a release."""
    content = job.tables.files[f"releases/{made.wanted.scope}/{made.id}/{name}"]
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_a_release_holds_means_over_schools_and_is_entered_in_the_register(
    job: SimpleNamespace, tmp_path: Path
) -> None:
    contribute(job.contributions, job.seal, cut(), range(12))
    contribute(job.contributions, job.seal, cut(country="FR"), range(50, 59))
    made = job.releasing.release(EVERYTHING)
    rows = table(job, made)
    # Nine schools of another country are in no row.
    assert {row["country"] for row in rows} == {"IE"}
    assert {(row["respondent_group"], row["question"]) for row in rows} == set(QUESTIONS)
    assert [row["option"] for row in rows[:5]] == list(FIVE)
    assert {row["schools"] for row in rows} == {"10"}
    kept = [each for _, each in job.contributions.fetch(job.contributions.names(cut()))]
    of_first = [each.percentages[0].options["1"] for each in kept]
    unit, question = QUESTIONS[0]
    row = next(row for row in rows if (row["respondent_group"], row["question"]) == (unit, question))
    assert float(row["mean_percent"]) == pytest.approx(sum(of_first) / 12, abs=0.05)
    assert job.ledger.releases() == [made]
    assert (made.rows, made.on, set(made.files)) == (
        10,
        date(2027, 7, 20),
        {"means.csv", "means.parquet", "codebook.csv", "codebook.json"},
    )
    file = tmp_path / "means.parquet"
    file.write_bytes(job.tables.files[f"releases/all/{made.id}/means.parquet"])
    with duckdb.connect() as reader:
        found = reader.execute(f"SELECT respondent_group, question, option, mean_percent::VARCHAR FROM '{file}'")
        assert found.fetchall() == [
            (row["respondent_group"], row["question"], row["option"], row["mean_percent"]) for row in rows
        ]
        ((_, _, described),) = reader.execute(f"SELECT * FROM parquet_kv_metadata('{file}')").fetchall()
    assert set(json.loads(described)["columns"]) >= set(rows[0])


def test_the_table_of_a_session_is_made_once_and_others_get_the_same_figures(job: SimpleNamespace) -> None:
    contribute(job.contributions, job.seal, cut(), range(20))
    first = job.releasing.release(EVERYTHING)
    for number in range(9):
        job.contributions.remove(f"{school(number)}-{FIRST}-primary")
    contribute(job.contributions, job.seal, cut(), [77])
    again = job.releasing.release(replace(EVERYTHING, recipient="A university", country="IE"))
    assert again.id != first.id
    assert table(job, again) == table(job, first)


def test_a_session_that_is_not_over_is_not_released(job: SimpleNamespace) -> None:
    contribute(job.contributions, job.seal, cut(), range(20))
    job.clock.instant = at("2026-12-18 22:00:00")
    with pytest.raises(SessionNotOver):
        job.releasing.release(EVERYTHING)
    assert not job.ledger.is_frozen(FIRST)
    with pytest.raises(Unknown):
        job.releasing.release(replace(EVERYTHING, session_id="2031-1"))


def test_what_no_row_is_left_of_is_not_released(job: SimpleNamespace) -> None:
    contribute(job.contributions, job.seal, cut(), range(20))
    with pytest.raises(NothingToRelease):
        job.releasing.release(replace(EVERYTHING, country="FR"))
    with pytest.raises(NothingToRelease):
        job.releasing.release(replace(EVERYTHING, levels=(EducationLevel.POST_SECONDARY,)))
    assert job.ledger.releases() == []
    assert job.tables.files == {}


def test_a_country_and_a_region_get_their_own_rows_in_a_place_of_their_own(job: SimpleNamespace) -> None:
    contribute(job.contributions, job.seal, cut(country="BE"), range(48), ["BE1", "BE2", "BE2", ""])
    contribute(job.contributions, job.seal, cut(), range(50, 70))
    country = job.releasing.release(replace(EVERYTHING, country="BE"))
    assert {(row["country"], row["region"]) for row in table(job, country)} == {
        ("BE", ""),
        ("BE", "BE1"),
        ("BE", "BE2"),
    }
    region = job.releasing.release(replace(EVERYTHING, country="BE", region="BE2"))
    assert {(row["country"], row["region"]) for row in table(job, region)} == {("BE", "BE2")}
    places = {name.rpartition("/")[0] for name in job.tables.files}
    assert places == {f"releases/country/BE/{country.id}", f"releases/region/BE/BE2/{region.id}"}


def test_a_linked_study_shows_how_the_same_schools_changed(job: SimpleNamespace) -> None:
    contribute(job.contributions, job.seal, cut(FIRST), range(30))
    contribute(job.contributions, job.seal, cut(SECOND), range(15, 45))
    made = job.releasing.release(replace(EVERYTHING, session_id=SECOND, since=FIRST))
    rows = table(job, made)
    assert {(row["session"], row["since"], row["schools"]) for row in rows} == {(SECOND, FIRST, "15")}

    def mean(session_id: str) -> float:
        found = job.contributions.fetch(job.contributions.names(cut(session_id)))
        of = {each.sealed.decode().partition("/")[0]: each for _, each in found}
        both = [of[school(number)].percentages[0].options["1"] for number in range(15, 30)]
        return sum(both) / len(both)

    unit, question = QUESTIONS[0]
    row = next(row for row in rows if (row["respondent_group"], row["question"]) == (unit, question))
    assert float(row["change_in_points"]) == pytest.approx(mean(SECOND) - mean(FIRST), abs=0.05)
    assert "school" not in "".join(row["question"] for row in rows)
    # A third session would cut the second one another way.
    contribute(job.contributions, job.seal, cut(THIRD), range(30))
    with pytest.raises(LinkedElsewhere):
        job.releasing.release(replace(EVERYTHING, session_id=THIRD, since=SECOND))
    # Not even when the ledger was restored to a moment before.
    forgetful = replace(job.releasing, ledger=MemoryResearchLedger())
    with pytest.raises(LinkedElsewhere):
        forgetful.release(replace(EVERYTHING, session_id=THIRD, since=SECOND))
    assert table(job, forgetful.release(replace(EVERYTHING, session_id=SECOND, since=FIRST))) == rows


def test_a_study_in_which_single_schools_could_be_subtracted_is_not_released(job: SimpleNamespace) -> None:
    contribute(job.contributions, job.seal, cut(FIRST), range(30))
    contribute(job.contributions, job.seal, cut(SECOND), range(29))
    with pytest.raises(NothingToRelease):
        job.releasing.release(replace(EVERYTHING, session_id=SECOND, since=FIRST))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recipient": " "}, "recipient"),
        ({"since": SECOND}, "since"),
        ({"country": "BE", "region": "BE9"}, "region"),
        ({"region": "BE2"}, "region"),
        ({"session_id": SECOND, "since": FIRST, "country": "BE", "region": "BE2"}, "region"),
    ],
)
def test_what_cannot_be_released_is_named(job: SimpleNamespace, changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        job.releasing.release(replace(EVERYTHING, **changes))
    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize("purpose", ["marketing", "ranking of schools", "", "evaluation"])
def test_purposes_are_a_closed_list(purpose: str) -> None:
    task = {"session": FIRST, "recipient": "Somebody"}
    assert ReleaseTask.model_validate(task | {"purpose": "education_policy"}).wanted.levels == ()
    with pytest.raises(ValueError, match="purpose"):
        ReleaseTask.model_validate(task | {"purpose": purpose})


def test_the_codebook_says_what_each_row_is_about() -> None:
    lines = [dict(zip(codebook.QUESTION_COLUMNS, line, strict=True)) for line in codebook.questions(CURRENT)]
    listed = {(line["respondent_group"], line["question"]) for line in lines}
    for statement in catalogue().statements:
        assert {(group, statement.code) for group in statement.groups} <= listed
    assert all(line["wording"] and " = " in line["options"] for line in lines)
    assert len({(line["family"], line["respondent_group"], line["question"]) for line in lines}) == len(lines)
    assert not any(line["question"].startswith("open") for line in lines)


def test_all_that_a_real_exercise_contributes_is_in_the_codebook() -> None:
    it = system()
    it.closing.close(it.exercise.id)
    it.contributing.contribute(it.exercise.id)
    ((_, made),) = it.contributions.fetch(it.contributions.names(it.contributions.cuts(it.exercise.session_id)[0]))
    listed = {line[3] for line in codebook.questions(CURRENT)}
    assert {entry.question for entry in made.percentages} <= listed
