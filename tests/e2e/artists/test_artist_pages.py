"""The pages of artists and wanted films in a real browser: in every look, and without scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, expect

from services.actors.actor import SYSTEM
from services.artists.artist import WantedState
from services.artists.candidate import FilmCandidate
from services.artists.store.artists import ArtistStore
from services.artists.store.pages import ArtistPages
from services.artists.store.wanted import WantedStore
from services.artists.wanted import WantedVideos
from services.database import schema
from services.database.engine import Connections, Database
from tests.server import Server, running_server
from tests.shelf import LOOKS, barriers

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenmacher and friends of a long name"


@pytest.fixture(scope="module")
def pages(azurite: str) -> Iterator[Server]:
    with running_server(azurite) as running:
        for name in ("Crane School", LONG, "Signs at Work"):
            requests.post(f"{running.url}/api/artists", json={"name": name}, timeout=30).raise_for_status()
        _find(running)
        yield running


def _find(server: Server) -> None:
    """Films in every state, as discovery and imports leave them."""
    file = Path(server.environment["DATA_DIR"], "reelgate.sqlite3")
    database = Database(Connections(f"sqlite:///{file}", precious=True, name="durable"), prepare=schema.check)
    wanted = WantedVideos(database, ArtistStore(database), WantedStore(database), ArtistPages(database))
    [artist] = requests.get(f"{server.url}/api/artists?q=crane", timeout=30).json()["artists"]
    films = [
        FilmCandidate(
            title=f"Film {state}", service="youtube", source_id=state, url="https://films.example/1", year=2026
        )
        for state in WantedState
    ]
    films.append(FilmCandidate(title=LONG, service="feed", source_id="long", confidence=0.71, reason="In a feed."))
    for film in wanted.found(artist["id"], films, by=SYSTEM):
        if film.title != LONG:
            error = "Their server stopped." if film.title.endswith("FAILED") else None
            wanted.set_state(film.id, WantedState(film.source_id), error=error, by=SYSTEM)
    database.close()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_has_a_barrier_in_any_look(browser: Browser, pages: Server, scheme: Any, width: int) -> None:
    [artist] = requests.get(f"{pages.url}/api/artists?q=crane", timeout=30).json()["artists"]
    one = f"/artists/{artist['id']}"
    with browser.new_context(
        base_url=pages.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        addresses = ("/artists", "/artists?view=list", "/artists?q=none", "/artists/trash", one, "/wanted?state=")
        for address in (*addresses, "/wanted?group=artist"):
            page.goto(address)
            page.evaluate("document.querySelectorAll('main details').forEach((each) => (each.open = true))")
            assert barriers(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.walk
def test_all_of_it_works_without_scripts(browser: Browser, pages: Server) -> None:
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/artists")
        page.get_by_label("New artist").fill("Blue Kiln")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("heading", name="Blue Kiln")).to_be_visible()
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("1 moved to the trash")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("link", name="Blue Kiln").click()
        expect(page.get_by_role("heading", name="Blue Kiln")).to_be_visible()
        page.goto("/wanted")
        page.get_by_role("button", name="Ignore: Film WANTED").click()
        expect(page.get_by_text("Film WANTED")).to_have_count(0)
        page.get_by_role("link", name="Ignored").click()
        page.get_by_role("button", name="Want it: Film WANTED").click()
        expect(page.get_by_role("link", name="Film WANTED")).to_be_visible()
