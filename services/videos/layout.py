"""Where new videos go."""

import hashlib
from enum import StrEnum

from services.videos.homes import PLAIN
from services.videos.metadata import FIRST_OWNER


class StorageLayout(StrEnum):
    """Which containers new videos are put into. Those that are there are found wherever they lie."""

    SHARED = "shared"
    PER_OWNER = "per-owner"

    def home_for(self, owner: str) -> str:
        """The home of a new video of that account: eight hex digits, or the plain one.

        Two accounts may have the same: what somebody may see is never judged by it.
        """
        if self is StorageLayout.SHARED or owner == FIRST_OWNER:
            return PLAIN
        return hashlib.sha256(owner.encode()).hexdigest()[:8]
