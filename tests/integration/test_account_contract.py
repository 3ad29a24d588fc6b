"""What the stores of school accounts promise, held against the in-memory fakes and against DynamoDB Local."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from selfie.adapters.dynamodb_account_links import DynamoAccountLinks
from selfie.adapters.dynamodb_old_accounts import DynamoAttempts, DynamoOldAccounts
from selfie.adapters.dynamodb_public_counters import DynamoPublicCounters
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.domain.account import AccountLink, LinkPurpose, OldAccount, Role, new_link
from selfie.domain.coordination import joined
from selfie.domain.errors import ChangedMeanwhile
from selfie.domain.public_counts import PublicCounts, of_move, of_school
from selfie.domain.school import EducationLevel, Identity, School
from selfie.ports import AccountLinks, Attempts, OldAccounts, PublicCounters, Schools
from tests.support.examples import at
from tests.support.memory import (
    MemoryAccountLinks,
    MemoryAttempts,
    MemoryOldAccounts,
    MemoryPublicCounters,
    MemorySchools,
)

NOON = at("2026-11-10 11:00:00")
ANNA, BORIS = Identity("https://login.example", "anna"), Identity("https://login.example", "boris")
OAK = School("oakoakoakoak", "École du Chêne", "FR", "fr", ("oak@example.org",), policy="2026-11-24")
LINK = AccountLink(LinkPurpose.SIGN_UP, NOON + timedelta(hours=48), "oak@example.org", "fr", "2026-11-24")


@dataclass(frozen=True, slots=True)
class Stores:
    """One implementation of each store."""

    schools: Schools
    links: AccountLinks
    old_accounts: OldAccounts
    attempts: Attempts
    counters: PublicCounters


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give a test empty stores of each kind."""
    if request.param == "memory":
        in_memory = (MemorySchools, MemoryAccountLinks, MemoryOldAccounts, MemoryAttempts, MemoryPublicCounters)
        return Stores(*(kind() for kind in in_memory))
    database = request.getfixturevalue("dynamodb")
    client = database.client()
    kinds = (DynamoSchools, DynamoAccountLinks, DynamoOldAccounts, DynamoAttempts, DynamoPublicCounters)
    return Stores(*(kind(client, database.exercises) for kind in kinds))


def test_a_link_can_be_looked_at_often_and_is_taken_once(stores: Stores) -> None:
    token = new_link()
    stores.links.add(token, LINK)
    for _ in range(2):
        assert stores.links.find(LinkPurpose.SIGN_UP, token, NOON) == LINK
    assert stores.links.take(LinkPurpose.SIGN_UP, token, NOON) == LINK
    assert stores.links.take(LinkPurpose.SIGN_UP, token, NOON) is None
    assert stores.links.find(LinkPurpose.SIGN_UP, token, NOON) is None


def test_several_who_take_a_link_at_once_get_it_once(stores: Stores) -> None:
    stores.links.add("token", LINK)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: stores.links.take(LinkPurpose.SIGN_UP, "token", NOON), range(8)))
    assert sum(link is not None for link in taken) == 1


def test_a_link_is_worth_nothing_for_another_purpose_or_after_its_time(stores: Stores) -> None:
    stores.links.add("token", LINK)
    assert stores.links.take(LinkPurpose.BINDING, "token", NOON) is None
    assert stores.links.find(LinkPurpose.SIGN_UP, "token", LINK.expires_at) is None
    assert stores.links.find(LinkPurpose.SIGN_UP, "token", LINK.expires_at - timedelta(seconds=1)) == LINK
    assert stores.links.take(LinkPurpose.SIGN_UP, "token", LINK.expires_at) is None


def test_a_solved_puzzle_counts_once(stores: Stores) -> None:
    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(lambda _: stores.links.spend("signature", NOON), range(8)))
    assert sum(counted) == 1
    assert stores.links.spend("another", NOON)


def test_a_new_school_is_found_by_its_address_and_its_coordinator(stores: Stores) -> None:
    assert stores.schools.of_email("oak@example.org") is None
    assert stores.schools.register(OAK, ANNA)
    assert stores.schools.of_email("oak@example.org") == OAK
    assert list(stores.schools.of_identity(ANNA)) == [OAK]
    assert stores.schools.of_email("elm@example.org") is None


def test_an_address_belongs_to_one_school_and_the_later_one_leaves_nothing(stores: Stores) -> None:
    assert stores.schools.register(OAK, ANNA)
    second = replace(OAK, id="elmelmelmelm", emails=("elm@example.org", "oak@example.org"))
    assert not stores.schools.register(second, BORIS)
    assert stores.schools.of_email("oak@example.org") == OAK
    assert stores.schools.of_email("elm@example.org") is None
    assert list(stores.schools.of_identity(BORIS)) == []


def test_of_several_at_once_one_gets_the_address(stores: Stores) -> None:
    schools = [replace(OAK, id=f"oakoakoakoa{letter}") for letter in "abcdef"]
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda school: stores.schools.register(school, ANNA), schools))
    assert sum(made) == 1
    assert len(list(stores.schools.of_identity(ANNA))) == 1


def test_a_person_coordinates_several_schools(stores: Stores) -> None:
    elm = replace(OAK, id="elmelmelmelm", emails=("elm@example.org",))
    assert stores.schools.register(OAK, ANNA)
    assert stores.schools.register(elm, ANNA)
    assert {school.id for school in stores.schools.of_identity(ANNA)} == {OAK.id, elm.id}


def test_addresses_of_a_school_that_was_added_are_taken(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    assert stores.schools.of_email("oak@example.org") == OAK
    assert not stores.schools.register(replace(OAK, id="elmelmelmelm"), BORIS)


def test_a_change_of_the_profile_counts_only_on_what_was_seen(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    described = replace(OAK, name="Oak", kind="public", levels=(EducationLevel.PRIMARY,), address="1 Lane\nTown")
    first = stores.schools.change(OAK, described)
    assert first == replace(described, version=1)
    with pytest.raises(ChangedMeanwhile):
        stores.schools.change(OAK, replace(OAK, name="Overwritten"))
    assert stores.schools.get(OAK.id) == first
    second = stores.schools.change(first, replace(first, name="Oak again"))
    assert stores.schools.of_email("oak@example.org") == second


def test_a_school_that_is_not_there_cannot_be_changed(stores: Stores) -> None:
    with pytest.raises(ChangedMeanwhile):
        stores.schools.change(OAK, OAK)


def test_an_additional_address_is_claimed_and_becomes_free_again(stores: Stores) -> None:
    elm = replace(OAK, id="elmelmelmelm", emails=("elm@example.org",))
    stores.schools.add(OAK, ANNA)
    stores.schools.add(elm, BORIS)
    two = stores.schools.change(OAK, replace(OAK, emails=("oak@example.org", "head@example.org")))
    assert stores.schools.of_email("head@example.org") == two
    with pytest.raises(ChangedMeanwhile):
        stores.schools.change(elm, replace(elm, emails=("elm@example.org", "head@example.org")))
    assert stores.schools.get(elm.id) == elm
    one = stores.schools.change(two, replace(two, emails=("oak@example.org",)))
    assert stores.schools.of_email("head@example.org") is None
    assert stores.schools.of_email("oak@example.org") == one
    assert stores.schools.change(elm, replace(elm, emails=("elm@example.org", "head@example.org")))


def test_coordinators_are_known_by_codes(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    assert stores.schools.coordinators(OAK.id) == {Role.PRIMARY: stores.schools.code(ANNA)}
    assert stores.schools.code(ANNA) != stores.schools.code(BORIS)
    assert stores.schools.coordinators("zzzzzzzzzzzz") == {}


def test_a_school_that_nobody_coordinates_is_adopted_once(stores: Stores) -> None:
    assert stores.schools.admit(OAK)
    assert stores.schools.of_email("oak@example.org") == OAK
    assert stores.schools.coordinators(OAK.id) == {}
    assert not stores.schools.admit(OAK)
    assert not stores.schools.admit(replace(OAK, id="elmelmelmelm"))
    agreed = replace(OAK, policy="2026-11-25")
    people = [Identity("https://login.example", f"person {number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        adopted = list(pool.map(lambda person: stores.schools.adopt(OAK, agreed, person), people))
    assert sum(adopted) == 1
    (first,) = [person for person, done in zip(people, adopted, strict=True) if done]
    assert list(stores.schools.of_identity(first)) == [replace(agreed, version=1)]
    assert stores.schools.coordinators(OAK.id) == {Role.PRIMARY: stores.schools.code(first)}
    assert not stores.schools.adopt(replace(agreed, version=1), agreed, ANNA)
    assert list(stores.schools.of_identity(ANNA)) == []


def test_a_school_that_was_changed_meanwhile_is_not_adopted_as_it_was(stores: Stores) -> None:
    assert stores.schools.admit(OAK)
    stores.schools.change(OAK, replace(OAK, name="Oak"))
    assert not stores.schools.adopt(OAK, OAK, ANNA)
    assert stores.schools.get(OAK.id).name == "Oak"


def test_an_old_account_is_kept_until_its_time_or_until_it_is_removed(stores: Stores) -> None:
    until = NOON + timedelta(days=1)
    old = OldAccount(OAK.id, "$2b$04$hash", until)
    stores.old_accounts.put(replace(old, password="earlier"))
    stores.old_accounts.put(old)
    assert stores.old_accounts.find(OAK.id, until - timedelta(seconds=1)) == old
    assert stores.old_accounts.find(OAK.id, until) is None
    assert stores.old_accounts.find("elmelmelmelm", NOON) is None
    stores.old_accounts.remove(OAK.id)
    stores.old_accounts.remove(OAK.id)
    assert stores.old_accounts.find(OAK.id, NOON) is None


def test_of_many_attempts_at_once_as_many_count_as_are_allowed(stores: Stores) -> None:
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _: stores.attempts.allow("name", 3, NOON), range(8)))
    assert sum(allowed) == 3
    assert stores.attempts.allow("another name", 3, NOON)


def test_public_counts_are_summed_up_whoever_changes_them_at_once(stores: Stores) -> None:
    assert stores.counters.read() == PublicCounts()
    stores.counters.add(PublicCounts())
    changes = [of_school("IE"), of_school("FR"), of_school("IE"), of_move("FR", "BE"), PublicCounts(people=40)] * 4
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(stores.counters.add, [*changes, of_school("IE", -1)]))
    assert stores.counters.read() == PublicCounts(11, 160, {"IE": 7, "FR": 0, "BE": 4})


def test_a_role_is_given_moved_and_taken_and_the_school_is_found_from_both_sides(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    anna, boris = stores.schools.code(ANNA), stores.schools.code(BORIS)
    both = stores.schools.coordinate(OAK, OAK, {Role.PRIMARY: anna, Role.SECONDARY: boris})
    assert both.version == 1
    assert stores.schools.coordinators(OAK.id) == {Role.PRIMARY: anna, Role.SECONDARY: boris}
    assert list(stores.schools.of_identity(BORIS)) == [both]
    moved = stores.schools.coordinate(both, replace(both, blocked_until=date(2026, 12, 1)), {Role.PRIMARY: boris})
    assert stores.schools.get(OAK.id) == moved
    assert moved.blocked_until == date(2026, 12, 1)
    assert stores.schools.coordinators(OAK.id) == {Role.PRIMARY: boris}
    assert list(stores.schools.of_identity(ANNA)) == []
    stores.schools.coordinate(moved, moved, {})
    assert stores.schools.coordinators(OAK.id) == {}
    assert list(stores.schools.of_identity(BORIS)) == []


def test_of_several_who_want_a_role_at_once_one_gets_it(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    anna = stores.schools.code(ANNA)
    newcomers = [Identity("https://login.example", f"newcomer {number}") for number in range(6)]

    def join(newcomer: Identity) -> bool:
        role = Role.SECONDARY
        try:
            before = stores.schools.get(OAK.id)
            held = stores.schools.coordinators(OAK.id)
            after = joined(held, role, "", stores.schools.code(newcomer))
            stores.schools.coordinate(before, before, after)
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        joined_at_once = list(pool.map(join, newcomers))
    assert sum(joined_at_once) == 1
    held = stores.schools.coordinators(OAK.id)
    assert held == {Role.PRIMARY: anna, Role.SECONDARY: stores.schools.code(newcomers[joined_at_once.index(True)])}
    assert sum(len(stores.schools.of_identity(newcomer)) for newcomer in newcomers) == 1


def test_a_role_and_the_profile_do_not_overwrite_each_other(stores: Stores) -> None:
    stores.schools.add(OAK, ANNA)
    stores.schools.change(OAK, replace(OAK, name="Oak"))
    with pytest.raises(ChangedMeanwhile):
        stores.schools.coordinate(OAK, OAK, {})
    assert stores.schools.coordinators(OAK.id) == {Role.PRIMARY: stores.schools.code(ANNA)}


def test_schools_to_remind_come_by_their_day(stores: Stores) -> None:
    elm = replace(OAK, id="elmelmelmelm", emails=("elm@example.org",), remind_on=date(2026, 11, 9))
    ash = replace(OAK, id="ashashashash", emails=("ash@example.org",), remind_on=date(2026, 11, 11))
    for school in (replace(OAK, remind_on=date(2026, 11, 10)), elm, ash):
        stores.schools.register(school, ANNA)
    stores.schools.register(replace(OAK, id="firfirfirfir", emails=("fir@example.org",)), ANNA)
    assert list(stores.schools.to_remind(date(2026, 11, 10))) == [elm.id, OAK.id]
    stores.schools.change(elm, replace(elm, remind_on=date(2027, 11, 10)))
    assert list(stores.schools.to_remind(date(2026, 11, 10))) == [OAK.id]
    assert list(stores.schools.to_remind(date(2026, 11, 8))) == []


def test_links_and_addresses_are_stored_as_hashes(request: pytest.FixtureRequest) -> None:
    database = request.getfixturevalue("dynamodb")
    client = database.client()
    token = new_link()
    DynamoAccountLinks(client, database.exercises).add(token, LINK)
    DynamoSchools(client, database.exercises).register(OAK, ANNA)
    items = client.scan(TableName=database.exercises)["Items"]
    assert items
    assert token not in str(items)
    assert all("example.org" not in item["PK"]["S"] + item["SK"]["S"] for item in items)
