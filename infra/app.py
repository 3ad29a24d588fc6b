"""Put the stacks of one stage together; ``cdk`` runs this module, see ``cdk.json``.

Context: ``-c stage=trial`` chooses the file in ``infra/parameters``; ``-c wheels=false`` leaves the layers without
their wheels, for looking at templates without a network; ``-c nag=true`` checks AWS's own rules.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import App, Environment, Tags, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.packages import ROOT
from infra.parameters import Parameters
from infra.site import build_site
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.firewall import FirewallStack
from infra.stacks.monitoring import EdgeMonitoringStack, MonitoringStack
from infra.stacks.operators import OperatorsStack
from infra.stacks.organisers import OrganisersStack
from infra.stacks.web import WebStack
from infra.stacks.workflows import WorkflowsStack


@dataclass(frozen=True, slots=True)
class Stacks:
    """The stacks of a stage, those that change least first."""

    data: DataStack
    workflows: WorkflowsStack
    api: ApiStack
    firewall: FirewallStack
    web: WebStack
    monitoring: MonitoringStack
    edge: EdgeMonitoringStack
    operators: OperatorsStack
    organisers: OrganisersStack


class ExampleValues(Exception):
    """A stage cannot be deployed with the values that its file was delivered with."""

    def __init__(self, stage: str, names: Sequence[str]) -> None:
        super().__init__(
            f"infra/parameters/{stage}.toml still has example values: {', '.join(names)}. Put your own there and try "
            "again. To look at the templates without deploying: make synth"
        )


def add_stacks(app: App, site: Path) -> Stacks:
    """Build the site into a folder and add the stacks of the stage that the context names.

    Raise ExampleValues when they are to be deployed and the stage's file still has what it was delivered with.
    """
    parameters = Parameters.of_stage(app.node.try_get_context("stage") or "trial")
    wheels = app.node.try_get_context("wheels") != "false"
    if app.node.try_get_context("nag") == "true":
        Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    if wheels and (examples := parameters.examples()):
        raise ExampleValues(parameters.stage, examples)
    static_path = build_site(
        site,
        site_url=parameters.site_url,
        security_contact=parameters.security_contact,
        operator=parameters.operator,
    )

    prefix = f"selfie-{parameters.stage}"
    environment = Environment(account=os.environ.get("CDK_DEFAULT_ACCOUNT"), region=parameters.region)
    data = DataStack(app, f"{prefix}-data", parameters=parameters, env=environment)
    workflows = WorkflowsStack(
        app,
        f"{prefix}-workflows",
        parameters=parameters,
        data=data,
        static_path=static_path,
        wheels=wheels,
        env=environment,
    )
    api = ApiStack(
        app,
        f"{prefix}-api",
        parameters=parameters,
        data=data,
        build_report=workflows.build_report,
        static_path=static_path,
        wheels=wheels,
        env=environment,
    )
    # Where the CDN looks for its firewall and its certificate.
    at_the_edge = Environment(account=environment.account, region="us-east-1")
    firewall = FirewallStack(
        app,
        f"{prefix}-firewall",
        parameters=parameters,
        env=at_the_edge,
        cross_region_references=True,
    )
    web = WebStack(
        app,
        f"{prefix}-web",
        parameters=parameters,
        site=site,
        firewall=firewall,
        env=environment,
        cross_region_references=True,
    )
    api.add_stack_dependency(web)  # a questionnaire names static files of its own build: they come first
    monitoring = MonitoringStack(
        app,
        f"{prefix}-monitoring",
        parameters=parameters,
        data=data,
        api=api,
        web=web,
        workflows=workflows,
        env=environment,
    )
    edge = EdgeMonitoringStack(
        app, f"{prefix}-edge", parameters=parameters, certificate=firewall.certificate, env=at_the_edge
    )
    operators = OperatorsStack(
        app, f"{prefix}-operators", stage=parameters.stage, data=data, workflows=workflows, env=environment
    )
    organisers = OrganisersStack(
        app, f"{prefix}-organisers", parameters=parameters, data=data, workflows=workflows, env=environment
    )
    Tags.of(app).add("stage", parameters.stage)
    return Stacks(data, workflows, api, firewall, web, monitoring, edge, operators, organisers)


if __name__ == "__main__":
    cdk_app = App(analytics_reporting=False)
    add_stacks(cdk_app, ROOT / "build" / "site")
    cdk_app.synth()
