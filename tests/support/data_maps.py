"""Tools of a data map: one of which nothing is open, one of which everything is, and any at all."""

from dataclasses import fields
from datetime import date
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, get_args

from hypothesis import strategies as st

from functions.data_map.service import Worksheet
from selfie.domain.data_map import (
    LONGEST,
    MOST_MONTHS,
    Agreement,
    Answer,
    Channel,
    Data,
    DataMap,
    Destroyed,
    Ground,
    ImageUse,
    Invitation,
    KeptFrom,
    Kind,
    People,
    Place,
    Prompt,
    Purpose,
    Right,
    Rules,
    Source,
    Special,
    SpecialGround,
    Tool,
    Transfer,
    Viewer,
)
from selfie.domain.informing import LONGEST_ENTRY, Approval
from tests.support.examples import at
from tests.support.memory import MemoryAttempts, MemoryDataMaps, MemorySchools
from tests.support.reports import COORDINATOR, SCHOOL

TODAY = date(2026, 11, 28)
NOON = at("2026-11-28 11:00:00")
COMPLETE = Tool(
    "Learning platform",
    Kind.CLOUD,
    (Prompt.COMMUNICATIONS, Prompt.HOMEWORK),
    "Example Learning Ltd",
    (People.PUPILS, People.STAFF),
    (Source.STAFF, Source.TOOL),
    (Data.PUPIL, Data.ATTAINMENT, Data.OTHER),
    "chat messages",
    (Special.HEALTH,),
    SpecialGround.CARE,
    (Purpose.SCHOOLING, Purpose.OTHER),
    "statistics of the town",
    Ground.PUBLIC_TASK,
    (Viewer.PUPIL, Viewer.TEACHERS),
    "the town, totals only",
    KeptFrom.SCHOOL_YEAR,
    12,
    (Place.EEA, Place.OUTSIDE_EEA),
    Transfer.CLAUSES,
    Destroyed.BY_PROVIDER,
    Answer.YES,
    Agreement.SIGNED,
    date(2025, 9, 1),
    date(2028, 8, 31),
    Answer.YES,
    Answer.YES,
    "Ask the ICT team.",
    number=7,
    rules_since=date(2026, 9, 1),
    version=1_700_000_000,
)
RULES = Rules(
    absent=tuple(prompt for prompt in Prompt if prompt not in COMPLETE.prompts),
    images=(ImageUse(Channel.CLOSED_SITE, asked=True, withdrawable=True),),
    rights=tuple(Right),
    contact="The school office",
    officer="officer@riverside.example",
    approval=Approval("School council", date(2026, 9, 1), "Minutes 4"),
)


def everything(letter: str) -> tuple[Tool, DataMap]:
    """Return the largest tool and the largest map that one letter makes."""
    chosen: dict[str, Any] = {}
    for each in fields(Tool):
        kind = get_args(each.type)[0] if isinstance(getattr(COMPLETE, each.name), tuple) else None
        if kind is not None and issubclass(kind, StrEnum):
            chosen[each.name] = tuple(kind)
    typed = {name: letter * most for name, most in LONGEST.items()}
    rules = Rules(
        absent=tuple(Prompt),
        images=tuple(ImageUse(channel, asked=False, withdrawable=True) for channel in Channel),
        rights=tuple(Right),
        contact=letter * 200,
        officer=letter * 200,
        approval=Approval(letter * LONGEST_ENTRY, TODAY, letter * LONGEST_ENTRY),
    )
    base = {each.name: getattr(COMPLETE, each.name) for each in fields(Tool)}
    tool = Tool(**(base | chosen | typed))
    return tool, DataMap("abcdefgh2345", rules, TODAY, Invitation("0" * 64, TODAY, letter * 200))


def worksheet_system() -> SimpleNamespace:
    """Put a school together that has no map yet; its clock is moved by ``now``."""
    it = SimpleNamespace(now=NOON, maps=MemoryDataMaps(), schools=MemorySchools())
    it.schools.add(SCHOOL, COORDINATOR)
    secrets = iter(f"secret-that-nobody-guesses-{number}" for number in range(9))
    it.worksheet = Worksheet(
        it.maps, it.schools, MemoryAttempts(), lambda: next(secrets), ("en", "fr", "ar"), lambda: it.now
    )
    return it


def several(kind: type[StrEnum]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Choose some of a list, in any order, twice perhaps."""
    return st.lists(st.sampled_from(list(kind)), max_size=4).map(tuple)


def perhaps(kind: type[StrEnum]) -> st.SearchStrategy[Any]:
    """Choose one of a list, or none."""
    return st.none() | st.sampled_from(list(kind))


days = st.none() | st.dates(date(2020, 1, 1), date(2032, 12, 31))
texts = st.text(max_size=60)
# Whatever a page, or a program, could send.
sent_tools = st.builds(
    Tool,
    name=texts,
    kind=st.sampled_from(list(Kind)),
    prompts=several(Prompt),
    provider=texts,
    people=several(People),
    sources=several(Source),
    data=several(Data),
    data_other=texts,
    special=several(Special),
    special_ground=perhaps(SpecialGround),
    purposes=several(Purpose),
    purpose_other=texts,
    ground=perhaps(Ground),
    seen_by=several(Viewer),
    passed_to=texts,
    kept_from=perhaps(KeptFrom),
    kept_months=st.none() | st.integers(-2, MOST_MONTHS + 2),
    places=several(Place),
    transfer=perhaps(Transfer),
    destroyed=perhaps(Destroyed),
    code_names=perhaps(Answer),
    agreement=perhaps(Agreement),
    agreement_from=days,
    agreement_until=days,
    breach_clause=perhaps(Answer),
    deletion_clause=perhaps(Answer),
    note=texts,
)
