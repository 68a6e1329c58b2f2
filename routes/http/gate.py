"""Closed unless opened: who is nobody gets no further than the addresses that a feature has opened by name.

What is open asks by itself who may use it, or is for everybody. What somebody may do beyond coming in is the services'
question (`services/actors/policy.py`).
"""

from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.errors import wants_page
from routes.http.feature import Feature, may_enter
from services.actors.actor import ActorKind
from services.actors.errors import ForbiddenError, NotSignedInError

SIGN_IN = "/login"


def register_gate(app: Flask, features: Iterable[Feature]) -> None:
    """Ask of every request of the app whether it may come in, once the guards have let it pass."""
    features = tuple(features)
    opened = frozenset().union(*(feature.opened for feature in features))
    public = frozenset().union(*(feature.public for feature in features))

    def ask() -> Response | None:
        # An address that is not there is so for everybody, and a preflight brings nobody along.
        if request.endpoint is None or request.method == "OPTIONS" or request.endpoint in opened:
            return None
        by = current_actor()
        if by.kind is ActorKind.NOBODY:
            return None if request.endpoint in public else _turned_away()
        if not may_enter(by, request.endpoint):
            raise ForbiddenError("This part of the site has not been opened for your account.")
        return None

    def lead_to_the_sign_in(response: Response) -> Response:
        # What is there and not public is to nobody like what is not there: the services have said the same of both.
        refused = response.status_code == HTTPStatus.UNAUTHORIZED and request.endpoint in public
        if not (refused and _asks_for_a_page()) or current_actor().kind is not ActorKind.NOBODY:
            return response
        return redirect(sign_in_address(), code=303)

    app.before_request(ask)
    app.after_request(lead_to_the_sign_in)


def _turned_away() -> Response:
    """The way to the page for signing in; raises `NotSignedInError` where no page is asked for."""
    if _asks_for_a_page():
        return redirect(sign_in_address(), code=303)
    raise NotSignedInError("Sign in to go on.")


def _asks_for_a_page() -> bool:
    return request.method in {"GET", "HEAD"} and wants_page()


def sign_in_address() -> str:
    """Where somebody signs in who then wants to be here."""
    path = request.full_path if request.query_string else request.path
    return SIGN_IN if path == "/" else f"{SIGN_IN}?{urlencode({'next': path})}"
