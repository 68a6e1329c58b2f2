"""A video's accessibility as the API shows it."""

from collections.abc import Collection
from typing import Annotated

from msgspec import Meta, Struct

from services.accessibility.score import Missing, accessibility_of
from services.captions.track import Track
from services.sign_tracks.track import SignTrack
from services.videos.video import Video


class AccessibilityMessage(Struct, frozen=True, kw_only=True):
    """How accessible a video is, by the tracks that it has and what the quality gate has said of them."""

    score: Annotated[int, Meta(ge=0, le=100)]
    missing: Annotated[
        tuple[Missing, ...],
        Meta(
            description="What would make it more, the most worth first. captions-checked: a machine has made the "
            "captions; captions-complete: for half a minute something is heard, and nothing written; "
            "captions-readable: the quality gate warns. Sign tracks count as far as you may see them; a film without "
            "sound lacks no words."
        ),
    ]


def accessibility_message(
    video: Video, *, words: Collection[Track], signs: Collection[SignTrack]
) -> AccessibilityMessage:
    """The accessibility of a video with these tracks."""
    found = accessibility_of(video.made, words=words, signs=signs)
    return AccessibilityMessage(score=found.score, missing=found.missing)


ACCESSIBILITY = AccessibilityMessage(score=75, missing=(Missing.DESCRIPTIONS,))
"""The one of the examples."""
