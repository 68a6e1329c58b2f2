"""Posters, storyboards and renditions of a video over HTTP, and asking for them to be made."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request

from routes.http.actors import current_actor
from routes.http.json_body import NotJson, read_json
from routes.http.messages import kept_by_version
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path, query
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.queries import invalid_query
from routes.http.wiring import services
from services.jobs.job import Job
from services.media.errors import UnknownKindError
from services.media.job_kinds import HLS, RECIPES, STORYBOARD, SUBTITLES
from services.media.media_files import NotMadeError, Shown
from utils.ranges import if_none_match_hits
from utils.timestamps import format_timestamp

blueprint = Blueprint("media", __name__, url_prefix="/api/videos")

_TAG = "Pictures and renditions"
_STANDARD_WIDTH, _WIDEST = 640, 10_000
_WIDTH = {"type": "integer", "minimum": 1, "maximum": _WIDEST, "default": _STANDARD_WIDTH}
_LARGEST_WISH = 16 * 1024
_NOT_MADE = NotMadeError("This has not been made from the video yet. Try again in a moment.")
_UNKNOWN_KIND = UnknownKindError(f"The kinds must be some of: {', '.join(RECIPES)}.")
_FAULTS = (faults.VIDEO_NOT_FOUND, _NOT_MADE, faults.LIST_DOWN, *faults.STORAGE)
_BYTES = {"type": "string", "contentEncoding": "binary"}
_REDIRECT = Answer(302, "To the CDN (PLAYBACK_MODE=redirect with CDN_ENDPOINT).", headers=["Location"])
_UNCHANGED = Answer(304, "The client has this version.", headers=["ETag"])
_VERSION = path("version", "Names the content: an address never gives another.", example="3f0c9d1e8a7b4c5d")
_ASKED_VERSION = query(
    "v", "The version, as a video's JSON has it: what it names can be kept for ever.", schema={"type": "string"}
)
_NAME = path("name", "A file that is named there.", example="v360-00000.m4s")
_JOB_EXAMPLE = {"id": "3f0c9d1e8a7b4c5d9e6f7a8b", "kind": "poster", "state": "queued", "progress": 0.0}


def _picture(content_type: str) -> list[Answer]:
    return [Answer(200, "The file.", schema=_BYTES, content_type=content_type, headers=["ETag"]), _REDIRECT, _UNCHANGED]


@blueprint.post("/<path:video_id>/process")
@operation(
    name="processVideo",
    tag=_TAG,
    summary="Have something made of the video",
    curl='curl -X POST -H "Content-Type: application/json" -d \'{"kinds": ["poster"]}\' "$URL/api/videos/$ID/process"',
    parameters=[VIDEO_ID],
    body=Body(
        {
            "type": "object",
            "required": ["kinds"],
            "properties": {
                "kinds": {"type": "array", "items": {"enum": list(RECIPES)}, "minItems": 1},
                "force": {"type": "boolean"},
            },
        },
        example={"kinds": ["poster", "hls"]},
    ),
    answers=[Answer(202, "The jobs.", schema={"type": "object"}, example={"jobs": [_JOB_EXAMPLE]})],
    faults=[
        _UNKNOWN_KIND,
        faults.VIDEO_NOT_FOUND,
        faults.ARCHIVED,
        faults.TOO_LARGE,
        faults.UNSUPPORTED_MEDIA,
        *faults.STORAGE,
    ],
)
def process(video_id: str) -> tuple[Response, int]:
    """Queue kinds of work; the same asked for twice is one job."""
    try:
        wish = read_json(dict[str, Any], largest=_LARGEST_WISH) or {}
    except NotJson as error:
        raise UnknownKindError(str(error)) from error
    kinds, force = wish.get("kinds"), wish.get("force", False)
    if not isinstance(kinds, list) or not isinstance(force, bool) or not all(isinstance(kind, str) for kind in kinds):
        raise UnknownKindError('The body must be like {"kinds": ["poster"], "force": false}.')
    jobs = services().media.processing.process(video_id, kinds, by=current_actor(), force=force)
    return jsonify(jobs=[_job_json(job) for job in jobs]), 202


@blueprint.get("/<path:video_id>/poster")
@operation(
    name="getPoster",
    tag=_TAG,
    summary="A picture of the video",
    curl='curl -o poster.webp "$URL/api/videos/$ID/poster?width=640"',
    parameters=[
        VIDEO_ID,
        query(
            "width",
            "At least so wide, where there is one.",
            schema=_WIDTH,
        ),
        _ASKED_VERSION,
    ],
    answers=_picture("image/webp"),
    faults=[*_FAULTS, faults.INVALID_QUERY],
)
def poster(video_id: str) -> Response:
    """The poster."""
    text = request.args.get("width", str(_STANDARD_WIDTH))
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= _WIDEST):
        raise invalid_query("width", f"The width must be a number of pixels, from 1 to {_WIDEST}.")
    width = int(text[:6])
    return _answer(services().media.files.poster(video_id, by=current_actor(), width=width))


@blueprint.get("/<path:video_id>/preview")
@operation(
    name="getPreview",
    tag=_TAG,
    summary="Some seconds of the video, as a picture that moves",
    curl='curl -o preview.webp "$URL/api/videos/$ID/preview"',
    parameters=[VIDEO_ID, _ASKED_VERSION],
    answers=_picture("image/webp"),
    faults=_FAULTS,
)
def preview(video_id: str) -> Response:
    """The preview."""
    return _answer(services().media.files.preview(video_id, by=current_actor()))


@blueprint.get("/<path:video_id>/storyboard.vtt")
@operation(
    name="getStoryboard",
    tag=_TAG,
    summary="Small pictures of the whole video, as WebVTT",
    curl='curl "$URL/api/videos/$ID/storyboard.vtt"',
    parameters=[VIDEO_ID, _ASKED_VERSION],
    answers=_picture("text/vtt"),
    faults=_FAULTS,
)
def storyboard(video_id: str) -> Response:
    """The storyboard."""
    return _answer(services().media.files.storyboard(video_id, by=current_actor()))


@blueprint.get("/<path:video_id>/storyboard/<version>/<name>")
@operation(
    name="getStoryboardSheet",
    tag=_TAG,
    summary="A sheet of small pictures",
    curl='curl -O "$URL/api/videos/$ID/storyboard/3f0c9d1e8a7b4c5d/storyboard-1.webp"',
    parameters=[VIDEO_ID, _VERSION, _NAME],
    answers=_picture("image/webp"),
    faults=_FAULTS,
)
def storyboard_sheet(video_id: str, version: str, name: str) -> Response:
    """A sheet that the storyboard names."""
    return _answer(services().media.files.file(video_id, STORYBOARD, version, name, by=current_actor()), for_ever=True)


@blueprint.get("/<path:video_id>/subtitles/<version>/<name>")
@operation(
    name="getSubtitles",
    tag=_TAG,
    summary="Subtitles that the video's file brings along, as WebVTT",
    curl='curl "$URL/api/videos/$ID/subtitles/3f0c9d1e8a7b4c5d/text-2.vtt"',
    parameters=[VIDEO_ID, _VERSION, _NAME],
    answers=_picture("text/vtt"),
    faults=_FAULTS,
)
def subtitles(video_id: str, version: str, name: str) -> Response:
    """Subtitles that the video's JSON names."""
    return _answer(services().media.files.file(video_id, SUBTITLES, version, name, by=current_actor()), for_ever=True)


@blueprint.get("/<path:video_id>/hls/<name>")
@operation(
    name="getPlaylist",
    tag=_TAG,
    summary="A playlist of renditions that browsers play",
    curl='curl "$URL/api/videos/$ID/hls/master.m3u8"',
    parameters=[VIDEO_ID, path("name", "`master.m3u8`, or what that names.", example="master.m3u8")],
    answers=_picture("application/vnd.apple.mpegurl"),
    faults=_FAULTS,
)
def playlist(video_id: str, name: str) -> Response:
    """A playlist, which grows while more of it is made."""
    return _answer(services().media.files.playlist(video_id, name, by=current_actor()))


@blueprint.get("/<path:video_id>/hls/<version>/<name>")
@operation(
    name="getSegment",
    tag=_TAG,
    summary="A part of a rendition",
    curl='curl -O "$URL/api/videos/$ID/hls/3f0c9d1e8a7b4c5d/v360-00000.m4s"',
    parameters=[VIDEO_ID, _VERSION, _NAME],
    answers=_picture("video/*"),
    faults=_FAULTS,
)
def segment(video_id: str, version: str, name: str) -> Response:
    """A segment that a playlist names."""
    return _answer(services().media.files.file(video_id, HLS, version, name, by=current_actor()), for_ever=True)


def _answer(shown: Shown, *, for_ever: bool = False) -> Response:
    etag = f'"{shown.etag}"'
    for_ever = for_ever or request.args.get("v") == shown.version
    headers = kept_by_version(etag, for_ever=for_ever)
    if if_none_match_hits(request.headers.get("If-None-Match", ""), etag):
        shown.close()
        return Response(status=304, headers=headers)
    if shown.url is not None:
        # For less than what is left of the URL.
        return _redirected(shown.url)
    headers["Content-Length"] = str(shown.length)
    response = Response(shown.content, content_type=shown.content_type, headers=headers)
    response.call_on_close(shown.close)
    return response


def _redirected(url: str) -> Response:
    """The way to the CDN. Who comes again soon takes it by heart: the URL is good for two minutes at the least."""
    return Response(status=302, headers={"Location": url, "Cache-Control": "private, max-age=60"})


def _job_json(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "video": job.video,
        "state": job.state,
        "progress": job.progress,
        "attempts": job.attempts,
        "error": job.error,
        "created_at": format_timestamp(job.created_at),
        "links": {"self": f"/api/jobs/{quote(job.id)}"},
    }
