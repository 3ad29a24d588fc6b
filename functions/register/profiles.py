"""What a school says about itself, and its additional address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from functions.register import attempts, messages
from selfie.domain import account, coordination, deadlines, public_counts
from selfie.domain.account import AccountLink, LinkPurpose, Role
from selfie.domain.errors import Invalid, Unknown
from selfie.domain.mailbox import Troubled
from selfie.domain.school import EducationLevel, Identity, School
from selfie.domain.versions import is_still
from selfie.ports import AccountLinks, Attempts, Clock, Mailboxes, Mailer, PublicCounters, Schools

CONFIRMATION: Final = "profile/email/"


@dataclass(frozen=True, slots=True)
class Profiles:
    """What coordinators can say about their school; ``regions`` that they can name, by country: code and name.

    ``keys`` returns the signing keys, newest first.
    """

    schools: Schools
    links: AccountLinks
    mailer: Mailer
    locales: Sequence[str]
    site_url: str
    clock: Clock
    counters: PublicCounters
    regions: Mapping[str, Mapping[str, str]]
    mailboxes: Mailboxes
    attempts: Attempts
    keys: Callable[[], Sequence[bytes]]

    def get(self, school_id: str) -> School:
        """Raise Unknown when there is none."""
        return self.schools.get(school_id)

    def coordinators(self, school_id: str, me: Identity) -> Sequence[tuple[Role, bool]]:
        """Return which roles are taken, and whether by the one who asks."""
        mine = self.schools.code(me)
        return [(role, code == mine) for role, code in sorted(self.schools.coordinators(school_id).items())]

    def troubles(self, school: School) -> Sequence[Troubled]:
        """Return the addresses of a school at which our e-mails do not arrive or are not wanted."""
        return list(self.mailboxes.troubles(school.emails).values())

    def write_again(self, school_id: str, email: str) -> School:
        """Send everything to an address again; raise Unknown when it is none of the school's."""
        school = self.get(school_id)
        if email not in school.emails:
            raise Unknown
        self.mailboxes.forget(email)
        return school

    def change(
        self,
        school_id: str,
        version: int,
        *,
        name: str,
        country: str,
        locale: str,
        kind: str,
        region: str,
        levels: Sequence[EducationLevel],
        address: str,
    ) -> School:
        """Change what a school says about itself; raise Invalid or ChangedMeanwhile."""
        before = self._at(school_id, version)
        if locale not in self.locales:
            raise Invalid.one("locale", "not_offered")
        after = account.with_profile(
            before,
            name=name,
            country=country,
            locale=locale,
            kind=kind,
            region=region,
            regions=self.regions,
            levels=levels,
            address=address,
        )
        # Whoever saves the profile has looked at it.
        stored = self.schools.change(before, coordination.reminded(after, self._today()))
        if stored.country != before.country and not account.is_company(school_id):
            self.counters.add(public_counts.of_move(before.country, stored.country))
        return stored

    def ask_for_email(self, school_id: str, email: str) -> None:
        """Send a link to an address that the school wants to have beside its first one.

        Whether another school has it is told to that address alone. Raise Invalid, ChangesBlocked, or TooManyAttempts
        for one school, or one address, again and again.
        """
        school, address, now = self._changeable(school_id), account.read_email(email), self.clock()
        if address in school.emails:
            raise Invalid.one("email", "exists")
        # Nobody fills a strange mailbox, nor many of them with one message each.
        attempts.count(self.attempts, self.keys(), "email of school", school.id, now)
        attempts.count(self.attempts, self.keys(), "email", address, now)
        token = account.new_link()
        self.links.add(
            token,
            AccountLink(LinkPurpose.EMAIL, now + account.TIME_TO_CONFIRM, address, school.locale, school_id=school.id),
        )
        if other := self.schools.of_email(address):
            self.mailer.send(messages.address_taken(address, other.locale))
        else:
            link = f"{self.site_url}/{school.locale}/{CONFIRMATION}#{token}"
            self.mailer.send(messages.confirm_additional(address, school, link))

    def look(self, token: str) -> tuple[School, str]:
        """Return the school and the address of a link and leave it; raise Unknown."""
        link = self.links.find(LinkPurpose.EMAIL, token, self.clock())
        if link is None:
            raise Unknown
        return self.get(link.school_id), link.email

    def confirm_email(self, token: str) -> School:
        """Use a link up and give the school its additional address, instead of an earlier one; tell all addresses.

        Raise Unknown, ChangesBlocked, or ChangedMeanwhile when the address got an account in the meantime.
        """
        link = self.links.find(LinkPurpose.EMAIL, token, self.clock())
        if link is None:
            raise Unknown
        before = self._changeable(link.school_id)
        after = self.schools.change(before, account.with_email(before, link.email))
        self._announce(before, after)
        # Last: what is cut off before can be done again.
        self.links.take(LinkPurpose.EMAIL, token, self.clock())
        return after

    def remove_email(self, school_id: str, version: int) -> School:
        """Take the additional address away; tell all addresses, that one too."""
        before = self._at(school_id, version)
        coordination.check_not_blocked(before, self._today())
        after = self.schools.change(before, account.without_additional_email(before))
        self._announce(before, after)
        return after

    def _announce(self, before: School, after: School) -> None:
        everybody = tuple(dict.fromkeys((*before.emails, *after.emails)))
        self.mailer.send(messages.addresses_changed(everybody, after, f"{self.site_url}/{after.locale}/profile/"))

    def _changeable(self, school_id: str) -> School:
        school = self.get(school_id)
        coordination.check_not_blocked(school, self._today())
        return school

    def _today(self) -> date:
        return deadlines.day_of(self.clock())

    def _at(self, school_id: str, version: int) -> School:
        school = self.get(school_id)
        is_still(school, version)
        return school
