"""What a school gets of its results, and when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from selfie.domain.errors import Invalid, NotViewable, TryAgain, Unknown
from selfie.domain.exercise import State
from selfie.domain.results import ListingState
from selfie.domain.school import EducationLevel
from selfie.ports import DocumentState
from tests.support.reports import (
    CLOSED_AT,
    FIRST_DAY,
    SCHOOL,
    SHOWN_AT,
    STUDENT,
    another,
    exercise,
    system,
)


@pytest.fixture
def it():
    """A system whose exercise was closed, on the first instant of the day after."""
    made = system()
    made.closing.close(made.exercise.id)
    made.closing.finish(made.exercise.id)
    made.clock.instant = SHOWN_AT
    return made


def test_results_are_shown_from_the_day_after_and_not_a_second_earlier(it):
    it.clock.instant = SHOWN_AT - timedelta(seconds=1)
    for ask in (
        lambda: it.reports.view(it.exercise.id, "en"),
        lambda: it.reports.workbook(it.exercise.id, "en"),
        lambda: it.reports.chart(it.exercise.id, "areas", "en"),
        lambda: it.reports.requested(it.exercise.id),
        lambda: it.reports.request(it.exercise.id, "en"),
        lambda: it.reports.document(it.exercise.id, "en"),
        lambda: it.reports.render(it.exercise.id, "fr"),
        lambda: it.reports.send(it.exercise.id, "fr", "try"),
    ):
        with pytest.raises(NotViewable):
            ask()
    it.clock.instant = SHOWN_AT
    assert it.reports.view(it.exercise.id, "en")["exercise"] == it.exercise.id


def test_results_of_too_few_are_never_shown():
    made = system(sent={STUDENT: 4})
    made.closing.close(made.exercise.id)
    made.clock.instant = SHOWN_AT
    with pytest.raises(NotViewable):
        made.reports.view(made.exercise.id, "en")


def test_results_that_are_not_there_yet_differ_from_an_exercise_that_does_not_exist():
    made = system()
    with pytest.raises(NotViewable):
        made.reports.view(made.exercise.id, "en")
    with pytest.raises(Unknown):
        made.reports.view(f"{SCHOOL.id}-2024-1-primary", "en")


def test_a_language_that_is_not_offered_becomes_the_schools(it):
    assert it.reports.view(it.exercise.id, "mt")["locale"] == "fr"
    assert it.reports.view(it.exercise.id, None)["locale"] == "fr"
    assert it.reports.view(it.exercise.id, "en")["locale"] == "en"


def test_an_unknown_chart_is_unknown(it):
    with pytest.raises(Unknown):
        it.reports.chart(it.exercise.id, "../areas", "en")


def test_the_list_says_of_every_level_what_came_of_it(it):
    states = {entry.level: entry.state for entry in it.reports.listing(SCHOOL.id)[0].levels}
    assert states[EducationLevel.LOWER_SECONDARY] is ListingState.VIEWABLE
    assert states[EducationLevel.PRIMARY] is ListingState.NOT_PARTICIPATING


def test_the_list_names_the_last_day_of_a_running_exercise_until_midnight():
    made = system(now=CLOSED_AT + timedelta(seconds=30))
    made.closing.close(made.exercise.id)
    entry = made.reports.listing(SCHOOL.id)[0].levels[1]
    assert (entry.state, entry.until) == (ListingState.RUNNING_UNTIL, date(2024, 11, 17))
    made.clock.instant = SHOWN_AT
    entry = made.reports.listing(SCHOOL.id)[0].levels[1]
    assert (entry.state, entry.until) == (ListingState.VIEWABLE, None)


def test_the_list_tells_too_few_from_not_made_yet_and_from_a_set_up(it):
    too_few = another(exercise(), EducationLevel.PRIMARY)
    it.exercises.add(too_few)
    it.tallies.open(too_few)
    it.closing.close(too_few.id)
    it.exercises.add(another(exercise(), EducationLevel.POST_SECONDARY))
    set_up = replace(another(exercise(), EducationLevel.UPPER_SECONDARY_GENERAL), state=State.SET_UP, links=None)
    it.exercises.add(set_up)
    states = {entry.level: entry.state for entry in it.reports.listing(SCHOOL.id)[0].levels}
    assert states[EducationLevel.PRIMARY] is ListingState.COMPLETION_TOO_LOW
    assert states[EducationLevel.POST_SECONDARY] is ListingState.BEING_MADE
    assert states[EducationLevel.UPPER_SECONDARY_GENERAL] is ListingState.NOT_STARTED


def test_the_list_has_the_sessions_that_have_begun_newest_first(it):
    assert [session.session_id for session in it.reports.listing(SCHOOL.id)] == ["2024-1"]
    it.clock.instant = SHOWN_AT + timedelta(days=60)
    assert [session.session_id for session in it.reports.listing(SCHOOL.id)] == ["2024-2", "2024-1"]


def test_an_exercise_of_a_session_that_left_the_calendar_stays_in_the_list(it):
    old = replace(exercise(session_id="2020-3"), first_day=FIRST_DAY, last_day=FIRST_DAY + timedelta(days=7))
    it.exercises.add(old)
    assert [session.session_id for session in it.reports.listing(SCHOOL.id)] == ["2024-1", "2020-3"]


def test_asking_twice_for_a_document_starts_it_once_until_it_is_ready(it):
    assert it.reports.request(it.exercise.id, "en").attempt == 1
    assert it.reports.request(it.exercise.id, "en").attempt == 1
    it.reports.record(it.exercise.id, "en", DocumentState.READY)
    assert it.reports.request(it.exercise.id, "en").attempt == 2
    assert it.building.started == [(it.exercise.id, "en", 1), (it.exercise.id, "en", 2)]


def test_a_document_is_not_made_in_a_language_that_is_not_offered(it):
    with pytest.raises(Invalid):
        it.reports.request(it.exercise.id, "xx")
    assert it.building.started == []


def test_a_rendered_document_can_be_fetched_and_is_in_progress_until_recorded(it):
    key = it.reports.render(it.exercise.id, "fr")
    assert it.exercise.id in key
    assert it.reports.document(it.exercise.id, "fr").startswith(b"%PDF-")
    assert [entry.state for entry in it.reports.requested(it.exercise.id)] == [DocumentState.IN_PROGRESS]
    # As when its results were corrected: the one that is there says what no longer holds.
    it.reports.record(it.exercise.id, "fr", DocumentState.FAILED)
    with pytest.raises(Unknown):
        it.reports.document(it.exercise.id, "fr")


def test_the_report_goes_to_all_addresses_of_the_school_once_for_each_try(it):
    it.reports.render(it.exercise.id, "fr")
    assert it.reports.send(it.exercise.id, "fr", "run/0")
    assert not it.reports.send(it.exercise.id, "fr", "run/0")
    assert it.reports.send(it.exercise.id, "fr", "run/1")
    assert len(it.mailer.sent) == 2
    email = it.mailer.sent[0]
    assert email.to == SCHOOL.emails
    assert [(a.name, a.content_type) for a in email.attachments] == [
        ("results-2024-1-lower_secondary-fr.pdf", "application/pdf")
    ]
    assert email.attachments[0].content == it.reports.document(it.exercise.id, "fr")
    link = f"https://selfie.example/fr/results/exercise/?exercise={it.exercise.id}"
    assert link in email.text
    assert f'href="{link}"' in email.html
    assert 'lang="fr"' in email.html


def test_the_name_of_a_school_cannot_bring_markup_into_a_message():
    made = system(school=replace(SCHOOL, name="<script>alert(1)</script> & Co"))
    made.closing.close(made.exercise.id)
    made.clock.instant = SHOWN_AT
    made.reports.render(made.exercise.id, "fr")
    made.reports.send(made.exercise.id, "fr", "run/0")
    assert "<script>" not in made.mailer.sent[0].html
    assert "&lt;script&gt;" in made.mailer.sent[0].html


def test_a_document_that_is_missing_claims_no_sending(it):
    with pytest.raises(Unknown):
        it.reports.send(it.exercise.id, "fr", "run/0")
    it.reports.render(it.exercise.id, "fr")
    assert it.reports.send(it.exercise.id, "fr", "run/0")


def test_a_message_that_was_refused_goes_out_with_the_next_try(it):
    it.reports.render(it.exercise.id, "fr")

    class BusyOnce:
        def __init__(self, mailer):
            self.mailer, self.refused = mailer, False

        def send(self, email):
            if not self.refused:
                self.refused = True
                raise TryAgain
            self.mailer.send(email)

    reports = replace(it.reports, mailer=BusyOnce(it.mailer))
    with pytest.raises(TryAgain):
        reports.send(it.exercise.id, "fr", "run/0")
    assert reports.send(it.exercise.id, "fr", "run/1")
    assert len(it.mailer.sent) == 1


def test_the_hour_of_results_is_midnight_in_brussels(it):
    assert it.reports.results_at(it.exercise.id).isoformat() == "2024-11-17T23:00:00+00:00"
