"""What looks after nights and reports: late closings, reports that died, and totals that are nobody's own."""

import json
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from functions.watch import wiring
from functions.watch.app import watch_hourly
from functions.watch.service import Watch
from selfie.domain.errors import AlreadySent, CapReached, CodeUsed, ExerciseClosed
from selfie.domain.school import EducationLevel
from selfie.domain.totals import FEWEST_EXERCISES
from selfie.observability import _logger
from selfie.ports import DocumentState
from tests.support.reports import CLOSED_AT, SHOWN_AT, STUDENT, TEACHER, add_closed, exercise, system
from tests.support.survey_site import SurveySite

# Made here, where it writes to what outlives a test.
LOGGER = _logger()
LOOKED_AT = CLOSED_AT + timedelta(minutes=31)


@dataclass
class Context:
    """What Lambda hands over."""

    aws_request_id: str = "run-4711"


@pytest.fixture
def it(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return a system whose only exercise is due, watched half an hour after its closing should have begun."""
    found = system()
    found.clock.instant = LOOKED_AT
    found.watch = Watch(found.exercises, found.documents, found.totals, found.clock)
    monkeypatch.setattr(wiring, "watch", lambda: found.watch)
    return found


def looked(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Let the watch look; return the figures that it published and the lines that it logged."""
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as patch:
        for handler in LOGGER.handlers:
            patch.setattr(handler, "stream", sys.stdout)
        assert watch_hourly({}, Context()) == {}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    figures: dict[str, int] = {}
    for line in (line for line in lines if "_aws" in line):
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]:
            name = metric["Name"] + (f" {line['reason']}" if "reason" in line else "")
            (figures[name],) = line[metric["Name"]]
    return figures, [line for line in lines if "_aws" not in line]


def test_an_exercise_that_is_still_open_half_an_hour_after_its_deadline_is_named_and_counted(it, capsys):
    figures, lines = looked(capsys)
    assert figures == {"OverdueExercises": 1, "StuckReports": 0}
    (line,) = lines
    assert (line["message"], line["exercise"]) == ("exercise not closed", it.exercise.id)
    assert (line["level"], line["run"]) == ("INFO", "run-4711")


def test_an_idle_hour_publishes_zeros_so_that_alarms_see_that_somebody_looked(it, capsys):
    it.closing.close(it.exercise.id)
    it.closing.finish(it.exercise.id)
    assert looked(capsys) == ({"OverdueExercises": 0, "StuckReports": 0}, [])


@pytest.mark.parametrize("state", [DocumentState.WAITING, DocumentState.IN_PROGRESS])
def test_a_report_on_its_way_for_over_an_hour_is_given_up_so_that_the_school_can_ask_again(it, capsys, state):
    it.clock.instant = CLOSED_AT
    it.closing.close(it.exercise.id)
    it.documents.set_state(it.exercise.id, "fr", state)
    it.clock.instant = SHOWN_AT + timedelta(minutes=59)
    assert looked(capsys)[0]["StuckReports"] == 0
    it.clock.instant = SHOWN_AT + timedelta(minutes=60)
    figures, lines = looked(capsys)
    assert figures["StuckReports"] == 1
    assert ("report given up", it.exercise.id) in [(line["message"], line["exercise"]) for line in lines]
    assert [entry.state for entry in it.documents.list(it.exercise.id)] == [DocumentState.FAILED]
    assert it.reports.request(it.exercise.id, "fr").attempt == 2
    assert looked(capsys)[0]["StuckReports"] == 0


@pytest.mark.parametrize("state", [DocumentState.READY, DocumentState.FAILED])
def test_a_report_that_is_done_is_never_stuck(it, capsys, state):
    it.closing.close(it.exercise.id)
    it.documents.set_state(it.exercise.id, "fr", state)
    it.clock.instant = SHOWN_AT + timedelta(days=9)
    assert looked(capsys)[0]["StuckReports"] == 0


def test_an_exercise_is_counted_when_it_is_closed_and_once(it):
    it.closing.close(it.exercise.id)
    for _ in range(2):
        it.closing.finish(it.exercise.id)
    totals = it.totals.take(1)
    assert (totals.exercises, totals.submissions) == (1, 36)
    assert it.totals.take(1) is None


def test_totals_are_published_once_they_are_of_so_many_exercises_that_they_are_nobodys_own(it, capsys):
    """A school has five levels at most; a total of ten exercises is of two schools at least."""
    assert 2 * len(EducationLevel) == FEWEST_EXERCISES
    it.closing.close(it.exercise.id)
    it.closing.finish(it.exercise.id)
    for number in range(FEWEST_EXERCISES - 2):
        more = replace(exercise(), school_id=f"school{number:06}".replace("0", "a").replace("1", "b"))
        it.schools.add(replace(it.schools.get(it.exercise.school_id), id=more.school_id, emails=()), object_of(number))
        add_closed(it, more, {TEACHER: 1, STUDENT: 2})
        it.closing.finish(more.id)
    it.totals.add_refusal(AlreadySent.code)
    it.totals.add_refusal(CodeUsed.code)
    assert set(looked(capsys)[0]) == {"OverdueExercises", "StuckReports"}
    it.totals.add_exercise(3)
    assert looked(capsys)[0] == {
        "OverdueExercises": 0,
        "StuckReports": 0,
        "ExercisesClosed": 10,
        "SubmissionsRecorded": 36 + 8 * 3 + 3,
        "SubmissionsReplayed": 1,
        f"SubmissionsRefused {CapReached.code}": 0,
        f"SubmissionsRefused {CodeUsed.code}": 1,
        f"SubmissionsRefused {ExerciseClosed.code}": 0,
    }
    assert set(looked(capsys)[0]) == {"OverdueExercises", "StuckReports"}


def object_of(number: int) -> Any:
    from selfie.domain.school import Identity

    return Identity("https://login.example", f"somebody {number}")


def test_what_a_tally_refuses_is_counted_by_its_reason_and_what_it_takes_is_not():
    site = SurveySite()
    link = (site.exercise.links or {})[STUDENT]
    _, token = site.survey.begin(link)
    site.survey.record_submission(link, token, {"C3": ["5"]})
    with pytest.raises(AlreadySent):
        site.survey.record_submission(link, token, {"C3": ["5"]})
    site.totals.add_exercise(0)
    totals = site.totals.take(1)
    assert totals
    assert totals.refused == {"already_sent": 1, "cap_reached": 0, "code_used": 0, "exercise_closed": 0}
