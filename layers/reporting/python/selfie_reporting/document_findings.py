"""Two chapters of the report: what stands out in the results, and how they stand to those before."""

from collections.abc import Callable, Sequence
from typing import Final

from selfie_reporting.charts import HIGHEST, INK, LOWEST, SOFT, SUNKEN, Anchor, code_of, coded, mean_words
from selfie_reporting.comparison_view import ChangeView, ComparisonView, InsightsView, hindrance_words
from selfie_reporting.paper import WARNING, WIDTH, Paper
from selfie_reporting.results_view import ResultsView

RISEN: Final = "#1d6b3f"
FALLEN: Final = "#b3261e"
_TOPIC: Final = 96.0


Entry = tuple[str, bool, Callable[[float], None]]


def write_insights(pdf: Paper, view: ResultsView, found: InsightsView) -> None:
    """Name what is high, low, seen differently or has changed; an indication, not a verdict."""
    if any((found["highest"], found["lowest"], found["gaps"], found["moved"])):
        _Insights(pdf, view).write(found)


class _Insights:
    """Lists of statements; an entry is a code, whether few answered, and what writes its figures."""

    def __init__(self, pdf: Paper, view: ResultsView) -> None:
        self.pdf = pdf
        self.statements = {statement["code"]: statement for statement in view["statements"]}
        self.names = {unit["unit"]: unit["name"] for unit in view["units"]}

    def write(self, found: InsightsView) -> None:
        _ = self.pdf.gettext
        y = self.pdf.chapter(_("What stands out"))
        text = _(
            "These lists are an indication of where to look, not a verdict. Talk about them with those who answered."
        )
        y = self.pdf.paragraph(y, text, colour=SOFT) + 2
        hint = _("What seems to work well, and could be built on.")
        highest = [(entry["code"], entry["few"], self.bar(entry["mean"])) for entry in found["highest"]]
        y = self.entries(y, _("Rated highest"), hint, highest)
        hint = _("What might deserve a closer look. Ask why before you decide what to do.")
        lowest = [(entry["code"], entry["few"], self.bar(entry["mean"])) for entry in found["lowest"]]
        y = self.entries(y, _("Rated lowest"), hint, lowest)
        hint = _("Groups that are at least 1.0 apart. Neither of them is right or wrong: let them tell each other.")
        gaps = [
            (g["code"], g["few"], self.gap((g["high"], g["high_mean"]), (g["low"], g["low_mean"])))
            for g in found["gaps"]
        ]
        y = self.entries(y, _("Seen differently"), hint, gaps)
        if found["since"]:
            heading = _("Changed since {session}").format(session=found["since"]["session"]["name"])
            hint = _("Other people answered then, so this is a hint and no proof.")
            moved = [(m["code"], m["few"], self.change(m["right"], m["left"])) for m in found["moved"]]
            self.entries(y, heading, hint, moved)

    def entries(self, y: float, heading: str, hint: str, entries: Sequence[Entry]) -> float:
        """Write one list; without entries there is none."""
        if not entries:
            return y
        pdf = self.pdf
        y = pdf.heading(pdf.room_for(y, 36), heading) - 1.5
        y += pdf.text_block(0, y, WIDTH, hint, 9, colour=SOFT) + 2.5
        for code, few, figures in entries:
            statement = self.statements[code]
            own = statement["area"] is None
            said = statement["topic"] if own else coded(code_of(statement), statement["topic"], pdf.locale)
            height = max(pdf.height_of(_TOPIC - 4, said, 9.5, bold=True), 6) + 3
            y = pdf.room_for(y, height)
            with pdf.tagged("P"):
                pdf.text_block(0, y, _TOPIC - 4, said, 9.5, bold=True)
                figures(y)
                if few:
                    pdf.text_block(152, y + 0.4, 28, pdf.gettext("few answers"), 8, colour=WARNING, align=Anchor.END)
            pdf.rule(y + height - 1.6)
            y += height
        return y + 5

    def bar(self, mean: float) -> Callable[[float], None]:
        """Return what writes an overall mean."""

        def figures(y: float) -> None:
            self.pdf.box(_TOPIC, y + 0.8, 38, 3.2, SUNKEN)
            self.pdf.box(_TOPIC, y + 0.8, max(38 * (mean - LOWEST) / (HIGHEST - LOWEST), 0.6), 3.2, INK)
            said = mean_words(mean, self.pdf.locale)
            self.pdf.text_block(_TOPIC + 39, y, 12, said, 9.5, bold=True, align=Anchor.END)

        return figures

    def gap(self, *ends: tuple[str, float]) -> Callable[[float], None]:
        """Return what writes two units with their means."""

        def figures(y: float) -> None:
            for place, (unit, mean) in enumerate(ends):
                x = _TOPIC + 28 * place
                self.pdf.hatched_box(x, y + 0.8, 3, 3, unit)
                self.pdf.text_block(x + 4.5, y, 7, mean_words(mean, self.pdf.locale), 9.5, bold=True)
                self.pdf.text_block(x + 11.5, y + 0.6, 16, self.names[unit], 7, colour=SOFT)

        return figures

    def change(self, before: float, now: float) -> Callable[[float], None]:
        """Return what writes an overall mean then and now."""

        def figures(y: float) -> None:
            sign(self.pdf, _TOPIC, y + 1, "risen" if now > before else "fallen")
            means = {"before": mean_words(before, self.pdf.locale), "now": mean_words(now, self.pdf.locale)}
            said = self.pdf.gettext("from {before} to {now}").format(**means)
            self.pdf.text_block(_TOPIC + 5, y, 50, said, 9.5)

        return figures


def write_comparison(pdf: Paper, compared: ComparisonView) -> None:
    """Put every statement beside its figures of the exercise before, with one of the four symbols."""
    _ = pdf.gettext
    left, right = compared["left"]["session"]["name"], compared["right"]["session"]["name"]
    hindrances = hindrance_words(pdf.locale)
    y = pdf.chapter(_("Compared with {session}").format(session=right))
    text = _(
        "Other people answered each time, so small differences mean little. "
        "See them as an indication, not as a verdict."
    )
    y = pdf.paragraph(y, text, colour=SOFT)
    y = _key(pdf, y)
    units = compared["units"]
    topic, mean = 70.0, 17.0
    each = (WIDTH - topic - 3 * mean) / max(len(units), 1)

    def head(y: float) -> float:
        headings = [(topic, mean, left), (topic + mean, mean, right), (topic + 2 * mean, mean, _("All groups"))]
        headings += [(topic + 3 * mean + place * each, each, unit["name"]) for place, unit in enumerate(units)]
        height = max(pdf.height_of(width - 2, words, 7, bold=True) for _x, width, words in headings)
        with pdf.row():
            with pdf.cell_of("Column"):
                pdf.text_block(0, y, topic, _("Statement"), 7, bold=True, colour=SOFT)
            for x, width, words in headings:
                with pdf.cell_of("Column"):
                    pdf.text_block(x + 2, y, width - 2, words, 7, bold=True, colour=SOFT)
        pdf.rule(y + height + 1, INK, 0.3)
        return y + height + 3

    with pdf.tags.table():
        y = head(y)
        for entry in compared["statements"]:
            changes = {change["unit"]: change for change in entry["changes"]}
            overall = changes[None]
            own = entry["area"] is None
            said = entry["topic"] if own else coded(entry["code"], entry["topic"], pdf.locale)
            why = hindrances[overall["hindrance"]] if overall["hindrance"] else ""
            height = pdf.height_of(topic - 3, said, 8.5, bold=True) + 2.6
            height += pdf.height_of(topic - 3, why, 7) if why else 0
            below = pdf.room_for(y, height)
            y = below if below == y else head(below)
            with pdf.row():
                with pdf.cell_of("Row"):
                    under = y + pdf.text_block(0, y, topic - 3, said, 8.5, bold=True)
                    if why:
                        pdf.text_block(0, under, topic - 3, why, 7, colour=SOFT)
                for place, side in enumerate((overall["left"], overall["right"])):
                    with pdf.cell_of():
                        pdf.text_block(topic + place * mean + 2, y, mean - 2, mean_words(side, pdf.locale), 8.5)
                _change(pdf, topic + 2 * mean + 2, y, overall)
                for place, unit in enumerate(units):
                    if unit["unit"] in changes:
                        _change(pdf, topic + 3 * mean + place * each + 2, y, changes[unit["unit"]])
                    else:
                        pdf.empty_cell()
            pdf.rule(y + height - 1.4)
            y += height


def _key(pdf: Paper, y: float) -> float:
    """Explain the four symbols (guide, figure 40)."""
    x = 0.0
    with pdf.tagged("P"):
        for direction, said in _directions(pdf).items():
            sign(pdf, x, y + 0.8, direction)
            width = pdf.lines_width(said, 8.5)
            pdf.text_block(x + 5, y, width + 2, said, 8.5)
            x += width + 14
    return y + 8


def _directions(pdf: Paper) -> dict[str, str]:
    _ = pdf.gettext
    return {
        "risen": _("risen"),
        "fallen": _("fallen"),
        "same": _("the same"),
        "not_possible": _("comparison not possible"),
    }


def _change(pdf: Paper, x: float, y: float, change: ChangeView) -> None:
    by = mean_words(abs(change["by"]), pdf.locale) if change["by"] else ""
    # The symbol is a drawing, so it is said in words.
    with pdf.cell_of(alt=f"{_directions(pdf)[change['direction']]} {by}".rstrip()):
        sign(pdf, x, y + 0.7, change["direction"])
        if by:
            pdf.text_block(x + 4.5, y, 12, by, 8.5)


def sign(pdf: Paper, x: float, y: float, direction: str) -> None:
    """Draw one of the four symbols; no font of ours has them all."""
    if direction in {"risen", "fallen"}:
        left, right, middle = pdf.at(x), pdf.at(x) + (-3 if pdf.rtl else 3), pdf.at(x) + (-1.5 if pdf.rtl else 1.5)
        base, tip = (y + 2.8, y) if direction == "risen" else (y, y + 2.8)
        pdf.set_fill_color(RISEN if direction == "risen" else FALLEN)
        pdf.polygon([(left, base), (right, base), (middle, tip)], style="F")
        return
    pdf.text_block(x, y - 0.7, 4, "=" if direction == "same" else "×", 9, bold=True, colour=SOFT)
