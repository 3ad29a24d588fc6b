"""What looks after the others: whether nights and reports got done, and whether e-mails arrive."""

from typing import Any, Final

from functions.watch import wiring
from functions.watch.schemas import MailEvent
from selfie.domain.errors import AlreadySent
from selfie.domain.mailbox import Outcome
from selfie.domain.totals import Totals
from selfie.http.app import make_app
from selfie.observability import count, log, publish

app = make_app("watch")

FIGURES: Final = {
    Outcome.DELIVERED: "MailDelivered",
    Outcome.BOUNCED: "MailBounced",
    Outcome.MISSED: "MailMissed",
    Outcome.UNWANTED: "MailUnwanted",
}


@app.lambda_function(name="watch_hourly")
def watch_hourly(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Publish what is late as figures, and the totals of nights once they are of enough exercises."""
    seen = wiring.watch().look()
    for exercise_id in seen.overdue:
        log("exercise not closed", exercise=exercise_id)
    for exercise_id, locale in seen.stuck:
        log("report given up", exercise=exercise_id, locale=locale)
    publish({"OverdueExercises": len(seen.overdue), "StuckReports": len(seen.stuck)})
    if seen.totals:
        _publish_totals(seen.totals)
    return {}


@app.lambda_function(name="note_mail")
def note_mail(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Note what became of an e-mail; whose it was is in no line and no figure."""
    told = MailEvent.model_validate(event)
    wiring.post().note(told.recipients, told.outcome)
    count(FIGURES[told.outcome])
    return {}


def _publish_totals(totals: Totals) -> None:
    replayed = totals.refused[AlreadySent.code]
    publish(
        {
            "ExercisesClosed": totals.exercises,
            "SubmissionsRecorded": totals.submissions,
            "SubmissionsReplayed": replayed,
        }
    )
    for code, refused in totals.refused.items():
        if code != AlreadySent.code:
            publish({"SubmissionsRefused": refused}, reason=code)
