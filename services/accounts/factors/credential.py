"""What passkeys answer, as browsers write it in JSON; and the site that they must have answered to."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta, Struct, field

Encoded = Annotated[str, Meta(max_length=16_384, pattern=r"^[A-Za-z0-9_-]*$")]
"""Bytes in base64url without padding."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The site as a browser knows it."""

    host: str
    """What passkeys are bound to: the name alone."""
    origins: frozenset[str]
    """Where a page of it may stand."""


class Attestation(Struct, frozen=True, kw_only=True):
    """A new key, and what it was asked."""

    client_data: Encoded = field(name="clientDataJSON")
    attestation_object: Encoded = field(name="attestationObject")


class Assertion(Struct, frozen=True, kw_only=True):
    """What a key has signed."""

    client_data: Encoded = field(name="clientDataJSON")
    authenticator_data: Encoded = field(name="authenticatorData")
    signature: Encoded
    user_handle: Encoded | None = field(name="userHandle", default=None)


class NewCredential(Struct, frozen=True, kw_only=True):
    """What `navigator.credentials.create` gives, by `toJSON`."""

    id: Encoded
    raw_id: Encoded = field(name="rawId")
    type: str
    response: Attestation


class Credential(Struct, frozen=True, kw_only=True):
    """What `navigator.credentials.get` gives, by `toJSON`."""

    id: Encoded
    raw_id: Encoded = field(name="rawId")
    type: str
    response: Assertion
