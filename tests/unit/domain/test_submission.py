"""From answers to counters: what counts, what is refused, what is never repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfie.domain.errors import EmptySubmission, Invalid
from selfie.domain.questionnaire import ScaleKind, questionnaire_for
from selfie.domain.school import Family
from selfie.domain.submission import clean_text, read_submission
from tests.support.examples import CATALOGUE, LEADER, STUDENT

LEADERS = questionnaire_for(CATALOGUE, Family.GENERAL, LEADER)
STUDENTS = questionnaire_for(CATALOGUE, Family.GENERAL, STUDENT)


def test_each_answer_raises_one_counter() -> None:
    submission = read_submission(LEADERS, {"A1": ["4"], "C3": ["na"], "relevance": [""]})
    assert submission.counters == {"A1:4", "C3:na"}


def test_ticks_raise_each_item_and_once_the_base_of_the_percentages() -> None:
    submission = read_submission(LEADERS, {"inhibiting": ["funding", "internet", "funding"]})
    assert submission.counters == {"inhibiting:funding", "inhibiting:internet", "inhibiting:any"}


def test_not_applicable_beside_ticks_gives_way_to_them() -> None:
    assert read_submission(LEADERS, {"inhibiting": ["na", "funding"]}).counters == {
        "inhibiting:funding",
        "inhibiting:any",
    }
    assert read_submission(LEADERS, {"inhibiting": ["na"]}).counters == {"inhibiting:na"}


def test_open_texts_are_kept_apart_from_counters() -> None:
    submission = read_submission(STUDENTS, {"open": ["More  tablets,\r\nplease\x00! "]})
    assert submission.counters == frozenset()
    assert submission.open_texts == {"open": "More tablets,\nplease!"}


def test_an_empty_submission_is_refused() -> None:
    for answers in ({}, {"C3": [""]}, {"open": [" \n "]}, {"C3": []}):
        with pytest.raises(EmptySubmission):
            read_submission(STUDENTS, answers)


def test_all_faults_are_named_at_once_and_no_value_is_repeated() -> None:
    answers = {"A1": ["6"], "C3": ["1", "2"], "Z9": ["secret"], "open": ["x" * 501]}
    with pytest.raises(Invalid) as caught:
        read_submission(LEADERS, answers)
    assert {(error.field, error.code) for error in caught.value.errors} == {
        ("A1", "unknown_option"),
        ("C3", "more_than_one"),
        ("Z9", "unknown_question"),
        ("open", "too_long"),
    }
    assert "secret" not in str(caught.value)


def test_a_statement_of_another_group_is_unknown() -> None:
    with pytest.raises(Invalid):
        read_submission(STUDENTS, {"A1": ["4"]})


@st.composite
def _answers(draw: st.DrawFn) -> dict[str, list[str]]:
    answers = {}
    for code, question in LEADERS.questions.items():
        if question.kind is ScaleKind.OPEN_TEXT or not draw(st.booleans()):
            continue
        most = len(question.options) if question.kind is ScaleKind.TICK_ALL else 1
        answers[code] = draw(st.lists(st.sampled_from(question.options), min_size=1, max_size=most))
    return answers


@given(_answers())
def test_a_rated_question_raises_exactly_one_counter_and_only_its_own(answers) -> None:
    if not answers:
        return
    counters = read_submission(LEADERS, answers).counters
    for code, question in LEADERS.questions.items():
        own = {name for name in counters if name.split(":")[0] == code}
        if question.kind is ScaleKind.RATING:
            assert len(own) == (1 if code in answers else 0)
        assert {name.split(":")[1] for name in own} <= set(question.options) | {"any"}


@given(st.text(max_size=200))
def test_cleaning_twice_is_cleaning_once_and_nothing_uncontrollable_stays(text) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert not {"\x00", "\u202e", "\u2066", "\r", "\t"} & set(cleaned)


def test_joiners_that_belong_to_a_spelling_stay() -> None:
    assert clean_text("می\u200cخواهم") == "می\u200cخواهم"
