"""Start the whole system as ``make run`` does, in a process of its own, and talk to it over HTTP."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from infra.local.client import Client
from infra.local.processes import free_port

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "layers/core/python", ROOT / "layers/reporting/python", ROOT)


@dataclass(frozen=True)
class LocalSystem:
    """A running system: its address, its folder, its process."""

    url: str
    folder: Path
    process: "subprocess.Popen[str]"

    def client(self) -> Client:
        """Open a browser that has not been here before."""
        return Client(self.url)

    def person(self, name: str = "robin") -> dict[str, Any]:
        """Return name, password and TOTP secret: robin and camille coordinate a school each, alex none."""
        return next(person for person in self.client().get("/local/people.json").json() if person["name"] == name)

    def signed_in(self, name: str = "robin") -> Client:
        """Return a browser in which somebody has signed in."""
        client, person = self.client(), self.person(name)
        client.sign_in(person["name"], person["password"], person["totp_secret"])
        return client


def start(folder: Path, port: int, **environment: str) -> "subprocess.Popen[str]":
    """Start the program; its output can be read from the process."""
    command = [sys.executable, "-m", "infra.local", "--port", str(port), "--folder", str(folder)]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    variables |= {"PYTHONPATH": os.pathsep.join(map(str, SOURCES)), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        command, cwd=ROOT, env=variables | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def activated(
    client: Client, level: str = "lower_secondary", coded: Sequence[str] = (), **numbers: int
) -> dict[str, Any]:
    """Set up an exercise of the coordinator's school that runs from today on."""
    school = client.get("/api/me").json()["schools"][0]["id"]
    invited = {"school_leader": 5, "teacher": 40, "student": 160, **numbers}
    made = client.expect(201, "POST", f"/api/schools/{school}/exercises", {"level": level, "numbers": invited})
    today = date.fromisoformat(client.get("/api/calendar").json()["today"])
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=6)).isoformat()}
    path = f"/api/exercises/{made['id']}"
    made = client.expect(200, "PUT", f"{path}/dates", {"version": made["version"], **days})
    made = client.expect(200, "PUT", f"{path}/codes", {"version": made["version"], "groups": coded})
    body = {"version": made["version"], "informed": True}
    exercise: dict[str, Any] = client.expect(200, "POST", f"{path}/activation", body)
    return exercise


def codes_on_sheet(client: Client, exercise: str, group: str) -> list[str]:
    """Print a group's slips and read the codes."""
    sheet = client.call("GET", f"/api/exercises/{exercise}/slips/{group}?locale=en")
    assert sheet.status == 200
    pages = PdfReader(BytesIO(sheet.body)).pages
    return [code for page in pages for code in re.findall(r"\b(?:[0-9A-Z]{3}-){2}[0-9A-Z]{3}\b", page.extract_text())]


@contextmanager
def running_system(folder: Path) -> Iterator[LocalSystem]:
    """Run the system in a folder for as long as the block lasts."""
    port = free_port()
    process = start(folder, port)
    try:
        wait_until_ready(process)
        yield LocalSystem(f"http://localhost:{port}", folder, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def wait_until_ready(process: "subprocess.Popen[str]") -> None:
    """Read the program's output until it says that it is ready; fail with what it said otherwise."""
    assert process.stdout
    said = []
    for line in process.stdout:
        if line.startswith("Ready: "):
            return
        said.append(line)
    raise AssertionError("the system did not start:\n" + "".join(said))
