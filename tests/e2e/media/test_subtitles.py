"""Subtitles that films bring along are offered and shown by the player of a browser."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.media_films import make_film, with_picture_subtitles, with_subtitles
from tests.server import Server, eventually
from tests.shelf import LOOKS, SHIFTS, api, barriers, stored

_PATIENCE = 120_000
_TRACKS = "video => [...video.textTracks].map(({ kind, label, mode }) => [kind, label, mode])"
_SHOWN = """video => [...video.textTracks].some(
    track => track.mode === "showing" && [...track.activeCues ?? []].some(cue => cue.text.includes("Hallo")))"""


def with_both(tmp_path: Path, name: str, *, codec: str) -> Path:
    film = make_film(tmp_path / ("h264.mp4" if name.endswith("mp4") else "h264.mkv"))
    tracks = (("eng", "For the hard of hearing", "Hello"), ("deu", "", "Hallo"))
    return with_subtitles(film, tmp_path / name, *tracks, codec=codec)


def settled(server: Server, path: Path, *, title: str) -> dict[str, Any]:
    """A film of which all is made that its page needs."""
    video = stored(server, path, title=title)
    kinds = ("probe", "subtitles", "hls")
    eventually(
        lambda: all(api(server, video).json()["processing"].get(kind, {}).get("state") == "done" for kind in kinds),
        patience=120,
    )
    return video


@pytest.mark.parametrize(("name", "codec"), [("native.mp4", "mov_text"), ("rendition.mkv", "subrip")])
def test_a_browser_shows_them_however_the_film_plays(
    page: Page, pages: Server, tmp_path: Path, name: str, codec: str
) -> None:
    video = settled(pages, with_both(tmp_path, name, codec=codec), title="Two languages")
    page.goto(video["links"]["page"])
    player = page.locator("video")
    page.wait_for_function("video => video.readyState >= 2", arg=player.element_handle(), timeout=_PATIENCE)
    assert player.evaluate("video => video.src.startsWith('blob:')") is (name == "rendition.mkv")
    # Each once, off until somebody wants it, and called what people call a language. MP4 has no titles of tracks.
    english = "English" if name == "native.mp4" else "English · For the hard of hearing"
    assert player.evaluate(_TRACKS) == [
        ["subtitles", english, "disabled"],
        ["subtitles", "German", "disabled"],
    ]
    player.evaluate("video => { video.textTracks[1].mode = 'showing'; video.currentTime = 2; }")
    page.wait_for_function(_SHOWN, arg=player.element_handle(), timeout=_PATIENCE)


def test_a_key_shows_those_of_the_pages_language(page: Page, pages: Server, tmp_path: Path) -> None:
    video = settled(pages, with_both(tmp_path, "keys.mp4", codec="mov_text"), title="Keys")
    page.set_extra_http_headers({"Accept-Language": "de"})
    page.goto(video["links"]["page"])
    page.locator(".facet-tabs").get_by_role("link", name="Details").click()
    expect(page.locator("dl.facts dd", has_text="Deutsch")).to_be_visible()
    modes = "video => [...video.textTracks].map(track => track.mode)"
    page.keyboard.press("c")
    assert page.locator("video").evaluate(modes) == ["disabled", "showing"]
    page.keyboard.press("c")
    assert page.locator("video").evaluate(modes) == ["disabled", "hidden"]


def test_they_come_by_themselves_to_a_film_that_is_being_made_playable(
    page: Page, pages: Server, tmp_path: Path
) -> None:
    film = make_film(tmp_path / "f.mkv", "-c:v", "mpeg2video", "-c:a", "mp2")
    path = with_subtitles(film, tmp_path / "late.mkv", ("deu", "", "Hallo"))
    video = stored(pages, path, title="Late")
    page.goto(video["links"]["page"])
    player = page.locator("video")
    page.wait_for_function("video => video.src.startsWith('blob:')", arg=player.element_handle(), timeout=_PATIENCE)
    # They are lifted out beside the work on the film, and may be there before it can play, or after that.
    named = "video => [...video.textTracks].map(track => track.label).join() === 'German'"
    page.wait_for_function(named, arg=player.element_handle(), timeout=_PATIENCE)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_facts_name_them_without_a_barrier(
    page: Page, pages: Server, tmp_path: Path, scheme: Any, width: int
) -> None:
    film = with_picture_subtitles(make_film(tmp_path / "h264.mkv"), tmp_path / "pictures.mkv", language="fre")
    video = settled(pages, film, title="Pictures of words")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(video["links"]["page"])
    expect(page.locator("dl.facts dd", has_text="French (pictures, which browsers do not show)")).to_be_visible()
    assert barriers(page) == []


def test_the_transcript_has_each_of_their_languages_and_moves_nothing(
    page: Page, pages: Server, tmp_path: Path
) -> None:
    video = settled(pages, with_both(tmp_path, "read.mp4", codec="mov_text"), title="Read beside the film")
    page.goto(video["links"]["page"])
    lines = page.locator(".lines li")
    expect(lines.first).to_contain_text("Hello")
    page.get_by_label("Language of the transcript").select_option("German")
    expect(lines.first).to_contain_text("Hallo")
    expect(page.locator(".lines")).to_have_attribute("lang", "deu")
    page.keyboard.press("Escape")
    lines.first.get_by_role("button").click()
    expect(page.locator(".lines [aria-current=true]")).to_contain_text("Hallo")
    assert page.evaluate(SHIFTS) == []


def test_without_scripts_the_words_of_each_language_can_be_read(
    browser: Browser, pages: Server, tmp_path: Path
) -> None:
    video = settled(pages, with_both(tmp_path, "plain.mp4", codec="mov_text"), title="Read without scripts")
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(video["links"]["page"])
        expect(page.locator(".lines")).to_contain_text("Hello")
        page.get_by_role("navigation", name="Languages").get_by_role("link", name="de").click()
        expect(page.locator(".lines")).to_contain_text("Hallo")
