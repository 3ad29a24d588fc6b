"""DynamoDB Local is killed and started again in the middle of 500 submissions: none is lost, none counts twice."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.local.aws import aws_environment
from infra.local.dynamodb import make_tables, server_command, what_is_missing
from infra.local.processes import free_port, server
from selfie.adapters import aws
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.domain.errors import AlreadySent, TryAgain
from selfie.domain.questionnaire import ScaleKind
from selfie.domain.submission import Submission, read_submission
from selfie.domain.tokens import TIME_TO_ANSWER, Purpose, new_token
from tests.support.examples import CATALOGUE, STUDENT, at, exercise

PEOPLE = 500
COUNTED_BEFORE = 150
AT_ONCE = 8
# The page waits longer, but people are patient.
WAIT_S = 0.5
MOST_TRIES = 100
NOON = at("2026-11-10 11:00:00")
RUNNING = exercise({STUDENT: PEOPLE})
QUESTIONNAIRE = RUNNING.questionnaire(CATALOGUE, STUDENT)
RATED = {code: asked.options for code, asked in QUESTIONNAIRE.questions.items() if asked.kind is ScaleKind.RATING}


def filled_in(person: int) -> Submission:
    """Answer everything, and sign it."""
    answers = {code: [options[person % len(options)]] for code, options in RATED.items()}
    return read_submission(QUESTIONNAIRE, {**answers, "open": [f"person {person}"]})


def send(tallies: DynamoTallies, person: int) -> int:
    """Send as the page does: the same token again until there is an answer; return how often."""
    token, submission = new_token(Purpose.SUBMIT, RUNNING.id, STUDENT, NOON, NOON + TIME_TO_ANSWER), filled_in(person)
    for tries in range(1, MOST_TRIES):
        try:
            tallies.record(token, submission, NOON)
        except AlreadySent:
            return tries
        except TryAgain:
            time.sleep(WAIT_S)
        else:
            return tries
    raise AssertionError(f"person {person} never got an answer")


def test_a_store_that_is_killed_in_the_middle_loses_nothing_and_counts_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing := what_is_missing():
        pytest.skip(f"DynamoDB Local needs {missing}")
    port = free_port()
    endpoint, command = f"http://127.0.0.1:{port}", server_command(port, tmp_path / "kept")
    for name, value in aws_environment(endpoint).items():
        monkeypatch.setenv(name, value)
    counted = threading.Semaphore(0)

    def until_counted(person: int) -> int:
        tries = send(tallies, person)
        counted.release()
        return tries

    with server(command, port=port, log=tmp_path / "first.txt") as process, ThreadPoolExecutor(AT_ONCE) as people:
        tallies = DynamoTallies(aws.client("dynamodb"), make_tables(endpoint).counters)
        tallies.open(RUNNING)
        sent = [people.submit(until_counted, person) for person in range(PEOPLE)]
        for _ in range(COUNTED_BEFORE):
            counted.acquire()
        process.kill()  # not in good order: as when a machine goes down
        process.wait()
        with server(command, port=port, log=tmp_path / "second.txt"):
            tries = [each.result() for each in sent]
            tally, texts = tallies.seal(RUNNING.id, STUDENT), tallies.open_texts(RUNNING.id, STUDENT)
    # The store was away for somebody, or nothing was tested.
    assert max(tries) > 1
    assert tally.submissions == PEOPLE
    for code, options in RATED.items():
        assert sum(tally.counts[f"{code}:{option}"] for option in options) == PEOPLE
    assert sorted(texts) == sorted(f"person {person}" for person in range(PEOPLE))
