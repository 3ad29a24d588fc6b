"""An exercise: set up step by step, frozen at activation, answered, closed.

Every change returns a new Exercise; the store refuses it when somebody else was faster.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from selfie.domain import deadlines
from selfie.domain.errors import (
    ExerciseFrozen,
    FieldError,
    Incomplete,
    Invalid,
    NoSessionRunning,
    SessionOver,
    TooManyOwnStatements,
    Unknown,
)
from selfie.domain.informing import Informing
from selfie.domain.questionnaire import (
    LONGEST_HELP,
    LONGEST_STATEMENT,
    MOST_OWN_STATEMENTS,
    Catalogue,
    OwnStatement,
    OwnText,
    Questionnaire,
    questionnaire_for,
)
from selfie.domain.school import NUMBER_BOUNDS, EducationLevel, Family, RespondentGroup, family_of, groups_of
from selfie.domain.session import Calendar, Session
from selfie.domain.submission import one_line


class State(StrEnum):
    """What has been done to an exercise; what the clock makes of it is its Phase."""

    SET_UP = "set_up"
    ACTIVATED = "activated"
    CLOSED = "closed"


class Phase(StrEnum):
    """What an exercise is at an instant."""

    SET_UP = "set_up"
    GONE = "gone"  # never activated, and its session is over
    WAITING = "waiting"  # activated, first day not reached
    RUNNING = "running"
    CLOSING = "closing"  # from 23:59 to midnight
    OVER = "over"  # results may be seen


_EXERCISE_ID: Final = re.compile(r"([a-z2-7]{12})-([0-9]{4}-[123])-([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Exercise:
    """One school × session × education level; ``version`` counts changes.

    ``links`` exist from activation on, as does ``informing``: what was confirmed at it. Groups that are ``coded`` need
    a one-time code beside their link. What was ``imported`` took place in a former system, or was only set up there.
    """

    school_id: str
    session_id: str
    level: EducationLevel
    catalogue_version: str
    numbers: Mapping[RespondentGroup, int]
    optional: tuple[str, ...] = ()
    own: tuple[OwnStatement, ...] = ()
    own_numbers_used: int = 0
    first_day: date | None = None
    last_day: date | None = None
    state: State = State.SET_UP
    activated_on: date | None = None
    informing: Informing | None = None
    links: Mapping[RespondentGroup, str] | None = None
    coded: tuple[RespondentGroup, ...] = ()
    imported: bool = False
    version: int = 1

    @property
    def id(self) -> str:
        """The key: one exercise per school, session and level."""
        return exercise_id(self.school_id, self.session_id, self.level)

    @property
    def family(self) -> Family:
        """Which wording is used."""
        return family_of(self.level, self.numbers.get(RespondentGroup.IN_COMPANY_TRAINER, 0))

    @property
    def groups(self) -> tuple[RespondentGroup, ...]:
        """Whom it addresses: trainers only when there are any."""
        return tuple(group for group in groups_of(self.level) if self.numbers.get(group, 0) > 0)

    def questionnaire(self, catalogue: Catalogue, group: RespondentGroup) -> Questionnaire:
        """Put together what a group is asked."""
        return questionnaire_for(catalogue, self.family, group, self.optional, self.own)

    def phase(self, now: datetime, session: Session | None) -> Phase:
        """Say what the exercise is at an instant; ``session`` is the one it belongs to."""
        today = deadlines.day_of(now)
        if self.state is State.SET_UP or self.first_day is None or self.last_day is None:
            return Phase.SET_UP if session is not None and today <= session.last_day else Phase.GONE
        if now < deadlines.opens_at(self.first_day):
            return Phase.WAITING
        if now < deadlines.closes_at(self.last_day):
            return Phase.RUNNING
        return Phase.CLOSING if now < deadlines.results_at(self.last_day) else Phase.OVER


@dataclass(frozen=True, slots=True)
class Addressees:
    """Whom a participation link is for: a group of an exercise, or the trainers of one company in it."""

    exercise_id: str
    group: RespondentGroup
    company_id: str = ""


def exercise_id(school_id: str, session_id: str, level: EducationLevel) -> str:
    """Write the id of an exercise."""
    return f"{school_id}-{session_id}-{level}"


def parse_exercise_id(text: str) -> tuple[str, str, EducationLevel]:
    """Read school, session and level off an id; raise Unknown for anything that is not one."""
    match = _EXERCISE_ID.fullmatch(text)
    if match is None or match[3] not in set(EducationLevel):
        raise Unknown
    return match[1], match[2], EducationLevel(match[3])


def set_up(
    school_id: str,
    level: EducationLevel,
    numbers: Mapping[RespondentGroup, int],
    catalogue_version: str,
    calendar: Calendar,
    today: date,
) -> Exercise:
    """Begin a set-up in the current session; raise NoSessionRunning between sessions, Invalid for bad numbers."""
    session = calendar.current(today)
    if session is None:
        raise NoSessionRunning
    # Raises Unknown for a company's account, which has no exercises of its own.
    parse_exercise_id(exercise_id(school_id, session.id, level))
    return Exercise(school_id, session.id, level, catalogue_version, _checked_numbers(level, numbers))


def with_numbers(exercise: Exercise, numbers: Mapping[RespondentGroup, int]) -> Exercise:
    """Change how many of each group take part; what was chosen for a group that is gone is dropped."""
    changed = replace(_editable(exercise), numbers=_checked_numbers(exercise.level, numbers))
    kept = tuple(replace(own, texts={g: t for g, t in own.texts.items() if g in changed.groups}) for own in changed.own)
    coded = tuple(group for group in changed.coded if group in changed.groups)
    return replace(changed, own=tuple(own for own in kept if own.texts), coded=coded)


def with_optional(exercise: Exercise, codes: Sequence[str], catalogue: Catalogue) -> Exercise:
    """Choose the optional statements; raise Invalid for a code that is not an optional statement."""
    if any(code not in catalogue.optional_codes for code in codes):
        raise Invalid.one("codes", "unknown_statement")
    chosen = tuple(s.code for s in catalogue.statements if s.code in set(codes))
    return replace(_editable(exercise), optional=chosen)


def with_own_statement(
    exercise: Exercise, locale: str, texts: Mapping[RespondentGroup, OwnText], today: date
) -> Exercise:
    """Add a statement of the school's own; raise TooManyOwnStatements at the eleventh, Invalid for bad texts."""
    if len(_editable(exercise).own) >= MOST_OWN_STATEMENTS:
        raise TooManyOwnStatements
    number = exercise.own_numbers_used + 1
    added = OwnStatement(number, locale, today, _checked_texts(exercise, texts))
    return replace(exercise, own=(*exercise.own, added), own_numbers_used=number)


def with_changed_own_statement(
    exercise: Exercise, number: int, locale: str, texts: Mapping[RespondentGroup, OwnText]
) -> Exercise:
    """Rewrite one own statement; raise Unknown when there is none of that number."""
    _find_own(_editable(exercise), number)
    checked = _checked_texts(exercise, texts)
    return replace(
        exercise,
        own=tuple(replace(own, locale=locale, texts=checked) if own.number == number else own for own in exercise.own),
    )


def without_own_statement(exercise: Exercise, number: int) -> Exercise:
    """Delete one own statement; its number is not used again."""
    gone = _find_own(_editable(exercise), number)
    return replace(exercise, own=tuple(own for own in exercise.own if own is not gone))


def with_dates(exercise: Exercise, first_day: date, last_day: date, calendar: Calendar, today: date) -> Exercise:
    """Choose first and last day: 7 to 21 days, from today on, wholly inside the current session."""
    session = _own_session(_editable(exercise), calendar, today)
    errors = []
    if first_day < today:
        errors.append(FieldError("first_day", "in_the_past"))
    if not session.holds(first_day):
        errors.append(FieldError("first_day", "outside_session"))
    if not session.holds(last_day):
        errors.append(FieldError("last_day", "outside_session"))
    length = deadlines.length_in_days(first_day, last_day)
    if length < deadlines.SHORTEST_DAYS:
        errors.append(FieldError("last_day", "too_short"))
    elif length > deadlines.LONGEST_DAYS:
        errors.append(FieldError("last_day", "too_long"))
    if errors:
        raise Invalid(errors)
    return replace(exercise, first_day=first_day, last_day=last_day)


def with_codes(exercise: Exercise, groups: Sequence[RespondentGroup]) -> Exercise:
    """Choose the groups that answer with one-time codes; raise Invalid for a group that is not asked."""
    _editable(exercise)
    if unasked := [group for group in groups if group not in exercise.groups]:
        raise Invalid([FieldError(f"groups.{group}", "not_asked") for group in unasked])
    return replace(exercise, coded=tuple(group for group in exercise.groups if group in groups))


def activated(exercise: Exercise, links: Mapping[RespondentGroup, str], calendar: Calendar, today: date) -> Exercise:
    """Freeze the set-up and give it its links.

    Raise Incomplete without dates, Invalid when the first day has passed.
    """
    _own_session(_editable(exercise), calendar, today)
    if exercise.first_day is None or exercise.last_day is None:
        raise Incomplete
    if exercise.first_day < today:
        raise Invalid.one("first_day", "in_the_past")
    if set(links) != set(exercise.groups):
        raise ValueError("one link for each group")
    return replace(exercise, state=State.ACTIVATED, activated_on=today, links=dict(links), imported=False)


def with_replaced_link(exercise: Exercise, group: RespondentGroup, link: str) -> Exercise:
    """Give a group a new link; raise Unknown when there is none to replace."""
    if exercise.state is not State.ACTIVATED or not exercise.links or group not in exercise.links:
        raise Unknown
    return replace(exercise, links={**exercise.links, group: link})


def closed(exercise: Exercise) -> Exercise:
    """Mark an exercise as closed once its results are stored."""
    return replace(exercise, state=State.CLOSED)


def taken_over(exercise: Exercise, first_day: date, last_day: date, now: datetime) -> Exercise:
    """Make a set-up one that took place in a former system; raise Invalid when its days do not fit.

    Its session's days are not known any more, so they only have to lie in its school year, and in the past.
    """
    year = int(exercise.session_id.partition("-")[0])
    errors = []
    if last_day < first_day:
        errors.append(FieldError("last_day", "before_first_day"))
    if not date(year, 8, 1) <= first_day <= last_day <= date(year + 1, 7, 31):
        errors.append(FieldError("session", "other_school_year"))
    if now < deadlines.results_at(last_day):
        errors.append(FieldError("last_day", "not_over"))
    if errors:
        raise Invalid(errors)
    return replace(_editable(exercise), first_day=first_day, last_day=last_day, state=State.CLOSED, imported=True)


def _editable(exercise: Exercise) -> Exercise:
    if exercise.state is not State.SET_UP:
        raise ExerciseFrozen
    return exercise


def _own_session(exercise: Exercise, calendar: Calendar, today: date) -> Session:
    session = calendar.current(today)
    if session is None or session.id != exercise.session_id:
        raise SessionOver
    return session


def _find_own(exercise: Exercise, number: int) -> OwnStatement:
    for own in exercise.own:
        if own.number == number:
            return own
    raise Unknown


def _checked_numbers(level: EducationLevel, numbers: Mapping[RespondentGroup, int]) -> Mapping[RespondentGroup, int]:
    errors = [FieldError(f"numbers.{g}", "not_at_this_level") for g in numbers if g not in groups_of(level)]
    for group in groups_of(level):
        fewest, most = NUMBER_BOUNDS[group]
        number = numbers.get(group, 0)
        if number < fewest:
            errors.append(FieldError(f"numbers.{group}", "too_few"))
        elif number > most:
            errors.append(FieldError(f"numbers.{group}", "too_many"))
    if errors:
        raise Invalid(errors)
    return {group: numbers.get(group, 0) for group in groups_of(level)}


def _checked_texts(exercise: Exercise, texts: Mapping[RespondentGroup, OwnText]) -> Mapping[RespondentGroup, OwnText]:
    checked = {}
    errors = [] if texts else [FieldError("texts", "missing")]
    for group, given in texts.items():
        if group not in exercise.groups:
            errors.append(FieldError(f"texts.{group}", "not_asked"))
            continue
        text, help_text = (one_line(part) for part in (given.text, given.help))
        if not text:
            errors.append(FieldError(f"texts.{group}.text", "missing"))
        if len(text) > LONGEST_STATEMENT:
            errors.append(FieldError(f"texts.{group}.text", "too_long"))
        if len(help_text) > LONGEST_HELP:
            errors.append(FieldError(f"texts.{group}.help", "too_long"))
        checked[group] = OwnText(text, help_text)
    if errors:
        raise Invalid(errors)
    return checked
