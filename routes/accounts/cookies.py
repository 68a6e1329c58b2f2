"""The cookie of a session: for this host alone, and out of reach of scripts."""

from flask import request
from werkzeug import Response

from services.accounts.errors import HttpsNeededError
from services.accounts.oidc.flow import LASTING_SECONDS
from utils.hosts import is_loopback, is_loopback_host, without_port

_SECURE, _PLAIN = "__Host-reelgate", "reelgate"
_REMEMBERED_SECONDS = 400 * 24 * 3600
"""Browsers keep nothing for longer; the session itself ends before."""


def session_cookie() -> str | None:
    """What the current request brings along."""
    return request.cookies.get(_name())


def insist_on_https() -> None:
    """Refuse to take or give anything that lets somebody in where others on the way could read it."""
    if not (request.is_secure or _on_loopback()):
        raise HttpsNeededError("Signing in needs https here: over http, others on the way could read the password.")


def set_session_cookie(response: Response, token: str, *, remember: bool) -> None:
    """Have the browser bring it along from now on; until it is closed, unless it is to be remembered."""
    response.set_cookie(
        _name(),
        token,
        max_age=_REMEMBERED_SECONDS if remember else None,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def drop_session_cookie(response: Response) -> None:
    """Have the browser forget it."""
    response.delete_cookie(_name(), path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def flow_cookie() -> str | None:
    """What the browser carries of a sign-in at a provider that is not finished."""
    return request.cookies.get(f"{_name()}-elsewhere")


def set_flow_cookie(response: Response, sealed: str) -> None:
    """Have this browser alone be able to finish the sign-in, within ten minutes."""
    response.set_cookie(
        f"{_name()}-elsewhere",
        sealed,
        max_age=LASTING_SECONDS,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def drop_flow_cookie(response: Response) -> None:
    """Have the browser forget it."""
    name, secure = f"{_name()}-elsewhere", request.is_secure
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="Lax")


def _name() -> str:
    return _SECURE if request.is_secure else _PLAIN


def _on_loopback() -> bool:
    return is_loopback(request.remote_addr or "") and is_loopback_host(without_port(request.host))
