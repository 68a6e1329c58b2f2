"""Pages offer what whoever looks at them may do, and nothing else."""

import re

import pytest
from flask import Flask

from tests.routes.accounts.world import World

HTML = {"Accept": "text/html"}
EDIT, DELETE, SHARE, UPLOAD, PICK = 'value="edit"', 'value="delete"', 'id="share"', 'id="upload"', 'class="pick'
OWNER, VISIBILITY = 'name="owner"', 'name="visibility"'


@pytest.fixture
def world(app: Flask) -> World:
    world = World(app)
    world.populate()
    return world


def offered(world: World, who: str, path: str) -> set[str]:
    page = world.ask(who, "GET", path, headers=HTML)
    assert page.status_code == 200, (who, path, page.status_code)
    text = page.get_data(as_text=True)
    return {each for each in (EDIT, DELETE, SHARE, UPLOAD, PICK, OWNER, VISIBILITY) if each in text}


def test_the_watch_page_offers_what_each_may_do(world: World) -> None:
    path = f"/videos/{world.video('public')}"
    changing = {EDIT, DELETE, VISIBILITY, SHARE, UPLOAD}
    assert offered(world, "nobody", path) == set()
    assert offered(world, "READONLY", path) == {SHARE}
    assert offered(world, "foreign", path) == {SHARE, UPLOAD}
    assert offered(world, "own", path) == changing
    assert offered(world, "MANAGER", path) == offered(world, "ADMIN", path) == changing | {OWNER}
    assert offered(world, "read token", path) == {SHARE}


def test_the_library_offers_what_each_may_do(world: World) -> None:
    world.video("team")
    assert offered(world, "READONLY", "/") == set()
    # What is done with selected videos: whoever may change some of theirs is offered it, and picks those alone.
    assert offered(world, "foreign", "/") == {UPLOAD, VISIBILITY}
    assert offered(world, "own", "/") == {UPLOAD, PICK, VISIBILITY}
    assert offered(world, "MANAGER", "/") == {UPLOAD, PICK, VISIBILITY, OWNER}


@pytest.mark.thorough
def test_the_navigation_leads_nowhere_that_is_refused(world: World) -> None:
    for who in ("READONLY", "foreign", "own", "MANAGER", "ADMIN", "shut"):
        start = "/account" if who == "shut" else "/"
        text = world.ask(who, "GET", start, headers=HTML).get_data(as_text=True)
        rail = text[text.index('class="rail"') : text.index('<header class="bar"')]
        links = set(re.findall(r'href="(/[a-z]*)"', rail)) - ({"/"} if who == "shut" else set())
        assert links
        for link in links:
            assert world.ask(who, "GET", link, headers=HTML).status_code == 200, (who, link)
        assert ("/trash" in links) is (who in {"foreign", "own", "MANAGER", "ADMIN"})
        assert ("/people" in links) is (who == "ADMIN")


def test_the_watch_page_shows_and_changes_owner_and_visibility(world: World) -> None:
    path = f"/videos/{world.video('team')}"
    text = world.ask("foreign", "GET", path, headers=HTML).get_data(as_text=True)
    assert ">own</bdi>" in text
    assert "Everybody with an account</dd>" in text
    said = {"action": "edit", "title": "film", "visibility": "private", "owner": world.users["foreign"].id}
    assert world.ask("MANAGER", "POST", path, data=said).status_code == 303
    assert world.ask("own", "GET", path, headers=HTML).status_code == 404
    text = world.ask("foreign", "GET", path, headers=HTML).get_data(as_text=True)
    assert "Only the owner</dd>" in text


def test_a_form_that_says_what_no_video_can_be_is_refused(world: World) -> None:
    path = f"/videos/{world.video('team')}"
    for wrong in ({"visibility": "open"}, {"owner": "a b"}):
        said = {"action": "edit", "title": "film", **wrong}
        assert world.ask("MANAGER", "POST", path, data=said).status_code == 400, wrong
