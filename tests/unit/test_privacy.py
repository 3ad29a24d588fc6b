"""A school takes along what is stored of it and ends its account; nights and support do what they may."""

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from chalice.test import Client

from functions.privacy import export, wiring
from functions.privacy.app import app, end_account, end_sessions, list_ending, replay_erasures, support_look
from functions.privacy.service import Privacy
from selfie.domain.errors import Invalid, Unknown
from selfie.domain.public_counts import of_school
from selfie.domain.retention import LastLogin, Step, months_later
from selfie.domain.school import Identity, School
from selfie.http.coordinators import Entrance
from selfie.ports import CoordinatorSession, StoredItem
from tests.support.examples import at
from tests.support.memory import (
    MemoryLeaving,
    MemoryLogins,
    MemoryMailer,
    MemoryPublicCounters,
    MemorySchools,
    MemoryWholeSchool,
    StoppedClock,
)

SITE = "https://selfie.example.org"
NOW = at("2026-11-24T08:00")
OAK = School("oakoakoakoak", "Oak School", "BE", "fr", ("office@oak.example", "head@oak.example"))
ELM = School("elmelmelmelm", "Elm School", "BE", "en", ("office@elm.example",))
ANNA, BORIS = Identity("https://login.example", "anna"), Identity("https://login.example", "boris")
PROFILE = StoredItem("SCHOOL/PROFILE", ("SCHOOL#oakoakoakoak", "PROFILE"), {"name": "Oak School", "emails": ["a", "b"]})
FIGURE = {
    "unit": "teacher",
    "answered": 7,
    "not_applicable": 1,
    "mean": "3.4",
    "shares": [{"option": "1", "percent": 40}, {"option": "5", "percent": 60}],
}
RESULTS = StoredItem(
    "EXERCISE/RESULTS",
    ("EXERCISE#oakoakoakoak-2026-1-primary", "RESULTS"),
    {
        "published": {
            "results": {
                "exercise_id": "oakoakoakoak-2026-1-primary",
                "statements": [{"result": {"code": "A1", "figures": [FIGURE | {"shares": None}]}}],
                "other_areas": [{"items": [{"code": "O2.1", "figures": [FIGURE]}]}],
            }
        }
    },
)


@dataclass
class Office:
    """Two schools, a signed-in coordinator of each, and all that is stored of the first."""

    clock: StoppedClock = field(default_factory=lambda: StoppedClock(NOW))
    schools: MemorySchools = field(default_factory=MemorySchools)
    logins: MemoryLogins = field(default_factory=MemoryLogins)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    counters: MemoryPublicCounters = field(default_factory=MemoryPublicCounters)

    def __post_init__(self) -> None:
        self.leaving = MemoryLeaving(self._knows)
        self.whole = MemoryWholeSchool(self.schools.forget)
        self.whole.stored[OAK.id] = [PROFILE, RESULTS]
        self.whole.files[OAK.id] = {"reports/oak/fr.pdf": b"%PDF-"}
        for school, person in ((OAK, ANNA), (ELM, BORIS)):
            self.schools.add(school, person)
            until = NOW + timedelta(days=3000)
            self.logins.open(CoordinatorSession(person.subject, person, (school.id,), "csrf", until, until))
        self.service = Privacy(
            self.schools,
            self.whole,
            self.leaving,
            self.mailer,
            ("en", "fr"),
            SITE,
            self.clock,
            self.counters,
            self.logins,
        )

    def _knows(self, school_id: str) -> bool:
        try:
            self.schools.get(school_id)
        except Unknown:
            return False
        return True

    def ask(self, method: str, path: str, body: Any = None, who: str = "anna") -> tuple[int, Any]:
        """Send a request as a signed-in coordinator's page does."""
        headers = {"Cookie": f"__Host-session={who}", "X-CSRF-Token": "csrf", "Content-Type": "application/json"}
        got = Client(app).http.request(method, path, headers=headers, body=json.dumps(body or {}).encode())
        return got.status_code, got.json_body if "json" in got.headers["Content-Type"] else got.body

    def night(self) -> list[dict[str, str]]:
        """Run what the state machine runs, and return what was due."""
        due: list[dict[str, str]] = list_ending({}, None)["due"]
        for step in json.loads(json.dumps(due)):
            end_account(step, None)
        return due


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office()
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "tests")
    monkeypatch.setattr(wiring, "service", lambda: made.service)
    monkeypatch.setattr(wiring, "entrance", lambda: Entrance(made.logins, SITE, made.clock))
    return made


def test_an_export_holds_everything_as_json_with_its_schema_as_tables_and_as_documents(office: Office) -> None:
    assert office.ask("GET", f"/api/schools/{OAK.id}/export") == (200, {"parts": [{"number": 1, "documents": 1}]})
    status, content = office.ask("GET", f"/api/schools/{OAK.id}/export/1")
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    whole = json.loads(files["school.json"])
    assert [item["kind"] for item in whole["items"]] == ["SCHOOL/PROFILE", "EXERCISE/RESULTS"]
    assert whole["documents"] == ["reports/oak/fr.pdf"]
    assert files["reports/oak/fr.pdf"] == b"%PDF-"
    schema = json.loads(files["school.schema.json"])
    assert set(schema["required"]) == set(whole)
    rows = list(csv.DictReader(io.StringIO(files["tables/results.csv"].decode("utf-8-sig"))))
    assert [(row["question"], row["group"], row["mean"], row["shares"]) for row in rows] == [
        ("A1", "teacher", "3.4", ""),
        ("O2.1", "teacher", "3.4", "1:40 5:60"),
    ]
    assert "Oak School" in files["tables/school-profile.csv"].decode("utf-8-sig")


@pytest.mark.parametrize("part", ["0", "2", "x", "-1", "١", "9" * 5000], ids=lambda part: part[:5])
def test_a_part_that_does_not_exist_is_unknown(office: Office, part: str) -> None:
    assert office.ask("GET", f"/api/schools/{OAK.id}/export/{part}")[0] == 404


def test_documents_are_spread_over_parts_that_fit_an_answer() -> None:
    size = export.LARGEST_PART_BYTES
    assert export.parts([]) == [[]]
    assert export.parts([("a", size), ("b", 1), ("c", size - 1), ("d", size + 1)]) == [["a"], ["b", "c"], ["d"]]


def test_a_text_that_a_spreadsheet_would_compute_stays_a_text(office: Office) -> None:
    office.whole.stored[OAK.id] = [StoredItem("SCHOOL/PROFILE", ("a", "b"), {"name": "=1+1"})]
    content = office.service.export(OAK.id, 1)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "'=1+1" in archive.read("tables/school-profile.csv").decode("utf-8-sig")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "export"),
        ("GET", "export/1"),
        ("GET", "erasure"),
        ("POST", "erasure"),
        ("DELETE", "erasure"),
        ("GET", "accesses"),
    ],
)
def test_another_schools_coordinator_and_a_stranger_are_refused(office: Office, method: str, path: str) -> None:
    address = f"/api/schools/{OAK.id}/{path}"
    assert office.ask(method, address, {"name": "Oak School"}, "boris")[0] == 403
    assert office.ask(method, address, {"name": "Oak School"}, "nobody")[0] == 401
    assert office.service.erasure(OAK.id) is None


def test_an_erasure_is_previewed_asked_for_announced_and_done_after_two_weeks(office: Office) -> None:
    address = f"/api/schools/{OAK.id}/erasure"
    status, preview = office.ask("GET", address)
    assert (status, preview) == (200, {"counts": {"SCHOOL/PROFILE": 1, "EXERCISE/RESULTS": 1}, "erasure": None})
    status, asked = office.ask("POST", address, {"name": " oak  school "})
    assert status == 201
    assert (asked["erasure"]["asked_on"], asked["erasure"]["on"]) == ("2026-11-24", "2026-12-08")
    (announced,) = office.mailer.sent
    assert announced.to == OAK.emails
    assert asked["erasure"]["receipt"] in announced.text
    assert "8 décembre 2026" in announced.text
    assert f"{SITE}/fr/data-protection/" in announced.text

    office.clock.instant = at("2026-12-07T12:00")
    assert office.night() == []
    office.clock.instant = at("2026-12-08T02:30")
    assert [due["step"] for due in office.night()] == [Step.ERASE]
    with pytest.raises(Unknown):
        office.schools.get(OAK.id)
    assert office.whole.items(OAK.id) == ()
    receipt = office.mailer.sent[-1]
    assert receipt.to == OAK.emails
    assert asked["erasure"]["receipt"] in receipt.text
    assert "3" in receipt.text
    assert office.night() == []
    assert len(office.mailer.sent) == 2
    assert office.schools.get(ELM.id) == ELM
    assert office.counters.read() == of_school(OAK.country, -1)


@pytest.mark.parametrize(("name", "code"), [("", "missing"), ("Elm School", "other_name")])
def test_nobody_erases_a_school_by_mistake(office: Office, name: str, code: str) -> None:
    status, problem = office.ask("POST", f"/api/schools/{OAK.id}/erasure", {"name": name})
    assert (status, problem["errors"]) == (422, [{"field": "name", "code": code}])
    assert office.mailer.sent == []


def test_an_erasure_can_be_taken_back_and_is_asked_for_once(office: Office) -> None:
    address = f"/api/schools/{OAK.id}/erasure"
    assert office.ask("DELETE", address)[0] == 404
    assert office.ask("POST", address, {"name": "Oak School"})[0] == 201
    assert office.ask("POST", address, {"name": "Oak School"})[0] == 409
    assert office.ask("DELETE", address) == (200, {"erasure": None})
    assert [email.to for email in office.mailer.sent] == [OAK.emails] * 2
    office.clock.instant = at("2027-01-01T12:00")
    assert office.night() == []
    assert office.schools.get(OAK.id)


def test_an_account_that_nobody_uses_is_reminded_twice_and_closed_after_three_years(office: Office) -> None:
    office.leaving.signed_in(ELM.id, date(2026, 11, 24))
    said = []
    for day in ("2029-08-23", "2029-08-24", "2029-08-25", "2029-10-24", "2029-11-23", "2029-11-24"):
        office.clock.instant = at(f"{day}T02:30")
        said.append([due["step"] for due in office.night()])
    assert said == [[], ["remind"], [], ["remind_again"], [], ["close"]]
    assert [email.to for email in office.mailer.sent] == [ELM.emails] * 3
    assert "24 November 2029" in office.mailer.sent[0].text
    with pytest.raises(Unknown):
        office.schools.get(ELM.id)


def test_what_is_not_due_any_more_is_left_alone(office: Office) -> None:
    office.leaving.signed_in(ELM.id, date(2023, 11, 24))
    (step,) = list_ending({}, None)["due"]
    office.leaving.signed_in(ELM.id, date(2026, 11, 24))
    end_account(step, None)
    assert office.schools.get(ELM.id)
    assert office.mailer.sent == []


def test_what_earlier_nights_should_have_done_is_counted(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.leaving.signed_in(ELM.id, date(2024, 2, 20))
    office.clock.instant = at("2026-11-22T03:30")
    assert office.service.night().overdue == 0
    office.clock.instant = at("2026-11-23T03:30")
    assert office.service.night().overdue == 1
    list_ending({}, None)
    assert '"OverdueAccounts"' in capsys.readouterr().out


def test_after_a_restore_what_was_erased_is_erased_again(office: Office) -> None:
    office.leaving.signed_in(OAK.id, date(2026, 11, 24))
    office.leaving.signed_in(ELM.id, date(2026, 11, 24))
    office.leaving.remember_erased(OAK.id, NOW)  # and then the table is restored to the day before
    assert replay_erasures({}, None) == {"schools": 1}
    assert office.logins.find(ANNA.subject, NOW) is None
    assert office.schools.get(ELM.id)
    with pytest.raises(Unknown):
        office.schools.get(OAK.id)
    assert office.mailer.sent == []
    assert replay_erasures({}, None) == {"schools": 0}
    # The restored counts have the school again, so it is taken off again, and once.
    assert office.counters.read() == of_school(OAK.country, -1)


def test_support_sees_how_many_and_the_school_reads_that_it_looked(office: Office) -> None:
    assert support_look({"school": OAK.id, "reason": "  Report  of 3 May\nnot sent "}, None) == {
        "counts": {"SCHOOL/PROFILE": 1, "EXERCISE/RESULTS": 1}
    }
    assert office.ask("GET", f"/api/schools/{OAK.id}/accesses") == (
        200,
        {"accesses": [{"at": NOW.isoformat(), "reason": "Report of 3 May not sent"}]},
    )


def test_support_signs_a_schools_coordinators_out_and_the_school_reads_it(office: Office) -> None:
    assert end_sessions({"school": OAK.id, "reason": "a lost laptop"}, None) == {"coordinators": 1}
    assert office.ask("GET", f"/api/schools/{OAK.id}/accesses")[0] == 401
    assert [access.reason for access in office.service.accesses(OAK.id)] == ["a lost laptop"]
    assert office.ask("GET", f"/api/schools/{ELM.id}/accesses", who="boris")[0] == 200
    with pytest.raises(Unknown):
        end_sessions({"school": "nobodysschoo", "reason": "a lost laptop"}, None)


@pytest.mark.parametrize("reason", ["", " ", "x" * 301])
def test_support_without_a_reason_sees_and_ends_nothing(office: Office, reason: str) -> None:
    for task in (support_look, end_sessions):
        with pytest.raises(Invalid):
            task({"school": OAK.id, "reason": reason}, None)
    assert office.logins.find(ANNA.subject, NOW)
    assert office.service.accesses(OAK.id) == []


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 24), 33, date(2029, 8, 24)),
        (date(2026, 12, 31), 36, date(2029, 12, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_are_counted_on_the_calendar(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


def test_the_account_closes_three_years_after_the_last_log_in() -> None:
    assert LastLogin(OAK.id, date(2026, 11, 24), 1).closes_on == date(2029, 11, 24)
