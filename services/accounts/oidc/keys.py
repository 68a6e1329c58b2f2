"""The provider's keys: public ones for signatures alone, each under a name of its own."""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import jwt
import msgspec

ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}
"""What ID tokens may be signed with, and with what kind of key. What needs no secret, or a shared one, is not in it."""

_MOST_KEYS = 100
_LEAST_RSA_BITS, _MOST_RSA_BITS = 2048, 8192
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "k", "oth"})

ProviderKeys = Mapping[tuple[str, str | None], Any]
"""Public keys by algorithm and `kid`."""


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


def read_keys(document: bytes) -> ProviderKeys:
    """The usable keys of a JWKS; raises ValueError when it is none.

    A key that shows a private part is everybody's, and a name that stands twice says nothing: both are passed over.
    """
    try:
        given = msgspec.json.decode(document, type=_KeySet).keys
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("This is no set of keys.") from error
    if len(given) > _MOST_KEYS:
        raise ValueError("There are too many keys.")
    named = Counter(_name(each) for each in given)
    found: dict[tuple[str, str | None], Any] = {}
    for each in given:
        for algorithm in ALGORITHMS:
            if named[_name(each)] == 1 and (key := _public_key(each, algorithm)) is not None:
                found[algorithm, _name(each)] = key
    return found


def key_for(keys: ProviderKeys, algorithm: str, kid: str | None) -> Any | None:
    """The key that a token names; a token that names none means the only one of its kind."""
    if kid is not None:
        return keys.get((algorithm, kid))
    fitting = [key for (kind, _), key in keys.items() if kind == algorithm]
    return fitting[0] if len(fitting) == 1 else None


def _name(key: Mapping[str, Any]) -> str | None:
    kid = key.get("kid")
    return kid if isinstance(kid, str) else None


def _public_key(key: Mapping[str, Any], algorithm: str) -> Any | None:
    if not _is_for_signatures(key, algorithm):
        return None
    is_fit = key.get("crv") == "P-256" if algorithm == "ES256" else _is_long_enough(key.get("n"))
    try:
        return jwt.PyJWK(dict(key), algorithm=algorithm).key if is_fit else None
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _is_for_signatures(key: Mapping[str, Any], algorithm: str) -> bool:
    if key.get("kty") != ALGORITHMS[algorithm] or not _PRIVATE.isdisjoint(key):
        return False
    if key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
        return False
    return "verify" in _texts(key.get("key_ops", ["verify"]))


def _texts(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _is_long_enough(modulus: object) -> bool:
    if not isinstance(modulus, str):
        return False
    try:
        raw = base64.urlsafe_b64decode(modulus + "=" * (-len(modulus) % 4))
    except ValueError:
        return False
    return _LEAST_RSA_BITS <= int.from_bytes(raw, "big").bit_length() <= _MOST_RSA_BITS
