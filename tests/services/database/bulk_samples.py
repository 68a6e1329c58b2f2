"""Rows of bulk actions."""

from typing import Any

BULK: dict[str, list[dict[str, Any]]] = {
    "reelgate_bulk": [
        {
            "id": "8d1f",
            "action": "tag",
            "value": '["Größe"]',
            "actor": '{"kind":"person","id":"u1","name":"Amina","role":"USER"}',
            "count": 1,
            "job": None,
            "asked_at": 1_795_600_000_000,
            "undoes": None,
            "undone_by": None,
        }
    ],
    "reelgate_bulk_items": [
        {
            "bulk": "8d1f",
            "place": 0,
            "video": "film.mp4",
            "state": "refused",
            "attempt": 1,
            "status": 403,
            "detail": "You may see this video but not change it.",
        }
    ],
}
