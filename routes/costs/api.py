"""Costs over HTTP."""

from flask import Blueprint, Response

from routes.costs.messages import STORAGE, StorageMessage, owner_names, storage_message
from routes.http.actors import current_actor
from routes.http.messages import fresh, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation
from routes.http.wiring import services

blueprint = Blueprint("costs", __name__, url_prefix="/api/storage")


@blueprint.get("")
@operation(
    tag="Storage",
    summary="What is stored, and what it costs",
    about="By tier, owner, collection and month, by dated list prices. For those who see to the library. Operations "
    "and bytes read are those of this server: what players read from storage itself, or a CDN, is not among them, and "
    "neither are the bytes of pictures, renditions and words.",
    curl='curl "$URL/api/storage"',
    answers=[Answer(200, "All that is known.", schema=StorageMessage, example=STORAGE)],
    faults=(faults.FORBIDDEN, faults.LIST_DOWN, faults.DATABASE_DOWN),
)
def describe_storage() -> Response:
    """What is stored, and what it costs."""
    by = current_actor()
    shown, titles = services().costs.costs.shown(by=by), services().collections.collections.titles(by=by)
    return fresh(show(storage_message(shown, names=owner_names(by=by), titles=titles)))
