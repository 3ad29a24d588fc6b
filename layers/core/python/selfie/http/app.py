"""Make the Chalice app of a function for coordinators; respondents' functions make their own and log no request."""

from collections.abc import Callable
from typing import Any, Final

from chalice.app import Chalice, LambdaFunctionEvent, Request, Response

from selfie.http.router import Router
from selfie.observability import begin_run, log

# Chalice, like the HTTP API, takes HEAD for a method of its own; whoever checks a link sends it.
READING: Final = ["GET", "HEAD"]


def make_app(name: str) -> Chalice:
    """Make an app whose answers no cache keeps and whose requests are logged by route, method and status alone.

    Its tasks log which run they belong to.
    """
    app = Router(name)
    app.register_middleware(_guarded, "http")
    app.register_middleware(_numbered, "pure_lambda")
    return app


def _numbered(event: LambdaFunctionEvent, get_response: Callable[[LambdaFunctionEvent], Any]) -> Any:
    begin_run(event.context)
    return get_response(event)


def _guarded(request: Request, get_response: Callable[[Request], Response]) -> Response:
    begin_run(request.lambda_context)
    answer = get_response(request)
    answer.headers.setdefault("Cache-Control", "no-store")
    # The path is the route's pattern: no id, no link, no query.
    log("request", route=request.path, method=request.method, status=answer.status_code)
    return answer
