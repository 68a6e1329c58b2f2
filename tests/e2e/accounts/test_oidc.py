"""Signing in and out with a real OpenID provider, in a real browser, without scripts of ours being needed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.real_provider import RealProvider, running_provider
from tests.server import Server, eventually, running_server
from tests.shelf import barriers

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    """The provider."""
    with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
def site(azurite: str, provider: RealProvider) -> Iterator[Server]:
    """A server of two workers that believes it, at which somebody has an account."""
    with running_server(azurite, web_concurrency=2, **provider.settings) as running:
        provider.know(running.url)
        for name in ("noor", "ray"):
            create_admin(running, name)
        yield running


@pytest.fixture
def context(browser: Browser, site: Server) -> Iterator[BrowserContext]:
    """A browser that nobody has used yet, which runs no scripts."""
    with browser.new_context(base_url=site.url, java_script_enabled=False) as context:
        yield context


def create_admin(site: Server, name: str) -> None:
    """Make an account with an address that the provider knows, and a password."""
    command = ["accounts", "create-admin", "--email", f"{name}@harbour.example", "--username", name]
    site.flask(*command, "--password-stdin", given="correct horse battery\n")


def sign_in(page: Page, name: str, *, path: str = "/login") -> None:
    """Go to the provider, sign in there as somebody, and come back."""
    page.goto(path)
    page.get_by_role("link", name="Sign in with 127.0.0.1").click()
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("anything")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def who(page: Page) -> dict[str, object]:
    found: dict[str, object] = page.request.get("/api/auth/user").json()
    return found


def is_there(page: Page) -> bool:
    """Whether the way to the provider leads to it."""
    page.goto("/auth/oidc/login")
    return page.locator("input[name=login]").is_visible()


def test_somebody_signs_in_goes_on_to_the_page_and_signs_out_of_both(context: BrowserContext, site: Server) -> None:
    page = context.new_page()
    sign_in(page, "boss", path="/trash")
    expect(page).to_have_url(f"{site.url}/trash")
    assert (who(page)["username"], who(page)["role"]) == ("boss", "ADMIN")
    page.goto("/logout")
    page.get_by_role("button", name="Sign out").click()
    # The provider asks, and then sends the browser back.
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page).to_have_url(re.compile(re.escape(site.url) + "/login"))
    assert page.request.get("/api/auth/user").status == 401
    page.get_by_role("link", name="Sign in with 127.0.0.1").click()
    # It does not remember the person either.
    expect(page.locator("input[name=login]")).to_be_visible()


def test_the_owner_of_an_account_is_asked_once(context: BrowserContext, site: Server) -> None:
    page = context.new_page()
    sign_in(page, "noor")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this account yours?")
    assert page.request.get("/api/auth/user").status == 401
    page.get_by_label("Password of the account here").fill("not the right one")
    page.get_by_role("button", name="Connect and sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password of the account here").fill("correct horse battery")
    page.get_by_role("button", name="Connect and sign in").click()
    expect(page).to_have_url(f"{site.url}/")
    assert who(page)["username"] == "noor"
    context.clear_cookies()
    sign_in(page, "noor")
    expect(page).to_have_url(f"{site.url}/")


def test_when_the_provider_changes_its_keys_people_go_on_signing_in(
    browser: Browser, context: BrowserContext, site: Server, provider: RealProvider
) -> None:
    sign_in(context.new_page(), "amina")
    provider.rotate()
    with browser.new_context(base_url=site.url, java_script_enabled=False) as other:
        page = other.new_page()
        sign_in(page, "amina")
        assert who(page)["username"] == "amina"


def test_who_says_no_there_is_told_so_here(context: BrowserContext, site: Server) -> None:
    page = context.new_page()
    page.goto("/login")
    page.get_by_role("link", name="Sign in with 127.0.0.1").click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("did not let you in")
    expect(page.get_by_label("Password", exact=True)).to_be_visible()


def test_no_page_of_it_has_a_barrier_that_axe_finds(browser: Browser, site: Server) -> None:
    with browser.new_context(base_url=site.url, bypass_csp=True) as context:
        page = context.new_page()
        page.goto("/login")
        assert barriers(page) == []
        sign_in(page, "ray")
        expect(page).to_have_url(f"{site.url}/auth/oidc/confirm")
        assert barriers(page) == []


def test_a_provider_that_is_away_is_told_and_comes_back(azurite: str, browser: Browser) -> None:
    with running_provider() as first:
        port = first.port
    with (
        running_server(azurite, **first.settings) as site,
        browser.new_context(base_url=site.url, java_script_enabled=False) as context,
    ):
        create_admin(site, "noor")
        page = context.new_page()
        page.goto("/login")
        page.get_by_role("link", name="Sign in with 127.0.0.1").click()
        expect(page.get_by_role("alert")).to_contain_text("does not answer")
        page.get_by_label("Email or username").fill("noor")
        page.get_by_label("Password", exact=True).fill("correct horse battery")
        page.get_by_role("button", name="Sign in", exact=True).click()
        assert who(page)["username"] == "noor"
        context.clear_cookies()
        with running_provider(port=port) as again:
            again.know(site.url)
            # Everybody is told at once for some seconds, so that nobody waits for the same silence.
            eventually(lambda: is_there(page))
            sign_in(page, "amina")
            assert who(page)["username"] == "amina"


def test_somebody_lets_a_device_in_on_a_page_without_barriers(browser: Browser, site: Server) -> None:
    with browser.new_context(base_url=site.url, bypass_csp=True) as context:
        page = context.new_page()
        page.goto("/forgotten")
        assert barriers(page) == []
        sign_in(page, "lena")
        begun = page.request.post("/api/auth/device", data={"client_id": "Living room"}).json()
        page.goto("/device")
        assert barriers(page) == []
        page.get_by_label("Code").fill(begun["user_code"].lower())
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("Living room")).to_be_visible()
        assert barriers(page) == []
        page.get_by_role("button", name="Let it in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The device is let in")
        grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": begun["device_code"]}
        pair = page.request.post("/api/auth/device/token", form=grant)
        assert (pair.status, pair.json()["token_type"]) == (200, "Bearer")
