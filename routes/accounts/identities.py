"""Links of accounts to people at the OpenID provider over HTTP, for administrators."""

from typing import Annotated

from flask import Blueprint, Response
from msgspec import Meta, Struct

from routes.accounts import faults
from routes.accounts.described import AS_ME, BODIES, DONE, ID, JSON, TIME, USER_ID, USERS, named
from routes.accounts.messages import read
from routes.accounts.shown import Time, time_of, time_or_none
from routes.http.actors import current_actor
from routes.http.messages import show
from routes.http.openapi.faults import DATABASE_DOWN, NOT_FOUND
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.wiring import services
from services.accounts.oidc.store import Linked

blueprint = Blueprint("identities", __name__, url_prefix="/api/users/<user_id>/identities")

_SHOWN = {
    "id": ID,
    "issuer": "https://login.example/v2.0",
    "subject": "5f0c9d1e",
    "email": "mira@harbour.example",
    "created_at": TIME,
    "last_used_at": None,
}


class IdentityMessage(Struct, frozen=True):
    """An account's link to somebody at an OpenID provider."""

    id: str
    issuer: str
    subject: Annotated[str, Meta(description="What the provider calls the person; it never changes.")]
    email: Annotated[str | None, Meta(description="The address that the provider named last.")]
    created_at: Time
    last_used_at: Time | None


class IdentityList(Struct, frozen=True):
    """All of them."""

    identities: list[IdentityMessage]
    next: None = None


class NewIdentity(Struct, forbid_unknown_fields=True, kw_only=True):
    """Whom to connect: the audit names the subject of everybody who was refused."""

    subject: Annotated[str, Meta(min_length=1, max_length=255)]


@blueprint.get("")
@operation(
    tag=USERS,
    curl=f'curl {AS_ME} "$URL/api/users/$ID/identities"',
    parameters=[USER_ID],
    answers=[
        Answer(
            status=200, about="The oldest first.", schema=IdentityList, example={"identities": [_SHOWN], "next": None}
        )
    ],
    faults=[NOT_FOUND, DATABASE_DOWN],
)
def list_identities(user_id: str) -> Response:
    """By whom of the OpenID provider an account is used."""
    found = services().accounts.identities.of_user(user_id, by=current_actor())
    return show(IdentityList([_message(each) for each in found]))


@blueprint.post("")
@operation(
    tag=USERS,
    about="The subject stands in the audit, at `user.login` that was refused.",
    curl=f'curl {AS_ME} {JSON} -d \'{{"subject": "5f0c9d1e"}}\' "$URL/api/users/$ID/identities"',
    parameters=[USER_ID],
    body=Body(NewIdentity, example={"subject": "5f0c9d1e"}),
    answers=[Answer(status=201, about="The link.", schema=IdentityMessage, example=_SHOWN)],
    faults=[*BODIES, NOT_FOUND, faults.TAKEN],
)
def link_identity(user_id: str) -> tuple[Response, int]:
    """Let somebody of the OpenID provider use an account."""
    said: NewIdentity = read(NewIdentity)
    return show(_message(services().accounts.identities.link(user_id, said.subject, by=current_actor()))), 201


@blueprint.delete("/<identity_id>")
@operation(
    tag=USERS,
    curl=f'curl -X DELETE {AS_ME} "$URL/api/users/$ID/identities/$IDENTITY"',
    parameters=[USER_ID, named("identity_id", "The id of a link.")],
    answers=[DONE],
    faults=[NOT_FOUND, DATABASE_DOWN],
)
def unlink_identity(user_id: str, identity_id: str) -> tuple[str, int]:
    """Let somebody of the OpenID provider use an account no more."""
    services().accounts.identities.unlink(user_id, identity_id, by=current_actor())
    return "", 204


def _message(linked: Linked) -> IdentityMessage:
    return IdentityMessage(
        id=linked.id,
        issuer=linked.issuer,
        subject=linked.subject,
        email=linked.email,
        created_at=time_of(linked.created_at),
        last_used_at=time_or_none(linked.last_used_at),
    )
