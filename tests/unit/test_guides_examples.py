"""The guide's own examples of results (part 2), counted on the real catalogue and read off the page's figures."""

from dataclasses import replace

import pytest

from selfie.catalogue import CURRENT, catalogue, texts
from selfie.domain.questionnaire import OwnStatement, OwnText
from selfie.domain.results import make_results
from selfie.domain.submission import ANY_TICK, counter
from selfie.domain.tally import Tally
from selfie_reporting.charts import area_sentence
from selfie_reporting.results_view import ResultsView, results_view
from tests.support.reports import FIRST_DAY, LEADER, STUDENT, TEACHER, exercise

SENT = {LEADER: 5, TEACHER: 4, STUDENT: 13}


def counted(question: str, *counts: int) -> dict[str, int]:
    """Name the counts of the options 1, 2, …"""
    return {counter(question, str(option)): count for option, count in enumerate(counts, start=1)}


def seen(counts: dict, **changes: object) -> ResultsView:
    """Return the page of an exercise in which these counts came in."""
    made = replace(exercise(SENT), **changes)
    tallies = {group: Tally(group, sent, counts.get(group, {})) for group, sent in SENT.items()}
    results = make_results(made, catalogue(), tallies)
    return results_view(results, made, texts(CURRENT, made.family, "en"), {}, "en")


def test_figure_31_an_area_says_how_many_statements_each_group_was_asked() -> None:
    optional = tuple(sorted(catalogue().optional_codes))
    everything = {g: counted("C3", 0, 1, 2, 1) for g in SENT}
    area = next(area for area in seen(everything, optional=optional)["areas"] if area["code"] == "C")
    assert [entry["asked"] for entry in area["units"]] == [13, 13, 6]
    said = area_sentence(area, "student", seen(everything, optional=optional))
    assert said.endswith("from 6 statements")


def test_figure_32_thirteen_students_on_group_work() -> None:
    statement = next(s for s in seen({STUDENT: counted("F5", 2, 2, 4, 5, 0)})["statements"] if s["code"] == "F5")
    figure = next(figure for figure in statement["figures"] if figure["unit"] == "student")
    assert (figure["mean"], figure["answered"]) == (2.9, 13)
    assert [share["percent"] for share in figure["shares"]] == [15, 15, 31, 39, 0]


def test_figure_34_one_statement_of_the_schools_own_for_three_groups() -> None:
    own = OwnStatement(1, "en", FIRST_DAY, {group: OwnText("We read together.") for group in SENT})
    counts = {
        LEADER: counted("own1", 0, 0, 0, 0, 5),
        TEACHER: counted("own1", 0, 0, 0, 3, 1),
        STUDENT: counted("own1", 0, 0, 2, 8, 3),
    }
    statement = seen(counts, own=(own,))["statements"][-1]
    means = {figure["unit"]: figure["mean"] for figure in statement["figures"]}
    assert means == {"school_leader": 5.0, "teacher": 4.3, "student": 4.1}
    assert statement["overall"] == pytest.approx(4.4)  # (5 + 4.25 + 53/13) / 3, and not the students' mean


def test_figure_35_four_teachers_on_study_visits() -> None:
    question = "cpd_usefulness.study_visits"
    area = next(a for a in seen({TEACHER: counted(question, 1, 1, 2)})["other_areas"] if a["key"] == "cpd_usefulness")
    item = next(item for item in area["items"] if item["code"] == question)
    (figure,) = item["figures"]
    assert (figure["mean"], figure["answered"]) == (2.3, 4)
    assert figure["shares"] is None  # four: how they divide is shown from five on


def test_figure_36_sixty_percent_of_the_leaders_name_the_internet_at_home() -> None:
    key, option = "negative_home_factors", "home_internet"
    ticked = {counter(key, option): 3, counter(key, "home_devices"): 4, counter(key, ANY_TICK): 5}
    area = next(area for area in seen({LEADER: ticked})["other_areas"] if area["key"] == key)
    (figure,) = area["items"][0]["figures"]
    assert figure["unit"] == "school_leader"
    assert {share["option"]: share["percent"] for share in figure["shares"]}[option] == 60
