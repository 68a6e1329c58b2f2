"""Artists over HTTP: the list, one of them, several at once."""

from flask import Blueprint, Response

from routes.artists.messages import (
    AN_ARTIST,
    ARTIST,
    WANTED,
    ArtistIdList,
    ArtistList,
    ArtistMessage,
    Merge,
    OutcomeList,
    OutcomeMessage,
    WantedList,
    artist_list,
    artist_message,
    outcome_list,
    wanted_list,
)
from routes.artists.queries import ARTIST_SORT, NARROWING, OF_STATE, Q, artist_query, wanted_query
from routes.artists.seen import pictures_of, seen_of
from routes.http.actors import current_actor
from routes.http.messages import fresh, read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path
from routes.http.openapi.parameters import PAGING
from routes.http.wiring import services
from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.artists.artist import Artist
from services.artists.change import ArtistChange, ArtistIds
from services.artists.errors import ArtistExistsError, ArtistNotFoundError, InvalidArtistError

blueprint = Blueprint("artists", __name__, url_prefix="/api/artists")

TAG = "Sources"
LARGEST = 256 * 1024
ARTIST_ID = path("artist_id", "The id of an artist.", schema={"type": "string", "minLength": 1}, example=AN_ARTIST)
NO_ARTIST = ArtistNotFoundError("There is no such artist.")
EXISTS = ArtistExistsError("“Crane School” is here already.", id_=AN_ARTIST)
INVALID = InvalidArtistError(
    "The name must have at least one visible character.",
    errors=[{"field": "name", "reason": "The name must have at least one visible character."}],
)
TAKING = (INVALID, faults.DATABASE_DOWN, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA)
_ONE = "/<but('bulk-delete', 'import', 'merge', 'restore'):artist_id>"
_OUTCOMES = Answer(
    200,
    "What came of each.",
    schema=OutcomeList,
    example=OutcomeList(results=(OutcomeMessage(id=AN_ARTIST, status=204),)),
)
_NEW = ArtistChange(name="Crane School", ids=ArtistIds(youtube="UC0123456789"))


@blueprint.get("")
@operation(
    tag=TAG,
    about="By their names, unless another order is asked for.",
    curl='curl "$URL/api/artists?q=crane"',
    parameters=[Q, OF_STATE, ARTIST_SORT, *PAGING],
    answers=[Answer(200, "The page.", schema=ArtistList, example=ArtistList(artists=(ARTIST,), next=None))],
    faults=(faults.INVALID_QUERY, faults.DATABASE_DOWN),
)
def list_artists() -> Response:
    """A page of the artists."""
    page = services().artists.artists.page(artist_query(), by=current_actor())
    return fresh(show(artist_list(page, kept=pictures_of(page.artists))))


@blueprint.post("")
@operation(
    tag=TAG,
    about="For managers. A name that another artist has, in whatever spelling, is 409 with that artist's `id`; so is "
    "an id at a service that another has. Outside services are asked for its films by a job that begins by itself.",
    curl='curl -H "Content-Type: application/json" -d \'{"name": "Crane School"}\' "$URL/api/artists"',
    body=Body(ArtistChange, example=_NEW, also={"required": ["name"]}),
    answers=[Answer(201, "The artist.", schema=ArtistMessage, example=ARTIST, headers=["Location"])],
    faults=(*TAKING, EXISTS),
)
def add_artist() -> Response:
    """Add an artist."""
    by = changing()
    asked = read_message(ArtistChange, refuse=InvalidArtistError, largest=LARGEST)
    artist = services().artists.artists.create(asked, by=by)
    response = _shown(artist, 201)
    response.headers["Location"] = f"/api/artists/{artist.id}"
    return response


@blueprint.post("/bulk-delete")
@operation(
    tag=TAG,
    about="For managers. What is wanted of them goes with them; `POST /api/artists/restore` brings all of it back, "
    "until their time in the trash is over.",
    curl='curl -H "Content-Type: application/json" -d "{\\"ids\\": [\\"$ID\\"]}" "$URL/api/artists/bulk-delete"',
    body=Body(ArtistIdList, example=ArtistIdList(ids=(AN_ARTIST,))),
    answers=[_OUTCOMES],
    faults=TAKING,
)
def delete_artists() -> Response:
    """Put several artists into the trash."""
    by = changing()
    asked = read_message(ArtistIdList, refuse=InvalidArtistError, largest=LARGEST)
    return fresh(show(outcome_list(services().artists.many.delete(asked.ids, by=by))))


@blueprint.post("/restore")
@operation(
    tag=TAG,
    about="For managers. One whose name another artist has got meanwhile stays in the trash.",
    curl='curl -H "Content-Type: application/json" -d "{\\"ids\\": [\\"$ID\\"]}" "$URL/api/artists/restore"',
    body=Body(ArtistIdList, example=ArtistIdList(ids=(AN_ARTIST,))),
    answers=[_OUTCOMES],
    faults=TAKING,
)
def restore_artists() -> Response:
    """Take several artists out of the trash."""
    by = changing()
    asked = read_message(ArtistIdList, refuse=InvalidArtistError, largest=LARGEST)
    return fresh(show(outcome_list(services().artists.many.restore(asked.ids, by=by))))


@blueprint.post("/merge")
@operation(
    tag=TAG,
    about="For managers. All of them, or none. What is wanted of each is wanted of the one that stays, films that are "
    "the same once. Names, links and ids at services are put together; the ids of the others mean the one that stays "
    "from then on. It cannot be undone.",
    curl='curl -H "Content-Type: application/json" -d "{\\"into\\": \\"$ID\\", \\"ids\\": [\\"$OTHER\\"]}" '
    '"$URL/api/artists/merge"',
    body=Body(Merge, example=Merge(into=AN_ARTIST, ids=("7d2c9e4b1a3f5d6c8e0b9a1f",))),
    answers=[Answer(200, "The one that stays.", schema=ArtistMessage, example=ARTIST)],
    faults=(*TAKING, NO_ARTIST),
)
def merge_artists() -> Response:
    """Make several artists one."""
    by = changing()
    asked = read_message(Merge, refuse=InvalidArtistError, largest=LARGEST)
    return _shown(services().artists.merging.merge(asked.into, asked.ids, by=by))


@blueprint.get(_ONE)
@operation(
    tag=TAG,
    curl='curl "$URL/api/artists/$ID"',
    parameters=[ARTIST_ID],
    answers=[Answer(200, "The artist.", schema=ArtistMessage, example=ARTIST)],
    faults=(NO_ARTIST, faults.DATABASE_DOWN),
)
def get_artist(artist_id: str) -> Response:
    """One artist."""
    return _shown(services().artists.artists.get(artist_id, by=current_actor()))


@blueprint.patch(_ONE)
@operation(
    tag=TAG,
    about="For managers. What is left out stays; so do ids at services that are not named.",
    curl='curl -X PATCH -H "Content-Type: application/json" -d \'{"name": "Crane School"}\' "$URL/api/artists/$ID"',
    parameters=[ARTIST_ID],
    body=Body(ArtistChange, example=_NEW, also={"minProperties": 1}),
    answers=[Answer(200, "The artist.", schema=ArtistMessage, example=ARTIST)],
    faults=(*TAKING, NO_ARTIST, EXISTS),
)
def edit_artist(artist_id: str) -> Response:
    """Change what is said of an artist."""
    by, types = changing(), ("application/json", "application/merge-patch+json")
    asked = read_message(ArtistChange, refuse=InvalidArtistError, largest=LARGEST, types=types)
    return _shown(services().artists.artists.edit(artist_id, asked, by=by))


@blueprint.delete(_ONE)
@operation(
    tag=TAG,
    about="For managers. What is wanted of it goes with it; `POST /api/artists/restore` brings all of it back.",
    curl='curl -X DELETE "$URL/api/artists/$ID"',
    parameters=[ARTIST_ID],
    answers=[Answer(204, "It is in the trash.")],
    faults=(NO_ARTIST, faults.DATABASE_DOWN),
)
def delete_artist(artist_id: str) -> tuple[str, int]:
    """Put an artist into the trash."""
    services().artists.artists.delete(artist_id, by=current_actor())
    return "", 204


@blueprint.get("/<artist_id>/videos")
@operation(
    tag=TAG,
    about="Films that are known of an artist, whether they are here or not; the last found first, unless another order "
    "is asked for.",
    curl='curl "$URL/api/artists/$ID/videos?state=WANTED"',
    parameters=[ARTIST_ID, *NARROWING, *PAGING],
    answers=[Answer(200, "The page.", schema=WantedList, example=WantedList(wanted=(WANTED,), next=None))],
    faults=(faults.INVALID_QUERY, NO_ARTIST, faults.DATABASE_DOWN),
)
def list_artist_videos(artist_id: str) -> Response:
    """The films of an artist."""
    by = current_actor()
    artist = services().artists.artists.get(artist_id, by=by)
    page = services().artists.wanted.page(wanted_query(artist_id=artist.id), by=by)
    return fresh(show(wanted_list(page, seen=seen_of(page.wanted), kept=pictures_of(page.wanted))))


def changing() -> Actor:
    """Whoever asks, who may change artists: others are refused before it is looked at what they have sent."""
    by = current_actor()
    require(by, Act.CHANGE_SOURCES)
    return by


def _shown(artist: Artist, status: int = 200) -> Response:
    return fresh(show(artist_message(artist, kept=pictures_of([artist])), status))
