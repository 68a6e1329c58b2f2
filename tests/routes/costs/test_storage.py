"""What is stored and what it costs: over HTTP and on the page, for those who see to the library."""

import re
from dataclasses import replace

import pytest

from services.actors.actor import NOBODY
from services.costs.price_list import GB
from services.storage.use import STORAGE_USE
from tests.routes.test_people import ADMIN, AMINA, BELA, MANAGER, READER, House, house

__all__ = ["house"]

SIZE = 3000
_PICTURE = re.compile(r'<svg class="chart"[^>]*role="img" aria-label="[^"]+"')


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """What other tests have asked of storage is none of ours."""
    STORAGE_USE.drain()


def test_bytes_by_tier_owner_and_month_add_up_and_have_a_price(house: House) -> None:
    house.upload(AMINA)
    house.upload(AMINA)
    house.upload(BELA)
    answer = house.ask(MANAGER, "GET", "/api/storage")
    assert answer.status_code == 200
    said = answer.get_json()
    assert (said["bytes"], said["videos"]) == (3 * SIZE, 3)
    assert [each["tier"] for each in said["by_tier"]] == ["hot", "cool", "cold", "archive"]
    assert said["by_tier"][0]["cost"] == round(3 * SIZE / GB * 0.0196, 6)
    for parts in ("by_tier", "by_owner"):
        assert sum(each["bytes"] for each in said[parts]) == said["bytes"]
    owners = {each["owner"]: each["bytes"] for each in said["by_owner"] if each["owner"]}
    assert owners == {AMINA.id: 2 * SIZE, BELA.id: SIZE}
    assert said["by_owner"][0]["owner"] == AMINA.id
    assert [each["bytes"] for each in said["by_month"]] == [3 * SIZE]
    assert (said["currency"], said["region"], said["prices_of"]) == ("USD", "westeurope", "2025-01-01")


def test_bytes_by_collection_count_a_video_in_each_that_it_is_in(house: House) -> None:
    first, second = house.upload(AMINA), house.upload(AMINA)
    house.upload(BELA)
    both, one, empty = (
        house.ask(AMINA, "POST", "/api/collections", json={"title": title, "visibility": "private"}).get_json()["id"]
        for title in ("Both <b>", "One", "None")
    )
    for collection, videos in ((both, [first["id"], second["id"]]), (one, [first["id"]])):
        house.ask(AMINA, "POST", f"/api/collections/{collection}/videos", json={"ids": videos})
    assert house.ask(AMINA, "PUT", f"{second['links']['self']}/tier", json={"tier": "cool"}).status_code == 200
    house.ask(AMINA, "DELETE", first["links"]["self"])
    said = house.ask(MANAGER, "GET", "/api/storage").get_json()["by_collection"]
    assert [(each["collection"], each["title"], each["videos"], each["bytes"]) for each in said] == [
        (both, "Both <b>", 2, 2 * SIZE),
        (one, "One", 1, SIZE),
    ]
    assert said[0]["cost"] == round(SIZE / GB * 0.0196 + SIZE / GB * 0.01, 6)
    assert empty not in {each["collection"] for each in said}
    page = house.ask(MANAGER, "GET", "/storage", headers={"Accept": "text/html"}).text
    assert ("Both &lt;b&gt;" in page, "Both <b>" in page) == (True, False)
    house.ask(AMINA, "DELETE", f"/api/collections/{both}")
    said = house.ask(MANAGER, "GET", "/api/storage").get_json()["by_collection"]
    assert [each["collection"] for each in said] == [one]


def test_what_is_in_the_trash_is_still_paid_for_and_what_is_gone_is_not(house: House) -> None:
    video = house.upload(AMINA)
    house.upload(BELA)
    house.ask(AMINA, "DELETE", video["links"]["self"])
    said = house.ask(ADMIN, "GET", "/api/storage").get_json()
    assert (said["bytes"], said["in_trash"]) == (2 * SIZE, {"bytes": SIZE, "videos": 1})


def test_playing_is_counted_for_whose_video_it_is(house: House) -> None:
    video = house.upload(AMINA, visibility="team")
    before = house.ask(MANAGER, "GET", "/api/storage").get_json()["by_tier"][0]
    for _ in range(2):
        played = house.ask(READER, "GET", f"{video['links']['content']}", headers={"Range": "bytes=0-999"})
        assert len(played.data) == 1000
    said = house.ask(MANAGER, "GET", "/api/storage").get_json()
    mine = next(each for each in said["by_owner"] if each["owner"] == AMINA.id)
    assert (mine["reads"], mine["read_bytes"]) == (2, 2000)
    assert said["by_tier"][0]["read_bytes"] - before["read_bytes"] == 2000
    assert said["by_tier"][0]["writes"] > 0
    assert said["by_month"][0]["use_cost"] > 0


def test_what_lies_in_another_tier_is_priced_and_counted_there(house: House) -> None:
    video = house.upload(AMINA)
    house.upload(BELA)
    assert house.ask(AMINA, "PUT", f"{video['links']['self']}/tier", json={"tier": "cool"}).status_code == 200
    assert house.ask(AMINA, "GET", video["links"]["content"]).data
    said = house.ask(MANAGER, "GET", "/api/storage").get_json()
    hot, cool, *_ = said["by_tier"]
    assert (hot["bytes"], cool["bytes"]) == (SIZE, SIZE)
    assert cool["cost"] == round(SIZE / GB * 0.01, 6)
    assert (cool["reads"], cool["read_bytes"]) == (1, SIZE)


def test_a_look_is_what_a_past_month_is_told_by(house: House) -> None:
    house.upload(AMINA)
    assert house.services.costs.costs.look() == "1 videos"
    assert house.ask(MANAGER, "GET", "/api/storage").get_json()["by_month"][0]["videos"] == 1


@pytest.mark.parametrize(("who", "status"), [(NOBODY, 401), (READER, 403), (AMINA, 403), (MANAGER, 200)])
def test_only_who_may_manage_is_told(house: House, who: object, status: int) -> None:
    assert house.ask(who, "GET", "/api/storage").status_code == status  # type: ignore[arg-type]
    page = house.ask(who, "GET", "/storage", headers={"Accept": "text/html"})  # type: ignore[arg-type]
    assert page.status_code == (303 if status == 401 else status)


def test_the_page_draws_what_its_tables_say(house: House) -> None:
    empty = house.ask(MANAGER, "GET", "/storage").get_data(as_text=True)
    assert "Nothing is stored yet" in empty
    id_ = house.upload(AMINA)["id"]
    page = house.ask(MANAGER, "GET", "/storage").get_data(as_text=True)
    assert len(_PICTURE.findall(page)) == 1  # What costs less than a cent has no picture.
    assert '<rect class="of-hot"' in page
    assert "under 0.01 USD" in page
    [video] = house.services.library.videos.these([id_], by=ADMIN)
    house.services.library.catalogue.put(replace(video, size=1000 * GB))
    page = house.ask(MANAGER, "GET", "/storage").get_data(as_text=True)
    assert len(_PICTURE.findall(page)) == 2
    assert "prices update" in page
    german = house.ask(MANAGER, "GET", "/storage", headers={"Accept-Language": "de"}).get_data(as_text=True)
    assert "Was aufbewahrt wird" in german
