"""An action plan as an Excel workbook: one sheet to follow the targets, one to follow the activities."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from selfie_reporting.plan_view import ObjectiveView, PlanView
from selfie_reporting.sheets import Book, Column, Value

DAY: Final = "yyyy-mm-dd"
FIGURE: Final = "0.0##"


def plan_workbook(view: PlanView, school: str) -> bytes:
    """Make the workbook."""
    return _PlanBook(view, school).content()


class _PlanBook(Book):
    def __init__(self, view: PlanView, school: str) -> None:
        super().__init__(view["locale"])
        self.view, self.school = view, school

    def content(self) -> bytes:
        view, _ = self.view, self.gettext
        title = _("Action plan of {school}: {area}, {school_year}").format(
            school=self.school, area=view["area"]["name"], school_year=view["school_year_name"]
        )
        self.describe(title, view["level_name"], _("Action plan"))
        latest = view["latest"]
        self.facts(
            _("About"),
            [
                (_("School"), self.school),
                (_("Area"), f"{view['area']['code']} {view['area']['name']}"),
                (_("School year"), view["school_year_name"]),
                (_("Education level"), view["level_name"]),
                (_("At the start"), view["start"]["name"]),
                (_("Now"), latest["name"] if latest else ""),
                (_("Empty cells"), _("No figure may be shown, or there is none.")),
            ],
        )
        self.sheet(_("Targets"), self._target_columns(), self._targets())
        self.sheet(_("Activities"), self._activity_columns(), self._activities())
        return self.saved()

    def _target_columns(self) -> Sequence[Column]:
        _ = self.gettext
        return (
            Column(_("Statement"), 34),
            Column(_("Objective"), 48),
            Column(_("How we measure it"), 44),
            Column(_("Options"), 36),
            Column(_("Note"), 36),
            Column(_("Who is asked"), 24),
            Column(_("Target"), 18),
            Column(_("Target: figure"), 12, FIGURE),
            Column(_("At the start"), 12, FIGURE),
            Column(_("Now"), 12, FIGURE),
            Column(_("Outcome"), 22),
        )

    def _targets(self) -> Iterator[Sequence[Value]]:
        for statement, objective in self._objectives():
            for entry in objective["measurements"]:
                # Percent stays a number of percent, as the target says it.
                yield (
                    statement,
                    objective["text"],
                    entry["what"],
                    "\n".join(entry["option_names"]),
                    entry["note"],
                    entry["unit_name"],
                    entry["said"],
                    entry["target"]["value"],
                    entry["start"],
                    entry["now"],
                    entry["outcome_name"],
                )

    def _activity_columns(self) -> Sequence[Column]:
        _ = self.gettext
        return (
            Column(_("Statement"), 34),
            Column(_("Objective"), 48),
            Column(_("Activity"), 48),
            Column(_("Resources"), 32),
            Column(_("Budget"), 16),
            Column(_("Who"), 28),
            Column(_("From"), 14, DAY),
            Column(_("By"), 14, DAY),
            Column(_("State"), 14),
        )

    def _activities(self) -> Iterator[Sequence[Value]]:
        for statement, objective in self._objectives():
            for entry in objective["activities"]:
                first, last = entry["first_day"], entry["last_day"]
                yield (
                    statement,
                    objective["text"],
                    entry["text"],
                    entry["resources"],
                    entry["budget"],
                    entry["persons"],
                    date.fromisoformat(first) if first else None,
                    date.fromisoformat(last) if last else None,
                    entry["status_name"],
                )

    def _objectives(self) -> Iterator[tuple[str, ObjectiveView]]:
        for entry in self.view["statements"]:
            name = entry["topic"] if entry["own"] else f"{entry['code']} {entry['topic']}"
            for objective in entry["objectives"]:
                yield name, objective
