"""Measure opening and submitting through the running system: ``python -m bench.open_and_submit [--site URL]``.

Sets up an exercise as the sample coordinator, then lets 16 respondents at a time open the questionnaire and send it,
each over a connection that stays open as browsers keep theirs. Start ``python -m infra.local`` first.
"""

import argparse
import random
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http.client import HTTPConnection
from itertools import repeat
from typing import Final
from urllib.parse import urlencode, urlsplit

from infra.local.client import Client, Form, Refused, read_forms

AT_ONCE: Final = 16
SUBMISSIONS: Final = 1000
LEAST_PER_SECOND: Final = 60
SLOWEST_P95_MS: Final = 400
LENGTH_DAYS: Final = 7
INVITED: Final = {"school_leader": 5, "teacher": 45, "student": 20_000}
LEVELS: Final = ("lower_secondary", "upper_secondary_general", "post_secondary", "primary")

# One connection a thread, as one browser has.
connections = threading.local()


def running_link(site: str) -> str:
    """Set up and activate an exercise that runs from today on; return its students' link."""
    client = Client(site)
    person = client.get("/local/people.json").json()[0]
    school = client.sign_in(person["name"], person["password"], person["totp_secret"])[0]
    exercises = f"/api/schools/{school['id']}/exercises"
    for level in LEVELS:
        if client.call("POST", exercises, {"level": level, "numbers": INVITED}).status == 201:
            break
    else:
        raise Refused("every level has its exercise in this session already: use a fresh folder")
    made = next(entry for entry in client.expect(200, "GET", exercises)["exercises"] if entry["level"] == level)
    today = date.fromisoformat(client.get("/api/calendar").json()["today"])
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=LENGTH_DAYS - 1)).isoformat()}
    path = f"/api/exercises/{made['id']}"
    made = client.expect(200, "PUT", f"{path}/dates", {"version": made["version"], **days})
    made = client.expect(200, "POST", f"{path}/activation", {"version": made["version"]})
    return str(made["links"]["student"])


def request(host: str, method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
    """Make one request over this thread's connection."""
    if not hasattr(connections, "open"):
        connections.open = HTTPConnection(host, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connections.open.request(method, path, body, headers)
    answer = connections.open.getresponse()
    return answer.status, answer.read().decode()


def respond(host: str, link: str) -> tuple[float, float]:
    """Open and send one questionnaire; return the milliseconds of each."""
    start = time.perf_counter()
    status, page = request(host, "GET", f"{link}/questionnaire?lang=en")
    opened = time.perf_counter()
    form = next(form for form in read_forms(page, f"http://{host}{link}") if "token" in form.hidden)
    body = urlencode({**form.hidden, **dict(answers(form))}, doseq=True).encode()
    filled = time.perf_counter()
    sent_status, _ = request(host, "POST", urlsplit(form.action).path, body)
    sent = time.perf_counter()
    if (status, sent_status) != (200, 201):
        raise Refused(f"opening answered {status}, sending {sent_status}")
    return (opened - start) * 1000, (sent - filled) * 1000


def answers(form: Form) -> Iterator[tuple[str, Sequence[str]]]:
    """Answer everything at random; every tenth respondent also writes something."""
    for name, field in form.fields.items():
        if field.values:
            yield name, [random.choice(field.values)]
        elif random.random() < 0.1:
            yield name, ["More devices that work."]


def print_figures(taken: Mapping[str, Sequence[float]]) -> float:
    """Print median and 95th percentile of each kind of request; return the slowest percentile."""
    slowest = 0.0
    for name, milliseconds in taken.items():
        p95 = statistics.quantiles(milliseconds, n=20)[-1]
        slowest = max(slowest, p95)
        print(f"{name:8} median {statistics.median(milliseconds):6.0f} ms   p95 {p95:6.0f} ms")
    return slowest


def main() -> None:
    """Run and print the figures against the budget."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--site", default="http://localhost:8000")
    options.add_argument("--submissions", type=int, default=SUBMISSIONS)
    asked = options.parse_args()
    host, link = urlsplit(asked.site).netloc, running_link(asked.site)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(respond, repeat(host, AT_ONCE * 2), repeat(link)))  # execution environments start
        start = time.perf_counter()
        taken = list(pool.map(respond, repeat(host, asked.submissions), repeat(link)))
        seconds = time.perf_counter() - start
    rate = asked.submissions / seconds
    slowest = print_figures({"open": [opened for opened, _ in taken], "submit": [sent for _, sent in taken]})
    print(f"{asked.submissions} opened and submitted, {AT_ONCE} at once: {rate:.0f} a second", end=" ")
    print(f"(budget: at least {LEAST_PER_SECOND} a second, p95 at most {SLOWEST_P95_MS} ms)")
    sys.exit(rate < LEAST_PER_SECOND or slowest > SLOWEST_P95_MS)


if __name__ == "__main__":
    main()
