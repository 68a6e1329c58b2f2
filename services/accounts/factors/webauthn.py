"""The ceremonies of WebAuthn, by fido2: what browsers are asked, and whether what they answer is right.

Imported where it is needed first: with its list of public suffixes it takes a worker some megabytes.
"""

import base64
import binascii
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.accounts.errors import PasskeyRefusedError
from services.accounts.factors.credential import Credential, NewCredential, Site

_NAME = "Reelgate"
_TIMEOUT = 5 * 60_000
_MALFORMED = (
    *(ValueError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError, RecursionError),
    *(struct.error, binascii.Error, InvalidSignature, UnsupportedAlgorithm),
)
"""What fido2 raises for an answer that is wrong, or that is none."""


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key that has been made for us."""

    credential_id: str
    public_key: str
    counter: int


def creation_options(site: Site, *, user_id: str, name: str, known: Sequence[str], challenge: bytes) -> dict[str, Any]:
    """What `navigator.credentials.create` is to be told; `known` are ids of keys that the person has already."""
    options, _ = _server(site).register_begin(
        PublicKeyCredentialUserEntity(id=user_id.encode(), name=name, display_name=name),
        credentials=_descriptors(known),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
        challenge=challenge,
    )
    return _plain(options.public_key)


def request_options(site: Site, *, known: Sequence[str], verified: bool, challenge: bytes) -> dict[str, Any]:
    """What `navigator.credentials.get` is to be told; without ids, any key that the browser has for this site."""
    options, _ = _server(site).authenticate_begin(
        credentials=_descriptors(known) or None, user_verification=_verification(verified=verified), challenge=challenge
    )
    return _plain(options.public_key)


def challenge_of(client_data: str) -> bytes:
    """The challenge that an answer was made for, whether it is right or not; raises `PasskeyRefusedError`."""
    with _refusing():
        return CollectedClientData(websafe_decode(client_data)).challenge


def new_key(site: Site, credential: NewCredential, *, challenge: bytes) -> NewKey:
    """The key that has been made; raises `PasskeyRefusedError`."""
    with _refusing():
        _insist_on_own_page(credential.response.client_data)
        state = _state(challenge, verified=False)
        made = _server(site).register_complete(state, msgspec.to_builtins(credential))
        key = made.credential_data
        if key is None:
            raise ValueError("There is no key in it.")
        # An algorithm that we cannot verify is refused now, and not when somebody wants to come in.
        if type(key.public_key).ALGORITHM is None:
            raise ValueError("Its algorithm is not known here.")
        if websafe_encode(key.credential_id) != credential.raw_id:
            raise ValueError("It bears the id of another key.")
    return NewKey(
        credential_id=websafe_encode(key.credential_id),
        public_key=base64.b64encode(key).decode(),
        counter=made.counter,
    )


def counter_of(
    site: Site, credential: Credential, *, public_key: str, user_id: str, challenge: bytes, verified: bool
) -> int:
    """The key's counter, once its answer has proved right; raises `PasskeyRefusedError`."""
    with _refusing():
        _insist_on_own_page(credential.response.client_data)
        handle = credential.response.user_handle
        if handle and websafe_decode(handle) != user_id.encode():
            raise ValueError("It was made for somebody else.")
        key = AttestedCredentialData(base64.b64decode(public_key))
        state = _state(challenge, verified=verified)
        _server(site).authenticate_complete(state, [key], msgspec.to_builtins(credential))
        return AuthenticatorData(websafe_decode(credential.response.authenticator_data)).counter


def _server(site: Site) -> Fido2Server:
    rp = PublicKeyCredentialRpEntity(id=site.host, name=_NAME)
    server = Fido2Server(rp, verify_origin=lambda origin: origin in site.origins)
    server.timeout = _TIMEOUT  # type: ignore[assignment]  # fido2 states it as None and hands it on as a number.
    return server


def _state(challenge: bytes, *, verified: bool) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": _verification(verified=verified)}


def _verification(*, verified: bool) -> UserVerificationRequirement:
    return UserVerificationRequirement.REQUIRED if verified else UserVerificationRequirement.PREFERRED


def _descriptors(known: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=websafe_decode(each)) for each in known]


def _insist_on_own_page(client_data: str) -> None:
    if CollectedClientData(websafe_decode(client_data)).cross_origin:
        raise ValueError("It was made within a page of another site.")


def _plain(options: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(_unwrapped(options))
    return plain


def _unwrapped(value: Any) -> Any:
    if hasattr(value, "keys"):
        return {key: _unwrapped(value[key]) for key in value}
    if isinstance(value, list | tuple):
        return [_unwrapped(each) for each in value]
    return str(value) if isinstance(value, str) else value


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except _MALFORMED as error:
        raise PasskeyRefusedError("This passkey was not accepted here. Try again, or come in another way.") from error
