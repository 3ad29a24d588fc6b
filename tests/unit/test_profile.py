"""What a school says about itself, its additional address, and who may change that."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from chalice.test import Client

from functions.register import wiring
from functions.register.app import app
from functions.register.profiles import Profiles
from functions.register.service import SigningIn
from selfie.adapters import lifetimes
from selfie.domain.school import Identity, School
from selfie.ports import CoordinatorSession, Email
from tests.support.examples import at
from tests.support.memory import (
    MemoryAccountLinks,
    MemoryAttempts,
    MemoryLogins,
    MemoryMailboxes,
    MemoryMailer,
    MemoryPublicCounters,
    MemorySchools,
    StoppedClock,
)

SITE = "https://selfie.example.org"
NOW = at("2026-11-24T08:00")
ANNA, BORIS = Identity("https://login.example", "anna"), Identity("https://login.example", "boris")
OAK = School("oakoakoakoak", "Oak School", "IE", "en", ("oak@school.example",))
ELM = School("elmelmelmelm", "École de l'Orme", "FR", "fr", ("orme@ecole.example",))
REGIONS = {"IE": {"IE04": "Northern and Western", "IE05": "Southern"}, "BE": {"BE2": "Vlaams Gewest"}}
FILLED = {
    "version": 0,
    "name": "Oak College",
    "country": "IE",
    "locale": "fr",
    "kind": "public",
    "region": "IE04",
    "levels": ["post_secondary", "primary"],
    "address": "1 Lane\r\nTown",
}


@dataclass
class Office:
    """The routes on fakes; ``cookie`` is the coordinator's who asks."""

    clock: StoppedClock = field(default_factory=lambda: StoppedClock(NOW))
    schools: MemorySchools = field(default_factory=MemorySchools)
    links: MemoryAccountLinks = field(default_factory=MemoryAccountLinks)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    logins: MemoryLogins = field(default_factory=MemoryLogins)
    mailboxes: MemoryMailboxes = field(default_factory=MemoryMailboxes)
    cookie: str = "anna"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send a request as the coordinator's page does; return status and body."""
        sent = {"Cookie": f"__Host-session={self.cookie}", "X-CSRF-Token": "csrf", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = b"" if body is None else json.dumps(body).encode()
        got = Client(app).http.request(method, path, headers=sent, body=content)
        return got.status_code, json.loads(got.body)

    def message(self) -> Email:
        """Return the latest message."""
        return self.mailer.sent[-1]

    def token(self) -> str:
        """Find the secret part of the link in the latest message."""
        return self.message().text.partition("#")[2].split()[0]


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office()
    for school, person in ((OAK, ANNA), (ELM, BORIS)):
        made.schools.add(school, person)
        end = NOW + timedelta(hours=8)
        made.logins.open(
            CoordinatorSession(person.subject, person, (school.id,), "csrf", NOW + timedelta(minutes=30), end, NOW)
        )
    profiles = Profiles(
        made.schools,
        made.links,
        made.mailer,
        ("en", "fr"),
        SITE,
        made.clock,
        MemoryPublicCounters(),
        REGIONS,
        made.mailboxes,
        MemoryAttempts(),
        lambda: [bytes(32)],
    )
    monkeypatch.setattr(wiring, "profiles", lambda: profiles)
    signing_in = SigningIn(
        None,
        made.logins,
        made.schools,
        SITE,
        lifetimes.IDLE,
        made.clock,
        lambda _claim, _who: None,  # type: ignore[arg-type]
        lambda _school, _day: None,
    )
    monkeypatch.setattr(wiring, "signing_in", lambda: signing_in)
    return made


def test_a_profile_shows_the_school_and_whether_one_coordinates_it_oneself(office: Office) -> None:
    status, profile = office.ask("GET", f"/api/schools/{OAK.id}/profile")
    assert status == 200
    assert profile == {
        "id": OAK.id,
        "version": 0,
        "name": "Oak School",
        "country": "IE",
        "locale": "en",
        "kind": "",
        "region": "",
        "levels": [],
        "address": "",
        "emails": ["oak@school.example"],
        "mail_troubles": [],
        "coordinators": [{"role": "primary", "you": True}],
        "blocked_until": None,
        "fresh": True,
    }


def test_a_profile_is_changed_as_a_whole_and_cleaned(office: Office) -> None:
    status, profile = office.ask("PUT", f"/api/schools/{OAK.id}/profile", FILLED)
    assert status == 200
    assert {name: profile[name] for name in FILLED} == FILLED | {
        "version": 1,
        "levels": ["primary", "post_secondary"],
        "address": "1 Lane\nTown",
    }
    assert office.schools.get(OAK.id).name == "Oak College"
    # Whoever saves the profile has checked it: the reminder comes a year later.
    assert office.schools.get(OAK.id).remind_on == date(2027, 11, 24)


def test_a_change_on_an_older_version_is_refused(office: Office) -> None:
    assert office.ask("PUT", f"/api/schools/{OAK.id}/profile", FILLED)[0] == 200
    status, problem = office.ask("PUT", f"/api/schools/{OAK.id}/profile", FILLED | {"name": "Late"})
    assert (status, problem["code"]) == (409, "changed_meanwhile")
    assert office.schools.get(OAK.id).name == "Oak College"


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"name": "\u202e"}, [("name", "missing")]),
        (
            {"name": "x" * 201, "country": "XX"},
            [("name", "too_long"), ("country", "not_offered"), ("region", "not_offered")],
        ),
        ({"address": "x" * 501}, [("address", "too_long")]),
        ({"kind": "castle"}, [("kind", "not_offered")]),
        ({"region": "BE2"}, [("region", "not_offered")]),
        ({"country": "FR"}, [("region", "not_offered")]),
        ({"locale": "xx"}, [("locale", "not_offered")]),
        ({"name": "x" * 10_000}, [("name", "too_long")]),
        ({"emails": []}, [("emails", "unknown_field")]),
    ],
)
def test_every_field_that_does_not_fit_is_named(
    office: Office, change: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    status, problem = office.ask("PUT", f"/api/schools/{OAK.id}/profile", FILLED | change)
    assert status == 422
    assert sorted((error["field"], error["code"]) for error in problem["errors"]) == sorted(errors)
    assert office.schools.get(OAK.id) == OAK


def test_an_additional_address_counts_once_it_is_confirmed_and_all_are_told(office: Office) -> None:
    assert office.ask("POST", f"/api/schools/{OAK.id}/email", {"email": "Head@school.example"})[0] == 202
    assert office.message().to == ("head@school.example",)
    assert office.schools.get(OAK.id) == OAK
    token = office.token()
    shown = office.ask("POST", "/api/emails/link", {"token": token}, Cookie="")
    assert shown == (200, {"school": "Oak School", "email": "head@school.example"})
    assert office.ask("POST", "/api/emails/confirmation", {"token": token}, Cookie="")[0] == 200
    assert office.schools.get(OAK.id).emails == ("oak@school.example", "head@school.example")
    assert office.message().to == ("oak@school.example", "head@school.example")
    assert office.ask("POST", "/api/emails/confirmation", {"token": token})[0] == 404

    status, profile = office.ask("DELETE", f"/api/schools/{OAK.id}/email?version=1")
    assert (status, profile["emails"]) == (200, ["oak@school.example"])
    assert office.message().to == ("oak@school.example", "head@school.example")
    assert office.schools.of_email("head@school.example") is None


def test_another_additional_address_takes_the_place_of_the_first_and_the_old_one_hears_of_it(office: Office) -> None:
    for email in ("head@school.example", "new@school.example"):
        office.ask("POST", f"/api/schools/{OAK.id}/email", {"email": email})
        office.ask("POST", "/api/emails/confirmation", {"token": office.token()})
    assert office.schools.get(OAK.id).emails == ("oak@school.example", "new@school.example")
    assert office.message().to == ("oak@school.example", "head@school.example", "new@school.example")
    assert office.schools.of_email("head@school.example") is None


def test_a_school_fills_no_strange_mailbox_and_writes_to_few_of_them(office: Office) -> None:
    asked = f"/api/schools/{OAK.id}/email", f"/api/schools/{ELM.id}/email"
    for number in range(10):
        email = f"somebody{number}@elsewhere.example"
        assert office.ask("POST", asked[0], {"email": email})[0] == 202
    status, problem = office.ask("POST", asked[0], {"email": "another@elsewhere.example"})
    assert (status, problem["code"], len(office.mailer.sent)) == (429, "too_many_attempts", 10)
    # Another school has its own ten; one message went to this address before.
    boris = f"__Host-session={BORIS.subject}"
    for _ in range(9):
        assert office.ask("POST", asked[1], {"email": email}, Cookie=boris)[0] == 202
    office.clock.instant = NOW + timedelta(minutes=9)
    assert office.ask("POST", asked[1], {"email": email}, Cookie=boris)[0] == 429
    assert len(office.mailer.sent) == 19


def test_whether_another_school_has_an_address_is_told_to_that_address_alone(office: Office) -> None:
    free = office.ask("POST", f"/api/schools/{OAK.id}/email", {"email": "head@school.example"})
    taken = office.ask("POST", f"/api/schools/{OAK.id}/email", {"email": "orme@ecole.example"})
    assert free == taken
    assert office.message().to == ("orme@ecole.example",)
    assert "#" not in office.message().text
    assert "http" not in office.message().text
    assert "Oak" not in office.message().text


def test_an_address_that_got_an_account_in_the_meantime_stays_there(office: Office) -> None:
    office.ask("POST", f"/api/schools/{OAK.id}/email", {"email": "head@school.example"})
    token = office.token()
    office.schools.change(ELM, replace(ELM, emails=("orme@ecole.example", "head@school.example")))
    status, problem = office.ask("POST", "/api/emails/confirmation", {"token": token})
    assert (status, problem["code"]) == (409, "changed_meanwhile")
    assert office.schools.get(OAK.id) == OAK


def test_the_school_s_own_address_is_not_an_additional_one(office: Office) -> None:
    status, problem = office.ask("POST", f"/api/schools/{OAK.id}/email", {"email": "OAK@school.example"})
    assert (status, problem["errors"]) == (422, [{"field": "email", "code": "exists"}])


def test_addresses_change_only_after_a_fresh_sign_in_and_not_while_changes_are_stopped(office: Office) -> None:
    office.clock.instant += timedelta(minutes=11)
    for method, path, body in ROUTES[2:]:
        status, problem = office.ask(method, path.format(OAK.id), body)
        assert (status, problem["code"]) == (401, "sign_in_again")
    assert office.ask("GET", f"/api/schools/{OAK.id}/profile")[1]["fresh"] is False
    office.clock.instant = NOW
    office.ask("POST", f"/api/schools/{OAK.id}/email", {"email": "head@school.example"})
    token = office.token()
    stopped = office.schools.change(OAK, replace(OAK, blocked_until=date(2026, 12, 1)))
    for method, path, body in [
        ("POST", f"/api/schools/{OAK.id}/email", {"email": "head@school.example"}),
        ("DELETE", f"/api/schools/{OAK.id}/email?version=1", None),
        ("POST", "/api/emails/confirmation", {"token": token}),
    ]:
        status, problem = office.ask(method, path, body)
        assert (status, problem["code"]) == (409, "changes_blocked")
    assert office.schools.get(OAK.id) == stopped
    office.schools.change(stopped, replace(stopped, blocked_until=date(2026, 11, 23)))
    assert office.ask("POST", "/api/emails/confirmation", {"token": token})[0] == 200


ROUTES = [
    ("GET", "/api/schools/{}/profile", None),
    ("PUT", "/api/schools/{}/profile", FILLED),
    ("POST", "/api/schools/{}/email", {"email": "head@school.example"}),
    ("DELETE", "/api/schools/{}/email?version=0", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_strangers_others_and_other_sites_are_refused(office: Office, method: str, path: str, body: Any) -> None:
    status, problem = office.ask(method, path.format(ELM.id), body)
    assert (status, problem["code"]) == (403, "other_school")
    status, problem = office.ask(method, path.format(OAK.id), body, Cookie="")
    assert (status, problem["code"]) == (401, "not_signed_in")
    if method != "GET":
        for headers in ({"X_CSRF_Token": "x"}, {"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
            status, problem = office.ask(method, path.format(OAK.id), body, **headers)
            assert (status, problem["code"]) == (403, "cross_site_request")
    assert office.schools.get(OAK.id) == OAK
    assert office.schools.get(ELM.id) == ELM
    assert office.mailer.sent == []
