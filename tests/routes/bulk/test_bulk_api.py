"""Bulk actions over HTTP."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from services.bulk import bulk as limits
from tests.app_here import app_here
from tests.videos import mp4


@pytest.fixture
def client(azurite: str, tmp_path: Path) -> FlaskClient:
    return app_here(azurite, tmp_path).test_client()


def upload(client: FlaskClient, count: int) -> list[str]:
    found = []
    for number in range(count):
        answer = client.put(f"/api/upload/film.mp4?title=film+{number}", data=mp4(3000))
        found.append(answer.get_json()["id"])
    return found


def test_up_to_so_many_are_done_before_the_answer_and_taken_back_at_once(client: FlaskClient) -> None:
    ids = upload(client, 2)
    answer = client.post("/api/bulk", json={"action": "delete", "ids": [*ids, "none.mp4"]})
    assert answer.status_code == 200
    done = answer.get_json()
    assert [(each["id"], each["status"]) for each in done["results"]] == [
        (ids[0], 200),
        (ids[1], 200),
        ("none.mp4", 404),
    ]
    assert done["results"][2]["detail"].startswith("There is no such video")
    assert client.get(f"/api/videos/{ids[0]}").status_code == 404
    known = client.get(f"/api/bulk/{done['id']}").get_json()
    assert (known["count"], known["done"], known["refused"], known["job"]) == (3, 2, 1, None)
    assert [each["id"] for each in known["troubles"]] == ["none.mp4"]
    back = client.post(done["undo"])
    assert [each["status"] for each in back.get_json()["results"]] == [200, 200]
    assert client.get(f"/api/videos/{ids[0]}").status_code == 200
    again = client.post(done["undo"])
    assert (again.status_code, again.get_json()["type"]) == (409, "/problems/nothing-to-undo")


def test_more_are_a_job(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 1)
    upload(client, 2)
    assert client.post("/api/bulk/preview", json={}).get_json() == {"videos": 2, "more": False}
    answer = client.post("/api/bulk", json={"action": "tag", "query": {"q": "film"}, "value": "sea"})
    begun = answer.get_json()
    assert (answer.status_code, begun["job"]["kind"], begun["undo"]) == (202, "bulk", None)
    assert client.get(begun["job"]["links"]["self"]).get_json()["state"] == "queued"
    assert client.get(f"/api/bulk/{begun['id']}").get_json()["job"]["id"] == begun["job"]["id"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ids": ["film.mp4"]}, "action"),
        ({"action": "burn", "ids": ["film.mp4"]}, "action"),
        ({"action": "delete"}, "ids"),
        ({"action": "delete", "ids": [1]}, "ids"),
        ({"action": "delete", "ids": ["film.mp4", "a\0"]}, "ids"),
        ({"action": "delete", "query": {"sort": "title"}}, "query"),
        ({"action": "delete", "query": {"longer_than": -1}}, "query"),
        ({"action": "delete", "query": {"q": "x" * 201}}, "query"),
        ({"action": "tier", "ids": ["film.mp4"], "value": "warm"}, "value"),
        ({"action": "tag", "ids": ["film.mp4"], "value": 7}, "value"),
        ({"action": "tag", "ids": ["film.mp4"], "value": "sea", "more": 1}, "more"),
    ],
)
def test_what_cannot_be_understood_is_refused_and_named(
    client: FlaskClient, body: dict[str, object], field: str
) -> None:
    answer = client.post("/api/bulk", json=body)
    assert answer.status_code == 400
    assert answer.get_json()["type"] == "/problems/invalid-bulk"
    assert [each["field"] for each in answer.get_json()["errors"]] == [field]


def test_a_query_finds_what_the_list_finds(client: FlaskClient) -> None:
    one, _ = upload(client, 2)
    client.patch(f"/api/videos/{one}", json={"tags": ["Größe"]})
    for query, count in (
        ({}, 2),
        ({"tag": "größe"}, 1),
        ({"q": "FILM 1"}, 1),
        ({"q": "!!"}, 0),
        ({"longer_than": 5}, 0),
        ({"held": True}, 0),
        ({"tier": "hot"}, 2),
        ({"missing": "captions"}, None),
    ):
        answer = client.post("/api/bulk/preview", json={"query": query})
        assert answer.status_code == 200
        assert count is None or answer.get_json()["videos"] == count, query
