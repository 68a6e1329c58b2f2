"""An id tells where its video's bytes lie, and nothing else can be taken for that."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.videos.blob_names import ReservedEndings, is_safe_name, new_blob_name, parse_blob_name
from services.videos.homes import (
    BEHIND_HOMES,
    FIRST_AT_HOME,
    PLAIN,
    can_be_plain,
    container_at,
    home_of_container,
    id_at,
    split_id,
)
from services.videos.layout import home_of_all, home_of_owner
from services.videos.metadata import VideoMetadata
from services.videos.video_fields import FIRST_OWNER

HOMES = st.text("0123456789abcdef", min_size=8, max_size=8)
NOW = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
TOKEN = UUID("3f0c9d1e-0000-4000-8000-00000000beef")
SAFE = {"reserved": ReservedEndings()}


@given(HOMES, st.text(min_size=1))
def test_an_id_is_a_home_and_a_name_and_tells_both(home: str, name: str) -> None:
    id_ = id_at(home, name)
    assert split_id(id_) == (home, name)
    assert FIRST_AT_HOME <= id_ < BEHIND_HOMES
    assert not can_be_plain(id_)


@pytest.mark.parametrize(
    "text", ["film.mp4", "~p-1234abc~a.mp4", "~p-1234ABCD~a.mp4", "~p-1234abcz~a.mp4", "~p-1234abcd~", "x~p-1234abcd~a"]
)
def test_whatever_else_is_a_name_in_the_plain_container(text: str) -> None:
    assert split_id(text) == (PLAIN, text)


@pytest.mark.parametrize("text", ["~p-1234abcd~", "~p-zzzzzzzz~a.mp4", "~p-1234abcd~/a.mp4", "~p-1234abcd~../a.mp4"])
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    assert not is_safe_name(text, **SAFE)
    assert is_safe_name("~p-1234abcd~2026/a.mp4", **SAFE)


def test_a_name_with_a_home_is_known_as_one_of_ours() -> None:
    id_ = new_blob_name("Film.mp4", now=NOW, token=TOKEN, clip=True, home="1234abcd")
    assert id_ == f"~p-1234abcd~clip_20261120T101500000Z_{TOKEN.hex}_film.mp4"
    parsed = parse_blob_name(id_)
    assert parsed is not None
    assert (parsed.token, parsed.is_clip) == (TOKEN, True)


def test_a_container_is_a_persons_by_exactly_its_form() -> None:
    assert container_at("1234abcd", videos="films") == "films-p-1234abcd"
    assert container_at(PLAIN, videos="films") == "films"
    assert home_of_container("films-p-1234abcd", videos="films") == "1234abcd"
    for strange in (
        "films",
        "films-p-zzzzzzzz",
        "films-p-zzzz",
        "films-p-1234abc",
        "films-p-1234abcd5",
        "films-p-1234abcd-uploads",
        "films-p-p-1234abcd",
        "my-films-p-1234abcd",
        "other-p-1234abcd",
    ):
        assert home_of_container(strange, videos="films") is None, strange


def test_new_videos_have_a_home_of_their_owners_where_that_is_wanted() -> None:
    for owner in ("acc_1", "acc_2"):
        assert home_of_all(owner) == PLAIN
        home = home_of_owner(owner)
        assert home_of_container(container_at(home, videos="films"), videos="films") == home
    assert home_of_owner("acc_1") != home_of_owner("acc_2")
    assert home_of_owner(FIRST_OWNER) == PLAIN


def test_the_home_is_in_no_name_that_people_read() -> None:
    video = VideoMetadata.from_blob({}, name="~p-1234abcd~2026/Film.mp4", created=NOW)
    assert (video.original_name, video.title) == ("Film.mp4", "Film")
