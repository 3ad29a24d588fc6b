"""Open a questionnaire and count what is sent; nothing that says who answered or what is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from selfie.domain import codes, deadlines, tokens
from selfie.domain.errors import CodeUsed, ExerciseClosed, NotYetOpen, TokenExpired, TokenInvalid, Unknown
from selfie.domain.exercise import Exercise, State
from selfie.domain.questionnaire import Catalogue, Questionnaire
from selfie.domain.school import Family, RespondentGroup, School
from selfie.domain.submission import read_submission
from selfie.domain.tally import cap
from selfie.domain.tokens import Purpose, Token
from selfie.domain.totals import REFUSALS
from selfie.ports import Clock, Exercises, Schools, Tallies, TotalsOfNights

# A token's times are whole seconds.
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who asks whom, and what; found behind a participation link or a preview.

    ``company_id`` is there when only the trainers of one company are asked.
    """

    exercise: Exercise
    group: RespondentGroup
    school: School
    questionnaire: Questionnaire
    company_id: str = ""

    @property
    def is_child(self) -> bool:
        """Whether a child of a primary school is spoken to."""
        return self.exercise.family is Family.PRIMARY and self.group is RespondentGroup.STUDENT

    @property
    def needs_code(self) -> bool:
        """Whether the link alone is not enough."""
        # A company hands out its link itself: slips of paper are made for the school's.
        return self.group in self.exercise.coded and not self.company_id


class Survey:
    """What respondents can do. ``keys`` returns the signing keys, newest first, whenever they are needed."""

    def __init__(
        self,
        exercises: Exercises,
        tallies: Tallies,
        schools: Schools,
        catalogue: Callable[[str], Catalogue],
        keys: Callable[[], Sequence[bytes]],
        clock: Clock,
        totals: TotalsOfNights,
    ) -> None:
        self._exercises, self._tallies, self._schools, self._totals = exercises, tallies, schools, totals
        self._catalogue, self._keys, self._clock = catalogue, keys, clock

    def invitation(self, link: str) -> Invitation:
        """Say who asks whom behind a participation link, open or not; raise Unknown."""
        found = self._exercises.find_link(link)
        return self._invitation(found.exercise_id, found.group, found.company_id)

    def open_invitation(self, link: str) -> Invitation:
        """As ``invitation``; raise NotYetOpen or ExerciseClosed outside the exercise's days."""
        invitation = self.invitation(link)
        first_day, last_day = _days(invitation.exercise)
        if self._clock() < deadlines.opens_at(first_day):
            raise NotYetOpen
        if self._clock() >= deadlines.closes_at(last_day) or invitation.exercise.state is State.CLOSED:
            raise ExerciseClosed
        return invitation

    def next_change(self, invitation: Invitation) -> timedelta:
        """Say how long it takes until a link shows something else: until it opens or until it closes."""
        first_day, last_day = _days(invitation.exercise)
        return min(
            (
                at - self._clock()
                for at in (deadlines.opens_at(first_day), deadlines.closes_at(last_day))
                if at > self._clock()
            ),
            default=timedelta.max,
        )

    def begin(self, link: str, typed_code: str = "") -> tuple[Invitation, str]:
        """Open the questionnaire and sign the right to send it once; nothing is stored.

        Where the group answers with one-time codes, raise CodeWrong or CodeUsed. Opening does not use a code, counting
        does: who was interrupted can open the questionnaire again, on another device too.
        """
        invitation = self.open_invitation(link)
        exercise, group = invitation.exercise, invitation.group
        slip = self._slip(invitation, link, typed_code) if invitation.needs_code else b""
        _, last_day = _days(exercise)
        now = self._clock()
        expires_at = min(now + tokens.TIME_TO_ANSWER, deadlines.closes_at(last_day))
        token = tokens.new_token(Purpose.SUBMIT, exercise.id, group, now, expires_at, slip, invitation.company_id)
        return invitation, tokens.sign(token, self._keys()[0])

    def _slip(self, invitation: Invitation, link: str, typed: str) -> bytes:
        exercise, group = invitation.exercise, invitation.group
        number = codes.read_code(typed, link, self._keys(), cap(exercise.numbers[group]))
        slip = codes.mark(number, link)
        if self._tallies.is_used(exercise.id, group, slip):
            raise CodeUsed
        return slip

    def resume(self, link: str, token: str) -> Invitation:
        """Show the questionnaire again to somebody who is answering; raise TokenExpired or TokenInvalid."""
        invitation = self.open_invitation(link)
        self._read_token(token, invitation, self._clock())
        return invitation

    def seconds_left(self, token: str) -> int:
        """Return how long a questionnaire can still be sent; raise TokenExpired or TokenInvalid."""
        now = self._clock()
        read = tokens.read(token, Purpose.SUBMIT, self._keys(), now)
        return int((read.expires_at - now).total_seconds())

    def record_submission(self, link: str, token: str, answers: Mapping[str, Sequence[str]]) -> tuple[Invitation, str]:
        """Count one anonymous submission exactly once; the answers themselves are not kept.

        Return a token, too, that is good for a certificate until two hours after the questionnaire was opened.

        Raise AlreadySent for a repeated send, also after the deadline; Invalid, EmptySubmission, TokenExpired,
        TokenInvalid, CodeUsed, ExerciseClosed, CapReached, TryAgain, Unknown for what is not counted.
        """
        invitation = self.invitation(link)
        _, last_day = _days(invitation.exercise)
        now = self._clock()
        # Every token ends with the exercise. Past that instant it is still read, so that the tally, which refuses
        # everything late by itself, can tell the repeated send of a counted submission from a late one.
        closes_at = deadlines.closes_at(last_day)
        try:
            read = self._read_token(token, invitation, min(now, closes_at - _SECOND))
        except TokenExpired:
            if now >= closes_at:
                raise ExerciseClosed from None
            raise
        try:
            self._tallies.record(read, read_submission(invitation.questionnaire, answers), now)
        except REFUSALS as refusal:
            # For the operators' totals, and for no exercise; what is counted costs nothing more.
            self._totals.add_refusal(refusal.code)
            raise
        return invitation, self._thanks(read, now)

    def thanks_again(self, link: str, token: str) -> str:
        """Return a token for the certificate of a submission that was counted before; empty after its two hours."""
        invitation = self.invitation(link)
        now = self._clock()
        _, last_day = _days(invitation.exercise)
        read = self._read_token(token, invitation, min(now, deadlines.closes_at(last_day) - _SECOND))
        return self._thanks(read, now)

    def preview(self, token: str) -> Invitation:
        """Say what a group is or will be asked; raise TokenExpired or TokenInvalid."""
        read = tokens.read(token, Purpose.PREVIEW, self._keys(), self._clock())
        return self._invitation(read.exercise_id, read.group)

    def _invitation(self, exercise_id: str, group: RespondentGroup, company_id: str = "") -> Invitation:
        exercise = self._exercises.get(exercise_id)
        questionnaire = exercise.questionnaire(self._catalogue(exercise.catalogue_version), group)
        return Invitation(exercise, group, self._schools.get(exercise.school_id), questionnaire, company_id)

    def _thanks(self, sent: Token, now: datetime) -> str:
        # Closing ends the time to answer, not the time to fetch what an answer has earned.
        expires_at = sent.issued_at + tokens.TIME_TO_ANSWER
        if now >= expires_at:
            return ""
        return tokens.sign(
            tokens.new_token(Purpose.THANKS, sent.exercise_id, sent.group, now, expires_at), self._keys()[0]
        )

    def _read_token(self, text: str, invitation: Invitation, now: datetime) -> Token:
        token = tokens.read(text, Purpose.SUBMIT, self._keys(), now)
        asked = (invitation.exercise.id, invitation.group, invitation.company_id)
        if (token.exercise_id, token.group, token.company_id) != asked:
            raise TokenInvalid
        return token


def _days(exercise: Exercise) -> tuple[date, date]:
    """Return first and last day; links exist only from activation on, which fixes both."""
    if exercise.first_day is None or exercise.last_day is None:
        raise Unknown
    return exercise.first_day, exercise.last_day
