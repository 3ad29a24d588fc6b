"""Change who coordinates a school: by links to all its addresses, and every change can be taken back by one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from functions.register import attempts, puzzle
from functions.register import coordination_messages as messages
from selfie.domain import account, coordination, deadlines
from selfie.domain.account import AccountLink, LinkPurpose, Role
from selfie.domain.errors import Invalid, Unknown
from selfie.domain.school import Identity, School
from selfie.ports import AccountLinks, Attempts, Clock, Logins, Mailer, Schools

# Below the language: the page behind each kind of link.
PAGES: Final = {
    LinkPurpose.INVITATION: "coordinator/",
    LinkPurpose.REMOVAL: "coordinator/removal/",
    LinkPurpose.UNDO: "coordinator/undo/",
}
SIGN_UP: Final = "sign-up/"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page behind a link says before it is used."""

    school: School
    role: Role
    replaces: bool


@dataclass(frozen=True, slots=True)
class Coordination:
    """What changes who coordinates a school. ``keys`` returns the signing keys, newest first."""

    schools: Schools
    links: AccountLinks
    mailer: Mailer
    logins: Logins
    attempts: Attempts
    keys: Callable[[], Sequence[bytes]]
    locales: Sequence[str]
    site_url: str
    clock: Clock

    def invite(self, school_id: str, role: Role) -> None:
        """Send all addresses a link with which somebody takes a role, from whoever has it; raise ChangesBlocked."""
        school = self._changeable(school_id)
        holder = self.schools.coordinators(school_id).get(role, "")
        link = self._link(LinkPurpose.INVITATION, school, role, holder)
        self.mailer.send(messages.invitation(school, role, link, replaces=bool(holder)))

    def ask_removal(self, school_id: str, role: Role) -> None:
        """Send all addresses a link that takes a role away; raise ChangesBlocked, or Unknown when nobody has it."""
        school = self._changeable(school_id)
        holder = self.schools.coordinators(school_id).get(role)
        if holder is None:
            raise Unknown
        self.mailer.send(messages.removal(school, role, self._link(LinkPurpose.REMOVAL, school, role, holder)))

    def ask_takeover(self, email: str, locale: str, solution: str) -> None:
        """Send a link to become the primary coordinator to all addresses of the school that has this one.

        A strange address gets a message that says so. Nobody else learns whether an address is known: the same is
        read, written and sent in both cases. Raise Invalid, or TooManyAttempts for one address again and again.
        """
        address, now = account.read_email(email), self.clock()
        if locale not in self.locales:
            raise Invalid.one("locale", "not_offered")
        puzzle.check(solution, self.keys(), self.links, now)
        # Nobody fills a school's mailbox.
        attempts.count(self.attempts, self.keys(), "takeover", address, now)
        school = self.schools.of_email(address)
        held = self.schools.coordinators(school.id if school else account.new_school_id())
        if school is None:
            self.links.add(
                account.new_link(), AccountLink(LinkPurpose.KNOWN, now + coordination.TIME_TO_ANSWER, address, locale)
            )
            self.mailer.send(messages.no_school(address, f"{self.site_url}/{locale}/{SIGN_UP}", locale))
            return
        holder = held.get(Role.PRIMARY, "")
        link = self._link(LinkPurpose.INVITATION, school, Role.PRIMARY, holder)
        self.mailer.send(messages.takeover(school, link, replaces=bool(holder)))

    def look(self, purpose: LinkPurpose, token: str) -> Shown:
        """Say what a link does and leave it; raise Unknown when it does not work (any more)."""
        link = self.links.find(purpose, token, self.clock())
        if link is None:
            raise Unknown
        role = Role(link.role)
        held = self.schools.coordinators(link.school_id).get(role)
        return Shown(self.schools.get(link.school_id), role, replaces=held is not None)

    def accept(self, token: str) -> tuple[str, School]:
        """Use an invitation up; return what the browser keeps until somebody has signed in, and the school.

        Raise Unknown, or ChangesBlocked, which leaves the link as it is.
        """
        link, school = self._find(LinkPurpose.INVITATION, token)
        claim = account.new_link()
        self.links.add(claim, replace(link, purpose=LinkPurpose.JOINING))
        # Last: what is cut off before can be done again, and of two claims one gets the role.
        self.links.take(LinkPurpose.INVITATION, token, self.clock())
        return claim, school

    def join(self, claim: str, identity: Identity) -> str | None:
        """Give an identity the role that its browser may claim, and return the school's id.

        Nothing happens when the claim is too old.

        Raise ChangesBlocked, AlreadyCoordinator, or ChangedMeanwhile when the role is no longer whose it was.
        """
        if self.links.find(LinkPurpose.JOINING, claim, self.clock()) is None:
            return None
        link, school = self._find(LinkPurpose.JOINING, claim)
        role, held, newcomer = Role(link.role), self.schools.coordinators(school.id), self.schools.code(identity)
        # They may have the role already, from an earlier try that was cut off before everything was done.
        if held.get(role) != newcomer or link.holder == newcomer:
            held = coordination.joined(held, role, link.holder, newcomer)
            school = self.schools.coordinate(school, school, held)
        self._tell_of_change(link, school, removed=False)
        self.links.take(LinkPurpose.JOINING, claim, self.clock())
        return school.id

    def remove(self, token: str) -> School:
        """Use up a link that takes a role away; raise Unknown, ChangesBlocked or ChangedMeanwhile."""
        link, school = self._find(LinkPurpose.REMOVAL, token)
        role, held = Role(link.role), self.schools.coordinators(school.id)
        # Nobody may have the role any more, after an earlier try that was cut off before everything was done.
        if role in held:
            school = self.schools.coordinate(school, school, coordination.without(held, role, link.holder))
        self._tell_of_change(link, school, removed=True)
        self.links.take(LinkPurpose.REMOVAL, token, self.clock())
        return school

    def undo(self, token: str) -> School:
        """Use up a link that takes a change back, and stop all changes for a while; raise Unknown or ChangedMeanwhile.

        A change that came after it is no hindrance: whoever made the first one could have made the second.
        """
        link = self.links.find(LinkPurpose.UNDO, token, self.clock())
        if link is None:
            raise Unknown
        school = self.schools.get(link.school_id)
        held = self.schools.coordinators(school.id)
        restored = coordination.undone(held, Role(link.role), link.holder)
        stopped = coordination.blocked(school, deadlines.day_of(self.clock()))
        # Before and after: whoever loses the role is out, also when this is cut off in between.
        self._end_sessions(held, restored)
        after = self.schools.coordinate(school, stopped, restored)
        self._end_sessions(held, restored)
        self.mailer.send(messages.undone(after, f"{self.site_url}/{after.locale}/profile/"))
        # Last: what is cut off before can be done again.
        self.links.take(LinkPurpose.UNDO, token, self.clock())
        return after

    def _tell_of_change(self, used: AccountLink, school: School, *, removed: bool) -> None:
        """End sessions of whoever lost a role, and tell all addresses."""
        if used.holder:
            self.logins.end_all(used.holder)
        link = self._link(LinkPurpose.UNDO, school, Role(used.role), used.holder)
        self.mailer.send(messages.coordinators_changed(school, Role(used.role), link, removed=removed))

    def _end_sessions(self, before: Mapping[Role, str], after: Mapping[Role, str]) -> None:
        for code in set(before.values()) - set(after.values()):
            self.logins.end_all(code)

    def _find(self, purpose: LinkPurpose, token: str) -> tuple[AccountLink, School]:
        """Return a link and its school; raise Unknown, or ChangesBlocked when the school has stopped all changes."""
        link = self.links.find(purpose, token, self.clock())
        if link is None:
            raise Unknown
        return link, self._changeable(link.school_id)

    def _changeable(self, school_id: str) -> School:
        school = self.schools.get(school_id)
        coordination.check_not_blocked(school, deadlines.day_of(self.clock()))
        return school

    def _link(self, purpose: LinkPurpose, school: School, role: Role, holder: str) -> str:
        token = account.new_link()
        until = self.clock() + coordination.TIME_TO_ANSWER
        self.links.add(
            token, AccountLink(purpose, until, "", school.locale, school_id=school.id, role=role, holder=holder)
        )
        return f"{self.site_url}/{school.locale}/{PAGES[purpose]}#{token}"
