"""How accounts, sessions and tokens look in JSON."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from flask import url_for
from msgspec import Meta, Struct

from services.accounts.credentials import TokenPair
from services.accounts.joining import OneTimeAddress
from services.accounts.people import Person
from services.accounts.store.personal_tokens import PersonalToken
from services.accounts.store.sessions import SignedIn
from services.accounts.tokens import ACCESS_SECONDS
from services.accounts.user import Preferences, Purpose, User
from services.actors.actor import Actor, Role, Scope
from utils.timestamps import format_timestamp

Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]

_PAGES = {Purpose.INVITATION: "accounts.join", Purpose.RESET: "accounts.reset", Purpose.SETUP: "accounts.set_up"}


class UserMessage(Struct, frozen=True):
    """One account; whoever sits at a desk without accounts is shown as one, too."""

    id: str
    email: str | None
    username: str | None
    role: Role | None
    active: bool
    locked_until: Time | None
    two_factor: bool
    preferences: Preferences
    authorized_modules: Annotated[list[str] | None, Meta(description="The features it may use; null: all of them.")]
    module_preferences: dict[str, Any]
    created_at: Time | None
    last_seen_at: Time | None


class UserPage(Struct, frozen=True):
    """A page of accounts."""

    users: list[UserMessage]
    next: str | None


class OneTimeAddressMessage(Struct, frozen=True):
    """What lets somebody in once; it is shown this once."""

    token: str
    url: str
    expires_at: Time


class Invited(Struct, frozen=True):
    """A new account, and how its person gets in."""

    user: UserMessage
    invitation: OneTimeAddressMessage


class SessionMessage(Struct, frozen=True):
    """One browser or program that somebody is signed in on."""

    id: str
    kind: Literal["page", "program"]
    device: str | None
    address: str | None
    created_at: Time
    last_seen_at: Time
    expires_at: Time
    current: bool


class SessionList(Struct, frozen=True):
    """All of them."""

    sessions: list[SessionMessage]
    next: None = None


class PersonalTokenMessage(Struct, frozen=True):
    """A token for a program, without itself."""

    id: str
    name: str
    scopes: list[Scope]
    created_at: Time
    expires_at: Time | None
    last_used_at: Time | None


class NewTokenMessage(PersonalTokenMessage, frozen=True):
    """A new token, with itself: it is shown this once."""

    token: str


class PersonalTokenList(Struct, frozen=True):
    """All of them."""

    tokens: list[PersonalTokenMessage]
    next: None = None


class TokenPairMessage(Struct, frozen=True):
    """A pair of tokens for a program."""

    access_token: str
    refresh_token: str
    expires_in: int = ACCESS_SECONDS
    token_type: str = "Bearer"  # noqa: S105 - the kind of it


def time_of(milliseconds: int) -> str:
    """A time of the database as JSON has it."""
    return format_timestamp(datetime.fromtimestamp(milliseconds / 1000, UTC))


def time_or_none(milliseconds: int | None) -> str | None:
    """The same, where there may be none."""
    return None if milliseconds is None else time_of(milliseconds)


def user_message(user: User, *, locked_until: int | None = None) -> UserMessage:
    """One account."""
    modules = user.authorized_modules
    return UserMessage(
        id=user.id,
        email=user.email,
        username=user.username,
        role=user.role,
        active=user.active,
        locked_until=time_or_none(locked_until),
        two_factor=user.two_factor,
        preferences=user.preferences,
        authorized_modules=None if modules is None else list(modules),
        module_preferences=msgspec.json.decode(user.module_preferences),
        created_at=time_or_none(user.created_at),
        last_seen_at=time_or_none(user.last_seen_at),
    )


def person_message(person: Person) -> UserMessage:
    """One account as administrators see it."""
    return user_message(person.user, locked_until=person.locked_until)


def visitor_message(by: Actor, preferences: Preferences) -> UserMessage:
    """Who has no account, and may come in all the same: whoever sits at a desk, or is let in by App Service."""
    return UserMessage(
        id=by.id,
        email=None,
        username=by.name,
        role=by.role,
        active=True,
        locked_until=None,
        two_factor=False,
        preferences=preferences,
        authorized_modules=None,
        module_preferences={},
        created_at=None,
        last_seen_at=None,
    )


def session_message(session: SignedIn, *, current: bool) -> SessionMessage:
    """One thing that somebody is signed in on."""
    return SessionMessage(
        id=session.id,
        kind=session.kind,
        device=session.device,
        address=session.address,
        created_at=time_of(session.created_at),
        last_seen_at=time_of(session.seen_at),
        expires_at=time_of(session.expires_at),
        current=current,
    )


def token_message(token: PersonalToken) -> PersonalTokenMessage:
    """One personal token, without itself."""
    return PersonalTokenMessage(**_token(token))


def new_token_message(token: PersonalToken, text: str) -> NewTokenMessage:
    """A new personal token, with itself."""
    return NewTokenMessage(**_token(token), token=text)


def pair_message(pair: TokenPair) -> TokenPairMessage:
    """A pair of tokens."""
    return TokenPairMessage(access_token=pair.access_token, refresh_token=pair.refresh_token)


def address_message(address: OneTimeAddress) -> OneTimeAddressMessage:
    """An address that works once."""
    return OneTimeAddressMessage(
        token=address.token,
        url=url_for(_PAGES[address.purpose], token=address.token, _external=True),
        expires_at=time_of(address.expires_at),
    )


def _token(token: PersonalToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": sorted(token.scopes),
        "created_at": time_of(token.created_at),
        "expires_at": time_or_none(token.expires_at),
        "last_used_at": time_or_none(token.last_used_at),
    }
