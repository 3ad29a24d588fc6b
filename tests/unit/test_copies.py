"""The nightly copying as a function: one exercise that fails stops no other, and no answer or log holds a count."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from functions.copies import wiring
from functions.copies.app import SomeFailed, copy_tallies, restore_tallies
from functions.copies.service import TallyCopying
from selfie.domain.errors import Unknown
from selfie.domain.school import EducationLevel
from tests.support.reports import CLOSED_AT, STUDENT, TEACHER, another, exercise, send, system


@pytest.fixture
def it(monkeypatch):
    """Two exercises that run, one answered by 12 teachers and 20 students and the other by 13 students."""
    made = system(now=CLOSED_AT - timedelta(days=1))
    made.second = another(exercise(), EducationLevel.PRIMARY)
    made.exercises.add(made.second)
    made.tallies.open(made.second)
    send(made.tallies, made.second, {STUDENT: 13})
    made.copying = TallyCopying(made.exercises, made.companies, made.tallies, made.copies, made.clock)
    monkeypatch.setattr(wiring, "service", lambda: made.copying)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "tried")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "copy_tallies")
    return made


def test_a_night_copies_all_exercises_that_run_and_says_no_count(it, capsys):
    assert copy_tallies({}, None) == {}
    assert len(it.copies.marks(it.exercise.id)) == 2
    assert len(it.copies.marks(it.second.id)) == 1
    said = capsys.readouterr().out
    assert "LostTallies" not in said
    assert it.exercise.id not in said


def test_an_exercise_whose_tallies_cannot_be_copied_stops_no_other_and_fails_the_run(it):
    marks = it.copies.marks

    def broken(exercise_id):
        if exercise_id == it.exercise.id:
            raise Unknown
        return marks(exercise_id)

    it.copies.marks = broken
    with pytest.raises(SomeFailed):
        copy_tallies({}, None)
    assert len(marks(it.second.id)) == 1
    with pytest.raises(SomeFailed):
        restore_tallies({}, None)


def test_lost_tallies_are_told_of_each_night_until_they_are_restored(it, capsys):
    copy_tallies({}, None)
    it.tallies.lose()
    it.clock.instant += timedelta(hours=2)
    copy_tallies({}, None)
    assert capsys.readouterr().out.count('"LostTallies":[6.0]') == 1
    assert restore_tallies({}, None) == {"tallies": 6, "waiting": 0}
    assert restore_tallies({}, None) == {"tallies": 0, "waiting": 0}
    capsys.readouterr()
    copy_tallies({}, None)
    assert "LostTallies" not in capsys.readouterr().out


def test_results_after_a_restore_are_those_of_the_copy_and_what_came_after(it):
    copy_tallies({}, None)
    it.tallies.lose()
    it.clock.instant += timedelta(hours=2)
    restore_tallies({}, None)
    send(it.tallies, it.exercise, {TEACHER: 3}, seed=99)
    it.clock.instant = CLOSED_AT
    it.closing.close(it.exercise.id)
    assert [entry.submitted for entry in it.published.get(it.exercise.id).participation] == [0, 15, 20]


def test_a_closing_that_finds_no_tally_stays_due_until_the_counts_are_restored(it):
    copy_tallies({}, None)
    it.tallies.lose()
    it.clock.instant = CLOSED_AT
    with pytest.raises(Unknown):
        it.closing.close(it.exercise.id)
    assert it.published.get(it.exercise.id) is None
    restore_tallies({}, None)
    assert it.closing.close(it.exercise.id).report_name


def test_an_exercise_without_dates_has_nothing_to_copy(it):
    bare = SimpleNamespace(get=lambda _: replace(it.exercise, last_day=None))
    assert replace(it.copying, exercises=bare).copy(it.exercise.id).written == 0
