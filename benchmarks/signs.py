"""How closely signs keep to their film in Chromium: `make bench-pages`. Writes docs/benchmarks-signs.md.

What is measured is what is shown: the media times of the frames of both players, when each is on the screen.
"""

import os
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page, sync_playwright

from benchmarks.pacing_proxy import PacingProxy, running_pacing_proxy
from benchmarks.sections import write_section
from benchmarks.servers import OURS, ROOT, Contender, running_contender
from scripts.azurite import running_azurite
from scripts.chromium import ARGUMENTS, find_chromium
from services.media.programs import find_programs

_SECONDS = 240
_BITS_A_SECOND = 1_500_000
_FASTER_THAN_PLAYED = 4
_STALL_SECONDS = 1.5
_SETTLED_AFTER = 0.5
_WATCHED = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-movflags", "+faststart")
_RATE = ("-b:v", str(_BITS_A_SECOND), "-minrate", str(_BITS_A_SECOND), "-maxrate", str(_BITS_A_SECOND))
_READY = "(number) => document.querySelectorAll('video')[number].readyState >= 3"
_STARVED = "(number) => document.querySelectorAll('video')[number].readyState < 3"
_NOW = "() => performance.now() / 1000"
_SAID = "(since) => window.drifts.filter(([at]) => at >= since)"


def main() -> None:
    """Measure, and write the page."""
    rounds = int(os.environ.get("ROUNDS", "10"))
    ours = Contender(label="Reelgate", application=OURS, request="GET /")
    pace = _FASTER_THAN_PLAYED * _BITS_A_SECOND / 8
    with (
        tempfile.TemporaryDirectory(prefix="reelgate-signs-") as folder,
        running_azurite() as azurite,
        running_contender(ours, azurite) as server,
        running_pacing_proxy(server.port, bytes_a_second=pace) as (proxy, url),
        sync_playwright() as playwright,
    ):
        film, sign = _signed_film(f"http://127.0.0.1:{server.port}", Path(folder))
        arguments = [*ARGUMENTS, "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=find_chromium(whole=True), args=arguments)
        bench = _SignedFilm(browser.new_page(base_url=url, viewport={"width": 1440, "height": 900}), proxy, film, sign)
        rows = [
            _row("playing, for a minute", bench.playing(60), most=0.04),
            _row("0.5 s after a seek", bench.seeking(rounds), most=0.1),
            _row("0.5 s after the film has stalled for 1.5 s", bench.stalling(rounds, number=0), most=0.1),
            _row("0.5 s after the signs have stalled for 1.5 s", bench.stalling(rounds, number=1), most=0.1),
        ]
        text = _table(rows) + f"\n\nChromium {browser.version}, {rounds} seeks and stalls of each kind."
        browser.close()
    write_section("benchmarks-signs.md", "drift", text, command="make bench-pages")


def _signed_film(url: str, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """A film with sound, and another that signs it."""
    sound = ("-f", "lavfi", "-i", "sine=frequency=220")
    film = _put(url, _written(folder / "film.mp4", "testsrc2=size=640x360:rate=25", *sound, "-c:a", "aac"))
    sign = _put(url, _written(folder / "signs.mp4", "testsrc=size=480x360:rate=25"))
    answer = requests.put(f"{url}{film['links']['self']}/sign/ase", json={"video_id": sign["id"]}, timeout=30)
    answer.raise_for_status()
    return film, sign


def _written(path: Path, source: str, *more: str) -> Path:
    noise = f"{source},noise=alls=20:allf=t"
    command = [str(find_programs(None).ffmpeg), "-v", "error", "-f", "lavfi", "-i", noise, *more]
    subprocess.run([*command, "-t", str(_SECONDS), *_WATCHED, *_RATE, str(path)], check=True, timeout=600)
    return path


def _put(url: str, path: Path) -> dict[str, Any]:
    params = {"processing": "none"}
    answer = requests.put(f"{url}/api/upload/{path.name}", params=params, data=path.read_bytes(), timeout=120)
    answer.raise_for_status()
    video: dict[str, Any] = answer.json()
    return video


class _SignedFilm:
    """One page with a film and its signs, which play."""

    def __init__(self, page: Page, proxy: PacingProxy, film: dict[str, Any], sign: dict[str, Any]) -> None:
        self.page, self.proxy = page, proxy
        self.paths = [video["links"]["content"] for video in (film, sign)]
        for path in self.paths:
            proxy.watch(path)
        page.goto(film["links"]["page"])
        page.locator("#signs-choice").select_option("ase")
        for number in (0, 1):
            page.wait_for_function(_READY, arg=number)
        page.evaluate((ROOT / "benchmarks/signs.js").read_text())
        page.evaluate("document.querySelector('video').play()")

    def playing(self, seconds: float) -> list[float]:
        """Every drift while it plays."""
        self.page.wait_for_timeout(3000)
        since = self.page.evaluate(_NOW)
        self.page.wait_for_timeout(1000 * seconds)
        return self._drifts(since)

    def seeking(self, rounds: int) -> list[float]:
        """The drift half a second after each seek, from when the film is there."""
        found = []
        for turn in range(rounds):
            place = 20 + (turn * 71) % (_SECONDS - 60)
            there = self.page.evaluate(
                """(place) => new Promise((resolve) => {
                    const film = document.querySelector("video");
                    film.addEventListener("seeked", () => resolve(performance.now() / 1000), { once: true });
                    film.currentTime = place;
                })""",
                place,
            )
            found.append(self._settled(there))
        return found

    def stalling(self, rounds: int, *, number: int) -> list[float]:
        """The drift half a second after each stall of the film (0) or the signs (1), from when it has bytes again."""
        found = []
        for turn in range(rounds):
            # Somewhere else there is nothing in store.
            self.page.evaluate("(place) => { document.querySelector('video').currentTime = place }", 30 + turn * 15)
            self.page.wait_for_timeout(1500)
            self.proxy.stall(self.paths[number])
            self.page.wait_for_function(_STARVED, arg=number, timeout=60_000)
            self.page.wait_for_timeout(1000 * _STALL_SECONDS)
            self.proxy.go_on(self.paths[number])
            self.page.wait_for_function(_READY, arg=number, timeout=60_000)
            found.append(self._settled(self.page.evaluate(_NOW)))
        return found

    def _settled(self, since: float) -> float:
        """The first drift that is seen half a second later."""
        first = since + _SETTLED_AFTER
        self.page.wait_for_function(f"(first) => ({_SAID})(first).length > 0", arg=first, timeout=60_000)
        return self._drifts(first)[0]

    def _drifts(self, since: float) -> list[float]:
        return [abs(drift) for _, drift in self.page.evaluate(_SAID, since)]


def _row(name: str, drifts: Sequence[float], *, most: float) -> tuple[str, ...]:
    ordered = sorted(drifts)
    nearly_all = ordered[int(0.95 * (len(ordered) - 1))]
    within = sum(drift <= most for drift in drifts) / len(drifts)
    figures = (statistics.median(drifts), nearly_all, ordered[-1])
    shown = [f"{1000 * figure:.0f} ms" for figure in figures]
    return (name, *shown, f"{1000 * most:.0f} ms", f"{100 * within:.1f} %", f"{len(drifts):,}")


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    head = ("", "median", "95 %", "worst", "meant", "within", "looked at")
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
