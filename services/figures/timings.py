"""What browsers measure, and tell us: how long pages and films took to be there. Nothing says whose browser it was."""

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.metrics import PAGE_LOAD_SECONDS, VIDEO_START_SECONDS

LONGEST = 600.0
"""Seconds. What took longer was measured by something else than a browser in front of somebody."""

_TYPES = {
    "hls": "hls",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "video/x-matroska": "mkv",
    "video/ogg": "ogg",
}
"""What films are told apart by; a figure has few labels, whatever it is sent."""


class Timings:
    """Takes in what was measured."""

    def page_loaded(self, seconds: float, *, density: int, by: Actor) -> None:
        """A page was there after so long; `density` is how much it shows."""
        require(by, Act.LIST)
        PAGE_LOAD_SECONDS.labels(str(density)).observe(seconds)

    def video_started(self, seconds: float, *, content_type: str, by: Actor) -> None:
        """A film played so long after somebody had pressed play; `content_type` is its own, or `hls`."""
        require(by, Act.LIST)
        VIDEO_START_SECONDS.labels(_TYPES.get(content_type, "other")).observe(seconds)
