"""The message with which a school gets its report."""

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from selfie.domain.results import Results
from selfie.i18n import format_period, text_direction, translator
from selfie_reporting.words import words


@dataclass(frozen=True, slots=True)
class Message:
    """A message as text and as HTML."""

    subject: str
    text: str
    html: str


def report_message(results: Results, school: str, locale: str, link: str) -> Message:
    """Say what is attached and where the rest is; the figures themselves are only in the document."""
    _, said = translator(locale).gettext, words(locale)
    session = said.session(results.session_id)
    subject = _("Your report: {session}").format(session=session)
    content = {
        "locale": locale,
        "direction": text_direction(locale),
        "subject": subject,
        "heading": _("The results of {school} are ready").format(school=school),
        "when": f"{said.levels[results.level]} · {session} · "
        + format_period(results.first_day, results.last_day, locale),
        "attached": _("The complete report is attached as a PDF."),
        "on_the_page": _(
            "On your results page you can look at every statement, download an Excel workbook "
            "and ask for the report in another language."
        ),
        "link": link,
        "link_text": _("Open the results"),
        "participation": said.participation[results.participation_level],
        "caution": said.cautions.get(results.participation_level, ""),
        "next_step": _(
            "A good next step: choose one or two things to talk about with colleagues and students, "
            "and plan from there."
        ),
        "why": _("You receive this message because this is an address of the school's account."),
    }
    templates = _templates()
    return Message(
        subject,
        templates.get_template("report_message.txt").render(content),
        templates.get_template("report_message.html").render(content),
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("selfie_reporting", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
