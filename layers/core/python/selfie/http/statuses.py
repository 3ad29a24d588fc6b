"""The one place where an error becomes an HTTP status.

Apart from the problems, because these need pydantic and the respondents' pages do not wait for it.
"""

from typing import Final

from selfie.domain import errors
from selfie.domain.errors import SelfieError

STATUSES: Final[dict[type[SelfieError], int]] = {
    errors.NotSignedIn: 401,
    errors.SignInAgain: 401,
    errors.LoginRefused: 403,
    errors.CrossSiteRequest: 403,
    errors.OtherSchool: 403,
    errors.TokenInvalid: 403,
    errors.Unknown: 404,
    errors.NotViewable: 404,
    errors.ExerciseExists: 409,
    errors.PlanExists: 409,
    errors.ChangedMeanwhile: 409,
    errors.ChangesBlocked: 409,
    errors.AlreadyCoordinator: 409,
    errors.ExerciseFrozen: 409,
    errors.NoSessionRunning: 409,
    errors.SessionOver: 409,
    errors.TooManyOwnStatements: 409,
    errors.Incomplete: 409,
    errors.AlreadySent: 409,
    errors.NotComparable: 409,
    errors.CriteriaUnmet: 409,
    errors.AlreadyJoined: 409,
    errors.LinkInUse: 409,
    errors.NotYetActivated: 409,
    errors.TooManyCompanies: 409,
    errors.TooManyTools: 409,
    errors.InvitationOver: 410,
    errors.NotYetOpen: 403,
    errors.ExerciseClosed: 410,
    errors.TokenExpired: 410,
    errors.Revoked: 410,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.EmptySubmission: 422,
    errors.CodeWrong: 422,
    errors.CodeUsed: 409,
    errors.CapReached: 429,
    errors.TooManyAttempts: 429,
    errors.MigrationOver: 410,
    errors.Unforeseen: 500,
    errors.TryAgain: 503,
    errors.MaybeSent: 503,
}
RETRY_AFTER_SECONDS: Final = {
    errors.CapReached: 86400,
    errors.TooManyAttempts: 86400,
    errors.TryAgain: 2,
    errors.MaybeSent: 2,
}


def status_of(error: SelfieError) -> int:
    """Return the HTTP status of an error."""
    return STATUSES[type(error)]


def headers_of(error: SelfieError) -> dict[str, str]:
    """Return the headers that go with an error, whatever its body."""
    seconds = RETRY_AFTER_SECONDS.get(type(error))
    return {"Cache-Control": "no-store"} | ({"Retry-After": str(seconds)} if seconds else {})
