"""What may be sent to accounts, in JSON."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from routes.http.json_body import NotJson, read_json
from services.accounts.errors import InvalidAccountError
from services.actors.actor import Role, Scope

_LARGEST = 64 * 1024

Name = Annotated[str, Meta(max_length=254)]
Password = Annotated[str, Meta(max_length=1024)]


class Registration(Struct, forbid_unknown_fields=True, kw_only=True):
    """Somebody wants an account."""

    email: Name | None = None
    username: Name | None = None
    password: Password
    invitation: Annotated[str, Meta(max_length=200)] | None = None


class SignIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """Somebody signs in; either name or address may stand in either field."""

    email: Name | None = None
    username: Name | None = None
    password: Password
    code: Annotated[str, Meta(max_length=64)] | None = None


class RefreshToken(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a program was given when it signed in, or last asked for a new pair."""

    refresh_token: Annotated[str, Meta(max_length=200)]


class NewPassword(Struct, forbid_unknown_fields=True, kw_only=True):
    """Another password for one's own account."""

    old: Password
    new: Password


class ResetPassword(Struct, forbid_unknown_fields=True, kw_only=True):
    """Another password, by an address that works once."""

    token: Annotated[str, Meta(max_length=200)]
    new: Password


class PreferencesChange(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to change of one's own account; what is left out stays."""

    preferences: dict[str, Any] | UnsetType = UNSET
    module_preferences: dict[str, Any] | UnsetType = UNSET


class NewPersonalToken(Struct, forbid_unknown_fields=True, kw_only=True):
    """A token for a program."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=3)]
    expires_at: datetime | None = None


class Invitation(Struct, forbid_unknown_fields=True, kw_only=True):
    """An account for somebody who chooses the password by an address that works once."""

    email: Name | None = None
    username: Name | None = None
    role: Role = Role.USER


class UserChange(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to change of an account; what is left out stays. `locked_until` can only be null: it lifts a lock.

    `two_factor` can only be false: it removes the second factors of somebody who has lost them.
    """

    role: Role | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    locked_until: UnsetType | None = UNSET
    two_factor: Literal[False] | UnsetType = UNSET
    authorized_modules: Annotated[list[str], Meta(max_length=100)] | UnsetType | None = UNSET


def read(kind: type[Any]) -> Any:
    """The body of the current request; raises `InvalidAccountError` where it is none of that kind."""
    body = read_if_any(kind)
    if body is None:
        raise InvalidAccountError("The body must be a JSON object.")
    return body


def read_if_any(kind: type[Any]) -> Any:
    """The same where a body may be left out: None without one, however its length is told."""
    try:
        return read_json(kind, largest=_LARGEST)
    except NotJson as error:
        raise InvalidAccountError(str(error)) from error
