"""The security headers of every page and answer: the CDN adds them when deployed, the gateway in the local run."""

from typing import Final

# Pages load nothing from anywhere else, run no inline script or style, and cannot be framed.
_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "require-trusted-types-for": "'script'",
}

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in _POLICY.items()),
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# Badges are shown on schools' own sites, and verified by programs that run there.
BADGES: Final = "/badges/"
BADGE_HEADERS: Final = SECURITY_HEADERS | {"Cross-Origin-Resource-Policy": "cross-origin"}

# What the bucket says of itself, and nobody needs to know.
HIDDEN_HEADERS: Final = ("Server", "x-amz-server-side-encryption")

# All that a respondent's request tells the functions, in lower case: no cookie, no user agent, no referrer.
ANONYMOUS_REQUEST_HEADERS: Final = ("accept", "accept-encoding", "accept-language", "content-type")
