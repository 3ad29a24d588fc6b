"""What Amazon SES tells of e-mails reaches the function that notes it, cut down to what it needs, and lies nowhere."""

import json

from functions.watch.schemas import MailEvent
from selfie.domain.mailbox import Outcome
from tests.infra.conftest import Cloud, Json

# As in Amazon's documentation, «Examples of event data that Amazon SES publishes», shortened.
BOUNCE = {
    "eventType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": "office@school.example", "action": "failed", "status": "5.1.1"}],
    },
    "mail": {"commonHeaders": {"subject": "Results of Riverside School"}},
}
COMPLAINT = {
    "eventType": "Complaint",
    "complaint": {"complainedRecipients": [{"emailAddress": "office@school.example"}]},
    "mail": BOUNCE["mail"],
}
DELIVERY = {"eventType": "Delivery", "delivery": {"recipients": ["office@school.example"]}, "mail": BOUNCE["mail"]}
TOLD = {
    "Email Bounced": (BOUNCE, Outcome.BOUNCED),
    "Email Complaint Received": (COMPLAINT, Outcome.UNWANTED),
    "Email Delivered": (DELIVERY, Outcome.DELIVERED),
}


def passed_on(transformer: Json, detail: Json) -> str:
    """Fill in an event as the event bus does: texts in their quotation marks, all else as JSON."""
    template: str = transformer["InputTemplate"]
    for name, path in transformer["InputPathsMap"].items():
        found: object = {"detail": detail}
        for part in path.removeprefix("$.").split("."):
            assert isinstance(found, dict)
            found = found[part]
        template = template.replace(f"<{name}>", json.dumps(found))
    return template


def test_every_kind_of_event_of_this_stage_is_passed_on_without_subject_or_sender(cloud: Cloud) -> None:
    rules = [rule["Properties"] for rule in cloud.resources("workflows", "AWS::Events::Rule").values()]
    assert sorted(kind for rule in rules for kind in rule["EventPattern"]["detail-type"]) == sorted(TOLD)
    for rule in rules:
        assert rule["EventPattern"]["detail"] == {"mail": {"tags": {"ses:configuration-set": ["selfie-trial"]}}}
        (target,) = rule["Targets"]
        assert cloud.name("workflows", target["Arn"]).startswith("NoteMail")
        detail, outcome = TOLD[rule["EventPattern"]["detail-type"][0]]
        given = passed_on(target["InputTransformer"], detail)
        assert "Riverside" not in given
        event = MailEvent.model_validate_json(given)
        assert (event.outcome, event.recipients) == (outcome, ("office@school.example",))


def test_all_mail_of_the_stage_is_told_about(cloud: Cloud) -> None:
    identity = cloud.one("data", "AWS::SES::EmailIdentity")
    (mail,) = cloud.resources("data", "AWS::SES::ConfigurationSet")
    assert identity["ConfigurationSetAttributes"] == {"ConfigurationSetName": {"Ref": mail}}
    settings = cloud.one("data", "AWS::SES::ConfigurationSet")
    # Whoever asks for mail gets it: nothing is held back by a list that we cannot show to anybody.
    assert settings["SuppressionOptions"] == {"SuppressedReasons": []}
    assert settings["ReputationOptions"] == {"ReputationMetricsEnabled": True}
    told = cloud.one("workflows", "AWS::SES::ConfigurationSetEventDestination")["EventDestination"]
    assert sorted(told["MatchingEventTypes"]) == ["bounce", "complaint", "delivery"]
    assert told["EventBridgeDestination"]["EventBusArn"]


def test_what_is_told_is_dropped_after_an_hour_and_put_into_no_queue(cloud: Cloud) -> None:
    for rule in cloud.resources("workflows", "AWS::Events::Rule").values():
        (target,) = rule["Properties"]["Targets"]
        assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 2}
        assert "DeadLetterConfig" not in target
    tries = cloud.one("workflows", "AWS::Lambda::EventInvokeConfig")
    assert (tries["MaximumEventAgeInSeconds"], tries["MaximumRetryAttempts"]) == (3600, 2)
    assert "DestinationConfig" not in tries
    assert not cloud.resources("workflows", "AWS::Events::Archive")
