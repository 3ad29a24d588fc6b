"""Every key of all tables and of the bucket of documents (docs/data-model.md); nobody else writes «#»."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from selfie.domain.account import LinkPurpose
from selfie.domain.action_plan import parse_plan_id
from selfie.domain.copies import Place
from selfie.domain.disclosure import Unit
from selfie.domain.errors import Unknown
from selfie.domain.exercise import exercise_id, parse_exercise_id
from selfie.domain.research import Cut
from selfie.domain.school import EducationLevel, Identity, RespondentGroup

# A key as boto3's client wants it.
Key = Mapping[str, Mapping[str, str]]

DUE_INDEX: Final = "due"
DUE: Final = "DUE"
# Beside what is to be closed: what was closed and may have counts left, and set-ups that were never activated.
COUNTED: Final = "COUNTED"
SET_UP: Final = "SET_UP"
REMINDER: Final = "REMINDER"
REPORT_DUE: Final = "REPORT"
EXERCISES: Final = "EXERCISE#"
ACTION_PLANS: Final = "PLAN#"
TOOLS: Final = "TOOL#"
COORDINATORS: Final = "COORDINATOR#"
SCHOOLS: Final = "SCHOOL#"
SESSIONS: Final = "SESSION#"
DOCUMENTS: Final = "DOCUMENT#"
ACCESSES: Final = "ACCESS#"
# In the index of what is due, beside exercises that are to be closed.
ERASURE_DUE: Final = "ERASURE"
IDLE: Final = "IDLE"
COMPANIES: Final = "COMPANY#"
CODES: Final = "CODE#"
JOINED: Final = "JOINED#"
OPEN_ANSWERS: Final = "ANSWERS#"
BADGES: Final = "BADGE#"
_LONGEST_LINK: Final = 64
# DynamoDB's own bounds, in bytes.
_LONGEST_PARTITION_KEY: Final = 2048
_LONGEST_SORT_KEY: Final = 1024


def partition(key: Key) -> str:
    """Return the partition of a key."""
    return key["PK"]["S"]


def school_partition(school_id: str) -> str:
    """Everything of a school."""
    return f"SCHOOL#{school_id}"


def school(school_id: str) -> Key:
    """A school account."""
    return _key(school_partition(school_id), "PROFILE")


def coordinator(school_id: str, identity_hash: str) -> Key:
    """A coordinator, found from the school."""
    return _key(school_partition(school_id), f"{COORDINATORS}{identity_hash}")


def coordinator_of(sort_key: str) -> str:
    """Read the hash of a coordinator's identity off a sort key."""
    return sort_key.removeprefix(COORDINATORS)


def identity_partition(identity_hash: str) -> str:
    """Everything of an identity."""
    return f"IDENTITY#{identity_hash}"


def school_of_identity(identity_hash: str, school_id: str) -> Key:
    """A school, found from one of its coordinators."""
    return _key(identity_partition(identity_hash), f"{SCHOOLS}{school_id}")


def school_of(sort_key: str) -> str:
    """Read a school's id off a sort key."""
    return sort_key.removeprefix(SCHOOLS)


def identity_hash(identity: Identity) -> str:
    """Name an identity without storing it; a length in front keeps issuer and subject apart."""
    return hidden(f"{len(identity.issuer)}:{identity.issuer}{identity.subject}")


def hidden(secret: str) -> str:
    """Return what stands for a cookie, a state or an identity in a key."""
    return sha256(secret.encode()).hexdigest()


def session_of_identity(identity_hash: str, cookie_value: str) -> Key:
    """A session, found from the coordinator whose it is."""
    return _key(identity_partition(identity_hash), f"{SESSIONS}{hidden(cookie_value)}")


def cookie_of(sort_key: str) -> Key:
    """A coordinator's session, by the sort key under which its identity finds it."""
    return _cookie(sort_key.removeprefix(SESSIONS))


def logout(token_id: str) -> Key:
    """The mark of a log-out that the provider told us about."""
    return _key(f"LOGOUT#{hidden(token_id)}", "LOGOUT")


def login(state: str) -> Key:
    """A log-in under way."""
    return _key(f"LOGIN#{hidden(state)}", "LOGIN")


def cookie(value: str) -> Key:
    """A coordinator's session."""
    return _cookie(hidden(value))


def _cookie(hashed: str) -> Key:
    return _key(f"COOKIE#{hashed}", "COOKIE")


def email(address: str) -> Key:
    """Who an address belongs to."""
    return _key(f"EMAIL#{hidden(address)}", "EMAIL")


def account_link(purpose: LinkPurpose, token: str) -> Key:
    """What stands behind a link in an e-mail; of another purpose it is another link."""
    return _key(f"ACCOUNTLINK#{hidden(f'{purpose}|{token}')}", "ACCOUNTLINK")


def puzzle(solved: str) -> Key:
    """The mark of a puzzle that was solved."""
    return _key(f"PUZZLE#{hidden(solved)}", "PUZZLE")


def old_account(school_id: str) -> Key:
    """An account of the former system; apart from its school, so that few roles can read the hash of its password."""
    return _key(f"OLDACCOUNT#{school_id}", "OLDACCOUNT")


def attempts(name: str) -> Key:
    """How often something was tried."""
    return _key(f"ATTEMPTS#{name}", "ATTEMPTS")


def kind(key: Key) -> str:
    """Name an item by the first words of its keys, as the register of processing does."""
    return "/".join(key[part]["S"].partition("#")[0] for part in ("PK", "SK"))


def erasure(school_id: str) -> Key:
    """A school's wish to be erased."""
    return _key(school_partition(school_id), "ERASURE")


def last_login(school_id: str) -> Key:
    """When somebody last signed in for a school."""
    return _key(school_partition(school_id), "LASTLOGIN")


def due_school(day: date, school_id: str) -> str:
    """Order what is to happen to accounts by its day."""
    return f"{day.isoformat()}#{school_id}"


def erased(school_id: str) -> Key:
    """The mark of a school that was erased."""
    return _key(f"ERASED#{hidden(school_id)}", "ERASED")


def access(school_id: str, at: datetime, number: str) -> Key:
    """A look of support at an account; ``number`` keeps two of the same instant apart."""
    return _key(school_partition(school_id), f"{ACCESSES}{at.isoformat()}#{number}")


def exercise(of: str) -> Key:
    """An exercise; raise Unknown for an id that cannot be one."""
    school_id, session_id, level = parse_exercise_id(of)
    return _key(school_partition(school_id), f"{EXERCISES}{session_id}#{level}")


def exercise_of(key: Key) -> str:
    """Read an exercise's id off its key."""
    _, school_id = partition(key).split("#")
    _, session_id, level = key["SK"]["S"].split("#")
    return exercise_id(school_id, session_id, EducationLevel(level))


def action_plan(of: str) -> Key:
    """An action plan; raise Unknown for an id that cannot be one."""
    school_id, school_year, level, area = parse_plan_id(of)
    return _key(school_partition(school_id), f"{ACTION_PLANS}{school_year}#{level}#{area}")


def data_map(school_id: str) -> Key:
    """What a school's data map says beside its tools."""
    return _key(school_partition(school_id), "DATAMAP")


def tool(school_id: str, number: int) -> Key:
    """A tool in a school's data map."""
    return _key(school_partition(school_id), f"{TOOLS}{number:03}")


def due(last_day: date, of: str) -> str:
    """Order what is to be closed by its last day."""
    return f"{last_day.isoformat()}#{of}"


def due_set_up(session_id: str, of: str) -> str:
    """Order set-ups by their session."""
    return f"{session_id}#{of}"


def after_school_year(school_year: int) -> str:
    """Return a bound above all set-ups of a school year and below those of the next."""
    return f"{school_year + 1}"


def read_due_set_up(key: str) -> str:
    """Read an exercise off an index key."""
    return key.partition("#")[2]


def after_due(last_day: date) -> str:
    """Return a bound above everything whose last day is this or earlier."""
    return (last_day + timedelta(days=1)).isoformat()


def read_due(key: str) -> tuple[date, str]:
    """Read last day and exercise off an index key."""
    last_day, of = key.split("#")
    return date.fromisoformat(last_day), of


def reminder(day: date, school_id: str) -> str:
    """Order what is to be reminded by its day."""
    return f"{day.isoformat()}#{school_id}"


def reminded_school(key: Key) -> str:
    """Read a school's id off its key."""
    return partition(key).removeprefix(SCHOOLS)


def link(value: str) -> Key:
    """A participation link; raise Unknown for text from an address that is too long to be one."""
    if len(value) > _LONGEST_LINK:
        raise Unknown
    return _key(f"LINK#{value}", "LINK")


def company_code(code: str) -> Key:
    """A code with which one company can join an exercise."""
    return _company_code(hidden(code))


def offered_code(of: str, code: str) -> Key:
    """The same code, found from its exercise, so that both go together."""
    return _key(companies_partition(of), f"{CODES}{hidden(code)}")


def code_of(sort_key: str) -> Key:
    """A company's code, by the sort key under which its exercise finds it."""
    return _company_code(sort_key.removeprefix(CODES))


def _company_code(hashed: str) -> Key:
    return _key(f"CODE#{hashed}", "CODE")


def companies_partition(of: str) -> str:
    """The companies of an exercise."""
    return f"COMPANIES#{of}"


def joined(of: str, company_id: str) -> Key:
    """A company in an exercise."""
    return _key(companies_partition(of), f"{COMPANIES}{company_id}")


def company_of(sort_key: str) -> str:
    """Read a company's id off a sort key."""
    return sort_key.removeprefix(COMPANIES)


def exercise_of_company(company_id: str, of: str) -> Key:
    """An exercise, found from a company in it."""
    return _key(school_partition(company_id), f"{JOINED}{of}")


def joined_exercise(sort_key: str) -> str:
    """Read an exercise's id off a sort key."""
    return sort_key.removeprefix(JOINED)


def company_results(of: str, company_id: str) -> Key:
    """What one company may see of an exercise's results."""
    return _key(published_partition(of), f"COMPANYRESULTS#{company_id}")


def published_partition(of: str) -> str:
    """Everything published of an exercise."""
    return f"EXERCISE#{of}"


def results(of: str) -> Key:
    """The results of an exercise."""
    return _key(published_partition(of), "RESULTS")


def open_answers(of: str, unit: Unit, part: int) -> Key:
    """One part of a unit's published open answers."""
    return _key(published_partition(of), f"{OPEN_ANSWERS}{unit}#{part:04}")


def document(of: str, locale: str) -> Key:
    """How far a document is."""
    return _key(published_partition(of), f"{DOCUMENTS}{locale}")


def due_document(at: datetime) -> str:
    """Order documents on their way by the instant (UTC) by which they should be there."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def read_document(key: Key) -> tuple[str, str]:
    """Read exercise and locale off a document's key."""
    return partition(key).partition("#")[2], key["SK"]["S"].removeprefix(DOCUMENTS)


def public_counters() -> Key:
    """How many schools and people there are in all."""
    return _key("PUBLIC#ALL", "COUNTERS")


def badge(school_id: str, session_id: str) -> Key:
    """The badge of a school for a session."""
    return _key(school_partition(school_id), f"{BADGES}{session_id}")


def badges_issued() -> Key:
    """How many badges were ever numbered."""
    return _key("BADGES#ALL", "ISSUED")


def status_list(number: int) -> Key:
    """Which badges of a list are revoked."""
    return _key(f"BADGES#{number}", "STATUS")


def due_object(name: str) -> str:
    """Where the list of a large night lies in the bucket of documents; the bucket deletes it after a day."""
    return f"due/{name}.json"


def document_object(of: str, locale: str) -> str:
    """Where a rendered document lies in the bucket."""
    return f"reports/{of}/{locale}.pdf"


def contribution(of: str) -> Key:
    """Where an exercise's contribution to research lies."""
    return _key(published_partition(of), "CONTRIBUTION")


def contribution_object(of: str, cut: Cut) -> str:
    """An exercise's contribution; nothing in it leads back to the exercise without its id."""
    return f"{contributions_prefix(cut)}{hidden(of)[:32]}.json.gz"


def contributions_prefix(cut: Cut) -> str:
    """All contributions that are totalled together."""
    return f"{contributions_of_session(cut.session_id)}{cut.country}/{cut.level}/{cut.version}/"


def contributions_of_session(session_id: str) -> str:
    """All contributions of a session."""
    return f"contributions/{session_id}/"


def cut_of(object_key: str) -> Cut:
    """Read off a key of the research bucket what is totalled together."""
    _kind, session_id, country, level, version, *_rest = object_key.removesuffix(".json.gz").split("/")
    return Cut(session_id, country, EducationLevel(level), version)


def frozen_object(cut: Cut) -> str:
    """The frozen table of a cut."""
    return f"{frozen_of_session(cut.session_id)}{cut.country}/{cut.level}/{cut.version}.json.gz"


def frozen_of_session(session_id: str) -> str:
    """All frozen tables of a session."""
    return f"frozen/{session_id}/"


LINKED: Final = "linked/"


def linked_object(cut: Cut, since: str) -> str:
    """The rows of a study that links a session to an earlier one."""
    return f"{LINKED}{cut.session_id}/{cut.country}/{cut.level}/{cut.version}/{since}.json.gz"


def sessions_linked(object_key: str) -> frozenset[str]:
    """Read off the key of a study which sessions it links."""
    _kind, session_id, *_cut, since = object_key.removesuffix(".json.gz").split("/")
    return frozenset((session_id, since))


def release_object(scope: str, release_id: str, name: str) -> str:
    """A file that may leave; whoever organises a country or a region may read what lies under its scope."""
    return f"releases/{scope}/{release_id}/{name}"


def research_session(session_id: str) -> Key:
    """Whether a session's schools are frozen, and with which session it was linked."""
    return _key(f"RESEARCH#{session_id}", "SESSION")


RELEASES: Final = "RELEASES#ALL"


def release(on: date, release_id: str) -> Key:
    """A line of the public register of releases."""
    return _key(RELEASES, f"RELEASE#{on.isoformat()}#{release_id}")


def tally(of: str, group: RespondentGroup, company_id: str = "") -> Key:
    """The counts of one group, or of the trainers of one company."""
    return _key(f"TALLY#{of}#{group}#{company_id}" if company_id else f"TALLY#{of}#{group}", "TALLY")


def copies_partition(of: str) -> str:
    """The copies of an exercise's tallies."""
    return f"COPY#{of}"


def copy(of: str, place: Place) -> Key:
    """The copy of one tally."""
    return _key(copies_partition(of), f"TALLY#{write_place(place)}")


def copy_key(of: str) -> Key:
    """The key of an exercise under which its tallies are copied."""
    return _key(f"KEY#{of}", "KEY")


def write_place(place: Place) -> str:
    """Name a tally of an exercise."""
    return f"{place.group}#{place.company_id}" if place.company_id else place.group.value


def read_place(text: str) -> Place:
    """Read which tally of an exercise is named."""
    group, _, company_id = text.partition("#")
    return Place(RespondentGroup(group), company_id)


def totals() -> Key:
    """What operators may know of the last nights."""
    return _key("TOTALS", "TOTALS")


def expiry(planted_on: date) -> Key:
    """An item by which a night sees whether what has expired is really deleted."""
    return _key(f"EXPIRY#{planted_on.isoformat()}", "EXPIRY")


def open_text_partition(of: str, group: RespondentGroup) -> str:
    """The open texts of one group."""
    return f"TEXT#{of}#{group}"


def open_text(of: str, group: RespondentGroup, receipt: bytes, question: str) -> Key:
    """One open text: the same for every sending of a submission, and in no order that tells anything."""
    return _key(open_text_partition(of, group), sha256(receipt + question.encode()).hexdigest())


def _key(partition_key: str, sort_key: str) -> dict[str, Any]:
    # Read off an address; DynamoDB refuses what is longer, and nothing of ours is behind it.
    if len(partition_key.encode()) > _LONGEST_PARTITION_KEY or len(sort_key.encode()) > _LONGEST_SORT_KEY:
        raise Unknown
    return {"PK": {"S": partition_key}, "SK": {"S": sort_key}}
