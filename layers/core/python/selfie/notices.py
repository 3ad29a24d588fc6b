"""The words of privacy notices: the tool's own policy, and what a school tells staff, parents and pupils.

A notice has a paragraph for each of fourteen points (docs/privacy.md); the one for pupils says several at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from selfie.domain.supervision import AUTHORITIES
from selfie.i18n import translator

POINTS: Final = tuple(range(1, 15))
LEGAL_BASIS: Final = 6


class Reader(StrEnum):
    """Whom a notice speaks to."""

    STAFF = "staff"
    PARENTS = "parents"
    PUPILS = "pupils"


class Controller(StrEnum):
    """Who answers for a survey; the others act for it."""

    SCHOOL = "school"
    AUTHORITY = "authority"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a notice is made of. ``authority`` may be empty, unless it is the controller.

    ``contact`` and ``officer`` say where to write to the school, and to its data protection officer.
    """

    school: str
    authority: str
    operator: str
    controller: Controller
    contact: str
    officer: str
    country: str
    page: str


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a notice: its heading, its paragraphs, and which of the fourteen points it covers."""

    points: tuple[int, ...]
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A whole notice."""

    title: str
    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        """The notice as text to copy."""
        pieces = (f"{each.heading}\n" + "\n".join(each.paragraphs) for each in self.sections)
        return "\n\n".join((self.title, *pieces)) + "\n"


def notice(facts: Facts, reader: Reader, locale: str) -> Notice:
    """Write a school's notice for somebody, in a language."""
    _ = translator(locale).gettext
    if reader is Reader.PUPILS:
        return Notice(_("Questions about computers and tablets: what happens to my answers?"), _for_pupils(facts, _))
    title = {
        Reader.STAFF: _("Privacy notice for staff: questionnaire on digital technology at our school"),
        Reader.PARENTS: _("Privacy notice for parents: questionnaire on digital technology at our school"),
    }[reader]
    return Notice(title, _for_adults(facts, reader, _))


def policy(operator: str, address: str, contact: str, officer: str, country: str, page: str, locale: str) -> Notice:
    """Write the tool's own privacy policy, for coordinators and for everybody who answers."""
    _ = translator(locale).gettext
    facts = Facts("", "", operator, Controller.OPERATOR, contact, officer, country, page)
    sections = (
        Section(
            (1,),
            _("Who is responsible"),
            (
                _("{operator}, {address}, is responsible for the tool.").format(operator=operator, address=address),
                _("For its own exercises a school is responsible as well: it decides whether and when to ask."),
                _("Contact: {contact}").format(contact=contact),
            ),
        ),
        *_common(facts, _)[1:],
    )
    return Notice(_("Privacy policy"), sections)


def _for_adults(facts: Facts, reader: Reader, _: Callable[[str], str]) -> tuple[Section, ...]:
    free = {
        Reader.STAFF: _(
            "Taking part is voluntary. You can leave out any question and stop at any time. Nobody learns whether you "
            "took part."
        ),
        Reader.PARENTS: _(
            "Taking part is voluntary. Your child can leave out any question and stop at any time. It has no influence "
            "on marks, and nobody learns who took part."
        ),
    }[reader]
    first, *others = _common(facts, _)
    return tuple(
        Section(each.points, each.heading, (*each.paragraphs, free)) if LEGAL_BASIS in each.points else each
        for each in (first, *others)
    )


def _common(facts: Facts, _: Callable[[str], str]) -> Sequence[Section]:
    said = {
        "school": facts.school,
        "operator": facts.operator,
        "authority": facts.authority,
        "contact": facts.contact,
        "officer": facts.officer,
        "page": facts.page,
    }
    together = (
        (_("The school does this together with {authority}.").format(**said),)
        if facts.authority and facts.controller is not Controller.AUTHORITY
        else ()
    )
    return (
        Section(
            (1,),
            _("Who is responsible"),
            (_responsible(facts, _).format(**said), _("Contact: {contact}").format(**said)),
        ),
        Section((2,), _("Data protection officer"), (_("You can write to: {officer}").format(**said),)),
        Section(
            (3,),
            _("What it is about"),
            (
                _(
                    "A school looks at how it uses digital technology. School leaders, teachers and students answer a "
                    "short questionnaire without giving a name. The school reads the totals and plans from them. "
                    "Nobody is ranked or compared."
                ),
                *together,
            ),
        ),
        Section(
            (4,),
            _("Who is involved"),
            (
                _(
                    "Nobody sees what one person chose: answers are added up when they arrive and are not stored one "
                    "by one. The coordinators of the school see the totals from the day after the last day. Groups "
                    "that are too small are not shown by themselves."
                ),
                _(
                    "Open answers are kept word for word, without a name and apart from everything else. Where at "
                    "least five of a group took part, the coordinators read them in the results."
                ),
                _("The operator of the tool keeps it running and has no access to a school’s results."),
            ),
        ),
        Section(
            (5,),
            _("How long"),
            (
                _(
                    "Counts are deleted 30 days after the last day of the exercise. The totals, and the open answers "
                    "in the results, stay until the school erases its account, or until nobody has signed in for 36 "
                    "months."
                ),
            ),
        ),
        Section((6,), _("On what legal basis"), (_("A task in the public interest (Art. 6(1)(e) GDPR)."),)),
        Section(
            (7,),
            _("Which data"),
            (
                _(
                    "Of those who answer: what they choose and write, in a few optional questions also an age band or "
                    "years of experience, all without a name, an address of a device or a cookie."
                ),
                _(
                    "Of the school: name, country and official e-mail addresses. Of coordinators: a one-way code of "
                    "their identity at the identity provider, no name."
                ),
            ),
        ),
        Section(
            (8,),
            _("Special categories of data"),
            (_("None are asked for. Please write no names and nothing about health or beliefs into the open answer."),),
        ),
        Section(
            (9,),
            _("Where the data come from"),
            (_("From those who answer, and from the coordinators of the school. From nobody else."),),
        ),
        Section(
            (10,),
            _("How the data are protected"),
            (
                _(
                    "Everything is encrypted. Coordinators sign in with two factors. Requests of those who answer are "
                    "not logged. The database of counts has no history, and nobody can read its encrypted copies any "
                    "more once the exercise is closed."
                ),
            ),
        ),
        Section(
            (11,),
            _("Who receives data"),
            (
                _(
                    "The school alone gets its results. Amazon Web Services stores the data as a processor. Anonymous "
                    "totals over at least ten schools may be used for research and policy. Nothing is used for "
                    "marketing."
                ),
            ),
        ),
        Section(
            (12,),
            _("Countries outside the European Union"),
            (_("The data are stored in the European Union and nowhere else."),),
        ),
        Section(
            (13,),
            _("What remains afterwards"),
            (_("Only anonymous totals over many schools, which show no school and no person."),),
        ),
        Section(
            (14,),
            _("Your rights"),
            (
                _(
                    "You have the right to see your data, to have them corrected, erased or restricted, to take them "
                    "along, and to object (Articles 15 to 21 GDPR). No decision is made by a machine alone."
                ),
                _(
                    "Nobody can tell which answers are yours, and neither can we. So we can find, correct or erase no "
                    "answers of one person, and the law does not ask us to collect more in order to be able to "
                    "(Art. 11 GDPR). Whoever could show us which answers are theirs would be helped; we know of no way."
                ),
                complaint(facts.country, _),
                _("Line by line: {page}").format(**said),
            ),
        ),
    )


def complaint(country: str, _: Callable[[str], str]) -> str:
    """Say to whom parents and others can complain in a country."""
    authority = AUTHORITIES.get(country)
    if authority is None:
        return _("You can also complain to the supervisory authority for data protection of your country.")
    return _("You can also complain to the supervisory authority: {name}, {website}.").format(
        name=authority.name, website=authority.website
    )


def _responsible(facts: Facts, _: Callable[[str], str]) -> str:
    match facts.controller:
        case Controller.SCHOOL:
            return _(
                "{school} is responsible for this questionnaire (controller). {operator} runs the tool on its behalf "
                "(processor)."
            )
        case Controller.AUTHORITY:
            return _(
                "{authority} is responsible for this questionnaire (controller). {school} carries it out, and "
                "{operator} runs the tool on its behalf (processor)."
            )
    return _("{operator} is responsible for the tool (controller). {school} decided to ask you with it.")


def _for_pupils(facts: Facts, _: Callable[[str], str]) -> tuple[Section, ...]:
    authority = AUTHORITIES.get(facts.country)
    office = (
        _("You and your parents can also ask this office for help: {name}, {website}.").format(
            name=authority.name, website=authority.website
        )
        if authority
        else _("You and your parents can also ask the data protection office of your country for help.")
    )
    who = (
        _("Your school asks: {school}. It does this with {authority}.")
        if facts.authority
        else _("Your school asks: {school}.")
    )
    return (
        Section(
            (1, 2),
            _("Who asks me?"),
            (
                who.format(school=facts.school, authority=facts.authority),
                _("Ask your teacher if you want to know more. You can also write to: {officer}").format(
                    officer=facts.officer
                ),
            ),
        ),
        Section(
            (3, 6),
            _("Why do you ask?"),
            (
                _(
                    "Your school wants to know how computers and tablets help you learn. It is part of its job to get "
                    "better."
                ),
                _("You can say no. You can skip a question. You can stop. It does not change your marks."),
            ),
        ),
        Section(
            (7, 8, 9),
            _("What do you ask?"),
            (
                _("We ask what you think. We do not ask your name. Only you tell us things, nobody else does."),
                _("Please do not write names in the box at the end. Do not write that somebody is ill."),
            ),
        ),
        Section(
            (4, 11, 12),
            _("Who can see my answers?"),
            (
                _(
                    "Nobody sees your own answers. When you press Send, the computer adds one to each thing you chose. "
                    "Then it forgets you."
                ),
                _(
                    "It is like putting a bean in a jar. In the end your school counts the beans. It does not see who "
                    "put them in."
                ),
                _("Only the box at the end is not like that. Your school can read your words, but not who wrote them."),
                _("The computers are in Europe. We sell nothing to anybody."),
            ),
        ),
        Section(
            (5, 13),
            _("How long do you keep it?"),
            (_("After 30 days we throw the jars away. Your school keeps the totals, and the words from the box."),),
        ),
        Section(
            (10,),
            _("Is it safe?"),
            (
                _(
                    "Yes. Everything is locked with a secret code. If very few of you answered, the totals are not "
                    "shown."
                ),
            ),
        ),
        Section(
            (14,),
            _("What can I do?"),
            (
                _(
                    "You can always ask what we keep. We cannot find your answers again, because we do not know which "
                    "ones are yours."
                ),
                office,
            ),
        ),
    )
