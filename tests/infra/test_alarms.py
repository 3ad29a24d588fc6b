"""Alarms and the dashboard look at figures that exist: what our functions really publish, and what AWS says it has."""

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from functions.watch.app import FIGURES
from infra.functions import FUNCTIONS
from infra.packages import ROOT
from selfie.observability import _logger, log_failure
from selfie.ports import DocumentState
from tests.infra.conftest import Cloud
from tests.support.memory import MemoryMailboxes, StoppedClock
from tests.support.reports import CLOSED_AT, SHOWN_AT, system

# Made here, where it writes to what outlives a test.
LOGGER = _logger()
NAMESPACE = "selfie-trial"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00")
# What AWS publishes by itself, and by which dimensions (the services' own documentation, read 2026-11).
OF_AWS = {
    ("AWS/ApiGateway", frozenset({"ApiId"})): {"4xx", "5xx", "Count", "Latency", "IntegrationLatency"},
    ("AWS/Billing", frozenset({"Currency"})): {"EstimatedCharges"},
    ("AWS/CertificateManager", frozenset({"CertificateArn"})): {"DaysToExpiry"},
    ("AWS/CloudFront", frozenset({"DistributionId", "Region"})): {"4xxErrorRate", "5xxErrorRate"},
    ("AWS/DynamoDB", frozenset({"TableName"})): {"ReadThrottleEvents", "WriteThrottleEvents"},
    ("AWS/Lambda", frozenset({"FunctionName"})): {"ConcurrentExecutions", "Duration", "Errors", "Throttles"},
    ("AWS/SES", frozenset({"ses:configuration-set"})): {"Reputation.BounceRate", "Reputation.ComplaintRate"},
    ("AWS/SQS", frozenset({"QueueName"})): {"ApproximateNumberOfMessagesVisible"},
    ("AWS/States", frozenset({"StateMachineArn"})): {
        "ExecutionTime",
        "ExecutionsFailed",
        "ExecutionsStarted",
        "ExecutionsSucceeded",
    },
}


@dataclass(frozen=True)
class Metric:
    """One figure that is looked at; ``dimensions`` of ours have values, those of AWS are other resources."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


def in_alarms(cloud: Cloud) -> Iterator[Metric]:
    for stack in ("monitoring", "edge"):
        for alarm in cloud.resources(stack, "AWS::CloudWatch::Alarm").values():
            properties = alarm["Properties"]
            within = [query["MetricStat"]["Metric"] for query in properties.get("Metrics", ()) if "MetricStat" in query]
            for metric in within or [properties]:
                given = tuple((each["Name"], str(each["Value"])) for each in metric.get("Dimensions", ()))
                yield Metric(metric["Namespace"], metric["MetricName"], tuple(sorted(given)))


def in_dashboard(cloud: Cloud) -> Iterator[Metric]:
    body = cloud.one("monitoring", "AWS::CloudWatch::Dashboard")["DashboardBody"]
    # What CloudFormation puts in stands between quotation marks; any text will do here.
    text = (
        body if isinstance(body, str) else "".join(p if isinstance(p, str) else "put-in" for p in body["Fn::Join"][1])
    )
    for widget in json.loads(text)["widgets"]:
        for entry in widget["properties"].get("metrics", ()):
            match entry:
                case [{"expression": _}]:
                    continue
                case [str(namespace), str(name), *rest]:
                    given = [each for each in rest if isinstance(each, str)]
                    yield Metric(namespace, name, tuple(sorted(zip(given[::2], given[1::2], strict=True))))


@pytest.fixture
def published(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> set[Metric]:
    """Run every handler that publishes figures, named as it is deployed, and read them off what it wrote."""
    found: set[Metric] = set()

    def run(name: str, act: Callable[[], object]) -> None:
        function = next(each for each in FUNCTIONS if each.name == name)
        variables = cloud.function(function)[1]["Environment"]["Variables"]
        for variable in ("POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"):
            monkeypatch.setenv(variable, variables[variable])
        capsys.readouterr()
        act()
        for line in (json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line):
            (directive,) = line["_aws"]["CloudWatchMetrics"]
            (names,) = directive["Dimensions"]
            dimensions = tuple(sorted((dimension, line[dimension]) for dimension in names))
            found.update(Metric(directive["Namespace"], each["Name"], dimensions) for each in directive["Metrics"])

    _watch(run, monkeypatch)
    _build(run, monkeypatch)
    _count_what_is_missing(run, monkeypatch)
    _hear_of_mail(run, monkeypatch)
    return found


Run = Callable[[str, Callable[[], object]], None]


def _watch(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.watch import app, wiring
    from functions.watch.service import Watch

    it = system()
    it.clock.instant = CLOSED_AT + timedelta(minutes=31)
    for _ in range(10):
        it.totals.add_exercise(1)
    monkeypatch.setattr(wiring, "watch", lambda: Watch(it.exercises, it.documents, it.totals, it.clock))
    run("watch_hourly", lambda: app.watch_hourly({}, None))


def _build(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.report import app, wiring

    it = system()
    it.closing.close(it.exercise.id)
    it.clock.instant = SHOWN_AT
    it.documents.put(it.exercise.id, "fr", b"%PDF")
    monkeypatch.setattr(wiring, "service", lambda: it.reports)
    task = {"exercise": it.exercise.id, "locale": "fr"}
    for state in (DocumentState.READY, DocumentState.FAILED):
        run("record_report", lambda state=state: app.record_report({**task, "state": state.value}, None))
    run("send_report", lambda: app.send_report({**task, "execution": "report-1/0"}, None))


def _hear_of_mail(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.watch import app, wiring
    from functions.watch.service import Post

    monkeypatch.setattr(wiring, "post", lambda: Post(MemoryMailboxes(), StoppedClock(CLOSED_AT)))
    bounced = {"kind": "bounce", "recipients": [{"emailAddress": "office@school.example"}]}
    for event in (
        {**bounced, "bounce": "Permanent"},
        {**bounced, "bounce": "Transient"},
        {"kind": "complaint", "recipients": [{"emailAddress": "office@school.example"}]},
        {"kind": "delivery", "recipients": ["office@school.example"]},
    ):
        run("note_mail", lambda event=event: app.note_mail(event, None))


def _count_what_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.copies import app as copies
    from functions.copies.service import Done
    from functions.privacy import app as privacy

    night = SimpleNamespace(night=lambda: SimpleNamespace(due=(), overdue=1))
    monkeypatch.setattr(privacy.wiring, "service", lambda: night)
    run("list_ending", lambda: privacy.list_ending({}, None))
    deleting = SimpleNamespace(delete_overdue=lambda: SimpleNamespace(set_ups=0, overdue=1))
    monkeypatch.setattr(privacy.wiring, "deletions", lambda: deleting)
    run("delete_overdue", lambda: privacy.delete_overdue({}, None))
    copying = SimpleNamespace(activated=lambda: ["an-exercise"], copy=lambda _: replace(Done(), left=1))
    monkeypatch.setattr(copies.wiring, "service", lambda: copying)
    run("copy_tallies", lambda: copies.copy_tallies({}, None))


def test_every_figure_that_is_looked_at_is_published_by_a_handler_or_by_aws(
    cloud: Cloud, published: set[Metric]
) -> None:
    ours = published | {Metric(NAMESPACE, f"Failures-{function.name}", ()) for function in FUNCTIONS}
    for metric in {*in_alarms(cloud), *in_dashboard(cloud)}:
        if metric.namespace == NAMESPACE:
            assert metric in ours
        else:
            kind = (metric.namespace, frozenset(name for name, _ in metric.dimensions))
            assert metric.name in OF_AWS[kind], metric


def test_every_figure_that_is_published_is_on_the_dashboard(cloud: Cloud, published: set[Metric]) -> None:
    assert published <= set(in_dashboard(cloud))


def test_no_handler_publishes_a_figure_that_was_not_seen_here(published: set[Metric]) -> None:
    said = set()
    for module in (ROOT / "functions").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"count", "publish"}:
                words = (each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant))
                said |= {word for word in words if isinstance(word, str) and word[:1].isupper()}
    said |= set(FIGURES.values())
    assert said == {metric.name for metric in published}


def test_no_figure_is_of_a_school_a_level_an_exercise_or_a_route(cloud: Cloud, published: set[Metric]) -> None:
    names = {name for metric in published for name, _ in metric.dimensions}
    assert names == {"service", "reason"}
    settings = cloud.one("api", "AWS::ApiGatewayV2::Stage")["DefaultRouteSettings"]
    assert not settings.get("DetailedMetricsEnabled", False)


def test_nobody_is_shown_how_often_the_questionnaire_was_asked_for(cloud: Cloud) -> None:
    shown = {metric.name for metric in (*in_alarms(cloud), *in_dashboard(cloud))}
    assert not shown & {"Invocations", "ConsumedWriteCapacityUnits", "Requests", "AllowedRequests"}


def test_a_failure_that_a_function_answers_itself_is_counted(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    for function in FUNCTIONS:
        stack, properties = cloud.function(function)
        (counted,) = (
            made["Properties"]
            for made in cloud.resources(stack, "AWS::Logs::MetricFilter").values()
            if made["Properties"]["LogGroupName"] == properties["LoggingConfig"]["LogGroup"]
        )
        assert counted["FilterPattern"] == '{ $.level = "ERROR" }'
        (figure,) = counted["MetricTransformations"]
        assert (figure["MetricNamespace"], figure["MetricName"]) == (NAMESPACE, f"Failures-{function.name}")
    with pytest.MonkeyPatch.context() as patch:
        for handler in LOGGER.handlers:
            patch.setattr(handler, "stream", sys.stdout)
        log_failure(ValueError("what somebody sent"))
    line: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert line["level"] == "ERROR"
    assert "what somebody sent" not in str(line)
    # Lambda takes a line with any other kind of time for INFO, and drops it where only warnings are kept.
    assert RFC_3339.fullmatch(line["timestamp"])


def test_an_idle_system_rings_nothing_but_what_must_not_fall_silent(cloud: Cloud) -> None:
    silent = set()
    for stack in ("monitoring", "edge"):
        for key, alarm in cloud.resources(stack, "AWS::CloudWatch::Alarm").items():
            assert alarm["Properties"]["AlarmActions"]
            match alarm["Properties"]["TreatMissingData"]:
                case "breaching":
                    silent.add(key[:-8])
                    assert alarm["Properties"]["Period"] == 3600
                case "ignore":
                    assert alarm["Properties"]["MetricName"] == "DaysToExpiry"
                case treated:
                    assert treated == "notBreaching"
    assert silent == {"ClosingDidNotRun", "AccountsDidNotRun", "WatchDidNotRun"}


def test_a_month_that_costs_too_much_is_told_before_it_is_over(cloud: Cloud) -> None:
    budget = cloud.one("monitoring", "AWS::Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 50, "Unit": "USD"}
    assert budget["Budget"]["CostFilters"] == {"TagKeyValue": ["user:stage$trial"]}
    told = budget["NotificationsWithSubscribers"]
    assert [each["Notification"]["NotificationType"] for each in told] == ["ACTUAL", "FORECASTED"]
    assert {each["Subscribers"][0]["Address"] for each in told} == {"operator@example.org"}


def test_both_certificates_are_made_and_watched_where_they_live(cloud: Cloud) -> None:
    domains = {"api": "origin.trial.selfie.example.org", "firewall": "trial.selfie.example.org"}
    for stack, home in (("monitoring", "api"), ("edge", "firewall")):
        made = cloud.one(home, "AWS::CertificateManager::Certificate")
        assert (made["DomainName"], made["ValidationMethod"]) == (domains[home], "DNS")
        # Of the API's own address, behind the firewall, no public log of certificates tells.
        logged = made.get("CertificateTransparencyLoggingPreference", "ENABLED")
        assert logged == ("DISABLED" if home == "api" else "ENABLED")
        (watched,) = (
            alarm["Properties"]
            for alarm in cloud.resources(stack, "AWS::CloudWatch::Alarm").values()
            if alarm["Properties"].get("MetricName") == "DaysToExpiry"
        )
        assert watched["Namespace"] == "AWS/CertificateManager"
        assert watched["Threshold"] == 30
        (dimension,) = watched["Dimensions"]
        assert dimension["Name"] == "CertificateArn"
        assert f"selfie-trial-{home}:ExportsOutputRefCertificate" in dimension["Value"]["Fn::ImportValue"]


def test_records_of_mail_are_printed(cloud: Cloud) -> None:
    outputs = cloud.templates["data"]["Outputs"]
    assert {f"Dkim{part}{number}" for part in ("Name", "Value") for number in (1, 2, 3)} <= set(outputs)
    mail_from = cloud.one("data", "AWS::SES::EmailIdentity")["MailFromAttributes"]["MailFromDomain"]
    for name, kind, owner, begins in (
        ("Mx", "MX", mail_from, "10 feedback-smtp.eu-west-1."),
        ("Spf", "TXT", mail_from, "v=spf1 "),
        ("Dmarc", "TXT", "_dmarc.trial.selfie.example.org", "v=DMARC1; "),
    ):
        output = outputs[f"{name}Value"]
        assert output["Description"] == f"{kind} to set for {owner}"
        assert output["Value"].startswith(begins)
