"""Pages for whoever does not sign in: in which language, how they are answered, and what is said of errors."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import ParamSpec

from chalice.app import Request, Response

from selfie.domain.errors import SelfieError, Unforeseen
from selfie.i18n import negotiate
from selfie.observability import log_failure

P = ParamSpec("P")
Route = Callable[P, Response]


def readers_locale(request: Request, offered: Sequence[str]) -> str:
    """Return the language that the address asks for, where it is offered, else what the browser likes best."""
    chosen = str((request.query_params or {}).get("lang", ""))
    return chosen if chosen in offered else negotiate(str(request.headers.get("accept-language", "")), offered)


def html_answer(page: str, locale: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a page; unless ``headers`` say otherwise, no cache may keep it."""
    ours = {"Content-Type": "text/html; charset=utf-8", "Content-Language": locale, "Cache-Control": "no-store"}
    return Response(page, headers=ours | dict(headers or {}), status_code=status)


def as_page(refuse: Callable[[SelfieError], Response]) -> Callable[[Route[P]], Route[P]]:
    """Answer a route's errors as ``refuse`` does; those that nobody foresaw, its own among them, as Unforeseen."""

    def decorate(route: Route[P]) -> Route[P]:
        @wraps(route)
        def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
            try:
                try:
                    return route(*args, **kwargs)
                except SelfieError as error:
                    return refuse(error)
            except Exception as error:  # noqa: BLE001  the last net: no detail leaves the function
                log_failure(error)
                return refuse(Unforeseen())

        return answer

    return decorate
