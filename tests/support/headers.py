"""What a scanner of web applications would say of an answer's headers, as rules of our own (see OWASP ZAP's)."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from infra.headers import BADGE_HEADERS, BADGES, SECURITY_HEADERS

# A policy may differ from answer to answer, but never in this.
POLICY: Final = {"default-src": "'none'"}
# Those whose absence would fall back to «everything», since default-src does not stand in for them.
OF_PAGES: Final = {"frame-ancestors": "'none'", "base-uri": "'none'", "form-action": "'self'"}
TELLTALE: Final = ("server", "x-powered-by", "x-runtime", "x-aspnet-version", "via", "x-amzn-remapped-date")
TEXT: Final = re.compile(r"text/|application/(.+\+)?xml|image/svg\+xml")
UNSAFE: Final = re.compile(rb"""<[^>]+\s(?:src|href|action|data|poster)=["']http://(?!localhost)""", re.IGNORECASE)

Headers = Iterable[tuple[str, str]]


def complaints(path: str, headers: Headers, body: bytes, *, public: bool = True) -> list[str]:
    """Return what is wrong with an answer; unless ``public``, no cache may keep it."""
    return list(_complaints(path, [(name.lower(), value) for name, value in headers], body, public=public))


def _complaints(path: str, headers: Headers, body: bytes, *, public: bool) -> Iterator[str]:
    sent = dict(headers)
    content_type = sent.get("content-type", "")
    yield from _policy(sent.get("content-security-policy", ""), is_page=content_type.startswith("text/html"))
    for name, value in (BADGE_HEADERS if path.startswith(BADGES) else SECURITY_HEADERS).items():
        if name != "Content-Security-Policy" and sent.get(name.lower()) != value:
            yield f"{name} is {sent.get(name.lower())}"
    yield from (f"{name} tells what runs here" for name in TELLTALE if name in sent)
    if len({name for name, _ in headers if name != "set-cookie"}) != len(
        [1 for name, _ in headers if name != "set-cookie"]
    ):
        yield "a header stands twice"
    if body and not content_type:
        yield "no content type"
    if TEXT.match(content_type) and "charset=utf-8" not in content_type.lower():
        yield f"{content_type} without its charset"
    for cookie in (value for name, value in headers if name == "set-cookie"):
        yield from _cookie(cookie)
    if "cache-control" not in sent:
        yield "nothing said about keeping it"
    if not public and sent.get("cache-control") != "no-store":
        yield f"private, and may be kept: {sent.get('cache-control')}"
    if "set-cookie" in sent and sent.get("cache-control") != "no-store":
        yield "sets a cookie, and may be kept"
    if "access-control-allow-origin" in sent and not path.startswith(BADGES):
        yield "may be read by other sites"
    if content_type.startswith("text/html") and UNSAFE.search(body):
        yield "asks for something without encryption"


def _policy(text: str, *, is_page: bool) -> Iterator[str]:
    policy = dict(directive.strip().partition(" ")[::2] for directive in text.split(";"))
    wanted = POLICY | (OF_PAGES if is_page and policy.keys() != POLICY.keys() else {})
    yield from (f"policy: {name} is {policy.get(name)}" for name in wanted if policy.get(name) != wanted[name])
    for name, sources in policy.items():
        if name.startswith("script") and not set(sources.split()) <= {"'self'", "'none'"}:
            yield f"policy: {name} {sources}"
        if is_page and "unsafe" in sources:
            yield f"policy: {name} {sources}"
        if "*" in sources or "http:" in sources:
            yield f"policy: {name} {sources}"


def _cookie(text: str) -> Iterator[str]:
    name, *attributes = [part.strip() for part in text.split(";")]
    given = {attribute.lower() for attribute in attributes}
    if not name.startswith("__Host-"):
        yield f"cookie {name.partition('=')[0]} may be set by neighbours"
    missing = {"secure", "httponly", "path=/"} - given
    if missing or not given & {"samesite=lax", "samesite=strict"}:
        yield f"cookie {name.partition('=')[0]} lacks {sorted(missing) or 'SameSite'}"
