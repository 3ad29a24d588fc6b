"""The report as a PDF: the same figures and charts as on the page, made to be read, printed and projected.

``Paper`` has what all our documents are made of.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import accumulate
from typing import Final, NamedTuple

from fpdf.outline import OutlineSection

from selfie.i18n import format_period
from selfie_reporting.charts import (
    AREA_COLOURS,
    INK,
    OWN_COLOUR,
    SOFT,
    SUNKEN,
    UNIT_COLOURS,
    Anchor,
    Drawing,
    areas_chart,
    coded,
    mean_words,
    participation_chart,
    wheel_chart,
)
from selfie_reporting.comparison_view import ComparisonView, InsightsView
from selfie_reporting.document_findings import write_comparison, write_insights
from selfie_reporting.paper import BOTTOM, BRAND, FONT, MARGIN, TOP, WARNING, WHITE, WIDTH, Paper
from selfie_reporting.results_view import (
    AreaUnitView,
    AreaView,
    FigureView,
    ItemView,
    OptionView,
    OtherAreaView,
    ResultsView,
    StatementView,
    UnitView,
)

# Columns of the tables of statements, from the starting edge of the text.
WORDING: Final = (0.0, 79.0)
BAR: Final = (82.0, 34.0)
MEAN: Final = (116.5, 10.0)
ANSWERED: Final = (126.0, 11.5)
SHARES: Final = (140.0, 30.5)
NOT_APPLICABLE: Final = (170.5, 9.5)
# The widths of what is answered in the other areas.
OPTION: Final = 84.0
CHOICE: Final = 70.0
# The height of the running title and the headings on a page that goes on.
_CONTINUED: Final = 19.0
# The ends of the rating scale that bars are drawn on.
LOWEST: Final = 1


def chart_document(view: ResultsView, school: str, chart: Drawing) -> bytes:
    """Put one chart on a page of its own, to print or to project."""
    pdf = _Document(view, school)
    pdf.single_chart(chart)
    return bytes(pdf.output())


def document(
    view: ResultsView,
    school: str,
    found: InsightsView | None = None,
    compared: ComparisonView | None = None,
) -> bytes:
    """Make the complete report of an exercise; ``compared`` is with the exercise of the level before."""
    pdf = _Document(view, school)
    pdf.cover()
    pdf.contents()
    pdf.how_to_read()
    pdf.participation()
    pdf.overview()
    if found is not None:
        write_insights(pdf, view, found)
    for area in view["areas"]:
        pdf.area(area)
    pdf.wheels()
    pdf.own_statements()
    pdf.other_areas()
    if compared is not None:
        write_comparison(pdf, compared)
    pdf.about_the_questionnaire()
    pdf.open_answers()
    return bytes(pdf.output())


class _UnitRow(NamedTuple):
    """A row of a table of statements: what one unit was asked, and the height that takes."""

    unit: str
    name: str
    wording: str
    height: float


class _Document(Paper):
    """A report being written."""

    def __init__(self, view: ResultsView, school: str) -> None:
        super().__init__(view["locale"], school, f"{view['level_name']} · {view['session']['name']}")
        self.view = view
        self.names = {unit["unit"]: unit["name"] for unit in view["units"]}
        self.period = format_period(
            date.fromisoformat(view["first_day"]), date.fromisoformat(view["last_day"]), self.locale
        )
        self.columns: Sequence[OptionView] | None = None  # of the table being written, to repeat its headings
        self.set_title(
            self.gettext("Results of {school}, {session}").format(school=school, session=view["session"]["name"])
        )
        self.set_subject(f"{view['level_name']}, {self.period}")

    # --- pages ------------------------------------------------------------------------------------------------------

    def header(self) -> None:
        """Head every page but the cover."""
        if self.page_no() == 1:
            return
        self.stripes()
        if self.view["participation"]["level"] == "incomplete":
            self._watermark()

    def footer(self) -> None:
        """Number every page but the cover."""
        if self.page_no() > 1:
            self.page_number()

    def _watermark(self) -> None:
        text = self.gettext("Incomplete")
        self.set_font(FONT, "B", 88)
        faint, turned = (
            self.local_context(fill_opacity=0.09, text_color=WARNING),
            self.rotation(52, self.w / 2, self.h / 2),
        )
        with self.tagged("Artifact"), faint, turned:
            self._write_line(0, self.h / 2 - 20, self.w, 40, text, "C")

    @contextmanager
    def repeating(self, columns: Sequence[OptionView]) -> Iterator[None]:
        """Take what is written inside for a table, with the headings of these columns again on every page."""
        self.columns = columns
        with self.tags.table():
            yield
        self.columns = None

    def repeated(self, y: float) -> float:
        """Write the headings of the table that goes on here, if there is one."""
        return y if self.columns is None else self.headings(y, self.columns)

    def single_chart(self, chart: Drawing) -> None:
        """Fill the only page with a chart and whose it is."""
        self.set_title(chart.title)
        self.add_page()
        participation = self.view["participation"]
        y = 18.0
        y += self.text_block(0, y, WIDTH, self.school, 15, bold=True, colour=BRAND) + 0.5
        for text in (f"{self.view['level_name']} · {self.view['session']['name']}", self.period):
            y += self.text_block(0, y, WIDTH, text, 9.5, colour=SOFT)
        y += 3
        self.rule(y, BRAND, 0.5)
        y += 5
        y += self.text_block(0, y, WIDTH, chart.title, 12, bold=True) + 5
        # A long chart is made smaller, so that it stays on its page.
        scale = min(WIDTH / chart.width, (BOTTOM - 14 - y) / chart.height)
        self.draw(chart, (self.w - chart.width * scale) / 2, y, scale)
        if participation["caution"]:
            y += chart.height * scale + 6
            self.text_block(0, y, WIDTH, participation["caution"], 9, colour=WARNING)
        if participation["level"] == "incomplete":
            self._watermark()

    # --- cover and contents -----------------------------------------------------------------------------------------

    def cover(self) -> None:
        """Say whose results these are, of when, and how many took part."""
        self.add_page()
        with self.tagged("Artifact"):
            self.set_fill_color(BRAND)
            self.rect(0, 0, self.w, 190, style="F")
            third = self.w / 3
            for place, unit in enumerate(("school_leader", "teacher", "student")):
                self.set_fill_color(UNIT_COLOURS[unit])
                self.rect(place * third, 190, third, 3, style="F")
            self._rings()
        self.text_block(0, 30, WIDTH, self.gettext("School self-reflection"), 13, colour="#cfe3df")
        with self.tagged("H1"):
            self.text_block(0, 38, WIDTH, self.gettext("Results"), 40, bold=True, colour=WHITE)
        y = 112.0
        y += self.text_block(0, y, WIDTH, self.school, 27, bold=True, colour=WHITE, leading=1.2) + 5
        for text in (self.view["level_name"], self.view["session"]["name"], self.period):
            y += self.text_block(0, y, WIDTH, text, 14, colour="#e2efec") + 1.5
        participation = self.view["participation"]
        y = 204.0
        y += self.text_block(0, y, WIDTH, participation["level_name"], 20, bold=True, colour=BRAND) + 3
        width = WIDTH / len(participation["groups"])
        for place, entry in enumerate(participation["groups"]):
            x = place * width
            said = self.gettext("{submitted} of {invited}").format(
                submitted=self.number(entry["submitted"]), invited=self.number(entry["invited"])
            )
            with self.tagged("P"):
                self.hatched_box(x, y, width - 6, 1.6, entry["group"])
                self.text_block(x, y + 4, width - 6, entry["name"], 10, colour=SOFT)
                self.text_block(x, y + 9.5, width - 6, said, 17, bold=True)
        y += 23
        if participation["caution"]:
            self.text_block(0, y, WIDTH, participation["caution"], 9.5, colour=WARNING)
        note = self.gettext(
            "This report is a basis for talking and planning within the school. "
            "It does not assess, rank or compare schools or people."
        )
        self.text_block(0, 274, WIDTH, note, 9, colour=SOFT)

    def _rings(self) -> None:
        """Three rings that meet, one for each group: the mark of the site."""
        for x, y, unit in ((160.0, 58.0, "school_leader"), (150.0, 76.0, "teacher"), (170.0, 76.0, "student")):
            self.set_draw_color({"school_leader": "#7aa5f5", "teacher": "#f2776b", "student": "#dcab36"}[unit])
            self.set_line_width(2.2)
            self.circle(self.at(x) if self.rtl else MARGIN + x, y, 15, style="D")

    def contents(self) -> None:
        """Reserve the contents, which are written when all page numbers are known."""
        self.new_page()
        self.insert_toc_placeholder(_write_contents, pages=1)
        # The placeholder has begun the next page already; titles begin their own.
        self.page_is_begun = True

    def add_page(self, *args: object, **kwargs: object) -> None:
        """Begin a page, unless the contents have just done so."""
        if getattr(self, "page_is_begun", False):
            self.page_is_begun = False
            return
        super().add_page(*args, **kwargs)

    def how_to_read(self) -> None:
        """Explain figures, scale and what is left out."""
        view = self.view
        y = self.chapter(self.gettext("How to read this report"))
        if view["participation"]["caution"]:
            y = self.notice(y, view["participation"]["caution"])
        for text in (
            self.gettext(
                "People at the school answered anonymously. What they said is a snapshot of how they see the use of "
                "digital technology here, and a good reason to talk about it. Look for high and low figures, and for "
                "groups that see the same thing differently; then ask why. Figures are an indication, not a verdict."
            ),
            self.gettext(
                "Each statement was rated from 1 to 5. The mean of a group leaves out those who chose «not "
                "applicable»; their number stands beside it. The overall mean of a statement is the mean of the "
                "groups' means, so that a large group does not outweigh a small one. The mean of an area is the mean "
                "of its statements. Percentages tell how the answers of a group divide."
            ),
            self.gettext(
                "Nobody can be recognised: no figure comes from fewer than three people, and how answers divide is "
                "only shown for groups of five or more. A dash means that there is no figure to show."
            ),
        ):
            y = self.paragraph(y, text)
        if any(unit["unit"] == "staff" for unit in view["units"]):
            text = self.gettext(
                "So few school leaders or teachers were invited or took part "
                "that both are shown together, as one group."
            )
            alike = self.gettext(
                "A question that all of them answered alike is not shown: it would tell what a single person said."
            )
            y = self.paragraph(y, f"{text} {alike}")
        if view["hidden"]:
            names = ", ".join(entry["name"] for entry in view["hidden"])
            y = self.paragraph(y, self.gettext("Too few took part to show anything of: {groups}.").format(groups=names))
        y += 4
        y = self.heading(y, self.gettext("The scale"))
        for option in view["scales"]["agreement"]:
            mark = self.gettext("N/A") if option["code"] == "na" else option["code"]
            with self.tagged("P"):
                self.box(0, y, 18, 7.4, SUNKEN, round_=1.5)
                self.text_block(0, y + 1.4, 18, mark, 9.5, bold=True, align=Anchor.MIDDLE)
                self.text_block(22, y + 1.2, WIDTH - 22, option["label"], 10)
            y += 9
        y += 5
        y = self.heading(y, self.gettext("The groups"))
        for unit in view["units"]:
            self.hatched_box(0, y + 0.6, 18, 5.2, unit["unit"])
            self.text_block(22, y + 0.6, WIDTH - 22, unit["name"], 10)
            y += 8

    # --- participation and overview ---------------------------------------------------------------------------------

    def participation(self) -> None:
        """Show who took part, against the recommended minimum."""
        participation = self.view["participation"]
        y = self.chapter(self.gettext("Participation"))
        y += self.text_block(0, y, WIDTH, participation["level_name"], 14, bold=True) + 4
        if participation["caution"]:
            y = self.notice(y, participation["caution"])
        y = self.drawing(participation_chart(self.view), y) + 2
        headings = (
            self.gettext("Group"),
            self.gettext("Invited"),
            self.gettext("Took part"),
            self.gettext("Rate"),
            self.gettext("Minimum"),
            self.gettext("Minimum reached"),
        )
        reached = {True: self.gettext("yes"), False: self.gettext("no")}
        rows = [
            (
                entry["name"],
                self.number(entry["invited"]),
                self.number(entry["submitted"]),
                self.percent(entry["rate"]),
                "–" if entry["required"] is None else self.number(entry["required"]),
                "–" if entry["required"] is None else reached[entry["reaches_minimum"]],
            )
            for entry in participation["groups"]
        ]
        self.grid(y, (60, 24, 24, 22, 24, 26), headings, rows)

    def overview(self) -> None:
        """Show the eight areas side by side."""
        y = self.chapter(self.gettext("Overview of areas"))
        text = self.gettext("The mean of each area for each group, from 1 to 5.")
        y = self.paragraph(y, text, colour=SOFT)
        y = self.drawing(areas_chart(self.view), y)
        y = self.room_for(y, 9 * (len(self.view["areas"]) + 1))
        units = self.view["units"]
        width = (WIDTH - 72) / max(len(units), 1)
        rows = []
        for area in self.view["areas"]:
            cells = [coded(area["code"], area["name"], self.locale)]
            for entry in area["units"]:
                count = self.ngettext("{count} statement", "{count} statements", entry["asked"])
                asked = count.format(count=entry["asked"])
                cells.append(f"{mean_words(entry['mean'], self.locale)}  ({asked})" if entry["asked"] else "–")
            rows.append(cells)
        headings = (self.gettext("Area"), *(unit["name"] for unit in units))
        self.grid(y, (72, *(width for _ in units)), headings, rows)

    # --- statements -------------------------------------------------------------------------------------------------

    def area(self, area: AreaView) -> None:
        """Show all statements of an area."""
        colour = AREA_COLOURS[area["code"]]
        y = self.chapter(area["name"], colour, tag=area["code"])
        width = WIDTH / max(len(area["units"]), 1)
        for place, entry in enumerate(area["units"]):
            with self.tagged("P"):
                self.area_figure(place * width, y, width, entry)
        statements = [entry for entry in self.view["statements"] if entry["area"] == area["code"]]
        self.statements(y + 19, statements, colour)

    def area_figure(self, x: float, y: float, width: float, entry: AreaUnitView) -> None:
        """Write the mean of an area for one unit, large."""
        self.hatched_box(x, y, 3, 13, entry["unit"])
        self.text_block(x + 6, y - 0.6, width - 8, self.names[entry["unit"]], 8.5, colour=SOFT)
        said = mean_words(entry["mean"], self.locale) if entry["asked"] else self.gettext("not asked")
        big = bool(entry["asked"])
        self.text_block(x + 6, y + 4.2, width - 8, said, 17 if big else 10, bold=big, colour=INK if big else SOFT)
        if big:
            asked = self.ngettext("mean of {count} statement", "mean of {count} statements", entry["asked"])
            self.text_block(x + 20, y + 7.2, width - 22, asked.format(count=entry["asked"]), 7.5, colour=SOFT)

    def wheels(self) -> None:
        """Show all statements of a unit at a glance, a wheel for each unit."""
        for place, unit in enumerate(self.view["units"]):
            if place == 0:
                y = self.chapter(self.gettext("All statements at a glance"))
                text = self.gettext(
                    "One segment for each statement, in the colour of its area: "
                    "the longer, the higher the mean of the group."
                )
                y = self.paragraph(y, text, colour=SOFT)
            else:
                y = self.new_page()
            self.set_y(y)
            self.start_section(unit["name"], 1)
            with self.tagged("H2"):
                self.hatched_box(0, y + 1, 5, 5, unit["unit"])
                y += self.text_block(8, y, WIDTH - 8, unit["name"], 14, bold=True) + 3
            self.drawing(wheel_chart(self.view, unit["unit"]), y)

    def own_statements(self) -> None:
        """Show the statements that the school wrote."""
        own = [entry for entry in self.view["statements"] if entry["area"] is None]
        if not own:
            return
        y = self.chapter(self.gettext("Your own statements"), OWN_COLOUR)
        text = self.gettext("The school wrote these statements; they stay in the language in which they were written.")
        self.statements(self.paragraph(y, text, colour=SOFT), own, OWN_COLOUR)

    def statements(self, y: float, statements: Sequence[StatementView], colour: str) -> None:
        """Write a table of statements: the overall bar, then a row for each unit."""
        scale = self.view["scales"]["agreement"]
        with self.repeating(scale):
            y = self.headings(y, scale)
            rows_of = [self._unit_rows(entry) for entry in statements]
            heights = [
                self._topic_height(entry) + sum(row.height for row in rows) + 6
                for entry, rows in zip(statements, rows_of, strict=True)
            ]
            begin = self._page_starts(y, heights)
            for place, (entry, rows) in enumerate(zip(statements, rows_of, strict=True)):
                y = self.statement(self.room_for(y, BOTTOM) if place in begin else y, entry, rows, colour)

    def _page_starts(self, y: float, heights: Sequence[float]) -> set[int]:
        """Say which statements begin a page: none is torn apart, and as many on each as on the others, if they fit."""
        rooms = [BOTTOM - y, *[BOTTOM - TOP - _CONTINUED] * len(heights)]
        pages: list[list[float]] = [[]]
        for height in heights:
            if pages[-1] and sum(pages[-1]) + height > rooms[len(pages) - 1]:
                pages.append([])
            pages[-1].append(height)
        each = -(-len(heights) // len(pages))
        even = [list(heights[start : start + each]) for start in range(0, len(heights), each)]
        if len(even) == len(pages) and all(sum(page) <= room for page, room in zip(even, rooms, strict=False)):
            pages = even
        return set(accumulate(len(page) for page in pages))

    def _unit_rows(self, entry: StatementView) -> list[_UnitRow]:
        """Name the units that were asked a statement, with what it said to them."""
        rows = []
        for unit in self.view["units"]:
            asked = [group for group in unit["groups"] if group in entry["asked"]]
            if asked:
                wording = "\n".join(dict.fromkeys(entry["texts"][group] for group in asked))
                rows.append(self._unit_row(unit, wording))
        return rows

    def _topic(self, entry: StatementView) -> tuple[str, float]:
        """Return what heads a statement, and how far its code indents it."""
        if entry["area"] is not None:
            return entry["topic"], 12.0
        return self.gettext("Statement {number}").format(number=entry["code"].removeprefix("own")), 0.0

    def _topic_height(self, entry: StatementView) -> float:
        topic, indent = self._topic(entry)
        return self.height_of(WORDING[1] - indent, topic, 10.5, bold=True)

    def statement(self, y: float, entry: StatementView, rows: Sequence[_UnitRow], colour: str) -> float:
        """Write one statement."""
        figures = {figure["unit"]: figure for figure in entry["figures"]}
        topic, indent = self._topic(entry)
        with self.row():
            with self.cell_of("Row", kind="H2"):
                if indent:
                    self.text_block(0, y, indent, entry["code"], 10.5, bold=True, colour=colour)
                self.text_block(indent, y, WORDING[1] - indent, topic, 10.5, bold=True)
            self.overall_cells(y, entry, colour)
        y += self._topic_height(entry) + 2
        for row in rows:
            y = self.unit_row(y, row, figures.get(row.unit), self.view["scales"]["agreement"])
        self.rule(y + 1)
        return y + 4

    def overall_cells(self, y: float, entry: StatementView, colour: str) -> None:
        """Write a statement's overall bar and mean, and whether it was optional."""
        rest = len(self.view["scales"]["agreement"]) + 1  # columns beside the mean
        if entry["overall"] is not None:
            self.bar_track(BAR, y + 0.7, 4.2)
            self.box(BAR[0], y + 0.7, self._bar_length(entry["overall"], 5), 4.2, colour)
            mean = mean_words(entry["overall"], self.locale)
            with self.cell_of():
                self.text_block(*_cell(MEAN, y), mean, 10.5, bold=True, align=Anchor.END)
        else:
            self.empty_cell()
        if entry["overall"] is None and entry["status"] != "optional":
            self.empty_cell(rest)
            return
        with self.cell_of(span=rest):
            if entry["overall"] is not None:
                self.text_block(ANSWERED[0] + 2, y + 0.7, 40, self.gettext("overall"), 8, colour=SOFT)
            if entry["status"] == "optional":
                self.text_block(SHARES[0], y + 0.6, 40, self.gettext("optional"), 7.5, colour=SOFT, align=Anchor.END)

    def _unit_row(self, unit: UnitView, wording: str) -> _UnitRow:
        texts = self.height_of(WORDING[1] - 6, wording, 8) if wording else 0
        height = max(self.height_of(WORDING[1] - 6, unit["name"], 8, bold=True) + texts + 2.2, 7)
        return _UnitRow(unit["unit"], unit["name"], wording, height)

    def unit_row(self, y: float, of: _UnitRow, figure: FigureView | None, options: Sequence[OptionView]) -> float:
        """Write what one unit says: its wording, bar, mean, number and how the answers divide."""
        with self.row():
            self.hatched_box(0, y + 0.5, 3, 3, of.unit)
            with self.cell_of("Row"):
                below = y + self.text_block(6, y, WORDING[1] - 6, of.name, 8, bold=True)
                if of.wording:
                    self.text_block(6, below, WORDING[1] - 6, of.wording, 8, colour=SOFT)
            if figure is None:
                self.no_figure(y, options)
            else:
                self.figure_cells(y, of.unit, figure, options)
        return y + of.height

    def no_figure(self, y: float, options: Sequence[OptionView]) -> None:
        """Say that a figure is not shown, over all its columns."""
        with self.cell_of(span=len(options) + 2):
            self.text_block(BAR[0], y, 90, self.gettext("not shown"), 8, colour=SOFT)

    def figure_cells(self, y: float, unit: str, figure: FigureView, options: Sequence[OptionView]) -> None:
        """Write bar, mean, number of answers and shares of one figure."""
        rated = [option for option in options if option["code"] != "na"]
        if figure["mean"] is not None:
            self.bar_track(BAR, y + 0.4, 3.4)
            self.hatched_box(BAR[0], y + 0.4, self._bar_length(figure["mean"], len(rated)), 3.4, unit)
            mean = mean_words(figure["mean"], self.locale)
            with self.cell_of():
                self.text_block(*_cell(MEAN, y), mean, 9, bold=True, align=Anchor.END)
        else:
            self.empty_cell()
        with self.cell_of():
            self.text_block(*_cell(ANSWERED, y), self.number(figure["answered"]), 8.5, align=Anchor.END)
        width = SHARES[1] / len(rated)
        for place, option in enumerate(rated):
            x = SHARES[0] + place * width
            share = next((s["percent"] for s in figure["shares"] or () if s["option"] == option["code"]), None)
            if share is not None:
                with self.local_context(fill_opacity=0.07 + 0.5 * share / 100):
                    self.box(x + 0.3, y - 0.3, width - 0.6, 4.7, UNIT_COLOURS[unit])
            said = "–" if share is None else self.number(share)
            with self.cell_of():
                self.text_block(x, y + 0.3, width, said, 7.5, align=Anchor.MIDDLE, leading=1.2)
        silent = self.number(figure["not_applicable"])
        with self.cell_of():
            self.text_block(*_cell(NOT_APPLICABLE, y), silent, 8, colour=SOFT, align=Anchor.END)

    def bar_track(self, column: tuple[float, float], y: float, height: float) -> None:
        """Draw what a bar could fill."""
        self.box(column[0], y, column[1], height, SUNKEN)

    def _bar_length(self, mean: float, best: int) -> float:
        # A mean of exactly 1 keeps a sliver, so that it does not look like «no figure».
        return max(BAR[1] * (mean - LOWEST) / (best - LOWEST), 0.6)

    def headings(self, y: float, options: Sequence[OptionView]) -> float:
        """Head the columns of a table of ratings."""
        rated = [option["code"] for option in options if option["code"] != "na"]
        scale = self.gettext("Mean, from {lowest} to {highest}").format(lowest=rated[0], highest=rated[-1])
        width = SHARES[1] / len(rated)
        with self.row():
            self.empty_cell()
            with self.cell_of("Column"):
                self.text_block(BAR[0], y, BAR[1], scale, 7.5, bold=True, colour=SOFT)
            with self.cell_of("Column"):
                # No other heading stands over the means, and this word is long in some languages.
                answers = (MEAN[0], y, MEAN[1] + ANSWERED[1])
                self.text_block(*answers, self.gettext("Answers"), 7, bold=True, colour=SOFT, align=Anchor.END)
            for place, code in enumerate(rated):
                with self.cell_of("Column"):
                    x = SHARES[0] + place * width
                    self.text_block(x, y, width, code, 7.5, bold=True, colour=SOFT, align=Anchor.MIDDLE)
                    if place == 0:
                        share = (SHARES[0], y + 3.6, SHARES[1], self.gettext("share in %"))
                        self.text_block(*share, 6.5, colour=SOFT, align=Anchor.MIDDLE)
            with self.cell_of("Column"):
                silent = (*_cell(NOT_APPLICABLE, y), self.gettext("N/A"))
                # Two lines in some languages.
                self.text_block(*silent, 7.5, bold=True, colour=SOFT, align=Anchor.END, leading=1.15)
        self.rule(y + 7.4, INK, 0.3)
        return y + 10.4

    # --- other areas ------------------------------------------------------------------------------------------------

    def other_areas(self) -> None:
        """Show the ten areas outside the eight, each in its own form."""
        shown = [area for area in self.view["other_areas"] if any(item["figures"] for item in area["items"])]
        if not shown:
            return
        y = self.chapter(self.gettext("Other areas"))
        self.running_title = self.gettext("Other areas")
        for area in shown:
            y = self.other_area(y, area)

    def other_area(self, y: float, area: OtherAreaView) -> float:
        """Show one of them."""
        shown = {figure["unit"] for item in area["items"] for figure in item["figures"]}
        groups = [group for unit in self.view["units"] if unit["unit"] in shown for group in unit["groups"]]
        questions = list(dict.fromkeys(said for group, said in area["questions"].items() if group in groups))
        asked = sum(self.height_of(WIDTH, question, 9) for question in questions)
        y = self.room_for(
            y, self.height_of(WIDTH, area["name"], 13, bold=True) + 5 + asked + self._stays_together(area)
        )
        self.set_y(y)
        self.start_section(area["name"], 1)
        y = self.heading(y, area["name"]) - 1.5
        for question in questions:
            y += self.text_block(0, y, WIDTH, question, 9, colour=SOFT)
        y += 3
        if area["kind"] == "mean":
            y = self._other_means(y, area)
        elif len(area["items"]) == 1:
            y = self._other_percents(y, area)
        else:
            y = self._other_choices(y, area)
        return y + 7

    def _stays_together(self, area: OtherAreaView) -> float:
        """Return the height of what is not torn apart."""
        if area["kind"] == "mean":
            rows = [(item, figure) for item in area["items"] for figure in item["figures"] or (None,)]
            heights = sum(self._mean_height(self._mean_name(area, item, figure)) for item, figure in rows)
            return self.height_of(WIDTH, _scale(area), 7.5) + 13 + heights
        if len(area["items"]) > 1:
            return 20 + sum(self._choice_height(item) * len(item["figures"]) for item in area["items"])
        figures = _divided(area)
        keys = sum(self.height_of(WIDTH - 6, self._answered(figure), 8) + 0.6 for figure in figures)
        return keys + 1.5 + sum(self._share_height(option, figures) for option in _rated(area))

    def _other_means(self, y: float, area: OtherAreaView) -> float:
        y += self.text_block(0, y, WIDTH, _scale(area), 7.5, colour=SOFT) + 2
        with self.repeating(area["options"]):
            y = self.headings(y, area["options"])
            for item in area["items"]:
                for figure in item["figures"]:
                    unit, name = figure["unit"], self._mean_name(area, item, figure)
                    height = self._mean_height(name)
                    y = self.room_for(y, height)
                    with self.row():
                        self.hatched_box(0, y + 0.6, 3, 3, unit)
                        with self.cell_of("Row"):
                            self.text_block(6, y, WORDING[1] - 6, name, 9)
                        self.figure_cells(y, unit, figure, area["options"])
                    y += height
                if not item["figures"]:
                    y = self.room_for(y, 6)
                    with self.row():
                        with self.cell_of("Row"):
                            self.text_block(6, y, WORDING[1] - 6, item["label"], 9)
                        self.no_figure(y, area["options"])
                    y += self._mean_height(item["label"])
        return y

    def _mean_name(self, area: OtherAreaView, item: ItemView, figure: FigureView | None) -> str:
        if figure is None or len(area["questions"]) == 1:
            return item["label"]
        return f"{item['label']}: {self.names[figure['unit']]}"

    def _mean_height(self, name: str) -> float:
        return max(self.height_of(WORDING[1] - 6, name, 9) + 1.8, 6.2)

    def _other_percents(self, y: float, area: OtherAreaView) -> float:
        """One bar per option and unit; a bar's length is a percentage."""
        figures = _divided(area)
        for figure in figures:
            self.hatched_box(0, y + 0.6, 3, 3, figure["unit"])
            y += self.text_block(6, y, WIDTH - 6, self._answered(figure), 8, colour=SOFT) + 0.6
        y += 1.5
        track = 76.0
        with self.tags.table():
            for option in _rated(area):
                height = self._share_height(option, figures)
                y = self.room_for(y, height)
                with self.row():
                    with self.cell_of("Row"):
                        self.text_block(0, y, OPTION, option["label"], 9)
                    for place, figure in enumerate(figures):
                        share = next(s["percent"] for s in figure["shares"] or () if s["option"] == option["code"])
                        top, end = y + place * 5.2, OPTION + track + 5
                        self.box(OPTION + 4, top + 0.4, track, 3.6, SUNKEN)
                        self.hatched_box(OPTION + 4, top + 0.4, track * share / 100, 3.6, figure["unit"])
                        with self.cell_of():
                            self.text_block(end, top - 0.2, 15, self.percent(share), 8.5, bold=True, align=Anchor.END)
                y += height
        return y

    def _answered(self, figure: FigureView) -> str:
        answered = self.ngettext("{group}: {count} answer", "{group}: {count} answers", figure["answered"])
        return answered.format(group=self.names[figure["unit"]], count=self.number(figure["answered"]))

    def _share_height(self, option: OptionView, figures: Sequence[FigureView]) -> float:
        return max(self.height_of(OPTION, option["label"], 9), 5.2 * len(figures)) + 2

    def _choice_height(self, item: ItemView) -> float:
        return max(self.height_of(CHOICE - 4, item["label"], 9), 5) + 2.4

    def _other_choices(self, y: float, area: OtherAreaView) -> float:
        """A row per item, a column per option."""
        options, answers = _rated(area), 16.0
        width = (WIDTH - CHOICE - answers) / len(options)
        height = max(self.height_of(width - 3, option["label"], 7.5, bold=True) for option in options)
        y = self.room_for(y, height + 20)
        with self.tags.table():
            with self.row():
                self.empty_cell()
                for place, option in enumerate(options):
                    x = CHOICE + place * width
                    with self.cell_of("Column"):
                        self.text_block(x, y, width - 3, option["label"], 7.5, bold=True, colour=SOFT)
                with self.cell_of("Column"):
                    heading = (WIDTH - answers, y, answers, self.gettext("Answers"))
                    self.text_block(*heading, 7, bold=True, colour=SOFT, align=Anchor.END)
            y += height + 1.5
            self.rule(y, INK, 0.3)
            y += 2.5
            for item in area["items"]:
                for figure in item["figures"]:
                    height = self._choice_height(item)
                    y = self.room_for(y, height)
                    with self.row():
                        with self.cell_of("Row"):
                            self.text_block(0, y, CHOICE - 4, item["label"], 9)
                        for place, share in enumerate(figure["shares"] or ()):
                            x, length = CHOICE + place * width, (width - 16) * share["percent"] / 100
                            with self.cell_of():
                                self.text_block(x, y, 12, self.percent(share["percent"]), 8.5, bold=True)
                            self.box(x + 12, y + 0.6, width - 16, 3.4, SUNKEN)
                            self.hatched_box(x + 12, y + 0.6, length, 3.4, figure["unit"])
                        with self.cell_of():
                            answered = self.number(figure["answered"])
                            self.text_block(WIDTH - answers, y, answers, answered, 8.5, align=Anchor.END)
                    y += height
        return y

    # --- the end ----------------------------------------------------------------------------------------------------

    def about_the_questionnaire(self) -> None:
        """Show what people thought of the questionnaire, and the background questions."""
        rated = [entry for entry in self.view["experience"] if entry["figures"]]
        asked = [entry for entry in self.view["background"] if any(figure["shares"] for figure in entry["figures"])]
        if not rated and not asked:
            return
        y = self.chapter(self.gettext("About the questionnaire and those who answered"))
        if rated:
            scale = self.view["scales"]["agreement"]
            with self.repeating(scale):
                y = self.headings(y, scale)
                for entry in rated:
                    for figure in entry["figures"]:
                        unit = next(u for u in self.view["units"] if u["unit"] == figure["unit"])
                        wording = "\n".join(dict.fromkeys(entry["texts"][group] for group in unit["groups"]))
                        row = self._unit_row(unit, wording)
                        y = self.unit_row(self.room_for(y, row.height), row, figure, scale)
                    self.rule(y + 1)
                    y += 4
        for question in asked:
            for figure in question["figures"]:
                if figure["shares"] is None:
                    continue
                area = OtherAreaView(
                    number=0,
                    key=question["key"],
                    name=question["question"],
                    kind="options",
                    questions={},
                    options=question["options"],
                    items=[{"code": question["key"], "label": "", "figures": [figure]}],
                )
                y = self.room_for(y + 5, 16 + self._stays_together(area))
                y = self.heading(y, question["question"]) - 1
                y = self._other_percents(y, area)

    def open_answers(self) -> None:
        """Print what people wrote, in an order that tells nothing."""
        if not self.view["open_answers"]:
            return
        y = self.chapter(self.gettext("In their own words"))
        text = self.gettext("Answers to the open question, as they were written and in no particular order.")
        y = self.paragraph(y, text, colour=SOFT)
        for entry in self.view["open_answers"]:
            y = self.room_for(y, 40)
            with self.tagged("H2"):
                self.hatched_box(0, y + 0.8, 4, 4, entry["unit"])
                y += self.text_block(7, y, WIDTH - 7, self.names[entry["unit"]], 12, bold=True) + 0.5
            for question in dict.fromkeys(entry["questions"].values()):
                y += self.text_block(7, y, WIDTH - 7, question, 9, colour=SOFT)
            y += 3
            for answer in entry["texts"]:
                height = self.height_of(WIDTH - 14, answer, 9.5)
                y = self.room_for(y, height + 5)
                self.box(7, y, 0.8, height + 1, UNIT_COLOURS[entry["unit"]])
                self.text_block(11, y + 0.5, WIDTH - 14, answer, 9.5)
                y += height + 4.5
            y += 5


def _scale(area: OtherAreaView) -> str:
    return ", ".join(f"{option['code']} {option['label']}" for option in _rated(area))


def _rated(area: OtherAreaView) -> list[OptionView]:
    return [option for option in area["options"] if option["code"] != "na"]


def _divided(area: OtherAreaView) -> list[FigureView]:
    return [figure for figure in area["items"][0]["figures"] if figure["shares"] is not None]


def _cell(column: tuple[float, float], y: float) -> tuple[float, float, float]:
    return column[0], y, column[1]


def _write_contents(pdf: _Document, outline: list[OutlineSection]) -> None:
    """Write the table of contents with its page numbers and links."""
    y = TOP
    with pdf.tagged("H1"):
        y += pdf.text_block(0, y, WIDTH, pdf.gettext("Contents"), 20, bold=True, colour=BRAND) + 6
    for section in outline:
        indent, size = (0.0, 11.0) if section.level == 0 else (8.0, 9.5)
        with pdf.tagged("P"):
            height = pdf.text_block(
                indent, y, WIDTH - 20 - indent, section.name, size, bold=section.level == 0, leading=1.4
            )
            pdf.text_block(WIDTH - 16, y, 16, pdf.number(section.page_number), size, align=Anchor.END, leading=1.4)
        link = pdf.add_link(page=section.page_number)
        pdf.link(MARGIN, y, WIDTH, height, link)
        y += height + (1.3 if section.level == 0 else 0.4)
