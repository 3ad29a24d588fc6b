"""What is confirmed before activation: that people were informed, and that the participation council agreed."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from selfie.domain.errors import FieldError, Invalid
from selfie.domain.submission import clean_text

LONGEST_ENTRY: Final = 200

# Countries in whose schools a participation council has to agree to rules on personal data, before they apply.
# NL: the «medezeggenschapsraad» (Wet medezeggenschap op scholen; the guidance for parents says the same).
COUNCIL_MUST_AGREE: Final = frozenset({"NL"})


@dataclass(frozen=True, slots=True)
class Approval:
    """The agreement of a participation council: which body, when, and where that is written down."""

    body: str
    day: date
    reference: str


@dataclass(frozen=True, slots=True)
class Informing:
    """What a coordinator confirms; ``approval`` may be missing where the country does not ask for it."""

    informed: bool
    approval: Approval | None = None


def checked_informing(confirmed: Informing, country: str, today: date) -> Informing:
    """Return what was confirmed, tidied.

    Raise Invalid unless people were informed and a council agreed where it must.
    """
    errors = [] if confirmed.informed else [FieldError("informed", "missing")]
    approval = confirmed.approval
    if approval is None:
        errors += [FieldError("approval", "missing")] if country in COUNCIL_MUST_AGREE else []
    else:
        approval = Approval(_one_line(approval.body), approval.day, _one_line(approval.reference))
        for name, text in (("body", approval.body), ("reference", approval.reference)):
            if not text:
                errors.append(FieldError(f"approval.{name}", "missing"))
            elif len(text) > LONGEST_ENTRY:
                errors.append(FieldError(f"approval.{name}", "too_long"))
        if approval.day > today:
            errors.append(FieldError("approval.day", "in_the_future"))
    if errors:
        raise Invalid(errors)
    return Informing(True, approval)


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())
