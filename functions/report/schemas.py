"""What coordinators' and respondents' pages and the state machine send."""

from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl

from pydantic import StringConstraints, ValidationError

from selfie.domain.errors import Invalid, TokenInvalid, TooLarge
from selfie.http.requests import Given, Incoming

# A token and a name of eighty letters of four bytes, percent-encoded, fit several times.
LARGEST_CERTIFICATE_FORM: Final = 4096


class DocumentRequest(Incoming):
    """Asks for the report in a language."""

    locale: Annotated[str, StringConstraints(max_length=20)]


class CoordinatorCertificateRequest(Incoming):
    """Asks for a coordinator's certificate; the name is typed for it and kept nowhere."""

    name: Annotated[str, StringConstraints(max_length=500)] = ""
    locale: Annotated[str, StringConstraints(max_length=20)]


class ReportTask(Given):
    """Names the document a task works on."""

    exercise: str
    locale: str


class RecordTask(ReportTask):
    """Says how the building of a document ended."""

    state: Literal["ready", "failed"]


class SendTask(ReportTask):
    """``execution`` names the try within which a message goes out at most once."""

    execution: str


class CertificateForm(Incoming):
    """Asks for a certificate; ``token`` came with the thanks."""

    token: str
    name: str = ""


def read_certificate_form(body: bytes) -> CertificateForm:
    """Read an URL-encoded body; raise TooLarge, Invalid when it is not UTF-8, TokenInvalid for another page's form."""
    if len(body) > LARGEST_CERTIFICATE_FORM:
        raise TooLarge
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=9)
    except ValueError as error:  # UnicodeDecodeError is one
        raise Invalid.one("form", "not_readable") from error
    try:
        return CertificateForm.model_validate(dict(fields))
    except ValidationError as error:
        raise TokenInvalid from error
