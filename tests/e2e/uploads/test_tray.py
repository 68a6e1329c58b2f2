"""Uploading on the page: what people see and can do, in a real browser against the real server."""

import re
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.server import Server, eventually, running_server
from tests.shelf import LOOKS, barriers, stored
from tests.tray import (
    PATIENCE,
    choose,
    drag,
    has_begun,
    is_stored,
    line,
    methods_of_uploads,
    press,
    slow_down,
    write_video,
)

pytestmark = pytest.mark.browser

WATCH_LOCKS = """() => {
  window.locks = [];
  const { wakeLock } = navigator;
  const request = wakeLock.request.bind(wakeLock);
  wakeLock.request = async (kind) => {
    const lock = await request(kind);
    window.locks.push(lock);
    return lock;
  };
}"""
PASTE = """(names) => {
  const data = new DataTransfer();
  for (const name of names) data.items.add(new File([Uint8Array.from(window.head)], name, { type: "video/mp4" }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


@pytest.mark.walk
def test_all_chosen_files_are_stored_each_as_it_is(page: Page, pages: Server, tmp_path: Path) -> None:
    paths = [write_video(tmp_path, f"one of five {number}.mp4", size=300_000, seed=number) for number in range(5)]
    page.goto("/")
    choose(page, *paths)
    for path in paths:
        is_stored(page, pages, path)
    expect(page.locator(".tray h2")).to_have_text("5 uploads stored")
    expect(page.locator(".tray [role=status]")).to_contain_text("is stored")
    expect(page.locator(".card", has_text="one of five 0")).to_be_visible()
    page.get_by_role("button", name="Clear finished").click()
    expect(page.locator(".tray")).to_have_count(0)


def test_uploads_go_on_and_the_form_works_after_moving_about(page: Page, pages: Server, tmp_path: Path) -> None:
    page.goto("/")
    page.evaluate("window.same = true")
    for name in ("first about.mp4", "second about.mp4"):
        path = write_video(tmp_path, name, size=300_000)
        choose(page, path)
        page.get_by_role("link", name="Trash").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Trash")
        is_stored(page, pages, path)
        page.get_by_role("link", name="Reelgate").click()
        expect(page.locator("main").get_by_role("link", name=path.stem, exact=True)).to_be_visible()
    assert page.evaluate("window.same")


def test_what_cannot_be_a_video_is_named_before_a_byte_is_sent(page: Page, pages: Server, tmp_path: Path) -> None:
    good = write_video(tmp_path, "checked.mp4", size=100_000)
    text, empty = tmp_path / "minutes.docx", tmp_path / "empty.mp4"
    text.write_text("words")
    empty.touch()
    page.goto("/")
    sent = methods_of_uploads(page)
    choose(page, text, empty, good, good)
    expect(line(page, text.name).locator(".state")).to_contain_text(".docx files are not accepted")
    expect(line(page, empty.name).locator(".state")).to_have_text("The file is empty.")
    again = page.locator(".tray li[data-state=refused]", has_text=good.name)
    expect(again.locator(".state")).to_have_text("This file is already in the list.")
    press(again, "Remove from list", good.name)
    is_stored(page, pages, good)
    assert sent.count("POST") == 1


def test_a_file_over_the_limit_is_refused_with_the_limit(browser: Browser, azurite: str, tmp_path: Path) -> None:
    with running_server(azurite, max_upload_mb=1) as server, browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        page.goto("/")
        choose(page, write_video(tmp_path, "large.mp4", size=1_100_000))
        expect(line(page, "large.mp4").locator(".state")).to_contain_text("Larger than 1.0 MB")


def test_a_file_whose_content_is_no_video_is_refused_by_the_server(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "pretends.mp4"
    path.write_bytes(b"%PDF-1.7" + bytes(100_000))
    page.goto("/")
    choose(page, path)
    expect(line(page, path.name)).to_have_attribute("data-state", "refused", timeout=PATIENCE)
    expect(line(page, path.name).get_by_role("button")).to_have_count(1)


def test_the_poster_the_length_and_the_size_show_at_once(page: Page, film: Path) -> None:
    page.goto("/")
    slow_down(page)
    choose(page, film)
    expect(line(page, film.name).locator(".still img")).to_be_visible()
    expect(line(page, film.name).locator(".fine")).to_have_text(re.compile(r"holiday film\.mp4 · [\d.]+ MB · 0:20"))


def test_the_title_can_be_given_while_the_file_is_sent(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "titled.mp4")
    page.goto("/")
    slow_down(page)
    choose(page, path)
    has_begun(page, path.name)
    page.get_by_label(f"Title of {path.name}").fill("The crane, from below")
    page.keyboard.press("Enter")
    slow_down(page, bytes_a_second=0)
    is_stored(page, pages, path)
    expect(line(page, path.name).locator("a.title")).to_have_text("The crane, from below")
    found = requests.get(f"{pages.url}/api/videos", params={"q": "crane below"}, timeout=30).json()["videos"]
    assert [video["title"] for video in found] == ["The crane, from below"]


@pytest.mark.parametrize("ends", ["typed on", "left alone"])
def test_a_title_being_typed_when_the_upload_ends_is_not_lost(
    page: Page, pages: Server, tmp_path: Path, ends: str
) -> None:
    path = write_video(tmp_path, f"{ends}.mp4")
    page.goto("/")
    slow_down(page)
    choose(page, path)
    has_begun(page, path.name)
    field = page.get_by_label(f"Title of {path.name}")
    field.focus()
    if ends == "typed on":
        field.fill("Half a")
    slow_down(page, bytes_a_second=0)
    expect(line(page, path.name)).to_have_attribute("data-state", "stored", timeout=PATIENCE)
    if ends == "typed on":
        field.press_sequentially(" title")
        page.keyboard.press("Enter")
    link = line(page, path.name).locator("a.title")
    expect(link).to_have_text("Half a title" if ends == "typed on" else ends)
    expect(link).to_be_focused()
    is_stored(page, pages, path)


def test_paused_it_sends_nothing_and_then_goes_on(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "paused.mp4")
    page.goto("/")
    slow_down(page)
    choose(page, path)
    has_begun(page, path.name)
    press(page, "Pause", path.name)
    expect(line(page, path.name).locator(".state")).to_contain_text("Paused")
    sent = methods_of_uploads(page)
    requests.get(f"{pages.url}/health", timeout=10)
    assert sent == []
    slow_down(page, bytes_a_second=0)
    press(page, "Resume", path.name)
    is_stored(page, pages, path)
    assert "POST" not in sent


def test_cancelled_it_is_gone_on_the_server_too(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "cancelled.mp4")
    page.goto("/")
    slow_down(page)
    addresses: list[str] = []
    page.on("request", lambda asked: addresses.append(asked.url) if asked.method == "PATCH" else None)
    choose(page, path)
    has_begun(page, path.name)
    press(page, "Cancel", path.name)
    expect(line(page, path.name).locator(".state")).to_have_text("Cancelled")
    eventually(lambda: requests.head(addresses[0], headers={"Tus-Resumable": "1.0.0"}, timeout=10).status_code == 404)
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".tray")).to_have_count(0)


def test_what_passes_by_itself_is_tried_again_when_the_server_says(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "busy.mp4", size=400_000)
    answers = iter([(503, "1"), (429, "1"), (408, "")])

    def refuse(route: Any) -> None:
        status, after = next(answers, (0, ""))
        if status and route.request.method == "PATCH":
            route.fulfill(status=status, headers={"Retry-After": after} if after else {})
        else:
            route.continue_()

    page.goto("/")
    page.route(re.compile("/api/uploads/"), refuse)
    choose(page, path)
    is_stored(page, pages, path)


def test_what_was_given_up_can_be_tried_again(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "given up.mp4", size=400_000)
    page.goto("/")
    page.route(
        re.compile("/api/uploads/"),
        lambda route: route.fulfill(status=404) if route.request.method == "PATCH" else route.continue_(),
    )
    choose(page, path)
    expect(line(page, path.name)).to_have_attribute("data-state", "failed", timeout=PATIENCE)
    page.unroute_all()
    page.get_by_role("button", name="Try all again").click()
    is_stored(page, pages, path)


def test_everything_can_be_paused_at_once(page: Page, pages: Server, tmp_path: Path) -> None:
    paths = [write_video(tmp_path, f"all {number}.mp4", seed=number) for number in range(4)]
    page.goto("/")
    slow_down(page)
    choose(page, *paths)
    has_begun(page, paths[0].name)
    page.get_by_role("button", name="Pause all").click()
    expect(page.locator(".tray li[data-state=paused]")).to_have_count(4)
    slow_down(page, bytes_a_second=0)
    page.get_by_role("button", name="Resume all").click()
    for path in paths:
        is_stored(page, pages, path)


def test_files_can_be_dropped_anywhere_and_the_veil_answers_escape(
    page: Page, pages: Server, film: Path, tmp_path: Path
) -> None:
    video = stored(pages, film, title="Watched meanwhile")
    path = write_video(tmp_path, "dropped.mp4", size=200_000)
    page.goto(video["links"]["page"])
    drag(page, path, ends="dragOver")
    expect(page.locator(".veil")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".veil")).to_have_count(0)
    page.evaluate("document.dispatchEvent(new DragEvent('dragover', { dataTransfer: new DataTransfer() }))")
    expect(page.locator(".veil")).to_have_count(0)
    drag(page, path, ends="drop")
    is_stored(page, pages, path)
    page.evaluate("head => { window.head = head }", list(film.read_bytes()[:4000]))
    page.evaluate(PASTE, ["pasted.mp4"])
    expect(line(page, "pasted.mp4")).to_have_attribute("data-state", "stored", timeout=PATIENCE)


def test_of_a_dropped_folder_the_videos_are_taken(page: Page, pages: Server, tmp_path: Path) -> None:
    folder = tmp_path / "dropped recordings"
    (folder / "deeper").mkdir(parents=True)
    paths = [write_video(folder, "upper.mp4", size=200_000), write_video(folder / "deeper", "lower.mp4", size=200_000)]
    paths.append(write_video(tmp_path, "beside.mp4", size=200_000))
    (folder / "notes.txt").write_text("words")
    page.goto("/")
    drag(page, folder, paths[-1], ends="drop")
    for path in paths:
        is_stored(page, pages, path)
    expect(page.locator(".tray li")).to_have_count(3)


def test_of_a_folder_the_videos_are_taken(page: Page, pages: Server, tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    (folder / "deeper").mkdir(parents=True)
    paths = [write_video(folder, "top.mp4", size=200_000), write_video(folder / "deeper", "deep.mp4", size=200_000)]
    (folder / "notes.txt").write_text("words")
    page.goto("/")
    page.get_by_role("link", name="Upload").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(folder)
    expect(page.locator("#upload")).to_be_hidden()
    for path in paths:
        is_stored(page, pages, path)
    expect(page.locator(".tray li")).to_have_count(2)


def test_the_screen_stays_on_while_something_uploads(page: Page, tmp_path: Path) -> None:
    page.context.grant_permissions(["screen-wake-lock"])
    page.add_init_script(f"({WATCH_LOCKS})()")
    page.goto("/")
    slow_down(page)
    path = write_video(tmp_path, "awake.mp4")
    choose(page, path)
    has_begun(page, path.name)
    page.wait_for_function("() => window.locks.length === 1 && !window.locks[0].released")
    press(line(page, path.name), "Pause", path.name)
    page.wait_for_function("() => window.locks[0].released")
    slow_down(page, bytes_a_second=0)
    press(line(page, path.name), "Resume", path.name)
    expect(line(page, path.name)).to_have_attribute("data-state", "stored", timeout=PATIENCE)
    page.wait_for_function("() => window.locks.length === 2 && window.locks[1].released")


def test_the_keyboard_alone_uploads(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "by keys.mp4", size=200_000)
    # As in browsers that give no handles of files: automation cannot fill in the picker of those that do.
    page.add_init_script("delete window.showOpenFilePicker")
    # Who listens from the start gets choosers that open at once.
    page.on("filechooser", lambda _: None)
    page.goto("/")
    way_in = page.get_by_role("link", name="Upload")
    for _ in range(40):  # Past all that whoever sees to the library finds in the navigation.
        if way_in.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#upload").get_by_role("button", name="Choose files")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(path)
    is_stored(page, pages, path)
    line(page, path.name).locator("a.title").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("by keys")
    expect(page.locator(".tray")).to_be_visible()


def test_uploads_go_on_while_another_page_is_looked_at(page: Page, pages: Server, film: Path, tmp_path: Path) -> None:
    stored(pages, film, title="Looked at")
    path = write_video(tmp_path, "meanwhile.mp4")
    page.goto("/")
    slow_down(page)
    choose(page, path)
    has_begun(page, path.name)
    page.get_by_role("link", name="Looked at").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Looked at")
    slow_down(page, bytes_a_second=0)
    is_stored(page, pages, path)
    page.go_back()
    expect(page.locator(".card", has_text="meanwhile").first).to_be_visible()


def test_leaving_in_the_middle_is_warned_of(page: Page, tmp_path: Path) -> None:
    path = write_video(tmp_path, "leaving.mp4")
    page.goto("/")
    slow_down(page)
    choose(page, path)
    has_begun(page, path.name)
    page.locator(".tray h2").click()  # Browsers warn only people who have touched the page.
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.accept()


def test_a_hostile_name_is_text_everywhere(page: Page, tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>&amp;.mp4"
    path = write_video(tmp_path, name, size=100_000)
    (tmp_path / "<b>minutes.docx").write_text("words")
    page.goto("/")
    choose(page, path, tmp_path / "<b>minutes.docx")
    expect(line(page, name)).to_have_attribute("data-state", "stored", timeout=PATIENCE)
    expect(line(page, "<b>minutes.docx").locator(".state")).to_contain_text(".docx")
    assert page.locator(".tray img[src=x], .tray b").count() == 0


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_state_of_the_tray_has_a_barrier_that_axe_finds(
    browser: Browser, pages: Server, tmp_path: Path, scheme: Any, width: int
) -> None:
    paths = [write_video(tmp_path, f"state {number} {scheme} {width}.mp4", seed=number) for number in range(5)]
    text = tmp_path / "minutes.docx"
    text.write_text("words")
    with browser.new_context(
        base_url=pages.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        page.goto("/")
        slow_down(page)
        choose(page, text, *paths)
        if width == 320:
            assert barriers(page) == []
            page.get_by_role("button", name="Show the list").click()
        has_begun(page, paths[0].name)
        press(page, "Pause", paths[1].name)
        press(page, "Cancel", paths[2].name)
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        slow_down(page, bytes_a_second=0)
        expect(line(page, paths[4].name)).to_have_attribute("data-state", "stored", timeout=PATIENCE)
        assert barriers(page) == []


def test_what_is_in_the_library_already_is_named(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "twice.mp4", seed=2026)
    content = path.read_bytes()
    first = requests.put(f"{pages.url}/api/upload/first.mp4", data=content, timeout=30).json()
    page.goto("/")
    choose(page, path)
    is_stored(page, pages, path)
    way = line(page, path.name).get_by_role("link", name="You have this already: first")
    expect(way).to_be_visible()
    assert barriers(page) == []
    page.evaluate("window.same = true")
    way.click()
    expect(page).to_have_url(pages.url + first["links"]["page"])
    assert page.evaluate("window.same")
