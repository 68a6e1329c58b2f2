"""Choosing a poster over HTTP."""

import math
from typing import Any

from flask import Blueprint, Response, request

from routes.http.actors import current_actor
from routes.http.body_places import read_small, receiving
from routes.http.json_body import NotJson, read_json
from routes.http.messages import show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.wiring import services
from routes.jobs.messages import JOB, job_message
from routes.library.messages import VIDEO, video_message
from routes.media.messages import VideoAndJob
from services.media.chosen import LARGEST_PICTURE, NoPictureError

blueprint = Blueprint("posters", __name__, url_prefix="/api/videos")

_TAG = "Pictures and renditions"
_NO_PICTURE = NoPictureError("Send a picture: JPEG, PNG or WebP.")
_LARGEST_WISH = 1024
_BEGUN = Answer(
    202, "It is being made.", schema=VideoAndJob, example=VideoAndJob(video=VIDEO, job=JOB), headers=["Location"]
)
_CHANGING = (faults.VIDEO_NOT_FOUND, faults.ARCHIVED, faults.LIST_DOWN, *faults.STORAGE)


@blueprint.put("/<path:video_id>/poster")
@operation(
    name="choosePoster",
    tag=_TAG,
    summary="Choose another poster",
    about='`{"at": seconds}` takes a moment of the film; a picture (JPEG, PNG or WebP, 4 MiB at most, with its '
    "Content-Type) is taken as it is. The choice is kept with people's other work, and outlives what is made of it.",
    curl='curl -X PUT -H "Content-Type: application/json" -d \'{"at": 12.5}\' "$URL/api/videos/$ID/poster"',
    parameters=[VIDEO_ID],
    body=Body(
        {"type": "object", "required": ["at"], "properties": {"at": {"type": "number", "minimum": 0}}},
        example={"at": 12.5},
    ),
    answers=[_BEGUN],
    faults=[*_CHANGING, _NO_PICTURE, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA],
)
def choose_poster(video_id: str) -> Response:
    """Take a moment or a picture as the poster."""
    chosen = services().media.chosen
    if request.mimetype.startswith("image/"):
        with receiving():
            content = bytes(read_small(largest=LARGEST_PICTURE))
        video, choice = chosen.choose_picture(video_id, content, by=current_actor())
    else:
        video, choice = chosen.choose_moment(video_id, _moment(), by=current_actor())
    job = services().media.processing.make_poster(video, choice=choice.version, by=current_actor())
    shown = show(VideoAndJob(video=video_message(video), job=job_message(job)), 202)
    shown.headers["Location"] = f"/api/jobs/{job.id}"
    return shown


@blueprint.delete("/<path:video_id>/poster")
@operation(
    name="forgetPoster",
    tag=_TAG,
    summary="Go back to the film's own poster",
    curl='curl -X DELETE "$URL/api/videos/$ID/poster"',
    parameters=[VIDEO_ID],
    answers=[Answer(204, "The film's own is being made again.")],
    faults=(*_CHANGING, faults.HELD),
)
def forget_poster(video_id: str) -> tuple[str, int]:
    """Forget what was chosen."""
    video = services().media.chosen.forget(video_id, by=current_actor())
    services().media.processing.make_poster(video, choice="", by=current_actor())
    return "", 204


def _moment() -> float:
    try:
        wish = read_json(dict[str, Any], largest=_LARGEST_WISH) or {}
    except NotJson as error:
        raise NoPictureError(str(error)) from error
    at = wish.get("at")
    if isinstance(at, bool) or not isinstance(at, int | float) or not math.isfinite(at):
        raise NoPictureError(
            'The body must be like {"at": 12.5}, or a picture.',
            errors=[{"field": "at", "reason": "Expected a number of seconds"}],
        )
    return float(at)
