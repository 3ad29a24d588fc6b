"""The dashboard of a stage: one page that answers, from top to bottom, what an operator asks in the morning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn

from infra.stacks.figures import Figures
from selfie.domain.errors import AlreadySent
from selfie.domain.totals import FEWEST_EXERCISES, REFUSALS

WHOLE_WIDTH: Final = 24
DAY: Final = Duration.days(1)


@dataclass(frozen=True, slots=True)
class _Graph:
    title: str
    metrics: Sequence[cloudwatch.IMetric]


class Dashboard(cloudwatch.Dashboard):
    """Seven rows, each a question with its answer."""

    def __init__(
        self, stack: Stack, *, stage: str, figures: Figures, alarms: Sequence[cloudwatch.IAlarm], budget: int
    ) -> None:
        super().__init__(
            stack,
            "Dashboard",
            dashboard_name=f"selfie-{stage}",
            default_interval=Duration.days(14),
            period_override=cloudwatch.PeriodOverride.INHERIT,
        )
        self._figures = figures
        runs = figures.workflows
        self._ask("Does anything ring? What to do is in docs/runbook.")
        self.add_widgets(cloudwatch.AlarmStatusWidget(alarms=list(alarms), width=WHOLE_WIDTH, height=5))
        self._row(
            "Is it up?",
            _Graph("Errors", [figures.error_rate(), figures.edge_errors()]),
            _Graph("How long requests take", [figures.latency()]),
        )
        self._row(
            f"Do respondents get through? Totals come from {FEWEST_EXERCISES} closed exercises on: fewer would be "
            "somebody's own number.",
            _Graph("Submissions of closed exercises", self._submissions()),
            _Graph("Refused", self._refused()),
            _Graph(
                "Failed, turned away",
                [
                    figures.survey_failures(),
                    figures.survey.metric_throttles(label="turned away by Lambda"),
                    figures.throttled_tables(),
                ],
            ),
            _Graph(
                "Runs at once, the most of an hour",
                [figures.survey.metric("ConcurrentExecutions", statistic="Maximum", period=Duration.hours(1))],
            ),
        )
        self._row(
            "Did the last nights go well?",
            _Graph("Closing", _runs(runs.close_session)),
            _Graph(
                "Exercises",
                [
                    self._watched("ExercisesClosed", "closed"),
                    figures.own("OverdueExercises", "watch_hourly", "Maximum").with_(label="late"),
                    figures.own("LostTallies", "copy_tallies", period=DAY).with_(label="tallies lost"),
                ],
            ),
            _Graph(
                "Accounts",
                [
                    *_runs(runs.end_accounts),
                    figures.own("OverdueAccounts", "list_ending", period=DAY),
                    figures.own("OverdueItems", "delete_overdue", period=DAY),
                ],
            ),
        )
        self._row(
            "Do reports arrive?",
            _Graph(
                "Reports",
                [
                    figures.own("ReportsMade", "record_report", period=DAY).with_(label="made"),
                    figures.own("ReportsFailed", "record_report", period=DAY).with_(label="failed"),
                    figures.own("ReportsSent", "send_report", period=DAY).with_(label="sent"),
                    self._watched("StuckReports", "given up after an hour"),
                ],
            ),
            _Graph(
                "From asking to done, milliseconds (after a closing, the wait for midnight included)",
                [
                    runs.build_report.metric_time(statistic="p50", period=DAY, label="half of them"),
                    runs.build_report.metric_time(statistic="p95", period=DAY, label="all but the slowest of twenty"),
                ],
            ),
        )
        self._row(
            "Do e-mails arrive?",
            _Graph(
                "E-mails",
                [
                    figures.own("MailDelivered", "note_mail", period=DAY).with_(label="arrived"),
                    figures.own("MailBounced", "note_mail", period=DAY).with_(label="came back for good"),
                    figures.own("MailMissed", "note_mail", period=DAY).with_(label="came back for now"),
                    figures.own("MailUnwanted", "note_mail", period=DAY).with_(label="called unwanted"),
                ],
            ),
            _Graph(
                "E-mails that come back, that are called unwanted", [figures.bounce_rate(), figures.complaint_rate()]
            ),
        )
        self._row(
            f"What does it cost? The budget of this stage is {budget} dollars a month.",
            _Graph("Cost", [figures.charges()]),
        )

    def _ask(self, question: str) -> None:
        self.add_widgets(cloudwatch.TextWidget(markdown=f"## {question}", width=WHOLE_WIDTH, height=1))

    def _row(self, question: str, *graphs: _Graph) -> None:
        self._ask(question)
        width = WHOLE_WIDTH // len(graphs)
        axis = cloudwatch.YAxisProps(min=0, show_units=False)
        self.add_widgets(
            *(
                cloudwatch.GraphWidget(title=graph.title, left=list(graph.metrics), width=width, left_y_axis=axis)
                for graph in graphs
            )
        )

    def _submissions(self) -> list[cloudwatch.IMetric]:
        return [
            self._watched("SubmissionsRecorded", "counted"),
            self._watched("SubmissionsReplayed", "sent again, counted once"),
        ]

    def _refused(self) -> list[cloudwatch.IMetric]:
        codes = [refusal.code for refusal in REFUSALS if refusal is not AlreadySent]
        return [
            self._figures.own("SubmissionsRefused", "watch_hourly", period=DAY, reason=code).with_(label=code)
            for code in codes
        ]

    def _watched(self, name: str, label: str) -> cloudwatch.Metric:
        return self._figures.own(name, "watch_hourly", period=DAY).with_(label=label)


def _runs(machine: sfn.StateMachine) -> list[cloudwatch.IMetric]:
    return [
        machine.metric_started(period=DAY, label="started"),
        machine.metric_succeeded(period=DAY, label="went well"),
        machine.metric_failed(period=DAY, label="failed"),
    ]
