"""Read the questionnaire's form as a browser posts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from selfie.domain.errors import Invalid, TooLarge

# The longest honest form (all statements, 500 characters of four bytes, percent-encoded) is a third of this.
LARGEST_BODY: Final = 64 * 1024
MOST_FIELDS: Final = 500
# Before the question's code in a field's name.
ANSWER: Final = "a."


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """``answers`` are options or text by question code, not yet checked against a questionnaire.

    Who begins with a slip sends no token; ``code`` is what was typed from it.
    """

    token: str
    answers: Mapping[str, Sequence[str]]
    code: str | None = None


def read_form(body: bytes) -> AnswerForm:
    """Read an URL-encoded body; raise TooLarge, or Invalid when it is not UTF-8."""
    if len(body) > LARGEST_BODY:
        raise TooLarge
    try:
        # A well-encoded body is ASCII; errors="strict" also refuses escapes of another character set.
        text = body.decode("ascii")
        fields = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise Invalid.one("form", "not_utf8") from error
    except ValueError as error:
        raise TooLarge from error
    token, code = "", None
    answers: dict[str, list[str]] = {}
    for name, value in fields:
        if name == "token":
            token = value
        elif name == "code":
            code = value
        elif name.startswith(ANSWER):
            answers.setdefault(name.removeprefix(ANSWER), []).append(value)
    return AnswerForm(token, answers, code)
