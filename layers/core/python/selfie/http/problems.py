"""Errors as RFC 9457 problem details."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec

from chalice.app import Response
from pydantic import ValidationError

from selfie.domain.errors import FieldError, Invalid, SelfieError, Unforeseen
from selfie.http.statuses import headers_of, status_of
from selfie.observability import log_failure

# The codes of field errors that pydantic's own checks can lead to; anything else is just «invalid».
_FIELD_CODES: Final = {"missing": "missing", "extra_forbidden": "unknown_field", "string_too_long": "too_long"}

P = ParamSpec("P")


def problem(error: SelfieError) -> Response:
    """Write an error as problem details; fields are named, values never repeated."""
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": (type(error).__doc__ or "").split("\n", 1)[0],
        "status": status_of(error),
        "code": error.code,
    }
    if isinstance(error, Invalid):
        body["errors"] = [{"field": entry.field, "code": entry.code} for entry in error.errors]
    headers = headers_of(error) | {"Content-Type": "application/problem+json"}
    return Response(json.dumps(body), headers=headers, status_code=body["status"])


def as_problem(route: Callable[P, Response]) -> Callable[P, Response]:
    """Answer a route's errors as problems; Chalice would make a 500 of them before any middleware sees them."""

    @wraps(route)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return route(*args, **kwargs)
        except SelfieError as error:
            return problem(error)
        except ValidationError as error:
            return problem(invalid(error))
        except Exception as error:  # noqa: BLE001  the last net: no detail leaves the function
            log_failure(error)
            return problem(Unforeseen())

    return answer


def invalid(error: ValidationError) -> Invalid:
    """Turn pydantic's findings into field errors, leaving every value behind."""
    return Invalid(
        [
            FieldError(".".join(str(part) for part in found["loc"]), _FIELD_CODES.get(found["type"], "invalid"))
            for found in error.errors(include_input=False, include_context=False, include_url=False)
        ]
    )
