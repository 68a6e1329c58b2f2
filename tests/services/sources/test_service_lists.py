"""Lists of artists at services are read as their documents say, page by page, and what goes wrong is told in words."""

from dataclasses import replace
from typing import Any

import pytest

from services.actors.actor import SYSTEM
from services.actors.errors import ForbiddenError
from services.database.engine import Database
from services.errors import ReelgateError
from services.sources.adapter import HeldArtist
from services.sources.adapters.lastfm import Lastfm
from services.sources.adapters.lidarr import Lidarr
from services.sources.adapters.plex import Plex
from services.sources.adapters.spotify import Spotify
from services.sources.asking import ServiceClient
from services.sources.errors import (
    InvalidListError,
    ListNotFoundError,
    ListNotShownError,
    SourceFailedError,
    SourceNotFoundError,
    SourceOffError,
    SourceRestsError,
)
from services.sources.service import ServiceState
from services.sources.service_lists import ServiceLists
from services.sources.store import ServiceStore
from tests.outside_services import Answered, Asked, OutsideService, said
from tests.services.artists.test_artists import USER

PLAYLIST = "3cEYpjA9oz9GiPac4AsH4n"
MBID = "0383dadf-2a4e-4d10-a46a-e9e041da8eb3"


@pytest.fixture
def durable(quick_durable: Database) -> Database:
    return quick_durable


def key() -> str:
    return "the-key"


def lists_of(outside: OutsideService, client: ServiceClient, **changes: Any) -> ServiceLists:
    listing: dict[str, Spotify | Lastfm] = {
        "spotify": Spotify(outside.url, outside.url, key, key),
        "lastfm": Lastfm(outside.url, changes.pop("lastfm_key", key)),
    }
    servers: dict[str, Plex | Lidarr] = {"plex": Plex(outside.url, key), "lidarr": Lidarr(outside.url, key)}
    return ServiceLists(listing, servers, client, **changes)


@pytest.fixture
def lists(outside: OutsideService, client: ServiceClient) -> ServiceLists:
    return lists_of(outside, client)


def playlist(tracks: list[Any]) -> Any:
    """What Spotify says: a token, and pages of a playlist."""

    def answer(asked: Asked) -> Answered:
        if asked.path == "/api/token":
            return said({"access_token": "BQ", "token_type": "Bearer", "expires_in": 3600})
        start, size = int(asked.query["offset"]), int(asked.query["limit"])
        more = start + size < len(tracks)
        return said({"items": tracks[start : start + size], "next": "https://api/next" if more else None})

    return answer


def track(*artists: tuple[str | None, str]) -> dict[str, Any]:
    return {"track": {"artists": [{"id": id_, "name": name} for id_, name in artists]}}


@pytest.mark.parametrize(
    "named",
    [
        PLAYLIST,
        f" https://open.spotify.com/playlist/{PLAYLIST}?si=1a2b ",
        f"https://open.spotify.com/intl-de/playlist/{PLAYLIST}",
        f"spotify:playlist:{PLAYLIST}",
    ],
)
def test_a_playlist_has_each_of_its_artists_once(outside: OutsideService, lists: ServiceLists, named: str) -> None:
    tracks = [track(("a1", "Air"), ("b1", "Beck")), {"track": None}, {"track": 7}, track((None, "Home Tape"))]
    tracks += [track((f"n{number}", f"Name {number}"), ("a1", "Air")) for number in range(80)]
    outside.answer = playlist(tracks)
    found = lists.artists("spotify", named, by=SYSTEM)
    assert len(found) == 83
    assert found[:3] == [
        HeldArtist(name="Air", ids={"spotify": "a1"}),
        HeldArtist(name="Beck", ids={"spotify": "b1"}),
        HeldArtist(name="Home Tape"),
    ]
    token, *pages = outside.asked
    assert token.method == "POST"
    assert {each.path for each in pages} == {f"/v1/playlists/{PLAYLIST}/tracks"}
    assert [each.query["offset"] for each in pages] == ["0", "50"]
    assert pages[0].query["limit"] == "50"
    assert pages[0].headers["authorization"] == "Bearer BQ"


def test_lastfm_has_the_library_of_a_person(outside: OutsideService, lists: ServiceLists) -> None:
    def artist(name: str, mbid: str = "") -> dict[str, Any]:
        return {"name": name, "playcount": "12", "mbid": mbid, "url": f"https://www.last.fm/music/{name}"}

    def answer(asked: Asked) -> Answered:
        page = asked.query["page"]
        artists = [artist("Air", MBID), artist("Low Sun")] if page == "1" else artist("Alone")
        numbers = {"user": "RJ", "page": page, "perPage": "500", "totalPages": "2", "total": "3"}
        return said({"artists": {"artist": artists, "@attr": numbers}})

    outside.answer = answer
    found = lists.artists("lastfm", "https://www.last.fm/user/RJ", by=SYSTEM)
    assert [each.name for each in found] == ["Air", "Low Sun", "Alone"]
    assert found[0].ids == {"lastfm": "Air", "musicbrainz": MBID}
    first = outside.asked[0].query
    assert (first["method"], first["user"], first["limit"]) == ("library.getartists", "RJ", "500")
    assert (first["api_key"], first["format"]) == ("the-key", "json")
    assert len(outside.asked) == 2


@pytest.mark.parametrize("period", ["overall", "12month", "6month", "3month", "1month", "7day"])
def test_lastfm_has_whom_a_person_has_heard_the_most(outside: OutsideService, lists: ServiceLists, period: str) -> None:
    def artist(name: str, rank: int, mbid: str = "") -> dict[str, Any]:
        said_of = {"name": name, "playcount": str(99 - rank), "mbid": mbid, "@attr": {"rank": str(rank)}, "image": []}
        return said_of | {"url": f"https://www.last.fm/music/{name}", "streamable": "0"}

    def answer(asked: Asked) -> Answered:
        page = asked.query["page"]
        artists = [artist("Low Sun", 1), artist("Air", 2, MBID)] if page == "1" else artist("Alone", 3)
        numbers = {"user": "RJ", "page": page, "perPage": "500", "totalPages": "2", "total": "3"}
        return said({"topartists": {"artist": artists, "@attr": numbers}})

    outside.answer = answer
    found = lists.artists("lastfm", " RJ", period=period, by=SYSTEM)
    assert [each.name for each in found] == ["Low Sun", "Air", "Alone"]
    assert found[1].ids == {"lastfm": "Air", "musicbrainz": MBID}
    first, second = (each.query for each in outside.asked)
    assert (first["method"], first["user"], first["period"]) == ("user.gettopartists", "RJ", period)
    assert (first["limit"], first["page"], second["page"]) == ("500", "1", "2")
    assert (first["api_key"], first["format"]) == ("the-key", "json")


def test_a_period_is_asked_for_where_there_is_such(outside: OutsideService, lists: ServiceLists) -> None:
    assert set(lists.periods) == {"lastfm"}
    for service, named, period in (("lastfm", "RJ", "2day"), ("spotify", PLAYLIST, "7day"), ("plex", "", "overall")):
        with pytest.raises(InvalidListError, match="heard the most"):
            lists.artists(service, named, period=period, by=SYSTEM)
    with pytest.raises(SourceNotFoundError):
        lists.artists("musicbrainz", "", period="7day", by=SYSTEM)
    assert outside.asked == []


def test_who_hides_what_they_hear_hides_it_of_every_time(outside: OutsideService, lists: ServiceLists) -> None:
    outside.first = [said({"error": 17}), said({"error": 6}, status=404)]
    with pytest.raises(ListNotShownError):
        lists.artists("lastfm", "RJ", period="7day", by=SYSTEM)
    with pytest.raises(ListNotFoundError):
        lists.artists("lastfm", "RJ", period="1month", by=SYSTEM)


def test_pages_that_are_promised_for_ever_end(outside: OutsideService, lists: ServiceLists) -> None:
    outside.answer = lambda _: said({"artists": {"artist": [], "@attr": {"totalPages": "900000"}}})
    assert lists.artists("lastfm", "RJ", by=SYSTEM) == []
    assert len(outside.asked) == 1


def test_library_servers_have_all_that_they_hold(outside: OutsideService, lists: ServiceLists) -> None:
    def answer(asked: Asked) -> Answered:
        if asked.path == "/library/sections":
            return said({"MediaContainer": {"Directory": [{"key": "3", "type": "artist"}]}})
        if asked.path == "/api/v1/artist":
            return said([{"id": 1, "artistName": "Air", "foreignArtistId": MBID}, {"id": "none"}])
        start = int(asked.headers["x-plex-container-start"])
        held: list[dict[str, Any]] = [{"ratingKey": str(number), "title": f"Name {number}"} for number in range(2500)]
        held[0]["Guid"] = [{"id": "tvdb://1"}, {"id": f"mbid://{MBID}"}]
        return said({"MediaContainer": {"totalSize": 2500, "Metadata": held[start : start + 200]}})

    outside.answer = answer
    assert lists.artists("lidarr", "", by=SYSTEM) == [HeldArtist(name="Air", ids={"musicbrainz": MBID})]
    found = lists.artists("plex", "", by=SYSTEM)
    assert len(found) == 2500
    assert (found[0].ids, found[1].ids) == ({"musicbrainz": MBID}, {})
    with pytest.raises(InvalidListError):
        lists.artists("plex", "My list", by=SYSTEM)


@pytest.mark.parametrize(
    ("service", "named", "answered", "error"),
    [
        ("spotify", PLAYLIST, said({"error": {"status": 404}}, status=404), ListNotFoundError),
        ("spotify", PLAYLIST, said({"error": {"status": 403}}, status=403), ListNotShownError),
        ("lastfm", "RJ", said({"error": 6, "message": "User not found"}, status=404), ListNotFoundError),
        ("lastfm", "RJ", said({"error": 6, "message": "User not found"}), ListNotFoundError),
        ("lastfm", "RJ", said({"error": 17, "message": "Login required"}), ListNotShownError),
    ],
)
def test_a_list_that_is_not_there_or_not_shown_is_no_fault_of_the_service(
    outside: OutsideService,
    lists: ServiceLists,
    states: ServiceStore,
    *,
    service: str,
    named: str,
    answered: Answered,
    error: type[ReelgateError],
) -> None:
    token = said({"access_token": "BQ"})
    outside.answer = lambda asked: token if asked.path == "/api/token" else answered
    with pytest.raises(error) as raised:
        lists.artists(service, named, by=SYSTEM)
    assert raised.value.status in {404, 409}
    assert states.all()[service].state is ServiceState.OK
    assert len(outside.asked) == (2 if service == "spotify" else 1)


@pytest.mark.parametrize(
    ("answered", "error", "tries"),
    [
        (said({}, status=429, Retry_After="3600"), SourceRestsError, 1),
        (said({}, status=500), SourceFailedError, 3),
        (Answered(body=b"<html>"), SourceFailedError, 3),
        (Answered(body=b'{"artists": 7}'), SourceFailedError, 3),
        (said({"error": 10}), SourceFailedError, 1),
        (said({"error": 29}), SourceRestsError, 1),
        (said({"artists": {}}, status=401), SourceFailedError, 1),
    ],
)
def test_a_service_that_fails_says_so(
    outside: OutsideService, lists: ServiceLists, answered: Answered, error: type[ReelgateError], tries: int
) -> None:
    outside.answer = lambda _: answered
    with pytest.raises(error) as raised:
        lists.artists("lastfm", "RJ", by=SYSTEM)
    assert "the-key" not in str(raised.value)
    assert len(outside.asked) == tries
    assert (raised.value.retry_after is not None) == (error is SourceRestsError)


def test_a_short_pause_is_waited_for(outside: OutsideService, lists: ServiceLists, pauses: list[float]) -> None:
    outside.first = [said({}, status=429, Retry_After="2")]
    outside.answer = lambda _: said({"artists": {"artist": {"name": "Air"}}})
    assert [each.name for each in lists.artists("lastfm", "RJ", by=SYSTEM)] == ["Air"]
    assert max(pauses) > 1


def test_a_slow_answer_ends_when_its_time_is_over(outside: OutsideService, client: ServiceClient) -> None:
    class Hasty(Lastfm):
        service = replace(Lastfm.service, seconds=0.3, tries=1)

    outside.answer = lambda _: Answered(body=b'{"artists": {}}', drips=True)
    with pytest.raises(SourceFailedError):
        ServiceLists({"lastfm": Hasty(outside.url, key)}, {}, client).artists("lastfm", "RJ", by=SYSTEM)


def test_whoever_waits_too_long_comes_back_and_goes_on(outside: OutsideService, client: ServiceClient) -> None:
    outside.answer = playlist([track((f"n{number}", f"Name {number}")) for number in range(60)])
    with pytest.raises(SourceRestsError, match="Ask again"):
        lists_of(outside, client, patience=-1).artists("spotify", PLAYLIST, by=SYSTEM)
    assert len(lists_of(outside, client).artists("spotify", PLAYLIST, by=SYSTEM)) == 60
    assert [each.query["offset"] for each in outside.asked if each.method == "GET"] == ["0", "50"]


def test_what_is_no_list_is_refused_before_anybody_is_asked(outside: OutsideService, client: ServiceClient) -> None:
    lists = lists_of(outside, client, lastfm_key=lambda: "")
    for named in ("", "nothing", "https://elsewhere.example/playlist/" + PLAYLIST, "../../v1/me"):
        with pytest.raises(InvalidListError):
            lists.artists("spotify", named, by=SYSTEM)
    with pytest.raises(SourceOffError):
        lists.artists("lastfm", "RJ", by=SYSTEM)
    with pytest.raises(SourceNotFoundError):
        lists.artists("musicbrainz", "", by=SYSTEM)
    with pytest.raises(ForbiddenError):
        lists.artists("spotify", PLAYLIST, by=USER)
    assert outside.asked == []


def test_a_list_of_more_than_are_taken_at_once_is_refused(outside: OutsideService, lists: ServiceLists) -> None:
    outside.answer = lambda _: said([{"id": number, "artistName": f"Name {number}"} for number in range(10_001)])
    with pytest.raises(InvalidListError, match="10000"):
        lists.artists("lidarr", "", by=SYSTEM)
