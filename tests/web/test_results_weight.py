"""What the page of results weighs, compressed as it is sent: all that a browser fetches without being asked for more.

Page, styles, scripts and texts, all figures, what stands out, the first group's wheel (the heaviest), and the small
answers of who is signed in, documents and action plans. The other groups' wheels follow when somebody opens them.
CloudFront sends Brotli to browsers that take it, which is less; counted is gzip, which all of them take.
"""

import gzip
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from selfie.catalogue import catalogue
from selfie.domain.questionnaire import OwnStatement, OwnText
from selfie.http.requests import json_answer
from selfie.i18n import locales
from selfie_reporting.charts import svg
from selfie_reporting.comparison_view import insights_view
from selfie_reporting.row_charts import charts_of
from tests.support.reports import FIRST_DAY, LEADER, SCHOOL, STUDENT, TEACHER, exercise, results_of, view_of

SENT = {LEADER: 6, TEACHER: 30, STUDENT: 80}
STATEMENTS = 60
HEAVIEST = 60_000
OWN_TEXTS = (
    "I know whom to ask when a lesson with tablets goes wrong.",
    "Our reading club chooses its e-books together.",
    "The school radio gives everybody a turn at the microphone.",
    "We agree each term how much homework needs a screen.",
    "The robots of the workshop are free on Wednesday afternoons.",
    "Parents see on one page what their child has been working on.",
    "Broken devices come back within a week.",
    "Older pupils show younger ones how the library's catalogue works.",
    "We film experiments and discuss them afterwards.",
    "Lessons on the farm project use our own weather station.",
)


def weight(content: bytes) -> int:
    """Return how many bytes come over the network."""
    return len(gzip.compress(content, 6))


@pytest.fixture(scope="module")
def answered():
    """An exercise with so many statements, every optional one among them."""
    chosen = tuple(sorted(catalogue().optional_codes))
    own = STATEMENTS - len(catalogue().statements)
    written = tuple(
        OwnStatement(number, "en", FIRST_DAY, dict.fromkeys(SENT, OwnText(text)))
        for number, text in enumerate(OWN_TEXTS[:own], start=1)
    )
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
    assert len({statement["topic"] for statement in view["statements"]}) == STATEMENTS
    answers = (
        view,
        insights_view(results_of(SENT, of=answered), None, locale),
        {
            "schools": [{"id": SCHOOL.id, "name": SCHOOL.name, "country": "IE", "locale": locale}],
            "companies": [],
            "csrf_token": hashlib.sha256(b"csrf").hexdigest(),
        },
        {"documents": [{"locale": locale, "state": "ready"}]},
        {"plans": []},
    )
    total = weight(html.encode()) + sum(weight((static / name).read_bytes()) for name in fetched)
    total += sum(weight(json_answer(answer).body.encode()) for answer in answers)
    total += max(weight(svg(draw()).encode()) for name, draw in charts_of(view).items() if name.startswith("wheel-"))
    assert total <= HEAVIEST
