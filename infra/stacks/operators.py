"""The roles of people who run the service: they deploy and help, and see no result, no count, no document, no secret.

Whoever deploys could deploy code that looks: docs/privacy.md says so openly. Deployments are reviewed and recorded.
"""

from typing import Any, Final

from aws_cdk import Acknowledgment, Duration, Stack, Validations
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.stacks.data import DataStack
from infra.stacks.workflows import WorkflowsStack

# Everything that reads, writes or takes away an item, in any table: a restored one has another name.
ITEMS: Final = (
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:CreateBackup",
    "dynamodb:DeleteItem",
    "dynamodb:ExportTableToPointInTime",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:PartiQL*",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
)
# What would let a role give itself more, or read by another way.
AROUND: Final = (
    "dynamodb:DeleteResourcePolicy",
    "dynamodb:EnableKinesisStreamingDestination",
    "dynamodb:PutResourcePolicy",
    "iam:AttachRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
)
BY_SUPPORT: Final = ("support_look", "end_sessions")
BY_DEPLOYER: Final = ("support_look", "end_sessions", "replay_erasures", "restore_tallies", "skip_badge_numbers")


class OperatorsStack(Stack):
    """Two roles that people of the account take on with a second factor."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        data: DataStack,
        workflows: WorkflowsStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        self.support = role_of_people(
            self, "Support", "Looks for faults and helps schools; sees nothing that a school stores"
        )
        self.deployer = role_of_people(
            self, "Deployer", "Deploys by CDK and restores tables; reads nothing that is in them"
        )
        self._may_see_that_it_works(self.support)
        self._may_see_that_it_works(self.deployer)
        nightly = [workflows.close_session, workflows.end_accounts]
        for role, names in ((self.support, BY_SUPPORT), (self.deployer, BY_DEPLOYER)):
            by_hand = [workflows.tasks[name].function_arn for name in names]
            role.add_to_policy(_allow(["lambda:InvokeFunction"], by_hand))
            role.add_to_policy(_allow(["states:StartExecution"], [machine.state_machine_arn for machine in nightly]))
            role.add_to_policy(_allow(["sqs:ReceiveMessage", "sqs:PurgeQueue"], [workflows.missed_nights.queue_arn]))
            self._may_not_see(role, data, by_hand)
        # CDK deploys by roles of its own, which it makes once for each account.
        self.deployer.add_to_policy(
            _allow(
                ["sts:AssumeRole"], [self.format_arn(service="iam", region="", resource="role", resource_name="cdk-*")]
            )
        )
        self.deployer.add_to_policy(
            _allow(
                ["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:RestoreTableToPointInTime"],
                [
                    data.exercises.table_arn,
                    self.format_arn(service="dynamodb", resource="table", resource_name=f"{restored_table(stage)}*"),
                ],
            )
        )
        self._acknowledge(stage)

    def _may_see_that_it_works(self, role: iam.Role) -> None:
        role.add_to_policy(
            _allow(
                [
                    "cloudformation:ListStackResources",
                    "cloudwatch:DescribeAlarms",
                    "cloudwatch:GetDashboard",
                    "cloudwatch:GetMetricData",
                    "cloudwatch:ListDashboards",
                    "cloudwatch:ListMetrics",
                    "logs:DescribeLogGroups",
                    "logs:FilterLogEvents",
                    "logs:GetLogEvents",
                    "scheduler:ListSchedules",
                    "states:DescribeExecution",
                    "states:GetExecutionHistory",
                    "states:ListExecutions",
                    "states:ListStateMachines",
                ],
                ["*"],
            )
        )

    def _may_not_see(self, role: iam.Role, data: DataStack, by_hand: list[str]) -> None:
        role.add_to_policy(_deny(ITEMS, ["*"]))
        role.add_to_policy(_deny(AROUND, ["*"]))
        for bucket in (data.reports, data.research):
            role.add_to_policy(_deny(["s3:GetObject*"], [bucket.arn_for_objects("*")]))
        role.add_to_policy(
            _deny(["secretsmanager:GetSecretValue", "kms:Decrypt", "kms:GenerateDataKey*", "kms:GenerateMac"], ["*"])
        )
        # The other functions answer coordinators and state machines; called by hand they would show a school's data.
        role.add_to_policy(
            iam.PolicyStatement(effect=iam.Effect.DENY, actions=["lambda:InvokeFunction"], not_resources=by_hand)
        )

    def _acknowledge(self, stage: str) -> None:
        for role in (self.support, self.deployer):
            Validations.of(role).acknowledge(
                Acknowledgment(
                    id="AwsSolutions-IAM5[Resource::*]",
                    reason="Alarms, figures, logs and runs hold nothing of a school but random ids.",
                )
            )
        Validations.of(self.deployer).acknowledge(
            Acknowledgment(
                id="AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:role/cdk-*]",
                reason="The roles by which CDK deploys; their names hold a qualifier of the account.",
            ),
            Acknowledgment(
                id=f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:{self.region}:<AWS::AccountId>:table/"
                f"{restored_table(stage)}*]",
                reason="A table that was restored once may have to be restored again, beside itself.",
            ),
        )


def restored_table(stage: str) -> str:
    """Begin the name of what the Exercises table is restored to, beside the old one."""
    return f"selfie-{stage}-restored-exercises"


def role_of_people(stack: Stack, name: str, description: str) -> iam.Role:
    """Make a role that people of the account take on for an hour, with a second factor."""
    return iam.Role(
        stack,
        name,
        description=description,
        assumed_by=iam.AccountPrincipal(stack.account).with_conditions(
            {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        ),
        max_session_duration=Duration.hours(1),
    )


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)


def _deny(actions: list[str] | tuple[str, ...], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(effect=iam.Effect.DENY, actions=list(actions), resources=resources)
