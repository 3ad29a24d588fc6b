"""School accounts for a fresh folder, and a school that has been through an exercise."""

import hashlib
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from functions.register import passwords
from infra.local.client import Client, Field, Form, Refused
from infra.local.people import COORDINATORS, LINDENHOF, OLD_PASSWORD, STEELWORKS, Person
from infra.local.sample_map import add_data_map
from selfie.domain import coordination
from selfie.domain.account import OldAccount
from selfie.domain.errors import Unknown
from selfie.ports import OldAccounts, Schools

BRUSSELS: Final = ZoneInfo("Europe/Brussels")
INVITED: Final = {"school_leader": 5, "teacher": 40, "student": 160}
SUBMITTING: Final = {"school_leader": 4, "teacher": 24, "student": 75}
DAYS: Final = 7
ROOM_DAYS: Final = 2 * DAYS + 2  # for an exercise that is over and one that runs
AT_ONCE: Final = 4
SEED: Final = 1
ANSWERED: Final = 0.9  # of the questions
VOCATIONAL: Final = "upper_secondary_vocational"
WITH_TRAINERS: Final = INVITED | {"in_company_trainer": 6}
COMPANYS_TRAINERS: Final = 6
OPTIONAL: Final = ["A4", "C10", "E5"]
OWN: Final = {
    "teacher": {"text": "I know whom to ask when a lesson with tablets goes wrong.", "help": ""},
    "student": {"text": "I know whom to ask when a tablet does not work.", "help": ""},
}
# A plan as in the guide's example; nobody of this name works anywhere.
DEVICE_WHEN_NEEDED: Final = {
    "question": "device_access",
    "unit": "student",
    "options": ["shared_free", "own"],
    "aim": "at_least",
    "value": 80,
}
PERSON: Final = "Ada Quill"
PLAN: Final = [
    {
        "code": "C10",
        "objectives": [
            {
                "text": "By summer every student can borrow a tablet when one is needed at home.",
                "measurements": [
                    {"note": "Teachers and classes agree when a device is needed.", "target": DEVICE_WHEN_NEEDED}
                ],
                "activities": [
                    {"text": "Find out what there is to spend", "persons": PERSON, "status": "done"},
                    {"text": "Compare tablets and choose", "persons": "ICT team", "status": "under_way"},
                    {"text": "Buy them", "budget": "12 000 €", "resources": "A cupboard that charges them"},
                ],
            }
        ],
    }
]
WISHES: Final = (
    "More laptops that work",
    "Faster internet in the old building",
    "More projects with other classes",
    "Show us how to check whether something on the internet is true",
)


def add_schools(schools: Schools, people: dict[str, Person], issuer: str, today: date, *, moved: bool) -> None:
    """Make the school accounts and bind their coordinators; those that are there stay as they are.

    Unless the run has ``moved`` to another port: its identity provider is another then, and knows the same people.
    """
    for name, school in COORDINATORS.items():
        identity = people[name].identity(issuer)
        try:
            found = schools.get(school.id)
        except Unknown:
            schools.add(coordination.reminded(school, today), identity)
        else:
            if moved:
                schools.add(found, identity)


def add_old_account(schools: Schools, old_accounts: OldAccounts, until: datetime) -> None:
    """Bring in an account of a former system; one that was associated is left alone."""
    schools.admit(LINDENHOF)
    if not schools.coordinators(LINDENHOF.id):
        old_hash = hashlib.sha1(OLD_PASSWORD.encode(), usedforsecurity=False).hexdigest()
        old_accounts.put(OldAccount(LINDENHOF.id, passwords.storable("sha1", old_hash), until))


def fill(site_url: str, person: Person, in_company: Person) -> dict[str, Any]:
    """Let the person's school go through one exercise and begin another, as people would, over HTTP.

    Beside it a vocational exercise begins, once in a session, in which the company of another person takes part.

    The clock goes on by the days of the exercise. Raise Refused when the school has had all its exercises this session.
    """
    client, chance = Client(site_url), random.Random(SEED)
    first_day = _move_into_a_session(client)
    school = client.sign_in(person.name, person.password, person.totp_secret)[0]["id"]
    closed = _activated(client, school, first_day)
    people = [(group, chance.random()) for group, count in SUBMITTING.items() for _ in range(count)]
    _let_answer(site_url, [(closed["links"][group], seed) for group, seed in people])
    day_after = date.fromisoformat(closed["last_day"]) + timedelta(days=1)
    _move_clock(client, day_after)
    client.sign_in(person.name, person.password, person.totp_secret)
    running = _activated(client, school, day_after)
    plan = _planned(client, school, closed)
    _train(client, site_url, school, day_after, in_company)
    trained = f"{school}-{running['session_id']}-{VOCATIONAL}"
    token = add_data_map(client, site_url, school, day_after)
    return {
        "closed": closed["id"],
        "running": running["id"],
        "trained": trained,
        "links": running["links"],
        "plan": plan["id"],
        "shared_plan": plan["sharing"]["path"],
        "data_map_token": token,
    }


def _train(client: Client, site_url: str, school: str, first_day: date, in_company: Person) -> None:
    """Begin a vocational exercise, let a company join it, and let trainers answer by its link and by the school's."""
    begun = client.call("POST", f"/api/schools/{school}/exercises", {"level": VOCATIONAL, "numbers": WITH_TRAINERS})
    if begun.status != HTTPStatus.CREATED:
        return
    exercise = _activate(client, begun.json(), first_day)
    code, _for_another = (
        client.expect(201, "POST", f"/api/exercises/{exercise['id']}/company-codes")["code"] for _ in range(2)
    )
    company = Client(site_url)
    company.sign_in(in_company.name, in_company.password, in_company.totp_secret)
    path = f"/api/companies/{STEELWORKS.id}/exercises"
    company.expect(201, "POST", path, {"code": code, "trainers": COMPANYS_TRAINERS})
    link = company.expect(200, "POST", f"{path}/{exercise['id']}/link")["link"]
    trainers = [(link, seed) for seed in range(COMPANYS_TRAINERS)]
    _let_answer(site_url, trainers + [(exercise["links"]["in_company_trainer"], seed) for seed in range(5)])


def _planned(client: Client, school: str, closed: dict[str, Any]) -> dict[str, Any]:
    """Make a plan from the results of an exercise and share it."""
    begun = {
        "exercise": closed["id"],
        "school_year": int(closed["session_id"].partition("-")[0]),
        "area": "C",
        "statements": ["C10"],
    }
    base = f"/api/plans/{school}-{begun['school_year']}-{closed['level']}-C"
    if client.call("POST", f"/api/schools/{school}/plans", begun).status == HTTPStatus.CONFLICT:
        # Of an earlier session of the same school year.
        there: dict[str, Any] = client.expect(200, "GET", base)
        return there
    plan = client.expect(200, "GET", base)
    plan = client.expect(200, "PUT", base, {"version": plan["version"], "statements": PLAN})
    shown = {"version": plan["version"], "persons": False, "budget": True}
    shared: dict[str, Any] = client.expect(200, "PUT", f"{base}/link", shown)
    return shared


def _move_into_a_session(client: Client) -> date:
    """Return the first day of an exercise for which there is room, going on to the next session when need be."""
    calendar = client.expect(200, "GET", "/api/calendar")
    today = date.fromisoformat(calendar["today"])
    for session in calendar["sessions"]:
        first, last = (date.fromisoformat(session[name]) for name in ("first_day", "last_day"))
        if max(first, today) + timedelta(days=ROOM_DAYS) > last:
            continue
        if first > today:
            _move_clock(client, first)
        return max(first, today)
    raise Refused("the calendar has no session with room for an exercise")


def _move_clock(client: Client, day: date) -> None:
    client.expect(200, "POST", "/local/clock", {"to": datetime.combine(day, time(8), BRUSSELS).isoformat()})


def _activated(client: Client, school: str, first_day: date) -> dict[str, Any]:
    """Set up and activate an exercise at the first level that has none yet."""
    levels = [entry["level"] for entry in client.expect(200, "GET", "/api/calendar")["levels"]]
    for level in (level for level in levels if level != VOCATIONAL):
        made = client.call("POST", f"/api/schools/{school}/exercises", {"level": level, "numbers": INVITED})
        if made.status == HTTPStatus.CREATED:
            break
    else:
        raise Refused("the school has an exercise at every level in this session already")
    return _activate(client, made.json(), first_day)


def _activate(client: Client, exercise: dict[str, Any], first_day: date) -> dict[str, Any]:
    """Choose statements and dates, and activate."""
    base = f"/api/exercises/{exercise['id']}"

    def change(method: str, step: str, status: int = 200, **body: Any) -> None:
        nonlocal exercise
        exercise = client.expect(status, method, f"{base}/{step}", {"version": exercise["version"], **body})

    change("PUT", "optional-statements", codes=OPTIONAL)
    change("POST", "own-statements", 201, locale="en", texts=OWN)
    last_day = first_day + timedelta(days=DAYS - 1)
    change("PUT", "dates", first_day=first_day.isoformat(), last_day=last_day.isoformat())
    change("POST", "activation", informed=True)
    return exercise


def _let_answer(site_url: str, people: Sequence[tuple[str, float]]) -> None:
    """Let people answer by their links, some at once; raise Refused when one is not counted."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for status in pool.map(lambda one: _answer(site_url, *one), people):
            if status != HTTPStatus.CREATED:
                raise Refused(f"a submission was answered with {status}")


def _answer(site_url: str, link: str, seed: float) -> int:
    """Open a questionnaire, fill most of it in and send it; return the status."""
    browser, chance = Client(site_url), random.Random(seed)
    form = browser.open_questionnaire(link)
    return browser.submit(form, _made_up(form, chance)).status


def _made_up(form: Form, chance: random.Random) -> dict[str, list[str]]:
    mood = chance.choice((2.6, 3.2, 3.8))
    return {name: _chosen(control, chance, mood) for name, control in form.fields.items() if chance.random() < ANSWERED}


def _chosen(control: Field, chance: random.Random, mood: float) -> list[str]:
    if control.kind == "textarea":
        return [chance.choice(WISHES)]
    offered = [value for value in control.values if value != "na"] or control.values
    if control.kind == "checkbox":
        return sorted(chance.sample(offered, min(len(offered), 2)))
    # Around the person's mood, on a scale of any length.
    place = chance.gauss(mood, 1) / 5 * len(offered)
    return [offered[max(0, min(len(offered) - 1, int(place)))]]
