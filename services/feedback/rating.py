"""What somebody thinks of one matter of a film."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_TEXT = 2000
LOWEST, HIGHEST = 1, 5


class RatedMatter(StrEnum):
    """What is rated."""

    SIGN = "sign"
    CAPTIONS = "captions"
    PLAYBACK = "playback"


@dataclass(frozen=True, kw_only=True)
class Rating:
    """One person's; a later one takes the place of an earlier one."""

    video_id: str
    person: str
    """The id of who has given it."""
    about: RatedMatter
    rating: int
    """From 1, which is bad, to 5."""
    text: str = ""
