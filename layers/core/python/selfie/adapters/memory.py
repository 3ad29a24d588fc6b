"""In-memory fakes of every port, safe for threads; tests/integration/test_store_contract.py holds them to it."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Lock
from typing import Final

from selfie.adapters import keys, lifetimes
from selfie.adapters.order import newest_first, newest_plans_first
from selfie.domain import deadlines
from selfie.domain.account import AccountLink, LinkPurpose, OldAccount, Role
from selfie.domain.action_plan import ActionPlan
from selfie.domain.badge import IssuedBadge, StatusList, parse_badge_id
from selfie.domain.company import Joined
from selfie.domain.copies import Copy, Mark, OpenTally, Place, with_copy
from selfie.domain.data_map import DataMap, Tool
from selfie.domain.errors import (
    AlreadySent,
    CapReached,
    ChangedMeanwhile,
    CodeUsed,
    ExerciseClosed,
    ExerciseExists,
    PlanExists,
    Unknown,
)
from selfie.domain.exercise import Addressees, Exercise, State
from selfie.domain.mailbox import MOST_MISSES, Outcome, Trouble, Troubled
from selfie.domain.public_counts import PublicCounts
from selfie.domain.results import Results
from selfie.domain.retention import Access, Counts, Due, Erasure, LastLogin, Step
from selfie.domain.school import Identity, RespondentGroup, School
from selfie.domain.submission import Submission
from selfie.domain.tally import Tally, cap, receipt_slot, stale_slot
from selfie.domain.tokens import Token
from selfie.domain.totals import REFUSALS, Totals
from selfie.ports import (
    CoordinatorSession,
    DocumentEntry,
    DocumentState,
    Email,
    LoginTransaction,
    StoredItem,
    StoredList,
)

BUILDING: Final = (DocumentState.WAITING, DocumentState.IN_PROGRESS)


@dataclass(slots=True)
class StoppedClock:
    """A clock that shows one instant until it is set to another."""

    instant: datetime

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.instant


class MemoryExercises:
    """Exercises and their links in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._exercises: dict[str, Exercise] = {}
        self._links: dict[str, Addressees] = {}
        self._uncounted: set[str] = set()

    def get(self, exercise_id: str) -> Exercise:
        """Raise Unknown when there is none."""
        with self._lock:
            if exercise_id not in self._exercises:
                raise Unknown
            return self._exercises[exercise_id]

    def of_school(self, school_id: str) -> Sequence[Exercise]:
        """Return all of a school's, newest session first, levels in order."""
        with self._lock:
            return newest_first(entry for entry in self._exercises.values() if entry.school_id == school_id)

    def add(self, exercise: Exercise) -> None:
        """Raise ExerciseExists when the id is taken."""
        with self._lock:
            if exercise.id in self._exercises:
                raise ExerciseExists
            self._exercises[exercise.id] = exercise
            self._replace_links({}, exercise)

    def change(self, before: Exercise, after: Exercise) -> Exercise:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        stored = replace(after, version=before.version + 1)
        with self._lock:
            self._check_version(before)
            self._exercises[stored.id] = stored
            self._replace_links(before.links or {}, stored)
        return stored

    def remove(self, exercise: Exercise) -> None:
        """Delete a set-up; raise ChangedMeanwhile when the stored version is another."""
        with self._lock:
            self._check_version(exercise)
            del self._exercises[exercise.id]

    def find_link(self, link: str) -> Addressees:
        """Return whom a participation link is for; raise Unknown."""
        with self._lock:
            if link not in self._links:
                raise Unknown
            return self._links[link]

    def due(self, now: datetime) -> Sequence[str]:
        """Return the ids of activated exercises whose deadline has passed, however long ago, oldest first."""
        with self._lock:
            passed: list[tuple[date, str]] = [
                (entry.last_day, entry.id)
                for entry in self._exercises.values()
                if entry.state is State.ACTIVATED and entry.last_day and deadlines.closes_at(entry.last_day) <= now
            ]
        return tuple(exercise_id for _, exercise_id in sorted(passed))

    def set_ups_until(self, school_year: int) -> Sequence[str]:
        """Return the ids of set-ups of this school year or an earlier one that were never activated, oldest first."""
        with self._lock:
            found = [(e.session_id, e.id) for e in self._exercises.values() if e.state is State.SET_UP]
        return [of for session, of in sorted(found) if int(session.partition("-")[0]) <= school_year]

    def counted_until(self, last_day: date) -> Sequence[str]:
        """Return the ids of closed exercises that ended on this day or earlier and may have counts left."""
        with self._lock:
            found = [(e.last_day, e.id) for e in self._exercises.values() if e.state is State.CLOSED and e.last_day]
        return [of for ended, of in sorted(found) if ended <= last_day and of not in self._uncounted]

    def nothing_counted_left(self, exercise_id: str) -> None:
        """Note that nothing that was counted is left of a closed exercise."""
        with self._lock:
            self._uncounted.add(exercise_id)

    def _check_version(self, exercise: Exercise) -> None:
        stored = self._exercises.get(exercise.id)
        if stored is None or stored.version != exercise.version:
            raise ChangedMeanwhile

    def _replace_links(self, gone: Mapping[RespondentGroup, str], exercise: Exercise) -> None:
        for link in gone.values():
            self._links.pop(link, None)
        for group, link in (exercise.links or {}).items():
            self._links[link] = Addressees(exercise.id, group)

    def replace_company_link(self, before: Joined, after: Joined) -> None:
        """Let a company's link answer instead of the one before; ``MemoryCompanies`` asks for it."""
        with self._lock:
            self._links.pop(before.link, None)
            self._links[after.link] = Addressees(
                after.exercise_id, RespondentGroup.IN_COMPANY_TRAINER, after.company_id
            )


class MemoryCompanies:
    """Companies in exercises in dictionaries; their links lie with the others."""

    def __init__(self, exercises: MemoryExercises) -> None:
        self._lock = Lock()
        self._exercises = exercises
        self._codes: dict[str, tuple[str, datetime]] = {}
        self._joined: dict[tuple[str, str], Joined] = {}

    def offer(self, code: str, exercise_id: str, expires_at: datetime) -> None:
        """Keep a new code."""
        with self._lock:
            self._codes[code] = (exercise_id, expires_at)

    def find_code(self, code: str, now: datetime) -> str:
        """Return the exercise of a code and leave it; raise Unknown when it does not work (any more)."""
        with self._lock:
            exercise_id, expires_at = self._codes.get(code, ("", now))
        if now >= expires_at:
            raise Unknown
        return exercise_id

    def join(self, code: str, joined: Joined) -> bool:
        """Use a code up; False when it was used meanwhile, or when the company is in the exercise already."""
        with self._lock:
            if code not in self._codes or (joined.exercise_id, joined.company_id) in self._joined:
                return False
            del self._codes[code]
            self._joined[joined.exercise_id, joined.company_id] = joined
        return True

    def get(self, exercise_id: str, company_id: str) -> Joined:
        """Raise Unknown when the company is not in the exercise."""
        with self._lock:
            if (exercise_id, company_id) not in self._joined:
                raise Unknown
            return self._joined[exercise_id, company_id]

    def of_exercise(self, exercise_id: str) -> Sequence[Joined]:
        """Return the companies of an exercise."""
        with self._lock:
            return tuple(entry for (of, _), entry in sorted(self._joined.items()) if of == exercise_id)

    def of_company(self, company_id: str) -> Sequence[Joined]:
        """Return a company in all its exercises."""
        with self._lock:
            return tuple(entry for (_, of), entry in sorted(self._joined.items()) if of == company_id)

    def change(self, before: Joined, after: Joined, exercise: Exercise) -> None:  # noqa: ARG002  the port's signature
        """Store a change; a link that is new begins to answer, the one before dies. Raise ChangedMeanwhile."""
        with self._lock:
            self._check(before)
            self._joined[after.exercise_id, after.company_id] = after
        if after.link != before.link:
            self._exercises.replace_company_link(before, after)

    def remove(self, joined: Joined) -> None:
        """Let a company leave; raise ChangedMeanwhile when it is not as it was."""
        with self._lock:
            self._check(joined)
            del self._joined[joined.exercise_id, joined.company_id]

    def _check(self, before: Joined) -> None:
        if self._joined.get((before.exercise_id, before.company_id)) != before:
            raise ChangedMeanwhile


@dataclass(slots=True)
class _Counters:
    """What is kept of one group's submissions; ``seen`` holds receipts by slot of the ring, ``slips`` used ones."""

    closes_at: datetime
    cap: int
    submissions: int = 0
    sealed: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    seen: dict[int, set[bytes]] = field(default_factory=dict)
    slips: set[bytes] = field(default_factory=set)
    opening: bytes = field(default_factory=lambda: secrets.token_bytes(8))


class MemoryTallies:
    """Counts of submissions in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        # By exercise, group, and company where one has a tally of its own.
        self._counters: dict[tuple[str, RespondentGroup, str], _Counters] = {}
        self._texts: dict[tuple[str, RespondentGroup], dict[str, str]] = {}

    def open(self, exercise: Exercise) -> None:
        """Make the empty tallies of an exercise that is being activated; doing it twice changes nothing."""
        for group in exercise.groups:
            self._open(exercise, group, "", exercise.numbers[group])

    def open_for_company(self, exercise: Exercise, joined: Joined) -> None:
        """Make the empty tally of a company's trainers; doing it twice changes nothing."""
        self._open(exercise, RespondentGroup.IN_COMPANY_TRAINER, joined.company_id, joined.trainers)

    def _open(self, exercise: Exercise, group: RespondentGroup, company_id: str, invited: int) -> None:
        if exercise.last_day is None:
            raise ValueError("an exercise without dates has no tallies")
        key = (exercise.id, group, company_id)
        with self._lock:
            there = self._counters.get(key)
            if there is None or (there.submissions == 0 and not there.sealed):
                self._counters[key] = _Counters(deadlines.closes_at(exercise.last_day), cap(invited))

    def record(self, token: Token, submission: Submission, now: datetime) -> None:
        """Count one submission exactly once; raise AlreadySent, CodeUsed, ExerciseClosed, CapReached or Unknown."""
        slot, stale = receipt_slot(token.issued_at), stale_slot(token.issued_at, now)
        with self._lock:
            counters = self._of(token.exercise_id, token.group, token.company_id)
            if token.receipt in counters.seen.get(slot, ()):
                raise AlreadySent
            if counters.sealed or now >= counters.closes_at:
                raise ExerciseClosed
            if token.slip in counters.slips:
                raise CodeUsed
            if counters.submissions >= counters.cap:
                raise CapReached
            counters.slips |= {token.slip} if token.slip else set()
            counters.submissions += 1
            for name in submission.counters:
                counters.counts[name] = counters.counts.get(name, 0) + 1
            counters.seen.pop(stale, None)
            counters.seen.setdefault(slot, set()).add(token.receipt)
            texts = self._texts.setdefault((token.exercise_id, token.group), {})
            for question, text in submission.open_texts.items():
                key = keys.open_text(token.exercise_id, token.group, token.receipt, question)
                texts[key["SK"]["S"]] = text

    def is_used(self, exercise_id: str, group: RespondentGroup, slip: bytes) -> bool:
        """Tell whether a submission with this slip was counted; none was where there is no tally."""
        with self._lock:
            counters = self._counters.get((exercise_id, group, ""))
            return counters is not None and slip in counters.slips

    def submitted(self, exercise_id: str, groups: Sequence[RespondentGroup]) -> Mapping[RespondentGroup, int]:
        """Read how many submissions came in; none where there is no tally."""
        with self._lock:
            tallies = {group: self._counters.get((exercise_id, group, "")) for group in groups}
            return {group: counters.submissions if counters else 0 for group, counters in tallies.items()}

    def submitted_of_company(self, exercise_id: str, company_id: str) -> int:
        """Read how many of a company's trainers submitted; none where there is no tally."""
        with self._lock:
            counters = self._counters.get((exercise_id, RespondentGroup.IN_COMPANY_TRAINER, company_id))
            return counters.submissions if counters else 0

    def seal(self, exercise_id: str, group: RespondentGroup, company_id: str = "") -> Tally:
        """Let nothing more be counted and return the final counts; raise Unknown where there is no tally."""
        with self._lock:
            counters = self._of(exercise_id, group, company_id)
            counters.sealed = True
            return Tally(group, counters.submissions, dict(counters.counts))

    def open_texts(self, exercise_id: str, group: RespondentGroup) -> Sequence[str]:
        """Return the open answers of accepted submissions, in no order that tells anything."""
        with self._lock:
            return tuple(text for _, text in sorted(self._texts.get((exercise_id, group), {}).items()))

    def read(self, exercise_id: str, place: Place) -> OpenTally | None:
        """Return a tally as it is now."""
        with self._lock:
            there = self._counters.get((exercise_id, place.group, place.company_id))
            if there is None:
                return None
            tally = Tally(place.group, there.submissions, dict(there.counts))
            return OpenTally(there.opening, tally, frozenset(there.slips), there.sealed)

    def restore(self, exercise: Exercise, place: Place, invited: int, copy: Copy | None) -> bool:
        """Make a tally that is not there, with what is in a copy; add it to one that was made anew after a loss."""
        before = self.read(exercise.id, place)
        if before and (copy is None or before.sealed or before.opening == copy.opening):
            return False
        if before is None:
            self._open(exercise, place.group, place.company_id, invited)
        with self._lock:
            there = self._counters[exercise.id, place.group, place.company_id]
            if copy:
                nothing = OpenTally(b"", Tally(place.group, there.submissions, there.counts), frozenset(there.slips))
                after = with_copy(nothing, copy)
                there.opening, there.submissions = after.opening, after.tally.submissions
                there.counts, there.slips = dict(after.tally.counts), set(after.slips)
        return True

    def lose(self) -> None:
        """Lose everything that was counted and written, as when a table is gone."""
        with self._lock:
            self._counters.clear()
            self._texts.clear()

    def _of(self, exercise_id: str, group: RespondentGroup, company_id: str) -> _Counters:
        if (exercise_id, group, company_id) not in self._counters:
            raise Unknown
        return self._counters[exercise_id, group, company_id]


class MemoryCopies:
    """Copies of open tallies in a dictionary; those of a destroyed key are gone at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._marks: dict[str, dict[Place, Mark]] = {}
        self._copies: dict[tuple[str, Place], Copy] = {}
        self._destroyed: set[str] = set()

    def marks(self, exercise_id: str) -> Mapping[Place, Mark]:
        """Return what is remembered of the last copies."""
        with self._lock:
            return dict(self._marks.get(exercise_id, {}))

    def keep(self, exercise_id: str, place: Place, copy: Copy, last: Mark | None, closes_at: datetime) -> bool:  # noqa: ARG002  the port's signature
        """Keep a copy instead of the one before; False when another one was taken meanwhile or the key is destroyed."""
        with self._lock:
            marks = self._marks.setdefault(exercise_id, {})
            if exercise_id in self._destroyed or marks.get(place) != last:
                return False
            marks[place] = Mark(copy.opening, copy.tally.submissions)
            self._copies[exercise_id, place] = copy
        return True

    def find(self, exercise_id: str, place: Place) -> Copy | None:
        """Return the copy of a tally; None when there is none that can be read."""
        with self._lock:
            return self._copies.get((exercise_id, place))

    def destroy(self, exercise_id: str, closes_at: datetime) -> None:  # noqa: ARG002  the port's signature
        """Destroy an exercise's key for ever, then delete the copies."""
        with self._lock:
            self._destroyed.add(exercise_id)
            self._marks.pop(exercise_id, None)
            for key in [key for key in self._copies if key[0] == exercise_id]:
                del self._copies[key]


class MemoryLeftovers:
    """What should have been deleted: ``left`` has how many items by exercise, ``planted`` the days of those planted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.left: dict[str, int] = {}
        self.planted: set[date] = set()

    def delete_counts(self, exercise_id: str, company_ids: Sequence[str]) -> int:  # noqa: ARG002  the port's signature
        """Delete what is left of an exercise's counts; return how many items that were."""
        with self._lock:
            return self.left.pop(exercise_id, 0)

    def plant(self, day: date, expires_at: datetime) -> None:  # noqa: ARG002  nothing here is deleted by itself
        """Put an item of a day that is to be deleted by itself."""
        with self._lock:
            self.planted.add(day)

    def outlived(self, planted_on: date) -> int:
        """Say in how many tables the item of a day is still there."""
        with self._lock:
            return planted_on in self.planted


class MemoryResults:
    """Published results in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._published: dict[str, tuple[Results, Mapping[str, Sequence[str]]]] = {}
        self._of_companies: dict[tuple[str, str], Results] = {}

    def add(
        self,
        results: Results,
        open_answers: Mapping[str, Sequence[str]],
        of_companies: Mapping[str, Results] | None = None,
    ) -> None:
        """Store results, open answers (by unit) and what each company may see unless they are stored: those stay."""
        answers = {unit: tuple(sorted(texts)) for unit, texts in open_answers.items() if texts}
        with self._lock:
            if results.exercise_id in self._published:
                return
            self._published[results.exercise_id] = (results, answers)
            for company_id, seen in (of_companies or {}).items():
                self._of_companies[results.exercise_id, company_id] = seen

    def correct(self, results: Results) -> None:
        """Put results in the place of those that were imported; raise ChangedMeanwhile where none of those are."""
        with self._lock:
            before, answers = self._published.get(results.exercise_id, (None, {}))
            if before is None or not before.imported:
                raise ChangedMeanwhile
            self._published[results.exercise_id] = (results, answers)

    def of_company(self, exercise_id: str, company_id: str) -> Results | None:
        """Return what a company may see."""
        with self._lock:
            return self._of_companies.get((exercise_id, company_id))

    def get(self, exercise_id: str) -> Results | None:
        """Return published results."""
        with self._lock:
            return self._published[exercise_id][0] if exercise_id in self._published else None

    def open_answers(self, exercise_id: str) -> Mapping[str, Sequence[str]]:
        """Return published open answers by unit."""
        with self._lock:
            return self._published[exercise_id][1] if exercise_id in self._published else {}


class MemoryActionPlans:
    """Action plans in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._plans: dict[str, ActionPlan] = {}

    def get(self, plan_id: str) -> ActionPlan:
        """Raise Unknown when there is none."""
        keys.action_plan(plan_id)
        with self._lock:
            if plan_id not in self._plans:
                raise Unknown
            return self._plans[plan_id]

    def of_school(self, school_id: str) -> Sequence[ActionPlan]:
        """Return all of a school's, newest school year first, levels and areas in order."""
        with self._lock:
            return newest_plans_first(plan for plan in self._plans.values() if plan.school_id == school_id)

    def add(self, plan: ActionPlan) -> None:
        """Raise PlanExists when the id is taken."""
        with self._lock:
            if plan.id in self._plans:
                raise PlanExists
            self._plans[plan.id] = plan

    def change(self, before: ActionPlan, after: ActionPlan) -> ActionPlan:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        stored = replace(after, version=before.version + 1)
        with self._lock:
            self._check_version(before)
            self._plans[stored.id] = stored
        return stored

    def remove(self, plan: ActionPlan) -> None:
        """Delete a plan; raise ChangedMeanwhile when the stored version is another."""
        with self._lock:
            self._check_version(plan)
            del self._plans[plan.id]

    def _check_version(self, plan: ActionPlan) -> None:
        stored = self._plans.get(plan.id)
        if stored is None or stored.version != plan.version:
            raise ChangedMeanwhile


class MemoryDataMaps:
    """Data maps in dictionaries."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._maps: dict[str, DataMap] = {}
        self._tools: dict[tuple[str, int], Tool] = {}

    def get(self, school_id: str) -> DataMap:
        """Return a school's map; one that nobody has written yet has version 0."""
        with self._lock:
            return self._maps.get(school_id, DataMap(school_id))

    def change(self, before: DataMap, after: DataMap) -> DataMap:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        stored = replace(after, version=before.version + 1)
        with self._lock:
            if self._maps.get(after.school_id, DataMap(after.school_id)).version != before.version:
                raise ChangedMeanwhile
            self._maps[after.school_id] = stored
        return stored

    def tools(self, school_id: str) -> Sequence[Tool]:
        """Return all tools by their numbers."""
        with self._lock:
            return tuple(tool for (school, _), tool in sorted(self._tools.items()) if school == school_id)

    def tool(self, school_id: str, number: int) -> Tool:
        """Raise Unknown when there is none."""
        with self._lock:
            if (school_id, number) not in self._tools:
                raise Unknown
            return self._tools[school_id, number]

    def add_tool(self, school_id: str, tool: Tool) -> None:
        """Raise ChangedMeanwhile when the number is taken."""
        with self._lock:
            if (school_id, tool.number) in self._tools:
                raise ChangedMeanwhile
            self._tools[school_id, tool.number] = tool

    def change_tool(self, school_id: str, before: Tool, after: Tool) -> Tool:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        stored = replace(after, version=before.version + 1)
        with self._lock:
            self._check_version(school_id, before)
            self._tools[school_id, before.number] = stored
        return stored

    def remove_tool(self, school_id: str, tool: Tool) -> None:
        """Delete a tool; raise ChangedMeanwhile when the stored version is another."""
        with self._lock:
            self._check_version(school_id, tool)
            del self._tools[school_id, tool.number]

    def _check_version(self, school_id: str, tool: Tool) -> None:
        stored = self._tools.get((school_id, tool.number))
        if stored is None or stored.version != tool.version:
            raise ChangedMeanwhile


class MemoryDocuments:
    """Rendered reports in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: dict[tuple[str, str], DocumentEntry] = {}
        self._overdue_at: dict[tuple[str, str], datetime] = {}
        self._contents: dict[tuple[str, str], bytes] = {}
        self._claimed: set[tuple[str, str, str]] = set()

    def list(self, exercise_id: str) -> Sequence[DocumentEntry]:
        """Return one entry per locale that was asked for."""
        with self._lock:
            return tuple(entry for (of, _), entry in sorted(self._entries.items()) if of == exercise_id)

    def request(self, exercise_id: str, locale: str, overdue_at: datetime) -> DocumentEntry:
        """Note that a document is wanted; one that is waiting or in progress keeps its attempt."""
        with self._lock:
            entry = self._entries.get((exercise_id, locale))
            if entry is None or entry.state not in BUILDING:
                self._overdue_at[exercise_id, locale] = overdue_at
                entry = DocumentEntry(locale, DocumentState.WAITING, entry.attempt + 1 if entry else 1)
                self._entries[exercise_id, locale] = entry
            return entry

    def set_state(self, exercise_id: str, locale: str, state: DocumentState) -> None:
        """Note how far a document is; raise Unknown when nobody asked for it."""
        with self._lock:
            self._entries[exercise_id, locale] = replace(self._of(exercise_id, locale), state=state)

    def overdue(self, now: datetime) -> Sequence[tuple[str, str]]:
        """Return exercise and locale of each document that should be there by now."""
        with self._lock:
            late = sorted((at, document) for document, at in self._overdue_at.items() if at <= now)
            return tuple(document for _, document in late if self._entries[document].state in BUILDING)

    def give_up(self, exercise_id: str, locale: str) -> bool:
        """Note that a document failed, unless it is there or failed meanwhile; tell whether it was noted."""
        with self._lock:
            entry = self._of(exercise_id, locale)
            if entry.state not in BUILDING:
                return False
            self._entries[exercise_id, locale] = replace(entry, state=DocumentState.FAILED)
            return True

    def put(self, exercise_id: str, locale: str, content: bytes) -> str:
        """Store a rendered document and return its key; raise Unknown when nobody asked for it."""
        with self._lock:
            self._of(exercise_id, locale)
            self._contents[exercise_id, locale] = content
        return keys.document_object(exercise_id, locale)

    def fetch(self, exercise_id: str, locale: str) -> bytes:
        """Return a rendered document; raise Unknown when there is none."""
        with self._lock:
            if (exercise_id, locale) not in self._contents:
                raise Unknown
            return self._contents[exercise_id, locale]

    def claim_sending(self, exercise_id: str, locale: str, execution: str) -> bool:
        """Return True to the first who asks for this execution, False to every later one."""
        claim = (exercise_id, locale, execution)
        with self._lock:
            if (exercise_id, locale) not in self._entries or claim in self._claimed:
                return False
            self._claimed.add(claim)
            return True

    def _of(self, exercise_id: str, locale: str) -> DocumentEntry:
        if (exercise_id, locale) not in self._entries:
            raise Unknown
        return self._entries[exercise_id, locale]


class MemoryDueLists:
    """Lists in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, Sequence[Sequence[str]]] = {}

    def put(self, parts: Sequence[Sequence[str]]) -> StoredList:
        """Keep a list of parts, each a list of exercises."""
        key = f"due/{len(self.kept)}.json"
        self.kept[key] = parts
        return StoredList("memory", key)


class MemoryTotals:
    """Totals in a counter."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: Counter[str] = Counter()

    def add_exercise(self, submissions: int) -> None:
        """Count a closed exercise and what came in."""
        with self._lock:
            self._counted.update({"exercises": 1, "submissions": submissions})

    def add_refusal(self, code: str) -> None:
        """Count a submission that was refused."""
        with self._lock:
            self._counted[code] += 1

    def take(self, fewest: int) -> Totals | None:
        """Return the totals and begin anew; None, and nothing changes, while they are of too few exercises."""
        with self._lock:
            if self._counted["exercises"] < fewest:
                return None
            taken, self._counted = self._counted, Counter()
        refused = {refusal.code: taken[refusal.code] for refusal in REFUSALS}
        return Totals(taken["exercises"], taken["submissions"], refused)


class MemoryReportBuilding:
    """Remembers what was started: ``started`` has exercise, locale and attempt, each once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.started: list[tuple[str, str, int]] = []

    def start(self, exercise_id: str, locale: str, attempt: int) -> None:
        """Start building; one already started is left alone."""
        with self._lock:
            if (exercise_id, locale, attempt) not in self.started:
                self.started.append((exercise_id, locale, attempt))


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


class MemoryPublicCounters:
    """Counters in the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sums = PublicCounts()

    def add(self, change: PublicCounts) -> None:
        """Add to the counters; a change that is negative takes away."""
        with self._lock:
            countries = Counter(self._sums.countries)
            countries.update(change.countries)
            schools, people = self._sums.schools + change.schools, self._sums.people + change.people
            self._sums = PublicCounts(schools, people, dict(countries))

    def read(self) -> PublicCounts:
        """Return the sums; all nothing before anything was counted."""
        return self._sums


class MemoryBadges:
    """Badges and status lists in dictionaries."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._issued: dict[tuple[str, str], IssuedBadge] = {}
        self._lists: dict[int, StatusList] = {}
        self._numbered = 0

    def of_school(self, school_id: str) -> Sequence[IssuedBadge]:
        """Return all of a school's, newest session first."""
        with self._lock:
            return tuple(self._issued[key] for key in sorted(self._issued, reverse=True) if key[0] == school_id)

    def find(self, badge_id: str) -> IssuedBadge:
        """Raise Unknown when there is none of exactly this id."""
        school_id, session_id, _ = parse_badge_id(badge_id)
        with self._lock:
            found = self._issued.get((school_id, session_id))
        if found is None or found.badge.id != badge_id:
            raise Unknown
        return found

    def add(self, issued: IssuedBadge) -> bool:
        """Store a badge; False when the school has one for the session already, which stays."""
        with self._lock:
            key = issued.badge.school_id, issued.badge.session_id
            return self._issued.setdefault(key, issued) is issued

    def next_number(self) -> int:
        """Return a number that no other badge has or will have."""
        with self._lock:
            self._numbered += 1
            return self._numbered - 1

    def skip_numbers(self, count: int) -> None:
        """Never give the next numbers."""
        with self._lock:
            self._numbered += count

    def status_list(self, number: int) -> StatusList | None:
        """Return a status list."""
        with self._lock:
            return self._lists.get(number)

    def put_status_list(self, signed: StatusList) -> None:
        """Store the next version of a list; raise ChangedMeanwhile."""
        with self._lock:
            there = self._lists.get(signed.number)
            if (there.version if there else 0) != signed.version - 1:
                raise ChangedMeanwhile
            self._lists[signed.number] = signed


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

    def allow(self, name: str, most: int, expires_at: datetime) -> bool:  # noqa: ARG002  the port's signature
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

    def spend(self, logout: str, expires_at: datetime) -> bool:  # noqa: ARG002  nothing here outlives a test
        """Return True to the first who shows a provider's word that somebody logged out, False to every later one."""
        with self._lock:
            if logout in self._spent:
                return False
            self._spent.add(logout)
        return True


class MemoryMailer:
    """Keeps what was sent in ``sent``."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.sent: list[Email] = []

    def send(self, email: Email) -> None:
        """Keep a message."""
        with self._lock:
            self.sent.append(email)


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

    def remember_erased(self, school_id: str, until: datetime) -> None:  # noqa: ARG002  nothing expires in memory
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
