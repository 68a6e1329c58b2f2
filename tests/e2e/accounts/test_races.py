"""People who do the same at once, over two instances with two workers each, on SQLite and on PostgreSQL."""

import contextlib
import http.client
import json
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest
import requests

from scripts.postgres import find_postgres, running_postgres
from tests.accounts import PASSWORD
from tests.server import Server, eventually, running_server
from tests.simultaneous import at_once
from tests.tus import TusClient
from tests.videos import mp4

_TRIES = 5
"""How many wrong passwords are looked at before an account is locked, as it is by default."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who is signed in by a program."""

    id: str
    pair: dict[str, str]

    @property
    def headers(self) -> dict[str, str]:
        """What says who asks."""
        return {"Authorization": f"Bearer {self.pair['access_token']}"}


@dataclass(frozen=True, kw_only=True)
class House:
    """Two instances that share storage and database. Each request is a connection of its own, so any worker has it."""

    instances: tuple[Server, Server]
    claims: tuple[requests.Response, ...]
    """What became of those who claimed the first account, all at once."""

    def ask(self, number: int, method: str, path: str, *, by: Person | None = None, **body: Any) -> requests.Response:
        """Ask one of the instances, in turns by the number."""
        url = f"{self.instances[number % 2].url}{path}"
        return requests.request(method, url, json=body or None, headers=by.headers if by else None, timeout=60)

    def sign_in(self, name: str, *, number: int = 0) -> Person:
        """Sign somebody in."""
        answer = self.ask(number, "POST", "/api/auth/login", username=name, password=PASSWORD)
        assert answer.status_code == 200, answer.text
        person = Person(id="", pair=answer.json())
        return replace(person, id=self.ask(number, "GET", "/api/auth/user", by=person).json()["id"])

    @property
    def admin(self) -> Person:
        """Whoever got the first account."""
        [made] = [each for each in self.claims if each.status_code == 201]
        return self.sign_in(made.json()["username"])

    def newcomer(self, role: str) -> tuple[str, Person]:
        """Somebody new with that role, and what they are called."""
        name = f"bela-{uuid.uuid4().hex[:8]}"
        made = self.ask(0, "POST", "/api/users", by=self.admin, username=name, role=role).json()
        said: dict[str, Any] = {"username": name, "password": PASSWORD, "invitation": made["invitation"]["token"]}
        assert self.ask(1, "POST", "/api/auth/register", **said).status_code == 201
        return name, self.sign_in(name)

    def admins(self, by: Person) -> set[str]:
        """The ids of those who may administer."""
        people = self.ask(0, "GET", "/api/users", by=by).json()["users"]
        return {each["id"] for each in people if each["role"] == "ADMIN"}

    def becomes(self, status: int, path: str, *, by: Person) -> None:
        """Wait until every worker of both instances answers so."""

        def is_so() -> bool:
            # Asked one by one, a worker that is quicker to wake would answer all.
            answers = at_once(*(partial(self.ask, number, "GET", path, by=by) for number in range(16)))
            return {each.status_code for each in answers} == {status}

        eventually(is_so, patience=10)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, azurite: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two instances; eight people have claimed the first account by the same address, four through each."""
    with ExitStack() as stack:
        settings: dict[str, object] = {
            "secret_key": "the key of both instances",
            "azure_storage_container_name": f"races-{uuid.uuid4().hex[:12]}",
            "web_concurrency": 2,
            "client_share_percent": 100,
        }
        if request.param == "sqlite":
            settings["data_dir"] = tmp_path_factory.mktemp("data")
        elif find_postgres() is None:
            pytest.skip("PostgreSQL is not installed.")
        else:
            settings["database_url"] = stack.enter_context(running_postgres())
        one = stack.enter_context(running_server(azurite, **settings))
        other = stack.enter_context(running_server(azurite, **settings))
        empty = House(instances=(one, other), claims=())
        for key in ("rate_sign_in", "rate_register", "lockout_address_tries"):
            value = 0 if key.startswith("rate_") else 10_000
            empty.ask(0, "PUT", f"/api/settings/{key}", value=value).raise_for_status()
        eventually(lambda: all(_is_set(empty, number) for number in range(8)))
        found = re.search(r"token=(\S+)", one.flask("accounts", "setup-address"))
        assert found
        calls = [partial(_claim, empty, number, found[1] if number < 4 else None) for number in range(8)]
        yield House(instances=(one, other), claims=tuple(at_once(*calls)))


def _is_set(house: House, number: int) -> bool:
    return bool(house.ask(number, "GET", "/api/settings/lockout_address_tries").json()["value"] == 10_000)


def _claim(house: House, number: int, token: str | None) -> requests.Response:
    said: dict[str, Any] = {"username": f"ada-{number}", "password": PASSWORD}
    if token is not None:
        said["invitation"] = token
    return house.ask(number, "POST", "/api/auth/register", **said)


def test_of_many_who_claim_the_first_account_one_gets_it(house: House) -> None:
    statuses = Counter(each.status_code for each in house.claims)
    assert statuses[201] == 1
    assert [status for status in statuses if status >= 500] == []
    admin = house.admin
    claimed = {f"ada-{number}" for number in range(8)}
    people = house.ask(0, "GET", "/api/users", by=admin).json()["users"]
    assert [each["id"] for each in people if each["username"] in claimed] == [admin.id]


def test_simultaneous_wrong_passwords_are_looked_at_as_often_as_is_allowed(house: House) -> None:
    name, _ = house.newcomer("USER")

    def guess(number: int) -> int:
        # From addresses of their own, so that no count of an address makes them wait for each other.
        source, port = (f"127.0.0.{number + 2}", 0), house.instances[number % 2].port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=source)
        said = json.dumps({"username": name, "password": f"a wrong one, {number}"})
        with contextlib.closing(connection):
            connection.request("POST", "/api/auth/login", said, {"Content-Type": "application/json"})
            return connection.getresponse().status

    assert Counter(at_once(*(partial(guess, number) for number in range(16)))) == {401: _TRIES, 423: 16 - _TRIES}
    assert house.ask(0, "POST", "/api/auth/login", username=name, password=PASSWORD).status_code == 423


def test_simultaneous_right_passwords_all_get_in(house: House) -> None:
    name, _ = house.newcomer("USER")
    for _ in range(3):
        came = at_once(*(partial(house.sign_in, name, number=number) for number in range(_TRIES - 1)))
        assert len({each.pair["access_token"] for each in came}) == _TRIES - 1


def test_a_refresh_token_that_comes_twice_at_once_is_taken_once_and_ends_its_family(house: House) -> None:
    _, person = house.newcomer("USER")
    token = person.pair["refresh_token"]
    calls = [partial(house.ask, number, "POST", "/api/auth/refresh", refresh_token=token) for number in range(8)]
    answers = at_once(*calls)
    assert Counter(each.status_code for each in answers) == {200: 1, 401: 7}
    [won] = [each.json() for each in answers if each.ok]
    assert house.ask(1, "POST", "/api/auth/refresh", refresh_token=won["refresh_token"]).status_code == 401
    house.becomes(401, "/api/auth/user", by=Person(id=person.id, pair=won))


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_of_two_administrators_who_remove_each_other_one_stays(house: House, method: str) -> None:
    (_, one), (_, other) = house.newcomer("ADMIN"), house.newcomer("ADMIN")
    first = house.admin
    assert house.ask(0, "PATCH", f"/api/users/{first.id}", by=one, role="READONLY").status_code == 200
    change = {"role": "READONLY"} if method == "PATCH" else {}
    answers = at_once(
        partial(house.ask, 0, method, f"/api/users/{other.id}", by=one, **change),
        partial(house.ask, 1, method, f"/api/users/{one.id}", by=other, **change),
    )
    assert sorted(each.ok for each in answers) == [False, True]
    assert {each.status_code for each in answers if not each.ok} <= {401, 403, 409}
    stays = one if answers[0].ok else other
    assert house.admins(by=stays) == {stays.id}
    assert house.ask(0, "PATCH", f"/api/users/{first.id}", by=stays, role="ADMIN").status_code == 200
    house.becomes(200, "/api/users", by=first)
    assert house.ask(0, "DELETE", f"/api/users/{stays.id}", by=first).status_code == 204


def test_who_is_lowered_while_uploading_goes_on_with_no_further_request(house: House) -> None:
    _, person = house.newcomer("USER")
    film = mp4(8000)
    clients = [TusClient(each.url) for each in house.instances]
    for client in clients:
        client.session.headers.update(person.headers)
    url = clients[0].begin(len(film))
    assert clients[1].patch(clients[1].here(url), 0, film[:4000]).status_code == 204
    lowered, is_sent, answers = Event(), Event(), []

    def body() -> Iterator[bytes]:
        yield film[:4000]
        is_sent.set()
        lowered.wait(60)
        yield film[4000:]

    def put() -> None:
        whole = f"{house.instances[1].url}/api/upload/film.mp4"
        answers.append(requests.put(whole, data=body(), headers=person.headers, timeout=90))

    uploading = Thread(target=put)
    uploading.start()
    assert is_sent.wait(60)
    assert house.ask(0, "PATCH", f"/api/users/{person.id}", by=house.admin, role="READONLY").status_code == 200
    for client in clients * 4:
        eventually(lambda each=client: each.head(each.here(url)).status_code == 403, patience=10)  # type: ignore[misc]
    # A request is decided as it comes in: what has begun is taken to its end, and nothing after it.
    lowered.set()
    uploading.join(90)
    assert [each.status_code for each in answers] == [201]
    for client in clients:
        assert client.patch(client.here(url), 4000, film[4000:]).status_code == 403
    assert len(house.ask(0, "GET", "/api/videos", by=person).json()["videos"]) == 1


@pytest.mark.parametrize("how", ["sign-out", "active", "token"])
def test_what_is_ended_on_one_instance_soon_ends_on_the_other(house: House, how: str) -> None:
    _, person = house.newcomer("USER")
    if how == "token":
        scoped = house.ask(0, "POST", "/api/auth/tokens", by=person, name="backup", scopes=["videos:read"])
        assert scoped.status_code == 201, scoped.text
        made = scoped.json()
        program = Person(id=person.id, pair={"access_token": made["token"]})
        house.becomes(200, "/api/videos", by=program)
        assert house.ask(0, "DELETE", f"/api/auth/tokens/{made['id']}", by=person).status_code == 204
        house.becomes(401, "/api/videos", by=program)
        return
    house.becomes(200, "/api/videos", by=person)
    if how == "active":
        answer = house.ask(0, "PATCH", f"/api/users/{person.id}", by=house.admin, active=False)
    else:
        answer = house.ask(0, "POST", f"/api/users/{person.id}/sign-out", by=house.admin)
    assert answer.ok
    house.becomes(401, "/api/videos", by=person)
