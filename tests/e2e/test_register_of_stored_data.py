"""What the system stores is what the register says, and what people send leaves no trace anywhere else.

One exercise is played on a system of its own; then everything that was stored or logged is looked at.
"""

import io
import json
import re
import signal
import subprocess
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import altcha
import boto3
import duckdb
import jsonschema_rs
import pytest

from infra.local import dynamodb
from infra.local.client import Client, read_forms
from infra.local.processes import free_port
from infra.local.sample import DAYS, PERSON
from privacy.documents import EXPORT_SCHEMA, covered, export_schema
from privacy.register import Ending, register, texts
from selfie.adapters.keys import hidden
from selfie.domain.copies import FEWEST_NEW
from selfie.i18n import locales
from tests.support.local_system import ROOT, LocalSystem, activated, codes_on_sheet, start, wait_until_ready
from web.messages import read_catalogue

REGISTER = ROOT / "privacy/register.toml"
IN_EVERY_ITEM = {"PK", "SK", "expires_at"}

# Gone after seconds; tests/integration/test_store_contract.py sees them come and go.
WHILE_A_REPORT_IS_MADE = {"EXERCISE/DOCUMENT due", "EXERCISE/DOCUMENT due_key"}

# What must not be found again: an address, a browser, and an answer where no answer belongs.
ADDRESS, BROWSER, ANSWER = "203.0.113.77", "PlantedBrowser/7.1", "planted-answer-4711"


@dataclass(frozen=True)
class Traces:
    """Everything that a system left behind, by place: table items, files, and what its functions logged.

    ``folder`` still holds it; ``tokens`` are those of the marked submission and of a link for colleagues. On another
    ``port`` the identity provider would be another one, and nobody's.
    """

    items: Mapping[str, list[dict[str, Any]]]
    files: Mapping[str, bytes]
    log: str
    tokens: tuple[str, str]
    folder: Path
    port: int


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Traces:
    """Play an exercise with planted markers and stop the system."""
    if missing := dynamodb.what_is_missing():
        pytest.skip(f"DynamoDB Local needs {missing}")
    folder, port = tmp_path_factory.mktemp("traces"), free_port()
    with recording(folder, port) as said:
        tokens = play(LocalSystem(f"http://localhost:{port}", folder, said.process))
    return Traces(stored_items(folder), stored_files(folder), said.log, tokens, folder, port)


@dataclass
class Recording:
    """A run whose log is kept when it ends."""

    process: "subprocess.Popen[str]"
    log: str = ""


@contextmanager
def recording(folder: Path, port: int) -> Iterator[Recording]:
    """Run a system on a folder and keep what it logs."""
    said = Recording(start(folder, port, POWERTOOLS_LOG_LEVEL="DEBUG", POWERTOOLS_METRICS_DISABLED="false"))
    try:
        wait_until_ready(said.process)
        yield said
    finally:
        said.process.send_signal(signal.SIGINT)
        said.log, _ = said.process.communicate(timeout=30)


def play(system: LocalSystem) -> tuple[str, str]:
    """Fill a school and let it wish to leave; begin a log-in and a sign-up, answer with markers.

    Return the token of the marked submission and that of a link for colleagues. What is short-lived comes last: the
    clock is moved before.
    """
    client = system.client()
    sample = client.expect(200, "POST", "/local/sample-school", {})
    links = sample["links"]
    coordinator = system.signed_in()
    school = coordinator.expect(200, "GET", "/api/me")["schools"][0]
    (session,) = coordinator.expect(200, "GET", f"/api/schools/{school['id']}/badges")["sessions"]
    coordinator.expect(201, "POST", f"/api/schools/{school['id']}/sessions/{session['id']}/badge", {"locale": "en"})
    coordinator.expect(201, "POST", f"/api/schools/{school['id']}/erasure", {"name": school["name"]})
    release(client)
    look = {"school": school["id"], "reason": "asked for help with a report"}
    client.expect(200, "POST", "/local/functions/support_look", look)
    client.get("/auth/login?return_to=/en/setup/")
    sign_up(client)
    associate(client)
    change_coordinators(system)
    form = client.open_questionnaire(links["student"])
    marked = {"X-Forwarded-For": ADDRESS, "User-Agent": BROWSER, "Accept": "application/json"}
    fields = {**form.hidden, "a.open": f"{ANSWER} please", "a.C3": "5"}
    assert client.post_form(form.action, fields, marked).status == 201
    assert client.post_form(form.action, fields, marked).status == 409
    for _ in range(FEWEST_NEW):
        form = client.open_questionnaire(links["teacher"])
        assert client.post_form(form.action, {**form.hidden, "a.C3": "4"}, {}).status == 201
    client.expect(200, "POST", "/local/functions/copy_tallies", {})
    # Somebody at the school's address called a message unwanted, after some came back for the time being.
    for outcome in ("missed", "unwanted"):
        client.expect(200, "POST", f"/local/mail/{_number_of_report(client)}/{outcome}", {})
    answer_with_a_code(system)
    return form.hidden["token"], sample["data_map_token"]


def release(client: Client) -> None:
    """Let schools contribute, release the means of one session to everybody and to a country, and a study of two."""
    earlier, later = client.expect(200, "POST", "/local/research-schools", {})["sessions"]
    task = {"session": later, "recipient": "University of Example", "purpose": "scientific_research"}
    for limits in ({}, {"country": "BE", "region": "BE2"}, {"since": earlier}):
        assert client.expect(200, "POST", "/local/functions/release", {**task, **limits})["rows"]
    assert len(client.call("GET", "/api/research/releases").json()["releases"]) == 3


def _number_of_report(client: Client) -> int:
    """Return the number of a message with a report, which goes to all addresses of the school."""
    return next(int(each["number"]) for each in client.get("/local/mail.json").json() if each["attachments"])


def answer_with_a_code(system: LocalSystem) -> None:
    """Let the school print slips, and answer with one of them."""
    client = system.signed_in()
    exercise = activated(client, "post_secondary", coded=["student"])
    code = codes_on_sheet(client, exercise["id"], "student")[0]
    link = f"{system.url}{exercise['links']['student']}"
    opened = client.post_form(f"{link}/questionnaire?lang=en", {"code": code}, {})
    form = next(form for form in read_forms(opened.text, link) if "token" in form.hidden)
    assert client.post_form(form.action, {**form.hidden, "a.C3": "5"}, {}).status == 201


def sign_up(client: Client) -> None:
    """Ask for a link for a new school, as the page does."""
    policy = client.call("GET", "/api/sign-ups").json()["policy"]
    body = {"email": "office@hill.example", "policy": policy, "locale": "en", "puzzle": solved_puzzle(client)}
    client.expect(202, "POST", "/api/sign-ups", body)


def associate(client: Client) -> None:
    """Try an old account with a password that must not be found again."""
    body = {"email": "nobody@hill.example", "password": ANSWER, "locale": "en", "puzzle": solved_puzzle(client)}
    client.expect(202, "POST", "/api/associations", body)


def solved_puzzle(client: Client) -> str:
    """Solve a puzzle as the page does."""
    made = client.call("GET", "/api/puzzle").json()
    challenge = altcha.Challenge.from_dict(made)
    return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()


def change_coordinators(system: LocalSystem) -> None:
    """Let somebody join the school, take that back, and log out at the provider."""
    client = system.signed_in()
    school = client.get("/api/me").json()["schools"][0]["id"]
    client.expect(202, "POST", f"/api/schools/{school}/coordinators/secondary/invitation")
    newcomer = system.client()
    invited = newcomer.expect(
        200, "POST", "/api/coordinator-links/invitation/confirmation", {"token": token_in(system)}
    )
    person = system.person("alex")
    newcomer.sign_in(person["name"], person["password"], person["totp_secret"], at=invited["log_in"])
    # The token of the message that tells of it, and that a log-out at the provider ends the session here.
    system.client().expect(200, "POST", "/api/coordinator-links/undo/confirmation", {"token": token_in(system)})
    client.log_out_at_provider()
    assert client.call("GET", "/api/me").status == 401
    system.client().get("/auth/login?fresh=yes&return_to=/en/profile/")
    system.signed_in()


def token_in(system: LocalSystem) -> str:
    """Return the secret part of the link in the latest message."""
    text: str = system.client().get("/local/mail.json").json()[-1]["text"]
    return text.partition("#")[2].split()[0]


def stored_items(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Read all tables whole, as nobody can in a deployment."""
    found: dict[str, list[dict[str, Any]]] = {}
    with dynamodb.dynamodb_local(log=folder / "log/again.txt", folder=folder / "dynamodb") as endpoint:
        client = boto3.client(
            "dynamodb",
            endpoint_url=endpoint,
            region_name="eu-central-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        for table in client.list_tables()["TableNames"]:
            pages = client.get_paginator("scan").paginate(TableName=table)
            found[table] = [item for page in pages for item in page["Items"]]
    return found


def stored_files(folder: Path) -> dict[str, bytes]:
    """Read what the local run keeps in place of S3, SES and Step Functions, and the servers' logs."""
    kept = [
        path for name in ("objects", "research", "mail", "log") for path in (folder / name).rglob("*") if path.is_file()
    ]
    kept.append(folder / "executions.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in kept}


def kind(item: Mapping[str, Any]) -> str:
    """Name an item by the first words of its keys."""
    return "/".join(item[key]["S"].partition("#")[0] for key in ("PK", "SK"))


def registered() -> list[dict[str, Any]]:
    """Read the register."""
    return list(tomllib.loads(REGISTER.read_text(encoding="utf-8"))["stored"])


@dataclass(frozen=True)
class Left:
    """What a school took along, and everything that is stored two weeks after it asked to be erased.

    ``before`` is what was stored when its exercises were over and it was still there.
    """

    school: Mapping[str, Any]
    profile: Mapping[str, Any]
    exported: Mapping[str, bytes]
    before: Mapping[str, list[dict[str, Any]]]
    traces: Traces
    mail: list[str]


@pytest.fixture(scope="module")
def left(traces: Traces) -> Left:
    """Go on with the same system: take everything along, and wait until the school's wish to be erased is met."""
    with recording(traces.folder, traces.port) as earlier:
        system = LocalSystem(f"http://localhost:{traces.port}", traces.folder, earlier.process)
        coordinator = system.signed_in()
        school = coordinator.expect(200, "GET", "/api/me")["schools"][0]
        profile = coordinator.expect(200, "GET", f"/api/schools/{school['id']}/profile")
        exported: dict[str, bytes] = {}
        for part in coordinator.expect(200, "GET", f"/api/schools/{school['id']}/export")["parts"]:
            answer = coordinator.get(f"/api/schools/{school['id']}/export/{part['number']}")
            with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
                exported |= {name: archive.read(name) for name in archive.namelist()}
        system.client().expect(200, "POST", "/local/clock", {"days": DAYS + 1})
    before = stored_items(traces.folder)
    with recording(traces.folder, traces.port) as said:
        client = system.client()
        # The night of the fourteenth day, and then the longest that a link in an e-mail or a session lives.
        client.expect(200, "POST", "/local/clock", {"days": 17 - DAYS - 1})
        mail = [message["text"] for message in client.get("/local/mail.json").json()]
    after = Traces(
        stored_items(traces.folder),
        stored_files(traces.folder),
        earlier.log + said.log,
        traces.tokens,
        traces.folder,
        traces.port,
    )
    return Left(school, profile, exported, before, after, mail)


def test_everything_stored_in_tables_is_in_the_register(traces: Traces, left: Left) -> None:
    lacking = set()
    for table in traces.items:
        for item in (*traces.items[table], *left.before[table], *left.traces.items[table]):
            entries = [e for e in registered() if e["where"] == table and fnmatch(kind(item), e["item"])]
            known = [pattern for entry in entries for pattern in entry["attributes"]]
            for name in set(item) - IN_EVERY_ITEM:
                if not any(fnmatch(name, pattern) for pattern in known):
                    lacking.add(f"{table} {kind(item)} {name}")
    assert sorted(lacking) == []


def test_everything_in_the_register_is_really_stored(traces: Traces, left: Left) -> None:
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table in traces.items:
        for item in (*traces.items[table], *left.before[table], *left.traces.items[table]):
            names[table, kind(item)] |= set(item)
    idle = []
    for entry in registered():
        if entry["where"] in traces.items:
            stored = {
                n for (t, k), found in names.items() if t == entry["where"] and fnmatch(k, entry["item"]) for n in found
            }
            idle += [f"{entry['item']} {p}" for p in entry["attributes"] if not any(fnmatch(n, p) for n in stored)]
            idle += [] if stored else [entry["item"]]
    assert set(idle) == WHILE_A_REPORT_IS_MADE
    assert any(name.startswith("objects/reports/") and name.endswith(".pdf") for name in traces.files)
    assert any(name.startswith("mail/") for name in traces.files)
    for entry in registered():
        if entry["where"] == "research":
            assert any(fnmatch(name, f"research/{entry['item']}") for name in traces.files), entry["item"]
    lacking = [
        name
        for name in traces.files
        if name.startswith("research/")
        and not any(e["where"] == "research" and fnmatch(name, f"research/{e['item']}") for e in registered())
    ]
    assert lacking == []


def test_what_was_released_can_be_read_back_and_names_no_school(traces: Traces, tmp_path: Path) -> None:
    means = {name: content for name, content in traces.files.items() if name.endswith("means.parquet")}
    assert len(means) == 3
    for number, (name, content) in enumerate(sorted(means.items())):
        file = tmp_path / f"{number}.parquet"
        file.write_bytes(content)
        with duckdb.connect() as reader:
            rows = reader.execute(f"SELECT country, region, schools, question FROM '{file}'").fetchall()
        assert {country for country, _, _, _ in rows} == {"BE"}
        assert min(schools for _, _, schools, _ in rows) >= 10
        regions = {region for _, region, _, _ in rows}
        expected = {"BE2"} if "/region/BE/BE2/" in name else {None, "BE1", "BE2"}
        assert regions in (expected, {None}), name
    everything = b"".join(content for name, content in traces.files.items() if name.startswith("research/releases/"))
    assert b"research" + b"aaa" not in everything


def test_a_school_takes_along_everything_that_the_register_calls_its_own(left: Left) -> None:
    whole = json.loads(left.exported["school.json"])
    kinds = {item["kind"] for item in whole["items"]}
    for stored in covered(register()):
        match stored.where:
            case "exercises":
                assert any(fnmatch(kind, stored.item) for kind in kinds), stored.item
            case "reports":
                assert any(fnmatch(name, stored.item) for name in left.exported), stored.item
    assert set(whole["documents"]) <= set(left.exported)
    # By somebody else's reader of schemas, with the schema that was exported beside it.
    schema = jsonschema_rs.validator_for(json.loads(left.exported["school.schema.json"]))
    assert [(error.instance_path, error.message[:200]) for error in schema.iter_errors(whole)] == []
    for spoilt in ({**whole, "surprise": 1}, {**whole, "items": [{**whole["items"][0], "kind": "SCHOOL/SECRET"}]}):
        assert not schema.is_valid(spoilt)
    described = [
        (re.compile(kind["properties"]["kind"]["pattern"]), kind["properties"]["attributes"]["properties"])
        for kind in export_schema(register())["properties"]["items"]["items"]["anyOf"]
    ]
    for item in whole["items"]:
        known = [name for pattern, attributes in described if pattern.match(item["kind"]) for name in attributes]
        assert set(item["attributes"]) - IN_EVERY_ITEM <= set(known), item["kind"]


def test_after_an_erasure_nothing_of_the_school_is_left(traces: Traces, left: Left) -> None:
    school_id = left.school["id"]
    before = [str(item) for items in traces.items.values() for item in items]
    assert any(school_id in item for item in before), "there was something to erase"
    items = [item for items in left.traces.items.values() for item in items]
    assert [kind(item) for item in items if school_id in str(item)] == []
    objects = [name for name in left.traces.files if name.startswith("objects/")]
    assert [name for name in objects if school_id in name] == []
    # A contribution to research lies under a hash of its exercise.
    exercises = [
        i["key"][1].split("#")
        for i in json.loads(left.exported["school.json"])["items"]
        if i["kind"] == "SCHOOL/EXERCISE"
    ]
    hashed = {hidden("-".join((school_id, *parts[1:])))[:32] for parts in exercises}
    assert any(name in file for file in traces.files for name in hashed), "it had contributed"
    assert [file for file in left.traces.files for name in hashed if name in file] == []
    # Logs and histories keep ids for a while, as the register says; what could say which school it was is not in them.
    elsewhere = {name: content.decode(errors="replace") for name, content in left.traces.files.items()}
    elsewhere |= {"tables": str(items), "log": left.traces.log, "log before": traces.log}
    elsewhere = {name: text for name, text in elsewhere.items() if not name.startswith("mail/")}
    for mark in (left.school["name"], *left.profile["emails"], ANSWER):
        assert [name for name, text in elsewhere.items() if mark in text] == [], mark


def test_the_school_gets_a_receipt_and_of_the_erasure_a_hash_is_kept(left: Left) -> None:
    wish = next(
        item["attributes"]
        for item in json.loads(left.exported["school.json"])["items"]
        if item["kind"] == "SCHOOL/ERASURE"
    )
    assert wish["receipt"] in left.mail[-1]
    erased = [item["PK"]["S"] for item in left.traces.items["counters"] if kind(item) == "ERASED/ERASED"]
    assert f"ERASED#{hidden(left.school['id'])}" in erased


def test_every_entry_of_the_register_is_complete() -> None:
    assert register().gaps() == []


def test_what_expires_in_the_register_expires_in_the_tables_and_nothing_else_does(traces: Traces) -> None:
    for table, items in traces.items.items():
        for item in items:
            for stored in register().stored:
                if stored.where == table and fnmatch(kind(item), stored.item):
                    expires = register().period_of(stored).by is Ending.EXPIRY
                    assert expires == ("expires_at" in item), f"{table} {kind(item)}"


def test_a_school_is_told_what_each_attribute_of_its_export_means() -> None:
    assert json.loads(EXPORT_SCHEMA.read_text(encoding="utf-8")) == export_schema(register()), (
        "run `python -m privacy.documents`"
    )


@pytest.mark.parametrize("locale", [locale for locale in locales() if locale != "en"])
def test_the_register_speaks_every_language(locale: str) -> None:
    catalogue = read_catalogue(locale, "register")
    assert [text for text in dict.fromkeys(texts()) if not (found := catalogue.get(text)) or not found.string] == []


def test_no_address_and_no_browser_is_kept_anywhere(traces: Traces) -> None:
    everything = [str(traces.items).encode(), traces.log.encode(), *traces.files.values()]
    for marker in (ADDRESS, BROWSER, "User-Agent", "X-Forwarded-For"):
        assert not any(marker.encode() in place for place in everything), marker


def test_a_token_is_kept_nowhere(traces: Traces) -> None:
    everything = [str(traces.items).encode(), traces.log.encode(), *traces.files.values()]
    for token in traces.tokens:
        # Of a link, what only its holders know: the rest is the school's id.
        secret = token.rpartition(".")[2]
        assert len(secret) > 20
        assert not any(secret.encode() in place for place in everything)


def test_an_open_answer_is_kept_among_open_answers_and_nowhere_else(traces: Traces) -> None:
    holding = {kind(item).partition("/")[0] for items in traces.items.values() for item in items if ANSWER in str(item)}
    assert holding == {"TEXT"}
    assert ANSWER not in traces.log
    assert not any(ANSWER.encode() in content for content in traces.files.values())


def test_who_does_what_in_an_action_plan_is_kept_in_the_plan_and_nowhere_else(traces: Traces) -> None:
    holding = {kind(item) for items in traces.items.values() for item in items if PERSON in str(item)}
    assert holding == {"SCHOOL/PLAN"}
    assert PERSON not in traces.log
    assert "/plan/" not in traces.log
    assert not any(PERSON.encode() in content for content in traces.files.values())


def test_nothing_is_logged_for_a_single_submission(traces: Traces) -> None:
    # Requests of coordinators are logged: by route, never by address.
    assert "/api/exercises/{exercise}/activation" in traces.log
    assert "submissions" not in traces.log
    assert "/s/" not in traces.log
