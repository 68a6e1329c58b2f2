"""Who is let in, who is not, and how often somebody may try."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from services.accounts.errors import AccountLockedError, SignInFailedError
from services.accounts.joining import NewAccount
from services.accounts.people import AccountChange
from services.actors.actor import SYSTEM
from services.assembly import Services
from services.audit.entry import AuditOutcome, AuditQuery
from services.errors import ReelgateError, TooManyRequestsError
from tests.accounts import PASSWORD, SOMEWHERE, Build, an_account, as_actor, attempt


def fails(services: Services, name: str, *, address: str = "192.0.2.1") -> ReelgateError:
    with pytest.raises(ReelgateError) as caught:
        services.accounts.signing_in.on_a_page(attempt(name, "wrong password"), by=replace(SOMEWHERE, address=address))
    return caught.value


@pytest.mark.parametrize("name", ["mira", "MIRA", "Mira@Harbour.example"])
def test_either_name_lets_a_person_in(services: Services, name: str) -> None:
    user = an_account(services, email="mira@harbour.example")
    found, cookie = services.accounts.signing_in.on_a_page(attempt(name), by=SOMEWHERE)
    assert found.id == user.id
    known = services.accounts.credentials.of_cookie(cookie)
    assert known is not None
    assert known.user.id == user.id


def test_a_long_password_counts_to_its_end(services: Services) -> None:
    long = "a horse " * 20
    services.accounts.joining.register(NewAccount(username="mira", email=None, password=long + "one"), by=SYSTEM)
    with pytest.raises(SignInFailedError):
        services.accounts.signing_in.on_a_page(attempt(password=long + "two"), by=SOMEWHERE)
    services.accounts.signing_in.on_a_page(attempt(password=long + "one"), by=SOMEWHERE)


def test_an_unknown_name_and_a_wrong_password_are_told_the_same_and_lock_alike(services: Services) -> None:
    an_account(services)
    known = [fails(services, "mira", address="192.0.2.1") for _ in range(7)]
    unknown = [fails(services, "nobody", address="192.0.2.2") for _ in range(7)]
    assert [(each.slug, each.detail) for each in known] == [(each.slug, each.detail) for each in unknown]
    assert [type(each) for each in known] == [SignInFailedError] * 5 + [AccountLockedError] * 2
    assert all(0 < (each.retry_after or 0) <= 15 * 60 for each in known[5:])
    with pytest.raises(AccountLockedError):
        services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)


def test_an_administrator_sees_a_lock_and_lifts_it(services: Services) -> None:
    user = an_account(services)
    for _ in range(5):
        fails(services, "mira")
    people = services.accounts.people
    assert people.get(user.id, by=SYSTEM).locked_until is not None
    assert people.change(user.id, AccountChange(unlock=True), by=SYSTEM).locked_until is None
    services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)


def test_a_right_password_begins_the_count_anew(services: Services) -> None:
    an_account(services)
    for _ in range(3):
        for _ in range(4):
            assert isinstance(fails(services, "mira"), SignInFailedError)
        services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)


def test_one_address_has_to_wait_after_many_wrong_names(services: Services) -> None:
    an_account(services)
    services.live_settings.put("lockout_address_tries", 3, by=SYSTEM)
    for number in range(3):
        assert isinstance(fails(services, f"person-{number}"), SignInFailedError)
    with pytest.raises(TooManyRequestsError) as caught:
        services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    assert caught.value.retry_after
    services.accounts.signing_in.on_a_page(attempt(), by=replace(SOMEWHERE, address="192.0.2.9"))


def test_people_of_one_address_who_know_their_passwords_are_not_counted(services: Services) -> None:
    an_account(services)
    services.live_settings.put("lockout_address_tries", 2, by=SYSTEM)
    for _ in range(4):
        services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)


def test_simultaneous_tries_in_several_processes_are_no_more_than_the_setting(build: Build) -> None:
    processes = [build() for _ in range(4)]
    an_account(processes[0])
    with ThreadPoolExecutor(12) as pool:
        came = list(pool.map(lambda number: fails(processes[number % 4], "mira"), range(12)))
    assert sum(isinstance(each, SignInFailedError) for each in came) == 5
    assert sum(isinstance(each, AccountLockedError) for each in came) == 7


def test_the_audit_tells_of_refusals_and_never_what_was_typed(services: Services) -> None:
    admin = as_actor(an_account(services))
    fails(services, PASSWORD)
    fails(services, "mira")
    query = AuditQuery(action="user.login", outcome=AuditOutcome.REFUSED)
    entries = services.audit.entries.read(query, limit=10, by=admin)
    assert [each.target.id if each.target else None for each in entries] == [admin.id, None]
    assert entries[0].address == "192.0.2.1"
    assert PASSWORD not in str(entries)


def test_who_is_not_active_is_told_what_strangers_are(services: Services) -> None:
    an_account(services)
    other = an_account(services, "noor")
    services.accounts.people.change(other.id, AccountChange(active=False), by=SYSTEM)
    with pytest.raises(SignInFailedError):
        services.accounts.signing_in.on_a_page(attempt("noor"), by=SOMEWHERE)
