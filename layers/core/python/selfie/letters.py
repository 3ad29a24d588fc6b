"""Write e-mails to schools: text and HTML, without pictures."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from selfie.i18n import text_direction
from selfie.ports import Email

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says; ``button`` is what leads to ``link``, ``why`` is why it comes.

    ``objection`` leads to ``objection_link``: what a school does that did not want what the message is about.
    """

    subject: str
    paragraphs: tuple[str, ...]
    link: str
    button: str
    after: tuple[str, ...]
    why: str
    objection: str = ""
    objection_link: str = ""


def email(to: tuple[str, ...], locale: str, letter: Letter) -> Email:
    """Write a letter to addresses."""
    content = {"locale": locale, "direction": text_direction(locale), "said": letter}
    return Email(
        to,
        letter.subject,
        _environment().get_template("message.txt").render(content),
        _environment().get_template("message.html").render(content),
    )


@cache
def _environment() -> "Environment":
    # Few requests write a letter; the others do not wait for templates.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
