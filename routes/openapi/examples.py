"""The values that examples are made of."""

from typing import Any

VIDEO_ID = "20261120T101512345Z_3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f_holiday-film.mp4"

VIDEO: dict[str, Any] = {
    "id": VIDEO_ID,
    "title": "holiday film",
    "original_name": "Holiday Film.mp4",
    "size": 1048576,
    "content_type": "video/mp4",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "etag": "0x8DD0A1B2C3D4E5F",
    "uploaded_at": "2026-11-20T10:15:12.345Z",
    "tags": ["holiday"],
    "status": "ready",
    "url": f"https://reelgate.example/api/videos/{VIDEO_ID}/content",
    "links": {
        "self": f"/api/videos/{VIDEO_ID}",
        "content": f"/api/videos/{VIDEO_ID}/content",
        "page": f"/videos/{VIDEO_ID}",
    },
}

TRASHED = VIDEO | {
    "deleted_at": "2026-11-21T08:00:00.000Z",
    "restorable_until": "2026-12-21T08:00:00.000Z",
}

UPLOAD_ID = "3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f"
