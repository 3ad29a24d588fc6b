"""What each group is asked, put together from the catalogue and the school's choices."""

from selfie.domain.questionnaire import SectionKind, questionnaire_for
from selfie.domain.school import EducationLevel, Family, RespondentGroup, family_of, groups_of
from tests.support.examples import CATALOGUE, LEADER, STUDENT, TEACHER, TRAINER, own_statement


def codes(group: RespondentGroup, family: Family = Family.GENERAL, **choices) -> list[str]:
    return list(questionnaire_for(CATALOGUE, family, group, **choices).questions)


def test_core_statements_are_asked_of_the_groups_they_address() -> None:
    assert codes(LEADER)[:2] == ["A1", "C3"]
    assert codes(STUDENT)[0] == "C3"


def test_optional_statements_are_asked_only_where_chosen_and_of_their_groups() -> None:
    assert codes(LEADER, optional=["A4", "C10"])[:4] == ["A1", "A4", "C3", "C10"]
    assert codes(STUDENT, optional=["A4", "C10"])[:2] == ["C3", "C10"]


def test_own_statements_go_to_the_groups_they_are_written_for() -> None:
    own = (own_statement(1, TEACHER), own_statement(3, TEACHER, STUDENT))
    assert [code for code in codes(TEACHER, own=own) if code.startswith("own")] == ["own1", "own3"]
    assert [code for code in codes(STUDENT, own=own) if code.startswith("own")] == ["own3"]


def test_an_item_of_some_families_is_left_out_elsewhere() -> None:
    assert "student_use.at_workplace" not in codes(STUDENT)
    assert "student_use.at_workplace" in codes(STUDENT, Family.VOCATIONAL)


def test_an_area_of_ticks_is_one_question_with_all_its_items() -> None:
    question = questionnaire_for(CATALOGUE, Family.GENERAL, LEADER).questions["inhibiting"]
    assert question.options == ("funding", "internet", "nothing", "na")


def test_an_area_of_one_item_is_named_like_its_area() -> None:
    assert "device_access" in codes(STUDENT)


def test_every_questionnaire_ends_with_experience_and_the_open_question() -> None:
    for group in RespondentGroup:
        last = questionnaire_for(CATALOGUE, Family.WBL, group).sections[-1]
        assert last.kind is SectionKind.CLOSING
        assert [question.code for question in last.questions] == ["relevance", "open"]


def test_empty_sections_are_left_out() -> None:
    kinds = [section.kind for section in questionnaire_for(CATALOGUE, Family.WBL, TRAINER).sections]
    assert kinds == [SectionKind.AREA, SectionKind.CLOSING]


def test_trainers_belong_to_the_vocational_level_and_make_it_work_based() -> None:
    vocational = EducationLevel.UPPER_SECONDARY_VOCATIONAL
    assert [level for level in EducationLevel if TRAINER in groups_of(level)] == [vocational]
    assert family_of(vocational, 0) is Family.VOCATIONAL
    assert family_of(vocational, 1) is Family.WBL
    assert family_of(EducationLevel.PRIMARY, 0) is Family.PRIMARY
    assert {family_of(level, 0) for level in EducationLevel if level not in {vocational, EducationLevel.PRIMARY}} == {
        Family.GENERAL
    }
