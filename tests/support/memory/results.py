"""What a school gets of an exercise and makes of it, in dictionaries."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Final

from selfie.adapters import keys
from selfie.adapters.order import newest_plans_first
from selfie.domain.action_plan import ActionPlan
from selfie.domain.badge import IssuedBadge, StatusList, parse_badge_id
from selfie.domain.data_map import DataMap, Tool
from selfie.domain.errors import ChangedMeanwhile, PlanExists, Unknown
from selfie.domain.results import Results
from selfie.ports import DocumentEntry, DocumentState

BUILDING: Final = (DocumentState.WAITING, DocumentState.IN_PROGRESS)


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
