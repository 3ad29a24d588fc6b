"""What the page of results weighs, compressed as it is sent: all that is fetched until every figure can be read.

The wheel, a picture of figures that stand on the page already, follows by itself and weighs 6 to 7 KB more.
"""

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest

from selfie.catalogue import catalogue
from selfie.domain.questionnaire import OwnStatement, OwnText
from selfie.http.requests import json_answer
from selfie.i18n import locales
from selfie_reporting.comparison_view import insights_view
from tests.support.reports import FIRST_DAY, LEADER, STUDENT, TEACHER, exercise, results_of, view_of

SENT = {LEADER: 6, TEACHER: 30, STUDENT: 80}
STATEMENTS = 60
HEAVIEST = 60_000


def weight(content: bytes) -> int:
    """Return how many bytes come over the network."""
    return len(gzip.compress(content, 6))


@pytest.fixture(scope="module")
def answered():
    """An exercise with so many statements, every optional one among them."""
    chosen = tuple(sorted(catalogue().optional_codes))
    own = STATEMENTS - len(catalogue().statements)
    texts = {group: OwnText("I know whom to ask when a lesson with tablets goes wrong.") for group in SENT}
    written = tuple(OwnStatement(number, "en", FIRST_DAY, texts) for number in range(1, own + 1))
    return replace(exercise(SENT), optional=chosen, own=written)


@pytest.mark.parametrize("locale", locales())
def test_results_of_sixty_statements_are_light(site: Path, answered, locale: str) -> None:
    html = (site / locale / "results" / "exercise" / "index.html").read_text()
    static = next((site / "static").iterdir())
    fetched = set(re.findall(r'(?:href|src)="/static/\w+/([\w./-]+)"', html))
    following = list(fetched)
    while following:
        name = following.pop()
        if name.endswith(".js"):
            more = set(re.findall(r'(?:from|import) "\./([\w-]+\.js)"', (static / name).read_text())) - fetched
            fetched |= more
            following += more
    assert f"i18n/{locale}/results.js" in fetched
    view = view_of(SENT, of=answered, locale=locale)
    assert len(view["statements"]) == STATEMENTS
    answers = (view, insights_view(results_of(SENT, of=answered), None, locale))
    total = weight(html.encode()) + sum(weight((static / name).read_bytes()) for name in fetched)
    total += sum(weight(json_answer(answer).body.encode()) for answer in answers)
    assert total <= HEAVIEST
