"""By what people and programs come in, and that it ends when it is ended."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from config import Secret
from services.accounts import tokens
from services.accounts.credentials import TokenPair
from services.accounts.errors import SignInFailedError
from services.accounts.own_account import NewToken
from services.accounts.people import AccountChange
from services.actors.actor import SYSTEM, ActorKind, Role, Scope
from services.actors.errors import NotSignedInError
from services.assembly import Services
from services.errors import NotFoundError
from tests.accounts import PASSWORD, SOMEWHERE, Build, an_account, as_actor, attempt
from tests.server import eventually
from tests.services.database.samples import rows_of


def signed_in(services: Services) -> TokenPair:
    return services.accounts.signing_in.in_a_program(attempt(), by=SOMEWHERE)[1]


def holds(services: Services, token: str) -> bool:
    try:
        services.accounts.credentials.of_bearer(token)
    except NotSignedInError:
        return False
    return True


def test_an_access_token_says_who_it_is(services: Services) -> None:
    user = an_account(services)
    found = services.accounts.credentials.of_bearer(signed_in(services).access_token)
    assert (found.user.id, found.actor().kind, found.actor().role) == (user.id, ActorKind.PERSON, Role.ADMIN)


def test_tokens_of_another_key_or_algorithm_or_none_do_not_hold(services: Services, build: Build) -> None:
    an_account(services)
    token = signed_in(services).access_token
    head, body, signature = token.split(".")
    nothing = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    for forged in (f"{nothing}.{body}.", f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.{body}", "", "a.b.c", "☃"):
        assert not holds(services, forged)
    assert not holds(build(secret_key=Secret("another key, of another server")), token)


def test_keys_rotate_without_signing_anybody_out(build: Build) -> None:
    before = build(secret_key=Secret("the first key of this server"))
    an_account(before)
    token = signed_in(before).access_token
    rotated = build(
        secret_key=Secret("the second key of this server"), secret_key_previous=Secret("the first key of this server")
    )
    assert holds(rotated, token)
    assert not holds(before, signed_in(rotated).access_token)


def test_a_refresh_token_that_comes_twice_ends_its_family(services: Services) -> None:
    an_account(services)
    first = signed_in(services)
    other = signed_in(services)
    second = services.accounts.credentials.refresh(first.refresh_token, by=SOMEWHERE)
    assert holds(services, second.access_token)
    with pytest.raises(NotSignedInError):
        services.accounts.credentials.refresh(first.refresh_token, by=SOMEWHERE)
    with pytest.raises(NotSignedInError):
        services.accounts.credentials.refresh(second.refresh_token, by=SOMEWHERE)
    assert not holds(services, second.access_token)
    assert holds(services, other.access_token)


def test_a_refresh_token_that_comes_at_once_from_several_places_is_taken_once(build: Build) -> None:
    processes = [build() for _ in range(4)]
    an_account(processes[0])
    pair = signed_in(processes[0])

    def take(services: Services) -> TokenPair | None:
        try:
            return services.accounts.credentials.refresh(pair.refresh_token, by=SOMEWHERE)
        except NotSignedInError:
            return None

    with ThreadPoolExecutor(4) as pool:
        came = [each for each in pool.map(take, processes) if each]
    assert len(came) == 1
    eventually(lambda: not any(holds(each, came[0].access_token) for each in processes), patience=5)


def test_what_is_ended_in_one_process_soon_ends_in_all(build: Build) -> None:
    here, there = build(), build()
    user = an_account(here)
    pair = signed_in(here)
    _, cookie = here.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    assert holds(there, pair.access_token)
    assert there.accounts.credentials.of_cookie(cookie)
    here.accounts.people.sign_out(user.id, by=SYSTEM)
    assert not holds(here, pair.access_token)
    eventually(lambda: not holds(there, pair.access_token), patience=5)
    eventually(lambda: there.accounts.credentials.of_cookie(cookie) is None, patience=5)


def test_a_lowered_role_soon_holds_everywhere(build: Build) -> None:
    here, there = build(), build()
    an_account(here)
    other = an_account(here, "noor")
    here.accounts.people.change(other.id, AccountChange(role=Role.ADMIN), by=SYSTEM)
    _, cookie = here.accounts.signing_in.on_a_page(attempt("noor"), by=SOMEWHERE)

    def role() -> Role | None:
        found = there.accounts.credentials.of_cookie(cookie)
        return found.user.role if found else None

    assert role() is Role.ADMIN
    here.accounts.people.change(other.id, AccountChange(role=Role.READONLY), by=SYSTEM)
    eventually(lambda: role() is Role.READONLY, patience=5)


def test_a_personal_token_is_shown_once_and_does_what_its_scopes_say(services: Services) -> None:
    user = an_account(services)
    wanted = NewToken(name="backup", scopes=frozenset({Scope.READ}), expires_at=None)
    kept, text = services.accounts.own.new_token(user, wanted, by=as_actor(user))
    found = services.accounts.credentials.of_bearer(text)
    assert (found.actor().kind, found.actor().scopes) == (ActorKind.TOKEN, frozenset({Scope.READ}))
    [listed] = services.accounts.own.tokens(user, by=as_actor(user))
    assert listed.last_used_at is not None
    assert text not in repr(listed)
    services.accounts.own.remove_token(user, kept.id, by=as_actor(user))
    assert not holds(services, text)


def test_a_mistyped_personal_token_is_known_by_its_checksum() -> None:
    text = tokens.new_personal_token()
    assert tokens.is_personal_token(text)
    assert not tokens.is_personal_token(text[:-1] + ("a" if text[-1] != "a" else "b"))
    assert not tokens.is_personal_token(text.replace("rgp_", "rgx_"))


def test_nobody_ends_the_sessions_or_tokens_of_others(services: Services) -> None:
    user, other = an_account(services), an_account(services, "noor")
    wanted = NewToken(name="backup", scopes=frozenset({Scope.READ}), expires_at=None)
    kept, _ = services.accounts.own.new_token(user, wanted, by=as_actor(user))
    services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    [session] = services.accounts.own.sessions(user, by=as_actor(user))
    with pytest.raises(NotFoundError):
        services.accounts.own.remove_token(other, kept.id, by=as_actor(other))
    with pytest.raises(NotFoundError):
        services.accounts.own.end_session(other, session.id, by=as_actor(other))


def test_another_password_ends_all_other_sessions(services: Services) -> None:
    user = an_account(services)
    _, this = services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    _, other = services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    found = services.accounts.credentials.of_cookie(this)
    assert found is not None
    with pytest.raises(SignInFailedError):
        services.accounts.own.change_password(found, old="wrong", new="another horse entirely", by=as_actor(user))
    services.accounts.own.change_password(found, old=PASSWORD, new="another horse entirely", by=as_actor(user))
    assert services.accounts.credentials.of_cookie(this)
    assert services.accounts.credentials.of_cookie(other) is None


def test_the_database_holds_nothing_that_lets_anybody_in(services: Services) -> None:
    user = an_account(services)
    _, cookie = services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    pair = signed_in(services)
    wanted = NewToken(name="backup", scopes=frozenset({Scope.READ}), expires_at=None)
    _, text = services.accounts.own.new_token(user, wanted, by=as_actor(user))
    address = services.accounts.joining.reset_address(user.id, by=SYSTEM)
    path = services.platform.databases.durable_url
    written = str(rows_of(path))
    for secret in (cookie, pair.refresh_token, pair.access_token, text, address.token, PASSWORD):
        assert secret not in written
