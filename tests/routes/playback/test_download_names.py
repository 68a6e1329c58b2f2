"""Films, ZIP files and exports are named as an administrator wants it; names in storage stay as they are."""

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.artists.change import ArtistChange
from services.assembly import Services
from tests.videos import mp4


@pytest.fixture
def films(client: FlaskClient) -> list[dict[str, Any]]:
    titles = ("Low Water", "Low Water", "a/b: <c>")
    return [
        client.put(
            f"/api/upload/IMG_{number}.mp4",
            query_string={"title": title},
            input_stream=io.BytesIO(mp4(4000, seed=number)),
        ).get_json()
        for number, title in enumerate(titles)
    ]


def name_by(client: FlaskClient, setting: str, pattern: str) -> None:
    assert client.put(f"/api/settings/{setting}", json={"value": pattern}).status_code == 200


def offered(client: FlaskClient, address: str) -> str:
    """The name that an answer offers."""
    found = re.search(r'filename="([^"]*)"', client.get(address).headers["Content-Disposition"])
    assert found is not None
    return found[1]


def download(client: FlaskClient, film: dict[str, Any]) -> str:
    return offered(client, f"{film['links']['content']}?download")


def zipped(client: FlaskClient, films: list[dict[str, Any]]) -> str:
    return "/api/zip?" + "&".join(f"id={each['id']}" for each in films)


def entries(client: FlaskClient, films: list[dict[str, Any]]) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(client.get(zipped(client, films)).data)).namelist()


def test_without_a_pattern_names_are_those_of_the_files(client: FlaskClient, films: list[dict[str, Any]]) -> None:
    assert download(client, films[0]) == "IMG_0.mp4"
    assert entries(client, films) == ["IMG_0.mp4", "IMG_1.mp4", "IMG_2.mp4"]
    assert offered(client, zipped(client, films)) == "IMG_0 and 2 more.zip"
    assert offered(client, "/api/accessibility/report.csv") == "accessibility.csv"


def test_films_and_what_is_in_a_zip_are_named_by_the_pattern(client: FlaskClient, films: list[dict[str, Any]]) -> None:
    before = client.get(zipped(client, films)).headers["ETag"]
    name_by(client, "download_name", "{date} {title}")
    day = films[0]["uploaded_at"][:10]
    assert download(client, films[0]) == f"{day} Low Water.mp4"
    # Whatever a title has in it, the name is one that every file system takes.
    assert download(client, films[2]) == f"{day} a_b_ _c_.mp4"
    assert entries(client, films) == [
        f"{day} Low Water.mp4", f"{day} Low Water (2).mp4", f"{day} a_b_ _c_.mp4"
    ]  # fmt: skip
    # The file is another one, so that no download goes on with the old.
    assert client.get(zipped(client, films)).headers["ETag"] != before
    # What is shown and not taken along is named as it was.
    assert offered(client, films[0]["links"]["content"]) == "IMG_0.mp4"
    name_by(client, "zip_name", "{count} films of {date}")
    today = datetime.now(UTC).date()
    assert offered(client, zipped(client, films)) in {
        f"3 films of {each.isoformat()}.zip" for each in (today, datetime.now(UTC).date())
    }


def test_a_film_is_named_by_its_artist_and_id(
    client: FlaskClient, parts: Services, films: list[dict[str, Any]]
) -> None:
    artist = parts.artists.artists.create(ArtistChange(name="Crane: School"), by=SYSTEM)
    parts.artists.crediting.give(films[0]["id"], [artist.id], by=SYSTEM)
    name_by(client, "download_name", "{artist} - {title}")
    assert download(client, films[0]) == "Crane_ School - Low Water.mp4"
    assert download(client, films[1]) == "Low Water.mp4"
    name_by(client, "download_name", "{artist}")
    # Where nothing is left, the name is that of the file.
    assert entries(client, films[:2]) == ["Crane_ School.mp4", "IMG_1.mp4"]
    name_by(client, "download_name", "{id}")
    assert download(client, films[0]) == films[0]["id"]


def test_exports_are_named_by_the_pattern(client: FlaskClient) -> None:
    name_by(client, "export_name", "Reelgate {kind}")
    assert offered(client, "/api/accessibility/report.csv") == "Reelgate accessibility.csv"
    assert offered(client, "/api/audit?format=jsonl") == "Reelgate audit.jsonl"


def test_the_page_shows_an_example_and_refuses_what_names_nothing(client: FlaskClient) -> None:
    refused = client.put("/api/settings/download_name", json={"value": "{titel}"})
    assert refused.status_code == 400
    assert "There is no field {titel}." in refused.get_json()["detail"]
    for wrong in ("../{title}", "films", 7, None):
        assert client.put("/api/settings/download_name", json={"value": wrong}).status_code == 400
    sent = client.post("/settings", data={"key": "download_name", "value": "{title}/"}, headers={"Accept": "text/html"})
    assert sent.status_code == 400
    changed = client.post("/settings", data={"key": "download_name", "value": "{artist} - {title}"})
    assert changed.status_code == 303
    page = re.sub(r"\s+", " ", client.get("/settings", headers={"Accept": "text/html"}).get_data(as_text=True))
    assert "For example: <code>Crane School - Hand signals</code>" in page
    assert "<code>{artist}</code>" in page
