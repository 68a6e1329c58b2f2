"""Pages for one's own account, and for administrators the accounts of others; by plain forms."""

from flask import Blueprint, g, redirect, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from routes.accounts import preference_pages
from routes.accounts.asking import insist_on_account, lets_in_without_asking, who_is_found
from routes.accounts.cookies import insist_on_https
from routes.accounts.factor_pages import factors_shown
from routes.accounts.forgotten import send_invitation
from routes.accounts.shown import OneTimeAddressMessage, address_message
from routes.accounts.users import page_of_people
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.accounts.credentials import Found
from services.accounts.errors import InvalidAccountError
from services.accounts.own_account import NewToken
from services.accounts.people import AccountChange
from services.actors.actor import Role, Scope
from services.errors import ReelgateError

blueprint = Blueprint("people", __name__)
prepare_pages(blueprint)


@blueprint.get("/account")
def account() -> Response:
    """My preferences, sessions and tokens."""
    return _account_page()


@blueprint.post("/account")
def change_account() -> Response:
    """Do what one of the forms of the page says."""
    fields = read_form()
    action = fields.get("action", "")
    if action == "preferences":
        response = redirect(url_for("preferences.page"), code=303)
        preference_pages.keep(response, fields)
        return response
    found, by, own = insist_on_account(), current_actor(), services().accounts.own
    match action:
        case "password":
            insist_on_https()
            own.change_password(found, old=fields.get("old", ""), new=fields.get("new", ""), by=by)
        case "end-session":
            own.end_session(found.user, fields.get("id", ""), by=by)
        case "end-others":
            own.end_sessions(found, but_this=True, by=by)
        case "delete-token" | "new-token" if not services().accounts.confirming.is_fresh(found):
            return redirect(url_for("factor_pages.ask_to_confirm", next=url_for("people.account")), code=303)
        case "delete-token":
            own.remove_token(found.user, fields.get("id", ""), by=by)
        case "new-token":
            return _new_token(found, fields)
        case _:
            raise InvalidAccountError("The form must say what to do.")
    return redirect(url_for("people.account"), code=303)


@blueprint.app_context_processor
def signed_in() -> dict[str, object]:
    """Who is signed in, for the menu of every page; None where nobody is, or the request has not come that far.

    And by what whoever was not asked was let in.
    """
    found = g.get("found")
    try:
        unasked = lets_in_without_asking()
    except ReelgateError:  # The page may be the one that says that the database is away.
        unasked = None
    return {"signed_in": found and found.user, "unasked": unasked}


@blueprint.get("/people")
def people() -> Response:
    """The accounts, for administrators."""
    return _people_page()


@blueprint.post("/people")
def change_people() -> Response:
    """Do what one of the forms of the page says."""
    fields = read_form()
    by, accounts, user_id = current_actor(), services().accounts, fields.get("id", "")
    match fields.get("action"):
        case "invite":
            user, address = accounts.joining.invite(
                username=fields.get("username") or None,
                email=fields.get("email") or None,
                role=_role(fields.get("role", "USER")),
                by=by,
            )
            send_invitation(user)
            return _private(_people_page(address=address_message(address), whose=user.name))
        case "reset":
            address = accounts.joining.reset_address(user_id, by=by)
            return _private(_people_page(address=address_message(address), whose=fields.get("name", "")))
        case "role":
            accounts.people.change(user_id, AccountChange(role=_role(fields.get("role", ""))), by=by)
        case "deactivate":
            accounts.people.change(user_id, AccountChange(active=False), by=by)
        case "activate":
            accounts.people.change(user_id, AccountChange(active=True), by=by)
        case "unlock":
            accounts.people.change(user_id, AccountChange(unlock=True), by=by)
        case "remove-factors":
            accounts.second.remove_all(user_id, by=by)
        case "sign-out":
            accounts.people.sign_out(user_id, by=by)
        case _:
            raise InvalidAccountError("The form must say what to do.")
    return redirect(url_for("people.people"), code=303)


def _account_page(*, new_token: str | None = None) -> Response:
    found, by = who_is_found(), current_actor()
    own = services().accounts.own
    page = show_page(
        "accounts/account.html",
        user=found.user if found else None,
        this_session=found.session.id if found and found.session else None,
        who=by,
        sessions=own.sessions(found.user, by=by) if found else (),
        tokens=own.tokens(found.user, by=by) if found else (),
        scopes=list(Scope),
        new_token=new_token,
        factors=factors_shown(found) if found else None,
    )
    return _private(page)


def _new_token(found: Found, fields: MultiDict[str, str]) -> Response:
    try:
        scopes = frozenset(Scope(each) for each in fields.getlist("scope"))
    except ValueError as error:
        raise InvalidAccountError("There is no such scope.") from error
    wanted = NewToken(name=fields.get("name", ""), scopes=scopes, expires_at=None)
    _, text = services().accounts.own.new_token(found.user, wanted, by=current_actor())
    return _account_page(new_token=text)


def _people_page(*, address: OneTimeAddressMessage | None = None, whose: str = "") -> Response:
    shown, following = page_of_people()
    return show_page(
        "accounts/people.html",
        people=shown,
        next=following and url_for("people.people", cursor=following, q=request.args.get("q") or None),
        words=request.args.get("q", ""),
        roles=list(Role),
        address=address,
        whose=whose,
    )


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise InvalidAccountError("There is no such role.") from error


def _private(page: Response) -> Response:
    page.headers["Cache-Control"] = "no-store"
    return page
