"""What one company may see of a vocational exercise: figures, texts and drawings."""

from dataclasses import replace

from selfie.catalogue import CURRENT, catalogue, texts
from selfie.domain.company import CompanyTally, for_trainers, make_company_results
from selfie.domain.exercise import Exercise
from selfie.domain.school import EducationLevel
from selfie.domain.submission import counter
from selfie.domain.tally import Tally
from selfie_reporting.results_view import ResultsView, results_view
from tests.support.examples import LEADER, STUDENT, TEACHER, TRAINER
from tests.support.examples import exercise as example

COMPANY = "company-steelsteelst"
INVITED, CAME = 7, 6


def vocational() -> Exercise:
    """Return a vocational exercise with trainers."""

    numbers = {LEADER: 5, TEACHER: 45, STUDENT: 200, TRAINER: 5}
    made = example(numbers, level=EducationLevel.UPPER_SECONDARY_VOCATIONAL)
    return replace(made, catalogue_version=CURRENT)


def company_view(locale: str) -> ResultsView:
    """Let six trainers of the only company answer everything, nobody alike, and write what the company may see."""
    exercise = vocational()
    counts: dict[str, int] = {}
    for place, (code, question) in enumerate(exercise.questionnaire(catalogue(CURRENT), TRAINER).questions.items()):
        for person in range(CAME if question.ratings else 0):
            name = counter(code, question.ratings[(place + person) % len(question.ratings)])
            counts[name] = counts.get(name, 0) + 1
    tallies = [CompanyTally(COMPANY, INVITED, Tally(TRAINER, CAME, counts))]
    made = make_company_results(exercise, catalogue(CURRENT), Tally(TRAINER, 0, {}), tallies)[COMPANY]
    return results_view(made, for_trainers(exercise), texts(CURRENT, exercise.family, locale), {}, locale)
