"""The web firewall: bounds how often one link, and one address, may be asked for. It samples and logs nothing.

A firewall of the CDN lives in us-east-1, as does the CDN's certificate. It counts in the memory of AWS, for some
minutes; nothing of that can be read.

Of AWS's own groups of rules only that of known bad inputs is taken. Its common rules read bodies and refuse honest
answers («<», long texts) and whoever has a browser without a name; its lists of addresses would shut out a school for
what somebody else did behind the same address. Bodies are bounded where they are read (``respondent_request.js``,
``selfie.http``).
"""

from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.parameters import Parameters
from infra.stacks.certificates import certificate

RESPONDENTS: Final = "/s/"
WINDOW_S: Final = 300
BAD_INPUTS: Final = "AWSManagedRulesKnownBadInputsRuleSet"
# The largest school, all at once behind one address: 2,000 people, each opening every page of its link three times.
# Whoever asks for more is turned away from this link, and from nothing else.
MOST_OF_ONE_ADDRESS_AT_ONE_PAGE: Final = 6_000
# From all addresses together: the school and four who attack it, a tenth of what the API gives to one route.
MOST_OF_ONE_PAGE: Final = 30_000
# A school of 2,000 again, each asking for eight pages and files, twice.
MOST_OF_ONE_ADDRESS: Final = 32_000
# A page that is asked for again by itself, see survey.js.
RETRY_AFTER_S: Final = 60


class FirewallStack(Stack):
    """Rules that every request passes before anything of ours sees it, and the certificate of the site."""

    def __init__(self, scope: Construct, construct_id: str, *, parameters: Parameters, **options: Any) -> None:
        super().__init__(scope, construct_id, **options)
        self.certificate = certificate(self, parameters.domain, parameters.certificate_arn)
        self.firewall = wafv2.CfnWebACL(
            self,
            "Firewall",
            name=f"selfie-{parameters.stage}",
            scope="CLOUDFRONT",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            # Its count of passed requests would be a clock of submissions.
            visibility_config=_visibility("All", metrics=False),
            rules=[
                # A page of a link is a path. An attack on one from a few addresses closes it for them; one from many
                # closes this link for a while; no other link notices.
                self._bound(
                    1,
                    "OneAddressAtOnePage",
                    limit=MOST_OF_ONE_ADDRESS_AT_ONE_PAGE,
                    aggregate_key_type="CUSTOM_KEYS",
                    custom_keys=[_BY_PATH, _BY_ADDRESS],
                    scope_down_statement=_OF_RESPONDENTS,
                ),
                self._bound(
                    2,
                    "OnePage",
                    limit=MOST_OF_ONE_PAGE,
                    aggregate_key_type="CUSTOM_KEYS",
                    custom_keys=[_BY_PATH],
                    scope_down_statement=_OF_RESPONDENTS,
                ),
                self._bound(3, "OneAddress", limit=MOST_OF_ONE_ADDRESS, aggregate_key_type="IP"),
                wafv2.CfnWebACL.RuleProperty(
                    name=BAD_INPUTS,
                    priority=4,
                    override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
                    statement=wafv2.CfnWebACL.StatementProperty(
                        managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                            vendor_name="AWS", name=BAD_INPUTS
                        )
                    ),
                    visibility_config=_visibility("KnownBadInputs", metrics=True),
                ),
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
_BY_PATH: Final = wafv2.CfnWebACL.RateBasedStatementCustomKeyProperty(
    uri_path=wafv2.CfnWebACL.RateLimitUriPathProperty(text_transformations=_DECODED)
)
_BY_ADDRESS: Final = wafv2.CfnWebACL.RateBasedStatementCustomKeyProperty(ip={})
_OF_RESPONDENTS: Final = wafv2.CfnWebACL.StatementProperty(
    byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
        field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
        positional_constraint="STARTS_WITH",
        search_string=RESPONDENTS,
        text_transformations=_DECODED,
    )
)


def _visibility(name: str, *, metrics: bool) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=metrics, metric_name=name, sampled_requests_enabled=False
    )
