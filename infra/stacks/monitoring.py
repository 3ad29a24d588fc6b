"""Tell the operator when the nightly closing, a report or the questionnaire fails; nothing here knows a school."""

import re
from typing import Any

from aws_cdk import Acknowledgment, Duration, Stack, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.parameters import Parameters
from infra.stacks.api import ApiStack
from infra.stacks.workflows import WorkflowsStack


class MonitoringStack(Stack):
    """Alarms that go to one e-mail address."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parameters: Parameters,
        api: ApiStack,
        workflows: WorkflowsStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        topic = sns.Topic(self, "Operator", enforce_ssl=True)
        told = topic.add_subscription(subscriptions.EmailSubscription(parameters.alarm_address))
        Validations.of(told).acknowledge(
            Acknowledgment(
                id="Serverless-SNSRedrivePolicy",
                reason="An alarm whose e-mail is lost stays on in the console; a second queue would need an alarm too.",
            )
        )
        self._tell = actions.SnsAction(topic)

        closing, report, survey = workflows.close_session, workflows.build_report, api.functions["survey"]
        # Metrics are sums of five minutes unless said otherwise.
        self._alarm("ClosingFailed", closing.metric_failed(), "A run of close_session left exercises open.")
        self._alarm("ClosingTimedOut", closing.metric_timed_out(), "A run of close_session took too long.")
        self._alarm("ReportFailed", report.metric_failed(), "A report was not built or not sent.")
        reminders = workflows.tasks["remind_schools"]
        self._alarm("RemindersFailed", reminders.metric_errors(), "Schools were not asked to check their profile.")
        self._alarm("SurveyFails", survey.metric_errors(), "The questionnaire fails.", threshold=5)
        self._alarm("SurveyThrottled", survey.metric_throttles(), "Respondents are turned away.")
        self._alarm(
            "NightMissed",
            workflows.missed_nights.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
            "The scheduler could not start what was due: see the dead-letter queue.",
        )
        copying = workflows.tasks["copy_tallies"]
        self._alarm("TalliesNotCopied", copying.metric_errors(), "Tallies were not copied in the night.")
        self._alarm(
            "TalliesLost",
            cloudwatch.Metric(
                namespace=f"selfie-{parameters.stage}",
                metric_name="LostTallies",
                dimensions_map={"service": "copy_tallies"},
                statistic="Sum",
                period=Duration.days(1),
            ),
            "Tallies of running exercises are gone: restore them.",
        )
        self._alarm("AccountsNotEnded", workflows.end_accounts.metric_failed(), "A run of end_accounts left accounts.")
        self._alarm(
            "AccountsOverdue",
            cloudwatch.Metric(
                namespace=f"selfie-{parameters.stage}",
                metric_name="OverdueAccounts",
                dimensions_map={"service": "list_ending"},
                statistic="Sum",
                period=Duration.days(1),
            ),
            "An account should have been erased or reminded two nights ago.",
        )
        self._alarm_when_silent(
            "AccountsDidNotRun",
            workflows.end_accounts.metric_started(period=Duration.days(1), statistic="Sum"),
            "end_accounts has not started for a day.",
        )
        self._alarm_when_silent(
            "ClosingDidNotRun",
            closing.metric_started(period=Duration.days(1), statistic="Sum"),
            "close_session has not started for a day.",
        )

    def _alarm(self, name: str, metric: cloudwatch.Metric, text: str, threshold: int = 1) -> None:
        cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            alarm_description=f"{text} What to do: {page_of(name)}",
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        ).add_alarm_action(self._tell)

    def _alarm_when_silent(self, name: str, metric: cloudwatch.Metric, text: str) -> None:
        cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            alarm_description=f"{text} What to do: {page_of(name)}",
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        ).add_alarm_action(self._tell)


def page_of(alarm: str) -> str:
    """Return the page of the runbook that says what to do when an alarm rings."""
    words = re.findall("[A-Z][a-z]*", alarm)
    return f"docs/runbook/{'-'.join(words).lower()}.md"
