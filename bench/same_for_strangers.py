"""Compare the times of known and unknown addresses: ``python -m bench.same_for_strangers [--site URL]``.

Asks for a link in turns for an address that has a school account and for one that has none, and says how often
somebody who sees nothing but the time would guess right which was which: one half is what a coin does. Starts a system
of its own on a free port and a fresh folder, unless ``--site`` names one that runs.
"""

import argparse
import statistics
import sys
import time
from contextlib import nullcontext
from typing import Any, Final

import altcha

from bench.open_and_submit import running_system
from functions.register.attempts import MOST_ATTEMPTS
from infra.local.client import Client
from infra.local.people import RIVERSIDE

PAIRS: Final = 60
WARM_UP: Final = 5
# Three standard deviations of a coin with so many throws, both ways.
FARTHEST_FROM_A_COIN: Final = 0.16


def ask(client: Client, path: str, more: dict[str, Any]) -> float:
    """Ask for a link with a solved puzzle; return the milliseconds of the answer."""
    made = altcha.Challenge.from_dict(client.expect(200, "GET", "/api/puzzle"))
    solution = altcha.solve_challenge(made)
    if solution is None:
        raise RuntimeError("the puzzle could not be solved")
    body = {"locale": "en", "puzzle": altcha.Payload(made, solution).to_base64(), **more}
    begun = time.perf_counter()
    client.expect(202, "POST", path, body)
    return (time.perf_counter() - begun) * 1000


def compare(client: Client, path: str, more: dict[str, Any]) -> bool:
    """Print one comparison; return whether the times tell nothing."""
    known: list[float] = []
    unknown: list[float] = []
    for number in range(WARM_UP + PAIRS):
        if number and number % MOST_ATTEMPTS == 0:
            # Within a day, no more messages than this go to one address.
            client.expect(200, "POST", "/local/clock", {"days": 1})
        asked = [(known, RIVERSIDE.emails[0]), (unknown, f"office{number}@nobody.example")]
        # In turns: who is asked second may find more that is warm.
        for times, email in asked if number % 2 else reversed(asked):
            took = ask(client, path, {"email": email, **more})
            if number >= WARM_UP:
                times.append(took)
    right = sum((a > b) + (a == b) / 2 for a in known for b in unknown) / PAIRS**2
    print(
        f"{path}: known {statistics.median(known):.1f} ms, unknown {statistics.median(unknown):.1f} ms (medians of "
        f"{PAIRS}); a guess by the time is right in {100 * right:.0f} of 100 (34 to 66)"
    )
    return abs(right - 0.5) <= FARTHEST_FROM_A_COIN


def main() -> int:
    """Print all comparisons; return 1 when one tells something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", help="the address of a system that runs")
    given = parser.parse_args().site
    with nullcontext(given) if given else running_system() as site:
        client = Client(site)
        policy = client.expect(200, "GET", "/api/sign-ups")["policy"]
        said = [compare(client, "/api/sign-ups", {"policy": policy}), compare(client, "/api/takeovers", {})]
    return 0 if all(said) else 1


if __name__ == "__main__":
    sys.exit(main())
