"""See what should have happened by now, put right what a school could not, and note whether e-mails arrive."""

from collections.abc import Sequence
from dataclasses import dataclass

from selfie.domain import deadlines
from selfie.domain.account import read_email
from selfie.domain.errors import Invalid
from selfie.domain.mailbox import Outcome
from selfie.domain.totals import FEWEST_EXERCISES, Totals
from selfie.ports import Clock, Documents, Exercises, Mailboxes, TotalsOfNights


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch found: exercises that should be closed, reports that should be made, and totals to publish."""

    overdue: Sequence[str]
    stuck: Sequence[tuple[str, str]]
    totals: Totals | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks every hour."""

    exercises: Exercises
    documents: Documents
    totals: TotalsOfNights
    clock: Clock

    def look(self) -> Seen:
        """Find what is late; a report whose building died is given up, so that its school can ask for it again."""
        now = self.clock()
        stuck = [
            (exercise_id, locale)
            for exercise_id, locale in self.documents.overdue(now)
            if self.documents.give_up(exercise_id, locale)
        ]
        return Seen(self.exercises.due(now), stuck, self.totals.take(FEWEST_EXERCISES))


@dataclass(frozen=True, slots=True)
class Post:
    """Hears what became of e-mails."""

    mailboxes: Mailboxes
    clock: Clock

    def note(self, recipients: Sequence[str], outcome: Outcome) -> None:
        """Note it of those addresses that are a school's; of others nothing is known afterwards."""
        for recipient in recipients:
            try:
                email = read_email(recipient)
            except Invalid:
                continue
            self.mailboxes.note(email, outcome, deadlines.day_of(self.clock()))
