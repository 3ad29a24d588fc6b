"""What the identity provider sends back through the browser."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

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
