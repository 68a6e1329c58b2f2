"""Tiers, held to their description on a real server."""

from tests.described_answers import Described
from tests.videos import mp4

_UNKNOWN = "20200101T000000000Z_00000000000000000000000000000000_none.mp4"


def meet_tiers(api: Described) -> None:
    """Archive a video, meet what is said of it there, and bring it back."""
    video = api.ask("PUT /api/upload/{filename}", 201, names={"filename": "film.mp4"}, data=mp4(6000)).json()
    names, put, back = {"video_id": video["id"]}, "PUT /api/videos/{video_id}/tier", "POST /api/videos/{video_id}/"
    api.ask(put, 400, names=names, json={"tier": "warm"})
    api.ask(put, 404, names={"video_id": _UNKNOWN}, json={"tier": "cool"})
    api.ask(f"{back}rehydrate", 409, names=names, json={"tier": "hot"})
    api.ask(put, 200, names=names, json={"tier": "archive"})
    api.ask("GET /api/videos/{video_id}/content", 409, names=names)
    api.ask("GET /api/videos/{video_id}/access-url", 409, names=names)
    api.ask("GET /api/zip", 409, query=f"?id={video['id']}")
    api.ask(f"{back}clips", 409, names=names, json={"start": 0, "end": 1})
    api.ask(f"{back}process", 409, names=names, json={"kinds": ["poster"]})
    api.ask("PATCH /api/videos/{video_id}", 409, names=names, json={"title": "new"})
    api.ask("DELETE /api/videos/{video_id}", 409, names=names)
    api.ask(f"{back}rehydrate", 400, names=names, json={"tier": "archive"})
    api.ask(f"{back}rehydrate", 202, names=names, json={"tier": "hot", "priority": "high"})
    api.ask("GET /api/videos", 200, query="?tier=hot&limit=1")
