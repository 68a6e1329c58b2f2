"""Drafts of captions over HTTP: kept for one person, checked as they come, and never undone by another window."""

from typing import Any

import pytest
from azure.storage.blob import ContainerClient
from flask import Flask
from flask.testing import FlaskClient

from routes.http.actors import register_resolver
from services.actors.actor import NOBODY, SYSTEM, Actor, ActorKind, Role
from services.assembly import Services
from services.captions.cues import Cue, Words
from services.captions.track import CaptionKind

VTT = "WEBVTT\n\nSTYLE\n::cue { color: #fff; }\n\n00:00:01.000 --> 00:00:03.000 line:5%\n<v Amina>Hello.\n"
CUE = {"start": 1.0, "end": 3.0, "text": "<v Amina>Hello, <c.low>Harwich</c>."}


def at(video: str, language: str = "en") -> str:
    return f"/api/videos/{video}/captions/{language}"


def published(client: FlaskClient, video: str, content: str = VTT, **headers: str) -> str:
    sent = {"Content-Type": "text/vtt"} | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.put(at(video), data=content, headers=sent)
    assert answer.status_code in {200, 201}, answer.text
    return str(answer.get_json()["caption"]["etag"])


def opened(client: FlaskClient, video: str, language: str = "en") -> dict[str, Any]:
    answer = client.get(f"{at(video, language)}/draft")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    found: dict[str, Any] = answer.get_json()
    assert answer.headers.get("ETag") == (f'"{found["etag"]}"' if found["etag"] else None)
    return found


def test_a_draft_begins_with_the_track(client: FlaskClient, video: str) -> None:
    etag = published(client, video)
    draft = opened(client, video)
    assert draft["cues"] == [{"start": 1.0, "end": 3.0, "text": "<v Amina>Hello.", "settings": "line:5%"}]
    assert draft["heads"] == ["STYLE\n::cue { color: #fff; }"]
    assert (draft["based_on"], draft["etag"], draft["saved_at"]) == (etag, None, None)
    assert draft["track"]["etag"] == etag


def test_a_language_is_begun_from_nothing_and_published(client: FlaskClient, video: str) -> None:
    draft = opened(client, video, "gsw")
    assert (draft["cues"], draft["based_on"], draft["track"]) == ([], None, None)
    saved = client.put(f"{at(video, 'gsw')}/draft", json={"cues": [CUE]}, headers={"If-None-Match": "*"})
    assert saved.status_code == 200
    # Nobody sees it before it is published.
    assert client.get(at(video, "gsw")).status_code == 404
    assert client.get(f"/api/videos/{video}/captions").get_json()["captions"] == []
    again = opened(client, video, "gsw")
    assert again["cues"] == [CUE]
    assert again["etag"] == saved.get_json()["etag"]
    assert again["saved_at"] is not None
    assert client.delete(f"{at(video, 'gsw')}/draft", headers={"If-Match": '"older"'}).status_code == 412
    for _ in range(2):
        assert client.delete(f"{at(video, 'gsw')}/draft").status_code == 204
    assert opened(client, video, "gsw")["etag"] is None


def test_two_windows_of_one_person_do_not_undo_each_other(client: FlaskClient, video: str) -> None:
    address = f"{at(video)}/draft"
    first = client.put(address, json={"cues": [CUE]}, headers={"If-None-Match": "*"})
    assert client.put(address, json={"cues": []}, headers={"If-None-Match": "*"}).status_code == 412
    second = client.put(address, json={"cues": []}, headers={"If-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert client.put(address, json={"cues": [CUE]}, headers={"If-Match": first.headers["ETag"]}).status_code == 412
    assert opened(client, video)["cues"] == []


def test_it_is_told_when_somebody_else_has_published_meanwhile(client: FlaskClient, video: str) -> None:
    etag = published(client, video)
    client.put(f"{at(video)}/draft", json={"cues": [CUE], "based_on": etag})
    other = published(client, video, VTT.replace("Hello", "Good day"))
    draft = opened(client, video)
    assert (draft["based_on"], draft["track"]["etag"]) == (etag, other)
    theirs = client.get(f"{at(video)}/draft?anew=true").get_json()
    assert (theirs["cues"][0]["text"], theirs["based_on"]) == ("<v Amina>Good day.", other)
    assert theirs["etag"] == draft["etag"]
    mine = {"Content-Type": "text/vtt", "If-Match": f'"{etag}"'}
    assert client.put(at(video), data=VTT, headers=mine).status_code == 412
    # What was published while the draft could not be thrown away is no conflict with itself.
    same = {"start": 1, "end": 3, "text": " <v Amina>Good day.", "settings": "line:5%"}
    client.put(f"{at(video)}/draft", json={"cues": [same], "based_on": etag})
    assert opened(client, video)["based_on"] == other


def test_the_gate_looks_at_what_is_unfinished(client: FlaskClient, video: str) -> None:
    cues = [
        {"start": 20, "end": 22, "text": "Later."},
        {"start": 5, "end": 5, "text": "No time."},
        {"start": 8, "end": 9, "text": " "},
        {"start": 10, "end": 12, "text": "<v A>The <c.low>limit</c> of the <c.low>manufacturer</c> was one whole mm"},
    ]
    answers = [
        client.put(f"{at(video)}/draft", json={"cues": cues}),
        client.post(f"{at(video)}/check", json={"cues": cues}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        found = {(each["cue"], each["rule"]): each for each in answer.get_json()["warnings"]}
        assert set(found) == {(2, "times"), (3, "empty"), (4, "line-length"), (4, "speed")}
        # A word keeps its mark where the line breaks.
        [fixed] = found[4, "line-length"]["fix"]
        assert fixed["text"] == "<v A>The <c.low>limit</c> of the\n<c.low>manufacturer</c> was one whole mm"
    assert opened(client, video)["warnings"] == answers[0].get_json()["warnings"]
    assert client.get(at(video)).status_code == 404


def test_looking_at_what_a_machine_has_made_takes_its_mark_away(
    client: FlaskClient, parts: Services, video: str
) -> None:
    words = Words(cues=(Cue(start=1000, end=3000, text="We meet in <c.low>Harwich</c>."),))
    captions = parts.captions.captions
    by = Actor(kind=ActorKind.PERSON, id="machine", name="Machine", role=Role.ADMIN)
    captions.write_automatic(video, "en", CaptionKind.CAPTIONS, words, by=by)
    draft = opened(client, video)
    assert draft["track"]["origin"] == "auto"
    assert draft["cues"][0]["text"] == "We meet in <c.low>Harwich</c>."
    file = client.get(at(video)).text
    published(client, video, file, If_Match=f'"{draft["based_on"]}"')
    track = opened(client, video)["track"]
    assert track["origin"] == "edited"
    # Files for other players say nothing of it.
    for ending in ("srt", "txt"):
        assert "We meet in Harwich." in client.get(f"{at(video)}.{ending}").text


@pytest.mark.parametrize(
    ("sent", "status", "slug"),
    [
        ({"json": {"cues": [{"start": -1, "end": 2, "text": ""}]}}, 400, "invalid-draft"),
        ({"json": {"cues": [{"start": 1, "text": ""}]}}, 400, "invalid-draft"),
        ({"json": {"cues": "x"}}, 400, "invalid-draft"),
        ({"json": {}}, 400, "invalid-draft"),
        ({"json": {"cues": [], "by": "me"}}, 400, "invalid-draft"),
        ({"data": b"\xff", "content_type": "application/json"}, 400, "invalid-draft"),
        ({"data": b"WEBVTT", "content_type": "text/vtt"}, 415, "unsupported-media"),
        ({"json": {"cues": [{"start": 1, "end": 2, "text": "x" * 20_001}]}}, 400, "invalid-draft"),
    ],
)
def test_what_is_no_draft_is_refused(
    client: FlaskClient, video: str, sent: dict[str, Any], status: int, slug: str
) -> None:
    answer = client.put(f"{at(video)}/draft", **sent)
    assert (answer.status_code, answer.get_json()["type"]) == (status, f"/problems/{slug}")


def test_one_may_not_be_too_large(client: FlaskClient, video: str) -> None:
    cues = [{"start": 1, "end": 2, "text": "x" * 20_000}] * 320
    assert client.put(f"{at(video)}/draft", json={"cues": cues}).status_code == 413


@pytest.mark.parametrize("language", ["..%2Fx", "e", "en_GB"])
def test_what_is_no_language_has_no_draft(client: FlaskClient, video: str, language: str) -> None:
    assert client.get(f"{at(video, language)}/draft").status_code == 404
    assert client.get(f"{at(video)}/draft?kind=chapters").status_code == 400


def test_drafts_are_ones_own_and_for_whoever_may_edit(app: Flask, client: FlaskClient, video: str) -> None:
    who, before = {"now": NOBODY}, dict(app.extensions)
    register_resolver(app, lambda: who["now"])

    def person(name: str, role: Role) -> Actor:
        return Actor(kind=ActorKind.PERSON, id=name, name=name, role=role)

    address = f"{at(video)}/draft"
    try:
        who["now"] = person("ada", Role.ADMIN)
        assert client.put(address, json={"cues": [CUE]}).status_code == 200
        who["now"] = person("ben", Role.ADMIN)
        assert opened(client, video)["cues"] == []
        # Somebody who may see the film, and not change it.
        assert client.patch(f"/api/videos/{video}", json={"visibility": "team"}).status_code == 200
        who["now"] = person("cyd", Role.READONLY)
        refused = [
            client.get(address),
            client.put(address, json={"cues": []}),
            client.delete(address),
            client.post(f"{at(video)}/check", json={"cues": []}),
        ]
        assert [each.status_code for each in refused] == [403] * 4
        who["now"] = NOBODY
        assert client.get(address).status_code == 401
    finally:
        app.extensions.clear()
        app.extensions.update(before)


def test_a_draft_that_cannot_be_read_is_begun_anew(client: FlaskClient, video: str, tracks: ContainerClient) -> None:
    client.put(f"{at(video)}/draft", json={"cues": [CUE]})
    [name] = [each for each in tracks.list_blob_names() if f"{video}/drafts/" in each]
    assert "anyone" not in name
    tracks.get_blob_client(name).upload_blob(b"{", overwrite=True)
    draft = opened(client, video)
    assert draft["cues"] == []
    saved = client.put(f"{at(video)}/draft", json={"cues": [CUE]}, headers={"If-Match": f'"{draft["etag"]}"'})
    assert saved.status_code == 200


def test_a_draft_goes_with_the_video(client: FlaskClient, parts: Services, video: str, tracks: ContainerClient) -> None:
    client.put(f"{at(video)}/draft", json={"cues": [CUE]})
    assert client.delete(f"/api/videos/{video}").status_code == 204
    assert client.get(f"{at(video)}/draft").status_code == 404
    parts.library.trash.purge(by=SYSTEM)
    assert [each for each in tracks.list_blob_names() if f"{video}/" in each] == []
