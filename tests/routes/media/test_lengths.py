"""The page of the library, narrowed to films that are longer than some length."""

import html
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from services.assembly import Services
from tests.media_films import make_film
from tests.routes.media.films import stored, work

pytestmark = pytest.mark.thorough


@pytest.fixture
def lengths(client: FlaskClient, parts: Services, tmp_path: Path) -> dict[int, str]:
    """Videos by their length in seconds, each with a tag."""
    found = {}
    for seconds in (2, 3, 4):
        found[seconds] = stored(client, make_film(tmp_path / "h264.mp4", seconds=seconds))
        work(parts, found[seconds], "probe")
        client.patch(f"/api/videos/{found[seconds]}", json={"tags": ["sea"], "title": f"{seconds} seconds"})
    return found


def shown(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def titles(page: str) -> list[str]:
    return re.findall(r">(\d seconds)</a>", page)


def links(page: str) -> list[str]:
    """Where the library's own links lead that change the question."""
    return re.findall(r'href="(/\?[^"]*)"', page)


def test_every_link_of_a_narrowed_list_keeps_the_length(client: FlaskClient, lengths: dict[int, str]) -> None:
    page = shown(client, "/?longer_than=2.5&sort=duration")
    assert titles(page) == ["3 seconds", "4 seconds"]
    assert re.search(r'<input type="hidden" name="longer_than"\s+value="2.5">', page)
    orders = [each for each in links(page) if "sort=" in each and "tag=" not in each and "longer_than=2.5" in each]
    assert len(orders) == 9
    [tag] = {each for each in links(page) if "tag=sea" in each}
    assert titles(shown(client, tag)) == ["3 seconds", "4 seconds"]
    leave_tag, leave_length = re.findall(r'class="chip on" href="([^"]*)"', shown(client, tag))
    assert titles(shown(client, leave_tag)) == ["3 seconds", "4 seconds"]
    assert titles(shown(client, leave_length)) == ["2 seconds", "3 seconds", "4 seconds"]


def test_more_of_a_narrowed_list_is_narrowed_too(client: FlaskClient, lengths: dict[int, str]) -> None:
    page = shown(client, "/?longer_than=2.5&sort=duration&limit=1")
    [more] = re.findall(r'rel="next" href="([^"]*)"', page)
    assert "longer_than=2.5" in more
    assert titles(shown(client, more)) == ["4 seconds"]


def test_a_length_can_be_chosen_and_left_again(client: FlaskClient, lengths: dict[int, str]) -> None:
    page = shown(client, "/?q=seconds&sort=title")
    [minute] = [each for each in links(page) if "longer_than=60" in each and "longer_than=600" not in each]
    assert "q=seconds" in minute
    assert "sort=title" in minute
    narrowed = shown(client, minute)
    # Nothing is that long here: the way back leads to all lengths, and the search stays.
    [back] = re.findall(r'class="chip on" href="([^"]*)"', narrowed)
    assert "q=seconds" in back
    assert titles(shown(client, back)) == ["2 seconds", "3 seconds", "4 seconds"]


def test_a_list_in_which_nothing_is_that_long_is_no_empty_library(client: FlaskClient, lengths: dict[int, str]) -> None:
    page = shown(client, "/?longer_than=3600")
    assert "Nothing found" in page
    assert "No videos yet" not in page


@pytest.mark.parametrize("length", ["1e300", "1.5E+999", "0.5e-300"])
def test_any_number_is_a_length(client: FlaskClient, length: str) -> None:
    assert client.get("/api/videos", query_string={"longer_than": length}).status_code == 200


def test_a_narrowed_list_counts_what_it_shows(client: FlaskClient, lengths: dict[int, str]) -> None:
    assert ">2 videos<" in re.sub(r"\s*(2 videos)\s*", r"\1", shown(client, "/?longer_than=2.5"))
