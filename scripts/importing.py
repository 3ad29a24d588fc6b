"""What the importers of the former system's files share: one JSON object a line, and a report that tells nothing of it.

Rows that are refused are reported with their line and the reason, never with what is in them.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Final, TextIO, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from selfie.domain import exercise as rules
from selfie.domain.errors import FieldError, Invalid, Unknown
from selfie.domain.exercise import Exercise, parse_exercise_id
from selfie.domain.questionnaire import OwnText
from selfie.domain.school import EducationLevel, RespondentGroup

AT_ONCE: Final = 8
BATCH: Final = 200
# A school with many set-ups and long statements; whatever is longer is no row.
LONGEST_LINE: Final = 1024 * 1024

Text = Annotated[str, StringConstraints(max_length=20_000)]


class Part(BaseModel):
    """Part of a row: nothing unknown comes in, no value comes out in an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class Wording(Part):
    """An own statement in one group's words."""

    text: Text
    help: Text = ""


class Own(Part):
    """A statement that the school wrote."""

    locale: Text
    created_on: date
    texts: dict[RespondentGroup, Wording]


class Outcome(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    RENEWED = "renewed"
    LEFT_ALONE = "left_alone"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the row in a line; ``reasons`` say what was refused, or not taken over, and why."""

    line: int
    outcome: Outcome
    reasons: tuple[FieldError, ...] = ()


Row = TypeVar("Row", bound=Part)


def run(
    lines: Iterable[str], kind: type[Row], names: Collection[str], take: Callable[[int, Row], Found]
) -> Iterator[Found]:
    """Import line by line, some at once, never holding more than a few hundred.

    ``names`` are the words of the format: a name that is not among them came from the file and is not repeated.
    """

    def one(numbered: tuple[int, str]) -> Found:
        line, text = numbered
        try:
            if len(text) > LONGEST_LINE:
                raise Invalid.one("row", "too_long")
            return take(line, kind.model_validate_json(text))
        except ValidationError as error:
            faults = error.errors(include_input=False, include_context=False, include_url=False)
            reasons = (FieldError(_place(e["loc"], names), e["type"]) for e in faults)
            return Found(line, Outcome.REFUSED, tuple(reasons))
        except Invalid as error:
            return Found(line, Outcome.REFUSED, error.errors)

    numbered = enumerate(lines, start=1)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while batch := list(islice(numbered, BATCH)):
            yield from pool.map(one, batch)


def words_of(*parts: type[Part]) -> frozenset[str]:
    """Name the fields of a format, as the file has them."""
    return frozenset(field.alias or name for part in parts for name, field in part.model_fields.items())


def _place(location: Sequence[int | str], names: Collection[str]) -> str:
    return ".".join(str(part) if isinstance(part, int) or part in names else "?" for part in location) or "row"


def new_exercise(
    school_id: str, session: str, level: EducationLevel, version: str, numbers: Mapping[RespondentGroup, int]
) -> Exercise:
    """Begin an exercise of a session that need not be in the calendar; raise Invalid."""
    try:
        parse_exercise_id(rules.exercise_id(school_id, session, level))
    except Unknown as error:
        raise Invalid.one("session", "no_session") from error
    return rules.with_numbers(Exercise(school_id, session, level, version, {}, imported=True), numbers)


def with_own_statements(exercise: Exercise, statements: Sequence[Own], offered: Sequence[str]) -> Exercise:
    """Add what the school wrote, by the same rules as what is written here; raise Invalid or TooManyOwnStatements."""
    for own in statements:
        if own.locale not in offered:
            raise Invalid.one("own", "not_offered")
        texts = {group: OwnText(worded.text, worded.help) for group, worded in own.texts.items()}
        exercise = rules.with_own_statement(exercise, own.locale, texts, own.created_on)
    return exercise


def report(found: Iterable[Found], out: TextIO, *, every: bool = False) -> Counter[Outcome]:
    """Write what was refused or not taken over, or ``every`` row's outcome, as JSON.

    Return how many rows there were of each outcome.
    """
    counted: Counter[Outcome] = Counter()
    for entry in found:
        counted[entry.outcome] += 1
        if entry.reasons or every:
            reasons = [{"field": reason.field, "code": reason.code} for reason in entry.reasons]
            out.write(json.dumps({"line": entry.line, "outcome": entry.outcome, "reasons": reasons}) + "\n")
    return counted


def import_file(
    file: Path, importing: Callable[[Iterable[str]], Iterator[Found]], to: Path | None, *, dry_run: bool = False
) -> int:
    """Import a file, report to another one or to the screen; return 1 when a row was refused.

    A dry run reports of every row what would become of it.
    """
    with (
        file.open(encoding="utf-8") as lines,
        to.open("w", encoding="utf-8") if to else nullcontext(sys.stdout) as out,
    ):
        counted = report(importing(lines), out, every=dry_run)
    said = ", ".join(f"{outcome}: {counted[outcome]}" for outcome in Outcome)
    print(f"{'nothing was written; ' if dry_run else ''}{said}", file=sys.stderr)
    return 1 if counted[Outcome.REFUSED] else 0
