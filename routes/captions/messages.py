"""What the API says of captions: each struct writes the JSON and describes it."""

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import quote

from msgspec import Meta, Struct

from routes.http.openapi.parameters import AN_ID
from services.captions.chapters import LATEST, MOST_CHAPTERS, VideoChapter
from services.captions.cues import CaptionWarning, FixedCue, seconds
from services.captions.track import MAX_LABEL, CaptionKind, Origin, Track
from services.captions.transcript import Transcript
from utils.patterns import SOMETHING_VISIBLE


class CaptionMessage(Struct, frozen=True, kw_only=True):
    """A track of words beside a video."""

    language: Annotated[str, Meta(description="As BCP 47 writes it; `und` where a film does not say it.")]
    kind: CaptionKind
    label: Annotated[str, Meta(description="What people call it; may be empty.")]
    origin: Annotated[
        Origin,
        Meta(
            description="auto: made by a machine; edited: written over by a person; uploaded: brought in; "
            "embedded: part of the film's file, as long as no other track has its language and kind."
        ),
    ]
    url: Annotated[str, Meta(description="Where it is, relative to the server; another for each version.")]
    etag: Annotated[str, Meta(description="Its version. Send it back as If-Match.")]


class CaptionList(Struct, frozen=True, kw_only=True):
    """The tracks of a video."""

    captions: tuple[CaptionMessage, ...]


class CaptionWritten(Struct, frozen=True, kw_only=True):
    """A track that was written, and what could be better about it."""

    caption: CaptionMessage
    warnings: tuple[CaptionWarning, ...]


class CaptionCheck(Struct, frozen=True, kw_only=True):
    """What the quality gate says of a track."""

    warnings: tuple[CaptionWarning, ...]


class TranscriptLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said at one moment."""

    start: Annotated[float, Meta(description="In seconds.")]
    end: float
    text: Annotated[str, Meta(description="Without markup.")]
    speaker: Annotated[str | None, Meta(description="Who says it, where that is named.")] = None


class TranscriptMessage(Struct, frozen=True, kw_only=True):
    """What is said in a film."""

    language: str
    cues: tuple[TranscriptLine, ...]


class ChapterMessage(Struct, frozen=True, kw_only=True):
    """A part of a film."""

    start: Annotated[float, Meta(description="In seconds.", extra_json_schema={"minimum": 0, "maximum": LATEST})]
    title: Annotated[
        str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_LABEL, "pattern": SOMETHING_VISIBLE})
    ]


class ChaptersMessage(Struct, frozen=True, kw_only=True):
    """The parts of a film, by their starts."""

    chapters: Annotated[tuple[ChapterMessage, ...], Meta(extra_json_schema={"maxItems": MOST_CHAPTERS})]


def caption_message(track: Track) -> CaptionMessage:
    """A track as the API shows it."""
    etag = track.etag.strip('"')
    kind = "" if track.kind is CaptionKind.CAPTIONS else f"kind={track.kind.value}&"
    return CaptionMessage(
        language=track.language,
        kind=track.kind,
        label=track.label,
        origin=track.origin,
        url=f"/api/videos/{quote(track.video_id)}/captions/{track.language}?{kind}v={quote(etag)}",
        etag=etag,
    )


def caption_messages(tracks: Iterable[Track]) -> tuple[CaptionMessage, ...]:
    """Several of them."""
    return tuple(map(caption_message, tracks))


def transcript_message(transcript: Transcript) -> TranscriptMessage:
    """A transcript as the API shows it."""
    lines = (
        TranscriptLine(start=seconds(each.start), end=seconds(each.end), text=each.text, speaker=each.speaker)
        for each in transcript.lines
    )
    return TranscriptMessage(language=transcript.language, cues=tuple(lines))


def chapter_messages(chapters: Iterable[VideoChapter]) -> tuple[ChapterMessage, ...]:
    """Chapters as the API shows them."""
    return tuple(ChapterMessage(start=each.start, title=each.title) for each in chapters)


CAPTION = CaptionMessage(
    language="en",
    kind=CaptionKind.CAPTIONS,
    label="English",
    origin=Origin.UPLOADED,
    url=f"/api/videos/{AN_ID}/captions/en?v=0x8DD0A1B2C3D4E5F",
    etag="0x8DD0A1B2C3D4E5F",
)
"""The track of the examples."""

WARNING = CaptionWarning(
    cue=3,
    at=12.5,
    rule="too-short",
    detail="It is shown for 0.40 seconds; less than 0.83 is easily missed.",
    fix=(FixedCue(start=12.5, end=13.333, text="<v Amina>Yes."),),
)
"""The warning of the examples."""
