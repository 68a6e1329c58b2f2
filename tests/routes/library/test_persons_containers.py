"""With STORAGE_LAYOUT=per-owner each person's videos lie in a container of their own, and all goes on as before."""

import base64
import io
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.storage.blob import BlobServiceClient, ContainerClient
from flask import Flask
from werkzeug.test import TestResponse

from routes.http.actors import register_resolver
from services.actors.actor import SYSTEM, Actor, ActorKind, Role
from services.assembly import Services
from services.scrub.pace import Pace
from services.storage.settings import StorageLayout
from services.videos.homes import split_id
from services.videos.layout import home_of_owner
from tests.app_here import app_here, services_of
from tests.videos import mp4

PER_OWNER, SHARED = StorageLayout.PER_OWNER, StorageLayout.SHARED
BYTES = {"Content-Type": "application/offset+octet-stream"}


def person(id_: str, role: Role = Role.USER) -> Actor:
    return Actor(kind=ActorKind.PERSON, id=id_, name=id_.title(), role=role)


AMINA, BELA, ADA = person("amina"), person("bela"), person("ada", Role.ADMIN)


class House:
    """The app, somebody who asks it, and storage past it."""

    def __init__(self, app: Flask, videos: str, storage: BlobServiceClient) -> None:
        self._client = app.test_client()
        self.services: Services = services_of(app)
        self.videos = videos
        self.storage = storage
        self._who = AMINA
        register_resolver(app, lambda: self._who)

    def ask(self, by: Actor, method: str, path: str, *, status: int = 200, **more: Any) -> TestResponse:
        self._who = by
        answer = self._client.open(path, method=method, **more)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer

    def container(self, owner: Actor | None) -> ContainerClient:
        name = self.videos if owner is None else f"{self.videos}-p-{home_of_owner(str(owner.id))}"
        return self.storage.get_container_client(name)

    def blobs(self, owner: Actor | None) -> list[str]:
        return sorted(self.container(owner).list_blob_names())

    def containers(self) -> set[str]:
        return {each.name for each in self.storage.list_containers(f"{self.videos}-p-")}

    def put(self, by: Actor, content: bytes, name: str = "film.mp4") -> str:
        answer = self.ask(by, "PUT", f"/api/upload/{name}", data=content, status=201)
        return str(answer.get_json()["id"])

    def ids(self, by: Actor) -> set[str]:
        return {each["id"] for each in self.ask(by, "GET", "/api/videos").get_json()["videos"]}

    def content(self, by: Actor, id_: str, **more: Any) -> bytes:
        return self.ask(by, "GET", f"/api/videos/{id_}/content", **more).get_data()


@pytest.fixture
def open_house(azurite: str, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Opens the same house again, with another layout or an index that is lost."""
    videos = f"persons-{uuid.uuid4().hex[:12]}"
    made: list[House] = []
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as storage:

        def opened(layout: StorageLayout = PER_OWNER, *, data: str = "data") -> House:
            (tmp_path / data).mkdir(exist_ok=True)
            app = app_here(azurite, tmp_path / data, azure_storage_container_name=videos, storage_layout=layout)
            made.append(House(app, videos, storage))
            return made[-1]

        yield opened
    for house in made:
        house.services.platform.databases.close()


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    return open_house()


def by_form(house: House, by: Actor, content: bytes) -> str:
    sent = {"file": (io.BytesIO(content), "film.mp4")}
    [video] = house.ask(by, "POST", "/api/upload", data=sent, status=201).get_json()["videos"]
    return str(video["id"])


def by_put(house: House, by: Actor, content: bytes) -> str:
    return house.put(by, content)


def by_tus(house: House, by: Actor, content: bytes) -> str:
    headers = {"Tus-Resumable": "1.0.0"}
    named = {
        "Upload-Metadata": f"filename {base64.b64encode(b'film.mp4').decode()}",
        "Upload-Length": str(len(content)),
    }
    begun = house.ask(by, "POST", "/api/uploads", headers=headers | named, status=201)
    place, half = begun.headers["Location"], len(content) // 2
    for offset, part in ((0, content[:half]), (half, content[half:])):
        house.ask(by, "PATCH", place, data=part, headers=headers | BYTES | {"Upload-Offset": str(offset)}, status=204)
    there = house.ask(by, "GET", place, headers=headers, status=303).headers["Location"]
    return there.split("/")[-2]


def by_direct(house: House, by: Actor, content: bytes) -> str:
    asked = {"filename": "film.mp4", "size": len(content), "content_type": "video/mp4"}
    permit = house.ask(by, "POST", "/api/v1/videos/generate-upload-url", json=asked, status=201).get_json()
    url = permit["upload_url"]
    assert f"/{house.container(by).container_name}/" in url
    block = base64.b64encode(b"00000000").decode()
    answer = requests.put(url, params={"comp": "block", "blockid": block}, data=content, timeout=30)
    assert answer.status_code == 201
    done = house.ask(by, "POST", f"/api/v1/videos/{permit['id']}/complete", json={"blocks": [block]}, status=201)
    return str(done.get_json()["id"])


@pytest.mark.parametrize("door", [by_form, by_put, by_tus, by_direct], ids=lambda door: door.__name__)
def test_every_door_leads_to_the_container_of_whose_video_it_is(
    house: House, door: Callable[[House, Actor, bytes], str]
) -> None:
    films = {AMINA: mp4(3000, seed=1), BELA: mp4(4000, seed=2)}
    ids = {who: door(house, who, film) for who, film in films.items()}
    for who, film in films.items():
        [name] = house.blobs(who)
        assert ids[who] == f"~p-{home_of_owner(str(who.id))}~{name}"
        assert house.content(who, ids[who]) == film
        part = house.content(who, ids[who], headers={"Range": "bytes=100-199"}, status=206)
        assert part == film[100:200]
    assert house.blobs(None) == []
    assert house.containers() == {house.container(AMINA).container_name, house.container(BELA).container_name}
    assert house.ids(AMINA) == set(ids.values())


def test_what_is_nobodys_lies_in_the_plain_container(house: House) -> None:
    id_ = house.put(SYSTEM, mp4(3000))
    assert house.blobs(None) == [id_]
    assert house.containers() == set()


def test_a_video_is_edited_trashed_restored_and_purged_where_it_lies(house: House) -> None:
    id_, other = house.put(AMINA, mp4(3000)), house.put(BELA, mp4(3000, seed=2))
    path = f"/api/videos/{id_}"
    edited = house.ask(AMINA, "PATCH", path, json={"title": "Renamed", "description": "All of it.", "tags": ["a"]})
    assert (edited.get_json()["title"], edited.get_json()["description"]) == ("Renamed", "All of it.")
    house.ask(AMINA, "DELETE", path, status=204)
    assert house.ids(AMINA) == {other}
    [trashed] = house.ask(AMINA, "GET", "/api/trash").get_json()["videos"]
    assert trashed["id"] == id_
    assert house.ask(AMINA, "POST", f"{path}/restore").get_json()["title"] == "Renamed"
    house.ask(AMINA, "DELETE", path, status=204)
    house.services.library.trash.purge_one(id_, by=ADA)
    assert house.blobs(AMINA) == []
    assert house.blobs(BELA) == [split_id(other)[1]]


def test_a_private_video_is_nobody_elses_wherever_it_lies(house: House) -> None:
    id_ = house.put(AMINA, mp4(3000))
    house.ask(AMINA, "PATCH", f"/api/videos/{id_}", json={"visibility": "private"})
    for path in (f"/api/videos/{id_}", f"/api/videos/{id_}/content", f"/api/videos/{id_}/access-url"):
        house.ask(BELA, "GET", path, status=404)
    assert house.ids(BELA) == set()


def test_a_video_stays_where_it_is_when_it_gets_another_owner(house: House) -> None:
    film = mp4(3000)
    id_ = house.put(AMINA, film)
    changed = house.ask(ADA, "PATCH", f"/api/videos/{id_}", json={"owner": "bela", "visibility": "private"})
    assert (changed.get_json()["id"], changed.get_json()["owner"]) == (id_, "bela")
    assert house.content(BELA, id_) == film
    house.ask(AMINA, "GET", f"/api/videos/{id_}/content", status=404)
    assert (len(house.blobs(AMINA)), house.containers()) == (1, {house.container(AMINA).container_name})
    [kept] = house.services.library.catalogue.kept.sums()
    assert (kept.owner, kept.size) == ("bela", len(film))


def test_signed_urls_and_zips_are_of_the_right_container(open_house: Callable[..., House]) -> None:
    house = open_house()
    films = {AMINA: mp4(3000), BELA: mp4(4000, seed=2)}
    ids = {who: house.put(who, film) for who, film in films.items()}
    for who, film in films.items():
        told = house.ask(who, "GET", f"/api/videos/{ids[who]}/access-url?direct=true").get_json()
        assert f"/{house.container(who).container_name}/" in told["url"]
        assert requests.get(told["url"], timeout=30).content == film
    asked = "&".join(f"id={id_}" for id_ in ids.values())
    packed = house.ask(AMINA, "GET", f"/api/zip?{asked}").get_data()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert sorted(archive.read(name) for name in archive.namelist()) == sorted(films.values())


def test_the_index_is_made_anew_from_all_containers(open_house: Callable[..., House]) -> None:
    house = open_house()
    films = {house.put(who, mp4(3000 + n, seed=n)): who for n, who in enumerate((AMINA, BELA, SYSTEM, AMINA))}
    trashed = house.put(BELA, mp4(5000, seed=9))
    house.ask(BELA, "DELETE", f"/api/videos/{trashed}", status=204)
    for layout in (PER_OWNER, SHARED):
        anew = open_house(layout, data=f"anew-{layout}")
        found = anew.services.library.reconciliation.rebuild(by=SYSTEM)
        assert (found.seen, found.written, found.gone) == (5, 5, 0)
        assert anew.ids(AMINA) == set(films)
        assert {each["id"] for each in anew.ask(ADA, "GET", "/api/trash").get_json()["videos"]} == {trashed}
        again = anew.services.library.reconciliation.check_drift(by=SYSTEM)
        assert (again.seen, again.written, again.adopted, again.changed, again.gone) == (5, 0, 0, 0, 0)


def test_drift_is_seen_in_every_container(house: House) -> None:
    house.services.library.reconciliation.rebuild(by=SYSTEM)
    kept, lost, unknown = (house.put(AMINA, mp4(3000 + n)) for n in range(3))
    plain = house.put(SYSTEM, mp4(3000))
    house.container(AMINA).delete_blob(split_id(lost)[1])
    house.services.library.catalogue.forget(unknown)
    house.container(AMINA).upload_blob("2026/Strange Film.mp4", mp4(3000, seed=7))
    found = house.services.library.reconciliation.check_drift(by=SYSTEM)
    assert (found.gone, found.adopted) == (1, 1)
    adopted = f"{kept[:12]}2026/Strange Film.mp4"
    shown = house.ask(ADA, "GET", f"/api/videos/{adopted}").get_json()
    assert (shown["title"], shown["original_name"]) == ("Strange Film", "Strange Film.mp4")
    assert house.ids(ADA) >= {kept, unknown, plain, adopted}
    assert house.ask(ADA, "GET", f"/api/videos/{lost}").get_json()["status"] == "missing"
    house.container(AMINA).delete_container()
    assert house.services.library.reconciliation.check_drift(by=SYSTEM).gone == 3
    assert house.ask(ADA, "GET", f"/api/videos/{plain}").get_json()["status"] == "ready"


def test_a_container_that_only_pretends_is_not_taken(house: House) -> None:
    house.put(AMINA, mp4(3000))
    metadata = house.container(AMINA).get_blob_client(house.blobs(AMINA)[0]).get_blob_properties().metadata
    name = house.blobs(AMINA)[0]
    for strange in (f"{house.videos}-p-zzzz", f"{house.videos}-p-zzzzzzzz", f"{house.videos}-p-1234abcd-uploads"):
        house.storage.create_container(strange).upload_blob(name, mp4(3000), metadata=metadata)
    house.container(None).upload_blob(f"~p-1234abcd~{name}", mp4(3000), metadata=metadata)
    house.container(None).upload_blob("~p-zzzz~film.mp4", mp4(3000), metadata=metadata)
    assert house.services.library.reconciliation.rebuild(by=SYSTEM).seen == 1
    before = house.containers()
    for id_ in (f"~p-1234abcd~{name}", f"~p-zzzzzzzz~{name}", "~p-zzzz~film.mp4", "~p-1234abcd~"):
        house.ask(ADA, "GET", f"/api/videos/{id_}", status=404)
        house.ask(ADA, "GET", f"/api/videos/{id_}/content", status=404)
    house.ask(ADA, "POST", f"/api/v1/videos/~p-1234abcd~{name}/complete", json={"blocks": []}, status=404)
    assert house.containers() == before


def test_the_layout_can_be_switched_to_and_fro(open_house: Callable[..., House]) -> None:
    films: dict[str, bytes] = {}
    for number, layout in enumerate((SHARED, PER_OWNER, SHARED)):
        house = open_house(layout)
        films[house.put(AMINA, mp4(3000 + number), f"film-{number}.mp4")] = mp4(3000 + number)
        for id_, film in films.items():
            assert house.content(AMINA, id_) == film
            house.ask(AMINA, "PATCH", f"/api/videos/{id_}", json={"title": f"Seen {number}"})
        found = house.services.library.reconciliation.check_drift(by=SYSTEM)
        assert (found.seen, found.gone, found.adopted) == (len(films), 0, 0)
    assert (len(house.blobs(None)), len(house.blobs(AMINA))) == (2, 1)
    assert house.ids(AMINA) == set(films)


def test_the_scrubber_reads_what_lies_in_every_container(house: House) -> None:
    house.put(AMINA, mp4(3000))
    damaged = house.put(BELA, mp4(3000, seed=2))
    blob = house.container(BELA).get_blob_client(split_id(damaged)[1])
    kept = blob.get_blob_properties()
    settings = kept.content_settings
    settings.content_md5 = None
    blob.upload_blob(mp4(3000, seed=3), overwrite=True, metadata=kept.metadata, content_settings=settings)
    found = house.services.scrub.scrubber.run(lambda _: None, by=SYSTEM, pace=Pace(lambda: 0))
    assert (found.videos, found.right, found.damaged) == (2, 1, 1)
    [told] = house.services.scrub.scrubber.report(by=SYSTEM).damaged
    assert told.video_id == damaged


def test_lists_and_playback_ask_storage_for_no_more_than_before(open_house: Callable[..., House]) -> None:
    asked: dict[StorageLayout, list[str]] = {}
    for layout in (SHARED, PER_OWNER):
        house = open_house(layout)
        id_ = house.put(AMINA, mp4(3000))
        noted = asked[layout] = []
        hooks = house.services.platform.client.session.hooks["response"]
        hooks.append(lambda answer, noted=noted, **_: noted.append(answer.request.method))
        house.ids(AMINA)
        house.content(AMINA, id_)
        house.ask(AMINA, "GET", f"/videos/{id_}", headers={"Accept": "text/html"})
    assert asked[PER_OWNER] == asked[SHARED]


def test_the_doctor_looks_at_the_containers_of_persons(open_house: Callable[..., House]) -> None:
    name = "containers of persons"

    def said(house: House) -> list[tuple[bool, str]]:
        findings = house.services.operations.doctor.check()
        return [(each.ok, each.detail) for each in findings if each.name == name]

    assert said(open_house(SHARED)) == []
    house = open_house()
    assert said(house) == [(True, "There are 0, all private; more can be made.")]
    house.put(AMINA, mp4(3000))
    assert said(open_house(SHARED)) == [(True, "There are 1, all private.")]
    house.container(AMINA).set_container_access_policy({}, public_access="blob")
    [(fine, detail)] = said(house)
    assert not fine
    assert detail == f"Anyone can read {house.container(AMINA).container_name}."
