"""A password that was forgotten: a letter with a link, if the address is somebody's. All are told the same."""

from typing import Annotated

from flask import Blueprint, url_for
from msgspec import Meta, Struct
from werkzeug import Response as AnyResponse

from routes.accounts import faults
from routes.accounts.cookies import insist_on_https
from routes.accounts.described import BODIES, JSON, SIGNING_IN
from routes.accounts.messages import read
from routes.accounts.sign_in_pages import private, told
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.wiring import services
from routes.site.language import catalogue
from routes.site.pages import prepare_pages, show_page
from services.accounts.errors import InvalidAccountError, MailNotSetError
from services.accounts.user import User
from services.errors import ReelgateError, TooManyRequestsError

api = Blueprint("forgotten", __name__, url_prefix="/api/auth/password/forgotten")
pages = Blueprint("forgotten_pages", __name__)
prepare_pages(pages)


class Forgotten(Struct, forbid_unknown_fields=True, kw_only=True):
    """Whose password is forgotten."""

    email: Annotated[str, Meta(max_length=254)]


@api.post("")
@operation(
    tag=SIGNING_IN,
    about="Told the same, as fast, whether anybody has the address. The letter is sent when the mail server takes it.",
    curl=f'curl {JSON} -d \'{{"email": "mira@harbour.example"}}\' "$URL/api/auth/password/forgotten"',
    body=Body(Forgotten, example={"email": "mira@harbour.example"}),
    answers=[Answer(status=202, about="A letter is on its way, if the address is somebody's.")],
    faults=[*BODIES, faults.HTTPS, faults.WAIT, faults.NO_MAIL],
)
def ask_for_letter() -> tuple[str, int]:
    """Have a link for a new password sent to the address of an account."""
    insist_on_https()
    said: Forgotten = read(Forgotten)
    _ask(said.email)
    return "", 202


@pages.get("/forgotten")
def ask() -> AnyResponse:
    """The form for the address."""
    return _page()


@pages.post("/forgotten")
def send() -> AnyResponse:
    """Have the letter sent."""
    email = read_form().get("email", "")
    try:
        insist_on_https()
        _ask(email)
    except (InvalidAccountError, MailNotSetError, TooManyRequestsError) as error:
        return told(_page(error=error, email=email), error)
    return _page(done=True)


def send_invitation(user: User) -> bool:
    """Have an invitation that was just made sent to its person as well; returns whether it will be."""
    page = url_for("accounts.join", _external=True)
    return services().accounts.mailing.invite(user, page=page, language=catalogue().language, by=current_actor())


def _ask(email: str) -> None:
    page = url_for("accounts.reset", _external=True)
    services().accounts.mailing.forgotten(email, page=page, language=catalogue().language, by=current_actor())


def _page(*, done: bool = False, email: str = "", error: ReelgateError | None = None) -> AnyResponse:
    is_set = services().accounts.mailing.is_set
    return private(show_page("accounts/forgotten.html", done=done, email=email, error=error, is_set=is_set))
