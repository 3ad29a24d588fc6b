"""What use cases need from outside, as small protocols written for what they ask."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

from selfie.domain.account import AccountLink, LinkPurpose, OldAccount, Role
from selfie.domain.action_plan import ActionPlan
from selfie.domain.badge import IssuedBadge, StatusList
from selfie.domain.company import Joined
from selfie.domain.copies import Copy, Mark, OpenTally, Place
from selfie.domain.data_map import DataMap, Tool
from selfie.domain.exercise import Addressees, Exercise
from selfie.domain.mailbox import Outcome, Troubled
from selfie.domain.public_counts import PublicCounts
from selfie.domain.research import Cell, Contribution, Cut, Release, Row
from selfie.domain.results import Results
from selfie.domain.retention import Access, Counts, Due, Erasure, LastLogin
from selfie.domain.school import Identity, RespondentGroup, School
from selfie.domain.submission import Submission
from selfie.domain.tally import Tally
from selfie.domain.tokens import Token
from selfie.domain.totals import Totals

LONG_AGO: Final = datetime.fromtimestamp(0, UTC)


class Clock(Protocol):
    """Says what time it is."""

    def __call__(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...


class Exercises(Protocol):
    """Exercises and their participation links."""

    def get(self, exercise_id: str) -> Exercise:
        """Raise Unknown when there is none."""
        ...

    def of_school(self, school_id: str) -> Sequence[Exercise]:
        """Return all of a school's, newest session first, levels in order."""
        ...

    def add(self, exercise: Exercise) -> None:
        """Raise ExerciseExists when the id is taken."""
        ...

    def change(self, before: Exercise, after: Exercise) -> Exercise:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s.

        Links that are new in ``after`` begin to answer and those that are gone stop, in the same write; an exercise
        that becomes activated is due after its last day, one that becomes closed is due no more.
        """
        ...

    def remove(self, exercise: Exercise) -> None:
        """Delete a set-up; raise ChangedMeanwhile when the stored version is another."""
        ...

    def find_link(self, link: str) -> Addressees:
        """Return whom a participation link is for; raise Unknown."""
        ...

    def due(self, now: datetime) -> Sequence[str]:
        """Return the ids of activated exercises whose deadline has passed, however long ago, oldest first."""
        ...


class KeptExercises(Exercises, Protocol):
    """Exercises, and which of them nightly deletions have to do with."""

    def set_ups_until(self, school_year: int) -> Sequence[str]:
        """Return the ids of set-ups of this school year or an earlier one that were never activated, oldest first."""
        ...

    def counted_until(self, last_day: date) -> Sequence[str]:
        """Return the ids of closed exercises that ended on this day or earlier and may have counts left."""
        ...

    def nothing_counted_left(self, exercise_id: str) -> None:
        """Note that nothing that was counted is left of a closed exercise."""
        ...


class Leftovers(Protocol):
    """What should have been deleted because its time is over; nothing of it is read but that it is there."""

    def delete_counts(self, exercise_id: str, company_ids: Sequence[str]) -> int:
        """Delete what is left of an exercise's counts, texts, copies and key; return how many items that were."""
        ...

    def plant(self, day: date, expires_at: datetime) -> None:
        """Put an item of a day that is to be deleted by itself into each table."""
        ...

    def outlived(self, planted_on: date) -> int:
        """Say in how many tables the item of a day is still there."""
        ...


class Companies(Protocol):
    """Companies in exercises, and the codes with which they join."""

    def offer(self, code: str, exercise_id: str, expires_at: datetime) -> None:
        """Keep a new code."""
        ...

    def find_code(self, code: str, now: datetime) -> str:
        """Return the exercise of a code and leave it; raise Unknown when it does not work (any more)."""
        ...

    def join(self, code: str, joined: Joined) -> bool:
        """Use a code up; False when it was used meanwhile, or when the company is in the exercise already."""
        ...

    def get(self, exercise_id: str, company_id: str) -> Joined:
        """Raise Unknown when the company is not in the exercise."""
        ...

    def of_exercise(self, exercise_id: str) -> Sequence[Joined]:
        """Return the companies of an exercise."""
        ...

    def of_company(self, company_id: str) -> Sequence[Joined]:
        """Return a company in all its exercises."""
        ...

    def change(self, before: Joined, after: Joined, exercise: Exercise) -> None:
        """Store a change; a link that is new begins to answer, the one before dies. Raise ChangedMeanwhile."""
        ...

    def remove(self, joined: Joined) -> None:
        """Let a company leave; raise ChangedMeanwhile when it is not as it was."""
        ...


class Tallies(Protocol):
    """Counts of submissions; nothing else of a submission is kept."""

    def open(self, exercise: Exercise) -> None:
        """Make the empty tallies of an exercise that is being activated; doing it twice changes nothing."""
        ...

    def record(self, token: Token, submission: Submission, now: datetime) -> None:
        """Count one submission exactly once, in one write.

        Raise AlreadySent when its receipt was counted before, CodeUsed when its slip was, ExerciseClosed, CapReached,
        TryAgain when throttled.
        """
        ...

    def is_used(self, exercise_id: str, group: RespondentGroup, slip: bytes) -> bool:
        """Tell whether a submission with this slip was counted; reads no count."""
        ...

    def open_for_company(self, exercise: Exercise, joined: Joined) -> None:
        """Make the empty tally of a company's trainers; doing it twice changes nothing."""
        ...

    def submitted(self, exercise_id: str, groups: Sequence[RespondentGroup]) -> Mapping[RespondentGroup, int]:
        """Read how many submissions came in, and nothing else; companies' trainers are not among them."""
        ...

    def submitted_of_company(self, exercise_id: str, company_id: str) -> int:
        """Read how many of a company's trainers submitted, and nothing else."""
        ...

    def seal(self, exercise_id: str, group: RespondentGroup, company_id: str = "") -> Tally:
        """Let nothing more be counted and return the final counts; sealing again returns the same."""
        ...

    def open_texts(self, exercise_id: str, group: RespondentGroup) -> Sequence[str]:
        """Return the open answers of accepted submissions, those of companies' trainers among them.

        They come in no order that tells anything.
        """
        ...


class OpenTallies(Protocol):
    """Tallies with all that was counted so far: for copying and restoring alone."""

    def read(self, exercise_id: str, place: Place) -> OpenTally | None:
        """Return a tally as it is now."""
        ...

    def restore(self, exercise: Exercise, place: Place, invited: int, copy: Copy | None) -> bool:
        """Make a tally that is not there, with what is in a copy; add it to one that was made anew after a loss.

        The tally that was copied, and a sealed one, are left alone; return whether anything was written. Raise
        TryAgain when it is being counted too fast.
        """
        ...


class CopyKeys(Protocol):
    """The keys of exercises under which tallies are copied."""

    def destroy(self, exercise_id: str, closes_at: datetime) -> None:
        """Destroy an exercise's key for ever, then delete the copies that nobody can read any more."""
        ...


class Copies(CopyKeys, Protocol):
    """Copies of open tallies, each encrypted under the key of its exercise."""

    def marks(self, exercise_id: str) -> Mapping[Place, Mark]:
        """Return what is remembered of the last copies; nothing once the key is destroyed."""
        ...

    def keep(self, exercise_id: str, place: Place, copy: Copy, last: Mark | None, closes_at: datetime) -> bool:
        """Keep a copy instead of the one before.

        False when another copy was taken since ``last``, and when the key is destroyed: none is ever made again.
        """
        ...

    def find(self, exercise_id: str, place: Place) -> Copy | None:
        """Return the copy of a tally; None when there is none that can be read."""
        ...


class PublishedResults(Protocol):
    """Results, written once; those of a former system can be corrected."""

    def add(
        self,
        results: Results,
        open_answers: Mapping[str, Sequence[str]],
        of_companies: Mapping[str, Results] | None = None,
    ) -> None:
        """Store results, open answers (by unit) and what each company may see unless they are stored: those stay."""
        ...

    def correct(self, results: Results) -> None:
        """Put results in the place of those that were imported; raise ChangedMeanwhile where none of those are."""
        ...

    def of_company(self, exercise_id: str, company_id: str) -> Results | None:
        """Return what a company may see."""
        ...

    def get(self, exercise_id: str) -> Results | None:
        """Return published results."""
        ...

    def open_answers(self, exercise_id: str) -> Mapping[str, Sequence[str]]:
        """Return published open answers by unit."""
        ...


class ActionPlans(Protocol):
    """Action plans, each written as a whole."""

    def get(self, plan_id: str) -> ActionPlan:
        """Raise Unknown when there is none."""
        ...

    def of_school(self, school_id: str) -> Sequence[ActionPlan]:
        """Return all of a school's, newest school year first, levels and areas in order."""
        ...

    def add(self, plan: ActionPlan) -> None:
        """Raise PlanExists when the id is taken."""
        ...

    def change(self, before: ActionPlan, after: ActionPlan) -> ActionPlan:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        ...

    def remove(self, plan: ActionPlan) -> None:
        """Delete a plan; raise ChangedMeanwhile when the stored version is another."""
        ...


class DataMaps(Protocol):
    """Schools' data maps: the tools one by one, and what is said beside them."""

    def get(self, school_id: str) -> DataMap:
        """Return a school's map; one that nobody has written yet has version 0."""
        ...

    def change(self, before: DataMap, after: DataMap) -> DataMap:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        ...

    def tools(self, school_id: str) -> Sequence[Tool]:
        """Return all tools by their numbers."""
        ...

    def tool(self, school_id: str, number: int) -> Tool:
        """Raise Unknown when there is none."""
        ...

    def add_tool(self, school_id: str, tool: Tool) -> None:
        """Raise ChangedMeanwhile when the number is taken."""
        ...

    def change_tool(self, school_id: str, before: Tool, after: Tool) -> Tool:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        ...

    def remove_tool(self, school_id: str, tool: Tool) -> None:
        """Delete a tool; raise ChangedMeanwhile when the stored version is another."""
        ...


class DocumentState(StrEnum):
    """Where a document is on its way."""

    WAITING = "waiting"
    IN_PROGRESS = "in_progress"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A report as a document in one locale; ``attempt`` counts how often it was asked for."""

    locale: str
    state: DocumentState
    attempt: int


class Documents(Protocol):
    """Rendered reports and how far they are."""

    def list(self, exercise_id: str) -> Sequence[DocumentEntry]:
        """Return one entry per locale that was asked for."""
        ...

    def request(self, exercise_id: str, locale: str, overdue_at: datetime) -> DocumentEntry:
        """Note that a document is wanted and return its entry.

        A document that is waiting or in progress keeps its attempt; a ready or failed one gets the next. One that is
        neither ready nor failed at ``overdue_at`` is stuck.
        """
        ...

    def overdue(self, now: datetime) -> Sequence[tuple[str, str]]:
        """Return exercise and locale of each document that should be ready or failed by now, oldest first."""
        ...

    def give_up(self, exercise_id: str, locale: str) -> bool:
        """Note that a document failed, unless it is ready or failed meanwhile; tell whether it was noted."""
        ...

    def set_state(self, exercise_id: str, locale: str, state: DocumentState) -> None:
        """Note how far a document is."""
        ...

    def put(self, exercise_id: str, locale: str, content: bytes) -> str:
        """Store a rendered document and return its key."""
        ...

    def fetch(self, exercise_id: str, locale: str) -> bytes:
        """Return a rendered document; raise Unknown when there is none."""
        ...

    def claim_sending(self, exercise_id: str, locale: str, execution: str) -> bool:
        """Return True to the first who asks for this execution, False to every later one."""
        ...


@dataclass(frozen=True, slots=True)
class StoredList:
    """Where a list lies that a state machine reads."""

    bucket: str
    key: str


class DueLists(Protocol):
    """What a large night has to close, for a state machine to read."""

    def put(self, parts: Sequence[Sequence[str]]) -> StoredList:
        """Keep a list of parts, each a list of exercises, for a day."""
        ...


class TotalsOfNights(Protocol):
    """What operators may know of how much came in: totals over many exercises."""

    def add_exercise(self, submissions: int) -> None:
        """Count a closed exercise and what came in."""
        ...

    def add_refusal(self, code: str) -> None:
        """Count a submission that was refused; never fails, since somebody is waiting for the answer."""
        ...

    def take(self, fewest: int) -> Totals | None:
        """Return the totals and begin anew; None, and nothing changes, while fewer exercises were closed."""
        ...


class ReportBuilding(Protocol):
    """The state machine that builds reports."""

    def start(self, exercise_id: str, locale: str, attempt: int) -> None:
        """Start building under a name made of exercise, locale and attempt; one already started is left alone."""
        ...


class Schools(Protocol):
    """School accounts and who coordinates them."""

    def get(self, school_id: str) -> School:
        """Raise Unknown when there is none."""
        ...

    def of_identity(self, identity: Identity) -> Sequence[School]:
        """Return the schools that an identity is bound to."""
        ...

    def of_email(self, email: str) -> School | None:
        """Return the school that an address belongs to; finding none costs the same as finding one."""
        ...

    def change(self, before: School, after: School) -> School:
        """Store a change with the next version.

        Raise ChangedMeanwhile when the stored version is not ``before``'s, or when an address that is new in ``after``
        belongs to another school. Addresses that are gone are free again.
        """
        ...

    def coordinators(self, school_id: str) -> Mapping[Role, str]:
        """Return the codes that stand for the identities of a school's coordinators."""
        ...

    def coordinate(self, before: School, after: School, coordinators: Mapping[Role, str]) -> School:
        """Store a change with the next version, together with who coordinates the school from now on.

        Raise ChangedMeanwhile when the stored version is not ``before``'s, as it is after any change.
        """
        ...

    def to_remind(self, today: date) -> Sequence[str]:
        """Return the ids of schools whose reminder is due, however long, the longest first."""
        ...

    def code(self, identity: Identity) -> str:
        """Return the code that stands for an identity."""
        ...

    def register(self, school: School, coordinator: Identity) -> bool:
        """Add a new school with its primary coordinator; False when one of its addresses belongs to another."""
        ...

    def add(self, school: School, coordinator: Identity) -> None:
        """Add a school with its primary coordinator, or replace both."""
        ...

    def admit(self, school: School) -> bool:
        """Add a new school that nobody coordinates yet; False when one of its addresses belongs to another."""
        ...

    def adopt(self, before: School, after: School, coordinator: Identity) -> bool:
        """Give a school that nobody coordinates its primary coordinator, and change it with the next version.

        False when somebody coordinates it already, or when the stored version is not ``before``'s.
        """
        ...


class PublicCounters(Protocol):
    """How many schools and people there are in all."""

    def add(self, change: PublicCounts) -> None:
        """Add to the counters; a change that is negative takes away."""
        ...

    def read(self) -> PublicCounts:
        """Return the sums; all nothing before anything was counted."""
        ...


class Mailboxes(Protocol):
    """Whether e-mails arrive at schools' addresses."""

    def note(self, email: str, outcome: Outcome, today: date) -> bool:
        """Note what became of an e-mail; tell whether something was noted: no other address is known afterwards.

        One that arrives ends the trouble of an address, but not that it called one unwanted.
        """
        ...

    def troubles(self, emails: Sequence[str]) -> Mapping[str, Troubled]:
        """Return which of a school's addresses have trouble."""
        ...

    def forget(self, email: str) -> None:
        """Forget what was noted of an address."""
        ...


class Badges(Protocol):
    """Badges of schools, and the lists that say which are revoked."""

    def of_school(self, school_id: str) -> Sequence[IssuedBadge]:
        """Return all of a school's, newest session first."""
        ...

    def find(self, badge_id: str) -> IssuedBadge:
        """Raise Unknown when there is none of exactly this id."""
        ...

    def add(self, issued: IssuedBadge) -> bool:
        """Store a badge; False when the school has one for the session already, which stays."""
        ...

    def next_number(self) -> int:
        """Return a number that no other badge has or will have."""
        ...

    def skip_numbers(self, count: int) -> None:
        """Never give the next numbers: after a restore, badges that are lost here may have them."""
        ...

    def status_list(self, number: int) -> StatusList | None:
        """Return a status list; None when it was never signed."""
        ...

    def put_status_list(self, signed: StatusList) -> None:
        """Store the next version of a list; raise ChangedMeanwhile unless the stored one is the version before."""
        ...


class Signer(Protocol):
    """The keys that sign badges (Ed25519); those that may not sign any more still verify what they signed."""

    def public_keys(self) -> Sequence[bytes]:
        """Return the public keys, 32 bytes each, the one that signs first."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign at most 4,096 bytes with the first key."""
        ...


class AccountLinks(Protocol):
    """Links that were sent by e-mail, stored as hashes, and puzzles that were solved."""

    def add(self, token: str, link: AccountLink) -> None:
        """Keep what stands behind a new link."""
        ...

    def find(self, purpose: LinkPurpose, token: str, now: datetime) -> AccountLink | None:
        """Return what stands behind a link and leave it; None when unknown, used or too old."""
        ...

    def take(self, purpose: LinkPurpose, token: str, now: datetime) -> AccountLink | None:
        """Return what stands behind a link, to one only; None when unknown, used or too old."""
        ...

    def spend(self, puzzle: str, expires_at: datetime) -> bool:
        """Return True to the first who shows a solved puzzle, False to every later one until it expires."""
        ...


class OldAccounts(Protocol):
    """What is left of accounts of the former system."""

    def put(self, account: OldAccount) -> None:
        """Keep a school's old account instead of what was kept of it before."""
        ...

    def find(self, school_id: str, now: datetime) -> OldAccount | None:
        """Return a school's old account; None when there is none, or no longer."""
        ...

    def remove(self, school_id: str) -> None:
        """Forget a school's old account; there need be none."""
        ...


class Attempts(Protocol):
    """How often something was tried, under names that tell nothing."""

    def allow(self, name: str, most: int, expires_at: datetime) -> bool:
        """Count one more attempt and return True, or return False when there were as many as are allowed."""
        ...


@dataclass(frozen=True, slots=True)
class LoginTransaction:
    """A log-in under way; ``verifier`` is PKCE's. With ``fresh`` the provider has to ask again who somebody is."""

    state: str
    nonce: str
    verifier: str
    return_to: str
    expires_at: datetime
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class CoordinatorSession:
    """A signed-in coordinator; 30 minutes idle, 8 hours in all.

    ``authenticated_at`` is when the provider last asked who they are; the default is longer ago than anything asks for.
    """

    cookie: str
    identity: Identity
    school_ids: tuple[str, ...]
    csrf_token: str
    idle_until: datetime
    expires_at: datetime
    authenticated_at: datetime = LONG_AGO


class Logins(Protocol):
    """Log-ins under way and coordinators' sessions; cookies and states are stored as hashes."""

    def begin(self, transaction: LoginTransaction) -> None:
        """Keep a log-in until the provider answers."""
        ...

    def take(self, state: str, now: datetime) -> LoginTransaction | None:
        """Return a log-in under way once; None when unknown, used or too old."""
        ...

    def open(self, session: CoordinatorSession) -> None:
        """Keep a new session."""
        ...

    def find(self, cookie: str, now: datetime) -> CoordinatorSession | None:
        """Return a live session and keep it from going idle; None when unknown or over."""
        ...

    def end(self, cookie: str) -> None:
        """End a session."""
        ...

    def end_all(self, code: str) -> None:
        """End every session of the identity that a code stands for."""
        ...

    def ends(self, code: str, now: datetime) -> Sequence[datetime]:
        """Return when each live session of the identity that a code stands for ends at the latest."""
        ...

    def spend(self, logout: str, expires_at: datetime) -> bool:
        """Return True to the first who shows a provider's word that somebody logged out, False to every later one."""
        ...


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Email:
    """A message to all addresses of a school, as text and HTML."""

    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


class Mailer(Protocol):
    """Sends e-mail."""

    def send(self, email: Email) -> None:
        """Hand a message over; raise TryAgain when it was not taken, MaybeSent when nobody knows."""
        ...


@dataclass(frozen=True, slots=True)
class StoredItem:
    """Anything that is stored of a school: ``kind`` as the register names it, values as JSON has them."""

    kind: str
    key: tuple[str, str]
    attributes: Mapping[str, Any]


class WholeSchool(Protocol):
    """Everything that is stored of a school, wherever it lies; counts of answers are erased but never read."""

    def items(self, school_id: str) -> Sequence[StoredItem]:
        """Return every item; none when there is no such school."""
        ...

    def kinds(self, school_id: str) -> Counts:
        """Count what lies under the school's own keys, by kind, without reading anything of it."""
        ...

    def documents(self, school_id: str) -> Sequence[tuple[str, int]]:
        """Name every stored file with its size in bytes."""
        ...

    def document(self, name: str) -> bytes:
        """Return a stored file; raise Unknown when it is gone."""
        ...

    def erase(self, school_id: str) -> Counts:
        """Delete everything, the account last, and count it by kind; doing it again ends what was begun."""
        ...


class Leaving(Protocol):
    """What is to happen to accounts: wishes to be erased, last log-ins, and what was erased."""

    def erasure(self, school_id: str) -> Erasure | None:
        """Return a school's wish to be erased."""
        ...

    def ask(self, erasure: Erasure) -> bool:
        """Keep a wish; False when there is one already, or no such school."""
        ...

    def take_back(self, school_id: str) -> bool:
        """Forget a wish; False when there is none (any more)."""
        ...

    def signed_in(self, school_id: str, day: date) -> None:
        """Note that somebody signed in; reminders begin anew."""
        ...

    def last_login(self, school_id: str) -> LastLogin | None:
        """Return the last log-in."""
        ...

    def step_taken(self, before: LastLogin) -> bool:
        """Note that a reminder goes out; False when somebody has signed in meanwhile or another night was faster."""
        ...

    def step_not_taken(self, before: LastLogin) -> None:
        """Take back that a reminder goes out, because it could not; nothing when somebody has signed in meanwhile."""
        ...

    def due(self, today: date) -> Sequence[Due]:
        """Return what is to be done by today, whatever earlier nights missed included."""
        ...

    def schools(self) -> Iterator[str]:
        """Yield the ids of all schools that anybody ever signed in for."""
        ...

    def remember_erased(self, school_id: str, until: datetime) -> None:
        """Keep a one-way hash of an erased school's id while backups may hold the school."""
        ...

    def was_erased(self, school_id: str) -> bool:
        """Tell whether a school was erased."""
        ...

    def note_access(self, school_id: str, access: Access) -> None:
        """Write down that support looks at an account; raise Unknown when there is none."""
        ...

    def accesses(self, school_id: str) -> Sequence[Access]:
        """Return support's looks at an account, newest first."""
        ...


class SchoolSeal(Protocol):
    """Hides which school contributed: who seals cannot open."""

    def seal(self, school_id: str) -> bytes:
        """Return something that is another one every time and that the release job alone can open."""
        ...


class Pseudonyms(Protocol):
    """Tells the release job which contributions are of the same school, for one study and no other."""

    def of(self, study: str, sealed: Sequence[bytes]) -> Sequence[str]:
        """Return what stands for the schools within a study, in the same order."""
        ...


class Contributions(Protocol):
    """What exercises give to research, one file each."""

    def add(self, exercise_id: str, contribution: Contribution) -> None:
        """Keep a contribution; doing it again changes nothing."""
        ...

    def cuts(self, session_id: str) -> Sequence[Cut]:
        """Return which there are of a session, in order."""
        ...

    def names(self, cut: Cut) -> Sequence[str]:
        """Name those of a cut."""
        ...

    def fetch(self, names: Sequence[str]) -> Iterator[tuple[str, Contribution]]:
        """Yield contributions one by one, without those that were erased meanwhile."""
        ...


class ResearchTables(Protocol):
    """What was totalled, each written once, and the files that leave."""

    def frozen_cuts(self, session_id: str) -> Sequence[Cut]:
        """Return of which cuts a session has tables, in order."""
        ...

    def frozen(self, cut: Cut) -> Sequence[Cell] | None:
        """Return the frozen table of a cut."""
        ...

    def freeze(self, cut: Cut, cells: Sequence[Cell]) -> None:
        """Keep the table of a cut unless there is one: that stays."""
        ...

    def studies(self) -> frozenset[frozenset[str]]:
        """Return which sessions were linked with one another, whatever the ledger says: it may have been restored."""
        ...

    def linked(self, cut: Cut, since: str) -> Sequence[Row] | None:
        """Return the rows of a linked study."""
        ...

    def keep_linked(self, cut: Cut, since: str, rows: Sequence[Row]) -> None:
        """Keep the rows of a linked study unless there are some: those stay."""
        ...

    def put(self, release: Release, name: str, file: Path) -> None:
        """Store a file of a release where its recipient may read it."""
        ...


class ResearchLedger(Protocol):
    """What was frozen, linked and released."""

    def is_frozen(self, session_id: str) -> bool:
        """Tell whether a session takes no more contributions."""
        ...

    def freeze(self, session_id: str, on: date) -> None:
        """Let a session take no more contributions; doing it twice changes nothing."""
        ...

    def link(self, session_id: str, since: str) -> None:
        """Link two frozen sessions; raise LinkedElsewhere when one of them is linked with another one."""
        ...

    def add(self, release: Release) -> None:
        """Enter a release into the public register."""
        ...

    def releases(self) -> Sequence[Release]:
        """Return the public register, newest first."""
        ...
