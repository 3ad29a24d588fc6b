"""Who coordinates a school: by links to all its addresses, undone by a link, never mixed between schools."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from chalice.test import Client

from functions.register import puzzle, wiring
from functions.register.app import app
from functions.register.coordination import Coordination
from functions.register.profiles import Profiles
from functions.register.service import SigningIn
from selfie.adapters import lifetimes
from selfie.domain.account import Role
from selfie.domain.errors import AlreadyCoordinator, ChangedMeanwhile, ChangesBlocked, Invalid, Unknown
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
from tests.unit.test_sign_up import Counted, solved

SITE = "https://selfie.example.org"
NOW = at("2026-11-24T08:00")
KEYS = [b"k" * 32]
ANNA, BORIS, CLEO, DORA = (Identity("https://login.example", name) for name in ("anna", "boris", "cleo", "dora"))
OAK = School("oakoakoakoak", "Oak School", "IE", "en", ("oak@school.example", "head@school.example"))
ELM = School("elmelmelmelm", "École de l'Orme", "FR", "fr", ("orme@ecole.example",))


@dataclass
class Office:
    """The routes and use cases on fakes."""

    clock: StoppedClock = field(default_factory=lambda: StoppedClock(NOW))
    schools: MemorySchools = field(default_factory=MemorySchools)
    links: MemoryAccountLinks = field(default_factory=MemoryAccountLinks)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    logins: MemoryLogins = field(default_factory=MemoryLogins)
    attempts: MemoryAttempts = field(default_factory=MemoryAttempts)
    calls: list[str] = field(default_factory=list)

    @property
    def coordination(self) -> Coordination:
        """The use cases; what they call is written down."""
        schools, links, mailer = (Counted(each, self.calls) for each in (self.schools, self.links, self.mailer))
        return Coordination(
            schools, links, mailer, self.logins, self.attempts, lambda: KEYS, ("en", "fr"), SITE, self.clock
        )

    def sign_in(self, person: Identity, *schools: School) -> None:
        """Open a session whose cookie is the person's name."""
        ends = (self.clock() + timedelta(minutes=30), self.clock() + timedelta(hours=8))
        ids = tuple(school.id for school in schools)
        self.logins.open(CoordinatorSession(person.subject, person, ids, "csrf", *ends, self.clock()))

    def ask(self, method: str, path: str, body: Any = None, who: Identity | None = None) -> tuple[int, Any]:
        """Send a request as a page does; return status and body."""
        sent = {"X-CSRF-Token": "csrf", "Content-Type": "application/json"}
        if who:
            sent["Cookie"] = f"__Host-session={who.subject}"
        content = b"" if body is None else json.dumps(body).encode()
        got = Client(app).http.request(method, path, headers=sent, body=content)
        return got.status_code, json.loads(got.body)

    def message(self) -> Email:
        """Return the latest message."""
        return self.mailer.sent[-1]

    def token(self) -> str:
        """Find the secret part of the link in the latest message."""
        return self.message().text.partition("#")[2].split()[0]

    def join(self, school: School, role: Role, person: Identity) -> None:
        """Invite to a role and let somebody accept."""
        self.coordination.invite(school.id, role)
        claim, _ = self.coordination.accept(self.token())
        self.coordination.join(claim, person)

    def who(self, school: School) -> dict[Role, str]:
        """Return who coordinates a school."""
        return dict(self.schools.coordinators(school.id))

    def codes(self, **roles: Identity) -> dict[Role, str]:
        """Write who should."""
        return {Role(role): self.schools.code(person) for role, person in roles.items()}

    def solution(self) -> str:
        """Solve a fresh puzzle as a browser does."""
        return solved(puzzle.new_puzzle(KEYS[0], self.clock()))


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office()
    for school, person in ((OAK, ANNA), (ELM, BORIS)):
        made.schools.add(school, person)
        made.sign_in(person, school)
    monkeypatch.setattr(wiring, "coordination", lambda: made.coordination)
    profiles = Profiles(
        made.schools,
        made.links,
        made.mailer,
        ("en", "fr"),
        SITE,
        made.clock,
        MemoryPublicCounters(),
        {},
        MemoryMailboxes(),
        MemoryAttempts(),
        lambda: [bytes(32)],
    )
    monkeypatch.setattr(wiring, "profiles", lambda: profiles)
    signing_in = SigningIn(
        None,  # type: ignore[arg-type]  # nobody signs in here
        made.logins,
        made.schools,
        SITE,
        lifetimes.IDLE,
        made.clock,
        lambda _claim, _who: None,
        lambda _school, _day: None,
    )
    monkeypatch.setattr(wiring, "signing_in", lambda: signing_in)
    return made


def test_a_second_coordinator_joins_by_a_link_that_all_addresses_get(office: Office) -> None:
    assert office.ask("POST", f"/api/schools/{OAK.id}/coordinators/secondary/invitation", who=ANNA)[0] == 202
    assert office.message().to == OAK.emails
    token = office.token()
    for _ in range(2):
        shown = office.ask("POST", "/api/coordinator-links/invitation", {"token": token})
        assert shown == (200, {"school": "Oak School", "role": "secondary", "replaces": False})
    status, answer = office.ask("POST", "/api/coordinator-links/invitation/confirmation", {"token": token})
    assert status == 200
    assert answer["log_in"].startswith("/auth/login?fresh=yes&return_to=/en/profile/")
    assert office.ask("POST", "/api/coordinator-links/invitation/confirmation", {"token": token})[0] == 404
    assert office.who(OAK) == office.codes(primary=ANNA)

    office.join(OAK, Role.SECONDARY, CLEO)
    assert office.who(OAK) == office.codes(primary=ANNA, secondary=CLEO)
    assert office.message().to == OAK.emails
    assert "Oak School has a new secondary coordinator." in office.message().text
    assert f"{SITE}/en/coordinator/undo/#" in office.message().text
    assert [school.id for school in office.schools.of_identity(CLEO)] == [OAK.id]


def test_a_coordinator_who_is_replaced_is_signed_out_everywhere(office: Office) -> None:
    office.join(OAK, Role.PRIMARY, CLEO)
    assert office.who(OAK) == office.codes(primary=CLEO)
    assert office.ask("GET", f"/api/schools/{OAK.id}/profile", who=ANNA)[0] == 401
    assert office.ask("GET", f"/api/schools/{ELM.id}/profile", who=BORIS)[0] == 200
    assert list(office.schools.of_identity(ANNA)) == []


def test_a_coordinator_is_removed_by_a_link_and_then_signed_out(office: Office) -> None:
    office.join(OAK, Role.SECONDARY, CLEO)
    office.sign_in(CLEO, OAK)
    assert office.ask("POST", f"/api/schools/{OAK.id}/coordinators/secondary/removal", who=ANNA)[0] == 202
    token = office.token()
    assert office.message().to == OAK.emails
    assert office.who(OAK) == office.codes(primary=ANNA, secondary=CLEO)
    assert office.ask("POST", "/api/coordinator-links/removal/confirmation", {"token": token})[0] == 200
    assert office.who(OAK) == office.codes(primary=ANNA)
    assert office.ask("GET", f"/api/schools/{OAK.id}/profile", who=CLEO)[0] == 401
    assert "no secondary coordinator any more" in office.message().text
    assert office.ask("POST", "/api/coordinator-links/removal/confirmation", {"token": token})[0] == 404
    status, problem = office.ask("POST", f"/api/schools/{OAK.id}/coordinators/secondary/removal", who=ANNA)
    assert (status, problem["code"]) == (404, "unknown")


def test_a_change_is_taken_back_by_its_link_and_then_nothing_can_be_changed_for_a_week(office: Office) -> None:
    office.join(OAK, Role.SECONDARY, CLEO)
    office.join(OAK, Role.PRIMARY, DORA)
    undo = office.token()
    office.sign_in(DORA, OAK)
    office.coordination.invite(OAK.id, Role.SECONDARY)
    pending = office.token()

    assert office.ask("POST", "/api/coordinator-links/undo", {"token": undo})[0] == 200
    status, answer = office.ask("POST", "/api/coordinator-links/undo/confirmation", {"token": undo})
    assert (status, answer["blocked_until"]) == (200, "2026-12-01")
    assert office.who(OAK) == office.codes(primary=ANNA, secondary=CLEO)
    assert office.ask("GET", f"/api/schools/{OAK.id}/profile", who=DORA)[0] == 401
    assert office.message().to == OAK.emails
    assert "1 December 2026" in office.message().text
    assert office.ask("POST", "/api/coordinator-links/undo/confirmation", {"token": undo})[0] == 404

    office.sign_in(ANNA, OAK)
    for path, body in [
        (f"/api/schools/{OAK.id}/coordinators/primary/invitation", None),
        (f"/api/schools/{OAK.id}/coordinators/secondary/removal", None),
        (f"/api/schools/{OAK.id}/email", {"email": "own@evil.example"}),
        ("/api/coordinator-links/invitation/confirmation", {"token": pending}),
    ]:
        status, problem = office.ask("POST", path, body, who=ANNA)
        assert (status, problem["code"]) == (409, "changes_blocked")
    # Whoever asks to take over learns nothing; the link says so to those who read the school's mail.
    office.coordination.ask_takeover("oak@school.example", "en", office.solution())
    with pytest.raises(ChangesBlocked):
        office.coordination.accept(office.token())
    assert office.ask("GET", f"/api/schools/{OAK.id}/profile", who=ANNA)[1]["blocked_until"] == "2026-12-01"
    # Another school goes on as before, and a week later this one does too.
    office.join(ELM, Role.SECONDARY, DORA)
    office.clock.instant = at("2026-12-02T08:00")
    office.join(OAK, Role.PRIMARY, DORA)
    assert office.who(OAK) == office.codes(primary=DORA, secondary=CLEO)


def test_who_was_there_comes_back_whatever_came_after(office: Office) -> None:
    office.join(OAK, Role.PRIMARY, CLEO)
    first_undo = office.token()
    office.join(OAK, Role.PRIMARY, DORA)
    office.join(OAK, Role.SECONDARY, ANNA)
    office.coordination.undo(first_undo)
    assert office.who(OAK) == office.codes(primary=ANNA)


def test_a_school_without_coordinators_is_taken_over_through_its_address(office: Office) -> None:
    office.coordination.ask_removal(OAK.id, Role.PRIMARY)
    office.coordination.remove(office.token())
    assert office.who(OAK) == {}
    body = {"email": " Head@school.example", "locale": "fr", "puzzle": office.solution()}
    assert office.ask("POST", "/api/takeovers", body) == (202, {"status": "sent"})
    assert office.message().to == OAK.emails
    claim, school = office.coordination.accept(office.token())
    assert school.id == OAK.id
    office.coordination.join(claim, DORA)
    assert office.who(OAK) == office.codes(primary=DORA)


def test_a_takeover_replaces_the_primary_coordinator_who_is_gone_and_can_be_undone(office: Office) -> None:
    office.join(OAK, Role.SECONDARY, CLEO)
    office.coordination.ask_takeover("oak@school.example", "en", office.solution())
    assert "takes the place of the primary coordinator" in office.message().text
    claim, _ = office.coordination.accept(office.token())
    office.coordination.join(claim, DORA)
    assert office.who(OAK) == office.codes(primary=DORA, secondary=CLEO)
    office.coordination.undo(office.token())
    assert office.who(OAK) == office.codes(primary=ANNA, secondary=CLEO)


def test_a_strange_address_gets_the_same_answer_and_costs_the_same_work(office: Office) -> None:
    answers, work = [], []
    for address in ("oak@school.example", "nobody@elsewhere.example"):
        office.calls.clear()
        body = {"email": address, "locale": "en", "puzzle": office.solution()}
        answers.append(office.ask("POST", "/api/takeovers", body))
        work.append(list(office.calls))
    assert answers[0] == answers[1] == (202, {"status": "sent"})
    assert work[0] == work[1] == ["spend", "of_email", "coordinators", "add", "send"]
    assert office.message().to == ("nobody@elsewhere.example",)
    assert "#" not in office.message().text


def test_nobody_fills_the_mailbox_of_a_school(office: Office) -> None:
    for _ in range(10):
        office.coordination.ask_takeover("oak@school.example", "en", office.solution())
    for address in ("oak@school.example", "nobody@elsewhere.example"):
        body = {"email": address, "locale": "en", "puzzle": office.solution()}
        status, answer = office.ask("POST", "/api/takeovers", body)
        assert (status, answer.get("code")) == ((429, "too_many_attempts") if "oak" in address else (202, None))
    assert len(office.mailer.sent) == 11
    office.clock.instant += timedelta(days=1)
    office.coordination.ask_takeover("oak@school.example", "en", office.solution())


def test_a_takeover_needs_a_solved_puzzle_and_an_address(office: Office) -> None:
    for email, locale, solution, field_name in [
        ("oak@school.example", "en", "", "puzzle"),
        ("oak", "en", office.solution(), "email"),
        ("oak@school.example", "xx", office.solution(), "locale"),
    ]:
        with pytest.raises(Invalid) as caught:
            office.coordination.ask_takeover(email, locale, solution)
        assert [error.field for error in caught.value.errors] == [field_name]
    assert office.mailer.sent == []


def test_of_two_links_to_one_role_only_the_first_is_good_for_it(office: Office) -> None:
    claims = []
    for _ in range(2):
        office.coordination.invite(OAK.id, Role.SECONDARY)
        claims.append(office.coordination.accept(office.token())[0])
    office.coordination.join(claims[0], CLEO)
    with pytest.raises(ChangedMeanwhile):
        office.coordination.join(claims[1], DORA)
    assert office.who(OAK) == office.codes(primary=ANNA, secondary=CLEO)
    # A removal that was asked for while somebody else had the role takes it from nobody else.
    office.coordination.ask_removal(OAK.id, Role.SECONDARY)
    removal = office.token()
    office.join(OAK, Role.SECONDARY, DORA)
    with pytest.raises(ChangedMeanwhile):
        office.coordination.remove(removal)
    assert office.who(OAK) == office.codes(primary=ANNA, secondary=DORA)


def test_nobody_has_two_roles_in_a_school(office: Office) -> None:
    with pytest.raises(AlreadyCoordinator):
        office.join(OAK, Role.SECONDARY, ANNA)
    assert office.who(OAK) == office.codes(primary=ANNA)


def test_a_link_of_one_school_changes_that_school_whoever_is_signed_in_where(office: Office) -> None:
    office.coordination.invite(OAK.id, Role.SECONDARY)
    claim, _ = office.coordination.accept(office.token())
    office.coordination.join(claim, BORIS)  # who coordinates another school
    assert office.who(OAK) == office.codes(primary=ANNA, secondary=BORIS)
    assert office.who(ELM) == office.codes(primary=BORIS)
    assert {school.id for school in office.schools.of_identity(BORIS)} == {OAK.id, ELM.id}
    office.sign_in(BORIS, ELM, OAK)
    office.coordination.ask_removal(OAK.id, Role.SECONDARY)
    token = office.token()
    assert office.ask("POST", "/api/coordinator-links/removal/confirmation", {"token": token}, who=BORIS)[0] == 200
    assert office.who(ELM) == office.codes(primary=BORIS)


def test_links_live_for_a_week_and_are_worth_nothing_for_another_purpose(office: Office) -> None:
    office.coordination.invite(OAK.id, Role.SECONDARY)
    token = office.token()
    for use in (office.coordination.remove, office.coordination.undo):
        with pytest.raises(Unknown):
            use(token)
    office.coordination.join(token, CLEO)  # the link itself is no claim
    assert office.who(OAK) == office.codes(primary=ANNA)
    office.clock.instant += timedelta(days=7) - timedelta(seconds=1)
    claim, _ = office.coordination.accept(token)
    office.clock.instant += timedelta(seconds=1)
    office.coordination.join(claim, CLEO)
    assert office.who(OAK) == office.codes(primary=ANNA)


def old(office: Office) -> None:
    """Let the last proof of who somebody is get too old."""
    office.clock.instant += timedelta(minutes=10, seconds=1)


@pytest.mark.parametrize(
    ("before", "code"),
    [(old, "sign_in_again"), (lambda office: office.logins.end("anna"), "not_signed_in")],
    ids=["old sign-in", "signed out"],
)
def test_links_are_asked_for_after_a_fresh_sign_in_only(
    office: Office, before: Callable[[Office], None], code: str
) -> None:
    before(office)
    for what in ("invitation", "removal"):
        status, problem = office.ask("POST", f"/api/schools/{OAK.id}/coordinators/primary/{what}", who=ANNA)
        assert (status, problem["code"]) == (401, code)
    assert office.mailer.sent == []


@pytest.mark.parametrize("path", ["coordinators/third/invitation", "coordinators/PRIMARY/removal"])
def test_there_are_two_roles(office: Office, path: str) -> None:
    assert office.ask("POST", f"/api/schools/{OAK.id}/{path}", who=ANNA)[0] == 404


@pytest.mark.parametrize("kind", ["sign_up", "joining", "binding", ""])
def test_links_of_other_kinds_are_not_asked_about_here(office: Office, kind: str) -> None:
    status, _ = office.ask("POST", f"/api/coordinator-links/{kind}x", {"token": "t"})
    assert status == 404
    status, _ = office.ask("POST", "/api/coordinator-links/undo", {"token": "t" * 5000})
    assert status == 422


def test_a_day_of_the_block_is_its_last_one(office: Office) -> None:
    stopped = office.schools.change(OAK, OAK)
    office.schools.change(stopped, School(**{**_fields(stopped), "blocked_until": date(2026, 11, 24)}))
    with pytest.raises(ChangesBlocked):
        office.coordination.invite(OAK.id, Role.SECONDARY)
    office.clock.instant = at("2026-11-25T00:00")
    office.coordination.invite(OAK.id, Role.SECONDARY)


def _fields(school: School) -> dict[str, Any]:
    return {name: getattr(school, name) for name in School.__slots__}
