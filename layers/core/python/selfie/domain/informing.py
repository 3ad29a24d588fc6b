"""What is confirmed before activation: that people were informed, and that the participation council agreed."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from selfie.domain.errors import FieldError, Invalid
from selfie.domain.submission import one_line

LONGEST_ENTRY: Final = 200


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


def checked_informing(confirmed: Informing, *, council_must_agree: bool, today: date) -> Informing:
    """Return what was confirmed, tidied.

    Raise Invalid unless people were informed and a council agreed where it must: in some countries rules on personal
    data apply in a school only then.
    """
    errors = [] if confirmed.informed else [FieldError("informed", "missing")]
    approval = confirmed.approval
    if approval is None:
        errors += [FieldError("approval", "missing")] if council_must_agree else []
    else:
        approval = tidy_approval(approval)
        errors += approval_errors(approval, today)
    if errors:
        raise Invalid(errors)
    return Informing(True, approval)


def tidy_approval(approval: Approval) -> Approval:
    """Return an approval with each text on one line."""
    return Approval(one_line(approval.body), approval.day, one_line(approval.reference))


def approval_errors(approval: Approval, today: date) -> list[FieldError]:
    """Say what does not fit in a tidied approval."""
    errors = []
    for name, text in (("body", approval.body), ("reference", approval.reference)):
        if not text:
            errors.append(FieldError(f"approval.{name}", "missing"))
        elif len(text) > LONGEST_ENTRY:
            errors.append(FieldError(f"approval.{name}", "too_long"))
    if approval.day > today:
        errors.append(FieldError("approval.day", "in_the_future"))
    return errors
