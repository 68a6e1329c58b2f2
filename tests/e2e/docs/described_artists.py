"""Artists, held to their description on a real server."""

from tests.described_answers import Described
from tests.film_site import Site, file
from tests.pictures import picture
from tests.server import eventually


def meet_artists(api: Described) -> None:
    """Add artists, change them, make two one, and delete and bring back."""
    one, unknown = "/api/artists/{artist_id}", {"artist_id": "none"}
    air, beck = (
        {"artist_id": api.ask("POST /api/artists", 201, json={"name": name}).json()["id"]} for name in ("Air", "Beck")
    )
    api.ask("POST /api/artists", 400, json={"name": ""})
    api.ask("POST /api/artists", 409, json={"name": "AIR"})
    api.ask("POST /api/artists", 415, data="name=Air")
    api.ask("GET /api/artists", 200, query="?q=a&sort=-wanted")
    api.ask("GET /api/artists", 400, query="?sort=none")
    api.ask(f"GET {one}", 200, names=air)
    api.ask(f"GET {one}", 404, names=unknown)
    api.ask(f"PATCH {one}", 200, names=air, json={"text": "From Versailles."})
    api.ask(f"PATCH {one}", 400, names=air, json={})
    api.ask(f"PATCH {one}", 404, names=unknown, json={"text": "None."})
    api.ask(f"PATCH {one}", 409, names=air, json={"name": "beck"})
    api.ask(f"GET {one}/videos", 200, names=air)
    api.ask(f"GET {one}/videos", 400, names=air, query="?state=none")
    api.ask(f"GET {one}/videos", 404, names=unknown)
    api.ask("GET /api/wanted", 200, query="?sort=title&limit=1")
    api.ask("GET /api/wanted", 400, query="?cursor=x")
    api.ask("GET /api/wanted/{wanted_id}", 404, names={"wanted_id": "none"})
    api.ask("PATCH /api/wanted/{wanted_id}", 404, names={"wanted_id": "none"}, json={"state": "IGNORED"})
    api.ask("PATCH /api/wanted/{wanted_id}", 400, names={"wanted_id": "none"}, json={"state": "FAILED"})
    api.ask("POST /api/wanted/{wanted_id}/download", 404, names={"wanted_id": "none"})
    api.ask("GET /api/videos", 200, query=f"?artist={air['artist_id']}")
    api.ask("GET /api/videos", 200, query="?artist=none")
    merge = "POST /api/artists/merge"
    api.ask(merge, 200, json={"into": air["artist_id"], "ids": [beck["artist_id"]]})
    api.ask(merge, 400, json={"into": air["artist_id"], "ids": [air["artist_id"]]})
    api.ask(merge, 404, json={"into": "none", "ids": ["other"]})
    api.ask("POST /api/artists/import", 200, json={"csv": "name\nAir\nCher\n", "preview": True})
    api.ask("POST /api/artists/import", 400, json={"csv": 5})
    api.ask(f"DELETE {one}", 204, names=air)
    api.ask(f"DELETE {one}", 404, names=air)
    for many in ("restore", "bulk-delete"):
        api.ask(f"POST /api/artists/{many}", 200, json={"ids": [air["artist_id"]]})
        api.ask(f"POST /api/artists/{many}", 400, json={"ids": []})


def meet_pictures(api: Described, site: Site) -> None:
    """Have an artist's picture fetched, and meet what is said of that."""
    site.pages["/artist.png"] = file(picture("png", "320x180"), content_type="image/png")
    one, said = "/api/artists/{artist_id}", {"name": "Pictured", "picture": site.url("/artist.png")}
    names = {"artist_id": api.ask("POST /api/artists", 201, json=said).json()["id"]}
    of_it = f"GET {one}/picture"

    def is_kept() -> bool:
        return bool(api.ask(f"GET {one}", 200, names=names).json()["picture"].startswith("/api/"))

    eventually(is_kept, patience=60)
    etag = api.ask(of_it, 200, names=names).headers["ETag"]
    api.ask(of_it, 304, names=names, headers={"If-None-Match": etag})
    api.ask(of_it, 404, names={"artist_id": "none"})
    api.ask("GET /api/wanted/{wanted_id}/picture", 404, names={"wanted_id": "none"})
