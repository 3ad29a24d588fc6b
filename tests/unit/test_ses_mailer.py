"""Messages as SES gets them, and what is told of those that it refuses."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends

from selfie.adapters.ses_mailer import MailRefused, SesMailer, mime
from selfie.domain.errors import MaybeSent, TryAgain
from selfie.ports import Attachment, Email

SENDER = "selfie@example.org"
MESSAGE = Email(
    to=("oak@example.net", "head@example.net"),
    subject="Votre rapport est prêt — École du Chêne",
    text="Bonjour,\n\nvoici le rapport. " + "Très long. " * 200,
    html="<p>Bonjour, <b>voilà</b></p>",
    attachments=(Attachment("rapport-fr.pdf", "application/pdf", b"%PDF-1.7\x00\xff"),),
)


@pytest.fixture
def ses() -> Iterator[Any]:
    """Moto's SES with a verified sender."""
    with mock_aws():
        client = boto3.client("sesv2", region_name="eu-west-1")
        client.create_email_identity(EmailIdentity=SENDER)
        yield client


def test_a_message_arrives_with_both_bodies_and_its_attachment(ses: Any) -> None:
    SesMailer(ses, SENDER).send(MESSAGE)
    (sent,) = ses_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].sent_messages
    message = _read(sent.raw_data)
    assert message["Subject"] == MESSAGE.subject
    assert message["From"] == SENDER
    assert [address.addr_spec for address in message["To"].addresses] == list(MESSAGE.to)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain
    assert html
    assert plain.get_content().split() == MESSAGE.text.split()
    assert html.get_content().strip() == MESSAGE.html
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "rapport-fr.pdf"
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content() == b"%PDF-1.7\x00\xff"


def test_a_message_is_seven_bit_in_short_lines() -> None:
    raw = mime(MESSAGE, SENDER)
    assert raw.isascii()
    assert max(len(line) for line in raw.splitlines()) < 998


def test_a_subject_cannot_bring_headers_of_its_own() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        mime(Email(("oak@example.net",), "Report\r\nBcc: everybody@example.net", "", ""), SENDER)


def test_a_busy_service_asks_to_try_again() -> None:
    with pytest.raises(TryAgain):
        _refused_with("TooManyRequestsException")


def test_what_is_no_fault_of_the_message_is_tried_again() -> None:
    for code in ("AccessDeniedException", "SendingPausedException"):
        with pytest.raises(TryAgain):
            _refused_with(code)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (ConnectTimeoutError(endpoint_url="https://email.example"), TryAgain),
        (EndpointConnectionError(endpoint_url="https://email.example"), TryAgain),
        (ReadTimeoutError(endpoint_url="https://email.example"), MaybeSent),
        (ConnectionClosedError(endpoint_url="https://email.example"), MaybeSent),
    ],
)
def test_a_message_that_got_no_answer_may_have_gone_out(broken: Exception, said: type[TryAgain]) -> None:
    def breaks(**_: Any) -> None:
        raise broken

    client = boto3.client("sesv2", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    client.meta.events.register("before-call", breaks)
    with pytest.raises(TryAgain) as raised:
        SesMailer(client, SENDER).send(MESSAGE)
    assert type(raised.value) is said


def test_a_refusal_tells_its_code_and_no_address() -> None:
    with pytest.raises(MailRefused) as raised:
        _refused_with("MessageRejected")
    assert str(raised.value) == "MessageRejected"
    assert raised.value.__context__ is None
    assert raised.value.__cause__ is None


def _refused_with(code: str) -> None:
    client = boto3.client("sesv2", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubber:
        stubber.add_client_error("send_email", code, "Address is not verified: oak@example.net", 400)
        SesMailer(client, SENDER).send(MESSAGE)


def _read(raw: Any) -> EmailMessage:
    content = raw.encode() if isinstance(raw, str) else raw
    return email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)
