"""The roles of people who receive research data: organisers of a country or a region, and the controller who releases.

Where the files of a release lie says who may read them; nothing else of anything can be read with these roles.
"""

from typing import Any, Final

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.parameters import Parameters
from infra.stacks.data import DataStack
from infra.stacks.operators import role_of_people
from infra.stacks.workflows import WorkflowsStack

# What the controller starts by hand (docs/runbook/research-data.md).
BY_CONTROLLER: Final = ("release",)


class OrganisersStack(Stack):
    """A role for each organiser of the stage's parameters, and one for the controller; all with a second factor."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parameters: Parameters,
        data: DataStack,
        workflows: WorkflowsStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        self._data = data
        controller = self._role("Controller", "Releases research data and reads what was released", ["*"])
        called = [workflows.tasks[name].function_arn for name in BY_CONTROLLER]
        controller.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=called))
        for organiser in parameters.organisers:
            country, _, region = organiser.partition("/")
            # A country's organiser reads the releases of its regions too.
            places = [f"region/{country}/{region}/*"] if region else [f"country/{country}/*", f"region/{country}/*"]
            self._role(f"Organiser{country}{region}", f"Reads the research releases of {organiser}", places)

    def _role(self, name: str, description: str, places: list[str]) -> iam.Role:
        role = role_of_people(self, name, description)
        below = [f"releases/{place}" for place in places]
        bucket = self._data.research
        readable = [bucket.arn_for_objects(place) for place in below]
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=readable))
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:ListBucket"],
                resources=[bucket.bucket_arn],
                conditions={"StringLike": {"s3:prefix": below}},
            )
        )
        # Whatever a role is given later: of this bucket it reads these places, and of the keys it uses none.
        role.add_to_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY, actions=["s3:GetObject*", "s3:PutObject*"], not_resources=readable
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                actions=["kms:Decrypt", "kms:GenerateMac", "dynamodb:*", "secretsmanager:GetSecretValue"],
                resources=["*"],
            )
        )
        imported = self.resolve(self._data.export_value(bucket.bucket_arn))["Fn::ImportValue"]
        for place in below:
            Validations.of(role).acknowledge(
                Acknowledgment(
                    id=f"AwsSolutions-IAM5[Resource::{imported}/{place}]",
                    reason="Names of files are made as releases come; the place says whose they are.",
                )
            )
        return role
