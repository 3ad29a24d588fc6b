"""Let Amazon SES tell a function of ours what became of each e-mail.

What SES tells holds addresses. It goes from SES by the account's event bus to the function: no queue of ours, no
archive, no log. Bus and Lambda try again for an hour when the function does not take it, then drop it; the next e-mail
tells the same.
"""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Acknowledgment, Duration, Stack, Validations
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ses as ses

from infra.stacks.data import DataStack

KEPT_AT_MOST: Final = Duration.hours(1)
ATTEMPTS: Final = 2
NO_QUEUE: Final = "A queue would keep addresses; the next e-mail tells the same."
# What is passed on of each kind of event, as functions/watch/schemas.py reads it: no subject, no sender, no time.
PASSED_ON: Final[Mapping[str, Mapping[str, str]]] = {
    "Email Bounced": {
        "kind": "bounce",
        "bounce": "$.detail.bounce.bounceType",
        "recipients": "$.detail.bounce.bouncedRecipients",
    },
    "Email Complaint Received": {"kind": "complaint", "recipients": "$.detail.complaint.complainedRecipients"},
    "Email Delivered": {"kind": "delivery", "recipients": "$.detail.delivery.recipients"},
}


def tell_of_mail(stack: Stack, function: lambda_.Function, data: DataStack, stage: str) -> None:
    """Have the function called for every e-mail of a stage that arrived, came back or was called unwanted."""
    ses.ConfigurationSetEventDestination(
        stack,
        "MailEvents",
        configuration_set=data.mail,
        destination=ses.EventDestination.event_bus(events.EventBus.from_event_bus_name(stack, "Bus", "default")),
        events=[ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT, ses.EmailSendingEvent.DELIVERY],
    )
    for number, (kind, passed_on) in enumerate(PASSED_ON.items(), 1):
        rule = events.Rule(
            stack,
            f"MailEvent{number}",
            event_pattern=events.EventPattern(
                source=["aws.ses"],
                detail_type=[kind],
                detail={"mail": {"tags": {"ses:configuration-set": [f"selfie-{stage}"]}}},
            ),
        )
        given = {
            name: events.EventField.from_path(value) if value.startswith("$") else value
            for name, value in passed_on.items()
        }
        rule.add_target(
            targets.LambdaFunction(
                function,
                event=events.RuleTargetInput.from_object(given),
                max_event_age=KEPT_AT_MOST,
                retry_attempts=ATTEMPTS,
            )
        )
        Validations.of(rule).acknowledge(Acknowledgment(id="Serverless-EventBusDLQ", reason=NO_QUEUE))
    tries = lambda_.EventInvokeConfig(
        stack, "MailEventsTries", function=function, max_event_age=KEPT_AT_MOST, retry_attempts=ATTEMPTS
    )
    Validations.of(tries).acknowledge(Acknowledgment(id="Serverless-LambdaAsyncFailureDestination", reason=NO_QUEUE))
