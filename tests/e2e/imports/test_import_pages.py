"""The pages of imports in a real browser: live, in every look, and without scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from services.database import schema
from services.database.engine import Connections, Database
from services.imports.record import ImportRequest
from services.imports.store import ImportStore
from services.jobs.job import State
from tests.film_site import Site, endless, file, gone, running_site
from tests.import_lists import make_list
from tests.media_films import make_film
from tests.server import Server, eventually, running_server
from tests.shelf import LOOKS, barriers

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenmacher and friends of a long name"
WAIT = 60_000
"""Milliseconds for a film to come in on a machine that has much to do."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_film(tmp_path_factory.mktemp("films") / "h264.mp4").read_bytes()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running_site() as found:
        yield found


@pytest.fixture(scope="module")
def server(azurite: str, site: Site) -> Iterator[Server]:
    with running_server(azurite, worker_concurrency=1, egress_allow_hosts=site.host) as running:
        yield running


def bring(page: Page, url: str) -> None:
    page.get_by_label("Address").fill(url)
    page.get_by_role("button", name="Import", exact=True).click()


@pytest.mark.walk
def test_imports_are_followed_cancelled_and_tried_again_without_a_reload(
    browser: Browser, server: Server, site: Site, film: bytes
) -> None:
    site.pages["/live.mp4"] = gone
    site.pages["/endless.mp4"] = endless(film)
    with browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        page.goto("/artists")
        page.get_by_role("main").get_by_role("link", name="Imports").click()
        bring(page, site.url("/live.mp4"))
        row = page.locator("li", has_text="/live.mp4")
        expect(row.get_by_text("Failed")).to_be_visible(timeout=WAIT)
        expect(row.get_by_text("It is not there.")).to_be_visible()
        site.pages["/live.mp4"] = file(film)
        row.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("link", name="Watch: live")).to_be_visible(timeout=WAIT)
        bring(page, site.url("/live.mp4"))
        expect(page.get_by_role("alert")).to_contain_text("It is in the library already.")
        bring(page, site.url("/endless.mp4"))
        row = page.locator("li", has_text="/endless.mp4")
        expect(row.get_by_text("a second")).to_be_visible(timeout=WAIT)
        row.get_by_role("button", name="Cancel").click()
        expect(page.locator("li", has_text="/endless.mp4").get_by_text("Cancelled")).to_be_visible()


def test_all_of_it_works_without_scripts(browser: Browser, server: Server, site: Site, film: bytes) -> None:
    site.pages["/plain.mp4"] = gone
    with browser.new_context(base_url=server.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/imports")
        page.get_by_text("Title, tags and quality").click()
        page.get_by_label("Title").fill("The plain sea")
        page.get_by_label("Quality at most").select_option("720")
        bring(page, site.url("/plain.mp4"))
        eventually(lambda: state_of(server, "The plain sea") == "failed", patience=60)
        page.get_by_role("link", name="Failed").click()
        site.pages["/plain.mp4"] = endless(film)
        page.get_by_role("button", name="Try again: The plain sea").click()
        page.goto("/imports")
        page.get_by_role("button", name="Cancel: The plain sea").click()
        expect(page.locator("li", has_text="The plain sea").get_by_text("Cancelled")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_has_a_barrier_in_any_look(
    browser: Browser, server: Server, collection: str, scheme: Any, width: int
) -> None:
    with browser.new_context(
        base_url=server.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        for address in ("/imports", "/imports?state=failed", f"/imports/{collection}"):
            page.goto(address)
            check(page, address, width)
        page.goto("/imports")
        page.get_by_text("Title, tags and quality").click()
        bring(page, "http://127.0.0.1/film.mp4")
        expect(page.get_by_role("alert")).to_contain_text("not of the public network")
        check(page, "what is refused", width)


def check(page: Page, address: str, width: int) -> None:
    assert barriers(page) == [], address
    assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def state_of(server: Server, title: str) -> str | None:
    """Where the import of that title stands."""
    found = requests.get(f"{server.url}/api/imports", timeout=30).json()["imports"]
    return next((str(each["state"]) for each in found if each["title"] == title), None)


@pytest.fixture(scope="module")
def collection(server: Server) -> Iterator[str]:
    """A list with films in every state, as imports leave them; its id."""
    file = Path(server.environment["DATA_DIR"], "reelgate.sqlite3")
    database = Database(Connections(f"sqlite:///{file}", precious=True, name="durable"), prepare=schema.check)
    store = ImportStore(database)
    said: dict[str, Any] = {"owner": "mira", "by_name": "Mira"}
    found, _ = store.add(ImportRequest(url=""), url="https://films.example/list", known_by="list", title=LONG, **said)
    for place, state in enumerate(State):
        more: dict[str, Any] = {"parent": found.id, "place": place, "state": state.value, "title": f"{LONG} {state}"}
        if state is State.RUNNING:
            more |= {"bytes": 1_200_000_000, "total": 3_100_000_000, "speed": 24_000_000}
        if state is State.FAILED:
            more |= {"error": f"Their server stopped. {LONG}"}
        url = f"https://films.example/{'a-very-long-name-' * 12}{state}.mp4"
        store.add(ImportRequest(url="", quality="720"), url=url, known_by=f"film {state}", **said | more)
    make_list(store, found.id)
    yield found.id
    database.close()
