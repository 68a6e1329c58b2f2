"""Pictures of artists and wanted films over HTTP: those that are kept here."""

from flask import Blueprint, Response, request

from routes.artists.api import ARTIST_ID, NO_ARTIST, TAG
from routes.artists.wanted import NO_FILM, WANTED_ID
from routes.http.actors import current_actor
from routes.http.messages import kept_by_version
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation, query
from routes.http.wiring import services
from services.artists.errors import PictureNotFoundError
from services.artists.pictures.pictures import NO_PICTURE
from services.artists.pictures.store import KeptPicture
from services.media.foreign_pictures import CONTENT_TYPE
from utils.ranges import if_none_match_hits

blueprint = Blueprint("artist_pictures", __name__, url_prefix="/api")

# Nothing that a browser finds in it is done.
_POLICY = "default-src 'none'; sandbox"
_NONE = PictureNotFoundError(NO_PICTURE)
_VERSION = query(
    "v", "The version, as `picture` has it: what it names can be kept for ever.", schema={"type": "string"}
)
_ANSWERS = [
    Answer(
        200,
        "The picture, of at most 640 by 960 pixels.",
        schema={"type": "string", "contentEncoding": "binary"},
        content_type=CONTENT_TYPE,
        headers=["ETag"],
    ),
    Answer(304, "The client has this version.", headers=["ETag"]),
]
_ABOUT = (
    "Whatever the source has: the server has fetched it, made it anew and kept it. It is there some seconds after the "
    "address of a picture became known, and not where that leads to no JPEG, PNG, WebP or GIF of at most 4 MiB."
)


@blueprint.get("/artists/<artist_id>/picture")
@operation(
    tag=TAG,
    about=_ABOUT,
    curl='curl -o artist.webp "$URL/api/artists/$ID/picture"',
    parameters=[ARTIST_ID, _VERSION],
    answers=_ANSWERS,
    faults=(NO_ARTIST, _NONE, faults.DATABASE_DOWN, *faults.STORAGE),
)
def get_artist_picture(artist_id: str) -> Response:
    """The picture of an artist."""
    return _answer(services().artists.pictures.of_artist(artist_id, by=current_actor()))


@blueprint.get("/wanted/<wanted_id>/picture")
@operation(
    tag=TAG,
    about=_ABOUT,
    curl='curl -o film.webp "$URL/api/wanted/$ID/picture"',
    parameters=[WANTED_ID, _VERSION],
    answers=_ANSWERS,
    faults=(NO_FILM, _NONE, faults.DATABASE_DOWN, *faults.STORAGE),
)
def get_wanted_picture(wanted_id: str) -> Response:
    """The picture of a wanted film."""
    return _answer(services().artists.pictures.of_film(wanted_id, by=current_actor()))


def _answer(picture: KeptPicture) -> Response:
    etag = f'"{picture.version}"'
    headers = kept_by_version(etag, for_ever=request.args.get("v") == picture.version)
    if if_none_match_hits(request.headers.get("If-None-Match", ""), etag):
        return Response(status=304, headers=headers)
    content = services().artists.pictures.content(picture, by=current_actor())
    headers |= {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}
    return Response(content, content_type=CONTENT_TYPE, headers=headers)
