"""Import the accounts of a former system: python -m scripts.import_accounts FILE --table TABLE --last-day DAY.

The file has one JSON object a line (docs/migration.md). Importing it again changes nothing but what is new in it: an
account that somebody has associated is left alone. Rows that are refused are reported with their line and the reason,
never with what is in them.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Final, TextIO

import boto3
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints, ValidationError

from functions.register import passwords
from selfie.adapters import aws, clock
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_old_accounts import DynamoOldAccounts
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.catalogue import CURRENT, catalogue
from selfie.domain import account, deadlines
from selfie.domain import exercise as rules
from selfie.domain.account import OldAccount
from selfie.domain.errors import ExerciseExists, FieldError, Invalid, SelfieError, Unknown
from selfie.domain.exercise import Exercise, parse_exercise_id
from selfie.domain.questionnaire import Catalogue, OwnText
from selfie.domain.school import EducationLevel, RespondentGroup, School
from selfie.i18n import locales
from selfie.ports import Clock, Exercises, OldAccounts, Schools

AT_ONCE: Final = 8
BATCH: Final = 200
# A school with many set-ups and long statements; whatever is longer is no row.
LONGEST_LINE: Final = 1024 * 1024
MOST_EMAILS: Final = 2

Text = Annotated[str, StringConstraints(max_length=20_000)]


class _Part(BaseModel):
    """Part of a row: nothing unknown comes in, no value comes out in an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class Password(_Part):
    """The hash of a password; see ``functions.register.passwords``."""

    scheme: Text
    digest: Annotated[Text, Field(alias="hash")]
    salt: Text = ""
    salt_is: Text = "before"


class Wording(_Part):
    """An own statement in one group's words."""

    text: Text
    help: Text = ""


class Own(_Part):
    """A statement that the school wrote."""

    locale: Text
    created_on: date
    texts: dict[RespondentGroup, Wording]


class SetUp(_Part):
    """A set-up of an earlier session; it can be copied into a new exercise."""

    session: Text
    level: EducationLevel
    numbers: dict[RespondentGroup, StrictInt]
    optional: tuple[Text, ...] = ()
    own: tuple[Own, ...] = ()


class Row(_Part):
    """One account."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    name: Text
    country: Text
    locale: Text
    emails: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_EMAILS)]
    password: Password | None = None
    kind: Text = ""
    levels: tuple[EducationLevel, ...] = ()
    address: Text = ""
    set_ups: tuple[SetUp, ...] = ()


_NAMES: Final = {*range(1000), "hash"}.union(*(part.model_fields for part in (Row, Password, SetUp, Own, Wording)))


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


@dataclass(frozen=True, slots=True)
class Importer:
    """Brings rows into the stores; ``until`` is when the hashes of passwords are forgotten."""

    schools: Schools
    old_accounts: OldAccounts
    exercises: Exercises
    catalogue: Catalogue
    offered: Sequence[str]
    until: datetime
    clock: Clock

    def run(self, lines: Iterable[str]) -> Iterator[Found]:
        """Import line by line, some at once, never holding more than a few hundred."""
        numbered = enumerate(lines, start=1)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while batch := list(islice(numbered, BATCH)):
                yield from pool.map(self._line, batch)

    def _line(self, numbered: tuple[int, str]) -> Found:
        line, text = numbered
        try:
            return self._import(line, _read(text))
        except ValidationError as error:
            faults = error.errors(include_input=False, include_context=False, include_url=False)
            reasons = (FieldError(_place(e["loc"]), e["type"]) for e in faults)
            return Found(line, Outcome.REFUSED, tuple(reasons))
        except Invalid as error:
            return Found(line, Outcome.REFUSED, error.errors)

    def _import(self, line: int, row: Row) -> Found:
        school, password = self._school(row), ""
        lost: list[FieldError] = []
        if row.password is not None:
            try:
                password = passwords.storable(**row.password.model_dump())
            except Invalid as error:
                # The school is not lost for that: a link to its addresses needs no password.
                lost += error.errors
        outcome = self._put(school)
        if outcome is Outcome.REFUSED:
            return Found(line, outcome, (FieldError("emails", "belongs_to_another_school"),))
        if outcome is Outcome.LEFT_ALONE:
            return Found(line, outcome)
        self.old_accounts.put(OldAccount(school.id, password, self.until))
        if self.schools.coordinators(school.id):
            # Somebody was faster than the line above, and no hash stays behind an association.
            self.old_accounts.remove(school.id)
        for place, entry in enumerate(row.set_ups):
            try:
                self.exercises.add(self._exercise(school, entry))
            except ExerciseExists:
                continue
            except Invalid as error:
                lost += (FieldError(f"set_ups.{place}.{e.field}", e.code) for e in error.errors)
            except SelfieError as error:
                lost.append(FieldError(f"set_ups.{place}", error.code))
        return Found(line, outcome, tuple(lost))

    def _school(self, row: Row) -> School:
        if row.locale not in self.offered:
            raise Invalid.one("locale", "not_offered")
        emails = tuple(dict.fromkeys(account.read_email(email, "emails") for email in row.emails))
        bare = School(account.imported_school_id(row.id), row.name, row.country, row.locale, emails)
        return account.with_profile(
            bare,
            name=row.name,
            country=row.country,
            locale=row.locale,
            kind=row.kind,
            levels=row.levels,
            address=row.address,
        )

    def _put(self, school: School) -> Outcome:
        try:
            before = self.schools.get(school.id)
        except Unknown:
            return Outcome.IMPORTED if self.schools.admit(school) else Outcome.REFUSED
        if self.schools.coordinators(school.id):
            return Outcome.LEFT_ALONE
        if replace(before, version=0) != school:
            try:
                self.schools.change(before, school)
            except SelfieError:
                return Outcome.REFUSED
        return Outcome.RENEWED

    def _exercise(self, school: School, entry: SetUp) -> Exercise:
        """Check a set-up by the same rules as one that is made here."""
        try:
            parse_exercise_id(rules.exercise_id(school.id, entry.session, entry.level))
        except Unknown as error:
            raise Invalid.one("session", "no_session") from error
        made = rules.with_numbers(
            Exercise(school.id, entry.session, entry.level, self.catalogue.version, {}), entry.numbers
        )
        made = rules.with_optional(made, entry.optional, self.catalogue)
        for own in entry.own:
            if own.locale not in self.offered:
                raise Invalid.one("own", "not_offered")
            texts: Mapping[RespondentGroup, OwnText] = {g: OwnText(t.text, t.help) for g, t in own.texts.items()}
            made = rules.with_own_statement(made, own.locale, texts, own.created_on)
        return made


def _place(location: Sequence[int | str]) -> str:
    """Name a place in a row by words of the format alone: a name that is not among them came from the file."""
    return ".".join(str(part) if part in _NAMES else "?" for part in location) or "row"


def _read(text: str) -> Row:
    if len(text) > LONGEST_LINE:
        raise Invalid.one("row", "too_long")
    return Row.model_validate_json(text)


def report(found: Iterable[Found], out: TextIO) -> Counter[Outcome]:
    """Write what was refused or not taken over, as JSON, and return how many rows there were of each outcome."""
    counted: Counter[Outcome] = Counter()
    for entry in found:
        counted[entry.outcome] += 1
        if entry.reasons:
            reasons = [{"field": reason.field, "code": reason.code} for reason in entry.reasons]
            out.write(json.dumps({"line": entry.line, "outcome": entry.outcome, "reasons": reasons}) + "\n")
    return counted


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 when a row was refused."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, help="one account a line, as JSON")
    parser.add_argument("--table", required=True, help="name of the Exercises table")
    parser.add_argument("--last-day", required=True, type=date.fromisoformat, help="migration_last_day of the stage")
    parser.add_argument("--report", type=Path, help="where refused rows are written; otherwise to the screen")
    given = parser.parse_args(arguments)
    dynamodb = boto3.client("dynamodb", config=aws.PATIENCE)
    importer = Importer(
        DynamoSchools(dynamodb, given.table),
        DynamoOldAccounts(dynamodb, given.table),
        DynamoExercises(dynamodb, given.table),
        catalogue(CURRENT),
        locales(),
        deadlines.results_at(given.last_day),
        clock.now,
    )
    out = given.report.open("w", encoding="utf-8") if given.report else sys.stdout
    with given.file.open(encoding="utf-8") as lines:
        counted = report(importer.run(lines), out)
    if given.report:
        out.close()
    print(", ".join(f"{outcome}: {counted[outcome]}" for outcome in Outcome), file=sys.stderr)
    return 1 if counted[Outcome.REFUSED] else 0


if __name__ == "__main__":
    sys.exit(main())
