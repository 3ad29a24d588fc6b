"""What a school's data map says in every form: on pages, in the register, in the notice to parents."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, reduce

from selfie.domain.data_map import (
    Agreement,
    Answer,
    Channel,
    Data,
    Destroyed,
    Gap,
    GapCode,
    Ground,
    KeptFrom,
    Kind,
    People,
    Place,
    Prompt,
    Purpose,
    Right,
    Source,
    Special,
    SpecialGround,
    Tool,
    Transfer,
    Viewer,
)
from selfie.i18n import translator

Names = Mapping[str, str]
Gettext = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class DataMapWords:
    """The words of a locale: ``choices`` by the name of their list, ``fields`` by the name of the field."""

    locale: str
    choices: Mapping[str, Names]
    fields: Names
    gaps: Names

    def name(self, choice: StrEnum) -> str:
        """Name one entry of a list."""
        return self.choices[type(choice).__name__][choice]

    def names(self, chosen: Iterable[StrEnum]) -> list[str]:
        """Name some entries of a list."""
        return [self.name(each) for each in chosen]

    def listed(self, texts: Sequence[str]) -> str:
        """Write texts, which may hold commas, one after the other: a semicolon is another sign in each script."""
        pattern = translator(self.locale).gettext("{one}; {another}")
        return reduce(lambda one, another: pattern.format(one=one, another=another), texts) if texts else ""

    def gap(self, gap: Gap) -> str:
        """Say what is to be done."""
        about = next((names[gap.about] for names in self._abouts() if gap.about in names), "")
        return self.gaps[gap.code].format(about=about)

    def period(self, tool: Tool) -> str:
        """Say how long data are kept, as in «12 months after the pupil has left»; empty when nobody has said."""
        if tool.kept_from is None:
            return ""
        months = tool.kept_months or 0
        translations = translator(self.locale)
        if tool.kept_from is KeptFrom.FOR_EVER or months == 0:
            return _until(translations.gettext)[tool.kept_from]
        return _months_after(translations.ngettext, tool.kept_from, months).format(n=months)

    def _abouts(self) -> tuple[Names, ...]:
        return tuple(self.choices[kind.__name__] for kind in (Prompt, Channel, Right))


def _until(_: Gettext) -> Names:
    return {
        KeptFrom.COLLECTED: _("deleted at once"),
        KeptFrom.SCHOOL_YEAR: _("until the school year ends"),
        KeptFrom.LEAVING: _("until the person leaves the school"),
        KeptFrom.CONTRACT: _("until the contract with the provider ends"),
        KeptFrom.FOR_EVER: _("for ever"),
    }


def _months_after(ngettext: Callable[[str, str, int], str], event: KeptFrom, n: int) -> str:
    match event:
        case KeptFrom.COLLECTED:
            return ngettext("{n} month after collection", "{n} months after collection", n)
        case KeptFrom.SCHOOL_YEAR:
            return ngettext("{n} month after the school year", "{n} months after the school year", n)
        case KeptFrom.LEAVING:
            return ngettext(
                "{n} month after the person has left the school", "{n} months after the person has left the school", n
            )
    return ngettext("{n} month after the contract has ended", "{n} months after the contract has ended", n)


@cache
def data_map_words(locale: str) -> DataMapWords:
    """Return the words of a locale."""
    _ = translator(locale).gettext
    return DataMapWords(locale, {**_lists_of_tools(_), **_lists_of_data(_), **_lists_of_care(_)}, _fields(_), _gaps(_))


def _lists_of_tools(_: Gettext) -> Mapping[str, Names]:
    return {
        Kind.__name__: {
            Kind.CLASSROOM: _("Classroom tools"),
            Kind.CLOUD: _("Cloud services"),
            Kind.PAPER: _("Paper"),
            Kind.PREMISES: _("On the premises"),
            Kind.THIRD_PARTY: _("Third parties"),
        },
        Prompt.__name__: {
            Prompt.ABSENCE: _("Absence and illness"),
            Prompt.BIOMETRICS: _("Fingerprints or faces, for lockers, library, canteen or printing"),
            Prompt.CASHLESS: _("Paying without cash"),
            Prompt.CAMERAS: _("Cameras"),
            Prompt.CLUBS: _("Clubs and trips"),
            Prompt.COMMUNICATIONS: _("Messages to families"),
            Prompt.HOMEWORK: _("Homework"),
            Prompt.TRANSFERS: _("Transfers from one system to another"),
            Prompt.TAGS: _("Chips and tags (RFID)"),
            Prompt.SAFEGUARDING: _("Safeguarding and monitoring of computers"),
            Prompt.OWN_DEVICES: _("People’s own devices"),
        },
    }


def _lists_of_data(_: Gettext) -> Mapping[str, Names]:
    return {
        People.__name__: {
            People.PUPILS: _("Pupils"),
            People.PARENTS: _("Parents"),
            People.STAFF: _("Staff"),
            People.VISITORS: _("Visitors"),
            People.FORMER_PUPILS: _("Former pupils"),
        },
        Source.__name__: {
            Source.PUPILS: _("Pupils enter them"),
            Source.PARENTS: _("Parents give them"),
            Source.STAFF: _("Staff enter them"),
            Source.TOOL: _("The tool collects them by itself"),
            Source.OTHER_SYSTEM: _("They come from another system"),
        },
        Data.__name__: {
            Data.PUPIL: _("Pupils: name, address, contact"),
            Data.PARENT: _("Parents: name, address, contact"),
            Data.ATTAINMENT: _("Marks and results"),
            Data.ABSENCE: _("Absence"),
            Data.BEHAVIOUR: _("Behaviour"),
            Data.CLASSROOM_APPS: _("Work and scores in classroom apps"),
            Data.EXCLUSION: _("Exclusion from lessons or school"),
            Data.IDENTIFIERS: _("Numbers and log-in names"),
            Data.SUPPORT: _("Special needs, care and health"),
            Data.FIXED: _("What stays: birth, sex, origin"),
            Data.CHANGING: _("What changes over time: home, language, free meals"),
            Data.IMAGES: _("Photos, videos, voices"),
            Data.LOCATION: _("Places and times"),
            Data.PAYMENTS: _("Payments"),
            Data.USAGE: _("What was clicked, opened, searched"),
            Data.OTHER: _("Other data"),
        },
        Special.__name__: {
            Special.NONE: _("None of these"),
            Special.BIOMETRIC: _("Biometric, such as fingerprints"),
            Special.HEALTH: _("Health"),
            Special.CRIMINAL: _("Crimes and convictions"),
            Special.ORIGIN: _("Ethnic origin"),
            Special.BELIEF: _("Religion or belief"),
            Special.OTHER: _("Others of Article 9"),
        },
        SpecialGround.__name__: {
            SpecialGround.CONSENT: _("Explicit consent"),
            SpecialGround.SOCIAL_LAW: _("Employment and social law"),
            SpecialGround.VITAL: _("Somebody’s life is at stake"),
            SpecialGround.PUBLIC_INTEREST: _("Substantial public interest, by law"),
            SpecialGround.CARE: _("Care by people bound to secrecy"),
            SpecialGround.RESEARCH: _("Research, statistics, archives, by law"),
            SpecialGround.CRIMINAL_LAW: _("A law allows it (Article 10)"),
        },
        Purpose.__name__: {
            Purpose.SCHOOLING: _("Teaching and support"),
            Purpose.ADMINISTRATION: _("Administration and accountability"),
            Purpose.SAFEGUARDING: _("Safeguarding and social care"),
            Purpose.PERMANENT: _("Records that are kept for ever"),
            Purpose.PUBLIC_RESEARCH: _("Research in the public interest"),
            Purpose.OTHER_RESEARCH: _("Other research"),
            Purpose.OTHER: _("Other national or local purposes"),
        },
        Ground.__name__: {
            Ground.PUBLIC_TASK: _("Task in the public interest"),
            Ground.LEGAL_DUTY: _("Legal duty"),
            Ground.CONSENT: _("Consent"),
            Ground.CONTRACT: _("Contract"),
            Ground.VITAL: _("Somebody’s life is at stake"),
            Ground.INTERESTS: _("Legitimate interest"),
        },
    }


def _lists_of_care(_: Gettext) -> Mapping[str, Names]:
    return {
        Viewer.__name__: {
            Viewer.PUPIL: _("The pupil"),
            Viewer.PARENTS: _("The pupil’s parents"),
            Viewer.OTHER_PUPILS: _("Other pupils"),
            Viewer.TEACHERS: _("The pupil’s teachers"),
            Viewer.ALL_STAFF: _("All staff"),
            Viewer.OFFICE: _("The school office"),
            Viewer.LEADERS: _("School leaders"),
            Viewer.SUPPORT: _("Care and safeguarding team"),
            Viewer.PROVIDER: _("The provider"),
            Viewer.AUTHORITY: _("Ministry or authority"),
            Viewer.OTHERS: _("Others"),
        },
        KeptFrom.__name__: {
            KeptFrom.COLLECTED: _("Months from collection"),
            KeptFrom.SCHOOL_YEAR: _("Months from the end of the school year"),
            KeptFrom.LEAVING: _("Months from the day the person leaves the school"),
            KeptFrom.CONTRACT: _("Months from the end of the contract"),
            KeptFrom.FOR_EVER: _("Kept for ever"),
        },
        Place.__name__: {
            Place.SCHOOL: _("On computers of the school"),
            Place.CUPBOARD: _("In a locked cupboard"),
            Place.AUTHORITY: _("On computers of the authority"),
            Place.EEA: _("With a provider in the EEA"),
            Place.OUTSIDE_EEA: _("Outside the EEA"),
            Place.OWN_DEVICES: _("On people’s own devices"),
        },
        Transfer.__name__: {
            Transfer.ADEQUACY: _("The European Commission’s adequacy decision"),
            Transfer.CLAUSES: _("Standard contractual clauses"),
            Transfer.BINDING_RULES: _("Binding corporate rules"),
            Transfer.CONSENT: _("Explicit consent"),
        },
        Destroyed.__name__: {
            Destroyed.BY_ITSELF: _("The tool deletes them by itself"),
            Destroyed.BY_HAND: _("Staff delete them"),
            Destroyed.BY_PROVIDER: _("The provider deletes them"),
            Destroyed.SHREDDED: _("Paper is shredded"),
            Destroyed.WIPED: _("Devices are wiped"),
            Destroyed.ARCHIVE: _("They go to an archive by law"),
        },
        Agreement.__name__: {
            Agreement.SIGNED: _("Signed"),
            Agreement.LACKING: _("Not signed yet"),
            Agreement.NOT_NEEDED: _("Not needed: nobody outside works with the data"),
        },
        Answer.__name__: {Answer.YES: _("Yes"), Answer.NO: _("No")},
        Channel.__name__: {
            Channel.CLOSED_SITE: _("Closed part of the website"),
            Channel.PUBLIC_SITE: _("Public website"),
            Channel.SOCIAL_MEDIA: _("Social media"),
            Channel.PRINT: _("Newsletter and school photo"),
            Channel.PRESS: _("Press"),
            Channel.WALLS: _("Walls of the school"),
        },
        Right.__name__: {
            Right.SEE: _("See the data"),
            Right.TAKE: _("Take a copy along"),
            Right.CORRECT: _("Have wrong data corrected"),
            Right.REMOVE: _("Have data removed"),
        },
    }


def _fields(_: Gettext) -> Names:
    return {
        "name": _("Name of the tool"),
        "kind": _("Kind of tool"),
        "prompts": _("Easily forgotten"),
        "provider": _("Provider"),
        "people": _("Whose data"),
        "sources": _("How the data come in"),
        "data": _("Which data"),
        "data_other": _("Other data, namely"),
        "special": _("Specially protected data"),
        "special_ground": _("What allows specially protected data"),
        "purposes": _("What for"),
        "purpose_other": _("Other purpose, namely"),
        "ground": _("Legal basis"),
        "seen_by": _("Who can see them"),
        "passed_to": _("Passed on to"),
        "kept_from": _("How long"),
        "kept_months": _("How many months"),
        "places": _("Where they are"),
        "transfer": _("What allows them outside the EEA"),
        "destroyed": _("How they are destroyed"),
        "code_names": _("Code names instead of names"),
        "agreement": _("Processing agreement"),
        "agreement_from": _("Agreement from"),
        "agreement_until": _("Agreement until"),
        "breach_clause": _("It says how breaches are reported"),
        "deletion_clause": _("It says when data are deleted"),
        "note": _("Note"),
    }


def _gaps(_: Gettext) -> Names:
    return {
        GapCode.NO_TOOLS: _("The map has no tools yet."),
        GapCode.PROMPT_OPEN: _("Is there a tool for this? {about}."),
        GapCode.PEOPLE_OPEN: _("Whose data are in it?"),
        GapCode.SOURCE_OPEN: _("How do the data come in?"),
        GapCode.DATA_OPEN: _("Which data are in it?"),
        GapCode.DATA_UNEXPLAINED: _("Which other data are in it?"),
        GapCode.SPECIAL_OPEN: _("Are specially protected data in it, or none?"),
        GapCode.SPECIAL_WITHOUT_GROUND: _("Specially protected data need a ground that allows them."),
        GapCode.PURPOSE_OPEN: _("What are the data for?"),
        GapCode.PURPOSE_UNEXPLAINED: _("Which other purpose do the data have?"),
        GapCode.GROUND_OPEN: _("On what legal basis?"),
        GapCode.VIEWERS_OPEN: _("Who can see the data?"),
        GapCode.PERIOD_OPEN: _("How long are the data kept?"),
        GapCode.KEPT_FOR_EVER: _("Nothing is kept for ever without a law that asks for it."),
        GapCode.PLACE_OPEN: _("Where are the data?"),
        GapCode.TRANSFER_WITHOUT_GROUND: _("Data outside the EEA need a ground that allows it."),
        GapCode.DESTRUCTION_OPEN: _("How are the data destroyed?"),
        GapCode.REAL_NAMES: _("Could the provider do with code names instead of pupils’ names?"),
        GapCode.AGREEMENT_LACKING: _("A processing agreement with the provider is lacking."),
        GapCode.AGREEMENT_ENDED: _("The processing agreement has ended."),
        GapCode.AGREEMENT_ENDING: _("The processing agreement ends within 60 days."),
        GapCode.BREACH_CLAUSE_LACKING: _("The agreement should say how breaches are reported."),
        GapCode.DELETION_CLAUSE_LACKING: _("The agreement should say when data are deleted."),
        GapCode.IMAGES_OPEN: _("Where does the school show photos and videos of pupils, or nowhere?"),
        GapCode.IMAGES_WITHOUT_PERMISSION: _("Photos and videos need a permission of their own here: {about}."),
        GapCode.IMAGES_NOT_WITHDRAWABLE: _("Whoever withdraws a permission must see the images taken down: {about}."),
        GapCode.RIGHT_OPEN: _("There is no way yet to ask for this: {about}."),
        GapCode.CONTACT_OPEN: _("Where can parents ask?"),
        GapCode.OFFICER_OPEN: _("Where is the data protection officer reached?"),
        GapCode.COUNCIL_OPEN: _("Has the participation council agreed to the rules?"),
        GapCode.COUNCIL_OUTDATED: _("Rules have changed since the participation council agreed."),
    }
