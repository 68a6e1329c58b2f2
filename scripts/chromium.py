"""Find a Chromium for the browser tests; `python -m scripts.chromium` also tries to install one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_WITHOUT_WINDOWS = "chromium-headless-shell"
"""The same browser without what draws windows. A page costs half the processor time in it."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ON_MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

# The tests talk to nothing but this machine; these keep the browser from trying.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium(*, whole: bool = False) -> Path | None:
    """Return the Chromium to test with: CHROMIUM_PATH, the machine's own, or Playwright's; else None.

    Figures are measured with the `whole` browser, as people have it.
    """
    if named := os.environ.get("CHROMIUM_PATH"):
        # A choice that does not work is reported; it is not silently replaced by another browser.
        return Path(named) if _runs(named) else None
    names = (*_NAMES, _ON_MACOS) if whole else (_WITHOUT_WINDOWS, *_NAMES, _ON_MACOS)
    found = (shutil.which(name) for name in names)
    return next((Path(path) for path in found if path and _runs(path)), None) or _from_playwright()


def is_required() -> bool:
    """Tell whether browser tests must fail, not be skipped, when there is no browser."""
    return os.environ.get("REQUIRE_BROWSER") == "1"


def _from_playwright() -> Path | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return Path(path) if _runs(path) else None


def _runs(path: str) -> bool:
    """Tell whether the program starts; a file alone may lack its libraries, or be a stub of a package."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install() -> None:
    """Try Playwright's own build, then the system's package."""
    print("No Chromium on this machine: downloading Playwright's …", flush=True)
    _try([sys.executable, "-m", "playwright", "install", "chromium"], seconds=180)
    if find_chromium() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("That did not work: installing the system's package …", flush=True)
        _try(["apt-get", "update", "-q"], seconds=180)
        _try(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"], seconds=600)


def _try(command: list[str], *, seconds: float) -> None:
    """Run a command that may fail; what it says is shown only then."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        print(f"`{' '.join(command)}` took more than {seconds:.0f} s.", flush=True)
        return
    if done.returncode != 0:
        print(f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}", flush=True)


def main() -> int:
    """Say which Chromium the browser tests use, or loudly that there is none: an error when required."""
    chromium = find_chromium()
    if chromium is None and "CHROMIUM_PATH" not in os.environ:
        _install()
        chromium = find_chromium()
    if chromium is not None:
        print(f"Browser tests use {chromium}")
        return 0
    verdict = "FAIL (REQUIRE_BROWSER=1)" if is_required() else "are SKIPPED"
    print(f"*** NO CHROMIUM: the browser tests {verdict}. Install one, or name it in CHROMIUM_PATH. ***")
    return 1 if is_required() else 0


if __name__ == "__main__":
    sys.exit(main())
