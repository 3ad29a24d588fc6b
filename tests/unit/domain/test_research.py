"""What enters research totals, and which of them leave."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from selfie.domain import research
from selfie.domain.disclosure import Unit
from selfie.domain.errors import Invalid
from selfie.domain.research import Cell, Cut, Percentages, Purpose, Totals, Wanted
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel, RespondentGroup, School
from tests.support.examples import CALENDAR, CATALOGUE, LEADER, STUDENT, TEACHER, exercise, own_statement, tally

KEY = (Unit.TEACHER, "A1")
CUT = Cut("2026-1", "IE", EducationLevel.PRIMARY, "v_test")
OURS = School("abcdefgh2345", "Harbour", "IE", "en", ("office@harbour.example",), region="IE0")
EVEN = {"1": 20, "2": 20, "3": 20, "4": 20, "5": 20}


def totals(schools: Iterable[Mapping[str, int]], answered: int = 20) -> Totals:
    """Add schools up."""
    whole = Totals()
    for options in schools:
        whole.add(Percentages(*KEY, answered, options))
    return whole


def yes(percent: int) -> dict[str, int]:
    """Return a school in which so many ticked."""
    return {"ticked": percent, "not_ticked": 100 - percent}


def contributed(**changes: object) -> research.Contribution | None:
    """Contribute an exercise with own statements, ticks and a small group."""
    tallies = {
        LEADER: tally(LEADER, 2, A1=[0, 0, 1, 1, 0]),
        TEACHER: tally(TEACHER, 20, A1=[2, 4, 6, 4, 4], C3=[0, 0, 0, 2, 1]),
        STUDENT: tally(STUDENT, 40, C3=[8, 8, 8, 8, 4, 4], own1=[10, 10, 10, 10, 0]),
    }
    counts = {"inhibiting:any": 10, "inhibiting:funding": 7, "inhibiting:internet": 3, "age_band:9_11": 30}
    tallies[TEACHER] = replace(tallies[TEACHER], counts={**tallies[TEACHER].counts, **counts})
    numbers: dict[RespondentGroup, int] = {LEADER: 5, TEACHER: 45, STUDENT: 200}
    held = exercise(numbers, own=(own_statement(1, STUDENT),))
    results = make_results(held, CATALOGUE, tallies)
    return research.contribution(replace(results, **changes), OURS, b"sealed")  # type: ignore[arg-type]


def test_an_exercise_contributes_the_percentages_that_are_published_and_nothing_of_its_own_statements() -> None:
    made = contributed()
    assert made
    assert made.cut == Cut("2026-1", "IE", EducationLevel.LOWER_SECONDARY, "v_test")
    assert (made.region, made.sealed) == ("IE0", b"sealed")
    found = {(entry.unit, entry.question): entry for entry in made.percentages}
    # Two leaders are a small group: they are in «staff» as in the school's own results.
    assert found[Unit.STAFF, "A1"].options == {"1": 9, "2": 18, "3": 32, "4": 23, "5": 18}
    assert found[Unit.STUDENT, "C3"].answered == 36
    assert found[Unit.STAFF, "inhibiting.funding"].options == {"ticked": 70, "not_ticked": 30}
    assert not [question for _unit, question in found if question.startswith("own")]
    assert all(sum(entry.options.values()) == 100 for entry in made.percentages)


def test_an_exercise_that_its_school_may_not_see_contributes_nothing() -> None:
    assert contributed(viewable=False) is None


def test_nine_schools_give_no_row_and_ten_do() -> None:
    assert research.cell(KEY, {"": totals([EVEN] * 9)}) is None
    made = research.cell(KEY, {"": totals([EVEN] * 10)})
    assert made
    rows = list(research.rows(CUT, [made]))
    assert [(row.option, row.value, row.schools) for row in rows] == [(o, Decimal("20.0"), 10) for o in EVEN]


def test_every_school_counts_the_same_however_many_answered_there() -> None:
    whole = totals([yes(90)] * 5, answered=100)
    for options in [yes(10)] * 6:
        whole.add(Percentages(*KEY, 5, options))
    made = research.cell(KEY, {"": whole})
    assert made
    assert [row.value for row in research.rows(CUT, [made])] == [Decimal("46.4")]


def test_a_school_with_more_than_half_of_the_persons_keeps_a_row_back() -> None:
    whole = totals([EVEN] * 12, answered=10)
    assert research.cell(KEY, {"": whole})
    whole.add(Percentages(*KEY, 121, EVEN))
    assert research.cell(KEY, {"": whole}) is None


def test_an_option_that_nearly_nobody_chose_is_held_back_with_another_one() -> None:
    schools = [{"1": 1, "2": 9, "3": 30, "4": 30, "5": 30}] * 10
    assert research.shown_options(totals(schools)) == ("3", "4", "5")


def test_what_one_school_alone_has_is_held_back() -> None:
    whole = totals([{"1": 100, "2": 0, "3": 0}] + [{"1": 0, "2": 40, "3": 60}] * 11)
    # Whoever is that school would know that no other has any of option 1.
    assert research.shown_options(whole) == ("3",)


def test_a_question_that_nearly_all_answer_alike_gives_no_row() -> None:
    assert research.shown_options(totals([yes(98)] * 20)) == ()
    assert research.shown_options(totals([yes(80)] * 20)) == ("ticked", "not_ticked")


def test_a_region_is_shown_when_the_rest_of_its_country_is_safe() -> None:
    north, south, few = totals([EVEN] * 12), totals([EVEN] * 11), totals([EVEN] * 3)
    alone = research.cell(KEY, {"N": north, "S": south})
    assert alone
    assert set(alone.parts) == {"N", "S"}
    with_few = research.cell(KEY, {"N": north, "S": south, "W": few})
    assert with_few
    # Three schools could be computed from the country and both regions: the smaller one joins them.
    assert {region: part.schools for region, part in with_few.parts.items()} == {"N": 12, "": 14}
    assert {row.region for row in research.rows(CUT, [with_few])} == {"", "N"}


def test_schools_that_tell_no_region_are_in_their_countrys_row_alone() -> None:
    made = research.cell(KEY, {"": totals([EVEN] * 10), "N": totals([EVEN] * 10)})
    assert made
    assert {(row.region, row.schools) for row in research.rows(CUT, [made])} == {("", 20), ("N", 10)}


def linked(before: int, after: int, both: int) -> list[research.Row]:
    """Link schools of two sessions: so many took part in each, so many in both; agreement went from 20 to 40 %."""
    first, second = EVEN, {"1": 10, "2": 10, "3": 20, "4": 20, "5": 40}
    cells = research.cell(KEY, {"": totals([first] * before)}), research.cell(KEY, {"": totals([second] * after)})
    assert cells[0]
    assert cells[1]
    of_both = {"": totals([first] * both)}, {"": totals([second] * both)}
    return list(research.linked_rows(CUT, (cells[0], of_both[0]), (cells[1], of_both[1]), "2025-1"))


def test_a_change_is_that_of_the_same_schools() -> None:
    rows = linked(before=24, after=30, both=14)
    assert {row.option: row.value for row in rows} == {
        "1": Decimal("-10.0"),
        "2": Decimal("-10.0"),
        "3": Decimal("0.0"),
        "4": Decimal("0.0"),
        "5": Decimal("20.0"),
    }
    assert {(row.since, row.schools) for row in rows} == {("2025-1", 15)}


@pytest.mark.parametrize(("before", "after", "both"), [(21, 30, 20), (30, 29, 20), (30, 30, 9), (30, 30, 0)])
def test_no_change_is_shown_that_could_be_subtracted_from_a_session(before: int, after: int, both: int) -> None:
    assert linked(before, after, both) == []


def test_a_session_may_be_linked_whole() -> None:
    assert linked(before=12, after=12, both=12)


def test_a_change_is_safe_in_every_region_that_is_shown() -> None:
    frozen = research.cell(KEY, {"N": totals([EVEN] * 20), "": totals([EVEN] * 20)})
    assert frozen
    by_region = {"N": totals([EVEN] * 15), "": totals([EVEN] * 10)}
    safe = {"N": totals([EVEN] * 10), "": totals([EVEN] * 10)}
    assert list(research.linked_rows(CUT, (frozen, by_region), (frozen, safe), "2025-1")) == []
    assert list(research.linked_rows(CUT, (frozen, safe), (frozen, safe), "2025-1"))


def test_schools_of_a_region_that_was_not_frozen_are_in_the_rest() -> None:
    frozen = Cell(*KEY, tuple(EVEN), {"": totals([EVEN] * 30)})
    assert list(
        research.linked_rows(CUT, (frozen, {"X": totals([EVEN] * 12)}), (frozen, {"": totals([EVEN] * 12)}), "")
    )


def test_numbers_of_schools_are_rounded() -> None:
    assert [research.rounded(number) for number in (10, 12, 13, 17, 18)] == [10, 10, 15, 15, 20]


def test_whoever_organises_a_region_gets_that_region_alone() -> None:
    made = research.cell(KEY, {"": totals([EVEN] * 10), "N": totals([EVEN] * 10), "S": totals([EVEN] * 10)})
    assert made
    rows = list(research.rows(CUT, [made]))

    def taken(**limits: object) -> set[str]:
        wanted = Wanted("2026-1", "Somebody", Purpose.EDUCATION_POLICY, **limits)  # type: ignore[arg-type]
        return {row.region for row in rows if wanted.takes(row)}

    assert taken(country="IE", region="N") == {"N"}
    assert taken(country="IE") == {"", "N", "S"}
    assert taken(country="FR") == set()
    assert taken(levels=(EducationLevel.POST_SECONDARY,)) == set()
    assert Wanted("2026-1", "x", Purpose.PUBLIC_REPORT, country="IE", region="N").scope == "region/IE/N"


def test_a_session_is_frozen_when_its_last_night_is_past() -> None:
    session = CALENDAR.sessions[0]
    with pytest.raises(research.SessionNotOver):
        research.check_over(session, datetime(2026, 12, 18, 22, 59, tzinfo=UTC))
    research.check_over(session, datetime(2026, 12, 18, 23, 0, tzinfo=UTC))


@pytest.mark.parametrize("text", ["", "   ", "x" * 201])
def test_a_release_names_its_recipient(text: str) -> None:
    with pytest.raises(Invalid):
        research.checked_recipient(text)
    assert research.checked_recipient("  Ministry of   Education ") == "Ministry of Education"
