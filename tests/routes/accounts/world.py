"""A site with people of every kind, and with something of one of them in every place an id can stand."""

import base64
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from routes.http.wiring import SERVICES
from services.accounts.credentials import TokenPair
from services.accounts.joining import NewAccount
from services.accounts.own_account import NewToken
from services.accounts.people import AccountChange
from services.accounts.user import User
from services.actors.actor import SYSTEM, Actor, Role, Scope
from services.artists.candidate import FilmCandidate
from services.artists.change import ArtistChange
from services.assembly import Services
from services.collections.change import CollectionChange
from services.collections.collection import Openness
from services.imports.record import ImportRequest
from services.jobs.wish import Wish
from services.migration.working import MIGRATION
from services.subscriptions.subscription import SubscriptionKind
from services.subscriptions.subscriptions import NewSubscription
from tests.accounts import PASSWORD, SOMEWHERE, as_actor
from tests.videos import mp4

TUS = {"Tus-Resumable": "1.0.0"}
_NAMES = {
    "own": Role.USER,
    "foreign": Role.USER,
    "shut": Role.USER,
    "READONLY": Role.READONLY,
    "MANAGER": Role.MANAGER,
    "ADMIN": Role.ADMIN,
}


@dataclass
class World:
    """The app, who may come, and what is theirs. Whatever `own` names belongs to the user of that name."""

    app: Flask
    users: dict[str, User] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=lambda: {"nobody": {}})
    _numbers: Any = field(default_factory=itertools.count)

    @property
    def services(self) -> Services:
        """The services of the app."""
        services: Services = self.app.extensions[SERVICES]
        return services

    def by(self, name: str) -> Actor:
        """The person of that name, as services meet it."""
        return as_actor(self.users[name])

    def ask(self, who: str, method: str, path: str, **more: Any) -> TestResponse:
        """One request, by a client that keeps nothing."""
        headers = self.headers[who] | more.pop("headers", {})
        return self.app.test_client().open(path, method=method, headers=headers, **more)

    def populate(self) -> None:
        """Make everybody."""
        accounts = self.services.accounts
        for name, role in sorted(_NAMES.items(), key=lambda item: item[1] is not Role.ADMIN):
            user = accounts.joining.register(NewAccount(username=name, email=None, password=PASSWORD), by=SYSTEM)
            modules = () if name == "shut" else None
            self.users[name] = accounts.people.change(
                user.id, AccountChange(role=role, authorized_modules=modules), by=SYSTEM
            ).user
        for name, owner, scope in (
            ("read token", "own", Scope.READ),
            ("write token", "own", Scope.WRITE),
            ("admin token", "ADMIN", Scope.ADMIN),
        ):
            self.headers[name] = _bearer(self.new_token(owner, scope=scope)[1])
        self.sign_in()
        self.headers["ended session"] = {"Cookie": f"reelgate={'x' * 43}"}

    def sign_in(self) -> None:
        """Sign everybody in anew: some requests end all that somebody is signed in on."""
        for name, user in self.users.items():
            self.headers[name] = _bearer(self._family(user).access_token)

    def _family(self, user: User) -> TokenPair:
        with self.services.platform.databases.durable.writing() as connection:
            credentials = self.services.accounts.credentials
            return credentials.begin_family(connection, user.id, address=SOMEWHERE.address, device="a test")

    # What an id can name; each call makes a new one.

    def video(self, visibility: str = "private", *, trashed: bool = False) -> str:
        """A video."""
        answer = self.ask("own", "PUT", "/api/upload/film.mp4", data=mp4(3000, seed=next(self._numbers)))
        video: str = answer.get_json()["id"]
        self.ask("own", "PATCH", f"/api/videos/{video}", json={"visibility": visibility})
        if trashed:
            assert self.ask("own", "DELETE", f"/api/videos/{video}").status_code == 204
        return video

    def clip(self, visibility: str = "private") -> str:
        """A clip that was cut elsewhere."""
        said = {"clip_of": self.video(visibility), "start": "0", "end": "1"}
        content = mp4(3000, seed=next(self._numbers))
        clip: str = self.ask("own", "PUT", "/api/upload/clip.mp4", query_string=said, data=content).get_json()["id"]
        self.ask("own", "PATCH", f"/api/videos/{clip}", json={"visibility": visibility})
        return clip

    def upload(self) -> str:
        """A resumable upload that has begun."""
        name = base64.b64encode(b"film.mp4").decode()
        headers = TUS | {"Upload-Length": "3000", "Upload-Metadata": f"filename {name}"}
        return self.ask("own", "POST", "/api/uploads", headers=headers).headers["Location"].rsplit("/", 1)[1]

    def direct(self) -> str:
        """A direct upload that has begun."""
        wanted = {"filename": "film.mp4", "size": 3000, "content_type": "video/mp4"}
        found: str = self.ask("own", "POST", "/api/videos/generate-upload-url", json=wanted).get_json()["id"]
        return found

    def job(self) -> str:
        """A job that waits."""
        kind = self.services.media.work.kinds[0]
        wish = Wish(kind=kind, video=f"v{next(self._numbers)}.mp4", delay=3600)
        return self.services.jobs.jobs.add(wish, by=self.by("own")).id

    def taking(self) -> str:
        """A job that takes in files, asked for by one who administered then."""
        kind = self.services.jobs.kinds.get(MIGRATION)
        assert kind is not None
        wish = Wish(kind=kind, arguments={"number": next(self._numbers)}, delay=3600)
        return self.services.jobs.jobs.add(wish, by=self.by("own")).id

    def fetching(self) -> str:
        """An import that waits."""
        wanted = ImportRequest(url=f"https://films.example/{next(self._numbers)}.mp4")
        return self.services.imports.imports.begin(wanted, by=self.by("own"))[0].id

    def deletion(self) -> str:
        """Several videos that were deleted together."""
        said = {"action": "delete", "ids": [self.video("team")]}
        found: str = self.ask("own", "POST", "/api/bulk", json=said).get_json()["id"]
        return found

    def artist(self) -> str:
        """An artist."""
        return self.services.artists.artists.create(ArtistChange(name=f"Artist {next(self._numbers)}"), by=SYSTEM).id

    def collection(self, visibility: str = "private") -> str:
        """A collection."""
        change = CollectionChange(title=f"Collection {next(self._numbers)}", visibility=Openness(visibility))
        return self.services.collections.collections.create(change, by=self.by("own")).id

    def collected(self) -> str:
        """A collection that is asked for a video which is not there."""
        return self.collection()

    def subscription(self) -> str:
        """Something that is looked at on a schedule."""
        asked = NewSubscription(kind=SubscriptionKind.SEARCH, query=f"words {next(self._numbers)}")
        return self.services.subscriptions.subscriptions.add(asked, by=SYSTEM).id

    def wanted(self) -> str:
        """A film that is wanted of nobody in particular."""
        film = FilmCandidate(title="Film", service="test", source_id=str(next(self._numbers)))
        return self.services.artists.wanted.found(None, [film], by=SYSTEM)[0].id

    def user(self) -> str:
        """Another account."""
        name = f"someone-{next(self._numbers)}"
        said = {"username": name, "email": f"{name}@harbour.example", "role": "USER"}
        answer = self.ask("ADMIN", "POST", "/api/users", json=said)
        found: str = answer.get_json()["user"]["id"]
        return found

    def session(self) -> str:
        """Something that the owner is signed in on."""
        self._family(self.users["own"])
        [oldest, *_] = reversed(self.services.accounts.own.sessions(self.users["own"], by=self.by("own")))
        self.sign_in()
        return oldest.id

    def token(self) -> str:
        """A personal token of the owner's."""
        return self.new_token("own", scope=Scope.READ)[0]

    def new_token(self, owner: str, *, scope: Scope) -> tuple[str, str]:
        """A personal token: its id, and what it is."""
        wanted = NewToken(name="a token", scopes=frozenset({scope}), expires_at=None)
        token, text = self.services.accounts.own.new_token(self.users[owner], wanted, by=self.by(owner))
        return token.id, text


def same(one: TestResponse, other: TestResponse) -> bool:
    """Whether nobody can tell the two answers apart, but for the id of the request and the length of the address."""
    return _seen(one) == _seen(other)


def _seen(answer: TestResponse) -> tuple[int, object, Mapping[str, str]]:
    body = answer.get_json(silent=True)
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != "request_id"}
    dropped = {"X-Request-ID", "Date"}
    return answer.status_code, body, {name: value for name, value in answer.headers.items() if name not in dropped}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
