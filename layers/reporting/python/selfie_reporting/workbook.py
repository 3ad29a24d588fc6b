"""The results as an Excel workbook: real numbers to compute with, one kind of figure to a sheet.

A cell is empty where no figure may be shown or none exists.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.marker import DataPoint
from openpyxl.worksheet.worksheet import Worksheet

from selfie.i18n import format_period
from selfie_reporting.charts import UNIT_COLOURS
from selfie_reporting.comparison_view import ComparisonView
from selfie_reporting.results_view import FigureView, ResultsView, StatementView
from selfie_reporting.sheets import CHANGE, MEAN, PERCENT, WHOLE, Book, Column, Value


def workbook(view: ResultsView, school: str, comparison: ComparisonView | None = None) -> bytes:
    """Make the complete workbook of an exercise; ``comparison`` is with the exercise of the level before."""
    return _Book(view, school, comparison).content()


class _Book(Book):
    def __init__(self, view: ResultsView, school: str, compared: ComparisonView | None) -> None:
        super().__init__(view["locale"])
        self.view, self.school, self.compared = view, school, compared
        self.names = {unit["unit"]: unit["name"] for unit in view["units"]}

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
        self.own_statements()
        self.open_answers()
        if self.compared is not None:
            self.comparison(self.compared)
        return self.saved()

    def chart(
        self, sheet: Worksheet, title: str, names: int, series: Sequence[tuple[int, str | None]], scale: tuple[int, int]
    ) -> None:
        """Put a native bar chart below a sheet's table.

        A series is a column with its unit; without one each row is a group of the participation.
        """
        last = sheet.max_row
        if last == 1 or not series:
            return
        chart = BarChart()
        chart.type, chart.title, chart.gapWidth = "bar", title, 60
        chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
        chart.y_axis.scaling.min, chart.y_axis.scaling.max = scale
        chart.x_axis.delete = chart.y_axis.delete = False
        for column, unit in series:
            chart.add_data(Reference(sheet, min_col=column, min_row=1, max_row=last), titles_from_data=True)
            if unit is not None:
                chart.series[-1].graphicalProperties.solidFill = _excel_colour(unit)
                continue
            for place, entry in enumerate(self.view["participation"]["groups"]):
                point = DataPoint(idx=place)
                point.graphicalProperties.solidFill = _excel_colour(entry["group"])
                chart.series[-1].dPt.append(point)
        chart.set_categories(Reference(sheet, min_col=names, min_row=2, max_row=last))
        chart.width, chart.height = 24, max(7.5, 0.55 * len(series) * (last - 1) + 4)
        sheet.add_chart(chart, f"A{last + 3}")

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
        highest = max(1, *(-(-entry["rate"] // 100) for entry in self.view["participation"]["groups"]))
        self.chart(sheet, _("Participation"), 1, [(4, None)], (0, highest))

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
        means = [(3 + 2 * place, unit["unit"]) for place, unit in enumerate(self.view["units"])]
        self.chart(sheet, self.gettext("Mean of each area for each group, from 1 to 5"), 2, means, (1, 5))

    def statements(self) -> None:
        """The means of the catalogue's statements."""
        names = {area["code"]: area["name"] for area in self.view["areas"]}
        statuses = {"core": self.gettext("core"), "optional": self.gettext("optional")}
        first = (Column(self.gettext("Area"), 34), Column(self.gettext("Status"), 10))
        self.sheet(
            self.gettext("Statements"),
            (*first, *self._statement_columns()),
            (
                (names[entry["area"]], statuses[entry["status"]], *self._statement(entry))
                for entry in self.view["statements"]
                if entry["area"] is not None
            ),
        )

    def own_statements(self) -> None:
        """The means of the school's own statements, in the language they were written in."""
        self.sheet(
            self.gettext("Own statements"),
            (Column(self.gettext("Language"), 10), *self._statement_columns()),
            ((entry["locale"], *self._statement(entry)) for entry in self.view["statements"] if entry["area"] is None),
        )

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

        def rows() -> Iterator[Sequence[Value]]:
            for area in self.view["other_areas"]:
                labels = {option["code"]: option["label"] for option in area["options"]}
                for item in area["items"]:
                    for figure in item["figures"]:
                        yield from self._shares(area["name"], item["label"], figure, labels)
            agreement = {option["code"]: option["label"] for option in self.view["scales"]["agreement"]}
            for rated in self.view["experience"]:
                for figure in rated["figures"]:
                    unit = next(unit for unit in self.view["units"] if unit["unit"] == figure["unit"])
                    wording = rated["texts"][unit["groups"][0]]
                    yield from self._shares(self.gettext("About the questionnaire"), wording, figure, agreement)
            for asked in self.view["background"]:
                bands = {option["code"]: option["label"] for option in asked["options"]}
                for figure in asked["figures"]:
                    yield from self._shares(self.gettext("About those who answered"), asked["question"], figure, bands)

        self.sheet(self.gettext("Other areas"), columns, rows())

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
        """Both exercises' means, a row for each unit; empty where the comparison is not possible."""
        left, right = compared["left"]["session"]["name"], compared["right"]["session"]["name"]
        names = {None: self.gettext("All groups")} | dict(self.names)
        self.sheet(
            self.gettext("Comparison"),
            (
                Column(self.gettext("Statement"), 10),
                Column(self.gettext("Topic"), 40),
                Column(self.gettext("Group"), 28),
                Column(left, 16, MEAN),
                Column(right, 16, MEAN),
                Column(self.gettext("Change"), 12, CHANGE),
            ),
            (
                (entry["code"], entry["topic"], names[change["unit"]], change["left"], change["right"], change["by"])
                for entry in compared["statements"]
                for change in entry["changes"]
            ),
        )


def _excel_colour(unit: str) -> str:
    return UNIT_COLOURS[unit].removeprefix("#").upper()
