"""Time results, PDF and Excel of 100 and of 1,000,000 submissions: ``python -m bench.report``.

Counts are planted in tallies, as the closing finds them. Each size runs in a process of its own, so that the memory
printed is that size's. Times are the processor's, so that whatever else the machine does at the moment does not count.
"""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from selfie.catalogue import CURRENT, catalogue, texts
from selfie.domain.exercise import Exercise, State
from selfie.domain.questionnaire import OwnStatement, OwnText, ScaleKind
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel, RespondentGroup
from selfie.domain.submission import ANY_TICK, counter
from selfie.domain.tally import Tally
from selfie_reporting.comparison_view import comparison_view, insights_view
from selfie_reporting.document import document
from selfie_reporting.results_view import ResultsView, results_view
from selfie_reporting.workbook import workbook

SIZES = (100, 1_000_000)
ROUNDS = 3
PDF_BUDGET_S, EXCEL_BUDGET_S, MEMORY_BUDGET_MB = 3.0, 1.0, 512
LEADER, TEACHER, STUDENT, _ = RespondentGroup
SHARES = {LEADER: 0.05, TEACHER: 0.25, STUDENT: 0.70}
OPEN_ANSWERS = ["More time to try things out together, and wifi that reaches the second floor."] * 100


def planted(exercise: Exercise, submissions: int) -> dict[RespondentGroup, Tally]:
    """Return tallies as if so many had submitted."""
    chance = random.Random(1)
    tallies = {}
    for group in exercise.groups:
        sent = round(submissions * SHARES[group])
        counts: dict[str, int] = {}
        for code, question in exercise.questionnaire(catalogue(), group).questions.items():
            if question.kind is ScaleKind.OPEN_TEXT:
                continue
            if question.kind is ScaleKind.TICK_ALL:
                counts |= {counter(code, option): round(sent * chance.random()) for option in question.ratings}
                counts[counter(code, ANY_TICK)] = sent
                continue
            left = sent
            for option in question.options:
                here = round(left * chance.random())
                counts[counter(code, option)] = here
                left -= here
        tallies[group] = Tally(group, sent, counts)
    return tallies


def sample() -> Exercise:
    """Return an exercise with every optional and ten own statements: as long as a report gets."""
    own = tuple(
        OwnStatement(n, "en", date(2026, 10, 1), {g: OwnText(f"Our own statement, number {n}.") for g in SHARES})
        for n in range(1, 11)
    )
    return Exercise(
        school_id="abcdefgh2345",
        session_id="2026-1",
        level=EducationLevel.LOWER_SECONDARY,
        catalogue_version=CURRENT,
        numbers={LEADER: 200, TEACHER: 2_000, STUDENT: 20_000},
        optional=tuple(sorted(catalogue().optional_codes)),
        own=own,
        first_day=date(2026, 11, 2),
        last_day=date(2026, 11, 15),
        state=State.ACTIVATED,
    )


def timed(work: Callable[[], object]) -> float:
    """Return the processor's seconds that something takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(submissions: int) -> None:
    """Print a line for each round of one size."""
    exercise = sample()
    tallies = planted(exercise, submissions)
    results = make_results(exercise, catalogue(), tallies)
    answers = dict.fromkeys(map(str, results.units_with_open_answers), OPEN_ANSWERS)

    def show() -> ResultsView:
        return results_view(results, exercise, texts(CURRENT, exercise.family, "fr"), answers, "fr")

    view = show()
    before = make_results(replace(exercise, session_id="2025-1"), catalogue(), planted(exercise, submissions))
    found, compared = insights_view(results, before, "fr"), comparison_view(results, before, view)
    work: dict[str, Callable[[], object]] = {
        "results": lambda: make_results(exercise, catalogue(), tallies),
        "view": show,
        "pdf": lambda: document(view, "Riverside School", found, compared),
        "excel": lambda: workbook(view, "Riverside School", compared),
    }
    for number in range(1, ROUNDS + 1):
        took = {name: timed(task) for name, task in work.items()}
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        within = took["pdf"] <= PDF_BUDGET_S and took["excel"] <= EXCEL_BUDGET_S and memory <= MEMORY_BUDGET_MB
        columns = "".join(f"{seconds * 1000:>9.0f}" for seconds in took.values())
        print(f"{submissions:>11,}{number:>7}{columns}{memory:>9.0f}  {'ok' if within else 'over budget'}", flush=True)


def main() -> None:
    """Measure both sizes in fresh processes."""
    print("times in ms, memory in MB")
    print(f"{'submissions':>11}{'round':>7}{'results':>9}{'view':>9}{'pdf':>9}{'excel':>9}{'memory':>9}")
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "bench.report", str(size)], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        main()
