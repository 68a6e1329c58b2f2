"""The captions and chapters of a film, cut along with a clip of it."""

import contextlib
import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from services.actors.actor import Actor
from services.captions.captions import Captions
from services.captions.chapters import ChapterStore, VideoChapter
from services.captions.cues import Words
from services.captions.errors import CaptionsNotFoundError, EditedCaptionsError
from services.captions.formats.webvtt import write_webvtt
from services.captions.track import Origin, Track
from services.errors import ReelgateError
from services.library.conditions import Condition
from services.library.errors import RecordChangedError
from services.storage.errors import StorageUnavailableError

log = logging.getLogger(__name__)

_ONLY_NEW = Condition(if_none_match="*")
_SHORTEST = 40
"""Milliseconds: of what ends sooner, nobody could read a word."""


def words_between(words: Words, begin: float, end: float) -> Words:
    """What is shown between the two moments, counted from the first."""
    first, last = round(begin * 1000), round(end * 1000)
    kept = tuple(
        replace(cue, start=max(cue.start, first) - first, end=min(cue.end, last) - first)
        for cue in words.cues
        if min(cue.end, last) - max(cue.start, first) >= _SHORTEST
    )
    return replace(words, cues=kept)


def carry_words(captions: Captions, film_id: str, clip_id: str, *, begin: float, end: float, by: Actor) -> None:
    """Give the clip the captions of its film; those that it has already stay, so this can be repeated.

    What cannot be carried is logged: a clip without captions is a clip. Raises `StorageUnavailableError`.
    """
    for track in captions.tracks(film_id, by=by):
        try:
            _carry(captions, track, clip_id, begin=begin, end=end, by=by)
        except (RecordChangedError, EditedCaptionsError, CaptionsNotFoundError):
            continue  # It is there already, or is there no more.
        except StorageUnavailableError:
            raise
        except ReelgateError as error:
            log.warning("the %s of %s were not cut along: %s", track.kind, clip_id, error)


def chapters_between(chapters: Sequence[VideoChapter], begin: float, end: float) -> tuple[VideoChapter, ...]:
    """What the film is about between the two moments, counted from the first."""
    starts = [*(each.start for each in chapters), math.inf]
    return tuple(
        replace(each, start=max(each.start - begin, 0.0))
        for each, (start, following) in zip(chapters, pairwise(starts), strict=True)
        if start < end and following > begin
    )


def carry_chapters(chapters: ChapterStore, film_id: str, clip_id: str, *, begin: float, end: float, by: Actor) -> None:
    """Give the clip the chapters of its film, unless it has some already."""
    within = chapters_between(chapters.read(film_id, by=by).chapters, begin, end)
    if within:
        with contextlib.suppress(RecordChangedError):
            chapters.write(clip_id, within, condition=_ONLY_NEW, by=by)


def _carry(captions: Captions, track: Track, clip_id: str, *, begin: float, end: float, by: Actor) -> None:
    _, words = captions.read(track.video_id, track.language, track.kind, by=by)
    words = words_between(words, begin, end)
    if not words.cues:
        return
    if track.origin is Origin.AUTO:
        captions.write_automatic(clip_id, track.language, track.kind, words, label=track.label, by=by)
        return
    content = write_webvtt(words).encode()
    captions.write(clip_id, track.language, track.kind, content, label=track.label, condition=_ONLY_NEW, by=by)
