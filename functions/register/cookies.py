"""The cookies of signing in; that of a session is in ``selfie.http.coordinators``."""

from typing import Final

from chalice.app import Request

from selfie.http.coordinators import read_cookie

# Binds a log-in under way to the browser that began it.
LOGIN_COOKIE: Final = "__Host-login"
# Lets the browser that confirmed a school's address claim the school, or a role in it, once somebody has signed in.
CLAIM_COOKIE: Final = "__Host-claim"
# Lax, not Strict: the way back from the provider begins on another site.
ATTRIBUTES: Final = "HttpOnly; Secure; SameSite=Lax; Path=/"


def keep(name: str, value: str, seconds: int | None = None) -> str:
    """Set a cookie until the browser is closed, or for some seconds."""
    lives = "" if seconds is None else f"Max-Age={seconds}; "
    return f"{name}={value}; {lives}{ATTRIBUTES}"


def forget(name: str) -> str:
    """Take a cookie away."""
    return keep(name, "", 0)


def read(request: Request, name: str) -> str:
    """Return a cookie's value, or an empty text."""
    return read_cookie(request, name) or ""
