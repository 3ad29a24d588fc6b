"""Slides for the wall, made from a school's own charts: one chart to a page, in letters to be read from the back."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from selfie.i18n import format_period
from selfie_reporting.charts import (
    AREA_COLOURS,
    OWN_COLOUR,
    SOFT,
    UNIT_COLOURS,
    Anchor,
    Drawing,
    code_of,
    coded,
    mean_words,
    participation_chart,
    wheel_chart,
)
from selfie_reporting.comparison_view import InsightsView
from selfie_reporting.paper import BRAND, FONT, MARGIN, WARNING, WHITE, Paper
from selfie_reporting.results_view import ResultsView, UnitView
from selfie_reporting.row_charts import area_slices, other_area_slices, overview_slices

# 16:9, the size of a slide of common programs.
SIZE: Final = (338.67, 190.5)
WIDTH: Final = SIZE[0] - 2 * MARGIN
TITLE: Final = 15.0
TOP: Final = 36.0
BOTTOM: Final = 174.0
# At this height a chart of full width fits, with labels of 15 points.
TALLEST: Final = (BOTTOM - TOP) / (WIDTH / 720)


def slides(view: ResultsView, school: str, found: InsightsView) -> bytes:
    """Make slides of viewable results."""
    deck = _Slides(view, school)
    deck.title_slide()
    deck.points(
        deck.gettext("Before we look at them"),
        (
            deck.gettext("They show how people at your school see it. They are neither a mark nor a ranking."),
            deck.gettext(
                "Look first at where the groups agree and where they differ: a gap is a good start for a conversation."
            ),
            deck.gettext("Look at how many people answered. A mean of few answers says less."),
        ),
    )
    deck.chart_slide(deck.gettext("Participation"), participation_chart(view))
    deck.chart_slides(deck.gettext("The eight areas at a glance"), overview_slices(view, TALLEST))
    deck.findings(found)
    for area in view["areas"]:
        name = coded(area["code"], area["name"], view["locale"])
        deck.chart_slides(name, area_slices(view, area["code"], TALLEST), AREA_COLOURS[area["code"]])
    for unit in view["units"]:
        deck.wheel_slide(unit)
    deck.chart_slides(deck.gettext("Your own statements"), area_slices(view, None, TALLEST), OWN_COLOUR)
    for other in view["other_areas"]:
        if any(item["figures"] for item in other["items"]):
            deck.chart_slides(other["name"], other_area_slices(view, other, TALLEST), OWN_COLOUR)
    deck.points(
        deck.gettext("To talk about"),
        (
            deck.gettext("What surprises us?"),
            deck.gettext("Where do we agree? Where do we see things differently, and why might that be?"),
            deck.gettext("What works well, and how could more of us do it?"),
            deck.gettext("Which one or two statements do we want to work on first?"),
        ),
    )
    return bytes(deck.output())


class _Slides(Paper):
    """A deck being written."""

    def __init__(self, view: ResultsView, school: str) -> None:
        super().__init__(view["locale"], school, f"{view['level_name']} · {view['session']['name']}", SIZE)
        self.view = view
        self.set_title(
            self.gettext("Results of {school}, {session}").format(school=school, session=view["session"]["name"])
        )

    def header(self) -> None:
        """Head a slide with the three groups' colours, and mark it when not everybody took part."""
        third = self.w / 3
        with self.tagged("Artifact"):
            for place, unit in enumerate(("school_leader", "teacher", "student")):
                self.set_fill_color(UNIT_COLOURS[unit])
                self.rect(place * third, 0, third, 2.4, style="F")
        if self.page_no() > 1 and self.view["participation"]["level"] == "incomplete":
            self.set_font(FONT, "B", 96)
            faint = self.local_context(fill_opacity=0.08, text_color=WARNING)
            with self.tagged("Artifact"), faint, self.rotation(24, self.w / 2, self.h / 2):
                self._write_line(0, self.h / 2 - 20, self.w, 40, self.gettext("Incomplete"), "C")

    def footer(self) -> None:
        """Say whose figures these are, and number the slide."""
        if self.page_no() == 1:
            return
        with self.tagged("Artifact"):
            self.text_block(0, 180, WIDTH - 20, f"{self.school} · {self.about}", 10, colour=SOFT)
            self.text_block(WIDTH - 20, 180, 20, self.number(self.page_no()), 10, colour=SOFT, align=Anchor.END)

    def title_slide(self) -> None:
        """Say whose results these are, of when, and how many took part."""
        view = self.view
        self.add_page()
        with self.tagged("Artifact"):
            self.set_fill_color(BRAND)
            self.rect(0, 2.4, self.w, self.h, style="F")
        y = 40.0
        with self.tagged("H1"):
            said = self.gettext("How we see digital technology at our school")
            y += self.text_block(0, y, WIDTH, said, 40, bold=True, colour=WHITE, leading=1.15) + 10
        y += self.text_block(0, y, WIDTH, self.school, 26, bold=True, colour=WHITE) + 3
        period = format_period(date.fromisoformat(view["first_day"]), date.fromisoformat(view["last_day"]), self.locale)
        y += self.text_block(0, y, WIDTH, f"{self.about} · {period}", 18, colour="#e2efec") + 8
        self.text_block(0, y, WIDTH, view["participation"]["level_name"], 18, bold=True, colour=WHITE)
        caution = view["participation"]["caution"]
        if caution:
            self.text_block(0, y + 12, WIDTH, caution, 14, colour="#e2efec")

    def slide(self, title: str, colour: str = BRAND) -> float:
        """Begin a slide and return where what it shows starts."""
        self.add_page()
        self.set_y(TITLE)
        self.start_section(title)
        with self.tagged("H1"):
            height = self.text_block(0, TITLE, WIDTH, title, 28, bold=True, colour=colour, leading=1.15)
        return max(TOP, TITLE + height + 4)

    def chart_slide(self, title: str, chart: Drawing, colour: str = BRAND) -> None:
        """Fill a slide with one chart."""
        y = self.slide(title, colour)
        scale = min(WIDTH / chart.width, (BOTTOM - y) / chart.height)
        self.draw(chart, (self.w - chart.width * scale) / 2, y, scale)

    def chart_slides(self, title: str, charts: Sequence[Drawing], colour: str = BRAND) -> None:
        """Give each part of a long chart its slide, and say which part it is."""
        for number, chart in enumerate(charts, start=1):
            part = self.gettext("{title} ({number} of {count})").format(title=title, number=number, count=len(charts))
            self.chart_slide(part if len(charts) > 1 else title, chart, colour)

    def wheel_slide(self, unit: UnitView) -> None:
        """Put a unit's wheel beside its means of the areas, whose colours it has."""
        y = self.slide(self.gettext("All statements at a glance: {group}").format(group=unit["name"]))
        chart = wheel_chart(self.view, unit["unit"])
        scale = (BOTTOM - y + 4) / chart.height
        wide = chart.width * scale
        self.draw(chart, self.at(0, wide), y - 4, scale)
        x = wide + 14
        for area in self.view["areas"]:
            entry = next(entry for entry in area["units"] if entry["unit"] == unit["unit"])
            said = mean_words(entry["mean"], self.locale) if entry["asked"] else "–"
            with self.tagged("P"):
                self.box(x, y + 0.5, 8, 8, AREA_COLOURS[area["code"]], round_=1.5)
                self.text_block(x, y + 1.6, 8, area["code"], 14, bold=True, colour=WHITE, align=Anchor.MIDDLE)
                height = self.text_block(x + 12, y + 0.8, WIDTH - x - 30, area["name"], 15)
                self.text_block(WIDTH - 16, y + 0.2, 16, said, 18, bold=True, align=Anchor.END)
            y += max(height, 8) + 7

    def findings(self, found: InsightsView) -> None:
        """Show what stands out: high, low, and seen differently."""
        _ = self.gettext
        names = {unit["unit"]: unit["name"] for unit in self.view["units"]}
        said = partial(mean_words, locale=self.locale)
        hint = _("What seems to work well, and could be built on.")
        self._list(_("Rated highest"), hint, [(e["code"], [("", said(e["mean"]))]) for e in found["highest"]], names)
        hint = _("What might deserve a closer look. Ask why before you decide what to do.")
        self._list(_("Rated lowest"), hint, [(e["code"], [("", said(e["mean"]))]) for e in found["lowest"]], names)
        hint = _("Groups that are at least 1.0 apart. Neither of them is right or wrong: let them tell each other.")
        gaps = [
            (gap["code"], [(gap["high"], said(gap["high_mean"])), (gap["low"], said(gap["low_mean"]))])
            for gap in found["gaps"]
        ]
        self._list(_("Seen differently"), hint, gaps, names)

    def _list(
        self, title: str, hint: str, rows: Sequence[tuple[str, list[tuple[str, str]]]], names: dict[str, str]
    ) -> None:
        """Write statements with their means, large; a mean without a unit is that of all groups."""
        if not rows:
            return
        y = self.slide(title)
        y += self.text_block(0, y - 3, WIDTH, hint, 15, colour=SOFT) + 5
        statements = {statement["code"]: statement for statement in self.view["statements"]}
        for code, figures in rows:
            statement = statements[code]
            own = statement["area"] is None
            said = statement["topic"] if own else coded(code_of(statement), statement["topic"], self.locale)
            with self.tagged("P"):
                height = self.text_block(0, y, 176, said, 19, bold=True)
                for place, (unit, mean) in enumerate(figures):
                    x = 184 + 64 * place
                    if unit:
                        self.hatched_box(x, y + 2, 6, 6, unit)
                        self.text_block(x + 26, y + 2.4, 36, names[unit], 12, colour=SOFT)
                    self.text_block(x + 9, y, 16, mean, 20, bold=True)
            y += max(height, 9) + 8

    def points(self, title: str, points: Sequence[str]) -> None:
        """Show a few sentences, large."""
        y = self.slide(title) + 6
        for point in points:
            with self.tagged("P"):
                self.box(0, y + 3, 4, 4, BRAND, round_=2)
                y += self.text_block(12, y, WIDTH - 12, point, 24, leading=1.3) + 9
