from typing import Any

import pytest

from routes.http.proxies import TrustOneProxy, without_port


@pytest.mark.parametrize(
    ("address", "bare"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:443", "192.0.2.1"),
        (" 192.0.2.1:443 ", "192.0.2.1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", ""),
    ],
)
def test_the_port_is_cut_off(address: str, bare: str) -> None:
    assert without_port(address) == bare


def seen_through_the_proxy(**headers: str) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], _start: object) -> list[bytes]:
        seen.update(environ)
        return []

    environ = {"REMOTE_ADDR": "169.254.0.1", "wsgi.url_scheme": "http", "HTTP_HOST": "videos.example"}
    TrustOneProxy(app)(environ | headers, lambda *_: lambda _data: None)
    return seen


def test_only_the_last_hop_is_believed() -> None:
    seen = seen_through_the_proxy(HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.1:50123", HTTP_X_FORWARDED_PROTO="https")
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("192.0.2.1", "https")


def test_a_forwarded_host_is_not_believed() -> None:
    assert seen_through_the_proxy(HTTP_X_FORWARDED_HOST="evil.example")["HTTP_HOST"] == "videos.example"
