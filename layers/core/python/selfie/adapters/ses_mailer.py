"""E-mail through SES."""

from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Final

from botocore.exceptions import ClientError, HTTPClientError

from selfie.adapters import aws
from selfie.domain.errors import MaybeSent, TryAgain
from selfie.ports import Email

# SES wants seven-bit lines.
_SEVEN_BIT: Final = SMTP.clone(cte_type="7bit")

# No fault of the message: it is taken once the operator has put that right.
_OUR_FAULT: Final = frozenset(
    {"AccessDeniedException", "AccountSuspendedException", "LimitExceededException", "SendingPausedException"}
)


class MailRefused(Exception):
    """SES does not take a message; only its code is told, since its own words repeat addresses."""


class SesMailer:
    """Sends from one address; ``client`` is boto3's for ``sesv2``."""

    def __init__(self, client: Any, sender: str) -> None:
        self._client, self._sender = client, sender

    def send(self, email: Email) -> None:
        """Hand a message over.

        Raise TryAgain when it was not taken now, MaybeSent when no answer came, MailRefused when it is not wanted.
        """
        try:
            with aws.try_again_when_busy():
                refusal = self._refusal(email)
        except TryAgain as error:
            # A service that was not even reached has sent nothing.
            if isinstance(error.__cause__, HTTPClientError):
                raise MaybeSent from error
            raise
        # Raised here so that no traceback leads back to SES's own words.
        if refusal in _OUR_FAULT:
            raise TryAgain
        if refusal:
            raise MailRefused(refusal)

    def _refusal(self, email: Email) -> str | None:
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": list(email.to)},
                Content={"Raw": {"Data": mime(email, self._sender)}},
            )
        except ClientError as error:
            if aws.is_busy(error):
                raise
            return aws.code_of(error)
        return None


def mime(email: Email, sender: str) -> bytes:
    """Write a message with both bodies and its attachments."""
    message = EmailMessage(policy=_SEVEN_BIT)
    message["From"] = sender
    message["To"] = ", ".join(email.to)
    message["Subject"] = email.subject
    # Nobody's «I am on holiday» should come back.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(email.text)
    message.add_alternative(email.html, subtype="html")
    for attachment in email.attachments:
        maintype, _, subtype = attachment.content_type.partition("/")
        message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name)
    return message.as_bytes()
