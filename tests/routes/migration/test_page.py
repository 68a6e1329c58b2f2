"""The page of migrations, without scripts."""

import re
from pathlib import Path

from flask.testing import FlaskClient

from services.assembly import Services
from tests.routes.clips.cutting import do


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_a_folder_is_looked_at_taken_in_and_told_of(client: FlaskClient, parts: Services, folder: Path) -> None:
    (folder / "film.mp4.part").write_bytes(b"half")
    first = text(client, "/migration")
    assert str(folder) in first
    looked = text(client, f"/migration?look=1&folder={folder}")
    assert "3 new files." in looked
    assert "only half written" in looked
    assert client.get("/api/jobs").get_json()["jobs"] == []
    answer = client.post("/migration", data={"folder": str(folder)})
    assert answer.status_code == 303
    report = answer.headers["Location"]
    assert "Waits for a worker." in text(client, report)
    do(parts, client.get("/api/jobs").get_json()["jobs"][0]["id"])
    troubles = text(client, report)
    assert "notes.txt" in troubles
    assert "0.mp4" not in troubles
    everything = text(client, f"{report}?all=1")
    assert re.search(r'href="/videos/[^"]+"><code\s+dir="ltr">0\.mp4', everything)
    assert "Taken in: 3" in everything
    assert str(folder) in text(client, "/migration")
    assert text(client, "/migration/none", 404)


def test_a_folder_that_may_not_be_read_is_refused_in_words(client: FlaskClient, parts: Services) -> None:
    for answer in (client.get("/migration?look=1&folder=/etc"), client.post("/migration", data={"folder": "/etc"})):
        assert answer.status_code == 400
        assert "below it" in answer.get_data(as_text=True)


def test_the_navigation_leads_there_where_there_is_a_folder(client: FlaskClient, parts: Services) -> None:
    assert 'href="/migration"' in text(client, "/jobs")
