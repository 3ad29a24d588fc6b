"""A whole school answers the running system at once, and everybody presses Send twice."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

from infra.local.client import Form, read_forms
from tests.support.local_system import LocalSystem, activated, codes_on_sheet, running_system

PUPILS = 200
AT_ONCE = 32
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
# One connection a thread, as one browser has.
connections = threading.local()


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    with running_system(tmp_path_factory.mktemp("respondents")) as running:
        yield running


def request(system: LocalSystem, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    if not hasattr(connections, "open"):
        connections.open = HTTPConnection(urlsplit(system.url).netloc, timeout=60)
    connections.open.request(method, path, body, FORM_TYPE if body else {})
    answer = connections.open.getresponse()
    return answer.status, answer.read()


def opened(system: LocalSystem, link: str) -> bytes:
    """Open the questionnaire and fill it in at random."""
    status, page = request(system, "GET", f"{link}/questionnaire?lang=en")
    assert status == 200
    form: Form = next(form for form in read_forms(page.decode(), system.url + link) if "token" in form.hidden)
    chosen = {name: random.choice(field.values) for name, field in form.fields.items() if field.values}
    return urlencode(form.hidden | chosen).encode()


def test_two_hundred_pupils_who_all_send_twice_at_once_are_counted_once_each(system: LocalSystem) -> None:
    client = system.signed_in()
    exercise = activated(client, student=PUPILS)
    link = exercise["links"]["student"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        forms = list(pool.map(lambda _: opened(system, link), range(PUPILS)))
        # Both sends of a pupil are next to each other, so they are on their way at the same time.
        twice = [(pupil, form) for pupil, form in enumerate(forms) for _ in range(2)]
        sent = list(pool.map(lambda one: (one[0], *request(system, "POST", f"{link}/submissions", one[1])), twice))
    outcomes: dict[int, list[int]] = {}
    for pupil, status, page in sent:
        outcomes.setdefault(pupil, []).append(status)
        assert b"/certificate" in page
    # On a busy machine the store's reply to the second may come too late and be asked for again: it then cannot know
    # which of the two was counted, and thanks as well.
    assert {tuple(sorted(statuses)) for statuses in outcomes.values()} <= {(201, 409), (201, 201)}
    groups = client.expect(200, "GET", f"/api/exercises/{exercise['id']}/participation")["groups"]
    assert {entry["group"]: entry["submitted"] for entry in groups}["student"] == PUPILS


def test_a_certificate_is_made_by_the_running_system_and_its_name_is_kept_nowhere(system: LocalSystem) -> None:
    client = system.signed_in("camille")
    exercise = activated(client, student=PUPILS)
    link = exercise["links"]["student"]
    status, page = request(system, "POST", f"{link}/submissions?lang=fr", opened(system, link))
    assert status == 201
    (form,) = read_forms(page.decode(), system.url + link)
    asked = urlencode({**form.hidden, "name": "Zoraïde Unmistakable"}).encode()
    status, made = request(system, "POST", f"{link}/certificate?lang=fr", asked)
    assert (status, made[:5]) == (200, b"%PDF-")
    written = [path for path in system.folder.rglob("*") if path.is_file() and b"Unmistakable" in path.read_bytes()]
    assert written == []


def test_thirty_pupils_who_drew_slips_send_at_the_same_second_and_two_of_them_share_one(system: LocalSystem) -> None:
    client = system.signed_in("camille")
    exercise = activated(client, "upper_secondary_general", coded=["student"], student=30)
    link = exercise["links"]["student"]
    codes = codes_on_sheet(client, exercise["id"], "student")
    assert len(codes) == len(set(codes)) == exercise["slips"]["student"] == 35
    assert codes_on_sheet(client, exercise["id"], "student") == codes

    def opened_with(code: str) -> bytes:
        status, page = request(system, "POST", f"{link}/questionnaire?lang=en", urlencode({"code": code}).encode())
        assert status == 200
        form = next(form for form in read_forms(page.decode(), system.url + link) if "token" in form.hidden)
        return urlencode({**form.hidden, "a.C3": "4"}).encode()

    begun = [opened_with(code) for code in [*codes[:30], codes[0]]]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(lambda form: request(system, "POST", f"{link}/submissions", form)[0], begun))
    assert sorted(statuses) == [201] * 30 + [409]
    status, page = request(system, "POST", f"{link}/questionnaire?lang=en", urlencode({"code": codes[0]}).encode())
    assert (status, b"already been used" in page) == (409, True)
    groups = client.expect(200, "GET", f"/api/exercises/{exercise['id']}/participation")["groups"]
    assert {entry["group"]: entry["submitted"] for entry in groups}["student"] == 30
