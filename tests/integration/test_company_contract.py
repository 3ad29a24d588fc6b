"""What the stores promise about companies, held against the in-memory fakes and against DynamoDB Local."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from selfie.adapters.dynamodb_companies import DynamoCompanies
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_results import DynamoResults
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.domain.company import Joined, make_company_results, new_code
from selfie.domain.errors import ChangedMeanwhile, Unknown
from selfie.domain.exercise import Addressees
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel
from selfie.domain.submission import Submission
from selfie.domain.tokens import Purpose, new_token
from selfie.ports import Companies, Exercises, PublishedResults, Tallies
from tests.support.examples import CATALOGUE, LEADER, STUDENT, TEACHER, TRAINER, at, exercise
from tests.support.memory import MemoryCompanies, MemoryExercises, MemoryResults, MemoryTallies

NOON = at("2026-11-10 11:00:00")
NUMBERS = {LEADER: 5, TEACHER: 45, STUDENT: 200, TRAINER: 2}
RUNNING = replace(exercise(NUMBERS, level=EducationLevel.UPPER_SECONDARY_VOCATIONAL), links=None)
STEEL = Joined(RUNNING.id, "company-steelsteelst", 6)
BREAD = Joined(RUNNING.id, "company-breadbreadbr", 3)


@dataclass(frozen=True, slots=True)
class Stores:
    """One implementation of each store."""

    exercises: Exercises
    companies: Companies
    tallies: Tallies
    results: PublishedResults


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give a test empty stores of each kind."""
    if request.param == "memory":
        exercises = MemoryExercises()
        return Stores(exercises, MemoryCompanies(exercises), MemoryTallies(), MemoryResults())
    database = request.getfixturevalue("dynamodb")
    client, table = database.client(), database.exercises
    return Stores(
        DynamoExercises(client, table),
        DynamoCompanies(client, table),
        DynamoTallies(client, database.counters),
        DynamoResults(client, table),
    )


def joined(stores: Stores, *entries: Joined) -> None:
    """Let companies join."""
    for entry in entries:
        code = new_code()
        stores.companies.offer(code, entry.exercise_id, NOON + timedelta(days=1))
        assert stores.companies.join(code, entry)


def test_a_code_leads_to_its_exercise_until_its_time(stores: Stores) -> None:
    stores.companies.offer("code", RUNNING.id, NOON)
    assert stores.companies.find_code("code", NOON - timedelta(seconds=1)) == RUNNING.id
    for code, instant in (("code", NOON), ("another", NOON - timedelta(days=1))):
        with pytest.raises(Unknown):
            stores.companies.find_code(code, instant)


def test_of_many_who_use_a_code_at_once_one_joins(stores: Stores) -> None:
    stores.companies.offer("code", RUNNING.id, NOON)
    companies = [replace(STEEL, company_id=f"company-{letter * 12}") for letter in "abcdef"]
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda entry: stores.companies.join("code", entry), companies))
    assert sum(done) == 1
    assert len(stores.companies.of_exercise(RUNNING.id)) == 1


def test_a_company_joins_an_exercise_once_and_its_code_stays_good(stores: Stores) -> None:
    joined(stores, STEEL)
    stores.companies.offer("code", RUNNING.id, NOON + timedelta(days=1))
    assert not stores.companies.join("code", replace(STEEL, trainers=9))
    assert stores.companies.find_code("code", NOON) == RUNNING.id
    assert stores.companies.get(RUNNING.id, STEEL.company_id) == STEEL


def test_companies_are_found_from_the_exercise_and_from_themselves(stores: Stores) -> None:
    other = replace(STEEL, exercise_id="elmelmelmelm-2026-1-upper_secondary_vocational")
    joined(stores, STEEL, BREAD, other)
    assert set(stores.companies.of_exercise(RUNNING.id)) == {STEEL, BREAD}
    assert set(stores.companies.of_company(STEEL.company_id)) == {STEEL, other}
    stores.companies.remove(STEEL)
    assert stores.companies.of_company(STEEL.company_id) == (other,)
    with pytest.raises(Unknown):
        stores.companies.get(RUNNING.id, STEEL.company_id)
    with pytest.raises(ChangedMeanwhile):
        stores.companies.remove(STEEL)


def test_a_companys_link_answers_until_another_replaces_it(stores: Stores) -> None:
    joined(stores, STEEL)
    first, second = replace(STEEL, link="first"), replace(STEEL, link="second")
    stores.companies.change(STEEL, first, RUNNING)
    assert stores.exercises.find_link("first") == Addressees(RUNNING.id, TRAINER, STEEL.company_id)
    with pytest.raises(ChangedMeanwhile):
        stores.companies.change(STEEL, second, RUNNING)
    stores.companies.change(first, second, RUNNING)
    with pytest.raises(Unknown):
        stores.exercises.find_link("first")
    assert stores.exercises.find_link("second").company_id == STEEL.company_id


def test_a_companys_trainers_are_counted_apart_and_sealed_apart(stores: Stores) -> None:
    stores.tallies.open(RUNNING)
    for entry in (STEEL, BREAD):
        stores.tallies.open_for_company(RUNNING, entry)
    for company, option in ((STEEL.company_id, "5"), (STEEL.company_id, "4"), (BREAD.company_id, "1"), ("", "2")):
        token = new_token(Purpose.SUBMIT, RUNNING.id, TRAINER, NOON, NOON + timedelta(hours=2), company_id=company)
        stores.tallies.record(token, Submission(frozenset({f"C3:{option}"}), {"open": "More time."}), NOON)
    assert stores.tallies.submitted_of_company(RUNNING.id, STEEL.company_id) == 2
    assert stores.tallies.submitted(RUNNING.id, [TRAINER]) == {TRAINER: 1}
    # Making it again does not lose what was counted.
    stores.tallies.open_for_company(RUNNING, STEEL)
    sealed = stores.tallies.seal(RUNNING.id, TRAINER, STEEL.company_id)
    assert (sealed.submissions, dict(sealed.counts)) == (2, {"C3:5": 1, "C3:4": 1})
    assert stores.tallies.seal(RUNNING.id, TRAINER).submissions == 1
    assert stores.tallies.seal(RUNNING.id, TRAINER, BREAD.company_id).submissions == 1
    # What trainers wrote is not told apart.
    assert list(stores.tallies.open_texts(RUNNING.id, TRAINER)) == ["More time."] * 4
    assert stores.tallies.submitted_of_company(RUNNING.id, "company-nobodynobody") == 0


def test_what_a_company_may_see_is_stored_once(stores: Stores) -> None:
    stores.tallies.open(RUNNING)
    nobody = {group: stores.tallies.seal(RUNNING.id, group) for group in NUMBERS}
    results = make_results(RUNNING, CATALOGUE, nobody)
    seen = make_company_results(RUNNING, CATALOGUE, nobody[TRAINER], [])
    assert seen == {}
    stores.results.add(results, {}, {STEEL.company_id: results})
    stores.results.add(results, {}, {BREAD.company_id: results})
    assert stores.results.of_company(RUNNING.id, STEEL.company_id) == results
    assert stores.results.of_company(RUNNING.id, BREAD.company_id) is None


def test_codes_are_stored_as_hashes(request: pytest.FixtureRequest) -> None:
    database = request.getfixturevalue("dynamodb")
    client, code = database.client(), new_code()
    DynamoCompanies(client, database.exercises).offer(code, RUNNING.id, NOON)
    items = client.scan(TableName=database.exercises)["Items"]
    assert items
    assert code not in str(items)
