"""Read what a coordinator's page sends, or what a task is given, and answer in JSON."""

import json
from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from chalice.app import Request, Response
from pydantic import BaseModel, ConfigDict

from selfie.domain.errors import Invalid, TooLarge, Unknown

# Ten own statements for four groups with help, four bytes a letter, fit several times.
LARGEST_BODY: Final = 256 * 1024


class Incoming(BaseModel):
    """The base of every request body: nothing unknown comes in, no value comes out in an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class Given(BaseModel):
    """The base of what tasks are given and of queries that others may add to: what is unknown is passed over."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)


class _QueriedVersion(Incoming):
    version: int


# Nobody sends us forms of many fields.
LARGEST_FORM: Final = 20
# Of a number in an address.
MOST_DIGITS: Final = 6

Model = TypeVar("Model", bound=Incoming)
Choice = TypeVar("Choice", bound=StrEnum)


def read_body(request: Request, model: type[Model]) -> Model:
    """Read a JSON body; raise TooLarge, or ValidationError / Invalid when it does not fit."""
    raw = request.raw_body
    if len(raw) > LARGEST_BODY:
        raise TooLarge
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid.one("body", "not_utf8") from error
    return model.model_validate_json(text)


def read_form(request: Request) -> dict[str, str]:
    """Read a form as browsers and providers send it; of a name that comes twice the last one counts."""
    raw = request.raw_body
    if len(raw) > LARGEST_BODY:
        raise TooLarge
    try:
        return dict(parse_qsl(raw.decode("ascii"), max_num_fields=LARGEST_FORM))
    except ValueError as error:
        raise Invalid.one("body", "invalid") from error


def read_number(text: str) -> int:
    """Read a number in an address; raise Unknown for what is none, or has more digits than anything that we number."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Unknown
    return int(text)


def read_query(request: Request, name: str) -> str | None:
    """Return one query parameter."""
    parameters = request.query_params or {}
    value = parameters.get(name)
    return str(value) if value is not None else None


def read_version(request: Request) -> int:
    """Return the version that a deletion, which has no body, was made on; raise ValidationError for none."""
    return _QueriedVersion.model_validate({"version": read_query(request, "version")}).version


def read_choice(choices: type[Choice], text: str) -> Choice:
    """Read one of several off an address; raise Unknown for what is none of them."""
    if text not in set(choices):
        raise Unknown
    return choices(text)


def json_answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer in JSON that no cache may keep."""
    return Response(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        headers={"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"} | (headers or {}),
        status_code=status,
    )
