"""What the API says of drafts of captions."""

from typing import Annotated

from msgspec import Meta, Struct

from routes.captions.messages import CAPTION, WARNING, CaptionMessage, caption_message
from services.captions.cues import MOST_CUES, CaptionWarning, Cue, Words, seconds
from services.captions.draft_record import CaptionDraft
from services.captions.drafts import OpenedDraft, SavedDraft

_LATEST = 1_000_000
_Seconds = Annotated[float, Meta(ge=0, le=_LATEST, description="In seconds.")]
_Etag = Annotated[str, Meta(max_length=200)]


class DraftCue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A cue that somebody is working on; it may say nothing yet, and end before it begins."""

    start: _Seconds
    end: _Seconds
    text: Annotated[
        str,
        Meta(
            max_length=20_000,
            description="In the markup of WebVTT. `<c.low>word</c>` is a word that recognition was not sure of.",
        ),
    ]
    id: Annotated[str, Meta(max_length=200)] = ""
    settings: Annotated[str, Meta(max_length=1000, description="Where it is shown, as WebVTT writes that.")] = ""


class DraftWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft as it is to be kept."""

    cues: Annotated[tuple[DraftCue, ...], Meta(max_length=MOST_CUES)]
    heads: Annotated[
        tuple[Annotated[str, Meta(max_length=100_000)], ...],
        Meta(max_length=200, description="Blocks of WebVTT above the first cue: notes, styles, regions."),
    ] = ()
    based_on: Annotated[
        _Etag | None, Meta(description="The `etag` of the track that it was begun from; null where there was none.")
    ] = None


class DraftMessage(Struct, frozen=True, kw_only=True):
    """What an editor begins with."""

    cues: tuple[DraftCue, ...]
    heads: tuple[str, ...]
    based_on: Annotated[
        str | None,
        Meta(description="Where it is not the track's `etag`, somebody else has published since."),
    ]
    etag: Annotated[str | None, Meta(description="The draft's version; null where none is kept yet.")]
    saved_at: Annotated[str | None, Meta(extra_json_schema={"format": "date-time"})]
    track: Annotated[CaptionMessage | None, Meta(description="The track as it is now; null where there is none.")]
    warnings: tuple[CaptionWarning, ...]


class DraftSaved(Struct, frozen=True, kw_only=True):
    """A draft that was kept."""

    etag: Annotated[str, Meta(description="The draft's version. Send it back as If-Match.")]
    warnings: tuple[CaptionWarning, ...]


class CheckWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cues to be looked at, in their order."""

    cues: Annotated[tuple[DraftCue, ...], Meta(max_length=MOST_CUES)]


def draft_message(opened: OpenedDraft) -> DraftMessage:
    """A draft as the API shows it."""
    draft = opened.draft
    cues = (
        DraftCue(start=seconds(each.start), end=seconds(each.end), text=each.text, id=each.id, settings=each.settings)
        for each in draft.words.cues
    )
    return DraftMessage(
        cues=tuple(cues),
        heads=draft.words.heads,
        based_on=draft.based_on,
        etag=None if opened.etag is None else opened.etag.strip('"'),
        saved_at=None if draft.saved_at is None else draft.saved_at.isoformat(timespec="seconds"),
        track=None if opened.track is None else caption_message(opened.track),
        warnings=opened.warnings,
    )


def saved_message(saved: SavedDraft) -> DraftSaved:
    """What the API answers once a draft is kept."""
    return DraftSaved(etag=saved.etag.strip('"'), warnings=saved.warnings)


def draft_of(wish: DraftWish) -> CaptionDraft:
    """A draft as it was sent."""
    return CaptionDraft(words=Words(cues=cues_of(wish.cues), heads=wish.heads), based_on=wish.based_on)


def cues_of(cues: tuple[DraftCue, ...]) -> tuple[Cue, ...]:
    """Cues as they were sent."""
    return tuple(
        Cue(
            start=round(each.start * 1000),
            end=round(each.end * 1000),
            text=each.text,
            id=each.id,
            settings=each.settings,
        )
        for each in cues
    )


CUE = DraftCue(start=12.5, end=12.9, text="<v Amina>Yes, <c.low>Harwich</c>.")
"""The cue of the examples."""
DRAFT = DraftMessage(
    cues=(CUE,),
    heads=(),
    based_on=CAPTION.etag,
    etag="0x8DD0A1B2C3D4E60",
    saved_at="2026-01-02T03:04:05+00:00",
    track=CAPTION,
    warnings=(WARNING,),
)
"""The draft of the examples."""
