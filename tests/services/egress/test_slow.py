"""Whoever answers a little at a time is not listened to for as long as they like, and what breaks off is not whole."""

import socket
from collections.abc import Iterator

import pytest

from services.egress import line
from services.egress.errors import FetchError
from services.egress.guard import EgressGuard, Question
from tests.film_site import Site, Visit, drips, running_site, says

HEAD = b"HTTP/1.1 200 OK\r\n"
ENDED = "too slowly|did not answer|cannot be reached"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as found:
        yield found


def read(site: Site, path: str = "/film.mp4", *, seconds: float | None = None, scheme: str = "http") -> bytes:
    with EgressGuard([site.host]).ask(Question(url=f"{scheme}://{site.host}{path}", seconds=seconds)) as fetched:
        return fetched.whole(most=10_000_000)


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (HEAD + b"Content-Length: 1000000\r\n\r\n", b"x"),
        (HEAD + b"\r\n", b"x"),
        (CHUNKED, b"1\r\nx\r\n"),
        (CHUNKED, b"0"),
    ],
)
@pytest.mark.parametrize("seconds", [None, 0.3])
def test_a_body_that_drips_is_ended(
    site: Site, begin: bytes, drop: bytes, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seconds is None:
        monkeypatch.setattr(line, "_SLOW_SECONDS", 0.3)
    site.pages["/film.mp4"] = drips(begin, drop)
    # On a machine that is busy the head may not be here in time either.
    with pytest.raises(FetchError, match="too slowly" if seconds is None else ENDED):
        read(site, seconds=seconds)


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 2", HEAD, HEAD + b"X-Long: "])
def test_a_head_that_drips_is_ended(site: Site, begin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/film.mp4"] = drips(begin)
    with pytest.raises(FetchError, match=ENDED):
        read(site, seconds=0.3)
    monkeypatch.setattr("services.egress.guard._HEAD_SECONDS", 0.3)
    with pytest.raises(FetchError, match=ENDED):
        read(site)


def test_a_handshake_that_nobody_answers_is_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(FetchError, match="cannot be reached"):
            read(Site(host), seconds=0.3, scheme="https")


@pytest.mark.parametrize(
    "answered",
    [
        HEAD + b"Content-Length: 10\r\n\r\nfilm",
        CHUNKED + b"4\r\nfilm\r\n",
        CHUNKED + b"4\r\nfi",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n4\r\nfilm\r\n0\r\n\r\n",
    ],
)
def test_what_breaks_off_is_not_whole(site: Site, answered: bytes) -> None:
    site.pages["/film.mp4"] = says(answered)
    with pytest.raises(FetchError):
        read(site)


def test_what_is_whole_is_read_to_its_end(site: Site) -> None:
    site.pages["/film.mp4"] = says(CHUNKED + b"2\r\nfi\r\n2\r\nlm\r\n0\r\n\r\n")
    site.pages["/other.mp4"] = says(HEAD + b"Content-Length: 4\r\n\r\nfilm")
    assert read(site) == read(site, "/other.mp4") == b"film"


def test_a_redirect_in_letters_of_all_alphabets_is_followed(site: Site) -> None:
    site.pages["/film.mp4"] = says("HTTP/1.1 302 Found\r\nLocation: /Größe.mp4\r\n\r\n".encode())
    site.pages["/Gr%C3%B6%C3%9Fe.mp4"] = says(HEAD + b"Content-Length: 4\r\n\r\nfilm")
    assert read(site) == b"film"


def test_hosts_of_all_alphabets_are_asked_as_they_are_looked_up(site: Site) -> None:
    port = site.host.rpartition(":")[2]
    looked_up: list[str] = []

    def resolve(host: str, _: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    said: list[str | None] = []

    def answer(visit: Visit) -> None:
        said.append(visit.headers["Host"])
        says(HEAD + b"\r\nfilm")(visit)

    site.pages["/film.mp4"] = answer
    guard = EgressGuard([f"xn--bcher-kva.example:{port}"], resolve=resolve)
    for name in ("bücher.example", "BÜCHER.example", "xn--bcher-kva.example"):
        with guard.get(f"http://{name}:{port}/film.mp4") as fetched:
            assert fetched.whole(most=10) == b"film"
    assert looked_up == ["xn--bcher-kva.example"] * 3
    assert said == [f"xn--bcher-kva.example:{port}"] * 3
