"""What became of a file of captions as it came in by a form, told on the page that is shown then.

It travels in the address of that page: what it says is taken apart again and nothing else of it is shown.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.captions.cues import MOST_CUES, CaptionWarning
from services.captions.formats.encoding import NAMES

_RULES = ("times", "empty", "removed", "order")
_ENCODING = "encoding"


@dataclass(frozen=True, kw_only=True)
class ArrivalNote:
    """One thing that was guessed, changed or left out."""

    rule: str
    count: int
    encoding: str
    """What a text is called that was not in UTF-8; empty where it is about something else."""


def noted(findings: Iterable[CaptionWarning], *, encoding: str | None) -> str | None:
    """It as it stands in an address: `encoding-cp1252.times-2`; None where the file was taken as it is."""
    counts = Counter(each.rule for each in findings)
    notes = [f"{rule}-{counts[rule]}" for rule in _RULES if counts[rule]]
    return ".".join([f"{_ENCODING}-{encoding}"] * (encoding in NAMES) + notes) or None


def notes_in(text: str) -> tuple[ArrivalNote, ...]:
    """It as it is shown; whatever is not written so is passed over."""
    found = []
    for each in text.split(".")[: len(_RULES) + 1]:
        rule, _, said = each.partition("-")
        if rule == _ENCODING and said in NAMES:
            found.append(ArrivalNote(rule=rule, count=1, encoding=NAMES[said]))
        elif rule in _RULES and said.isascii() and said.isdecimal() and 0 < int(said[:9]) <= MOST_CUES:
            found.append(ArrivalNote(rule=rule, count=int(said[:9]), encoding=""))
    return tuple(found)
