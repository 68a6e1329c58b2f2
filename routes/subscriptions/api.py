"""Subscriptions over HTTP."""

from flask import Blueprint, Response, url_for

from routes.http.actors import current_actor
from routes.http.messages import fresh, read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path
from routes.http.wiring import services
from routes.jobs.messages import JOB, NewJob, job_message
from routes.subscriptions.messages import (
    SUBSCRIPTION,
    NewSubscriptionMessage,
    SubscriptionChangeMessage,
    SubscriptionList,
    SubscriptionMessage,
    subscription_message,
)
from services.egress.errors import AddressNotAllowedError
from services.subscriptions.errors import (
    InvalidSubscriptionError,
    SubscriptionExistsError,
    SubscriptionNotFoundError,
    invalid,
)
from services.subscriptions.subscription import SubscriptionKind

blueprint = Blueprint("subscriptions", __name__, url_prefix="/api/subscriptions")

_TAG = "Sources"
_LARGEST = 16 * 1024
_ID = path(
    "subscription_id",
    "The id of a subscription.",
    schema={"type": "string", "minLength": 1},
    example=SUBSCRIPTION.id,
)
_NOT_FOUND = SubscriptionNotFoundError("There is no such subscription.")
_INVALID = invalid("interval_minutes", "Expected a whole number from 5 to 525600")
_CHANGING = (_INVALID, faults.DATABASE_DOWN, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA)


@blueprint.get("")
@operation(
    tag=_TAG,
    about="What is looked at on a schedule, with when each is looked at next; the newest first, 1,000 at the most.",
    curl='curl "$URL/api/subscriptions"',
    answers=[
        Answer(200, "All of them.", schema=SubscriptionList, example=SubscriptionList(subscriptions=[SUBSCRIPTION]))
    ],
    faults=[faults.DATABASE_DOWN],
)
def list_subscriptions() -> Response:
    """All subscriptions."""
    found = services().subscriptions.subscriptions.all(by=current_actor())
    return fresh(show(SubscriptionList(subscriptions=[subscription_message(each) for each in found])))


@blueprint.post("")
@operation(
    tag=_TAG,
    about="For managers. It is looked at for the first time within a minute, unless the hour is quiet. A channel is a "
    "page that names its feed, as YouTube's do. A search is for whoever is called so, at all services.",
    curl='curl -H "Content-Type: application/json" -d \'{"kind": "feed", "url": "https://signs.example/films.xml", '
    '"interval_minutes": 60}\' "$URL/api/subscriptions"',
    body=Body(
        NewSubscriptionMessage,
        example=NewSubscriptionMessage(kind=SubscriptionKind.FEED, url="https://signs.example/films.xml"),
    ),
    answers=[
        Answer(
            201, "It is looked at from now on.", schema=SubscriptionMessage, example=SUBSCRIPTION, headers=["Location"]
        )
    ],
    faults=[
        *_CHANGING,
        AddressNotAllowedError("The address 10.0.0.1 is not of the public network."),
        SubscriptionExistsError("This is looked at on a schedule already.", id_=SUBSCRIPTION.id),
    ],
)
def add_subscription() -> tuple[Response, int]:
    """Have something looked at."""
    asked = read_message(NewSubscriptionMessage, refuse=InvalidSubscriptionError, largest=_LARGEST)
    new = services().subscriptions.subscriptions.add(asked.asked(), by=current_actor())
    response = fresh(show(subscription_message(new)))
    response.headers["Location"] = url_for("subscriptions.get_subscription", subscription_id=new.id)
    return response, 201


@blueprint.get("/<subscription_id>")
@operation(
    tag=_TAG,
    curl='curl "$URL/api/subscriptions/$ID"',
    parameters=[_ID],
    answers=[Answer(200, "The subscription.", schema=SubscriptionMessage, example=SUBSCRIPTION)],
    faults=[_NOT_FOUND, faults.DATABASE_DOWN],
)
def get_subscription(subscription_id: str) -> Response:
    """One subscription."""
    found = services().subscriptions.subscriptions.get(subscription_id, by=current_actor())
    return fresh(show(subscription_message(found)))


@blueprint.patch("/<subscription_id>")
@operation(
    tag=_TAG,
    about="For managers. What it looks at stays; for something else make another one.",
    curl='curl -X PATCH -H "Content-Type: application/json" -d \'{"paused": true}\' "$URL/api/subscriptions/$ID"',
    parameters=[_ID],
    body=Body(SubscriptionChangeMessage, example=SubscriptionChangeMessage(paused=True)),
    answers=[Answer(200, "The subscription.", schema=SubscriptionMessage, example=SUBSCRIPTION)],
    faults=[*_CHANGING, _NOT_FOUND],
)
def change_subscription(subscription_id: str) -> Response:
    """Change a subscription."""
    types = ("application/json", "application/merge-patch+json")
    asked = read_message(
        SubscriptionChangeMessage, refuse=InvalidSubscriptionError, largest=_LARGEST, types=types, required=True
    )
    changed = services().subscriptions.subscriptions.change(subscription_id, asked.change(), by=current_actor())
    return fresh(show(subscription_message(changed)))


@blueprint.delete("/<subscription_id>")
@operation(
    tag=_TAG,
    about="For managers. What it has found stays.",
    curl='curl -X DELETE "$URL/api/subscriptions/$ID"',
    parameters=[_ID],
    answers=[Answer(204, "It is looked at no more.")],
    faults=[_NOT_FOUND, faults.DATABASE_DOWN],
)
def remove_subscription(subscription_id: str) -> tuple[str, int]:
    """Look at it no more."""
    services().subscriptions.subscriptions.remove(subscription_id, by=current_actor())
    return "", 204


@blueprint.post("/<subscription_id>/run")
@operation(
    tag=_TAG,
    about="For managers. It is looked at whatever the hour is, and once where several ask for it.",
    curl='curl -X POST "$URL/api/subscriptions/$ID/run"',
    parameters=[_ID],
    answers=[Answer(202, "The job that looks.", schema=NewJob, example=NewJob(job=JOB))],
    faults=[_NOT_FOUND, faults.DATABASE_DOWN],
)
def run_subscription(subscription_id: str) -> tuple[Response, int]:
    """Look at it now."""
    job = services().subscriptions.subscriptions.run(subscription_id, by=current_actor())
    return fresh(show(NewJob(job=job_message(job)))), 202
