"""Links, log-ins and old accounts, in dictionaries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock

from selfie.adapters import keys, lifetimes
from selfie.domain.account import AccountLink, LinkPurpose, OldAccount
from selfie.ports import CoordinatorSession, LoginTransaction


class MemoryAccountLinks:
    """Links in e-mails and solved puzzles in dictionaries."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._links: dict[tuple[LinkPurpose, str], AccountLink] = {}
        self._spent: dict[str, datetime] = {}

    def add(self, token: str, link: AccountLink) -> None:
        """Keep what stands behind a new link."""
        with self._lock:
            self._links[link.purpose, token] = link

    def find(self, purpose: LinkPurpose, token: str, now: datetime) -> AccountLink | None:
        """Return what stands behind a link and leave it; None when unknown, used or too old."""
        with self._lock:
            link = self._links.get((purpose, token))
        return link if link and now < link.expires_at else None

    def take(self, purpose: LinkPurpose, token: str, now: datetime) -> AccountLink | None:
        """Return what stands behind a link, to one only; None when unknown, used or too old."""
        with self._lock:
            link = self._links.pop((purpose, token), None)
        return link if link and now < link.expires_at else None

    def spend(self, puzzle: str, expires_at: datetime) -> bool:
        """Return True to the first who shows a solved puzzle, False to every later one."""
        with self._lock:
            if puzzle in self._spent:
                return False
            self._spent[puzzle] = expires_at
        return True


class MemoryOldAccounts:
    """What is left of old accounts in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._accounts: dict[str, OldAccount] = {}

    def put(self, account: OldAccount) -> None:
        """Keep a school's old account instead of what was kept of it before."""
        with self._lock:
            self._accounts[account.school_id] = account

    def find(self, school_id: str, now: datetime) -> OldAccount | None:
        """Return a school's old account; None when there is none, or no longer."""
        with self._lock:
            account = self._accounts.get(school_id)
        return account if account and now < account.expires_at else None

    def remove(self, school_id: str) -> None:
        """Forget a school's old account; there need be none."""
        with self._lock:
            self._accounts.pop(school_id, None)


class MemoryAttempts:
    """Attempts in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.made: dict[str, int] = {}

    def allow(self, name: str, most: int, expires_at: datetime) -> bool:
        """Count one more attempt and return True, or return False when there were as many as are allowed."""
        with self._lock:
            if self.made.get(name, 0) >= most:
                return False
            self.made[name] = self.made.get(name, 0) + 1
        return True


class MemoryLogins:
    """Log-ins under way and coordinators' sessions in dictionaries."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._transactions: dict[str, LoginTransaction] = {}
        self._sessions: dict[str, CoordinatorSession] = {}
        self._spent: set[str] = set()

    def begin(self, transaction: LoginTransaction) -> None:
        """Keep a log-in until the provider answers."""
        with self._lock:
            self._transactions[transaction.state] = transaction

    def take(self, state: str, now: datetime) -> LoginTransaction | None:
        """Return a log-in under way once; None when unknown, used or too old."""
        with self._lock:
            transaction = self._transactions.pop(state, None)
        return transaction if transaction and now < transaction.expires_at else None

    def open(self, session: CoordinatorSession) -> None:
        """Keep a new session."""
        with self._lock:
            self._sessions[session.cookie] = session

    def find(self, cookie: str, now: datetime) -> CoordinatorSession | None:
        """Return a live session and keep it from going idle; None when unknown or over."""
        with self._lock:
            session = self._sessions.get(cookie)
            if session is None or now >= session.idle_until or now >= session.expires_at:
                return None
            self._sessions[cookie] = replace(session, idle_until=now + lifetimes.IDLE)
            return self._sessions[cookie]

    def end(self, cookie: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(cookie, None)

    def end_all(self, code: str) -> None:
        """End every session of the identity that a code stands for."""
        with self._lock:
            ended = [c for c, session in self._sessions.items() if keys.identity_hash(session.identity) == code]
            for cookie in ended:
                del self._sessions[cookie]

    def ends(self, code: str, now: datetime) -> Sequence[datetime]:
        """Return when each live session of the identity that a code stands for ends at the latest."""
        with self._lock:
            return [
                session.expires_at
                for session in self._sessions.values()
                if keys.identity_hash(session.identity) == code and now < min(session.idle_until, session.expires_at)
            ]

    def spend(self, logout: str, expires_at: datetime) -> bool:
        """Return True to the first who shows a provider's word that somebody logged out, False to every later one."""
        with self._lock:
            if logout in self._spent:
                return False
            self._spent.add(logout)
        return True
