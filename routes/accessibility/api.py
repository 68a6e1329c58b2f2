"""The report: how accessible each film is, as a table for spreadsheets."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from flask import Blueprint, Response, request

from routes.http.actors import current_actor
from routes.http.exports import export_disposition
from routes.http.openapi import faults
from routes.http.openapi.operation import TEXT, Answer, operation, query
from routes.http.wiring import services
from routes.library.list_query import LONGEST, library_query
from services.accessibility.report import RatedVideo
from services.accessibility.score import Missing
from utils.spreadsheets import csv_line
from utils.timestamps import format_timestamp

blueprint = Blueprint("accessibility", __name__, url_prefix="/api/accessibility")

_WORDS = {"type": "string", "maxLength": LONGEST}
_COLUMNS = (
    *("id", "title", "score", "missing", "captions_language", "captions_origin", "captions_warnings"),
    *("captions_seconds_left_out", "duration", "owner", "visibility", "uploaded_at", "page"),
)


@blueprint.get("/report.csv")
@operation(
    name="reportAccessibility",
    tag="Accessibility",
    summary="How accessible each video is, as a table",
    about="All videos that you may see, the oldest first, as CSV in UTF-8 with a line of names. `missing` holds the "
    "words of `accessibility`, with a blank between two. What begins like a formula stands behind an apostrophe. "
    "`GET /api/videos?sort=accessibility` lists the worst first.",
    curl='curl -o accessibility.csv "$URL/api/accessibility/report.csv?missing=sign-track"',
    parameters=[
        query("q", "Words that begin like these; case and accents do not count.", schema=_WORDS),
        query("tag", "Only those that have it.", schema=_WORDS),
        query("longer_than", "Only those that are longer, in seconds.", schema={"type": "number", "minimum": 0}),
        query("missing", "Only those that lack it.", schema={"type": "string", "enum": [*Missing, ""]}),
    ],
    answers=[Answer(200, "The table.", schema=TEXT, content_type="text/csv")],
    faults=[faults.INVALID_QUERY, faults.LIST_DOWN, *faults.STORAGE],
)
def report() -> Response:
    """All of it, as it is found."""
    parts = services().accessibility.report.all(library_query(), by=current_actor())
    # What goes wrong at once is said in the answer; what does later breaks it off.
    first, host = next(parts), request.host_url.rstrip("/")
    response = Response(_table(first, parts, host), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = export_disposition("accessibility", "csv")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _table(first: Sequence[RatedVideo], others: Iterator[Sequence[RatedVideo]], host: str) -> Iterator[str]:
    yield csv_line(_COLUMNS)
    yield from (_line(each, host) for each in first)
    for part in others:
        yield from (_line(each, host) for each in part)


def _line(rated: RatedVideo, host: str) -> str:
    video, found = rated.video, rated.accessibility
    captions = found.captions
    return csv_line(
        (
            *(video.id, video.title, found.score, " ".join(found.missing)),
            *(
                ("", "", None, None)
                if captions is None
                else (captions.track.language, captions.track.origin.value, captions.warnings, round(captions.left_out))
            ),
            *(video.made.duration, video.owner, video.visibility.value, format_timestamp(video.uploaded_at)),
            f"{host}/videos/{quote(video.id)}",
        )
    )
