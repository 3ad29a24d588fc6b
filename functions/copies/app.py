"""The nightly copying of open tallies, and their restoring, which is started by hand (docs/runbook)."""

from collections.abc import Callable
from typing import Any

from functions.copies import wiring
from functions.copies.service import Done
from selfie.http.app import make_app
from selfie.observability import count, log, log_failure

app = make_app("copies")


class SomeFailed(Exception):
    """The tallies of some exercises were not dealt with; the log says where it failed. Doing it again does no harm."""


@app.lambda_function(name="copy_tallies")
def copy_tallies(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Copy what may be copied, and tell of tallies that are lost."""
    done, failed = _with_each(wiring.service().copy)
    log("tallies copied", tallies=done.written, lost=done.left)
    if done.left:
        count("LostTallies", done.left)
    if failed:
        raise SomeFailed
    return {}


@app.lambda_function(name="restore_tallies")
def restore_tallies(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """After a loss of the Counters table: make the tallies of open exercises again; no answer holds a count."""
    done, failed = _with_each(wiring.service().restore)
    log("tallies restored", tallies=done.written, waiting=done.left)
    if failed:
        raise SomeFailed
    return {"tallies": done.written, "waiting": done.left}


def _with_each(act: Callable[[str], Done]) -> tuple[Done, int]:
    """Deal with each exercise, whatever happens with the others; count those that failed."""
    done, failed = Done(), 0
    for exercise_id in wiring.service().activated():
        try:
            done += act(exercise_id)
        except Exception as error:  # noqa: BLE001  one that fails stops no other, and fails the whole at the end
            log_failure(error)
            failed += 1
    return done, failed
