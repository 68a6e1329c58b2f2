"""Containers of the account and folders of the server, asked for as imports."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient
from flask import Flask
from flask.testing import FlaskClient

from routes.http.actors import register_resolver
from services.actors.actor import ANYONE, Actor, ActorKind, Role
from services.assembly import Services
from tests.routes.clips.cutting import do
from tests.videos import mp4

ADDRESS = "/api/imports"


@pytest.fixture
def other(azurite: str) -> Iterator[ContainerClient]:
    """A container that another tool has filled."""
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as service:
        container = service.create_container(f"other-{uuid.uuid4().hex[:8]}")
        container.upload_blob("2026/boat.mp4", mp4(3000) + b"1")
        container.upload_blob("sea.mp4", mp4(3000) + b"2")
        container.upload_blob("notes.txt", b"no film")
        yield container
        container.delete_container()


def results(client: FlaskClient, parts: Services, **asked: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The import, once it is done, and what became of each file."""
    answer = client.post(ADDRESS, json=asked)
    assert answer.status_code == 202, answer.text
    begun = answer.get_json()
    assert answer.headers["Location"] == begun["import"]["links"]["self"]
    assert (begun["import"]["state"], begun["import"]["job"]) == ("queued", begun["job"]["id"])
    do(parts, begun["job"]["id"])
    told = client.get(f"/api/jobs/{begun['job']['id']}").get_json()["results"]
    return client.get(answer.headers["Location"]).get_json(), {each["id"]: each["status"] for each in told}


def test_a_container_comes_in_and_is_known_again_by_names_and_etags(
    client: FlaskClient, parts: Services, other: ContainerClient
) -> None:
    before = {each.name: each.etag for each in other.list_blobs()}
    found, files = results(client, parts, container=other.container_name)
    assert files == {"2026/boat.mp4": "taken", "sea.mp4": "taken", "notes.txt": "refused"}
    assert (found["kind"], found["url"], found["state"]) == ("container", other.container_name, "done")
    assert (found["progress"], found["entries"]) == (1.0, {"taken": 2, "refused": 1})
    assert {each.name: each.etag for each in other.list_blobs()} == before
    assert len(client.get("/api/videos").get_json()["videos"]) == 2
    other.upload_blob("sea.mp4", mp4(3000) + b"3", overwrite=True)
    again, files = results(client, parts, container=other.container_name)
    assert again["id"] == found["id"]
    assert files == {"2026/boat.mp4": "known", "sea.mp4": "taken", "notes.txt": "refused"}
    assert len(client.get("/api/videos").get_json()["videos"]) == 3


def test_it_is_cancelled_and_tried_again_as_every_import(
    client: FlaskClient, parts: Services, other: ContainerClient
) -> None:
    begun = client.post(ADDRESS, json={"container": other.container_name}).get_json()["import"]
    assert client.post(begun["links"]["retry"]).status_code == 409
    assert client.post(begun["links"]["cancel"]).get_json()["state"] == "cancelled"
    again = client.post(begun["links"]["retry"])
    assert (again.status_code, again.get_json()["import"]["id"]) == (202, begun["id"])
    assert again.get_json()["job"]["state"] == "queued"
    do(parts, begun["job"])
    assert client.post(begun["links"]["cancel"]).status_code == 409


def test_a_folder_comes_in(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    folder = tmp_path / "films" / "2026"
    folder.mkdir(parents=True)
    (folder / "film.mp4").write_bytes(mp4(3000))
    found, files = results(client, parts, folder=str(folder))
    assert (found["kind"], found["url"], files) == ("folder", str(folder), {"film.mp4": "taken"})


def test_what_cannot_be_is_refused(client: FlaskClient, parts: Services, other: ContainerClient) -> None:
    name = other.container_name
    videos = parts.platform.videos
    for body, problem in (
        ({"container": "none-at-all"}, "invalid-folder"),
        ({"container": "../x"}, "invalid-folder"),
        ({"container": videos}, "invalid-folder"),
        ({"container": f"{videos}-uploads"}, "invalid-folder"),
        ({"container": f"{videos}-p-1234abcd"}, "invalid-folder"),
        ({"folder": "/etc"}, "invalid-folder"),
        ({"container": name, "url": "https://films.example/a.mp4"}, "invalid-import"),
        ({"container": name, "tags": ["a"]}, "invalid-import"),
        ({"container": 7}, "invalid-import"),
        ({"container": None}, "invalid-import"),
    ):
        answer = client.post(ADDRESS, json=body)
        assert (answer.status_code, answer.get_json()["type"]) == (400, f"/problems/{problem}"), body


def test_administrators_alone_have_containers_taken_in_and_know_of_it(
    app: Flask, client: FlaskClient, parts: Services, other: ContainerClient
) -> None:
    who = [ANYONE]
    register_resolver(app, lambda: who[0])
    begun = client.post(ADDRESS, json={"container": other.container_name}).get_json()["import"]
    for role in (Role.READONLY, Role.USER, Role.MANAGER):
        who[0] = Actor(kind=ActorKind.PERSON, id="rita", name="Rita", role=role)
        assert client.post(ADDRESS, json={"container": other.container_name}).status_code == 403
        assert client.post(ADDRESS, json={"folder": "/etc"}).status_code == 403
        assert client.get(begun["links"]["self"]).status_code == 404
        assert client.post(begun["links"]["cancel"]).status_code in {403, 404}
        assert client.post(begun["links"]["retry"]).status_code in {403, 404}
    who[0] = ANYONE
    assert client.get(begun["links"]["self"]).get_json()["state"] == "queued"
