"""Measure opening and submitting through the running system: ``python -m bench.open_and_submit [--site URL]``.

Sets up an exercise as the sample coordinator, then lets 16 respondents at a time open the questionnaire and send it,
each over a connection that stays open as browsers keep theirs, and compressed as browsers want it. Starts a system of
its own on a free port and a fresh folder, unless ``--site`` names one that runs.

Both share the machine, so this side does as little as it can: the form is read once, and of every page only the token.
"""

import argparse
import gzip
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlencode, urlsplit

from infra.local.client import Client, Form, Refused, read_forms
from infra.local.processes import free_port

AT_ONCE: Final = 16
SUBMISSIONS: Final = 1000
WARM_UP: Final = 200  # execution environments start, Java compiles
LEAST_PER_SECOND: Final = 60
SLOWEST_P95_MS: Final = 400
LENGTH_DAYS: Final = 7
INVITED: Final = {"school_leader": 5, "teacher": 45, "student": 20_000}
LEVELS: Final = ("lower_secondary", "upper_secondary_general", "post_secondary", "primary")
TOKEN: Final = re.compile(r'name="token" value="([^"]+)"')

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
    made = client.expect(200, "POST", f"{path}/activation", {"version": made["version"], "informed": True})
    return str(made["links"]["student"])


def request(host: str, method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
    """Make one request over this thread's connection."""
    if not hasattr(connections, "open"):
        connections.open = HTTPConnection(host, timeout=30)
    headers = {"Accept-Encoding": "gzip"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connections.open.request(method, path, body, headers)
    answer = connections.open.getresponse()
    content = answer.read()
    if answer.headers["Content-Encoding"] == "gzip":
        content = gzip.decompress(content)
    return answer.status, content.decode()


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What all respondents open, and where and with which fields they send it."""

    host: str
    path: str
    form: Form

    @classmethod
    def read(cls, host: str, link: str) -> "Questionnaire":
        """Open it once and read its form."""
        path = f"{link}/questionnaire?lang=en"
        _, page = request(host, "GET", path)
        return cls(
            host, path, next(form for form in read_forms(page, f"http://{host}{link}") if "token" in form.hidden)
        )

    def respond(self, _number: int) -> tuple[float, float]:
        """Open and send it as one respondent; return the milliseconds of each."""
        start = time.perf_counter()
        status, page = request(self.host, "GET", self.path)
        opened = time.perf_counter()
        token = TOKEN.search(page)
        if status != 200 or token is None:
            raise Refused(f"opening answered {status}")
        body = urlencode({"token": token[1], **dict(self._answers())}).encode()
        filled = time.perf_counter()
        status, _ = request(self.host, "POST", urlsplit(self.form.action).path, body)
        sent = time.perf_counter()
        if status != 201:
            raise Refused(f"sending answered {status}")
        return (opened - start) * 1000, (sent - filled) * 1000

    def _answers(self) -> Iterator[tuple[str, str]]:
        """Answer everything at random; every tenth respondent also writes something."""
        for name, field in self.form.fields.items():
            if field.values:
                yield name, random.choice(field.values)
            elif random.random() < 0.1:
                yield name, "More devices that work."


def print_figures(taken: Mapping[str, Sequence[float]]) -> float:
    """Print median and 95th percentile of each kind of request; return the slowest percentile."""
    slowest = 0.0
    for name, milliseconds in taken.items():
        p95 = statistics.quantiles(milliseconds, n=20)[-1]
        slowest = max(slowest, p95)
        print(f"{name:8} median {statistics.median(milliseconds):6.0f} ms   p95 {p95:6.0f} ms")
    return slowest


@contextmanager
def running_system() -> Iterator[str]:
    """Run the system on a free port and a fresh folder."""
    site = f"http://localhost:{free_port()}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "infra.local", "--folder", folder, "--port", site.rpartition(":")[2]]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as system:
            try:
                if not (system.stdout and system.stdout.readline()):
                    raise SystemExit("the system did not start")
                yield site
            finally:
                system.send_signal(signal.SIGINT)


def measure(site: str, submissions: int) -> bool:
    """Print the figures against the budget and return whether it holds."""
    questionnaire = Questionnaire.read(urlsplit(site).netloc, running_link(site))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(questionnaire.respond, range(WARM_UP)))
        start = time.perf_counter()
        taken = list(pool.map(questionnaire.respond, range(submissions)))
        seconds = time.perf_counter() - start
    rate = submissions / seconds
    slowest = print_figures({"open": [opened for opened, _ in taken], "submit": [sent for _, sent in taken]})
    print(f"{submissions} opened and submitted, {AT_ONCE} at once: {rate:.0f} a second", end=" ")
    print(f"(budget: at least {LEAST_PER_SECOND} a second, p95 at most {SLOWEST_P95_MS} ms)")
    return rate >= LEAST_PER_SECOND and slowest <= SLOWEST_P95_MS


def main() -> None:
    """Measure a system that runs, or one of our own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--site", help="the address of a system that runs")
    options.add_argument("--submissions", type=int, default=SUBMISSIONS)
    asked = options.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    if asked.site:
        within = measure(asked.site, asked.submissions)
    else:
        with running_system() as site:
            within = measure(site, asked.submissions)
    sys.exit(not within)


if __name__ == "__main__":
    main()
