"""Play a whole exercise over HTTP against a fresh system and check every figure against our own count.

python -m scripts.demo starts the system in a temporary folder on a free port. It signs in, sets up and activates an
exercise, answers as 154 people, moves the clock over closing night and reads results, Excel and PDF in two languages.
Nothing of the product's own arithmetic is used to check it. Exit status 0 only if everything holds.
"""

import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

import openpyxl
import pypdf

from infra.local.client import Answer, Client, Field, Form, Refused
from infra.local.processes import free_port

BRUSSELS: Final = ZoneInfo("Europe/Brussels")
INVITED: Final = {"school_leader": 5, "teacher": 45, "student": 200}
SUBMITTING: Final = {"school_leader": 4, "teacher": 30, "student": 120}
OPTIONAL: Final = ["A4", "C10", "F8", "H11"]
OWN: Final = (
    {
        "school_leader": (
            "In our school the tablets of the library can be borrowed over the weekend.",
            "Choose 5 if …",
        ),
        "teacher": ("My classes can borrow tablets of the library over the weekend.", "Choose 5 if …"),
        "student": ("I can borrow a tablet of the library over the weekend.", "Choose 5 if …"),
    },
    {"teacher": ("I know whom to call when the projector fails.", "")},
    {"student": ('=HYPERLINK("http://example.org") is how I would start a formula.', "")},
)
STUDENTS_WISH: Final = "Tablets that last a whole day, please"
PACKAGES: Final = os.pathsep.join(("layers/core/python", "layers/reporting/python", "."))
SEED: Final = 20261005
AT_ONCE: Final = 8
ENOUGH_FOR_A_BREAKDOWN: Final = 5
FEWEST_ANSWERS: Final = 3


@dataclass
class Ledger:
    """What the demo itself sent and was told to be counted, per group."""

    counted: dict[str, int] = field(default_factory=Counter)
    answers: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    ticked_anything: dict[str, Counter[str]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def enter(self, group: str, form: Form, answers: Mapping[str, Sequence[str]]) -> None:
        """Count a submission that was accepted."""
        self.counted[group] += 1
        tally = self.answers.setdefault(group, Counter())
        for name, values in answers.items():
            code, kind = name.removeprefix("a."), form.fields[name].kind
            if kind == "textarea":
                self.texts.setdefault(group, []).append(values[0])
                continue
            tally.update((code, value) for value in values)
            if kind == "checkbox" and values != ["na"]:
                self.ticked_anything.setdefault(group, Counter())[code] += 1


@dataclass
class Report:
    """The table of what was seen."""

    rows: list[tuple[bool, str, str]] = field(default_factory=list)

    def see(self, what: str, seen: Any, expected: Any = True) -> None:
        """Note one comparison."""
        holds = seen == expected
        self.rows.append((holds, what, str(seen) if holds else f"{seen!r} instead of {expected!r}"))
        print(f"  {'ok ' if holds else 'NO '} {what}: {self.rows[-1][2][:150]}", flush=True)

    @property
    def holds(self) -> bool:
        """Tell whether all comparisons held."""
        return all(holds for holds, _, _ in self.rows)


def main() -> int:
    """Run the demo and return its exit status."""
    started, port, report = time.monotonic(), free_port(), Report()
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        command = [sys.executable, "-m", "infra.local", "--port", str(port), "--folder", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": PACKAGES})
        try:
            play(f"http://localhost:{port}", process, report)
        except Refused as refusal:
            report.see("no call that should succeed was refused", str(refusal), "")
        finally:
            process.send_signal(signal.SIGINT)
            report.see("the system ends when asked to", process.wait(timeout=30) in {0, 130, -signal.SIGINT})
    held = sum(holds for holds, _, _ in report.rows)
    print(f"{held} of {len(report.rows)} checks held, in {time.monotonic() - started:.0f} s")
    return 0 if report.holds else 1


def play(site_url: str, process: "subprocess.Popen[bytes]", report: Report) -> None:
    """Go from a fresh system to documents in two languages."""
    client, chance = Client(site_url), random.Random(SEED)
    wait_until_ready(client, process)
    first_day = move_into_a_session(client)
    person = client.get("/local/people.json").json()[0]
    schools = client.sign_in(person["name"], person["password"], person["totp_secret"])
    report.see(
        "signed in with password and second factor, coordinating",
        [school["name"] for school in schools][:1],
        ["Riverside School"],
    )

    exercise = set_up(client, schools[0]["id"], first_day, report)
    ledger = answer_as_everybody(site_url, exercise["links"], chance, report)
    misbehave(Client(site_url), exercise["links"], report)
    check_participation(client, exercise["id"], report)
    report.see("results before the end", client.call("GET", f"/api/exercises/{exercise['id']}/results").status, 404)

    late = Client(site_url).open_questionnaire(exercise["links"]["student"])
    close_and_report(client, exercise, late, report)
    client.sign_in(person["name"], person["password"], person["totp_secret"])
    check_results(client, exercise["id"], ledger, report)
    check_documents(client, exercise["id"], ledger, report)


def wait_until_ready(client: Client, process: "subprocess.Popen[bytes]") -> None:
    """Wait for the system's first answer; raise Refused when it does not come."""
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            if client.get("/local/state.json").status == 200:
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise Refused("the system did not start")


def move_into_a_session(client: Client) -> date:
    """Move the clock to a morning with three weeks of a session ahead, and return its day."""
    calendar = client.get("/api/calendar").json()
    today = date.fromisoformat(calendar["today"])
    for session in calendar["sessions"]:
        first, last = (date.fromisoformat(session[key]) for key in ("first_day", "last_day"))
        day = max(first, today)
        if day + timedelta(days=21) <= last:
            morning = datetime(day.year, day.month, day.day, 9, tzinfo=BRUSSELS) + (
                timedelta(days=1) if day == today else timedelta()
            )
            move_clock(client, morning)
            return morning.date()
    raise Refused("the calendar has no session ahead")


def move_clock(client: Client, to: datetime) -> None:
    """Move the system's clock; answers when what is due by then has happened."""
    client.expect(200, "POST", "/local/clock", {"to": to.isoformat()})


def set_up(client: Client, school_id: str, first_day: date, report: Report) -> dict[str, Any]:
    """Create, customise, date and activate an exercise of a lower secondary school."""

    exercise: dict[str, Any] = client.expect(
        201, "POST", f"/api/schools/{school_id}/exercises", {"level": "lower_secondary", "numbers": INVITED}
    )

    def put(step: str, body: Mapping[str, Any]) -> None:
        nonlocal exercise
        exercise = client.expect(
            200, "PUT", f"/api/exercises/{exercise['id']}/{step}", {"version": exercise["version"], **body}
        )

    report.see(
        "minimum of leaders, teachers and students", [exercise["required"][group] for group in INVITED], [4, 22, 80]
    )
    put("optional-statements", {"codes": OPTIONAL})
    for texts in OWN:
        body = {
            "version": exercise["version"],
            "locale": "en",
            "texts": {g: {"text": t, "help": h} for g, (t, h) in texts.items()},
        }
        exercise = client.expect(201, "POST", f"/api/exercises/{exercise['id']}/own-statements", body)
    last_day = first_day + timedelta(days=13)
    put("dates", {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()})
    exercise = client.expect(
        200, "POST", f"/api/exercises/{exercise['id']}/activation", {"version": exercise["version"], "informed": True}
    )
    report.see("activated with a link for each group", sorted(exercise["links"]), sorted(INVITED))
    again = client.call(
        "PUT", f"/api/exercises/{exercise['id']}/numbers", {"version": exercise["version"], "numbers": INVITED}
    )
    report.see("a change after activation", (again.status, again.json()["code"]), (409, "exercise_frozen"))
    return exercise


def made_up(form: Form, chance: random.Random) -> dict[str, list[str]]:
    """Answer a questionnaire: nine questions of ten, some N/A, now and then in own words."""
    answers: dict[str, list[str]] = {}
    for name, control in form.fields.items():
        if chance.random() < 0.1:
            continue
        value = _choose(control, chance)
        if value:
            answers[name] = value
    return answers


def _choose(control: Field, chance: random.Random) -> list[str]:
    if control.kind == "textarea":
        return [f"{STUDENTS_WISH} ({chance.randrange(10**6)})"] if chance.random() < 0.3 else []
    if control.kind == "checkbox":
        items = [value for value in control.values if value != "na"]
        return sorted(chance.sample(items, chance.randrange(1, 4))) if chance.random() < 0.9 else ["na"]
    weights = [1 if value == "na" else 3 for value in control.values]
    return [chance.choices(control.values, weights)[0]]


def answer_as_everybody(site_url: str, links: Mapping[str, str], chance: random.Random, report: Report) -> Ledger:
    """Send the submissions of 154 people, several at once, every tenth of them twice."""
    ledger, seeds = Ledger(), iter(range(10_000))
    people = [
        (group, random.Random(f"{SEED}-{next(seeds)}")) for group, count in SUBMITTING.items() for _ in range(count)
    ]
    chance.shuffle(people)

    def answer(person: tuple[str, random.Random]) -> tuple[str, Form, dict[str, list[str]], list[Answer]]:
        group, own_chance = person
        browser = Client(site_url)
        form = browser.open_questionnaire(links[group], own_chance.choice(["en", "fr"]))
        answers = made_up(form, own_chance)
        times = 2 if own_chance.random() < 0.1 else 1
        script = own_chance.random() < 0.5
        return group, form, answers, [browser.submit(form, answers, script=script) for _ in range(times)]

    began, statuses = time.monotonic(), Counter[int]()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for group, form, answers, got in pool.map(answer, people):
            statuses.update(answer.status for answer in got)
            if got[0].status == 201:
                ledger.enter(group, form, answers)
    seconds = time.monotonic() - began
    report.see("submissions counted once each", dict(ledger.counted), SUBMITTING)
    report.see("every repeated one was told so", set(statuses), {201, 409})
    print(f"     {len(people)} people opened and submitted in {seconds:.1f} s")
    return ledger


def misbehave(client: Client, links: Mapping[str, str], report: Report) -> None:
    """Send what no honest page sends; nothing of it may count."""
    students, leaders = (client.open_questionnaire(links[group]) for group in ("student", "school_leader"))
    statement = next(iter(students.fields))

    def refused(what: str, form: Form, answers: Mapping[str, Sequence[str]], expected: int) -> None:
        report.see(what, client.submit(form, answers).status, expected)

    refused("an empty submission", students, {}, 422)
    refused("an option that does not exist", students, {statement: ["6"]}, 422)
    refused("two options of one statement", students, {statement: ["1", "2"]}, 422)
    refused("a statement of another group", students, {"a.A1": ["5"]}, 422)
    refused("a text of 10,000 characters", students, {"a.open": ["x" * 10_000]}, 422)
    forged = Form(students.action, {"token": students.hidden["token"][:-2] + "AA"}, students.fields)
    refused("a forged token", forged, {statement: ["5"]}, 403)
    crossed = Form(students.action, dict(leaders.hidden), students.fields)
    refused("a leader's token at the students' link", crossed, {statement: ["5"]}, 403)
    refused("a body of 200 KB", students, {"a.open": ["x" * 200_000]}, 413)
    report.see("an unknown link", client.get("/s/AAAAAAAAAAAAAAAAAAAAAA").status, 404)


def check_participation(client: Client, exercise_id: str, report: Report) -> None:
    """Compare what the dashboard shows with what was sent."""
    shown = client.expect(200, "GET", f"/api/exercises/{exercise_id}/participation")
    report.see("participation", {row["group"]: row["submitted"] for row in shown["groups"]}, SUBMITTING)
    report.see("level of participation", shown["level"], "high")


def close_and_report(client: Client, exercise: Mapping[str, Any], late: Form, report: Report) -> None:
    """Move the clock over closing and midnight; watch that nothing comes early or late."""
    day = date.fromisoformat(exercise["last_day"])
    closing = datetime(day.year, day.month, day.day, 23, 59, tzinfo=BRUSSELS)
    move_clock(client, closing - timedelta(minutes=30))
    in_time = client.open_questionnaire(exercise["links"]["student"])
    move_clock(client, closing)
    statement = next(iter(in_time.fields))
    report.see("a submission at 23:59:00", client.submit(in_time, {statement: ["5"]}).status, 410)
    report.see("one opened weeks ago", client.submit(late, {statement: ["5"]}).status, 410)
    report.see("the link after closing", client.get(exercise["links"]["student"]).status, 410)
    move_clock(client, closing + timedelta(minutes=2))


def check_results(client: Client, exercise_id: str, ledger: Ledger, report: Report) -> None:
    """Compare every published figure with our own count."""
    shown = client.expect(200, "GET", f"/api/exercises/{exercise_id}/results?locale=en")
    units = [entry["unit"] for entry in shown["units"]]
    report.see("groups shown", units, list(SUBMITTING))
    compared, wrong = 0, []
    means: dict[str, dict[str, Fraction]] = {}
    for code, kind, figures in every_question(shown):
        for figure in figures:
            compared += 1
            expected, exact = own_figure(ledger, figure["unit"], code, kind, figure.get("shares"))
            if exact is not None:
                means.setdefault(code, {})[figure["unit"]] = exact
            if {key: figure[key] for key in expected} != expected:
                wrong.append((code, figure, expected))
    report.see(f"figures that differ from our own count, of {compared}", wrong[:3], [])
    missing = [
        code
        for code, kind, figures in every_question(shown)
        for unit in units
        if not_shown_but_should(ledger, unit, code, kind, figures)
    ]
    report.see("figures that should be shown and are not", missing, [])
    overall_wrong = [
        s["code"] for s in shown["statements"] if s["overall"] != own_overall(means.get(s["code"], {}), s["asked"])
    ]
    report.see(f"overall means that differ, of {len(shown['statements'])}", overall_wrong, [])
    report.see(
        "area means that differ, of 8 areas", [a["code"] for a in shown["areas"] if not area_holds(a, shown, means)], []
    )
    said = {entry["unit"]: sorted(entry["texts"]) for entry in shown["open_answers"]}
    expected_texts = {g: sorted(t) for g, t in ledger.texts.items() if SUBMITTING[g] >= ENOUGH_FOR_A_BREAKDOWN}
    report.see("open answers, shuffled but all there", said == expected_texts)
    french = client.expect(200, "GET", f"/api/exercises/{exercise_id}/results?locale=fr")
    report.see("the same figures in French", figures_only(french) == figures_only(shown))
    report.see("in French words", french["areas"][1]["name"] != shown["areas"][1]["name"])


def every_question(shown: Mapping[str, Any]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """List code, kind and figures of everything that was asked."""
    found = [(s["code"], "rating", s["figures"]) for s in shown["statements"]]
    for area in shown["other_areas"]:
        kind = {"mean": "rating", "ticks": "ticks", "options": "options"}[area["kind"]]
        found += [(item["code"], kind, item["figures"]) for item in area["items"]]
    found += [(entry["key"], "rating", entry["figures"]) for entry in shown["experience"]]
    return found + [(entry["key"], "options", entry["figures"]) for entry in shown["background"]]


def own_figure(
    ledger: Ledger, group: str, code: str, kind: str, shares: Sequence[Mapping[str, Any]] | None
) -> tuple[dict[str, Any], Fraction | None]:
    """Work a figure out from what was sent; the order of its options is taken from what is shown."""
    counts = {option: n for (question, option), n in ledger.answers[group].items() if question == code}
    left_out = counts.pop("na", 0)
    options = [share["option"] for share in shares or ()]
    if kind == "ticks":
        base = ledger.ticked_anything[group][code]
        percents = [int(Decimal(100 * counts.get(option, 0)) / base + Decimal("0.5")) for option in options]
        answered, mean = base, None
    else:
        answered = sum(counts.values())
        percents = shared_hundred([counts.get(option, 0) for option in options]) if options else []
        mean = Fraction(sum(int(o) * n for o, n in counts.items()), answered) if kind == "rating" else None
    expected: dict[str, Any] = {"answered": answered, "not_applicable": left_out, "mean": rounded(mean)}
    if SUBMITTING[group] >= ENOUGH_FOR_A_BREAKDOWN:
        expected["shares"] = [{"option": o, "percent": p} for o, p in zip(options, percents, strict=True)]
    else:
        expected["shares"] = None
    return expected, mean


def not_shown_but_should(
    ledger: Ledger, group: str, code: str, kind: str, figures: Sequence[Mapping[str, Any]]
) -> bool:
    """Tell whether at least three of a group answered and yet there is no figure."""
    answered = sum(n for (question, option), n in ledger.answers[group].items() if question == code and option != "na")
    if kind == "ticks":
        answered = ledger.ticked_anything.get(group, Counter())[code]
    enough = answered >= FEWEST_ANSWERS and (kind == "rating" or SUBMITTING[group] >= ENOUGH_FOR_A_BREAKDOWN)
    return enough and group not in [figure["unit"] for figure in figures]


def own_overall(means: Mapping[str, Fraction], asked: Sequence[str]) -> float | None:
    """Average the groups' means where every group asked has one."""
    return rounded(sum(means.values(), Fraction(0)) / len(means)) if set(means) == set(asked) else None


def area_holds(area: Mapping[str, Any], shown: Mapping[str, Any], means: Mapping[str, Mapping[str, Fraction]]) -> bool:
    """Tell whether an area's means are those of its statements' exact means."""
    for unit in area["units"]:
        codes = [s["code"] for s in shown["statements"] if s["area"] == area["code"] and unit["unit"] in s["asked"]]
        exact = [means[code][unit["unit"]] for code in codes if unit["unit"] in means.get(code, {})]
        expected = rounded(sum(exact, Fraction(0)) / len(exact)) if exact else None
        if (unit["asked"], unit["mean"]) != (len(codes), expected):
            return False
    return True


def rounded(value: Fraction | None) -> float | None:
    """Round half up to one decimal."""
    if value is None:
        return None
    return float((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def shared_hundred(counts: Sequence[int]) -> list[int]:
    """Give out a hundred percents one by one to whoever lacks most."""
    total = sum(counts)
    given = [100 * count // total for count in counts]
    while sum(given) < 100:
        lacking = [Fraction(100 * count, total) - share for count, share in zip(counts, given, strict=True)]
        given[lacking.index(max(lacking))] += 1
    return given


def figures_only(shown: Mapping[str, Any]) -> list[Any]:
    """Leave the words out of results."""
    return [(code, kind, figures) for code, kind, figures in every_question(shown)]


def check_documents(client: Client, exercise_id: str, ledger: Ledger, report: Report) -> None:
    """Look into Excel and PDF in both languages, and into the mailbox."""
    shown = client.expect(200, "GET", f"/api/exercises/{exercise_id}/results?locale=en")
    for locale in ("en", "fr"):
        book = openpyxl.load_workbook(
            io.BytesIO(client.call("GET", f"/api/exercises/{exercise_id}/workbook?locale={locale}").body)
        )
        numbers = Counter(
            cell.value
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, int | float)
        )
        wanted = Counter(f["mean"] for s in shown["statements"] for f in s["figures"])
        report.see(f"Excel ({locale}) has every mean as a number", [m for m, n in wanted.items() if numbers[m] < n], [])
        formulas = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        report.see(f"Excel ({locale}) runs nothing that somebody wrote", formulas, [])
        client.expect(
            202, "POST", f"/api/exercises/{exercise_id}/documents", {"locale": locale}
        ) if locale == "fr" else None
        pdf = wait_for_pdf(client, exercise_id, locale)
        text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
        report.see(
            f"PDF ({locale}) names school and statements", all(w in text for w in ("Riverside School", "C10", "H11"))
        )
        report.see(
            f"PDF ({locale}) has the open answers",
            sum(t in " ".join(text.split()) for t in ledger.texts["teacher"]),
            len(ledger.texts["teacher"]),
        )
    mail = client.get("/local/mail.json").json()
    with_pdf = [m for m in mail if any(a["name"].endswith(".pdf") for a in m["attachments"])]
    report.see("one e-mail for each document, to the school's addresses", len(with_pdf), 2)


def wait_for_pdf(client: Client, exercise_id: str, locale: str) -> bytes:
    """Wait until a document is ready; raise Refused when it fails or takes longer than a minute."""

    def state() -> str:
        listed = client.expect(200, "GET", f"/api/exercises/{exercise_id}/documents")["documents"]
        return next((entry["state"] for entry in listed if entry["locale"] == locale), "")

    _wait(lambda: state() in {"ready", "failed"}, f"the PDF in {locale}")
    answer = client.call("GET", f"/api/exercises/{exercise_id}/documents/{locale}")
    if answer.status != 200:
        raise Refused(f"the PDF in {locale} answered {answer.status}")
    return answer.body


def _wait(until: Callable[[], bool], what: str) -> None:
    for _ in range(300):
        if until():
            return
        time.sleep(0.2)
    raise Refused(f"{what} did not come")


if __name__ == "__main__":
    sys.exit(main())
