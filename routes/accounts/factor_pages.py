"""Pages for one's own second factors, by plain forms; passkeys alone need scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Blueprint, redirect, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from routes.accounts.asking import insist_on_account, insist_on_fresh_account
from routes.accounts.cookies import insist_on_https
from routes.accounts.factors import after_new_factor, with_cookie
from routes.accounts.next_page import inside
from routes.accounts.sites import current_site, site_or_none
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.accounts.credentials import Found
from services.accounts.errors import (
    AccountLockedError,
    FactorExistsError,
    FreshSignInNeededError,
    InvalidFactorError,
    PasskeyRefusedError,
    SecondFactorWrongError,
    SignInFailedError,
)
from services.accounts.factors.credential import Credential, NewCredential
from services.accounts.factors.proofs import CodeProof, PasskeyProof, Proof
from services.accounts.factors.second_factors import Overview, ProposedApp
from services.errors import ReelgateError

blueprint = Blueprint("factor_pages", __name__)
prepare_pages(blueprint)

_ON_THE_PAGE = (
    *(SecondFactorWrongError, InvalidFactorError, FactorExistsError, PasskeyRefusedError),
    *(SignInFailedError, AccountLockedError),
)
"""What the forms themselves tell."""


@dataclass(frozen=True, kw_only=True)
class FactorsShown:
    """What the section of second factors shows."""

    overview: Overview
    proposed: ProposedApp | None
    recovery: Sequence[str]
    """New recovery codes, shown this once."""
    fresh: bool
    """Whether the sign-in is young enough for changes."""
    named: bool
    """Whether the site has a name, as passkeys need it."""
    following: str
    """Where the person wanted to go."""


@blueprint.get("/account/factors")
def show() -> Response:
    """The second factors alone: where one is set up."""
    return _page(insist_on_account(), following=request.args.get("next"))


@blueprint.post("/account/factors")
def change() -> Response:
    """Do what one of the forms says."""
    insist_on_https()
    fields = read_form()
    following = inside(fields.get("next"))
    try:
        found = insist_on_fresh_account()
    except FreshSignInNeededError:
        return redirect(url_for("factor_pages.ask_to_confirm", next=url_for("factor_pages.show", next=following)), 303)
    try:
        return _done(found, fields, following)
    except ReelgateError as error:
        if not isinstance(error, _ON_THE_PAGE):
            raise
        page = _page(found, following=following, error=error)
        page.status_code = error.status
        return page


@blueprint.get("/account/confirm")
def ask_to_confirm() -> Response:
    """Ask once more who it is."""
    return _confirm_page(insist_on_account(), following=request.args.get("next"))


@blueprint.post("/account/confirm")
def send_confirmation() -> Response:
    """Take the password, a code or a passkey, and go on."""
    insist_on_https()
    fields, found = read_form(), insist_on_account()
    following = inside(fields.get("next"))
    try:
        cookie = services().accounts.confirming.confirm(
            found, password=fields.get("password") or None, proof=proof_of(fields), by=current_actor()
        )
    except ReelgateError as error:
        if not isinstance(error, (*_ON_THE_PAGE, FreshSignInNeededError)):
            raise
        page = _confirm_page(found, following=following, error=error)
        page.status_code = error.status
        return page
    return with_cookie(redirect(following, code=303), found, cookie)


def proof_of(fields: MultiDict[str, str]) -> Proof | None:
    """The passkey's answer or the code in a form."""
    if text := fields.get("passkey"):
        return PasskeyProof(site=current_site(), credential=read_credential(text, Credential))
    code = fields.get("code")
    return CodeProof(code=code) if code else None


def read_credential(text: str, kind: Any) -> Any:
    """What a script has put into a field; raises `PasskeyRefusedError`."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise PasskeyRefusedError("This is not what a passkey answers.") from error


def factors_shown(found: Found, *, following: str = "", recovery: Sequence[str] = ()) -> FactorsShown:
    """What the section shows to this person."""
    accounts, by = services().accounts, current_actor()
    fresh = accounts.confirming.is_fresh(found)
    return FactorsShown(
        overview=accounts.second.overview(found.user, by=by),
        proposed=accounts.second.proposed_app(found.user, by=by) if fresh else None,
        recovery=recovery,
        fresh=fresh,
        named=site_or_none() is not None,
        following=following,
    )


def _done(found: Found, fields: MultiDict[str, str], following: str) -> Response:
    accounts, by, passkey_id = services().accounts, current_actor(), fields.get("id", "")
    match fields.get("action"):
        case "new-app":
            accounts.second.propose_app(found.user, by=by)
        case "confirm-app":
            recovery = accounts.second.confirm_app(found.user, fields.get("code", ""), by=by)
            return _after_new(found, recovery, following)
        case "remove-app":
            accounts.second.remove_app(found.user, by=by)
        case "new-recovery":
            return _page(found, following=following, recovery=accounts.second.renew_recovery(found.user, by=by))
        case "add-passkey":
            credential = read_credential(fields.get("passkey", ""), NewCredential)
            name, site = fields.get("name", ""), current_site()
            _, made = accounts.passkeys.register(found.user, site, credential, name=name, by=by)
            return _after_new(found, made or (), following)
        case "rename-passkey":
            accounts.passkeys.rename(found.user, passkey_id, name=fields.get("name", ""), by=by)
        case "remove-passkey":
            accounts.passkeys.remove(found.user, passkey_id, by=by)
        case _:
            raise InvalidFactorError("The form must say what to do.")
    return redirect(url_for("factor_pages.show", next=None if following == "/" else following), code=303)


def _after_new(found: Found, recovery: Sequence[str], following: str) -> Response:
    return after_new_factor(_page(found, following=following, recovery=recovery), found)


def _page(
    found: Found, *, following: str | None, recovery: Sequence[str] = (), error: ReelgateError | None = None
) -> Response:
    shown = factors_shown(found, following=inside(following), recovery=recovery)
    demanded = services().accounts.second.is_demanded_of(found.user) and not _has_any(shown)
    return _private(show_page("accounts/factors.html", user=found.user, factors=shown, demanded=demanded, error=error))


def _has_any(shown: FactorsShown) -> bool:
    return shown.overview.has_app or bool(shown.overview.passkeys)


def _confirm_page(found: Found, *, following: str | None, error: ReelgateError | None = None) -> Response:
    accounts, site = services().accounts, site_or_none()
    overview = accounts.second.overview(found.user, by=current_actor())
    has_passkey = site is not None and any(each.host == site.host for each in overview.passkeys)
    return _private(
        show_page(
            "accounts/confirm.html",
            user=found.user,
            following=inside(following),
            error=error,
            has_password=found.user.password is not None,
            step=accounts.signing_in.step_for(found.user) if has_passkey else None,
        )
    )


def _private(page: Response) -> Response:
    page.headers["Cache-Control"] = "no-store"
    return page
