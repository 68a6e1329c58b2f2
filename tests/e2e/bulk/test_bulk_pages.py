"""Many videos at once on the pages: by the bar of the list, and by forms without scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.server import Server, eventually, running_server
from tests.shelf import LOOKS, api, barriers, stored
from tests.videos import mp4

pytestmark = pytest.mark.browser

MORE_THAN_A_PAGE = 53


@pytest.fixture(scope="module")
def working(azurite: str) -> Iterator[Server]:
    """A server with a worker of its own, whose library no other test fills."""
    with running_server(azurite, worker_concurrency=1) as server:
        yield server


def shelf(server: Server, folder: Path, *, title: str, count: int) -> list[dict[str, Any]]:
    small = folder / "small.mp4"
    small.write_bytes(mp4(64))
    return [stored(server, small, title=f"{title} {number:02}", processed=False) for number in range(count)]


def test_all_that_match_on_all_pages_are_changed_and_one_undo_brings_all_back(
    browser: Browser, working: Server, tmp_path: Path
) -> None:
    videos = shelf(working, tmp_path, title="Everywhere", count=MORE_THAN_A_PAGE)
    other = shelf(working, tmp_path, title="Elsewhere", count=1)[0]
    with browser.new_context(base_url=working.url, viewport={"width": 1440, "height": 600}) as context:
        page = context.new_page()
        page.goto("/?q=everywhere&sort=title")
        page.locator(".card .pick input").first.check(force=True)
        page.get_by_role("button", name="Select all shown").click()
        page.get_by_role("button", name="Select all that match").click()
        expect(page.locator(".bulk output")).to_have_text(f"All {MORE_THAN_A_PAGE} that match selected")
        page.get_by_role("button", name="Change selected").click()
        dialog = page.get_by_role("dialog", name="Change selected")
        dialog.get_by_label("What to do").select_option(label="Change visibility")
        dialog.locator("select[name=visibility]").select_option("private")
        dialog.get_by_role("button", name="Apply").click()
        expect(page.locator(".toast")).to_contain_text(f"{MORE_THAN_A_PAGE} videos changed")
        assert {api(working, video).json()["visibility"] for video in videos} == {"private"}
        assert api(working, other).json()["visibility"] == "team"
        page.locator(".card .pick input").first.check(force=True)
        page.get_by_role("button", name="Select all shown").click()
        page.get_by_role("button", name="Select all that match").click()
        expect(page.locator(".bulk output")).to_have_text(f"All {MORE_THAN_A_PAGE} that match selected")
        page.get_by_role("button", name="Delete", exact=True).click()
        page.get_by_role("button", name=f"Delete {MORE_THAN_A_PAGE} videos").click()
        expect(page.locator(".toast")).to_contain_text(f"{MORE_THAN_A_PAGE} videos in the trash")
        assert {api(working, video).status_code for video in videos} == {404}
        assert api(working, other).status_code == 200
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".toast")).to_contain_text(f"{MORE_THAN_A_PAGE} videos back in the library")
        assert {api(working, video).status_code for video in videos} == {200}


def test_without_scripts_many_are_changed_and_taken_back(browser: Browser, working: Server, tmp_path: Path) -> None:
    videos = shelf(working, tmp_path, title="By forms", count=3)
    with browser.new_context(base_url=working.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/?q=by+forms&sort=title")
        for video in videos[:2]:
            page.get_by_label(f"Select {video['title']}").check()
        page.get_by_role("button", name="Change selected").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Change 2 videos")
        page.get_by_label("Tags, separated by commas").fill("sea, boat")
        page.get_by_role("button", name="Add tags").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Add tags")
        expect(page.get_by_text("Done with 2 videos.")).to_be_visible()
        assert [api(working, video).json()["tags"] for video in videos] == [["sea", "boat"], ["sea", "boat"], []]
        page.goto("/?q=by+forms")
        page.get_by_label("All that match, on all pages").check()
        page.get_by_role("button", name="Change selected").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Change 3 videos")
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("Done with 3 videos.")).to_be_visible()
        assert {api(working, video).status_code for video in videos} == {404}
        page.get_by_role("button", name="Undo all of it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Restore")
        assert {api(working, video).status_code for video in videos} == {200}


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_nothing_stands_in_anybodys_way(
    browser: Browser, working: Server, tmp_path: Path, scheme: Any, width: int
) -> None:
    video = shelf(working, tmp_path, title="No barrier", count=1)[0]
    wish = {"action": "delete", "ids": [video["id"], "none.mp4"]}
    done = requests.post(f"{working.url}/api/bulk", json=wish, timeout=30).json()
    requests.post(working.url + done["undo"], timeout=30).raise_for_status()
    with browser.new_context(
        base_url=working.url, color_scheme=scheme, viewport={"width": width, "height": 900}
    ) as context:
        page = context.new_page()
        page.goto("/?q=no+barrier")
        page.locator(".card .pick input").first.check(force=True)
        page.get_by_role("button", name="Change selected").click()
        expect(page.get_by_role("dialog", name="Change selected")).to_be_visible()
        assert barriers(page) == []
        page.goto(f"/bulk/{done['id']}")
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_job_that_is_killed_goes_on_where_it_was(working: Server, tmp_path: Path) -> None:
    videos = shelf(working, tmp_path, title="Killed", count=12)
    ids = [video["id"] for video in videos] + [f"none-{number}.mp4" for number in range(400)]
    wish = {"action": "tag", "ids": ids, "value": "sea"}
    begun = requests.post(f"{working.url}/api/bulk", json=wish, timeout=30).json()
    address = f"{working.url}/api/bulk/{begun['id']}"

    def is_under_way() -> bool:
        return bool(requests.get(address, timeout=30).json()["done"] >= 3)

    eventually(is_under_way, patience=60)
    for process in psutil.Process(working.pid).children(recursive=True):
        if "services.bench" in " ".join(process.cmdline()):
            process.kill()
    job = f"{working.url}/api/jobs/{begun['job']['id']}"
    eventually(lambda: requests.get(job, timeout=30).json()["state"] == "done", patience=120)
    results = requests.get(job, timeout=30).json()["results"]
    assert [each["status"] for each in results] == [200] * 12 + [404] * 400
    assert [each["id"] for each in results] == ids
    assert {tuple(api(working, video).json()["tags"]) for video in videos} == {("sea",)}
