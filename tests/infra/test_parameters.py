"""What a stage decides for itself: who answers for it, which table it uses after a restore; and not the examples."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from infra.app import ExampleValues, add_stacks
from infra.parameters import PERIODS, Parameters, Retention
from infra.site import build_site
from infra.stacks.data import DataStack
from infra.stacks.operators import restored_table
from infra.stacks.permissions import permissions
from infra.stacks.workflows import WorkflowsStack
from privacy.register import Operator, register
from tests.infra.conftest import Cloud

OURS = Operator(
    name="Ministry of Learning",
    address="2 Long Lane, Dublin",
    email="selfie@learning.ie",
    officer="dpo@learning.ie",
    country="IE",
)


@pytest.mark.parametrize("stage", ["trial", "production"])
def test_a_stage_is_not_deployed_with_the_values_that_its_file_was_delivered_with(stage: str, tmp_path: Path) -> None:
    with pytest.raises(ExampleValues) as refused:
        add_stacks(App(context={"stage": stage}), tmp_path / "site")
    said = str(refused.value)
    for name in ("domain", "api_domain", "mail_sender", "alarm_address", "operator.name", "operator.officer"):
        assert name in said
    assert f"infra/parameters/{stage}.toml" in said
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-2", "eu-central-2"])
def test_a_stage_is_in_the_union_as_notices_say(region: str) -> None:
    with pytest.raises(ValueError, match="region"):
        replace(Parameters.of_stage("trial"), region=region)
    assert replace(Parameters.of_stage("trial"), region="eu-north-1")


@pytest.mark.parametrize(
    ("name", "where", "item"),
    [("log_days", "logs", "log"), ("backup_days", "backups", "backup"), ("missed_night_days", "queue", "missed-night")],
)
def test_nothing_stays_longer_than_the_register_promises(name: str, where: str, item: str) -> None:
    written = register()
    (stored,) = (stored for stored in written.stored if (stored.where, stored.item) == (where, item))
    assert timedelta(days=max(PERIODS[name])) == written.period_of(stored).time
    delivered = Parameters.of_stage("trial").retention
    for days in (0, max(PERIODS[name]) + 1):
        with pytest.raises(ValueError, match=f"retention.{name} must be one of 1, "):
            replace(delivered, **{name: days})


def test_a_stage_may_keep_traces_of_running_it_for_a_shorter_time(tmp_path: Path) -> None:
    parameters = replace(
        Parameters.of_stage("trial"), retention=Retention(log_days=7, backup_days=10, missed_night_days=4)
    )
    app = App()
    data = DataStack(app, "selfie-trial-data", parameters=parameters)
    nights = WorkflowsStack(
        app, "selfie-trial-workflows", parameters=parameters, data=data, static_path=str(tmp_path), wheels=False
    )
    tables = Template.from_stack(data).find_resources("AWS::DynamoDB::Table").values()
    recoveries = [table["Properties"]["PointInTimeRecoverySpecification"] for table in tables]
    assert {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 10} in recoveries
    assert all("RecoveryPeriodInDays" not in each for each in recoveries if not each["PointInTimeRecoveryEnabled"])
    made = Template.from_stack(nights)
    made.has_resource_properties("AWS::SQS::Queue", {"MessageRetentionPeriod": 4 * 24 * 60 * 60})
    made.all_resources_properties("AWS::Logs::LogGroup", {"RetentionInDays": 7})


def test_own_values_are_no_examples() -> None:
    account = "arn:aws:acm:eu-west-1:444455556666:certificate/00000000-0000-4000-8000-000000000001"
    own = replace(
        Parameters.of_stage("production"),
        domain="selfie.learning.ie",
        certificate_arn=account,
        api_domain="api.learning.ie",
        api_certificate_arn=account,
        mail_sender="selfie@learning.ie",
        alarm_address="ops@learning.ie",
        security_contact="security@learning.ie",
        operator=OURS,
    )
    assert own.examples() == []
    assert replace(own, domain="selfie.example.org").examples() == ["domain"]


def test_the_pages_and_the_record_name_who_answers_for_the_stage(tmp_path: Path, cloud: Cloud) -> None:
    build_site(tmp_path, site_url="https://selfie.learning.ie", security_contact="a@learning.ie", operator=OURS)
    for page in ("en/privacy/index.html", "ar/privacy/index.html", "privacy/record-of-processing.csv"):
        text = (tmp_path / page).read_text(encoding="utf-8")
        assert OURS.name in text, page
        assert "Example operator" not in text, page
    named = {
        made["Properties"]["Environment"]["Variables"]["OPERATOR"]
        for made in cloud.resources("api", "AWS::Lambda::Function").values()
        if "OPERATOR" in made["Properties"]["Environment"]["Variables"]
    }
    assert named == {Parameters.of_stage("trial").operator.name}


def test_after_a_restore_the_functions_use_the_table_beside_the_stages_own() -> None:
    table = f"{restored_table('trial')}-2"
    parameters = replace(Parameters.of_stage("trial"), restored_exercises_table=table)
    data = DataStack(App(), "selfie-trial-data", parameters=parameters)
    assert data.exercises.table_name == table
    resources = {
        data.resolve(resource)["Fn::Join"][1][-1]
        for statement in permissions(data)["exercise"]
        for resource in statement.resources
        if table in str(data.resolve(resource))
    }
    assert resources == {f":table/{table}"}
    due = [
        str(data.resolve(resource)) for statement in permissions(data)["list_due"] for resource in statement.resources
    ]
    assert [text for text in due if f"{table}/index/due" in text]
