"""Issue a school's badge for a session, show it to visitors, and revoke it."""

import base64
import json
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from functions.badge.credential import Issuer, badge_credential, status_credential, token_claims
from functions.badge.proofs import web_token, with_proof
from selfie.domain import deadlines
from selfie.domain.badge import Badge, Criterion, IssuedBadge, StatusList, shown_name, unmet_criteria
from selfie.domain.errors import ChangedMeanwhile, CriteriaUnmet, Revoked
from selfie.domain.exercise import Exercise
from selfie.domain.school import EducationLevel
from selfie.i18n import first_offered
from selfie.ports import Badges, Clock, Exercises, PublishedResults, Schools, Signer

SECRET_BYTES: Final = 10


# So many are left out after a restore: many more than are issued in the days that may be lost, a small part of a list.
SKIPPED: Final = 1000


@dataclass(frozen=True, slots=True)
class LevelCriteria:
    """What an exercise that is over lacks for a badge."""

    level: EducationLevel
    unmet: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class SessionBadge:
    """A session of a school: how far its exercises meet the criteria, and its badge where it has one."""

    session_id: str
    levels: tuple[LevelCriteria, ...]
    badge: Badge | None
    revoked: bool

    @property
    def is_earned(self) -> bool:
        """One exercise that meets all criteria is enough."""
        return any(not level.unmet for level in self.levels)


@dataclass(frozen=True, slots=True)
class ShownBadge:
    """A badge as visitors may see it."""

    issued: IssuedBadge
    revoked: bool


@dataclass(frozen=True, slots=True)
class BadgeService:
    """Everything about badges; criteria are read off stored results, never off anybody's word."""

    exercises: Exercises
    published: PublishedResults
    schools: Schools
    badges: Badges
    signer: Signer
    issuer: Issuer
    clock: Clock
    locales: Sequence[str]

    def listing(self, school_id: str) -> Sequence[SessionBadge]:
        """List the sessions in which an exercise of the school is over, newest first."""
        issued = {entry.badge.session_id: entry.badge for entry in self.badges.of_school(school_id)}
        over: dict[str, list[LevelCriteria]] = {session_id: [] for session_id in issued}
        for exercise, unmet in self._over(school_id):
            over.setdefault(exercise.session_id, []).append(LevelCriteria(exercise.level, unmet))
        return [
            SessionBadge(session_id, tuple(levels), issued.get(session_id), self._is_revoked(issued.get(session_id)))
            for session_id, levels in sorted(over.items(), reverse=True)
        ]

    def ask(self, school_id: str, session_id: str, locale: str) -> Badge:
        """Issue the badge of a session; one that was issued before stays as it is. Raise CriteriaUnmet."""
        for entry in self.badges.of_school(school_id):
            if entry.badge.session_id == session_id:
                return entry.badge
        met = [e for e, unmet in self._over(school_id) if e.session_id == session_id and not unmet]
        if not met:
            raise CriteriaUnmet
        school = self.schools.get(school_id)
        badge = Badge(
            school_id,
            session_id,
            base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode().lower(),
            self.badges.next_number(),
            shown_name(school.name),
            first_offered(self.locales, locale),
            min(e.first_day for e in met if e.first_day),
            max(e.last_day for e in met if e.last_day),
            self.clock().replace(microsecond=0),
        )
        number, _ = badge.place
        if self.badges.status_list(number) is None:
            with suppress(ChangedMeanwhile):  # another school's first badge of the list
                self._sign_list(number, (), 1)
        if self.badges.add(self._signed(badge)):
            return badge
        # Somebody else asked in the same second.
        return self.ask(school_id, session_id, locale)

    def show(self, badge_id: str) -> ShownBadge:
        """Return a badge and whether it is revoked; raise Unknown."""
        issued = self.badges.find(badge_id)
        return ShownBadge(issued, self._is_revoked(issued.badge))

    def valid(self, badge_id: str) -> IssuedBadge:
        """Return a badge that may be handed on; raise Unknown, Revoked."""
        shown = self.show(badge_id)
        if shown.revoked:
            raise Revoked
        return shown.issued

    def status(self, number: int) -> str | None:
        """Return the signed status list; None when no badge is in it yet."""
        signed = self.badges.status_list(number)
        return signed.credential if signed else None

    def issuer_document(self) -> dict[str, Any]:
        """Show the keys with which badges are verified."""
        return self.issuer.document(self.signer.public_keys())

    def revoke(self, badge_id: str) -> None:
        """Revoke a badge for good; doing it again signs its list anew. Raise Unknown, ChangedMeanwhile."""
        number, place = self.badges.find(badge_id).badge.place
        before = self.badges.status_list(number)
        revoked, version = (before.revoked, before.version) if before else (frozenset[int](), 0)
        self._sign_list(number, revoked | {place}, version + 1)

    def _over(self, school_id: str) -> Sequence[tuple[Exercise, tuple[Criterion, ...]]]:
        now = self.clock()
        found = []
        for exercise in self.exercises.of_school(school_id):
            # What took place in a former system was for that one to award.
            if not exercise.imported and exercise.last_day and now >= deadlines.results_at(exercise.last_day):
                results = self.published.get(exercise.id)
                if results is not None:
                    found.append((exercise, unmet_criteria(results.participation)))
        return found

    def _is_revoked(self, badge: Badge | None) -> bool:
        if badge is None:
            return False
        number, place = badge.place
        signed = self.badges.status_list(number)
        return signed is not None and place in signed.revoked

    def _signed(self, badge: Badge) -> IssuedBadge:
        credential = badge_credential(self.issuer, badge)
        key = self.signer.public_keys()[0]
        token = web_token(token_claims(credential, badge.issued_at), self.issuer.jwk_id(key), self.signer.sign)
        return IssuedBadge(badge, self._proven(credential, badge.issued_at), token)

    def _sign_list(self, number: int, revoked: Collection[int], version: int) -> None:
        now = self.clock()
        credential = status_credential(self.issuer, number, revoked, now)
        self.badges.put_status_list(StatusList(number, version, frozenset(revoked), self._proven(credential, now)))

    def _proven(self, credential: dict[str, Any], now: datetime) -> str:
        key = self.signer.public_keys()[0]
        proven = with_proof(credential, self.issuer.multikey_id(key), now, self.signer.sign)
        return json.dumps(proven, ensure_ascii=False, separators=(",", ":"))
