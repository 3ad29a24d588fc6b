"""Signing a school up: who gets which message, what a link is worth, and that strangers learn nothing."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any

import altcha
import pytest
from chalice.test import Client

from functions.register import puzzle, wiring
from functions.register.accounts import Accounts
from functions.register.app import app
from functions.register.attempts import MOST_ATTEMPTS
from selfie.domain import account
from selfie.domain.account import POLICY_VERSION, LinkPurpose
from selfie.domain.errors import Invalid
from selfie.domain.public_counts import PublicCounts
from selfie.domain.school import Identity, School
from selfie.ports import Email
from tests.support.examples import at
from tests.support.memory import (
    MemoryAccountLinks,
    MemoryAttempts,
    MemoryMailer,
    MemoryPublicCounters,
    MemorySchools,
    StoppedClock,
)

SITE = "https://selfie.example.org"
KEYS = [b"k" * 32, b"j" * 32]
ANNA, BORIS = Identity("https://login.example", "anna"), Identity("https://login.example", "boris")
RIVERSIDE = School("riverside222", "Rivière <b>", "FR", "fr", ("office@riverside.example",))


@dataclass
class Counted:
    """Passes calls on to a store and writes down which were made."""

    store: Any
    calls: list[str]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.calls.append(name)
            return getattr(self.store, name)(*arguments)

        return call


@dataclass
class Desk:
    """The use cases on fakes, and the routes in front of them."""

    clock: StoppedClock = field(default_factory=lambda: StoppedClock(at("2026-11-24T08:00")))
    schools: MemorySchools = field(default_factory=MemorySchools)
    links: MemoryAccountLinks = field(default_factory=MemoryAccountLinks)
    attempts: MemoryAttempts = field(default_factory=MemoryAttempts)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    counters: MemoryPublicCounters = field(default_factory=MemoryPublicCounters)
    calls: list[str] = field(default_factory=list)

    @property
    def accounts(self) -> Accounts:
        """The use cases."""
        stores = (Counted(store, self.calls) for store in (self.schools, self.links, self.attempts, self.mailer))
        return Accounts(*stores, lambda: KEYS, ("en", "fr"), SITE, self.clock, self.counters)

    def solution(self) -> str:
        """Solve a fresh puzzle as a browser does."""
        return solved(puzzle.new_puzzle(KEYS[0], self.clock()))

    def ask(self, email: str = "office@lakeside.example", locale: str = "en") -> Email:
        """Ask for a link and return the message that was sent."""
        self.accounts.ask(email, POLICY_VERSION, locale, self.solution())
        return self.mailer.sent[-1]

    def post(self, path: str, body: Any) -> tuple[int, dict[str, Any], Mapping[str, Any]]:
        """Send JSON; return status, body and headers."""
        got = Client(app).http.post(path, headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())
        return got.status_code, json.loads(got.body), got.headers


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk()
    made.schools.add(RIVERSIDE, ANNA)
    monkeypatch.setattr(wiring, "accounts", lambda: made.accounts)
    return made


def solved(made: dict[str, Any]) -> str:
    """Solve a puzzle with the library's own solver."""
    challenge = altcha.Challenge.from_dict(made)
    solution = altcha.solve_challenge(challenge)
    assert solution
    return altcha.Payload(challenge, solution).to_base64()


def token_of(message: Email) -> str:
    """Find the secret part of the link in a message."""
    return message.text.partition("#")[2].split()[0]


def form(desk: Desk, **changes: str) -> dict[str, str]:
    """What the sign-up page sends."""
    filled = {"email": "office@lakeside.example", "policy": POLICY_VERSION, "locale": "en", "puzzle": desk.solution()}
    return filled | changes


def test_an_unknown_address_gets_a_link_that_makes_a_school(desk: Desk) -> None:
    message = desk.ask(" Office@Lakeside.Example ", "fr")
    assert message.to == ("office@lakeside.example",)
    claim = desk.accounts.confirm(token_of(message), "  Lakeside\u202e\n School ", "IE", "fr")
    desk.accounts.bind(claim, BORIS)
    (school,) = desk.schools.of_identity(BORIS)
    assert school == School(
        school.id,
        "Lakeside School",
        "IE",
        "fr",
        ("office@lakeside.example",),
        policy=POLICY_VERSION,
        remind_on=date(2027, 11, 24),
    )
    assert len(school.id) == 12
    assert desk.counters.read() == PublicCounts(1, 0, {"IE": 1})


def test_a_known_address_gets_a_message_without_a_link_that_makes_anything(desk: Desk) -> None:
    message = desk.ask("office@riverside.example", "en")
    assert "#" not in message.text
    assert f"{SITE}/fr/setup/" in message.text
    assert "Rivière <b>" in message.text
    assert "Rivière &lt;b&gt;" in message.html
    assert '<html lang="fr"' in message.html


def test_nothing_that_can_be_seen_or_measured_tells_known_addresses_from_unknown_ones(desk: Desk) -> None:
    seen = []
    for email in ("office@riverside.example", "office@lakeside.example"):
        desk.calls.clear()
        status, body, headers = desk.post("/api/sign-ups", form(desk, email=email))
        seen.append((status, body, dict(headers), list(desk.calls)))
    assert seen[0] == seen[1]
    assert seen[0][0] == 202
    assert seen[0][3] == ["spend", "allow", "of_email", "add", "send"]


def test_nobody_fills_a_mailbox_and_nobody_learns_that_it_is_enough(desk: Desk) -> None:
    seen = []
    for email in ("office@riverside.example", "office@lakeside.example"):
        for _ in range(MOST_ATTEMPTS):
            within = desk.post("/api/sign-ups", form(desk, email=email))
        assert len([message for message in desk.mailer.sent if message.to == (email,)]) == MOST_ATTEMPTS
        desk.calls.clear()
        status, body, headers = desk.post("/api/sign-ups", form(desk, email=email.upper()))
        assert (status, body, dict(headers)) == (within[0], within[1], dict(within[2]))
        seen.append((status, body, list(desk.calls)))
        assert len([message for message in desk.mailer.sent if message.to == (email,)]) == MOST_ATTEMPTS
    assert seen[0] == seen[1] == (202, {"status": "sent"}, ["spend", "allow", "of_email", "add"])
    # What is counted names no address, and begins anew on the next day.
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for name in desk.attempts.made)
    desk.clock.instant += timedelta(days=1)
    assert desk.ask("office@lakeside.example").to == ("office@lakeside.example",)
    assert len(desk.mailer.sent) == 2 * MOST_ATTEMPTS + 1


class _Reader(HTMLParser):
    """Collects what a message loads and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.loaded += [tag] if tag in {"img", "link", "script", "iframe"} else []
        self.links += [given["href"] or ""] if "href" in given else []


@pytest.mark.parametrize("email", ["office@riverside.example", "office@lakeside.example"])
def test_a_message_loads_nothing_and_says_the_same_as_text_and_as_html(desk: Desk, email: str) -> None:
    message = desk.ask(email)
    reader = _Reader()
    reader.feed(message.html)
    assert reader.loaded == []
    (link,) = reader.links
    assert link in message.text
    assert message.subject in message.html


def test_a_link_works_for_48_hours_and_once(desk: Desk) -> None:
    token = token_of(desk.ask())
    desk.clock.instant += timedelta(hours=47, minutes=59)
    assert desk.accounts.look(token).email == "office@lakeside.example"
    status, body, headers = desk.post(
        "/api/sign-ups/confirmation", {"token": token, "name": "Lakeside", "country": "IE", "locale": "en"}
    )
    assert (status, body) == (200, {"log_in": "/auth/login?return_to=/en/setup/"})
    cookie = SimpleCookie(headers["Set-Cookie"])["__Host-claim"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/")
    assert desk.post("/api/sign-ups/link", {"token": token})[0] == 404
    assert (
        desk.post("/api/sign-ups/confirmation", {"token": token, "name": "Lakeside", "country": "IE", "locale": "en"})[
            0
        ]
        == 404
    )

    late = token_of(desk.ask("late@lakeside.example"))
    desk.clock.instant += timedelta(hours=48)
    assert desk.post("/api/sign-ups/link", {"token": late})[0] == 404


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": " \u200b "}, "name", "missing"),
        ({"name": "x" * 201}, "name", "too_long"),
        ({"country": ""}, "country", "missing"),
        ({"country": "EU"}, "country", "not_offered"),
        ({"locale": "xx"}, "locale", "not_offered"),
    ],
)
def test_what_does_not_fit_is_named_and_leaves_the_link_unused(
    desk: Desk, change: dict[str, str], field: str, code: str
) -> None:
    token = token_of(desk.ask())
    filled = {"token": token, "name": "Lakeside", "country": "IE", "locale": "en"} | change
    status, body, _ = desk.post("/api/sign-ups/confirmation", filled)
    assert (status, body["errors"]) == (422, [{"field": field, "code": code}])
    assert desk.accounts.look(token)


def test_two_links_for_one_address_make_one_school(desk: Desk) -> None:
    claims = [desk.accounts.confirm(token_of(desk.ask()), name, "IE", "en") for name in ("First", "Second")]
    desk.accounts.bind(claims[0], ANNA)
    desk.accounts.bind(claims[1], BORIS)
    assert {school.name for school in desk.schools.of_identity(ANNA)} == {"First", RIVERSIDE.name}
    assert list(desk.schools.of_identity(BORIS)) == []


def test_a_claim_counts_once_and_as_long_as_its_link(desk: Desk) -> None:
    claim = desk.accounts.confirm(token_of(desk.ask()), "Lakeside", "IE", "en")
    desk.accounts.bind(claim, BORIS)
    desk.accounts.bind(claim, ANNA)
    assert len(desk.schools.of_identity(BORIS)) == 1
    assert list(desk.schools.of_identity(ANNA)) == [RIVERSIDE]
    late = desk.accounts.confirm(token_of(desk.ask("late@lakeside.example")), "Late", "IE", "en")
    desk.clock.instant += timedelta(hours=48)
    desk.accounts.bind(late, BORIS)
    assert len(desk.schools.of_identity(BORIS)) == 1


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"email": ""}, "email", "missing"),
        ({"email": "nobody"}, "email", "no_email"),
        ({"email": "a@b"}, "email", "no_email"),
        ({"email": "a b@school.example"}, "email", "no_email"),
        ({"email": "a@school.example\r\nBcc: b@c.example"}, "email", "no_email"),
        ({"email": "a,b@school.example"}, "email", "no_email"),
        ({"email": "a@b@school.example"}, "email", "no_email"),
        ({"email": f"{'a' * 65}@school.example"}, "email", "no_email"),
        ({"email": f"a@{'b' * 64}.example"}, "email", "no_email"),
        ({"policy": ""}, "policy", "missing"),
        ({"policy": "2020-01-01"}, "policy", "outdated"),
        ({"locale": "xx"}, "locale", "not_offered"),
        ({"puzzle": ""}, "puzzle", "missing"),
        ({"puzzle": "e30="}, "puzzle", "not_solved"),
    ],
)
def test_a_form_that_does_not_fit_sends_nothing(desk: Desk, change: dict[str, str], field: str, code: str) -> None:
    status, body, _ = desk.post("/api/sign-ups", form(desk, **change))
    assert (status, body["errors"]) == (422, [{"field": field, "code": code}])
    assert desk.mailer.sent == []
    assert "school.example" not in json.dumps(body)


def test_a_domain_in_another_script_is_written_as_mail_wants_it() -> None:
    assert account.read_email("info@bücher.example") == "info@xn--bcher-kva.example"


def test_a_solution_counts_once_in_its_time_and_for_its_own_puzzle(desk: Desk) -> None:
    def codes(solution: str) -> str:
        with pytest.raises(Invalid) as refused:
            puzzle.check(solution, KEYS, desk.links, desk.clock())
        return refused.value.errors[0].code

    solution = desk.solution()
    puzzle.check(solution, KEYS, desk.links, desk.clock())
    assert codes(solution) == "not_solved"

    late = desk.solution()
    desk.clock.instant += puzzle.TIME_TO_SOLVE
    assert codes(late) == "not_solved"

    made = puzzle.new_puzzle(KEYS[0], desk.clock())
    easier = {**made, "parameters": {**made["parameters"], "cost": 1}}
    assert (
        codes(altcha.Payload(altcha.Challenge.from_dict(easier), altcha.Solution(1, "00")).to_base64()) == "not_solved"
    )
    assert codes(solved(puzzle.new_puzzle(b"x" * 32, desk.clock()))) == "not_solved"
    # The older key still counts, so that keys can rotate.
    puzzle.check(solved(puzzle.new_puzzle(KEYS[1], desk.clock())), KEYS, desk.links, desk.clock())


def test_a_link_of_another_purpose_shows_nothing(desk: Desk) -> None:
    claim = desk.accounts.confirm(token_of(desk.ask()), "Lakeside", "IE", "en")
    assert desk.links.find(LinkPurpose.BINDING, claim, desk.clock())
    assert desk.post("/api/sign-ups/link", {"token": claim})[0] == 404


def test_nothing_of_a_sign_up_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    caplog.set_level("DEBUG")
    status, _, _ = desk.post("/api/sign-ups", form(desk))
    token = token_of(desk.mailer.sent[-1])
    assert status == 202
    desk.post("/api/sign-ups/link", {"token": token})
    said = caplog.text + "".join(capsys.readouterr())
    assert "lakeside" not in said
    assert token not in said
