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
    "subscriptions_1": {
        "reelgate_subscriptions": [
            {
                "id": "0123456789abcdef01234567",
                "kind": "feed",
                "target": "https://größe.example/feed.xml",
                "artist": None,
                "key": "9f86d081",
                "interval_minutes": 360,
                "quiet_hours": "22:00-06:00",
                "time_zone": "Europe/Berlin",
                "max_per_day": 5,
                "keep": None,
                "paused": 0,
                "owner": "system",
                "owner_name": "Größe",
                "next_run_at": 1_795_600_000_000,
                "last_run_at": None,
                "last_error": None,
                "last_found": 0,
                "job": None,
                "created_at": 1_795_600_000_000,
            }
        ],
        "reelgate_subscription_finds": [
            {
                "subscription": "0123456789abcdef01234567",
                "service": "feed",
                "source_id": "9f86d081884c7d65",
                "number": 1,
                "wanted": None,
                "found_at": 1_795_600_000_000,
            }
        ],
    },
    "first_looks_1": {
        "reelgate_first_looks": [
            {"artist": "5b0f3a1c9d2e4f6a8b7c0d1e", "asked_at": 1_795_600_000_000, "begun_at": None, "job": None},
            {
                "artist": "9c1e7f20a4b35d68e0f1a2b3",
                "asked_at": 1_795_600_000_000,
                "begun_at": 1_795_600_005_000,
                "job": "5f2b",
            },
        ]
    },
    "sign_engine_1": {
        "reelgate_sign_films": [
            {"video": "signs.mp4", "film": "größe.mp4", "language": "gsg", "job": "5f2b", "request": "9f86d081"},
            {"video": "before.mp4", "film": "größe.mp4", "language": "gsg", "job": "5f2b", "request": None},
        ],
    },
    "collections_1": {
        "reelgate_collections": [
            {
                "id": "0123456789abcdef01234567",
                "title": "Größe",
                "title_key": "große",
                "description": "",
                "visibility": "team",
                "owner": "u1",
                "created_at": 1_795_600_000_000,
                "changed_at": 1_795_600_000_000,
                "deleted_at": None,
            }
        ],
        "reelgate_collection_members": [
            {"collection": "0123456789abcdef01234567", "person": "u2", "role": "editor"},
        ],
        "reelgate_collection_words": [{"word": "grosse", "collection": "0123456789abcdef01234567"}],
    },
    "artists_2": {
        "reelgate_wanted_words": [
            {
                "word": "größe",
                "wanted_id": "w1",
                "artist_id": "a1",
                "hidden": 0,
                "state": "WANTED",
                "title_key": "joga",
                "year": 1997,
                "kind": "music-video",
                "service": "imvdb",
                "confidence": 900,
                "found_at": 1_795_600_000_000,
            }
        ],
    },
    "accepted_1": {
        "reelgate_accepted": [{"wanted_id": "w1", "accepted_at": 1_795_600_000_000, "settled": 1}],
    },
    "pictures_1": {
        "reelgate_pictures": [
            {
                "url": "https://pictures.example/gr%C3%B6%C3%9Fe.jpg",
                "next_at": None,
                "tries": 1,
                "version": "3f0c9d1e8a7b4c5d",
                "look": "00ff00ff00ff00ff",
                "error": None,
            },
            {
                "url": "https://pictures.example/none.jpg",
                "next_at": 1_795_600_000_000,
                "tries": 2,
                "version": None,
                "look": None,
                "error": "It was answered 404.",
            },
        ],
    },
}
