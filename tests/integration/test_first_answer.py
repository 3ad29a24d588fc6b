"""What respondents do not wait for: the libraries that cost a cold start most are not imported for a first page.

The time itself is measured by ``bench/fresh_process.py``; a test that measures time fails for other reasons.
"""

import json
import os
import subprocess
import sys

from infra.local.dynamodb import Database

SLOW = ("pydantic", "boto3", "aws_lambda_powertools", "openpyxl", "fpdf")
CHILD = """
import json, sys
from functions.survey.app import app
event = {
    "path": "/s/no-such-link",
    "httpMethod": "GET",
    "headers": {},
    "multiValueQueryStringParameters": None,
    "pathParameters": {"link": "no-such-link"},
    "stageVariables": None,
    "requestContext": {"resourcePath": "/s/{link}", "httpMethod": "GET"},
    "body": None,
    "isBase64Encoded": False,
}
print(json.dumps({"status": app(event, None)["statusCode"], "imported": list(sys.modules)}))
"""


def test_a_first_page_needs_no_slow_library(dynamodb: Database) -> None:
    environment = os.environ | {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb.endpoint,
        "EXERCISES_TABLE": dynamodb.exercises,
        "COUNTERS_TABLE": dynamodb.counters,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-c", CHILD]
    answer = json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert answer["status"] == 404
    assert "botocore" in answer["imported"]
    assert not set(SLOW) & set(answer["imported"])
