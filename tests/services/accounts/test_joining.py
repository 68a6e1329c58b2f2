"""How accounts come to be, and who may make one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.accounts import live_settings
from services.accounts.errors import (
    AccountTakenError,
    InvalidAccountError,
    InvitationInvalidError,
    RegistrationClosedError,
)
from services.accounts.joining import NewAccount
from services.accounts.user import User
from services.actors.actor import ANYONE, NOBODY, SYSTEM, Role
from services.actors.errors import NotSignedInError
from services.assembly import Services
from services.audit.entry import AuditQuery
from services.errors import ReelgateError
from tests.accounts import PASSWORD, SOMEWHERE, Build, an_account, as_actor, attempt


def wanted(
    username: str = "noor", *, email: str | None = None, password: str = PASSWORD, invitation: str | None = None
) -> NewAccount:
    return NewAccount(username=username, email=email, password=password, invitation=invitation)


def test_the_first_account_of_a_desk_may_administer_and_ends_the_open_door(services: Services) -> None:
    first = services.accounts.joining.register(wanted("mira"), by=ANYONE)
    assert first.role is Role.ADMIN
    with pytest.raises(NotSignedInError):
        services.accounts.joining.register(wanted("noor"), by=ANYONE)


def test_a_set_up_that_is_claimed_twice_at_once_has_one_owner(build: Build) -> None:
    address = build().accounts.joining.setup_address()
    assert address is not None
    processes = [build() for _ in range(4)]

    def claim(number: int) -> User | ReelgateError:
        try:
            return processes[number].accounts.joining.register(
                wanted(f"person-{number}", invitation=address.token), by=SOMEWHERE
            )
        except ReelgateError as error:
            return error

    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(claim, range(4)))
    assert [each.role for each in came if isinstance(each, User)] == [Role.ADMIN]
    assert sum(isinstance(each, InvitationInvalidError) for each in came) == 3


def test_a_desk_that_is_claimed_twice_at_once_has_one_owner(build: Build) -> None:
    processes = [build() for _ in range(3)]

    def claim(number: int) -> User | ReelgateError:
        try:
            return processes[number].accounts.joining.register(wanted(f"person-{number}"), by=ANYONE)
        except ReelgateError as error:
            return error

    with ThreadPoolExecutor(3) as pool:
        came = list(pool.map(claim, range(3)))
    assert [each.role for each in came if isinstance(each, User)] == [Role.ADMIN]


def test_nobody_makes_an_account_without_an_invitation_unless_it_is_open(services: Services) -> None:
    admin = as_actor(an_account(services))
    with pytest.raises(RegistrationClosedError):
        services.accounts.joining.register(wanted(), by=NOBODY)
    services.live_settings.put("registration", "open", by=admin)
    services.live_settings.put("registration_domains", ["harbour.example"], by=admin)
    for address in (None, "noor@elsewhere.example", "noor@harbour.example.elsewhere.example"):
        with pytest.raises(RegistrationClosedError):
            services.accounts.joining.register(NewAccount(username="noor", email=address, password=PASSWORD), by=NOBODY)
    joined = services.accounts.joining.register(wanted(email="noor@HARBOUR.example"), by=NOBODY)
    assert joined.role is Role.USER


def test_an_invitation_makes_one_account_of_its_role(services: Services) -> None:
    admin = as_actor(an_account(services))
    invited, address = services.accounts.joining.invite(
        username=None, email="noor@harbour.example", role=Role.MANAGER, by=admin
    )
    with pytest.raises(InvitationInvalidError):
        services.accounts.joining.register(wanted(email="other@harbour.example", invitation=address.token), by=NOBODY)
    joined = services.accounts.joining.register(wanted(invitation=address.token), by=NOBODY)
    assert (joined.id, joined.role, joined.username) == (invited.id, Role.MANAGER, "noor")
    with pytest.raises(InvitationInvalidError):
        services.accounts.joining.register(wanted("again", invitation=address.token), by=NOBODY)
    user, _ = services.accounts.signing_in.on_a_page(attempt("NOOR@harbour.example"), by=SOMEWHERE)
    assert user.id == invited.id


def test_closed_means_closed_for_invitations_too(services: Services) -> None:
    admin = as_actor(an_account(services))
    _, address = services.accounts.joining.invite(username="noor", email=None, role=Role.USER, by=admin)
    services.live_settings.put(live_settings.REGISTRATION.key, "closed", by=admin)
    with pytest.raises(RegistrationClosedError):
        services.accounts.joining.register(wanted(invitation=address.token), by=NOBODY)


@pytest.mark.parametrize("name", ["mira", "MIRA", "m\uff49ra"])
def test_names_are_taken_however_they_are_written(services: Services, name: str) -> None:
    an_account(services)
    with pytest.raises(AccountTakenError):
        services.accounts.joining.register(wanted(name), by=SYSTEM)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("mira", "short"),
        ("mira", "Password1"),
        ("mira", "x" * 2000),
        ("correct-horse", "Correct-Horse"),
        ("m", PASSWORD),
        ("mira@harbour.example", PASSWORD),
        ("mira okafor", PASSWORD),
    ],
)
def test_what_no_account_can_have_is_refused(services: Services, username: str, password: str) -> None:
    with pytest.raises(InvalidAccountError):
        services.accounts.joining.register(wanted(username, password=password), by=SYSTEM)


def test_a_reset_gives_a_new_password_once_lifts_the_lock_and_ends_all_sessions(services: Services) -> None:
    user = an_account(services)
    _, cookie = services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    for _ in range(5):
        with pytest.raises(ReelgateError):
            services.accounts.signing_in.on_a_page(attempt(password="wrong password"), by=SOMEWHERE)
    address = services.accounts.joining.reset_address(user.id, by=SYSTEM)
    services.accounts.joining.reset(address.token, "another horse entirely", by=SOMEWHERE)
    assert services.accounts.credentials.of_cookie(cookie) is None
    services.accounts.signing_in.on_a_page(attempt(password="another horse entirely"), by=SOMEWHERE)
    with pytest.raises(InvitationInvalidError):
        services.accounts.joining.reset(address.token, "a third horse entirely", by=SOMEWHERE)


def test_every_account_that_is_made_stands_in_the_audit(services: Services) -> None:
    admin = as_actor(an_account(services))
    [entry] = services.audit.entries.read(AuditQuery(action="user.created"), limit=10, by=admin)
    assert (entry.target.id if entry.target else None) == admin.id
