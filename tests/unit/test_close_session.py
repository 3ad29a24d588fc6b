"""Closing an exercise: once, only after its deadline, and right again wherever it was cut off."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.close_session.service import NotDue, NotPublished
from selfie.catalogue import catalogue
from selfie.domain.errors import ExerciseClosed, TryAgain
from selfie.domain.exercise import State
from selfie.domain.public_counts import PublicCounts
from selfie.domain.results import make_results
from selfie.ports import DocumentState
from tests.support.reports import CLOSED_AT, LEADER, SCHOOL, STUDENT, TEACHER, exercise, send, system


def test_an_exercise_is_due_from_its_deadline_on():
    it = system(now=CLOSED_AT - timedelta(seconds=1))
    assert it.closing.due().exercises == ()
    it.clock.instant = CLOSED_AT
    assert list(it.closing.due().exercises) == [it.exercise.id]


def test_closing_publishes_what_was_counted_and_names_the_report_to_build():
    it = system()
    closing = it.closing.close(it.exercise.id)
    tallies = {group: it.tallies.seal(it.exercise.id, group) for group in it.exercise.groups}
    assert it.published.get(it.exercise.id) == make_results(it.exercise, catalogue(), tallies)
    assert [entry.submitted for entry in it.published.get(it.exercise.id).participation] == [4, 12, 20]
    assert closing.report_name == f"report-{it.exercise.id}-fr-1"
    assert (closing.locale, closing.attempt) == ("fr", 1)


def test_nothing_is_counted_after_closing():
    it = system()
    it.closing.close(it.exercise.id)
    with pytest.raises(ExerciseClosed):
        send(it.tallies, it.exercise, {STUDENT: 1}, seed=99)


def test_an_exercise_that_can_still_be_answered_is_not_closed():
    it = system(now=CLOSED_AT - timedelta(seconds=1))
    with pytest.raises(NotDue):
        it.closing.close(it.exercise.id)
    send(it.tallies, it.exercise, {STUDENT: 1}, seed=99)
    assert it.published.get(it.exercise.id) is None


def test_a_set_up_without_dates_is_not_closed():
    it = system()
    bare = replace(exercise(session_id="2024-2"), first_day=None, last_day=None, state=State.SET_UP, links=None)
    it.exercises.add(bare)
    with pytest.raises(NotDue):
        it.closing.close(bare.id)


def test_closing_again_changes_nothing_and_names_the_same_report():
    it = system()
    first = it.closing.close(it.exercise.id)
    published = it.published.get(it.exercise.id)
    assert it.closing.close(it.exercise.id) == first
    assert it.published.get(it.exercise.id) is published


def test_closing_goes_on_after_it_was_cut_off_before_publishing():
    it = system()
    add = it.published.add
    calls = []

    def refuse_once(results, answers):
        calls.append(results)
        if len(calls) == 1:
            raise TryAgain
        add(results, answers)

    it.published.add = refuse_once
    with pytest.raises(TryAgain):
        it.closing.close(it.exercise.id)
    assert it.closing.close(it.exercise.id).report_name is not None
    assert calls[0] == calls[1] == it.published.get(it.exercise.id)


def test_the_key_of_copies_is_destroyed_after_the_seals_and_before_anything_is_published():
    it = system()
    steps = []

    def noting(store, name):
        act = getattr(store, name)
        setattr(store, name, lambda *given: steps.append(name) or act(*given))

    for store, name in ((it.tallies, "seal"), (it.copies, "destroy"), (it.published, "add")):
        noting(store, name)
    it.closing.close(it.exercise.id)
    assert steps == ["seal", "seal", "seal", "destroy", "add"]


def test_closing_goes_on_after_it_was_cut_off_around_the_destruction_of_the_key():
    it = system()
    destroy, add = it.copies.destroy, it.published.add
    left = [TryAgain, None, TryAgain]

    def refuse(act):
        def once(*given):
            if error := left.pop(0):
                raise error
            act(*given)

        return once

    it.copies.destroy = refuse(destroy)
    with pytest.raises(TryAgain):
        it.closing.close(it.exercise.id)
    assert it.published.get(it.exercise.id) is None
    it.published.add = refuse(add)
    with pytest.raises(TryAgain):
        it.closing.close(it.exercise.id)
    it.copies.destroy, it.published.add = destroy, add
    assert it.closing.close(it.exercise.id).report_name
    assert [entry.submitted for entry in it.published.get(it.exercise.id).participation] == [4, 12, 20]


def test_closing_goes_on_after_it_was_cut_off_before_asking_for_the_report():
    it = system()
    request = it.documents.request

    def refuse(exercise_id, locale, overdue_at):
        raise TryAgain

    it.documents.request = refuse
    with pytest.raises(TryAgain):
        it.closing.close(it.exercise.id)
    it.documents.request = request
    assert it.closing.close(it.exercise.id).report_name == f"report-{it.exercise.id}-fr-1"


def test_published_results_are_not_made_again_when_the_tallies_are_gone():
    it = system()
    first = it.closing.close(it.exercise.id)
    it.closing = replace(it.closing, tallies=None)
    assert it.closing.close(it.exercise.id) == first


def test_a_report_that_is_ready_is_not_built_again_by_a_late_rerun():
    it = system()
    it.closing.close(it.exercise.id)
    it.documents.set_state(it.exercise.id, "fr", DocumentState.READY)
    assert it.closing.close(it.exercise.id).report_name is None


def test_a_report_that_failed_is_built_under_a_new_name_by_a_late_rerun():
    it = system()
    it.closing.close(it.exercise.id)
    it.documents.set_state(it.exercise.id, "fr", DocumentState.FAILED)
    assert it.closing.close(it.exercise.id).report_name == f"report-{it.exercise.id}-fr-2"


def test_too_few_submissions_are_published_as_such_and_have_no_report():
    it = system(sent={TEACHER: 4})
    assert it.closing.close(it.exercise.id).report_name is None
    results = it.published.get(it.exercise.id)
    assert not results.viewable
    assert results.statements == ()
    assert it.documents.list(it.exercise.id) == ()


def test_a_school_whose_language_is_not_offered_gets_the_first_one():
    it = system(school=replace(SCHOOL, locale="mt"))
    assert it.closing.close(it.exercise.id).locale == "en"


def test_open_answers_are_kept_only_of_units_that_may_show_them():
    it = system(sent={LEADER: 4, TEACHER: 12, STUDENT: 20})
    it.closing.close(it.exercise.id)
    kept = it.published.open_answers(it.exercise.id)
    assert it.written[LEADER]
    assert set(kept) == {"teacher", "student"}
    assert sorted(kept["teacher"]) == sorted(it.written[TEACHER])
    assert sorted(kept["student"]) == sorted(it.written[STUDENT])


def test_open_answers_of_a_small_group_are_kept_only_with_those_of_the_staff():
    it = system(sent={LEADER: 2, TEACHER: 12, STUDENT: 2})
    it.closing.close(it.exercise.id)
    kept = it.published.open_answers(it.exercise.id)
    assert set(kept) == {"staff"}
    assert sorted(kept["staff"]) == sorted(it.written[LEADER] + it.written[TEACHER])


def test_a_finished_exercise_is_closed_and_due_no_more():
    it = system()
    it.closing.close(it.exercise.id)
    it.closing.finish(it.exercise.id)
    it.closing.finish(it.exercise.id)
    assert it.exercises.get(it.exercise.id).state is State.CLOSED
    # Those who answered are counted once, however often a night is done again.
    assert it.counters.read() == PublicCounts(people=4 + 12 + 20)
    assert it.closing.due().exercises == ()


def test_an_exercise_without_results_is_never_marked_as_closed():
    it = system()
    with pytest.raises(NotPublished):
        it.closing.finish(it.exercise.id)
    assert list(it.closing.due().exercises) == [it.exercise.id]
