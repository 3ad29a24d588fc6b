"""Accounts of a former system: how they come in, who gets which message, and that strangers learn nothing."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from io import StringIO
from typing import Any

import altcha
import bcrypt
import pytest
from chalice.test import Client
from cryptography.hazmat.primitives.kdf.argon2 import Argon2i, Argon2id

from functions.register import passwords, puzzle, wiring
from functions.register.app import app
from functions.register.attempts import MOST_ATTEMPTS
from functions.register.migration import SECONDS_TO_ANSWER, Migration
from scripts.import_accounts import Importer
from scripts.importing import Outcome, report
from selfie.catalogue import CURRENT, catalogue
from selfie.domain import deadlines
from selfie.domain.account import POLICY_VERSION, LinkPurpose, OldAccount, imported_school_id
from selfie.domain.errors import Invalid, MigrationOver, TooManyAttempts, Unknown
from selfie.domain.exercise import Phase
from selfie.domain.public_counts import of_school
from selfie.domain.school import EducationLevel, Identity, School
from selfie.ports import Email
from tests.support.examples import at
from tests.support.memory import (
    MemoryAccountLinks,
    MemoryAttempts,
    MemoryExercises,
    MemoryMailer,
    MemoryOldAccounts,
    MemoryPublicCounters,
    MemorySchools,
    StoppedClock,
)

SITE = "https://selfie.example.org"
KEYS = [b"k" * 32]
ANNA = Identity("https://login.example", "anna")
LAST_DAY = date(2027, 7, 31)
PASSWORD = "Pr\u00e4rie & 7 Pferde"
LIME = School("limelimelime", "Lindenschule", "DE", "en", ("post@linde.example", "leitung@linde.example"))
# The same in every process that runs a part of the tests.
CHEAP = bcrypt.hashpw(PASSWORD.encode(), b"$2b$04$abcdefghijklmnopqrstuu").decode()


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
    """The use cases on fakes, with an old account that nobody has associated."""

    clock: StoppedClock = field(default_factory=lambda: StoppedClock(at("2026-11-24T08:00")))
    schools: MemorySchools = field(default_factory=MemorySchools)
    old_accounts: MemoryOldAccounts = field(default_factory=MemoryOldAccounts)
    links: MemoryAccountLinks = field(default_factory=MemoryAccountLinks)
    attempts: MemoryAttempts = field(default_factory=MemoryAttempts)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    counters: MemoryPublicCounters = field(default_factory=MemoryPublicCounters)
    calls: list[str] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)
    last_day: date | None = LAST_DAY
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.schools.admit(LIME)
        self.old_accounts.put(OldAccount(LIME.id, CHEAP, deadlines.results_at(LAST_DAY)))

    @property
    def migration(self) -> Migration:
        """The use cases."""
        stores = (self.schools, self.old_accounts, self.links, self.attempts, self.mailer)
        counted = (Counted(store, self.calls) for store in stores)
        return Migration(
            *counted,
            lambda: KEYS,
            ("en", "fr"),
            SITE,
            self.last_day,
            self.clock,
            self.timer,
            self.paused.append,
            self.counters,
        )

    def timer(self) -> float:
        """Let every look take a tenth of a second."""
        self.seconds += 0.1
        return self.seconds

    def solution(self) -> str:
        """Solve a fresh puzzle as a browser does."""
        challenge = altcha.Challenge.from_dict(puzzle.new_puzzle(KEYS[0], self.clock()))
        solved = altcha.solve_challenge(challenge)
        assert solved
        return altcha.Payload(challenge, solved).to_base64()

    def ask(self, email: str = LIME.emails[0], password: str | None = PASSWORD) -> Email:
        """Ask for a link and return the message that was sent."""
        if password is None:
            self.migration.ask_without_password(email, "en", self.solution())
        else:
            self.migration.ask(email, password, "en", self.solution())
        return self.mailer.sent[-1]

    def associate(self, identity: Identity = ANNA) -> None:
        """Go the whole way."""
        self.migration.bind(self.migration.confirm(token_of(self.ask()), POLICY_VERSION), identity)

    def post(self, path: str, body: Any) -> tuple[int, dict[str, Any], Mapping[str, Any]]:
        """Send JSON; return status, body and headers."""
        got = Client(app).http.post(path, headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())
        return got.status_code, json.loads(got.body), got.headers


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk()
    monkeypatch.setattr(wiring, "migration", lambda: made.migration)
    monkeypatch.setattr(wiring, "locales", lambda: ("en", "fr"))
    return made


def token_of(message: Email) -> str:
    """Find the secret part of the link in a message."""
    return message.text.partition("#")[2].split()[0]


# Hashes


def old_hash(scheme: str, text: str) -> str:
    """Make a hash as old systems did."""
    return hashlib.new(scheme, text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("scheme", "digest", "salt", "salt_is"),
    [
        ("md5", old_hash("md5", PASSWORD).upper(), "", "before"),
        ("sha1", old_hash("sha1", f"pepper{PASSWORD}"), "pepper", "before"),
        ("sha256", old_hash("sha256", f"{PASSWORD}|salt"), "|salt", "after"),
        ("sha512", old_hash("sha512", PASSWORD), "", "after"),
        ("bcrypt", CHEAP, "", "before"),
        ("bcrypt", f"$2y{CHEAP[3:]}", "", "before"),
        (
            "argon2",
            Argon2id(salt=b"s" * 16, length=32, iterations=1, lanes=1, memory_cost=64).derive_phc_encoded(
                PASSWORD.encode()
            ),
            "",
            "before",
        ),
        (
            "argon2",
            Argon2i(salt=b"s" * 16, length=32, iterations=1, lanes=1, memory_cost=64).derive_phc_encoded(
                PASSWORD.encode()
            ),
            "",
            "before",
        ),
    ],
)
def test_a_password_fits_its_hash_of_any_scheme_and_no_other(scheme: str, digest: str, salt: str, salt_is: str) -> None:
    kept = passwords.storable(scheme, digest, salt, salt_is)
    assert passwords.fits(PASSWORD, kept)
    assert not passwords.fits(f"{PASSWORD} ", kept)
    assert not passwords.fits("", kept)


@pytest.mark.parametrize("scheme", ["md5", "sha1", "sha256", "sha512"])
def test_an_older_hash_is_never_kept_as_it_came(scheme: str) -> None:
    digest = old_hash(scheme, PASSWORD)
    kept = passwords.storable(scheme, digest)
    assert "$argon2id$" in kept
    assert digest not in kept
    raw = base64.b64encode(bytes.fromhex(digest)).decode().rstrip("=")
    assert raw not in kept
    assert kept != passwords.storable(scheme, digest)  # a fresh salt each time


def test_bcrypt_looks_at_72_bytes() -> None:
    kept = passwords.storable("bcrypt", bcrypt.hashpw(b"a" * 72, bcrypt.gensalt(4)).decode())
    assert passwords.fits("a" * 72 + "whatever comes after", kept)
    assert not passwords.fits("a" * 71, kept)


@pytest.mark.parametrize(
    ("scheme", "digest", "code"),
    [
        ("md5", "abc", "not_this_scheme"),
        ("sha1", "g" * 40, "not_this_scheme"),
        ("bcrypt", CHEAP[:-1], "not_this_scheme"),
        ("bcrypt", f"$2b$14{CHEAP[6:]}", "too_costly"),
        ("argon2", "$argon2id$v=19$m=9999999,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2g", "too_costly"),
        ("argon2", "argon2id", "not_this_scheme"),
        ("rot13", "uryyb", "unknown_scheme"),
    ],
)
def test_a_hash_that_cannot_be_used_is_refused_without_being_repeated(scheme: str, digest: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.storable(scheme, digest)
    assert [error.code for error in refused.value.errors] == [code]
    assert digest not in str(refused.value)


# Association


def test_the_old_password_brings_a_link_to_all_addresses_that_binds_an_identity_and_keeps_everything(
    desk: Desk,
) -> None:
    described = desk.schools.change(LIME, replace(LIME, kind="public", levels=(EducationLevel.PRIMARY,)))
    message = desk.ask("Leitung@Linde.example")
    assert message.to == LIME.emails
    assert f"{SITE}/en/associate/confirm/#" in message.text
    token = token_of(message)
    assert desk.migration.look(token) == described
    claim = desk.migration.confirm(token, POLICY_VERSION)
    desk.migration.bind(claim, ANNA)
    (school,) = desk.schools.of_identity(ANNA)
    assert school == replace(described, policy=POLICY_VERSION, version=2, remind_on=date(2027, 11, 24))
    # The old password is gone, and so are link and claim.
    assert desk.old_accounts.find(LIME.id, desk.clock()) is None
    with pytest.raises(Unknown):
        desk.migration.look(token)
    assert desk.links.find(LinkPurpose.ADOPTION, claim, desk.clock()) is None
    assert desk.mailer.sent[-1].to == LIME.emails
    assert "old password has been deleted" in desk.mailer.sent[-1].text


def test_who_forgot_the_password_gets_the_link_too(desk: Desk) -> None:
    message = desk.ask(password=None)
    assert message.to == LIME.emails
    assert desk.migration.look(token_of(message)).id == LIME.id


def test_a_wrong_password_is_told_to_the_school_alone(desk: Desk) -> None:
    message = desk.ask(password="Prarie & 7 Pferde")
    assert message.to == LIME.emails[:1]
    assert "#" not in message.text
    assert f"{SITE}/en/associate/forgotten/" in message.text


def test_an_unknown_address_is_told_so_in_a_message(desk: Desk) -> None:
    message = desk.ask("nobody@elsewhere.example")
    assert message.to == ("nobody@elsewhere.example",)
    assert f"{SITE}/en/sign-up/" in message.text
    assert "#" not in message.text


def test_whatever_is_known_the_same_is_done(desk: Desk) -> None:
    done = {}
    desk.schools.add(School("oakoakoakoak", "Oak", "IE", "en", ("office@oak.example",)), ANNA)
    asked = {
        "right": (LIME.emails[0], PASSWORD),
        "wrong": (LIME.emails[0], "no"),
        "unknown": ("nobody@elsewhere.example", PASSWORD),
        "bound": ("office@oak.example", PASSWORD),
        "forgotten": (LIME.emails[0], None),
        "forgotten, unknown": ("nobody@elsewhere.example", None),
    }
    for name, (email, password) in asked.items():
        desk.calls.clear()
        desk.ask(email, password)
        done[name] = list(desk.calls)
    assert len({tuple(calls) for calls in done.values()}) == 1, done
    # Whatever it took, the answer comes after the same time.
    assert desk.paused == pytest.approx([SECONDS_TO_ANSWER - 0.1] * len(asked))


def test_answers_of_the_routes_are_the_same_too(desk: Desk) -> None:
    answers = set()
    for email, password in ((LIME.emails[0], PASSWORD), (LIME.emails[0], "no"), ("x@elsewhere.example", PASSWORD)):
        body = {"email": email, "password": password, "locale": "en", "puzzle": desk.solution()}
        status, said, _ = desk.post("/api/associations", body)
        answers.add((status, json.dumps(said)))
    body = {"email": LIME.emails[0], "locale": "en", "puzzle": desk.solution()}
    status, said, _ = desk.post("/api/associations/forgotten", body)
    answers.add((status, json.dumps(said)))
    assert answers == {(202, '{"status": "sent"}')}


def test_the_whole_way_over_http(desk: Desk) -> None:
    token = token_of(desk.ask())
    assert json.loads(Client(app).http.get("/api/associations").body) == {"until": "2027-07-31"}
    status, said, _ = desk.post("/api/associations/link", {"token": token})
    assert (status, said) == (200, {"school": LIME.name, "emails": list(LIME.emails), "policy": POLICY_VERSION})
    status, said, _ = desk.post("/api/associations/confirmation", {"token": token, "policy": "", "locale": "en"})
    assert (status, said["errors"]) == (422, [{"field": "policy", "code": "missing"}])
    confirmed = {"token": token, "policy": POLICY_VERSION, "locale": "en"}
    status, said, headers = desk.post("/api/associations/confirmation", confirmed)
    assert (status, said) == (200, {"log_in": "/auth/login?return_to=/en/setup/"})
    assert headers["Set-Cookie"].startswith("__Host-claim=")
    assert desk.post("/api/associations/confirmation", confirmed)[0] == 404


@pytest.mark.parametrize(
    ("change", "field_named"),
    [
        ({"email": "no address"}, "email"),
        ({"password": ""}, "password"),
        ({"password": "x" * 1025}, "password"),
        ({"locale": "xx"}, "locale"),
        ({"puzzle": ""}, "puzzle"),
        ({"puzzle": "x"}, "puzzle"),
    ],
)
def test_what_does_not_fit_is_named_and_never_repeated(desk: Desk, change: dict[str, str], field_named: str) -> None:
    body = {"email": LIME.emails[0], "password": PASSWORD, "locale": "en", "puzzle": desk.solution()} | change
    status, said, _ = desk.post("/api/associations", body)
    assert status == 422
    assert [error["field"] for error in said["errors"]] == [field_named]
    assert PASSWORD not in json.dumps(said)
    assert desk.mailer.sent == []


def test_a_link_dies_after_48_hours_and_is_worth_nothing_for_a_sign_up(desk: Desk) -> None:
    token = token_of(desk.ask())
    assert desk.links.find(LinkPurpose.SIGN_UP, token, desk.clock()) is None
    desk.clock.instant += timedelta(hours=48)
    with pytest.raises(Unknown):
        desk.migration.look(token)
    with pytest.raises(Unknown):
        desk.migration.confirm(token, POLICY_VERSION)


def test_an_account_is_associated_once(desk: Desk) -> None:
    first, second = token_of(desk.ask()), token_of(desk.ask())
    claims = [desk.migration.confirm(token, POLICY_VERSION) for token in (first, second)]
    desk.migration.bind(claims[0], ANNA)
    boris = Identity("https://login.example", "boris")
    desk.migration.bind(claims[1], boris)
    assert list(desk.schools.of_identity(boris)) == []
    assert desk.counters.read() == of_school(LIME.country)
    # From now on the address belongs to a school like any other.
    assert desk.ask().subject == "Your school has an account already"
    with pytest.raises(Unknown):
        desk.migration.look(first)


def test_a_claim_that_was_cut_off_before_the_hash_was_forgotten_does_so_the_next_time(desk: Desk) -> None:
    claim = desk.migration.confirm(token_of(desk.ask()), POLICY_VERSION)
    assert desk.schools.adopt(LIME, LIME, ANNA)
    desk.migration.bind(claim, ANNA)
    assert desk.old_accounts.find(LIME.id, desk.clock()) is None


def test_after_the_last_day_no_password_is_looked_at_and_none_is_left(desk: Desk) -> None:
    desk.clock.instant = deadlines.results_at(LAST_DAY) - timedelta(seconds=1)
    assert desk.migration.open_until == LAST_DAY
    desk.clock.instant += timedelta(seconds=1)
    assert desk.migration.open_until is None
    with pytest.raises(MigrationOver):
        desk.ask()
    assert desk.old_accounts.find(LIME.id, desk.clock()) is None
    desk.last_day = None
    assert desk.migration.open_until is None


def test_an_address_is_tried_ten_times_a_day_and_its_name_is_nowhere(desk: Desk) -> None:
    for attempt in range(3):
        desk.ask(password="no")
        (name,) = desk.attempts.made
        assert desk.attempts.made[name] == attempt + 1
    desk.attempts.made[name] = MOST_ATTEMPTS
    with pytest.raises(TooManyAttempts):
        desk.ask()
    body = {"email": LIME.emails[0], "password": PASSWORD, "locale": "en", "puzzle": desk.solution()}
    assert desk.post("/api/associations", body)[0] == 429
    # Another address, another way and another day are counted apart.
    desk.ask("nobody@elsewhere.example")
    desk.ask(password=None)
    desk.clock.instant += timedelta(days=1)
    desk.ask()
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for name in desk.attempts.made)
    assert len(desk.attempts.made) == 4


# Import

ROW: dict[str, Any] = {
    "id": "4711",
    "name": "Lindenschule",
    "country": "DE",
    "locale": "en",
    "emails": ["Post@Ulme.example"],
    "password": {"scheme": "md5", "hash": old_hash("md5", PASSWORD)},
    "kind": "public",
    "levels": ["primary", "lower_secondary"],
    "address": "Am Markt 1\n12345 Dorf",
    "set_ups": [
        {
            "session": "2025-3",
            "level": "primary",
            "numbers": {"school_leader": 2, "teacher": 14, "student": 120},
            "optional": ["C10"],
            "own": [
                {
                    "locale": "en",
                    "created_on": "2026-05-04",
                    "texts": {"teacher": {"text": "We share tablets between classes.", "help": ""}},
                }
            ],
        }
    ],
}


@pytest.fixture
def exercises() -> MemoryExercises:
    return MemoryExercises()


def run(desk: Desk, exercises: MemoryExercises, *rows: Any) -> tuple[list[dict[str, Any]], dict[Outcome, int]]:
    """Import rows; return the report's lines and how many there were of each outcome."""
    importer = Importer(
        desk.schools,
        desk.old_accounts,
        exercises,
        catalogue(CURRENT),
        ("en", "fr"),
        deadlines.results_at(LAST_DAY),
        desk.clock,
    )
    out = StringIO()
    counted = report(importer.run(row if isinstance(row, str) else json.dumps(row) for row in rows), out)
    return [json.loads(line) for line in out.getvalue().splitlines()], dict(counted)


def test_an_imported_school_has_its_profile_its_set_ups_and_a_wrapped_hash(
    desk: Desk, exercises: MemoryExercises
) -> None:
    lines, counted = run(desk, exercises, ROW)
    assert (lines, counted) == ([], {Outcome.IMPORTED: 1})
    school = desk.schools.of_email("post@ulme.example")
    assert school == School(
        imported_school_id("4711"),
        "Lindenschule",
        "DE",
        "en",
        ("post@ulme.example",),
        kind="public",
        levels=(EducationLevel.PRIMARY, EducationLevel.LOWER_SECONDARY),
        address="Am Markt 1\n12345 Dorf",
    )
    assert school
    old = desk.old_accounts.find(school.id, desk.clock())
    assert old
    assert old.password.startswith("wrapped|md5|")
    assert old.expires_at == deadlines.results_at(LAST_DAY)
    (earlier,) = exercises.of_school(school.id)
    assert (earlier.id, earlier.optional) == (f"{school.id}-2025-3-primary", ("C10",))
    assert earlier.own[0].created_on == date(2026, 5, 4)
    # Nothing to go on with, something to copy.
    assert earlier.phase(desk.clock(), None) is Phase.GONE
    desk.ask("post@ulme.example")
    assert desk.migration.look(token_of(desk.mailer.sent[-1])) == school


def test_importing_again_changes_nothing_but_what_is_new(desk: Desk, exercises: MemoryExercises) -> None:
    run(desk, exercises, ROW)
    before = desk.schools.of_email("post@ulme.example")
    assert run(desk, exercises, ROW) == ([], {Outcome.RENEWED: 1})
    assert desk.schools.of_email("post@ulme.example") == before
    renamed = ROW | {"name": "Ulmenschule", "emails": ["post@ulme.example", "zwei@ulme.example"]}
    run(desk, exercises, renamed)
    after = desk.schools.of_email("zwei@ulme.example")
    assert after
    assert after.name == "Ulmenschule"
    assert len(exercises.of_school(after.id)) == 1


def test_an_account_that_was_associated_is_left_alone(desk: Desk, exercises: MemoryExercises) -> None:
    run(desk, exercises, ROW)
    school = desk.schools.of_email("post@ulme.example")
    assert school
    assert desk.schools.adopt(school, school, ANNA)
    desk.old_accounts.remove(school.id)
    assert run(desk, exercises, ROW | {"name": "Overwritten"})[1] == {Outcome.LEFT_ALONE: 1}
    assert desk.schools.get(school.id).name == "Lindenschule"
    assert desk.old_accounts.find(school.id, desk.clock()) is None


def test_refused_rows_are_named_by_line_and_reason_and_nothing_else(desk: Desk, exercises: MemoryExercises) -> None:
    secret = ROW["password"]["hash"]
    rows = [
        ROW,
        "{not json",
        ROW | {"id": "2", "emails": ["nonsense"]},
        ROW | {"id": "3", "country": "Germany", "kind": "secret-kind"},
        ROW | {"id": "4", "emails": []},
        ROW | {"id": "5", "colour": secret},
        ROW | {"id": "6"},
        ROW | {"id": "7", "locale": "xx"},
        json.dumps(ROW | {"id": "8", "address": "x" * 2_000_000}),
    ]
    # First: rows are worked on at once, and of two with one address either may be the later one.
    run(desk, exercises, ROW)
    lines, counted = run(desk, exercises, *rows)
    assert counted == {Outcome.RENEWED: 1, Outcome.REFUSED: 8}
    assert [(line["line"], [(r["field"], r["code"]) for r in line["reasons"]]) for line in lines] == [
        (2, [("row", "json_invalid")]),
        (3, [("emails", "no_email")]),
        (4, [("kind", "not_offered"), ("country", "not_offered")]),
        (5, [("emails", "too_short")]),
        (6, [("?", "extra_forbidden")]),
        (7, [("emails", "belongs_to_another_school")]),
        (8, [("locale", "not_offered")]),
        (9, [("row", "too_long")]),
    ]
    for told in (secret, "ulme", "Linde", "secret-kind", "Germany"):
        assert told not in json.dumps(lines)


def test_a_hash_or_a_set_up_that_does_not_fit_does_not_lose_the_school(desk: Desk, exercises: MemoryExercises) -> None:
    eleven = [
        {"locale": "en", "created_on": "2026-05-04", "texts": {"teacher": {"text": f"No. {n}"}}} for n in range(11)
    ]
    base = ROW["set_ups"][0]
    row = ROW | {
        "password": {"scheme": "bcrypt", "hash": f"$2b$14{CHEAP[6:]}"},
        "set_ups": [
            base | {"session": "2026"},
            base | {"numbers": {"school_leader": 0, "teacher": 1, "student": 1}},
            base | {"own": eleven},
            base | {"optional": ["Z9"]},
            base,
        ],
    }
    lines, counted = run(desk, exercises, row)
    assert counted == {Outcome.IMPORTED: 1}
    assert [(r["field"], r["code"]) for r in lines[0]["reasons"]] == [
        ("password.hash", "too_costly"),
        ("set_ups.0.session", "no_session"),
        ("set_ups.1.numbers.school_leader", "too_few"),
        ("set_ups.2", "too_many_own_statements"),
        ("set_ups.3.codes", "unknown_statement"),
    ]
    school = desk.schools.of_email("post@ulme.example")
    assert school
    assert len(exercises.of_school(school.id)) == 1
    # Without a hash no password is right, not even an empty one; the mailboxes of the school are enough.
    assert "#" not in desk.ask("post@ulme.example").text
    assert "#" in desk.ask("post@ulme.example", None).text
