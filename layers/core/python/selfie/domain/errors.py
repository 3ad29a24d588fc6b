"""Every way in which a use case can refuse; ``code`` is stable and public, the HTTP status is one table elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass


class SelfieError(Exception):
    """A use case refuses; the code says why."""

    code = "error"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; ``code`` names the fault, never the value."""

    field: str
    code: str


class Invalid(SelfieError):
    """Some fields do not fit; names them without repeating what was sent."""

    code = "invalid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(", ".join(f"{error.field}: {error.code}" for error in errors))
        self.errors = tuple(errors)

    @classmethod
    def one(cls, field: str, code: str) -> "Invalid":
        """Report a single field."""
        return cls((FieldError(field, code),))


class NotSignedIn(SelfieError):
    """No coordinator's session, or it has ended."""

    code = "not_signed_in"


class CrossSiteRequest(SelfieError):
    """A change was asked for without the session's own token or from another site."""

    code = "cross_site_request"


class LoginRefused(SelfieError):
    """The identity provider's answer did not prove who this is, or not with two factors."""

    code = "login_refused"


class OtherSchool(SelfieError):
    """The coordinator's identity is not bound to this school."""

    code = "other_school"


class Unknown(SelfieError):
    """There is no such thing, or no longer."""

    code = "unknown"


class ExerciseExists(SelfieError):
    """This school already has an exercise of this level in this session."""

    code = "exercise_exists"


class PlanExists(SelfieError):
    """This school already has an action plan for this area, level and school year."""

    code = "plan_exists"


class ChangedMeanwhile(SelfieError):
    """Somebody else changed it since it was read; nothing was overwritten."""

    code = "changed_meanwhile"


class ExerciseFrozen(SelfieError):
    """After activation neither numbers nor statements nor dates change."""

    code = "exercise_frozen"


class NoSessionRunning(SelfieError):
    """Nothing can be set up between sessions."""

    code = "no_session_running"


class SessionOver(SelfieError):
    """The set-up belongs to a session that has ended."""

    code = "session_over"


class TooManyOwnStatements(SelfieError):
    """A school writes up to ten statements of its own."""

    code = "too_many_own_statements"


class Incomplete(SelfieError):
    """A step of the set-up is missing before the links can be activated."""

    code = "incomplete"


class NotYetOpen(SelfieError):
    """The first day has not come."""

    code = "not_yet_open"


class ExerciseClosed(SelfieError):
    """The exercise's deadline has passed or its tallies are sealed."""

    code = "exercise_closed"


class TokenExpired(SelfieError):
    """More than two hours have passed since the questionnaire was opened."""

    code = "token_expired"


class TokenInvalid(SelfieError):
    """The token was not made here, or for something else."""

    code = "token_invalid"


class AlreadySent(SelfieError):
    """This submission was counted before; it is not counted again."""

    code = "already_sent"


class CapReached(SelfieError):
    """Many more submissions came in than people were invited; the coordinator should hear of it."""

    code = "cap_reached"


class CodeWrong(SelfieError):
    """This is no code of this link's slips."""

    code = "code_wrong"


class CodeUsed(SelfieError):
    """A submission with this code was counted before, from another page."""

    code = "code_used"


class EmptySubmission(SelfieError):
    """Nothing is mandatory, but a submission without any answer is not one."""

    code = "empty_submission"


class TooLarge(SelfieError):
    """The request is larger than any honest one."""

    code = "too_large"


class NotViewable(SelfieError):
    """The results are not there yet, or fewer than five submissions came in."""

    code = "not_viewable"


class NotComparable(SelfieError):
    """Only viewable results of the same education level can be compared."""

    code = "not_comparable"


class TooManyAttempts(SelfieError):
    """This was tried too often today for one address."""

    code = "too_many_attempts"


class MigrationOver(SelfieError):
    """The time in which accounts of the former system could be associated is over."""

    code = "migration_over"


class SignInAgain(SelfieError):
    """For this the coordinator must have proven who they are within the last minutes."""

    code = "sign_in_again"


class ChangesBlocked(SelfieError):
    """Somebody at the school said that a change was not theirs: who coordinates it stays as it is for some days."""

    code = "changes_blocked"


class AlreadyCoordinator(SelfieError):
    """The identity coordinates this school already."""

    code = "already_coordinator"


class CriteriaUnmet(SelfieError):
    """No exercise of the session has what a badge needs."""

    code = "criteria_unmet"


class Revoked(SelfieError):
    """The badge was revoked."""

    code = "revoked"


class AlreadyJoined(SelfieError):
    """The company takes part in this exercise already; the code was not used."""

    code = "already_joined"


class LinkInUse(SelfieError):
    """The company's trainers have their link: neither their number nor the company's taking part changes any more."""

    code = "link_in_use"


class NotYetActivated(SelfieError):
    """The school has not activated its links yet."""

    code = "not_yet_activated"


class TooManyCompanies(SelfieError):
    """As many companies take part in this exercise as can."""

    code = "too_many_companies"


class InvitationOver(SelfieError):
    """The last day of the link for colleagues has passed."""

    code = "invitation_over"


class TooManyTools(SelfieError):
    """The school's data map has as many tools as it can."""

    code = "too_many_tools"


class TryAgain(SelfieError):
    """A store is busy; the same request may be sent again."""

    code = "try_again"


class Unforeseen(SelfieError):
    """Something went wrong here."""

    code = "internal"


class MaybeSent(TryAgain):
    """No answer came about an e-mail: it may have gone out, so only people may ask for it again."""
