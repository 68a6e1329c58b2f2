"""Where new videos go: who has a home, and which."""

import hashlib

from services.videos.homes import PLAIN
from services.videos.video_fields import FIRST_OWNER


def home_of_owner(owner: str) -> str:
    """The home of what belongs to that account: eight hex digits, or the plain one for what is nobody's.

    Two accounts may have the same: what somebody may see is never judged by it.
    """
    return PLAIN if owner == FIRST_OWNER else hashlib.sha256(owner.encode()).hexdigest()[:8]


def home_of_all(_owner: str) -> str:
    """The plain one, whoever it belongs to."""
    return PLAIN
