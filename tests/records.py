"""Videos for tests that need no bytes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.videos.video import Video

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_ONE = Video(
    id="",
    title="",
    original_name="",
    size=1000,
    content_type="video/mp4",
    sha256="0" * 64,
    etag="0x1",
    content_etag="c0ffee",
    uploaded_at=_FIRST,
)


def video(number: int, **changes: object) -> Video:
    """The video of that number: a second younger and a byte larger than the one before."""
    own = replace(
        _ONE,
        id=f"20260101T000000000Z_{number:032x}_film.mp4",
        title=f"Film {number}",
        original_name=f"film-{number}.mp4",
        size=1000 + number,
        uploaded_at=_FIRST + timedelta(seconds=number),
    )
    return replace(own, **changes)  # type: ignore[arg-type]  # Any field of a video.
