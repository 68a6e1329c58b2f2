"""How near storage keeps a video, in its JSON."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from routes.library.clipping import ClippedMessage
from services.videos.video import Video
from utils.timestamps import format_timestamp

_Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class ReturnMessage(Struct, frozen=True, kw_only=True):
    """The way back from the archive."""

    tier: Annotated[str, Meta(description="The tier that it comes back to.")]
    ready_by: Annotated[_Time | None, Meta(description="By when at the latest; null where that is not known.")]


class TieredMessage(ClippedMessage, frozen=True, kw_only=True):
    """How near storage keeps the video."""

    tier: Annotated[
        str,
        Meta(
            description="hot, cool, cold or archive, or a word of storage's; what is in the archive cannot be played."
        ),
    ]
    tier_since: Annotated[_Time | None, Meta(description="Since when, where storage says so.")]
    rehydration: Annotated[
        ReturnMessage | None, Meta(description="Where it is on its way back from the archive; else null.")
    ]


def tier_fields(video: Video) -> dict[str, Any]:
    """The fields of `TieredMessage`."""
    back = None if video.back_by is None else format_timestamp(video.back_by)
    return {
        "tier": video.tier,
        "tier_since": None if video.tier_since is None else format_timestamp(video.tier_since),
        "rehydration": None if video.returning_to is None else ReturnMessage(tier=video.returning_to, ready_by=back),
    }


TIERED: dict[str, Any] = {"tier": "hot", "tier_since": "2026-11-20T10:15:12.000Z", "rehydration": None}
"""Those of the examples."""
