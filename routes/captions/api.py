"""Caption tracks over HTTP: files come in and go out."""

from flask import Blueprint, Response, request

from routes.captions.messages import (
    CAPTION,
    WARNING,
    CaptionCheck,
    CaptionList,
    CaptionWritten,
    caption_message,
    caption_messages,
)
from routes.captions.parameters import (
    ANY_KIND,
    FILE,
    IF_MATCH,
    IF_NONE_MATCH,
    KIND,
    LABEL,
    TRACK,
    asked_kind,
    asked_label,
    asked_language,
    wanted_track,
)
from routes.http.actors import current_actor
from routes.http.body_places import read_small, receiving
from routes.http.conditions import asked_condition
from routes.http.messages import kept_by_version, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, query
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.wiring import services
from services.captions.cues import LARGEST_FILE, Words
from services.captions.errors import CaptionsNotFoundError, NoCaptionFileError, TooManyCuesError
from services.captions.formats.webvtt import write_subrip, write_text, write_webvtt
from services.captions.reading import CONTENT_TYPES
from services.captions.track import CaptionKind
from services.errors import TooLargeError, UnsupportedMediaError
from utils.ranges import if_none_match_hits

blueprint = Blueprint("captions", __name__, url_prefix="/api/videos")

_TAG = "Captions"
_NO_FILE = NoCaptionFileError("This is no caption file: send WebVTT, SubRip, ASS or TTML.")
_TOO_MANY = TooManyCuesError("The file is larger than the 2 MiB that are accepted.")
_NO_TRACK = CaptionsNotFoundError("The video has no such captions.")
_NO_TYPE = UnsupportedMediaError(f"Send captions as one of {', '.join(CONTENT_TYPES)}.")
_READING = (faults.VIDEO_NOT_FOUND, _NO_TRACK, faults.INVALID_QUERY, faults.LIST_DOWN, *faults.STORAGE)
_CHANGING = (*_READING, faults.RECORD_CHANGED)
_WRITERS = {"text/vtt": write_webvtt, "application/x-subrip": write_subrip, "text/plain": write_text}
_ENDINGS = {"text/vtt": "vtt", "application/x-subrip": "srt", "text/plain": "txt"}
_FILE = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Amina>Hello.\n"
_TEXT = {"type": "string"}
_VERSION = query("v", "The version, as a video's JSON has it: what it names can be kept for ever.", schema=_TEXT)


@blueprint.get("/<path:video_id>/captions/")
@blueprint.get("/<path:video_id>/captions")
@operation(
    tag=_TAG,
    curl='curl "$URL/api/videos/$ID/captions"',
    about="Subtitles inside the video's file are listed where they could become WebVTT, with the origin `embedded` "
    "and the kind `subtitles`, as long as no track that a person or a machine has made has the same language and kind. "
    "They can be read as the others, and not be deleted.",
    parameters=[VIDEO_ID],
    answers=[Answer(200, "The tracks.", schema=CaptionList, example=CaptionList(captions=(CAPTION,)))],
    faults=[faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, *faults.STORAGE],
)
def list_captions(video_id: str) -> Response:
    """The caption tracks of a video."""
    tracks = services().captions.captions.tracks(video_id, by=current_actor())
    return _fresh(show(CaptionList(captions=caption_messages(tracks))))


@blueprint.get("/<path:video_id>/captions/<language>")
@operation(
    tag=_TAG,
    curl='curl "$URL/api/videos/$ID/captions/en.srt"',
    about="As WebVTT, or as Accept or the ending says: `application/x-subrip` (`.srt`) or `text/plain` (`.txt`).",
    parameters=[VIDEO_ID, FILE, ANY_KIND, _VERSION],
    answers=[
        Answer(
            status=200,
            about="The file.",
            schema=_TEXT,
            content_type="text/vtt",
            also_as=("application/x-subrip", "text/plain"),
            example=_FILE,
            headers=["ETag"],
        ),
        Answer(304, "The client has this version.", headers=["ETag"]),
    ],
    faults=_READING,
)
def get_captions(video_id: str, language: str) -> Response:
    """A caption track as a file."""
    wanted = wanted_track(language)
    track, words = services().captions.captions.read(video_id, wanted.language, wanted.kind, by=current_actor())
    ending = _ENDINGS[wanted.content_type]
    etag = track.etag if ending == "vtt" else f'"{track.etag.strip(chr(34))}-{ending}"'
    for_ever = request.args.get("v") == track.etag.strip('"')
    headers = kept_by_version(etag, for_ever=for_ever) | {"Vary": "Accept"}
    if if_none_match_hits(request.headers.get("If-None-Match", ""), etag):
        return Response(status=304, headers=headers)
    return _file(words, wanted.content_type, headers=headers, name=f"{track.language}.{ending}")


@blueprint.put("/<path:video_id>/captions/<language>")
@operation(
    tag=_TAG,
    curl='curl -T film.srt -H "Content-Type: application/x-subrip" "$URL/api/videos/$ID/captions/en"',
    about="WebVTT, SubRip, ASS and TTML are read, at most 2 MiB and 20,000 cues; what a file is, its content tells. "
    "It is kept as WebVTT. Whatever was guessed, changed or left out is a warning, as is what the quality gate says. "
    "With If-Match, the track is `edited`, else `uploaded`. Without it, it is written over.",
    parameters=[VIDEO_ID, TRACK, KIND, LABEL, IF_MATCH, IF_NONE_MATCH],
    body=Body(_TEXT, "text/vtt", example=_FILE),
    answers=[
        Answer(
            200,
            "The track was written over.",
            schema=CaptionWritten,
            example=CaptionWritten(caption=CAPTION, warnings=(WARNING,)),
            headers=["ETag"],
        ),
        Answer(
            201,
            "There is a new track.",
            schema=CaptionWritten,
            example=CaptionWritten(caption=CAPTION, warnings=()),
            headers=["ETag"],
        ),
    ],
    faults=[*_CHANGING, _NO_FILE, _TOO_MANY, _NO_TYPE],
)
def put_captions(video_id: str, language: str) -> Response:
    """Write a caption track."""
    code, kind, label = asked_language(language), asked_kind() or CaptionKind.CAPTIONS, asked_label()
    if request.mimetype not in {"", "application/octet-stream", "application/xml", "text/xml", *CONTENT_TYPES}:
        raise _NO_TYPE
    try:
        with receiving():
            content = bytes(read_small(largest=LARGEST_FILE))
    except TooLargeError as error:
        raise TooManyCuesError(str(_TOO_MANY)) from error
    written = services().captions.captions.write(
        video_id, code, kind, content, label=label, condition=asked_condition(), by=current_actor()
    )
    response = show(
        CaptionWritten(caption=caption_message(written.track), warnings=written.findings),
        201 if written.is_new else 200,
    )
    response.headers["ETag"] = written.track.etag
    return _fresh(response)


@blueprint.delete("/<path:video_id>/captions/<language>")
@operation(
    tag=_TAG,
    curl='curl -X DELETE "$URL/api/videos/$ID/captions/en"',
    parameters=[VIDEO_ID, TRACK, KIND, IF_MATCH],
    answers=[Answer(204, "It is gone.")],
    faults=(*_CHANGING, faults.HELD),
)
def delete_captions(video_id: str, language: str) -> tuple[str, int]:
    """Delete a caption track."""
    code, kind = asked_language(language), asked_kind() or CaptionKind.CAPTIONS
    services().captions.captions.delete(video_id, code, kind, condition=asked_condition(), by=current_actor())
    return "", 204


@blueprint.get("/<path:video_id>/captions/<language>/check")
@operation(
    tag=_TAG,
    curl='curl "$URL/api/videos/$ID/captions/en/check"',
    about="Each warning names the cue by its place and, where one can be made, the cues that can be put in its place.",
    parameters=[VIDEO_ID, TRACK, ANY_KIND],
    answers=[Answer(200, "The warnings.", schema=CaptionCheck, example=CaptionCheck(warnings=(WARNING,)))],
    faults=_READING,
)
def check_captions(video_id: str, language: str) -> Response:
    """What the quality gate says of a caption track."""
    code, kind = asked_language(language), asked_kind()
    found = services().captions.captions.check(video_id, code, kind, by=current_actor())
    return _fresh(show(CaptionCheck(warnings=found)))


def _file(words: Words, content_type: str, *, headers: dict[str, str], name: str) -> Response:
    response = Response(_WRITERS[content_type](words), content_type=f"{content_type}; charset=utf-8", headers=headers)
    # It is words from strangers: whoever opens it by its address sees text, and nothing in it runs.
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if "download" in request.args:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response
