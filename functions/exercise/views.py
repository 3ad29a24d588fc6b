"""Write exercises, sessions, questionnaires and participation as the JSON of docs/architecture.md."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from selfie.catalogue import Option, Text, Texts
from selfie.domain import deadlines
from selfie.domain.exercise import Exercise, Phase
from selfie.domain.informing import Informing
from selfie.domain.participation import GroupParticipation, participation_level, required_persons
from selfie.domain.questionnaire import (
    AGREEMENT,
    Catalogue,
    OtherArea,
    OtherAreaKind,
    OwnStatement,
    OwnText,
    Question,
    ScaleKind,
    Statement,
    items_of,
)
from selfie.domain.school import ISCED, SHORT_NAMES, EducationLevel, RespondentGroup
from selfie.domain.session import Calendar, Session
from selfie.domain.tally import cap

Json = dict[str, Any]
Value = TypeVar("Value")

# How long somebody takes to read and answer: an estimate that warns of long questionnaires, not a measurement.
SECONDS: Final[Mapping[ScaleKind, int]] = {
    ScaleKind.RATING: 20,
    ScaleKind.CHOOSE_ONE: 15,
    ScaleKind.TICK_ALL: 30,
    ScaleKind.OPEN_TEXT: 60,
}
# Items of an other area share one question and one scale.
SECONDS_PER_ITEM: Final = 8


def exercise_json(exercise: Exercise, phase: Phase) -> Json:
    """Write an exercise; its state is what it is at this moment."""
    return {
        "id": exercise.id,
        "school_id": exercise.school_id,
        "session_id": exercise.session_id,
        "level": exercise.level,
        "family": exercise.family,
        "catalogue_version": exercise.catalogue_version,
        "state": phase,
        "version": exercise.version,
        "numbers": _by_group(exercise.numbers),
        "required": {group: required_persons(group, n) for group, n in _by_group(exercise.numbers).items()},
        "optional_statements": list(exercise.optional),
        "own_statements": [_own_json(own) for own in exercise.own],
        "first_day": _day(exercise.first_day),
        "last_day": _day(exercise.last_day),
        "closes_at": deadlines.closes_at(exercise.last_day).isoformat() if exercise.last_day else None,
        "informing": _informing_json(exercise.informing) if exercise.informing else None,
        "slips": {group: cap(exercise.numbers[group]) for group in exercise.coded},
        "links": {group: f"/s/{link}" for group, link in _by_group(exercise.links).items()} if exercise.links else None,
    }


def _informing_json(confirmed: Informing) -> Json:
    approval = confirmed.approval
    return {
        "informed": confirmed.informed,
        "approval": approval
        and {"body": approval.body, "day": approval.day.isoformat(), "reference": approval.reference},
    }


def _by_group(values: Mapping[RespondentGroup, Value]) -> dict[RespondentGroup, Value]:
    """Put what a store returns in any order into the order in which pages show groups."""
    return {group: values[group] for group in RespondentGroup if group in values}


def calendar_json(calendar: Calendar, today: date, council_countries: Collection[str]) -> Json:
    """Write the sessions, the levels that can be set up in them, and where a participation council has to agree."""
    current, following = calendar.current(today), calendar.next_after(today)
    return {
        "today": today.isoformat(),
        "current": _session_json(current) if current else None,
        "next": _session_json(following) if following else None,
        "sessions": [_session_json(session) for session in calendar.sessions],
        "levels": [{"level": level, "isced": ISCED[level], "short": SHORT_NAMES[level]} for level in EducationLevel],
        "council_countries": sorted(council_countries),
    }


def participation_json(groups: Sequence[GroupParticipation]) -> Json:
    """Write who took part so far, and nothing else."""
    return {
        "level": participation_level(groups),
        "groups": [
            {
                "group": entry.group,
                "invited": entry.invited,
                "submitted": entry.submitted,
                "required": entry.required,
                "rate": entry.rate,
            }
            for entry in groups
        ],
    }


def questionnaire_json(exercise: Exercise, catalogue: Catalogue, texts: Texts) -> Json:
    """Write all that can be asked in this exercise, what is asked, and the library of suggestions."""
    return {
        "locale": texts.locale,
        "minutes": {group: _minutes(exercise, catalogue, group) for group in exercise.groups},
        "scale": {group: _options(texts.options(AGREEMENT, group)) for group in exercise.groups},
        "areas": [
            {
                "code": area,
                "name": texts.area_name(area),
                "statements": [
                    _statement_json(statement, exercise, texts)
                    for statement in catalogue.statements
                    if statement.area == area
                ],
            }
            for area in catalogue.areas
        ],
        "own_statements": [_own_json(own) for own in exercise.own],
        "other_areas": [
            _other_area_json(area, exercise, texts)
            for area in catalogue.other_areas
            if set(area.groups) & set(exercise.groups)
        ],
        "library": [
            {
                "key": key,
                "topic": topic,
                "texts": {group: _text_json(text) for group, text in worded.items() if group in exercise.groups},
            }
            for key, topic, worded in texts.library()
            if set(worded) & set(exercise.groups)
        ],
    }


def _statement_json(statement: Statement, exercise: Exercise, texts: Texts) -> Json:
    # Families have no words for groups that they do not ask.
    asked = [group for group in statement.groups if group in exercise.groups]
    return {
        "code": statement.code,
        "status": statement.status,
        "topic": texts.topic(statement.code),
        "chosen": statement.code in exercise.optional,
        "groups": asked,
        "texts": {group: _text_json(texts.statement(statement.code, group)) for group in asked},
    }


def _other_area_json(area: OtherArea, exercise: Exercise, texts: Texts) -> Json:
    asked = [group for group in area.groups if group in exercise.groups]
    return {
        "number": area.number,
        "key": area.key,
        "name": texts.other_area_name(area.key),
        "kind": area.kind,
        "groups": asked,
        "questions": {group: _text_json(texts.other_area_question(area.key, group)) for group in asked},
        "items": [
            {"code": item.code, "text": texts.other_area_item(area.key, item.code)}
            for item in items_of(area, exercise.family)
        ],
        "options": {}
        if area.kind is OtherAreaKind.TICKS
        else {group: _options(texts.options(area.scale, group)) for group in asked},
    }


def _minutes(exercise: Exercise, catalogue: Catalogue, group: RespondentGroup) -> int:
    """Estimate how long a group needs, in whole minutes, rounded up."""
    questions = exercise.questionnaire(catalogue, group).questions.values()
    return -(-sum(_seconds(question) for question in questions) // 60)


def _seconds(question: Question) -> int:
    return SECONDS_PER_ITEM if question.item else SECONDS[question.kind]


def _own_json(own: OwnStatement) -> Json:
    return {
        "number": own.number,
        "created_on": own.created_on.isoformat(),
        "locale": own.locale,
        "texts": {group: _text_json(text) for group, text in _by_group(own.texts).items()},
    }


def _text_json(text: Text | OwnText) -> Json:
    return {"text": text.text, "help": text.help}


def _options(options: Sequence[Option]) -> list[Json]:
    return [{"code": option.code, "label": option.label, "detail": option.detail} for option in options]


def _session_json(session: Session) -> Json:
    return {
        "id": session.id,
        "school_year": session.school_year,
        "number": session.number,
        "first_day": session.first_day.isoformat(),
        "last_day": session.last_day.isoformat(),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
