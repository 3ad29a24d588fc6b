"""The catalogue as a whole: valid files, complete texts for everybody, versions that never change."""

import pytest

from selfie.catalogue import catalogue, schema, source, texts, versions
from selfie.catalogue.texts import messages
from selfie.domain.questionnaire import Question, ScaleKind, SectionKind, questionnaire_for
from selfie.domain.school import EducationLevel, Family, RespondentGroup, family_of, groups_of


@pytest.mark.parametrize("version", versions())
def test_the_files_of_every_version_are_valid(version) -> None:
    schema.check(version)


def test_a_published_version_never_changes() -> None:
    assert list(schema.changed_after_publication()) == []
    assert set(schema.published()) == set(versions())


def test_a_change_to_a_published_version_is_noticed(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(schema, "PUBLISHED", tmp_path / "published.json")
    schema.PUBLISHED.write_text('{"v2026_1": "of another wording"}')
    assert list(schema.changed_after_publication()) == ["v2026_1"]
    with pytest.raises(ValueError, match="is published"):
        schema.publish("v2026_1")


def test_publishing_enters_the_fingerprint_of_a_version(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(schema, "PUBLISHED", tmp_path / "published.json")
    schema.PUBLISHED.write_text("{}")
    schema.publish("v2026_1")
    assert schema.published() == {"v2026_1": schema.fingerprint("v2026_1")}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entry: entry.pop("topic"),
        lambda entry: entry.update(status="obligatory"),
        lambda entry: entry.update(surplus="x"),
        lambda entry: entry["texts"]["teacher"].pop("general"),
        lambda entry: entry["texts"]["teacher"]["general"].update(text=" x"),
        lambda entry: entry.update(code="A9"),
    ],
)
def test_a_faulty_file_is_refused(monkeypatch, spoil) -> None:
    import copy

    real = source.read

    def read(version: str, name: str):
        content = copy.deepcopy(real(version, name))
        if name == "statements_A":
            spoil(content[0])
        return content

    monkeypatch.setattr(source, "read", read)
    with pytest.raises(ValueError, match=r".+"):
        schema.check("v2026_1")


def everybody() -> list[tuple[Family, RespondentGroup]]:
    found = []
    for level in EducationLevel:
        for trainers in (0, 5) if level is EducationLevel.UPPER_SECONDARY_VOCATIONAL else (0,):
            family = family_of(level, trainers)
            groups = [g for g in groups_of(level) if g is not RespondentGroup.IN_COMPANY_TRAINER or trainers]
            found += [(family, group) for group in groups if (family, group) not in found]
    return found


def words(family: Family, group: RespondentGroup, kind: SectionKind, key: str, question: Question) -> list[str]:
    """Collect all that a page shows for one question."""
    said = texts("v2026_1", family, "en")
    if kind is SectionKind.AREA:
        statement = said.statement(question.code, group)
        return [statement.text, statement.help, *(option.label for option in said.options(question.scale, group))]
    if kind is SectionKind.OTHER_AREA:
        asked = said.other_area_question(key, group).text
        if question.kind is ScaleKind.TICK_ALL:
            return [asked, *(said.other_area_item(key, option) for option in question.ratings)]
        labels = [option.label for option in said.options(question.scale, group)]
        return [asked, said.other_area_item(key, question.item), *labels]
    if kind is SectionKind.BACKGROUND:
        labels = [option.label for option in said.background_options(question.code, group)]
        return [said.background(question.code), *labels]
    if question.kind is ScaleKind.OPEN_TEXT:
        asked = said.open_question(group)
        return [asked.text, asked.help]
    return [said.experience(question.code, group).text]


@pytest.mark.parametrize(("family", "group"), everybody())
def test_every_question_of_every_family_and_group_has_all_its_words(family, group) -> None:
    whole = catalogue("v2026_1")
    questionnaire = questionnaire_for(whole, family, group, sorted(whole.optional_codes))
    for section in questionnaire.sections:
        for question in section.questions:
            assert all(words(family, group, section.kind, section.key, question)), question.code


@pytest.mark.parametrize(("family", "group"), everybody())
def test_as_many_labels_as_options(family, group) -> None:
    whole, said = catalogue("v2026_1"), texts("v2026_1", family, "en")
    for question in questionnaire_for(whole, family, group).questions.values():
        if question.scale:
            assert [option.code for option in said.options(question.scale, group)] == list(question.options)


def test_area_c_with_all_optional_statements_asks_13_13_and_6() -> None:
    whole = catalogue("v2026_1")
    asked = [
        len(
            [
                c
                for c in questionnaire_for(whole, Family.GENERAL, group, sorted(whole.optional_codes)).questions
                if c[0] == "C"
            ]
        )
        for group in (RespondentGroup.SCHOOL_LEADER, RespondentGroup.TEACHER, RespondentGroup.STUDENT)
    ]
    assert asked == [13, 13, 6]


def test_primary_pupils_read_words_of_their_own() -> None:
    for code in ("C3", "H11"):
        child = texts("v2026_1", Family.PRIMARY).statement(code, RespondentGroup.STUDENT)
        assert child != texts("v2026_1", Family.GENERAL).statement(code, RespondentGroup.STUDENT)
    assert texts("v2026_1", Family.PRIMARY).options("agreement", RespondentGroup.STUDENT) != texts(
        "v2026_1", Family.GENERAL
    ).options("agreement", RespondentGroup.STUDENT)


def test_the_library_suggests_texts_for_groups() -> None:
    library = texts().library()
    assert len(library) >= 14
    assert all(text.text and text.help for _, _, by_group in library for text in by_group.values())


def test_every_text_that_is_shown_can_be_translated() -> None:
    listed = dict(messages("v2026_1"))
    assert len(listed) == len(list(messages("v2026_1")))
    asked: list[str] = []

    class Recorder(type(texts())):
        def _say(self, context: str, text: str) -> str:
            if text:
                assert listed.get(context) == text, context
                asked.append(context)
            return text

    whole = catalogue("v2026_1")
    for family, group in everybody():
        said = Recorder("v2026_1", family, "en")
        for code in (s.code for s in whole.statements if group in s.groups):
            said.statement(code, group)
            said.topic(code)
        for scale in whole.scales:
            said.options(scale, group)
        for area in whole.areas:
            said.area_heading(area, group)
        for other in whole.other_areas:
            said.other_area_name(other.key)
            if group in other.groups:
                said.other_area_question(other.key, group)
            for item in other.items:
                said.other_area_item(other.key, item.code)
        for entry in whole.background:
            if group in entry.groups:
                said.background(entry.key)
                said.background_options(entry.key, group)
        for key in whole.experience:
            said.experience(key, group)
        said.open_question(group)
        said.library()
    for area in whole.areas:
        Recorder("v2026_1", Family.GENERAL, "en").area_name(area)
    assert set(asked) == set(listed)
