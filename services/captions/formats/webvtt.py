"""WebVTT and SubRip: blocks of lines with a line of times. Both are read as forgivingly as players read them."""

from collections.abc import Iterator

from services.captions.cues import Cue, Words
from services.captions.formats.markup import basic, plain, speaker, without_overrides
from services.captions.formats.times import TIMING, milliseconds, written

_FAR = 100


def read_webvtt(text: str) -> Words:
    """Cues and what stands above them, as they are in the file."""
    heads: list[str] = []
    cues: list[Cue] = []
    for number, block in enumerate(_blocks(text)):
        at = next((index for index, line in enumerate(block[:2]) if "-->" in line), None)
        match = None if at is None else TIMING.fullmatch(block[at])
        if match is not None and at is not None:
            cues.append(
                Cue(
                    start=_moment(match[1]),
                    end=_moment(match[2]),
                    text="\n".join(block[at + 1 :]),
                    id=block[0].strip()[:_FAR] if at else "",
                    settings=match[3] or "",
                )
            )
        elif number and not cues and block[0].startswith(("NOTE", "STYLE", "REGION")):
            heads.append("\n".join(block))
    return Words(cues=tuple(cues), heads=tuple(heads))


def read_subrip(text: str) -> Words:
    """Cues of a file whose words may hold empty lines: they go on until the next line of times."""
    cues: list[Cue] = []
    times: tuple[int, int] | None = None
    words: list[str] = []

    def end(*, before_times: bool) -> None:
        if times is None:
            return
        while words and not words[-1].strip():
            words.pop()
        if before_times and words and words[-1].strip().isdecimal() and (len(words) == 1 or not words[-2].strip()):
            words.pop()  # It is the number of the next cue.
        told, settings = without_overrides("\n".join(words))
        cues.append(Cue(start=times[0], end=times[1], text=told, settings=settings))

    for line in text.split("\n"):
        match = TIMING.fullmatch(line) if "->" in line else None
        if match is None:
            words.append(line)
            continue
        end(before_times=True)
        times, words = (_moment(match[1]), _moment(match[2])), []
    end(before_times=False)
    return Words(cues=tuple(cues))


def write_webvtt(words: Words) -> str:
    """The file as it is kept and sent."""
    blocks = ["WEBVTT", *words.heads]
    for cue in words.cues:
        timing = f"{written(cue.start)} --> {written(cue.end)}"
        lines = [cue.id] if cue.id else []
        blocks.append("\n".join([*lines, f"{timing} {cue.settings}".rstrip(), cue.text]))
    return "\n\n".join(blocks) + "\n"


def write_subrip(words: Words) -> str:
    """The track for players that know no WebVTT: who speaks stands before the words."""
    blocks = []
    for number, cue in enumerate(words.cues, start=1):
        name = speaker(cue.text)
        told = f"{name}: {basic(cue.text)}" if name else basic(cue.text)
        times = f"{written(cue.start, point=',')} --> {written(cue.end, point=',')}"
        blocks.append(f"{number}\n{times}\n{told.replace('-->', '->')}\n")
    return "\n".join(blocks)


def write_text(words: Words) -> str:
    """What is said, a line for each cue, with a name where another speaks."""
    lines, before = [], None
    for cue in words.cues:
        name, told = speaker(cue.text), " ".join(plain(cue.text).split())
        lines.append(f"{name}: {told}" if name and name != before else told)
        before = name
    return "\n".join(lines) + "\n"


def _blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            # Some files leave out the empty line before a cue.
            if "-->" in line and any("-->" in each for each in block):
                yield block
                block = []
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _moment(text: str) -> int:
    return milliseconds(text) or 0
