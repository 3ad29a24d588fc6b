"""The shipped state machines, executed: nothing due, failures, retries, reruns, and what is started already."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from functions.close_session import app as closing_app
from functions.close_session import service as closing_service
from functions.close_session import wiring as closing_wiring
from functions.report import app as report_app
from functions.report import wiring as report_wiring
from functions.research import app as research_app
from functions.research import wiring as research_wiring
from infra.functions import FUNCTIONS
from selfie.adapters.s3_due_lists import S3DueLists
from selfie.catalogue import catalogue
from selfie.domain.errors import MaybeSent, TryAgain
from selfie.domain.exercise import State
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel
from selfie.ports import DocumentState
from tests.support.reports import LEADER, SCHOOL, SHOWN_AT, STUDENT, TEACHER, another, exercise, send, system
from tests.support.state_machines import FOLDER, StateMachines, state_machines


@pytest.fixture
def it(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """One answered exercise, at midnight after its last day, behind the real handlers."""
    made = system()
    made.clock.instant = SHOWN_AT
    monkeypatch.setattr(closing_wiring, "service", lambda: made.closing)
    monkeypatch.setattr(report_wiring, "service", lambda: made.reports)
    monkeypatch.setattr(research_wiring, "contributing", lambda: made.contributing)
    return made


@pytest.fixture
def machines(it: SimpleNamespace) -> Iterator[StateMachines]:
    """Both machines on the real handlers."""
    apps = {"close_session": closing_app, "report": report_app, "research": research_app}
    tasks = {f.name: getattr(apps[f.folder], f.handler) for f in FUNCTIONS if f.folder in apps and not f.serves_http}
    with state_machines(tasks, it.clock) as running:
        yield running


def failing(task: Any, times: int, error: type[Exception] = TryAgain) -> Any:
    """Make a task fail so many times before it works."""
    left = [times]

    def handle(event: dict[str, Any], context: None) -> Any:
        if left[0]:
            left[0] -= 1
            raise error
        return task(event, context)

    return handle


def add(it: SimpleNamespace, level: EducationLevel, sent: dict[Any, int]) -> str:
    """Add a second exercise with submissions."""
    second = another(exercise(), level)
    it.exercises.add(second)
    it.tallies.open(second)
    send(it.tallies, second, sent)
    return second.id


def test_every_placeholder_names_a_function_or_machine_that_exists():
    names = {"".join(part.capitalize() for part in f.name.split("_")) + "FunctionArn" for f in FUNCTIONS}
    for path in FOLDER.glob("*.asl.json"):
        used = set(re.findall(r"\$\{(\w+)\}", path.read_text()))
        assert used <= names | {"BuildReportStateMachineArn"}


def test_every_task_retries_and_says_where_a_failure_leads():
    for path in FOLDER.glob("*.asl.json"):
        for state in tasks_in(json.loads(path.read_text())):
            assert state["Retry"]


def tasks_in(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield all tasks of a machine, those inside a Map included."""
    for state in machine["States"].values():
        if state["Type"] == "Task":
            yield state
        if state["Type"] == "Map":
            yield from tasks_in(state["ItemProcessor"])


def test_a_night_closes_publishes_builds_and_sends(it, machines):
    assert machines.run("close_session", {})["status"] == "SUCCEEDED"
    assert it.exercises.get(it.exercise.id).state is State.CLOSED
    assert machines.executions("build_report") == [(f"report-{it.exercise.id}-fr-1", "SUCCEEDED")]
    assert [(e.locale, e.state) for e in it.documents.list(it.exercise.id)] == [("fr", DocumentState.READY)]
    assert it.documents.fetch(it.exercise.id, "fr").startswith(b"%PDF-")
    assert [email.to for email in it.mailer.sent] == [SCHOOL.emails]


def test_a_night_without_work_succeeds_and_closes_nothing(it, machines):
    it.closing.close(it.exercise.id)
    it.closing.finish(it.exercise.id)
    assert machines.run("close_session", {})["status"] == "SUCCEEDED"
    assert [name for name, _ in machines.calls] == ["list_due"]


def test_a_store_that_is_busy_is_asked_again(it, machines):
    machines.tasks["list_due"] = failing(machines.tasks["list_due"], 1)
    machines.tasks["close_exercise"] = failing(machines.tasks["close_exercise"], 2)
    machines.tasks["finish_closing"] = failing(machines.tasks["finish_closing"], 1)
    assert machines.run("close_session", {})["status"] == "SUCCEEDED"
    assert len(machines.called("close_exercise")) == 3
    assert it.exercises.get(it.exercise.id).state is State.CLOSED


def test_an_exercise_that_cannot_be_closed_stops_no_other_and_fails_the_run(it, machines):
    healthy = add(it, EducationLevel.PRIMARY, {TEACHER: 8, STUDENT: 8})
    close = machines.tasks["close_exercise"]

    def broken(event, context):
        if event["exercise"] == it.exercise.id:
            raise ValueError("broken")
        return close(event, context)

    machines.tasks["close_exercise"] = broken
    ended = machines.run("close_session", {})
    assert (ended["status"], ended["error"]) == ("FAILED", "SomeExercisesNotClosed")
    assert it.exercises.get(healthy).state is State.CLOSED
    assert list(it.exercises.due(SHOWN_AT)) == [it.exercise.id]

    machines.tasks["close_exercise"] = close
    assert machines.run("close_session", {}, "next-night")["status"] == "SUCCEEDED"
    assert it.exercises.due(SHOWN_AT) == ()


def test_a_run_that_died_before_finishing_is_finished_by_the_next_with_one_report(it, machines):
    finish = machines.tasks["finish_closing"]
    machines.tasks["finish_closing"] = failing(finish, 99)
    assert machines.run("close_session", {})["status"] == "FAILED"
    machines.tasks["finish_closing"] = finish
    assert machines.run("close_session", {}, "next-night")["status"] == "SUCCEEDED"
    assert it.exercises.get(it.exercise.id).state is State.CLOSED
    assert len(machines.executions("build_report")) == 1
    assert len(it.mailer.sent) == 1


def test_a_closed_exercise_has_contributed_to_research(it, machines):
    machines.tasks["contribute"] = failing(machines.tasks["contribute"], 99)
    assert machines.run("close_session", {})["status"] == "FAILED"
    assert list(it.exercises.due(SHOWN_AT)) == [it.exercise.id]
    assert it.contributions.cuts("2024-1") == []
    machines.tasks["contribute"] = failing(research_app.contribute, 1)
    assert machines.run("close_session", {}, "next-night")["status"] == "SUCCEEDED"
    ((_, made),) = it.contributions.fetch(it.contributions.names(it.contributions.cuts("2024-1")[0]))
    assert made.percentages
    assert it.exercises.get(it.exercise.id).state is State.CLOSED


def test_a_schedule_that_fires_twice_at_once_closes_once_with_one_report(it, machines):
    machines.start("close_session", {}, "first")
    machines.start("close_session", {}, "second")
    machines.settle()
    assert [status for _, status in machines.executions("close_session")] == ["SUCCEEDED", "SUCCEEDED"]
    assert len(machines.called("close_exercise")) == 2
    assert it.exercises.get(it.exercise.id).state is State.CLOSED
    assert machines.executions("build_report") == [(f"report-{it.exercise.id}-fr-1", "SUCCEEDED")]
    assert len(it.mailer.sent) == 1


def test_a_schedule_that_fires_late_the_next_morning_closes_what_ended_at_2359(it, machines):
    on_time = results_without_a_fault(it)
    it.clock.instant = SHOWN_AT + timedelta(hours=8)
    assert machines.run("close_session", {})["status"] == "SUCCEEDED"
    assert it.published.get(it.exercise.id) == on_time
    assert it.exercises.get(it.exercise.id).state is State.CLOSED
    assert len(it.mailer.sent) == 1


def test_three_nights_without_a_schedule_are_caught_up_by_the_fourth(it, machines):
    ended = [it.exercise]
    for night, level in enumerate((EducationLevel.PRIMARY, EducationLevel.POST_SECONDARY), start=1):
        later = replace(another(it.exercise, level), last_day=it.exercise.last_day + timedelta(days=night))
        it.exercises.add(later)
        it.tallies.open(later)
        send(it.tallies, later, {LEADER: 5, TEACHER: 8, STUDENT: 8})
        ended.append(later)
    it.clock.instant = SHOWN_AT + timedelta(days=3, minutes=-1)
    assert machines.run("close_session", {})["status"] == "SUCCEEDED"
    assert {it.exercises.get(each.id).state for each in ended} == {State.CLOSED}
    assert it.exercises.due(it.clock()) == ()
    reports = [(f"report-{each.id}-fr-1", "SUCCEEDED") for each in ended]
    assert machines.executions("build_report") == sorted(reports)
    assert len(it.mailer.sent) == len(ended)


def test_a_large_night_is_closed_in_parts_by_runs_of_their_own(it, machines, monkeypatch):
    others = [
        add(it, level, {TEACHER: 8, STUDENT: 8}) for level in (EducationLevel.PRIMARY, EducationLevel.POST_SECONDARY)
    ]
    few = add(it, EducationLevel.UPPER_SECONDARY_GENERAL, {LEADER: 1, TEACHER: 3})
    monkeypatch.setattr(closing_service, "MOST_IN_A_RUN", 3)
    monkeypatch.setattr(closing_service, "PART", 2)
    bucket(it, machines)
    assert machines.run("close_session", {}, "night")["status"] == "SUCCEEDED"
    ended = [it.exercise.id, *others, few]
    assert {it.exercises.get(each).state for each in ended} == {State.CLOSED}
    runs = [("night", "SUCCEEDED"), ("night-part-0", "SUCCEEDED"), ("night-part-1", "SUCCEEDED")]
    assert machines.executions("close_session") == runs
    assert len(machines.executions("build_report")) == len(it.mailer.sent) == 3


def test_a_part_that_fails_stops_no_other_and_is_taken_up_by_the_next_night(it, machines, monkeypatch):
    healthy = add(it, EducationLevel.PRIMARY, {TEACHER: 8, STUDENT: 8})
    monkeypatch.setattr(closing_service, "MOST_IN_A_RUN", 1)
    monkeypatch.setattr(closing_service, "PART", 1)
    bucket(it, machines)
    close = machines.tasks["close_exercise"]

    def broken(event, context):
        if event["exercise"] == it.exercise.id:
            raise ValueError("broken")
        return close(event, context)

    machines.tasks["close_exercise"] = broken
    machines.run("close_session", {}, "night")
    assert sorted(status for _, status in machines.executions("close_session")) == ["FAILED", "SUCCEEDED", "SUCCEEDED"]
    assert it.exercises.get(healthy).state is State.CLOSED
    assert list(it.exercises.due(SHOWN_AT)) == [it.exercise.id]
    machines.tasks["close_exercise"] = close
    assert machines.run("close_session", {}, "next-night")["status"] == "SUCCEEDED"
    assert it.exercises.due(SHOWN_AT) == ()


def bucket(it, machines):
    """Let lists lie where the state machine looks for them, as they are in a deployment."""
    s3 = boto3.client("s3", region_name="eu-west-1")
    s3.create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    it.closing = replace(it.closing, due_lists=S3DueLists(s3, "reports"))


def results_without_a_fault(it):
    """Make the results as the closing does, and store nothing."""
    tallies = {group: it.tallies.seal(it.exercise.id, group) for group in it.exercise.groups}
    return make_results(it.exercise, catalogue(), tallies)


def test_an_e_mail_that_may_have_gone_out_is_not_sent_again(it, machines):
    it.closing.close(it.exercise.id)
    sent = []

    class NoAnswer:
        def send(self, email):
            sent.append(email)
            raise MaybeSent

    it.reports = replace(it.reports, mailer=NoAnswer())
    ended = machines.run("build_report", {"exercise": it.exercise.id, "locale": "fr"})
    assert (ended["status"], ended["error"]) == ("FAILED", "ReportNotSent")
    assert len(sent) == 1


def test_a_report_that_was_started_already_is_no_failure(it, machines):
    closing = it.closing.close(it.exercise.id)
    given = {"exercise": it.exercise.id, "locale": "fr"}
    machines.tasks["render_document"] = failing(machines.tasks["render_document"], 99)
    machines.run("build_report", given, closing.report_name)
    it.documents.set_state(it.exercise.id, "fr", DocumentState.WAITING)
    assert machines.run("close_session", {})["status"] == "SUCCEEDED"
    assert len(machines.executions("build_report")) == 1
    assert it.exercises.get(it.exercise.id).state is State.CLOSED


def test_too_few_submissions_close_the_exercise_without_a_report(it, machines):
    few = add(it, EducationLevel.PRIMARY, {LEADER: 1, TEACHER: 3})
    assert machines.run("close_session", {})["status"] == "SUCCEEDED"
    assert it.exercises.get(few).state is State.CLOSED
    assert [name for name, _ in machines.executions("build_report")] == [f"report-{it.exercise.id}-fr-1"]


def test_a_report_waits_for_the_day_of_the_results(it, machines):
    it.clock.instant = SHOWN_AT
    it.closing.close(it.exercise.id)
    it.clock.instant = SHOWN_AT - timedelta(hours=2)
    machines.start("build_report", {"exercise": it.exercise.id, "locale": "fr"})
    until = time.monotonic() + 1
    while time.monotonic() < until:
        assert machines.executions("build_report") == [("run", "RUNNING")]
        assert len(machines.calls) <= 1
        time.sleep(0.1)
    it.clock.instant = SHOWN_AT
    machines.settle()
    assert machines.execution("build_report", "run")["status"] == "SUCCEEDED"
    assert [name for name, _ in machines.calls] == [
        "wait_for_results",
        "render_document",
        "record_report",
        "send_report",
    ]


def test_a_document_that_cannot_be_made_is_recorded_as_failed_and_can_be_asked_for_again(it, machines):
    it.closing.close(it.exercise.id)
    render = machines.tasks["render_document"]
    machines.tasks["render_document"] = failing(render, 99, ValueError)
    given = {"exercise": it.exercise.id, "locale": "fr"}
    ended = machines.run("build_report", given)
    assert (ended["status"], ended["error"]) == ("FAILED", "ReportNotBuilt")
    assert [entry.state for entry in it.documents.list(it.exercise.id)] == [DocumentState.FAILED]
    assert it.mailer.sent == []

    machines.tasks["render_document"] = failing(render, 1, ValueError)
    assert it.reports.request(it.exercise.id, "fr").attempt == 2
    assert machines.run("build_report", given, "again")["status"] == "SUCCEEDED"
    assert len(it.mailer.sent) == 1


def test_a_message_that_is_refused_goes_out_with_a_later_try_and_only_once(it, machines):
    it.closing.close(it.exercise.id)
    real = it.mailer
    refusals = [2]

    class Busy:
        def send(self, email):
            if refusals[0]:
                refusals[0] -= 1
                raise TryAgain
            real.send(email)

    it.reports = replace(it.reports, mailer=Busy())
    assert machines.run("build_report", {"exercise": it.exercise.id, "locale": "fr"})["status"] == "SUCCEEDED"
    assert len(machines.called("send_report")) == 3
    assert len({payload["execution"] for payload in machines.called("send_report")}) == 3
    assert len(real.sent) == 1


def test_a_message_that_cannot_be_sent_fails_the_run_and_leaves_the_document_ready(it, machines):
    it.closing.close(it.exercise.id)
    machines.tasks["send_report"] = failing(machines.tasks["send_report"], 99)
    ended = machines.run("build_report", {"exercise": it.exercise.id, "locale": "fr"})
    assert (ended["status"], ended["error"]) == ("FAILED", "ReportNotSent")
    assert [entry.state for entry in it.documents.list(it.exercise.id)] == [DocumentState.READY]


def test_states_carry_ids_and_no_figures(it, machines):
    machines.run("close_session", {})
    allowed = {"exercise", "locale", "attempt", "report_name", "state", "execution"}
    for _, payload in machines.calls:
        assert set(payload) <= allowed
