"""A film's accessibility: a score of 100, and what is missing to it.

It is made of what the indexes know without reading a track: which there are, who has made them, and what was said of
them when they were written. Whether text inside the picture can be read is not judged.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.accessibility.completeness import Stretch, left_out
from services.captions.track import CaptionKind, Origin, Track
from services.sign_tracks.track import SignTrack
from services.videos.made import NOTHING_MADE, Made


class Missing(StrEnum):
    """What a film lacks."""

    CAPTIONS = "captions"
    """Words for who does not hear."""
    CAPTIONS_CHECKED = "captions-checked"
    """A machine has made its captions, and nobody has looked."""
    CAPTIONS_COMPLETE = "captions-complete"
    """Something is heard for a long while, and nothing is written."""
    CAPTIONS_READABLE = "captions-readable"
    """The quality gate has something to say."""
    TRANSCRIPT = "transcript"
    """Words to read instead of the film."""
    SIGN_TRACK = "sign-track"
    DESCRIPTIONS = "descriptions"
    """Words for who does not see."""


_WORTH = {
    Missing.CAPTIONS: 20,
    Missing.CAPTIONS_CHECKED: 8,
    Missing.CAPTIONS_COMPLETE: 6,
    Missing.CAPTIONS_READABLE: 6,
    Missing.TRANSCRIPT: 10,
    Missing.SIGN_TRACK: 25,
    Missing.DESCRIPTIONS: 25,
}
_OF_A_PERSONS_CAPTIONS = (Missing.CAPTIONS_CHECKED, Missing.CAPTIONS_COMPLETE, Missing.CAPTIONS_READABLE)
_ONLY_HEARD = frozenset({*_WORTH} - {Missing.DESCRIPTIONS})


@dataclass(frozen=True, kw_only=True)
class JudgedCaptions:
    """The best captions of a film, and what is wrong with them."""

    track: Track
    warnings: int
    """What the quality gate has to say."""
    left_out: float
    """The most seconds in a row in which something is heard and nothing written; 0 where that is little."""

    @property
    def lacking(self) -> frozenset[Missing]:
        """What they lack. What nobody has judged yet is taken for good."""
        if self.track.origin is Origin.AUTO:
            return frozenset(_OF_A_PERSONS_CAPTIONS)
        found = {Missing.CAPTIONS_COMPLETE} if self.left_out else set()
        return frozenset(found | ({Missing.CAPTIONS_READABLE} if self.warnings else set()))


@dataclass(frozen=True, kw_only=True)
class Accessibility:
    """How accessible a film is."""

    score: int
    """Of 100."""
    missing: tuple[Missing, ...]
    """What would make it more, the most worth first."""
    captions: JudgedCaptions | None
    """Those that count; None where there are none, or none are needed."""


def accessibility_of(film: Made, *, words: Collection[Track], signs: Collection[SignTrack]) -> Accessibility:
    """The accessibility of a film with these tracks.

    One in which nothing is heard needs none that say what is: it has the points that these are worth.
    """
    is_heard = film.has_audio is not False
    captions = best_captions(words, duration=film.duration, silent=film.silent) if is_heard else None
    read = [each for each in words if each.kind is not CaptionKind.DESCRIPTIONS]
    lacking = {
        *([Missing.CAPTIONS, *_OF_A_PERSONS_CAPTIONS] if captions is None else captions.lacking),
        *([] if read else [Missing.TRANSCRIPT]),
        *([] if signs else [Missing.SIGN_TRACK]),
        *([] if any(each.kind is CaptionKind.DESCRIPTIONS for each in words) else [Missing.DESCRIPTIONS]),
    }
    asked = [each for each in Missing if is_heard or each not in _ONLY_HEARD]
    score = sum(worth for each, worth in _WORTH.items() if each not in lacking or each not in asked)
    told = [each for each in asked if each in lacking and _is_a_thing_to_do(each, captions)]
    return Accessibility(score=score, missing=tuple(sorted(told, key=lambda each: -_WORTH[each])), captions=captions)


def best_captions(
    words: Collection[Track], *, duration: float | None, silent: Sequence[Stretch]
) -> JudgedCaptions | None:
    """The captions that lack least: those in another language do for who reads it, and are no second thing to do."""

    def judged(track: Track) -> JudgedCaptions:
        known = track.judgement
        return JudgedCaptions(
            track=track,
            warnings=0 if known is None else known.warnings,
            left_out=0.0 if known is None else left_out(known, duration=duration, silent=silent),
        )

    found = [judged(each) for each in words if each.kind is CaptionKind.CAPTIONS]
    return min(found, key=lambda each: sum(_WORTH[one] for one in each.lacking), default=None)


def _is_a_thing_to_do(missing: Missing, captions: JudgedCaptions | None) -> bool:
    """Captions that are not there cannot be checked, and who checks a machine's sees the rest: one thing, not four."""
    if captions is None:
        return missing not in _OF_A_PERSONS_CAPTIONS
    is_auto = captions.track.origin is Origin.AUTO
    return not (is_auto and missing in {Missing.CAPTIONS_COMPLETE, Missing.CAPTIONS_READABLE})


NOTHING_THERE = accessibility_of(NOTHING_MADE, words=(), signs=())
"""The one of a film of which nothing is known and that has no tracks."""
