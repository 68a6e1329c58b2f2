"""A video as a row, and back."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from services.actors.policy import Visibility
from services.videos.about import NOTHING_SAID, About
from services.videos.clip_of import ClipOf
from services.videos.made import NOTHING_MADE, Made
from services.videos.video import REFUSED, Video
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
        "uploaded_at": milliseconds(video.uploaded_at),
        "tags": ",".join(video.tags),
        "deleted_at": None if video.deleted_at is None else milliseconds(video.deleted_at),
        "held_at": None if video.held_at is None else milliseconds(video.held_at),
        "owner": video.owner,
        "visibility": video.visibility.value,
        "collections": ",".join(video.collections),
        "about": video.about.to_text() if video.about.version else "",
        "about_version": video.about.version,
        "processing": None if video.processing is None else ",".join(video.processing),
        "clip_of": video.clip.video_id if video.clip else None,
        "clip": msgspec.json.encode(video.clip).decode() if video.clip else None,
        "tier": video.tier,
        "tier_since": None if video.tier_since is None else milliseconds(video.tier_since),
        "returning_to": video.returning_to,
    }


def made_row(made: Made) -> dict[str, Any]:
    """The columns of what has been made of a video."""
    return {
        "made": msgspec.json.encode(made).decode(),
        "duration": max(0, round(1000 * (made.duration or 0.0))),
        "look": made.look or None,
    }


def made_of(row: Mapping[str, Any]) -> Made:
    """What a row says has been made of its video; nothing where it cannot be read."""
    try:
        return msgspec.json.decode(row["made"], type=Made) if row["made"] else NOTHING_MADE
    except msgspec.MsgspecError:
        return NOTHING_MADE


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
        held_at=None if row["held_at"] is None else _moment(row["held_at"]),
        owner=row["owner"],
        visibility=Visibility(row["visibility"]),
        collections=tuple(row["collections"].split(",")) if row["collections"] else (),
        about=About.from_text(row["about"]) if row["about"] else NOTHING_SAID,
        processing=None if row["processing"] is None else tuple(filter(None, row["processing"].split(","))),
        clip=msgspec.json.decode(row["clip"], type=ClipOf) if row["clip"] else None,
        made=made_of(row),
        tier=row["tier"],
        tier_since=None if row["tier_since"] is None else _moment(row["tier_since"]),
        returning_to=row["returning_to"],
        back_by=_moment(row["back_by"]) if row["back_by"] is not None and row["returning_to"] else None,
    )


def words_of(video: Video) -> frozenset[str]:
    """What the video is found by."""
    if video.status == REFUSED:
        return frozenset()
    found = searchable(video.title, video.original_name, *video.tags, *video.about.searched)
    found |= {tag_word(tag) for tag in video.tags} | {collection_word(each) for each in video.collections}
    return found | {artist_word(each) for each in video.about.artists}


def tag_word(tag: str) -> str:
    """A whole tag as a word; none that is searched for begins like it."""
    return "#" + fold(tag)[: 4 * MAX_WORD]


def collection_word(collection: str) -> str:
    """A collection's id as a word; none that is searched for begins like it."""
    return "@" + collection


def artist_word(artist: str) -> str:
    """An artist's id as a word; none that is searched for begins like it."""
    return "&" + artist


def milliseconds(moment: datetime) -> int:
    """A moment as the columns have it."""
    return max(0, (moment - _EPOCH) // _MILLISECOND)


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND
