"""How administrators see to accounts, and that one of them always stays."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.accounts.errors import LastAdminError
from services.accounts.people import AccountChange
from services.actors.actor import SYSTEM, Role
from services.actors.errors import ForbiddenError
from services.assembly import Services
from services.errors import NotFoundError, ReelgateError
from tests.accounts import Build, an_account, as_actor


@pytest.mark.parametrize(
    "change", [AccountChange(role=Role.MANAGER), AccountChange(active=False)], ids=["lowered", "deactivated"]
)
def test_the_last_administrator_stays(services: Services, change: AccountChange) -> None:
    user = an_account(services)
    services.accounts.joining.invite(username="invited", email=None, role=Role.ADMIN, by=SYSTEM)
    with pytest.raises(LastAdminError):
        services.accounts.people.change(user.id, change, by=SYSTEM)
    with pytest.raises(LastAdminError):
        services.accounts.people.remove(user.id, by=SYSTEM)
    assert services.accounts.people.get(user.id, by=SYSTEM).user.role is Role.ADMIN


def test_two_administrators_who_remove_each_other_at_once_do_not_both_go(build: Build) -> None:
    processes = [build(), build()]
    one, other = an_account(processes[0]), an_account(processes[0], "noor")
    processes[0].accounts.people.change(other.id, AccountChange(role=Role.ADMIN), by=SYSTEM)

    def remove(number: int) -> ReelgateError | None:
        try:
            processes[number].accounts.people.remove((one, other)[number].id, by=SYSTEM)
        except ReelgateError as error:
            return error
        return None

    with ThreadPoolExecutor(2) as pool:
        came = list(pool.map(remove, range(2)))
    assert sorted(map(bool, came)) == [False, True]
    assert [each for each in came if each and not isinstance(each, LastAdminError)] == []


@pytest.mark.parametrize("role", [Role.MANAGER, Role.USER, Role.READONLY])
def test_nobody_else_sees_or_changes_accounts(services: Services, role: Role) -> None:
    an_account(services)
    other = an_account(services, "noor")
    services.accounts.people.change(other.id, AccountChange(role=role), by=SYSTEM)
    by = as_actor(services.accounts.people.get(other.id, by=SYSTEM).user)
    people = services.accounts.people
    with pytest.raises(ForbiddenError):
        people.page(words="", after=None, limit=10, by=by)
    with pytest.raises(ForbiddenError):
        people.change(other.id, AccountChange(role=Role.ADMIN), by=by)
    with pytest.raises(ForbiddenError):
        people.remove(other.id, by=by)
    with pytest.raises(ForbiddenError):
        services.accounts.joining.invite(username="third", email=None, role=Role.ADMIN, by=by)


def test_accounts_are_found_by_a_part_of_their_names_a_page_at_a_time(services: Services) -> None:
    for name in ("mira", "noor", "nora"):
        an_account(services, name)
    people = services.accounts.people
    first = people.page(words="NO", after=None, limit=1, by=SYSTEM)
    assert [each.user.username for each in first] == ["noor"]
    last = first[-1].user
    rest = people.page(words="no", after=(last.created_at, last.id), limit=10, by=SYSTEM)
    assert [each.user.username for each in rest] == ["nora"]
    assert people.page(words="%", after=None, limit=10, by=SYSTEM) == []


def test_what_is_not_there_is_said_so(services: Services) -> None:
    for act in (services.accounts.people.get, services.accounts.people.remove, services.accounts.people.sign_out):
        with pytest.raises(NotFoundError):
            act("nobody", by=SYSTEM)
