"""List the Lambda functions: the stacks deploy from it and the local run starts from it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function: ``folder`` below ``functions/``, ``handler`` in its ``app.py``."""

    name: str
    folder: str
    handler: str
    memory_mb: int
    timeout_s: int
    reporting: bool = False  # needs the reporting layer
    badge: bool = False  # needs the badge layer
    research: bool = False  # needs the research layer
    serves_http: bool = False

    @property
    def entry(self) -> str:
        """What Lambda calls, as a dotted name."""
        return f"functions.{self.folder}.app.{self.handler}"

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it is deployed with."""
        needed = {"reporting": self.reporting, "badge": self.badge, "research": self.research}
        return ("core", *(name for name, is_needed in needed.items() if is_needed))


FUNCTIONS: Final = (
    Function("register", "register", "app", memory_mb=1024, timeout_s=15, serves_http=True),
    Function("remind_schools", "register", "remind_schools", memory_mb=512, timeout_s=120),
    Function("exercise", "exercise", "app", memory_mb=1024, timeout_s=15, serves_http=True),
    Function("materials", "exercise", "materials", memory_mb=1769, timeout_s=28, reporting=True, serves_http=True),
    Function("survey", "survey", "app", memory_mb=1024, timeout_s=10, serves_http=True),
    Function("report", "report", "app", memory_mb=1769, timeout_s=28, reporting=True, serves_http=True),
    Function(
        "participation_certificate",
        "report",
        "certificate",
        memory_mb=1769,
        timeout_s=15,
        reporting=True,
        serves_http=True,
    ),
    Function("code_slips", "report", "code_slips", memory_mb=1769, timeout_s=28, reporting=True, serves_http=True),
    Function("privacy", "privacy", "app", memory_mb=1769, timeout_s=28, reporting=True, serves_http=True),
    Function("plan", "plan", "app", memory_mb=1769, timeout_s=28, reporting=True, serves_http=True),
    Function("community", "plan", "community", memory_mb=1024, timeout_s=15, reporting=True, serves_http=True),
    Function("data_map", "data_map", "app", memory_mb=1769, timeout_s=28, reporting=True, serves_http=True),
    Function("data_map_invited", "data_map", "invited", memory_mb=1024, timeout_s=15, reporting=True, serves_http=True),
    Function("badge", "badge", "app", memory_mb=1769, timeout_s=28, reporting=True, badge=True, serves_http=True),
    Function("research_register", "research", "app", memory_mb=512, timeout_s=10, serves_http=True),
    Function("list_due", "close_session", "list_due", memory_mb=512, timeout_s=60),
    Function("close_exercise", "close_session", "close_exercise", memory_mb=1024, timeout_s=60),
    Function("contribute", "research", "contribute", memory_mb=512, timeout_s=30),
    Function("finish_closing", "close_session", "finish_closing", memory_mb=512, timeout_s=15),
    Function("wait_for_results", "report", "wait_for_results", memory_mb=512, timeout_s=15),
    Function("render_document", "report", "render_document", memory_mb=1769, timeout_s=120, reporting=True),
    Function("record_report", "report", "record_report", memory_mb=512, timeout_s=15),
    Function("send_report", "report", "send_report", memory_mb=1024, timeout_s=60, reporting=True),
    Function("list_ending", "privacy", "list_ending", memory_mb=512, timeout_s=60),
    Function("end_account", "privacy", "end_account", memory_mb=1024, timeout_s=300),
    Function("note_mail", "watch", "note_mail", memory_mb=512, timeout_s=30),
    Function("watch_hourly", "watch", "watch_hourly", memory_mb=512, timeout_s=60),
    Function("delete_overdue", "privacy", "delete_overdue", memory_mb=1024, timeout_s=900),
    Function("copy_tallies", "copies", "copy_tallies", memory_mb=1024, timeout_s=900),
    # Started by hand: by the operator after a loss, by support, and by the controller (docs/runbook).
    Function("replay_erasures", "privacy", "replay_erasures", memory_mb=1024, timeout_s=900),
    Function("support_look", "privacy", "support_look", memory_mb=512, timeout_s=30),
    Function("end_sessions", "privacy", "end_sessions", memory_mb=512, timeout_s=30),
    Function("restore_tallies", "copies", "restore_tallies", memory_mb=1024, timeout_s=900),
    Function("release", "research", "release", memory_mb=3008, timeout_s=900, research=True),
    Function(
        "skip_badge_numbers", "badge", "skip_badge_numbers", memory_mb=1024, timeout_s=30, reporting=True, badge=True
    ),
    Function("revoke_badge", "badge", "revoke_badge", memory_mb=1024, timeout_s=30, reporting=True, badge=True),
)
