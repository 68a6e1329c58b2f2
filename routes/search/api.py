"""One search over all that whoever asks may see: videos, what is said in them, tags, people, pages and settings."""

from flask import Blueprint, Response, request

from routes.http.actors import current_actor
from routes.http.messages import show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation, query
from routes.http.openapi.parameters import AN_ID
from routes.http.queries import asked_cursor, asked_limit, invalid_query
from routes.search.groups import KINDS, Asked, found_groups
from routes.search.messages import FoundGroup, FoundMessage, FoundMessages
from services.actors.policy import Act, require
from utils.text import one_line

blueprint = Blueprint("search", __name__, url_prefix="/api")

LONGEST, SHOWN = 200, 20
"""Letters of what is searched for, and things of each kind that are shown."""
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
        FoundGroup(kind="tags", total=1, results=(FoundMessage(id="seaside", title="seaside", url="/?tag=seaside"),)),
        FoundGroup(kind="settings", total=0, results=()),
    )
)


@blueprint.get("/search")
@operation(
    tag="Library",
    curl='curl "$URL/api/search?q=sea"',
    about="Words that begin like these are found; case and accents do not count. Each group shows its first 20, or "
    "`limit`; with `kind` and its `next` as `cursor` it goes on. Videos come the newest first, and so do moments, of "
    "each video the first at which the most of the words are said; tags by name; people the oldest account first, for "
    "administrators alone; then pages, and for administrators live settings.",
    parameters=[
        query("q", "What is searched for.", schema={"type": "string", "maxLength": LONGEST}, example="sea"),
        query("kind", "Only this group.", schema={"type": "string", "enum": [*KINDS, ""]}),
        query(
            "limit", "Things of each group.", schema={"type": "integer", "minimum": 1, "maximum": 200, "default": SHOWN}
        ),
        query("cursor", "Where the group of `kind` goes on.", schema={"type": "string"}),
    ],
    answers=[Answer(200, "What was found, by kind.", schema=FoundMessages, example=_EXAMPLE)],
    faults=[faults.INVALID_QUERY, faults.LIST_DOWN, faults.DATABASE_DOWN, *faults.STORAGE],
)
def search() -> Response:
    """Search in everything."""
    by = current_actor()
    require(by, Act.LIST)
    kind, after = request.args.get("kind") or None, asked_cursor()
    if kind is not None and kind not in KINDS:
        raise invalid_query("kind", f"The kind must be one of: {', '.join(KINDS)}.")
    if after is not None and kind is None:
        raise invalid_query("kind", "Beside a cursor stands the kind that it goes on with.")
    limit = asked_limit() if "limit" in request.args else SHOWN
    asked = Asked(text=asked_text(), limit=limit, by=by, after=after)
    response = show(FoundMessages(groups=found_groups(asked, kind=kind)))
    response.headers["Cache-Control"] = "no-cache"
    return response


def asked_text() -> str:
    """What is searched for; raises `InvalidQueryError`."""
    text = request.args.get("q", "")
    if len(text) > LONGEST:
        raise invalid_query("q", f"At most {LONGEST} characters can be searched for.")
    return one_line(text)
