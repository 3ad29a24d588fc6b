"""Data maps: what fits into one, what is still open, and who may come by a link."""

from dataclasses import fields, replace
from datetime import date, timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfie.data_map_words import data_map_words
from selfie.domain import data_map as rules
from selfie.domain.data_map import (
    LONGEST,
    MOST_TOOLS,
    Agreement,
    Answer,
    Channel,
    DataMap,
    Form,
    Gap,
    GapCode,
    ImageUse,
    KeptFrom,
    Kind,
    Place,
    Prompt,
    Purpose,
    Right,
    Rules,
    Special,
    Tool,
    gaps,
    listed,
    tool_gaps,
    with_changes,
    with_rules,
)
from selfie.domain.errors import ChangedMeanwhile, Invalid, InvitationOver, TooManyTools, Unknown
from selfie.domain.informing import Approval
from selfie.domain.versions import is_still
from tests.support.data_maps import COMPLETE, RULES, TODAY, sent_tools

SCHOOL = "abcdefgh2345"
MAP = DataMap(SCHOOL, RULES, version=1)
SECRET = "s" * 43


def codes(tool: Tool, today: date = TODAY) -> set[GapCode]:
    """Name what is open of a tool."""
    return {code for code, _ in tool_gaps(tool, today)}


def faults(sent: Tool) -> dict[str, str]:
    """Return what does not fit, by field."""
    with pytest.raises(Invalid) as refused:
        listed(sent, (), TODAY, 1)
    return {error.field: error.code for error in refused.value.errors}


def test_of_a_complete_map_nothing_is_open() -> None:
    assert gaps(MAP, (COMPLETE,), TODAY) == ()


def test_of_a_new_tool_nearly_everything_is_open_and_of_an_empty_map_everything() -> None:
    assert len(codes(Tool("x", Kind.PAPER))) == 10
    assert GapCode.AGREEMENT_LACKING not in codes(Tool("x", Kind.PAPER))
    assert GapCode.AGREEMENT_LACKING in codes(Tool("x", Kind.CLOUD))
    assert GapCode.AGREEMENT_LACKING in codes(Tool("x", Kind.CLASSROOM, provider="Ltd"))
    found = gaps(DataMap(SCHOOL), (), TODAY)
    assert [gap.about for gap in found if gap.code is GapCode.PROMPT_OPEN] == list(Prompt)
    assert [gap.about for gap in found if gap.code is GapCode.RIGHT_OPEN] == list(Right)
    others = {GapCode.NO_TOOLS, GapCode.IMAGES_OPEN, GapCode.CONTACT_OPEN, GapCode.OFFICER_OPEN, GapCode.COUNCIL_OPEN}
    assert {gap.code for gap in found} == others | {GapCode.PROMPT_OPEN, GapCode.RIGHT_OPEN}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"special": ()}, GapCode.SPECIAL_OPEN),
        ({"special_ground": None}, GapCode.SPECIAL_WITHOUT_GROUND),
        ({"data_other": ""}, GapCode.DATA_UNEXPLAINED),
        ({"purpose_other": ""}, GapCode.PURPOSE_UNEXPLAINED),
        ({"kept_from": None}, GapCode.PERIOD_OPEN),
        ({"kept_from": KeptFrom.FOR_EVER}, GapCode.KEPT_FOR_EVER),
        ({"transfer": None}, GapCode.TRANSFER_WITHOUT_GROUND),
        ({"destroyed": None}, GapCode.DESTRUCTION_OPEN),
        ({"code_names": Answer.NO}, GapCode.REAL_NAMES),
        ({"agreement": Agreement.LACKING}, GapCode.AGREEMENT_LACKING),
        ({"breach_clause": Answer.NO}, GapCode.BREACH_CLAUSE_LACKING),
        ({"deletion_clause": None}, GapCode.DELETION_CLAUSE_LACKING),
    ],
)
def test_each_thing_that_is_missing_is_a_gap_of_its_own(change: dict[str, object], code: GapCode) -> None:
    assert codes(replace(COMPLETE, **change)) == {code}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (-1, GapCode.AGREEMENT_ENDED),
        (0, GapCode.AGREEMENT_ENDING),
        (60, GapCode.AGREEMENT_ENDING),
        (61, None),
    ],
)
def test_an_agreement_is_to_be_renewed_within_sixty_days(days: int, code: GapCode | None) -> None:
    tool = replace(COMPLETE, agreement_until=TODAY + timedelta(days=days))
    assert codes(tool) == ({code} if code else set())


def test_what_needs_no_ground_is_no_gap() -> None:
    nothing_special = replace(COMPLETE, special=(Special.NONE,), special_ground=None)
    at_home = replace(COMPLETE, places=(Place.EEA,), transfer=None)
    for_ever = replace(COMPLETE, kept_from=KeptFrom.FOR_EVER, purposes=(Purpose.PERMANENT,), destroyed=None)
    for tool in (nothing_special, at_home, for_ever):
        assert codes(tool) == set()


def test_images_need_a_permission_for_each_channel_that_can_be_withdrawn() -> None:
    use = ImageUse(Channel.SOCIAL_MEDIA, asked=False, withdrawable=False)
    found = gaps(replace(MAP, rules=replace(RULES, images=(use,))), (COMPLETE,), TODAY)
    assert found == (
        Gap(GapCode.IMAGES_WITHOUT_PERMISSION, "images", about=Channel.SOCIAL_MEDIA),
        Gap(GapCode.IMAGES_NOT_WITHDRAWABLE, "images", about=Channel.SOCIAL_MEDIA),
    )


def test_a_council_agrees_anew_when_rules_have_changed_but_not_for_another_name_or_agreement() -> None:
    renamed = replace(COMPLETE, name="Platform", note="", agreement_until=date(2030, 1, 1))
    assert with_changes(COMPLETE, renamed, TODAY).rules_since == COMPLETE.rules_since
    longer = with_changes(COMPLETE, replace(COMPLETE, kept_months=24), TODAY)
    assert longer.rules_since == TODAY
    assert [gap.code for gap in gaps(MAP, (longer,), TODAY)] == [GapCode.COUNCIL_OUTDATED]
    agreed = replace(RULES, approval=Approval("School council", TODAY, "Minutes 5"))
    assert gaps(with_rules(MAP, agreed, TODAY), (longer,), TODAY) == ()


def test_a_school_without_a_council_needs_none() -> None:
    assert gaps(replace(MAP, rules=replace(RULES, approval=None, no_council=True)), (COMPLETE,), TODAY) == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": " \u200b\x00 "}, {"name": "missing"}),
        ({"name": "x" * (LONGEST["name"] + 1)}, {"name": "too_long"}),
        ({"note": "x" * 10_000}, {"note": "too_long"}),
        ({"special": (Special.NONE, Special.HEALTH)}, {"special": "not_with_others"}),
        ({"kept_months": None}, {"kept_months": "missing"}),
        ({"kept_months": -1}, {"kept_months": "too_few"}),
        ({"kept_months": 1_201}, {"kept_months": "too_many"}),
        ({"agreement_until": date(2025, 8, 31)}, {"agreement_until": "before_first_day"}),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, object], fault: dict[str, str]) -> None:
    assert faults(replace(COMPLETE, **change)) == fault  # type: ignore[arg-type]


def test_texts_lose_control_characters_and_overrides_and_keep_their_spelling() -> None:
    sent = replace(COMPLETE, name=" <b>Plat\u202eform</b>\n\x07 ", note="one\r\ntwo")
    tool = listed(sent, (), TODAY, 1)
    assert (tool.name, tool.note) == ("<b>Platform</b>", "one\ntwo")


def test_a_new_tool_gets_the_lowest_free_number_and_there_is_no_two_hundred_and_first() -> None:
    taken = [replace(COMPLETE, number=number) for number in range(1, MOST_TOOLS + 1) if number != 17]
    assert listed(COMPLETE, taken, TODAY, 5).number == 17
    with pytest.raises(TooManyTools):
        listed(COMPLETE, [*taken, replace(COMPLETE, number=17)], TODAY, 5)


@given(sent_tools)
def test_whatever_is_sent_is_refused_with_fields_or_becomes_a_tool_that_stays_as_it_is(sent: Tool) -> None:
    fault: Invalid | None = None
    try:
        tool = listed(sent, (), TODAY, 1)
    except Invalid as error:
        fault = error
    if fault:
        named = {each.field for each in fault.errors}
        assert named <= {*LONGEST, "special", "kept_months", "agreement_until"}
        return
    assert with_changes(tool, tool, TODAY) == tool
    assert all(len(getattr(tool, name)) <= most for name, most in LONGEST.items())


@given(sent_tools, st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_every_gap_has_a_field_of_the_tool_and_words_in_every_language(sent: Tool, today: date) -> None:
    for code, at in tool_gaps(sent, today):
        assert hasattr(sent, at)
        assert data_map_words("ar").gap(Gap(code, at, 1))


@given(sent_tools)
def test_filling_a_field_never_opens_another_gap_than_one_about_what_was_said(sent: Tool) -> None:
    follow_ups = {
        GapCode.SPECIAL_WITHOUT_GROUND, GapCode.TRANSFER_WITHOUT_GROUND, GapCode.KEPT_FOR_EVER, GapCode.REAL_NAMES,
        GapCode.DATA_UNEXPLAINED, GapCode.PURPOSE_UNEXPLAINED, GapCode.DESTRUCTION_OPEN, GapCode.AGREEMENT_LACKING,
        GapCode.AGREEMENT_ENDED, GapCode.AGREEMENT_ENDING, GapCode.BREACH_CLAUSE_LACKING,
        GapCode.DELETION_CLAUSE_LACKING,
    }  # fmt: skip
    before = codes(sent)
    for code, at in tool_gaps(sent, TODAY):
        after = codes(replace(sent, **{at: getattr(COMPLETE, at)}))
        assert code not in after
        assert after - before <= follow_ups


def test_a_change_needs_the_version_that_was_seen() -> None:
    is_still(COMPLETE, COMPLETE.version)
    with pytest.raises(ChangedMeanwhile):
        is_still(MAP, 0)


def test_rules_are_checked_and_put_in_order() -> None:
    messy = replace(RULES, contact=" office \n", absent=(Prompt.TAGS, Prompt.ABSENCE, Prompt.TAGS))
    read = with_rules(MAP, messy, TODAY)
    assert (read.rules.contact, read.rules.absent) == ("office", (Prompt.ABSENCE, Prompt.TAGS))
    assert read.rules_since is None
    assert with_rules(MAP, replace(RULES, images=()), TODAY).rules_since == TODAY
    use = ImageUse(Channel.PRESS, asked=True, withdrawable=True)
    late = Approval(" ", TODAY + timedelta(days=1), "x" * 201)
    bad = Rules(images=(use, use), no_images=True, contact="x" * 201, officer="x" * 201, approval=late, no_council=True)
    with pytest.raises(Invalid) as refused:
        with_rules(MAP, bad, TODAY)
    assert {(error.field, error.code) for error in refused.value.errors} == {
        ("contact", "too_long"),
        ("officer", "too_long"),
        ("images", "exists"),
        ("no_images", "not_with_others"),
        ("no_council", "not_with_others"),
        ("approval.body", "missing"),
        ("approval.day", "in_the_future"),
        ("approval.reference", "too_long"),
    }


def test_a_link_works_until_its_last_day_and_a_new_one_ends_it() -> None:
    invited = rules.inviting(MAP, SECRET, 30, "Riverside", TODAY)
    assert SECRET not in str(invited)
    last = TODAY + timedelta(days=30)
    assert rules.invitation_of(invited, SECRET, last).school == "Riverside"
    with pytest.raises(InvitationOver):
        rules.invitation_of(invited, SECRET, last + timedelta(days=1))
    for of, secret in (
        (invited, "t" * 43),
        (rules.inviting(invited, "t" * 43, 1, "Riverside", TODAY), SECRET),
        (rules.without_invitation(invited), SECRET),
    ):
        with pytest.raises(Unknown):
            rules.invitation_of(of, secret, TODAY)


@pytest.mark.parametrize(("days", "code"), [(0, "too_few"), (91, "too_many")])
def test_a_link_works_for_a_day_to_ninety(days: int, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        rules.inviting(MAP, SECRET, days, "Riverside", TODAY)


@pytest.mark.parametrize(
    "token", ["", "x", f"{SCHOOL}.", f"{SCHOOL}#X.{SECRET}", f"{SCHOOL}.{'s' * 65}", f"{SCHOOL}.ä"]
)
def test_what_cannot_be_a_link_is_unknown(token: str) -> None:
    with pytest.raises(Unknown):
        rules.parse_token(token)
    assert rules.parse_token(rules.token_of(SCHOOL, SECRET)) == (SCHOOL, SECRET)


def test_every_entry_of_every_list_every_field_and_every_gap_has_words() -> None:
    words = data_map_words("en")
    lists = [kind for kind in vars(rules).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
    named = {kind.__name__: set(kind) for kind in lists if kind not in (StrEnum, GapCode, Form)}
    assert {name: set(names) for name, names in words.choices.items()} == named
    assert set(words.fields) == {each.name for each in fields(Tool)} - {"number", "rules_since", "version"}
    assert set(words.gaps) == set(GapCode)
