"""A video as a row, and back."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.video import REFUSED, Video
from utils.search_words import MAX_WORD, fold, searchable

LIBRARY, TRASH, HIDDEN = "library", "trash", "hidden"

_LONGEST_TITLE_KEY = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def row_of(video: Video) -> dict[str, Any]:
    """The columns of a video, without those that the database gives."""
    return {
        "id": video.id,
        "shelf": _shelf(video),
        "status": video.status,
        "title": video.title,
        "title_key": fold(video.title)[:_LONGEST_TITLE_KEY],
        "original_name": video.original_name,
        "size": video.size,
        "content_type": video.content_type,
        "sha256": video.sha256,
        "etag": video.etag,
        "content_etag": video.content_etag,
        "uploaded_at": _milliseconds(video.uploaded_at),
        "tags": ",".join(video.tags),
        "deleted_at": None if video.deleted_at is None else _milliseconds(video.deleted_at),
    }


def _shelf(video: Video) -> str:
    if video.status == REFUSED:
        return HIDDEN
    return LIBRARY if video.deleted_at is None else TRASH


def video_of(row: Mapping[str, Any]) -> Video:
    """The video that a row tells of."""
    return Video(
        id=row["id"],
        title=row["title"],
        original_name=row["original_name"],
        size=row["size"],
        content_type=row["content_type"],
        sha256=row["sha256"],
        etag=row["etag"],
        content_etag=row["content_etag"],
        uploaded_at=_moment(row["uploaded_at"]),
        tags=tuple(row["tags"].split(",")) if row["tags"] else (),
        status=row["status"],
        deleted_at=None if row["deleted_at"] is None else _moment(row["deleted_at"]),
    )


def words_of(video: Video) -> frozenset[str]:
    """What the video is found by."""
    if video.status == REFUSED:
        return frozenset()
    found = searchable(video.title, video.original_name, *video.tags)
    return found | {tag_word(tag) for tag in video.tags}


def tag_word(tag: str) -> str:
    """A whole tag as a word; none that is searched for begins like it."""
    return "#" + fold(tag)[: 4 * MAX_WORD]


def _milliseconds(moment: datetime) -> int:
    return max(0, (moment - _EPOCH) // _MILLISECOND)


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND
