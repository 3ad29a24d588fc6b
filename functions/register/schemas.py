"""What the identity provider sends back through the browser, and what the pages of accounts send."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

from selfie.domain.school import EducationLevel
from selfie.http.requests import Incoming

# Longer than any old password: a hash of a longer one cannot be checked in any case.
LONGEST_PASSWORD = 1024

# Longer than any provider's code or state.
Short = Annotated[str, StringConstraints(max_length=4096)]


class CallbackQuery(BaseModel):
    """The query of the callback; providers may add parameters of their own."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)

    state: Short = ""
    code: Short | None = None
    iss: Short | None = None
    error: Short | None = None

    @property
    def answer(self) -> dict[str, str]:
        """The parameters that were there."""
        return self.model_dump(exclude_none=True)


class SignUp(Incoming):
    """Asks for a link; ``policy`` is the version of the notice that was agreed to, ``puzzle`` the solution."""

    email: Short
    policy: Short = ""
    locale: Short
    puzzle: Short = ""
    company: StrictBool = False


class Takeover(Incoming):
    """Asks for a link to coordinate a school whose address this is; ``puzzle`` is the solution."""

    email: Short
    locale: Short
    puzzle: Short = ""


class LinkShown(Incoming):
    """Asks what a link is for."""

    token: Short


class Confirmation(LinkShown):
    """Uses a link up and names the school."""

    name: Short
    country: Short
    locale: Short


class Association(Incoming):
    """Asks for the link to an old account."""

    email: Short
    password: Annotated[str, StringConstraints(max_length=LONGEST_PASSWORD)]
    locale: Short
    puzzle: Short = ""


class AssociationWithoutPassword(Incoming):
    """Asks for the link to an old account whose password is forgotten."""

    email: Short
    locale: Short
    puzzle: Short = ""


class AssociationConfirmed(LinkShown):
    """Uses the link to an old account up; ``policy`` is the version of the notice that was agreed to."""

    policy: Short = ""
    locale: Short


class ProfileChange(Incoming):
    """What a school says about itself; names the version that it was made on."""

    version: StrictInt
    name: Short
    country: Short
    locale: Short
    kind: Short = ""
    region: Short = ""
    levels: Annotated[tuple[EducationLevel, ...], Field(max_length=len(EducationLevel))] = ()
    address: Short = ""


class NewEmail(Incoming):
    """Asks for an additional address."""

    email: Short
