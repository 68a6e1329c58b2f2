"""One search over videos and what is said in them."""

from urllib.parse import quote

from flask import Blueprint, Response, request

from routes.http.actors import current_actor
from routes.http.messages import show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation, query
from routes.http.openapi.parameters import AN_ID
from routes.http.queries import invalid_query
from routes.http.wiring import services
from routes.search.messages import FoundGroup, FoundMessage, FoundMessages
from services.captions.search import MOST_COUNTED, SpokenMoment
from services.library.catalogue import PageQuery
from services.videos.video import Video
from utils.text import one_line

blueprint = Blueprint("search", __name__, url_prefix="/api")

_LONGEST, _SHOWN = 200, 20
_EXCERPT = 300
_EXAMPLE = FoundMessages(
    groups=(
        FoundGroup(kind="videos", total=0, results=()),
        FoundGroup(
            kind="transcripts",
            total=1,
            results=(
                FoundMessage(
                    id=AN_ID,
                    title="holiday film",
                    url=f"/videos/{AN_ID}?t=12.5#t=12.5",
                    excerpt="We went down to the sea.",
                    at=12.5,
                    language="en",
                ),
            ),
        ),
    )
)


@blueprint.get("/search")
@operation(
    tag="Library",
    curl='curl "$URL/api/search?q=sea"',
    about="Words that begin like these are found; case and accents do not count. Each group shows its first 20.",
    parameters=[query("q", "What is searched for.", schema={"type": "string", "maxLength": _LONGEST}, example="sea")],
    answers=[Answer(200, "What was found, by kind.", schema=FoundMessages, example=_EXAMPLE)],
    faults=[faults.INVALID_QUERY, faults.LIST_DOWN, *faults.STORAGE],
)
def search() -> Response:
    """Search in videos and in what is said in them."""
    text = request.args.get("q", "")
    if len(text) > _LONGEST:
        raise invalid_query("q", f"At most {_LONGEST} characters can be searched for.")
    asked, by = one_line(text), current_actor()
    videos = services().library.videos.page(PageQuery(q=asked, limit=MOST_COUNTED), by=by).videos if asked else ()
    spoken = services().captions.search
    moments = spoken.find(asked, limit=_SHOWN, by=by).moments
    groups = (
        FoundGroup(kind="videos", total=len(videos), results=tuple(map(_video, videos[:_SHOWN]))),
        FoundGroup(kind="transcripts", total=spoken.count(asked, by=by), results=tuple(map(_moment, moments))),
    )
    response = show(FoundMessages(groups=groups))
    response.headers["Cache-Control"] = "no-cache"
    return response


def _video(video: Video) -> FoundMessage:
    return FoundMessage(id=video.id, title=video.title, url=f"/videos/{quote(video.id)}")


def _moment(found: SpokenMoment) -> FoundMessage:
    at, video = found.line.start / 1000, found.video
    return FoundMessage(
        id=video.id,
        title=video.title,
        url=f"/videos/{quote(video.id)}?t={at}#t={at}",
        excerpt=found.line.text[:_EXCERPT],
        at=at,
        language=found.line.language or None,
    )
