"""The sign tracks of a film: read, set and taken away."""

from flask import Blueprint, Response, request
from msgspec.structs import asdict

from routes.http.actors import current_actor
from routes.http.conditions import asked_condition
from routes.http.messages import read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, header, operation, path
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.wiring import services
from routes.sign_tracks.messages import SIGN_TRACK, OneSignTrackMessage, SignTrackChange
from services.sign_tracks.errors import InvalidSignTrackError, SignTrackNotFoundError
from services.sign_tracks.sign_tracks import StoredTrack
from services.sign_tracks.track import SignOrigin, SignTrack
from utils.ranges import if_none_match_hits

blueprint = Blueprint("sign_tracks", __name__, url_prefix="/api/videos")

_TAG = "Sign tracks"
_LARGEST = 16 * 1024
_LANGUAGE = path(
    "lang", "The sign language, as BCP 47 writes it; `ASL`, `BSL` and `DGS` are understood too.", example="ase"
)
_IF_MATCH = header("If-Match", "Act on this version only: the track's `etag`, in quotes.")
_IF_NONE_MATCH = header("If-None-Match", "`*`: set it only where there is none.")
_EXAMPLE = OneSignTrackMessage(**asdict(SIGN_TRACK), origin=SignOrigin.EDITED, etag="0x8DD0A1B2C3D4E5F")
_NO_TRACK = SignTrackNotFoundError("This video has no sign track in that language.")
_INVALID = InvalidSignTrackError(
    "A video cannot be its own sign track.",
    errors=[{"field": "video_id", "reason": "A video cannot be its own sign track"}],
)
_READING = (faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, *faults.STORAGE)


def _answer(status: int, about: str) -> Answer:
    return Answer(status, about, schema=OneSignTrackMessage, example=_EXAMPLE, headers=["ETag"])


@blueprint.get("/<path:video_id>/sign/<lang>")
@operation(
    name="getSignTrack",
    tag=_TAG,
    summary="The video that signs this one",
    about="It is told of to those alone who may see both videos.",
    curl='curl "$URL/api/videos/$ID/sign/ase"',
    parameters=[VIDEO_ID, _LANGUAGE],
    answers=[
        _answer(200, "The sign track."),
        Answer(304, "The client has this version.", headers=["ETag"]),
    ],
    faults=[*_READING, _NO_TRACK],
)
def get_track(video_id: str, lang: str) -> Response:
    """One sign track."""
    stored = services().sign_tracks.tracks.get(video_id, lang, by=current_actor())
    if if_none_match_hits(request.headers.get("If-None-Match", ""), stored.etag):
        return _tagged(Response(status=304), stored)
    return _shown(stored, 200)


@blueprint.put("/<path:video_id>/sign/<lang>")
@operation(
    name="putSignTrack",
    tag=_TAG,
    summary="Have another video of the library sign this one",
    about="Whoever may change the film sets its tracks, to a video that they may see. A video is not signed by "
    "itself, nor by one that it signs.",
    curl='curl -X PUT -H "Content-Type: application/json" -d "{\\"video_id\\": \\"$OTHER\\"}" '
    '"$URL/api/videos/$ID/sign/ase"',
    parameters=[VIDEO_ID, _LANGUAGE, _IF_MATCH, _IF_NONE_MATCH],
    body=Body(SignTrackChange, example={"video_id": SIGN_TRACK.video_id, "offset": 1.5, "kind": "signer"}),
    answers=[_answer(200, "The track is this one now."), _answer(201, "There was none in this language.")],
    faults=[
        *_READING,
        _INVALID,
        faults.RECORD_CHANGED,
        faults.DATABASE_DOWN,
        faults.TOO_LARGE,
        faults.UNSUPPORTED_MEDIA,
    ],
)
def put_track(video_id: str, lang: str) -> Response:
    """Set a sign track."""
    change = read_message(SignTrackChange, refuse=InvalidSignTrackError, largest=_LARGEST)
    track = SignTrack(film_id=video_id, language=lang, video_id=change.video_id, offset=change.offset, kind=change.kind)
    stored, is_new = services().sign_tracks.tracks.put(track, by=current_actor(), condition=asked_condition())
    return _shown(stored, 201 if is_new else 200)


@blueprint.delete("/<path:video_id>/sign/<lang>")
@operation(
    name="deleteSignTrack",
    tag=_TAG,
    summary="Take a sign track away",
    about="The video that signs stays in the library.",
    curl='curl -X DELETE "$URL/api/videos/$ID/sign/ase"',
    parameters=[VIDEO_ID, _LANGUAGE, _IF_MATCH],
    answers=[Answer(204, "The film has no track in this language any more.")],
    faults=[*_READING, _NO_TRACK, faults.RECORD_CHANGED, faults.HELD],
)
def delete_track(video_id: str, lang: str) -> tuple[str, int]:
    """Take a sign track away."""
    services().sign_tracks.tracks.delete(video_id, lang, by=current_actor(), condition=asked_condition())
    return "", 204


def _shown(stored: StoredTrack, status: int) -> Response:
    track = stored.track
    message = OneSignTrackMessage(
        language=track.language,
        video_id=track.video_id,
        offset=track.offset,
        kind=track.kind,
        origin=track.origin,
        etag=stored.etag.strip('"'),
    )
    return _tagged(show(message, status), stored)


def _tagged(response: Response, stored: StoredTrack) -> Response:
    response.headers["ETag"] = stored.etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response
