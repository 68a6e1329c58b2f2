"""Collections, held to their description on a real server."""

from tests.described_answers import Described


def meet_collections(api: Described, video: str) -> None:
    """Make collections, put a video into one, share it, and delete and bring back."""
    one, unknown = "/api/collections/{collection_id}", {"collection_id": "none"}
    made = {"collection_id": api.ask("POST /api/collections", 201, json={"title": "Series"}).json()["id"]}
    api.ask("POST /api/collections", 400, json={"title": ""})
    api.ask("POST /api/collections", 415, data="title=Series")
    api.ask("GET /api/collections", 200, query="?q=series&editable=true&limit=1")
    api.ask("GET /api/collections", 400, query="?cursor=x")
    api.ask(f"GET {one}", 200, names=made)
    api.ask(f"GET {one}", 404, names=unknown)
    api.ask(f"PATCH {one}", 200, names=made, json={"description": "All of it.", "visibility": "private"})
    api.ask(f"PATCH {one}", 400, names=made, json={})
    api.ask(f"PATCH {one}", 404, names=unknown, json={"title": "None"})
    api.ask(f"POST {one}/videos", 200, names=made, json={"ids": [video, "none.mp4"]})
    api.ask(f"POST {one}/videos", 400, names=made, json={"ids": []})
    api.ask(f"POST {one}/videos", 404, names=unknown, json={"ids": [video]})
    api.ask("GET /api/videos", 200, query=f"?collection={made['collection_id']}")
    api.ask(f"GET {one}/videos", 200, names=made, query="?sort=title")
    api.ask(f"GET {one}/videos", 400, names=made, query="?sort=none")
    api.ask(f"GET {one}/videos", 404, names=unknown)
    named = made | {"video_id": video}
    api.ask(f"DELETE {one}/videos/{{video_id}}", 204, names=named)
    api.ask(f"DELETE {one}/videos/{{video_id}}", 404, names=named)
    # App Service vouches for people who have no account here.
    person = made | {"user_id": "entra-1"}
    api.ask(f"PUT {one}/members/{{user_id}}", 200, names=person, json={"role": "viewer"})
    api.ask(f"PUT {one}/members/{{user_id}}", 400, names=person, json={"role": "owner"})
    api.ask(f"PUT {one}/members/{{user_id}}", 404, names=unknown | {"user_id": "entra-1"}, json={"role": "viewer"})
    api.ask(f"GET {one}/members", 200, names=made)
    api.ask(f"GET {one}/members", 404, names=unknown)
    api.ask(f"DELETE {one}/members/{{user_id}}", 204, names=person)
    api.ask(f"DELETE {one}", 204, names=made)
    api.ask(f"DELETE {one}", 404, names=made)
    api.ask(f"POST {one}/restore", 200, names=made)
    api.ask(f"POST {one}/restore", 404, names=unknown)
