"""The page that describes the API, in a real browser."""

import pytest
from playwright.sync_api import Browser, Route

from tests.server import Server

POLICY = "default-src 'self'"


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_it_works_under_a_strict_policy_at_any_width(server: Server, browser: Browser, width: int) -> None:
    faults: list[str] = []
    asked: list[str] = []
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("request", lambda request: asked.append(request.url))

        def add_policy(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": POLICY})

        page.route(f"{server.url}/docs", add_policy)
        page.goto(f"{server.url}/docs")
        page.get_by_role("link", name="GET /api/videos", exact=True).click()
        section = page.locator("#listVideos")
        section.locator("summary", has_text="200").click()
        assert section.get_by_text('"videos"').first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults == []
    assert all(url.startswith(server.url) for url in asked)


@pytest.mark.browser
def test_what_needs_no_name_can_be_tried_on_the_page(server: Server, browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{server.url}/docs")
        form = page.get_by_role("form", name="Try listVideos")
        form.get_by_label("limit").fill("1")
        with page.expect_popup() as opened:
            form.get_by_role("button", name="Try it").click()
        assert opened.value.get_by_text('"videos"').is_visible()
