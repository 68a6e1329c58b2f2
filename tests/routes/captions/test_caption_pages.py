"""The words of a video on its page, for readers without scripts."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VTT = b"WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Amina>Hello <b>there</b>.\n\n00:01:04.000 --> 00:01:06.000\nBye.\n"


def page(client: FlaskClient, video: str, query: str = "") -> str:
    answer = client.get(f"/videos/{video}{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def send(client: FlaskClient, video: str, content: bytes = VTT, **fields: str) -> TestResponse:
    data = {"action": "add", "language": "en", "kind": "captions", **fields, "file": (io.BytesIO(content), "words.vtt")}
    return client.post(f"/videos/{video}/captions", data=data, content_type="multipart/form-data")


def test_a_form_brings_them_in_and_the_page_lets_them_be_read_and_taken_along(client: FlaskClient, video: str) -> None:
    assert "<track" not in page(client, video)
    answer = send(client, video, label="Mine")
    assert (answer.status_code, answer.location) == (303, f"/videos/{video}?lang=en#transcript")
    shown = page(client, video, "?lang=en")
    assert "<b>Amina:</b> Hello there." in shown
    [track] = re.findall(r"<track[^>]*>", shown)
    assert 'kind="captions"' in track
    assert 'srclang="en"' in track
    assert 'label="Mine"' in track
    assert "default" in track
    for ending in ("vtt", "srt", "txt"):
        [address] = re.findall(rf'href="([^"]*/captions/en\.{ending}[^"]*)"', shown)
        file = client.get(address.replace("&amp;", "&"))
        assert file.headers["Content-Disposition"] == f'attachment; filename="en.{ending}"'


def test_a_line_leads_to_its_moment_without_scripts(client: FlaskClient, video: str) -> None:
    send(client, video)
    [link] = re.findall(r'href="([^"]*)"\s+data-at="64.0"', page(client, video))
    assert link == "?lang=en&amp;t=64.0#t=64.0"
    assert f'src="/api/videos/{video}/content#t=64.0"' in page(client, video, "?lang=en&t=64.0")
    for wrong in ("nan", "inf", "-1", "1e99", '1"><script>'):
        assert "#t=" not in re.findall(r"<video[^>]*>", page(client, video, f"?t={wrong}"))[0]


def test_languages_are_switched_without_scripts(client: FlaskClient, video: str) -> None:
    send(client, video)
    send(client, video, VTT.replace(b"Bye.", "Tschüss.".encode()), language="de")
    assert "Tschüss." in page(client, video, "?lang=de")
    assert "Tschüss." not in page(client, video, "?lang=en")
    assert "Tschüss." in page(client, video, "?lang=fr")


def test_a_form_deletes_a_track(client: FlaskClient, video: str) -> None:
    send(client, video)
    fields = {"action": "delete", "language": "en", "kind": "captions"}
    answer = client.post(f"/videos/{video}/captions", data=fields)
    assert answer.status_code == 303
    assert "<track" not in page(client, video)


def test_what_could_be_better_is_said_after_the_form(client: FlaskClient, video: str) -> None:
    answer = send(client, video, b"WEBVTT\n\n00:01.000 --> 00:01.200\nQuick as light.\n")
    shown = client.get(answer.location, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "2 things could be better" in shown
    assert "less than 0.83 is easily missed" in shown


@pytest.mark.parametrize(
    ("content", "fields", "status"),
    [
        (b"{}", {}, 400),
        (VTT, {"language": "../x"}, 400),
        (VTT, {"kind": "chapters"}, 400),
    ],
)
def test_a_form_that_cannot_be_kept_says_why(
    client: FlaskClient, video: str, content: bytes, fields: dict[str, str], status: int
) -> None:
    assert send(client, video, content, **fields).status_code == status
    assert "<track" not in page(client, video)


def test_a_form_that_is_too_large_is_refused(client: FlaskClient, video: str) -> None:
    content_type = "multipart/form-data; boundary=x"
    answer = client.post(f"/videos/{video}/captions", data=b"x" * (3 * 1024 * 1024), content_type=content_type)
    assert answer.status_code == 413


def test_hostile_words_are_text_on_the_page(app: Flask, client: FlaskClient, video: str) -> None:
    hostile = b'WEBVTT\n\n00:01.000 --> 00:03.000\n<v "><script>alert(1)</script>>&lt;img src=x onerror=alert(1)&gt;\n'
    send(client, video, hostile, label="\"><script>alert('x')</script>")
    shown = page(client, video)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_what_was_guessed_and_left_out_is_said_after_the_form(client: FlaskClient, video: str) -> None:
    words = "WEBVTT\n\n00:05.000 --> 00:04.000\nNever.\n\n00:01.000 --> 00:03.000\nSchöne <blink>Größe</blink>.\n"
    answer = send(client, video, words.encode("cp1252"))
    shown = client.get(answer.location, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Schöne Größe." in shown
    assert "3 things could be better" in shown
    assert "It was read as Windows-1252: look whether the letters are right." in shown
    assert "1 cue had impossible times and was mended or left out." in shown
    assert "Markup that captions do not have was removed in 1 place." in shown
    shown = client.get(answer.location, headers={"Accept-Language": "de"}).get_data(as_text=True)
    assert "als Windows-1252 gelesen" in shown


def test_what_an_address_makes_up_is_not_shown(client: FlaskClient, video: str) -> None:
    send(client, video)
    made_up = "encoding-%3Cscript%3E.times-x.empty-99999999.removed-%C2%B2.order-0.nonsense-1.times-1.times-1"
    shown = page(client, video, f"?checked=en-captions&came={made_up}")
    assert "Added. 0 things could be better" in shown
    assert "&lt;script" not in shown.split('class="notice gate"')[1].split("</section>")[0]
