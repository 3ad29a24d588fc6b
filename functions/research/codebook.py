"""What the files of a release mean: columns, how a figure comes about, what is missing and why, all questions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from selfie.catalogue import Texts, catalogue, texts
from selfie.domain.disclosure import FEWEST_FOR_BREAKDOWN, Unit
from selfie.domain.questionnaire import Question, Section, SectionKind, questionnaire_for
from selfie.domain.research import FEWEST_SCHOOLS, LEAST_OPEN, SCHOOLS_ROUNDED_TO, TICKED
from selfie.domain.school import Family, RespondentGroup

MEAN: Final = "mean_percent"
CHANGE: Final = "change_in_points"
# The order of columns in both files.
COLUMNS: Final[Mapping[str, str]] = {
    "session": "Session of a school year: year in which the school year begins, number of the session",
    "since": "Earlier session with which the same schools are compared; empty where nothing is compared",
    "country": "Country of the schools, ISO 3166-1 alpha-2",
    "region": "Region of the schools in the country's own list; empty for the whole country",
    "education_level": "primary (ISCED 1), lower_secondary (2), upper_secondary_general and _vocational (3), "
    "post_secondary (4)",
    "questionnaire_version": "Version of the statements and scales",
    "respondent_group": "Who answered; «staff» are leaders and teachers of schools where one of the two groups is too "
    "small to be shown by itself",
    "question": "Code of the question, see the list of questions",
    "option": f"Code of the option, see the list of questions; «{TICKED}» where several could be ticked",
    MEAN: "Unweighted mean, over schools, of the percentage of those who answered that chose the option",
    CHANGE: "The mean of the later session less that of the earlier one, of the same schools, in percentage points",
    "schools": f"Number of schools behind the row, rounded to {SCHOOLS_ROUNDED_TO}",
}
RULES: Final = (
    "For each school and group, the percentage of each option among those who answered the question, in whole percent; "
    "«not applicable» is left out. Every school counts the same, however many answered there.",
    f"A group of a school has percentages from {FEWEST_FOR_BREAKDOWN} submissions on; smaller ones are behind no row.",
    "Values are rounded to one decimal, half up.",
    f"A row is missing when fewer than {FEWEST_SCHOOLS} schools are behind it; when one school has more than half of "
    f"the persons behind it; when an option would leave less than {LEAST_OPEN} percentage points to all schools but "
    "the one that has most of it, or has to be missing so that such an option cannot be computed; or when the rest of "
    "the country, or of a session's schools, would be such a row. Which of these it was is not said.",
    "A region is missing when it, or what its country's shown regions leave, would be such a row.",
    "Optional statements are asked where a school chose them, so fewer schools are behind their rows.",
    "No table of these data that is cut in another way is made. Schools and persons must not be looked for.",
)
QUESTION_COLUMNS: Final = (
    "questionnaire_version",
    "family",
    "respondent_group",
    "question",
    "part",
    "status",
    "wording",
    "options",
)
_FAMILIES: Final = {
    Family.PRIMARY: "primary",
    Family.GENERAL: "lower secondary, upper secondary general, post-secondary",
    Family.VOCATIONAL: "upper secondary vocational",
    Family.WBL: "upper secondary vocational with in-company trainers",
}


def about(versions: Sequence[str]) -> dict[str, Any]:
    """Describe files in a form that programs read."""
    return {
        "columns": COLUMNS,
        "rules": RULES,
        "respondent_groups": list(Unit),
        "families": _FAMILIES,
        "questionnaire_versions": list(versions),
    }


def questions(version: str) -> Iterator[tuple[str, ...]]:
    """Yield a line for each question that is put to a group in one of the families, in English."""
    asked = catalogue(version)
    for family in Family:
        words = texts(version, family, "en")
        for group in RespondentGroup:
            if group is RespondentGroup.IN_COMPANY_TRAINER and family is not Family.WBL:
                continue
            every = questionnaire_for(asked, family, group, tuple(asked.optional_codes))
            for section in every.sections:
                for question in section.questions:
                    for line in _lines(section, question, words, group):
                        yield version, family, group, *line


def _lines(section: Section, question: Question, words: Texts, group: RespondentGroup) -> Iterator[tuple[str, ...]]:
    code, options = question.code, ""
    if question.scale:
        labels = {option.code: option.label for option in words.options(question.scale, group)}
        options = " | ".join(f"{option} = {labels[option]}" for option in question.ratings)
    match section.kind:
        case SectionKind.AREA:
            status = "optional" if code in catalogue(words.version).optional_codes else "core"
            yield code, words.area_name(section.key), status, words.statement(code, group).text, options
        case SectionKind.OTHER_AREA:
            asked, part = words.other_area_question(section.key, group).text, words.other_area_name(section.key)
            items = (question.item,) if question.item else question.ratings
            for item in items:
                name = code if question.item else f"{section.key}.{item}"
                wording = f"{asked} – {words.other_area_item(section.key, item)}"
                yield name, part, "core", wording, options or f"{TICKED} = ticked"
        case SectionKind.BACKGROUND:
            bands = {option.code: option.label for option in words.background_options(code, group)}
            listed = " | ".join(f"{option} = {bands[option]}" for option in question.ratings)
            yield code, "Background", "core", words.background(code), listed
        case SectionKind.CLOSING if question.scale:
            yield code, "Experience", "core", words.experience(code, group).text, options
