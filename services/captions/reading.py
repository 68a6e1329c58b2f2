"""A file of captions as it comes in, made fit to be kept: whatever had to be guessed, changed or dropped is said."""

import re
from collections.abc import Callable
from dataclasses import replace

from services.captions.cues import LARGEST_FILE, MOST_CUES, CaptionWarning, Cue, Words, seconds
from services.captions.errors import NoCaptionFileError, TooManyCuesError
from services.captions.formats.ass import read_ass
from services.captions.formats.encoding import decoded
from services.captions.formats.heads import cleaned_head, cleaned_settings
from services.captions.formats.markup import cleaned
from services.captions.formats.ttml import read_ttml
from services.captions.formats.webvtt import read_subrip, read_webvtt

CONTENT_TYPES = (
    "text/vtt",
    "application/x-subrip",
    "text/x-ssa",
    "application/ttml+xml",
    "text/plain",
)
"""What captions may be sent as. What a file is, its content tells."""

TOLD_ONCE = 200
"""The most findings of one rule that are told."""

_BREAKS = re.compile(r"\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")
_EMPTY = "There are no captions in it that can be shown."
_LATEST = 1_000_000 * 1000


def read_captions(content: bytes) -> tuple[Words, list[CaptionWarning]]:
    """The cues of a file, safe to be shown.

    Raises `NoCaptionFileError` when it is none, and `TooManyCuesError` when there is more in it than can be kept.
    """
    if len(content) > LARGEST_FILE:
        raise TooManyCuesError("The file is larger than the 2 MiB that are accepted.")
    text, guessed = decoded(content)
    text = _BREAKS.sub("\n", text.lstrip("\ufeff"))
    words = _reader_of(text)(text)
    if len(words.cues) > MOST_CUES:
        raise TooManyCuesError(f"There are more than the {MOST_CUES:,} cues that are accepted.")
    words, findings = tidied(words)
    if guessed is not None:
        told = f"The file is not in UTF-8. It was read as {guessed}: look whether the letters are right."
        findings.insert(0, CaptionWarning(cue=None, at=0.0, rule="encoding", detail=told))
    return words, findings


def tidied(words: Words) -> tuple[Words, list[CaptionWarning]]:
    """The same without what cannot be shown or must not; raises `NoCaptionFileError` when nothing is left."""
    findings: list[CaptionWarning] = []
    heads = []
    for block in words.heads:
        kept, removed = cleaned_head(block)
        heads += [kept] if kept else []
        if removed:
            told = "Something above the first cue is neither a note, a style nor a region, and was removed."
            findings.append(CaptionWarning(cue=None, at=0.0, rule="removed", detail=told))
    cues = _tidied_cues(words.cues, findings)
    if not cues:
        raise NoCaptionFileError(_EMPTY)
    ordered = tuple(sorted(cues, key=lambda cue: cue.start))
    if ordered != tuple(cues):
        findings.append(
            CaptionWarning(cue=None, at=0.0, rule="order", detail="The cues were put in the order of their times.")
        )
    return Words(cues=ordered, heads=tuple(heads)), limited(findings)


def limited(findings: list[CaptionWarning]) -> list[CaptionWarning]:
    """The first of each rule: a file with a fault in every cue needs no list of all of them."""
    counts: dict[str, int] = {}
    kept = []
    for each in findings:
        counts[each.rule] = counts.get(each.rule, 0) + 1
        if counts[each.rule] <= TOLD_ONCE:
            kept.append(each)
    return kept


def _tidied_cues(cues: tuple[Cue, ...], findings: list[CaptionWarning]) -> list[Cue]:
    kept = []
    for number, cue in enumerate(cues, start=1):

        def say(rule: str, detail: str, *, number: int = number, at: int = cue.start) -> None:
            findings.append(CaptionWarning(cue=number, at=seconds(max(0, min(at, _LATEST))), rule=rule, detail=detail))

        if cue.end <= cue.start or cue.end <= 0 or cue.end > _LATEST:
            say("times", "The cue does not end after it begins, and was left out.")
            continue
        text, removed = cleaned(cue.text)
        if removed:
            say("removed", "Markup that captions do not have was removed.")
        if not text:
            say("empty", "Nothing is said in the cue, and it was left out.")
            continue
        if cue.start < 0:
            say("times", "The cue began before the film, and begins with it now.")
        # A line of an id must not look like one of times, nor begin a block of another kind.
        id_ = "" if "-->" in cue.id or cue.id.startswith(("NOTE", "STYLE", "REGION")) else cue.id
        kept.append(replace(cue, start=max(0, cue.start), text=text, id=id_, settings=cleaned_settings(cue.settings)))
    return kept


def _reader_of(text: str) -> Callable[[str], Words]:
    begins = text[:2000].lstrip()
    if re.match(r"WEBVTT(?:[ \t\n]|$)", begins):
        return read_webvtt
    if begins.startswith("<"):
        return read_ttml
    lowered = begins.lower()
    if lowered.startswith(("[script info]", "[events]", "[v4", "; ", "!:")) and "dialogue:" in text.lower():
        return read_ass
    if "->" in text:
        return read_subrip
    raise NoCaptionFileError("This is no caption file: send WebVTT, SubRip, ASS or TTML.")
