import pytest

from utils.hosts import client_network, host_allowed, same_host


@pytest.mark.parametrize(
    ("host", "patterns", "allowed"),
    [
        ("videos.example", ["videos.example"], True),
        ("VIDEOS.example:8000", ["videos.Example"], True),
        ("other.example", ["videos.example"], False),
        ("videos.example.evil", ["videos.example"], False),
        ("a.videos.example", ["*.videos.example"], True),
        ("a.b.videos.example:443", ["*.videos.example"], True),
        ("videos.example", ["*.videos.example"], False),
        (".videos.example", ["*.videos.example"], False),
        ("evilvideos.example", ["*.videos.example"], False),
        ("[::1]:8000", ["[::1]"], True),
        ("", ["videos.example"], False),
        ("", ["*"], True),
        ("anything", ["videos.example", "*"], True),
    ],
)
def test_a_host_is_one_of_those_meant(host: str, patterns: list[str], *, allowed: bool) -> None:
    assert host_allowed(host, patterns) is allowed


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("https://videos.example", "videos.example", True),
        ("http://videos.example:8000", "VIDEOS.example:8000", True),
        ("http://videos.example:8001", "videos.example:8000", False),
        ("https://videos.example.evil", "videos.example", False),
        ("https://videos.example@evil.example", "videos.example", False),
        ("null", "videos.example", False),
        ("null", "", False),
        ("https://[", "videos.example", False),
    ],
)
def test_an_origin_is_the_host_that_was_asked(origin: str, host: str, *, same: bool) -> None:
    assert same_host(origin, host) is same


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_an_address_stands_for_one_client(address: str, network: str) -> None:
    assert client_network(address) == network
