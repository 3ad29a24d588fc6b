"""Chalice as our functions use it: what it answers by itself says what it is, and that nobody may keep it."""

from typing import Any, Final

from chalice.app import Chalice

BY_ITSELF: Final = {"Content-Type": "application/json", "Cache-Control": "no-store"}


class Router(Chalice):  # type: ignore[misc]  # Chalice has no types
    """A Chalice app whose refusals (another content type, another method) have headers like all other answers."""

    def __init__(self, name: str) -> None:
        super().__init__(app_name=name, configure_logs=False)
        # A browser that follows a link asks for a page; Chalice would refuse it the file. BinaryAnswer encodes itself.
        self.api.binary_types = []

    def __call__(self, event: Any, context: Any) -> Any:
        """Answer an event of the API."""
        answer = super().__call__(event, context)
        sent = {name.lower() for name in (*answer["headers"], *answer["multiValueHeaders"])}
        missing = {name: value for name, value in BY_ITSELF.items() if name.lower() not in sent}
        if not answer["body"]:
            missing.pop("Content-Type", None)
        answer["headers"] |= missing
        return answer
