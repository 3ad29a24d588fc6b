"""Let a school of the former system have its account: old e-mail and password once, then a link, then an identity.

Whoever asks learns nothing on the page: the same is read, checked, written and sent for every address, and the answer
comes after the same time. What was found is told by e-mail, to addresses of the school alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from functions.register import attempts, migration_messages, passwords, puzzle
from functions.register.messages import known
from selfie.domain import account, coordination, deadlines, public_counts
from selfie.domain.account import AccountLink, LinkPurpose
from selfie.domain.errors import Invalid, MigrationOver, Unknown
from selfie.domain.school import Identity, School
from selfie.ports import AccountLinks, Attempts, Clock, Email, Mailer, OldAccounts, PublicCounters, Schools

CONFIRMATION: Final = "associate/confirm/"
FORGOTTEN: Final = "associate/forgotten/"
SIGN_UP: Final = "sign-up/"
FIRST_PAGE: Final = "setup/"
# Hashes of different schemes take between a twentieth of a second and a second to check.
SECONDS_TO_ANSWER: Final = 2.0
# Too short to be a school's id: nothing is found, at the same cost.
_NOBODY: Final = "-"


@dataclass(frozen=True, slots=True)
class Migration:
    """What leads from an account of the former system to a coordinator.

    ``last_day`` is the last one on which that is possible, None where there is no former system. ``keys`` returns the
    signing keys, newest first. ``timer`` counts seconds and ``pause`` waits for some.
    """

    schools: Schools
    old_accounts: OldAccounts
    links: AccountLinks
    attempts: Attempts
    mailer: Mailer
    keys: Callable[[], Sequence[bytes]]
    locales: Sequence[str]
    site_url: str
    last_day: date | None
    clock: Clock
    timer: Callable[[], float]
    pause: Callable[[float], None]
    counters: PublicCounters

    @property
    def open_until(self) -> date | None:
        """The last day on which an old account can be associated; None when there is none, or no longer."""
        over = self.last_day is None or self.clock() >= deadlines.results_at(self.last_day)
        return None if over else self.last_day

    def ask(self, email: str, password: str, locale: str, solution: str) -> None:
        """Send a link to all addresses of the school when the password is right; otherwise another message.

        Raise MigrationOver, Invalid, TooManyAttempts: none of them depends on what is known of the address.
        """
        if not password:
            raise Invalid.one("password", "missing")
        self._ask(email, locale, solution, password)

    def ask_without_password(self, email: str, locale: str, solution: str) -> None:
        """As ``ask``, for those who do not remember: the school's mailboxes prove as much as a password."""
        self._ask(email, locale, solution, None)

    def look(self, token: str) -> School:
        """Return the school that a link associates and leave it; raise Unknown when it does not work (any more)."""
        link = self.links.find(LinkPurpose.ASSOCIATION, token, self.clock())
        if link is None or self.schools.coordinators(link.school_id):
            raise Unknown
        return self.schools.get(link.school_id)

    def confirm(self, token: str, policy: str) -> str:
        """Use up a link and return what the browser keeps until somebody has signed in.

        Raise Unknown or Invalid; what is invalid leaves the link unused.
        """
        if policy != account.POLICY_VERSION:
            raise Invalid.one("policy", "missing" if not policy else "outdated")
        link = self.links.find(LinkPurpose.ASSOCIATION, token, self.clock())
        if link is None:
            raise Unknown
        claim = account.new_link()
        self.links.add(claim, replace(link, purpose=LinkPurpose.ADOPTION, policy=policy))
        # Last: what is cut off before can be done again, and of two claims one is adopted.
        self.links.take(LinkPurpose.ASSOCIATION, token, self.clock())
        return claim

    def bind(self, claim: str, identity: Identity) -> str | None:
        """Make an identity the coordinator of the school that its browser may claim, and forget the old password.

        Return the school's id.

        Nothing happens when the claim is too old, or when somebody coordinates the school already.
        """
        link = self.links.find(LinkPurpose.ADOPTION, claim, self.clock())
        if link is None:
            return None
        school = self.schools.get(link.school_id)
        agreed = replace(school, policy=link.policy)
        today = deadlines.day_of(self.clock())
        adopted = self.schools.adopt(school, coordination.reminded(agreed, today), identity)
        # In this order, each can be done again when it was cut off before the next.
        self.old_accounts.remove(school.id)
        self.links.take(LinkPurpose.ADOPTION, claim, self.clock())
        if adopted:
            self.counters.add(public_counts.of_school(school.country))
            self.mailer.send(migration_messages.associated(school, f"{self.site_url}/{school.locale}/profile/"))
        return school.id if adopted else None

    def _ask(self, email: str, locale: str, solution: str, password: str | None) -> None:
        begun, now = self.timer(), self.clock()
        if self.open_until is None:
            raise MigrationOver
        address = account.read_email(email)
        if locale not in self.locales:
            raise Invalid.one("locale", "not_offered")
        puzzle.check(solution, self.keys(), self.links, now)
        attempts.count(self.attempts, self.keys(), "link" if password is None else "password", address, now)
        school = self.schools.of_email(address)
        school_id = school.id if school else _NOBODY
        bound = self.schools.coordinators(school_id)
        old = self.old_accounts.find(school_id, now)
        # Checked also where nothing can come of it.
        right = passwords.fits(password or "", old.password if old else "") or (password is None and old is not None)
        token = account.new_link()
        purpose = LinkPurpose.ASSOCIATION if right and not bound else LinkPurpose.KNOWN
        until = now + account.TIME_TO_CONFIRM
        self.links.add(token, AccountLink(purpose, until, address, locale, school_id=school_id))
        self.mailer.send(self._message(address, locale, school, token, right=right, bound=bool(bound)))
        self.pause(max(0.0, begun + SECONDS_TO_ANSWER - self.timer()))

    def _message(
        self, address: str, locale: str, school: School | None, token: str, *, right: bool, bound: bool
    ) -> Email:
        def page(path: str) -> str:
            return f"{self.site_url}/{school.locale if school else locale}/{path}"

        if school is None:
            return migration_messages.no_old_account(address, page(SIGN_UP), locale)
        if bound:
            return known(address, school, page(FIRST_PAGE), self.locales)
        if not right:
            return migration_messages.password_wrong(address, school, page(FORGOTTEN))
        return migration_messages.associate(school, f"{page(CONFIRMATION)}#{token}")
