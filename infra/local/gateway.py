"""Serve the built site and turn requests into the events that an HTTP API (payload format 1.0) sends to Lambda."""

import base64
import gzip
import json
import mimetypes
import sys
import traceback
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from infra.headers import ANONYMOUS_REQUEST_HEADERS, BADGE_HEADERS, BADGES, SECURITY_HEADERS
from infra.local.environments import Environments

LARGEST_BODY: Final = 6 * 1024 * 1024  # Lambda takes no more
IMMUTABLE: Final = "public, max-age=31536000, immutable"
PAGES_CACHED: Final = "public, max-age=300"
WORTH_COMPRESSING: Final = 1024
# Whoever comes here has not signed in.
ANONYMOUS: Final = ("/s/", "/plan/", BADGES)

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked for."""

    method: str
    url: SplitResult
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's last value, or an empty string."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client gets."""

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=list)

    @classmethod
    def json(cls, value: Any, status: int = 200) -> "Answer":
        """Answer in JSON."""
        headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
        return cls(status, json.dumps(value).encode(), headers)

    @classmethod
    def redirect(cls, to: str, status: int = 303) -> "Answer":
        """Send the client elsewhere."""
        return cls(status, b"", [("Location", to), ("Cache-Control", "no-store")])


Part = Callable[[Request], Answer | None]


class Site:
    """The built pages, kept in memory: a path that is not among them does not exist."""

    def __init__(self, folder: Path) -> None:
        """Read every file once."""
        self._files = {
            f"/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }
        self._locales = sorted(
            (path.name for path in folder.iterdir() if (path / "index.html").is_file()),
            key=lambda name: (name != "en", name),
        )

    def __call__(self, request: Request) -> Answer:
        """Answer as the CDN does, see ``infra/stacks/viewer_request.js``."""
        if request.method not in ("GET", "HEAD"):
            return Answer.json({"message": "Method Not Allowed"}, 405)
        path = request.url.path
        if path == "/":
            return Answer.redirect(f"/{self._best_locale(request)}/", 302)
        name = f"{path}index.html" if path.endswith("/") else path
        if name in self._files:
            return self._file(name)
        if f"{path}/index.html" in self._files:
            return Answer.redirect(f"{path}/", 302)
        locale = path.split("/")[1]
        return self._file(f"/{locale if locale in self._locales else self._best_locale(request)}/404.html", 404)

    def _file(self, name: str, status: int = 200) -> Answer:
        content = self._files.get(name, b"Not found")
        return Answer(
            404 if name.endswith("/404.html") else status,
            content,
            [
                ("Content-Type", _content_type(name)),
                ("Cache-Control", IMMUTABLE if name.startswith("/static/") else PAGES_CACHED),
            ],
        )

    def _best_locale(self, request: Request) -> str:
        best, best_quality = self._locales[0], 0.0
        for part in request.header("accept-language").split(","):
            tag, _, quality = part.strip().partition(";q=")
            language = tag.lower().partition("-")[0]
            weight = _number(quality) if quality else 1.0
            if language in self._locales and weight > best_quality:
                best, best_quality = language, weight
        return best


@dataclass(frozen=True, slots=True)
class Route:
    """One route of an HTTP API: method and path pattern, as in ``/s/{link}``."""

    method: str
    path: str
    environments: Environments

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """Return the path's parameters when the pattern fits."""
        parameters = {}
        pattern = self.path.split("/")
        if len(pattern) != len(segments):
            return None
        for expected, found in zip(pattern, segments, strict=True):
            if expected.startswith("{") and found:
                parameters[expected.strip("{}")] = unquote(found)
            elif expected != found:
                return None
        return parameters


class HttpApi:
    """The routes of all functions, read from their Chalice apps."""

    PREFIXES: Final = ("/api/", "/auth/", *ANONYMOUS)

    def __init__(self, functions: Iterable[Environments]) -> None:
        """Collect the routes; those without parameters come first, as in AWS's order of preference."""
        self._routes = sorted(
            (
                Route(method, path, environments)
                for environments in functions
                for path, methods in environments.handler.routes.items()  # type: ignore[attr-defined]
                for method in methods
            ),
            key=lambda route: [segment.startswith("{") for segment in route.path.split("/")],
        )

    def __call__(self, request: Request) -> Answer | None:
        """Answer what the CDN sends to the API; None for everything else."""
        if not request.url.path.startswith(self.PREFIXES):
            return None
        segments = request.url.path.split("/")
        for route in self._routes:
            if route.method == request.method and (parameters := route.match(segments)) is not None:
                try:
                    return _answer(route.environments.invoke(_event(request, route, parameters)))
                except Exception as error:  # noqa: BLE001  AWS answers for a function that broke
                    # Its text may repeat what somebody sent.
                    print(f"{route.method} {route.path}: {type(error).__name__}", file=sys.stderr)
                    traceback.print_tb(error.__traceback__)
                    return Answer.json({"message": "Internal Server Error"}, 500)
        return Answer.json({"message": "Not Found"}, 404)


class Gateway(ThreadingHTTPServer):
    """The one address of the local run: asks its parts in turn; the last one, the site, always answers."""

    daemon_threads = True
    request_queue_size = 128  # a class presses Send at once
    allow_reuse_address = True

    def __init__(self, port: int, parts: Iterable[Part]) -> None:
        """Listen on this machine only."""
        self._parts = tuple(parts)
        super().__init__(("127.0.0.1", port), _Connection)

    def answer(self, request: Request) -> Answer:
        """Find the part that knows the path."""
        for part in self._parts:
            answer = part(request)
            if answer is not None:
                return answer
        return Answer.json({"message": "Not Found"}, 404)


class _Connection(BaseHTTPRequestHandler):
    """One connection, kept open between requests. It logs nothing: an address or a path is nobody's business."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # with the buffer: 48 → 1.7 ms a request
    wbufsize = 65536
    timeout = 65
    server: Gateway

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding"):
            self._refuse(411)
        elif not length.isdigit():
            self._refuse(400)
        elif int(length) > LARGEST_BODY:
            self._refuse(413)
        else:
            body = self.rfile.read(int(length))
            request = Request(self.command, urlsplit(f"http://localhost{self.path}"), self.headers.items(), body)
            self._send(request, self.server.answer(request))

    # What the CDN lets through.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Refuse every other method, which the library looks for under its own name."""
        if name.startswith("do_"):
            return lambda: self._refuse(405)
        raise AttributeError(name)

    def _refuse(self, status: int) -> None:
        self.close_connection = True  # the body was not read
        answer = Answer.json({"message": self.responses[status][0]}, status)
        self._send(Request(self.command, urlsplit("/"), [], b""), answer)

    def _send(self, request: Request, answer: Answer) -> None:
        headers, body = _with_security_headers(request, answer.headers), answer.body
        if _is_compressible(request, answer):
            body = gzip.compress(body, compresslevel=6, mtime=0)
            headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
        self.send_response_only(answer.status)
        self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


def _with_security_headers(request: Request, headers: Headers) -> Headers:
    """Add what the CDN adds; an answer's own policy stays, everything else is replaced."""
    own = {name.lower() for name, _ in headers}
    added = {
        name: value
        for name, value in (BADGE_HEADERS if request.url.path.startswith(BADGES) else SECURITY_HEADERS).items()
        if name != "Content-Security-Policy" or name.lower() not in own
    }
    replaced = {name.lower() for name in added}
    return [(name, value) for name, value in headers if name.lower() not in replaced] + list(added.items())


def _is_compressible(request: Request, answer: Answer) -> bool:
    headers = {name.lower(): value for name, value in answer.headers}
    content_type = headers.get("content-type", "")
    return (
        len(answer.body) >= WORTH_COMPRESSING
        and "gzip" in request.header("accept-encoding")
        and "content-encoding" not in headers
        and (_is_text(content_type) or content_type.startswith("image/svg"))
    )


def _event(request: Request, route: Route, path_parameters: Mapping[str, str]) -> dict[str, Any]:
    """Write a request as HTTP API's event, payload format 1.0."""
    headers = request.headers
    if request.url.path.startswith(ANONYMOUS):
        headers = [(name, value) for name, value in headers if name.lower() in ANONYMOUS_REQUEST_HEADERS]
    query = parse_qsl(request.url.query, keep_blank_values=True)
    body, is_base64 = _event_body(request)
    now = datetime.now(UTC)
    return {
        "version": "1.0",
        "resource": route.path,
        "path": unquote(request.url.path),
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _many(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _many(query) or None,
        "pathParameters": dict(path_parameters) or None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": "localhost",
            "domainPrefix": "localhost",
            "extendedRequestId": "",
            "httpMethod": request.method,
            "identity": {"sourceIp": "127.0.0.1", "userAgent": ""},
            "path": unquote(request.url.path),
            "protocol": "HTTP/1.1",
            "requestId": str(uuid.uuid4()),
            "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "requestTimeEpoch": int(now.timestamp() * 1000),
            "resourceId": f"{request.method} {route.path}",
            "resourcePath": route.path,
            "stage": "$default",
        },
        "body": body,
        "isBase64Encoded": is_base64,
    }


def _event_body(request: Request) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    # AWS passes on as text only what says that it is text; a form does not.
    if _is_text(request.header("content-type")):
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode("ascii"), True


def _answer(result: Mapping[str, Any]) -> Answer:
    """Read a function's answer."""
    headers = [(name, str(value)) for name, value in (result.get("headers") or {}).items()]
    for name, values in (result.get("multiValueHeaders") or {}).items():
        headers = [(other, value) for other, value in headers if other.lower() != name.lower()]
        headers += [(name, str(value)) for value in values]
    body = result.get("body") or ""
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    return Answer(int(result["statusCode"]), content, headers)


def _many(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _is_text(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return (
        kind.startswith("text/")
        or kind in ("application/json", "application/javascript", "application/xml")
        or (kind.endswith(("+json", "+xml")) and not kind.startswith("image/"))
    )


def _content_type(name: str) -> str:
    if name.endswith(".js"):
        return "text/javascript; charset=utf-8"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind == "image/svg+xml" else kind


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
