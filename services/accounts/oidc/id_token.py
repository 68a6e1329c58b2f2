"""ID tokens: what one says of a person, once all of it has been found to be right."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import jwt
import msgspec

from services.accounts.oidc.keys import ALGORITHMS

LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""

_LARGEST = 16 * 1024
_OLDEST = 3600

KeyOf = Callable[[str, str | None], Any | None]
"""The provider's key for an algorithm and a `kid`."""


class NotBelieved(Exception):
    """The token is not what it must be; the text says in what, for the log and the audit."""


class _Header(msgspec.Struct):
    alg: str
    kid: str | None = None
    typ: str | None = None
    crit: Any = None


Number = Annotated[float, msgspec.Meta(ge=0, le=2**53)]


class _Claims(msgspec.Struct, kw_only=True):
    iss: str
    sub: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    aud: str | list[str]
    exp: Number
    iat: Number
    nonce: str
    nbf: Number | None = None
    azp: str | None = None
    at_hash: str | None = None


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the token must say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None
    """What came along with it."""
    now: float


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who somebody is to the provider."""

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    """Whether the provider vouches for it that the address is theirs."""
    username: str | None = None
    roles: tuple[str, ...] = ()
    """What the claim of roles says, as it stands."""

    @property
    def verified_email(self) -> str | None:
        """The address, if the provider vouches for it."""
        return self.email if self.email_verified else None


def read_id_token(token: str, expected: Expected, *, key_of: KeyOf, role_claim: str | None) -> Identity:
    """Who the token is about; raises `NotBelieved`, and what `key_of` raises."""
    payload = _verified(token, key_of)
    try:
        claims = msgspec.json.decode(payload, type=_Claims)
        everything: dict[str, Any] = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotBelieved(f"claims: {error}") from error
    _check(claims, expected)
    return _identity(claims, everything, role_claim=role_claim)


def _verified(token: str, key_of: KeyOf) -> bytes:
    """What the token holds, once its signature is right."""
    if len(token) > _LARGEST:
        raise NotBelieved("size")
    header = _header(token)
    if header.alg not in ALGORITHMS:
        raise NotBelieved("alg")
    if header.crit is not None or (header.typ or "JWT").upper() != "JWT":
        raise NotBelieved("typ or crit")
    key = key_of(header.alg, header.kid)
    if key is None:
        raise NotBelieved("kid")
    try:
        verified: bytes = jwt.PyJWS().decode_complete(token, key, algorithms=[header.alg])["payload"]
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise NotBelieved("signature") from error
    return verified


def _header(token: str) -> _Header:
    text = token.partition(".")[0]
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
        return msgspec.json.decode(raw, type=_Header)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise NotBelieved("header") from error


def _check(claims: _Claims, expected: Expected) -> None:
    if claims.iss != expected.issuer:
        raise NotBelieved("iss")
    # Another audience besides us could use the token here as well.
    if claims.aud not in (expected.client_id, [expected.client_id]):
        raise NotBelieved("aud")
    if claims.azp not in (None, expected.client_id):
        raise NotBelieved("azp")
    if claims.exp <= expected.now - LEEWAY:
        raise NotBelieved("exp")
    if not expected.now - _OLDEST <= claims.iat <= expected.now + LEEWAY:
        raise NotBelieved("iat")
    if claims.nbf is not None and claims.nbf > expected.now + LEEWAY:
        raise NotBelieved("nbf")
    if not hmac.compare_digest(claims.nonce.encode(), expected.nonce.encode()):
        raise NotBelieved("nonce")
    if claims.at_hash is not None and claims.at_hash != _half_hash(expected.access_token):
        raise NotBelieved("at_hash")


def _half_hash(access_token: str | None) -> str | None:
    if access_token is None:
        return None
    digest = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _identity(claims: _Claims, everything: dict[str, Any], *, role_claim: str | None) -> Identity:
    email, username = everything.get("email"), everything.get("preferred_username")
    roles = everything.get(role_claim) if role_claim else None
    listed = roles if isinstance(roles, list) else [roles]
    return Identity(
        issuer=claims.iss,
        subject=claims.sub,
        email=email if isinstance(email, str) else None,
        email_verified=everything.get("email_verified") is True or _domain_is_verified(everything.get("xms_edov")),
        username=username if isinstance(username, str) else None,
        roles=tuple(each for each in listed if isinstance(each, str)),
    )


def _domain_is_verified(claim: object) -> bool:
    """Whether Entra vouches for the address in its own way: an optional claim that comes as a number, text or truth."""
    return claim is True or (isinstance(claim, int | str) and str(claim).lower() in {"1", "true"})
