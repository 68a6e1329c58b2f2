"""Names of blobs are safe, sort by time and can be told from anything else."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.videos.blob_names import is_blob_name, new_blob_name, parse_blob_name

NOW = datetime(2026, 11, 20, 10, 15, 12, 345_999, tzinfo=UTC)
TOKEN = UUID("3f0c9d1e-0000-4000-8000-00000000beef")
PREFIX = "20261120T101512345Z_3f0c9d1e00004000800000000000beef_"


@pytest.mark.parametrize(
    ("filename", "ending"),
    [
        ("Holiday Film.mp4", "holiday-film.mp4"),
        ("FILM.MP4", "film.mp4"),
        ("Été à la plage — 2026.mov", "ete-a-la-plage-2026.mov"),
        ("日本語.webm", "video.webm"),
        (".mp4", "video.mp4"),
        ("", "video"),
        ("README", "readme"),
        ("a.b..c___d.tar.gz", "a-b-c-d-tar.gz"),
        ("../../etc/passwd", "etc-passwd"),
        ("half\ud800.mp4", "half.mp4"),
        ("ﬁlm №1.mp4", "film-no1.mp4"),
        ("x" * 300 + ".mp4", "x" * 80 + ".mp4"),
        ("y" * 79 + " z.mp4", "y" * 79 + ".mp4"),
    ],
)
def test_a_blob_is_named_after_its_time_its_token_and_its_file(filename: str, ending: str) -> None:
    name = new_blob_name(filename, now=NOW, token=TOKEN)
    assert name == PREFIX + ending
    assert is_blob_name(name)


def test_the_time_in_a_name_is_utc() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-9)))
    assert new_blob_name("a.mp4", now=elsewhere, token=TOKEN) == PREFIX + "a.mp4"
    with pytest.raises(ValueError, match="time zone"):
        new_blob_name("a.mp4", now=NOW.replace(tzinfo=None), token=TOKEN)


def test_a_name_tells_what_it_was_made_from() -> None:
    parsed = parse_blob_name(PREFIX + "holiday-film.mp4")
    assert parsed is not None
    assert (parsed.moment, parsed.token) == (NOW.replace(microsecond=345_000), TOKEN)
    assert (parsed.slug, parsed.extension) == ("holiday-film", "mp4")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "holiday-film.mp4",
        PREFIX,
        PREFIX + ".mp4",
        PREFIX + "a.mp4\n",
        PREFIX + "a.mp4/..",
        PREFIX + "../a.mp4",
        PREFIX + "a%2fb.mp4",
        PREFIX + "a b.mp4",
        PREFIX + "A.mp4",
        PREFIX + "a--b.mp4",
        PREFIX + "-a.mp4",
        PREFIX + "a.mp4?sig=x",
        PREFIX + "é.mp4",
        PREFIX + "x" * 81,
        PREFIX + "x" * 10**6,
        "../" + PREFIX + "a.mp4",
        "/" + PREFIX + "a.mp4",
        PREFIX.replace("2026", "٢٠٢٦") + "a.mp4",
        PREFIX.replace("1120T", "1320T") + "a.mp4",
        PREFIX.replace("T10", "T25") + "a.mp4",
        PREFIX.replace("beef", "BEEF") + "a.mp4",
        PREFIX + "a\0.mp4",
    ],
)
def test_anything_else_is_no_blob_name(text: str) -> None:
    assert not is_blob_name(text)


@given(
    st.text(st.characters(exclude_categories=())),
    st.datetimes(timezones=st.just(UTC)),
    st.uuids(),
)
def test_every_name_made_is_recognised(filename: str, now: datetime, token: UUID) -> None:
    parsed = parse_blob_name(new_blob_name(filename, now=now, token=token))
    assert parsed is not None
    assert parsed.token == token
    assert now - parsed.moment < timedelta(milliseconds=1)
