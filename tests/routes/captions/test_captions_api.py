"""Caption tracks over HTTP: what comes in, what goes out, and whom it is for."""

from typing import Any
from urllib.parse import quote

import pytest
from azure.storage.blob import ContainerClient
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import TestResponse

from routes.http.actors import register_resolver
from services.actors.actor import NOBODY, SYSTEM, Actor, ActorKind, Role
from services.assembly import Services
from services.captions.cues import Cue, Words
from services.captions.errors import EditedCaptionsError
from services.captions.tables import captions
from services.captions.track import CaptionKind

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Amina>Hello.\n\n00:00:04.000 --> 00:00:06.000\nSchöne Größe.\n"
SRT = "1\n00:00:01,000 --> 00:00:03,000\nHello.\n"
TYPED = {"Content-Type": "text/vtt"}


def put(
    client: FlaskClient, video: str, language: str = "en", content: str | bytes = VTT, query: str = "", **headers: str
) -> TestResponse:
    sent = TYPED | {name.replace("_", "-"): value for name, value in headers.items()}
    return client.put(f"/api/videos/{video}/captions/{language}{query}", data=content, headers=sent)


def told(client: FlaskClient, video: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/videos/{video}/captions").get_json()["captions"]
    assert found == client.get(f"/api/videos/{video}").get_json()["captions"]
    listed = client.get("/api/videos?limit=200").get_json()["videos"]
    assert found == next(each["captions"] for each in listed if each["id"] == video)
    return found


def test_a_track_comes_in_is_listed_and_goes_out_in_each_format(client: FlaskClient, video: str) -> None:
    answer = put(client, video, query="?label=English")
    assert answer.status_code == 201, answer.get_data(as_text=True)
    caption = answer.get_json()["caption"]
    assert caption.items() >= {"language": "en", "kind": "captions", "label": "English", "origin": "uploaded"}.items()
    assert answer.headers["ETag"] == f'"{caption["etag"]}"'
    assert told(client, video) == [caption]

    whole = client.get(caption["url"])
    assert (whole.status_code, whole.text, whole.mimetype) == (200, VTT, "text/vtt")
    assert "immutable" in whole.headers["Cache-Control"]
    path = f"/api/videos/{video}/captions/en"
    assert "immutable" not in client.get(path).headers["Cache-Control"]
    subrip = client.get(path, headers={"Accept": "application/x-subrip"})
    assert subrip.mimetype == "application/x-subrip"
    assert subrip.text == client.get(f"{path}.srt").text
    assert "1\n00:00:01,000 --> 00:00:03,000\nAmina: Hello.\n" in subrip.text
    assert client.get(f"{path}.txt").text == "Amina: Hello.\nSchöne Größe.\n"
    assert len({client.get(f"{path}.{each}").headers["ETag"] for each in ("vtt", "srt", "txt")}) == 3
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_written_over_without_a_condition_and_refused_with_a_wrong_one(client: FlaskClient, video: str) -> None:
    first = put(client, video, query="?label=Mine").headers["ETag"]
    second = put(client, video, content=SRT)
    assert (second.status_code, second.get_json()["caption"]["origin"]) == (200, "uploaded")
    assert second.get_json()["caption"]["label"] == "Mine"
    assert put(client, video, If_Match=first).status_code == 412
    assert put(client, video, If_None_Match="*").status_code == 412
    third = put(client, video, If_Match=second.headers["ETag"])
    assert (third.status_code, third.get_json()["caption"]["origin"]) == (200, "edited")
    path = f"/api/videos/{video}/captions/en"
    assert client.delete(path, headers={"If-Match": first}).status_code == 412
    assert client.delete(path, headers={"If-Match": third.headers["ETag"]}).status_code == 204
    assert put(client, video, If_Match="*").status_code == 412
    assert client.delete(path).get_json()["type"] == "/problems/captions-not-found"
    assert told(client, video) == []


def test_languages_and_kinds_are_tracks_of_their_own(client: FlaskClient, video: str) -> None:
    for language, kind in (("en", "captions"), ("en", "subtitles"), ("PT-br", "captions"), ("zh-hant", "descriptions")):
        assert put(client, video, language, query=f"?kind={kind}").status_code == 201
    assert {(each["language"], each["kind"]) for each in told(client, video)} == {
        ("en", "captions"),
        ("en", "subtitles"),
        ("pt-BR", "captions"),
        ("zh-Hant", "descriptions"),
    }
    assert put(client, video, "pt-BR").status_code == 200
    assert client.get(f"/api/videos/{video}/captions/zh-Hant").status_code == 200
    assert client.get(f"/api/videos/{video}/captions/zh-Hant?kind=captions").status_code == 404
    assert client.get(f"/api/videos/{video}/captions/en?kind=chapters").status_code == 400


@pytest.mark.parametrize(
    "language", ["..", "en.exe", "../../x", "%2e%2e%2fabout.json", "e", "en_GB", "en-", "en\n", "ü"]
)
def test_what_is_no_language_is_no_track(client: FlaskClient, video: str, language: str) -> None:
    answer = put(client, video, quote(language, safe="%"))
    assert answer.status_code in {404, 405}, answer.status_code
    assert told(client, video) == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"cues": []}', 400),
        (b"<html><body>no</body></html>", 400),
        (b"PK\x03\x04" + bytes(200), 400),
        (b"", 400),
        (b"WEBVTT\n\n00:03.000 --> 00:01.000\nBackwards\n", 400),
        (b'<!DOCTYPE tt [<!ENTITY a "b">]><tt xmlns="http://www.w3.org/ns/ttml">&a;</tt>', 400),
        (b"WEBVTT\n\n" + b"x" * (2 * 1024 * 1024), 413),
        (b"".join(b"00:00.000 --> 00:01.000\n%d\n\n" % each for each in range(20_001)), 413),
    ],
)
def test_what_is_no_caption_file_is_refused_and_nothing_is_kept(
    client: FlaskClient, video: str, content: bytes, status: int
) -> None:
    answer = put(client, video, content=content)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert told(client, video) == []


def test_a_label_that_is_too_long_is_refused(client: FlaskClient, video: str) -> None:
    assert put(client, video, query="?label=" + "x" * 101).status_code == 400


def test_other_types_are_refused(client: FlaskClient, video: str) -> None:
    assert put(client, video, Content_Type="text/html").status_code == 415


def test_warnings_name_the_cue_and_the_rule(client: FlaskClient, video: str) -> None:
    content = "WEBVTT\n\n00:01.000 --> 00:01.200\nQuick.\n\n00:03.000 --> 00:02.000\nBackwards.\n".encode("utf-16")
    warnings = put(client, video, content=content).get_json()["warnings"]
    assert [(each["rule"], each["cue"]) for each in warnings] == [
        ("encoding", None),
        ("times", 2),
        ("speed", 1),
        ("too-short", 1),
    ]
    assert warnings[3]["fix"] == [{"start": 1.0, "end": 1.833, "text": "Quick."}]
    checked = client.get(f"/api/videos/{video}/captions/en/check").get_json()["warnings"]
    assert [each["rule"] for each in checked] == ["speed", "too-short"]


def test_what_goes_out_is_text_wherever_it_is_opened(client: FlaskClient, video: str) -> None:
    put(client, video, content="WEBVTT\n\n00:01.000 --> 00:03.000\n<script>alert(1)</script><img src=x>Hi\n")
    for ending in ("vtt", "srt", "txt"):
        answer = client.get(f"/api/videos/{video}/captions/en.{ending}")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text
        assert "<img" not in answer.text


def test_a_transcript_names_who_speaks(client: FlaskClient, video: str) -> None:
    path = f"/api/videos/{video}/transcript"
    assert client.get(path).get_json()["type"] == "/problems/captions-not-found"
    put(client, video)
    put(client, video, "de", SRT)
    client.patch(f"/api/videos/{video}", json={"language": "de"})
    assert client.get(path).get_json()["language"] == "de"
    assert client.get(f"{path}?lang=en").get_json() == {
        "language": "en",
        "cues": [
            {"start": 1.0, "end": 3.0, "text": "Hello.", "speaker": "Amina"},
            {"start": 4.0, "end": 6.0, "text": "Schöne Größe."},
        ],
    }
    plain = client.get(f"{path}?lang=en", headers={"Accept": "text/plain"})
    assert (plain.mimetype, plain.text) == ("text/plain", "Amina: Hello.\nSchöne Größe.\n")
    assert client.get(f"{path}?lang=fr").status_code == 404


def test_chapters_are_kept_in_their_order(client: FlaskClient, video: str) -> None:
    path = f"/api/videos/{video}/chapters"
    assert client.get(path).get_json() == {"chapters": []}
    chapters = [{"start": 12.5, "title": "Fish & <chips>"}, {"start": 0.0, "title": "Arrival"}]
    written = client.put(path, json={"chapters": chapters})
    assert written.get_json() == {"chapters": chapters[::-1]}
    read = client.get(path)
    assert (read.get_json(), read.headers["ETag"]) == (written.get_json(), written.headers["ETag"])
    assert client.put(path, json={"chapters": []}, headers={"If-Match": '"other"'}).status_code == 412
    for wrong in ([{"start": -1, "title": "a"}], [{"start": 1, "title": " "}], [{"start": 1, "title": "a" * 101}]):
        assert client.put(path, json={"chapters": wrong}).status_code == 400
    twice = [{"start": 1.0, "title": "a"}, {"start": 1.0, "title": "b"}]
    assert client.put(path, json={"chapters": twice}).get_json() == {"chapters": twice[1:]}
    assert client.put(path, json={"chapters": []}).get_json() == {"chapters": []}


def test_tracks_follow_their_video_and_end_with_it(
    client: FlaskClient, parts: Services, video: str, tracks: ContainerClient
) -> None:
    put(client, video)
    before = told(client, video)
    client.delete(f"/api/videos/{video}")
    assert client.get(f"/api/videos/{video}/captions/en").status_code == 404
    client.post(f"/api/videos/{video}/restore")
    assert told(client, video) == before
    client.delete(f"/api/videos/{video}")
    parts.library.trash.purge(by=SYSTEM)
    parts.platform.events.deliver()
    folder = quote(video, safe="")
    assert list(tracks.list_blob_names(name_starts_with=folder)) == []
    assert parts.captions.index.compare().endswith("0 written, 0 gone")


def test_a_lost_index_comes_back_from_storage(client: FlaskClient, parts: Services, video: str) -> None:
    put(client, video, query="?label=Größe")
    before = told(client, video)
    with parts.platform.databases.durable.writing() as connection:
        connection.execute(delete(captions))
    assert told(client, video) == []
    parts.captions.index.compare()
    assert told(client, video) == before


def test_what_another_tool_does_to_the_files_is_found(
    client: FlaskClient, parts: Services, video: str, tracks: ContainerClient
) -> None:
    put(client, video)
    folder = f"{quote(video, safe='')}/captions"
    tracks.upload_blob(f"{folder}/fr-captions.vtt", VTT.replace("Hello.", "<script>x</script>Salut."))
    tracks.upload_blob(f"{folder}/notes.txt", b"no track")
    tracks.delete_blob(f"{folder}/en-captions.vtt")
    parts.captions.index.compare()
    assert [(each["language"], each["origin"]) for each in told(client, video)] == [("fr", "uploaded")]
    text = client.get(f"/api/videos/{video}/captions/fr").text
    assert "Salut." in text
    assert "script" not in text


def test_nothing_automatic_is_written_over_what_a_person_did(parts: Services, client: FlaskClient, video: str) -> None:
    words = Words(cues=(Cue(start=0, end=2000, text="Heard by a machine."),))

    def make() -> None:
        parts.captions.captions.write_automatic(video, "en", CaptionKind.CAPTIONS, words, by=SYSTEM)

    make()
    make()
    assert [each["origin"] for each in told(client, video)] == ["auto"]
    put(client, video)
    with pytest.raises(EditedCaptionsError):
        make()
    assert client.get(f"/api/videos/{video}/captions/en").text == VTT


def test_each_change_is_said_and_stands_in_the_audit(client: FlaskClient, parts: Services, video: str) -> None:
    put(client, video)
    client.delete(f"/api/videos/{video}/captions/en")
    parts.platform.events.deliver()
    entries = client.get("/api/audit?limit=200").get_json()["entries"]
    mine = [each["action"] for each in entries if (each["target"] or {}).get("id") == video]
    assert mine.count("captions.changed") == 2


def test_who_may_watch_may_read_and_who_may_edit_may_write(app: Flask, client: FlaskClient, video: str) -> None:
    people = {
        "owner": Actor(kind=ActorKind.PERSON, id="amina", name="amina", role=Role.USER),
        "admin": Actor(kind=ActorKind.PERSON, id="root", name="root", role=Role.ADMIN),
        "other": Actor(kind=ActorKind.PERSON, id="bela", name="bela", role=Role.USER),
        "nobody": NOBODY,
    }
    who = ["admin"]
    put(client, video)
    before = app.extensions.copy()
    register_resolver(app, lambda: people[who[0]])
    try:
        path = f"/api/videos/{video}/captions/en"
        statuses = {}
        for visibility in ("team", "public", "private"):
            who[0] = "admin"
            client.patch(f"/api/videos/{video}", json={"visibility": visibility, "owner": "amina"})
            for name in ("other", "nobody"):
                who[0] = name
                statuses[visibility, name] = (client.get(path).status_code, put(client, video).status_code)
        assert statuses == {
            ("team", "other"): (200, 403),
            ("team", "nobody"): (401, 401),
            ("public", "other"): (200, 403),
            ("public", "nobody"): (200, 401),
            ("private", "other"): (404, 404),
            ("private", "nobody"): (401, 401),
        }
    finally:
        app.extensions.clear()
        app.extensions.update(before)
