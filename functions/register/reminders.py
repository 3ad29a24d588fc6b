"""Ask every school once a year to look at its profile, so that its account outlives the people who made it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from functions.register import coordination_messages as messages
from selfie.domain import coordination, deadlines
from selfie.domain.errors import ChangedMeanwhile, MaybeSent, TryAgain, Unknown
from selfie.domain.mailbox import wanted_at
from selfie.ports import Clock, Mailboxes, Mailer, Schools

PROFILE: Final = "profile/"
# What one run gets done well within its time; the others are the first of the next day.
MOST_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Reminders:
    """What is done once a day."""

    schools: Schools
    mailer: Mailer
    site_url: str
    clock: Clock
    mailboxes: Mailboxes

    def remind(self) -> int:
        """Write to the schools whose day has come or was missed, each once; return how many got a message.

        Raise TryAgain when no message can be sent now: those that are left over are still due.
        """
        today = deadlines.day_of(self.clock())
        return sum(1 for _ in self._reminded(today))

    def _reminded(self, today: date) -> Iterator[str]:
        for school_id in self.schools.to_remind(today)[:MOST_AT_ONCE]:
            try:
                before = self.schools.get(school_id)
                if before.remind_on is None or before.remind_on > today:
                    continue  # the index is a moment behind
                # First: of two runs at once, one gets to write.
                after = self.schools.change(before, coordination.reminded(before, today))
            except (ChangedMeanwhile, Unknown):
                continue
            emails = wanted_at(after.emails, self.mailboxes.troubles(after.emails))
            if not emails:
                continue
            try:
                link = f"{self.site_url}/{after.locale}/{PROFILE}"
                self.mailer.send(messages.reminder(replace(after, emails=emails), link))
            except MaybeSent:
                raise
            except TryAgain:
                self.schools.change(after, replace(after, remind_on=before.remind_on))
                raise
            yield school_id
