"""From a request to who sends it: a token, a session, App Service's word, or whoever sits at a desk without accounts.

A page of another origin has only what it brings itself, which is a token: neither the cookie nor the desk's rights,
whether `CORS_ORIGINS` lets it in or not.
"""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g, request

from routes.accounts.cookies import session_cookie
from routes.accounts.easyauth import HEADER, actor_of
from routes.http.actors import current_actor, register_resolver
from routes.http.operators import sent_on_this_machine
from routes.http.origins import sent_by_another_origin
from routes.http.wiring import services
from services.accounts.credentials import Found
from services.actors.actor import ANYONE, NOBODY, Actor
from services.actors.errors import NotSignedInError
from utils.setting_choices import AuthMode

_RULES = "reelgate.asking"


@dataclass(frozen=True, kw_only=True)
class AskingRules:
    """Who is believed."""

    mode: AuthMode
    may_be_a_desk: bool
    """Whether who asks from this machine may be whoever sits at it."""
    role_claim: str = "roles"
    """The claim of App Service's sign-in that names a role."""


def register_asking(app: Flask, rules: AskingRules) -> None:
    """Tell people apart, from now on, by these rules."""
    app.extensions[_RULES] = rules
    register_resolver(app, _who_asks)


def who_is_found() -> Found | None:
    """The account behind the current request, and by what it came; None for everybody without one."""
    if "found" not in g:
        g.found = _found()
    return cast("Found | None", g.found)


def insist_on_account() -> Found:
    """The account behind the current request; raises `NotSignedInError` where there is none."""
    found = who_is_found()
    if found is None:
        raise NotSignedInError("This needs an account: sign in first.")
    return found


def insist_on_fresh_account() -> Found:
    """The same, of somebody who has proved a moment ago who they are; raises `FreshSignInNeededError`, too."""
    found = insist_on_account()
    services().accounts.confirming.require_fresh(found)
    return found


def is_desk() -> bool:
    """Whether the current request comes from whoever sits at the desk, whose own page has sent it."""
    rules = _rules()
    return rules.may_be_a_desk and sent_on_this_machine() and not sent_by_another_origin()


def lets_in_without_asking() -> str | None:
    """By what whoever sends the current request was let in unasked, for pages to say so; None where it was asked.

    `open` is a server that asks nobody and can be reached from elsewhere, `desk` one that has no account yet.
    """
    if current_actor().id != ANYONE.id:
        return None
    rules = _rules()
    if rules.mode is AuthMode.NONE:
        return None if rules.may_be_a_desk else "open"
    return None if services().accounts.people.is_anybody_there() else "desk"


def _found() -> Found | None:
    # What App Service has let through bears its own token, which is none of ours.
    if _rules().mode is AuthMode.EASYAUTH and HEADER in request.headers:
        return None
    if (token := _bearer()) is not None:
        return services().accounts.credentials.of_bearer(token)
    cookie = session_cookie()
    if cookie is None or sent_by_another_origin():
        return None
    return services().accounts.credentials.of_cookie(cookie)


def _who_asks() -> Actor:
    rules = _rules()
    accounts = services().accounts
    if rules.mode is AuthMode.NONE and not accounts.asks:
        return ANYONE
    if (found := who_is_found()) is not None:
        return found.actor()
    # Beside a token that a page brings itself, it does not matter whose page it is.
    if rules.mode is AuthMode.EASYAUTH and (_bearer() is not None or not sent_by_another_origin()):
        person = actor_of(request.headers.get(HEADER, ""), role_claim=rules.role_claim)
        return NOBODY if person is None else accounts.credentials.with_shares(by=person)
    if rules.mode is AuthMode.ACCOUNTS and is_desk() and not (accounts.asks and accounts.people.is_anybody_there()):
        return ANYONE
    return NOBODY


def _rules() -> AskingRules:
    return cast("AskingRules", current_app.extensions[_RULES])


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
