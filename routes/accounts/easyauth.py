"""Who App Service's own sign-in says is asking: believed there alone, where its front end removes forged headers."""

import base64
import binascii
from collections.abc import Sequence

import msgspec

from services.actors.actor import PRINCIPAL, Actor, ActorKind, Role

HEADER = "X-MS-CLIENT-PRINCIPAL"

_LONGEST = 64 * 1024
_IDS = (
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
    "oid",
    "sub",
)
_NAMES = ("name", "preferred_username", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress")
_STRONGEST_FIRST = (Role.ADMIN, Role.MANAGER, Role.USER, Role.READONLY)


class _PrincipalClaim(msgspec.Struct, frozen=True):
    typ: str
    val: str


class _Principal(msgspec.Struct, frozen=True):
    claims: list[_PrincipalClaim]
    role_typ: str = "roles"
    name_typ: str = "name"


def actor_of(header: str, *, role_claim: str) -> Actor | None:
    """The person that the header names; None when it names nobody.

    Who has been given none of our roles there is a USER.
    """
    try:
        text = base64.b64decode(header[:_LONGEST], validate=True)
        principal = msgspec.json.decode(text, type=_Principal)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None
    person = _first(principal, _IDS)
    if person is None:
        return None
    given = {each.val.upper() for each in principal.claims if each.typ in {role_claim, principal.role_typ}}
    role = next((each for each in _STRONGEST_FIRST if each.value in given), Role.USER)
    name = _first(principal, (*_NAMES, principal.name_typ)) or person
    return Actor(kind=ActorKind.PERSON, id=f"{PRINCIPAL}{person}", name=name, role=role)


def _first(principal: _Principal, kinds: Sequence[str]) -> str | None:
    found = {each.typ: each.val for each in principal.claims}
    return next((found[kind] for kind in kinds if found.get(kind)), None)
