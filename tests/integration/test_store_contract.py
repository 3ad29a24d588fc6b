"""What every store promises, held against the in-memory fakes and against DynamoDB Local with moto's S3."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from infra.local.dynamodb import Database
from selfie.adapters.documents import AwsDocuments
from selfie.adapters.dynamodb_action_plans import DynamoActionPlans
from selfie.adapters.dynamodb_badges import DynamoBadges
from selfie.adapters.dynamodb_data_maps import DynamoDataMaps
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_logins import DynamoLogins
from selfie.adapters.dynamodb_mailboxes import DynamoMailboxes
from selfie.adapters.dynamodb_results import DynamoResults
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.adapters.dynamodb_totals import DynamoTotals
from selfie.domain.action_plan import with_sharing, without_sharing
from selfie.domain.badge import Badge, IssuedBadge, StatusList
from selfie.domain.data_map import DataMap, Kind, Tool
from selfie.domain.errors import (
    AlreadySent,
    CapReached,
    ChangedMeanwhile,
    CodeUsed,
    ExerciseClosed,
    ExerciseExists,
    PlanExists,
    Unknown,
)
from selfie.domain.exercise import (
    Addressees,
    Exercise,
    State,
    activated,
    closed,
    with_numbers,
    with_replaced_link,
)
from selfie.domain.mailbox import Outcome, Trouble, Troubled
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel, Identity, RespondentGroup, School
from selfie.domain.submission import Submission
from selfie.domain.tally import cap
from selfie.domain.tokens import TIME_TO_ANSWER, Purpose, Token, new_token
from selfie.domain.totals import Totals
from selfie.ports import (
    ActionPlans,
    Badges,
    CoordinatorSession,
    DataMaps,
    DocumentEntry,
    Documents,
    DocumentState,
    Exercises,
    Logins,
    LoginTransaction,
    Mailboxes,
    PublishedResults,
    Schools,
    Tallies,
    TotalsOfNights,
)
from tests.support.action_plans import plan, whole_plan
from tests.support.data_maps import COMPLETE, everything
from tests.support.examples import (
    CALENDAR,
    CATALOGUE,
    LEADER,
    STUDENT,
    TEACHER,
    at,
    exercise,
    own_statement,
    set_up_only,
    tally,
)
from tests.support.memory import (
    MemoryActionPlans,
    MemoryBadges,
    MemoryDataMaps,
    MemoryDocuments,
    MemoryExercises,
    MemoryLogins,
    MemoryMailboxes,
    MemoryResults,
    MemorySchools,
    MemoryTallies,
    MemoryTotals,
)

NOON = at("2026-11-10 11:00:00")
DEADLINE = at("2026-11-15 22:59:00")
LINKS = {LEADER: "leaders-link", TEACHER: "teachers-link", STUDENT: "students-link"}


@dataclass(frozen=True, slots=True)
class Stores:
    """One implementation of every store."""

    exercises: Exercises
    tallies: Tallies
    results: PublishedResults
    documents: Documents
    schools: Schools
    logins: Logins
    plans: ActionPlans
    maps: DataMaps
    badges: Badges
    totals: TotalsOfNights
    mailboxes: Mailboxes


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Give a test empty stores of each kind."""
    if request.param == "memory":
        yield Stores(
            MemoryExercises(),
            MemoryTallies(),
            MemoryResults(),
            MemoryDocuments(),
            MemorySchools(),
            MemoryLogins(),
            MemoryActionPlans(),
            MemoryDataMaps(),
            MemoryBadges(),
            MemoryTotals(),
            MemoryMailboxes(),
        )
        return
    database = request.getfixturevalue("dynamodb")
    with mock_aws(config={"core": {"passthrough": {"urls": [f"{database.endpoint}.*"]}}}):
        client = database.client()
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="reports")
        yield Stores(
            DynamoExercises(client, database.exercises),
            DynamoTallies(client, database.counters),
            DynamoResults(client, database.exercises),
            AwsDocuments(client, database.exercises, s3, "reports"),
            DynamoSchools(client, database.exercises),
            DynamoLogins(client, database.exercises),
            DynamoActionPlans(client, database.exercises),
            DynamoDataMaps(client, database.exercises),
            DynamoBadges(client, database.exercises),
            DynamoTotals(client, database.counters),
            DynamoMailboxes(client, database.exercises),
        )


# Exercises


def test_an_exercise_comes_back_as_it_was_stored(stores: Stores) -> None:
    kept = replace(exercise(optional=("A4",), own=(own_statement(1, LEADER, STUDENT),)), links=LINKS)
    stores.exercises.add(kept)
    assert stores.exercises.get(kept.id) == kept


def test_a_set_up_without_dates_comes_back_as_it_was_stored(stores: Stores) -> None:
    kept = set_up_only()
    stores.exercises.add(kept)
    assert stores.exercises.get(kept.id) == kept


@pytest.mark.parametrize("exercise_id", ["abcdefgh2345-2026-1-primary", "no id at all", ""])
def test_an_exercise_that_is_not_there_is_unknown(stores: Stores, exercise_id: str) -> None:
    with pytest.raises(Unknown):
        stores.exercises.get(exercise_id)


def test_a_school_has_one_exercise_for_each_session_and_level(stores: Stores) -> None:
    stores.exercises.add(set_up_only())
    with pytest.raises(ExerciseExists):
        stores.exercises.add(set_up_only(numbers={LEADER: 1, TEACHER: 1, STUDENT: 1}))
    assert stores.exercises.get(set_up_only().id) == set_up_only()


def test_a_change_gets_the_next_version(stores: Stores) -> None:
    before = set_up_only()
    stores.exercises.add(before)
    after = stores.exercises.change(before, with_numbers(before, {LEADER: 2, TEACHER: 3, STUDENT: 4}))
    assert after.version == before.version + 1
    assert stores.exercises.get(before.id) == after
    assert after.numbers[STUDENT] == 4


def test_a_change_to_an_older_version_overwrites_nothing(stores: Stores) -> None:
    before = set_up_only()
    stores.exercises.add(before)
    first = stores.exercises.change(before, with_numbers(before, {LEADER: 2, TEACHER: 3, STUDENT: 4}))
    with pytest.raises(ChangedMeanwhile):
        stores.exercises.change(before, with_numbers(before, {LEADER: 9, TEACHER: 9, STUDENT: 9}))
    assert stores.exercises.get(before.id) == first


def test_what_was_removed_cannot_be_changed(stores: Stores) -> None:
    before = set_up_only()
    stores.exercises.add(before)
    stores.exercises.remove(before)
    with pytest.raises(ChangedMeanwhile):
        stores.exercises.change(before, before)
    with pytest.raises(Unknown):
        stores.exercises.get(before.id)


def test_a_set_up_that_somebody_changed_is_not_removed(stores: Stores) -> None:
    before = set_up_only()
    stores.exercises.add(before)
    after = stores.exercises.change(before, before)
    with pytest.raises(ChangedMeanwhile):
        stores.exercises.remove(before)
    assert stores.exercises.get(before.id) == after


def test_of_several_activations_at_once_one_wins_and_only_its_links_answer(stores: Stores) -> None:
    before = _set_up_with_dates()
    stores.exercises.add(before)

    def activate(attempt: int) -> Exercise | None:
        after = _activated(before, {group: f"{link}-{attempt}" for group, link in LINKS.items()})
        try:
            return stores.exercises.change(before, after)
        except ChangedMeanwhile:
            return None

    with ThreadPoolExecutor(8) as pool:
        won = [after for after in pool.map(activate, range(8)) if after]
    assert len(won) == 1
    assert stores.exercises.get(before.id) == won[0]
    answering = []
    for attempt in range(8):
        for link in LINKS.values():
            try:
                stores.exercises.find_link(f"{link}-{attempt}")
                answering.append(f"{link}-{attempt}")
            except Unknown:
                pass
    assert sorted(answering) == sorted((won[0].links or {}).values())


def test_links_answer_from_activation_on(stores: Stores) -> None:
    before = _set_up_with_dates()
    stores.exercises.add(before)
    with pytest.raises(Unknown):
        stores.exercises.find_link(LINKS[TEACHER])
    stores.exercises.change(before, _activated(before, LINKS))
    assert stores.exercises.find_link(LINKS[TEACHER]) == Addressees(before.id, TEACHER)
    assert stores.exercises.find_link(LINKS[STUDENT]) == Addressees(before.id, STUDENT)


def test_a_replaced_link_is_dead_at_once_and_the_others_live_on(stores: Stores) -> None:
    before = replace(exercise(), links=LINKS)
    stores.exercises.add(before)
    stores.exercises.change(before, with_replaced_link(before, TEACHER, "fresh-link"))
    assert stores.exercises.find_link("fresh-link") == Addressees(before.id, TEACHER)
    assert stores.exercises.find_link(LINKS[LEADER]) == Addressees(before.id, LEADER)
    with pytest.raises(Unknown):
        stores.exercises.find_link(LINKS[TEACHER])


def test_a_refused_replacement_leaves_the_link_alone(stores: Stores) -> None:
    before = replace(exercise(), links=LINKS)
    stores.exercises.add(before)
    stores.exercises.change(before, before)
    with pytest.raises(ChangedMeanwhile):
        stores.exercises.change(before, with_replaced_link(before, TEACHER, "fresh-link"))
    assert stores.exercises.find_link(LINKS[TEACHER]) == Addressees(before.id, TEACHER)
    with pytest.raises(Unknown):
        stores.exercises.find_link("fresh-link")


def test_links_answer_after_closing_too(stores: Stores) -> None:
    before = replace(exercise(), links=LINKS)
    stores.exercises.add(before)
    stores.exercises.change(before, closed(before))
    assert stores.exercises.find_link(LINKS[TEACHER]) == Addressees(before.id, TEACHER)


@pytest.mark.parametrize("link", ["", "never-made", "é" * 64, "x" * 5000])
def test_a_link_that_was_never_made_is_unknown(stores: Stores, link: str) -> None:
    with pytest.raises(Unknown):
        stores.exercises.find_link(link)


def test_a_schools_exercises_come_newest_session_first_and_by_level(stores: Stores) -> None:
    made = [
        set_up_only(session_id=session_id, level=level)
        for session_id in ("2026-1", "2026-3", "2025-2")
        for level in (EducationLevel.POST_SECONDARY, EducationLevel.PRIMARY, EducationLevel.LOWER_SECONDARY)
    ]
    other = set_up_only(school_id="zzzzzzzzzzzz")
    for entry in (*made, other):
        stores.exercises.add(entry)
    levels = ["primary", "lower_secondary", "post_secondary"]
    assert [(entry.session_id, entry.level.value) for entry in stores.exercises.of_school(made[0].school_id)] == [
        (session_id, level) for session_id in ("2026-3", "2026-1", "2025-2") for level in levels
    ]


def test_a_school_without_exercises_has_none(stores: Stores) -> None:
    assert list(stores.exercises.of_school("zzzzzzzzzzzz")) == []


def test_an_exercise_is_due_from_its_deadline_on(stores: Stores) -> None:
    running = exercise()
    stores.exercises.add(running)
    assert list(stores.exercises.due(DEADLINE - timedelta(seconds=1))) == []
    assert list(stores.exercises.due(DEADLINE)) == [running.id]


def test_what_earlier_nights_missed_is_due_oldest_first(stores: Stores) -> None:
    days = ["2026-11-15", "2026-10-30", "2026-11-14", "2026-12-01"]
    running = [
        replace(exercise(level=level), last_day=at(day).date(), links={LEADER: f"link-{day}"})
        for day, level in zip(days, EducationLevel, strict=False)
    ]
    for entry in running:
        stores.exercises.add(entry)
    assert list(stores.exercises.due(DEADLINE)) == [running[1].id, running[2].id, running[0].id]
    assert len(stores.exercises.due(DEADLINE + timedelta(days=400))) == 4


def test_neither_a_set_up_nor_a_closed_exercise_is_due(stores: Stores) -> None:
    before = _set_up_with_dates()
    stores.exercises.add(before)
    assert list(stores.exercises.due(DEADLINE)) == []
    running = stores.exercises.change(before, _activated(before, LINKS))
    assert list(stores.exercises.due(DEADLINE)) == [running.id]
    stores.exercises.change(running, closed(running))
    assert list(stores.exercises.due(DEADLINE)) == []


# Tallies


def test_what_was_counted_is_in_the_sealed_tally(stores: Stores) -> None:
    running = _opened(stores)
    for option in ("4", "4", "na"):
        stores.tallies.record(_token(running), _answers(f"C3:{option}", "inhibiting:any"), NOON)
    sealed = stores.tallies.seal(running.id, TEACHER)
    assert (sealed.group, sealed.submissions) == (TEACHER, 3)
    assert sealed.counts == {"C3:4": 2, "C3:na": 1, "inhibiting:any": 3}


def test_groups_are_counted_apart(stores: Stores) -> None:
    running = _opened(stores)
    stores.tallies.record(_token(running, STUDENT), _answers("C3:1"), NOON)
    assert stores.tallies.submitted(running.id, [LEADER, STUDENT]) == {LEADER: 0, STUDENT: 1}
    assert stores.tallies.seal(running.id, TEACHER).counts == {}


def test_nothing_is_submitted_where_there_is_no_tally(stores: Stores) -> None:
    assert stores.tallies.submitted(exercise().id, [TEACHER]) == {TEACHER: 0}


def test_a_replayed_receipt_is_counted_once(stores: Stores) -> None:
    running = _opened(stores)
    token = _token(running)
    stores.tallies.record(token, _answers("C3:4"), NOON)
    for _ in range(3):
        with pytest.raises(AlreadySent):
            stores.tallies.record(token, _answers("C3:5"), NOON)
    assert stores.tallies.seal(running.id, TEACHER).counts == {"C3:4": 1}


def test_the_same_submission_sent_many_times_at_once_is_counted_once(stores: Stores) -> None:
    running = _opened(stores)
    token, submission = _token(running), _answers("C3:4", open="Once.")

    def send(_: int) -> bool:
        try:
            stores.tallies.record(token, submission, NOON)
        except AlreadySent:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(16))) == 1
    assert list(stores.tallies.open_texts(running.id, TEACHER)) == ["Once."]
    assert stores.tallies.seal(running.id, TEACHER).counts == {"C3:4": 1}


def test_a_receipt_is_known_as_long_as_its_token_lives(stores: Stores) -> None:
    running = _opened(stores)
    token = _token(running)
    stores.tallies.record(token, _answers("C3:4"), NOON)
    # Others open and send through the whole life of the token, each emptying the slot that is stale by then.
    for minutes in range(10, 120, 10):
        later = NOON + timedelta(minutes=minutes)
        stores.tallies.record(_token(running, now=later), _answers("C3:1"), later)
    with pytest.raises(AlreadySent):
        stores.tallies.record(token, _answers("C3:4"), NOON + timedelta(minutes=119))
    assert stores.tallies.seal(running.id, TEACHER).counts == {"C3:4": 1, "C3:1": 11}


def test_a_slower_clock_never_empties_the_slot_it_fills(stores: Stores) -> None:
    running = _opened(stores)
    token = _token(running, now=at("2026-11-10 12:00:00"))
    stores.tallies.record(token, _answers("C3:4"), at("2026-11-10 11:59:58"))
    with pytest.raises(AlreadySent):
        stores.tallies.record(token, _answers("C3:4"), at("2026-11-10 12:00:01"))


def test_a_submission_counts_until_the_last_second_before_the_deadline(stores: Stores) -> None:
    running = _opened(stores)
    just_before = DEADLINE - timedelta(microseconds=1)
    stores.tallies.record(_token(running, now=just_before), _answers("C3:4"), just_before)
    with pytest.raises(ExerciseClosed):
        stores.tallies.record(_token(running, now=just_before), _answers("C3:4"), DEADLINE)
    assert stores.tallies.submitted(running.id, [TEACHER]) == {TEACHER: 1}


@pytest.mark.parametrize("hours", range(6))
@pytest.mark.parametrize("texts", [{}, {"open": "Too late."}])
def test_a_late_submission_is_refused_however_late(stores: Stores, hours: int, texts: dict[str, str]) -> None:
    running = _opened(stores)
    token = _token(running, now=DEADLINE - timedelta(minutes=5))
    with pytest.raises(ExerciseClosed):
        stores.tallies.record(token, _answers("C3:4", **texts), DEADLINE + timedelta(hours=hours))
    assert stores.tallies.submitted(running.id, [TEACHER]) == {TEACHER: 0}
    assert list(stores.tallies.open_texts(running.id, TEACHER)) == []


def test_nothing_is_counted_after_the_seal(stores: Stores) -> None:
    running = _opened(stores)
    stores.tallies.record(_token(running), _answers("C3:4"), NOON)
    sealed = stores.tallies.seal(running.id, TEACHER)
    with pytest.raises(ExerciseClosed):
        stores.tallies.record(_token(running), _answers("C3:5", open="Too late."), NOON)
    assert stores.tallies.seal(running.id, TEACHER) == sealed
    assert list(stores.tallies.open_texts(running.id, TEACHER)) == []


def test_who_sends_again_after_the_end_hears_that_it_was_counted(stores: Stores) -> None:
    running = _opened(stores)
    token, submission = _token(running), _answers("C3:4", open="In time.")
    stores.tallies.record(token, submission, NOON)
    stores.tallies.seal(running.id, TEACHER)
    for now in (NOON, DEADLINE, DEADLINE + timedelta(hours=2)):
        with pytest.raises(AlreadySent):
            stores.tallies.record(token, submission, now)
    assert list(stores.tallies.open_texts(running.id, TEACHER)) == ["In time."]


def test_a_slip_is_used_by_the_submission_that_is_counted_and_by_no_other(stores: Stores) -> None:
    running, slip = _opened(stores), b"abc\x00\x01"
    first, second, other = (replace(_token(running), slip=mark) for mark in (slip, slip, b"abc\x00\x02"))
    assert not stores.tallies.is_used(running.id, TEACHER, slip)
    stores.tallies.record(first, _answers("C3:4", open="Mine."), NOON)
    assert stores.tallies.is_used(running.id, TEACHER, slip)
    with pytest.raises(AlreadySent):
        stores.tallies.record(first, _answers("C3:4", open="Mine."), NOON)
    for submission in (_answers("C3:5"), _answers("C3:5", open="Not mine.")):
        with pytest.raises(CodeUsed):
            stores.tallies.record(second, submission, NOON)
    # Hours later the receipt is forgotten; the slip is not.
    later = NOON + timedelta(days=2)
    with pytest.raises(CodeUsed):
        stores.tallies.record(replace(_token(running, now=later), slip=slip), _answers("C3:5"), later)
    stores.tallies.record(other, _answers("C3:1"), NOON)
    assert list(stores.tallies.open_texts(running.id, TEACHER)) == ["Mine."]
    assert stores.tallies.seal(running.id, TEACHER).counts == {"C3:4": 1, "C3:1": 1}
    assert not stores.tallies.is_used("no tally", TEACHER, slip)


def test_many_pages_opened_with_one_code_count_once_however_fast_they_send(stores: Stores) -> None:
    running = _opened(stores)
    tokens = [replace(_token(running), slip=b"abc\x00\x01") for _ in range(8)]

    def send(token: Token) -> bool:
        try:
            stores.tallies.record(token, _answers("C3:4"), NOON)
        except CodeUsed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, tokens)) == 1
    assert stores.tallies.seal(running.id, TEACHER).counts == {"C3:4": 1}


def test_no_more_than_the_cap_are_counted(stores: Stores) -> None:
    running = _opened(stores)
    tokens = [_token(running, LEADER) for _ in range(cap(running.numbers[LEADER]) + 3)]
    refused = 0
    for token in tokens:
        try:
            stores.tallies.record(token, _answers("C3:4", open="Mine."), NOON)
        except CapReached:
            refused += 1
    assert refused == 3
    with pytest.raises(AlreadySent):
        stores.tallies.record(tokens[0], _answers("C3:4", open="Mine."), NOON)
    assert len(stores.tallies.open_texts(running.id, LEADER)) == cap(5) == 10
    assert stores.tallies.seal(running.id, LEADER).counts == {"C3:4": 10}


def test_a_group_that_was_never_opened_is_unknown(stores: Stores) -> None:
    for submission in (_answers("C3:4"), _answers("C3:4", open="To nobody.")):
        with pytest.raises(Unknown):
            stores.tallies.record(_token(exercise()), submission, NOON)
    with pytest.raises(Unknown):
        stores.tallies.seal(exercise().id, TEACHER)
    assert list(stores.tallies.open_texts(exercise().id, TEACHER)) == []


def test_opening_again_loses_nothing_that_was_counted(stores: Stores) -> None:
    running = _opened(stores)
    token = _token(running)
    stores.tallies.record(token, _answers("C3:4"), NOON)
    stores.tallies.open(running)
    with pytest.raises(AlreadySent):
        stores.tallies.record(token, _answers("C3:4"), NOON)
    assert stores.tallies.submitted(running.id, [TEACHER]) == {TEACHER: 1}


def test_opening_again_does_not_break_a_seal(stores: Stores) -> None:
    running = _opened(stores)
    stores.tallies.seal(running.id, TEACHER)
    stores.tallies.open(running)
    with pytest.raises(ExerciseClosed):
        stores.tallies.record(_token(running), _answers("C3:4"), NOON)


def test_opening_again_before_anything_was_counted_takes_the_new_dates(stores: Stores) -> None:
    running = _opened(stores)
    stores.tallies.open(replace(running, last_day=running.last_day and running.last_day + timedelta(days=2)))
    later = DEADLINE + timedelta(days=1)
    stores.tallies.record(_token(running, now=later), _answers("C3:4"), later)
    assert stores.tallies.submitted(running.id, [TEACHER]) == {TEACHER: 1}


def test_open_texts_are_those_of_counted_submissions_without_an_order(stores: Stores) -> None:
    running = _opened(stores)
    sent = [f"Text {number}" for number in range(12)]
    for text in sent:
        stores.tallies.record(_token(running), _answers(open=text), NOON)
    stores.tallies.record(_token(running), _answers("C3:4"), NOON)
    found = list(stores.tallies.open_texts(running.id, TEACHER))
    assert sorted(found) == sorted(sent)
    assert found != sent  # one chance in 479 million that hashes order them as they came
    assert found == list(stores.tallies.open_texts(running.id, TEACHER))


# Results


def test_published_results_come_back_as_they_were_stored(stores: Stores) -> None:
    running = exercise(optional=("A4",), own=(own_statement(1, LEADER, TEACHER, STUDENT),))
    counts = {"C3": [2, 2, 4, 5, 0, 1], "own1": [3, 3, 3, 3, 1], "A4": [1, 1, 1, 1, 1]}
    results = make_results(running, CATALOGUE, {group: tally(group, 14, **counts) for group in running.groups})
    answers = {"teacher": ["Plus de câbles.", "Ένα", "مرحبا 🎈"], "student": ["Yes", "Yes"]}
    stores.results.add(results, answers)
    assert stores.results.get(running.id) == results
    assert results.statements
    found = stores.results.open_answers(running.id)
    assert {unit: sorted(texts) for unit, texts in found.items()} == {u: sorted(t) for u, t in answers.items()}


def test_published_results_stay_what_they_are(stores: Stores) -> None:
    running = exercise()
    first = make_results(running, CATALOGUE, {g: tally(g, 14, C3=[1, 1, 1, 1, 1]) for g in running.groups})
    second = make_results(running, CATALOGUE, {g: tally(g, 14, C3=[5, 1, 1, 1, 1]) for g in running.groups})
    stores.results.add(first, {"teacher": ["first"]})
    stores.results.add(second, {"teacher": ["second"], "student": ["second"]})
    assert stores.results.get(running.id) == first
    assert first != second
    assert {unit: list(texts) for unit, texts in stores.results.open_answers(running.id).items()} == {
        "teacher": ["first"]
    }


def test_only_results_that_were_imported_can_be_corrected(stores: Stores) -> None:
    running = exercise()
    made = make_results(running, CATALOGUE, {g: tally(g, 14, C3=[1, 1, 1, 1, 1]) for g in running.groups})
    imported = replace(made, imported=True)
    with pytest.raises(ChangedMeanwhile):
        stores.results.correct(imported)
    stores.results.add(made, {})
    with pytest.raises(ChangedMeanwhile):
        stores.results.correct(imported)
    assert stores.results.get(running.id) == made
    other = exercise(level=EducationLevel.PRIMARY)
    before, after = (replace(imported, exercise_id=other.id, viewable=viewable) for viewable in (False, True))
    stores.results.add(before, {})
    stores.results.correct(after)
    assert stores.results.get(other.id) == after


def test_what_is_not_published_is_not_there(stores: Stores) -> None:
    assert stores.results.get(exercise().id) is None
    assert stores.results.open_answers(exercise().id) == {}


def test_twenty_thousand_long_open_answers_can_be_published(stores: Stores) -> None:
    running = exercise()
    results = make_results(running, CATALOGUE, {group: tally(group, 14) for group in running.groups})
    texts = [f"{number:05} é" * 60 for number in range(20_000)]
    stores.results.add(results, {"student": texts})
    assert sorted(stores.results.open_answers(running.id)["student"]) == texts


# Totals


def test_totals_come_together_and_are_taken_once_when_they_are_of_enough_exercises(stores: Stores) -> None:
    assert stores.totals.take(2) is None
    stores.totals.add_refusal("already_sent")
    stores.totals.add_exercise(7)
    assert stores.totals.take(2) is None
    stores.totals.add_exercise(5)
    nothing = {"cap_reached": 0, "code_used": 0, "exercise_closed": 0}
    assert stores.totals.take(2) == Totals(2, 12, {"already_sent": 1, **nothing})
    assert stores.totals.take(2) is None
    stores.totals.add_exercise(1)
    assert stores.totals.take(1) == Totals(1, 1, {"already_sent": 0, **nothing})


# Documents


def test_a_document_is_waiting_when_it_is_asked_for(stores: Stores) -> None:
    assert list(stores.documents.list(exercise().id)) == []
    assert stores.documents.request(exercise().id, "fr", NOON) == DocumentEntry("fr", DocumentState.WAITING, 1)
    stores.documents.request(exercise().id, "en", NOON)
    assert [entry.locale for entry in stores.documents.list(exercise().id)] == ["en", "fr"]


@pytest.mark.parametrize("state", [DocumentState.WAITING, DocumentState.IN_PROGRESS])
def test_a_document_on_its_way_keeps_its_attempt(stores: Stores, state: DocumentState) -> None:
    stores.documents.request(exercise().id, "fr", NOON)
    stores.documents.set_state(exercise().id, "fr", state)
    assert stores.documents.request(exercise().id, "fr", NOON) == DocumentEntry("fr", state, 1)


@pytest.mark.parametrize("state", [DocumentState.READY, DocumentState.FAILED])
def test_a_document_that_is_done_or_failed_gets_the_next_attempt(stores: Stores, state: DocumentState) -> None:
    stores.documents.request(exercise().id, "fr", NOON)
    stores.documents.set_state(exercise().id, "fr", state)
    assert list(stores.documents.list(exercise().id)) == [DocumentEntry("fr", state, 1)]
    assert stores.documents.request(exercise().id, "fr", NOON) == DocumentEntry("fr", DocumentState.WAITING, 2)


def test_a_document_that_is_on_its_way_too_long_is_found_and_given_up_once(stores: Stores) -> None:
    of = exercise().id
    for locale in ("el", "en", "fr", "uk"):
        stores.documents.request(of, locale, NOON)
    stores.documents.set_state(of, "el", DocumentState.READY)
    stores.documents.set_state(of, "en", DocumentState.FAILED)
    stores.documents.set_state(of, "fr", DocumentState.IN_PROGRESS)
    stores.documents.request(of, "ar", NOON + timedelta(seconds=1))
    assert stores.documents.overdue(NOON - timedelta(seconds=1)) == ()
    assert sorted(stores.documents.overdue(NOON)) == [(of, "fr"), (of, "uk")]
    assert [stores.documents.give_up(of, locale) for locale in ("fr", "fr", "el")] == [True, False, False]
    assert stores.documents.overdue(NOON) == ((of, "uk"),)
    states = {entry.locale: entry.state for entry in stores.documents.list(of)}
    assert (states["fr"], states["el"]) == (DocumentState.FAILED, DocumentState.READY)


def test_several_who_ask_at_once_get_the_same_attempt(stores: Stores) -> None:
    with ThreadPoolExecutor(8) as pool:
        entries = set(pool.map(lambda _: stores.documents.request(exercise().id, "fr", NOON), range(8)))
    assert entries == {DocumentEntry("fr", DocumentState.WAITING, 1)}


def test_a_document_is_fetched_as_it_was_put(stores: Stores) -> None:
    stores.documents.request(exercise().id, "fr", NOON)
    with pytest.raises(Unknown):
        stores.documents.fetch(exercise().id, "fr")
    key = stores.documents.put(exercise().id, "fr", b"%PDF first")
    assert key.endswith("fr.pdf")
    assert stores.documents.put(exercise().id, "fr", b"%PDF second") == key
    assert stores.documents.fetch(exercise().id, "fr") == b"%PDF second"


def test_nobody_asked_means_nothing_is_there(stores: Stores) -> None:
    with pytest.raises(Unknown):
        stores.documents.fetch(exercise().id, "fr")
    with pytest.raises(Unknown):
        stores.documents.set_state(exercise().id, "fr", DocumentState.READY)
    with pytest.raises(Unknown):
        stores.documents.put(exercise().id, "fr", b"%PDF")
    assert not stores.documents.claim_sending(exercise().id, "fr", "report-1")
    assert list(stores.documents.list(exercise().id)) == []


def test_one_message_is_sent_for_each_execution(stores: Stores) -> None:
    stores.documents.request(exercise().id, "fr", NOON)
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: stores.documents.claim_sending(exercise().id, "fr", "report-1"), range(8)))
    assert sum(claims) == 1
    assert stores.documents.claim_sending(exercise().id, "fr", "report-2")
    assert not stores.documents.claim_sending(exercise().id, "fr", "report-1")


# Schools

ANNA, BORIS = Identity("https://login.example", "anna"), Identity("https://login.example", "boris")
OAK = School("oakoakoakoak", "École du Chêne", "FR", "fr", ("oak@example.org", "head@example.org"))
ELM = School("elmelmelmelm", "Elm School", "IE", "en", ("elm@example.org",))


def test_a_school_is_found_by_itself_and_by_its_coordinator(stores: Stores) -> None:
    for school in (OAK, ELM):
        stores.schools.add(school, ANNA)
    assert stores.schools.get(OAK.id) == OAK
    assert set(stores.schools.of_identity(ANNA)) == {OAK, ELM}
    assert list(stores.schools.of_identity(BORIS)) == []
    with pytest.raises(Unknown):
        stores.schools.get("zzzzzzzzzzzz")


def test_a_replaced_coordinator_has_the_school_no_more(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    renamed = replace(OAK, name="Chêne", emails=("new@example.org",))
    stores.schools.add(renamed, BORIS)
    assert stores.schools.get(OAK.id) == renamed
    assert list(stores.schools.of_identity(BORIS)) == [renamed]
    assert list(stores.schools.of_identity(ANNA)) == []


def test_a_subject_of_another_issuer_is_another_person(stores: Stores) -> None:
    stores.schools.add(OAK, Identity("https://a", "b"))
    assert list(stores.schools.of_identity(Identity("https://", "ab"))) == []


# Log-ins


def _transaction(state: str = "state-1") -> LoginTransaction:
    return LoginTransaction(state, "nonce", "verifier", "/en/setup/", NOON + timedelta(minutes=10))


def _session(cookie: str = "cookie-1") -> CoordinatorSession:
    return CoordinatorSession(
        cookie, ANNA, (OAK.id, ELM.id), "csrf", NOON + timedelta(minutes=30), NOON + timedelta(hours=8)
    )


def test_a_login_is_taken_once(stores: Stores) -> None:
    stores.logins.begin(_transaction())
    assert stores.logins.take("state-2", NOON) is None
    assert stores.logins.take("state-1", NOON) == _transaction()
    assert stores.logins.take("state-1", NOON) is None


def test_a_login_that_took_too_long_is_over(stores: Stores) -> None:
    stores.logins.begin(_transaction())
    assert stores.logins.take("state-1", NOON + timedelta(minutes=10)) is None


def test_a_session_lives_on_while_it_is_used(stores: Stores) -> None:
    stores.logins.open(_session())
    for minutes in (29, 58, 87):
        now = NOON + timedelta(minutes=minutes)
        assert stores.logins.find("cookie-1", now) == replace(_session(), idle_until=now + timedelta(minutes=30))
    assert stores.logins.find("cookie-1", NOON + timedelta(minutes=117)) is None


def test_a_session_ends_after_eight_hours_however_busy(stores: Stores) -> None:
    stores.logins.open(_session())
    for minutes in range(20, 480, 20):
        assert stores.logins.find("cookie-1", NOON + timedelta(minutes=minutes))
    assert stores.logins.find("cookie-1", NOON + timedelta(hours=8)) is None


def test_an_ended_session_is_gone_and_others_are_not(stores: Stores) -> None:
    stores.logins.open(_session())
    stores.logins.open(_session("cookie-2"))
    stores.logins.end("cookie-1")
    stores.logins.end("never-there")
    assert stores.logins.find("cookie-1", NOON) is None
    assert stores.logins.find("cookie-2", NOON)


def test_all_sessions_of_an_identity_end_at_once_and_nobody_else_s(stores: Stores) -> None:
    theirs = replace(_session("cookie-3"), identity=Identity("https://login.example", "somebody else"))
    for session in (_session(), _session("cookie-2"), theirs):
        stores.logins.open(session)
    stores.logins.end("cookie-2")
    code = stores.schools.code(_session().identity)
    assert stores.logins.ends(code, NOON) == [_session().expires_at]
    assert stores.logins.ends(code, NOON + timedelta(minutes=30)) == []
    stores.logins.end_all(code)
    assert stores.logins.find("cookie-1", NOON) is None
    assert stores.logins.find("cookie-2", NOON) is None
    assert stores.logins.find("cookie-3", NOON)
    stores.logins.end_all(stores.schools.code(_session().identity))


def test_a_session_knows_when_somebody_proved_who_they_are(stores: Stores) -> None:
    stores.logins.open(replace(_session(), authenticated_at=NOON - timedelta(minutes=3)))
    found = stores.logins.find("cookie-1", NOON)
    assert found
    assert found.authenticated_at == NOON - timedelta(minutes=3)
    stores.logins.begin(replace(_transaction(), fresh=True))
    taken = stores.logins.take("state-1", NOON)
    assert taken
    assert taken.fresh


def test_a_word_of_log_out_counts_once(stores: Stores) -> None:
    assert stores.logins.spend("token-1", NOON)
    assert not stores.logins.spend("token-1", NOON)
    assert stores.logins.spend("token-2", NOON)


def _set_up_with_dates() -> Exercise:
    return replace(exercise(), state=State.SET_UP, activated_on=None, links=None)


def _activated(before: Exercise, links: dict[RespondentGroup, str]) -> Exercise:
    return activated(before, links, CALENDAR, at("2026-11-01").date())


def _opened(stores: Stores) -> Exercise:
    running = exercise()
    stores.tallies.open(running)
    return running


def _token(running: Exercise, group: RespondentGroup = TEACHER, now: datetime = NOON) -> Token:
    return new_token(Purpose.SUBMIT, running.id, group, now, now + TIME_TO_ANSWER)


def _answers(*counters: str, **texts: str) -> Submission:
    return Submission(frozenset(counters), texts)


# Action plans


def test_a_plan_comes_back_as_it_was_stored(stores: Stores) -> None:
    kept = with_sharing(plan(), "secret", persons=True, budget=False)
    stores.plans.add(kept)
    assert stores.plans.get(kept.id) == kept


def test_the_largest_plan_fits(stores: Stores) -> None:
    largest = whole_plan("\U0001d11e")
    stores.plans.add(largest)
    assert stores.plans.get(largest.id) == largest


def test_an_area_has_one_plan_for_a_level_and_school_year(stores: Stores) -> None:
    stores.plans.add(plan())
    with pytest.raises(PlanExists):
        stores.plans.add(plan())
    stores.plans.add(plan(area="A"))


@pytest.mark.parametrize(
    "plan_id", ["", "nothing", "abcdefgh2345-2026-lower_secondary-C", "abcdefgh2345-2026-nursery-C"]
)
def test_a_plan_that_is_not_there_is_unknown(stores: Stores, plan_id: str) -> None:
    with pytest.raises(Unknown):
        stores.plans.get(plan_id)


def test_a_change_of_a_plan_needs_the_version_that_was_read(stores: Stores) -> None:
    stores.plans.add(plan())
    first = stores.plans.change(plan(), with_sharing(plan(), "secret", persons=False, budget=False))
    assert (first.version, stores.plans.get(first.id)) == (1, first)
    for late in (stores.plans.change, lambda before, _after: stores.plans.remove(before)):
        with pytest.raises(ChangedMeanwhile):
            late(plan(), plan())
    assert stores.plans.get(first.id) == first
    revoked = stores.plans.change(first, without_sharing(first))
    assert stores.plans.get(first.id).sharing is None
    stores.plans.remove(revoked)
    with pytest.raises(Unknown):
        stores.plans.get(first.id)


def test_of_changes_at_once_one_wins(stores: Stores) -> None:
    stores.plans.add(plan())

    def change(number: int) -> bool:
        try:
            stores.plans.change(plan(), with_sharing(plan(), f"secret {number}", persons=False, budget=False))
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(change, range(4))).count(True) == 1


def test_a_schools_plans_come_newest_school_year_first(stores: Stores) -> None:
    made = [plan(2025, "H"), plan(2026, "C"), plan(2026, "A"), plan(2026, "A", EducationLevel.PRIMARY)]
    for entry in made:
        stores.plans.add(entry)
    stores.exercises.add(exercise())
    assert list(stores.plans.of_school(made[0].school_id)) == [made[3], made[2], made[1], made[0]]
    assert stores.plans.of_school("zzzzzzzzzzzz") == ()


# Data maps

OURS = "abcdefgh2345"


def test_a_tool_and_a_map_come_back_as_they_were_stored(stores: Stores) -> None:
    largest, whole = everything("\U0001d11e")
    bare = Tool("x", Kind.PAPER, number=8)
    for tool in (largest, bare):
        stores.maps.add_tool(OURS, tool)
        assert stores.maps.tool(OURS, tool.number) == tool
    assert stores.maps.get(OURS) == DataMap(OURS)
    stored = stores.maps.change(DataMap(OURS), whole)
    assert (stored.version, stores.maps.get(OURS)) == (1, stored)
    assert list(stores.maps.tools(OURS)) == [largest, bare]
    assert list(stores.maps.tools("zzzzzzzzzzzz")) == []


def test_two_who_list_or_change_a_tool_or_a_map_never_overwrite_each_other(stores: Stores) -> None:
    stores.maps.add_tool(OURS, COMPLETE)
    with pytest.raises(ChangedMeanwhile):
        stores.maps.add_tool(OURS, COMPLETE)
    first = stores.maps.change_tool(OURS, COMPLETE, replace(COMPLETE, note="first"))
    for late in (
        lambda: stores.maps.change_tool(OURS, COMPLETE, replace(COMPLETE, note="late")),
        lambda: stores.maps.remove_tool(OURS, COMPLETE),
        lambda: stores.maps.change(DataMap(OURS, version=1), DataMap(OURS)),
    ):
        with pytest.raises(ChangedMeanwhile):
            late()
    assert stores.maps.tool(OURS, COMPLETE.number) == first
    begun = stores.maps.change(DataMap(OURS), DataMap(OURS))
    with pytest.raises(ChangedMeanwhile):
        stores.maps.change(DataMap(OURS), DataMap(OURS))
    assert stores.maps.get(OURS) == begun
    stores.maps.remove_tool(OURS, first)
    with pytest.raises(Unknown):
        stores.maps.tool(OURS, COMPLETE.number)
    with pytest.raises(ChangedMeanwhile):
        stores.maps.change_tool(OURS, first, first)


# Badges


def badge(session: str = "2026-1", secret: str = "abcdefgh23456723", school: str = "abcdefgh2345") -> IssuedBadge:
    """Make up a signed badge."""
    days = date(2026, 11, 2), date(2026, 11, 15)
    facts = Badge(school, session, secret, 7, "École «Ω»", "fr", *days, at("2026-11-16 08:00:00"))
    return IssuedBadge(facts, '{"name":"Ω"}', "a.b.c")


def test_a_badge_comes_back_as_it_was_stored(stores: Stores) -> None:
    assert stores.badges.add(badge())
    assert stores.badges.find(badge().badge.id) == badge()


def test_a_school_has_one_badge_for_each_session(stores: Stores) -> None:
    assert stores.badges.add(badge())
    assert not stores.badges.add(badge(secret="zzzzzzzzzzzzzzzz"))
    assert stores.badges.add(badge("2026-2"))
    assert stores.badges.add(badge(school="another23456"))
    of_school = stores.badges.of_school("abcdefgh2345")
    assert [entry.badge.session_id for entry in of_school] == ["2026-2", "2026-1"]
    assert of_school[1] == badge()


@pytest.mark.parametrize("name", ["abcdefgh2345-2026-1-zzzzzzzzzzzzzzzz", "abcdefgh2345-2026-1", "", "x" * 500])
def test_a_badge_that_is_not_there_is_unknown(stores: Stores, name: str) -> None:
    stores.badges.add(badge())
    with pytest.raises(Unknown):
        stores.badges.find(name)


def test_no_two_badges_have_one_number(stores: Stores) -> None:
    with ThreadPoolExecutor(8) as together:
        numbers = list(together.map(lambda _: stores.badges.next_number(), range(16)))
    stores.badges.skip_numbers(1000)
    assert stores.badges.next_number() >= max(numbers) + 1001
    assert sorted(numbers) == list(range(16))


def test_a_status_list_is_replaced_by_its_next_version_only(stores: Stores) -> None:
    assert stores.badges.status_list(1) is None
    first, second = StatusList(1, 1, frozenset(), "{}"), StatusList(1, 2, frozenset({3, 131_071}), '{"signed":2}')
    with pytest.raises(ChangedMeanwhile):
        stores.badges.put_status_list(second)
    stores.badges.put_status_list(first)
    with pytest.raises(ChangedMeanwhile):
        stores.badges.put_status_list(first)
    stores.badges.put_status_list(second)
    assert stores.badges.status_list(1) == second
    assert stores.badges.status_list(2) is None


# Mailboxes


def test_an_address_has_trouble_from_a_bounce_until_an_e_mail_arrives(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    email, day = OAK.emails[0], NOON.date()
    assert stores.mailboxes.troubles(OAK.emails) == {}
    assert stores.mailboxes.note(email, Outcome.BOUNCED, day)
    assert stores.mailboxes.note(email, Outcome.BOUNCED, day + timedelta(days=1))
    assert stores.mailboxes.troubles(OAK.emails) == {email: Troubled(email, Trouble.BOUNCED, day)}
    assert stores.mailboxes.note(email, Outcome.DELIVERED, day)
    assert stores.mailboxes.troubles(OAK.emails) == {}


def test_three_misses_in_a_row_are_trouble(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    email, day = OAK.emails[0], NOON.date()
    for outcome in (Outcome.MISSED, Outcome.MISSED, Outcome.DELIVERED, Outcome.MISSED, Outcome.MISSED):
        assert stores.mailboxes.note(email, outcome, day)
    assert stores.mailboxes.troubles(OAK.emails) == {}
    assert stores.mailboxes.note(email, Outcome.MISSED, day)
    assert stores.mailboxes.troubles(OAK.emails) == {email: Troubled(email, Trouble.BOUNCED, day)}


def test_what_was_called_unwanted_stays_so_until_the_school_says_otherwise(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    email, day = OAK.emails[0], NOON.date()
    assert stores.mailboxes.note(email, Outcome.BOUNCED, day)
    later = day + timedelta(days=1)
    assert stores.mailboxes.note(email, Outcome.UNWANTED, later)
    for outcome in (Outcome.DELIVERED, Outcome.BOUNCED):
        assert not stores.mailboxes.note(email, outcome, day + timedelta(days=2))
    assert stores.mailboxes.troubles(OAK.emails) == {email: Troubled(email, Trouble.UNWANTED, later)}
    stores.mailboxes.forget(email)
    assert stores.mailboxes.troubles(OAK.emails) == {}
    assert stores.mailboxes.note(email, Outcome.DELIVERED, day)


def test_what_is_noted_of_an_address_stays_when_the_school_changes_and_goes_with_the_address(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    first, second = OAK.emails
    for email in OAK.emails:
        stores.mailboxes.note(email, Outcome.BOUNCED, NOON.date())
    stored = stores.schools.get(OAK.id)
    changed = stores.schools.change(stored, replace(stored, emails=(first,)))
    assert set(stores.mailboxes.troubles((first,))) == {first}
    assert stores.schools.change(changed, replace(changed, emails=(first, second))).emails == (first, second)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_of_an_address_that_is_no_school_s_nothing_is_noted(dynamodb: Database, outcome: Outcome) -> None:
    mailboxes = DynamoMailboxes(dynamodb.client(), dynamodb.exercises)
    assert not mailboxes.note("nobody@school.example", outcome, NOON.date())
    assert dynamodb.client().scan(TableName=dynamodb.exercises)["Items"] == []
