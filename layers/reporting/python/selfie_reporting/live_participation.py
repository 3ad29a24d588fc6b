"""The participation of an exercise that is still running, as a chart to save."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from selfie.domain.exercise import Exercise
from selfie.domain.participation import GroupParticipation
from selfie.i18n import format_instant, format_period, translator
from selfie_reporting.charts import SOFT, Drawing, participation_drawing, svg
from selfie_reporting.paper import BRAND, WIDTH, Paper
from selfie_reporting.results_view import group_view
from selfie_reporting.words import words


@dataclass(frozen=True, slots=True)
class LiveParticipation:
    """Who took part of an exercise until an instant."""

    school: str
    exercise: Exercise
    groups: Sequence[GroupParticipation]
    at: datetime
    locale: str

    @property
    def drawing(self) -> Drawing:
        """The chart."""
        said = words(self.locale)
        return participation_drawing([group_view(entry, said) for entry in self.groups], self.locale)


def live_svg(live: LiveParticipation) -> str:
    """Draw the chart as SVG."""
    return svg(live.drawing)


def live_page(live: LiveParticipation) -> bytes:
    """Put the chart on a PDF page that says whose it is and of when."""
    said, exercise, chart = words(live.locale), live.exercise, live.drawing
    about = f"{said.levels[exercise.level]} · {said.session(exercise.session_id)}"
    pdf = Paper(live.locale, live.school, about)
    pdf.set_title(chart.title)
    pdf.add_page()
    y = 18.0
    y += pdf.text_block(0, y, WIDTH, live.school, 15, bold=True, colour=BRAND) + 0.5
    lines = [about]
    if exercise.first_day and exercise.last_day:
        lines.append(format_period(exercise.first_day, exercise.last_day, live.locale))
    until = format_instant(live.at, live.locale)
    lines.append(translator(live.locale).gettext("As of {time}").format(time=until))
    for text in lines:
        y += pdf.text_block(0, y, WIDTH, text, 9.5, colour=SOFT)
    y += 3
    pdf.rule(y, BRAND, 0.5)
    y += 5
    y += pdf.text_block(0, y, WIDTH, chart.title, 12, bold=True) + 5
    pdf.drawing(chart, y)
    return bytes(pdf.output())
