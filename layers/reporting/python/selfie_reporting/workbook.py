"""The results as an Excel workbook: real numbers to compute with, one kind of figure to a sheet.

A cell is empty where no figure may be shown or none exists.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.series import Series
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from selfie.i18n import format_period
from selfie_reporting.charts import OWN_COLOUR, UNIT_COLOURS, UNIT_HATCHES, Hatch
from selfie_reporting.comparison_view import ComparisonView, hindrance_words
from selfie_reporting.results_view import FigureView, ResultsView, StatementView
from selfie_reporting.sheets import CHANGE, MEAN, PERCENT, WHOLE, Book, Column, Value

# The height of a row, in which charts are placed.
_ROW_CM: Final = 0.53
# Behind the bars, so that these stand out.
_GRID: Final = "DDD3C3"


@dataclass(frozen=True, slots=True)
class _Series:
    """Cells of a column that are bars: all of one ``unit``, or one of each of ``points``."""

    column: int
    first: int
    last: int
    title: str
    unit: str = ""
    points: tuple[str, ...] = ()


def workbook(view: ResultsView, school: str, comparison: ComparisonView | None = None) -> bytes:
    """Make the complete workbook of an exercise; ``comparison`` is with the exercise of the level before."""
    return _Book(view, school, comparison).content()


class _Book(Book):
    def __init__(self, view: ResultsView, school: str, compared: ComparisonView | None) -> None:
        super().__init__(view["locale"])
        self.view, self.school, self.compared = view, school, compared
        self.names = {unit["unit"]: unit["name"] for unit in view["units"]}
        self.below: dict[str, int] = {}  # the row from which a sheet is free

    def content(self) -> bytes:
        session = self.view["session"]["name"]
        self.describe(
            self.gettext("Results of {school}, {session}").format(school=self.school, session=session),
            f"{self.view['level_name']}, {session}",
            self.gettext("Results"),
        )
        self.about()
        self.participation()
        self.areas()
        self.statements()
        self.breakdown()
        self.other_areas()
        self.other_means()
        self.own_statements()
        self.open_answers()
        if self.compared is not None:
            self.comparison(self.compared)
        return self.saved()

    def chart(
        self, sheet: Worksheet, title: str, names: int, series: Sequence[_Series], scale: tuple[int, int]
    ) -> None:
        """Put a native bar chart below what is on a sheet; ``names`` is the column that names the bars."""
        if not series:
            return
        chart = BarChart()
        chart.type, chart.title, chart.gapWidth = "bar", title, 60
        chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
        chart.y_axis.scaling.min, chart.y_axis.scaling.max = scale
        chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.y_axis.number_format, chart.y_axis.majorUnit = (PERCENT, 0.25) if scale[0] == 0 else (MEAN, 1)
        chart.y_axis.majorGridlines = ChartLines(GraphicalProperties(ln=LineProperties(solidFill=_GRID)))
        for each in series:
            values = Reference(sheet, min_col=each.column, min_row=each.first, max_row=each.last)
            chart.series.append(SeriesFactory(values, title=each.title))
            _fill(chart.series[-1], each.unit)
            for place, unit in enumerate(each.points):
                point = DataPoint(idx=place)
                _fill(point, unit)
                chart.series[-1].dPt.append(point)
        chart.set_categories(Reference(sheet, min_col=names, min_row=series[0].first, max_row=series[0].last))
        bars = len(series) * (series[0].last - series[0].first + 1)
        chart.width, chart.height = 24, max(7.5, 0.45 * bars + 4)
        below = self.below.get(sheet.title, sheet.max_row + 3)
        sheet.add_chart(chart, f"A{below}")
        self.below[sheet.title] = below + int(chart.height / _ROW_CM) + 2

    def about(self) -> None:
        """Say what this is a report of and how to read it."""
        view, _ = self.view, self.gettext
        days = format_period(
            date.fromisoformat(view["first_day"]), date.fromisoformat(view["last_day"]), view["locale"]
        )
        hidden = ", ".join(entry["name"] for entry in view["hidden"])
        facts = [
            (_("School"), self.school),
            (_("Education level"), view["level_name"]),
            (_("Session"), view["session"]["name"]),
            (_("Dates"), days),
            (_("Participation"), view["participation"]["level_name"]),
            (_("Please note"), view["participation"]["caution"] or ""),
            (_("Not shown"), hidden),
            (_("Empty cells"), _("No figure may be shown, or there is none.")),
        ]
        self.facts(_("About"), facts)

    def participation(self) -> None:
        """Invited, submitted, rate and minimum of each group."""
        _ = self.gettext
        columns = (
            Column(_("Group"), 28),
            Column(_("Invited"), 12, WHOLE),
            Column(_("Took part"), 12, WHOLE),
            Column(_("Rate"), 12, PERCENT),
            Column(_("Minimum"), 12, WHOLE),
            Column(_("Minimum reached"), 18),
        )
        sheet = self.sheet(
            _("Participation"),
            columns,
            (
                (
                    entry["name"],
                    entry["invited"],
                    entry["submitted"],
                    entry["rate"] / 100,
                    entry["required"],
                    None if entry["required"] is None else (_("yes") if entry["reaches_minimum"] else _("no")),
                )
                for entry in self.view["participation"]["groups"]
            ),
        )
        groups = self.view["participation"]["groups"]
        highest = max(1, *(-(-entry["rate"] // 100) for entry in groups))
        rates = _Series(4, 2, len(groups) + 1, _("Rate"), points=tuple(entry["group"] for entry in groups))
        self.chart(sheet, _("Participation"), 1, [rates], (0, highest))

    def areas(self) -> None:
        """The mean of each area for each unit."""
        columns = [Column(self.gettext("Area"), 8), Column(self.gettext("Name"), 46)]
        for unit in self.view["units"]:
            columns.append(Column(self.gettext("{group}: mean").format(group=unit["name"]), 16, MEAN))
            columns.append(Column(self.gettext("{group}: statements").format(group=unit["name"]), 16, WHOLE))
        sheet = self.sheet(
            self.gettext("Areas"),
            columns,
            (
                (
                    area["code"],
                    area["name"],
                    *(value for unit in area["units"] for value in (unit["mean"], unit["asked"])),
                )
                for area in self.view["areas"]
            ),
        )
        means = [
            _Series(3 + 2 * place, 2, len(self.view["areas"]) + 1, unit["name"], unit["unit"])
            for place, unit in enumerate(self.view["units"])
        ]
        self.chart(sheet, self.gettext("Mean of each area for each group, from 1 to 5"), 2, means, (1, 5))

    def statements(self) -> None:
        """The means of the catalogue's statements."""
        names = {area["code"]: area["name"] for area in self.view["areas"]}
        statuses = {"core": self.gettext("core"), "optional": self.gettext("optional")}
        first = (Column(self.gettext("Area"), 34), Column(self.gettext("Status"), 10))
        statements = [(entry["area"], entry) for entry in self.view["statements"] if entry["area"] is not None]
        sheet = self.sheet(
            self.gettext("Statements"),
            (*first, *self._statement_columns()),
            ((names[area], statuses[entry["status"]], *self._statement(entry)) for area, entry in statements),
        )
        row = 2
        for area, name in names.items():
            last = row + sum(of == area for of, _ in statements) - 1
            title = self.gettext("{area}: mean of each statement, from 1 to 5").format(area=name)
            self.chart(sheet, title, 4, self._statement_series(5, row, last), (1, 5))
            row = last + 1

    def own_statements(self) -> None:
        """The means of the school's own statements, in the language they were written in."""
        own = [entry for entry in self.view["statements"] if entry["area"] is None]
        name = self.gettext("Own statements")
        sheet = self.sheet(
            name,
            (Column(self.gettext("Language"), 10), *self._statement_columns()),
            ((entry["locale"], *self._statement(entry)) for entry in own),
        )
        if own:
            title = self.gettext("{area}: mean of each statement, from 1 to 5").format(area=name)
            self.chart(sheet, title, 3, self._statement_series(4, 2, len(own) + 1), (1, 5))

    def _statement_series(self, column: int, first: int, last: int) -> list[_Series]:
        """Name the columns of means that ``_statement_columns`` makes, the overall mean standing in ``column``."""
        overall = _Series(column, first, last, self.gettext("Overall mean"))
        units = enumerate(self.view["units"])
        return [overall, *(_Series(column + 1 + 3 * n, first, last, unit["name"], unit["unit"]) for n, unit in units)]

    def _statement_columns(self) -> list[Column]:
        columns = [
            Column(self.gettext("Statement"), 10),
            Column(self.gettext("Topic"), 40),
            Column(self.gettext("Overall mean"), 12, MEAN),
        ]
        for unit in self.view["units"]:
            columns.append(Column(self.gettext("{group}: mean").format(group=unit["name"]), 14, MEAN))
            columns.append(Column(self.gettext("{group}: answers").format(group=unit["name"]), 14, WHOLE))
            columns.append(Column(self.gettext("{group}: not applicable").format(group=unit["name"]), 14, WHOLE))
        columns.extend(
            Column(self.gettext("{group}: wording").format(group=entry["name"]), 60)
            for entry in self.view["participation"]["groups"]
        )
        return columns

    def _statement(self, entry: StatementView) -> Sequence[Value]:
        figures = {figure["unit"]: figure for figure in entry["figures"]}
        values: list[Value] = [entry["code"], entry["topic"], entry["overall"]]
        for unit in self.view["units"]:
            figure = figures.get(unit["unit"])
            values += [figure["mean"], figure["answered"], figure["not_applicable"]] if figure else [None, None, None]
        return values + [entry["texts"].get(group["group"]) for group in self.view["participation"]["groups"]]

    def breakdown(self) -> None:
        """How the answers to each statement divide, a row for each unit."""
        options = [option for option in self.view["scales"]["agreement"] if option["code"] != "na"]
        columns = (
            Column(self.gettext("Statement"), 10),
            Column(self.gettext("Topic"), 40),
            Column(self.gettext("Group"), 28),
            Column(self.gettext("Answers"), 10, WHOLE),
            *(Column(f"{option['code']} {option['label']}", 14, PERCENT) for option in options),
            Column(self.gettext("Not applicable"), 14, WHOLE),
        )

        def rows() -> Iterator[Sequence[Value]]:
            for entry in self.view["statements"]:
                for figure in entry["figures"]:
                    shares = {share["option"]: share["percent"] / 100 for share in figure["shares"] or ()}
                    yield (
                        entry["code"],
                        entry["topic"],
                        self.names[figure["unit"]],
                        figure["answered"],
                        *(shares.get(option["code"]) for option in options),
                        figure["not_applicable"],
                    )

        self.sheet(self.gettext("Breakdown"), columns, rows())

    def other_areas(self) -> None:
        """The ten other areas, the experience ratings and the background questions: a row for each option."""
        columns = (
            Column(self.gettext("Area"), 36),
            Column(self.gettext("Item"), 44),
            Column(self.gettext("Group"), 28),
            Column(self.gettext("Answers"), 10, WHOLE),
            Column(self.gettext("Not applicable"), 14, WHOLE),
            Column(self.gettext("Mean"), 10, MEAN),
            Column(self.gettext("Option"), 40),
            Column(self.gettext("Share"), 10, PERCENT),
        )

        rows: list[Sequence[Value]] = []
        charts: list[tuple[str, list[_Series]]] = []
        for area, item, figures, labels in self._other_items():
            series = []
            for figure in figures:
                first = len(rows) + 2
                rows += self._shares(area, item, figure, labels)
                if figure["shares"] and figure["mean"] is None:
                    series.append(_Series(8, first, len(rows) + 1, self.names[figure["unit"]], figure["unit"]))
            charts.append((area if item == area else f"{area}: {item}", series))
        sheet = self.sheet(self.gettext("Other areas"), columns, iter(rows))
        for title, series in charts:
            self.chart(sheet, title, 7, series, (0, 1))

    def other_means(self) -> None:
        """The means of other areas, a row for each item, to draw them side by side."""
        units = self.view["units"]
        columns = (
            Column(self.gettext("Area"), 36),
            Column(self.gettext("Item"), 44),
            *(Column(self.gettext("{group}: mean").format(group=unit["name"]), 16, MEAN) for unit in units),
        )
        rows: list[tuple[str, str, dict[str, float]]] = []
        for area, item, figures, _ in self._other_items():
            means = {figure["unit"]: figure["mean"] for figure in figures if figure["mean"] is not None}
            if means:
                rows.append((area, item, means))
        cells = ((area, item, *(means.get(unit["unit"]) for unit in units)) for area, item, means in rows)
        sheet = self.sheet(self.gettext("Means of other areas"), columns, cells)
        highest = {
            area["name"]: len([o for o in area["options"] if o["code"] != "na"]) for area in self.view["other_areas"]
        }
        for name in dict.fromkeys(area for area, _, _ in rows):
            of_area = [(row, means) for row, (area, _, means) in enumerate(rows, start=2) if area == name]
            series = [
                _Series(3 + place, of_area[0][0], of_area[-1][0], unit["name"], unit["unit"])
                for place, unit in enumerate(units)
                if any(unit["unit"] in means for _, means in of_area)
            ]
            self.chart(sheet, name, 2, series, (1, highest.get(name, 5)))

    def _other_items(self) -> Iterator[tuple[str, str, Sequence[FigureView], dict[str, str]]]:
        """Name area, item, figures and options of the other areas, the experience ratings and the background."""
        for area in self.view["other_areas"]:
            labels = {option["code"]: option["label"] for option in area["options"]}
            for item in area["items"]:
                yield area["name"], item["label"], item["figures"], labels
        agreement = {option["code"]: option["label"] for option in self.view["scales"]["agreement"]}
        for rated in self.view["experience"]:
            yield (
                self.gettext("About the questionnaire"),
                next(iter(rated["texts"].values())),
                rated["figures"],
                agreement,
            )
        for asked in self.view["background"]:
            bands = {option["code"]: option["label"] for option in asked["options"]}
            yield self.gettext("About those who answered"), asked["question"], asked["figures"], bands

    def _shares(self, area: str, item: str, figure: FigureView, labels: dict[str, str]) -> Iterator[Sequence[Value]]:
        head = (area, item, self.names[figure["unit"]], figure["answered"], figure["not_applicable"], figure["mean"])
        if figure["shares"] is None:
            yield (*head, None, None)
        for share in figure["shares"] or ():
            yield (*head, labels[share["option"]], share["percent"] / 100)

    def open_answers(self) -> None:
        """What people wrote, in an order that tells nothing."""
        self.sheet(
            self.gettext("Open answers"),
            (Column(self.gettext("Group"), 28), Column(self.gettext("Answer"), 110)),
            ((self.names[entry["unit"]], text) for entry in self.view["open_answers"] for text in entry["texts"]),
        )

    def comparison(self, compared: ComparisonView) -> None:
        """Both exercises' means, first of all groups and then of each; what cannot be compared says why."""
        left, right = compared["left"]["session"]["name"], compared["right"]["session"]["name"]
        names: dict[str | None, str] = {None: self.gettext("All groups")} | dict(self.names)
        hindrances = hindrance_words(self.locale)
        rows = [
            (
                entry["code"],
                entry["topic"],
                names[unit],
                change["left"],
                change["right"],
                change["by"],
                hindrances[change["hindrance"]] if change["hindrance"] else None,
            )
            for unit in names
            for entry in compared["statements"]
            for change in entry["changes"]
            if change["unit"] == unit
        ]
        sheet = self.sheet(
            self.gettext("Comparison"),
            (
                Column(self.gettext("Statement"), 10),
                Column(self.gettext("Topic"), 40),
                Column(self.gettext("Group"), 28),
                Column(left, 16, MEAN),
                Column(right, 16, MEAN),
                Column(self.gettext("Change"), 12, CHANGE),
                Column(self.gettext("Comparison not possible"), 40),
            ),
            iter(rows),
        )
        last = 1 + len(compared["statements"])  # those of all groups
        both = [_Series(4, 2, last, left, "staff"), _Series(5, 2, last, right, "in_company_trainer")]
        self.chart(sheet, names[None], 2, both, (1, 5))


# What tells the bars of groups apart without colour, as in our own charts.
_PATTERNS: Final[dict[Hatch, Literal["wdUpDiag", "wdDnDiag", "vert", "horz"]]] = {
    Hatch.RISING: "wdUpDiag",
    Hatch.FALLING: "wdDnDiag",
    Hatch.UPRIGHT: "vert",
    Hatch.LEVEL: "horz",
}


def _fill(part: Series | DataPoint, unit: str) -> None:
    """Colour and hatch a bar as its unit; without one it is plain."""
    colour = UNIT_COLOURS.get(unit, OWN_COLOUR).removeprefix("#").upper()
    hatch = UNIT_HATCHES.get(unit, Hatch.NONE)
    if hatch is Hatch.NONE:
        part.graphicalProperties.solidFill = colour
        return
    pattern = PatternFillProperties(prst=_PATTERNS[hatch])
    pattern.fgClr, pattern.bgClr = _rgb("FFFFFF"), _rgb(colour)
    part.graphicalProperties.pattFill = pattern


def _rgb(colour: str) -> ColorChoice:
    chosen = ColorChoice()
    chosen.srgbClr = colour  # openpyxl converts it
    return chosen
