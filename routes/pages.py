"""The pages that people see. They work without scripts; static/js makes them better."""

import zlib
from datetime import datetime

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from routes.compression import compress
from routes.list_query import library_query, trash_query
from routes.representations import video_json
from routes.security_headers import allow_media_from, allow_uploads_to
from routes.small_body import receiving
from routes.wiring import services
from services.errors import CatalogueUnavailableError, InvalidChangeError
from services.library import Change
from services.video import Video
from utils.cursors import encode_cursor

blueprint = Blueprint("pages", __name__)

_HUES = 12
_LARGEST_FORM = 64 * 1024


@blueprint.before_request
def allow_other_origins() -> None:
    """Let every page play and upload where that is done elsewhere: scripts turn one page into another."""
    if current_app.config["PLAYBACK_REDIRECTS"]:
        allow_media_from(services().playback.origin)
    if current_app.config["UPLOAD_MODE"] == "direct":
        allow_uploads_to(services().direct.origin)


@blueprint.app_context_processor
def upload_rules() -> dict[str, object]:
    """What every page tells its scripts of uploads, so that they can refuse a file before a byte is sent."""
    rules = services().uploads.rules
    extensions = sorted(rules.extensions or ())
    return {
        "upload_rules": {
            "extensions": ",".join(extensions),
            "accept": ",".join(["video/*", *(f".{each}" for each in extensions)]) if extensions else "",
            "largest": rules.largest,
            "mode": current_app.config["UPLOAD_MODE"],
        }
    }


@blueprint.get("/")
def home() -> Response:
    """The upload form and a page of the library."""
    query = library_query()
    library = services().library
    try:
        page = library.page(query)
        totals = None if query.q or query.tag else library.totals()
    except CatalogueUnavailableError:
        return _page("home.html", query=query, page=None)
    following = None
    if page.next:
        # The cursor remembers the search; the address shows it too.
        following = url_for(
            "pages.home", q=query.q or None, tag=query.tag or None, sort=query.sort, cursor=encode_cursor(page.next)
        )
    return _page("home.html", query=query, page=page, totals=totals, next=following)


@blueprint.get("/videos/<path:video_id>")
def watch(video_id: str) -> Response:
    """One video: player and details."""
    video = services().library.get(video_id)
    return _page("watch.html", video=video, shown=video_json(video))


@blueprint.post("/videos/<path:video_id>")
def change(video_id: str) -> Response:
    """Edit or delete a video by a plain form."""
    fields = _form()
    if fields.get("action") == "delete":
        services().library.trash(video_id)
        return redirect(url_for("pages.trash"), code=303)
    if fields.get("action") != "edit":
        raise InvalidChangeError("The form must say what to do: edit or delete.")
    tags = None if "tags" not in fields else [tag for each in fields["tags"].split(",") if (tag := each.strip())]
    wanted = Change(title=fields.get("title"), tags=tags)
    services().library.edit(video_id, wanted, if_match=None)
    return redirect(url_for("pages.watch", video_id=video_id), code=303)


@blueprint.post("/trash")
def restore() -> Response:
    """Take a video out of the trash by a plain form."""
    video = services().library.restore(_form().get("id", ""))
    return redirect(url_for("pages.watch", video_id=video.id), code=303)


@blueprint.get("/trash")
def trash() -> Response:
    """What can be restored, and until when."""
    library = services().library
    page = library.page(trash_query())
    following = url_for("pages.trash", cursor=encode_cursor(page.next)) if page.next else None
    return _page("trash.html", page=page, next=following, until=library.restorable_until)


@blueprint.app_template_filter()
def file_size(count: int) -> str:
    """A number of bytes as people read it: `6.1 GB`."""
    size, units = float(count), ["bytes", "kB", "MB", "GB", "TB"]
    while size >= 999.5 and len(units) > 1:
        size, units = size / 1000, units[1:]
    return f"{count} bytes" if units[0] == "bytes" else f"{size:.{1 if size < 9.95 else 0}f} {units[0]}"


@blueprint.app_template_filter()
def day(moment: datetime) -> str:
    """A day as people read it: `20 Nov 2026`."""
    return f"{moment.day} {moment:%b %Y}"


@blueprint.app_template_filter()
def hue(video: Video) -> int:
    """Which of the colours stands for a video without a still: always the same for the same title."""
    return zlib.crc32(video.title.encode()) % _HUES


@blueprint.app_template_filter()
def initials(video: Video) -> str:
    """The first letters of a title's first two words."""
    words = ["".join(filter(str.isalnum, word)) for word in video.title.split()]
    return "".join(word[0].upper() for word in words if word)[:2]


def _form() -> MultiDict[str, str]:
    request.max_content_length = _LARGEST_FORM
    with receiving():
        return request.form


def _page(template: str, **values: object) -> Response:
    # Where players are sent to another origin, a script cannot take a still from what they play.
    stills = not current_app.config["PLAYBACK_REDIRECTS"]
    response = make_response(render_template(template, stills=stills, **values))
    response.headers["Cache-Control"] = "no-cache"
    return compress(response)
