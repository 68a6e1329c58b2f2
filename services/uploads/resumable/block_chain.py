"""Which staged blocks of a resumable upload count, and how far they reach without a gap.

Storage keeps uncommitted blocks as an unordered heap that nobody can read. The id of a block therefore says where
its first byte belongs and which generation wrote it: a new generation begins whenever an earlier writer did not end
cleanly, so that whatever that writer may still send can never be taken for a part of the file.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_ID = re.compile(r"([0-9a-f]{6})-([0-9a-f]{13})")


@dataclass(frozen=True)
class Segment:
    """From the offset `start` on, up to the next segment's, the blocks of one generation count."""

    generation: int
    start: int


@dataclass(frozen=True)
class Chain:
    """The blocks that follow one another from the first byte on."""

    block_ids: tuple[str, ...]
    end: int
    """The offset behind the last of them."""


def block_id(generation: int, offset: int) -> str:
    """The id of a block; all have one length, as Azure asks for."""
    return f"{generation:06x}-{offset:013x}"


def follow(staged: Mapping[str, int], segments: Sequence[Segment]) -> Chain:
    """Follow the staged blocks (id and size) from byte 0 to the first gap."""
    sizes = {place: size for name, size in staged.items() if (place := _place(name)) is not None}
    ids: list[str] = []
    at = 0
    for segment, following in zip(segments, [*segments[1:], None], strict=True):
        if at != segment.start:
            break  # Blocks of an earlier segment are gone, so what follows them is no use.
        limit = None if following is None else following.start
        while (limit is None or at < limit) and (size := sizes.get((segment.generation, at))):
            ids.append(block_id(segment.generation, at))
            at += size
    return Chain(tuple(ids), at)


def begin_generation(segments: Sequence[Segment], *, at: int) -> tuple[Segment, ...]:
    """The segments after which a new generation writes from the offset `at` on."""
    newest = max((segment.generation for segment in segments), default=0)
    return (*(segment for segment in segments if segment.start < at), Segment(newest + 1, at))


def _place(name: str) -> tuple[int, int] | None:
    match = _ID.fullmatch(name)
    return (int(match[1], 16), int(match[2], 16)) if match else None
