"""Who must have a second factor, and has none, sets one up before anything else."""

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug import Response

from routes.accounts.asking import who_is_found
from routes.http.actors import current_actor
from routes.http.errors import wants_page
from routes.http.feature import Feature
from routes.http.wiring import services
from services.accounts.errors import SecondFactorDemandedError
from services.actors.actor import ActorKind

SETTING_UP = "/account/factors"

_NEEDED = frozenset(
    {
        *("auth.who_am_i", "factors.confirm", "factors.propose_app", "factors.confirm_app"),
        *("factors.list_passkeys", "factors.options_to_register", "factors.register_passkey"),
        *("factor_pages.show", "factor_pages.change", "factor_pages.ask_to_confirm", "factor_pages.send_confirmation"),
    }
)
"""What somebody needs for that."""


def register_demand(app: Flask, features: Iterable[Feature]) -> None:
    """Ask of every request of the app whether its person has what their role demands."""
    allowed = _NEEDED.union(*(feature.opened for feature in features))

    def ask() -> Response | None:
        if request.endpoint is None or request.method == "OPTIONS" or request.endpoint in allowed:
            return None
        # Where nobody is asked, what a request brings along is not looked at.
        if current_actor().kind not in {ActorKind.PERSON, ActorKind.TOKEN}:
            return None
        found = who_is_found()
        if found is None or not services().accounts.second.is_demanded_of(found.user):
            return None
        if request.method in {"GET", "HEAD"} and wants_page():
            path = request.full_path if request.query_string else request.path
            return redirect(f"{SETTING_UP}?{urlencode({'next': path})}", code=303)
        raise SecondFactorDemandedError("Your role demands a second factor. Set one up under Your account first.")

    app.before_request(ask)
