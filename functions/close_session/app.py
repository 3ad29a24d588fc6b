"""Tasks of the state machine ``close_session``."""

from dataclasses import asdict
from typing import Any

from functions.close_session import wiring
from functions.close_session.schemas import OneExercise
from selfie.http.app import make_app
from selfie.observability import log

app = make_app("close_session")


@app.lambda_function(name="list_due")
def list_due(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """List what is due by now, or where the list lies when it is long."""
    due = wiring.service().due()
    log("exercises due", exercises=due.number)
    return {"exercises": list(due.exercises), "parts": asdict(due.parts) if due.parts else {}}


@app.lambda_function(name="close_exercise")
def close_exercise(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Seal, publish, and say which report to build; ``report_name`` is null when there is none."""
    closing = wiring.service().close(OneExercise.model_validate(event).exercise)
    log("results published", exercise=closing.exercise_id)
    return {
        "exercise": closing.exercise_id,
        "locale": closing.locale,
        "attempt": closing.attempt,
        "report_name": closing.report_name,
    }


@app.lambda_function(name="finish_closing")
def finish_closing(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Mark the exercise as closed."""
    wiring.service().finish(OneExercise.model_validate(event).exercise)
    return {}
