"""Put the whole system together on one machine; the only place here where the parts meet."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

from infra.local import dynamodb, sample, sample_research
from infra.local.aws import (
    BUCKET,
    MAIL_SENDER,
    OIDC_CLIENT_SECRET,
    RESEARCH_BUCKET,
    TOKEN_KEYS_SECRET,
    Secrets,
    aws_environment,
    moto,
    refuse_real_credentials,
    state_machine_arn,
)
from infra.local.clock import AdjustableClock
from infra.local.console import Console
from infra.local.environments import Lambda
from infra.local.gateway import Gateway, HttpApi, Site
from infra.local.kept import Kept
from infra.local.people import people
from infra.local.processes import NotStarted, find_program, is_free, server
from infra.local.scheduler import Scheduler
from infra.site import build_site
from privacy.register import register
from selfie.adapters import clock as product_clock
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_old_accounts import DynamoOldAccounts
from selfie.adapters.dynamodb_results import DynamoResults
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.domain.deadlines import day_of, results_at
from selfie.domain.session import Session
from selfie.i18n import locales
from selfie.settings import settings

PROVIDER: Final = Path(__file__).parent / "identity_provider.mjs"
CLIENT_ID: Final = "selfie-local"
SECOND_FACTOR_ACR: Final = "https://ecas.ec.europa.eu/loa/medium"
SECURITY_CONTACT: Final = "security@example.org"
# As a stage has them in its parameters.
REGIONS: Final = {"BE": {"BE1": "Bruxelles-Capitale", "BE2": "Vlaams Gewest", "BE3": "Région wallonne"}}
SCHOOL_YEAR_STARTS: Final = 8  # August
SCHOOL_YEARS_AHEAD: Final = 3
WITHOUT_DATABASE: Final = "DynamoDB Local needs {missing}: moto's tables are used instead, and nothing is kept."


@contextmanager
def running(folder: Path, port: int) -> Iterator[tuple[str, list[str]]]:
    """Run everything on a port of this machine and keep data in a folder.

    Yield the address and what the reader should know. Raise RealCredentials or NotStarted.
    """
    refuse_real_credentials(os.environ)
    for taken in (number for number in (port, port + 1) if not is_free(number)):
        raise NotStarted(f"port {taken} is in use; choose another one (make run PORT=…).")
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    site_url, issuer = f"http://localhost:{port}", f"http://localhost:{port + 1}"
    with ExitStack() as parts:
        parts.enter_context(_alone_in(folder))
        notes: list[str] = []
        if missing := dynamodb.what_is_missing():
            notes.append(WITHOUT_DATABASE.format(missing=missing))
            endpoint = ""
        else:
            endpoint = parts.enter_context(
                dynamodb.dynamodb_local(log=folder / "log" / "dynamodb.txt", folder=folder / "dynamodb")
            )
        os.environ.update(aws_environment(endpoint))
        clock = AdjustableClock(folder / "clock.json")
        product_clock.source = clock.now
        secrets, known = Secrets.of(folder / "secrets.json"), people(folder / "people.json")
        static_path = build_site(folder / "site", site_url=site_url, security_contact=SECURITY_CONTACT)

        functions = Lambda()
        aws = parts.enter_context(moto(functions.invoke, clock.now))
        database = dynamodb.make_tables(endpoint)
        os.environ.update(_settings(site_url, issuer, static_path, database, day_of(clock.now())))
        os.environ["BADGE_KEYS"] = f"file:{secrets.badge_keys}"
        os.environ["RESEARCH_SEAL_KEY"] = os.environ["RESEARCH_PSEUDONYM_KEY"] = f"file:{secrets.research_keys}"
        os.environ["COPIES_KEY"] = f"file:{secrets.copies_key}"
        functions.load()
        aws.prepare(secrets)
        client = database.client()
        schools = DynamoSchools(client, database.exercises)
        moved = _noted(folder / "issuer.txt", issuer) not in ("", issuer)
        sample.add_schools(schools, known, issuer, day_of(clock.now()), moved=moved)
        sample.add_old_account(
            schools, DynamoOldAccounts(client, database.exercises), results_at(_migration_last_day(day_of(clock.now())))
        )
        kept = Kept(folder, aws)
        kept.restore()

        parts.enter_context(_identity_provider(folder, site_url, issuer, secrets))
        scheduler = Scheduler(
            clock,
            aws,
            kept,
            folder / "schedule.json",
            functions.invoke,
            expire=partial(dynamodb.expire, database),
        )
        console = Console(
            clock=clock,
            scheduler=scheduler,
            aws=aws,
            kept=kept,
            people=known,
            exercises=DynamoExercises(client, database.exercises),
            fill=partial(sample.fill, site_url, in_company=known["kim"]),
            contribute=lambda: sample_research.contribute(
                schools,
                DynamoExercises(client, database.exercises),
                DynamoResults(client, database.exercises),
                functions.invoke,
                _last_two_sessions(day_of(clock.now())),
            ),
            invoke=functions.invoke,
            static_path=static_path,
            notes=notes,
        )
        api = HttpApi(each for each in functions.functions.values() if each.function.serves_http)
        parts.enter_context(_listening(Gateway(port, [console, api, Site(folder / "site")])))
        parts.enter_context(_scheduling(scheduler, kept))
        yield site_url, notes


def _noted(file: Path, text: str) -> str:
    """Write a note for the next run and return that of the last one, if any."""
    last = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(text, encoding="utf-8")
    return last


def _settings(site_url: str, issuer: str, static_path: str, database: dynamodb.Database, today: date) -> dict[str, str]:
    """Name every variable that functions read, see docs/architecture.md."""
    return {
        "STAGE": "local",
        "SITE_URL": site_url,
        "STATIC_PATH": static_path,
        "LOCALES": " ".join(locales()),
        "CALENDAR": json.dumps(calendar(today)),
        "EXERCISES_TABLE": database.exercises,
        "COUNTERS_TABLE": database.counters,
        "KEYS_TABLE": database.keys,
        "REPORTS_BUCKET": BUCKET,
        "RESEARCH_BUCKET": RESEARCH_BUCKET,
        "REGIONS": json.dumps(REGIONS),
        "MAIL_SENDER": MAIL_SENDER,
        "OPERATOR": register().operator.name,
        "TOKEN_KEYS_SECRET": TOKEN_KEYS_SECRET,
        "MIGRATION_LAST_DAY": _migration_last_day(today).isoformat(),
        "COUNCIL_COUNTRIES": "NL",
        "BUILD_REPORT_ARN": state_machine_arn("build_report"),
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET_NAME": OIDC_CLIENT_SECRET,
        "OIDC_ALGORITHM": "PS512",
        "OIDC_CLIENT_AUTHENTICATION": "client_secret_jwt",
        "OIDC_ACCEPTED_ACR": SECOND_FACTOR_ACR,
        "POWERTOOLS_SERVICE_NAME": "local",
        "POWERTOOLS_METRICS_NAMESPACE": "local",
        # They are lines of the log, which nobody here makes figures of.
        "POWERTOOLS_METRICS_DISABLED": os.environ.get("POWERTOOLS_METRICS_DISABLED", "true"),
        "POWERTOOLS_LOG_LEVEL": os.environ.get("POWERTOOLS_LOG_LEVEL", "WARNING"),
    }


def _last_two_sessions(today: date) -> tuple[Session, ...]:
    """Return the sessions that ended last, the earlier one first."""
    return tuple(session for session in settings().sessions.sessions if session.last_day < today)[-2:]


def _migration_last_day(today: date) -> date:
    return today + timedelta(days=365)


def calendar(today: date) -> list[dict[str, Any]]:
    """Make sessions without gaps around a day, so that the run works on every day of the year."""
    current = today.year if today.month >= SCHOOL_YEAR_STARTS else today.year - 1
    sessions = []
    for year in range(current - 1, current + 1 + SCHOOL_YEARS_AHEAD):
        first_days = (date(year, 8, 1), date(year + 1, 1, 1), date(year + 1, 4, 16), date(year + 1, 8, 1))
        for number in (1, 2, 3):
            last_day = first_days[number] - timedelta(days=1)
            sessions.append(
                {
                    "school_year": year,
                    "number": number,
                    "first_day": first_days[number - 1].isoformat(),
                    "last_day": last_day.isoformat(),
                }
            )
    return sessions


@contextmanager
def _identity_provider(folder: Path, site_url: str, issuer: str, secrets: Secrets) -> Iterator[None]:
    node = find_program("node")
    if node is None:
        raise NotStarted("Node.js 20 or newer is missing: the identity provider runs on it.")
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "NODE_ENV": os.environ.get("NODE_ENV", "development"),
        "ISSUER": issuer,
        "SITE_URL": site_url,
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET": secrets.oidc_client_secret,
        "SECOND_FACTOR_ACR": SECOND_FACTOR_ACR,
        "PEOPLE_FILE": str(folder / "people.json"),
        "KEYS_FILE": str(folder / "provider-keys.json"),
    }
    log = folder / "log" / "identity-provider.txt"
    port = int(issuer.rpartition(":")[2])
    with server([node, str(PROVIDER)], port=port, log=log, environment=environment):
        yield


@contextmanager
def _listening(gateway: Gateway) -> Iterator[None]:
    thread = Thread(target=gateway.serve_forever, name="gateway", daemon=True)
    thread.start()
    try:
        yield
    finally:
        gateway.shutdown()
        gateway.server_close()


@contextmanager
def _scheduling(scheduler: Scheduler, kept: Kept) -> Iterator[None]:
    scheduler.start()
    try:
        yield
    finally:
        scheduler.stop()
        kept.follow()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep a second run out of a folder; the system lets go of the lock however we end."""
    lock: IO[str]
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotStarted(f"another run uses {folder}; end it, or choose another folder.") from error
        yield
