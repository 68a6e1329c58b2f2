"""Parameters that operations of several features take."""

from routes.http.openapi.operation import header, path, query
from utils.patterns import CURSOR

AN_ID = "20261120T101512345Z_3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f_holiday-film.mp4"
"""The id of the examples."""

VIDEO_ID = path("video_id", "The id of a video.", schema={"type": "string", "minLength": 1}, example=AN_ID)
IF_MATCH = header("If-Match", "Act on this version of the record only: the video's `etag`, in quotes.")
PAGING = (
    query("limit", "Videos on a page.", schema={"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    query(
        "cursor",
        "The `next` of the page before. Beside it, only what that page was asked for too.",
        schema={"type": "string", "pattern": CURSOR, "format": "cursor"},
    ),
)
