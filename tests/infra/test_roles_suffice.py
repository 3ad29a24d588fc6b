"""Each role is enough for what its function does, and nothing in it is left over: the real use cases are run and every
request to DynamoDB that they make is held against the role in the template."""

import base64
import dataclasses
import importlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import altcha
import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.parameters.base import DEFAULT_PROVIDERS
from moto import mock_aws

from functions.exercise.companies import Training
from functions.privacy.leftovers import Deleted
from functions.register import puzzle
from functions.register.accounts import Accounts
from functions.register.coordination import Coordination
from functions.register.migration import Migration
from functions.register.profiles import Profiles
from functions.survey.service import Survey
from infra.functions import FUNCTIONS
from infra.tables import TABLES
from selfie.adapters import clock, keys
from selfie.adapters.dynamodb_old_accounts import DynamoOldAccounts
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.domain import deadlines
from selfie.domain.account import POLICY_VERSION, AccountLink, LinkPurpose, OldAccount, Role
from selfie.domain.action_plan import Activity, Aim, Measurement, Objective, PlannedStatement, Target
from selfie.domain.codes import code
from selfie.domain.company import Joined
from selfie.domain.copies import Place
from selfie.domain.data_map import Form, Kind, Rules, Tool
from selfie.domain.disclosure import Unit
from selfie.domain.errors import AlreadySent, CapReached, NotViewable
from selfie.domain.exercise import Exercise, Phase, State
from selfie.domain.informing import Informing
from selfie.domain.mailbox import Outcome
from selfie.domain.questionnaire import ScaleKind
from selfie.domain.research import Purpose as ResearchPurpose
from selfie.domain.research import Wanted
from selfie.domain.school import EducationLevel, Identity, School
from selfie.domain.tally import cap
from selfie.domain.tokens import Purpose, new_token, sign
from selfie.ports import CoordinatorSession, DocumentState, LoginTransaction
from tests.infra.conftest import Cloud
from tests.infra.roles import Request, Statement, allows, requests_in
from tests.support.badges import key_file
from tests.support.examples import LEADER, SCHOOL, STUDENT, TEACHER, TRAINER
from tests.support.research import contribute, cut, seal_file

COORDINATOR = Identity("https://identity.example.org", "somebody")
FIRST_DAY, LAST_DAY = date(2026, 11, 2), date(2026, 11, 15)
NUMBERS = {LEADER: 5, TEACHER: 45, STUDENT: 200}
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "EXERCISES_TABLE": "Exercises",
    "COUNTERS_TABLE": "Counters",
    "KEYS_TABLE": "Keys",
    "REPORTS_BUCKET": "reports",
    "RESEARCH_BUCKET": "research",
    "OIDC_ISSUER": COORDINATOR.issuer,
    "MAIL_SENDER": "no-reply@example.org",
    "TOKEN_KEYS_SECRET": "token-keys",
    "LOCALES": "en fr",
    "MIGRATION_LAST_DAY": "2027-07-31",
    "CALENDAR": json.dumps(
        [
            {"school_year": 2026, "number": 1, "first_day": "2026-08-17", "last_day": "2026-12-18"},
            {"school_year": 2026, "number": 2, "first_day": "2027-01-04", "last_day": "2027-04-09"},
        ],
    ),
}


TABLE_NAMES = ("Exercises", "Counters", "Keys")


@dataclass
class Recorder:
    """Writes down which function asks DynamoDB for what."""

    function: str = ""
    requests: list[tuple[str, Request]] = field(default_factory=list)

    def __call__(self, params: dict[str, Any], model: Any, **_rest: Any) -> None:
        if self.function:
            self.requests += [(self.function, request) for request in requests_in(model.name, params)]

    @contextmanager
    def acting_as(self, function: str) -> Iterator[None]:
        """Take what follows for requests of a function."""
        self.function = function
        yield
        self.function = ""


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, Request]]]:
    """Run one exercise from sign-in to the report's e-mail and return what DynamoDB was asked for on the way."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("BADGE_KEYS", f"file:{key_file(tmp_path_factory.mktemp('keys'))}")
        patch.setattr(boto3, "DEFAULT_SESSION", boto3.Session())
        research_keys = f"file:{seal_file(tmp_path_factory.mktemp('seals'))}"
        for name in ("RESEARCH_SEAL_KEY", "RESEARCH_PSEUDONYM_KEY"):
            patch.setenv(name, research_keys)
        _forget()
        patch.setenv("BUILD_REPORT_ARN", _make_resources())
        patch.setenv("COPIES_KEY", boto3.client("kms").create_key()["KeyMetadata"]["Arn"])
        recorder = Recorder()
        boto3.DEFAULT_SESSION.events.register("provide-client-params.dynamodb", recorder)

        def it_is(instant: datetime) -> None:
            patch.setattr(clock, "source", lambda: instant)

        it_is(deadlines.opens_at(FIRST_DAY) - timedelta(minutes=30))
        _sign_in(recorder)
        ours, preview = _set_up(recorder)
        it_is(deadlines.opens_at(FIRST_DAY))
        _answer(recorder, ours, preview)
        _copy_and_restore(recorder, ours, it_is)
        it_is(deadlines.closes_at(LAST_DAY))
        _close(recorder, ours)
        it_is(deadlines.results_at(LAST_DAY))
        _report(recorder, ours)
        _plan(recorder, ours)
        _map_data(recorder)
        _badge(recorder, ours)
        it_is(deadlines.results_at(date(2027, 7, 16)))
        _release(recorder)
        _look_and_leave(recorder)
        _delete_overdue(recorder, ours, it_is)
        yield recorder.requests
    _forget()


def _sign_in(recorder: Recorder) -> None:
    from functions.register import wiring

    now = clock.now()
    with recorder.acting_as("register"):
        signing_in = wiring.signing_in()
        signing_in.logins.begin(LoginTransaction("state", "nonce", "verifier", "/en/", now + timedelta(minutes=10)))
        assert signing_in.logins.take("state", now)
        schools = signing_in.schools.of_identity(COORDINATOR)
        for cookie in ("first", "second"):
            kept_until = (now + timedelta(minutes=30), now + timedelta(hours=8))
            signing_in.logins.open(CoordinatorSession(cookie, COORDINATOR, (SCHOOL,), "csrf", *kept_until))
        session = signing_in.logins.find("first", now)
        assert session
        assert signing_in.schools_of(session) == list(schools)
        assert len(signing_in.sessions(session)) == 2
        signing_in.note_login(SCHOOL, date(2026, 11, 1))
        signing_in.logins.end("second")
        accounts = wiring.accounts()
        _sign_up(accounts)
        _change_profile(wiring.profiles())
        _change_coordinators(wiring.coordination())
        assert signing_in.logins.spend("logout-token", now + timedelta(minutes=30))
    _import_a_school()
    with recorder.acting_as("register"):
        _associate(wiring.migration())
    with recorder.acting_as("remind_schools"):
        assert wiring.reminders().schools.to_remind(now.date() + timedelta(days=400))
        it_is_time = dataclasses.replace(wiring.reminders(), clock=lambda: now + timedelta(days=400))
        assert it_is_time.remind()


def _sign_up(accounts: Accounts) -> None:
    """Sign a school up, and ask for the address of one that has an account."""
    email, now = "office@lakeside.example", clock.now()
    for address in (email, "school@example.org"):
        made = altcha.Challenge.from_dict(accounts.puzzle())
        solution = altcha.solve_challenge(made)
        assert solution
        accounts.ask(address, POLICY_VERSION, "en", altcha.Payload(made, solution).to_base64())
    accounts.links.add("token", AccountLink(LinkPurpose.SIGN_UP, now + timedelta(hours=1), email, "en", POLICY_VERSION))
    assert accounts.look("token").email == email
    accounts.bind(accounts.confirm("token", "Lakeside School", "IE", "en"), Identity(COORDINATOR.issuer, "another"))
    assert accounts.schools.of_email(email)


def _import_a_school() -> None:
    """Put what an operator imports."""
    client = boto3.client("dynamodb")
    lime = School("limelimelime", "Linden", "DE", "en", ("post@linde.example",))
    assert DynamoSchools(client, "Exercises").admit(lime)
    DynamoOldAccounts(client, "Exercises").put(OldAccount(lime.id, "", clock.now() + timedelta(days=9)))


def _associate(migration: Migration) -> None:
    """Ask for an old account with a password that is wrong, then with a link, and bind it."""
    email, until = "post@linde.example", clock.now() + timedelta(hours=1)
    made = altcha.Challenge.from_dict(_puzzle())
    solution = altcha.solve_challenge(made)
    assert solution
    migration.ask(email, "password", "en", altcha.Payload(made, solution).to_base64())
    link = AccountLink(LinkPurpose.ASSOCIATION, until, email, "en", school_id="limelimelime")
    migration.links.add("token", link)
    assert migration.look("token")
    migration.bind(migration.confirm("token", POLICY_VERSION), Identity(COORDINATOR.issuer, "linda"))
    assert migration.schools.coordinators("limelimelime")


def _puzzle() -> dict[str, Any]:
    """Make a puzzle as the page gets it."""
    from functions.register import wiring

    return wiring.accounts().puzzle()


def _change_profile(profiles: Profiles) -> None:
    """Change what the school says, and give it an additional address and take it away again."""
    assert profiles.coordinators(SCHOOL, COORDINATOR)
    school = profiles.change(
        SCHOOL, 0, name="Riverside", country="BE", locale="fr", kind="public", region="", levels=(), address=""
    )
    profiles.ask_for_email(SCHOOL, "head@example.org")
    until = clock.now() + timedelta(hours=1)
    profiles.links.add("token", AccountLink(LinkPurpose.EMAIL, until, "head@example.org", "fr", school_id=SCHOOL))
    assert profiles.look("token")
    school = profiles.confirm_email("token")
    profiles.remove_email(SCHOOL, school.version)
    assert profiles.troubles(profiles.write_again(SCHOOL, "school@example.org")) == []


def _change_coordinators(coordination: Coordination) -> None:
    """Invite, ask to remove and to take over, let somebody join, take that back, and remove the coordinator."""
    schools, links, until = coordination.schools, coordination.links, clock.now() + timedelta(hours=1)
    coordination.invite(SCHOOL, Role.SECONDARY)
    coordination.ask_removal(SCHOOL, Role.PRIMARY)
    for address in ("school@example.org", "nobody@example.org"):
        made = altcha.Challenge.from_dict(puzzle.new_puzzle(coordination.keys()[0], clock.now()))
        solution = altcha.solve_challenge(made)
        assert solution
        coordination.ask_takeover(address, "en", altcha.Payload(made, solution).to_base64())
    link = AccountLink(LinkPurpose.INVITATION, until, "", "fr", school_id=SCHOOL, role=Role.SECONDARY)
    links.add("invited", link)
    assert coordination.look(LinkPurpose.INVITATION, "invited")
    claim, _ = coordination.accept("invited")
    second = Identity(COORDINATOR.issuer, "second")
    coordination.join(claim, second)
    for purpose, token in ((LinkPurpose.REMOVAL, "removed"), (LinkPurpose.UNDO, "undone")):
        holder = schools.code(second)
        links.add(token, dataclasses.replace(link, purpose=purpose, holder=holder))
    # Somebody is signed in when they lose their role.
    coordination.logins.open(CoordinatorSession("third", second, (SCHOOL,), "csrf", until, until))
    coordination.remove("removed")
    coordination.undo("undone")
    assert len(schools.coordinators(SCHOOL)) == len(Role)


def _set_up(recorder: Recorder) -> tuple[Exercise, str]:
    from functions.exercise import wiring

    with recorder.acting_as("exercise"):
        assert wiring.entrance().logins.find("first", clock.now())
        set_up = wiring.set_up()
        gone = set_up.begin(SCHOOL, EducationLevel.PRIMARY, NUMBERS)
        set_up.remove(gone.id, gone.version)
        ours = set_up.begin(SCHOOL, EducationLevel.UPPER_SECONDARY_VOCATIONAL, NUMBERS | {TRAINER: 3})
        ours = set_up.choose_dates(ours.id, ours.version, FIRST_DAY, LAST_DAY)
        ours = set_up.choose_codes(ours.id, ours.version, [LEADER])
        ours = set_up.activate(ours.id, ours.version, Informing(True))
        ours = set_up.replace_link(ours.id, LEADER)
        _let_companies_join(wiring.training(), ours.id)
        assert [entry.id for entry in set_up.listed(SCHOOL)] == [ours.id]
        preview = set_up.preview(ours.id, LEADER)
        assert wiring.public_counters().read().schools
    with recorder.acting_as("materials"):
        assert wiring.entrance().logins.find("first", clock.now())
    return ours, preview


def _let_companies_join(training: Training, exercise_id: str) -> None:
    """Let two companies join; one leaves again, the other gets a link and another one."""
    for company in ("company-steelsteelst", "company-breadbreadbr"):
        training.join(company, training.offer_code(exercise_id), 6)
        training.change_trainers(company, exercise_id, 7)
    training.leave("company-breadbreadbr", exercise_id)
    for _ in range(2):
        assert training.new_link("company-steelsteelst", exercise_id).joined.link
    assert [joined.trainers for _, joined in training.joined(exercise_id)] == [7]
    assert [entry.phase for entry in training.listed("company-steelsteelst")] == [Phase.WAITING]


def _answer(recorder: Recorder, ours: Exercise, preview: str) -> None:
    from functions.exercise import wiring as exercise
    from functions.report import wiring as report
    from functions.survey import wiring

    assert ours.links
    link, allowed = ours.links[LEADER], cap(NUMBERS[LEADER])
    # The one client that does not come from boto3's session.
    wiring._dynamodb().meta.events.register("provide-client-params.dynamodb", recorder)
    with recorder.acting_as("survey"):
        survey = wiring.survey()
        assert survey.preview(preview)
        for slip in range(allowed):
            token, answers = _fill_in(survey, link, slip)
            _, thanks = survey.record_submission(link, token, answers)
        for group in (TEACHER, STUDENT):
            survey.record_submission(ours.links[group], *_fill_in(survey, ours.links[group], 0))
        with pytest.raises(AlreadySent):
            survey.record_submission(link, token, answers)
        # One too many, and therefore without a code: its text is put down, refused and taken away.
        now = clock.now()
        sixth = new_token(Purpose.SUBMIT, ours.id, LEADER, now, now + timedelta(hours=1))
        token = sign(sixth, wiring.token_keys()[0])
        with pytest.raises(CapReached):
            survey.record_submission(link, token, answers)
    with recorder.acting_as("code_slips"):
        report.entrance().logins.find("first", clock.now())
        assert report.slip_printing().sheet(ours.id, LEADER, 1, "en")
    with recorder.acting_as("participation_certificate"):
        assert report.certificates().make(thanks, "Somebody", "en")
    with recorder.acting_as("exercise"):
        assert sum(group.submitted for group in exercise.set_up().participation(ours.id)) == allowed + 2
    with recorder.acting_as("materials"):
        assert exercise.materials().sheet(ours.id, LEADER, "en")
        assert exercise.materials().chart(ours.id, "en")


def _copy_and_restore(recorder: Recorder, ours: Exercise, it_is: Callable[[datetime], None]) -> None:
    """Copy the leaders' tally, lose it, and restore it."""
    from functions.copies import wiring

    service, dynamodb = wiring.service(), boto3.client("dynamodb")
    with recorder.acting_as("copy_tallies"):
        assert service.activated() == (ours.id,)
        assert service.copy(ours.id).written == 1
    key = keys.tally(ours.id, LEADER)
    assert dynamodb.delete_item(TableName="Counters", Key=key, ReturnValues="ALL_OLD")["Attributes"]
    it_is(clock.now() + timedelta(hours=2))
    with recorder.acting_as("restore_tallies"):
        assert service.activated() == (ours.id,)
        assert service.restore(ours.id).written == 1
    assert service.copies.find(ours.id, Place(LEADER))


def _close(recorder: Recorder, ours: Exercise) -> None:
    from functions.close_session import wiring
    from functions.research import wiring as research

    with recorder.acting_as("list_due"):
        assert wiring.service().due().exercises == (ours.id,)
    with recorder.acting_as("close_exercise"):
        assert wiring.service().close(ours.id).report_name
    with recorder.acting_as("contribute"):
        assert research.contributing().contribute(ours.id)
        assert research.contributing().contribute(ours.id)
    with recorder.acting_as("finish_closing"):
        wiring.service().finish(ours.id)
    with recorder.acting_as("note_mail"):
        from functions.watch.wiring import post

        for outcome in Outcome:
            post().note(("school@example.org",), outcome)
        for _ in range(2):
            post().note(("school@example.org",), Outcome.MISSED)
    post().mailboxes.forget("school@example.org")
    with recorder.acting_as("watch_hourly"):
        from functions.watch.wiring import watch

        service = watch()
        assert service.look().overdue == ()
        later = clock.now() + timedelta(hours=2)
        assert dataclasses.replace(service, clock=lambda: later).look().stuck == [(ours.id, "fr")]


def _report(recorder: Recorder, ours: Exercise) -> None:
    from functions.report import wiring

    service = wiring.service()
    with recorder.acting_as("wait_for_results"):
        assert service.results_at(ours.id) == clock.now()
    with recorder.acting_as("render_document"):
        service.render(ours.id, "fr")
    with recorder.acting_as("record_report"):
        service.record(ours.id, "fr", DocumentState.READY)
    with recorder.acting_as("send_report"):
        assert service.send(ours.id, "fr", "execution")
    with recorder.acting_as("report"):
        wiring.entrance().logins.find("first", clock.now())
        assert service.listing(SCHOOL)
        assert service.view(ours.id, "en")
        assert service.insights(ours.id, "en")
        assert service.workbook(ours.id, "en").content
        assert service.slides(ours.id, "en").content
        with pytest.raises(NotViewable):
            service.view_of_company(ours.id, "company-steelsteelst", "en")
        assert service.document(ours.id, "fr")
        assert [entry.locale for entry in service.requested(ours.id)] == ["fr"]
        assert service.request(ours.id, "en").state is DocumentState.WAITING


def _plan(recorder: Recorder, ours: Exercise) -> None:
    """Begin a plan, write it, share it, read it without signing in, and take all of it back."""
    from functions.plan import wiring

    with recorder.acting_as("plan"):
        wiring.entrance().logins.find("first", clock.now())
        planning = wiring.planning()
        plan = planning.begin(ours.id, 2026, "A", ["A1"])
        target = Target("A1", Unit.TEACHER, (), Aim.AT_LEAST, Decimal(4))
        objective = Objective(0, "A plan that all know", (Measurement(0, "", target),), (Activity(0, "Write it"),))
        plan = planning.change(plan.id, plan.version, [PlannedStatement("A1", (objective,))])
        plan = planning.share(plan.id, plan.version, persons=False, budget=False)
        assert planning.overview(SCHOOL, "en")["plans"]
        assert planning.document(plan.id, "en").content
        assert planning.checked_by(ours.id, "en") == {"plans": []}
    assert plan.sharing
    with recorder.acting_as("community"):
        assert planning.shared(plan.id, plan.sharing.secret, "en").school
    with recorder.acting_as("plan"):
        plan = planning.revoke(plan.id, plan.version)
        planning.remove(plan.id, plan.version)


def _map_data(recorder: Recorder) -> None:
    """List a tool, let a colleague list another and change it, print the register, and take it all back."""
    from functions.data_map import wiring

    worksheet = wiring.worksheet()
    with recorder.acting_as("data_map"):
        wiring.entrance().logins.find("first", clock.now())
        number = worksheet.list_tool(SCHOOL, Tool("Timetable", Kind.CLOUD), "en").tool["number"]
        token = worksheet.invite(SCHOOL, 0, 30)
        worksheet.change_rules(SCHOOL, 1, Rules(no_images=True))
    with recorder.acting_as("data_map_invited"):
        assert worksheet.open(token, "en").view["tools"]
        saved = worksheet.list_tool_by_link(token, Tool("Class register", Kind.PAPER), "en").tool
        again = Tool("Class register", Kind.PAPER, provider="Ledger & Sons")
        saved = worksheet.change_tool_by_link(token, saved["number"], saved["version"], again, "en").tool
    with recorder.acting_as("data_map"):
        for form in Form:
            assert worksheet.register(SCHOOL, form, "en").content
        assert worksheet.notice_document(SCHOOL, "en").content
        worksheet.take_back(SCHOOL, worksheet.view(SCHOOL, "en")["version"])
        worksheet.remove_tool(SCHOOL, saved["number"], saved["version"])
        assert [tool["number"] for tool in worksheet.view(SCHOOL, "en")["tools"]] == [number]


def _badge(recorder: Recorder, ours: Exercise) -> None:
    from functions.badge import wiring

    service = wiring.service()
    with recorder.acting_as("badge"):
        wiring.entrance().logins.find("first", clock.now())
        badge = service.ask(SCHOOL, ours.session_id, "en")
        assert [entry.badge for entry in service.listing(SCHOOL)] == [badge]
        assert service.valid(badge.id)
        assert service.status(1)
    with recorder.acting_as("skip_badge_numbers"):
        wiring.badges().skip_numbers(1000)
    with recorder.acting_as("revoke_badge"):
        service.revoke(badge.id)


def _release(recorder: Recorder) -> None:
    """Release a session, and a study of two, to which more schools contributed; then read the public register."""
    from functions.research import wiring

    job = wiring.releasing()
    seal = wiring.contributing().seal
    for session in ("2026-1", "2026-2"):
        contribute(job.contributions, seal, cut(session), range(12))
    wanted = Wanted("2026-2", "Ministry", ResearchPurpose.EDUCATION_POLICY)
    with recorder.acting_as("release"):
        assert job.release(wanted).rows
        assert job.release(dataclasses.replace(wanted, since="2026-1")).rows
    with recorder.acting_as("research_register"):
        assert len(wiring.ledger().releases()) == 2


def _look_and_leave(recorder: Recorder) -> None:
    """Let support look, the school take everything along and leave, and do it again as after a restore."""
    from functions.privacy import wiring

    service = wiring.service()
    with recorder.acting_as("support_look"):
        assert service.support_look(SCHOOL, "a question about a report")
    with recorder.acting_as("end_sessions"):
        assert service.end_sessions(SCHOOL, "a lost laptop")
    with recorder.acting_as("privacy"):
        wiring.entrance().logins.find("first", clock.now())
        assert service.export_parts(SCHOOL) == [1]
        assert service.export(SCHOOL, 1)
        assert service.accesses(SCHOOL)
        assert service.ask_for_erasure(SCHOOL, "Riverside")
        service.take_back_erasure(SCHOOL)
        assert service.ask_for_erasure(SCHOOL, "Riverside")
        assert service.erasure(SCHOOL)
        assert service.preview(SCHOOL)
    service.leaving.signed_in(SCHOOL, date(2020, 1, 1))
    until = clock.now() + timedelta(hours=1)
    wiring.entrance().logins.open(CoordinatorSession("when it ends", COORDINATOR, (SCHOOL,), "csrf", until, until))
    dynamodb = boto3.client("dynamodb")
    link = next(item for item in service.whole.items(SCHOOL) if item.kind == "LINK/LINK")
    company = {"PK": f"COMPANIES#{link.attributes['exercise_id']}", "SK": "COMPANY#company-steelworks22", "link": "a"}
    dynamodb.put_item(TableName="Exercises", Item={name: {"S": value} for name, value in company.items()})
    # As while an exercise runs: a key, and a copy under it.
    dynamodb.put_item(TableName="Exercises", Item=keys.copy(link.attributes["exercise_id"], Place(STUDENT)))
    companies = wiring.deletions().companies
    companies.offer("unused", link.attributes["exercise_id"], clock.now() + timedelta(days=1))
    service.leaving.signed_in("company-steelsteelst", date(2019, 1, 1))
    before = [(table, item) for table in TABLE_NAMES for item in dynamodb.scan(TableName=table)["Items"]]
    with recorder.acting_as("list_ending"):
        due = next(due for due in service.night().due if due.school_id == SCHOOL)
    with recorder.acting_as("end_account"):
        assert not service.act(due)  # a reminder deletes nothing
        assert service._erase("company-steelsteelst")
        assert service._erase(SCHOOL)
    # As after a restore: a school that was erased is back.
    for table, item in before:
        dynamodb.put_item(TableName=table, Item=item)
    with recorder.acting_as("replay_erasures"):
        assert service.replay() == 2


def _delete_overdue(recorder: Recorder, ours: Exercise, it_is: Callable[[datetime], None]) -> None:
    """Let a set-up get too old, and counts outlive their time."""
    from functions.privacy import wiring

    deletions, dynamodb = wiring.deletions(), boto3.client("dynamodb")
    deletions.exercises.add(dataclasses.replace(ours, state=State.CLOSED, links=None))
    deletions.exercises.add(
        dataclasses.replace(ours, session_id="2023-1", state=State.SET_UP, links=None, last_day=None)
    )
    old = dataclasses.replace(ours, session_id="2023-1").id
    for key in (keys.open_text(ours.id, STUDENT, b"receipt", "open"), keys.copy(ours.id, Place(STUDENT))):
        dynamodb.put_item(TableName="Counters" if "TEXT" in key["PK"]["S"] else "Exercises", Item=key)
    dynamodb.put_item(TableName="Counters", Item=keys.tally(ours.id, STUDENT))
    dynamodb.put_item(TableName="Keys", Item=keys.copy_key(ours.id))
    deletions.companies.offer("code", old, clock.now() + timedelta(days=1))
    assert deletions.companies.join("code", Joined(old, "company-breadbreadbr", 3))
    it_is(deadlines.closes_at(LAST_DAY) + timedelta(days=36))
    with recorder.acting_as("delete_overdue"):
        assert deletions.delete_overdue() == Deleted(1, 4)


def _fill_in(survey: Survey, link: str, slip: int) -> tuple[str, dict[str, list[str]]]:
    invitation, token = survey.begin(link, code(slip, link, bytes(32)))
    answers = {}
    for name, question in invitation.questionnaire.questions.items():
        is_text = question.kind is ScaleKind.OPEN_TEXT
        answers[name] = ["We would like more time."] if is_text else [question.options[0]]
    return token, answers


def _make_resources() -> str:
    dynamodb = boto3.client("dynamodb")
    for table in TABLES:
        names = ["PK", "SK", *(index[key] for index in table["indexes"] for key in ("partition_key", "sort_key"))]
        indexes = [
            {
                "IndexName": index["name"],
                "KeySchema": _key_schema(index["partition_key"], index["sort_key"]),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index in table["indexes"]
        ]
        dynamodb.create_table(
            TableName=table["name"].capitalize(),
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=_key_schema("PK", "SK"),
            BillingMode="PAY_PER_REQUEST",
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )
    school = School(SCHOOL, "Riverside School", "BE", "fr", ("school@example.org",))
    DynamoSchools(dynamodb, "Exercises").add(school, COORDINATOR)
    for company in ("company-steelsteelst", "company-breadbreadbr"):
        entry = School(company, company, "BE", "en", (f"{company}@example.org",))
        DynamoSchools(dynamodb, "Exercises").add(entry, Identity(COORDINATOR.issuer, company))
    for bucket in ("reports", "research"):
        boto3.client("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": ENVIRONMENT["AWS_DEFAULT_REGION"]}
        )
    boto3.client("sesv2").create_email_identity(EmailIdentity="example.org")
    keys_of_tokens = json.dumps([base64.b64encode(bytes(32)).decode()])
    boto3.client("secretsmanager").create_secret(Name="token-keys", SecretString=keys_of_tokens)
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine: str = boto3.client("stepfunctions").create_state_machine(
        name="build_report", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/any"
    )["stateMachineArn"]
    return machine


def _key_schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def _forget() -> None:
    """Empty what is kept for the life of a process: settings, clients, secrets."""
    wirings = {f"functions.{function.folder}.wiring" for function in FUNCTIONS}
    for wiring in ("selfie.wiring", *wirings):
        for kept in vars(importlib.import_module(wiring)).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
    parameters.clear_caches()
    DEFAULT_PROVIDERS.clear()


def _plain(statements: list[Statement]) -> list[Statement]:
    """Name tables as the requests do, without what CloudFormation appends."""
    return [
        Statement(
            s.actions,
            tuple(re.sub(r"^(Exercises|Counters|Keys)\w*", r"\1", name) for name in s.resources),
            s.conditions,
        )
        for s in statements
    ]


def _each(statement: Statement) -> Iterator[Statement]:
    """Split a statement into one for each action and kind of item."""
    like = statement.conditions.get("ForAllValues:StringLike", {})
    for action in statement.actions:
        for key in like.get("dynamodb:LeadingKeys", [""]):
            narrow = {**like, "dynamodb:LeadingKeys": [key]} if key else like
            conditions = {**statement.conditions, "ForAllValues:StringLike": narrow}
            yield Statement((action,), statement.resources, conditions)


def test_every_function_was_seen_at_work(requests: list[tuple[str, Request]]) -> None:
    assert {name for name, _ in requests} == {function.name for function in FUNCTIONS}


def test_roles_allow_everything_that_their_functions_ask_of_dynamodb(
    cloud: Cloud, requests: list[tuple[str, Request]]
) -> None:
    roles = {function.name: cloud.statements(function) for function in FUNCTIONS}
    refused = {(name, request) for name, request in requests if not allows(_plain(roles[name]), request)}
    assert not refused


def test_no_role_allows_an_action_that_its_function_never_asks_for(
    cloud: Cloud, requests: list[tuple[str, Request]]
) -> None:
    for function in FUNCTIONS:
        asked = [request for name, request in requests if name == function.name]
        unused = [
            part
            for statement in _plain(cloud.statements(function))
            if statement.actions[0].startswith("dynamodb:")
            for part in _each(statement)
            if not any(allows([part], request) for request in asked)
        ]
        assert not unused, function.name
