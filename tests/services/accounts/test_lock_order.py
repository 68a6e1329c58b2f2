"""What is done to one account by several at once: each waits for the other, and none is refused because of that."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import text

from services.accounts.errors import SignInFailedError
from services.accounts.joining import NewAccount
from services.accounts.lockout import Lockout, subject_of_account
from services.accounts.people import AccountChange
from services.accounts.store import sessions, users
from services.actors.actor import SYSTEM, Role
from services.actors.errors import NotSignedInError
from services.assembly import Services
from services.database.engine import Database
from services.errors import ReelgateError
from tests.accounts import PASSWORD, SOMEWHERE, Build, an_account, as_actor, attempt
from tests.server import eventually
from tests.simultaneous import at_once

_ROUNDS = 25


def all_at_once(*calls: Callable[[], object]) -> Sequence[ReelgateError | None]:
    """Make all calls at the same moment; returns what each of them was refused with."""

    def refusal(call: Callable[[], object]) -> ReelgateError | None:
        try:
            call()
        except ReelgateError as error:
            return error
        return None

    return at_once(*(partial(refusal, call) for call in calls))


def test_tries_of_one_address_wait_for_each_other(services: Services) -> None:
    database, live = services.platform.databases.durable, services.live_settings
    lockout, subject = Lockout(database, live), subject_of_account("mira")

    def try_rightly() -> None:
        for _ in range(_ROUNDS):
            with database.writing() as connection:
                lockout.count(connection, subject, address="192.0.2.1")
            with database.writing() as connection:
                lockout.succeeded(connection, subject, address="192.0.2.1")

    live.put("lockout_tries", 100, by=SYSTEM)
    live.put("lockout_address_tries", 1000, by=SYSTEM)
    assert all_at_once(*[try_rightly] * 6) == [None] * 6


def test_use_of_a_session_and_its_end_wait_for_each_other(build: Build) -> None:
    here, there = build(), build()
    user, database = an_account(here), there.platform.databases.durable

    def use(family_id: str) -> None:
        with database.writing() as connection:
            if found := sessions.find_family(connection, family_id):
                sessions.touch(connection, found[0], now=1, address=None)

    for _ in range(_ROUNDS):
        with database.writing() as connection:
            pair = there.accounts.credentials.begin_family(connection, user.id, address=None, device="a test")
            [family] = sessions.of_user(connection, user.id)
        failed = all_at_once(
            lambda id_=family.id: use(id_),  # type: ignore[misc]
            lambda token=pair.refresh_token: there.accounts.credentials.refresh(token, by=SOMEWHERE),  # type: ignore[misc]
            lambda: here.accounts.people.change(
                user.id, AccountChange(role=Role.ADMIN, active=True, unlock=True), by=SYSTEM
            ),
            lambda: here.accounts.people.sign_out(user.id, by=SYSTEM),
        )
        assert [each for each in failed if not isinstance(each, NotSignedInError | None)] == []
        assert here.accounts.own.sessions(user, by=as_actor(user)) == []


def number_waiting(database: Database) -> int:
    """How many transactions wait for what another one holds; for PostgreSQL."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.reading() as connection:
        return int(connection.scalar(text(waiting)) or 0)


# SQLite lets one transaction write at a time, from its beginning.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_two_letters_with_an_invitation_one_chooses_the_password(build: Build) -> None:
    here, there = build(), build()
    an_account(here)
    email, database = "noor@harbour.example", here.platform.databases.durable
    user, shown = here.accounts.joining.invite(username=None, email=email, role=Role.USER, by=SYSTEM)
    sent = here.accounts.joining.invitation_by_mail(user.id, by=SYSTEM)

    def join(services: Services, token: str) -> str | None:
        said = NewAccount(username=None, email=email, password=PASSWORD, invitation=token)
        try:
            services.accounts.joining.register(said, by=SOMEWHERE)
        except ReelgateError as error:
            return type(error).__name__
        return None

    with ThreadPoolExecutor(2) as pool:
        with database.writing() as connection:
            users.hold(connection, user.id)
            joining = [pool.submit(join, here, shown.token), pool.submit(join, there, sent.token)]
            eventually(lambda: number_waiting(database) == 2)
        came = [each.result() for each in joining]
    assert sorted(came, key=str) == ["InvitationInvalidError", None]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_comes_in_while_the_password_is_changed_is_not_left_signed_in(services: Services) -> None:
    user, database = an_account(services), services.platform.databases.durable
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as connection:
            users.hold(connection, user.id)
            signing_in = pool.submit(services.accounts.signing_in.on_a_page, attempt(), by=SOMEWHERE)
            eventually(lambda: number_waiting(database) == 1)
            users.change(connection, user.id, {"password": "another one"})
            sessions.end_all(connection, user.id)
        with pytest.raises(SignInFailedError):
            signing_in.result()
    assert services.accounts.own.sessions(user, by=as_actor(user)) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("removes", [True, False])
def test_of_two_administrators_who_remove_each_other_one_stays(build: Build, *, removes: bool) -> None:
    here, there = build(), build()
    one, other = an_account(here, "mira"), an_account(here, "noor")
    here.accounts.people.change(other.id, AccountChange(role=Role.ADMIN), by=SYSTEM)
    database = here.platform.databases.durable

    def take_away(services: Services, user_id: str) -> None:
        if removes:
            services.accounts.people.remove(user_id, by=SYSTEM)
        else:
            services.accounts.people.change(user_id, AccountChange(role=Role.READONLY), by=SYSTEM)

    with ThreadPoolExecutor(2) as pool:
        with database.writing() as connection:
            for each in (one, other):
                users.hold(connection, each.id)
            ending = [pool.submit(take_away, here, other.id), pool.submit(take_away, there, one.id)]
            eventually(lambda: number_waiting(database) == 2)
        refused = [each.exception() for each in ending]
    assert sorted(type(each).__name__ for each in refused) == ["LastAdminError", "NoneType"]
    with database.reading() as connection:
        assert users.other_admins(connection, "") == 1
