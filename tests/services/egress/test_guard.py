"""No spelling of an address, no name and no redirect leads inward."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from services.egress.errors import AddressNotAllowedError, FetchError
from services.egress.guard import EgressGuard

INWARD = [
    "127.0.0.1",
    "127.1",
    "127.0.0.1.",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "\uff11\uff12\uff17.0.0.1",
    "127\u30020\u30020\u30021",
    "017700000001",
    "0177.0.0.01",
    "0",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "0xa9fea9fe",
    "192.0.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[2001:db8::1]",
    "168.63.129.16",
    "0xa83f8110",
    "[::ffff:168.63.129.16]",
    "[64:ff9b::a83f:8110]",
    "192.0.0.9",
    "192.0.0.170",
    "192.88.99.1",
    "240.0.0.1",
    "[64:ff9b:1::808:808]",
    "[64:ff9b:1:a00::1]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:0:808:808]",
    "[fec0::1]",
    "[feff::1]",
    "[3fff::1]",
    "[100::1]",
]


def never(host: str, port: int) -> list[str]:
    raise AssertionError("Nothing was to be looked up.")


@pytest.mark.parametrize("host", INWARD)
@pytest.mark.parametrize("ending", ["", ":443", ":8080"])
def test_no_spelling_of_an_inward_address_is_asked(host: str, ending: str) -> None:
    with pytest.raises(AddressNotAllowedError):
        EgressGuard(resolve=never).check(f"http://{host}{ending}/film.mp4")


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://example.org/a", "//example.org/a", "example.org", "", "http://", "http:///a"),
        *("http://user@example.org/", "http://example.org\\@127.0.0.1/", "http://example.org /", "http://a\n.org/"),
        *("http://example.org:99999/", "http://example.org:x/", "http://[::1/", "http://1.2.3.4.5x%00/", "gopher://a/"),
        *("http://" + "ü" * 300 + ".example/", "http://ü..example/"),
        *("http://0x/", "http://1.2.3.999/", "http://99999999999/"),
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(AddressNotAllowedError):
        EgressGuard(resolve=never).check(url)


@pytest.mark.parametrize(
    "host", ["93.184.215.14", "[2606:2800:21f:cb07::1]", "1.1", "[64:ff9b::808:808]", "example.org"]
)
def test_outward_addresses_are_let_through(host: str) -> None:
    EgressGuard(resolve=never).check(f"https://{host}/film.mp4")


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::1"], ["::ffff:169.254.169.254"], ["fe80::1%eth0"], []],
)
def test_a_name_that_leads_inward_is_not_asked(addresses: list[str]) -> None:
    guard = EgressGuard(resolve=lambda *_: addresses)
    with pytest.raises(AddressNotAllowedError), guard.get("http://inward.example/film.mp4"):
        pytest.fail("It was asked.")


def test_real_names_of_this_machine_are_not_asked() -> None:
    with pytest.raises(AddressNotAllowedError):
        EgressGuard().target("http://localhost/")


class Site(BaseHTTPRequestHandler):
    """Answers, or leads elsewhere."""

    def do_GET(self) -> None:
        """What is asked for."""
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        body = f"{self.headers['Host']} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is to be read."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def read(guard: EgressGuard, url: str) -> bytes:
    with guard.get(url) as fetched:
        return fetched.whole(most=1000)


def test_hosts_that_are_named_may_be_asked_with_their_port_alone(port: int) -> None:
    guard = EgressGuard([f"127.0.0.1:{port}"])
    assert read(guard, f"http://127.0.0.1:{port}/film?sig=1") == f"127.0.0.1:{port} /film?sig=1".encode()
    for other in (f"http://127.0.0.1:{port + 1}/", f"http://localhost:{port}/", f"http://127.1:{port}/"):
        with pytest.raises(AddressNotAllowedError):
            read(guard, other)


def test_letters_of_all_alphabets_are_asked_for_as_browsers_do(port: int) -> None:
    guard = EgressGuard([f"127.0.0.1:{port}"])
    url = f"http://127.0.0.1:{port}/Über%20uns.mp4?q=é&b=%41"
    assert read(guard, url) == f"127.0.0.1:{port} /%C3%9Cber%20uns.mp4?q=%C3%A9&b=%41".encode()


def test_each_redirect_is_judged_anew(port: int) -> None:
    guard = EgressGuard([f"127.0.0.1:{port}"])
    assert read(guard, f"http://127.0.0.1:{port}/to//film").endswith(b" /film")
    for elsewhere in ("http://127.0.0.1:1/", "http://[::1]/", "http://169.254.169.254/latest", "file:///etc/passwd"):
        with pytest.raises(AddressNotAllowedError):
            read(guard, f"http://127.0.0.1:{port}/to/{elsewhere}")
    with pytest.raises(AddressNotAllowedError):
        read(guard, f"http://127.0.0.1:{port}/to/http://[")
    with pytest.raises(FetchError, match="more than 5 times"):
        read(guard, f"http://127.0.0.1:{port}" + "/to/" * 1 + f"http://127.0.0.1:{port}/to/" * 8 + "x")


def test_a_name_that_leads_elsewhere_a_moment_later_changes_nothing(port: int) -> None:
    """The address that was judged is the one that is connected to: the name is looked up once."""
    asked: list[str] = []

    def rebinding(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    guard = EgressGuard([f"films.example:{port}"], resolve=rebinding)
    assert read(guard, f"http://films.example:{port}/a") == f"films.example:{port} /a".encode()
    assert asked == ["films.example"]


def test_no_signature_is_told_of_a_failure(port: int) -> None:
    guard = EgressGuard(["127.0.0.1:9"])
    with pytest.raises(FetchError) as caught:
        read(guard, "http://127.0.0.1:9/a?sig=secret")
    assert "secret" not in str(caught.value)
    guard = EgressGuard([f"127.0.0.1:{port}"])
    with pytest.raises(FetchError, match="longer than 3 bytes"), guard.get(f"http://127.0.0.1:{port}/") as fetched:
        fetched.whole(most=3)
