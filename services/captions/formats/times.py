"""Moments as the files write them, read tolerantly, and written as each format has them."""

import re

_TIME = r"-?(?:\d{1,6}:)?\d{1,2}:\d{1,2}(?:[.,:]\d{1,6})?"
TIMING = re.compile(rf"[ \t]*({_TIME})[ \t]*-{{1,2}}>[ \t]*({_TIME})(?:[ \t]+(.*))?[ \t]*")
"""The line of a cue's times: from, to, and what stands behind them."""

_PARTS = re.compile(r"(-?)(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,6}))?")


def milliseconds(text: str) -> int | None:
    """A moment in milliseconds, below zero where it says so; None when it is none."""
    match = _PARTS.fullmatch(text.strip())
    if match is None:
        return None
    minus, hours, minutes, seconds, fraction = match.groups()
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    found = whole * 1000 + int((fraction or "0").ljust(3, "0")[:3])
    return -found if minus else found


def written(moment: int, *, point: str = ".") -> str:
    """A moment with hours, as WebVTT has it; SubRip has a comma."""
    whole, rest = divmod(moment, 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{rest:03}"
