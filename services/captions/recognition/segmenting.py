"""Words become captions as the quality gate wants them: short enough to be read, broken where people pause.

Of all ways to divide what is said between two long pauses, the one that costs the least is taken; what costs how much
stands in `_BreakCosts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.captions.cues import Cue, Words
from services.captions.formats.markup import escaped
from services.captions.gate import LEAST_GAP, LONGEST, SHORTEST, USUAL, CaptionLimits
from services.captions.recognition.engine import LOW_CONFIDENCE, Word

LOW = "low"
"""The class of a word of which the engine was not sure: `<c.low>word</c>`."""

_LONG_PAUSE = 1500
"""Milliseconds of silence over which no caption goes on."""
_PAUSE = 300
_MOST_TOGETHER = 60
"""Words in a caption, of whatever length; only what is no language has more."""
_ENDS = (".", "?", "!", "\u2026", "\u3002", "\uff1f", "\uff01")
_HALVES = (",", ";", ":", "\u2014", "\u2013", "\u3001", "\uff0c", "\uff1b", "\uff1a")
"""What ends a sentence, and a part of one; in Chinese and Japanese too."""
_CLOSING = "\"'\u201d\u2019\u00bb)]"


@dataclass(frozen=True, slots=True)
class _BreakCosts:
    """What makes a division worse."""

    caption: float = 1.0
    """That there is one more."""
    inside_sentence: float = 5.0
    """A break where nobody pauses and no punctuation stands."""
    at_half: float = 1.5
    """A break at a comma."""
    pause: float = 2.0
    """What a pause takes away from the cost of a break."""
    end_inside: float = 2.0
    """A sentence that ends, and is followed by another in the same caption."""
    pause_inside: float = 1.5
    unreadable: float = 40.0
    """A caption that can be read half as fast as it is said; less or more in proportion."""
    too_short: float = 8.0
    too_long: float = 60.0
    few_letters: float = 1.0


_COSTS = _BreakCosts()
_FEW_LETTERS = 12


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A word with its times in milliseconds."""

    start: int
    end: int
    text: str
    """As it was heard, with the space before it."""
    is_sure: bool

    @property
    def ends_sentence(self) -> bool:
        return self.text.rstrip(_CLOSING).endswith(_ENDS)

    @property
    def ends_half(self) -> bool:
        return self.text.rstrip(_CLOSING).endswith(_HALVES)


def captions_of(words: Sequence[Word], *, limits: CaptionLimits = USUAL) -> Words:
    """The captions that say these words; none where there are no words."""
    spoken = _in_order(words)
    groups = [group for part in _parts(spoken) for group in _divided(part, limits)]
    cues = []
    for at, group in enumerate(groups):
        following = groups[at + 1][0].start if at + 1 < len(groups) else None
        cues.append(_cue(group, following, limits))
    return Words(cues=tuple(cues))


def _in_order(words: Sequence[Word]) -> list[_Spoken]:
    """One after the other, and none before the last has begun: engines overlap words by some milliseconds."""
    spoken: list[_Spoken] = []
    for word in sorted(words, key=lambda each: each.start):
        text = " ".join(word.text.split())
        if not text:
            continue
        start = max(0, round(word.start * 1000), spoken[-1].start + 1 if spoken else 0)
        if spoken and spoken[-1].end > start:
            spoken[-1] = _Spoken(spoken[-1].start, start, spoken[-1].text, spoken[-1].is_sure)
        space = " " if word.text[:1].isspace() else ""
        end = max(start + 1, round(word.end * 1000))
        spoken.append(_Spoken(start, end, space + text, word.confidence >= LOW_CONFIDENCE))
    return spoken


def _parts(spoken: Sequence[_Spoken]) -> list[list[_Spoken]]:
    """What is said between two long pauses."""
    parts: list[list[_Spoken]] = []
    for word in spoken:
        if parts and word.start - parts[-1][-1].end < _LONG_PAUSE:
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def _divided(part: Sequence[_Spoken], limits: CaptionLimits) -> list[Sequence[_Spoken]]:
    """The part in captions, at the least cost."""
    count = len(part)
    best, before = [0.0] + [float("inf")] * count, [0] * (count + 1)
    for begin in range(count):
        fitting, inside = _Fitting(limits), 0.0
        for end in range(begin + 1, min(count, begin + _MOST_TOGETHER) + 1):
            if not fitting.add(part[end - 1].text) and end > begin + 1:
                break
            if end > begin + 1:
                inside += _cost_inside(part[end - 2], part[end - 1])
            cost = best[begin] + inside + _cost(part, begin, end, letters=fitting.letters, limits=limits)
            if cost < best[end]:
                best[end], before[end] = cost, begin
    groups, end = [], count
    while end:
        groups.append(part[before[end] : end])
        end = before[end]
    return groups[::-1]


class _Fitting:
    """Whether words still fit into the lines of one caption."""

    def __init__(self, limits: CaptionLimits) -> None:
        self.letters = 0
        self._limits = limits
        self._lines, self._room = 0, 0

    def add(self, text: str) -> bool:
        length = len(text)
        if self._room >= length and self._lines:
            self._room -= length
        else:
            length = len(text.lstrip())
            self._lines += 1
            self._room = self._limits.line - length
        self.letters += length
        return self._lines <= self._limits.lines


def _cost_inside(word: _Spoken, following: _Spoken) -> float:
    """What it costs to have both in one caption."""
    cost = _COSTS.end_inside if word.ends_sentence else 0.0
    return cost + (_COSTS.pause_inside if following.start - word.end >= 2 * _PAUSE else 0.0)


def _cost(part: Sequence[_Spoken], begin: int, end: int, *, letters: int, limits: CaptionLimits) -> float:
    first, last = part[begin], part[end - 1]
    cost = _COSTS.caption
    length = last.end - first.start
    room = LONGEST
    if end < len(part):
        following = part[end]
        room = following.start - first.start
        if not last.ends_sentence:
            broken = _COSTS.at_half if last.ends_half else _COSTS.inside_sentence
            cost += max(0.0, broken - (_COSTS.pause if following.start - last.end >= _PAUSE else 0.0))
    else:
        room += _LONG_PAUSE
    shown = min(room, LONGEST)
    wanted = letters * 1000 / limits.speed
    cost += _COSTS.unreadable * max(0.0, wanted / max(shown, 1) - 1.0)
    cost += _COSTS.too_short if shown < SHORTEST else 0.0
    cost += _COSTS.too_long if length > LONGEST else 0.0
    return cost + (_COSTS.few_letters if letters < _FEW_LETTERS else 0.0)


def _cue(group: Sequence[_Spoken], following: int | None, limits: CaptionLimits) -> Cue:
    """The caption, shown for as long as it takes to read it where the next leaves time for that."""
    start, last = group[0].start, group[-1].end
    letters = sum(len(word.text) for word in group)
    end = min(max(last, start + SHORTEST, start + -(-letters * 1000 // limits.speed)), start + LONGEST)
    if following is not None and end > following - LEAST_GAP:
        end = following  # A shorter gap would flicker.
    return Cue(start=start, end=end, text=_text(group, limits))


def _text(group: Sequence[_Spoken], limits: CaptionLimits) -> str:
    """In lines of about the same length, the break at punctuation where that is near."""
    first = [word.text.lstrip() for word in group[:1]]
    texts = [*first, *(word.text for word in group[1:])]
    whole = len("".join(texts))
    breaks = {0}
    if whole > limits.line and limits.lines > 1 and len(group) > 1:
        breaks |= _breaks(group, texts, limits)
    marked = []
    for at, (word, text) in enumerate(zip(group, texts, strict=True)):
        told = escaped(text.strip())
        told = told if word.is_sure else f"<c.{LOW}>{told}</c>"
        space = "\n" if at in breaks and at else (" " if text[:1] == " " else "")
        marked.append(space + told)
    return "".join(marked)


def _breaks(group: Sequence[_Spoken], texts: Sequence[str], limits: CaptionLimits) -> set[int]:
    """Before which words a line ends: two balanced lines where that fits, else full ones."""
    lengths = [len(text) for text in texts]
    total, passed, found = sum(lengths), 0, []
    for at in range(1, len(texts)):
        passed += lengths[at - 1]
        longest = max(passed, total - passed - (texts[at][:1] == " "))
        if longest <= limits.line:
            nice = group[at - 1].ends_sentence or group[at - 1].ends_half
            found.append((longest - (8 if nice else 0), at))
    if found:
        return {min(found)[1]}
    breaks, room = set(), limits.line - lengths[0]
    for at in range(1, len(texts)):
        if lengths[at] > room:
            breaks.add(at)
            room = limits.line - len(texts[at].lstrip())
        else:
            room -= lengths[at]
    return breaks
