"""Counting under load on DynamoDB Local: what was answered with success is in the tallies, exactly, nothing else."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum

from infra.local.dynamodb import Database
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.domain.errors import AlreadySent, ExerciseClosed
from selfie.domain.exercise import Exercise
from selfie.domain.questionnaire import Question, ScaleKind
from selfie.domain.school import RespondentGroup
from selfie.domain.submission import Submission, read_submission
from selfie.domain.tally import Tally
from selfie.domain.tokens import TIME_TO_ANSWER, Purpose, Token, new_token
from tests.support.examples import CATALOGUE, LEADER, STUDENT, TEACHER, at, exercise, own_statement

THREADS = 32
PEOPLE = {LEADER: 200, TEACHER: 700, STUDENT: 1100}
NOON = at("2026-11-10 11:00:00")


class Answer(StrEnum):
    """What the store said to one sending."""

    COUNTED = "counted"
    SENT_BEFORE = "sent before"
    CLOSED = "closed"


@dataclass
class Person:
    """One submission with everything that was answered to its sendings."""

    token: Token
    submission: Submission
    answers: list[Answer] = field(default_factory=list)


def test_every_success_is_counted_once_and_nothing_after_the_seal(dynamodb: Database) -> None:
    chance = random.Random(20261110)
    running = exercise(
        {LEADER: 200, TEACHER: 1000, STUDENT: 2000}, optional=("A4", "C10"), own=(own_statement(1, *PEOPLE),)
    )
    tallies = DynamoTallies(dynamodb.client(), dynamodb.counters)
    tallies.open(running)
    people = _people(running, chance)
    sendings = _sendings(people, chance)
    counted = threading.Semaphore(0)
    sealed: dict[RespondentGroup, Tally] = {}

    def send(person: Person) -> None:
        person.answers.append(_send(tallies, person))
        if person.answers[-1] is Answer.COUNTED:
            counted.release()

    def close_in_the_middle() -> None:
        for _ in range(len(people) // 2):
            counted.acquire()
        for group in running.groups:
            sealed[group] = tallies.seal(running.id, group)

    began = time.monotonic()
    closing = threading.Thread(target=close_in_the_middle)
    closing.start()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, sendings))
    closing.join(timeout=10)
    took = time.monotonic() - began

    for group in running.groups:
        of_group = [person for person in people if person.token.group is group]
        accepted = [person for person in of_group if Answer.COUNTED in person.answers]
        expected = Counter(name for person in accepted for name in person.submission.counters)
        tally = tallies.seal(running.id, group)
        assert tally == sealed[group]
        assert tally.submissions == len(accepted)
        assert tally.counts == expected
        for code, question in running.questionnaire(CATALOGUE, group).questions.items():
            if question.kind is ScaleKind.RATING:
                assert sum(tally.counts.get(f"{code}:{option}", 0) for option in question.options) == len(accepted)
        texts = [text for person in accepted for text in person.submission.open_texts.values()]
        assert Counter(tallies.open_texts(running.id, group)) == Counter(texts)
        # Both fates occur, or the seal was not in the middle.
        assert 0 < len(accepted) < len(of_group)
        assert texts
    for person in people:
        _check_answers(person.answers)
    _report(people, sendings, sealed, took)


def _people(running: Exercise, chance: random.Random) -> list[Person]:
    people = []
    for group, number in PEOPLE.items():
        questionnaire = running.questionnaire(CATALOGUE, group)
        for name in range(number):
            answers = {code: _answer(question, chance) for code, question in questionnaire.questions.items()}
            answers["open"] = [f"{group} {name}"] if chance.random() < 0.2 else []
            token = new_token(Purpose.SUBMIT, running.id, group, NOON, NOON + TIME_TO_ANSWER)
            people.append(Person(token, read_submission(questionnaire, answers)))
    chance.shuffle(people)
    return people


def _answer(question: Question, chance: random.Random) -> Sequence[str]:
    if question.kind is ScaleKind.TICK_ALL:
        return [option for option in question.ratings if chance.random() < 0.5]
    return [chance.choice(question.options)] if question.options else []


def _sendings(people: Sequence[Person], chance: random.Random) -> list[Person]:
    """Send everybody's submission one to four times: some all at once, some with others in between."""
    placed: list[tuple[float, Person]] = []
    for place, person in enumerate(people):
        apart = chance.choice((0, 40, len(people)))
        placed.extend((place + chance.random() * apart, person) for _ in range(chance.randint(1, 4)))
    placed.sort(key=lambda entry: entry[0])
    return [person for _, person in placed]


def _send(tallies: DynamoTallies, person: Person) -> Answer:
    try:
        tallies.record(person.token, person.submission, NOON)
    except AlreadySent:
        return Answer.SENT_BEFORE
    except ExerciseClosed:
        return Answer.CLOSED
    return Answer.COUNTED


def _check_answers(answers: Sequence[Answer]) -> None:
    assert 1 <= len(answers) <= 4
    if Answer.CLOSED in answers:
        assert set(answers) == {Answer.CLOSED}
    else:
        assert answers.count(Answer.COUNTED) == 1


def _report(
    people: Sequence[Person], sendings: Sequence[Person], sealed: dict[RespondentGroup, Tally], took: float
) -> None:
    said = Counter(answer for person in people for answer in person.answers)
    print(f"\n{len(people)} submissions, {len(sendings)} sendings, {THREADS} threads, {took:.0f} s: {dict(said)}")
    for group, tally in sealed.items():
        print(f"{group}: {tally.submissions} counted, {sum(tally.counts.values())} answers")
