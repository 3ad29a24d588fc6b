"""What coordinators' pages and the operator send."""

from typing import Annotated

from pydantic import StringConstraints

from selfie.http.requests import Incoming


class BadgeRequest(Incoming):
    """Asks for the badge of a session; its texts are in a language."""

    locale: Annotated[str, StringConstraints(max_length=20)]


class RevokeTask(Incoming):
    """Names the badge that the operator revokes."""

    badge: str
