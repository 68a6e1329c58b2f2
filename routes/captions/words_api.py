"""What is said in a video, and its chapters, over HTTP."""

from typing import Any

from flask import Blueprint, Response, request

from routes.captions.messages import (
    ChapterMessage,
    ChaptersMessage,
    TranscriptLine,
    TranscriptMessage,
    chapter_messages,
    transcript_message,
)
from routes.captions.parameters import IF_MATCH, IF_NONE_MATCH, asked_language
from routes.http.actors import current_actor
from routes.http.conditions import asked_condition
from routes.http.messages import read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, query
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.wiring import services
from services.captions.chapters import Chapters, VideoChapter
from services.captions.errors import CaptionsNotFoundError, InvalidChaptersError
from services.captions.track import LANGUAGE
from services.captions.transcript import Transcript

blueprint = Blueprint("transcripts", __name__, url_prefix="/api/videos")

_TAG = "Captions"
_NO_TRANSCRIPT = CaptionsNotFoundError("Nothing of what is said in this video has been written down.")
_INVALID = InvalidChaptersError("A title has at most 100 characters.")
_SAID = TranscriptMessage(language="en", cues=(TranscriptLine(start=1.0, end=3.0, text="Hello.", speaker="Amina"),))
_CHAPTERS = ChaptersMessage(chapters=(ChapterMessage(start=0.0, title="Arrival"),))
_LARGEST = 512 * 1024
_READING = (faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, *faults.STORAGE)


@blueprint.get("/<path:video_id>/transcript")
@operation(
    tag=_TAG,
    curl='curl -H "Accept: text/plain" "$URL/api/videos/$ID/transcript?lang=en"',
    about="Of the captions in this language, or the subtitles where there are none; without `lang`, in the language "
    "that the video names, or the first that there is. As JSON, or as `text/plain`.",
    parameters=[VIDEO_ID, query("lang", "A language.", schema={"type": "string", "pattern": f"^{LANGUAGE}$"})],
    answers=[Answer(200, "What is said.", schema=TranscriptMessage, example=_SAID, also_as=("text/plain",))],
    faults=[*_READING, _NO_TRANSCRIPT],
)
def get_transcript(video_id: str) -> Response:
    """What is said in a video, with times."""
    text = request.args.get("lang")
    language = None if text is None else asked_language(text)
    found = services().captions.captions.transcript(video_id, language, by=current_actor())
    best = request.accept_mimetypes.best_match(["application/json", "text/plain"], default="application/json")
    if best == "text/plain":
        response = Response(_plain(found), content_type="text/plain; charset=utf-8")
        response.headers["X-Content-Type-Options"] = "nosniff"
    else:
        response = show(transcript_message(found))
    response.headers.update({"Cache-Control": "private, no-cache", "Vary": "Accept"})
    return response


@blueprint.get("/<path:video_id>/chapters")
@operation(
    tag=_TAG,
    curl='curl "$URL/api/videos/$ID/chapters"',
    parameters=[VIDEO_ID],
    answers=[Answer(200, "The chapters.", schema=ChaptersMessage, example=_CHAPTERS, headers=["ETag"])],
    faults=_READING,
)
def get_chapters(video_id: str) -> Response:
    """The chapters of a video."""
    return _shown(services().captions.chapters.read(video_id, by=current_actor()))


@blueprint.put("/<path:video_id>/chapters")
@operation(
    tag=_TAG,
    curl='curl -X PUT -H "Content-Type: application/json" '
    '-d \'{"chapters": [{"start": 0, "title": "Arrival"}]}\' "$URL/api/videos/$ID/chapters"',
    about="Of several that begin at one moment, the last is kept.",
    parameters=[VIDEO_ID, IF_MATCH, IF_NONE_MATCH],
    body=Body(ChaptersMessage, example=_CHAPTERS),
    answers=[Answer(200, "The chapters.", schema=ChaptersMessage, example=_CHAPTERS, headers=["ETag"])],
    faults=[*_READING, _INVALID, faults.RECORD_CHANGED, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA],
)
def put_chapters(video_id: str) -> Response:
    """Write the chapters of a video."""
    wish = read_message(ChaptersMessage, refuse=InvalidChaptersError, largest=_LARGEST)
    chapters = tuple(VideoChapter(start=each.start, title=each.title) for each in wish.chapters)
    written = services().captions.chapters.write(video_id, chapters, condition=asked_condition(), by=current_actor())
    return _shown(written)


def _shown(found: Chapters) -> Response:
    response = show(ChaptersMessage(chapters=chapter_messages(found.chapters)))
    headers: dict[str, Any] = {"Cache-Control": "no-cache"}
    response.headers.update(headers | ({"ETag": found.etag} if found.etag else {}))
    return response


def _plain(transcript: Transcript) -> str:
    lines, before = [], None
    for each in transcript.lines:
        lines.append(f"{each.speaker}: {each.text}" if each.speaker and each.speaker != before else each.text)
        before = each.speaker
    return "\n".join(lines) + "\n"
