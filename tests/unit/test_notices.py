"""Privacy notices: every point has its paragraph, pupils can read theirs, and what is typed must fit."""

import io
import json
import re
import tomllib
from dataclasses import replace
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import pypdf
import pytest

from functions.privacy import wiring
from functions.privacy.notices import Notices
from selfie.domain.account import COUNTRIES, POLICY_VERSION
from selfie.domain.supervision import AUTHORITIES
from selfie.i18n import locales
from selfie.notices import POINTS, Controller, Facts, Reader, notice, policy
from selfie_reporting.notice_document import notice_document
from tests.unit.test_privacy import OAK, SITE, Office
from tests.unit.test_privacy import office as office  # noqa: PLC0414  a fixture

FACTS = Facts(
    school="Riverside School",
    authority="Ministry of Education",
    operator="Example operator",
    controller=Controller.SCHOOL,
    contact="office@riverside.example",
    officer="officer@riverside.example",
    country="BE",
    page="https://selfie.example.org/en/where-does-my-data-go/",
)
QUERY = {
    "reader": "parents",
    "locale": "en",
    "controller": "school",
    "authority": "",
    "contact": "office@oak.example",
    "officer": "officer@oak.example",
}
REGISTER = Path(__file__).parents[2] / "privacy/register.toml"
# The version, and the beginning of a hash of its English text.
POLICY = ("2026-11-28", "e515ea0d0cdfb7e3")
# Björnsson's LIX: below 25 a child reads it, above 60 it is the language of laws. Long words have seven letters.
HARDEST = {Reader.PUPILS: 25, Reader.PARENTS: 48, Reader.STAFF: 48}


def lix(text: str) -> float:
    """Measure how hard a text is to read: words in a sentence, and how many of them in a hundred are long."""
    words = re.findall(r"[\w’'-]+", text)
    sentences = re.findall(r"[.?!:](?:\s|$)", text)
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


def ask(office: Office, **changes: str) -> tuple[int, Any]:
    """Ask for a notice as the page does."""
    query = "&".join(f"{name}={value}" for name, value in {**QUERY, **changes}.items())
    return office.ask("GET", f"/api/schools/{OAK.id}/notice?{query}")


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(wiring, "notices", lambda: Notices(office.schools, "Example operator", ("en", "fr"), SITE))
    return office


@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("locale", locales())
def test_each_of_the_fourteen_points_has_its_paragraph(reader: Reader, locale: str) -> None:
    for controller, authority in product(Controller, ("", "Ministry")):
        made = notice(replace(FACTS, controller=controller, authority=authority or "-"), reader, locale)
        assert sorted(point for section in made.sections for point in section.points) == list(POINTS)
        assert all(section.heading and section.paragraphs and all(section.paragraphs) for section in made.sections)
        assert not re.search(r"\{\w*\}", made.text)


@pytest.mark.parametrize("locale", locales())
def test_the_policy_has_them_too(locale: str) -> None:
    made = policy("Example operator", "1 Street", "a@b.example", "c@d.example", "BE", "https://x.example/", locale)
    assert sorted(point for section in made.sections for point in section.points) == list(POINTS)


def test_a_new_wording_of_the_policy_gets_a_new_version() -> None:
    made = policy("Example operator", "1 Street", "a@b.example", "c@d.example", "BE", "https://x.example/", "en")
    # A wording that schools were never asked to agree to may still be changed on its day.
    assert (POLICY_VERSION, sha256(made.text.encode()).hexdigest()[:16]) == POLICY


@pytest.mark.parametrize("reader", Reader)
def test_what_is_said_of_open_answers_is_what_the_register_says(reader: Reader) -> None:
    stored = {line["item"]: line for line in tomllib.loads(REGISTER.read_text(encoding="utf-8"))["stored"]}
    assert stored["EXERCISE/ANSWERS"]["kept"] == "until the school erases its account"
    sections = {point: section for section in notice(FACTS, reader, "en").sections for point in section.points}
    read, kept = (" ".join(sections[point].paragraphs) for point in (4, 5))
    words = ("your words", "the words") if reader is Reader.PUPILS else ("Open answers", "the open answers")
    assert words[0] in read
    assert words[1] in kept


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("reader", Reader)
def test_a_notice_is_as_easy_to_read_as_its_readers_need(reader: Reader, locale: str) -> None:
    # Names and addresses of others are not ours to simplify.
    plain = replace(
        FACTS, school="Lake", authority="Town", operator="Club", contact="a@b", officer="c@d", page="x", country=""
    )
    paragraphs = (text for section in notice(plain, reader, locale).sections for text in section.paragraphs)
    assert lix(" ".join(paragraphs)) <= HARDEST[reader]


def test_a_hard_text_is_found_hard() -> None:
    assert lix("You can stop. Ask your teacher.") < 20
    assert lix("Notwithstanding contractual stipulations, controllers disclose identifiable particulars.") > 60


def test_who_is_responsible_follows_from_who_is_the_controller() -> None:
    said = {c: notice(replace(FACTS, controller=c), Reader.STAFF, "en").sections[0].paragraphs[0] for c in Controller}
    assert said[Controller.SCHOOL].startswith("Riverside School is responsible")
    assert said[Controller.AUTHORITY].startswith("Ministry of Education is responsible")
    assert said[Controller.OPERATOR].startswith("Example operator is responsible")


def test_a_complaint_goes_to_the_authority_of_the_country_in_its_own_name() -> None:
    assert "www.cnil.fr" in notice(replace(FACTS, country="FR"), Reader.PARENTS, "en").text
    assert "of your country" in notice(replace(FACTS, country="BR"), Reader.PARENTS, "en").text
    assert set(AUTHORITIES) <= set(COUNTRIES)
    union = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO"
    assert set(union.split()) <= set(AUTHORITIES)
    assert all(re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}", authority.website) for authority in AUTHORITIES.values())


@pytest.mark.parametrize("locale", ["en", "ar", "uk", "el"])
def test_a_notice_is_a_pdf_in_every_script(locale: str) -> None:
    made = notice(FACTS, Reader.PARENTS, locale)
    pages = pypdf.PdfReader(io.BytesIO(notice_document(made, FACTS.school, locale))).pages
    assert 1 <= len(pages) <= 3
    assert "Riverside" in "".join(page.extract_text() for page in pages)


def test_a_coordinator_gets_the_notice_as_text_and_as_pdf(desk: Office) -> None:
    status, made = ask(desk)
    assert status == 200
    assert made["text"].startswith(made["title"])
    assert "Oak School is responsible" in made["text"]
    assert f"{SITE}/en/where-does-my-data-go/" in made["text"]
    assert {"heading", "paragraphs"} == set(made["sections"][0])
    status, content = ask(desk, format="pdf", locale="fr", reader="pupils")
    assert (status, content[:5]) == (200, b"%PDF-")


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"officer": ""}, {"officer": "missing"}),
        ({"contact": "", "controller": "authority"}, {"authority": "missing", "contact": "missing"}),
        ({"authority": "x" * 201}, {"authority": "too_long"}),
        (
            {"reader": "dogs", "locale": "xx", "country": "ZZ"},
            {"reader": "not_offered", "locale": "not_offered", "country": "not_offered"},
        ),
    ],
)
def test_every_field_that_does_not_fit_is_named(desk: Office, changes: dict[str, str], errors: dict[str, str]) -> None:
    status, problem = ask(desk, **changes)
    assert status == 422
    assert {error["field"]: error["code"] for error in problem["errors"]} == errors
    assert "dogs" not in json.dumps(problem)


def test_another_schools_coordinator_gets_none(desk: Office) -> None:
    assert desk.ask("GET", f"/api/schools/{OAK.id}/notice", who="boris")[0] == 403
