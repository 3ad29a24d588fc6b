"""Exercises contribute to research."""

from datetime import date

import pytest

from selfie.domain.errors import Unknown
from tests.support.reports import LEADER, SHOWN_AT, STUDENT, TEACHER, system


def test_a_closed_exercise_contributes_once_and_its_school_is_sealed() -> None:
    it = system()
    with pytest.raises(Unknown):
        it.contributing.contribute(it.exercise.id)
    it.closing.close(it.exercise.id)
    assert it.contributing.contribute(it.exercise.id)
    assert it.contributing.contribute(it.exercise.id)
    (cut,) = it.contributions.cuts(it.exercise.session_id)
    ((name, made),) = it.contributions.fetch(it.contributions.names(cut))
    assert (cut.country, made.region) == ("IE", "")
    assert made.percentages
    assert it.exercise.school_id not in name
    assert not [entry.question for entry in made.percentages if entry.question.startswith(("own", "open"))]


def test_what_a_school_may_not_see_is_not_contributed() -> None:
    it = system(sent={LEADER: 1, TEACHER: 1, STUDENT: 2}, now=SHOWN_AT)
    it.closing.close(it.exercise.id)
    assert not it.contributing.contribute(it.exercise.id)


def test_a_frozen_session_takes_no_more_contributions() -> None:
    it = system()
    it.closing.close(it.exercise.id)
    it.ledger.freeze(it.exercise.session_id, date(2024, 12, 27))
    assert not it.contributing.contribute(it.exercise.id)
    assert it.contributions.cuts(it.exercise.session_id) == []
