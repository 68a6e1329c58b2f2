"""The pages that people see. They work without scripts; static/js makes them better."""

import zlib
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, current_app, make_response, render_template, url_for
from werkzeug import Response

from routes.list_query import library_query, trash_query
from routes.representations import video_json
from routes.security_headers import allow_media_from
from routes.wiring import services
from services.errors import CatalogueUnavailableError
from services.video import Video
from utils.cursors import encode_cursor

blueprint = Blueprint("pages", __name__)

_SORTS = {
    "-uploaded_at": "Newest",
    "uploaded_at": "Oldest",
    "title": "Title",
    "-size": "Largest",
    "size": "Smallest",
}
_HUES = 12


@blueprint.get("/")
def home() -> Response:
    """The upload form and a page of the library."""
    query = library_query()
    try:
        page = services().library.page(query)
    except CatalogueUnavailableError:
        return _page("home.html", query=query, page=None, next=None, sorts=_SORTS)
    following = None
    if page.next:
        # The cursor remembers the search; the address shows it too.
        following = url_for(
            "pages.home", q=query.q or None, tag=query.tag or None, sort=query.sort, cursor=encode_cursor(page.next)
        )
    return _page("home.html", query=query, page=page, next=following, sorts=_SORTS)


@blueprint.get("/videos/<path:video_id>")
def watch(video_id: str) -> Response:
    """One video: player and details."""
    video = services().library.get(video_id)
    if current_app.config["PLAYBACK_REDIRECTS"]:
        address = urlsplit(services().playback.url(video))
        allow_media_from(f"{address.scheme}://{address.netloc}")
    return _page("watch.html", video=video, shown=video_json(video))


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


def _page(template: str, **values: object) -> Response:
    response = make_response(render_template(template, **values))
    response.headers["Cache-Control"] = "no-cache"
    return response
