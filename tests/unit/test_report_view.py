"""The view joins published figures with their words and adds nothing of its own."""

import json
from dataclasses import replace

import pytest

from selfie.catalogue import catalogue
from selfie.domain.questionnaire import ScaleKind
from selfie.domain.school import EducationLevel
from tests.support.reports import LEADER, STUDENT, TEACHER, TRAINER, exercise, view_of


def statement(view, code):
    """Find a statement."""
    return next(entry for entry in view["statements"] if entry["code"] == code)


def three(question, chance):
    """Answer everything with the middle of its scale."""
    if question.kind is ScaleKind.OPEN_TEXT:
        return []
    return [question.ratings[len(question.ratings) // 2]]


@pytest.fixture(scope="module")
def view():
    """A school's results in English."""
    return view_of(answer=three)


def test_statements_come_in_position_order_with_own_ones_last(view):
    codes = [entry["code"] for entry in view["statements"]]
    positions = [s.code for s in catalogue().statements if s.code in codes]
    assert codes == [*positions, "own1", "own3"]


def test_a_figure_carries_mean_answers_and_shares(view):
    figures = {figure["unit"]: figure for figure in statement(view, "B2")["figures"]}
    assert figures["teacher"]["mean"] == 3.0
    assert figures["teacher"]["answered"] == 30
    assert figures["teacher"]["shares"][2] == {"option": "3", "percent": 100}
    assert figures["school_leader"]["shares"] is None
    assert statement(view, "B2")["overall"] == 3.0


def test_each_group_has_its_own_wording(view):
    texts = statement(view, "B2")["texts"]
    assert set(texts) == {"school_leader", "teacher", "student"}
    assert len(set(texts.values())) == 3


def test_own_statements_stay_in_their_language_whatever_is_asked_for():
    french = view_of(answer=three, locale="fr")
    assert statement(french, "own3")["locale"] == "ar"
    assert statement(french, "own3")["texts"] == {"teacher": "مكتبتنا الرقمية مفتوحة كل يوم."}
    assert statement(french, "own1")["topic"] == "We pay for the e-books of the reading club."
    assert statement(french, "A1")["locale"] == "fr"


def test_the_view_in_french_has_the_same_figures_in_french_words(view):
    french = view_of(answer=three, locale="fr")
    assert french["areas"][0]["name"] != view["areas"][0]["name"]
    assert [s["figures"] for s in french["statements"]] == [s["figures"] for s in view["statements"]]


def test_optional_statements_are_either_shown_or_named_as_not_chosen(view):
    shown = {entry["code"] for entry in view["statements"] if entry["status"] == "optional"}
    left_out = {entry["code"] for entry in view["not_chosen"]}
    assert shown == {"A4", "C10", "H11"}
    assert shown | left_out == catalogue().optional_codes
    assert not shown & left_out


def test_every_share_has_the_label_of_its_option(view):
    for area in view["other_areas"]:
        labels = {option["code"] for option in area["options"]}
        for item in area["items"]:
            for figure in item["figures"]:
                assert {share["option"] for share in figure["shares"] or ()} <= labels
    assert [area["number"] for area in view["other_areas"]] == list(range(1, 11))


def test_small_leaders_and_teachers_appear_as_one_unit_with_both_questions():
    small = view_of({LEADER: 2, TEACHER: 30, STUDENT: 40}, answer=three, open_answers={"staff": ["Time."]})
    assert [unit["unit"] for unit in small["units"]] == ["staff", "student"]
    assert small["units"][0]["groups"] == ["school_leader", "teacher"]
    assert small["open_answers"][0]["texts"] == ["Time."]
    assert set(small["open_answers"][0]["questions"]) == {"school_leader", "teacher"}
    assert "own3" not in {entry["code"] for entry in small["statements"]}


def test_a_hidden_group_is_named_and_has_no_figure_anywhere():
    few = view_of({LEADER: 4, TEACHER: 30, STUDENT: 2}, answer=three)
    assert few["hidden"] == [{"group": "student", "name": "Students"}]
    assert '"unit": "student"' not in json.dumps(few)


def test_a_school_without_one_of_the_groups_is_cautioned():
    incomplete = view_of({TEACHER: 30, STUDENT: 40}, answer=three)
    assert incomplete["participation"]["level"] == "incomplete"
    assert "incomplete" in incomplete["participation"]["caution"]


def test_trainers_have_their_own_unit():
    vocational = exercise(
        {LEADER: 5, TEACHER: 40, STUDENT: 100, TRAINER: 10}, level=EducationLevel.UPPER_SECONDARY_VOCATIONAL
    )
    view = view_of({LEADER: 5, TEACHER: 30, STUDENT: 60, TRAINER: 6}, of=replace(vocational, own=()), answer=three)
    assert [unit["unit"] for unit in view["units"]][-1] == "in_company_trainer"
    assert view["participation"]["groups"][-1]["required"] is None
    assert any(f["unit"] == "in_company_trainer" for s in view["statements"] for f in s["figures"])


def test_the_view_is_plain_json(view):
    assert json.loads(json.dumps(view)) == view
