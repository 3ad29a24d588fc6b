"""How often a route may be called a second, all people together: bounds for what a flood can cost and whom it can harm.

Links and addresses are bounded one by one before that, see ``infra/stacks/firewall.py``.
"""

from dataclasses import dataclass
from typing import Final

from infra.functions import Function


@dataclass(frozen=True, slots=True)
class Throttle:
    """Requests a second on average, and at once."""

    rate: int
    burst: int


# Enough for hundreds of classes at once.
ORDINARY: Final = Throttle(1000, 2000)
# A document takes up to a second of a processor; a flood of them must leave processors for questionnaires.
RENDERING: Final = Throttle(100, 200)
# Each of these sends an e-mail, or works through a password.
MAILING: Final = Throttle(10, 50)
MAILING_ROUTES: Final = frozenset(
    {
        ("POST", "/api/sign-ups"),
        ("POST", "/api/takeovers"),
        ("POST", "/api/associations"),
        ("POST", "/api/associations/forgotten"),
        ("POST", "/api/schools/{school}/email"),
        ("POST", "/api/schools/{school}/coordinators/{role}/invitation"),
        ("POST", "/api/schools/{school}/coordinators/{role}/removal"),
    }
)


def throttle_of(function: Function, method: str, path: str) -> Throttle:
    """Return the bound of a route."""
    if (method, path) in MAILING_ROUTES:
        return MAILING
    return RENDERING if function.reporting else ORDINARY
