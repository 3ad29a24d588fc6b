"""Make a Lambda function of the list in ``infra.functions`` with its role, its log, its layers and its environment."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Final

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn

from infra.functions import Function
from infra.packages import ARCHITECTURE, LAYERS, RUNTIME, function_code, layer_code
from infra.parameters import Parameters
from infra.stacks.data import DataStack
from infra.stacks.permissions import permissions

EVERY_FOLDER: Final = ("STAGE", "SITE_URL", "LOCALES", "CALENDAR", "EXERCISES_TABLE")
# What the modules of a folder read beside that.
FOLDER_VARIABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "register": (
        "REGIONS",
        "STATIC_PATH",
        "MAIL_SENDER",
        "TOKEN_KEYS_SECRET",
        "MIGRATION_LAST_DAY",
        "OIDC_ISSUER",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET_NAME",
        "OIDC_ALGORITHM",
        "OIDC_CLIENT_AUTHENTICATION",
        "OIDC_ACCEPTED_ACR",
        "OIDC_MFA_BY_PROVIDER",
    ),
    "exercise": ("COUNTERS_TABLE", "TOKEN_KEYS_SECRET", "COUNCIL_COUNTRIES"),
    "survey": ("COUNTERS_TABLE", "TOKEN_KEYS_SECRET", "STATIC_PATH"),
    "close_session": ("COUNTERS_TABLE", "KEYS_TABLE", "REPORTS_BUCKET"),
    "copies": ("COUNTERS_TABLE", "KEYS_TABLE", "COPIES_KEY"),
    "watch": ("COUNTERS_TABLE", "REPORTS_BUCKET"),
    "plan": ("STATIC_PATH",),
    "research": ("RESEARCH_BUCKET", "RESEARCH_SEAL_KEY", "RESEARCH_PSEUDONYM_KEY", "REGIONS"),
    "data_map": (),
    "badge": ("STATIC_PATH", "BADGE_KEYS"),
    "privacy": ("COUNTERS_TABLE", "KEYS_TABLE", "REPORTS_BUCKET", "RESEARCH_BUCKET", "MAIL_SENDER", "OPERATOR"),
    "report": ("REPORTS_BUCKET", "MAIL_SENDER", "TOKEN_KEYS_SECRET", "STATIC_PATH"),
}
LOG_DAYS: Final = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
}
# What lies in the bucket of research data.
RESEARCH_PREFIXES: Final = ("contributions", "frozen", "linked", "releases")
# Their START and REPORT lines of each call, which are INFO, would be a clock of submissions, or of who reads a plan.
RESPONDENTS: Final = frozenset({"survey", "participation_certificate", "community"})


class FunctionMaker:
    """Makes the functions of one stack.

    Every stack has layer versions of its own, made from the same asset: a version that one stack exports to another
    could never be replaced while it is in use.
    """

    def __init__(
        self, stack: Stack, *, parameters: Parameters, data: DataStack, static_path: str, wheels: bool
    ) -> None:
        self._stack = stack
        self._data = data
        self._permissions = permissions(data)
        self._values = _values(parameters, data, static_path)
        self._namespace = f"selfie-{parameters.stage}"
        self._log_days = LOG_DAYS[parameters.retention.log_days]
        self._layers = {
            name: lambda_.LayerVersion(
                stack,
                f"{name.capitalize()}Layer",
                code=layer_code(name, wheels=wheels),
                compatible_runtimes=[RUNTIME],
                compatible_architectures=[ARCHITECTURE],
                removal_policy=RemovalPolicy.RETAIN,  # functions that are rolled back still need the old version
            )
            for name in LAYERS
        }

    def make(
        self, function: Function, *, anonymous: bool = False, starts: sfn.IStateMachine | None = None
    ) -> lambda_.Function:
        """Make a function; ``starts`` is the state machine that it may start.

        An ``anonymous`` one starts from a snapshot, and keeps a log that tells nothing about single requests, as all
        functions of respondents do.
        """
        stack, name = self._stack, construct_name(function.name)
        log = logs.LogGroup(stack, f"{name}Log", retention=self._log_days, removal_policy=RemovalPolicy.DESTROY)
        logs.MetricFilter(
            stack,
            f"{name}Failures",
            log_group=log,
            # A failure that a function answers itself is none to Lambda.
            filter_pattern=logs.FilterPattern.string_value("$.level", "=", "ERROR"),
            metric_namespace=self._namespace,
            metric_name=f"Failures-{function.name}",
        )
        role = iam.Role(stack, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        # Streams within the function's own log group are what the last «*» stands for.
        role.add_to_policy(
            iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log.log_group_arn])
        )
        for statement in self._permissions[function.name]:
            role.add_to_policy(statement)
        environment = self._environment(function)
        if starts:
            role.add_to_policy(
                iam.PolicyStatement(actions=["states:StartExecution"], resources=[starts.state_machine_arn])
            )
            environment["BUILD_REPORT_ARN"] = starts.state_machine_arn
        level = "WARN" if anonymous or function.name in RESPONDENTS else "INFO"
        made = lambda_.Function(
            stack,
            name,
            description=f"{function.name} of {self._values['STAGE']}",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=function_code(function.folder),
            handler=function.entry,
            layers=[self._layers[name] for name in function.layers],
            role=role,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            system_log_level_v2=lambda_.SystemLogLevel[level],
            application_log_level_v2=lambda_.ApplicationLogLevel[level],
            memory_size=function.memory_mb,
            timeout=Duration.seconds(function.timeout_s),
            environment=environment,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if anonymous else None,
        )
        self._acknowledge(made, role)
        return made

    def _environment(self, function: Function) -> dict[str, str]:
        names = (*EVERY_FOLDER, *FOLDER_VARIABLES[function.folder])
        return {
            "POWERTOOLS_SERVICE_NAME": function.name,
            "POWERTOOLS_METRICS_NAMESPACE": self._namespace,
            **{name: self._values[name] for name in names},
        }

    def _acknowledge(self, function: lambda_.Function, role: iam.Role) -> None:
        Validations.of(function).acknowledge(
            Acknowledgment(
                id="AwsSolutions-L1", reason="The newest runtime that every wheel of the lockfiles is made for."
            ),
            Acknowledgment(
                id="Serverless-LambdaLatestVersion",
                reason="The newest runtime that every wheel of the lockfiles is made for.",
            ),
            Acknowledgment(
                id="Serverless-LambdaTracing",
                reason="Anonymity: a trace is a record of one request, with its time and what it touched.",
            ),
            Acknowledgment(
                id="Serverless-LambdaDLQ",
                reason="People and state machines wait for the answer; what the clock starts is due again if it fails.",
            ),
        )
        # The rule names a resource of another stack by its export.
        reports = self._stack.resolve(self._data.export_value(self._data.reports.bucket_arn))["Fn::ImportValue"]
        research = self._stack.resolve(self._data.export_value(self._data.research.bucket_arn))["Fn::ImportValue"]
        for prefix in (f"{reports}/reports", f"{reports}/due", *(f"{research}/{kind}" for kind in RESEARCH_PREFIXES)):
            Validations.of(role).acknowledge(
                Acknowledgment(
                    id=f"AwsSolutions-IAM5[Resource::{prefix}/*]", reason="Keys of objects are made as they come."
                )
            )


def construct_name(function_name: str) -> str:
    """Turn ``list_due`` into ``ListDue``."""
    return "".join(word.capitalize() for word in function_name.split("_"))


def calendar_json(parameters: Parameters) -> str:
    """Write the calendar as ``selfie.settings`` reads it."""
    return json.dumps([asdict(session) for session in parameters.calendar], default=date.isoformat)


def _values(parameters: Parameters, data: DataStack, static_path: str) -> Mapping[str, str]:
    agreed = parameters.identity_provider.profile
    return {
        "STAGE": parameters.stage,
        "SITE_URL": parameters.site_url,
        "STATIC_PATH": static_path,
        "LOCALES": " ".join(parameters.locales),
        "CALENDAR": calendar_json(parameters),
        "EXERCISES_TABLE": data.exercises.table_name,
        "COUNTERS_TABLE": data.counters.table_name,
        "KEYS_TABLE": data.keys.table_name,
        "COPIES_KEY": data.copies_key.key_arn,
        "REPORTS_BUCKET": data.reports.bucket_name,
        "REGIONS": json.dumps(parameters.regions, ensure_ascii=False),
        "RESEARCH_BUCKET": data.research.bucket_name,
        "RESEARCH_SEAL_KEY": data.research_seal_key.key_arn,
        "RESEARCH_PSEUDONYM_KEY": data.research_pseudonym_key.key_arn,
        "MAIL_SENDER": parameters.mail_sender,
        "BADGE_KEYS": " ".join(key.key_arn for key in data.badge_keys),
        "OPERATOR": parameters.operator.name,
        "TOKEN_KEYS_SECRET": data.token_keys.secret_name,
        "MIGRATION_LAST_DAY": parameters.migration_last_day.isoformat(),
        "COUNCIL_COUNTRIES": " ".join(parameters.council_countries),
        "OIDC_ISSUER": data.oidc_issuer,
        "OIDC_CLIENT_ID": data.oidc_client_id,
        "OIDC_CLIENT_SECRET_NAME": data.oidc_client_secret.secret_name,
        "OIDC_ALGORITHM": agreed.algorithm,
        "OIDC_CLIENT_AUTHENTICATION": agreed.client_authentication,
        "OIDC_ACCEPTED_ACR": " ".join(agreed.accepted_acr),
        "OIDC_MFA_BY_PROVIDER": str(agreed.mfa_by_provider).lower(),
    }
