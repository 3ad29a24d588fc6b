"""What the stores of research data promise, held against the fakes, DynamoDB Local and moto's S3 and KMS."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from selfie.adapters.dynamodb_research import DynamoResearchLedger
from selfie.adapters.s3_research import S3Contributions, S3ResearchTables
from selfie.adapters.sealing import FileSeal, KmsPseudonyms, KmsSeal
from selfie.domain import research
from selfie.domain.research import (
    Cell,
    Contribution,
    LinkedElsewhere,
    Purpose,
    Release,
    Totals,
    Wanted,
)
from selfie.domain.school import EducationLevel
from selfie.ports import Contributions, Pseudonyms, ResearchLedger, ResearchTables, SchoolSeal
from tests.support.memory import (
    MemoryContributions,
    MemoryResearchLedger,
    MemoryResearchTables,
    MemorySeal,
)
from tests.support.research import cut, percentages, seal_file

BUCKET = "research"
DAY = date(2027, 1, 8)


@dataclass(frozen=True)
class Stores:
    """The stores under test."""

    contributions: Contributions
    tables: ResearchTables
    ledger: ResearchLedger


@pytest.fixture
def aws() -> Iterator[None]:
    """Play S3 and KMS, and leave DynamoDB Local alone."""
    with mock_aws(config={"core": {"passthrough": {"urls": [r"http://(127\.0\.0\.1|localhost):.*"]}}}):
        yield


@pytest.fixture(params=["memory", "aws"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give a test stores of each kind."""
    if request.param == "memory":
        return Stores(MemoryContributions(), MemoryResearchTables(), MemoryResearchLedger())
    request.getfixturevalue("aws")
    database = request.getfixturevalue("dynamodb")
    client, s3 = database.client(), boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket=BUCKET)
    return Stores(
        S3Contributions(client, database.exercises, s3, BUCKET),
        S3ResearchTables(s3, BUCKET),
        DynamoResearchLedger(client, database.exercises),
    )


def made(session_id: str, country: str = "IE", seed: int = 1) -> Contribution:
    """Return a contribution."""
    return Contribution(cut(session_id, country), "IE0", b"sealed", tuple(percentages(random.Random(seed))))


def test_contributions_are_found_by_what_they_are_totalled_with(stores: Stores) -> None:
    here, there = made("2030-1"), made("2030-1", "FR", seed=2)
    for exercise, contribution in {"oak-2030-1-primary": here, "elm-2030-1-primary": there}.items():
        stores.contributions.add(exercise, contribution)
    stores.contributions.add("oak-2030-2-primary", made("2030-2"))
    assert stores.contributions.cuts("2030-1") == [there.cut, here.cut]
    names = stores.contributions.names(here.cut)
    assert [found for _, found in stores.contributions.fetch(names)] == [here]
    assert list(stores.contributions.fetch(["contributions/2030-1/IE/primary/v/gone.json.gz"])) == []
    assert not any("oak" in name for name in names)


def test_a_second_contribution_of_an_exercise_takes_the_place_of_the_first(stores: Stores) -> None:
    stores.contributions.add("ash-2031-1-primary", made("2031-1"))
    # The school moved in between: it is where it was, and nowhere twice.
    stores.contributions.add("ash-2031-1-primary", made("2031-1", "FR"))
    (only,) = stores.contributions.cuts("2031-1")
    assert only.country == "IE"
    assert len(stores.contributions.names(only)) == 1


def test_a_table_is_frozen_once(stores: Stores) -> None:
    part = Totals()
    for entry in [next(percentages(random.Random(seed))) for seed in range(12)]:
        part.add(entry)
    cells = [Cell(entry.unit, entry.question, ("1", "2"), {"": part, "IE0": part})]
    assert stores.tables.frozen(cut("2032-1")) is None
    stores.tables.freeze(cut("2032-1"), cells)
    stores.tables.freeze(cut("2032-1"), [])
    assert stores.tables.frozen(cut("2032-1")) == cells
    assert stores.tables.frozen_cuts("2032-1") == [cut("2032-1")]
    rows = list(research.rows(cut("2032-1"), cells))
    assert stores.tables.linked(cut("2032-1"), "2031-1") is None
    of_study = [row for row in rows if not row.region]
    stores.tables.keep_linked(cut("2032-1"), "", of_study)
    stores.tables.keep_linked(cut("2032-1"), "", [])
    assert stores.tables.linked(cut("2032-1"), "") == of_study
    stores.tables.keep_linked(cut("2032-2"), "2032-1", of_study)
    assert frozenset(("2032-1", "2032-2")) in stores.tables.studies()


def test_a_session_is_linked_with_one_other(stores: Stores) -> None:
    with pytest.raises(LinkedElsewhere):
        stores.ledger.link("2033-2", "2033-1")
    assert not stores.ledger.is_frozen("2033-1")
    for session in ("2033-1", "2033-2", "2033-3"):
        stores.ledger.freeze(session, DAY)
        stores.ledger.freeze(session, date(2028, 1, 1))
    assert stores.ledger.is_frozen("2033-1")
    stores.ledger.link("2033-2", "2033-1")
    stores.ledger.link("2033-2", "2033-1")
    for session, since in (("2033-3", "2033-2"), ("2033-3", "2033-1")):
        with pytest.raises(LinkedElsewhere):
            stores.ledger.link(session, since)


def test_the_register_of_releases_says_all_of_each_newest_first(stores: Stores, tmp_path: Path) -> None:
    wanted = Wanted(
        "2026-1", "Ministry", Purpose.EDUCATION_POLICY, country="IE", region="IE0", levels=(EducationLevel.PRIMARY,)
    )
    first = Release("aaaa", DAY, wanted, 120, 40, {"means.csv": "0" * 64})
    study = Wanted("2026-2", "University", Purpose.PUBLIC_REPORT, since="2026-1")
    second = Release("bbbb", date(2027, 2, 1), study, 1, 10, {})
    for release in (first, second):
        stores.ledger.add(release)
    assert [each for each in stores.ledger.releases() if each in (first, second)] == [second, first]
    (tmp_path / "means.csv").write_text("value")
    stores.tables.put(first, "means.csv", tmp_path / "means.csv")


@pytest.fixture(params=["memory", "file", "kms"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[SchoolSeal, Pseudonyms]:
    """Give a test keys of each kind."""
    if request.param == "memory":
        memory = MemorySeal()
        return memory, memory
    if request.param == "file":
        file = FileSeal(seal_file(tmp_path))
        return file, file
    request.getfixturevalue("aws")
    kms = boto3.client("kms", region_name="us-east-1")
    seal = kms.create_key()["KeyMetadata"]["KeyId"]
    pseudonym = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
    return KmsSeal(kms, seal), KmsPseudonyms(kms, seal, pseudonym)


def test_a_school_has_one_pseudonym_in_a_study_and_another_in_the_next(keys: tuple[SchoolSeal, Pseudonyms]) -> None:
    seal, pseudonyms = keys
    sealed = [seal.seal(school) for school in ("oak", "elm", "oak")]
    assert len(set(sealed)) == 3
    oak, elm, again = pseudonyms.of("first", sealed)
    assert oak == again != elm
    assert oak not in pseudonyms.of("second", sealed)
