"""Tiers over HTTP, on real storage: what is in the archive is refused in words wherever its bytes are wanted."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.assembly import Services
from services.jobs.errors import BadInputError
from services.jobs.store import JobQuery
from services.videos.tier import Tier
from tests.routes.clips.cutting import do
from tests.routes.media.films import work
from tests.videos import mp4


def put(client: FlaskClient, video: str, tier: str) -> dict[str, Any]:
    answer = client.put(f"/api/videos/{video}/tier", json={"tier": tier})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.json or {})


def listed(client: FlaskClient, **query: str) -> list[str]:
    return [each["id"] for each in client.get("/api/videos", query_string=query).get_json()["videos"]]


def test_a_video_says_its_tier_and_is_found_by_it(client: FlaskClient, video: str) -> None:
    shown = client.get(f"/api/videos/{video}").get_json()
    assert (shown["tier"], shown["rehydration"]) == ("hot", None)
    moved = put(client, video, "cool")
    assert (moved["tier"], moved["etag"]) == ("cool", shown["etag"])
    assert moved["tier_since"].endswith("Z")
    assert client.get(f"/api/videos/{video}").get_json()["tier"] == "cool"
    assert video in listed(client, tier="cool")
    assert video not in [*listed(client, tier="hot"), *listed(client, tier="archive")]
    assert client.get("/api/videos?tier=warm").status_code == 400
    assert client.get(f"/api/videos/{video}/content").status_code == 200


@pytest.mark.parametrize("body", ['{"tier": "warm"}', "{}", '{"tier": null}', '{"tier": "cool", "x": 1}', "[]", "x"])
def test_a_wish_that_makes_no_sense_is_refused(client: FlaskClient, video: str, body: str) -> None:
    answer = client.put(f"/api/videos/{video}/tier", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/invalid-tier")


def test_pages_of_a_tier_go_on_in_it(client: FlaskClient, video: str) -> None:
    other = client.put("/api/upload/other.mp4", data=mp4(3001)).get_json()["id"]
    for each in (video, other):
        put(client, each, "cold")
    first = client.get("/api/videos?tier=cold&limit=1").get_json()
    assert [each["id"] for each in first["videos"]] == [other]
    assert listed(client, cursor=first["next"])[0] == video
    assert client.get("/api/videos", query_string={"cursor": first["next"], "tier": "hot"}).status_code == 400


_USES: dict[str, Callable[[FlaskClient, str], TestResponse]] = {
    "play": lambda client, id_: client.get(f"/api/videos/{id_}/content"),
    "describe": lambda client, id_: client.head(f"/api/videos/{id_}/content"),
    "download": lambda client, id_: client.get(f"/api/videos/{id_}/content?download"),
    "link": lambda client, id_: client.get(f"/api/videos/{id_}/access-url"),
    "direct link": lambda client, id_: client.get(f"/api/videos/{id_}/access-url?direct=true"),
    "zip": lambda client, id_: client.get(f"/api/zip?id={id_}"),
    "posted zip": lambda client, id_: client.post("/api/zip", json={"ids": [id_]}),
    "clip": lambda client, id_: client.post(f"/api/videos/{id_}/clips", json={"start": 0, "end": 1}),
    "supercut": lambda client, id_: client.post("/api/clips/supercut", json={"ids": [id_], "title": "x"}),
    "work": lambda client, id_: client.post(f"/api/videos/{id_}/process", json={"kinds": ["poster"]}),
    "poster": lambda client, id_: client.put(f"/api/videos/{id_}/poster", json={"at": 1}),
    "own poster": lambda client, id_: client.delete(f"/api/videos/{id_}/poster"),
    "edit": lambda client, id_: client.patch(f"/api/videos/{id_}", json={"title": "new"}),
    "trash": lambda client, id_: client.delete(f"/api/videos/{id_}"),
}


@pytest.mark.parametrize("use", _USES)
def test_what_is_in_the_archive_is_refused_in_words(client: FlaskClient, video: str, use: str) -> None:
    put(client, video, "archive")
    answer = _USES[use](client, video)
    assert answer.status_code == 409
    if use == "describe":
        return
    problem = answer.get_json()
    assert problem["type"] == "/problems/archived"
    assert "15 hours" in problem["detail"]
    assert problem["errors"][0]["field"] == video


def test_a_link_that_was_made_before_says_so_too(client: FlaskClient, video: str) -> None:
    url = client.get(f"/api/videos/{video}/access-url").get_json()["url"].removeprefix("http://localhost")
    put(client, video, "archive")
    assert client.get(url).get_json()["type"] == "/problems/archived"


def test_a_video_that_another_tool_has_archived_says_so_as_soon_as_it_is_played(
    client: FlaskClient, parts: Services, video: str
) -> None:
    parts.platform.video_blobs().set_tier(video, Tier.ARCHIVE)
    for _ in range(2):
        assert client.get(f"/api/videos/{video}/content").get_json()["type"] == "/problems/archived"
    assert client.get(f"/api/videos/{video}").get_json()["tier"] == "archive"
    parts.platform.video_blobs().set_tier(video, Tier.HOT)
    assert client.get(f"/api/videos/{video}/content").status_code == 200
    assert client.get(f"/api/videos/{video}").get_json()["tier"] == "hot"


@pytest.mark.parametrize("kind", ["probe", "poster"])
def test_a_job_on_an_archived_film_ends_in_words_and_is_done_once_it_is_back(
    client: FlaskClient, parts: Services, film: str, kind: str
) -> None:
    # Asked for before, and the film is moved by another tool: the index knows nothing of it.
    parts.platform.video_blobs().set_tier(film, Tier.ARCHIVE)
    with pytest.raises(BadInputError, match="is in the archive"):
        work(parts, film, kind)
    # Nothing is written down of the film that would still be said of it when it is back.
    assert client.get(f"/api/videos/{film}").get_json()["processing"].get(kind, {}).get("error") is None
    parts.platform.video_blobs().set_tier(film, Tier.HOT)
    work(parts, film, kind, attempt=2)


def test_what_failed_in_the_archive_is_queued_anew_when_the_film_is_back(
    client: FlaskClient, parts: Services, film: str
) -> None:
    put(client, film, "archive")
    [job] = [
        each
        for each in parts.jobs.store.page(JobQuery(video=film)).jobs
        if (each.kind, each.state) == ("poster", "queued")
    ]
    claim = parts.jobs.store.claim_one(job.id, worker="a test")
    assert claim is not None
    with pytest.raises(BadInputError) as refusal:
        do(parts, job.id)
    parts.jobs.store.fail(claim, refusal.value.detail, for_good=True)
    back = client.post(f"/api/videos/{film}/rehydrate", json={})
    assert back.status_code == 202
    parts.platform.events.deliver()
    found = parts.jobs.store.get(job.id)
    assert found is not None
    assert found.state == "queued"


def test_a_video_comes_back_by_a_job_that_the_answer_names(client: FlaskClient, parts: Services, video: str) -> None:
    put(client, video, "archive")
    answer = client.post(f"/api/videos/{video}/rehydrate", json={"tier": "cool", "priority": "high"})
    assert answer.status_code == 202
    job = answer.get_json()["job"]
    assert (job["kind"], job["video"], answer.headers["Location"]) == ("rehydrate", video, f"/api/jobs/{job['id']}")
    do(parts, job["id"])
    assert client.get(f"/api/jobs/{job['id']}").get_json()["state"] == "done"
    assert client.get(f"/api/videos/{video}").get_json()["tier"] == "cool"
    assert client.get(f"/api/videos/{video}/content").status_code == 200
    parts.platform.events.deliver()
    actions = [each["action"] for each in client.get(f"/api/audit?target={video}").get_json()["entries"]]
    assert (actions.count("tier.changed"), actions.count("video.return-asked")) == (2, 1)


@pytest.mark.parametrize("body", [{"tier": "archive"}, {"tier": "warm"}, {"priority": "highest"}, {"x": 1}])
def test_a_way_back_that_there_is_not_is_refused(client: FlaskClient, video: str, body: dict[str, Any]) -> None:
    put(client, video, "archive")
    answer = client.post(f"/api/videos/{video}/rehydrate", json=body)
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/invalid-tier")
    assert client.get(f"/api/videos/{video}").get_json()["tier"] == "archive"


def test_what_is_not_away_does_not_come_back(client: FlaskClient, video: str) -> None:
    answer = client.post(f"/api/videos/{video}/rehydrate", json={"tier": "hot"})
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/not-archived")
    missing = "20200101T000000000Z_00000000000000000000000000000000_none.mp4"
    assert client.post(f"/api/videos/{missing}/rehydrate", json={"tier": "hot"}).status_code == 404
    assert client.put(f"/api/videos/{missing}/tier", json={"tier": "hot"}).status_code == 404


def test_what_is_in_the_archive_is_not_restored_but_can_be_deleted(
    client: FlaskClient, parts: Services, video: str
) -> None:
    client.delete(f"/api/videos/{video}")
    blobs = parts.platform.video_blobs()
    blobs.set_tier(video, Tier.ARCHIVE)
    assert client.post(f"/api/videos/{video}/restore").get_json()["type"] == "/problems/archived"
    blobs.delete(video, etag=blobs.describe(video).etag)
    assert client.get(f"/api/videos/{video}").status_code == 404
