"""Letters with links for passwords and invitations, by a real mail server that is there, or away, or says no."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Environment, Secret, Settings
from routes.http.wiring import SERVICES
from scripts.certificates import write_certificate
from services.accounts.joining import NewAccount
from services.accounts.people import AccountChange
from services.accounts.user import User
from services.actors.actor import SYSTEM, Role
from services.assembly import Services
from services.events.tables import outbox
from tests.accounts import PASSWORD, SOMEWHERE, attempt
from tests.databases import prepared
from tests.mail_server import MailServer, running_mail_server

MIRA = "mira@harbour.example"
NEW = "another horse entirely"
LINK = re.compile(r"http://localhost/(reset|join)\?token=([\w-]+)")

Make = Callable[[str], Flask]


@pytest.fixture
def post() -> Iterator[MailServer]:
    """The mail server."""
    with running_mail_server() as running:
        yield running


@pytest.fixture
def make(azurite: str, tmp_path: Path) -> Iterator[Make]:
    """Makes an app that hands letters in at that URL."""
    made: list[Services] = []

    def app_with(url: str) -> Flask:
        settings = Settings(
            app_env=Environment.TESTING,
            azure_storage_connection_string=Secret(azurite),
            azure_storage_container_name="videos-of-route-tests",
            data_dir=tmp_path,
            smtp_url=Secret(url),
        )
        app = create_app(prepared(settings))
        made.append(app.extensions[SERVICES])
        return app

    yield app_with
    for each in made:
        each.platform.databases.close()


@pytest.fixture
def app(make: Make, post: MailServer) -> Flask:
    """An app whose letters that server takes."""
    return make(f"smtp://127.0.0.1:{post.port}?from=videos@harbour.example")


@pytest.fixture
def mira(services: Services) -> User:
    """Somebody with an address and a password."""
    wanted = NewAccount(username="mira", email=MIRA, password=PASSWORD)
    return services.accounts.joining.register(wanted, by=SYSTEM)


def deliver(services: Services) -> int:
    """Take all that waits in the outbox, as if its pauses were over; returns how much waits still."""
    with services.platform.databases.durable.writing() as connection:
        connection.execute(outbox.update().values(due_at=0))
    services.platform.events.deliver()
    return services.platform.events.waiting()


def ask(app: Flask, address: str = MIRA, **headers: str) -> int:
    answer = app.test_client().post("/api/auth/password/forgotten", json={"email": address}, headers=headers)
    assert answer.get_data() == b"" or answer.status_code != 202
    return answer.status_code


def link_in(post: MailServer, number: int = -1) -> tuple[str, str]:
    """The page and the token of a letter."""
    found = LINK.search(post.letters[number][2].get_content())
    assert found is not None
    return found[1], found[2]


def test_a_forgotten_password_is_chosen_anew_by_a_letter(
    app: Flask, services: Services, post: MailServer, mira: User
) -> None:
    assert ask(app, "MIRA@Harbour.example", **{"Accept-Language": "de"}) == 202
    assert deliver(services) == 0
    [(sender, recipients, letter)] = post.letters
    assert (sender, recipients) == ("videos@harbour.example", [MIRA])
    assert letter["Subject"] == "Ein neues Passwort für Reelgate"
    assert (letter["Auto-Submitted"], letter["Message-ID"].endswith("@harbour.example>")) == ("auto-generated", True)
    page, token = link_in(post)
    client = app.test_client()
    assert (page, client.get(f"/reset?token={token}").status_code) == ("reset", 200)
    assert client.post("/reset", data={"token": token, "password": NEW}).status_code == 303
    assert client.post("/reset", data={"token": token, "password": NEW}).status_code == 400
    user, _ = services.accounts.signing_in.on_a_page(attempt(password=NEW), by=SOMEWHERE)
    assert user.id == mira.id


def test_nobody_is_told_whether_an_address_is_somebodys(
    app: Flask, services: Services, post: MailServer, mira: User
) -> None:
    invited, _ = services.accounts.joining.invite(username=None, email="ray@harbour.example", role=Role.USER, by=SYSTEM)
    gone = NewAccount(username="noor", email="noor@harbour.example", password=PASSWORD)
    noor = services.accounts.joining.register(gone, by=SYSTEM)
    services.accounts.people.change(noor.id, AccountChange(active=False), by=SYSTEM)
    for address in ("nobody@harbour.example", "ray@harbour.example", "noor@harbour.example"):
        assert ask(app, address) == 202
        assert services.platform.events.waiting() == 1
        assert deliver(services) == 0
    assert post.letters == []
    assert (mira.active, invited.activated_at) == (True, None)


def test_a_letter_waits_while_the_mail_server_is_away(make: Make, mira_of: Callable[[Flask], User]) -> None:
    with running_mail_server() as first:
        port = first.port
    app = make(f"smtp://127.0.0.1:{port}")
    services = app.extensions[SERVICES]
    mira_of(app)
    assert ask(app) == 202
    assert (deliver(services), deliver(services)) == (1, 1)
    with running_mail_server(port=port) as again:
        assert deliver(services) == 0
        assert len(again.letters) == 1
        client = app.test_client()
        assert client.post("/reset", data={"token": link_in(again)[1], "password": NEW}).status_code == 303


@pytest.fixture
def mira_of() -> Callable[[Flask], User]:
    """Makes her account in an app."""
    wanted = NewAccount(username="mira", email=MIRA, password=PASSWORD)
    return lambda app: app.extensions[SERVICES].accounts.joining.register(wanted, by=SYSTEM)


@pytest.mark.parametrize(("said", "waits"), [("450 Busy", 1), ("550 Nobody here", 0)])
def test_what_is_refused_for_now_is_tried_again_and_what_is_refused_for_good_is_not(
    app: Flask, services: Services, post: MailServer, mira: User, said: str, waits: int
) -> None:
    post.refuse = said
    assert (ask(app), deliver(services), mira.active) == (202, waits, True)
    post.refuse = None
    assert deliver(services) == 0
    assert len(post.letters) == waits


def test_nobody_fills_the_mailbox_of_somebody_else(
    app: Flask, services: Services, post: MailServer, mira: User
) -> None:
    assert {ask(app) for _ in range(8)} == {202}
    deliver(services)
    assert len(post.letters) == 5
    assert mira.active


def test_the_outbox_and_the_database_hold_no_link(app: Flask, services: Services, post: MailServer, mira: User) -> None:
    ask(app)
    with services.platform.databases.durable.reading() as connection:
        [row] = connection.execute(outbox.select()).mappings()
    deliver(services)
    assert link_in(post)[1] not in row["message"]
    assert '"address":"192' not in row["message"]
    assert mira.active


@pytest.mark.parametrize(
    "address", ["", "mira", "a@b\r\nBcc: c@d.example", "mira@harbour.example, x@evil.example", "<mira@harbour.example>"]
)
def test_what_is_no_address_is_refused(app: Flask, services: Services, mira: User, address: str) -> None:
    assert ask(app, address) == 400
    assert (services.platform.events.waiting(), mira.active) == (0, True)


def test_an_invitation_comes_by_letter_and_both_links_make_one_account(
    app: Flask, services: Services, post: MailServer, mira: User
) -> None:
    client = app.test_client()
    login = client.post("/api/auth/login", json={"username": "mira", "password": PASSWORD}).get_json()
    bearer = {"Authorization": f"Bearer {login['access_token']}"}
    said = {"email": "noor@harbour.example", "role": "MANAGER"}
    shown = client.post("/api/users", json=said, headers=bearer).get_json()["invitation"]["token"]
    assert client.post("/api/users", json={"username": "ray", "role": "USER"}, headers=bearer).status_code == 201
    assert deliver(services) == 0
    [(_, recipients, _)] = post.letters
    page, token = link_in(post)
    assert (recipients, page) == (["noor@harbour.example"], "join")
    assert client.get(f"/join?token={shown}").status_code == 200
    fields = {"token": token, "username": "noor", "password": NEW}
    assert app.test_client().post("/join", data=fields).status_code == 303
    # The other one must not choose another password for an account that has an owner now.
    other = app.test_client().post("/join", data={"token": shown, "username": "noor", "password": PASSWORD})
    assert other.status_code == 400
    user, _ = services.accounts.signing_in.on_a_page(attempt("noor", NEW), by=SOMEWHERE)
    assert (user.role, mira.role) == (Role.MANAGER, Role.ADMIN)


def test_a_server_with_a_certificate_and_a_password(
    make: Make, mira_of: Callable[[Flask], User], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = write_certificate(tmp_path / "server.pem")
    with running_mail_server(certificate=certificate) as post:
        app = make(f"smtps://its%20name:its%20password@127.0.0.1:{post.port}?from=videos@harbour.example")
        mira_of(app)
        assert ask(app) == 202
        # Whoever it is that does not show who they are is handed nothing.
        assert deliver(app.extensions[SERVICES]) == 1
        assert post.names == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert deliver(app.extensions[SERVICES]) == 0
        assert (post.names, len(post.letters)) == ([(b"its name", b"its password")], 1)


@pytest.mark.parametrize("offers_tls", [True, False])
def test_over_a_line_that_others_could_read_nothing_goes_unencrypted(
    make: Make,
    mira_of: Callable[[Flask], User],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    offers_tls: bool,
) -> None:
    # A name of this machine that does not say so.
    away = "127.1"
    certificate = write_certificate(tmp_path / "server.pem", host=away)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running_mail_server(certificate=certificate if offers_tls else None, starttls=True) as post:
        app = make(f"smtp://name:its%20password@{away}:{post.port}?from=videos@harbour.example")
        mira_of(app)
        assert ask(app) == 202
        assert deliver(app.extensions[SERVICES]) == (0 if offers_tls else 1)
        assert (len(post.letters), len(post.names)) == ((1, 1) if offers_tls else (0, 0))


def test_the_page_for_it_says_the_same_to_everybody(client: FlaskClient, mira: User) -> None:
    assert "/forgotten" in client.get("/login").get_data(as_text=True)
    pages = [client.post("/forgotten", data={"email": each}) for each in (MIRA, "nobody@harbour.example")]
    # Around what is said stands the time, which scripts look on from.
    said = [page.get_data(as_text=True).partition("<main")[2].partition("</main>")[0] for page in pages]
    assert said[0] == said[1]
    assert "a link is on its way" in said[0]
    assert client.post("/forgotten", data={"email": "mira"}).status_code == 400
    assert mira.active
