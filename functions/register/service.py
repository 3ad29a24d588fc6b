"""Let coordinators in and out through the identity provider."""

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from functions.register import openid
from functions.register.openid import Authentication, LoggedOut, Reason
from selfie.domain import deadlines
from selfie.domain.errors import LoginRefused, SelfieError, TryAgain
from selfie.domain.school import Identity, School
from selfie.ports import Clock, CoordinatorSession, Logins, LoginTransaction, Schools

# How long somebody may take at the provider: finding the phone for the second factor included.
TIME_TO_LOG_IN: Final = timedelta(minutes=10)
LONGEST_SESSION: Final = timedelta(hours=8)
# Longer than the provider's word that somebody logged out is accepted.
LOGOUT_REMEMBERED: Final = timedelta(minutes=30)
LONGEST_RETURN_TO: Final = 500
HOME: Final = "/"
_RANDOM_BYTES: Final = 32


class NoSchool(SelfieError):
    """The identity is proven, but no school account is bound to it."""

    code = "no_school"


class IdentityProvider(Protocol):
    """Says who somebody is."""

    def authorization_url(self, transaction: LoginTransaction) -> str:
        """Say where to send the browser."""
        ...

    def identify(self, transaction: LoginTransaction, answer: Mapping[str, str]) -> Authentication:
        """Find out who logged in; raise LoginRefused or TryAgain."""
        ...

    def logged_out(self, token: str) -> LoggedOut:
        """Read the provider's word that somebody logged out there; raise LoginRefused or TryAgain."""
        ...

    def end_session_url(self, back_to: str) -> str:
        """Say where a browser ends its session at the provider."""
        ...


@dataclass(frozen=True, slots=True)
class SigningIn:
    """What a coordinator does to get in and out.

    ``idle`` is how long a session lives without a request; ``bind`` gives an identity the school that its browser may
    claim, if any, and returns its id; ``note_login`` keeps the day on which somebody signed in for a school.
    """

    provider: IdentityProvider
    logins: Logins
    schools: Schools
    site_url: str
    idle: timedelta
    clock: Clock
    bind: Callable[[str, Identity], str | None]
    note_login: Callable[[str, date], None]

    def start(self, return_to: str, *, fresh: bool = False) -> tuple[LoginTransaction, str]:
        """Begin a log-in; return it and where to send the browser. With ``fresh`` nobody is let through unasked."""
        transaction = openid.begin(own_path(return_to), self.clock() + TIME_TO_LOG_IN, fresh=fresh)
        url = self.provider.authorization_url(transaction)
        self.logins.begin(transaction)
        return transaction, url

    def finish(
        self, answer: Mapping[str, str], browser_state: str, old_cookie: str | None, claim: str = ""
    ) -> tuple[CoordinatorSession, str]:
        """Open a session for whom the provider names; return it and the path to go on to.

        ``browser_state`` is the state that this browser was given: somebody else's log-in must not end here. ``claim``
        is what it was given when it confirmed a school's address. Raise LoginRefused, NoSchool or TryAgain.
        """
        state = answer.get("state", "")
        if not state or not hmac.compare_digest(state.encode(), browser_state.encode()):
            raise LoginRefused(Reason.STATE)
        transaction = self.logins.take(state, self.clock())
        if transaction is None:
            raise LoginRefused(Reason.STATE)
        proven = self.provider.identify(transaction, answer)
        identity = proven.identity
        claimed = self.bind(claim, identity) if claim else None
        schools = self.schools.of_identity(identity)
        if not schools:
            raise NoSchool
        if old_cookie:
            self.logins.end(old_cookie)
        session = self._new_session(proven, schools)
        self.logins.open(session)
        # A coordinator who lost a school just now lost all sessions before this one was there to be found.
        if self.schools.of_identity(identity) != schools:
            self.logins.end(session.cookie)
            raise TryAgain
        for school in schools:
            self.note_login(school.id, deadlines.day_of(self.clock()))
        # Whoever has several schools goes on with the one that they came for.
        named = claimed if len(schools) > 1 else None
        return session, f"{transaction.return_to}?school={named}" if named else transaction.return_to

    def schools_of(self, session: CoordinatorSession) -> Sequence[School]:
        """Return the schools of a signed-in coordinator."""
        return [self.schools.get(school_id) for school_id in session.school_ids]

    def end(self, session: CoordinatorSession) -> str:
        """End a session here; return where to end the provider's."""
        self.logins.end(session.cookie)
        return self.leave()

    def sessions(self, session: CoordinatorSession) -> Sequence[tuple[datetime, bool]]:
        """Say when each session of the same identity began, the newest first, and whether it is the one that asks."""
        ends = sorted(self.logins.ends(self.schools.code(session.identity), self.clock()), reverse=True)
        # None of them when the one that asks is being ended elsewhere.
        asking = ends.index(session.expires_at) if session.expires_at in ends else None
        return [(until - LONGEST_SESSION, place == asking) for place, until in enumerate(ends)]

    def end_everywhere(self, session: CoordinatorSession) -> str:
        """End all sessions of the identity, this one too; return where to end the provider's."""
        self.logins.end_all(self.schools.code(session.identity))
        return self.leave()

    def end_elsewhere(self, token: str) -> None:
        """End all sessions of somebody who logged out at the provider; raise LoginRefused or TryAgain."""
        gone = self.provider.logged_out(token)
        if not self.logins.spend(gone.token, self.clock() + LOGOUT_REMEMBERED):
            raise LoginRefused(Reason.REPLAYED)
        self.logins.end_all(self.schools.code(gone.identity))

    def leave(self) -> str:
        """Say where to end the provider's session; our own home when the provider cannot be asked."""
        home = f"{self.site_url}{HOME}"
        try:
            return self.provider.end_session_url(home)
        except SelfieError:
            return home

    def _new_session(self, proven: Authentication, schools: Sequence[School]) -> CoordinatorSession:
        now = self.clock()
        return CoordinatorSession(
            cookie=secrets.token_urlsafe(_RANDOM_BYTES),
            identity=proven.identity,
            school_ids=tuple(school.id for school in schools),
            csrf_token=secrets.token_urlsafe(_RANDOM_BYTES),
            idle_until=now + self.idle,
            expires_at=now + LONGEST_SESSION,
            authenticated_at=now - proven.age,
        )


def own_path(text: str) -> str:
    """Return a path of our own site, or the home page for anything that could lead elsewhere."""
    # Browsers read «//host» and «/\host» as another site, and drop tabs and line ends before they look.
    elsewhere = text.startswith("//") or "\\" in text or not text.isascii() or not text.isprintable() or " " in text
    return text if text.startswith("/") and not elsewhere and len(text) <= LONGEST_RETURN_TO else HOME
