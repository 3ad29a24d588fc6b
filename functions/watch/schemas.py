"""What Amazon SES tells of an e-mail, as the rules in ``infra/stacks/mail_events.py`` pass it on."""

from email.utils import parseaddr
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from selfie.domain.mailbox import Outcome
from selfie.http.requests import Given


def _address(given: Any) -> Any:
    """Read an address off what may hold more: bounces and complaints describe each recipient."""
    found = given.get("emailAddress") if isinstance(given, dict) else given
    return parseaddr(found)[1] if isinstance(found, str) else found


Recipient = Annotated[str, BeforeValidator(_address)]


class MailEvent(Given):
    """What became of one e-mail at some of its addresses; ``bounce`` is SES's word for whether it is for good."""

    kind: Literal["bounce", "complaint", "delivery"]
    bounce: str = ""
    recipients: tuple[Recipient, ...]

    @property
    def outcome(self) -> Outcome:
        """Name it in our own words."""
        if self.kind == "delivery":
            return Outcome.DELIVERED
        if self.kind == "complaint":
            return Outcome.UNWANTED
        return Outcome.BOUNCED if self.bounce == "Permanent" else Outcome.MISSED
