"""Every school is asked once a year to look at its profile, whatever happens at night."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from functions.register.reminders import Reminders
from selfie.domain.errors import TryAgain
from selfie.domain.school import Identity, School
from selfie.ports import Email
from tests.support.examples import at
from tests.support.memory import MemoryMailboxes, MemoryMailer, MemorySchools, StoppedClock

SITE = "https://selfie.example.org"
ANNA = Identity("https://login.example", "anna")
OAK = School("oakoakoakoak", "Oak School", "IE", "en", ("oak@school.example", "head@school.example"))


class Office:
    """One school whose day is the tenth of November, and the daily run."""

    def __init__(self) -> None:
        self.clock = StoppedClock(at("2026-11-09T08:00"))
        self.schools, self.mailer, self.mailboxes = MemorySchools(), MemoryMailer(), MemoryMailboxes()
        self.schools.register(replace(OAK, remind_on=date(2026, 11, 10)), ANNA)
        self.reminders = Reminders(self.schools, self.mailer, SITE, self.clock, self.mailboxes)


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_school_is_reminded_on_its_day_once_a_year(office: Office) -> None:
    assert office.reminders.remind() == 0
    office.clock.instant = at("2026-11-10T06:00")
    assert office.reminders.remind() == 1
    (message,) = office.mailer.sent
    assert message.to == OAK.emails
    assert f"{SITE}/en/profile/" in message.text
    assert office.reminders.remind() == 0
    office.clock.instant += timedelta(days=364)
    assert office.reminders.remind() == 0
    office.clock.instant += timedelta(days=1)
    assert office.reminders.remind() == 1


def test_a_missed_day_is_caught_up(office: Office) -> None:
    office.clock.instant = at("2026-11-25T06:00")
    assert office.reminders.remind() == 1
    assert office.schools.get(OAK.id).remind_on == date(2027, 11, 25)


def test_two_runs_at_once_write_once(office: Office) -> None:
    office.clock.instant = at("2026-11-10T06:00")
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: office.reminders.remind(), range(4)))
    assert sum(counts) == len(office.mailer.sent) == 1


def test_a_message_that_could_not_be_sent_is_still_due(office: Office) -> None:
    office.clock.instant = at("2026-11-10T06:00")

    class Busy:
        def send(self, email: Email) -> None:
            raise TryAgain

    with pytest.raises(TryAgain):
        replace(office.reminders, mailer=Busy()).remind()
    assert office.mailer.sent == []
    assert office.reminders.remind() == 1


def test_a_profile_that_was_looked_at_is_not_asked_about(office: Office) -> None:
    school = office.schools.get(OAK.id)
    office.schools.change(school, replace(school, remind_on=date(2027, 11, 9)))
    office.clock.instant = at("2026-11-10T06:00")
    assert office.reminders.remind() == 0
