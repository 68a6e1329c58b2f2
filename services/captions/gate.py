"""The quality gate: what makes captions hard to read, with a fix wherever one can be made without knowing the film.

A fix takes the place of its one cue and leaves all others as they are, so that several can be applied in any order.
Each cue is looked at beside the next, once.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from services.captions.cues import CaptionWarning, Cue, FixedCue, Words, seconds
from services.captions.formats.markup import plain, speaker, without_doubts
from services.captions.reading import limited

SHORTEST, LONGEST = 833, 7000
"""Milliseconds that a cue is shown: five sixths of a second to seven seconds."""
LEAST_GAP = 80
"""Two frames of a film with 25 in a second, in milliseconds: a shorter gap flickers."""

_NAMED = re.compile(r"(?:^|\n)\s*(?:[-\u2013\u2014]\s*\S|>>|[^\W\d_][\w .'-]{0,30}:\s)|\(\w[^()]{0,40}\)\s")
_SOUND = re.compile(r"[\[(\u266a\u266b\uff08]|\*[^*\n]{1,60}\*")
_ENOUGH = 8
"""Cues from which on a track is expected to name speakers and sounds."""


@dataclass(frozen=True, kw_only=True)
class CaptionLimits:
    """What an administrator can set."""

    line: int = 42
    """Characters in a line."""
    lines: int = 2
    speed: int = 20
    """Characters a second."""


USUAL = CaptionLimits()


def check(
    words: Words, *, kind: str, duration: float | None = None, limits: CaptionLimits = USUAL
) -> list[CaptionWarning]:
    """All that the gate has to say; `duration` is the film's, in seconds."""
    found: list[CaptionWarning] = []
    cues = words.cues
    following: Sequence[Cue | None] = [*cues[1:], None] if cues else []
    end = None if duration is None else round(duration * 1000)
    for number, (cue, after) in enumerate(zip(cues, following, strict=True), start=1):
        found += _of_cue(number, cue, after, limits)
        if end is not None and cue.start >= end + LEAST_GAP:
            found.append(_finding(number, cue, "past-end", f"The film is over after {end / 1000:.1f} seconds."))
    if kind == "captions":
        found += _of_track(words)
    return limited(found)


def _of_cue(number: int, cue: Cue, after: Cue | None, limits: CaptionLimits) -> Iterator[CaptionWarning]:
    told = plain(cue.text)
    lines = told.split("\n")
    # Until when it could be shown without meeting the next.
    room = cue.start + LONGEST if after is None else min(after.start, cue.start + LONGEST)
    if (longest := max(map(len, lines))) > limits.line:
        detail = f"A line has {longest} characters; {limits.line} are easy to read."
        yield _finding(number, cue, "line-length", detail, _wrapped(cue, limits))
    if len(lines) > limits.lines:
        detail = f"There are {len(lines)} lines; {limits.lines} leave the picture free."
        yield _finding(number, cue, "lines", detail, _wrapped(cue, limits))
    length, count = cue.end - cue.start, sum(map(len, lines))
    if count * 1000 > limits.speed * length:
        wanted = cue.start + -(-count * 1000 // limits.speed)
        detail = f"{count * 1000 / length:.0f} characters a second; {limits.speed} can be read."
        yield _finding(number, cue, "speed", detail, _until(cue, wanted) if wanted <= room else None)
    if length < SHORTEST:
        wanted = cue.start + SHORTEST
        detail = f"It is shown for {length / 1000:.2f} seconds; less than 0.83 is easily missed."
        yield _finding(number, cue, "too-short", detail, _until(cue, wanted) if wanted <= room else None)
    if length > LONGEST:
        detail = f"It is shown for {length / 1000:.1f} seconds; after 7 people read it again."
        yield _finding(number, cue, "too-long", detail, _shortened(cue, limits))
    if after is not None and after.start > cue.start:
        gap = after.start - cue.end
        if gap < 0:
            detail = "It is still shown when the next begins."
            yield _finding(number, cue, "overlap", detail, _until(cue, after.start))
        elif 0 < gap < LEAST_GAP:
            detail = f"The gap before the next, {gap} ms, flickers: less than two frames."
            yield _finding(number, cue, "gap", detail, _until(cue, after.start))
    elif after is not None:
        yield _finding(number, cue, "overlap", "The next begins at the same moment.")


def _of_track(words: Words) -> Iterator[CaptionWarning]:
    if len(words.cues) < _ENOUGH:
        return
    told = [plain(cue.text) for cue in words.cues]
    if not any(speaker(cue.text) for cue in words.cues) and not any(_NAMED.search(each[:500]) for each in told):
        detail = "Nobody who speaks is named. Begin with a name, or a dash where another begins."
        yield CaptionWarning(cue=None, at=0.0, rule="speakers", detail=detail)
    if not any(_SOUND.search(each[:500]) for each in told):
        yield CaptionWarning(
            cue=None, at=0.0, rule="sounds", detail="No sound is described, such as [door closes] or ♪."
        )


def _finding(number: int, cue: Cue, rule: str, detail: str, fix: tuple[FixedCue, ...] | None = None) -> CaptionWarning:
    return CaptionWarning(cue=number, at=seconds(cue.start), rule=rule, detail=detail, fix=fix)


def _fixed(cue: Cue) -> FixedCue:
    return FixedCue(start=seconds(cue.start), end=seconds(cue.end), text=cue.text)


def _until(cue: Cue, end: int) -> tuple[FixedCue, ...]:
    return (_fixed(replace(cue, end=end)),)


def _shortened(cue: Cue, limits: CaptionLimits) -> tuple[FixedCue, ...]:
    """Two cues where there is something to read in each, else one that ends earlier."""
    if "<" not in without_doubts(cue.text) and len(cue.text.split()) > 8:
        parts = _parts(cue.text, limits, at_least=2)
        if parts is not None:
            return _in_turn(cue, parts)
    return _until(cue, cue.start + LONGEST)


def _wrapped(cue: Cue, limits: CaptionLimits) -> tuple[FixedCue, ...] | None:
    """The words in lines that are short enough, in as many cues as that takes; None where tags stand among them."""
    name = speaker(cue.text)
    # A voice at the beginning goes on in each cue.
    voice = cue.text[: cue.text.index(">") + 1] if name and cue.text.startswith("<v") else ""
    words = cue.text[len(voice) :].removesuffix("</v>")
    # A mark of a word stays on that word wherever the line breaks.
    parts = None if "<" in without_doubts(words) else _parts(words, limits)
    return None if parts is None else _in_turn(cue, [voice + part for part in parts])


def _parts(words: str, limits: CaptionLimits, *, at_least: int = 1) -> list[str] | None:
    lines = _lines(words.split(), limits.line)
    if lines is None or len(lines) > 20 * limits.lines:
        return None
    count = max(at_least, -(-len(lines) // limits.lines))
    if count == 1 and len(lines) == 2:
        return ["\n".join(_balanced(words.split(), limits.line) or lines)]
    each = -(-len(lines) // count)
    return ["\n".join(lines[at : at + each]) for at in range(0, len(lines), each)]


def _lines(words: Sequence[str], longest: int) -> list[str] | None:
    """Words in lines; None where one of them is too long by itself."""
    lines: list[str] = []
    for word in words:
        if len(plain(word)) > longest:
            return None
        if lines and len(plain(lines[-1])) + 1 + len(plain(word)) <= longest:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _balanced(words: Sequence[str], longest: int) -> list[str] | None:
    """Two lines of about the same length, where both are short enough."""
    pairs = ([" ".join(words[:at]), " ".join(words[at:])] for at in range(1, len(words)))
    fitting = [pair for pair in pairs if max(map(len, map(plain, pair))) <= longest]
    return min(fitting, key=lambda pair: abs(len(plain(pair[0])) - len(plain(pair[1]))), default=None)


def _in_turn(cue: Cue, texts: Sequence[str]) -> tuple[FixedCue, ...]:
    """One cue after the other in the time of one, each for as long as its words take of all."""
    lengths = [len(plain(text)) for text in texts]
    marks, passed = [cue.start], 0
    for length in lengths:
        passed += length
        marks.append(cue.start + round((cue.end - cue.start) * passed / max(1, sum(lengths))))
    return tuple(
        _fixed(replace(cue, start=begin, end=end, text=text))
        for (begin, end), text in zip(pairwise(marks), texts, strict=True)
    )
