"""What cannot be done with a video that is in the archive, in words for whoever wants to."""

from datetime import UTC, datetime

from services.library.errors import ArchivedError
from services.videos.video import Video
from utils.timestamps import format_timestamp

HOW_LONG = "That takes up to 15 hours, or mostly less than one by the high priority."


def require_at_hand(video: Video) -> None:
    """Raise `ArchivedError` when the video's bytes cannot be read now."""
    if video.is_archived:
        raise archived(video, "It cannot be played, downloaded or worked on")


def require_writable(video: Video) -> None:
    """Raise `ArchivedError` when the video's record cannot be written now."""
    if video.is_archived:
        raise archived(video, "Its record cannot be changed, nor can it be moved to the trash or out of it")


def archived(video: Video, what: str) -> ArchivedError:
    """Says what cannot be done, and when it can."""
    reason = [{"field": video.id, "reason": "It is in the archive."}]
    if video.returning_to is None:
        return ArchivedError(f"“{video.title}” is in the archive. {what} before it is back. {HOW_LONG}", errors=reason)
    if video.back_by is None:
        return ArchivedError(f"“{video.title}” is on its way back from the archive. {what} until then.", errors=reason)
    seconds = max(60, round((video.back_by - datetime.now(UTC)).total_seconds()))
    return ArchivedError(
        f"“{video.title}” is on its way back from the archive. {what} until then: "
        f"by {format_timestamp(video.back_by)} at the latest, as Azure says.",
        errors=reason,
        retry_after=seconds,
    )
