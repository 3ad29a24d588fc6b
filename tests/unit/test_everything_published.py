"""All that a school and its companies get, read back by an adversary with a solver: no small group's counts are in it.

The workbook is opened, the words of the PDF are read page by page; what they say goes to the solver together with the
page's JSON, the exercise before and its comparison, the line over all exercises and what stands out.
"""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from selfie.catalogue import CURRENT, catalogue, texts
from selfie.domain import company as companies_rules
from selfie.domain.company import CompanyTally, for_trainers, make_company_results
from selfie.domain.exercise import Exercise
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel
from selfie.domain.submission import read_submission
from selfie.domain.tally import Tally, pooled
from selfie_reporting.comparison_view import comparison_view, development_view, insights_view
from selfie_reporting.document import document
from selfie_reporting.results_view import results_view
from selfie_reporting.workbook import workbook
from tests.support.adversary import Adversary, Asked, Fact, Kind
from tests.support.published import (
    asked_in,
    in_comparison,
    in_development,
    in_insights,
    in_the_document,
    in_the_workbook,
    on_the_page,
)
from tests.support.reports import LEADER, STUDENT, TEACHER, TRAINER, exercise, results_of, view_of
from tests.support.small_schools import OWN, TRAPS, Person, answered, publish, schools

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
NAME = "School"


def all_media(numbers, answers, numbers_before, answers_before, *, with_document: bool):
    """Publish two exercises of a level and read all that the school gets: adversary, truth, figures by medium."""
    made, results, view = publish(numbers, answers, own=OWN)
    earlier, before, view_before = publish(numbers_before, answers_before, own=OWN, session_id="2023-3")
    if not (results.viewable and before.viewable):
        return None
    compared, found = comparison_view(results, before, view), insights_view(results, before, "en")
    names = {area["code"]: area["name"] for area in view["areas"]}
    media = {
        "page": on_the_page(view),
        "workbook": in_the_workbook(workbook(view, NAME, compared), view, earlier.id),
        "before": on_the_page(view_before),
        "comparison": in_comparison(compared),
        "development": in_development(development_view([before, results], names, "en")),
        "insights": in_insights(found, made.id),
    }
    if with_document:
        media["document"] = in_the_document(document(view, NAME, found, compared), view, earlier.id)
    adversary = Adversary([asked_in(made, view), asked_in(earlier, view_before)], set().union(*media.values()))
    return adversary, {made.id: answered(answers), earlier.id: answered(answers_before)}, media


@pytest.mark.parametrize("trap", list(TRAPS)[:3])
def test_no_known_trap_gives_a_small_group_away_in_any_medium(trap: str) -> None:
    before = TRAPS["two students beside all staff"]
    adversary, answers, media = all_media(*TRAPS[trap], *before, with_document=True)
    assert adversary.all_found(answers) == []
    # What the readers find is what the page says, so they do read.
    of_both = media["page"] | media["before"] | media["comparison"]
    assert media["page"] <= media["workbook"] <= of_both
    assert media["page"] <= media["document"] <= of_both


@given(schools(), schools())
@settings(max_examples=5, deadline=None, suppress_health_check=SLOW)
def test_no_random_school_gives_a_small_group_away_in_its_workbook(one, before) -> None:
    published = all_media(*one, *before, with_document=False)
    assume(published is not None)
    adversary, answers, _ = published
    assert adversary.all_found(answers) == []


def test_every_figure_of_a_full_report_is_read_from_workbook_and_document() -> None:
    """No reader passes over a kind of figure: a school with all groups has every one of them."""
    sent = {LEADER: 5, TEACHER: 9, STUDENT: 12}
    view, found = view_of(sent), insights_view(results_of(sent), None, "en")
    shown = on_the_page(view)
    assert {fact.kind for fact in shown} == set(Kind) - {Kind.CHANGE}
    assert in_the_workbook(workbook(view, NAME), view) == shown
    # The document prints no N/A beside percentages of ticks and choices.
    unprinted = shown - in_the_document(document(view, NAME, found), view)
    rated = {fact.code for fact in shown if fact.kind is Kind.MEAN}
    assert {fact.kind for fact in unprinted} == {Kind.NOT_APPLICABLE}
    assert not {fact.code for fact in unprinted} & rated


def test_a_mean_that_is_hardly_rounded_is_read_as_it_stands_in_the_workbook() -> None:
    view = view_of({LEADER: 5, TEACHER: 9, STUDENT: 12})
    view["statements"][0]["overall"] = 3.4286
    facts = in_the_workbook(workbook(view, NAME), view)
    assert Fact(Kind.OVERALL, view["exercise"], Decimal("3.4286"), view["statements"][0]["code"]) in facts


# --- companies --------------------------------------------------------------------------------------------------------

_ONE = st.sampled_from((["4"], ["4"], ["5"], ["1"], ["na"], []))
_TRAINER = st.fixed_dictionaries(dict.fromkeys(("A1", "C5", "F4", "relevance"), _ONE))
_TRAINERS = st.lists(_TRAINER, max_size=9)


def tally_of(made: Exercise, people: list[Person]) -> Tally:
    """Count what trainers answered."""
    asked = made.questionnaire(catalogue(), TRAINER)
    sent = [{code: options for code, options in person.items() if code in asked.questions} for person in people]
    counts = Counter(key for person in sent if any(person.values()) for key in read_submission(asked, person).counters)
    return Tally(TRAINER, len(people), dict(counts))


def published_of_trainers(own: list[Person], companies: list[list[Person]]):
    """Publish what the school and its companies see; return both, and the exercise."""
    numbers = {LEADER: 5, TEACHER: 20, STUDENT: 50, TRAINER: 4}
    made = exercise(numbers, level=EducationLevel.UPPER_SECONDARY_VOCATIONAL)
    tallies = [CompanyTally(f"company-{n}", max(len(p), 1), tally_of(made, p)) for n, p in enumerate(companies)]
    everybody = pooled(TRAINER, tally_of(made, own), *(entry.tally for entry in tallies))
    others = {group: Tally(group, 9, {}) for group in (LEADER, TEACHER, STUDENT)}
    school = make_results(made, catalogue(), {**others, TRAINER: everybody}, sum(entry.invited for entry in tallies))
    return made, school, make_company_results(made, catalogue(), tally_of(made, own), tallies)


def few_found(own: list[Person], companies: list[list[Person]]) -> list[tuple[str, str]]:
    """Let the school and all companies that see figures put them together, and look for what one or two others said.

    What nobody of them sees is one source: who has no figures of a question, and the rest.
    """
    made, school, seen = published_of_trainers(own, companies)
    people = {f"company-{number}": answers for number, answers in enumerate(companies)}
    worded = texts(CURRENT, made.family, "en")
    views = {name: results_view(r, for_trainers(made), worded, {}, "en") for name, r in seen.items() if r.viewable}
    shown = {fact for fact in on_the_page(results_view(school, made, worded, {}, "en")) if fact.unit == TRAINER}
    for name, view in views.items():
        shown |= {replace(fact, unit=name) for fact in on_the_page(view) if fact.unit == TRAINER}
    sources = [*views, "rest"]
    rest = own + [person for name, answers in people.items() if name not in views for person in answers]
    left = Fact(Kind.SENT, made.id, Decimal(len(rest)), unit="rest")  # those of all, without those who know their own
    asked = made.questionnaire(catalogue(), TRAINER).questions
    units = {TRAINER: sources, **{name: [name] for name in views}}
    questions = {code: (question, sources) for code, question in asked.items()}
    adversary = Adversary(
        [Asked(made.id, units, questions, {})], {f for f in shown if f.kind is not Kind.AREA} | {left}
    )
    found = []
    for code in sorted({code for _, code, _, _ in adversary.places}):
        with_figure = {fact.unit for fact in shown if fact.code == code}
        blind = [source for source in sources if source not in with_figure]
        said = [p[code] for s in blind for p in (rest if s == "rest" else people[s]) if p.get(code)]
        if len(said) in {1, 2} and adversary.finds(
            made.id, code, blind, {option for answer in said for option in answer}
        ):
            found.append((code, ", ".join(blind)))
    return found


@given(_TRAINERS, st.lists(_TRAINERS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_school_and_companies_together_do_not_find_what_one_or_two_others_said(own, companies) -> None:
    assert few_found(own, companies) == []


def test_they_would_find_the_only_other_trainer_if_a_company_saw_its_own(monkeypatch) -> None:
    own, companies = [{"C5": ["1"]}], [[{"C5": ["4"]}] * 5]
    assert few_found(own, companies) == []
    monkeypatch.setattr(companies_rules, "_largest_safe", lambda candidates, *_: candidates)
    assert few_found(own, companies) == [("C5", "rest")]
