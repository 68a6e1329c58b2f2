"""The library over HTTP: the list, one video, its changes, and the trash.

Ids may hold slashes: a video that other tools put into a folder keeps its name. `is_safe_name` keeps the names that
could be taken for one of the addresses below out of the library.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from routes.json_body import NotJson, read_json
from routes.list_query import library_query, trash_query
from routes.representations import trashed_json, video_json
from routes.wiring import services
from services.errors import InvalidChangeError
from services.library import Change
from services.video import Video
from utils.cursors import encode_cursor

blueprint = Blueprint("videos", __name__, url_prefix="/api")

_LARGEST_CHANGE = 64 * 1024
_CHANGE_TYPES = ("application/json", "application/merge-patch+json")
_FIELDS = frozenset({"title", "tags"})


@blueprint.get("/videos")
def list_videos() -> Response:
    """A page of the list."""
    page = services().library.page(library_query())
    body: dict[str, Any] = {
        "videos": [video_json(video) for video in page.videos],
        "next": encode_cursor(page.next) if page.next else None,
    }
    return _fresh(jsonify(body | ({"rebuilding": True} if page.rebuilding else {})))


@blueprint.get("/videos/<path:video_id>")
def get_video(video_id: str) -> Response:
    """One video."""
    return _shown(services().library.get(video_id))


@blueprint.patch("/videos/<path:video_id>")
def edit_video(video_id: str) -> Response:
    """Change title, tags or both."""
    if_match = request.headers.get("If-Match")
    return _shown(services().library.edit(video_id, _change(), if_match=if_match))


@blueprint.delete("/videos/<path:video_id>")
def delete_video(video_id: str) -> tuple[str, int]:
    """Put a video into the trash."""
    services().library.trash(video_id, if_match=request.headers.get("If-Match"))
    return "", 204


@blueprint.post("/videos/<path:video_id>/restore")
def restore_video(video_id: str) -> Response:
    """Take a video out of the trash."""
    return _shown(services().library.restore(video_id))


@blueprint.get("/trash")
def list_trash() -> Response:
    """A page of what can be restored, and until when."""
    library = services().library
    page = library.page(trash_query())
    shown = [trashed_json(video, until=library.restorable_until(video)) for video in page.videos]
    body: dict[str, Any] = {"videos": shown, "next": encode_cursor(page.next) if page.next else None}
    return _fresh(jsonify(body | ({"rebuilding": True} if page.rebuilding else {})))


def _shown(video: Video) -> Response:
    response = jsonify(video_json(video))
    response.headers["ETag"] = f'"{video.etag}"'
    return _fresh(response)


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response


def _change() -> Change:
    try:
        body = read_json(dict[str, Any], largest=_LARGEST_CHANGE, types=_CHANGE_TYPES)
    except NotJson as error:
        raise InvalidChangeError(str(error)) from error
    if body is None:
        raise InvalidChangeError('The body must be a JSON object such as {"title": "…", "tags": ["…"]}.')
    for name, value in body.items():
        if name not in _FIELDS or value is None:
            reason = "It cannot be removed." if name in _FIELDS else "Only title and tags can be changed."
            raise InvalidChangeError(reason, errors=[{"field": name[:64], "reason": reason}])
    return Change(title=body.get("title"), tags=body.get("tags"))
