"""How fast the pages are and what they look like: `python -m benchmarks.pages`, or `make lighthouse`.

Lighthouse on the library with 50 videos and on one video; how 10,000 cards scroll. Writes docs/benchmarks-pages.md and
the picture of the library in docs/home.png.
"""

import json
import os
import random
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, CDPSession, sync_playwright

from benchmarks.landscapes import paint_film
from benchmarks.servers import OURS, ROOT, Contender, running_contender
from scripts.azurite import running_azurite
from scripts.chromium import ARGUMENTS, find_chromium
from scripts.node import find_node

_TOOL = ROOT / "benchmarks/lighthouse"
_FILMS = 50
_CARDS = 10_000
_PART = 360
_SCREENS = 40
_RUNS = 3
_AUDITS = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
_TITLES = (
    "Onboarding, day one: the workshop tour",
    "Harbour inspection, crane 4",
    "Customer call: Müller & Söhne",
    "Safety briefing (signed)",
    "Drone survey, north field",
    "How to change the filter on a P-300 without stopping the line",
    "Interview, take 3",
    "Retro, sprint 41",
    "Lighthouse at dusk",
    "Town hall, October",
)
_PAGE = """# Benchmarks of the pages

`make lighthouse` measures anew and writes this page and the picture in the README.

Measured on {date} with Chromium {chromium} and Lighthouse {lighthouse}, whose standard is a slow phone on slow 4G;
the middle one of {runs} runs.

{scores}

## Scrolling

What the thread of the page spends on a frame while a window of 1280 by 800 runs through the list, a screen every 50 ms,
painted without a graphics card. Parts of the list that are out of sight are neither laid out nor painted
(`content-visibility: auto`, a part for every {part} cards: `static/js/library/paging.js`).

{scrolling}
"""
_SCROLL = """async (screens) => {
  let frames = 0;
  for (let screen = 0; screen < screens; screen += 1) {
    window.scrollBy(0, innerHeight);
    const until = performance.now() + 50;
    do {
      await new Promise(requestAnimationFrame);
      frames += 1;
    } while (performance.now() < until);
  }
  return frames;
}"""
_MULTIPLY = """([count, part]) => {
  const grid = document.querySelector(".grid");
  const cards = [...grid.children];
  document.querySelector(".more")?.remove();
  let last = grid;
  for (let made = cards.length; made < count; made += 1) {
    if (last.childElementCount >= part) {
      last.after(grid.cloneNode(false));
      last = last.nextElementSibling;
    }
    last.append(cards[made % cards.length].cloneNode(true));
  }
}"""


def main() -> None:
    """Measure, and write the page and the picture."""
    ours = Contender(label="Reelgate", application=OURS, request="GET /")
    with (
        running_azurite() as azurite,
        running_contender(ours, azurite) as server,
        tempfile.TemporaryDirectory(prefix="reelgate-films-") as folder,
    ):
        url = f"http://127.0.0.1:{server.port}"
        watch = [_put(url, number, Path(folder)) for number in reversed(range(_FILMS))][-1]
        results = {"the library, 50 videos": _lighthouse(url), "one video": _lighthouse(url + watch)}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(whole=True), args=list(ARGUMENTS))
            _photograph(browser, url)
            scrolling = {
                f"{_FILMS} cards": _scroll(browser, url, cards=_FILMS),
                f"{_CARDS:,} cards": _scroll(browser, url, cards=_CARDS),
                f"{_CARDS:,} cards in one part": _scroll(browser, url, cards=_CARDS, parts=False),
            }
            page = _report(results, scrolling, chromium=browser.version)
            browser.close()
    (ROOT / "docs/benchmarks-pages.md").write_text(page)
    print(page)


def _put(url: str, number: int, folder: Path) -> str:
    """Put a film into the library; returns the path of its page."""
    path = folder / f"film-{number}.mp4"
    paint_film(path, seed=number, seconds=random.Random(number).randrange(20, 4000))
    title = _TITLES[number % len(_TITLES)] + (f", part {number // len(_TITLES) + 1}" if number >= len(_TITLES) else "")
    answer = requests.put(f"{url}/api/upload/{path.name}", params={"title": title}, data=path.read_bytes(), timeout=30)
    answer.raise_for_status()
    return str(answer.json()["links"]["page"])


def _lighthouse(url: str) -> dict[str, Any]:
    """The run in the middle of several: what else the machine does is in every figure."""
    runs = [_run(url) for _ in range(_RUNS)]
    return sorted(runs, key=lambda run: float(run["categories"]["performance"]["score"]))[_RUNS // 2]


def _run(url: str) -> dict[str, Any]:
    node = find_node(ROOT)
    if not (_TOOL / "node_modules").is_dir():
        subprocess.run([*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=_TOOL, check=True)
    command = [str(node.node), "node_modules/lighthouse/cli/index.js", url, "--quiet", "--output=json"]
    command += ["--only-categories=performance,accessibility,best-practices"]
    command += [f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}"]
    environment = os.environ | {"CHROME_PATH": str(find_chromium(whole=True))}
    done = subprocess.run(command, cwd=_TOOL, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _photograph(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
    page.goto(url)
    page.locator(".still img").nth(7).wait_for()
    page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")
    page.screenshot(path=ROOT / "docs/home.png")
    page.close()


def _scroll(browser: Browser, url: str, *, cards: int, parts: bool = True) -> float:
    """How many milliseconds of the page's thread a frame takes while the list runs by."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    page.goto(url)
    page.locator(".still img").nth(7).wait_for()
    page.evaluate(_MULTIPLY, [cards, _PART if parts else cards])
    # The time of the thread, not of the clock: other programs share the processors.
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _task_seconds(devtools)
    frames: int = page.evaluate(_SCROLL, _SCREENS)
    spent = _task_seconds(devtools) - before
    page.close()
    return 1000 * spent / frames


def _task_seconds(devtools: CDPSession) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def _report(results: dict[str, dict[str, Any]], scrolling: dict[str, float], *, chromium: str) -> str:
    first = next(iter(results.values()))
    categories = list(first["categories"])
    heads = [first["categories"][name]["title"] for name in categories] + [first["audits"][n]["title"] for n in _AUDITS]
    scores = [["", *heads]]
    for name, result in results.items():
        marks = [f"{100 * result['categories'][each]['score']:.0f}" for each in categories]
        scores.append([name, *marks, *(result["audits"][each]["displayValue"] for each in _AUDITS)])
    frames = [["", "ms per frame"], *([name, f"{spent:.1f}"] for name, spent in scrolling.items())]
    return _PAGE.format(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        chromium=chromium,
        lighthouse=first["lighthouseVersion"],
        scores=_table(scores),
        part=_PART,
        runs=_RUNS,
        scrolling=_table(frames),
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
