"""Schools in which groups are small, padded with invented people, or of one mind, and what is published of them."""

from collections import Counter
from dataclasses import replace

from hypothesis import strategies as st

from selfie.catalogue import CURRENT, catalogue, texts
from selfie.domain.exercise import Exercise
from selfie.domain.results import Results, make_results
from selfie.domain.submission import read_submission
from selfie.domain.tally import Tally
from selfie_reporting.results_view import ResultsView, results_view
from tests.support.examples import own_statement
from tests.support.reports import LEADER, STUDENT, TEACHER, exercise

NA = "na"
CONFIDENCE = "teacher_confidence.confidence_preparing"  # put to teachers alone
ADOPTION = "technology_adoption.technology_adoption"
HINDERS = "inhibiting_factors"
FUNDING, SPACE = "lack_of_funding", "lack_of_space"
YEARS = "teaching_experience"
OWN = (own_statement(1, LEADER), own_statement(2, TEACHER, STUDENT), own_statement(3, LEADER, TEACHER))
Person = dict[str, list[str]]


def publish(numbers, answers, *, own=(), session_id: str = "2024-1") -> tuple[Exercise, Results, ResultsView]:
    """Publish what each person of a group answered."""
    made = replace(exercise(numbers, session_id=session_id), optional=("A4", "C10"), own=own)
    tallies = {}
    for group in made.groups:
        questionnaire = made.questionnaire(catalogue(), group)
        counts: Counter[str] = Counter()
        for person in answers[group]:
            given_answers = {code: options for code, options in person.items() if code in questionnaire.questions}
            if any(given_answers.values()):
                counts.update(read_submission(questionnaire, given_answers).counters)
        tallies[group] = Tally(group, len(answers[group]), dict(counts))
    results = make_results(made, catalogue(), tallies)
    return made, results, results_view(results, made, texts(CURRENT, made.family, "en"), {}, "en")


def answered(answers) -> dict[str, list[Person]]:
    """Name groups as figures do."""
    return {group.value: people for group, people in answers.items()}


CODES = ("A1", "A4", "C3", "C10", "own1", "own2", "own3", CONFIDENCE, ADOPTION, YEARS, "relevance")
# Few options make equal answers, and with them certain counts, far more likely than in a school.
_ONE = st.sampled_from((["4"], ["4"], ["4"], ["3"], ["1"], [NA], []))
_BAND = st.sampled_from((["under_3"], ["under_3"], ["over_20"], [NA], []))
_TICKS = st.sampled_from(([FUNDING], [FUNDING], [FUNDING, SPACE], [SPACE], [NA], []))
_OPINIONS = st.fixed_dictionaries({**dict.fromkeys(CODES, _ONE), YEARS: _BAND, HINDERS: _TICKS})
_AGREED: Person = {**{code: ["4"] for code in CODES}, YEARS: ["under_3"], HINDERS: [FUNDING]}
# Everybody agrees on most things; one or two are seen differently.
_AGREEING = st.dictionaries(st.sampled_from(CODES), st.just([]), max_size=2).flatmap(
    lambda left_out: st.sampled_from((_AGREED, _AGREED | {HINDERS: [FUNDING, SPACE]})).map(lambda o: o | left_out)
)


@st.composite
def schools(draw):
    """Draw a school in which groups are often small, often padded, often of one mind."""
    numbers = {LEADER: draw(st.integers(1, 4)), TEACHER: draw(st.integers(1, 8)), STUDENT: draw(st.integers(1, 12))}
    person = _AGREEING if draw(st.booleans()) else _OPINIONS
    answers = {
        group: draw(st.lists(person, min_size=0, max_size=min(number + 5, 8))) for group, number in numbers.items()
    }
    return numbers, answers


def people(count: int, **answers: str) -> list[Person]:
    """Return people who all gave the same answers."""
    return [{code: [option] for code, option in answers.items()}] * count


# The traps that are known, each as the numbers invited and the answers given.
TRAPS = {
    "one leader with two invented ones": (
        {LEADER: 1, TEACHER: 20, STUDENT: 50},
        {LEADER: people(3, A1="1"), TEACHER: people(12, A1="4", C3="3"), STUDENT: people(20, C3="4")},
    ),
    "staff of one mind, its only leader included": (
        {LEADER: 1, TEACHER: 20, STUDENT: 50},
        {LEADER: people(1, A1="5", C3="4"), TEACHER: people(12, A1="5", C3="3"), STUDENT: people(20, C3="4")},
    ),
    "everybody ticks one thing, and some another": (
        {LEADER: 1, TEACHER: 20, STUDENT: 50},
        {
            LEADER: [{HINDERS: [FUNDING, SPACE]}],
            TEACHER: [*people(6, **{HINDERS: FUNDING}), *([{HINDERS: [FUNDING, SPACE]}] * 6)],
            STUDENT: people(20, C3="4"),
        },
    ),
    "an area mean over a statement that is not shown": (
        {LEADER: 2, TEACHER: 20, STUDENT: 50},
        {
            LEADER: people(2, A1="5", A4="1"),
            TEACHER: [*people(10, A1="5", A4="4"), *people(3, A1="5", A4="2")],
            STUDENT: people(20, C3="4"),
        },
    ),
    "own statements that tell leaders from teachers": (
        {LEADER: 2, TEACHER: 20, STUDENT: 50},
        {
            LEADER: people(3, own1="1", own3="1", A1="1"),
            TEACHER: people(12, own2="5", own3="5", A1="5"),
            STUDENT: people(20, own2="3", C3="4"),
        },
    ),
    "two teachers among the staff": (
        {LEADER: 5, TEACHER: 20, STUDENT: 50},
        {LEADER: people(4, A1="3"), TEACHER: people(2, A1="4", **{CONFIDENCE: "2"}), STUDENT: people(20, C3="4")},
    ),
    "two students beside all staff": (
        {LEADER: 5, TEACHER: 20, STUDENT: 50},
        {LEADER: people(4, C3="3"), TEACHER: people(12, C3="4"), STUDENT: people(2, C3="1", own2="2")},
    ),
}
