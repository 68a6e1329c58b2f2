"""Second factors in a real browser, with a virtual authenticator in the place of a finger."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.accounts import PASSWORD, code_now
from tests.server import Server, running_server
from tests.shelf import barriers

pytestmark = pytest.mark.browser

_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class Visit:
    """Somebody at a browser with a device that knows passkeys."""

    page: Page
    devtools: CDPSession
    device: str

    def leave_device(self) -> None:
        """Let the device answer nothing until it is taken up again."""
        said = {"authenticatorId": self.device, "enabled": False}
        self.devtools.send("WebAuthn.setAutomaticPresenceSimulation", said)

    def take_device(self) -> None:
        """Let it answer whatever it is asked."""
        said = {"authenticatorId": self.device, "enabled": True}
        self.devtools.send("WebAuthn.setAutomaticPresenceSimulation", said)


@pytest.fixture
def server(azurite: str) -> Iterator[Server]:
    """A server with one account."""
    with running_server(azurite) as running:
        running.flask("accounts", "setup-address")
        yield running


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Somebody who has made the first account and is signed in."""
    address = f"http://localhost:{server.port}"
    with browser.new_context(base_url=address) as context:
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})["authenticatorId"]
        page.goto("/setup")
        page.get_by_label("Username").fill("mira")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Make account").click()
        expect(page).to_have_url(f"{address}/")
        yield Visit(page=page, devtools=devtools, device=device)
        assert wrong == []


def sign_out(page: Page) -> None:
    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/login$"))


def add_passkey(page: Page) -> None:
    page.goto("/account")
    page.get_by_label("Name for a new passkey").fill("my phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("They are not shown again.")).to_be_visible()


@pytest.mark.walk
def test_a_passkey_is_added_and_signs_in_alone(visit: Visit) -> None:
    page = visit.page
    add_passkey(page)
    expect(page.locator(".recovery li")).to_have_count(10)
    assert barriers(page) == []
    visit.leave_device()
    sign_out(page)
    page.goto("/login?next=/trash")
    assert barriers(page) == []
    visit.take_device()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(r":\d+/trash$"))
    page.goto("/account")
    expect(page.get_by_text("my phone")).to_be_visible()
    assert barriers(page) == []


def test_the_field_for_the_name_offers_passkeys(visit: Visit) -> None:
    page = visit.page
    add_passkey(page)
    visit.leave_device()
    sign_out(page)
    page.goto("about:blank")
    visit.take_device()
    # The device answers at once what a person would choose from the field's list.
    page.goto("/login?next=/trash")
    expect(page).to_have_url(re.compile(r":\d+/trash$"))


def test_a_passkey_is_the_second_step_after_a_password_and_confirms(visit: Visit) -> None:
    page = visit.page
    add_passkey(page)
    visit.leave_device()
    sign_out(page)
    page.get_by_label("Email or username").fill("mira")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    assert barriers(page) == []
    visit.take_device()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))
    page.goto("/account/confirm?next=/account")
    assert barriers(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile(r":\d+/account$"))


def test_without_scripts_an_app_is_set_up_and_asked_for(browser: Browser, visit: Visit, server: Server) -> None:
    address = f"http://localhost:{server.port}"
    state = visit.page.context.storage_state()
    with browser.new_context(base_url=address, java_script_enabled=False, storage_state=state) as context:
        page = context.new_page()
        page.goto("/account")
        page.get_by_role("button", name="Set up an app").click()
        secret = page.locator("code.secret").inner_text()
        expect(page.get_by_role("img", name="QR code")).to_be_visible()
        page.get_by_label("Code from your authenticator app").fill(code_now(secret))
        page.get_by_role("button", name="Turn on").click()
        expect(page.locator(".recovery li")).to_have_count(10)
        recovery = page.locator(".recovery li").first.inner_text()
        sign_out(page)
        page.goto("/login?next=/trash")
        page.get_by_label("Email or username").fill("mira")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("Code from your app, or a recovery code").fill(recovery)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page).to_have_url(f"{address}/trash")


def test_the_picture_of_an_app_is_no_barrier(visit: Visit) -> None:
    page = visit.page
    page.goto("/account/factors")
    page.get_by_role("button", name="Set up an app").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    assert barriers(page) == []
