"""The functions that answer people, behind one HTTP API whose routes are those of the Chalice apps."""

import importlib
from collections.abc import Iterator
from typing import Any, Final

from aws_cdk import Acknowledgment, CfnOutput, Stack, Validations
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions import FUNCTIONS, Function
from infra.parameters import Parameters
from infra.stacks.certificates import certificate
from infra.stacks.data import DataStack
from infra.stacks.function import FunctionMaker, construct_name
from infra.throttles import ORDINARY, Throttle, throttle_of

# The respondents' function: no log of single requests, and snapshots, because a whole class opens it at once.
ANONYMOUS: Final = "survey"


class ApiStack(Stack):
    """Functions register, exercise, survey and report, and their routes."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parameters: Parameters,
        data: DataStack,
        build_report: sfn.IStateMachine,
        static_path: str,
        wheels: bool,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        self.certificate = certificate(self, parameters.api_domain, parameters.api_certificate_arn, public=False)
        self.api, self.stage = self._http_api(parameters)
        self.functions: dict[str, lambda_.Function] = {}
        maker = FunctionMaker(self, parameters=parameters, data=data, static_path=static_path, wheels=wheels)
        for function in (function for function in FUNCTIONS if function.serves_http):
            made = maker.make(
                function,
                anonymous=function.name == ANONYMOUS,
                starts=build_report if function.name == "report" else None,
            )
            self.functions[function.name] = made
            self._add_routes(function, made)

    def _http_api(self, parameters: Parameters) -> tuple[apigateway.HttpApi, apigateway.HttpStage]:
        domain = apigateway.DomainName(
            self,
            "Domain",
            domain_name=parameters.api_domain,
            certificate=self.certificate,
            security_policy=apigateway.SecurityPolicy.TLS_1_2,
        )
        # The CDN comes by the domain above; the address that AWS would give the API answers nobody.
        api = apigateway.HttpApi(
            self, "Api", api_name=self.stack_name, create_default_stage=False, disable_execute_api_endpoint=True
        )
        stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=ORDINARY.rate, burst_limit=ORDINARY.burst),
            domain_mapping=apigateway.DomainMappingOptions(domain_name=domain),
        )
        Validations.of(stage).acknowledge(
            *(
                Acknowledgment(
                    id=rule,
                    reason="Anonymity: an access log would hold addresses and times of submissions, and is per stage.",
                )
                for rule in ("AwsSolutions-APIG1", "Serverless-APIGWAccessLogging")
            )
        )
        CfnOutput(
            self,
            "ApiTarget",
            value=domain.regional_domain_name,
            description=f"{parameters.api_domain} must be a CNAME of this",
        )
        return api, stage

    def _add_routes(self, function: Function, made: lambda_.Function) -> None:
        handler: lambda_.IFunction = made
        if function.name == ANONYMOUS:
            # Snapshots are taken of published versions alone, and this is one.
            Validations.of(made).acknowledge(
                Acknowledgment(
                    id="Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish",
                    reason="Routes lead to an alias of a published version.",
                )
            )
            handler = lambda_.Alias(
                self, f"{construct_name(function.name)}Live", alias_name="live", version=made.current_version
            )
        integration = integrations.HttpLambdaIntegration(
            f"{construct_name(function.name)}Integration",
            handler,
            # Chalice reads events of REST APIs, which is what this format is.
            payload_format_version=apigateway.PayloadFormatVersion.VERSION_1_0,
        )
        for method, path in routes_of(function):
            throttle = throttle_of(function, method, path)
            for route in self.api.add_routes(
                path=path, methods=[apigateway.HttpMethod[method]], integration=integration
            ):
                if throttle != ORDINARY:
                    self._bound(route, f"{method} {path}", throttle)
                Validations.of(route).acknowledge(
                    Acknowledgment(
                        id="AwsSolutions-APIG4",
                        reason="Respondents do not sign in; coordinators' routes check the session cookie themselves.",
                    )
                )

    def _bound(self, route: apigateway.HttpRoute, key: str, throttle: Throttle) -> None:
        """Give a route a bound of its own; the stage has to wait for the route, whose key it names."""
        stage = self.stage.node.default_child
        assert isinstance(stage, apigateway.CfnStage)
        in_a_path = key.replace(".", "\\.")
        stage.add_property_override(
            f"RouteSettings.{in_a_path}", {"ThrottlingRateLimit": throttle.rate, "ThrottlingBurstLimit": throttle.burst}
        )
        self.stage.node.add_dependency(route)


def routes_of(function: Function) -> Iterator[tuple[str, str]]:
    """Read method and path of each route from the function's own Chalice app."""
    app = getattr(importlib.import_module(f"functions.{function.folder}.app"), function.handler)
    for path, methods in sorted(app.routes.items()):
        for method in sorted(methods):
            yield method, path
