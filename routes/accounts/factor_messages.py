"""What may be sent to second factors, and how they look in JSON."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from routes.accounts.messages import Password
from routes.accounts.shown import Time, time_of, time_or_none
from services.accounts.factors.credential import Credential, NewCredential
from services.accounts.factors.second_factors import ProposedApp
from services.accounts.store.passkeys import Passkey

Code = Annotated[str, Meta(max_length=64)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]


class TotpCode(Struct, forbid_unknown_fields=True, kw_only=True):
    """What the app shows."""

    code: Code


class OwnProof(Struct, forbid_unknown_fields=True, kw_only=True):
    """The password, or a code of the app, or a recovery code."""

    password: Password | None = None
    code: Code | None = None


class PasskeyRegistration(Struct, forbid_unknown_fields=True, kw_only=True):
    """A key that the browser has made, and what its owner calls it."""

    name: Name
    credential: NewCredential


class PasskeyName(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a passkey is called."""

    name: Name


class PasskeyRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """For whom a passkey is to answer: anybody, or who has proved the password on a page."""

    step: Annotated[str, Meta(max_length=1000)] | None = None


class PasskeySignIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a passkey has answered."""

    credential: Credential


class TotpMessage(Struct, frozen=True):
    """What an app is to be given."""

    secret: str
    uri: str
    qr_svg: str


class RecoveryCodes(Struct, frozen=True):
    """Ten codes, shown this once."""

    recovery_codes: list[str]


class RecoveryLeft(Struct, frozen=True):
    """How many codes are left."""

    left: int


class PasskeyMessage(Struct, frozen=True):
    """A passkey."""

    id: str
    name: str
    host: Annotated[str, Meta(description="The site that it was made for.")]
    created_at: Time
    last_used_at: Time | None


class NewPasskeyMessage(PasskeyMessage, frozen=True):
    """A new passkey, with recovery codes, shown this once, for who had none."""

    recovery_codes: list[str] | None


class PasskeyList(Struct, frozen=True):
    """All of them."""

    passkeys: list[PasskeyMessage]
    next: None = None


def totp_message(proposed: ProposedApp) -> TotpMessage:
    """What an app is to be given."""
    return TotpMessage(secret=proposed.secret, uri=proposed.address, qr_svg=proposed.picture)


def passkey_message(passkey: Passkey) -> PasskeyMessage:
    """A passkey."""
    return PasskeyMessage(**_passkey(passkey))


def new_passkey_message(passkey: Passkey, recovery: list[str] | None) -> NewPasskeyMessage:
    """A new passkey."""
    return NewPasskeyMessage(**_passkey(passkey), recovery_codes=recovery)


def _passkey(passkey: Passkey) -> dict[str, Any]:
    return {
        "id": passkey.id,
        "name": passkey.name,
        "host": passkey.host,
        "created_at": time_of(passkey.created_at),
        "last_used_at": time_or_none(passkey.last_used_at),
    }
