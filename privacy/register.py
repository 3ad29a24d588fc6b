"""Read the register of processing, ``register.toml``, and check that it answers every question about every entry."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

FILE: Final = Path(__file__).parent / "register.toml"
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


class Person(StrEnum):
    """Whom the public pages speak to, in their order."""

    PUPIL = "pupil"
    TEACHER = "teacher"
    LEADER = "leader"
    COORDINATOR = "coordinator"


RESPONDENTS: Final = (Person.PUPIL, Person.TEACHER, Person.LEADER)


class Ending(StrEnum):
    """What ends the time for which something is kept."""

    EXPIRY = "expiry"
    ERASURE = "erasure"
    SERVICE = "service"
    ELSEWHERE = "elsewhere"


class Event(StrEnum):
    """When a period begins."""

    ACCOUNT_ERASED = "account_erased"
    ERASURE_ASKED_FOR = "erasure_asked_for"
    EXERCISE_OVER = "exercise_over"
    LINK_SENT = "link_sent"
    LOGGED_IN = "logged_in"
    LOGGED_OUT = "logged_out"
    LOG_IN_BEGUN = "log_in_begun"
    MIGRATION_OVER = "migration_over"
    PUZZLE_MADE = "puzzle_made"
    QUESTIONNAIRE_OPENED = "questionnaire_opened"
    RUN_OVER = "run_over"
    SENT = "sent"
    SESSION_OVER = "session_over"
    WRITTEN = "written"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Operator(_Part):
    """Who answers for the service as a whole; a stage names its own."""

    name: Text
    address: Text
    email: Text
    officer: Text
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


# Answers for a run on one machine.
EXAMPLE: Final = Operator(
    name="Example operator",
    address="1 Example Street, 1000 Brussels, Belgium",
    email="operator@example.org",
    officer="data-protection@example.org",
    country="BE",
)


class Period(_Part):
    """How long something is kept: ``kept`` in words, ``length`` as ISO 8601, empty where it is not in our hands."""

    kept: Text
    event: Event
    length: Annotated[str, StringConstraints(pattern=f"^({_DURATION.pattern})?$")]
    by: Ending

    @property
    def time(self) -> timedelta | None:
        """The length as a number."""
        read = _DURATION.fullmatch(self.length)
        if not self.length or read is None:
            return None
        days, hours, minutes = (int(number or 0) for number in read.groups())
        return timedelta(days=days, hours=hours, minutes=minutes)


class Place(_Part):
    """Where something lies, and what holds for all that lies there."""

    key: Text
    name: Text
    measures: Text
    destroyed: Text


class Activity(_Part):
    """Why something is stored, and what holds for all that is stored for that reason."""

    key: Text
    name: Text
    why: Text
    basis: Text
    recipients: Text = "The school alone; the provider of servers (Amazon Web Services) stores it as processor."
    transfers: Text = "None outside the European Union."


class Stored(_Part):
    """One kind of item, object, message or line; what is left out comes from its activity, place or period.

    ``concerns`` says to whom the public pages show it (by default whoever it is about), ``child`` says it so that a
    ten-year-old understands.
    """

    activity: Text
    where: Text
    item: Text
    what: Text
    whose: Text
    source: Text
    seen_by: Text
    kept: Text
    why: str = ""
    basis: str = ""
    recipients: str = ""
    measures: str = ""
    child: str = ""
    concerns: tuple[Person, ...] = ()
    attributes: Mapping[str, Text]

    @property
    def people(self) -> tuple[Person, ...]:
        """Whom it concerns."""
        if self.concerns:
            return self.concerns
        if self.whose.startswith("respondent"):
            return RESPONDENTS
        return () if self.whose.startswith("nobody") else (Person.COORDINATOR,)

    @property
    def is_the_schools(self) -> bool:
        """Tell whether it belongs to a school, a coordinator or its respondents, rather than to nobody."""
        return not self.whose.startswith("nobody")


class Register(_Part):
    """The whole register; ``period`` and so on are named as the file names them."""

    operator: Operator
    period: tuple[Period, ...]
    place: tuple[Place, ...]
    activity: tuple[Activity, ...]
    stored: tuple[Stored, ...]

    def period_of(self, stored: Stored) -> Period:
        """Return the period that an entry names; one that is not described counts as endless (see ``gaps``)."""
        described = {each.kept: each for each in self.period}
        return described.get(stored.kept, Period(kept=stored.kept, event=Event.WRITTEN, length="", by=Ending.ELSEWHERE))

    def place_of(self, stored: Stored) -> Place:
        """Raise KeyError for a place that is not described."""
        return {each.key: each for each in self.place}[stored.where]

    def activity_of(self, stored: Stored) -> Activity:
        """Raise KeyError for an activity that is not described."""
        return {each.key: each for each in self.activity}[stored.activity]

    def gaps(self) -> list[str]:
        """Name what entries refer to and the file lacks, what no entry refers to, and what children are not told."""
        found = [f"no words for children: {each.item}" for each in self.concerning(Person.PUPIL) if not each.child]
        for known, used, name in (
            ([each.kept for each in self.period], [each.kept for each in self.stored], "period"),
            ([each.key for each in self.place], [each.where for each in self.stored], "place"),
            ([each.key for each in self.activity], [each.activity for each in self.stored], "activity"),
        ):
            found += [f"no {name}: {key}" for key in sorted(set(used) - set(known))]
            found += [f"unused {name}: {key}" for key in sorted(set(known) - set(used))]
            found += [f"twice: {name} {key}" for key in sorted({key for key in known if known.count(key) > 1})]
        return found

    def concerning(self, person: Person) -> Iterator[Stored]:
        """Yield what the public pages show to somebody."""
        return (stored for stored in self.stored if person in stored.people)


@cache
def register(operator: Operator = EXAMPLE) -> Register:
    """Read the register as it is for an operator; raise ValidationError or TOMLDecodeError."""
    return Register.model_validate({"operator": operator, **tomllib.loads(FILE.read_text(encoding="utf-8"))})


def texts() -> Iterator[str]:
    """Yield every text that people read in their own language; attributes are listed in English, in tables."""
    read = register()
    for period in read.period:
        yield period.kept
    for place in read.place:
        yield from (place.name, place.measures, place.destroyed)
    for activity in read.activity:
        yield from (activity.name, activity.why, activity.basis, activity.recipients, activity.transfers)
    for stored in read.stored:
        yield from (stored.what, stored.source, stored.seen_by)
        yield from (text for text in (stored.measures, stored.child) if text)
