"""Legal holds as the API shows and takes them."""

from typing import Annotated

from msgspec import Meta, Struct

from routes.http.actors import current_actor
from services.actors.policy import Act, may
from services.holds.holds import LONGEST_REASON
from services.videos.video import Video
from utils.patterns import SOMETHING_VISIBLE
from utils.timestamps import format_timestamp


class NewHold(Struct, frozen=True, kw_only=True):
    """Why a video is put on hold."""

    reason: Annotated[
        str,
        Meta(
            description="Shown to managers alone, and kept in the audit.",
            extra_json_schema={"minLength": 1, "maxLength": LONGEST_REASON, "pattern": SOMETHING_VISIBLE},
        ),
    ]


class HoldMessage(Struct, frozen=True, kw_only=True):
    """A video's legal hold."""

    held_at: Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
    by: Annotated[str | None, Meta(description="The id of the account that has put it; for managers.")]
    reason: Annotated[str | None, Meta(description="For managers.")]


HOLD = HoldMessage(held_at="2026-11-22T09:00:00.000Z", by="system", reason="Case 2026-118: keep everything.")


def hold_message(video: Video) -> HoldMessage | None:
    """The hold of a video as whoever asks may know of it; None where it is not held."""
    if video.held_at is None:
        return None
    manages = may(current_actor(), Act.MANAGE)
    return HoldMessage(
        held_at=format_timestamp(video.held_at),
        by=(video.about.held_by or None) if manages else None,
        reason=(video.about.hold_reason or None) if manages else None,
    )
