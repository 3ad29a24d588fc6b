"""An exercise on the real catalogue with submissions counted, for tests of closing, results and documents."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

from functions.close_session.service import ClosingService
from functions.report.service import ReportService
from functions.research.service import Contributing
from selfie.catalogue import CURRENT, catalogue, texts
from selfie.domain import deadlines
from selfie.domain.exercise import Exercise, State
from selfie.domain.questionnaire import NOT_APPLICABLE, OwnStatement, OwnText, Question, ScaleKind
from selfie.domain.results import Results, make_results
from selfie.domain.school import EducationLevel, Identity, RespondentGroup, School, groups_of
from selfie.domain.session import Calendar, Session
from selfie.domain.submission import read_submission
from selfie.domain.tokens import Purpose, new_token
from selfie_reporting.results_view import ResultsView, results_view
from tests.support.memory import (
    MemoryCompanies,
    MemoryContributions,
    MemoryCopies,
    MemoryDocuments,
    MemoryDueLists,
    MemoryExercises,
    MemoryMailboxes,
    MemoryMailer,
    MemoryPublicCounters,
    MemoryReportBuilding,
    MemoryResearchLedger,
    MemoryResults,
    MemorySchools,
    MemorySeal,
    MemoryTallies,
    MemoryTotals,
    StoppedClock,
)

LEADER, TEACHER, STUDENT, TRAINER = RespondentGroup
SCHOOL = School("abcdefgh2345", "Riverside School", "IE", "fr", ("office@school.example", "head@school.example"))
COORDINATOR = Identity("https://login.example", "sample")
LOCALES = ("en", "fr")
# Long past, so that a state machine that waits for these days by the real clock does not wait.
FIRST_DAY, LAST_DAY = date(2024, 11, 4), date(2024, 11, 17)
CALENDAR = Calendar.of(
    [
        Session(date(2024, 8, 19), date(2024, 12, 20), 2024, 1),
        Session(date(2025, 1, 6), date(2025, 4, 11), 2024, 2),
    ]
)
CLOSED_AT = deadlines.closes_at(LAST_DAY)
SHOWN_AT = deadlines.results_at(LAST_DAY)

OWN = (
    OwnStatement(
        1,
        "en",
        date(2024, 10, 1),
        {
            LEADER: OwnText("We pay for the e-books of the reading club."),
            TEACHER: OwnText("=I use the e-books of the reading club in lessons."),
            STUDENT: OwnText("I read e-books with the reading club."),
        },
    ),
    OwnStatement(3, "ar", date(2024, 10, 2), {TEACHER: OwnText("مكتبتنا الرقمية مفتوحة كل يوم.")}),
)

Sent = Mapping[RespondentGroup, int]
Answer = Callable[[Question, random.Random], list[str]]


def exercise(
    numbers: Sent | None = None, *, level: EducationLevel = EducationLevel.LOWER_SECONDARY, session_id: str = "2024-1"
) -> Exercise:
    """Return an activated exercise on the current catalogue."""
    given = numbers or {LEADER: 5, TEACHER: 45, STUDENT: 200}
    return Exercise(
        school_id=SCHOOL.id,
        session_id=session_id,
        level=level,
        catalogue_version=CURRENT,
        numbers={group: given.get(group, 0) for group in groups_of(level)},
        optional=("A4", "C10", "H11"),
        own=OWN,
        own_numbers_used=3,
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        state=State.ACTIVATED,
        activated_on=FIRST_DAY,
        links={group: f"link-{group}" for group in given},
    )


def any_answer(question: Question, chance: random.Random) -> list[str]:
    """Answer most questions, some with N/A."""
    if chance.random() < 0.05:
        return []
    if question.kind is ScaleKind.OPEN_TEXT:
        return [f"More time to try things out, please ({chance.randrange(10**9)})."]
    if question.kind is ScaleKind.TICK_ALL:
        return [option for option in question.ratings if chance.random() < 0.4] or [NOT_APPLICABLE]
    return [chance.choice(question.options)]


def send(
    tallies: MemoryTallies,
    of: Exercise,
    sent: Sent,
    answer: Answer = any_answer,
    seed: int = 7,
    at: datetime = datetime(2024, 11, 5, 9, 0, tzinfo=UTC),
) -> dict[RespondentGroup, list[str]]:
    """Count submissions of each group and return the open texts that were in them."""
    chance = random.Random(seed)
    written: dict[RespondentGroup, list[str]] = {}
    for group, count in sent.items():
        questionnaire = of.questionnaire(catalogue(), group)
        for _ in range(count):
            at += timedelta(minutes=1)
            answers = {code: answer(question, chance) for code, question in questionnaire.questions.items()}
            submission = read_submission(questionnaire, answers)
            token = new_token(Purpose.SUBMIT, of.id, group, at, at + timedelta(hours=2))
            tallies.record(token, submission, at)
            written.setdefault(group, []).extend(submission.open_texts.values())
    return written


def results_of(sent: Sent | None = None, *, of: Exercise | None = None, answer: Answer = any_answer) -> Results:
    """Return results made from submissions."""
    made = of or exercise()
    tallies = MemoryTallies()
    tallies.open(made)
    send(tallies, made, sent or {LEADER: 4, TEACHER: 30, STUDENT: 40}, answer)
    return make_results(made, catalogue(), {group: tallies.seal(made.id, group) for group in made.groups})


def view_of(
    sent: Sent | None = None,
    *,
    of: Exercise | None = None,
    locale: str = "en",
    answer: Answer = any_answer,
    open_answers: Mapping[str, list[str]] | None = None,
) -> ResultsView:
    """Return the view of results made from submissions."""
    made = of or exercise()
    results = results_of(sent, of=made, answer=answer)
    worded = texts(made.catalogue_version, made.family, locale)
    return results_view(results, made, worded, open_answers or {}, locale)


def system(
    of: Exercise | None = None, *, sent: Sent | None = None, school: School = SCHOOL, now: datetime = CLOSED_AT
) -> SimpleNamespace:
    """Put stores, closing and reports together on fakes, with one answered exercise in them."""
    it = SimpleNamespace(
        exercise=of or exercise(),
        exercises=MemoryExercises(),
        tallies=MemoryTallies(),
        copies=MemoryCopies(),
        published=MemoryResults(),
        documents=MemoryDocuments(),
        totals=MemoryTotals(),
        due_lists=MemoryDueLists(),
        building=MemoryReportBuilding(),
        schools=MemorySchools(),
        mailer=MemoryMailer(),
        mailboxes=MemoryMailboxes(),
        clock=StoppedClock(now),
        counters=MemoryPublicCounters(),
    )
    it.schools.add(school, COORDINATOR)
    it.exercises.add(it.exercise)
    it.tallies.open(it.exercise)
    it.written = send(it.tallies, it.exercise, {LEADER: 4, TEACHER: 12, STUDENT: 20} if sent is None else sent)
    it.companies = MemoryCompanies(it.exercises)
    it.closing = ClosingService(
        it.exercises,
        it.companies,
        it.tallies,
        it.copies,
        it.published,
        it.documents,
        it.schools,
        it.clock,
        catalogue,
        lambda exercise_id, locale, attempt: f"report-{exercise_id}-{locale}-{attempt}",
        LOCALES,
        it.totals,
        it.counters,
        it.due_lists,
    )
    it.contributions, it.ledger = MemoryContributions(), MemoryResearchLedger()
    it.contributing = Contributing(it.published, it.schools, it.contributions, it.ledger, MemorySeal())
    it.reports = ReportService(
        it.exercises,
        it.published,
        it.documents,
        it.building,
        it.schools,
        it.mailer,
        it.clock,
        CALENDAR,
        LOCALES,
        "https://selfie.example",
        it.mailboxes,
    )
    return it


def add_closed(it: SimpleNamespace, of: Exercise, sent: Sent) -> None:
    """Put a further answered exercise into a system and close it."""
    it.exercises.add(of)
    it.tallies.open(of)
    at = datetime.combine(of.first_day or FIRST_DAY, time(12), UTC)
    send(it.tallies, of, sent, at=at)
    it.closing.close(of.id)


def another(of: Exercise, level: EducationLevel) -> Exercise:
    """Return the same exercise at another level."""
    return replace(of, level=level)
