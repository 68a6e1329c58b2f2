"""The accounts of others over HTTP, for administrators."""

import msgspec
from flask import Blueprint, Response, request

from routes.accounts import faults, messages
from routes.accounts.described import AS_ME, BODIES, DONE, JSON, ONCE, SHOWN, USER, USER_ID, USERS
from routes.accounts.forgotten import send_invitation
from routes.accounts.messages import read
from routes.accounts.shown import (
    Invited,
    OneTimeAddressMessage,
    UserPage,
    address_message,
    person_message,
    user_message,
)
from routes.http.actors import current_actor
from routes.http.messages import show
from routes.http.openapi.faults import DATABASE_DOWN, INVALID_QUERY, NOT_FOUND
from routes.http.openapi.operation import Answer, Body, Parameter, operation
from routes.http.openapi.parameters import PAGING
from routes.http.queries import asked_limit, asked_number, invalid_query
from routes.http.wiring import services
from services.accounts.people import AccountChange, Person
from utils.cursors import Cursor, encode_cursor

blueprint = Blueprint("users", __name__, url_prefix="/api/users")

_SORT = "users"
_LONGEST_SEARCH = 200


@blueprint.get("")
@operation(
    tag=USERS,
    curl=f'curl {AS_ME} "$URL/api/users?q=mira"',
    parameters=[
        Parameter(
            name="q",
            where="query",
            about="A part of a name or an address.",
            schema={"type": "string", "maxLength": _LONGEST_SEARCH},
        ),
        *PAGING,
    ],
    answers=[
        Answer(
            status=200,
            about="The oldest first.",
            schema=UserPage,
            example={"users": [USER], "next": None},
        )
    ],
    faults=[INVALID_QUERY, DATABASE_DOWN],
)
def list_users() -> Response:
    """A page of accounts."""
    people, following = page_of_people()
    return _fresh(show(UserPage([person_message(each) for each in people], next=following)))


@blueprint.post("")
@operation(
    tag=USERS,
    about="Where a mail server is set, who has an address is sent a letter with a link as well.",
    curl=f'curl {AS_ME} {JSON} -d \'{{"email": "noor@harbour.example", "role": "USER"}}\' "$URL/api/users"',
    body=Body(messages.Invitation, example={"email": "noor@harbour.example", "role": "USER"}),
    answers=[
        Answer(
            status=201,
            about="The account, and the address by which its person gets in, shown this once.",
            schema=Invited,
            example={"user": USER, "invitation": ONCE},
        )
    ],
    faults=[*BODIES, faults.TAKEN],
)
def invite_user() -> tuple[Response, int]:
    """Make an account for somebody, who chooses the password."""
    said: messages.Invitation = read(messages.Invitation)
    user, address = services().accounts.joining.invite(
        username=said.username, email=said.email, role=said.role, by=current_actor()
    )
    send_invitation(user)
    return _fresh(show(Invited(user=user_message(user), invitation=address_message(address)))), 201


@blueprint.get("/<user_id>")
@operation(
    tag=USERS,
    curl=f'curl {AS_ME} "$URL/api/users/$ID"',
    parameters=[USER_ID],
    answers=[SHOWN],
    faults=[NOT_FOUND, DATABASE_DOWN],
)
def get_user(user_id: str) -> Response:
    """One account."""
    return _fresh(show(person_message(services().accounts.people.get(user_id, by=current_actor()))))


@blueprint.patch("/<user_id>")
@operation(
    tag=USERS,
    about="`locked_until` can only be null, which lifts a lock; `two_factor` only false, which removes all factors. "
    "The last account that may administer stays.",
    curl=f'curl -X PATCH {AS_ME} {JSON} -d \'{{"role": "MANAGER"}}\' "$URL/api/users/$ID"',
    parameters=[USER_ID],
    body=Body(messages.UserChange, example={"role": "MANAGER"}),
    answers=[SHOWN],
    faults=[*BODIES, NOT_FOUND, faults.LAST_ADMIN],
)
def change_user(user_id: str) -> Response:
    """Change what an account may do."""
    said: messages.UserChange = read(messages.UserChange)
    if said.two_factor is False:
        services().accounts.second.remove_all(user_id, by=current_actor())
    modules = said.authorized_modules
    change = AccountChange(
        role=None if said.role is msgspec.UNSET else said.role,
        active=None if said.active is msgspec.UNSET else said.active,
        unlock=said.locked_until is None,
        authorized_modules=None if modules is msgspec.UNSET or modules is None else tuple(modules),
        all_modules=modules is None,
    )
    return _fresh(show(person_message(services().accounts.people.change(user_id, change, by=current_actor()))))


@blueprint.delete("/<user_id>")
@operation(
    tag=USERS,
    curl=f'curl -X DELETE {AS_ME} "$URL/api/users/$ID"',
    parameters=[USER_ID],
    answers=[DONE],
    faults=[NOT_FOUND, faults.LAST_ADMIN, DATABASE_DOWN],
)
def delete_user(user_id: str) -> tuple[str, int]:
    """Delete an account for good."""
    services().accounts.people.remove(user_id, by=current_actor())
    return "", 204


@blueprint.post("/<user_id>/sign-out")
@operation(
    tag=USERS,
    curl=f'curl -X POST {AS_ME} "$URL/api/users/$ID/sign-out"',
    parameters=[USER_ID],
    answers=[DONE],
    faults=[NOT_FOUND, DATABASE_DOWN],
)
def sign_user_out(user_id: str) -> tuple[str, int]:
    """End everything that an account is signed in on, and its tokens."""
    services().accounts.people.sign_out(user_id, by=current_actor())
    return "", 204


@blueprint.post("/<user_id>/reset")
@operation(
    tag=USERS,
    curl=f'curl -X POST {AS_ME} "$URL/api/users/$ID/reset"',
    parameters=[USER_ID],
    answers=[Answer(status=201, about="The address, shown this once.", schema=OneTimeAddressMessage, example=ONCE)],
    faults=[NOT_FOUND, DATABASE_DOWN],
)
def reset_user(user_id: str) -> tuple[Response, int]:
    """An address by which the account's person chooses a new password."""
    address = services().accounts.joining.reset_address(user_id, by=current_actor())
    return _fresh(show(address_message(address))), 201


def page_of_people() -> tuple[list[Person], str | None]:
    """The accounts that the query asks for, and the cursor of the next page."""
    limit, words, after = asked_limit(), request.args.get("q", ""), asked_number(_SORT)
    if len(words) > _LONGEST_SEARCH:
        raise invalid_query("q", f"At most {_LONGEST_SEARCH} characters can be searched for.")
    found = list(services().accounts.people.page(words=words, after=after, limit=limit + 1, by=current_actor()))
    shown, last = found[:limit], None
    if len(found) > limit:
        user = shown[-1].user
        last = encode_cursor(Cursor(sort=_SORT, q="", tag="", value=user.created_at, id=user.id))
    return shown, last


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
