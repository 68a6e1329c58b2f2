"""Each adapter asks as its service's documents say, pages, reads what it can, and leaves what is not theirs."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from services.database.engine import Database
from services.sources.adapter import Adapter, FilmAtService, MatchedBy, Sought
from services.sources.adapters.imvdb import Imvdb
from services.sources.adapters.lastfm import Lastfm
from services.sources.adapters.lidarr import Lidarr
from services.sources.adapters.musicbrainz import MusicBrainz
from services.sources.adapters.plex import Plex
from services.sources.adapters.spotify import Spotify
from services.sources.asking import ServiceClient
from services.sources.errors import SourceFailedError, SourceOffError, SourceRestsError
from tests.outside_services import Answered, Asked, OutsideService, said

TIDE = Sought(name="Hollow Tide", other_names=("Höllow Tide",))
MBID = "0383dadf-2a4e-4d10-a46a-e9e041da8eb3"
Search = Callable[[Adapter, Sought], Sequence[FilmAtService]]


@pytest.fixture
def durable(quick_durable: Database) -> Database:
    return quick_durable


@pytest.fixture
def search(client: ServiceClient) -> Search:
    return lambda adapter, sought: adapter.search(sought, client)


def key() -> str:
    return "the-key"


def test_musicbrainz_pages_through_video_recordings(outside: OutsideService, search: Search) -> None:
    def recording(number: int, **other: Any) -> dict[str, Any]:
        credit = {"name": "Hollow Tide", "artist": {"id": MBID, "name": "Hollow Tide", "sort-name": "Hollow Tide"}}
        return {"id": f"rec-{number}", "score": 100, "title": f"Film {number}", "length": 201_000, "video": True,
                "artist-credit": [credit], "first-release-date": "2019-05-01", "releases": []} | other  # fmt: skip

    known: list[Any] = [recording(number) for number in range(130)]
    known[3] = {"id": "broken", "title": 7, "artist-credit": "none"}
    known[4] = recording(4, **{"artist-credit": [{"name": "Cover Band", "artist": {"id": "other"}}]})
    known[5] = recording(5, video=None, length=None, **{"first-release-date": ""})

    def answer(asked: Asked) -> Answered:
        start = int(asked.query["offset"])
        return said({"created": "2026", "count": 130, "offset": start, "recordings": known[start : start + 100]})

    outside.answer = answer
    found = search(MusicBrainz(outside.url), TIDE)
    assert len(found) == 128
    assert found[0] == FilmAtService(
        id="rec-0", title="Film 0", url="https://musicbrainz.org/recording/rec-0", year=2019, seconds=201.0
    )
    assert (found[3].year, found[3].seconds) == (None, None)
    first = outside.asked[0]
    assert first.path == "/ws/2/recording"
    assert first.query == {
        "query": 'artist:"Hollow Tide" AND video:true', "limit": "100", "offset": "0", "fmt": "json"
    }  # fmt: skip
    assert len(outside.asked) == 2
    by_id = search(MusicBrainz(outside.url), Sought(name='Of "x"', ids={"musicbrainz": MBID}))
    assert {each.match for each in by_id} == {MatchedBy.ID}
    assert outside.asked[-1].query["query"] == f'arid:"{MBID.replace("-", chr(92) + "-")}" AND video:true'


def test_imvdb_pages_and_leaves_others_and_unreleased(outside: OutsideService, search: Search) -> None:
    def video(number: int, **other: Any) -> dict[str, Any]:
        return {"id": 121_779_770_452 + number, "production_status": "r", "song_title": f"Song {number}",
                "song_slug": "song", "url": f"https://imvdb.com/video/hollow-tide/song-{number}", "version_name": None,
                "year": 2024, "image": {"o": "https://s3/o.jpg", "l": "https://s3/l.jpg"},
                "artists": [{"name": "HOLLOW TIDE", "slug": "hollow-tide"}]} | other  # fmt: skip

    pages = [
        [video(0), video(1, image=[], version_name="Live"), video(2, production_status="p"), {"id": None}],
        [video(3, artists=[{"name": "Other", "slug": "other"}]), video(4, artists=[{"name": "O", "slug": "tide"}])],
    ]
    outside.answer = lambda asked: said(
        {"total_results": 6, "current_page": int(asked.query["page"]), "per_page": 50, "total_pages": 2,
         "results": pages[int(asked.query["page"]) - 1]}
    )  # fmt: skip
    sought = Sought(name="Hollow Tide", ids={"imvdb": "tide"})
    found = search(Imvdb(outside.url, key), sought)
    assert [each.title for each in found] == ["Song 0", "Song 1 (Live)", "Song 4"]
    assert (found[0].picture, found[1].picture, found[0].year) == ("https://s3/l.jpg", "", 2024)
    assert [each.match for each in found] == [MatchedBy.NAME, MatchedBy.NAME, MatchedBy.ID]
    assert outside.asked[0].path == "/api/v1/search/videos"
    assert outside.asked[0].headers["imvdb-app-key"] == "the-key"


def test_lastfm_knows_songs(outside: OutsideService, search: Search) -> None:
    def track(name: str, artist: str = "Hollow Tide") -> dict[str, Any]:
        return {"name": name, "playcount": "9", "mbid": "", "url": f"https://www.last.fm/music/x/_/{name}",
                "artist": {"name": artist, "mbid": "", "url": "https://www.last.fm/music/x"},
                "image": [{"#text": "https://i/34.png", "size": "small"}, {"#text": "", "size": "large"}]}  # fmt: skip

    def answer(asked: Asked) -> Answered:
        numbers = {"artist": "Hollow Tide", "page": asked.query["page"], "perPage": "50", "totalPages": "2"}
        tracks = [track("One"), track("Two", "Somebody")] if asked.query["page"] == "1" else track("Alone")
        return said({"toptracks": {"track": tracks, "@attr": numbers}})

    outside.answer = answer
    found = search(Lastfm(outside.url, key), TIDE)
    assert [each.title for each in found] == ["One", "Alone"]
    assert all(each.is_song for each in found)
    assert found[0].picture == "https://i/34.png"
    assert outside.asked[0].query["method"] == "artist.gettoptracks"
    assert outside.asked[0].query["api_key"] == "the-key"


@pytest.mark.parametrize(
    ("number", "error"),
    [(10, SourceFailedError), (26, SourceFailedError), (29, SourceRestsError), (11, SourceFailedError)],
)
def test_what_lastfm_says_in_its_body_counts(
    outside: OutsideService, search: Search, number: int, error: type[Exception]
) -> None:
    outside.answer = lambda _: said({"error": number, "message": "No."})
    with pytest.raises(error) as raised:
        search(Lastfm(outside.url, key), TIDE)
    assert "the-key" not in str(raised.value)
    assert len(outside.asked) == (3 if number == 11 else 1)


def test_an_artist_that_lastfm_does_not_know_has_no_songs(outside: OutsideService, search: Search) -> None:
    outside.answer = lambda _: said({"error": 6, "message": "The artist you supplied could not be found"})
    assert search(Lastfm(outside.url, key), TIDE) == []


def test_spotify_gives_a_token_and_pages(outside: OutsideService, search: Search) -> None:
    def track(name: str, artist: str) -> dict[str, Any]:
        return {"id": name, "name": name, "duration_ms": 200_500, "type": "track",
                "external_urls": {"spotify": f"https://open.spotify.com/track/{name}"},
                "artists": [{"id": artist, "name": "Hollow Tide"}],
                "album": {"release_date": "2020-02", "images": [{"url": "https://i/640", "height": 640}]}}  # fmt: skip

    def answer(asked: Asked) -> Answered:
        if asked.path == "/api/token":
            return said({"access_token": "BQ", "token_type": "Bearer", "expires_in": 3600})
        if asked.headers.get("authorization") != "Bearer BQ":
            return said({"error": {"status": 401, "message": "Invalid access token"}}, status=401)
        last = asked.query["offset"] == "10"
        items = [track("b", "theirs"), None] if last else [track("a", "theirs"), track("c", "a namesake")]
        return said({"tracks": {"items": items, "next": None if last else "https://api/next", "total": 3}})

    outside.answer = answer
    adapter = Spotify(outside.url, outside.url, lambda: "id", lambda: "secret")
    found = search(adapter, Sought(name="Hollow Tide", ids={"spotify": "theirs"}))
    assert [each.id for each in found] == ["a", "b"]
    assert (found[0].seconds, found[0].year, found[0].picture) == (200.5, 2020, "https://i/640")
    asked = outside.asked[0]
    assert (asked.method, asked.body) == ("POST", b"grant_type=client_credentials")
    assert asked.headers["authorization"] == "Basic aWQ6c2VjcmV0"


def test_plex_shows_what_it_holds_and_is_told_of_new_films(
    outside: OutsideService, search: Search, client: ServiceClient
) -> None:
    def answer(asked: Asked) -> Answered:
        if asked.headers.get("x-plex-token") != "the-key":
            return Answered(status=401)
        if asked.path == "/library/sections":
            kinds = [{"key": "1", "type": "movie"}, {"key": "2", "type": "artist"}, {"key": "../x", "type": "movie"}]
            return said({"MediaContainer": {"size": 3, "Directory": kinds}})
        if asked.path.endswith("/refresh"):
            return Answered(body=b"")
        start = int(asked.headers["x-plex-container-start"])
        titles = ["Hollow Tide - Deep", "Other - Tide", "Untitled"] if asked.path.startswith("/library/sections/1/") \
            else ["Hollow Tide"]  # fmt: skip
        films = [{"ratingKey": str(n), "title": title, "year": 2021, "duration": 61_000, "type": "movie"}
                 for n, title in enumerate(titles)]  # fmt: skip
        if len(titles) > 1:
            films[2]["originalTitle"] = "Höllow Tide"
        page = films[start // 200 : start // 200 + 1]
        return said({"MediaContainer": {"size": 1, "totalSize": 200 * len(films), "Metadata": page}})

    outside.answer = answer
    plex = Plex(outside.url, key)
    assert [each.title for each in search(plex, TIDE)] == ["Deep", "Untitled"]
    assert [each.name for each in plex.artists(client)] == ["Hollow Tide"]
    plex.tell(client)
    assert outside.asked[-1].path == "/library/sections/1/refresh"
    plex.ping(client)


def test_lidarr_shows_what_it_holds_and_is_told_to_look(
    outside: OutsideService, search: Search, client: ServiceClient
) -> None:
    def answer(asked: Asked) -> Answered:
        if asked.headers.get("x-api-key") != "the-key":
            return said({"error": "Unauthorized"}, status=401)
        if asked.path == "/api/v1/artist":
            other = {"id": 2, "artistName": "Other", "foreignArtistId": "x"}
            return said([{"id": 1, "artistName": "Hollow Tide", "foreignArtistId": MBID, "monitored": True}, other])
        if asked.path == "/api/v1/track":
            assert asked.query == {"artistId": "1"}
            return said([{"id": 5, "title": "Deep", "duration": 61_000, "hasFile": True, "foreignRecordingId": "r"},
                         {"id": 6, "title": "Lost", "hasFile": False}])  # fmt: skip
        return said({"name": "RescanFolders", "status": "queued"}, status=201)

    outside.answer = answer
    lidarr = Lidarr(outside.url, key)
    [song] = search(lidarr, Sought(name="As they are called now", ids={"musicbrainz": MBID}))
    assert song == FilmAtService(id="r", title="Deep", seconds=61.0, match=MatchedBy.ID, is_song=True)
    assert [each.ids for each in lidarr.artists(client)] == [{"musicbrainz": MBID}, {"musicbrainz": "x"}]
    lidarr.tell(client)
    assert (outside.asked[-1].method, outside.asked[-1].body) == ("POST", b'{"name":"RescanFolders"}')


def adapters(url: str | None, secret: str) -> list[Adapter]:
    held: Callable[[], str] = lambda: secret  # noqa: E731
    where = url or "http://127.0.0.1:1"
    found: list[Adapter] = [Imvdb(where, held), Lastfm(where, held), Spotify(where, where, held, held)]
    return [*found, Plex(url, held), Lidarr(url, held)]


def test_without_a_key_or_an_address_nothing_is_asked(client: ServiceClient, outside: OutsideService) -> None:
    for adapter in adapters(outside.url, ""):
        for deed in (adapter.require, lambda each=adapter: each.search(TIDE, client)):
            with pytest.raises(SourceOffError, match="has no key"):
                deed()
    for adapter in adapters(None, "key")[-2:]:
        with pytest.raises(SourceOffError, match="_URL"):
            adapter.require()
    assert outside.asked == []


@pytest.mark.parametrize("body", [b"", b"[]", b"nothing", b"{", b'"text"', b"\xff", b"null", b"7"])
def test_answers_of_another_shape_are_failures(outside: OutsideService, search: Search, body: bytes) -> None:
    outside.answer = lambda _: Answered(body=body)
    asked = [*adapters(outside.url, "key")[:-1], MusicBrainz(outside.url)]
    for adapter in asked:
        with pytest.raises(SourceFailedError):
            search(adapter, TIDE)


def test_a_refused_key_is_said(outside: OutsideService, search: Search) -> None:
    outside.answer = lambda _: said({"status_code": 403}, status=403)
    for adapter in adapters(outside.url, "wrong"):
        with pytest.raises(SourceFailedError, match="key"):
            search(adapter, TIDE)
