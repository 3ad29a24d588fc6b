"""What the copying of open tallies promises, held against the in-memory fakes and against DynamoDB Local."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import boto3
import pytest
from cryptography.exceptions import InvalidTag
from moto import mock_aws

from functions.copies.service import Done, TallyCopying
from infra.local.dynamodb import Database
from selfie.adapters import keys
from selfie.adapters.dynamodb_companies import DynamoCompanies
from selfie.adapters.dynamodb_copies import DynamoCopies
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_open_tallies import DynamoOpenTallies
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.adapters.wrapping import FileWrapping, KmsWrapping, decrypt
from selfie.domain import deadlines
from selfie.domain.company import Joined, new_code
from selfie.domain.copies import FEWEST_NEW, Copy, Mark, Place
from selfie.domain.errors import AlreadySent, CodeUsed, Unknown
from selfie.domain.school import EducationLevel
from selfie.domain.submission import Submission
from selfie.domain.tally import Tally
from selfie.domain.tokens import Purpose, Token, new_token
from selfie.ports import Companies, Copies, Exercises, OpenTallies, Tallies
from tests.support.examples import LEADER, STUDENT, TEACHER, TRAINER, at, exercise
from tests.support.memory import MemoryCompanies, MemoryCopies, MemoryExercises, MemoryTallies, StoppedClock

EVENING = at("2046-11-10 19:00:00")
NIGHT = at("2046-11-11 00:30:00")
MORNING = at("2046-11-11 07:00:00")
NUMBERS = {LEADER: 5, TEACHER: 45, STUDENT: 200, TRAINER: 20}
# Days to come: what had expired by the real clock, DynamoDB Local would delete.
RUNNING = replace(
    exercise(NUMBERS, level=EducationLevel.UPPER_SECONDARY_VOCATIONAL),
    links=None,
    first_day=date(2046, 11, 2),
    last_day=date(2046, 11, 15),
)
STEEL = Joined(RUNNING.id, "company-steelsteelst", 20, "steel")
STUDENTS, OF_STEEL = Place(STUDENT), Place(TRAINER, STEEL.company_id)


@dataclass(frozen=True, slots=True)
class System:
    """One implementation of each store, with an exercise that runs and a company in it."""

    exercises: Exercises
    companies: Companies
    tallies: Tallies
    open_tallies: OpenTallies
    copies: Copies
    clock: StoppedClock
    lose: Callable[[], None]

    @property
    def copying(self) -> TallyCopying:
        """The use cases."""
        return TallyCopying(self.exercises, self.companies, self.open_tallies, self.copies, self.clock)

    def send(
        self, count: int, place: Place = STUDENTS, option: str = "5", slips: Iterator[bytes] | None = None
    ) -> None:
        """Let so many submit."""
        for _ in range(count):
            token = self.token(place, next(slips) if slips else b"")
            self.tallies.record(token, Submission(frozenset({f"C3:{option}"}), {}), self.clock())

    def token(self, place: Place = STUDENTS, slip: bytes = b"") -> Token:
        """Open a questionnaire."""
        now = self.clock()
        return new_token(
            Purpose.SUBMIT, RUNNING.id, place.group, now, now + timedelta(hours=2), slip, company_id=place.company_id
        )

    def counted(self, place: Place = STUDENTS) -> tuple[int, dict[str, int]]:
        """Say how many submitted, and what was counted."""
        there = self.open_tallies.read(RUNNING.id, place)
        assert there
        return there.tally.submissions, dict(there.tally.counts)


def copies_of(database: Database, folder: Path) -> DynamoCopies:
    """Return copies under a key that lies in a file."""
    file = folder / "copies-key.txt"
    file.write_text("a2V5" * 10 + "a2U=")
    return DynamoCopies(database.client(), database.exercises, database.keys, FileWrapping(file))


@pytest.fixture(params=["memory", "dynamodb"])
def it(request: pytest.FixtureRequest, tmp_path: Path) -> System:
    """Give a test stores of each kind in which an exercise runs."""
    if request.param == "memory":
        exercises, tallies = MemoryExercises(), MemoryTallies()
        companies: Companies = MemoryCompanies(exercises)
        made = System(exercises, companies, tallies, tallies, MemoryCopies(), StoppedClock(EVENING), tallies.lose)
    else:
        database: Database = request.getfixturevalue("dynamodb")
        client = database.client()

        def lose() -> None:
            client.delete_table(TableName=database.counters)
            key = [{"AttributeName": name, "KeyType": kind} for name, kind in (("PK", "HASH"), ("SK", "RANGE"))]
            attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")]
            named = {"TableName": database.counters, "BillingMode": "PAY_PER_REQUEST"}
            client.create_table(**named, KeySchema=key, AttributeDefinitions=attributes)

        made = System(
            DynamoExercises(client, database.exercises),
            DynamoCompanies(client, database.exercises),
            DynamoTallies(client, database.counters),
            DynamoOpenTallies(client, database.counters),
            copies_of(database, tmp_path),
            StoppedClock(EVENING),
            lose,
        )
    made.exercises.add(RUNNING)
    code = new_code()
    made.companies.offer(code, RUNNING.id, EVENING + timedelta(days=1))
    assert made.companies.join(code, STEEL)
    made.tallies.open(RUNNING)
    made.tallies.open_for_company(RUNNING, STEEL)
    return made


def copied_at_night(it: System) -> Done:
    """Copy, and go on in the morning."""
    it.clock.instant = NIGHT
    done = it.copying.copy(RUNNING.id)
    it.clock.instant = MORNING
    return done


def test_a_tally_is_copied_when_ten_have_submitted_and_again_when_ten_more_have(it: System) -> None:
    it.send(FEWEST_NEW - 1)
    assert it.copying.copy(RUNNING.id) == Done(0, 0)
    it.send(1)
    assert it.copying.copy(RUNNING.id) == Done(1, 0)
    it.send(FEWEST_NEW - 1)
    assert it.copying.copy(RUNNING.id) == Done(0, 0)
    it.send(1)
    assert it.copying.copy(RUNNING.id) == Done(1, 0)
    copy = it.copies.find(RUNNING.id, STUDENTS)
    assert copy
    assert (copy.tally.submissions, copy.tally.counts) == (20, {"C3:5": 20})


def test_every_group_and_every_company_is_copied_by_its_own_number(it: System) -> None:
    it.send(9, Place(TEACHER))
    it.send(9, Place(TRAINER))
    it.send(11, OF_STEEL)
    it.send(12)
    assert copied_at_night(it) == Done(2, 0)
    found = {place: it.copies.find(RUNNING.id, place) for place in (Place(TEACHER), Place(TRAINER), OF_STEEL, STUDENTS)}
    assert [copy.tally.submissions if copy else 0 for copy in found.values()] == [0, 0, 11, 12]
    assert set(it.copies.marks(RUNNING.id)) == {OF_STEEL, STUDENTS}


def test_of_two_copyings_at_once_one_counts(it: System) -> None:
    it.send(12)
    there = it.open_tallies.read(RUNNING.id, STUDENTS)
    assert there
    copy = Copy(there.opening, there.tally, there.slips, NIGHT)
    closes_at = deadlines.closes_at(RUNNING.last_day)
    assert it.copies.keep(RUNNING.id, STUDENTS, copy, None, closes_at)
    assert not it.copies.keep(RUNNING.id, STUDENTS, copy, None, closes_at)
    assert it.copies.keep(RUNNING.id, STUDENTS, copy, Mark(there.opening, 12), closes_at)


def test_lost_tallies_are_restored_and_counted_on(it: System) -> None:
    it.send(12, option="5")
    it.send(2, Place(LEADER))
    assert copied_at_night(it) == Done(1, 0)
    it.send(3, option="4")  # after the copy: these are lost
    it.lose()
    with pytest.raises(Unknown):
        it.send(1)
    assert it.copying.copy(RUNNING.id) == Done(0, 5)  # the next night tells of it, and overwrites nothing
    assert it.copying.restore(RUNNING.id) == Done(5, 0)
    assert it.copying.restore(RUNNING.id) == Done(0, 0)
    assert it.counted() == (12, {"C3:5": 12})
    assert it.counted(Place(LEADER)) == (0, {})
    it.send(2, option="1")
    assert it.copying.restore(RUNNING.id) == Done(0, 0)
    sealed = it.tallies.seal(RUNNING.id, STUDENT)
    assert (sealed.submissions, dict(sealed.counts)) == (14, {"C3:5": 12, "C3:1": 2})


def test_a_restored_tally_is_copied_again_when_ten_more_have_submitted(it: System) -> None:
    it.send(12)
    copied_at_night(it)
    it.lose()
    it.copying.restore(RUNNING.id)
    it.send(9)
    assert it.copying.copy(RUNNING.id) == Done(0, 0)
    it.send(1)
    assert it.copying.copy(RUNNING.id) == Done(1, 0)


def test_what_was_counted_in_a_tally_made_anew_is_added_to_the_copy(it: System) -> None:
    it.send(12, OF_STEEL, option="5")
    copied_at_night(it)
    it.lose()
    it.tallies.open_for_company(RUNNING, STEEL)  # its coordinator asked for another link
    it.send(4, OF_STEEL, option="2")
    assert it.copying.restore(RUNNING.id).written == 5
    assert it.counted(OF_STEEL) == (16, {"C3:5": 12, "C3:2": 4})
    assert it.copying.restore(RUNNING.id) == Done(0, 0)


def test_a_tally_that_is_there_is_never_touched(it: System) -> None:
    it.send(12)
    copied_at_night(it)
    it.send(1, option="1")
    assert it.copying.restore(RUNNING.id) == Done(0, 0)
    it.tallies.seal(RUNNING.id, STUDENT)
    assert it.copying.restore(RUNNING.id) == Done(0, 0)
    assert it.counted() == (13, {"C3:5": 12, "C3:1": 1})


def test_used_codes_stay_used(it: System) -> None:
    slips = iter([bytes([1, 2, 3, 0, number]) for number in range(20)])
    it.send(12, slips=slips)
    copied_at_night(it)
    it.lose()
    it.copying.restore(RUNNING.id)
    with pytest.raises(CodeUsed):
        it.send(1, slips=iter([bytes([1, 2, 3, 0, 5])]))
    it.send(1, slips=slips)
    assert it.counted()[0] == 13


def test_nothing_is_restored_while_a_submission_in_the_copy_could_be_sent_again(it: System) -> None:
    it.send(11)
    it.clock.instant = NIGHT
    token, submission = it.token(), Submission(frozenset({"C3:3"}), {})
    it.tallies.record(token, submission, NIGHT)
    with pytest.raises(AlreadySent):
        it.tallies.record(token, submission, NIGHT)
    assert it.copying.copy(RUNNING.id).written == 1
    it.lose()
    it.clock.instant = token.expires_at - timedelta(seconds=1)
    assert it.copying.restore(RUNNING.id) == Done(4, 1)
    with pytest.raises(Unknown):
        it.tallies.record(token, submission, it.clock())
    it.clock.instant = token.expires_at
    assert it.copying.restore(RUNNING.id) == Done(1, 0)
    assert it.counted()[0] == 12


def test_a_destroyed_key_is_never_made_again(it: System) -> None:
    it.send(12)
    copied_at_night(it)
    closes_at = deadlines.closes_at(RUNNING.last_day)
    for _ in range(2):
        it.copies.destroy(RUNNING.id, closes_at)
    assert it.copies.find(RUNNING.id, STUDENTS) is None
    assert it.copies.marks(RUNNING.id) == {}
    assert it.copying.copy(RUNNING.id) == Done(0, 0)
    assert it.copies.find(RUNNING.id, STUDENTS) is None


def test_after_its_deadline_nothing_is_copied_and_a_loss_can_still_be_mended(it: System) -> None:
    it.send(12)
    copied_at_night(it)
    it.send(10)
    it.clock.instant = deadlines.closes_at(RUNNING.last_day)
    assert it.copying.activated() == (RUNNING.id,)
    assert it.copying.copy(RUNNING.id) == Done(0, 0)
    it.lose()
    assert it.copying.restore(RUNNING.id) == Done(5, 0)
    assert it.tallies.seal(RUNNING.id, STUDENT).submissions == 12


def test_a_mark_whose_copy_was_never_written_counts_all_the_same(it: System, monkeypatch: pytest.MonkeyPatch) -> None:
    # As when the function dies between the two writes; the mark says that twelve were in a copy that may exist.
    it.send(12)
    copied_at_night(it)
    monkeypatch.setattr(type(it.copies), "find", lambda *_: None)
    it.lose()
    assert it.copying.restore(RUNNING.id) == Done(5, 0)
    it.send(20)
    assert it.copying.copy(RUNNING.id) == Done(0, 0)
    it.send(2)
    assert it.copying.copy(RUNNING.id) == Done(1, 0)


# What is stored


def test_what_is_copied_is_encrypted_and_its_length_tells_nothing(dynamodb: Database, tmp_path: Path) -> None:
    copies, closes_at, lengths = copies_of(dynamodb, tmp_path), deadlines.closes_at(RUNNING.last_day), set()
    for count in (10, 99):
        tally = Tally(STUDENT, count, {f"C3:{option}": count for option in range(count)})
        last = copies.marks(RUNNING.id).get(STUDENTS)
        assert copies.keep(RUNNING.id, STUDENTS, Copy(b"opening1", tally, frozenset(), NIGHT), last, closes_at)
        item = dynamodb.client().get_item(TableName=dynamodb.exercises, Key=keys.copy(RUNNING.id, STUDENTS))["Item"]
        assert set(item) == {"PK", "SK", "encrypted", "expires_at"}
        # Counts filled up with blanks would be packed to a twentieth; what is encrypted cannot be packed.
        assert len(zlib.compress(item["encrypted"]["B"])) > len(item["encrypted"]["B"])
        lengths.add(len(item["encrypted"]["B"]))
    assert len(lengths) == 1


def test_an_old_copy_is_unreadable_once_the_key_is_gone_and_under_the_key_of_another(
    dynamodb: Database, tmp_path: Path
) -> None:
    client, copies, closes_at = dynamodb.client(), copies_of(dynamodb, tmp_path), deadlines.closes_at(RUNNING.last_day)
    another = RUNNING.id.replace("2026-1", "2026-2")
    copy = Copy(b"opening1", Tally(STUDENT, 10, {"C3:5": 10}), frozenset(), NIGHT)
    for exercise_id in (RUNNING.id, another):
        assert copies.keep(exercise_id, STUDENTS, copy, None, closes_at)
    backup = client.get_item(TableName=dynamodb.exercises, Key=keys.copy(RUNNING.id, STUDENTS))["Item"]
    wrapped = client.get_item(TableName=dynamodb.keys, Key=keys.copy_key(another))["Item"]["wrapped_key"]["B"]
    copies.destroy(RUNNING.id, closes_at)
    # As a restore of the Exercises table to an earlier moment would bring it back.
    client.put_item(TableName=dynamodb.exercises, Item=backup)
    assert copies.find(RUNNING.id, STUDENTS) is None
    left = client.get_item(TableName=dynamodb.keys, Key=keys.copy_key(RUNNING.id))["Item"]
    assert set(left) == {"PK", "SK", "expires_at"}
    wrapping = FileWrapping(tmp_path / "copies-key.txt")
    with pytest.raises(InvalidTag):
        wrapping.unwrap(wrapped, RUNNING.id)
    with pytest.raises(InvalidTag):
        decrypt(wrapping.unwrap(wrapped, another), backup["encrypted"]["B"], "COPY")


@mock_aws
def test_kms_wraps_a_key_for_one_exercise() -> None:
    client = boto3.client("kms", region_name="eu-west-1")
    wrapping = KmsWrapping(client, client.create_key()["KeyMetadata"]["KeyId"])
    key, wrapped = wrapping.new_key(RUNNING.id)
    assert len(key) == 32
    assert key not in wrapped
    assert wrapping.unwrap(wrapped, RUNNING.id) == key
    with pytest.raises(client.exceptions.InvalidCiphertextException):
        wrapping.unwrap(wrapped, "another")
