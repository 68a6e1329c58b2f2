"""A restore drill of everything: a second deployment, made of a backup and copied containers, shows what the first did.

The backup is older than the words: what lies beside the videos comes from storage, whatever the database knows of it.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient
from werkzeug.test import TestResponse

from app import create_app
from config import Environment, Secret, Settings
from routes.http.wiring import SERVICES
from services.accounts.joining import NewAccount
from services.accounts.people import AccountChange
from services.actors.actor import SYSTEM, Role
from services.assembly import Services
from tests.accounts import PASSWORD, code_now, with_app
from tests.databases import prepared
from tests.videos import mp4
from utils.container_names import tracks_beside

WORDS = "WEBVTT\n\n00:01.000 --> 00:03.000\nGrüße vom Meer.\n"
PASSING = frozenset({"etag", "blob_url", "tier_since", "last_seen_at", "processing", "playable", "playable_reason"})
"""What says when or where something lies, or is made again: it may differ."""
_VERSION = re.compile(r"(?<=[?&])v=0x\w+")

pytestmark = [pytest.mark.usefixtures("cheap_hashes"), pytest.mark.thorough]


class Deployment:
    """One installation, with its own database, index and containers."""

    def __init__(self, azurite: str, container: str, folder: Path, *, database_url: str | None = None) -> None:
        self.container = container
        self.settings = Settings(
            app_env=Environment.TESTING,
            azure_storage_connection_string=Secret(azurite),
            azure_storage_container_name=container,
            data_dir=folder,
            database_url=None if database_url is None else Secret(database_url),
            secret_key=Secret("the same in both deployments: 0123456789abcdef"),
        )
        folder.mkdir(parents=True, exist_ok=True)
        self.app = create_app(self.settings)
        self.headers: dict[str, str] = {}

    @property
    def services(self) -> Services:
        services: Services = self.app.extensions[SERVICES]
        return services

    def run(self, *arguments: str) -> str:
        """A command, as whoever runs the server gives it."""
        result = self.app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        return result.output

    def ask(self, method: str, path: str, *, status: int = 200, **more: Any) -> TestResponse:
        headers = self.headers | more.pop("headers", {})
        answer = self.app.test_client().open(path, method=method, headers=headers, **more)
        assert answer.status_code == status, (method, path, answer.get_data(as_text=True))
        return answer

    def sign_in(self, name: str, **more: str) -> None:
        """Be somebody from now on."""
        self.headers = {}
        pair = self.ask("POST", "/api/auth/login", json={"username": name, "password": PASSWORD, **more}).get_json()
        self.headers = {"Authorization": f"Bearer {pair['access_token']}"}


def people(house: Deployment) -> tuple[str, str]:
    """Make accounts with preferences, settings, a token and a second factor; returns the token and the secret."""
    accounts, users = house.services.accounts, {}
    for name, role in (("ada", Role.ADMIN), ("amina", Role.USER), ("rita", Role.READONLY)):
        user = accounts.joining.register(NewAccount(username=name, email=None, password=PASSWORD), by=SYSTEM)
        users[name] = accounts.people.change(user.id, AccountChange(role=role), by=SYSTEM).user
    for name, wishes in (("amina", {"visual_density": 5, "language": "de"}), ("rita", {"theme": "dark"})):
        house.sign_in(name)
        house.ask("PATCH", "/api/auth/user", json={"preferences": wishes})
    house.sign_in("ada")
    house.ask("PUT", "/api/settings/scrub_days", json={"value": 90})
    wanted = {"name": "a script", "scopes": ["videos:read"]}
    token: str = house.ask("POST", "/api/auth/tokens", status=201, json=wanted).get_json()["token"]
    _, secret, _ = with_app(house.services, users["rita"])
    return token, secret


def films(house: Deployment) -> list[str]:
    """Bring videos in, and let all happen to them that can."""
    house.sign_in("amina")
    film, signs, gone, kept = (
        house.ask(
            "PUT", f"/api/upload/{name}.mp4?title={name}&processing=none", status=201, data=mp4(3000, seed=seed)
        ).get_json()["id"]
        for seed, name in enumerate(("film", "signs", "gone", "kept"))
    )
    said = {"title": "Größe & Maß", "tags": ["Meer", "Kür"], "description": "Zwei\nZeilen", "language": "de"}
    house.ask("PATCH", f"/api/videos/{film}", json=said | {"easy_description": "Am Meer.", "visibility": "public"})
    of = f"clip_of={film}&start=1.5&end=3&processing=none"
    clip = house.ask("PUT", f"/api/upload/clip.mp4?{of}", status=201, data=mp4(2000, seed=9)).get_json()["id"]
    house.ask("DELETE", f"/api/videos/{gone}", status=204)
    house.ask("POST", "/api/feedback", status=201, json={"video_id": film, "about": "sign", "rating": 4})
    house.sign_in("ada")
    house.ask("PUT", f"/api/videos/{kept}/hold", json={"reason": "Case 2026-118"})
    return [film, signs, gone, kept, clip]


def words(house: Deployment, film: str, signs: str) -> None:
    """Write words, signs and documents beside a film."""
    house.sign_in("amina")
    path = f"/api/videos/{film}"
    house.ask("PUT", f"{path}/captions/de", status=201, data=WORDS, content_type="text/vtt")
    house.ask("PUT", f"{path}/captions/en?kind=subtitles", status=201, data=WORDS, content_type="text/vtt")
    house.ask("PUT", f"{path}/chapters", json={"chapters": [{"start": 0, "title": "Ankunft"}]})
    house.ask("PUT", f"{path}/sign/gsg", status=201, json={"video_id": signs, "offset": 1.5})
    house.ask("POST", f"{path}/documents?name=Gr%C3%B6%C3%9Fe.pdf", status=201, data=b"%PDF-1.7\n")


def shown(house: Deployment, ids: list[str], *, secret: str) -> dict[str, object]:
    """All that the API answers to everybody."""
    found: dict[str, object] = {}
    film = f"/api/videos/{ids[0]}"
    for who, more in (("ada", {}), ("amina", {}), ("rita", {"code": code_now(secret)})):
        house.sign_in(who, **more)
        paths = ["/api/auth/user", "/api/videos?sort=title", "/api/videos?held=true", "/api/videos?q=meer&sort=title"]
        paths += ["/api/search?q=grüße", f"{film}/captions", f"{film}/chapters", f"{film}/transcript"]
        paths += [f"{film}/sign/gsg", f"{film}/documents", f"{film}/clips"]
        paths += [f"/api/videos/{id_}" for id_ in ids if id_ != ids[2]]
        paths += ["/api/trash"] if who != "rita" else []
        paths += ["/api/users", "/api/settings", "/api/auth/tokens"] if who == "ada" else []
        found |= {f"{who} {path}": lasting(house.ask("GET", path).get_json()) for path in paths}
        raw = [f"/api/videos/{id_}/content" for id_ in ids if id_ != ids[2]]
        raw += [f"{film}/captions/de.vtt", f"{film}/documents/Gr%C3%B6%C3%9Fe.pdf"]
        found |= {f"{who} {path}": house.ask("GET", path).data for path in raw}
    found["etag"] = house.ask("GET", f"{film}/content").headers["ETag"]
    return found


def lasting(answer: Any) -> Any:
    """An answer without what may differ."""
    if isinstance(answer, Mapping):
        return {name: lasting(value) for name, value in answer.items() if name not in PASSING}
    if isinstance(answer, str):
        return _VERSION.sub("", answer)
    return [lasting(each) for each in answer] if isinstance(answer, list) else answer


def copy_container(azurite: str, one: str, other: str) -> None:
    """As `azcopy sync` does it: every blob, with its type and its metadata."""
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as service:
        source, target = service.get_container_client(one), service.create_container(other)
        for each in source.list_blobs(include=["metadata"]):
            content = source.download_blob(each.name).readall()
            kept = each.content_settings
            target.upload_blob(each.name, content, metadata=each.metadata, content_settings=kept)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_second_deployment_shows_what_the_first_did(
    azurite: str, tmp_path: Path, new_database: Callable[[str], str], kind: str
) -> None:
    name = uuid.uuid4().hex[:12]
    first = Deployment(azurite, f"first-{name}", tmp_path / "first")
    prepared(first.settings)
    first.services.platform.blob_storage().ping(seconds=30)
    token, secret = people(first)
    ids = films(first)
    backup = tmp_path / "people.zip"
    first.run("backup", "create", str(backup))
    words(first, ids[0], ids[1])
    first.services.operations.housekeeping.turn()  # As a server does it just after its start.
    before = shown(first, ids, secret=secret)

    for of in (lambda each: each, tracks_beside):
        copy_container(azurite, of(f"first-{name}"), of(f"second-{name}"))
    url = None if kind == "sqlite" else new_database(kind)
    second = Deployment(azurite, f"second-{name}", tmp_path / "second", database_url=url)
    assert "is whole" in second.run("backup", "verify", str(backup))
    second.run("backup", "restore", str(backup))
    assert "5 blobs seen" in second.run("catalogue", "rebuild")
    second.services.operations.housekeeping.turn()
    after = shown(second, ids, secret=secret)
    assert {path for path in before if before[path] != after[path]} == set()
    second.headers = {"Authorization": f"Bearer {token}"}
    assert second.ask("GET", "/api/videos").get_json()["videos"]
    second.sign_in("amina")
    second.ask("DELETE", f"/api/videos/{ids[3]}", status=409)
    second.ask("POST", f"/api/videos/{ids[2]}/restore")
    assert "5 videos looked at, 14000 bytes read: 5 right" in second.run("storage", "scrub", "--once")
    for each in (first, second):
        each.services.platform.databases.close()
