"""Clips: asked for, listed under their film, shown, renamed and deleted; and several put together."""

from flask import Blueprint, Response, request
from msgspec.structs import replace

from routes.clips.messages import (
    A_CLIP,
    CLIP,
    CUTTING,
    CUTTING_JOB,
    METADATA,
    ClipAndJob,
    ClipList,
    ClipMessage,
    ClipMetadata,
    ClipsAndJobs,
    NewClip,
    NewClips,
    NewSupercut,
    clip_and_job,
    clip_message,
    clip_metadata,
    wish_of,
    wishes_of,
)
from routes.http.actors import current_actor
from routes.http.messages import fresh, read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path, query
from routes.http.openapi.parameters import IF_MATCH, PAGING, VIDEO_ID
from routes.http.queries import asked_cursor, asked_limit, invalid_query
from routes.http.video_ids import ClipIdConverter
from routes.http.wiring import services
from routes.playback.access import AccessUrl, access_url, whole_url
from services.actors.policy import Act, may, require
from services.clips.clips import SORT, Clip
from services.clips.errors import ClipNotFoundError, ClipNotReadyError, InvalidClipError
from services.errors import ReelgateError
from services.library.catalogue import PageQuery
from services.library.errors import InvalidChangeError
from services.library.video_change import VideoChange
from utils.cursors import Cursor, encode_cursor

blueprint = Blueprint("clips", __name__, url_prefix="/api")
# Before any rule of it is added to the map.
blueprint.record_once(lambda setup: setup.app.url_map.converters.update(clip_id=ClipIdConverter))

_TAG = "Clips"
_LARGEST = 64 * 1024
_CLIP_ID = path("clip_id", "The id of a clip.", schema={"type": "string", "minLength": 1}, example=A_CLIP)
_INVALID = InvalidClipError(
    "The end must come after the start.", errors=[{"field": "end", "reason": "The end must come after the start"}]
)
_NO_CLIP = ClipNotFoundError("There is no such clip.")
_NOT_READY = ClipNotReadyError("This clip is still being cut. Ask again in a moment.")
_LISTING = (faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, faults.DATABASE_DOWN, *faults.STORAGE)
_READING = (_NO_CLIP, *_LISTING)
_ASKING = (*_LISTING, _INVALID, faults.INVALID_UPLOAD, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA, faults.ARCHIVED)
_BEGUN = ClipAndJob(clip=CUTTING, job=CUTTING_JOB)


@blueprint.post("/videos/<path:video_id>/clips/batch")
@operation(
    name="makeClips",
    tag=_TAG,
    summary="Have several clips cut",
    about="All of them are asked for, or none; each has a job of its own.",
    curl='curl -H "Content-Type: application/json" -d \'{"clips": [{"start": 0, "end": 4}, {"start": 9, "end": 12}]}\' '
    '"$URL/api/videos/$ID/clips/batch"',
    parameters=[VIDEO_ID],
    body=Body(NewClips, example={"clips": [{"start": 0, "end": 4}, {"start": 9, "end": 12, "title": "The boat"}]}),
    answers=[
        Answer(
            202, "They are being cut.", schema=ClipsAndJobs, example=ClipsAndJobs(clips=(CUTTING,), jobs=(CUTTING_JOB,))
        )
    ],
    faults=_ASKING,
)
def make_clips(video_id: str) -> Response:
    """Cut several clips."""
    asked = read_message(NewClips, refuse=InvalidClipError, largest=_LARGEST)
    clips = services().clips.clips.make(video_id, wishes_of(asked.clips), by=current_actor())
    begun = [clip_and_job(clip) for clip in clips]
    return show(ClipsAndJobs(clips=tuple(each.clip for each in begun), jobs=tuple(each.job for each in begun)), 202)


@blueprint.get("/videos/<path:video_id>/clips/")
@blueprint.get("/videos/<path:video_id>/clips")
@operation(
    name="listClips",
    tag=_TAG,
    summary="The clips of a video",
    about="Those that you may see, the oldest first.",
    curl='curl "$URL/api/videos/$ID/clips"',
    parameters=[VIDEO_ID, *PAGING],
    answers=[Answer(200, "The page.", schema=ClipList, example=ClipList(clips=(CLIP,), next=None))],
    faults=[*_LISTING, faults.INVALID_QUERY],
)
def list_clips(video_id: str) -> Response:
    """A page of a film's clips."""
    by = current_actor()
    page = services().clips.clips.of(video_id, limit=asked_limit(), after=_asked_cursor(video_id), by=by)
    clips = tuple(clip_message(clip, blob_url=_blob_url(clip)) for clip in page.clips)
    return fresh(show(ClipList(clips=clips, next=encode_cursor(page.next) if page.next else None)))


@blueprint.post("/videos/<path:video_id>/clips/")
@blueprint.post("/videos/<path:video_id>/clips")
@operation(
    name="makeClip",
    tag=_TAG,
    summary="Have a part of a video cut out",
    about="Whoever may change the video can. The clip is a video of its own, with the owner, the visibility and the "
    "captions of its film. A clip that was cut elsewhere is uploaded as any video, with `clip_of`, `start` and `end` "
    "beside it.",
    curl='curl -H "Content-Type: application/json" -d \'{"start": 12.5, "end": 22.5, "title": "The boat"}\' '
    '"$URL/api/videos/$ID/clips"',
    parameters=[VIDEO_ID],
    body=Body(NewClip, example={"start": 12.5, "end": 22.5, "title": "The boat"}),
    answers=[Answer(202, "It is being cut.", schema=ClipAndJob, example=_BEGUN, headers=["Location"])],
    faults=_ASKING,
)
def make_clip(video_id: str) -> Response:
    """Cut a clip."""
    wish = wish_of(read_message(NewClip, refuse=InvalidClipError, largest=_LARGEST))
    [clip] = services().clips.clips.make(video_id, [wish], by=current_actor())
    return _begun(clip)


@blueprint.post("/clips/supercut")
@operation(
    name="makeSupercut",
    tag=_TAG,
    summary="Have one film made of several clips",
    about="In the order of `ids`, in the size of the first, encoded anew. Whoever may change all of them can.",
    curl='curl -H "Content-Type: application/json" -d "{\\"ids\\": [\\"$ID\\"], \\"title\\": \\"The best of it\\"}" '
    '"$URL/api/clips/supercut"',
    body=Body(NewSupercut, example={"ids": [A_CLIP], "title": "The best of it"}),
    answers=[
        Answer(
            202,
            "It is being made.",
            schema=ClipAndJob,
            example=ClipAndJob(
                clip=replace(CUTTING, video_id=None), job=replace(CUTTING_JOB, kind="supercut", video=None)
            ),
            headers=["Location"],
        )
    ],
    faults=_ASKING,
)
def make_supercut() -> Response:
    """Put clips together."""
    require(current_actor(), Act.UPLOAD)
    asked = read_message(NewSupercut, refuse=InvalidClipError, largest=_LARGEST)
    return _begun(services().clips.clips.supercut(asked.ids, asked.title, by=current_actor()))


@blueprint.get("/clips/<clip_id:clip_id>/metadata")
@operation(
    name="getClipMetadata",
    tag=_TAG,
    summary="All that is known of a clip",
    curl='curl "$URL/api/clips/$ID/metadata"',
    parameters=[_CLIP_ID],
    answers=[Answer(200, "It.", schema=ClipMetadata, example=METADATA)],
    faults=_READING,
)
def clip_details(clip_id: str) -> Response:
    """A clip with all that is known of it."""
    by = current_actor()
    clip = services().clips.clips.get(clip_id, by=by)
    tier = services().clips.clips.tier_of(clip, by=by)
    return fresh(show(clip_metadata(clip, blob_url=_blob_url(clip), tier=tier)))


@blueprint.get("/clips/<clip_id:clip_id>/access-url")
@operation(
    name="getClipAccessUrl",
    tag=_TAG,
    summary="A URL that reads a clip for a while",
    about="As `GET /api/videos/<id>/access-url` gives it.",
    curl='curl "$URL/api/clips/$ID/access-url?expiry_hours=48"',
    parameters=[
        _CLIP_ID,
        query(
            "expiry_hours",
            "Hours for which it works.",
            schema={"type": "integer", "minimum": 1, "maximum": 168, "default": 24},
        ),
        query("ip", "The only address that may use it.", example="203.0.113.7"),
    ],
    answers=[
        Answer(
            200,
            "The URL.",
            schema=AccessUrl,
            example=AccessUrl(url=str(CLIP.blob_url), expires_at="2026-11-21T10:15:12.000Z"),
        )
    ],
    faults=[*_READING, _NOT_READY, faults.ARCHIVED, faults.VIDEO_REPLACED, faults.INVALID_QUERY, faults.NO_KEY],
)
def clip_access_url(clip_id: str) -> Response:
    """A URL for people outside."""
    clip = services().clips.clips.get(clip_id, by=current_actor())
    if clip.video is None:
        raise _NOT_READY
    return access_url(clip.id)


@blueprint.get("/clips/<clip_id:clip_id>")
@operation(
    name="getClip",
    tag=_TAG,
    summary="One clip",
    about="While it is being cut, too: `state` says how far it is.",
    curl='curl "$URL/api/clips/$ID"',
    parameters=[_CLIP_ID],
    answers=[Answer(200, "The clip.", schema=ClipMessage, example=CLIP)],
    faults=_READING,
)
def get_clip(clip_id: str) -> Response:
    """One clip."""
    return _shown(services().clips.clips.get(clip_id, by=current_actor()))


@blueprint.patch("/clips/<clip_id:clip_id>")
@operation(
    name="editClip",
    tag=_TAG,
    summary="Change what is said of a clip",
    about="As `PATCH /api/videos/<id>` does.",
    curl='curl -X PATCH -H "Content-Type: application/json" -d \'{"title": "The boat"}\' "$URL/api/clips/$ID"',
    parameters=[_CLIP_ID, IF_MATCH],
    body=Body(VideoChange, example=VideoChange(title="The boat"), also={"minProperties": 1}),
    answers=[Answer(200, "The clip.", schema=ClipMessage, example=CLIP)],
    faults=[
        *_READING,
        _NOT_READY,
        faults.ARCHIVED,
        faults.INVALID_CHANGE,
        faults.RECORD_CHANGED,
        faults.TOO_LARGE,
        faults.UNSUPPORTED_MEDIA,
    ],
)
def edit_clip(clip_id: str) -> Response:
    """Change title, tags, artists, visibility or owner."""
    if_match = request.headers.get("If-Match")
    types = ("application/json", "application/merge-patch+json")
    change = read_message(VideoChange, refuse=InvalidChangeError, largest=_LARGEST, types=types)
    by = current_actor()
    if services().clips.clips.get(clip_id, by=by).video is None:
        raise _NOT_READY
    services().artists.crediting.edit(clip_id, change, by=by, if_match=if_match)
    return _shown(services().clips.clips.get(clip_id, by=by))


@blueprint.delete("/clips/<clip_id:clip_id>")
@operation(
    name="deleteClip",
    tag=_TAG,
    summary="Put a clip into the trash",
    about="One that is still being cut is not cut any more.",
    curl='curl -X DELETE "$URL/api/clips/$ID"',
    parameters=[_CLIP_ID, IF_MATCH],
    answers=[Answer(204, "It is in the trash, or will not be.")],
    faults=[*_READING, faults.RECORD_CHANGED, faults.CONFLICT, faults.ARCHIVED, faults.HELD],
)
def delete_clip(clip_id: str) -> tuple[str, int]:
    """Delete one."""
    services().clips.clips.delete(clip_id, by=current_actor(), if_match=request.headers.get("If-Match"))
    return "", 204


def _asked_cursor(video_id: str) -> Cursor | None:
    after = asked_cursor()
    asked = PageQuery(clip_of=video_id, sort=SORT)
    if after is not None and (
        (after.sort, after.q, after.tag, after.filters) != (SORT, "", "", asked.filters)
        or not isinstance(after.value, int)
    ):
        raise invalid_query("cursor", "This is not a cursor of this list.")
    return after


def _begun(clip: Clip) -> Response:
    message = clip_and_job(clip)
    response = show(message, 202)
    response.headers["Location"] = message.clip.links.self
    return response


def _shown(clip: Clip) -> Response:
    return fresh(show(clip_message(clip, blob_url=_blob_url(clip))))


def _blob_url(clip: Clip) -> str | None:
    """Where the clip's bytes are for who asks; None where there are none, or this server cannot sign."""
    if clip.video is None or not may(current_actor(), Act.DOWNLOAD, clip.video):
        return None
    try:
        return whole_url(clip.id)
    except ReelgateError:
        return None
