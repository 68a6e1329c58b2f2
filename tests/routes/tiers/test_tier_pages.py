"""The pages of tiers: what a change means is said before it is made, and what cannot be done is not offered."""

import re

import pytest
from flask.testing import FlaskClient

from tests.routes.tiers.test_tiers_api import put


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_what_each_tier_means_is_said_before_a_change(client: FlaskClient, video: str) -> None:
    shown = page(client, f"/videos/{video}/tier")
    for words in ("At least 30 days", "At least 90 days", "At least 180 days", "up to 15 hours", "less than an hour"):
        assert words in shown
    assert "costs the rest at once" not in shown
    answer = client.post(f"/videos/{video}/tier", data={"tier": "cold"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/videos/{video}")
    shown = page(client, f"/videos/{video}/tier")
    assert "Cold is paid for 90 days at least. Moving this video now costs the rest at once" in shown
    assert client.post(f"/videos/{video}/tier", data={"tier": "warm"}).status_code == 400


def test_a_tier_is_shown_on_cards_and_on_the_page(client: FlaskClient, video: str) -> None:
    assert 'class="tier"' not in page(client, f"/cards?id={video}")
    put(client, video, "cool")
    assert '<span class="tier">Cool</span>' in page(client, f"/cards?id={video}")
    assert f'href="/videos/{video}/tier">Change</a>' in page(client, f"/videos/{video}")
    assert "Cool: show all tiers" in page(client, "/?tier=cool")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_of_an_archived_video_offers_the_way_back_and_nothing_else(
    client: FlaskClient, video: str, language: str
) -> None:
    assert "<video" in page(client, f"/videos/{video}")
    put(client, video, "archive")
    client.set_cookie("language", language)
    shown = page(client, f"/videos/{video}")
    assert "<video" not in shown
    assert 'class="notice archived"' in shown
    for gone in ('value="delete"', "?download", 'id="share"', "new-clip", f'action="/videos/{video}"><input'):
        assert gone not in shown
    answer = client.post(f"/videos/{video}/rehydrate", data={"tier": "cool", "priority": "high"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/videos/{video}")
    assert "<video" in page(client, f"/videos/{video}")
    assert client.get(f"/api/videos/{video}").get_json()["tier"] == "cool"


def test_a_job_that_waits_for_azure_says_so(client: FlaskClient, video: str) -> None:
    put(client, video, "archive")
    client.post(f"/videos/{video}/rehydrate", data={"tier": "hot"})
    assert "Waiting until Azure has brought it back" in page(client, "/jobs?state=queued")
