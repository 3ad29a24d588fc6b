"""Respondents' routes: opening, answering, sending exactly once, and every way in which that can be refused."""

import gzip
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.survey.schemas import LARGEST_BODY, read_form
from selfie.domain import codes
from selfie.domain.errors import Invalid, TooLarge, TryAgain
from selfie.domain.exercise import with_replaced_link
from selfie.domain.questionnaire import LONGEST_OPEN_TEXT, NOT_APPLICABLE
from selfie.domain.tally import cap
from selfie.domain.tokens import Purpose
from tests.support.examples import LEADER, STUDENT, TEACHER, at
from tests.support.survey_site import OTHER_SCHOOL, Form, SurveySite, content_of, encode, handle
from web.build import STATIC, style_sheet

# The exercise closes at 23:59:00 in Brussels.
CLOSING = at("2026-11-15T22:59:00")
LINK = "/s/teacher-link"
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> SurveySite:
    return SurveySite().install(monkeypatch)


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def form(self) -> Form:
        return Form(self.body)

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


def get(address: str, **headers: str) -> Answer:
    return _answer(handle("GET", address, headers, b""))


def post(address: str, body: bytes, **headers: str) -> Answer:
    return _answer(handle("POST", address, FORM_TYPE | headers, body))


def _answer(given: dict[str, Any]) -> Answer:
    assert "set-cookie" not in str(given["headers"] | given["multiValueHeaders"]).lower()
    return Answer(given["statusCode"], given["headers"], given["body"])


def open_form(link: str = LINK, language: str = "en") -> Form:
    answer = get(f"{link}/questionnaire?lang={language}")
    assert answer.status == 200
    return answer.form


def send(token: str, answers: Mapping[str, Any], link: str = LINK, **headers: str) -> Answer:
    return post(f"{link}/submissions?lang=en", encode(token, answers), **headers)


# --- opening --------------------------------------------------------------------------------------------------------


def test_the_first_page_says_who_asks_until_when_and_how_long(site: SurveySite) -> None:
    page = get(LINK)
    assert page.status == 200
    for expected in ("Riverside &lt;School&gt; &amp; Friends", "15 November 2026", "At most 40 minutes", "voluntary"):
        assert expected in page.body
    assert f'href="{LINK}/questionnaire?lang=en"' in page.body


def test_the_first_page_can_be_cached_and_the_questionnaire_cannot(site: SurveySite) -> None:
    first, questionnaire = get(LINK), get(f"{LINK}/questionnaire")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert first.headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert "token" not in first.body
    assert questionnaire.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("instant", "status", "seconds"),
    [
        ("2026-11-01T22:58:00", 403, 60),
        ("2026-11-01T22:59:50", 403, 10),
        ("2026-11-01T23:00:00", 200, 60),
        ("2026-11-15T22:58:45", 200, 15),
        ("2026-11-15T22:58:59.5", 200, 0),
        ("2026-11-15T22:59:00", 410, 60),
    ],
)
def test_nothing_is_kept_beyond_the_opening_or_the_closing(
    site: SurveySite, instant: str, status: int, seconds: int
) -> None:
    site.clock.instant = at(instant)
    answer = get(LINK)
    assert (answer.status, answer.headers["Cache-Control"]) == (status, f"public, max-age={seconds}")
    assert post(f"{LINK}/questionnaire", encode("", {})).headers["Cache-Control"] == "no-store"


def test_pupils_of_a_primary_school_are_spoken_to_as_children(site: SurveySite) -> None:
    assert "It does not change your marks" in get("/s/primary-student-link").body
    assert "It does not change your marks" not in get("/s/primary-teacher-link").body
    assert "At most 20 minutes" in get("/s/primary-student-link").body
    for page in ("", "/questionnaire", "/submissions"):
        assert "cookie" not in get(f"/s/primary-student-link{page}").body
        assert "This page sets no cookie" in get(f"/s/primary-teacher-link{page}").body


def test_every_page_of_a_primary_pupil_speaks_to_a_child(site: SurveySite) -> None:
    """French tells it apart: nobody says «vous» to a child."""
    link = "/s/primary-student-link"
    site.other = site.exercises.change(site.other, replace(site.other, coded=(STUDENT,)))
    typed = codes.code(0, "primary-student-link", site.keys[0])

    def begun() -> Answer:
        return post(f"{link}/questionnaire?lang=fr", urlencode({"code": typed}).encode())

    def sent(token: str, **answers: str) -> Answer:
        return post(f"{link}/submissions?lang=fr", encode(token, answers))

    questionnaire, second = begun(), begun()
    token = questionnaire.form.token
    pages = {
        "first": get(f"{link}?lang=fr"),
        "questionnaire": questionnaire,
        "empty": sent(token),
        "invalid": sent(token, C3="9"),
        "damaged": sent("no token", C3="4"),
        "counted": sent(token, C3="4"),
        "repeated": sent(token, C3="4"),
        "code used meanwhile": sent(second.form.token, C3="4"),
        "code used": begun(),
        "code wrong": post(f"{link}/questionnaire?lang=fr", b"code=K7QM2XD4P"),
        "standing": get(f"{link}/submissions?lang=fr"),
    }
    site.clock.instant += timedelta(hours=3)
    pages["two hours over"] = sent(second.form.token, C3="4")
    site.clock.instant = at("2026-11-15T22:59:00")
    pages["closed"] = get(f"{link}?lang=fr")
    site.clock.instant = at("2026-10-31T12:00:00")
    pages["too early"] = get(f"{link}?lang=fr")
    assert len({page.status for page in pages.values()}) > 5
    # Help texts say it of the whole class.
    bodies = {name: re.sub(r"<details>.*?</details>", "", page.body) for name, page in pages.items()}
    told = {name: re.findall(r"[^.>]*\b(?:vous|votre|vos)\b[^.<]*", body, re.I) for name, body in bodies.items()}
    assert {name: found for name, found in told.items() if found} == {}
    # To an adult it is said.
    site.clock.instant = at("2026-11-05T09:00:00")
    assert re.search(r"\bvo(us|tre)\b", get("/s/primary-teacher-link?lang=fr").body)


@pytest.mark.parametrize("page", ["", "/questionnaire"])
def test_an_unknown_link_is_404(site: SurveySite, page: str) -> None:
    answer = get(f"/s/nowhere{page}")
    assert answer.status == 404
    assert "There is no questionnaire behind this link" in answer.body
    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("page", ["", "/questionnaire"])
def test_before_the_first_day_the_page_says_when_it_opens(site: SurveySite, page: str) -> None:
    site.clock.instant = at("2026-11-01T22:59:59")
    answer = get(f"{LINK}{page}")
    assert answer.status == 403
    assert "2 November 2026" in answer.body
    site.clock.instant = at("2026-11-01T23:00:00")
    assert get(f"{LINK}{page}").status == 200


@pytest.mark.parametrize("page", ["", "/questionnaire"])
def test_from_23_59_on_the_last_day_the_link_is_closed(site: SurveySite, page: str) -> None:
    site.clock.instant = CLOSING
    assert get(f"{LINK}{page}").status == 410
    assert "This questionnaire is closed" in get(f"{LINK}{page}").body
    site.clock.instant = at("2026-11-15T22:58:59")
    assert get(f"{LINK}{page}").status == 200


@pytest.mark.parametrize(
    ("query", "header", "language", "direction"),
    [
        ("", "fr-BE,fr;q=0.9", "fr", "ltr"),
        ("?lang=ar", "fr", "ar", "rtl"),
        ("?lang=xx", "fr", "fr", "ltr"),
        ("?lang=%3Cscript%3E", "", "en", "ltr"),
    ],
)
def test_the_page_speaks_the_language_asked_for(
    site: SurveySite, query: str, header: str, language: str, direction: str
) -> None:
    answer = get(LINK + query, **{"accept-language": header})
    assert (Form(answer.body).language, Form(answer.body).direction) == (language, direction)
    assert answer.headers["Content-Language"] == language


def test_an_error_page_speaks_the_readers_language_too(site: SurveySite) -> None:
    assert Form(get("/s/nowhere?lang=ar").body).direction == "rtl"


def test_the_form_holds_every_question_and_every_option(site: SurveySite) -> None:
    form = open_form()
    asked = site.survey.invitation("teacher-link").questionnaire.questions
    assert form.controls == {f"a.{code}": list(question.options) for code, question in asked.items()}


@pytest.mark.parametrize("group", [LEADER, TEACHER, STUDENT])
@pytest.mark.parametrize("prefix", ["", "primary-"])
def test_every_group_finds_its_own_questionnaire(site: SurveySite, group: str, prefix: str) -> None:
    name = {LEADER: "leader", TEACHER: "teacher", STUDENT: "student"}[group]
    form = open_form(f"/s/{prefix}{name}-link")
    asked = site.survey.invitation(f"{prefix}{name}-link").questionnaire.questions
    assert set(form.controls) == {f"a.{code}" for code in asked}


def test_the_longest_page_is_light_enough_for_a_phone_on_a_slow_network(site: SurveySite) -> None:
    # With 1.6 KB of headers, 15 KB: see bench/README.md.
    files = {path.name: path.read_bytes() for path in STATIC.glob("*.css")}
    page = handle("GET", f"{LINK}/questionnaire?lang=en", {"accept-encoding": "gzip"}, b"")
    assert len(content_of(page)) + len(gzip.compress(style_sheet("survey.css", files))) < 13_500


def test_own_statements_are_escaped_and_marked_with_their_language(site: SurveySite) -> None:
    teacher, student = get(f"{LINK}/questionnaire").body, get("/s/student-link/questionnaire").body
    assert '<legend lang="fr" dir="ltr">Notre &lt;b&gt;atelier&lt;/b&gt; m&#39;aide' in teacher
    assert "<script>alert" not in student
    assert "&lt;script&gt;alert(1)" in student


def test_a_page_is_compressed_for_who_takes_it_and_only_then(site: SurveySite) -> None:
    plain = handle("GET", f"{LINK}/questionnaire?lang=en", {}, b"")
    assert "Content-Encoding" not in plain["headers"]
    for accepted in ("gzip", "br, gzip;q=0.8", "deflate, GZIP"):
        small = handle("GET", f"{LINK}?lang=en", {"accept-encoding": accepted}, b"")
        assert (small["headers"]["Content-Encoding"], small["isBase64Encoded"]) == ("gzip", True)
        assert gzip.decompress(content_of(small)).decode() == get(f"{LINK}?lang=en").body
        assert "Accept-Encoding" in small["headers"]["Vary"]
    for refused in ("br", "identity", "gzip;q=0", ""):
        assert "Content-Encoding" not in handle("GET", LINK, {"accept-encoding": refused}, b"")["headers"]


def test_a_client_that_names_no_type_it_accepts_gets_the_compressed_page_too(site: SurveySite) -> None:
    for accept in ({}, {"accept": "text/html"}, {"accept": "*/*"}):
        answer = handle("GET", f"{LINK}/questionnaire", {"accept-encoding": "gzip", **accept}, b"")
        assert (answer["statusCode"], answer["headers"]["Content-Encoding"]) == (200, "gzip")


@pytest.mark.parametrize("page", ["", "/questionnaire", "/submissions"])
def test_what_can_be_read_can_be_asked_about(site: SurveySite, page: str) -> None:
    assert handle("HEAD", LINK + page, {}, b"")["statusCode"] == 200


def test_who_comes_back_to_where_answers_are_sent_is_told_how_things_stand(site: SurveySite) -> None:
    page = get(f"{LINK}/submissions?lang=en")
    assert (page.status, page.headers["Cache-Control"]) == (200, "public, max-age=60")
    assert "your answers were counted" in page.body
    assert "never counted twice" in page.body
    assert f'href="{LINK}?lang=en"' in page.body
    assert get("/s/nowhere/submissions").status == 404
    assert site.counted().submissions == 0


def test_a_pupils_questionnaire_speaks_to_a_child(site: SurveySite) -> None:
    child, adult = get("/s/primary-student-link/questionnaire"), get("/s/primary-teacher-link/questionnaire")
    assert "You can leave questions out." in child.body
    assert "You can leave questions out." not in adult.body


@pytest.mark.parametrize(("opened", "seconds"), [("2026-11-05T09:00:00", 7200), ("2026-11-15T22:29:00", 1800)])
def test_the_page_knows_how_long_it_can_be_sent(site: SurveySite, opened: str, seconds: int) -> None:
    site.clock.instant = at(opened)
    page = get(f"{LINK}/questionnaire?lang=en")
    assert f'data-seconds="{seconds}"' in page.body
    site.clock.instant += timedelta(minutes=10)
    again = post(f"{LINK}/questionnaire?lang=fr", encode(page.form.token, {}))
    assert f'data-seconds="{seconds - 600}"' in again.body


# --- sending --------------------------------------------------------------------------------------------------------


def test_a_submission_is_counted_option_by_option(site: SurveySite) -> None:
    answers = {
        "A1": "5",
        "A2": NOT_APPLICABLE,
        "own1": "3",
        "teaching_time": "2",
        "inhibiting_factors": ["lack_of_time", "lack_of_internet"],
        "teaching_experience": "over_20",
        "open": "More time\r\nto try things.",
    }
    answer = send(open_form().token, answers)
    assert answer.status == 201
    assert "Thank you" in answer.body
    tally = site.counted()
    assert tally.submissions == 1
    assert tally.counts == {
        "A1:5": 1,
        "A2:na": 1,
        "own1:3": 1,
        "teaching_time:2": 1,
        "inhibiting_factors:lack_of_time": 1,
        "inhibiting_factors:lack_of_internet": 1,
        "inhibiting_factors:any": 1,
        "teaching_experience:over_20": 1,
    }
    assert site.tallies.open_texts(site.exercise.id, TEACHER) == ("More time\nto try things.",)


def test_nothing_of_what_was_answered_is_on_the_thanks_page(site: SurveySite) -> None:
    answer = send(open_form().token, {"A1": "5", "open": "A very particular remark"})
    assert "particular" not in answer.body
    assert answer.headers["Cache-Control"] == "no-store"


def test_not_applicable_alone_is_an_answer(site: SurveySite) -> None:
    assert send(open_form().token, {"A1": NOT_APPLICABLE}).status == 201


def test_a_replayed_submission_is_counted_once_and_says_so_kindly(site: SurveySite) -> None:
    token = open_form().token
    send(token, {"A1": "5"})
    again = send(token, {"A1": "4", "open": "Somebody else is here"})
    assert again.status == 409
    assert "already been sent" in again.body
    assert f'href="{LINK}?lang=en"' in again.body
    assert "Somebody else is here" not in again.body
    assert site.counted().counts == {"A1:5": 1}


def test_a_send_repeated_after_the_deadline_is_told_that_it_was_counted(site: SurveySite) -> None:
    token = open_form().token
    site.clock.instant = at("2026-11-05T10:59:59")
    assert send(token, {"A1": "5"}).status == 201
    late = site.survey.begin("teacher-link")[1]
    site.clock.instant = at("2026-11-15T22:58:58")
    last = site.survey.begin("teacher-link")[1]
    assert send(last, {"A1": "5"}).status == 201
    site.clock.instant = at("2026-11-15T23:30:00")
    assert send(last, {"A1": "5"}).status == 409
    refused = send(late, {"A1": "5"})
    assert refused.status == 410
    assert "This questionnaire is closed" in refused.body


def test_one_second_late_is_closed_and_the_answers_stay_readable(site: SurveySite) -> None:
    site.clock.instant = at("2026-11-15T22:00:00")
    token, other = open_form().token, open_form().token
    site.clock.instant = at("2026-11-15T22:58:59")
    assert send(other, {"A1": "5"}).status == 201
    site.clock.instant = CLOSING
    answer = send(token, {"A1": "4", "inhibiting_factors": ["lack_of_time"], "open": "<b>My words</b>"})
    assert answer.status == 410
    assert "This questionnaire is closed" in answer.body
    assert '<dd class="typed" dir="auto">Agree</dd>' in answer.body
    assert "Too little time for teachers" in answer.body
    assert "&lt;b&gt;My words&lt;/b&gt;" in answer.body
    assert site.counted().submissions == 1


def test_two_hours_after_opening_the_token_is_worth_nothing(site: SurveySite) -> None:
    token, other = open_form().token, open_form().token
    site.clock.instant = at("2026-11-05T10:59:59")
    assert send(other, {"A1": "5"}).status == 201
    site.clock.instant = at("2026-11-05T11:00:00")
    answer = send(token, {"A1": "5", "open": "Typed slowly"})
    assert answer.status == 410
    assert "two hours" in answer.body
    assert "Typed slowly" in answer.body
    assert site.counted().submissions == 1


def test_a_token_is_good_for_its_own_exercise_group_and_purpose_alone(site: SurveySite) -> None:
    good = open_form().token
    bad = {
        "missing": "",
        "nonsense": "é.x",
        "tampered": good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        "other exercise": site.token(Purpose.SUBMIT, site.other),
        "other group": site.token(Purpose.SUBMIT, group=STUDENT),
        "preview": site.token(Purpose.PREVIEW),
    }
    statuses = {name: send(token, {"A1": "5"}).status for name, token in bad.items()}
    assert statuses == dict.fromkeys(bad, 403)
    assert site.counted().submissions == 0


def test_a_token_signed_with_the_older_key_still_counts(site: SurveySite) -> None:
    token = open_form().token
    site.keys = [b"a key made meanwhile", *site.keys[:1]]
    assert send(token, {"A1": "5"}).status == 201


def test_an_empty_form_is_refused_and_comes_back_with_its_token(site: SurveySite) -> None:
    token = open_form().token
    answer = send(token, {"A1": "", "open": "  "})
    assert answer.status == 422
    assert 'role="alert"' in answer.body
    assert "There is no answer yet" in answer.body
    assert answer.form.token == token
    assert site.counted().submissions == 0


def test_what_is_not_in_the_questionnaire_is_refused_and_never_repeated(site: SurveySite) -> None:
    token = open_form().token
    for answers in ({"Z9": "sneaky"}, {"A1": "sneaky"}, {"A1": ["1", "2"], "A2": "sneaky"}, {"own2": "1"}):
        answer = send(token, answers)
        assert answer.status == 422
        assert "sneaky" not in answer.body
    assert site.counted().counts == {}


def test_a_text_that_is_too_long_comes_back_whole_with_a_link_to_it(site: SurveySite) -> None:
    text = "\nlong " * LONGEST_OPEN_TEXT
    answer = send(open_form().token, {"A1": "5", "open": text})
    assert answer.status == 422
    assert 'href="#q-open"' in answer.body
    assert answer.form.texts["a.open"] == text
    assert answer.form.checked == {"a.A1": ["5"]}


def test_a_busy_store_asks_to_send_again_and_keeps_the_answers(
    site: SurveySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    class BusyTallies(type(site.tallies)):
        def record(self, *_: object) -> None:
            raise TryAgain

    token = open_form().token
    with monkeypatch.context() as busy:
        busy.setattr(site.survey, "_tallies", BusyTallies())
        answer = send(token, {"A1": "5"})
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.form.checked == {"a.A1": ["5"]}
    assert send(answer.form.token, {"A1": "5"}).status == 201


def test_a_store_that_stays_busy_leaves_the_typed_words_readable(
    site: SurveySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    class BusyExercises(type(site.exercises)):
        def find_link(self, *_: object) -> None:
            raise TryAgain

    token = open_form().token
    monkeypatch.setattr(site.survey, "_exercises", BusyExercises())
    opened, sent = get(LINK), send(token, {"open": "Typed in vain?"})
    assert (opened.status, sent.status) == (503, 503)
    assert "try again" in opened.body
    assert "Typed in vain?" in sent.body


def test_beyond_the_cap_the_page_says_whom_to_tell(site: SurveySite) -> None:
    for _ in range(cap(site.exercise.numbers[LEADER])):
        assert send(open_form("/s/leader-link").token, {"A1": "5"}, "/s/leader-link").status == 201
    answer = send(open_form("/s/leader-link").token, {"A1": "5", "open": "Mine"}, "/s/leader-link")
    assert answer.status == 429
    assert "coordinator" in answer.body
    assert "Mine" in answer.body


def test_a_replaced_link_is_dead_at_once_and_typed_words_are_shown(site: SurveySite) -> None:
    token = open_form().token
    site.exercises.change(site.exercise, with_replaced_link(site.exercise, TEACHER, "new-link"))
    answer = send(token, {"A1": "5", "open": "Written before"})
    assert answer.status == 404
    assert "Written before" in answer.body
    assert open_form("/s/new-link").token


def test_a_closed_exercise_is_closed_before_its_last_day_is_over(site: SurveySite) -> None:
    from selfie.domain.exercise import closed

    site.exercises.change(site.exercise, closed(site.exercise))
    assert get(LINK).status == 410


# --- a script sends ---------------------------------------------------------------------------------------------------


def test_a_script_is_answered_in_json_with_words_for_the_page(site: SurveySite) -> None:
    token = open_form().token
    wanted = {"accept": "application/json"}
    first, again = send(token, {"A1": "5"}, **wanted), send(token, {"A1": "5"}, **wanted)
    assert (first.status, first.json["code"], first.json["good"]) == (201, "recorded", True)
    assert (again.status, again.json["code"], again.json["good"]) == (409, "already_sent", True)
    assert first.headers["Content-Type"] == "application/json; charset=utf-8"
    assert first.json["heading"]
    assert first.json["paragraphs"]


def test_a_script_is_told_which_fields_are_wrong_and_never_their_values(site: SurveySite) -> None:
    answer = send(open_form().token, {"A1": "sneaky", "Z9": "1"}, accept="application/json")
    assert answer.status == 422
    assert {(error["field"], error["code"]) for error in answer.json["errors"]} == {
        ("A1", "unknown_option"),
        ("Z9", "unknown_question"),
    }
    assert "sneaky" not in answer.body


# --- forms that no browser sends --------------------------------------------------------------------------------------


def test_a_huge_body_is_413(site: SurveySite) -> None:
    answer = post(f"{LINK}/submissions", encode(open_form().token, {"open": "x" * LARGEST_BODY}))
    assert answer.status == 413
    assert site.counted().submissions == 0


def test_the_longest_honest_form_fits(site: SurveySite) -> None:
    form = open_form()
    everything = {name.removeprefix("a."): options for name, options in form.controls.items()}
    everything["open"] = ["\U0001f600" * LONGEST_OPEN_TEXT]
    assert len(encode(form.token, everything)) < LARGEST_BODY
    assert send(form.token, {"open": "\U0001f600" * LONGEST_OPEN_TEXT}).status == 201


def test_another_encoding_is_a_clear_error(site: SurveySite) -> None:
    answer = post(f"{LINK}/submissions", encode(open_form().token, {}) + b"&a.open=caf%E9")
    assert answer.status == 422
    assert "could not be read" in answer.body


def test_another_content_type_is_415(site: SurveySite) -> None:
    answer = post(f"{LINK}/submissions", b"{}", **{"content-type": "application/json"})
    assert answer.status == 415
    # The router's own answer has what all others have.
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("application/json", "no-store")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"a.open=%FF%FE", Invalid),
        ("a.open=é".encode("latin-1"), Invalid),
        (b"x" * (LARGEST_BODY + 1), TooLarge),
        (b"&".join(b"a.A1=1" for _ in range(2000)), TooLarge),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_form(body)


def test_only_fields_of_answers_are_read() -> None:
    form = read_form(b"token=t&utm=1&a.A1=2&a.x=3&a.x=4&b.A1=5")
    assert (form.token, form.answers) == ("t", {"A1": ["2"], "x": ["3", "4"]})


# --- another language, preview, failures ------------------------------------------------------------------------------


def test_a_change_of_language_keeps_every_answer_and_the_token(site: SurveySite) -> None:
    token = open_form().token
    answers = {"A1": "5", "inhibiting_factors": ["lack_of_time", "other_inhibits"], "open": "\nÀ bientôt <3"}
    page = post(f"{LINK}/questionnaire?lang=ar", encode(token, answers))
    assert page.status == 200
    assert (page.form.language, page.form.direction, page.form.token) == ("ar", "rtl", token)
    assert page.form.checked == {"a.A1": ["5"], "a.inhibiting_factors": ["lack_of_time", "other_inhibits"]}
    assert page.form.texts["a.open"] == "\nÀ bientôt <3"
    assert page.form.action == f"{LINK}/submissions?lang=ar"
    assert page.headers["Cache-Control"] == "no-store"
    assert send(page.form.token, answers).status == 201
    assert send(token, answers).status == 409


def test_a_change_of_language_needs_a_live_token(site: SurveySite) -> None:
    token = open_form().token
    assert post(f"{LINK}/questionnaire?lang=fr", encode("", {})).status == 403
    site.clock.instant = at("2026-11-05T11:00:00")
    late = post(f"{LINK}/questionnaire?lang=fr", encode(token, {"open": "Encore"}))
    assert late.status == 410
    assert "Encore" in late.body


@pytest.mark.parametrize("activated", [False, True])
def test_the_preview_is_the_page_without_the_means_to_send(site: SurveySite, activated: bool) -> None:
    if not activated:
        bare = replace(site.exercise, first_day=None, last_day=None, links=None)
        site.exercises.change(site.exercise, bare)
    page = get(f"/api/previews/{site.token(Purpose.PREVIEW)}?lang=fr")
    assert page.status == 200
    assert page.form.language == "fr"
    assert (
        page.form.controls
        == Form(
            site.pages.questionnaire("fr", "l", site.survey.preview(site.token(Purpose.PREVIEW)), "t", 7200)
        ).controls
    )
    assert (page.form.token, page.form.action) == ("", "")
    assert 'id="send" disabled' in page.body
    assert page.headers["Cache-Control"] == "no-store"


def test_a_preview_ends_after_an_hour_and_needs_its_own_token(site: SurveySite) -> None:
    token, submit = site.token(Purpose.PREVIEW), site.token(Purpose.SUBMIT)
    assert get(f"/api/previews/{submit}").status == 403
    site.clock.instant = at("2026-11-05T10:00:00")
    assert get(f"/api/previews/{token}").status == 410


def test_an_unforeseen_failure_tells_nothing_and_logs_no_answer(
    site: SurveySite,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    class BrokenTallies(type(site.tallies)):
        def record(self, *_: object) -> None:
            raise RuntimeError("the answer was sneaky")

    token = open_form().token
    monkeypatch.setattr(site.survey, "_tallies", BrokenTallies())
    with caplog.at_level(logging.DEBUG):
        answer = send(token, {"A1": "5", "open": "My private words"})
    assert answer.status == 500
    assert "Something went wrong on our side" in answer.body
    assert "My private words" in answer.body
    logged = str([vars(entry) for entry in caplog.records])
    assert "RuntimeError" in logged
    for secret in ("private", "sneaky", token, "teacher-link"):
        assert secret not in logged


def test_a_submission_leaves_no_line_in_any_log(
    site: SurveySite, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        token = open_form().token
        for _ in range(2):
            send(token, {"A1": "5"})
        send(token, {"A1": "9"})
    assert capsys.readouterr() == ("", "")
    assert caplog.text == ""


def test_the_other_schools_link_leads_to_the_other_school(site: SurveySite) -> None:
    assert "Hill School" in get("/s/primary-teacher-link").body
    assert site.survey.invitation("primary-teacher-link").school.id == OTHER_SCHOOL
