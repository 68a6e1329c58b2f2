"""What lets somebody in: how such texts are made, told apart and kept. Of each, the database has a hash alone."""

import hashlib
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import jwt

from services.secrets import Key

PERSONAL_PREFIX = "rgp_"
REFRESH_PREFIX = "rgr_"
ACCESS_SECONDS = 900

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_LETTERS = 32
_CHECK_LETTERS = 6
_ALGORITHM = "HS256"
_ISSUER = "reelgate"


@dataclass(frozen=True, kw_only=True)
class AccessClaims:
    """What an access token says."""

    user_id: str
    family_id: str


def new_token(prefix: str = "") -> str:
    """A text that nobody can guess."""
    return prefix + secrets.token_urlsafe(32)


def new_id() -> str:
    """A name for something new."""
    return secrets.token_hex(16)


def hashed(token: str) -> str:
    """What is kept of it. Such texts are long and random, so nobody finds one that has the same."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_personal_token() -> str:
    """A personal token: its prefix and its checksum let scanners of leaked secrets know one for sure."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LETTERS))
    return f"{PERSONAL_PREFIX}{body}{_checksum(body)}"


def is_personal_token(text: str) -> bool:
    """Whether it can be one: what was cut or mistyped need not be looked up."""
    body, check = text[len(PERSONAL_PREFIX) : -_CHECK_LETTERS], text[-_CHECK_LETTERS:]
    return text.startswith(PERSONAL_PREFIX) and len(body) == _RANDOM_LETTERS and _checksum(body) == check


def sign_access(access: AccessClaims, *, now: int, keys: Sequence[Key]) -> str:
    """A token that says who somebody is, for a quarter of an hour; `now` in milliseconds."""
    claims = {
        "iss": _ISSUER,
        "sub": access.user_id,
        "fam": access.family_id,
        "jti": new_id(),
        "iat": now // 1000,
        "exp": now // 1000 + ACCESS_SECONDS,
    }
    return jwt.encode(claims, keys[0].value, algorithm=_ALGORITHM, headers={"kid": keys[0].id})


def read_access(token: str, *, keys: Sequence[Key]) -> AccessClaims | None:
    """What the token says; None when it is none of ours, or its time is over."""
    try:
        key_id = jwt.get_unverified_header(token).get("kid")
        key = next((each for each in keys if each.id == key_id), None)
        if key is None:
            return None
        required = ["exp", "iat", "sub", "iss", "jti"]
        claims = jwt.decode(
            token, key.value, algorithms=[_ALGORITHM], issuer=_ISSUER, leeway=10, options={"require": required}
        )
    except jwt.PyJWTError:
        return None
    user_id, family_id = claims["sub"], claims.get("fam")
    if not isinstance(user_id, str) or not isinstance(family_id, str):
        return None
    return AccessClaims(user_id=user_id, family_id=family_id)


def _checksum(body: str) -> str:
    number, letters = zlib.crc32(body.encode("utf-8", "surrogatepass")), ""
    for _ in range(_CHECK_LETTERS):
        number, digit = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[digit] + letters
    return letters
