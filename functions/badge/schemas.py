"""What coordinators' pages and the operator send."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from selfie.http.requests import Incoming


class BadgeRequest(Incoming):
    """Asks for the badge of a session; its texts are in a language."""

    locale: Annotated[str, StringConstraints(max_length=20)]


class RevokeTask(BaseModel):
    """Names the badge that the operator revokes."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)

    badge: str
