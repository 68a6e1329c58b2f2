"""Rows of artists and wanted films."""

from typing import Any

ARTISTS: dict[str, list[dict[str, Any]]] = {
    "reelgate_artists": [
        {
            "id": "a1",
            "shelf": "library",
            "name": "Björk",
            "name_key": "bjork",
            "unique_name": "bjork",
            "other_names": "[]",
            "text": "",
            "picture": "",
            "links": "[]",
            "ids": '{"spotify":"7w29UYBi0qsHi5RTcv3lmA"}',
            "wanted": 1,
            "downloading": 0,
            "downloaded": 0,
            "failed": 0,
            "ignored": 0,
            "created_at": 1_795_600_000_000,
            "changed_at": 1_795_600_000_000,
            "discovered_at": None,
            "deleted_at": None,
            "merged_into": None,
        }
    ],
    "reelgate_artist_ids": [{"service": "spotify", "source_id": "7w29UYBi0qsHi5RTcv3lmA", "artist_id": "a1"}],
    "reelgate_artist_words": [{"word": "bjork", "artist_id": "a1"}],
    "reelgate_wanted": [
        {
            "id": "w1",
            "artist_id": "a1",
            "hidden": 0,
            "state": "WANTED",
            "title": "Jóga",
            "title_key": "joga",
            "match_key": "joga",
            "year": 1997,
            "length": 305_000,
            "kind": "music-video",
            "service": "imvdb",
            "source_id": "121779770452",
            "url": "https://example.org/joga",
            "picture": "",
            "confidence": 900,
            "reason": "Größe?",
            "error": None,
            "video_id": None,
            "import_id": None,
            "found_at": 1_795_600_000_000,
            "changed_at": 1_795_600_000_000,
        }
    ],
    "reelgate_wanted_sources": [{"artist": "a1", "service": "imvdb", "source_id": "121779770452", "wanted_id": "w1"}],
    "reelgate_wanted_words": [{"word": "joga", "wanted_id": "w1"}],
}
