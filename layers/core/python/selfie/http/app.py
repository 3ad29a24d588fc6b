"""Make the Chalice app of a function for coordinators; respondents' functions make their own and log no request."""

from collections.abc import Callable

from chalice.app import Chalice, Request, Response

from selfie.observability import log


def make_app(name: str) -> Chalice:
    """Make an app whose answers no cache keeps and whose requests are logged by route, method and status alone."""
    app = Chalice(app_name=name, configure_logs=False)
    app.register_middleware(_guarded, "http")
    return app


def _guarded(request: Request, get_response: Callable[[Request], Response]) -> Response:
    answer = get_response(request)
    answer.headers.setdefault("Cache-Control", "no-store")
    # The path is the route's pattern: no id, no link, no query.
    log("request", route=request.path, method=request.method, status=answer.status_code)
    return answer
