"""How values of the services look in JSON."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import request

from services.video import Video
from utils.timestamps import format_timestamp


def video_json(video: Video) -> dict[str, Any]:
    """One video as the API shows it."""
    path = f"/api/videos/{quote(video.id)}"
    return {
        "id": video.id,
        "title": video.title,
        "original_name": video.original_name,
        "size": video.size,
        "content_type": video.content_type,
        "sha256": video.sha256,
        "etag": video.etag,
        "uploaded_at": format_timestamp(video.uploaded_at),
        "tags": list(video.tags),
        "status": video.status,
        "url": request.host_url.rstrip("/") + path + "/content",
        "links": {"self": path, "content": f"{path}/content", "page": f"/videos/{quote(video.id)}"},
    }


def trashed_json(video: Video, *, until: datetime | None) -> dict[str, Any]:
    """One video in the trash: the API's video, when it was deleted, and until when it can be restored."""
    return video_json(video) | {
        "deleted_at": None if video.deleted_at is None else format_timestamp(video.deleted_at),
        "restorable_until": None if until is None else format_timestamp(until),
    }
