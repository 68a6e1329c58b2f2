"""The pages of artists and wanted films, by plain forms."""

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.artists.artist import WantedState
from services.assembly import Services
from tests.routes.artists.test_artists_api import add, find


def shown(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status, (path, answer.status_code)
    return unescape(answer.text)


def send(client: FlaskClient, path: str, **fields: Any) -> Any:
    return client.post(path, data=fields, headers={"Accept": "text/html"})


def test_an_artist_is_added_found_and_shown(client: FlaskClient) -> None:
    assert "Nobody is followed yet" in shown(client, "/artists")
    answer = send(client, "/artists", action="add", name="Björk <b>")
    assert answer.status_code == 303
    page = shown(client, answer.location)
    assert "<h1" in page
    assert "Björk <b>" in page
    assert "Björk &lt;b&gt;" in client.get(answer.location).text
    for view in ("/artists", "/artists?view=list", "/artists?q=bjo"):
        assert "Björk" in shown(client, view)
    assert "Nobody was found" in shown(client, "/artists?q=none")
    assert send(client, "/artists", action="add", name="BJÖRK B").location == answer.location
    assert "visible character" in send(client, "/artists", action="add", name=" ").text
    shown(client, "/artists?view=other", 400)
    shown(client, "/artists/none", 404)


def test_a_long_list_goes_on(client: FlaskClient) -> None:
    for name in ("Air", "Beck", "Cher"):
        add(client, name)
    page = shown(client, "/artists?limit=2&sort=-name&view=list")
    found = re.search(r'rel="next" href="([^"]+)"', page)
    assert found is not None
    following = shown(client, found[1])
    assert ("Air" in following, "Cher" in following) == (True, False)


def test_what_is_said_of_an_artist_is_changed(client: FlaskClient) -> None:
    artist = add(client, "Air")
    path = f"/artists/{artist['id']}"
    fields = {
        "name": "AIR",
        "other_names": "Air (band)\n\nFrench Band",
        "links": "https://a.example/",
        "text": "One.\nTwo.",
    }
    answer = send(client, path, action="edit", **fields, **{"ids.spotify": " 1 "})
    assert (answer.status_code, answer.location) == (303, path)
    known = client.get(f"/api/artists/{artist['id']}").get_json()
    assert (known["name"], known["other_names"], known["ids"]["spotify"]) == ("AIR", ["Air (band)", "French Band"], "1")
    refused = send(client, path, action="edit", **fields | {"links": "javascript:alert(1)"})
    assert "web address" in refused.text
    assert 'href="javascript' not in refused.text
    add(client, "Beck")
    assert "here already" in send(client, path, action="edit", **fields | {"name": "beck"}).text


def test_films_are_shown_by_state_and_decided_about(client: FlaskClient, parts: Services) -> None:
    artist = add(client, "Air")
    kelly, _, broken = find(parts, artist["id"], "Kelly", "Sexy Boy", "Broken", reason="Same name.", confidence=0.71)
    parts.artists.wanted.set_state(broken, WantedState.FAILED, error="Their server stopped.", by=SYSTEM)
    path = f"/artists/{artist['id']}"
    page = shown(client, path)
    for words in ("Kelly", "Sexy Boy", "71 % sure", "Same name.", "Their server stopped."):
        assert words in page
    assert "Broken" not in shown(client, f"{path}?state=WANTED")
    assert "Sexy Boy" not in shown(client, f"{path}?q=kel")
    assert send(client, f"/wanted/{kelly}", action="ignore", back="artist").location == path
    assert "Kelly" in shown(client, f"{path}?state=IGNORED")
    assert send(client, f"/wanted/{kelly}", action="want", back="wanted").location == "/wanted"
    assert "Kelly" in shown(client, "/wanted")
    assert "Broken" not in shown(client, "/wanted")
    assert "Broken" in shown(client, "/wanted?state=")
    assert path in shown(client, "/wanted?group=artist")
    assert send(client, f"/wanted/{kelly}", action="other").status_code == 400


def test_chosen_artists_are_deleted_and_brought_back(client: FlaskClient) -> None:
    ids = [add(client, name)["id"] for name in ("Air", "Beck", "Cher")]
    answer = send(client, "/artists", action="delete", id=ids[:2])
    page = shown(client, answer.location)
    assert 'aria-label="Choose Cher"' in page
    assert ("Cher" in page, "Beck" in page, "2 moved to the trash" in page) == (True, False, True)
    assert "Beck" in shown(client, "/artists/trash")
    assert send(client, "/artists", action="restore", id=ids[:1]).status_code == 303
    add(client, "BECK")
    refused = send(client, "/artists", action="restore", id=ids[1:2])
    assert "here already" in refused.text
    assert send(client, f"/artists/{ids[0]}", action="delete").location == f"/artists?deleted={ids[0]}"
    assert send(client, "/artists", action="other").status_code == 400


def test_two_artists_are_merged_by_name(client: FlaskClient) -> None:
    kept, gone = add(client, "Air"), add(client, "Air (band)")
    path = f"/artists/{kept['id']}"
    assert "Nobody has this name" in send(client, path, action="merge", other="none").text
    assert send(client, path, action="merge", other="AIR  band").location == path
    answer = client.get(f"/artists/{gone['id']}")
    assert (answer.status_code, answer.location) == (301, path)


def test_a_csv_is_previewed_and_taken_in(client: FlaskClient) -> None:
    add(client, "Air")
    text = "name\nAir\nBeck\nBeck\n"
    page = send(client, "/artists", action="preview", csv=text).text
    for words in ("Here already", "New", "Twice in the list"):
        assert words in page
    assert "Beck" not in shown(client, "/artists?view=list")
    assert send(client, "/artists", action="import", csv=text).status_code == 303
    assert "Beck" in shown(client, "/artists?view=list")


@pytest.mark.parametrize("word", ["maker", "speaker", "channel"])
def test_artists_are_called_as_it_is_set(client: FlaskClient, word: str) -> None:
    assert client.put("/api/settings/artist_word", json={"value": word}).status_code == 200
    assert f'<h1 tabindex="-1">{word.capitalize()}s</h1>' in shown(client, "/artists")
