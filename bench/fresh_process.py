"""Measure how long a fresh process of the survey function takes to its first answer: ``python -m bench.fresh_process``.

What a cold start on Lambda does after the snapshot or the sandbox is there: start Python, import, make a client, read
three items from DynamoDB Local, render the first page. The budget is for the clock on the wall; the processor's time
(the child's own, user and system) says more on a machine that has other work. ``--imports`` prints what the imports
cost instead.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from infra.local.dynamodb import Database, dynamodb_local, make_tables, what_is_missing
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.catalogue import CURRENT
from selfie.domain.exercise import Exercise, State
from selfie.domain.school import EducationLevel, Identity, RespondentGroup, School

BUDGET_MS: Final = 450
RUNS: Final = 15
LINK: Final = "a-teachers-link"
IMPORTS_SHOWN: Final = 25

EVENT: Final = {
    "resource": "/s/{link}",
    "path": f"/s/{LINK}",
    "httpMethod": "GET",
    "headers": {"accept": "text/html", "accept-language": "en"},
    "multiValueHeaders": {},
    "multiValueQueryStringParameters": None,
    "pathParameters": {"link": LINK},
    "stageVariables": None,
    "requestContext": {"resourcePath": "/s/{link}", "httpMethod": "GET"},
    "body": None,
    "isBase64Encoded": False,
}
CHILD: Final = """
import json, os
from functions.survey.app import app
answer = app(json.loads(os.environ["BENCH_EVENT"]), None)
print(answer["statusCode"], len(answer["body"]), flush=True)
os._exit(0)  # tidying up is no part of it
"""


def fill(database: Database) -> None:
    """Store a school with an exercise that is running today."""
    today = datetime.now(UTC).date()
    before = _exercise(today)
    exercises = DynamoExercises(database.client(), database.exercises)
    exercises.add(before)
    links = {RespondentGroup.TEACHER: LINK}
    exercises.change(before, _exercise(today, State.ACTIVATED, links))
    school = School(before.school_id, "Riverside School", "BE", "en", ("office@example.org",))
    DynamoSchools(database.client(), database.exercises).add(school, Identity("https://example.org", "somebody"))


def _exercise(today: date, state: State = State.SET_UP, links: dict[RespondentGroup, str] | None = None) -> Exercise:
    return Exercise(
        school_id="abcdefgh2345",
        session_id="2026-1",
        level=EducationLevel.LOWER_SECONDARY,
        catalogue_version=CURRENT,
        numbers=dict.fromkeys(list(RespondentGroup)[:3], 20),
        first_day=today - timedelta(days=3),
        last_day=today + timedelta(days=10),
        state=state,
        links=links,
    )


def milliseconds_to_first_answer(environment: dict[str, str]) -> tuple[float, float]:
    """Start one process and wait for its answer; return what the wall's clock and the processor's say."""
    start, used = time.perf_counter(), _processor_seconds()
    with subprocess.Popen([sys.executable, "-c", CHILD], env=environment, stdout=subprocess.PIPE, text=True) as child:
        answer = child.stdout.readline() if child.stdout else ""
        taken = (time.perf_counter() - start) * 1000
    if not answer.startswith("200 "):
        raise SystemExit(f"the function answered: {answer!r}")
    return taken, (_processor_seconds() - used) * 1000


def _processor_seconds() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def print_imports(environment: dict[str, str]) -> None:
    """List the imports that cost most, with all that they bring along."""
    command = [sys.executable, "-X", "importtime", "-c", CHILD]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr
    rows = [line.removeprefix("import time:").split("|") for line in said.splitlines() if line.count("|") == 2]
    costs = sorted(((int(row[1]), row[2].strip()) for row in rows[1:]), reverse=True)
    for microseconds, name in costs[:IMPORTS_SHOWN]:
        print(f"{microseconds / 1000:8.1f} ms  {name}")


def main() -> None:
    """Run and print the figures against the budget."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--imports", action="store_true", help="print what the imports cost")
    options.add_argument("--runs", type=int, default=RUNS)
    asked = options.parse_args()
    if missing := what_is_missing():
        raise SystemExit(f"DynamoDB Local needs {missing}")
    with tempfile.TemporaryDirectory() as folder, dynamodb_local(log=Path(folder) / "dynamodb.log") as endpoint:
        database = make_tables(endpoint)
        fill(database)
        environment = os.environ | {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
            "EXERCISES_TABLE": database.exercises,
            "COUNTERS_TABLE": database.counters,
            "BENCH_EVENT": json.dumps(EVENT),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONDONTWRITEBYTECODE": "",  # layers are deployed with their bytecode
        }
        milliseconds_to_first_answer(environment)  # the first writes the bytecode
        if asked.imports:
            print_imports(environment)
            return
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
        taken = [milliseconds_to_first_answer(environment) for _ in range(asked.runs)]
    wall, processor = (sorted(times) for times in zip(*taken, strict=True))
    print(
        f"fresh process to first answer, {asked.runs} runs (budget: median at most {BUDGET_MS} ms on the wall's clock)"
    )
    for clock, times in (("wall", wall), ("processor", processor)):
        print(
            f"{clock:10} best {times[0]:4.0f} ms  median {statistics.median(times):4.0f} ms  worst {times[-1]:4.0f} ms"
        )
    sys.exit(statistics.median(wall) > BUDGET_MS)


if __name__ == "__main__":
    main()
