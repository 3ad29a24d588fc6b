"""Write the respondents' pages as HTML in their language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from functions.survey import words
from functions.survey.schemas import ANSWER
from functions.survey.service import Invitation
from selfie.catalogue import Option, Text, Texts, texts
from selfie.domain.certificate import LONGEST_NAME
from selfie.domain.errors import FieldError
from selfie.domain.questionnaire import (
    AGREEMENT,
    LONGEST_OPEN_TEXT,
    OPEN_QUESTION,
    Question,
    ScaleKind,
    Section,
    SectionKind,
)
from selfie.domain.school import RespondentGroup
from selfie.i18n import format_day, text_direction, translator
from selfie.pages import languages, render

TEMPLATES: Final = Path(__file__).parent / "templates"
# The longest that a group should need.
MINUTES: Final = {RespondentGroup.STUDENT: 20}
MINUTES_OF_STAFF: Final = 40

Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option as it stands in the page; ``number`` is empty where an option has only words."""

    value: str
    number: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it stands in the page; ``locale`` is that of its texts."""

    code: str
    name: str
    kind: ScaleKind
    legend: str
    help: str
    locale: str
    direction: str
    choices: tuple[Choice, ...]
    text: str
    error: str

    @property
    def id(self) -> str:
        """Name the question's first control, which an error leads to."""
        return f"q-{self.code}"


@dataclass(frozen=True, slots=True)
class Part:
    """One section as it stands in the page."""

    key: str
    kind: SectionKind
    heading: str
    intro: str
    questions: tuple[Asked, ...]

    @property
    def area(self) -> str:
        """The letter of an area, else nothing."""
        return self.key if self.kind is SectionKind.AREA else ""

    def title_of(self, question: Asked) -> str:
        """Return what a question asks; a part that asks one thing asks it in its heading."""
        return question.legend if len(self.questions) > 1 else self.heading


class Pages:
    """All pages of the survey function. ``static_path`` is where the style sheets are."""

    def __init__(self, static_path: str, locales: Sequence[str]) -> None:
        self._static_path, self._locales = static_path, locales

    def first(
        self, locale: str, link: str, invitation: Invitation, typed_code: str = "", wrong: words.Words | None = None
    ) -> str:
        """Say what this is, who asks, that it is voluntary and anonymous; offer one button.

        Where codes are used it asks for one, and says what is ``wrong`` with the one that was typed.
        """
        last_day = invitation.exercise.last_day
        return self._render(
            "first.html",
            locale,
            switch="links",
            link=link,
            last_day=format_day(last_day, locale) if last_day else "",
            minutes=MINUTES.get(invitation.group, MINUTES_OF_STAFF),
            needs_code=invitation.needs_code,
            typed_code=typed_code,
            wrong=wrong,
            **_about(locale, invitation),
        )

    def questionnaire(
        self,
        locale: str,
        link: str,
        invitation: Invitation,
        token: str,
        seconds_left: int,
        answers: Answers | None = None,
        errors: Sequence[FieldError] = (),
        notice: words.Words | None = None,
    ) -> str:
        """Show the questionnaire, with the answers given so far and what is wrong with them.

        It can be sent for ``seconds_left``.
        """
        return self._render(
            "questionnaire.html",
            locale,
            switch="buttons",
            link=link,
            token=token,
            seconds_left=seconds_left,
            preview=False,
            **self._questions(locale, invitation, answers or {}, errors, notice),
        )

    def preview(self, locale: str, invitation: Invitation) -> str:
        """Show the questionnaire as respondents see it, without the means to send it."""
        return self._render(
            "questionnaire.html",
            locale,
            switch="links",
            link="",
            token="",
            seconds_left=0,
            preview=True,
            **self._questions(locale, invitation, {}, (), None),
        )

    def outcome(
        self,
        locale: str,
        said: words.Words,
        link: str = "",
        switch: str = "",
        kept: Sequence[tuple[str, str]] = (),
        thanks: str = "",
        offer: words.CertificateWords | None = None,
        *,
        child: bool = False,
    ) -> str:
        """Show a page of few words and below it, read-only, the answers that could not be counted.

        With a ``thanks`` token it makes the ``offer`` of a certificate.
        """
        return self._render(
            "outcome.html",
            locale,
            switch=switch,
            link=link,
            said=said,
            kept=kept,
            thanks=thanks,
            offer=offer,
            child=child,
            longest_name=LONGEST_NAME,
        )

    def read_only(self, locale: str, invitation: Invitation, answers: Answers) -> list[tuple[str, str]]:
        """List answers that cannot be sent any more as questions and words, so that nothing typed is lost unseen."""
        listed = []
        for part in _writer(locale, invitation, answers, ()).parts():
            for question in part.questions:
                given = [choice.label for choice in question.choices if choice.checked]
                if question.text:
                    given.append(question.text)
                if given:
                    listed.append((part.title_of(question), " · ".join(given)))
        return listed

    def typed_words(self, locale: str, answers: Answers) -> list[tuple[str, str]]:
        """List what was typed where the questionnaire behind it cannot be found."""
        typed = "".join(answers.get(OPEN_QUESTION, ()))
        return [(translator(locale).gettext("In your own words"), typed)] if typed.strip() else []

    def _questions(
        self,
        locale: str,
        invitation: Invitation,
        answers: Answers,
        errors: Sequence[FieldError],
        notice: words.Words | None,
    ) -> dict[str, Any]:
        writer = _writer(locale, invitation, answers, errors)
        parts = writer.parts()
        return {
            "parts": parts,
            "guide": writer.guide(),
            "wrong": [(part.title_of(asked), asked) for part in parts for asked in part.questions if asked.error],
            "notice": notice,
            "longest_text": LONGEST_OPEN_TEXT,
            **_about(locale, invitation),
        }

    def _render(self, template: str, locale: str, *, switch: str, **values: Any) -> str:
        offered = languages(self._locales) if switch else []
        return render(TEMPLATES, template, locale, languages=offered, switch=switch, static=self._static_path, **values)


def _about(locale: str, invitation: Invitation) -> dict[str, Any]:
    say = translator(locale).gettext
    return {
        "school": invitation.school.name,
        "group": invitation.group,
        "title": words.title(invitation.group, invitation.exercise.family, say),
        "child": invitation.is_child,
    }


def _writer(locale: str, invitation: Invitation, answers: Answers, errors: Sequence[FieldError]) -> "_Writer":
    return _Writer(locale, invitation, answers, {error.field: error.code for error in errors})


class _Writer:
    """Put words to one questionnaire."""

    def __init__(self, locale: str, invitation: Invitation, answers: Answers, errors: Mapping[str, str]) -> None:
        exercise = invitation.exercise
        self._locale, self._group, self._answers, self._errors = locale, invitation.group, answers, errors
        self._is_child = invitation.is_child
        self._sections = invitation.questionnaire.sections
        self._own = {own.code: own for own in exercise.own}
        self._texts: Texts = texts(exercise.catalogue_version, exercise.family, locale)
        self._options = cache(self._texts.options)
        self._say = translator(locale).gettext
        self._direction = text_direction(locale)

    def parts(self) -> list[Part]:
        """Write all sections."""
        return [self._part(section) for section in self._sections]

    def _part(self, section: Section) -> Part:
        heading = self._heading(section)
        questions = tuple(self._asked(section, question) for question in section.questions)
        return Part(section.key, section.kind, heading.text, heading.help, questions)

    def _heading(self, section: Section) -> Text:
        match section.kind:
            case SectionKind.AREA:
                return self._texts.area_heading(section.key, self._group)
            case SectionKind.OTHER_AREA:
                return self._texts.other_area_question(section.key, self._group)
            case _:
                return Text(*words.section(section.kind, self._say, child=self._is_child))

    def guide(self) -> tuple[Option, ...]:
        """Explain the numbers on which statements are rated."""
        return tuple(option for option in self._options(AGREEMENT, self._group) if option.detail)

    def _asked(self, section: Section, question: Question) -> Asked:
        legend = self._legend(section, question)
        own = self._own.get(question.code)
        given = self._answers.get(question.code, ())
        wrong = self._errors.get(question.code)
        is_text = question.kind is ScaleKind.OPEN_TEXT
        return Asked(
            code=question.code,
            name=ANSWER + question.code,
            kind=question.kind,
            legend=legend.text,
            help=legend.help,
            locale=own.locale if own else self._locale,
            direction=text_direction(own.locale) if own else self._direction,
            choices=tuple(
                Choice(
                    option.code,
                    option.code if question.kind is ScaleKind.RATING and option.code in question.ratings else "",
                    option.label,
                    option.code in given,
                )
                for option in self._choices(section, question)
            ),
            text="".join(given) if is_text else "",
            error=words.field_error(wrong, self._say, child=self._is_child) if wrong else "",
        )

    def _legend(self, section: Section, question: Question) -> Text:
        match section.kind:
            case SectionKind.AREA:
                return self._texts.statement(question.code, self._group)
            case SectionKind.OWN:
                return self._texts.own_statement(self._own[question.code], self._group)
            case SectionKind.OTHER_AREA:
                return Text(self._texts.other_area_item(section.key, question.item) if question.item else "")
            case SectionKind.BACKGROUND:
                return Text(self._texts.background(question.code))
            case SectionKind.CLOSING:
                if question.code == OPEN_QUESTION:
                    return self._texts.open_question(self._group)
                return self._texts.experience(question.code, self._group)

    def _choices(self, section: Section, question: Question) -> tuple[Option, ...]:
        if question.kind is ScaleKind.OPEN_TEXT:
            return ()
        if section.kind is SectionKind.BACKGROUND:
            return self._texts.background_options(question.code, self._group)
        if question.kind is ScaleKind.TICK_ALL:
            return tuple(
                Option(code, self._texts.other_area_item(section.key, code)) for code in question.ratings
            ) + tuple(Option(code, self._say("I prefer not to say")) for code in question.options[-1:])
        return self._options(question.scale, self._group)
