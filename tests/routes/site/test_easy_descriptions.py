"""The easy version of a description stands first for who reads easily, and is one press away for others."""

import re

import pytest
from flask.testing import FlaskClient

from tests.videos import mp4

FULL, EASY = "A treatise on <navigation>.", "How ships find their way."


@pytest.fixture
def watch(client: FlaskClient) -> str:
    video = client.put("/api/upload/film.mp4", data=mp4(3000)).get_json()
    change = {"description": FULL, "easy_description": EASY}
    answer = client.patch(video["links"]["self"], json=change)
    assert (answer.status_code, answer.get_json()["easy_description"]) == (200, EASY)
    return str(video["links"]["page"])


def shown(client: FlaskClient, address: str, level: int) -> tuple[str, str]:
    """What stands on the page, and what is folded away."""
    client.post("/preferences", data={"reading_level": str(level)})
    text = client.get(address).get_data(as_text=True)
    first = re.search(r'<p class="description"[^>]*(?<!hidden)>([^<]*)</p>', text)
    folded = re.search(r'<details class="other-words">.*?class="other-description"[^>]*>([^<]*)</p>', text, re.DOTALL)
    return first[1] if first else "", folded[1] if folded else ""


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_levels_one_and_two_read_the_easy_one(client: FlaskClient, watch: str, level: int) -> None:
    full = FULL.replace("<", "&lt;").replace(">", "&gt;")
    assert shown(client, watch, level) == ((EASY, full) if level <= 2 else (full, EASY))


def test_one_of_them_alone_is_shown_to_everybody(client: FlaskClient, watch: str) -> None:
    form = {"action": "edit", "title": "film", "tags": "", "description": FULL, "easy_description": "", "language": ""}
    assert client.post(watch, data={**form, "description": "", "easy_description": EASY}).status_code == 303
    for level in (1, 5):
        assert shown(client, watch, level) == (EASY, "")
    assert client.post(watch, data={**form, "description": "full"}).status_code == 303
    for level in (1, 5):
        assert shown(client, watch, level) == ("full", "")
