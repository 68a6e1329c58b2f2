"""The page on which a person lets a device in that has no browser, or does not."""

from flask import Blueprint, request
from werkzeug import Response

from routes.accounts.asking import insist_on_account
from routes.accounts.cookies import insist_on_https
from routes.accounts.sign_in_pages import private, told
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.accounts.device.store import WaitingDevice
from services.accounts.errors import AccountLockedError, InvalidAccountError, UserCodeUnknownError
from services.errors import ReelgateError

blueprint = Blueprint("devices", __name__)
prepare_pages(blueprint)


@blueprint.get("/device")
def ask() -> Response:
    """The form for the code that the device shows; with a code, what is known of the device."""
    code = request.args.get("user_code", "")
    return _looked_up(code) if code else _page()


@blueprint.post("/device")
def decide() -> Response:
    """Look the code up, or let its device in, or not."""
    insist_on_https()
    fields = read_form()
    code, action = fields.get("user_code", ""), fields.get("action", "")
    if action == "look":
        return _looked_up(code)
    if action not in {"approve", "deny"}:
        raise InvalidAccountError("The form must say what to do.")
    approve, found = action == "approve", insist_on_account()
    try:
        device = services().accounts.devices.decide(found, code, approve=approve, by=current_actor())
    except (UserCodeUnknownError, AccountLockedError) as error:
        return _page(error=error)
    return _page(device=device, done=action)


def _looked_up(code: str) -> Response:
    try:
        device = services().accounts.devices.waiting(insist_on_account(), code, by=current_actor())
    except (UserCodeUnknownError, AccountLockedError) as error:
        return _page(error=error)
    return _page(device=device, code=code)


def _page(
    *, device: WaitingDevice | None = None, code: str = "", done: str = "", error: ReelgateError | None = None
) -> Response:
    by = current_actor()
    scopes = None if device is None or device.scopes is None else sorted(device.scopes)
    values = {"device": device, "scopes": scopes, "code": code, "done": done, "error": error, "who": by}
    page = private(show_page("accounts/device.html", **values))
    return page if error is None else told(page, error)
