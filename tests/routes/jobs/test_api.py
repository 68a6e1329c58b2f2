"""Jobs over HTTP: listed, looked at, cancelled, tried again, and on a page that needs no scripts."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.jobs.job import Job, Lane
from services.jobs.kinds import Kind
from services.jobs.store import JobStore

_POSTER = Kind(name="poster", lane=Lane.QUICK, recipe=1, run=lambda _: None)
_ENCODING = Kind(name="hls", lane=Lane.MEDIA, recipe=1, run=lambda _: None)


@pytest.fixture
def store(app: Flask) -> JobStore:
    found: JobStore = app.extensions["reelgate.services"].jobs.store
    return found


def failed(store: JobStore, video: str = "broken.mp4") -> Job:
    job = store.add(_POSTER, by=SYSTEM, video=video, priority=-9)
    claim = store.claim(Lane.QUICK, worker="here")
    assert claim is not None
    store.fail(claim, "The file ends <in the middle>.", for_good=True)
    return job


def test_a_job_is_shown_with_all_that_people_ask(client: FlaskClient, store: JobStore) -> None:
    job = store.add(_POSTER, by=SYSTEM, video="a film.mp4")
    shown = client.get(f"/api/jobs/{job.id}")
    assert shown.headers["Cache-Control"] == "private, no-cache"
    body = shown.get_json()
    assert body.pop("created_at").endswith("Z")
    assert body == {
        "id": job.id,
        "kind": "poster",
        "video": "a film.mp4",
        "state": "queued",
        "progress": 0.0,
        "attempts": 0,
        "error": None,
        "results": None,
        "started_at": None,
        "finished_at": None,
        "links": {
            "self": f"/api/jobs/{job.id}",
            "cancel": f"/api/jobs/{job.id}/cancel",
            "retry": f"/api/jobs/{job.id}/retry",
            "video": "/api/videos/a%20film.mp4",
        },
    }


def test_the_list_is_filtered_and_continued(client: FlaskClient, store: JobStore) -> None:
    ids = [store.add(_POSTER, by=SYSTEM, video=f"{number}.mp4").id for number in range(3)]
    encoding = store.add(_ENCODING, by=SYSTEM, video="0.mp4").id

    def listed(query: str) -> list[str]:
        return [job["id"] for job in client.get(f"/api/jobs?{query}").get_json()["jobs"]]

    assert set(listed("video=0.mp4")) == {ids[0], encoding}
    assert listed("kind=hls") == [encoding]
    assert set(listed("state=queued,failed")) == {*ids, encoding}
    assert listed("state=done") == []
    first = client.get("/api/jobs?limit=3&kind=").get_json()
    rest = client.get(f"/api/jobs?limit=3&cursor={first['next']}").get_json()
    assert len({job["id"] for job in first["jobs"] + rest["jobs"]}) == 4
    assert rest["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "state=nowhere", "cursor=abc", "kind=%0A"])
def test_questions_that_make_no_sense_are_refused(client: FlaskClient, query: str) -> None:
    refused = client.get(f"/api/jobs?{query}")
    assert refused.status_code == 400
    assert refused.get_json()["errors"][0]["field"] == query.partition("=")[0]


def test_a_cursor_belongs_to_its_filters(client: FlaskClient, store: JobStore) -> None:
    for number in range(2):
        store.add(_POSTER, by=SYSTEM, video=f"{number}.mp4")
    cursor = client.get("/api/jobs?limit=1").get_json()["next"]
    assert client.get(f"/api/jobs?limit=1&kind=hls&cursor={cursor}").status_code == 400
    videos = client.get("/api/videos").get_json()
    assert videos["next"] is None


def test_cancelling_and_trying_again(client: FlaskClient, store: JobStore) -> None:
    job = store.add(_POSTER, by=SYSTEM, video="film.mp4")
    for _ in range(2):
        cancelled = client.post(f"/api/jobs/{job.id}/cancel")
        assert (cancelled.status_code, cancelled.get_json()["state"]) == (200, "cancelled")
    again = client.post(f"/api/jobs/{job.id}/retry")
    assert (again.status_code, again.get_json()["job"]["state"]) == (202, "queued")
    assert again.get_json()["job"]["id"] == job.id
    assert client.post(f"/api/jobs/{job.id}/retry").status_code == 409
    over = failed(store)
    refused = client.post(f"/api/jobs/{over.id}/cancel")
    assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (409, "job-state")


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("POST", "/cancel"), ("POST", "/retry")])
def test_what_is_not_there_is_not_found(client: FlaskClient, method: str, end: str) -> None:
    assert client.open(f"/api/jobs/none{end}", method=method).status_code == 404


def test_the_page_works_without_scripts(client: FlaskClient, store: JobStore) -> None:
    assert "Nothing to do" in client.get("/jobs").text
    broken, waiting = failed(store), store.add(_ENCODING, by=SYSTEM, video="film.mp4")
    page = client.get("/jobs").text
    assert "The file ends &lt;in the middle&gt;." in page
    assert page.index("Needs attention") < page.index('id="waiting"')
    assert client.post(f"/jobs/{broken.id}/retry").headers["Location"] == "/jobs"
    assert client.post(f"/jobs/{waiting.id}/cancel").status_code == 303
    page = client.get("/jobs?state=done,cancelled").text
    assert "Cancelled" in page
    assert "Needs attention" not in page
