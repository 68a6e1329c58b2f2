"""Deleting and taking it back: one or many, at once or for as long as the trash holds them."""

import re
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, Route, expect

from tests.server import Server
from tests.shelf import api, rarely, stored
from tests.videos import mp4

pytestmark = pytest.mark.browser

MANY = 25


def shelf(server: Server, folder: Path, *, title: str, count: int) -> list[dict[str, Any]]:
    """Store small files that pass for videos; returns them in the order of their titles."""
    small = folder / "small.mp4"
    small.write_bytes(mp4(64))
    return [stored(server, small, title=f"{title} {number:02}") for number in range(count)]


def statuses(server: Server, videos: list[dict[str, Any]]) -> set[int]:
    return {api(server, video).status_code for video in videos}


def test_undo_names_what_it_has_brought_back(page: Page, pages: Server, tmp_path: Path) -> None:
    video, _ = shelf(pages, tmp_path, title="Named rightly", count=2)
    page.goto("/?q=named+rightly")
    page.get_by_role("button", name="Actions for Named rightly 00").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.locator(".toast")).to_contain_text("“Named rightly 00” is in the trash")
    # Where its card is not at hand its title is still known.
    page.get_by_role("link", name="Named rightly 01").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Named rightly 01")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_have_text("“Named rightly 00” is back in the library")
    assert api(pages, video).status_code == 200


def test_many_are_deleted_only_when_somebody_has_said_yes(page: Page, pages: Server, tmp_path: Path) -> None:
    videos = shelf(pages, tmp_path, title="Ask first", count=MANY)
    page.goto("/?q=ask+first&sort=title")
    page.locator(".card a").first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    question = page.get_by_role("dialog", name=f"Delete {MANY} videos?")
    expect(question).to_be_visible()
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    assert statuses(pages, videos) == {200}
    page.get_by_role("button", name="Delete", exact=True).click()
    question.get_by_role("button", name=f"Delete {MANY} videos").click()
    expect(page.locator(".toast")).to_contain_text(f"{MANY} videos in the trash")
    assert statuses(pages, videos) == {404}
    # The word about it has gone, and so has the page: it can be undone all the same.
    page.reload()
    page.locator("h1").focus()
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text(f"{MANY} videos back in the library")
    expect(page.locator(".card:visible h2")).to_have_count(MANY)
    assert statuses(pages, videos) == {200}


def test_the_trash_restores_many_at_once(page: Page, pages: Server, tmp_path: Path) -> None:
    videos = shelf(pages, tmp_path, title="Back together", count=4)
    page.goto("/?q=back+together&sort=title")
    for box in page.locator(".pick input").all():
        box.check(force=True)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("4 videos in the trash")
    page.get_by_role("link", name="Trash").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trash")
    for number in (0, 1):
        page.get_by_label(f"Select Back together 0{number}").check(force=True)
    expect(page.locator(".bulk output")).to_have_text("2 selected")
    page.locator(".bulk").get_by_role("button", name="Restore", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("2 videos back in the library")
    expect(page.locator(".card", has_text="Back together")).to_have_count(2)
    expect(page.locator(".bulk")).to_be_hidden()
    assert [api(pages, video).status_code for video in videos] == [200, 200, 404, 404]
    page.get_by_role("button", name="Restore the last 4 deleted").click()
    expect(page.locator(".card", has_text="Back together")).to_have_count(0)
    assert statuses(pages, videos) == {200}
    expect(page.get_by_role("button", name=re.compile("Restore the last"))).to_be_hidden()


def held_back(page: Page, address: str) -> list[Route]:
    """What the page asks for there from now on; it waits for an answer until the test lets it go on."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold)
    return held


def test_who_leaves_while_an_emptied_list_is_renewed_gets_where_they_go(
    page: Page, pages: Server, tmp_path: Path
) -> None:
    shelf(pages, tmp_path, title="Left at once", count=2)
    page.goto("/?q=left+at+once")
    for box in page.locator(".pick input").all():
        box.check(force=True)
    renewals, departures = held_back(page, "**/?q=left+at+once"), held_back(page, "**/trash")
    with page.expect_request("**/?q=left+at+once"):
        page.get_by_role("button", name="Delete", exact=True).click()
    with page.expect_request("**/trash"):
        page.get_by_role("link", name="Trash").click()
    with page.expect_response("**/?q=left+at+once") as renewed:
        renewals[0].continue_()
    renewed.value.finished()
    # What the page does about that it has done when it has answered something else.
    page.evaluate("fetch('/health').then((answer) => answer.text())")
    departures[0].continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trash")


def test_the_trash_shows_what_the_library_has_just_asked_for_anew(page: Page, pages: Server, tmp_path: Path) -> None:
    changed, _ = shelf(pages, tmp_path, title="Asked for anew", count=2)
    page.goto("/?q=asked+for+anew")
    renewals = held_back(page, "**/cards*")
    address = pages.url + changed["links"]["self"]
    with page.expect_request("**/cards*"):
        requests.patch(address, json={"title": "Asked for anew, changed"}, timeout=30).raise_for_status()
    requests.delete(address, timeout=30).raise_for_status()
    page.get_by_role("link", name="Trash").click()
    card = page.locator(".trash .card", has_text="Asked for anew, changed")
    expect(card).to_be_visible()
    with page.expect_response("**/cards*") as renewed:
        renewals[0].continue_()
    renewed.value.finished()
    page.evaluate("fetch('/health').then((answer) => answer.text())")
    expect(card).to_be_visible()


def test_without_scripts_the_trash_restores_many_at_once(browser: Browser, pages: Server, tmp_path: Path) -> None:
    videos = shelf(pages, tmp_path, title="By one form", count=3)
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        for video in videos:
            page.goto(video["links"]["page"])
            rarely(page, "Delete")
        for video in videos[:2]:
            page.get_by_label(f"Select {video['title']}").check()
        page.get_by_role("button", name="Restore selected").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Library")
    assert [api(pages, video).status_code for video in videos] == [200, 200, 404]


@pytest.mark.parametrize("width", [390, 1440])
def test_no_button_moves_while_a_film_plays(page: Page, pages: Server, film: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(stored(pages, film, title="Held still")["links"]["page"])
    expect(page.locator("[data-fact=length]")).to_have_text("0:20")
    boxes = """() => [...document.querySelectorAll(".watch .actions > *")].map((each) => {
        const { x, y, width } = each.getBoundingClientRect();
        return [x, y, width];
    })"""
    before = page.evaluate(boxes)
    page.evaluate("document.querySelector('video').currentTime = 11")
    expect(page.locator("[data-act=copy-time]")).to_have_text("Copy link at 0:11")
    assert page.evaluate(boxes) == before


def test_a_menu_gives_the_focus_to_the_card_that_has_taken_the_place_of_its_own(
    page: Page, pages: Server, film: Path
) -> None:
    stored(pages, film, title="Exchanged")
    page.goto("/?q=exchanged")
    page.get_by_role("button", name="Actions for Exchanged").click()
    page.locator(".card:visible").evaluate("card => card.replaceWith(card.cloneNode(true))")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Actions for Exchanged")).to_be_focused()
