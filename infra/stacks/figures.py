"""The figures that alarms and the dashboard are made of: our own and AWS's, each written down once."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.web import WebStack
from infra.stacks.workflows import WorkflowsStack

# Below this many requests in five minutes a rate says nothing.
FEWEST_REQUESTS: Final = 20
HOUR: Final = Duration.hours(1)


class Figures:
    """Figures of one stage; none has a dimension of a school, a level, an exercise or a route."""

    def __init__(self, stage: str, *, data: DataStack, api: ApiStack, web: WebStack, workflows: WorkflowsStack) -> None:
        self._namespace = f"selfie-{stage}"
        self._data, self._api, self._web = data, api, web
        self.survey, self.workflows = api.functions["survey"], workflows

    def own(
        self, name: str, service: str, statistic: str = "Sum", period: Duration = HOUR, **dimensions: str
    ) -> cloudwatch.Metric:
        """Return a figure that a function of ours publishes."""
        return cloudwatch.Metric(
            namespace=self._namespace,
            metric_name=name,
            dimensions_map={"service": service, **dimensions},
            statistic=statistic,
            period=period,
        )

    def failures(self, function: str) -> cloudwatch.Metric:
        """Count the errors that a function logged; it answers them itself, so that Lambda sees none."""
        return cloudwatch.Metric(
            namespace=self._namespace, metric_name=f"Failures-{function}", statistic="Sum", period=Duration.minutes(5)
        )

    def survey_failures(self) -> cloudwatch.IMetric:
        """Count what the questionnaire's function logged as an error, and what it did not live to log."""
        return cloudwatch.MathExpression(
            expression="FILL(logged, 0) + FILL(died, 0)",
            using_metrics={"logged": self.failures("survey"), "died": self.survey.metric_errors()},
            period=Duration.minutes(5),
            label="failures of the questionnaire",
        )

    def error_rate(self) -> cloudwatch.IMetric:
        """Return how many of a hundred requests to the API end in an error of ours."""
        return cloudwatch.MathExpression(
            expression=f"IF(requests >= {FEWEST_REQUESTS}, 100 * errors / requests, 0)",
            using_metrics={
                "errors": self._api.api.metric_server_error(statistic="Sum"),
                "requests": self._api.api.metric_count(statistic="Sum"),
            },
            period=Duration.minutes(5),
            label="errors of a hundred requests",
        )

    def latency(self) -> cloudwatch.Metric:
        """Return how long all but the slowest requests of twenty take."""
        return self._api.api.metric_latency(statistic="p95", label="p95, milliseconds")

    def edge_errors(self) -> cloudwatch.Metric:
        """Return how many of a hundred requests to the CDN end in an error, which is told in us-east-1 alone."""
        return cloudwatch.Metric(
            namespace="AWS/CloudFront",
            metric_name="5xxErrorRate",
            dimensions_map={"DistributionId": self._web.distribution.distribution_id, "Region": "Global"},
            statistic="Average",
            region="us-east-1",
            label="errors of a hundred requests to the CDN",
        )

    def throttled_tables(self) -> cloudwatch.IMetric:
        """Count what DynamoDB turned away, reads and writes of both tables together."""
        tables = {"exercises": self._data.exercises, "counters": self._data.counters}
        parts = {
            f"{table}_{kind.lower()}": made.metric(f"{kind}ThrottleEvents", statistic="Sum")
            for table, made in tables.items()
            for kind in ("Read", "Write")
        }
        return cloudwatch.MathExpression(
            expression=" + ".join(f"FILL({part}, 0)" for part in parts),
            using_metrics=parts,
            period=Duration.minutes(5),
            label="requests that DynamoDB turned away",
        )

    def bounce_rate(self) -> cloudwatch.Metric:
        """Return which part of e-mails comes back, as Amazon reckons it."""
        return self._reputation("Reputation.BounceRate")

    def complaint_rate(self) -> cloudwatch.Metric:
        """Return which part of e-mails is called unwanted, as Amazon reckons it."""
        return self._reputation("Reputation.ComplaintRate")

    def charges(self) -> cloudwatch.Metric:
        """Return what the whole account costs since the month began; it is told in us-east-1 alone."""
        return cloudwatch.Metric(
            namespace="AWS/Billing",
            metric_name="EstimatedCharges",
            dimensions_map={"Currency": "USD"},
            statistic="Maximum",
            period=Duration.days(1),
            region="us-east-1",
            label="US dollars since the month began, whole account",
        )

    def _reputation(self, name: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/SES",
            metric_name=name,
            dimensions_map={"ses:configuration-set": self._data.mail.configuration_set_name},
            statistic="Average",
            period=HOUR,
        )
