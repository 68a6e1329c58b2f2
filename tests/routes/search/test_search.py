"""One search over everything: grouped, each group as whoever asks may see it, and gone on with by cursors."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from routes.http.actors import register_resolver
from services.accounts.joining import NewAccount
from services.actors.actor import ANYONE, SYSTEM, Actor, ActorKind, Role
from services.assembly import Services
from tests.accounts import PASSWORD
from tests.app_here import app_here, services_of
from tests.videos import mp4

USER = Actor(kind=ActorKind.PERSON, id="bela", name="Bela", role=Role.USER)


class Site:
    """The app, and who asks it."""

    def __init__(self, azurite: str, folder: Path) -> None:
        app = app_here(azurite, folder)
        self.who = ANYONE
        register_resolver(app, lambda: self.who)
        self.client: FlaskClient = app.test_client()
        self.services: Services = services_of(app)

    def upload(self, title: str, *tags: str, visibility: str = "team") -> str:
        video = self.client.put("/api/upload/film.mp4", query_string={"title": title}, data=mp4(3000)).get_json()
        change = {"tags": tags, "visibility": visibility}
        assert self.client.patch(video["links"]["self"], json=change).status_code == 200
        id_: str = video["id"]
        return id_

    def groups(self, q: str, *, by: Actor = ANYONE, **asked: object) -> dict[str, dict[str, Any]]:
        self.who = by
        answer = self.client.get("/api/search", query_string={"q": q, **asked})
        self.who = ANYONE
        assert answer.status_code == 200, answer.text
        return {each["kind"]: each for each in answer.get_json()["groups"]}

    def titles(self, q: str, kind: str, *, by: Actor = ANYONE, **asked: object) -> list[str]:
        return [each["title"] for each in self.groups(q, by=by, **asked)[kind]["results"]]


@pytest.fixture(scope="module")
def site(azurite: str, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(azurite, tmp_path_factory.mktemp("search"))


def test_the_groups_come_in_one_order_and_people_are_for_who_administers(site: Site) -> None:
    usual = ["videos", "transcripts", "artists", "collections", "tags", "settings"]
    assert list(site.groups("sea", by=USER)) == usual
    assert list(site.groups("sea")) == [*usual[:5], "people", "settings"]
    for group in site.groups("").values():
        assert (group["total"], group["results"], group["next"]) == (0, [], None)


def test_tags_are_found_by_how_they_begin_as_they_are_written(site: Site) -> None:
    site.upload("one", "Größe", "Groß und klein", "sea")
    site.upload("two", "größe")
    assert [each.lower() for each in site.titles("GROS", "tags")] == ["groß und klein", "größe"]
    [one, two] = site.groups("gros", kind="tags")["tags"]["results"]
    assert one["url"] == "/?tag=Gro%C3%9F+und+klein" or one["url"] == "/?tag=Gro%C3%9F%20und%20klein"
    assert two["id"] == two["title"]


def test_a_tag_of_what_is_hidden_is_not_told_of(site: Site) -> None:
    site.upload("mine", "codename", visibility="private")
    assert site.titles("codename", "tags") == ["codename"]
    assert site.titles("codename", "tags", by=USER) == []


def test_people_are_found_by_who_administers(site: Site) -> None:
    account = NewAccount(username="zelda-harbour", email="zelda@harbour.example", password=PASSWORD)
    site.services.accounts.joining.register(account, by=SYSTEM)
    [found] = site.groups("zelda")["people"]["results"]
    assert (found["title"], found["excerpt"]) == ("zelda-harbour", "zelda@harbour.example")
    assert site.client.get(found["url"]).status_code == 200
    site.who = USER
    refused = site.client.get("/api/search", query_string={"q": "zelda", "kind": "people"})
    site.who = ANYONE
    assert refused.status_code == 403


def test_pages_and_live_settings_are_found_by_who_may(site: Site) -> None:
    found = site.groups("tries lock", kind="settings")["settings"]["results"]
    assert "lockout_tries" in [each["id"] for each in found]
    assert site.titles("trash", "settings", by=USER) == ["Trash"]
    assert "lockout_tries" not in [each["id"] for each in site.groups("tries", by=USER)["settings"]["results"]]
    for each in site.groups("li")["settings"]["results"]:
        assert site.client.get(each["url"]).status_code == 200


def test_each_group_goes_on_by_its_cursor_and_shows_nothing_twice(site: Site) -> None:
    for number in range(5):
        site.upload(f"Walked {number}", f"walked {number}")
    for kind in ("videos", "tags"):
        shown, cursor = list[str](), ""
        for _ in range(5):
            group = site.groups("walked", kind=kind, limit=2, cursor=cursor)[kind]
            shown += [each["id"] for each in group["results"]]
            cursor = group["next"]
            if cursor is None:
                break
        assert len(shown) == len(set(shown)) == 5, kind
    first, other = (site.groups("walked", kind=kind, limit=2)[kind]["next"] for kind in ("videos", "tags"))
    for asked in (
        {"q": "walked", "cursor": first},
        {"q": "walked", "kind": "tags", "cursor": first},
        {"q": "other", "kind": "videos", "cursor": first},
        {"q": "walked", "kind": "videos", "cursor": other},
        {"q": "walked", "kind": "settings", "cursor": other},
        {"q": "walked", "kind": "nonsense"},
        {"q": "walked", "limit": "0"},
    ):
        assert site.client.get("/api/search", query_string=asked).status_code == 400, asked


def test_the_page_shows_the_groups_without_scripts_and_says_the_order(site: Site) -> None:
    video = site.upload("Paged film", "paged tag")
    page = site.client.get("/search", query_string={"q": "paged"}).text
    assert f'href="/videos/{video}"' in page
    assert "paged tag" in page
    assert "How results are ordered" in page
    assert "Nothing begins with these words" in site.client.get("/search?q=zzzzz").text
    assert site.client.get("/search").status_code == 200
    more = site.client.get("/search", query_string={"q": "paged", "kind": "tags"})
    assert "All kinds" in more.text
