"""Films of every kind that people have play in a browser, with a picture, and can be sought to their end."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.media_films import FILMS, ffmpeg, make_film
from tests.server import Server, eventually
from tests.shelf import api, choosing, stored
from utils.video_types import VIDEO_TYPES

_PATIENCE = 120_000
_WHOLE = """video => video.readyState >= 2 && video.videoWidth > 0 && Number.isFinite(video.duration)
    && video.seekable.length > 0 && video.seekable.end(0) > video.duration - 0.3"""
_SEEK = """video => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`stuck at ${video.currentTime}, ${video.readyState}`)), 30000);
    video.addEventListener("seeked", () => resolve(video.currentTime), { once: true });
    video.currentTime = video.duration - 0.2;
})"""
_SEEN = """video => {
    const canvas = new OffscreenCanvas(32, 32);
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0, 32, 32);
    const pixels = new Uint32Array(context.getImageData(0, 0, 32, 32).data.buffer);
    const { videoWidth: width, videoHeight: height, duration, webkitAudioDecodedByteCount: sound } = video;
    return JSON.stringify({ width, height, duration, sound, colours: new Set(pixels).size });
}"""


def watched(page: Page, server: Server, film: dict[str, Any]) -> Mapping[str, Any]:
    """Open the page of a film that has just come in, let it play to its end, and tell what was seen."""
    page.goto(film["links"]["page"])
    video = page.locator("video")
    video.wait_for()
    handle = video.element_handle()
    assert handle is not None
    # Browsers may play it at once, and then play what the server has made of it.
    eventually(lambda: api(server, film).json()["playable"] != "pending", patience=120)
    if api(server, film).json()["playable"] == "hls":
        page.wait_for_function("video => video.src.startsWith('blob:')", arg=handle, timeout=_PATIENCE)
    page.wait_for_function(_WHOLE, arg=handle, timeout=_PATIENCE)
    video.evaluate("video => { video.muted = true; return video.play(); }")
    page.wait_for_function("video => video.currentTime > 0.5", arg=handle, timeout=_PATIENCE)
    at_end = video.evaluate(_SEEK)
    seen: Mapping[str, Any] = json.loads(video.evaluate(_SEEN))
    assert at_end > seen["duration"] - 1
    assert seen["colours"] > 20
    expect(page.locator(".unplayable")).to_be_hidden()
    return seen


@pytest.mark.walk
def test_a_film_plays_as_soon_as_it_is_made_playable(page: Page, pages: Server, tmp_path: Path) -> None:
    video = stored(pages, make_film(tmp_path / "mpeg2.mpg", seconds=3), title="MPEG-2")
    seen = watched(page, pages, video)
    assert (seen["width"], seen["height"]) == (320, 180)
    assert seen["duration"] == pytest.approx(3, abs=0.5)


def test_what_is_no_film_says_so_on_its_page(page: Page, pages: Server, tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(5000))
    video = stored(pages, path, title="No film")
    page.goto(video["links"]["page"])
    expect(page.locator(".unplayable")).to_be_visible(timeout=_PATIENCE)


def test_sizes_and_sounds_can_be_chosen(page: Page, pages: Server, tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    languages = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu")
    make_film(path, "-c:v", "mpeg2video", "-b:v", "2M", "-c:a", "aac", *languages, seconds=9, size="1280x720", sounds=2)
    video = stored(pages, path, title="Two languages")
    page.goto(video["links"]["page"])
    expect(page.locator("#quality option")).to_have_text(["Automatic", "720p", "360p"], timeout=_PATIENCE)
    expect(page.locator("#sound option")).to_have_text(["English", "German"])
    # The picture of a player that stands still stays as it is.
    page.locator("video").evaluate("video => { video.muted = video.loop = true; return video.play(); }")
    choosing(page)
    for height in (360, 720, 360):
        page.locator("#quality").select_option(label=f"{height}p")
        expect(page.locator("video")).to_have_js_property("videoHeight", height, timeout=_PATIENCE)
    page.locator("#sound").select_option(label="German")
    page.wait_for_function("() => document.querySelector('video').buffered.length > 0", timeout=_PATIENCE)


def rotated(path: Path) -> Path:
    upright = make_film(path.with_name("h264.mp4"), seconds=2)
    ffmpeg("-display_rotation", "90", "-i", str(upright), "-c", "copy", str(path))
    return path


_HEVC = ("-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params")
_HLG = "log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"
_PQ = "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
_PLAIN = ("-c:v", "libx264", "-pix_fmt", "yuv420p")
MORE: Mapping[str, Sequence[str]] = {
    "av1.mp4": ("-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    "vp8.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"),
    "vp9-opus.mp4": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    "deep.mp4": ("-c:v", "libx264", "-pix_fmt", "yuv420p10le", "-c:a", "aac"),
    "pq.mp4": (*_HEVC, _PQ, "-c:a", "aac"),
    "hlg.mov": (*_HEVC, _HLG, "-c:a", "aac"),
    "interlaced.mpg": ("-c:v", "mpeg2video", "-vf", "setfield=tff", "-flags", "+ildct+ilme", "-c:a", "mp2"),
    "surround.mp4": (*_PLAIN, "-c:a", "aac", "-ac", "6"),
    "surround.mkv": (*_PLAIN, "-c:a", "ac3", "-ac", "6"),
    "lossless.mkv": (*_PLAIN, "-c:a", "flac", "-ac", "6"),
    "languages.mkv": (*_PLAIN, "-c:a", "aac", "-metadata:s:a:0", "language=fra", "-metadata:s:a:1", "language=ukr"),
    "silent.mp4": _PLAIN,
    "silent.wmv": ("-c:v", "wmv2"),
}
"""Films of the kinds in `FILMS` that differ in something else: depth, colours, lines, sounds."""
_SOUNDS = {"silent.mp4": 0, "silent.wmv": 0, "languages.mkv": 2}


def test_every_accepted_format_is_tried() -> None:
    tried = {name.rpartition(".")[2] for name in [*FILMS, *MORE]}
    assert tried == set(VIDEO_TYPES)


@pytest.mark.parametrize("name", [*FILMS, *MORE, "rotated.mov"])
def test_every_film_plays(page: Page, pages: Server, tmp_path: Path, name: str) -> None:
    path, sounds = tmp_path / name, _SOUNDS.get(name, 1)
    if name == "rotated.mov":
        rotated(path)
    else:
        make_film(path, *MORE.get(name, ()), seconds=2, sounds=sounds)
    video = stored(pages, path, title=name)
    seen = watched(page, pages, video)
    assert (seen["width"], seen["height"]) == ((180, 320) if name == "rotated.mov" else (320, 180))
    assert seen["duration"] == pytest.approx(2, abs=0.5)
    assert (seen["sound"] > 0) == (sounds > 0)
    if sounds > 1:
        expect(page.locator("#sound option")).to_have_text(["French", "Ukrainian"])
