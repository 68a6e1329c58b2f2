"""Tiers over HTTP: where storage keeps a video, and the way back from the archive."""

from typing import Annotated, Literal

from flask import Blueprint, Response
from msgspec import Meta, Struct
from msgspec.structs import replace

from routes.http.actors import current_actor
from routes.http.messages import read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.wiring import services
from routes.jobs.messages import JOB, JobMessage, job_message
from routes.library.messages import ONE_VIDEO, OneVideoMessage, one_message
from routes.library.tiered import ReturnMessage
from services.tiers.errors import InvalidTierError, NotArchivedError, TierRefusedError
from services.videos.tier import Priority, Tier

blueprint = Blueprint("tiers", __name__, url_prefix="/api/videos")

_TAG = "Storage"
_LARGEST = 1024
_INVALID = InvalidTierError(
    "The request cannot be used: tier: Expected, and not there.",
    errors=[{"field": "tier", "reason": "Expected, and not there"}],
)
_REFUSED = TierRefusedError("Storage does not keep this video in the tier archive.")
_CHANGING = (
    *(faults.VIDEO_NOT_FOUND, faults.VIDEO_REPLACED, faults.LIST_DOWN, faults.DATABASE_DOWN, *faults.STORAGE),
    *(faults.ARCHIVED, _REFUSED, _INVALID, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA),
)


class TierWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a video is to be kept."""

    tier: Tier


class ReturnWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a video is to come back."""

    tier: Literal["hot", "cool", "cold"] = "hot"
    priority: Annotated[
        Priority, Meta(description="standard takes up to 15 hours; high mostly less than one, and costs more.")
    ] = Priority.STANDARD


class VideoAndReturn(Struct, frozen=True, kw_only=True):
    """The video, and the job that waits for it."""

    video: OneVideoMessage
    job: JobMessage


_COMING = replace(ONE_VIDEO, tier="archive", rehydration=ReturnMessage(tier="hot", ready_by="2026-11-21T01:15:12.345Z"))
_JOB = replace(JOB, kind="rehydrate", progress=0.0)


@blueprint.put("/<path:video_id>/tier")
@operation(
    name="setTier",
    tag=_TAG,
    summary="Keep a video in another tier",
    about="Whoever may change the video can. The colder a tier, the less it costs to keep something there and the more "
    "to read it. A video that leaves a tier early is paid for as if it had stayed: 30 days in cool, 90 in cold, 180 in "
    "archive, from `tier_since` on. What is in the archive cannot be played, downloaded, worked on, edited or deleted "
    "before it is back. Out of the archive this begins the way back by the standard priority, as `rehydrate` does.",
    curl='curl -X PUT -H "Content-Type: application/json" -d \'{"tier": "cool"}\' "$URL/api/videos/$ID/tier"',
    parameters=[VIDEO_ID],
    body=Body(TierWish, example={"tier": "cool"}),
    answers=[
        Answer(200, "The video.", schema=OneVideoMessage, example=replace(ONE_VIDEO, tier="cool"), headers=["ETag"])
    ],
    faults=_CHANGING,
)
def set_tier(video_id: str) -> Response:
    """Set a video's tier."""
    wish = read_message(TierWish, refuse=InvalidTierError, largest=_LARGEST)
    video = services().tiers.tiers.put(video_id, wish.tier, by=current_actor())
    response = show(one_message(video))
    response.headers["ETag"] = f'"{video.etag}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.post("/<path:video_id>/rehydrate")
@operation(
    name="rehydrateVideo",
    tag=_TAG,
    summary="Bring a video back from the archive",
    about="The job waits until it is there, and holds no worker. Asked for again it is the same job; with the high "
    "priority, one that began with the standard one is hastened. `tier.changed` tells when the video is there. In the "
    "trash, too, for nothing is taken out of there before it is back; meanwhile it is not deleted for good.",
    curl='curl -H "Content-Type: application/json" -d \'{"tier": "hot", "priority": "high"}\' '
    '"$URL/api/videos/$ID/rehydrate"',
    parameters=[VIDEO_ID],
    body=Body(ReturnWish, example={"tier": "hot", "priority": "high"}),
    answers=[
        Answer(
            202,
            "It has begun.",
            schema=VideoAndReturn,
            example=VideoAndReturn(video=_COMING, job=_JOB),
            headers=["Location"],
        )
    ],
    faults=[*_CHANGING, NotArchivedError("This video is not in the archive: it can be played now.")],
)
def rehydrate(video_id: str) -> Response:
    """Bring a video back."""
    wish = read_message(ReturnWish, refuse=InvalidTierError, largest=_LARGEST)
    video, job = services().tiers.tiers.bring_back(video_id, Tier(wish.tier), wish.priority, by=current_actor())
    response = show(VideoAndReturn(video=one_message(video), job=job_message(job)), 202)
    response.headers["Location"] = f"/api/jobs/{job.id}"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
