"""What browsers measure: pages and films send it as they are there. It names nobody, and is only counted."""

from typing import Annotated, Literal

from flask import Blueprint
from msgspec import Meta, Struct

from routes.http.actors import current_actor
from routes.http.messages import read_message
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.wiring import services
from services.figures.errors import InvalidTimingError
from services.figures.timings import LONGEST

blueprint = Blueprint("timings", __name__, url_prefix="/api/timings")

_LARGEST = 1024


class TimingMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long something took in a browser."""

    what: Annotated[
        Literal["page", "start"],
        Meta(description="page: until a page was there; start: from pressing play until a film played."),
    ]
    seconds: Annotated[float, Meta(ge=0, le=LONGEST)]
    density: Annotated[int, Meta(ge=1, le=5, description="Of the page: how much it shows.")] = 3
    type: Annotated[
        str, Meta(max_length=100, description="Of the film: its content type, or hls. Others count as other.")
    ] = "other"


@blueprint.post("")
@operation(
    name="measureBrowser",
    tag="Service",
    summary="Say how long a page or a film took",
    about="Pages send it by themselves. It is added to the histograms of `/metrics`; nothing is kept of who sent it. "
    "The live setting `rate_timing` says how many are taken in a minute.",
    curl='curl -X POST -H "Content-Type: application/json" -d "{\\"what\\": \\"page\\", \\"seconds\\": 0.4}" '
    '"$URL/api/timings"',
    body=Body(TimingMessage, example={"what": "page", "seconds": 0.4, "density": 3}),
    answers=[Answer(204, "It is counted.")],
    faults=[
        InvalidTimingError(
            "The request cannot be used: seconds: Expected, and not there.",
            errors=[{"field": "seconds", "reason": "Expected, and not there"}],
        ),
        *(faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA),
    ],
)
def take() -> tuple[str, int]:
    """Count what was measured."""
    said = read_message(TimingMessage, refuse=InvalidTimingError, largest=_LARGEST)
    timings, by = services().figures.timings, current_actor()
    if said.what == "page":
        timings.page_loaded(said.seconds, density=said.density, by=by)
    else:
        timings.video_started(said.seconds, content_type=said.type, by=by)
    return "", 204
