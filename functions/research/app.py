"""Research data: what exercises contribute, what the operator releases, and the public register of releases."""

from typing import Any

from chalice.app import Response

from functions.research import wiring
from functions.research.schemas import OneExercise, ReleaseTask
from selfie.domain.research import Release
from selfie.http.app import make_app
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer
from selfie.observability import log

app = make_app("research")


@app.route("/api/research/releases", methods=["GET"])
@as_problem
def releases() -> Response:
    """Show the public register: what left, to whom and what for."""
    return json_answer({"releases": [_shown(release) for release in wiring.ledger().releases()]})


@app.lambda_function(name="contribute")
def contribute(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Contribute one exercise's published percentages."""
    contributed = wiring.contributing().contribute(OneExercise.model_validate(event).exercise)
    log("exercise contributed" if contributed else "exercise contributes nothing")
    return {}


@app.lambda_function(name="release")
def release(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Release a part of a session's table, or a linked study, and enter it into the public register."""
    made = wiring.releasing().release(ReleaseTask.model_validate(event).wanted)
    log("research data released", release=made.id, rows=made.rows)
    return {"folder": f"releases/{made.wanted.scope}/{made.id}/", **_shown(made)}


def _shown(release: Release) -> dict[str, Any]:
    wanted = release.wanted
    return {
        "id": release.id,
        "on": release.on.isoformat(),
        "recipient": wanted.recipient,
        "purpose": wanted.purpose,
        "session": wanted.session_id,
        "since": wanted.since,
        "country": wanted.country,
        "region": wanted.region,
        "levels": list(wanted.levels),
        "rows": release.rows,
        "schools": release.schools,
        "files": dict(release.files),
    }
