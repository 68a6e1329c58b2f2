"""Which addresses are the same migration, and which are of a whole container."""

import pytest

from services.migration.remote_place import is_container, shown_address

SAS = "sv=2022-11-02&sr=c&sp=rl&st=2026-11-01&se=2026-12-01&spr=https&skoid=1&sktid=2&skt=3&ske=4&sks=b&skv=5&sig=abc"
AMZ = "X-Amz-Algorithm=AWS4&X-Amz-Credential=me&X-Amz-Date=1&X-Amz-Expires=60&x-amz-signature=abc"
OLD = "AWSAccessKeyId=me&Signature=abc&Expires=1"
CONTAINER = "https://other.blob.core.windows.net/films"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{CONTAINER}?{SAS}", f"{CONTAINER}?sv=2023-01-01&sp=rl&se=2027-01-01&sig=def"),
        (f"{CONTAINER}?{SAS}", f"{CONTAINER}/?restype=container&comp=list&{SAS}"),
        (f"https://s3.example/film.mp4?{AMZ}", f"https://s3.example/film.mp4?{AMZ}&X-Amz-Security-Token=t"),
        (f"https://s3.example/film.mp4?{OLD}", "https://s3.example/film.mp4"),
        ("https://a.example/get?id=1&v=2", "https://a.example/get?v=2&id=1"),
    ],
)
def test_signatures_make_no_difference(one: str, other: str) -> None:
    assert shown_address(one) == shown_address(other)
    assert "abc" not in shown_address(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/get?id=1", "https://a.example/get?id=2"),
        ("https://a.example/get?id=1", "https://a.example/get"),
        ("https://a.example/get?st=1", "https://a.example/get?st=2"),
        (f"https://s3.example/film.mp4?versionId=1&{AMZ}", f"https://s3.example/film.mp4?versionId=2&{AMZ}"),
        (f"{CONTAINER}?{SAS}&prefix=2019/", f"{CONTAINER}?{SAS}&prefix=2020/"),
    ],
)
def test_what_else_a_query_says_does(one: str, other: str) -> None:
    assert shown_address(one) != shown_address(other)


def test_no_value_of_a_query_is_shown() -> None:
    shown = shown_address("https://me:pass@a.example/get?token=secret&id=1")
    assert shown.startswith("https://a.example/get?id=…&token=… (")
    assert "secret" not in shown
    assert "pass" not in shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{CONTAINER}?{SAS}", True),
        (f"{CONTAINER}/?{SAS}", True),
        (f"{CONTAINER}?restype=container&comp=list", True),
        (f"{CONTAINER}?sv=1&ss=b&srt=co&sp=rl&sig=a", True),
        (f"{CONTAINER}/film.mp4?sv=1&ss=b&srt=co&sp=rl&sig=a", False),
        (f"{CONTAINER}/film.mp4?{SAS}", False),
        (f"{CONTAINER}?sv=1&sr=b&sig=a", False),
        (f"{CONTAINER}?sig=a", False),
        (CONTAINER, False),
        ("https://friend.example/film.mp4?sig=a", False),
        (f"http://127.0.0.1:10000/devstoreaccount1/films?{SAS}", True),
        (f"http://[::1]:10000/devstoreaccount1/films?{SAS}", True),
        (f"http://azurite:10000/devstoreaccount1/films/film.mp4?{SAS}", False),
        (f"http://127.0.0.1:10000/devstoreaccount1?{SAS}", False),
    ],
)
def test_a_container_is_one_by_its_path_too(url: str, expected: bool) -> None:
    assert is_container(url) is expected
