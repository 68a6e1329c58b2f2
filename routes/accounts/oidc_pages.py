"""Signing in at an OpenID provider: the way there, the way back, and what an account's owner confirms in between."""

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.accounts.api import device
from routes.accounts.cookies import drop_flow_cookie, flow_cookie, insist_on_https, set_flow_cookie, set_session_cookie
from routes.accounts.next_page import inside
from routes.accounts.sign_in_pages import ON_THE_PAGE, end_session_before, private, sign_in_page, told
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.accounts.errors import (
    AccountLockedError,
    ProviderAwayError,
    ProviderNotBelievedError,
    ProviderRefusedError,
    SecondFactorRequiredError,
    SecondFactorWrongError,
    SignInExpiredError,
)
from services.accounts.oidc.flow import Unconfirmed
from services.accounts.oidc.sign_in import Arrival, ProviderSignIn
from services.accounts.signing_in import SignInAttempt
from services.errors import NotFoundError, ReelgateError

blueprint = Blueprint("oidc", __name__, url_prefix="/auth/oidc")
prepare_pages(blueprint)

_CODE_NEEDED = (SecondFactorRequiredError, SecondFactorWrongError)
_TOLD = (
    *(*ON_THE_PAGE, *_CODE_NEEDED, AccountLockedError),
    *(ProviderAwayError, ProviderNotBelievedError, ProviderRefusedError, SignInExpiredError),
)
"""What the page for signing in tells, on which one begins once more, or signs in by password."""
_MOST_PARAMETERS = 20


@blueprint.get("/login")
def log_in() -> Response:
    """Go to the provider."""
    following = inside(request.args.get("next"))
    try:
        insist_on_https()
        begun = _provider().begin(redirect_uri=_redirect_uri(), following=following)
    except ReelgateError as error:
        return _refused(error, following=following)
    response = private(redirect(begun.address, code=303))
    set_flow_cookie(response, begun.sealed)
    return response


@blueprint.get("/callback")
def callback() -> Response:
    """Come back from the provider."""
    provider = _provider()
    given = list(request.args.items(multi=True))
    parameters = dict(given)
    try:
        if len(parameters) != len(given) or len(given) > _MOST_PARAMETERS:
            raise SignInExpiredError("The sign-in service's answer says something twice. Begin once more.")
        arrival = Arrival(parameters=parameters, sealed=flow_cookie(), redirect_uri=_redirect_uri(), device=device())
        came = provider.finish(arrival, by=current_actor())
    except ReelgateError as error:
        response = _refused(error)
        drop_flow_cookie(response)
        return response
    if isinstance(came, str):
        response = private(redirect(url_for("oidc.confirm"), code=303))
        set_flow_cookie(response, came)
        return response
    end_session_before()
    response = private(redirect(inside(came.following), code=303))
    drop_flow_cookie(response)
    set_session_cookie(response, came.cookie, remember=False)
    return response


@blueprint.get("/confirm")
def confirm() -> Response:
    """Ask the owner of an account whether it is theirs."""
    try:
        return _confirm_page(_provider().unconfirmed(flow_cookie()))
    except SignInExpiredError as error:
        return _refused(error)


@blueprint.post("/confirm")
def send_confirm() -> Response:
    """Connect the account with the person at the provider, once its owner has typed its password."""
    provider, fields, by = _provider(), read_form(), current_actor()
    try:
        waiting = provider.unconfirmed(flow_cookie())
    except SignInExpiredError as error:
        return _refused(error)
    attempt = SignInAttempt(
        name=waiting.email, password=fields.get("password", ""), code=fields.get("code") or None, device=device()
    )
    try:
        insist_on_https()
        owner, cookie = services().accounts.signing_in.on_a_page(attempt, by=by)
        provider.confirm(waiting, owner, by=by)
    except ReelgateError as error:
        if not isinstance(error, _TOLD):
            raise
        return told(_confirm_page(waiting, error=error), error)
    end_session_before()
    response = private(redirect(inside(waiting.following), code=303))
    drop_flow_cookie(response)
    set_session_cookie(response, cookie, remember=False)
    return response


@blueprint.get("/logout")
def log_out() -> Response:
    """Go on to the provider, to sign out there as well: who is signed in here any more has not come to this page."""
    address = _provider().sign_out_address(back_to=url_for("accounts.sign_in", _external=True))
    if address is None:
        return redirect(url_for("accounts.sign_in"), code=303)
    page = private(show_page("accounts/signed_out.html", address=address, provider=_provider().client.name))
    # A form must not lead to another site, as our policy has it, so this page stands in between.
    page.headers["Refresh"] = f"0; url={address}"
    return page


def _provider() -> ProviderSignIn:
    provider = services().accounts.provider
    if provider is None:
        raise NotFoundError("No OpenID provider is set here.")
    return provider


def _redirect_uri() -> str:
    return url_for("oidc.callback", _external=True)


def _refused(error: ReelgateError, *, following: str | None = None) -> Response:
    if not isinstance(error, _TOLD):
        raise error
    return told(sign_in_page(error=error, following=following), error)


def _confirm_page(waiting: Unconfirmed, *, error: ReelgateError | None = None) -> Response:
    return private(
        show_page(
            "accounts/connect.html",
            email=waiting.email,
            provider=_provider().client.name,
            error=error,
            asks_code=isinstance(error, (*_CODE_NEEDED, AccountLockedError)),
        )
    )
