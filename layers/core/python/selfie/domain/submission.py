"""From what a respondent sent to the counters that go up by one; the answers themselves go no further."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from selfie.domain.errors import EmptySubmission, FieldError, Invalid
from selfie.domain.questionnaire import (
    LONGEST_OPEN_TEXT,
    NOT_APPLICABLE,
    Question,
    Questionnaire,
    ScaleKind,
)

# Counts those who ticked anything in an area of ticks: the base of its percentages.
ANY_TICK = "any"


def counter(question: str, option: str) -> str:
    """Name the counter of one option."""
    return f"{question}:{option}"


@dataclass(frozen=True, slots=True)
class Submission:
    """One act of answering, as counters to raise and open texts to keep apart; never stored as a whole."""

    counters: frozenset[str]
    open_texts: Mapping[str, str]


def read_submission(questionnaire: Questionnaire, answers: Mapping[str, Sequence[str]]) -> Submission:
    """Turn answers (question code → chosen options) into a submission.

    Raise Invalid for unknown questions, options or too many of them (all at once, naming fields and never values),
    EmptySubmission when nothing was answered.
    """
    questions = questionnaire.questions
    errors = [FieldError(code, "unknown_question") for code in answers if code not in questions]
    counters: set[str] = set()
    texts: dict[str, str] = {}
    for code, question in questions.items():
        given = [option for option in answers.get(code, ()) if option.strip()]
        if not given:
            continue
        if question.kind is ScaleKind.OPEN_TEXT:
            text = clean_text(" ".join(given))
            if len(text) > LONGEST_OPEN_TEXT:
                errors.append(FieldError(code, "too_long"))
            elif text:
                texts[code] = text
        elif any(option not in question.options for option in given):
            errors.append(FieldError(code, "unknown_option"))
        elif question.kind is ScaleKind.TICK_ALL:
            counters |= _ticks(question, given)
        elif len(set(given)) > 1:
            errors.append(FieldError(code, "more_than_one"))
        else:
            counters.add(counter(code, given[0]))
    if errors:
        raise Invalid(errors)
    if not counters and not texts:
        raise EmptySubmission
    return Submission(frozenset(counters), texts)


def _ticks(question: Question, given: Sequence[str]) -> set[str]:
    ticked = {option for option in given if option != NOT_APPLICABLE}
    if not ticked:
        return {counter(question.code, NOT_APPLICABLE)}
    return {counter(question.code, option) for option in ticked | {ANY_TICK}}


def clean_text(text: str) -> str:
    """Normalise to NFC, drop control and direction-override characters, keep line ends as single ones."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in normal if c == "\n" or not _is_control(c))
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()


def one_line(text: str) -> str:
    """Clean a text and write it on one line."""
    return " ".join(clean_text(text).split())


# Zero-width joiner and non-joiner and the plain direction marks belong to the spelling of some languages.
_PART_OF_SPELLING = "\u200c\u200d\u200e\u200f"


def _is_control(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} and character not in _PART_OF_SPELLING + "\t"
    )
