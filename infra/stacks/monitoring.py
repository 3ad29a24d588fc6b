"""Tell the operator when something does not work; nothing here knows a school.

Every alarm has a page in docs/runbook, which its description names. None rings on a system that nobody uses.
"""

import re
from typing import Any, Final

from aws_cdk import Acknowledgment, Duration, Stack, Validations
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.parameters import Parameters, Thresholds
from infra.stacks.api import ApiStack
from infra.stacks.dashboard import Dashboard
from infra.stacks.data import DataStack
from infra.stacks.figures import Figures
from infra.stacks.web import WebStack
from infra.stacks.workflows import WorkflowsStack

# A day, and the hour by which one is longer when summer time ends, and one more to be late.
HOURS_BETWEEN_NIGHTS: Final = 26


class Alarms:
    """Makes alarms that go to one e-mail address."""

    def __init__(self, stack: Stack, address: str) -> None:
        self._stack = stack
        self.all: list[cloudwatch.Alarm] = []
        topic = sns.Topic(stack, "Operator", enforce_ssl=True)
        told = topic.add_subscription(subscriptions.EmailSubscription(address))
        Validations.of(told).acknowledge(
            Acknowledgment(
                id="Serverless-SNSRedrivePolicy",
                reason="An alarm whose e-mail is lost stays on in the console; a second queue would need an alarm too.",
            )
        )
        self._tell = actions.SnsAction(topic)

    def when_above(self, name: str, metric: cloudwatch.IMetric, text: str, threshold: float = 1) -> None:
        """Ring when a figure reaches a threshold; no figure is a good one."""
        self._alarm(
            name,
            metric,
            text,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def when_silent(self, name: str, metric: cloudwatch.IMetric, text: str, hours: int) -> None:
        """Ring when there was no figure above nothing for some hours on end; the metric is of one hour."""
        self._alarm(
            name,
            metric,
            text,
            threshold=1,
            evaluation_periods=hours,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )

    def when_it_ends(self, name: str, certificate: acm.ICertificate, text: str, days_left: int) -> None:
        """Ring while a certificate has few days left; it is told about twice a day."""
        days = cloudwatch.Metric(
            namespace="AWS/CertificateManager",
            metric_name="DaysToExpiry",
            dimensions_map={"CertificateArn": certificate.certificate_arn},
            statistic="Minimum",
            period=Duration.days(1),
        )
        self._alarm(
            name,
            days,
            text,
            threshold=days_left,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
        )

    def _alarm(self, name: str, metric: cloudwatch.IMetric, text: str, **options: Any) -> None:
        description = f"{text} What to do: {page_of(name)}"
        alarm = cloudwatch.Alarm(self._stack, name, metric=metric, alarm_description=description, **options)
        alarm.add_alarm_action(self._tell)
        self.all.append(alarm)


class MonitoringStack(Stack):
    """Alarms, the dashboard and the budget of a stage."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parameters: Parameters,
        data: DataStack,
        api: ApiStack,
        web: WebStack,
        workflows: WorkflowsStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        figures = Figures(parameters.stage, data=data, api=api, web=web, workflows=workflows)
        alarms = Alarms(self, parameters.alarm_address)
        self._closings(alarms, figures, workflows)
        self._reports(alarms, figures, workflows)
        self._requests(alarms, figures, parameters.thresholds)
        self._accounts(alarms, figures, workflows)
        self._mail(alarms, figures, workflows, parameters.thresholds)
        alarms.when_it_ends(
            "CertificateExpires",
            api.certificate,
            "The certificate of the API's address ends soon.",
            parameters.thresholds.certificate_days,
        )
        self._budget(parameters)
        Dashboard(self, stage=parameters.stage, figures=figures, alarms=alarms.all, budget=parameters.monthly_budget)

    def _closings(self, alarms: Alarms, figures: Figures, workflows: WorkflowsStack) -> None:
        closing = workflows.close_session
        alarms.when_above("ClosingFailed", closing.metric_failed(), "A run of close_session left exercises open.")
        alarms.when_above(
            "ClosingLate",
            figures.own("OverdueExercises", "watch_hourly", "Maximum"),
            "Exercises are open half an hour or more after they should have been closed.",
        )
        alarms.when_silent(
            "ClosingDidNotRun",
            closing.metric_started(period=Duration.hours(1)),
            "close_session has not started for a day.",
            HOURS_BETWEEN_NIGHTS,
        )
        alarms.when_silent(
            "WatchDidNotRun",
            figures.own("OverdueExercises", "watch_hourly", "SampleCount"),
            "Nobody looks whether closings and reports are late.",
            3,
        )
        alarms.when_above(
            "NightMissed",
            workflows.missed_nights.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
            "The scheduler could not start what was due: see the dead-letter queue.",
        )
        copying = workflows.tasks["copy_tallies"]
        alarms.when_above("TalliesNotCopied", copying.metric_errors(), "Tallies were not copied in the night.")
        alarms.when_above(
            "TalliesLost",
            figures.own("LostTallies", "copy_tallies", period=Duration.days(1)),
            "Tallies of running exercises are gone: restore them.",
        )
        deleting = workflows.tasks["delete_overdue"]
        alarms.when_above("DeletionFailed", deleting.metric_errors(), "What is over was not looked for in the night.")
        alarms.when_above(
            "ItemsOverdue",
            figures.own("OverdueItems", "delete_overdue", period=Duration.days(1)),
            "What should have been deleted by itself was still there.",
        )

    def _reports(self, alarms: Alarms, figures: Figures, workflows: WorkflowsStack) -> None:
        report = workflows.build_report
        alarms.when_above("ReportFailed", report.metric_failed(), "A report was not built or not sent.")
        alarms.when_above(
            "ReportStuck",
            figures.own("StuckReports", "watch_hourly"),
            "A report was on its way for over an hour and was given up.",
        )

    def _requests(self, alarms: Alarms, figures: Figures, most: Thresholds) -> None:
        alarms.when_above(
            "ErrorRate", figures.error_rate(), "Too many requests end in an error.", threshold=most.error_percent
        )
        alarms.when_above(
            "SurveyFails", figures.survey_failures(), "The questionnaire fails.", threshold=most.survey_failures
        )
        alarms.when_above("SurveyThrottled", figures.survey.metric_throttles(), "Respondents are turned away.")
        alarms.when_above(
            "TablesThrottled",
            figures.throttled_tables(),
            "DynamoDB turns requests away.",
            threshold=most.tables_throttled,
        )

    def _accounts(self, alarms: Alarms, figures: Figures, workflows: WorkflowsStack) -> None:
        reminders, ending = workflows.tasks["remind_schools"], workflows.end_accounts
        alarms.when_above(
            "RemindersFailed", reminders.metric_errors(), "Schools were not asked to check their profile."
        )
        alarms.when_above("AccountsNotEnded", ending.metric_failed(), "A run of end_accounts left accounts.")
        alarms.when_above(
            "AccountsOverdue",
            figures.own("OverdueAccounts", "list_ending", period=Duration.days(1)),
            "An account should have been erased or reminded two nights ago.",
        )
        alarms.when_silent(
            "AccountsDidNotRun",
            ending.metric_started(period=Duration.hours(1)),
            "end_accounts has not started for a day.",
            HOURS_BETWEEN_NIGHTS,
        )

    def _mail(self, alarms: Alarms, figures: Figures, workflows: WorkflowsStack, most: Thresholds) -> None:
        alarms.when_above(
            "MailEventsFailed", workflows.tasks["note_mail"].metric_errors(), "Nobody notes whether e-mails arrive."
        )
        alarms.when_above(
            "MailBounces", figures.bounce_rate(), "Too many e-mails come back.", threshold=most.bounce_rate
        )
        alarms.when_above(
            "MailComplaints",
            figures.complaint_rate(),
            "Too many e-mails are called unwanted.",
            threshold=most.complaint_rate,
        )

    def _budget(self, parameters: Parameters) -> None:
        """Tell when a month costs more than it should, or will; see docs/runbook/cost-over-budget.md."""
        told = budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=parameters.alarm_address)
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=f"selfie-{parameters.stage}",
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=parameters.monthly_budget, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:stage${parameters.stage}"]},
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind, comparison_operator="GREATER_THAN", threshold=percent
                    ),
                    subscribers=[told],
                )
                for kind, percent in (("ACTUAL", 80), ("FORECASTED", 100))
            ],
        )


class EdgeMonitoringStack(Stack):
    """What can only be watched where the CDN lives, in us-east-1: the certificate of the site."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parameters: Parameters,
        certificate: acm.ICertificate,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        Alarms(self, parameters.alarm_address).when_it_ends(
            "SiteCertificateExpires",
            certificate,
            "The certificate of the site ends soon.",
            parameters.thresholds.certificate_days,
        )


def page_of(alarm: str) -> str:
    """Return the page of the runbook that says what to do when an alarm rings."""
    words = re.findall("[A-Z][a-z]*", alarm)
    return f"docs/runbook/{'-'.join(words).lower()}.md"
