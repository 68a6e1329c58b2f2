"""Clips, held to their description on a real server with a worker."""

from pathlib import Path

from tests.described_answers import Described
from tests.server import eventually

_UNKNOWN = "clip_20200101T000000000Z_00000000000000000000000000000000_none.mp4"


def meet_clips(api: Described, film: Path) -> None:
    """Have a film cut, and meet what is said of its clips."""
    content = film.read_bytes()
    video = api.ask("PUT /api/upload/{filename}", 201, names={"filename": film.name}, data=content).json()
    names, one, make = {"video_id": video["id"]}, "/api/clips/{clip_id}", "POST /api/videos/{video_id}/clips"
    begun = api.ask(make, 202, names=names, json={"start": 1, "end": 2}).json()
    clip = {"clip_id": begun["clip"]["id"]}
    api.ask(make, 400, names=names, json={"start": 2, "end": 1})
    api.ask(make, 404, names={"video_id": _UNKNOWN}, json={"start": 1, "end": 2})
    api.ask(f"{make}/batch", 202, names=names, json={"clips": [{"start": 3, "end": 4}]})
    api.ask(f"{make}/batch", 400, names=names, json={"clips": []})
    eventually(lambda: api.ask(f"GET {one}", 200, names=clip).json()["state"] == "ready", patience=60)
    api.ask(f"GET {one}", 404, names={"clip_id": _UNKNOWN})
    api.ask(f"GET {one}/metadata", 200, names=clip)
    api.ask(f"GET {one}/access-url", 200, names=clip)
    api.ask(f"GET {one}/access-url", 400, names=clip, query="?expiry_hours=0")
    api.ask("GET /api/videos/{video_id}/clips", 200, names=names)
    api.ask("GET /api/videos/{video_id}/clips", 400, names=names, query="?limit=0")
    api.ask("POST /api/clips/supercut", 202, json={"ids": [clip["clip_id"]], "title": "The best of it"})
    api.ask("POST /api/clips/supercut", 400, json={"ids": []})
    api.ask(f"PATCH {one}", 200, names=clip, json={"title": "The boat"})
    api.ask(f"PATCH {one}", 400, names=clip, json={})
    api.ask(f"DELETE {one}", 204, names=clip)
    api.ask(f"DELETE {one}", 404, names=clip)
