"""Results of a former system: published by the rules of this one, once, and never over an exercise made here."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from scripts.import_results import Importer, counts_of_percents
from scripts.importing import Outcome, report
from selfie.catalogue import CURRENT, catalogue
from selfie.domain.comparison import Hindrance, compare
from selfie.domain.disclosure import Unit
from selfie.domain.exercise import Phase, State
from selfie.domain.participation import ParticipationLevel
from selfie.domain.results import Results, make_results, whole_percents
from selfie.ports import DocumentState
from tests.support.examples import LEADER, STUDENT, TEACHER, at
from tests.support.former_results import LIME, exercise, row, tallies
from tests.support.memory import MemoryDocuments, MemoryExercises, MemoryResults, MemorySchools, StoppedClock


class World:
    """Stores with one school."""

    def __init__(self) -> None:
        self.schools, self.exercises, self.published = MemorySchools(), MemoryExercises(), MemoryResults()
        self.documents = MemoryDocuments()
        self.schools.admit(LIME)

    def run(
        self, *rows: Any, replaces: bool = False, dry_run: bool = False
    ) -> tuple[list[tuple[int, list[tuple[str, str]]]], dict[Outcome, int]]:
        """Import rows; return the report, and how many there were of each outcome."""
        clock, stores = StoppedClock(at("2026-11-24T08:00")), (self.schools, self.exercises, self.published)
        importer = Importer(*stores, self.documents, ("en", "fr"), clock, replaces, dry_run)
        out = StringIO()
        counted = report(importer.run(row if isinstance(row, str) else json.dumps(row) for row in rows), out)
        lines = map(json.loads, out.getvalue().splitlines())
        return [(line["line"], [(r["field"], r["code"]) for r in line["reasons"]]) for line in lines], dict(counted)

    def results(self, session: str = "2025-3") -> Results:
        """Return what was published."""
        found = self.published.get(f"{LIME.id}-{session}-primary")
        assert found
        return found


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("percent", [False, True])
def test_what_is_published_is_what_a_closing_here_would_have_published(world: World, percent: bool) -> None:
    assert world.run(row(percent=percent)) == ([], {Outcome.IMPORTED: 1})
    published = world.results()
    assert published == make_results(replace(exercise(), imported=True), catalogue(CURRENT), tallies())
    # Two leaders are never shown by themselves, whatever the former system did.
    assert published.units == (Unit.STAFF, Unit.STUDENT)
    assert published.participation_level is ParticipationLevel.HIGH
    (stored,) = world.exercises.of_school(LIME.id)
    assert stored == replace(exercise(), imported=True)
    assert stored.phase(at("2026-11-24T08:00"), None) is Phase.OVER


def test_importing_again_changes_nothing_that_may_have_been_read(world: World) -> None:
    world.run(row())
    before = world.results(), world.exercises.of_school(LIME.id)
    corrected = row()
    corrected["groups"]["student"]["submitted"] = 50
    for again in (row(), corrected):
        assert world.run(again) == ([], {Outcome.LEFT_ALONE: 1})
    assert (world.results(), world.exercises.of_school(LIME.id)) == before


def corrected() -> dict[str, Any]:
    """Return the row with other numbers of students."""
    other = row()
    other["groups"]["student"] |= {"invited": 70, "submitted": 50}
    return other


def test_what_was_imported_is_corrected_only_when_that_is_asked_for(world: World) -> None:
    world.run(row())
    exercise_id = world.results().exercise_id
    for locale in ("en", "fr"):
        world.documents.request(exercise_id, locale, at("2026-11-24T09:00"))
        world.documents.set_state(exercise_id, locale, DocumentState.READY)
    assert world.run(corrected(), replaces=True) == ([], {Outcome.RENEWED: 1})
    (stored,) = world.exercises.of_school(LIME.id)
    assert stored.numbers[STUDENT] == 70
    assert [(entry.invited, entry.submitted) for entry in world.results().participation][-1] == (70, 50)
    # A PDF of the old figures has to be asked for again.
    assert {entry.state for entry in world.documents.list(exercise_id)} == {DocumentState.FAILED}
    assert world.run(corrected(), replaces=True) == ([], {Outcome.LEFT_ALONE: 1})


def test_a_correction_that_was_cut_off_is_ended_by_the_next_run(world: World) -> None:
    world.run(row())
    before = world.results()
    world.run(corrected(), replaces=True)
    # As if only the exercise had been written.
    world.published = MemoryResults()
    world.published.add(before, {})
    assert world.run(corrected(), replaces=True) == ([], {Outcome.RENEWED: 1})
    assert world.results().participation[-1].submitted == 50


@pytest.mark.parametrize("replaces", [False, True])
def test_a_dry_run_says_what_would_become_of_each_row_and_writes_nothing(world: World, replaces: bool) -> None:
    world.run(row())
    before = world.results(), world.exercises.of_school(LIME.id)
    new = row(session="2025-2", first_day="2026-02-02", last_day="2026-02-16")
    bad = row(session="2025-1", first_day="2025-10-06", last_day="2025-10-19", catalogue="none")
    lines, counted = world.run(corrected(), new, bad, replaces=replaces, dry_run=True)
    assert lines == [(3, [("catalogue", "unknown_version")])]
    known = Outcome.RENEWED if replaces else Outcome.LEFT_ALONE
    assert counted == {known: 1, Outcome.IMPORTED: 1, Outcome.REFUSED: 1}
    assert (world.results(), world.exercises.of_school(LIME.id)) == before
    assert world.published.get(f"{LIME.id}-2025-2-primary") is None


def test_of_two_rows_of_one_exercise_one_is_refused(world: World) -> None:
    ((_, reasons),), counted = world.run(row(), corrected())
    assert (reasons, counted) == ([("session", "named_twice")], {Outcome.IMPORTED: 1, Outcome.REFUSED: 1})


def test_what_was_cut_off_and_what_came_as_a_set_up_gets_its_results(world: World) -> None:
    world.exercises.add(
        replace(exercise(), state=State.SET_UP, first_day=None, last_day=None, optional=(), imported=True)
    )
    assert world.run(row()) == ([], {Outcome.RENEWED: 1})
    (stored,) = world.exercises.of_school(LIME.id)
    assert (stored.state, stored.optional, stored.last_day) == (State.CLOSED, ("A4",), date(2026, 5, 18))
    world.published = MemoryResults()
    assert world.run(row()) == ([], {Outcome.RENEWED: 1})
    assert world.results().viewable


@pytest.mark.parametrize("replaces", [False, True])
@pytest.mark.parametrize("state", list(State))
def test_an_exercise_made_here_is_never_overwritten(world: World, state: State, replaces: bool) -> None:
    here = replace(exercise(), state=state, numbers={LEADER: 9, TEACHER: 9, STUDENT: 9})
    world.exercises.add(here)
    refused = [(1, [("session", "exercise_made_here")])], {Outcome.REFUSED: 1}
    assert world.run(row(), replaces=replaces) == refused
    assert list(world.exercises.of_school(LIME.id)) == [here]
    assert world.published.get(here.id) is None


def test_too_few_answers_are_listed_and_not_shown(world: World) -> None:
    few = row()
    for group, came in (("school_leader", 0), ("teacher", 1), ("student", 3)):
        few["groups"][group] = {"invited": 20, "submitted": came}
    assert world.run(few) == ([], {Outcome.IMPORTED: 1})
    assert not world.results().viewable


def test_two_imported_exercises_can_be_compared(world: World) -> None:
    own = [{"locale": "en", "created_on": "2026-02-01", "texts": {"student": {"text": "We build robots."}}}]
    first = row(session="2025-2", first_day="2026-02-02", last_day="2026-02-16", own=own)
    first["groups"]["student"]["figures"]["own1"] = {"counts": {"5": 10}}
    assert world.run(first, row(percent=True)) == ([], {Outcome.IMPORTED: 2})
    changes = compare(world.results("2025-2"), world.results())
    assert {change.by for change in changes if change.hindrance is None} == {Decimal("0.0")}
    assert {change.code for change in changes if change.hindrance is Hindrance.OWN_STATEMENT} == {"own1"}


def figure(group: str = "teacher", code: str = "A1", **figures: Any) -> dict[str, Any]:
    """Return a row in which one figure is another."""
    changed = row()
    changed["groups"][group]["figures"][code] = figures
    return changed


SECRET = "Nobody <reads> this"
OF_A1 = "groups.teacher.figures.A1"


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        ("{not json", [("row", "json_invalid")]),
        (row(email="nobody@nowhere.example"), [("email", "no_such_school")]),
        (row(email=SECRET), [("email", "no_email")]),
        (row(session="2025"), [("session", "no_session")]),
        (row(catalogue=SECRET), [("catalogue", "unknown_version")]),
        (row(level=SECRET), [("level", "enum")]),
        (row(**{SECRET: 1}), [("?", "extra_forbidden")]),
        (row(session="2024-3"), [("session", "other_school_year")]),
        (row(last_day="2026-05-01"), [("last_day", "before_first_day"), ("session", "other_school_year")]),
        (row(session="2026-1", first_day="2026-11-10", last_day="2026-11-24"), [("last_day", "not_over")]),
        (
            row(groups={"teacher": {"invited": 5, "submitted": 1}}),
            [("numbers.school_leader", "too_few"), ("numbers.student", "too_few")],
        ),
        (figure(counts={"6": 1}), [(OF_A1, "unknown_option")]),
        (figure(counts={"1": 14}), [(OF_A1, "more_than_submitted")]),
        (figure(counts={"1": 13}, not_applicable=1), [(OF_A1, "more_than_submitted")]),
        (figure(counts={"1": 3}, answered=4), [(OF_A1, "answered_does_not_fit")]),
        (figure(code=SECRET, counts={SECRET: -3}), [("groups.teacher.figures.?.counts.?", "greater_than_equal")]),
        (figure(percent={"1": 50, "2": 20}, answered=10), [(OF_A1, "percent_does_not_fit")]),
        (figure(percent={"1": 0}, answered=10), [(OF_A1, "percent_does_not_fit")]),
        (figure(percent={"1": 50, "2": 50}, answered=10, mean=2.9), [(OF_A1, "mean_does_not_fit")]),
        (
            figure(code="inhibiting_factors", counts={"lack_of_funding": 9}, answered=8),
            [("groups.teacher.figures.inhibiting_factors", "answered_does_not_fit")],
        ),
        (row(own=[{"locale": "xx", "created_on": "2026-05-01", "texts": {}}]), [("own", "not_offered")]),
    ],
)
def test_a_row_that_does_not_fit_is_refused_by_line_and_reason(world: World, given: Any, reasons: Any) -> None:
    lines, counted = world.run(row(session="2025-1", first_day="2025-10-06", last_day="2025-10-19"), given)
    assert (lines, counted) == ([(2, reasons)], {Outcome.IMPORTED: 1, Outcome.REFUSED: 1})
    assert SECRET not in json.dumps(lines)
    assert len(world.exercises.of_school(LIME.id)) == 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (figure(code=SECRET, counts={"1": 3}), ("groups.teacher.figures.?", "not_asked")),
        (figure("student", "A1", counts={"1": 3}), ("groups.student.figures.?", "not_asked")),
        (figure(code="open", counts={SECRET: 3}), ("groups.teacher.figures.open", "not_asked")),
        (figure(mean=3.4, answered=12), (OF_A1, "not_countable")),
        (figure(percent={"1": 100}), (OF_A1, "not_countable")),
    ],
)
def test_what_has_no_place_or_no_counts_is_left_out_and_named(world: World, given: Any, reason: Any) -> None:
    assert world.run(given) == ([(1, [reason])], {Outcome.IMPORTED: 1})
    assert world.results().viewable


@examples(st.lists(st.integers(0, 40), min_size=2, max_size=6).filter(any))
def test_percentages_that_came_of_counts_come_out_again(counts: list[int]) -> None:
    options = [str(place) for place in range(len(counts))]
    shares = whole_percents(counts)
    found = list(counts_of_percents(dict(zip(options, shares, strict=True)), sum(counts)).values())
    assert sum(found) == sum(counts)
    assert max(abs(100 * a / sum(counts) - share) for a, share in zip(found, shares, strict=True)) <= 1
    if sum(counts) <= 50:
        assert found == counts
