"""What a coordinator prints and reads: lists of statements, sheets with a link, the live chart, and who gets them."""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from chalice.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from functions.exercise import wiring
from functions.exercise.app import materials
from functions.exercise.materials import Materials
from functions.exercise.service import SetUp
from selfie.adapters import lifetimes
from selfie.catalogue import CURRENT, catalogue, texts
from selfie.domain.questionnaire import Status
from selfie.domain.school import EducationLevel, Family, Identity, School
from selfie.http.coordinators import Entrance
from selfie.ports import CoordinatorSession
from selfie_reporting import statement_lists
from selfie_reporting.link_sheet import LinkSheet, code_svg, link_sheet
from tests.support.examples import CALENDAR, SCHOOL, STUDENT, TEACHER, TRAINER, at, exercise
from tests.support.memory import (
    MemoryCompanies,
    MemoryExercises,
    MemoryLogins,
    MemorySchools,
    MemoryTallies,
    StoppedClock,
)
from web.messages import compile_catalogues

SITE = "https://selfie.example.org"
COOKIE, OTHER_COOKIE = "ours", "theirs"


def words_of(pdf: bytes) -> str:
    """Read a PDF's text, blanks as single ones."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


@dataclass
class World:
    """The function over memory fakes while an exercise runs."""

    logins: MemoryLogins = field(default_factory=MemoryLogins)
    schools: MemorySchools = field(default_factory=MemorySchools)
    exercises: MemoryExercises = field(default_factory=MemoryExercises)
    tallies: MemoryTallies = field(default_factory=MemoryTallies)

    @property
    def set_up(self) -> SetUp:
        """The use cases."""
        clock = StoppedClock(at("2026-11-10T08:00"))
        return SetUp(
            self.exercises,
            self.tallies,
            CALENDAR,
            catalogue,
            CURRENT,
            lambda: [b"k" * 32],
            ("en", "fr", "ar"),
            lifetimes.counted_until,
            clock,
            self.schools,
            MemoryCompanies(self.exercises),
            (),
        )

    def get(self, path: str, cookie: str = COOKIE) -> Any:
        """Ask as a link on a coordinator's page does."""
        return Client(materials).http.request("GET", path, headers={"Cookie": f"__Host-session={cookie}"})


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    compile_catalogues()
    made = World()
    ends = at("2030-01-01T00:00")
    for cookie, school in ((COOKIE, SCHOOL), (OTHER_COOKIE, "zzzzzzzz2345")):
        made.logins.open(CoordinatorSession(cookie, Identity("issuer", cookie), (school,), "csrf", ends, ends))
    made.schools.add(School(SCHOOL, "Riverside", "BE", "en", ("school@example.org",)), Identity("issuer", COOKIE))
    made.exercises.add(exercise())
    made.tallies.open(exercise())
    monkeypatch.setattr(wiring, "set_up", lambda: made.set_up)
    monkeypatch.setattr(wiring, "materials", lambda: Materials(made.set_up, SITE))
    monkeypatch.setattr(wiring, "entrance", lambda: Entrance(made.logins, SITE, made.set_up.clock))
    return made


BASE = f"/api/exercises/{exercise().id}"
LIST = f"/api/catalogue/general/statements?version={CURRENT}&locale=en"
ALL = [
    (f"{LIST}&format=pdf", "application/pdf"),
    (f"{LIST}&format=xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (f"/api/catalogue/wbl/suggestions?version={CURRENT}&locale=ar&format=pdf", "application/pdf"),
    (f"{BASE}/links/student/qr-code", "image/svg+xml; charset=utf-8"),
    (f"{BASE}/links/student/sheet?locale=fr", "application/pdf"),
    (f"{BASE}/participation/chart?locale=en", "image/svg+xml; charset=utf-8"),
    (f"{BASE}/participation/chart?locale=ar&format=pdf", "application/pdf"),
]


@pytest.mark.parametrize(("path", "kind"), ALL)
def test_a_coordinator_gets_each_of_them_and_a_stranger_none(world: World, path: str, kind: str) -> None:
    answer = world.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Cache-Control"] == "no-store"
    assert world.get(path, "nobody").status_code == 401
    if path.startswith(BASE):
        assert world.get(path, OTHER_COOKIE).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/catalogue/none/statements?version={CURRENT}&locale=en&format=pdf", 404),
        (f"/api/catalogue/general/other?version={CURRENT}&locale=en&format=pdf", 404),
        ("/api/catalogue/general/statements?version=..&locale=en&format=pdf", 404),
        ("/api/catalogue/general/statements?locale=en&format=pdf", 404),
        (f"/api/catalogue/general/statements?version={CURRENT}&locale=xx&format=pdf", 422),
        (f"/api/catalogue/general/statements?version={CURRENT}&format=pdf", 422),
        (f"{LIST}&format=exe", 422),
        (f"{BASE}/links/in_company_trainer/sheet?locale=en", 404),
        (f"{BASE}/links/parent/qr-code", 404),
        (f"{BASE}/links/student/sheet", 422),
        (f"{BASE}/participation/chart", 422),
        (f"{BASE.replace('2026', '2025')}/participation/chart?locale=en", 404),
    ],
)
def test_what_does_not_exist_is_refused(world: World, path: str, status: int) -> None:
    assert world.get(path).status_code == status


def test_the_live_chart_says_how_many_took_part(world: World) -> None:
    said = world.get(f"{BASE}/participation/chart?locale=en").body.decode()
    invited = exercise().numbers[STUDENT]
    assert f"Students: 0 of {invited} took part (0%)." in said


@pytest.mark.parametrize("family", Family)
def test_a_list_holds_every_statement_of_every_group(family: Family) -> None:
    said = texts(CURRENT, family, "en")
    book = load_workbook(BytesIO(statement_lists.as_workbook(statement_lists.all_statements(said))))
    rows = [row[:7] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    found = {(row[1], row[4]): row[5] for row in rows}
    names = {TEACHER: "Teachers", STUDENT: "Students", TRAINER: "In-company trainers"}
    asked = 0
    for statement in catalogue().statements:
        for group in set(names) & set(statement.groups):
            if group is TRAINER and family is not Family.WBL:
                continue
            assert found[statement.code, names[group]] == said.statement(statement.code, group).text
            asked += 1
    assert asked > 70
    kinds = {row[1]: row[3] for row in rows}
    assert kinds["A4"] == "optional"
    assert kinds["A1"] == "core, always asked"
    assert {row[1] for row in rows} >= {str(number) for number in range(1, 11)}


def test_the_printed_list_says_the_same(world: World) -> None:
    said = texts(CURRENT, Family.GENERAL, "en")
    printed = words_of(statement_lists.as_pdf(statement_lists.all_statements(said)))
    for statement in catalogue().statements:
        assert said.topic(statement.code) in printed
        if statement.status is Status.OPTIONAL:
            assert f"{said.topic(statement.code)} (optional)" in printed
    suggested = words_of(statement_lists.as_pdf(statement_lists.suggestions(said)))
    assert all(topic in suggested for _, topic, _ in said.library())


def test_a_part_that_begins_a_page_is_not_headed_by_the_part_before() -> None:
    listed = statement_lists.all_statements(texts(CURRENT, Family.GENERAL, "en"))
    names, heads = [part.name for part in listed.parts], set()
    for page in PdfReader(BytesIO(statement_lists.as_pdf(listed))).pages:
        lines = page.extract_text().splitlines()
        heads |= {above for above, below in pairwise(lines) if below in names and above.endswith("(continued)")}
    assert heads == {f"{listed.title} (continued)"}


@pytest.mark.parametrize(("level", "class_together"), [("primary", True), ("lower_secondary", False)])
def test_a_sheet_says_when_where_and_that_it_is_voluntary(world: World, level: str, class_together: bool) -> None:
    address = f"{SITE}/s/9vF2SWAJfoWlwX5258sKkA"
    days = date(2026, 12, 5), date(2026, 12, 11)
    pdf = link_sheet(LinkSheet("Riverside", EducationLevel(level), STUDENT, address, *days, "en"))
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    said = words_of(pdf)
    for text in (
        "Riverside",
        address,
        "5 December 2026",
        "11 December 2026",
        "voluntary and anonymous",
        "cannot be had later",
    ):
        assert text in said
    assert ("as a whole class" in said) is class_together


def test_a_code_is_that_of_the_address_and_no_other() -> None:
    address = f"{SITE}/s/9vF2SWAJfoWlwX5258sKkA"
    drawn = code_svg(address)
    assert drawn.startswith("<svg")
    assert drawn == code_svg(address)
    assert drawn != code_svg(f"{address[:-1]}B")


@pytest.mark.parametrize("locale", ["en", "ar", "el", "uk", "fr"])
def test_the_longest_sheet_fits_on_its_page_in_every_language(world: World, locale: str) -> None:
    school, address = "A school with a very long name " * 3, f"{SITE}/s/{'W' * 22}"
    days = date(2026, 12, 5), date(2026, 12, 11)
    sheet = LinkSheet(school, EducationLevel.PRIMARY, STUDENT, address, *days, locale)
    (page,) = PdfReader(BytesIO(link_sheet(sheet))).pages
    heights: list[float] = []
    page.extract_text(visitor_text=lambda text, cm, tm, _font, _size: text.strip() and heights.append(tm[5] + cm[5]))
    assert len(heights) > 5
    assert min(heights) > 25
