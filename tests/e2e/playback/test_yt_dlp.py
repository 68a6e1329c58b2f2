"""yt-dlp, which takes films from pages that it does not know by what the pages say of them."""

import subprocess
import sys
from pathlib import Path

import requests

from tests.server import Server


def taken(url: str, *options: str, folder: Path) -> list[Path]:
    """What yt-dlp makes of an address."""
    command = [str(Path(sys.executable).with_name("yt-dlp")), "--no-config", "--no-cache-dir", "--proxy", "", *options]
    subprocess.run([*command, "-P", str(folder), url], check=True, capture_output=True, text=True, timeout=120)
    return list(folder.iterdir())


def test_a_page_says_what_its_film_is(server: Server, film: Path, tmp_path: Path) -> None:
    content = film.read_bytes()
    video = requests.put(f"{server.url}/api/upload/My%20holiday.mp4", data=content, timeout=60).json()
    [file] = taken(server.url + video["links"]["page"], folder=tmp_path)
    assert file.suffix == ".mp4"
    assert file.name.startswith("My holiday")
    assert "Reelgate" not in file.name
    assert file.read_bytes() == content


def test_a_title_cannot_break_out_of_what_the_page_says(server: Server, film: Path, tmp_path: Path) -> None:
    title = "</script><script>alert(1)</script>\"&'{{ 7 * 7 }}"
    video = requests.put(
        f"{server.url}/api/upload/a.mp4", params={"title": title}, data=film.read_bytes(), timeout=60
    ).json()
    page = requests.get(server.url + video["links"]["page"], timeout=60).text
    assert "<script>alert" not in page
    [file] = taken(
        server.url + video["links"]["page"], "-o", "%(title)s.%(ext)s", "--windows-filenames", folder=tmp_path
    )
    assert file.suffix == ".mp4"
    assert "alert(1)" in file.name


def test_the_content_alone_has_its_type(server: Server, film: Path, tmp_path: Path) -> None:
    video = requests.put(f"{server.url}/api/upload/b.mp4", data=film.read_bytes(), timeout=60).json()
    [file] = taken(video["url"], folder=tmp_path)
    assert file.suffix == ".mp4"
