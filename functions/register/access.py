"""Who asks: what every route of this function for signed-in coordinators begins with."""

from chalice.app import Request

from functions.register import wiring
from selfie.http.coordinators import Entrance, coordinator, coordinator_of, freshly_signed_in
from selfie.ports import CoordinatorSession


def signed_in(request: Request) -> CoordinatorSession:
    """Return the session; raise NotSignedIn, or CrossSiteRequest for a change that our own pages did not send."""
    signing_in = wiring.signing_in()
    return coordinator(request, Entrance(signing_in.logins, signing_in.site_url, signing_in.clock))


def coordinates(request: Request, school_id: str) -> CoordinatorSession:
    """Return the session of one of the school's coordinators; raise OtherSchool too."""
    session = signed_in(request)
    coordinator_of(school_id, session)
    return session


def coordinates_afresh(request: Request, school_id: str) -> CoordinatorSession:
    """Return the session of a coordinator who proved just now who they are; raise SignInAgain too."""
    session = coordinates(request, school_id)
    freshly_signed_in(session, wiring.signing_in().clock())
    return session
