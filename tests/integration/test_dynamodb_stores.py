"""What only DynamoDB can get wrong: lost replies, a busy table, what is read and written, limits of an item."""

import json
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from infra.local.dynamodb import REGION, Database
from selfie.adapters import aws, keys
from selfie.adapters.documents import AwsDocuments
from selfie.adapters.dynamodb_data_maps import DynamoDataMaps
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_logins import DynamoLogins
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.catalogue import CURRENT, catalogue
from selfie.domain import deadlines
from selfie.domain.errors import AlreadySent, CapReached, ChangedMeanwhile, TryAgain
from selfie.domain.exercise import Exercise
from selfie.domain.questionnaire import NOT_APPLICABLE, ScaleKind, questionnaire_for
from selfie.domain.school import EducationLevel, Family, Identity, RespondentGroup, School
from selfie.domain.submission import Submission, read_submission
from selfie.domain.tally import receipt_slot
from selfie.domain.tokens import TIME_TO_ANSWER, Purpose, Token, new_token
from selfie.ports import LONG_AGO, CoordinatorSession, LoginTransaction
from tests.support.data_maps import COMPLETE
from tests.support.examples import LEADER, STUDENT, TEACHER, at, exercise, own_statement
from tests.support.reports import SCHOOL

NOON = at("2026-11-10 11:00:00")
TEXT = "More sockets, please."


@pytest.fixture
def running() -> Exercise:
    """An activated exercise."""
    return exercise()


def client_that_tries(database: Database, attempts: int) -> Any:
    """Make a client that sends a request at most so many times."""
    return boto3.client(
        "dynamodb",
        endpoint_url=database.endpoint,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )


def tallies_on(database: Database, client: Any, running: Exercise) -> DynamoTallies:
    """Open an exercise's tallies before anything goes wrong."""
    DynamoTallies(database.client(), database.counters).open(running)
    return DynamoTallies(client, database.counters)


def lose_replies(client: Any, operation: str, times: int) -> None:
    """Carry the first requests out but let their replies be lost on the way."""
    left = iter(range(times))

    def carry_out(request: Any, **_: Any) -> None:
        if next(left, None) is not None:
            URLLib3Session().send(request)
            raise ReadTimeoutError(endpoint_url=request.url)

    client.meta.events.register(f"before-send.dynamodb.{operation}", carry_out)


def refuse(client: Any, operation: str, code: str, times: int, status: int = 400) -> None:
    """Refuse the first requests without carrying them out."""
    left = iter(range(times))

    def answer(request: Any, **_: Any) -> AWSResponse | None:
        if next(left, None) is None:
            return None
        body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "not now"}).encode()
        return AWSResponse(request.url, status, {"Content-Type": "application/x-amz-json-1.0"}, _Raw(body))

    client.meta.events.register(f"before-send.dynamodb.{operation}", answer)


class _Raw:
    """A body as urllib3 would hand it over."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Any:
        return iter([self._body])


def test_a_first_sending_whose_reply_was_lost_was_not_sent_before(dynamodb: Database, running: Exercise) -> None:
    client = client_that_tries(dynamodb, attempts=3)
    tallies = tallies_on(dynamodb, client, running)
    lose_replies(client, "UpdateItem", times=1)
    tallies.record(_token(running), _answers("C3:4", open=TEXT), NOON)
    sealed = tallies.seal(running.id, TEACHER)
    assert (sealed.submissions, sealed.counts) == (1, {"C3:4": 1})
    assert list(tallies.open_texts(running.id, TEACHER)) == [TEXT]


def test_when_every_reply_was_lost_the_next_try_settles_it(dynamodb: Database, running: Exercise) -> None:
    client = client_that_tries(dynamodb, attempts=1)
    tallies = tallies_on(dynamodb, client, running)
    lose_replies(client, "UpdateItem", times=1)
    token, submission = _token(running), _answers("C3:4", open=TEXT)
    with pytest.raises(TryAgain):
        tallies.record(token, submission, NOON)
    with pytest.raises(AlreadySent):
        tallies.record(token, submission, NOON)
    assert list(tallies.open_texts(running.id, TEACHER)) == [TEXT]
    assert tallies.seal(running.id, TEACHER).counts == {"C3:4": 1}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ProvisionedThroughputExceededException", 400),
        ("ThrottlingException", 400),
        ("RequestLimitExceeded", 400),
        ("InternalServerError", 500),
    ],
)
@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "UpdateItem"])
def test_a_busy_table_asks_to_try_again_and_counts_the_second_try(
    dynamodb: Database, running: Exercise, operation: str, code: str, status: int
) -> None:
    client = client_that_tries(dynamodb, attempts=1)
    tallies = tallies_on(dynamodb, client, running)
    refuse(client, operation, code, times=1, status=status)
    token, submission = _token(running), _answers("C3:4", open=TEXT)
    with pytest.raises(TryAgain):
        tallies.record(token, submission, NOON)
    assert tallies.submitted(running.id, [TEACHER]) == {TEACHER: 0}
    tallies.record(token, submission, NOON)
    assert list(tallies.open_texts(running.id, TEACHER)) == [TEXT]
    assert tallies.seal(running.id, TEACHER).counts == {"C3:4": 1}


def test_two_of_the_same_at_once_of_which_one_is_throttled_keep_their_text(
    dynamodb: Database, running: Exercise
) -> None:
    throttled = client_that_tries(dynamodb, attempts=1)
    refuse(throttled, "UpdateItem", "ThrottlingException", times=1)
    first = tallies_on(dynamodb, dynamodb.client(), running)
    twin = DynamoTallies(throttled, dynamodb.counters)
    token, submission = _token(running), _answers("C3:4", open=TEXT)
    # The twin has put its text when the first is counted, and is throttled after that.
    counted = threading.Event()

    def count_the_first(**_: Any) -> None:
        if not counted.is_set():
            counted.set()
            first.record(token, submission, NOON)

    throttled.meta.events.register_first("before-send.dynamodb.UpdateItem", count_the_first)
    with pytest.raises(TryAgain):
        twin.record(token, submission, NOON)
    assert counted.is_set()
    assert list(first.open_texts(running.id, TEACHER)) == [TEXT]


def test_a_text_that_is_put_while_the_tally_fills_up_is_taken_back(dynamodb: Database, running: Exercise) -> None:
    client = dynamodb.client()
    tallies = tallies_on(dynamodb, client, running)
    others = [_token(running, LEADER) for _ in range(10)]
    others_tallies = DynamoTallies(dynamodb.client(), dynamodb.counters)

    def fill_up(**_: Any) -> None:
        while others:
            others_tallies.record(others.pop(), _answers("C3:1"), NOON)

    client.meta.events.register_first("before-send.dynamodb.UpdateItem", fill_up)
    for _ in range(2):
        with pytest.raises(CapReached):
            tallies.record(_token(running, LEADER), _answers("C3:4", open=TEXT), NOON)
    assert not others
    assert list(tallies.open_texts(running.id, LEADER)) == []


def test_what_is_wrong_with_the_table_is_not_hidden(dynamodb: Database, running: Exercise) -> None:
    tallies = DynamoTallies(dynamodb.client(), "no-such-table")
    with pytest.raises(ClientError) as raised:
        tallies.record(_token(running), _answers("C3:4"), NOON)
    assert aws.code_of(raised.value) == "ResourceNotFoundException"


def test_recording_reads_no_count_and_gets_none_back(dynamodb: Database, running: Exercise) -> None:
    client = dynamodb.client()
    tallies = tallies_on(dynamodb, client, running)
    asked: list[tuple[str, dict[str, Any]]] = []
    client.meta.events.register(
        "before-parameter-build.dynamodb", lambda params, model, **_: asked.append((model.name, params))
    )
    token = _token(running)
    for _ in range(2):
        try:
            tallies.record(token, _answers("C3:4", open=TEXT), NOON)
        except AlreadySent:
            continue
    with pytest.raises(AlreadySent):
        tallies.record(token, _answers("C3:4"), NOON)
    assert {operation for operation, _ in asked} == {"GetItem", "PutItem", "UpdateItem"}
    seen = f"seen_{receipt_slot(token.issued_at)}"
    for operation, params in asked:
        assert params.get("ReturnValues", "NONE") == "NONE"
        assert "ReturnValuesOnConditionCheckFailure" not in params
        if operation == "GetItem":
            assert _projected(params) == {"sealed", "closes_at", seen}


def test_the_dashboard_reads_how_many_submitted_and_nothing_else(dynamodb: Database, running: Exercise) -> None:
    client = dynamodb.client()
    tallies = tallies_on(dynamodb, client, running)
    asked: list[dict[str, Any]] = []
    client.meta.events.register("before-parameter-build.dynamodb.GetItem", lambda params, **_: asked.append(params))
    tallies.submitted(running.id, running.groups)
    assert [_projected(params) for params in asked] == [{"submissions"}] * 3


def test_a_submission_leaves_nothing_but_counts_and_a_receipt(dynamodb: Database, running: Exercise) -> None:
    tallies = tallies_on(dynamodb, dynamodb.client(), running)
    before = _items(dynamodb, dynamodb.counters, of=keys.tally(running.id, TEACHER))
    assert set(before[0]) == {"PK", "SK", "submissions", "sealed", "closes_at", "cap", "opening", "expires_at"}
    token = _token(running)
    tallies.record(token, _answers("C3:4", open=TEXT), NOON)
    (after,) = _items(dynamodb, dynamodb.counters, of=keys.tally(running.id, TEACHER))
    assert set(after) - set(before[0]) == {"C3:4", f"seen_{receipt_slot(NOON)}"}
    (text,) = [item for item in _items(dynamodb, dynamodb.counters) if item["PK"]["S"].startswith("TEXT")]
    # A text goes when the tally goes: its time of expiry says nothing of when it came.
    assert set(text) == {"PK", "SK", "question", "text", "expires_at"}
    assert text["expires_at"] == after["expires_at"]
    assert token.receipt.hex() not in json.dumps(text)


def test_tallies_and_texts_go_thirty_days_after_closing(dynamodb: Database, running: Exercise) -> None:
    tallies_on(dynamodb, dynamodb.client(), running)
    (tally,) = _items(dynamodb, dynamodb.counters, of=keys.tally(running.id, TEACHER))
    assert running.last_day
    closing = int(deadlines.closes_at(running.last_day).timestamp())
    assert int(tally["closes_at"]["N"]) == closing
    assert int(tally["expires_at"]["N"]) == closing + 30 * 24 * 3600


def test_receipts_of_dead_tokens_are_dropped(dynamodb: Database, running: Exercise) -> None:
    tallies = tallies_on(dynamodb, dynamodb.client(), running)
    for hours in range(12):
        now = NOON + timedelta(hours=hours)
        tallies.record(_token(running, now=now), _answers("C3:4"), now)
    (tally,) = _items(dynamodb, dynamodb.counters, of=keys.tally(running.id, TEACHER))
    kept = [receipt for name, value in tally.items() if name.startswith("seen_") for receipt in value["BS"]]
    assert len(kept) == 3


@pytest.mark.parametrize("group", list(RespondentGroup))
def test_the_longest_questionnaire_fits_into_one_write(dynamodb: Database, group: RespondentGroup) -> None:
    published = catalogue(CURRENT)
    own = [own_statement(number, *RespondentGroup) for number in range(1, 11)]
    longest = questionnaire_for(published, Family.WBL, group, tuple(published.optional_codes), own)
    answers = {
        code: [option for option in question.options if option != NOT_APPLICABLE]
        if question.kind is ScaleKind.TICK_ALL
        else [question.options[0] if question.options else "é" * 500]
        for code, question in longest.questions.items()
    }
    submission = read_submission(longest, answers)
    wbl = exercise(
        {LEADER: 5, TEACHER: 45, STUDENT: 200, RespondentGroup.IN_COMPANY_TRAINER: 9},
        level=EducationLevel.UPPER_SECONDARY_VOCATIONAL,
    )
    tallies = tallies_on(dynamodb, dynamodb.client(), wbl)
    tallies.record(_token(wbl, group), submission, NOON)
    assert tallies.seal(wbl.id, group).counts == dict.fromkeys(submission.counters, 1)
    assert len(submission.counters) >= len(longest.questions) - 1


def test_more_than_one_page_of_open_texts_is_read(dynamodb: Database, running: Exercise) -> None:
    tallies = tallies_on(dynamodb, dynamodb.client(), running)
    client = dynamodb.client()
    written = {"question": {"S": "open"}, "text": {"S": "é" * 500}, "expires_at": {"N": "1"}}  # a page holds a megabyte
    places = [keys.open_text(running.id, STUDENT, number.to_bytes(8, "big"), "open") for number in range(1100)]
    requests = [{"PutRequest": {"Item": {**place, **written}}} for place in places]
    for first in range(0, len(requests), 25):
        client.batch_write_item(RequestItems={dynamodb.counters: requests[first : first + 25]})
    assert len(tallies.open_texts(running.id, STUDENT)) == 1100


def test_what_a_browser_holds_is_not_in_the_table(dynamodb: Database) -> None:
    logins = DynamoLogins(dynamodb.client(), dynamodb.exercises)
    logins.begin(LoginTransaction("the-state", "nonce", "verifier", "/", NOON))
    who = Identity("https://login.example", "subject-of-anna")
    logins.open(CoordinatorSession("the-cookie", who, (), "csrf", NOON, NOON))
    stored = json.dumps(_items(dynamodb, dynamodb.exercises))
    assert "verifier" in stored
    assert "the-state" not in stored
    assert "the-cookie" not in stored


def test_who_coordinates_a_school_is_stored_as_a_hash(dynamodb: Database) -> None:
    schools = DynamoSchools(dynamodb.client(), dynamodb.exercises)
    who = Identity("https://login.example", "subject-of-anna")
    schools.add(School("oakoakoakoak", "Oak", "IE", "en", ("oak@example.org",)), who)
    stored = json.dumps(_items(dynamodb, dynamodb.exercises))
    assert keys.identity_hash(who) in stored
    assert who.subject not in stored


def test_a_claim_whose_reply_was_lost_is_still_a_claim(dynamodb: Database, running: Exercise) -> None:
    client = client_that_tries(dynamodb, attempts=3)
    documents = AwsDocuments(client, dynamodb.exercises, None, "reports")
    documents.request(running.id, "fr", LONG_AGO)
    lose_replies(client, "UpdateItem", times=1)
    assert documents.claim_sending(running.id, "fr", "report-1")
    assert not documents.claim_sending(running.id, "fr", "report-1")


def test_an_activation_whose_reply_was_lost_is_not_in_its_own_way(dynamodb: Database, running: Exercise) -> None:
    client = client_that_tries(dynamodb, attempts=3)
    exercises = DynamoExercises(client, dynamodb.exercises)
    lose_replies(client, "TransactWriteItems", times=1)
    exercises.add(running)
    assert exercises.get(running.id) == running


def test_a_tool_whose_reply_was_lost_is_nobody_elses(dynamodb: Database) -> None:
    client = client_that_tries(dynamodb, attempts=3)
    maps, tool = DynamoDataMaps(client, dynamodb.exercises), replace(COMPLETE, number=1)
    lose_replies(client, "PutItem", times=1)
    maps.add_tool(SCHOOL.id, tool)
    lose_replies(client, "PutItem", times=1)
    changed = maps.change_tool(SCHOOL.id, tool, replace(tool, name="Another name"))
    assert list(maps.tools(SCHOOL.id)) == [changed]
    with pytest.raises(ChangedMeanwhile):
        maps.add_tool(SCHOOL.id, tool)


def _projected(params: dict[str, Any]) -> set[str]:
    names: dict[str, str] = params.get("ExpressionAttributeNames", {})
    return {names.get(name, name) for name in params["ProjectionExpression"].split(", ")}


def _items(database: Database, table: str, of: keys.Key | None = None) -> list[dict[str, Any]]:
    pages = database.client().get_paginator("scan").paginate(TableName=table)
    items = [item for page in pages for item in page["Items"]]
    for item in items:
        for value in item.values():
            if "B" in value:
                value["B"] = value["B"].hex()
            if "BS" in value:
                value["BS"] = [entry.hex() for entry in value["BS"]]
    return [item for item in items if of is None or {"PK": item["PK"], "SK": item["SK"]} == of]


def _token(running: Exercise, group: RespondentGroup = TEACHER, now: datetime = NOON) -> Token:
    return new_token(Purpose.SUBMIT, running.id, group, now, now + TIME_TO_ANSWER)


def _answers(*counters: str, **texts: str) -> Submission:
    return Submission(frozenset(counters), texts)
