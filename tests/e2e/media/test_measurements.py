"""The page of a film says in words what is to be heard and seen of it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.media_films import make_dark_film
from tests.server import Server, eventually
from tests.shelf import api, stored


def test_the_page_says_how_loud_a_film_is_and_where_it_is_silent_or_black(
    page: Page, pages: Server, tmp_path: Path
) -> None:
    video = stored(pages, make_dark_film(tmp_path / "dark.mp4"), title="A dark film")
    eventually(lambda: api(pages, video).json()["loudness"] is not None, patience=120)
    page.goto(video["links"]["page"])
    facts = page.locator("dl.facts")
    for words in ("LUFS", "Silent from 0:03", "Black from 0:00"):
        expect(facts.locator("dd", has_text=words)).to_be_visible()
