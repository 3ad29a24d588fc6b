"""Schools, their mailboxes and how they leave, in dictionaries."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from threading import Lock

from selfie.adapters import keys
from selfie.domain.account import Role
from selfie.domain.errors import (
    ChangedMeanwhile,
    Unknown,
)
from selfie.domain.mailbox import MOST_MISSES, Outcome, Trouble, Troubled
from selfie.domain.retention import Access, Counts, Due, Erasure, LastLogin, Step
from selfie.domain.school import Identity, School
from selfie.ports import Email, StoredItem


class MemorySchools:
    """School accounts in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._schools: dict[str, School] = {}
        self._coordinators: dict[str, dict[Role, str]] = {}
        self._claims: dict[str, str] = {}

    def get(self, school_id: str) -> School:
        """Raise Unknown when there is none."""
        with self._lock:
            if school_id not in self._schools:
                raise Unknown
            return self._schools[school_id]

    def of_identity(self, identity: Identity) -> Sequence[School]:
        """Return the schools that an identity is bound to."""
        with self._lock:
            code = keys.identity_hash(identity)
            ids = sorted(school_id for school_id, held in self._coordinators.items() if code in held.values())
            return tuple(self._schools[school_id] for school_id in ids)

    def of_email(self, email: str) -> School | None:
        """Return the school that an address belongs to."""
        with self._lock:
            return self._schools.get(self._claims.get(email, ""))

    def change(self, before: School, after: School) -> School:
        """Store a change with the next version; raise ChangedMeanwhile."""
        return self._change(before, after, None)

    def coordinate(self, before: School, after: School, coordinators: Mapping[Role, str]) -> School:
        """Store a change with the next version and who coordinates the school from now on; raise ChangedMeanwhile."""
        return self._change(before, after, coordinators)

    def to_remind(self, today: date) -> Sequence[str]:
        """Return the ids of schools whose reminder is due, however long, the longest first."""
        with self._lock:
            due = [(school.remind_on, school.id) for school in self._schools.values() if school.remind_on]
        return [school_id for day, school_id in sorted(due) if day <= today]

    def _change(self, before: School, after: School, coordinators: Mapping[Role, str] | None) -> School:
        stored = replace(after, version=before.version + 1)
        with self._lock:
            there = self._schools.get(before.id)
            taken = any(self._claims.get(email, before.id) != before.id for email in after.emails)
            if there is None or there.version != before.version or taken:
                raise ChangedMeanwhile
            for email in before.emails:
                self._claims.pop(email, None)
            self._schools[stored.id] = stored
            self._claims |= dict.fromkeys(stored.emails, stored.id)
            if coordinators is not None:
                self._coordinators[stored.id] = dict(coordinators)
        return stored

    def coordinators(self, school_id: str) -> Mapping[Role, str]:
        """Return the codes that stand for the identities of a school's coordinators."""
        with self._lock:
            return dict(self._coordinators.get(school_id, {}))

    def code(self, identity: Identity) -> str:
        """Return the code that stands for an identity."""
        return keys.identity_hash(identity)

    def register(self, school: School, coordinator: Identity) -> bool:
        """Add a new school with its primary coordinator; False when one of its addresses belongs to another."""
        with self._lock:
            if any(email in self._claims for email in school.emails):
                return False
            self._put(school, coordinator)
        return True

    def add(self, school: School, coordinator: Identity) -> None:
        """Add a school with its primary coordinator, or replace both."""
        with self._lock:
            self._put(school, coordinator)

    def admit(self, school: School) -> bool:
        """Add a new school that nobody coordinates yet; False when one of its addresses belongs to another."""
        with self._lock:
            if school.id in self._schools or any(email in self._claims for email in school.emails):
                return False
            self._schools[school.id] = school
            self._claims |= dict.fromkeys(school.emails, school.id)
        return True

    def adopt(self, before: School, after: School, coordinator: Identity) -> bool:
        """Give a school that nobody coordinates its primary coordinator, and change it; False when it cannot be."""
        with self._lock:
            there = self._schools.get(before.id)
            if there is None or there.version != before.version or self._coordinators.get(before.id):
                return False
            self._schools[before.id] = replace(after, version=before.version + 1)
            self._coordinators[before.id] = {Role.PRIMARY: keys.identity_hash(coordinator)}
        return True

    def forget(self, school_id: str) -> None:
        """Take a school away, as its erasure does."""
        with self._lock:
            for email in self._schools.pop(school_id).emails:
                self._claims.pop(email, None)
            self._coordinators.pop(school_id, None)

    def _put(self, school: School, coordinator: Identity) -> None:
        self._schools[school.id] = school
        self._coordinators.setdefault(school.id, {})[Role.PRIMARY] = keys.identity_hash(coordinator)
        self._claims |= dict.fromkeys(school.emails, school.id)


class MemoryMailer:
    """Keeps what was sent in ``sent``."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.sent: list[Email] = []

    def send(self, email: Email) -> None:
        """Keep a message."""
        with self._lock:
            self.sent.append(email)


class MemoryMailboxes:
    """What is known of addresses in dictionaries; every address is a school's but those in ``strangers``."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._troubles: dict[str, Troubled] = {}
        self._misses: Counter[str] = Counter()
        self.strangers: set[str] = set()

    def note(self, email: str, outcome: Outcome, today: date) -> bool:
        """Note what became of an e-mail; tell whether something was noted."""
        with self._lock:
            before = self._troubles.get(email)
            if email in self.strangers:
                return False
            if outcome is Outcome.MISSED:
                self._misses[email] += 1
                if self._misses[email] < MOST_MISSES:
                    return True
            unwanted = before is not None and before.trouble is Trouble.UNWANTED
            if outcome is Outcome.UNWANTED:
                self._troubles[email] = Troubled(email, Trouble.UNWANTED, today)
            elif unwanted:
                return outcome is Outcome.MISSED
            elif outcome is Outcome.DELIVERED:
                self._troubles.pop(email, None)
                self._misses.pop(email, None)
            else:
                self._troubles[email] = before or Troubled(email, Trouble.BOUNCED, today)
            return True

    def troubles(self, emails: Sequence[str]) -> Mapping[str, Troubled]:
        """Return which of a school's addresses have trouble."""
        with self._lock:
            return {email: self._troubles[email] for email in emails if email in self._troubles}

    def forget(self, email: str) -> None:
        """Forget what was noted of an address."""
        with self._lock:
            self._troubles.pop(email, None)
            self._misses.pop(email, None)


class MemoryLeaving:
    """What is to happen to accounts in dictionaries; ``known`` says which schools there are."""

    def __init__(self, known: Callable[[str], bool]) -> None:
        self._lock = Lock()
        self._known = known
        self._erasures: dict[str, Erasure] = {}
        self._logins: dict[str, LastLogin] = {}
        self._erased: set[str] = set()
        self._accesses: dict[str, list[Access]] = {}

    def erasure(self, school_id: str) -> Erasure | None:
        """Return a school's wish to be erased."""
        return self._erasures.get(school_id) if self._known(school_id) else None

    def ask(self, erasure: Erasure) -> bool:
        """Keep a wish; False when there is one already, or no such school."""
        with self._lock:
            if not self._known(erasure.school_id) or erasure.school_id in self._erasures:
                return False
            self._erasures[erasure.school_id] = erasure
        return True

    def take_back(self, school_id: str) -> bool:
        """Forget a wish; False when there is none (any more)."""
        with self._lock:
            return self._erasures.pop(school_id, None) is not None

    def signed_in(self, school_id: str, day: date) -> None:
        """Note that somebody signed in; reminders begin anew."""
        if self._known(school_id):
            self._logins[school_id] = LastLogin(school_id, day)

    def last_login(self, school_id: str) -> LastLogin | None:
        """Return the last log-in."""
        return self._logins.get(school_id)

    def step_taken(self, before: LastLogin) -> bool:
        """Note that a reminder goes out; False when somebody has signed in meanwhile or another night was faster."""
        with self._lock:
            if self._logins.get(before.school_id) != before:
                return False
            self._logins[before.school_id] = replace(before, steps=before.steps + 1)
        return True

    def step_not_taken(self, before: LastLogin) -> None:
        """Take back that a reminder goes out, because it could not; nothing when somebody has signed in meanwhile."""
        with self._lock:
            if self._logins.get(before.school_id) == replace(before, steps=before.steps + 1):
                self._logins[before.school_id] = before

    def due(self, today: date) -> Sequence[Due]:
        """Return what is to be done by today, whatever earlier nights missed included."""
        erasures = [
            Due(wish.school_id, Step.ERASE, wish.on)
            for wish in self._erasures.values()
            if wish.on <= today and self._known(wish.school_id)
        ]
        asked = {due.school_id for due in erasures}
        idle = [login for login in self._logins.values() if self._known(login.school_id)]
        return [
            *erasures,
            *(
                Due(login.school_id, login.next_step, login.next_day)
                for login in sorted(idle, key=lambda login: login.next_day)
                if login.next_day <= today and login.school_id not in asked
            ),
        ]

    def schools(self) -> Iterator[str]:
        """Yield the ids of all schools that anybody ever signed in for."""
        return (school_id for school_id in self._logins if self._known(school_id))

    def remember_erased(self, school_id: str, until: datetime) -> None:
        """Keep that a school was erased."""
        self._erased.add(school_id)

    def was_erased(self, school_id: str) -> bool:
        """Tell whether a school was erased."""
        return school_id in self._erased

    def note_access(self, school_id: str, access: Access) -> None:
        """Write down that support looks at an account; raise Unknown when there is none."""
        if not self._known(school_id):
            raise Unknown
        self._accesses.setdefault(school_id, []).append(access)

    def accesses(self, school_id: str) -> Sequence[Access]:
        """Return support's looks at an account, newest first."""
        return sorted(self._accesses.get(school_id, ()), key=lambda access: access.at, reverse=True)


class MemoryWholeSchool:
    """Items and documents of schools in dictionaries; ``gone`` is told of every school that is erased."""

    def __init__(self, gone: Callable[[str], None]) -> None:
        self._gone = gone
        self.stored: dict[str, list[StoredItem]] = {}
        self.files: dict[str, dict[str, bytes]] = {}

    def items(self, school_id: str) -> Sequence[StoredItem]:
        """Return every item."""
        return self.stored.get(school_id, ())

    def kinds(self, school_id: str) -> Counts:
        """Count items by kind."""
        return dict(Counter(item.kind for item in self.items(school_id)))

    def documents(self, school_id: str) -> Sequence[tuple[str, int]]:
        """Name every file with its size."""
        return [(name, len(content)) for name, content in self.files.get(school_id, {}).items()]

    def document(self, name: str) -> bytes:
        """Return a file; raise Unknown when it is gone."""
        for files in self.files.values():
            if name in files:
                return files[name]
        raise Unknown

    def erase(self, school_id: str) -> Counts:
        """Delete everything and count it by kind."""
        counts = Counter(self.kinds(school_id)) + Counter(document=len(self.files.get(school_id, {})))
        self.stored.pop(school_id, None)
        self.files.pop(school_id, None)
        self._gone(school_id)
        return dict(counts)
