"""An action plan as a PDF: to print, to hang up, to bring to a meeting."""

from collections.abc import Sequence
from typing import Final

from selfie.domain.action_plan import Outcome
from selfie_reporting.charts import AREA_COLOURS, INK, LINE, SOFT, SUNKEN, Anchor
from selfie_reporting.paper import BRAND, TOP, WARNING, WHITE, WIDTH, Paper
from selfie_reporting.plan_view import ActivityView, MeasurementView, ObjectiveView, PlannedStatementView, PlanView
from selfie_reporting.plan_words import plan_words
from selfie_reporting.words import words

# Columns of both tables: width and whether the words end there.
MEASURED: Final = (74.0, 32.0, 28.0, 22.0, 24.0)
ACTED: Final = (48.0, 30.0, 20.0, 27.0, 35.0, 20.0)
GAP: Final = 3.0
OUTCOME_COLOURS: Final = {Outcome.MET: "#1d6b3f", Outcome.CLOSER: "#1f4fa8", Outcome.NOT_MET: WARNING}


def plan_document(view: PlanView, school: str) -> bytes:
    """Make the document."""
    pdf = _PlanDocument(view, school)
    y = pdf.title_of_plan()
    for statement in view["statements"]:
        y = pdf.statement(y, statement)
    pdf.close_plan(y)
    return bytes(pdf.output())


class _PlanDocument(Paper):
    """A plan being written; ``table_head`` is of the table that goes on at the moment."""

    def __init__(self, view: PlanView, school: str) -> None:
        super().__init__(view["locale"], school, f"{view['level_name']} · {view['school_year_name']}")
        self.view, self.colour = view, AREA_COLOURS[view["area"]["code"]]
        self.table_head: tuple[Sequence[float], Sequence[str]] | None = None
        self.set_title(
            self.gettext("Action plan of {school}: {area}, {school_year}").format(
                school=school, area=view["area"]["name"], school_year=view["school_year_name"]
            )
        )
        self.set_subject(view["level_name"])
        self.running_title = view["area"]["name"]

    def header(self) -> None:
        """Head every page."""
        self.stripes()

    def footer(self) -> None:
        """Number every page."""
        self.page_number()

    def repeated(self, y: float) -> float:
        """Write the headings of the table that goes on here, if there is one."""
        return y if self.table_head is None else self.head(y, *self.table_head)

    def title_of_plan(self) -> float:
        """Say what this is, for whom and when."""
        self.add_page()
        y = TOP
        self.set_y(y)
        self.start_section(self.view["area"]["name"])
        self.box(0, y, 19, 19, self.colour, round_=3)
        with self.tagged("Artifact"):
            self.text_block(0, y + 2.6, 19, self.view["area"]["code"], 27, bold=True, colour=WHITE, align=Anchor.MIDDLE)
        about = f"{self.gettext('Action plan')} · {self.view['school_year_name']} · {self.view['level_name']}"
        self.text_block(24, y, WIDTH - 24, about, 10, colour=SOFT)
        with self.tagged("H1"):
            name = self.view["area"]["name"]
            height = self.text_block(24, y + 5.2, WIDTH - 24, name, 23, bold=True, colour=self.colour)
        y += max(22, 5.2 + height + 2)
        self.rule(y, self.colour, 0.6)
        y += 4
        made = self.gettext("Made from the results of {session}.").format(session=self.view["start"]["name"])
        y += self.text_block(0, y, WIDTH, made, 9.5, colour=SOFT)
        latest = self.view["latest"]
        if latest:
            seen = self.gettext("The newest figures are those of {session}.").format(session=latest["name"])
            y += self.text_block(0, y, WIDTH, seen, 9.5, colour=SOFT)
        return y + 5

    def statement(self, y: float, statement: PlannedStatementView) -> float:
        """Write what a statement says, and what the school wants to do about it."""
        wordings = [f"{words(self.locale).units[group]}: {text}" for group, text in statement["texts"].items()]
        indent = 0.0 if statement["own"] else 13.0
        height = self.height_of(WIDTH - 10 - indent, statement["topic"], 13, bold=True)
        height += sum(self.height_of(WIDTH - 10 - indent, text, 8.5) for text in wordings) + 9
        y = self.room_for(y, height + 30)
        self.box(0, y, WIDTH, height, SUNKEN, round_=2)
        below = y + 3.6
        with self.tagged("H2"):
            if indent:
                self.text_block(5, below, indent, statement["code"], 13, bold=True, colour=self.colour)
            below += self.text_block(5 + indent, below, WIDTH - 10 - indent, statement["topic"], 13, bold=True) + 1
        for text in wordings:
            below += self.text_block(5 + indent, below, WIDTH - 10 - indent, text, 8.5, colour=SOFT)
        y += height + 5
        if not statement["objectives"]:
            y = self.paragraph(y, self.gettext("No objective yet."), colour=SOFT)
        for place, objective in enumerate(statement["objectives"], start=1):
            y = self.objective(y, place, objective)
        return y + 3

    def objective(self, y: float, place: int, objective: ObjectiveView) -> float:
        """Write an objective, how it is measured and what is done for it."""
        title = self.gettext("Objective {number}").format(number=self.number(place))
        y = self.room_for(y, self.height_of(WIDTH - 6, objective["text"], 11.5) + 30)
        top = y
        with self.tagged("H3"):
            y += self.text_block(6, y, WIDTH - 6, title, 9, bold=True, colour=self.colour)
            y += self.text_block(6, y, WIDTH - 6, objective["text"], 11.5)
        self.box(0, top + 0.5, 1.6, y - top - 0.5, self.colour)
        y += 4
        if objective["measurements"]:
            y = self.measurements(y, objective["measurements"])
        if objective["activities"]:
            y = self.activities(y, objective["activities"])
        return y + 3

    def measurements(self, y: float, measurements: Sequence[MeasurementView]) -> float:
        """Write targets beside figures."""
        headings = (
            self.gettext("How we measure it"),
            self.gettext("Who is asked"),
            self.gettext("Target"),
            self.gettext("At the start"),
            self.gettext("Now"),
        )
        rows = [
            [
                "\n".join([entry["what"], *(f"• {name}" for name in entry["option_names"]), entry["note"]]).rstrip(),
                entry["unit_name"],
                entry["said"],
                entry["start_said"],
                "\n".join(filter(None, [entry["now_said"] or "–", _said_of(entry)])),
            ]
            for entry in measurements
        ]
        colours = [
            OUTCOME_COLOURS.get(Outcome(entry["outcome"]), INK) if entry["outcome"] else INK for entry in measurements
        ]
        return self.table(y, MEASURED, headings, rows, colours)

    def activities(self, y: float, activities: Sequence[ActivityView]) -> float:
        """Write what is done, with what, by whom and when."""
        headings = (
            self.gettext("Activity"),
            self.gettext("Resources"),
            self.gettext("Budget"),
            self.gettext("Who"),
            self.gettext("When"),
            self.gettext("State"),
        )
        rows = [
            [
                entry["text"],
                entry["resources"],
                entry["budget"],
                entry["persons"],
                plan_words(self.locale).when(entry["first_day"], entry["last_day"]),
                entry["status_name"],
            ]
            for entry in activities
        ]
        return self.table(y, ACTED, headings, rows, [INK] * len(rows))

    def head(self, y: float, widths: Sequence[float], headings: Sequence[str]) -> float:
        """Write the headings of a table."""
        x, height = (
            0.0,
            max(self.height_of(w - GAP, text, 7.5, bold=True) for w, text in zip(widths, headings, strict=True)),
        )
        with self.tagged("P"):
            for width, text in zip(widths, headings, strict=True):
                self.text_block(x, y, width - GAP, text, 7.5, bold=True, colour=SOFT)
                x += width
        y += height + 1.4
        self.rule(y, INK, 0.3)
        return y + 1.8

    def table(
        self,
        y: float,
        widths: Sequence[float],
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        colours: Sequence[str],
    ) -> float:
        """Write a table, its headings again on each page; ``colours`` are those of the last column."""
        y = self.room_for(y, 24)
        y = self.head(y, widths, headings)
        self.table_head = widths, headings
        for cells, colour in zip(rows, colours, strict=True):
            height = max(self.height_of(w - GAP, cell, 9) for w, cell in zip(widths, cells, strict=True))
            y = self.room_for(y, height + 3)
            x = 0.0
            with self.tagged("P"):
                for place, (width, cell) in enumerate(zip(widths, cells, strict=True), start=1):
                    self.text_block(x, y, width - GAP, cell, 9, colour=colour if place == len(cells) else INK)
                    x += width
            y += height + 1.6
            self.rule(y, LINE)
            y += 1.8
        self.table_head = None
        return y + 3

    def close_plan(self, y: float) -> None:
        """Say how to read targets."""
        note = self.gettext(
            "Figures are an indication of how people at the school see it, not a verdict. "
            "«No figure» means that too few people answered to show one."
        )
        y = self.room_for(y, self.height_of(WIDTH, note, 8.5) + 4)
        self.text_block(0, y, WIDTH, note, 8.5, colour=BRAND)


def _said_of(entry: MeasurementView) -> str:
    return entry["outcome_name"] if entry["outcome"] not in (None, Outcome.NO_FIGURE) else ""
