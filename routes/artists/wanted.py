"""Wanted films over HTTP: the list, one of them, and what somebody makes of it."""

from flask import Blueprint, Response

from routes.artists.api import TAG, changing
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
from routes.artists.seen import pictures_of, seen_of
from routes.http.actors import current_actor
from routes.http.messages import fresh, read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path
from routes.http.openapi.parameters import AN_ID, PAGING
from routes.http.wiring import services
from routes.imports.messages import WAITING, WAITING_JOB, ImportAndJob, import_and_job
from routes.imports.seen import as_seen
from services.artists.artist import WantedState
from services.artists.candidate import Wanted
from services.artists.errors import InvalidWantedStateError, NoAddressError, WantedNotFoundError
from services.egress.errors import AddressNotAllowedError
from services.imports.errors import AlreadyHereError

blueprint = Blueprint("wanted", __name__, url_prefix="/api/wanted")

_LARGEST = 4096
WANTED_ID = path("wanted_id", "The id of a wanted film.", schema={"type": "string", "minLength": 1}, example=A_WANTED)
NO_FILM = WantedNotFoundError("There is no such film.")
_NOT_ALLOWED = AddressNotAllowedError("The address 127.0.0.1 is not of the public network.")
_HERE = AlreadyHereError("What lies at this address is a video here already.", video_id=AN_ID)
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
    page = services().artists.wanted.page(wanted_query(), by=current_actor())
    return fresh(show(wanted_list(page, seen=seen_of(page.wanted), kept=pictures_of(page.wanted))))


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


@blueprint.post("/<wanted_id>/download")
@operation(
    tag=TAG,
    about="Whoever may have films fetched can. It is fetched as `POST /api/imports` does, for its artist; the film is "
    "DOWNLOADING until that import is over. One that is being fetched already is that import, and what is here already "
    "is answered 409 with its `video_id`, and is DOWNLOADED from then on. So is 409 a film without an address. What is "
    "IGNORED is fetched for managers alone, and no film of an artist in the trash is.",
    curl='curl -X POST "$URL/api/wanted/$ID/download"',
    parameters=[WANTED_ID],
    answers=[
        Answer(
            202,
            "It waits to be fetched.",
            schema=ImportAndJob,
            example=ImportAndJob(import_=WAITING, job=WAITING_JOB),
            headers=["Location"],
        )
    ],
    faults=(
        NO_FILM,
        _NOT_ALLOWED,
        _HERE,
        NoAddressError("Nobody has said where this film can be fetched."),
        faults.DATABASE_DOWN,
        faults.LIST_DOWN,
        *faults.STORAGE,
    ),
)
def download_wanted(wanted_id: str) -> Response:
    """Have a wanted film fetched."""
    found, job = services().artists.downloads.begin(wanted_id, by=current_actor())
    begun = import_and_job(as_seen([found])[0], job)
    response = fresh(show(begun, 202))
    response.headers["Location"] = begun.import_.links.self
    return response


def _shown(wanted: Wanted) -> Response:
    artists = services().artists.artists
    artist = artists.these([wanted.artist_id], by=current_actor()) if wanted.artist_id else {}
    shown = wanted_message(
        wanted, artist=artist.get(wanted.artist_id or ""), seen=seen_of([wanted]), kept=pictures_of([wanted])
    )
    return fresh(show(shown))
