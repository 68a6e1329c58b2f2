"""A page shows at each density what the table says, and nothing of it below."""

import re

import pytest
from flask.testing import FlaskClient

from routes.site.density import DENSITIES, SHOWN_FROM, elements
from routes.site.language import catalogues
from tests.videos import mp4

pytestmark = pytest.mark.thorough

# How each element is known in the page's markup.
MARKS = {
    "list.date": r'<time class="date"',
    "list.sorting": r'popovertarget="sorts"',
    "list.size": r'<span class="size">',
    "list.totals": r'class="count"',
    "list.days": r'<li class="day">',
    "list.tags": r'<ul class="filters" aria-label="Tags">',
    "list.selecting": r'data-act="card-menu"',
    "list.card_tags": r'class="tag"',
    "list.visibility": r'class="visibility"',
    "list.file_name": r"<bdi>film\.mp4</bdi>",
    "list.type": r'class="type"',
    "watch.byline": r'class="byline',
    "watch.description": r'<p class="description"[^>]*(?<!hidden)>[^<]',
    "watch.details": r'<section class="facet[^>]*id="details"',
    "watch.accessibility": r'<section class="facet[^>]*id="accessibility"',
    "watch.clips": r'<section class="facet[^>]*id="clips"',
    "watch.tags": r'<ul class="chips">',
    "watch.alike": r'<section class="alike"',
    "watch.share": r'<section class="facet[^>]*id="share"',
    "watch.file": r"<dt>Checksum|<dt>File",
    "watch.analysis": r"<dt>Sound",
    "watch.id": r"<dt>Id</dt>",
    "watch.versions": r"<dt>In the API</dt>",
}
NOT_OF_A_NEW_FILM = {"watch.alike", "watch.analysis"}
"""What a film has only when there is another one like it, or a worker has looked into it."""


@pytest.fixture
def watch(client: FlaskClient) -> str:
    video = client.put("/api/upload/film.mp4", data=mp4(3000)).get_json()
    change = {"tags": ["holiday"], "description": "By the sea."}
    assert client.patch(video["links"]["self"], json=change).status_code == 200
    return str(video["links"]["page"])


@pytest.mark.parametrize("density", DENSITIES)
def test_a_page_shows_what_the_table_says(client: FlaskClient, watch: str, density: int) -> None:
    client.post("/preferences", data={"visual_density": str(density)})
    for page, address in (("list", "/"), ("watch", watch)):
        text = client.get(address).get_data(as_text=True)
        marks = {name: mark for name, mark in MARKS.items() if name.startswith(page)}
        found = {name for name, mark in marks.items() if re.search(mark, text)}
        assert found == set(elements(page, density)) - NOT_OF_A_NEW_FILM, address
        # What is essential is there at every density.
        assert "film" in text
        assert 'role="search"' in text


def test_every_element_of_the_table_is_known_and_has_words() -> None:
    assert MARKS.keys() == SHOWN_FROM.keys()
    assert set(SHOWN_FROM.values()) == set(DENSITIES) - {1}
    for catalogue in catalogues().values():
        assert catalogue.names("density").keys() == SHOWN_FROM.keys()


@pytest.mark.parametrize("density", DENSITIES)
def test_the_list_that_people_read_is_the_table(client: FlaskClient, density: int) -> None:
    client.post("/preferences", data={"visual_density": str(density)})
    text = client.get("/preferences").get_data(as_text=True)
    shown = set(re.findall(r"<li>([^<]+)</li>", text))
    words = catalogues()["en"].names("density")
    wanted = {words[name] for page in ("list", "watch") for name in elements(page, density)}
    assert {each.replace("&#39;", "'") for each in shown} == wanted
