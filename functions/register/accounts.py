"""Make school accounts: an address is confirmed by a link, and whoever signs in then coordinates the school."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from functions.register import attempts, company_messages, messages, puzzle
from selfie.domain import account, coordination, deadlines, public_counts
from selfie.domain.account import AccountLink, LinkPurpose
from selfie.domain.errors import Invalid, Unknown
from selfie.domain.school import Identity, School
from selfie.ports import AccountLinks, Attempts, Clock, Email, Mailer, PublicCounters, Schools

CONFIRMATION: Final = "sign-up/confirm/"
FIRST_PAGE: Final = "setup/"
COMPANY_CONFIRMATION: Final = "company/confirm/"
COMPANY_FIRST_PAGE: Final = "company/"


@dataclass(frozen=True, slots=True)
class Accounts:
    """What leads to the account of a school or a company. ``keys`` returns the signing keys, newest first."""

    schools: Schools
    links: AccountLinks
    attempts: Attempts
    mailer: Mailer
    keys: Callable[[], Sequence[bytes]]
    locales: Sequence[str]
    site_url: str
    clock: Clock
    counters: PublicCounters

    def puzzle(self) -> dict[str, Any]:
        """Make a puzzle for the sign-up page."""
        return puzzle.new_puzzle(self.keys()[0], self.clock())

    def ask(self, email: str, policy: str, locale: str, solution: str, *, company: bool = False) -> None:
        """Send a link to an address, for a school or a company; an address that has an account gets another message.

        Nobody learns here whether an address is known: the same is read, written and sent in both cases. Who asks
        again and again gets the same answer, but no more messages on that day: nobody fills a mailbox.
        """
        now = self.clock()
        address, offered = account.read_email(email), self._offered(locale)
        if policy != account.POLICY_VERSION:
            raise Invalid.one("policy", "missing" if not policy else "outdated")
        puzzle.check(solution, self.keys(), self.links, now)
        sends = attempts.allowed(self.attempts, self.keys(), "sign-up", address, now)
        school = self.schools.of_email(address)
        token = account.new_link()
        purpose = LinkPurpose.KNOWN if school else LinkPurpose.SIGN_UP
        until = now + account.TIME_TO_CONFIRM
        self.links.add(token, AccountLink(purpose, until, address, offered, policy, company=company))
        message = self._message(address, offered, school, token, company=company)
        if sends:
            self.mailer.send(message)

    def look(self, token: str) -> AccountLink:
        """Return what stands behind a sign-up link and leave it; raise Unknown when it does not work (any more)."""
        link = self.links.find(LinkPurpose.SIGN_UP, token, self.clock())
        if link is None:
            raise Unknown
        return link

    def confirm(self, token: str, name: str, country: str, locale: str) -> str:
        """Use up a sign-up link and return what the browser keeps until somebody has signed in.

        Raise Unknown or Invalid; what is invalid leaves the link unused.
        """
        now = self.clock()
        named, there, offered = account.read_name(name), account.read_country(country), self._offered(locale)
        link = self.look(token)
        claim = account.new_link()
        # As long as the link would have lived: somebody may first have to get an identity with two factors.
        self.links.add(claim, replace(link, purpose=LinkPurpose.BINDING, name=named, country=there, locale=offered))
        # Last: what is cut off before can be done again, and of two claims one makes the account.
        self.links.take(LinkPurpose.SIGN_UP, token, now)
        return claim

    def bind(self, claim: str, identity: Identity) -> str | None:
        """Make the school, or the company, that a browser confirmed, with this identity as its coordinator.

        Return its id.

        Nothing happens when the claim is too old, or when the address got an account in the meantime.
        """
        link = self.links.find(LinkPurpose.BINDING, claim, self.clock())
        if link is None:
            return None
        made = account.new_company_id() if link.company else account.new_school_id()
        school = School(made, link.name, link.country, link.locale, (link.email,), policy=link.policy)
        is_new = self.schools.register(coordination.reminded(school, deadlines.day_of(self.clock())), identity)
        # Last: when this was cut off before, the same browser can do it again, and an address is claimed once.
        self.links.take(LinkPurpose.BINDING, claim, self.clock())
        if is_new and not link.company:
            self.counters.add(public_counts.of_school(school.country))
        return school.id if is_new else None

    def _message(self, address: str, locale: str, known: School | None, token: str, *, company: bool) -> Email:
        if known is None:
            page = COMPANY_CONFIRMATION if company else CONFIRMATION
            confirm = company_messages.confirm if company else messages.confirm
            return confirm(address, f"{self.site_url}/{locale}/{page}#{token}", locale)
        page = COMPANY_FIRST_PAGE if account.is_company(known.id) else FIRST_PAGE
        said = company_messages.known if account.is_company(known.id) else messages.known
        return said(address, known, f"{self.site_url}/{known.locale}/{page}", self.locales)

    def _offered(self, locale: str) -> str:
        if locale not in self.locales:
            raise Invalid.one("locale", "not_offered")
        return locale
