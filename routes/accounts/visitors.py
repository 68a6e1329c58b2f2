"""What visitors without an account prefer: it lies in a cookie of their own browser."""

import msgspec
from flask import request
from werkzeug import Response

from routes.accounts.asking import who_is_found
from services.accounts.errors import InvalidAccountError
from services.accounts.user import Preferences
from services.errors import ReelgateError
from utils.sign_languages import sign_language

_COOKIE = "reelgate-preferences"
_KEPT_SECONDS = 400 * 24 * 3600
_LONGEST_COOKIE = 1024
_LEVELS = frozenset({"visual_density", "reading_level", "spacing", "caption_size"})


def preferences() -> Preferences:
    """How whoever sends the current request wants the pages."""
    try:
        found = who_is_found()
    except ReelgateError:  # The page may be the one that says that the database is away.
        found = None
    return found.user.preferences if found else visitors_preferences()


def visitors_preferences() -> Preferences:
    """What the cookie says; of what makes no sense in it, the default."""
    clamped = dict(map(_clamped, _said_by_cookie().items()))
    return msgspec.convert({name: value for name, value in clamped.items() if _holds(name, value)}, Preferences)


def merged(before: Preferences, change: dict[str, object]) -> Preferences:
    """The preferences with that changed; raises `InvalidAccountError`."""
    known = msgspec.to_builtins(before)
    for name in change:
        if name not in known:
            raise _refused(name, "There is no such preference.")
    if signed := change.get("preferred_sign_language"):
        tag = sign_language(signed) if isinstance(signed, str) else None
        if tag is None:
            raise _refused("preferred_sign_language", "There is no such sign language: ase, bfi and gsg are some.")
        change = change | {"preferred_sign_language": tag}
    try:
        return msgspec.convert(known | change, type=Preferences)
    except msgspec.ValidationError as error:
        raise _refused("preferences", f"{error}.") from error


def keep(response: Response, chosen: Preferences) -> None:
    """Have the visitor's browser remember it, beside what another version has had it remember."""
    usual = msgspec.to_builtins(Preferences())
    others = {name: value for name, value in _said_by_cookie().items() if name not in usual}
    said = {} if chosen == Preferences() else others
    said |= {name: value for name, value in msgspec.to_builtins(chosen).items() if value != usual[name]}
    text = msgspec.json.encode(said).decode()
    response.set_cookie(_COOKIE, text, max_age=_KEPT_SECONDS, secure=request.is_secure, httponly=True, samesite="Lax")


def _said_by_cookie() -> dict[str, object]:
    text = request.cookies.get(_COOKIE, "")
    if not text or len(text) > _LONGEST_COOKIE:
        return {}
    try:
        return msgspec.json.decode(text, type=dict[str, object])
    except msgspec.MsgspecError:
        return {}


def _clamped(said: tuple[str, object]) -> tuple[str, object]:
    """A level of another version, or one that somebody has typed, is the nearest that there is."""
    name, value = said
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return name, min(max(int(str(value)), 1), 5) if name in _LEVELS and is_number else value


def _holds(name: str, value: object) -> bool:
    """Whether a preference may have that value; unknown ones are of another version."""
    if name not in Preferences.__struct_fields__:
        return False
    try:
        msgspec.convert({name: value}, Preferences)
    except msgspec.ValidationError:
        return False
    return name != "preferred_sign_language" or value is None or sign_language(str(value)) == value


def _refused(name: str, reason: str) -> InvalidAccountError:
    return InvalidAccountError(reason, errors=[{"field": name[:64], "reason": reason}])
