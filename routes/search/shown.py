"""Moments as the list shows them: a part of what is said, in which the words that were searched for are marked."""

from dataclasses import dataclass

from flask import url_for

from services.captions.search import SpokenMoment
from services.videos.video import Video
from utils.search_words import marked, words

_LONGEST = 240
"""Letters of one moment. Lines of captions are shorter; those of other files need not be."""
_BEFORE = 60
"""Letters that are shown before the first of the words, where not all are."""


@dataclass(frozen=True, kw_only=True)
class ShownMoment:
    """One moment."""

    video: Video
    seconds: float
    language: str
    parts: tuple[tuple[str, bool], ...]
    """What is said, and which of it was searched for."""

    @property
    def address(self) -> str:
        """The video's page, which opens there: by the server's word without scripts, and by the browser's own."""
        at = f"{self.seconds:g}" if self.seconds < 1e5 else f"{self.seconds:.3f}"
        return url_for("watch.page", video_id=self.video.id, t=at, _anchor=f"t={at}")


def shown_moment(found: SpokenMoment, asked: str) -> ShownMoment:
    """A moment that was found by this question."""
    return ShownMoment(
        video=found.video,
        seconds=found.line.start / 1000,
        language=found.line.language,
        parts=tuple(_shortened(marked(found.line.text, words(asked)))),
    )


def _shortened(parts: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    if sum(len(text) for text, _ in parts) <= _LONGEST:
        return parts
    text, is_hit = parts[0]
    if not is_hit and len(text) > _BEFORE:
        parts = [("…" + text[-_BEFORE:], False), *parts[1:]]
    kept, room = list[tuple[str, bool]](), _LONGEST
    for text, is_hit in parts:
        kept.append((text[:room], is_hit))
        room -= len(text)
        if room <= 0:
            return [*kept, ("…", False)]
    return kept
