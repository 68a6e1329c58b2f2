"""Every change and every refusal is in the audit, with the request's id and address."""

from typing import Any

import pytest
from flask import Flask

from routes.audit.noting import NOTED
from tests.routes.accounts.world import TUS, World
from tests.server import eventually

BY_THEMSELVES = {
    *("auth", "accounts", "people", "users", "identities", "live_settings", "settings_pages"),
    *("factors", "factor_pages", "oidc", "device_codes", "devices", "forgotten", "forgotten_pages"),
    *("rules", "rule_pages", "artists", "artist_lists", "artist_pages", "wanted", "wanted_pages"),
    *("subscriptions", "schedule_pages", "collections", "collection_pages"),
    *("preferences", "feedback", "feedback_pages"),
}
"""What writes into the audit in the transaction of the change."""
BY_EVENTS = {
    *("upload.upload_form", "upload.upload_file", "upload.upload_video", "direct.complete_upload"),
    *("resumable.append", "resumable.override", "videos.edit_video", "videos.delete_video", "videos.restore_video"),
    *("watch.change", "library.restore", "library.purge", "videos.purge_video"),
    *("holds.put_hold", "holds.lift_hold", "hold_pages.change"),
    *("captions.put_captions", "captions.delete_captions", "caption_pages.change"),
    *("clips.edit_clip", "clips.delete_clip", "tiers.set_tier", "tier_pages.change"),
    *("sign_tracks.put_track", "sign_tracks.delete_track", "sign_track_pages.change"),
}
"""What is told of by the events of the video that is made or changed."""
NO_CHANGES = {
    *(
        "language.choose",
        "timings.take",
        "zips.download_many",
        "bulk.preview",
        "bulk_pages.choose",
        "caption_drafts.check_cues",
    ),
    *("caption_drafts.put_draft", "caption_drafts.delete_draft"),
}
"""What changes nothing, or nothing but what somebody has begun to write."""


@pytest.fixture
def world(app: Flask) -> World:
    world = World(app)
    world.populate()
    return world


def entries(world: World, *actions: str, **query: str) -> list[dict[str, Any]]:
    """What the audit answers, once it has these actions: events reach it a moment after what they tell of."""
    found: list[dict[str, Any]] = []

    def are_there() -> bool:
        world.services.platform.events.deliver()
        found[:] = world.ask("MANAGER", "GET", "/api/audit", query_string=query).get_json()["entries"]
        return {each["action"] for each in found} >= set(actions)

    eventually(are_there)
    return found


def test_no_route_that_changes_something_is_forgotten(app: Flask) -> None:
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not {"POST", "PUT", "PATCH", "DELETE"}.isdisjoint(rule.methods or ())
        and rule.endpoint.split(".")[0] not in BY_THEMSELVES
    }
    assert changing == (set(NOTED) - {"access.access_url"}) | BY_EVENTS | NO_CHANGES


def test_what_happens_to_a_video_is_in_it(world: World) -> None:
    video = world.video("team", trashed=True)
    headers = {"X-Request-ID": "a-request-of-mine"}
    assert world.ask("own", "POST", f"/api/videos/{video}/restore", headers=headers).status_code == 200
    assert world.ask("own", "POST", f"/api/videos/{video}/process", json={"kinds": ["poster"]}).status_code == 202
    happened = ("video.uploaded", "video.changed", "video.trashed", "video.restored", "video.process-asked")
    found = entries(world, *happened, target=video)
    [restored] = [each for each in found if each["action"] == "video.restored"]
    assert restored["actor"] == {"kind": "person", "id": world.users["own"].id, "name": "own"}
    assert (restored["request_id"], restored["address"]) == ("a-request-of-mine", "127.0.0.1")
    assert restored["target"] == {"kind": "video", "id": video}


def test_who_changed_words_and_signs_is_in_it(world: World) -> None:
    video, sign = world.video("team"), world.video("team")
    api = f"/api/videos/{video}"
    words = "WEBVTT\n\n00:00.000 --> 00:02.000\nWords.\n"
    assert world.ask("own", "PUT", f"{api}/captions/en", data=words, content_type="text/vtt").status_code == 201
    assert world.ask("own", "PUT", f"{api}/sign/ase", json={"video_id": sign}).status_code == 201
    chapters = {"chapters": [{"start": 0, "title": "Beginning"}]}
    assert world.ask("own", "PUT", f"{api}/chapters", json=chapters).status_code == 200
    happened = {"captions.changed", "sign.changed", "video.chapters-changed"}
    found = entries(world, *happened, target=video)
    assert {each["actor"]["name"] for each in found if each["action"] in happened} == {"own"}


def test_changes_of_uploads_and_jobs_are_in_it(world: World) -> None:
    upload, job = world.upload(), world.job()
    assert world.ask("own", "DELETE", f"/api/uploads/{upload}", headers=TUS).status_code == 204
    assert world.ask("MANAGER", "POST", f"/api/jobs/{job}/cancel").status_code == 200
    assert [each["action"] for each in entries(world, target=upload)] == ["upload.ended"]
    [cancelled] = entries(world, target=job)
    assert (cancelled["action"], cancelled["actor"]["name"]) == ("job.cancelled", "MANAGER")


def test_refusals_are_in_it(world: World) -> None:
    video = world.video("team")
    assert world.ask("foreign", "DELETE", f"/api/videos/{video}").status_code == 403
    assert world.ask("READONLY", "GET", "/api/users").status_code == 403
    one, other = entries(world, action="request.refused")
    assert (one["actor"]["name"], one["details"]["path"], one["outcome"]) == ("READONLY", "/api/users", "refused")
    assert (other["actor"]["name"], other["target"]) == ("foreign", {"kind": "video", "id": video})
