"""What people are shown of addresses."""

import pytest

from services.imports.addresses import shown

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
