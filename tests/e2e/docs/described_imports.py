"""Imports, held to their description on a real server with a worker."""

from pathlib import Path

from tests.described_answers import Described
from tests.film_site import Site, endless, file
from tests.server import eventually


def meet_imports(api: Described, site: Site, film: Path) -> None:
    """Have a film fetched, and meet what is said of that."""
    begin, one = "POST /api/imports", "/api/imports/{import_id}"
    site.pages["/film.mp4"] = file(film.read_bytes())
    begun = api.ask(begin, 202, json={"url": site.url("/film.mp4"), "tags": ["summer"]}).json()
    found, unknown = {"import_id": begun["import"]["id"]}, {"import_id": "none"}
    eventually(lambda: api.ask(f"GET {one}", 200, names=found).json()["state"] == "done", patience=60)
    api.ask(begin, 409, json={"url": site.url("/film.mp4")})
    api.ask(begin, 400, json={"url": "http://127.0.0.1/film.mp4"})
    api.ask(begin, 415, data="url")
    api.ask(f"GET {one}", 404, names=unknown)
    api.ask(f"POST {one}/cancel", 409, names=found)
    api.ask(f"POST {one}/cancel", 404, names=unknown)
    api.ask(f"POST {one}/retry", 409, names=found)
    gone = api.ask(begin, 202, json={"url": site.url("/none.mp4")}).json()
    failed = {"import_id": gone["import"]["id"]}
    eventually(lambda: api.ask(f"GET {one}", 200, names=failed).json()["state"] == "failed", patience=60)
    api.ask(f"POST {one}/retry", 202, names=failed)
    site.pages["/endless.mp4"] = endless(film.read_bytes())
    waiting = api.ask(begin, 202, json={"url": site.url("/endless.mp4")}).json()
    api.ask(f"POST {one}/cancel", 200, names={"import_id": waiting["import"]["id"]})
    api.ask(begin, 400, json={"container": "none-at-all"})
    api.ask("GET /api/imports", 200, query="?limit=1&state=done,failed")
    api.ask("GET /api/imports", 400, query="?state=nowhere")
    api.ask("GET /api/imports", 400, query="?limit=0")
