"""Import the accounts of a former system: python -m scripts.import_accounts FILE --table TABLE --last-day DAY.

The file has one JSON object a line (docs/migration.md). Importing it again changes nothing but what is new in it: an
account that somebody has associated is left alone. Rows that are refused are reported with their line and the reason,
never with what is in them.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final

import boto3
from pydantic import Field, StrictInt, StringConstraints

from functions.register import passwords
from scripts import importing
from scripts.importing import Found, Outcome, Own, Part, Text, Wording, new_exercise, with_own_statements, words_of
from selfie.adapters import aws, clock
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_old_accounts import DynamoOldAccounts
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.catalogue import CURRENT, catalogue
from selfie.domain import account, deadlines
from selfie.domain import exercise as rules
from selfie.domain.account import OldAccount
from selfie.domain.errors import ExerciseExists, FieldError, Invalid, SelfieError, Unknown
from selfie.domain.exercise import Exercise
from selfie.domain.questionnaire import Catalogue
from selfie.domain.school import EducationLevel, RespondentGroup, School
from selfie.i18n import locales
from selfie.ports import Clock, Exercises, OldAccounts, Schools

MOST_EMAILS: Final = 2


class Password(Part):
    """The hash of a password; see ``functions.register.passwords``."""

    scheme: Text
    digest: Annotated[Text, Field(alias="hash")]
    salt: Text = ""
    salt_is: Text = "before"


class SetUp(Part):
    """A set-up of an earlier session; it can be copied into a new exercise."""

    session: Text
    level: EducationLevel
    numbers: dict[RespondentGroup, StrictInt]
    optional: tuple[Text, ...] = ()
    own: tuple[Own, ...] = ()


class Row(Part):
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


_NAMES: Final = words_of(Row, Password, SetUp, Own, Wording)


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
        """Import line by line."""
        return importing.run(lines, Row, _NAMES, self._import)

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
            region="",
            regions={},
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
        made = new_exercise(school.id, entry.session, entry.level, self.catalogue.version, entry.numbers)
        made = rules.with_optional(made, entry.optional, self.catalogue)
        return with_own_statements(made, entry.own, self.offered)


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
    return importing.import_file(given.file, importer.run, given.report)


if __name__ == "__main__":
    sys.exit(main())
