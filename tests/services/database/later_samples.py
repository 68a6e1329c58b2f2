"""The rows of later revisions, as `samples.py` has those of the first."""

from typing import Any

LATER: dict[str, dict[str, list[dict[str, Any]]]] = {
    "imports_1": {
        "reelgate_imports": [
            {
                "id": "5f2b9d1e8a7b4c5d9e6f7a8c",
                "kind": "url",
                "url": "https://films.example/größe.mp4",
                "secret": "gAAAAA",
                "known_by": "ab12",
                "parent": None,
                "place": 0,
                "title": "Größe",
                "tags": '["summer"]',
                "artist": None,
                "collection": None,
                "quality": "best",
                "owner": "u1",
                "by_name": "Mira Okafor",
                "job": "5f2b",
                "state": "running",
                "attempt": 2,
                "bytes": 5_000_000_000,
                "total": 6_000_000_000,
                "speed": 10_000_000,
                "draft": '{"name":"film.mp4","metadata":{}}',
                "video": None,
                "error": None,
                "created_at": 1_795_600_000_000,
                "started_at": 1_795_600_000_500,
                "finished_at": None,
            }
        ]
    },
}
