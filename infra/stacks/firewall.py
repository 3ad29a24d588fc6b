"""The web firewall: bounds how often one link, and one address, may be asked for. It samples and logs nothing.

A firewall of the CDN lives in us-east-1. It counts in the memory of AWS, for some minutes; nothing of that can be read.
"""

from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.parameters import Parameters

RESPONDENTS: Final = "/s/"
WINDOW_S: Final = 300
# The largest school that answers all at once: 2,000 people, each opening every page of its link up to three times.
MOST_OF_ONE_PAGE: Final = 6_000
# All of them behind one address, each asking for eight pages and files, twice.
MOST_OF_ONE_ADDRESS: Final = 32_000
# A page that is asked for again by itself, see survey.js.
RETRY_AFTER_S: Final = 60


class FirewallStack(Stack):
    """Rules that every request passes before anything of ours sees it."""

    def __init__(self, scope: Construct, construct_id: str, *, parameters: Parameters, **options: Any) -> None:
        super().__init__(scope, construct_id, **options)
        self.firewall = wafv2.CfnWebACL(
            self,
            "Firewall",
            name=f"selfie-{parameters.stage}",
            scope="CLOUDFRONT",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            # Its count of passed requests would be a clock of submissions.
            visibility_config=_visibility("All", metrics=False),
            rules=[
                # One link under attack is closed for a while, and no other: a page of a link is a path.
                self._bound(
                    1,
                    "OnePage",
                    limit=MOST_OF_ONE_PAGE,
                    aggregate_key_type="CUSTOM_KEYS",
                    custom_keys=[
                        wafv2.CfnWebACL.RateBasedStatementCustomKeyProperty(
                            uri_path=wafv2.CfnWebACL.RateLimitUriPathProperty(text_transformations=_DECODED)
                        )
                    ],
                    scope_down_statement=wafv2.CfnWebACL.StatementProperty(
                        byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
                            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
                            positional_constraint="STARTS_WITH",
                            search_string=RESPONDENTS,
                            text_transformations=_DECODED,
                        )
                    ),
                ),
                self._bound(2, "OneAddress", limit=MOST_OF_ONE_ADDRESS, aggregate_key_type="IP"),
            ],
        )

    def _bound(self, priority: int, name: str, **statement: Any) -> wafv2.CfnWebACL.RuleProperty:
        later = wafv2.CfnWebACL.CustomResponseProperty(
            response_code=429,
            response_headers=[wafv2.CfnWebACL.CustomHTTPHeaderProperty(name="retry-after", value=str(RETRY_AFTER_S))],
        )
        return wafv2.CfnWebACL.RuleProperty(
            name=name,
            priority=priority,
            action=wafv2.CfnWebACL.RuleActionProperty(block=wafv2.CfnWebACL.BlockActionProperty(custom_response=later)),
            statement=wafv2.CfnWebACL.StatementProperty(
                rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                    evaluation_window_sec=WINDOW_S, **statement
                )
            ),
            # How much was turned away, and nothing of what passed.
            visibility_config=_visibility(name, metrics=True),
        )


# «%73» is the same as «s» to the API, and must be to the counting.
_DECODED: Final = [wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="URL_DECODE")]


def _visibility(name: str, *, metrics: bool) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=metrics, metric_name=name, sampled_requests_enabled=False
    )
