"""A school's own data map: its tools, what each of them collects from whom, why, who sees it, how long and where, and
what is still open. It describes tools, never people: nobody's data and nobody's name belong into it.

The lists follow what people ask of schools: which tools there are and what one asks of each; types of data and
purposes in state education; images, rights, agreements and the participation council.
"""

import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, TypeVar

from selfie.domain.errors import FieldError, Invalid, InvitationOver, TooManyTools, Unknown
from selfie.domain.informing import Approval, approval_errors, tidy_approval
from selfie.domain.submission import clean_text, one_line

# Numbers of tools are the last part of their keys, so there can be no more.
MOST_TOOLS: Final = 200
LONGEST: Final = {"name": 100, "provider": 150, "data_other": 200, "purpose_other": 200, "passed_to": 300, "note": 500}
LONGEST_CONTACT: Final = 200
MOST_MONTHS: Final = 1_200
# An agreement that ends within this time is to be renewed now.
TIME_TO_RENEW: Final = timedelta(days=60)
MOST_INVITATION_DAYS: Final = 90

_TOKEN: Final = re.compile(r"([a-z2-7]{12})\.([A-Za-z0-9_-]{16,64})")


class Kind(StrEnum):
    """Where a school finds its tools: five walks through the house."""

    CLASSROOM = "classroom"
    CLOUD = "cloud"
    PAPER = "paper"
    PREMISES = "premises"
    THIRD_PARTY = "third_party"


class Prompt(StrEnum):
    """What schools tend to forget: for each there is a tool, or the school says that it has none."""

    ABSENCE = "absence"
    BIOMETRICS = "biometrics"
    CASHLESS = "cashless"
    CAMERAS = "cameras"
    CLUBS = "clubs"
    COMMUNICATIONS = "communications"
    HOMEWORK = "homework"
    TRANSFERS = "transfers"
    TAGS = "tags"
    SAFEGUARDING = "safeguarding"
    OWN_DEVICES = "own_devices"


class People(StrEnum):
    """Whose data a tool holds."""

    PUPILS = "pupils"
    PARENTS = "parents"
    STAFF = "staff"
    VISITORS = "visitors"
    FORMER_PUPILS = "former_pupils"


class Source(StrEnum):
    """How data come into a tool."""

    PUPILS = "pupils"
    PARENTS = "parents"
    STAFF = "staff"
    TOOL = "tool"
    OTHER_SYSTEM = "other_system"


class Data(StrEnum):
    """Types of data."""

    PUPIL = "pupil"
    PARENT = "parent"
    ATTAINMENT = "attainment"
    ABSENCE = "absence"
    BEHAVIOUR = "behaviour"
    CLASSROOM_APPS = "classroom_apps"
    EXCLUSION = "exclusion"
    IDENTIFIERS = "identifiers"
    SUPPORT = "support"
    FIXED = "fixed"
    CHANGING = "changing"
    IMAGES = "images"
    LOCATION = "location"
    PAYMENTS = "payments"
    USAGE = "usage"
    OTHER = "other"


class Special(StrEnum):
    """Special categories (Art. 9 GDPR) and criminal records (Art. 10); ``NONE`` is an answer too."""

    NONE = "none"
    BIOMETRIC = "biometric"
    HEALTH = "health"
    CRIMINAL = "criminal"
    ORIGIN = "origin"
    BELIEF = "belief"
    OTHER = "other"


class SpecialGround(StrEnum):
    """What allows special categories (Art. 9(2) GDPR), or criminal records (Art. 10)."""

    CONSENT = "consent"
    SOCIAL_LAW = "social_law"
    VITAL = "vital"
    PUBLIC_INTEREST = "public_interest"
    CARE = "care"
    RESEARCH = "research"
    CRIMINAL_LAW = "criminal_law"


class Purpose(StrEnum):
    """What data are for."""

    SCHOOLING = "schooling"
    ADMINISTRATION = "administration"
    SAFEGUARDING = "safeguarding"
    PERMANENT = "permanent"
    PUBLIC_RESEARCH = "public_research"
    OTHER_RESEARCH = "other_research"
    OTHER = "other"


class Ground(StrEnum):
    """Legal basis (Art. 6(1) GDPR)."""

    PUBLIC_TASK = "public_task"
    LEGAL_DUTY = "legal_duty"
    CONSENT = "consent"
    CONTRACT = "contract"
    VITAL = "vital"
    INTERESTS = "interests"


class Viewer(StrEnum):
    """Who can see data."""

    PUPIL = "pupil"
    PARENTS = "parents"
    OTHER_PUPILS = "other_pupils"
    TEACHERS = "teachers"
    ALL_STAFF = "all_staff"
    OFFICE = "office"
    LEADERS = "leaders"
    SUPPORT = "support"
    PROVIDER = "provider"
    AUTHORITY = "authority"
    OTHERS = "others"


class KeptFrom(StrEnum):
    """What a period begins with."""

    COLLECTED = "collected"
    SCHOOL_YEAR = "school_year"
    LEAVING = "leaving"
    CONTRACT = "contract"
    FOR_EVER = "for_ever"


class Place(StrEnum):
    """Where data are."""

    SCHOOL = "school"
    CUPBOARD = "cupboard"
    AUTHORITY = "authority"
    EEA = "eea"
    OUTSIDE_EEA = "outside_eea"
    OWN_DEVICES = "own_devices"


class Transfer(StrEnum):
    """What allows data to leave the European Economic Area (chapter V GDPR)."""

    ADEQUACY = "adequacy"
    CLAUSES = "clauses"
    BINDING_RULES = "binding_rules"
    CONSENT = "consent"


class Destroyed(StrEnum):
    """How data end."""

    BY_ITSELF = "by_itself"
    BY_HAND = "by_hand"
    BY_PROVIDER = "by_provider"
    SHREDDED = "shredded"
    WIPED = "wiped"
    ARCHIVE = "archive"


class Agreement(StrEnum):
    """Whether somebody who works with data for the school has signed how (Art. 28 GDPR)."""

    SIGNED = "signed"
    LACKING = "lacking"
    NOT_NEEDED = "not_needed"


class Answer(StrEnum):
    """What is known for sure; what is not has no answer."""

    YES = "yes"
    NO = "no"


class Channel(StrEnum):
    """Where a school shows images of pupils."""

    CLOSED_SITE = "closed_site"
    PUBLIC_SITE = "public_site"
    SOCIAL_MEDIA = "social_media"
    PRINT = "print"
    PRESS = "press"
    WALLS = "walls"


class Right(StrEnum):
    """What parents and pupils may ask for."""

    SEE = "see"
    TAKE = "take"
    CORRECT = "correct"
    REMOVE = "remove"


Choice = TypeVar("Choice", bound=StrEnum)


class Form(StrEnum):
    """In which form a register is printed."""

    PDF = "pdf"
    EXCEL = "xlsx"
    CSV = "csv"


# Where somebody outside the school works with the data, whoever it is.
_OUTSIDE: Final = frozenset({Kind.CLOUD, Kind.THIRD_PARTY})
# Changes of these are changes of the school's rules, to which a participation council has to agree anew.
_RULES: Final = (
    "people",
    "sources",
    "data",
    "data_other",
    "special",
    "special_ground",
    "purposes",
    "purpose_other",
    "ground",
    "seen_by",
    "passed_to",
    "kept_from",
    "kept_months",
    "places",
    "transfer",
    "destroyed",
    "code_names",
)


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool, and what is known of the data in it; all but name and kind may still be open.

    ``kept_months`` counts from ``kept_from``. ``number`` is its place in the map, ``rules_since`` the day of its last
    change that the participation council should know of.
    """

    name: str
    kind: Kind
    prompts: tuple[Prompt, ...] = ()
    provider: str = ""
    people: tuple[People, ...] = ()
    sources: tuple[Source, ...] = ()
    data: tuple[Data, ...] = ()
    data_other: str = ""
    special: tuple[Special, ...] = ()
    special_ground: SpecialGround | None = None
    purposes: tuple[Purpose, ...] = ()
    purpose_other: str = ""
    ground: Ground | None = None
    seen_by: tuple[Viewer, ...] = ()
    passed_to: str = ""
    kept_from: KeptFrom | None = None
    kept_months: int | None = None
    places: tuple[Place, ...] = ()
    transfer: Transfer | None = None
    destroyed: Destroyed | None = None
    code_names: Answer | None = None
    agreement: Agreement | None = None
    agreement_from: date | None = None
    agreement_until: date | None = None
    breach_clause: Answer | None = None
    deletion_clause: Answer | None = None
    note: str = ""
    number: int = 0
    rules_since: date | None = None
    version: int = 0

    @property
    def is_outside(self) -> bool:
        """Tell whether somebody outside the school works with the data."""
        return self.kind in _OUTSIDE or bool(self.provider)

    @property
    def is_special(self) -> bool:
        """Tell whether data are among those that the law protects most."""
        return any(entry is not Special.NONE for entry in self.special)


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A place where images are shown: is permission asked for it by itself, and what is withdrawn taken down?"""

    channel: Channel
    asked: bool
    withdrawable: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link for colleagues: a hash of its secret, its last day, and the school's name when it was made."""

    secret_hash: str
    last_day: date
    school: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a school says about all its tools together.

    ``absent`` are the prompts for which it has no tool. ``contact`` and ``officer`` are roles or offices.
    """

    absent: tuple[Prompt, ...] = ()
    images: tuple[ImageUse, ...] = ()
    no_images: bool = False
    rights: tuple[Right, ...] = ()
    contact: str = ""
    officer: str = ""
    approval: Approval | None = None
    no_council: bool = False


@dataclass(frozen=True, slots=True)
class DataMap:
    """What a map says beside its tools; version 0 is a map that nobody has written yet."""

    school_id: str
    rules: Rules = Rules()
    rules_since: date | None = None
    invitation: Invitation | None = None
    version: int = 0


class GapCode(StrEnum):
    """What is still to be done."""

    NO_TOOLS = "no_tools"
    PROMPT_OPEN = "prompt_open"
    PEOPLE_OPEN = "people_open"
    SOURCE_OPEN = "source_open"
    DATA_OPEN = "data_open"
    DATA_UNEXPLAINED = "data_unexplained"
    SPECIAL_OPEN = "special_open"
    SPECIAL_WITHOUT_GROUND = "special_without_ground"
    PURPOSE_OPEN = "purpose_open"
    PURPOSE_UNEXPLAINED = "purpose_unexplained"
    GROUND_OPEN = "ground_open"
    VIEWERS_OPEN = "viewers_open"
    PERIOD_OPEN = "period_open"
    KEPT_FOR_EVER = "kept_for_ever"
    PLACE_OPEN = "place_open"
    TRANSFER_WITHOUT_GROUND = "transfer_without_ground"
    DESTRUCTION_OPEN = "destruction_open"
    REAL_NAMES = "real_names"
    AGREEMENT_LACKING = "agreement_lacking"
    AGREEMENT_ENDED = "agreement_ended"
    AGREEMENT_ENDING = "agreement_ending"
    BREACH_CLAUSE_LACKING = "breach_clause_lacking"
    DELETION_CLAUSE_LACKING = "deletion_clause_lacking"
    IMAGES_OPEN = "images_open"
    IMAGES_WITHOUT_PERMISSION = "images_without_permission"
    IMAGES_NOT_WITHDRAWABLE = "images_not_withdrawable"
    RIGHT_OPEN = "right_open"
    CONTACT_OPEN = "contact_open"
    OFFICER_OPEN = "officer_open"
    COUNCIL_OPEN = "council_open"
    COUNCIL_OUTDATED = "council_outdated"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something to be done at a ``field``: of the tool with this number, or of the rules when it is 0.

    ``about`` is the prompt, channel or right that it is about.
    """

    code: GapCode
    field: str
    tool: int = 0
    about: str = ""


def gaps(of: DataMap, tools: Sequence[Tool], today: date) -> tuple[Gap, ...]:
    """List what is still open: of each tool in turn, then of the map as a whole."""
    return (
        *(Gap(code, at, tool.number) for tool in tools for code, at in tool_gaps(tool, today)),
        *_map_gaps(of, tools),
    )


def tool_gaps(tool: Tool, today: date) -> Iterator[tuple[GapCode, str]]:
    """Yield what is open of a tool, with its field."""
    named = (
        (GapCode.PEOPLE_OPEN, "people", not tool.people),
        (GapCode.SOURCE_OPEN, "sources", not tool.sources),
        (GapCode.DATA_OPEN, "data", not tool.data),
        (GapCode.DATA_UNEXPLAINED, "data_other", Data.OTHER in tool.data and not tool.data_other),
        (GapCode.SPECIAL_OPEN, "special", not tool.special),
        (GapCode.SPECIAL_WITHOUT_GROUND, "special_ground", tool.is_special and tool.special_ground is None),
        (GapCode.PURPOSE_OPEN, "purposes", not tool.purposes),
        (GapCode.PURPOSE_UNEXPLAINED, "purpose_other", Purpose.OTHER in tool.purposes and not tool.purpose_other),
        (GapCode.GROUND_OPEN, "ground", tool.ground is None),
        (GapCode.VIEWERS_OPEN, "seen_by", not tool.seen_by),
        (GapCode.PERIOD_OPEN, "kept_from", tool.kept_from is None),
        # Some records are kept for ever by law; that is a purpose of its own.
        (
            GapCode.KEPT_FOR_EVER,
            "kept_from",
            tool.kept_from is KeptFrom.FOR_EVER and Purpose.PERMANENT not in tool.purposes,
        ),
        (GapCode.PLACE_OPEN, "places", not tool.places),
        (
            GapCode.TRANSFER_WITHOUT_GROUND,
            "transfer",
            Place.OUTSIDE_EEA in tool.places and tool.transfer is None,
        ),
        (
            GapCode.DESTRUCTION_OPEN,
            "destroyed",
            tool.destroyed is None and tool.kept_from is not KeptFrom.FOR_EVER,
        ),
    )
    yield from ((code, at) for code, at, is_open in named if is_open)
    if tool.is_outside:
        yield from _agreement_gaps(tool, today)


def _agreement_gaps(tool: Tool, today: date) -> Iterator[tuple[GapCode, str]]:
    if People.PUPILS in tool.people and tool.code_names is not Answer.YES:
        yield GapCode.REAL_NAMES, "code_names"
    if tool.agreement is None or tool.agreement is Agreement.LACKING:
        yield GapCode.AGREEMENT_LACKING, "agreement"
    if tool.agreement is not Agreement.SIGNED:
        return
    if tool.agreement_until and tool.agreement_until < today:
        yield GapCode.AGREEMENT_ENDED, "agreement_until"
    elif tool.agreement_until and tool.agreement_until <= today + TIME_TO_RENEW:
        yield GapCode.AGREEMENT_ENDING, "agreement_until"
    if tool.breach_clause is not Answer.YES:
        yield GapCode.BREACH_CLAUSE_LACKING, "breach_clause"
    if tool.deletion_clause is not Answer.YES:
        yield GapCode.DELETION_CLAUSE_LACKING, "deletion_clause"


def _map_gaps(of: DataMap, tools: Sequence[Tool]) -> Iterator[Gap]:
    rules = of.rules
    if not tools:
        yield Gap(GapCode.NO_TOOLS, "tools")
    yield from (Gap(GapCode.PROMPT_OPEN, "prompts", about=prompt) for prompt in open_prompts(of, tools))
    yield from _image_gaps(rules)
    yield from (Gap(GapCode.RIGHT_OPEN, "rights", about=right) for right in Right if right not in rules.rights)
    if not rules.contact:
        yield Gap(GapCode.CONTACT_OPEN, "contact")
    if not rules.officer:
        yield Gap(GapCode.OFFICER_OPEN, "officer")
    if rules.approval is None and not rules.no_council:
        yield Gap(GapCode.COUNCIL_OPEN, "approval")
    if rules.approval and rules.approval.day < (rules_changed_on(of, tools) or date.min):
        yield Gap(GapCode.COUNCIL_OUTDATED, "approval")


def _image_gaps(rules: Rules) -> Iterator[Gap]:
    if not rules.images and not rules.no_images:
        yield Gap(GapCode.IMAGES_OPEN, "images")
    for use in rules.images:
        if not use.asked:
            yield Gap(GapCode.IMAGES_WITHOUT_PERMISSION, "images", about=use.channel)
        if not use.withdrawable:
            yield Gap(GapCode.IMAGES_NOT_WITHDRAWABLE, "images", about=use.channel)


def open_prompts(of: DataMap, tools: Sequence[Tool]) -> tuple[Prompt, ...]:
    """Name the prompts for which there is neither a tool nor the word that the school has none."""
    answered = {prompt for tool in tools for prompt in tool.prompts} | set(of.rules.absent)
    return tuple(prompt for prompt in Prompt if prompt not in answered)


def rules_changed_on(of: DataMap, tools: Sequence[Tool]) -> date | None:
    """Return the day on which something was last changed that the participation council should know of."""
    return max(filter(None, (of.rules_since, *(tool.rules_since for tool in tools))), default=None)


def with_rules(of: DataMap, sent: Rules, today: date) -> DataMap:
    """Put what was typed in the place of a map's rules; raise Invalid, naming every field that does not fit."""
    errors = []
    read = replace(sent, contact=one_line(sent.contact), officer=one_line(sent.officer))
    for name, text in (("contact", read.contact), ("officer", read.officer)):
        if len(text) > LONGEST_CONTACT:
            errors.append(FieldError(name, "too_long"))
    if read.approval:
        approval = tidy_approval(read.approval)
        read = replace(read, approval=approval)
        errors += approval_errors(approval, today)
    if len({use.channel for use in read.images}) < len(read.images):
        errors.append(FieldError("images", "exists"))
    if read.images and read.no_images:
        errors.append(FieldError("no_images", "not_with_others"))
    if read.approval and read.no_council:
        errors.append(FieldError("no_council", "not_with_others"))
    if errors:
        raise Invalid(errors)
    read = replace(read, absent=_in_order(read.absent), rights=_in_order(read.rights))
    return replace(of, rules=read, rules_since=today if read.images != of.rules.images else of.rules_since)


def listed(sent: Tool, taken: Sequence[Tool], today: date, first_version: int) -> Tool:
    """Give a new tool the lowest number that is free; raise Invalid, or TooManyTools when there is none.

    A number is free again when its tool was deleted: ``first_version`` is higher than any that the earlier one had, so
    nothing that was meant for it is written over the new one.
    """
    read = _read(sent)
    used = {tool.number for tool in taken}
    number = next((number for number in range(1, MOST_TOOLS + 1) if number not in used), None)
    if number is None:
        raise TooManyTools
    return replace(read, number=number, rules_since=today, version=first_version)


def with_changes(before: Tool, sent: Tool, today: date) -> Tool:
    """Put what was typed in the place of what a tool said; raise Invalid, naming every field that does not fit."""
    read = _read(sent)
    same_rules = all(getattr(before, name) == getattr(read, name) for name in _RULES)
    since = before.rules_since if same_rules else today
    return replace(read, number=before.number, rules_since=since, version=before.version)


def inviting(of: DataMap, secret: str, days: int, school: str, today: date) -> DataMap:
    """Make a link for colleagues, in the place of an earlier one; its last day is so many days from today."""
    if not 1 <= days <= MOST_INVITATION_DAYS:
        raise Invalid.one("days", "too_few" if days < 1 else "too_many")
    return replace(of, invitation=Invitation(_hash(secret), today + timedelta(days=days), school))


def without_invitation(of: DataMap) -> DataMap:
    """Let the link lead nowhere."""
    return replace(of, invitation=None)


def token_of(school_id: str, secret: str) -> str:
    """Write what stands in the fragment of a link for colleagues."""
    return f"{school_id}.{secret}"


def parse_token(token: str) -> tuple[str, str]:
    """Read school and secret off a link's fragment; raise Unknown for what cannot be one."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise Unknown
    return match[1], match[2]


def invitation_of(of: DataMap, secret: str, today: date) -> Invitation:
    """Return the invitation that a secret belongs to.

    Raise Unknown unless it is the map's own and was not taken back, InvitationOver after its last day.
    """
    invitation = of.invitation
    if invitation is None or not hmac.compare_digest(invitation.secret_hash, _hash(secret)):
        raise Unknown
    if invitation.last_day < today:
        raise InvitationOver
    return invitation


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _read(sent: Tool) -> Tool:
    """Tidy what was typed; raise Invalid."""
    errors = []
    texts = {name: clean_text(sent.note) if name == "note" else one_line(getattr(sent, name)) for name in LONGEST}
    errors += [FieldError(name, "too_long") for name, text in texts.items() if len(text) > LONGEST[name]]
    if not texts["name"]:
        errors.append(FieldError("name", "missing"))
    if Special.NONE in sent.special and len(set(sent.special)) > 1:
        errors.append(FieldError("special", "not_with_others"))
    counts = sent.kept_from is not None and sent.kept_from is not KeptFrom.FOR_EVER
    if counts and sent.kept_months is None:
        errors.append(FieldError("kept_months", "missing"))
    elif sent.kept_months is not None and not 0 <= sent.kept_months <= MOST_MONTHS:
        errors.append(FieldError("kept_months", "too_few" if sent.kept_months < 0 else "too_many"))
    if sent.agreement_from and sent.agreement_until and sent.agreement_until < sent.agreement_from:
        errors.append(FieldError("agreement_until", "before_first_day"))
    if errors:
        raise Invalid(errors)
    tidied: dict[str, Any] = {
        each.name: _in_order(value) for each in fields(sent) if isinstance(value := getattr(sent, each.name), tuple)
    }
    return replace(sent, **(tidied | texts | {"kept_months": sent.kept_months if counts else None}))


def _in_order(chosen: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Return each choice once, in the order of its list."""
    return tuple(each for each in type(chosen[0]) if each in chosen) if chosen else ()
