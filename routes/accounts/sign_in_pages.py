"""Pages by which somebody comes in: signing in and out, the first account, an invitation, a new password."""

from dataclasses import replace

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from routes.accounts.api import device
from routes.accounts.asking import is_desk, who_is_found
from routes.accounts.cookies import drop_session_cookie, insist_on_https, set_session_cookie
from routes.accounts.factor_pages import proof_of
from routes.accounts.next_page import inside
from routes.accounts.sites import site_or_none
from routes.http.actors import current_actor
from routes.http.errors import domain_error_response
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.accounts.errors import (
    AccountLockedError,
    AccountTakenError,
    InvalidAccountError,
    InvalidFactorError,
    PasskeyRefusedError,
    RegistrationClosedError,
    SecondFactorRequiredError,
    SecondFactorWrongError,
    SignInFailedError,
)
from services.accounts.factors.proofs import CodeProof, PasskeyProof
from services.accounts.joining import NewAccount
from services.accounts.live_settings import REGISTRATION
from services.accounts.signing_in import Attempt, PasskeyAttempt, SignInAttempt, StepAttempt
from services.accounts.user import Purpose
from services.actors.actor import NOBODY
from services.errors import ReelgateError, TooManyRequestsError

blueprint = Blueprint("accounts", __name__)
prepare_pages(blueprint)

ON_THE_PAGE = (
    SignInFailedError,
    InvalidFactorError,
    AccountTakenError,
    InvalidAccountError,
    RegistrationClosedError,
    TooManyRequestsError,
)
"""What the form itself tells, with what has been typed still in it."""


@blueprint.get("/simple-login")
def simple_login() -> Response:
    """The address of an older page."""
    return redirect(url_for("accounts.sign_in", next=request.args.get("next")), code=301)


@blueprint.get("/login")
def sign_in() -> Response:
    """The form to sign in."""
    if who_is_found() is not None:
        return redirect(inside(request.args.get("next")), code=303)
    return sign_in_page()


@blueprint.post("/login")
def send_sign_in() -> Response:
    """Sign in by the form."""
    fields = read_form()
    name, following = fields.get("username", ""), fields.get("next")
    remember = "remember" in fields
    try:
        insist_on_https()
        _, token = services().accounts.signing_in.on_a_page(_attempt(fields, remember=remember), by=current_actor())
    except SecondFactorRequiredError as error:
        return told(_second_step_page(error.step, following=following, remember=remember), error)
    except (SecondFactorWrongError, PasskeyRefusedError, AccountLockedError) as error:
        if step := fields.get("step"):
            page = _second_step_page(step, following=following, remember=remember, error=error)
            return told(page, error)
        return told(sign_in_page(error=error, name=name, following=following), error)
    except ReelgateError as error:
        if not isinstance(error, ON_THE_PAGE):
            raise
        return told(sign_in_page(error=error, name=name, following=following), error)
    end_session_before()
    response = redirect(inside(following), code=303)
    set_session_cookie(response, token, remember=remember)
    return response


@blueprint.get("/logout")
def sign_out() -> Response:
    """Ask whether to sign out: a link alone must not do it."""
    return show_page("accounts/sign_out.html", who=current_actor())


@blueprint.post("/logout")
def send_sign_out() -> Response:
    """Sign out here, and then at the provider if that is where the session was begun."""
    # It has no fields, and is refused like every other form when it arrives broken.
    read_form()
    found, provider = who_is_found(), services().accounts.provider
    was_begun_there = found is not None and provider is not None and provider.has_begun(found)
    end_session_before()
    response = redirect(url_for("oidc.log_out" if was_begun_there else "accounts.sign_in"), code=303)
    drop_session_cookie(response)
    return response


@blueprint.get("/setup")
def set_up() -> Response:
    """The form for the very first account."""
    token = request.args.get("token")
    if services().accounts.people.is_anybody_there():
        return redirect(url_for("accounts.sign_in"), code=303)
    if token is not None:
        services().accounts.joining.look_up(token)
    return _join_page("setup", token=token, refused=token is None and not is_desk())


@blueprint.post("/setup")
def send_set_up() -> Response:
    """Make the very first account, and sign in with it."""
    return _join("setup")


@blueprint.get("/join")
def join() -> Response:
    """The form for who has an invitation, or where everybody may make an account."""
    token = request.args.get("token")
    email = None
    if token is not None:
        _, invited = services().accounts.joining.look_up(token)
        email = invited.email if invited else None
    is_open = services().accounts.live.value(REGISTRATION) == "open"
    return _join_page("join", token=token, email=email, refused=token is None and not is_open)


@blueprint.post("/join")
def send_join() -> Response:
    """Make an account, and sign in with it."""
    return _join("join")


@blueprint.get("/reset")
def reset() -> Response:
    """The form for a new password, for who has an address that works once."""
    token = request.args.get("token", "")
    purpose, user = services().accounts.joining.look_up(token)
    return private(
        show_page("accounts/reset.html", token=token, user=user, refused=purpose is not Purpose.RESET, error=None)
    )


@blueprint.post("/reset")
def send_reset() -> Response:
    """Take the new password, and let its owner sign in."""
    insist_on_https()
    fields = read_form()
    token = fields.get("token", "")
    try:
        services().accounts.joining.reset(token, fields.get("password", ""), by=current_actor())
    except InvalidAccountError as error:
        _, user = services().accounts.joining.look_up(token)
        page = show_page("accounts/reset.html", token=token, user=user, refused=False, error=error)
        return told(private(page), error)
    return redirect(url_for("accounts.sign_in"), code=303)


def _attempt(fields: MultiDict[str, str], *, remember: bool) -> Attempt:
    """What the form says: a name and a password, then a code or a passkey; or a passkey alone."""
    proof, step = proof_of(fields), fields.get("step")
    if step:
        proof = proof or CodeProof(code="")
        return StepAttempt(step=step, proof=proof, device=device(), remember=remember)
    if isinstance(proof, PasskeyProof):
        return PasskeyAttempt(proof=proof, device=device(), remember=remember)
    return SignInAttempt(
        name=fields.get("username", ""),
        password=fields.get("password", ""),
        code=fields.get("code") or None,
        device=device(),
        remember=remember,
    )


def _join(page: str) -> Response:
    insist_on_https()
    fields = read_form()
    token, name, password = fields.get("token") or None, fields.get("username", ""), fields.get("password", "")
    email = fields.get("email") or None
    wanted = NewAccount(username=name, email=email, password=password, invitation=token)
    # Who has signed in already and follows an invitation joins by it, and not by the right to make accounts.
    by = current_actor() if page == "setup" else replace(NOBODY, address=request.remote_addr)
    try:
        services().accounts.joining.register(wanted, by=by)
    except ReelgateError as error:
        if not isinstance(error, ON_THE_PAGE):
            raise
        return told(_join_page(page, token=token, name=name, email=email, error=error), error)
    attempt = SignInAttempt(name=name, password=password, device=device())
    _, cookie = services().accounts.signing_in.on_a_page(attempt, by=by)
    end_session_before()
    response = redirect("/", code=303)
    set_session_cookie(response, cookie, remember=False)
    return response


def end_session_before() -> None:
    """Let the session end that the browser came with: whoever knew its cookie must not come along."""
    if (found := who_is_found()) is not None:
        services().accounts.credentials.end_found(found, by=current_actor())


def sign_in_page(*, error: ReelgateError | None = None, name: str = "", following: str | None = None) -> Response:
    """The form to sign in, and what was wrong with the last try."""
    accounts = services().accounts
    return private(
        show_page(
            "accounts/sign_in.html",
            error=error,
            name=name,
            following=inside(following or request.args.get("next")),
            nobody_yet=not accounts.people.is_anybody_there(),
            is_open=accounts.live.value(REGISTRATION) == "open",
            asks_code=isinstance(error, AccountLockedError),
            has_passkeys=site_or_none() is not None,
            letters=accounts.mailing.is_set,
            provider=accounts.provider.client.name if accounts.provider else None,
        )
    )


def _second_step_page(
    step: str, *, following: str | None, remember: bool, error: ReelgateError | None = None
) -> Response:
    return private(
        show_page(
            "accounts/second_step.html",
            step=step,
            following=inside(following),
            remember=remember,
            error=error,
            has_passkeys=site_or_none() is not None,
        )
    )


def _join_page(
    page: str,
    *,
    token: str | None,
    name: str = "",
    email: str | None = None,
    error: ReelgateError | None = None,
    refused: bool = False,
) -> Response:
    values = {"token": token, "name": name, "email": email, "error": error, "refused": refused}
    return private(show_page("accounts/join.html", is_setup=page == "setup", **values))


def told(page: Response, error: ReelgateError) -> Response:
    """The form again, with the status and the headers that the error has elsewhere."""
    page.status_code = error.status
    for name in ("Retry-After", "WWW-Authenticate"):
        if (value := domain_error_response(error).headers.get(name)) is not None:
            page.headers[name] = value
    return page


def private(page: Response) -> Response:
    """The page, kept by no cache, and its address told to nobody."""
    page.headers["Cache-Control"] = "no-store"
    # The address of some of these pages lets somebody in.
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
