"""The closing of exercises and the building of reports: state machines, their tasks, and the nightly schedule."""

import re
from collections.abc import Mapping
from typing import Any, Final

from aws_cdk import Acknowledgment, Duration, Fn, RemovalPolicy, Stack, TimeZone, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions import FUNCTIONS
from infra.packages import ROOT
from infra.parameters import Parameters
from infra.schedules import SCHEDULES, Schedule
from infra.stacks.data import DataStack
from infra.stacks.function import FunctionMaker, construct_name
from infra.stacks.mail_events import tell_of_mail

PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")


class WorkflowsStack(Stack):
    """The state machines as their files in ``statemachines/`` say, with real ARNs put in."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parameters: Parameters,
        data: DataStack,
        static_path: str,
        wheels: bool,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        maker = FunctionMaker(self, parameters=parameters, data=data, static_path=static_path, wheels=wheels)
        self.tasks = {function.name: maker.make(function) for function in FUNCTIONS if not function.serves_http}
        arns = {f"{construct_name(name)}FunctionArn": task.function_arn for name, task in self.tasks.items()}
        self.build_report = self._state_machine("build_report", arns)
        arns["BuildReportStateMachineArn"] = self.build_report.state_machine_arn
        self.close_session = self._state_machine("close_session", arns)
        self._allow_parts(data)
        self.end_accounts = self._state_machine("end_accounts", arns)
        self.missed_nights = sqs.Queue(
            self,
            "MissedNights",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(parameters.retention.missed_night_days),
        )
        Validations.of(self.missed_nights).acknowledge(
            Acknowledgment(id="AwsSolutions-SQS3", reason="This is the dead-letter queue."),
            Acknowledgment(id="Serverless-SQSRedrivePolicy", reason="This is the dead-letter queue."),
        )
        self._schedules()
        tell_of_mail(self, self.tasks["note_mail"], data, parameters.stage)

    def _state_machine(self, name: str, arns: Mapping[str, str]) -> sfn.StateMachine:
        text = (ROOT / "statemachines" / f"{name}.asl.json").read_text(encoding="utf-8")
        # A placeholder that nothing stands behind fails here, not at the first closing.
        used = {placeholder: arns[placeholder] for placeholder in PLACEHOLDER.findall(text)}
        role = iam.Role(
            self,
            f"{construct_name(name)}Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
        )
        functions = [arn for placeholder, arn in used.items() if placeholder.endswith("FunctionArn")]
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=functions))
        if machines := [arn for placeholder, arn in used.items() if placeholder.endswith("StateMachineArn")]:
            role.add_to_policy(iam.PolicyStatement(actions=["states:StartExecution"], resources=machines))
        machine = sfn.StateMachine(
            self,
            construct_name(name),
            definition_body=sfn.DefinitionBody.from_string(Fn.sub(text, used)),
            state_machine_type=sfn.StateMachineType.STANDARD,
            role=role,
            removal_policy=RemovalPolicy.RETAIN,
        )
        Validations.of(machine).acknowledge(
            Acknowledgment(
                id="AwsSolutions-SF1",
                reason="Standard runs keep their history for 90 days; a log needs a role for every log group.",
            ),
            *(
                Acknowledgment(id=rule, reason="Traces add nothing to the history and need a role on «*».")
                for rule in ("AwsSolutions-SF2", "Serverless-StepFunctionStateMachineXray")
            ),
        )
        return machine

    def _allow_parts(self, data: DataStack) -> None:
        """Let the closing of a large night read its list and start runs of itself."""
        machine = self.close_session.state_machine_arn
        runs = f"{Fn.join(':execution:', Fn.split(':stateMachine:', machine))}"
        parts = iam.Policy(
            self,
            "CloseInParts",
            roles=[self.close_session.role],
            statements=[
                iam.PolicyStatement(actions=["states:StartExecution"], resources=[machine]),
                # Runs of a Distributed Map are named after the machine and the map.
                iam.PolicyStatement(
                    actions=["states:DescribeExecution", "states:StopExecution"], resources=[f"{runs}/CloseInParts:*"]
                ),
                iam.PolicyStatement(actions=["s3:GetObject"], resources=[data.reports.arn_for_objects("due/*")]),
            ],
        )
        Validations.of(parts).acknowledge(
            Acknowledgment(id="AwsSolutions-IAM5", reason="Names of runs and of lists are made in the night.")
        )

    def _schedules(self) -> None:
        machines = {"close_session": self.close_session, "end_accounts": self.end_accounts}
        group = scheduler.ScheduleGroup(self, "Schedules", removal_policy=RemovalPolicy.DESTROY)
        for schedule in SCHEDULES:
            scheduler.Schedule(
                self,
                f"{construct_name(schedule.state_machine or schedule.function)}Schedule",
                schedule=scheduler.ScheduleExpression.expression(schedule.expression, TimeZone.of(schedule.time_zone)),
                schedule_group=group,
                time_window=scheduler.TimeWindow.off(),
                target=self._target(schedule, machines, self.tasks),
            )

    def _target(
        self,
        schedule: Schedule,
        machines: Mapping[str, sfn.StateMachine],
        tasks: Mapping[str, lambda_.Function],
    ) -> scheduler.IScheduleTarget:
        nothing = scheduler.ScheduleTargetInput.from_object({})
        # By then the next night, or the next hour, catches up.
        until, attempts = (Duration.hours(23), 185) if schedule.catches_up else (Duration.minutes(30), 5)
        if schedule.function:
            called = tasks[schedule.function]
            role = iam.Role(
                self,
                f"{construct_name(schedule.function)}ScheduleRole",
                assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"),
            )
            # What the library would allow is the function in every version.
            role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[called.function_arn]))
            role.add_to_policy(
                iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.missed_nights.queue_arn])
            )
            return targets.LambdaInvoke(
                called,
                role=role.without_policy_updates(),
                input=nothing,
                retry_attempts=attempts,
                max_event_age=until,
                dead_letter_queue=self.missed_nights,
            )
        return targets.StepFunctionsStartExecution(
            machines[schedule.state_machine],
            input=nothing,
            retry_attempts=attempts,
            max_event_age=until,
            dead_letter_queue=self.missed_nights,
        )
