"""Import results that a former system published: python -m scripts.import_results FILE --table TABLE.

The file has one JSON object a line, an exercise each (docs/migration.md). Its counts are published by the rules of
disclosure of this system, whatever the former one showed. Importing it again changes nothing: what a school may have
read stays. With --replace it corrects what was imported, never what was made here; with --dry-run it writes nothing.
Rows that are refused are reported with their line and the reason, never with what is in them.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from threading import Lock
from typing import Annotated, Final

import boto3
from pydantic import Field, StrictInt, StringConstraints

from scripts import importing
from scripts.importing import Found, Outcome, Own, Part, Text, Wording, new_exercise, with_own_statements, words_of
from selfie.adapters import aws, clock
from selfie.adapters.documents import AwsDocuments
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_results import DynamoResults
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.catalogue import catalogue, versions
from selfie.domain import account
from selfie.domain import exercise as rules
from selfie.domain.errors import ChangedMeanwhile, ExerciseExists, FieldError, Invalid, SelfieError, Unknown
from selfie.domain.exercise import Exercise
from selfie.domain.questionnaire import NOT_APPLICABLE, Catalogue, Question, ScaleKind
from selfie.domain.results import Results, make_results, mean_of_options
from selfie.domain.school import EducationLevel, RespondentGroup
from selfie.domain.submission import ANY_TICK, counter
from selfie.domain.tally import Tally
from selfie.i18n import locales
from selfie.ports import Clock, Documents, DocumentState, Exercises, PublishedResults, Schools

# More than any group may have, and than may have answered beyond it.
MOST_PEOPLE: Final = 100_000
# Whole percents that were made to add up to 100 are off by less than one; means were rounded to one decimal.
PERCENT_OFF: Final = 1
MEAN_OFF: Final = Fraction(1, 10)

People = Annotated[StrictInt, Field(ge=0, le=MOST_PEOPLE)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
# As in the questionnaire: «A1», «teacher_confidence.confidence_preparing», «own1».
Code = Annotated[str, StringConstraints(max_length=60)]


class Figures(Part):
    """What one group answered to one question: counts by option, or percentages of those who answered."""

    counts: dict[Code, People] | None = None
    percent: dict[Code, Percent] | None = None
    answered: People | None = None
    not_applicable: People = 0
    mean: Annotated[float, Field(ge=1, le=5)] | None = None


class Group(Part):
    """One group of an exercise."""

    invited: StrictInt
    submitted: People
    figures: dict[Code, Figures] = Field(default_factory=dict)


class Row(Part):
    """One finished exercise."""

    email: Text
    session: Text
    level: EducationLevel
    first_day: date
    last_day: date
    catalogue: Text
    own: tuple[Own, ...] = ()
    groups: dict[RespondentGroup, Group]


_NAMES: Final = words_of(Row, Group, Figures, Own, Wording) | set(RespondentGroup)


@dataclass(slots=True)
class Counts:
    """The counts of one group, and why something of it was not taken over."""

    submitted: int
    counts: dict[str, int] = field(default_factory=dict)
    lost: list[FieldError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Importer:
    """Brings published results into the stores.

    ``replaces`` corrects what was imported before; ``dry_run`` only says what would become of each row.
    """

    schools: Schools
    exercises: Exercises
    published: PublishedResults
    documents: Documents
    offered: Sequence[str]
    clock: Clock
    replaces: bool = False
    dry_run: bool = False
    _named: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def run(self, lines: Iterable[str]) -> Iterator[Found]:
        """Import line by line."""
        return importing.run(lines, Row, _NAMES, self._import)

    def _import(self, line: int, row: Row) -> Found:
        school = self.schools.of_email(account.read_email(row.email))
        if school is None:
            raise Invalid.one("email", "no_such_school")
        if row.catalogue not in versions():
            raise Invalid.one("catalogue", "unknown_version")
        everything = catalogue(row.catalogue)
        try:
            exercise = self._exercise(school.id, row, everything)
        except SelfieError as error:
            if isinstance(error, Invalid):
                raise
            raise Invalid.one("own", error.code) from error
        counted = {group: _counts(exercise, everything, group, row.groups.get(group)) for group in exercise.groups}
        tallies = {group: Tally(group, found.submitted, found.counts) for group, found in counted.items()}
        results = make_results(exercise, everything, tallies)
        self._name(exercise)
        before = self._before(exercise)
        published = self.published.get(exercise.id) if before else None
        outcome = self._outcome(exercise, before, results, published)
        if outcome is not Outcome.LEFT_ALONE and not self.dry_run:
            self._write(exercise, before, results, published)
        lost = tuple(reason for found in counted.values() for reason in found.lost)
        return Found(line, outcome, () if outcome is Outcome.LEFT_ALONE else lost)

    def _exercise(self, school_id: str, row: Row, everything: Catalogue) -> Exercise:
        """Make the exercise that took place, by the same rules as one that is set up here."""
        invited = {group: given.invited for group, given in row.groups.items()}
        made = new_exercise(school_id, row.session, row.level, row.catalogue, invited)
        named = {code for given in row.groups.values() for code in given.figures}
        made = rules.with_optional(made, sorted(named & everything.optional_codes), everything)
        made = with_own_statements(made, row.own, self.offered)
        return rules.taken_over(made, row.first_day, row.last_day, self.clock())

    def _name(self, exercise: Exercise) -> None:
        """Raise Invalid for a second row of an exercise: which of the two is right is not ours to say."""
        with self._lock:
            if exercise.id in self._named:
                raise Invalid.one("session", "named_twice")
            self._named.add(exercise.id)

    def _before(self, exercise: Exercise) -> Exercise | None:
        """Return what is stored in its place; raise Invalid for an exercise that was made here."""
        try:
            before = self.exercises.get(exercise.id)
        except Unknown:
            return None
        if not before.imported:
            raise Invalid.one("session", "exercise_made_here")
        # Otherwise the set-up came with the account, this was cut off before there were results, or they are there.
        return before

    def _outcome(
        self, exercise: Exercise, before: Exercise | None, results: Results, published: Results | None
    ) -> Outcome:
        if before is None:
            return Outcome.IMPORTED
        if published is None:
            return Outcome.RENEWED
        same = (before, published) == (_as_stored(exercise, before), results)
        return Outcome.RENEWED if self.replaces and not same else Outcome.LEFT_ALONE

    def _write(self, exercise: Exercise, before: Exercise | None, results: Results, published: Results | None) -> None:
        """Store the exercise, then its results: a row that was cut off in between is taken up by the next run."""
        try:
            if before is None:
                self.exercises.add(exercise)
            elif before != _as_stored(exercise, before):
                self.exercises.change(before, exercise)
            if published is None:
                self.published.add(results, {})
                return
            # Before the figures: a PDF of the old ones is offered no more, and has to be asked for again.
            for entry in self.documents.list(exercise.id):
                self.documents.set_state(exercise.id, entry.locale, DocumentState.FAILED)
            self.published.correct(results)
        except (ExerciseExists, ChangedMeanwhile) as error:
            raise Invalid.one("session", "changed_meanwhile") from error


def _as_stored(exercise: Exercise, before: Exercise) -> Exercise:
    return replace(exercise, version=before.version)


def _counts(exercise: Exercise, everything: Catalogue, group: RespondentGroup, given: Group | None) -> Counts:
    """Count what a group answered; raise Invalid when its figures contradict each other.

    What has no place in the questionnaire, and what cannot be counted, is left out and named.
    """
    found = Counts(given.submitted if given else 0)
    questions = exercise.questionnaire(everything, group).questions
    for code, figures in (given.figures if given else {}).items():
        question = questions.get(code)
        # A code that is none of the catalogue's came from the file and is not repeated.
        place = f"groups.{group}.figures.{code if question else '?'}"
        if question is None or question.kind is ScaleKind.OPEN_TEXT:
            found.lost.append(FieldError(place, "not_asked"))
            continue
        if figures.counts is None and (figures.percent is None or not figures.answered):
            found.lost.append(FieldError(place, "not_countable"))
            continue
        chosen, answered = _answers(question, figures, place)
        if answered + figures.not_applicable > found.submitted:
            raise Invalid.one(place, "more_than_submitted")
        _check_mean(question, chosen, figures.mean, place)
        whole = {**chosen, NOT_APPLICABLE: figures.not_applicable}
        if question.kind is ScaleKind.TICK_ALL:
            whole[ANY_TICK] = answered
        found.counts |= {counter(code, option): count for option, count in whole.items() if count}
    return found


def _answers(question: Question, figures: Figures, place: str) -> tuple[Mapping[str, int], int]:
    """Return how many chose each option, and how many answered; raise Invalid."""
    given: Mapping[str, float] = figures.counts if figures.counts is not None else figures.percent or {}
    if set(given) - set(question.ratings):
        raise Invalid.one(place, "unknown_option")
    ticks = question.kind is ScaleKind.TICK_ALL
    if figures.counts is not None:
        answered = sum(figures.counts.values()) if figures.answered is None and not ticks else figures.answered
        total = max(figures.counts.values(), default=0) if ticks else sum(figures.counts.values())
        if answered is None or (total > answered if ticks else total != answered):
            raise Invalid.one(place, "answered_does_not_fit")
        return figures.counts, answered
    answered = figures.answered or 0
    counts = _ticked(given, answered) if ticks else counts_of_percents(given, answered)
    off = (abs(Fraction(100 * count, answered) - Fraction(given[option])) for option, count in counts.items())
    if max(off, default=0) > PERCENT_OFF or (not ticks and sum(counts.values()) != answered):
        raise Invalid.one(place, "percent_does_not_fit")
    return counts, answered


def _ticked(percents: Mapping[str, float], answered: int) -> dict[str, int]:
    return {option: round(Fraction(share) * answered / 100) for option, share in percents.items()}


def counts_of_percents(percents: Mapping[str, float], answered: int) -> dict[str, int]:
    """Share people among options so that the percentages come out again, by the largest remainder.

    Of up to fifty people the counts are those that were counted; of more, several counts may have the same whole
    percentages, and one of them is taken.
    """
    total = sum(map(Fraction, percents.values()))
    if not total:
        return dict.fromkeys(percents, 0)
    quotas = {option: Fraction(share) * answered / total for option, share in percents.items()}
    counts = {option: quota.__floor__() for option, quota in quotas.items()}
    by_remainder = sorted(percents, key=lambda option: counts[option] - quotas[option])
    for option in by_remainder[: answered - sum(counts.values())]:
        counts[option] += 1
    return counts


def _check_mean(question: Question, chosen: Mapping[str, int], mean: float | None, place: str) -> None:
    if mean is None or question.kind is not ScaleKind.RATING or not any(chosen.values()):
        return
    counted = mean_of_options([chosen.get(option, 0) for option in question.ratings])
    if abs(counted - Fraction(mean)) > MEAN_OFF:
        raise Invalid.one(place, "mean_does_not_fit")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 when a row was refused."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, help="one exercise a line, as JSON")
    parser.add_argument("--table", required=True, help="name of the Exercises table")
    parser.add_argument("--report", type=Path, help="where refused rows are written; otherwise to the screen")
    parser.add_argument("--replace", action="store_true", help="correct results that were imported before")
    parser.add_argument("--dry-run", action="store_true", help="write nothing, report what would become of each row")
    given = parser.parse_args(arguments)
    dynamodb = boto3.client("dynamodb", config=aws.PATIENCE)
    importer = Importer(
        DynamoSchools(dynamodb, given.table),
        DynamoExercises(dynamodb, given.table),
        DynamoResults(dynamodb, given.table),
        # No file is read or written.
        AwsDocuments(dynamodb, given.table, s3=None, bucket=""),
        locales(),
        clock.now,
        given.replace,
        given.dry_run,
    )
    return importing.import_file(given.file, importer.run, given.report, dry_run=given.dry_run)


if __name__ == "__main__":
    sys.exit(main())
