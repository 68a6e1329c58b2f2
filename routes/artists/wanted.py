"""Wanted films over HTTP: the list, one of them, and what somebody makes of it."""

from flask import Blueprint, Response

from routes.artists.api import TAG, changing, fresh
from routes.artists.messages import (
    A_WANTED,
    WANTED,
    WantedChange,
    WantedList,
    WantedMessage,
    wanted_list,
    wanted_message,
)
from routes.artists.queries import ARTIST, NARROWING, wanted_query
from routes.http.actors import current_actor
from routes.http.messages import read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path
from routes.http.openapi.parameters import PAGING
from routes.http.wiring import services
from services.artists.artist import WantedState
from services.artists.candidate import Wanted
from services.artists.errors import InvalidWantedStateError, WantedNotFoundError

blueprint = Blueprint("wanted", __name__, url_prefix="/api/wanted")

_LARGEST = 4096
WANTED_ID = path("wanted_id", "The id of a wanted film.", schema={"type": "string", "minLength": 1}, example=A_WANTED)
NO_FILM = WantedNotFoundError("There is no such film.")
_INVALID = InvalidWantedStateError(
    "state: A film is DOWNLOADING once an import fetches it.",
    errors=[{"field": "state", "reason": "A film is DOWNLOADING once an import fetches it."}],
)


@blueprint.get("")
@operation(
    tag=TAG,
    about="Films that are known of all artists, and of nobody in particular; the last found first, unless another "
    "order is asked for.",
    curl='curl "$URL/api/wanted?state=WANTED&sort=-confidence"',
    parameters=[ARTIST, *NARROWING, *PAGING],
    answers=[Answer(200, "The page.", schema=WantedList, example=WantedList(wanted=(WANTED,), next=None))],
    faults=(faults.INVALID_QUERY, faults.DATABASE_DOWN),
)
def list_wanted() -> Response:
    """Films that are wanted, or were."""
    return fresh(show(wanted_list(services().artists.wanted.page(wanted_query(), by=current_actor()))))


@blueprint.get("/<wanted_id>")
@operation(
    tag=TAG,
    curl='curl "$URL/api/wanted/$ID"',
    parameters=[WANTED_ID],
    answers=[Answer(200, "The film.", schema=WantedMessage, example=WANTED)],
    faults=(NO_FILM, faults.DATABASE_DOWN),
)
def get_wanted(wanted_id: str) -> Response:
    """One wanted film."""
    return _shown(services().artists.wanted.get(wanted_id, by=current_actor()))


@blueprint.patch("/<wanted_id>")
@operation(
    tag=TAG,
    about="For managers. A film that is IGNORED is not found again; WANTED brings it back. One that is here already, "
    "by whatever way it came, is DOWNLOADED as the video of that id. The other states are those of imports.",
    curl='curl -X PATCH -H "Content-Type: application/json" -d \'{"state": "IGNORED"}\' "$URL/api/wanted/$ID"',
    parameters=[WANTED_ID],
    body=Body(WantedChange, example=WantedChange(state=WantedState.IGNORED)),
    answers=[Answer(200, "The film.", schema=WantedMessage, example=WANTED)],
    faults=(
        _INVALID,
        NO_FILM,
        faults.VIDEO_NOT_FOUND,
        faults.DATABASE_DOWN,
        *faults.STORAGE,
        faults.TOO_LARGE,
        faults.UNSUPPORTED_MEDIA,
    ),
)
def change_wanted(wanted_id: str) -> Response:
    """Decide about a wanted film."""
    by, types = changing(), ("application/json", "application/merge-patch+json")
    asked = read_message(WantedChange, refuse=InvalidWantedStateError, largest=_LARGEST, types=types)
    video_id = asked.video_id if isinstance(asked.video_id, str) else None
    return _shown(services().artists.deciding.decide(wanted_id, asked.state, video_id=video_id, by=by))


def _shown(wanted: Wanted) -> Response:
    artists = services().artists.artists
    artist = artists.these([wanted.artist_id], by=current_actor()) if wanted.artist_id else {}
    return fresh(show(wanted_message(wanted, artist=artist.get(wanted.artist_id or ""))))
