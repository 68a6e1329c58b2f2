"""The library over HTTP: the list, one video, its changes, and the trash.

Ids may hold slashes: a video that other tools put into a folder keeps its name. What ends like an address of something
below a video is no id (`routes/http/video_ids.py`), so the addresses that end in an id stand last.
"""

from flask import Blueprint, Response, request

from routes.http.actors import current_actor
from routes.http.messages import asked_again, read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, query
from routes.http.openapi.parameters import IF_MATCH, PAGING, VIDEO_ID
from routes.http.video_ids import VideoIdConverter
from routes.http.wiring import services
from routes.library.list_query import LONGEST, library_query, trash_query
from routes.library.messages import (
    ONE_VIDEO,
    TRASHED,
    VIDEO,
    OneVideoMessage,
    TrashPage,
    VideoPage,
    one_message,
    trashed_messages,
    video_messages,
)
from services.accessibility.score import Missing
from services.library.catalogue.pages import DEFAULT_SORT, SORTS
from services.library.errors import InvalidChangeError
from services.library.video_change import VideoChange
from services.videos.tier import Tier
from services.videos.video import Video
from utils.cursors import encode_cursor

blueprint = Blueprint("videos", __name__, url_prefix="/api")

_LARGEST_CHANGE = 64 * 1024
_CHANGE_TYPES = ("application/json", "application/merge-patch+json")

_TAG = "Library"
_SHOWN = Answer(200, "The video.", schema=OneVideoMessage, example=ONE_VIDEO, headers=["ETag"])
_READING = (faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, *faults.STORAGE)
_CHANGING = (*_READING, faults.UPLOAD_NOT_FOUND, faults.RECORD_CHANGED, faults.CONFLICT, faults.ARCHIVED)
_LISTING = (faults.INVALID_QUERY, faults.LIST_DOWN, faults.DATABASE_DOWN, *faults.STORAGE)
_WORDS = {"type": "string", "maxLength": LONGEST}

# Registered before the routes below, which are added in this order.
blueprint.record_once(lambda setup: setup.app.url_map.converters.update(video_id=VideoIdConverter))


@blueprint.get("/videos")
@operation(
    tag=_TAG,
    curl='curl "$URL/api/videos?q=holiday&sort=title&limit=20"',
    parameters=[
        query("q", "Words that begin like these; case and accents do not count.", schema=_WORDS),
        query(
            "sort",
            "The order; a minus turns it round.",
            schema={"type": "string", "enum": sorted(SORTS), "default": DEFAULT_SORT},
        ),
        query("tag", "Only those that have it.", schema=_WORDS),
        query("artist", "Only those of the artist with this id.", schema=_WORDS),
        query("collection", "Only those in the collection with this id.", schema=_WORDS),
        query("longer_than", "Only those that are longer, in seconds.", schema={"type": "number", "minimum": 0}),
        query(
            "missing",
            "Only those that lack it, as `accessibility` tells.",
            schema={"type": "string", "enum": [*Missing, ""]},
        ),
        query("held", "Only those on legal hold.", schema={"type": "string", "enum": ["true", ""]}),
        query("tier", "Only those that storage keeps in it.", schema={"type": "string", "enum": [*Tier, ""]}),
        *PAGING,
    ],
    answers=[Answer(200, "The page.", schema=VideoPage, example=VideoPage(videos=(VIDEO,), next=None))],
    faults=_LISTING,
)
def list_videos() -> Response:
    """A page of the list."""
    page = services().library.videos.page(library_query(), by=current_actor())
    return asked_again(
        show(
            VideoPage(
                videos=video_messages(page.videos),
                next=encode_cursor(page.next) if page.next else None,
                rebuilding=page.rebuilding or None,
            )
        )
    )


@blueprint.post("/videos/<path:video_id>/restore")
@operation(
    tag=_TAG,
    curl='curl -X POST "$URL/api/videos/$ID/restore"',
    parameters=[VIDEO_ID],
    answers=[_SHOWN],
    faults=_CHANGING,
)
def restore_video(video_id: str) -> Response:
    """Take a video out of the trash."""
    return _shown(services().library.videos.restore(video_id, by=current_actor()))


@blueprint.get("/trash")
@operation(
    tag=_TAG,
    curl='curl "$URL/api/trash"',
    parameters=PAGING,
    answers=[
        Answer(
            200,
            "The page, the latest deletion first.",
            schema=TrashPage,
            example=TrashPage(videos=(TRASHED,), next=None),
        )
    ],
    faults=_LISTING,
)
def list_trash() -> Response:
    """What can be restored, and until when."""
    library = services().library.videos
    page = library.page(trash_query(), by=current_actor())
    return asked_again(
        show(
            TrashPage(
                videos=trashed_messages(page.videos, until=library.restorable_until),
                next=encode_cursor(page.next) if page.next else None,
                rebuilding=page.rebuilding or None,
            )
        )
    )


@blueprint.post("/trash/<path:video_id>/purge")
@operation(
    name="purgeVideo",
    tag=_TAG,
    summary="Delete a video for good",
    about="For administrators: one that is in the trash, with all that lies beside it, before its time there is over. "
    "Nobody gets it back.",
    curl='curl -X POST "$URL/api/trash/$ID/purge"',
    parameters=[VIDEO_ID],
    answers=[Answer(204, "It is gone.")],
    faults=[faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, faults.RECORD_CHANGED, faults.HELD, *faults.STORAGE],
)
def purge_video(video_id: str) -> tuple[str, int]:
    """Empty the trash of one video."""
    services().library.trash.purge_one(video_id, by=current_actor())
    return "", 204


@blueprint.get("/videos/<video_id:video_id>")
@operation(
    tag=_TAG,
    curl='curl "$URL/api/videos/$ID"',
    parameters=[VIDEO_ID],
    answers=[_SHOWN],
    faults=_READING,
)
def get_video(video_id: str) -> Response:
    """One video."""
    return _shown(services().library.videos.get(video_id, by=current_actor()))


@blueprint.patch("/videos/<video_id:video_id>")
@operation(
    tag=_TAG,
    curl='curl -X PATCH -H "Content-Type: application/json" -d \'{"tags": ["holiday"]}\' "$URL/api/videos/$ID"',
    parameters=[VIDEO_ID, IF_MATCH],
    body=Body(VideoChange, example=VideoChange(tags=["holiday"]), also={"minProperties": 1}),
    answers=[_SHOWN],
    faults=[*_CHANGING, faults.INVALID_CHANGE, faults.DATABASE_DOWN, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA],
)
def edit_video(video_id: str) -> Response:
    """Change title, tags, artists, visibility or owner."""
    if_match = request.headers.get("If-Match")
    change = read_message(VideoChange, refuse=InvalidChangeError, largest=_LARGEST_CHANGE, types=_CHANGE_TYPES)
    return _shown(services().artists.crediting.edit(video_id, change, by=current_actor(), if_match=if_match))


@blueprint.delete("/videos/<video_id:video_id>")
@operation(
    tag=_TAG,
    curl='curl -X DELETE "$URL/api/videos/$ID"',
    parameters=[VIDEO_ID, IF_MATCH],
    answers=[Answer(204, "It is in the trash.")],
    faults=(*_CHANGING, faults.HELD),
)
def delete_video(video_id: str) -> tuple[str, int]:
    """Put a video into the trash."""
    services().library.videos.trash(video_id, by=current_actor(), if_match=request.headers.get("If-Match"))
    return "", 204


def _shown(video: Video) -> Response:
    response = show(one_message(video))
    response.headers["ETag"] = f'"{video.etag}"'
    return asked_again(response)
