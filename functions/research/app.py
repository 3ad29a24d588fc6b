"""Tasks of research data: an exercise contributes in the night of its closing."""

from typing import Any

from chalice.app import Chalice

from functions.research import wiring
from functions.research.schemas import OneExercise
from selfie.observability import log

app = Chalice(app_name="research")


@app.lambda_function(name="contribute")
def contribute(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Contribute one exercise's published percentages."""
    contributed = wiring.contributing().contribute(OneExercise.model_validate(event).exercise)
    log("exercise contributed" if contributed else "exercise contributes nothing")
    return {}
