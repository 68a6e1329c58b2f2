"""What people are shown of addresses."""

import pytest

from services.imports.addresses import identity, shown

FILM = "https://films.example/watch"


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("v=abc-7&list=PL1&id=9", "v=abc-7&list=PL1&id=9"),
        ("md5=SECRET&hmac=SECRET", "md5=…&hmac=…"),
        ("pwd=SECRET&verify=SECRET&code=SECRET", "pwd=…&verify=…&code=…"),
        ("h=1;token=SECRET", "h=…"),
        ("v=1;token=SECRET", "v=…"),
        ("SECRET", "…"),
        ("v=7&SE+CRET=1", "v=7&…"),
        ("v=" + "SECRET" * 20, "v=…"),
    ],
)
def test_only_what_says_which_film_is_meant_is_shown(query: str, seen: str) -> None:
    assert shown(f"{FILM}?{query}") == f"{FILM}?{seen}"


@pytest.mark.parametrize(
    "same",
    [
        "https://films.example:443/a.mp4?q=a",
        "HTTPS://Films.Example/a.mp4?q=a",
        "https://films.example/%61.mp4?q=%61",
        "https://films.example/a%2Emp4?q=a#there",
        "https://films.example/a.mp4?sig=x&sv=1&q=a",
    ],
)
def test_one_address_written_in_many_ways_is_one(same: str) -> None:
    assert identity(same) == identity("https://films.example/a.mp4?q=a")


def test_letters_of_all_alphabets_are_the_same_as_what_stands_for_them() -> None:
    assert identity("https://b\u00fccher.example/\u00fc") == identity("https://xn--bcher-kva.example/%c3%bC")
    assert identity("http://films.example:80") == identity("http://films.example/")


@pytest.mark.parametrize(
    "other",
    [
        "http://films.example/a.mp4",
        "https://films.example:8443/a.mp4",
        "https://films.example/A.mp4",
        "https://films.example/a.mp4?q=1",
        "https://films.example/a.mp4%2F",
        "https://films.example/a.mp4/",
    ],
)
def test_other_addresses_are_others(other: str) -> None:
    assert identity(other) != identity("https://films.example/a.mp4")
