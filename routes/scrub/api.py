"""What reading everything again has found."""

from flask import Blueprint, Response

from routes.http.actors import current_actor
from routes.http.messages import fresh, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation
from routes.http.wiring import services
from routes.scrub.messages import SCRUB, ScrubMessage, scrub_message

blueprint = Blueprint("scrub", __name__, url_prefix="/api")


@blueprint.get("/storage/scrub")
@operation(
    name="getScrub",
    tag="Storage",
    summary="What reading everything again has found",
    about="For managers. Stored videos are read again at the pace of the live setting `scrub_pace`, and their SHA-256 "
    "compared; `scrub_days` says how often.",
    curl='curl "$URL/api/storage/scrub"',
    answers=[Answer(200, "The last pass, or the one that goes on.", schema=ScrubMessage, example=SCRUB)],
    faults=[faults.LIST_DOWN, faults.DATABASE_DOWN],
)
def get_scrub() -> Response:
    """The report."""
    return fresh(show(scrub_message(services().scrub.scrubber.report(by=current_actor()))))
