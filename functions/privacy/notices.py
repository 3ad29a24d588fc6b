"""Write a school's own privacy notice; what is typed for it goes into the notice and is kept nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from selfie.domain.account import COUNTRIES
from selfie.domain.errors import FieldError, Invalid
from selfie.domain.submission import one_line
from selfie.notices import Controller, Facts, Notice, Reader, notice
from selfie.ports import Schools

LONGEST: Final = 200
PAGE: Final = "where-does-my-data-go/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a coordinator chose and typed; an empty ``country`` is the school's own."""

    reader: str
    locale: str
    controller: str
    authority: str
    contact: str
    officer: str
    country: str


@dataclass(frozen=True, slots=True)
class Notices:
    """Makes notices of a school."""

    schools: Schools
    operator: str
    locales: Sequence[str]
    site_url: str

    def make(self, school_id: str, wanted: Wanted) -> tuple[Notice, str]:
        """Return the notice and the school's name; raise Invalid, naming every field that does not fit."""
        school = self.schools.get(school_id)
        typed = {name: one_line(getattr(wanted, name)) for name in ("authority", "contact", "officer")}
        needed = {"contact", "officer", *(["authority"] if wanted.controller == Controller.AUTHORITY else [])}
        country = wanted.country or school.country
        faults = [FieldError(name, "missing") for name in sorted(needed) if not typed[name]]
        faults += [FieldError(name, "too_long") for name, text in typed.items() if len(text) > LONGEST]
        for name, chosen, offered in (
            ("reader", wanted.reader, list(Reader)),
            ("controller", wanted.controller, list(Controller)),
            ("locale", wanted.locale, self.locales),
            ("country", country, COUNTRIES),
        ):
            if chosen not in offered:
                faults.append(FieldError(name, "not_offered"))
        if faults:
            raise Invalid(faults)
        facts = Facts(
            school=school.name,
            operator=self.operator,
            controller=Controller(wanted.controller),
            country=country,
            page=f"{self.site_url}/{wanted.locale}/{PAGE}",
            **typed,
        )
        return notice(facts, Reader(wanted.reader), wanted.locale), school.name
