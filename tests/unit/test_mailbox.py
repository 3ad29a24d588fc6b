"""E-mails that come back: noted beside the address, shown to its school, and heeded by what nobody asked for."""

import json
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from functions.watch import wiring
from functions.watch.app import note_mail
from functions.watch.schemas import MailEvent
from functions.watch.service import Post
from selfie.domain.mailbox import Outcome, Trouble, Troubled, wanted_at
from tests.support.examples import at
from tests.support.memory import MemoryMailboxes, StoppedClock
from tests.support.reports import SCHOOL, SHOWN_AT, system
from tests.unit.test_profile import OAK, Office, office
from tests.unit.test_reminders import Office as Reminding

__all__ = ["office"]

TODAY = date(2026, 11, 24)
ADDRESS = OAK.emails[0]


@pytest.fixture
def mailboxes(monkeypatch: pytest.MonkeyPatch) -> MemoryMailboxes:
    made = MemoryMailboxes()
    monkeypatch.setattr(wiring, "post", lambda: Post(made, StoppedClock(at("2026-11-24T08:00"))))
    return made


def bounce(address: str = ADDRESS, kind: str = "Permanent") -> dict[str, Any]:
    """Return what the rule passes on of a bounce, as Amazon's documentation shows it."""
    return {"kind": "bounce", "bounce": kind, "recipients": [{"emailAddress": address, "action": "failed"}]}


COMPLAINT = {"kind": "complaint", "recipients": [{"emailAddress": ADDRESS}]}
DELIVERY = {"kind": "delivery", "recipients": [ADDRESS]}


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (bounce(), Outcome.BOUNCED),
        (bounce(kind="Transient"), Outcome.MISSED),
        (bounce(kind="Undetermined"), Outcome.MISSED),
        (COMPLAINT, Outcome.UNWANTED),
        (DELIVERY, Outcome.DELIVERED),
    ],
)
def test_what_amazon_tells_has_a_word_of_ours(event: dict[str, Any], outcome: Outcome) -> None:
    assert MailEvent.model_validate(event).outcome is outcome


def test_an_address_is_found_however_it_is_written(mailboxes: MemoryMailboxes) -> None:
    note_mail(bounce("Office <Oak@SCHOOL.example>"), None)
    assert mailboxes.troubles([ADDRESS]) == {ADDRESS: Troubled(ADDRESS, Trouble.BOUNCED, TODAY)}


def test_what_is_no_address_is_left_alone_and_what_is_no_event_fails_without_repeating_it(
    mailboxes: MemoryMailboxes,
) -> None:
    note_mail(bounce("not an address"), None)
    with pytest.raises(ValidationError) as refused:
        note_mail({"kind": "bounce", "recipients": [{"emailAddress": ["oak@school.example"]}]}, None)
    assert "oak" not in str(refused.value)


def test_no_address_is_in_a_line_or_a_figure(
    mailboxes: MemoryMailboxes, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for event in (bounce(), bounce(kind="Transient"), COMPLAINT, DELIVERY):
        note_mail(event, None)
    said = capfd.readouterr()
    assert '"MailBounced"' in said.out
    assert "oak" not in said.out + said.err + caplog.text


def test_reports_and_reminders_go_to_addresses_that_want_them() -> None:
    troubles = {
        "a@school.example": Troubled("a@school.example", Trouble.UNWANTED, TODAY),
        "b@school.example": Troubled("b@school.example", Trouble.BOUNCED, TODAY),
    }
    assert wanted_at(("a@school.example", "b@school.example"), troubles) == ("b@school.example",)


def test_a_report_goes_to_no_address_that_called_one_unwanted() -> None:
    it = system()
    it.closing.close(it.exercise.id)
    it.clock.instant = SHOWN_AT
    it.documents.put(it.exercise.id, "fr", b"%PDF")
    it.mailboxes.note(SCHOOL.emails[0], Outcome.UNWANTED, TODAY)
    assert it.reports.send(it.exercise.id, "fr", "first")
    assert it.mailer.sent[-1].to == SCHOOL.emails[1:]
    it.mailboxes.note(SCHOOL.emails[1], Outcome.UNWANTED, TODAY)
    assert not it.reports.send(it.exercise.id, "fr", "second")
    assert len(it.mailer.sent) == 1


def test_a_reminder_goes_to_no_address_that_called_one_unwanted() -> None:
    it = Reminding()
    it.clock.instant = at("2026-11-10T08:00")
    it.mailboxes.note("head@school.example", Outcome.UNWANTED, TODAY)
    assert it.reminders.remind() == 1
    assert it.mailer.sent[-1].to == ("oak@school.example",)


def test_a_school_is_told_and_can_have_everything_sent_again(office: Office) -> None:
    office.mailboxes.note(ADDRESS, Outcome.UNWANTED, TODAY)
    trouble = [{"email": ADDRESS, "trouble": "unwanted", "since": "2026-11-24"}]
    (school,) = office.ask("GET", "/api/me")[1]["schools"]
    assert school["mail_troubles"] == trouble
    assert office.ask("GET", f"/api/schools/{OAK.id}/profile")[1]["mail_troubles"] == trouble
    again = f"/api/schools/{OAK.id}/email/again"
    assert office.ask("POST", again, {"email": "orme@ecole.example"})[0] == 404
    status, profile = office.ask("POST", again, {"email": ADDRESS})
    assert (status, profile["mail_troubles"]) == (200, [])
    assert json.dumps(office.ask("GET", "/api/me")[1]["schools"][0]["mail_troubles"]) == "[]"
