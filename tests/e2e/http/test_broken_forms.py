"""Forms that arrive broken change nothing, and get an answer that says so."""

import re
import socket
from urllib.parse import quote

import pytest
import requests

from app import create_app
from config import Environment, Settings
from tests.server import Server
from tests.videos import mp4
from tests.wire import BOUNDARY, END, FORM_TYPE, answer_of, connect, exchange, field_part, request_head

URLENCODED = "application/x-www-form-urlencoded"
EDIT = b"action=edit&title=Half+a+title+that+goes+on"
BAD_CHUNKS = {
    "no number": b"zz\r\nabc\r\n0\r\n\r\n",
    "a negative one": b"-5\r\nabc\r\n0\r\n\r\n",
    "longer than it says": b"3\r\nabcdef\r\n0\r\n\r\n",
    "nothing": b"\r\n\r\n",
}


@pytest.fixture
def video(server: Server) -> dict[str, str]:
    """A video with a title."""
    sent = requests.put(f"{server.url}/api/upload/film.mp4", data=mp4(20_000), timeout=30)
    found: dict[str, str] = sent.json()
    requests.patch(f"{server.url}/api/videos/{found['id']}", json={"title": "Whole"}, timeout=30).raise_for_status()
    return found


def title_of(server: Server, video: dict[str, str]) -> str:
    answer = requests.get(f"{server.url}/api/videos/{video['id']}", timeout=30)
    assert answer.status_code == 200
    return str(answer.json()["title"])


def page_of(video: dict[str, str]) -> str:
    return f"/videos/{quote(video['id'])}"


@pytest.mark.parametrize("chunks", BAD_CHUNKS.values(), ids=BAD_CHUNKS)
@pytest.mark.parametrize("where", ["trash", "video"])
def test_chunks_that_are_none_are_a_bad_request(
    server: Server, video: dict[str, str], where: str, chunks: bytes
) -> None:
    path = "/trash" if where == "trash" else page_of(video)
    head = request_head("POST", path, Content_Type=URLENCODED, Transfer_Encoding="chunked")
    status, problem = exchange(server.port, head + chunks)
    assert (status, problem["status"]) == (400, 400)
    assert title_of(server, video) == "Whole"
    assert "unexpected error" not in server.log


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("form", ["plain", "parts"])
def test_a_form_that_is_cut_in_transit_is_not_saved(
    server: Server, video: dict[str, str], form: str, *, chunked: bool
) -> None:
    parts = field_part("edit", name="action") + field_part("Half a title that goes on")
    body, type_ = (EDIT, URLENCODED) if form == "plain" else (parts + END, FORM_TYPE)
    sent = body[: body.index(b"a") + 30]
    length = {"Transfer_Encoding": "chunked"} if chunked else {"Content_Length": str(len(body))}
    with connect(server.port) as connection:
        connection.sendall(request_head("POST", page_of(video), Content_Type=type_, **length))
        connection.sendall(b"%x\r\n%s" % (len(body), sent) if chunked else sent)
        connection.shutdown(socket.SHUT_WR)
        status, problem = answer_of(connection)
    assert (status, problem["type"]) == (400, "/problems/truncated-body")
    assert title_of(server, video) == "Whole"


def test_a_form_of_parts_without_its_end_is_not_saved(server: Server, video: dict[str, str]) -> None:
    body = field_part("edit", name="action") + field_part("Half a ti")
    head = request_head("POST", page_of(video), Content_Type=FORM_TYPE, Content_Length=str(len(body)))
    assert exchange(server.port, head + body)[0] == 400
    assert title_of(server, video) == "Whole"


@pytest.mark.parametrize("type_", [URLENCODED, FORM_TYPE])
def test_a_form_that_is_whole_is_saved(server: Server, video: dict[str, str], type_: str) -> None:
    parts = field_part("edit", name="action") + field_part("Grüße & mehr") + END
    plain = b"action=edit&title=Gr%C3%BC%C3%9Fe+%26+mehr"
    body = plain if type_ == URLENCODED else parts
    url = server.url + page_of(video)
    answer = requests.post(url, data=body, headers={"Content-Type": type_}, allow_redirects=False, timeout=30)
    assert answer.status_code == 303
    assert title_of(server, video) == "Grüße & mehr"


def test_a_form_is_small_and_is_a_form(server: Server, video: dict[str, str]) -> None:
    url = server.url + page_of(video)
    large = {"action": "edit", "title": "x" * 70_000}
    assert requests.post(url, data=large, timeout=30).status_code == 413
    many = b"&".join([b"a=b"] * 2000)
    headers = {"Content-Type": URLENCODED}
    assert requests.post(url, data=many, headers=headers, timeout=30).status_code == 400
    assert requests.post(url, json={"action": "delete"}, timeout=30).status_code == 415
    assert requests.post(url, data=b"action=%FF%FE", headers=headers, timeout=30).status_code == 400
    assert requests.post(url, timeout=30).status_code == 400
    file = requests.post(url, files={"title": ("a.txt", b"x")}, data={"action": "edit"}, timeout=30)
    assert file.status_code == 400
    assert title_of(server, video) == "Whole"


@pytest.mark.parametrize("type_", ["", URLENCODED, FORM_TYPE, "application/json", "application/offset+octet-stream"])
def test_no_route_answers_a_broken_body_with_500(server: Server, type_: str) -> None:
    app = create_app(Settings(app_env=Environment.TESTING))
    seen = 0
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            path = re.sub(r"<[^>]+>", "x.mp4", rule.rule)
            headers = {"Content_Type": type_} if type_ else {}
            head = request_head(method, path, Transfer_Encoding="chunked", Tus_Resumable="1.0.0", **headers)
            status, _ = exchange(server.port, head + BAD_CHUNKS["no number"])
            assert 400 <= status < 500, (method, path)
            seen += 1
    assert seen > 10
    assert "unexpected error" not in server.log
    assert BOUNDARY not in server.log
