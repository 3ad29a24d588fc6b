"""A school takes along what is stored of it, ends its account, and sees who of the operator looked at it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from functions.privacy import messages
from functions.privacy.export import export, parts
from selfie.domain import deadlines
from selfie.domain.account import is_company
from selfie.domain.errors import ChangedMeanwhile, Invalid, MaybeSent, TryAgain, Unknown
from selfie.domain.public_counts import of_school
from selfie.domain.retention import ERASED_IS_REMEMBERED, Access, Counts, Due, Erasure, Step, overdue
from selfie.domain.school import School
from selfie.domain.submission import one_line
from selfie.i18n import first_offered
from selfie.ports import Clock, Leaving, Logins, Mailer, PublicCounters, Schools, WholeSchool

PAGE: Final = "data-protection/"
FIRST_PAGE: Final = "setup/"
LONGEST_REASON: Final = 300
_RECEIPT_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Night:
    """What a night finds to do; ``overdue`` counts what earlier nights should have done."""

    due: Sequence[Due]
    overdue: int


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a school can do with all that is stored of it, and what the nights do."""

    schools: Schools
    whole: WholeSchool
    leaving: Leaving
    mailer: Mailer
    locales: Sequence[str]
    site_url: str
    clock: Clock
    counters: PublicCounters
    logins: Logins

    def export_parts(self, school_id: str) -> Sequence[int]:
        """Say how many documents each part of an export holds."""
        return [len(part) for part in parts(self.whole.documents(school_id))]

    def export(self, school_id: str, number: int) -> bytes:
        """Return one part of an export as a zip; raise Unknown when there is no such part."""
        part = export(self.whole, school_id, number, self.clock())
        if part is None:
            raise Unknown
        return part

    def preview(self, school_id: str) -> Counts:
        """Count what is stored of a school, by kind."""
        return self.whole.kinds(school_id)

    def erasure(self, school_id: str) -> Erasure | None:
        """Return the school's wish to be erased."""
        return self.leaving.erasure(school_id)

    def ask_for_erasure(self, school_id: str, name: str) -> Erasure:
        """Have the school erased in two weeks and tell all its addresses; whoever asks types the school's name.

        Raise Invalid when the name is another, ChangedMeanwhile when somebody has asked already.
        """
        school = self.schools.get(school_id)
        if " ".join(name.split()).casefold() != school.name.casefold():
            raise Invalid.one("name", "missing" if not name.strip() else "other_name")
        today = deadlines.day_of(self.clock())
        erasure = Erasure(school_id, today, secrets.token_hex(_RECEIPT_BYTES).upper())
        if not self.leaving.ask(erasure):
            raise ChangedMeanwhile
        self.mailer.send(messages.will_be_erased(school, erasure, self._link(school, PAGE), self.locales))
        return erasure

    def take_back_erasure(self, school_id: str) -> None:
        """Keep the school after all and tell all its addresses; raise Unknown when nobody asked."""
        school = self.schools.get(school_id)
        if not self.leaving.take_back(school_id):
            raise Unknown
        self.mailer.send(messages.kept_after_all(school, self.locales))

    def accesses(self, school_id: str) -> Sequence[Access]:
        """Return the looks of the operator's support at the school's account, newest first."""
        return self.leaving.accesses(school_id)

    def support_look(self, school_id: str, reason: str) -> Counts:
        """Tell support how many things of which kind an account has, after writing that down for the school to read.

        Raise Invalid without a reason, Unknown without such a school.
        """
        self._note_access(school_id, reason)
        return self.preview(school_id)

    def end_sessions(self, school_id: str, reason: str) -> int:
        """Sign out whoever coordinates a school, after writing that down for the school to read; return how many.

        Raise Invalid without a reason, Unknown without such a school.
        """
        self._note_access(school_id, reason)
        return self._sign_out(school_id)

    def night(self) -> Night:
        """List what is to be done with accounts by now."""
        now = self.clock()
        due = self.leaving.due(deadlines.day_of(now))
        return Night(due, sum(overdue(each, now) for each in due))

    def act(self, due: Due) -> Counts:
        """Do one step with one account and say how many things of which kind were deleted.

        What is no longer due, because it was done, somebody signed in or took it back, is left alone.
        """
        if due not in self.leaving.due(deadlines.day_of(self.clock())):
            return {}
        if due.step in {Step.ERASE, Step.CLOSE}:
            return self._erase(due.school_id)
        self._remind(due.school_id)
        return {}

    def replay(self) -> int:
        """After a restore: erase again what was erased after the moment that was restored; return how many schools."""
        again = [school_id for school_id in self.leaving.schools() if self.leaving.was_erased(school_id)]
        for school_id in again:
            self._erase_all(school_id, self._known(school_id))
        return len(again)

    def _note_access(self, school_id: str, reason: str) -> None:
        given = one_line(reason)
        if not given or len(given) > LONGEST_REASON:
            raise Invalid.one("reason", "too_long" if given else "missing")
        self.leaving.note_access(school_id, Access(self.clock(), given))

    def _sign_out(self, school_id: str) -> int:
        coordinators = self.schools.coordinators(school_id).values()
        for code in coordinators:
            self.logins.end_all(code)
        return len(coordinators)

    def _erase(self, school_id: str) -> Counts:
        erasure = self.leaving.erasure(school_id)
        receipt = erasure.receipt if erasure else secrets.token_hex(_RECEIPT_BYTES).upper()
        school = self._known(school_id)
        # Before anything goes: what is cut off here is in the list all the same, and is taken up again.
        self.leaving.remember_erased(school_id, self.clock() + ERASED_IS_REMEMBERED)
        counts = self._erase_all(school_id, school)
        # Last: an address that takes no mail keeps nobody's account alive.
        if school:
            self.mailer.send(messages.erased(school, receipt, counts, self.locales))
        return counts

    def _erase_all(self, school_id: str, school: School | None) -> Counts:
        # A session knows its schools: nobody may go on with one that is gone.
        self._sign_out(school_id)
        counts = self.whole.erase(school_id)
        # Once: an erasure that was cut off and is taken up again finds the account, which goes last.
        if school and not is_company(school_id):
            self.counters.add(of_school(school.country, -1))
        return counts

    def _known(self, school_id: str) -> School | None:
        try:
            return self.schools.get(school_id)
        except Unknown:  # an erasure that was cut off when the account itself was gone
            return None

    def _remind(self, school_id: str) -> None:
        login, school = self.leaving.last_login(school_id), self.schools.get(school_id)
        # Before it is sent: of two nights at once, one gets to write.
        if login is None or not self.leaving.step_taken(login):
            return
        try:
            self.mailer.send(messages.nobody_signed_in(school, login, self._link(school, FIRST_PAGE), self.locales))
        except MaybeSent:
            raise
        except TryAgain:
            self.leaving.step_not_taken(login)
            raise

    def _link(self, school: School, page: str) -> str:
        locale = first_offered(self.locales, school.locale)
        return f"{self.site_url}/{locale}/{page}"
