"""Legal holds: put and lifted."""

from flask import Blueprint, Response

from routes.holds.messages import NewHold
from routes.http.actors import current_actor
from routes.http.messages import fresh, read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.wiring import services
from routes.library.messages import ONE_VIDEO, OneVideoMessage, one_message
from services.actors.policy import Act, require
from services.holds.errors import InvalidHoldError

blueprint = Blueprint("holds", __name__, url_prefix="/api")

_TAG = "Library"
_INVALID = InvalidHoldError(
    "A legal hold needs a reason.", errors=[{"field": "reason", "reason": "A legal hold needs a reason."}]
)
_CHANGING = (
    *(faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, faults.RECORD_CHANGED, faults.HELD, faults.ARCHIVED),
    *faults.STORAGE,
)


@blueprint.put("/videos/<path:video_id>/hold")
@operation(
    name="holdVideo",
    tag=_TAG,
    summary="Put a video on legal hold",
    about="For managers and administrators; in the trash, too. Until the hold is lifted nobody deletes the video, not "
    "even when its time in the trash is over, nor its captions, sign tracks, documents or chosen poster: 409 `held`. "
    "Title, tags, words, captions, sign tracks and poster may still be edited, and so written over; they are only not "
    "deleted. Its clips are videos of their own, and not held with it. Where the storage account has version-level "
    "immutability, storage holds the blob as well. What lies in the archive has to be brought back first (409 "
    "`archived`); meanwhile nobody can trash it either.",
    curl='curl -X PUT -H "Content-Type: application/json" -d \'{"reason": "Case 2026-118"}\' '
    '"$URL/api/videos/$ID/hold"',
    parameters=[VIDEO_ID],
    body=Body(NewHold, example={"reason": "Case 2026-118: keep everything."}),
    answers=[Answer(200, "The video; `hold` says since when.", schema=OneVideoMessage, example=ONE_VIDEO)],
    faults=[*_CHANGING, _INVALID, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA],
)
def put_hold(video_id: str) -> Response:
    """Hold a video."""
    by = current_actor()
    require(by, Act.MANAGE)
    asked = read_message(NewHold, refuse=InvalidHoldError)
    video = services().holds.holds.put(video_id, asked.reason, by=by)
    return fresh(show(one_message(video)))


@blueprint.delete("/videos/<path:video_id>/hold")
@operation(
    name="releaseVideo",
    tag=_TAG,
    summary="Lift a video's legal hold",
    about="For administrators. A video that is not held stays as it is. What is in the trash for longer than it is "
    "kept there is deleted soon after.",
    curl='curl -X DELETE "$URL/api/videos/$ID/hold"',
    parameters=[VIDEO_ID],
    answers=[Answer(204, "It is not held any more.")],
    faults=_CHANGING,
)
def lift_hold(video_id: str) -> tuple[str, int]:
    """Let a video go."""
    services().holds.holds.lift(video_id, by=current_actor())
    return "", 204
