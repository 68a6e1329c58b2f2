"""YouTube is searched by yt-dlp: the program that really runs, against a local server whose lists it reads.

A list of YouTube's own is a page that yt-dlp alone understands, and was not reached; what it says of one is read as its
documents name the fields, and a feed in the page's place shows that the whole way is gone.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.jobs.kinds import Work
from services.jobs.store import JobQuery
from services.sources.adapter import MatchedBy, Sought
from services.sources.adapters.youtube_search import YouTubeSearch
from services.sources.asking import FailedAsking, ServiceClient
from services.sources.errors import SourceFailedError, SourceOffError
from services.sources.service import Service, ServiceState
from services.sources.store import OPENS_AFTER, ServiceStore
from tests.accounts import Build
from tests.film_site import Site, page, running_site, status
from tests.services.artists.test_artists import create
from tests.services.conftest import NewDatabase

pytestmark = pytest.mark.thorough

BASE = "https://www.youtube.com"
CHANNEL = "UC0123456789abcdefghijkl"
TIDE = Sought(name="Hollow Tide", other_names=("Höllow Tide",))
ITEM = "<item><title>{title}</title><link>https://www.youtube.com/watch?v={id}</link></item>"


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """Of SQLite: nothing here differs in PostgreSQL."""
    return new_database("sqlite")


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as found:
        yield found


@pytest.fixture
def services(build: Build, site: Site, tmp_path: Path) -> Services:
    made = build(
        egress_allow_hosts=(site.host,),
        youtube_url=site.url(""),
        musicbrainz_url=site.url(""),
        temp_dir=tmp_path / "scratch",
    )
    made.live_settings.put("youtube_search", True, by=SYSTEM)
    return made


def feed(*films: tuple[str, str]) -> str:
    items = "".join(ITEM.format(id=id_, title=title) for id_, title in films)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Found</title>{items}</channel></rss>'


def adapter(services: Services) -> Any:
    return next(each for each in services.sources.sources.adapters if each.service.name == "youtube-search")


def health(services: Services) -> ServiceState:
    return services.sources.sources.get("youtube-search", by=SYSTEM).health.state


def test_what_a_search_finds_is_theirs_by_its_title(services: Services, site: Site) -> None:
    found = feed(("aaaaaaaaaaa", "Hollow Tide - Low Water"), ("bbbbbbbbbbb", "Other Band - Low Water"))
    site.pages["/results"] = page(found, "application/rss+xml")
    searched = adapter(services).search(TIDE, services.sources.client)
    [film] = searched
    assert (film.id, film.title, film.match) == ("aaaaaaaaaaa", "Hollow Tide - Low Water", MatchedBy.TITLE)
    assert (film.url, film.known_at) == (f"{BASE}/watch?v=aaaaaaaaaaa", "youtube")
    asked = [each for each in site.asked if each.startswith("/results?")]
    assert "search_query=Hollow+Tide" in asked[0]
    # The answer is kept.
    assert adapter(services).search(TIDE, services.sources.client) == searched
    assert [each for each in site.asked if each.startswith("/results?")] == asked
    assert health(services) is ServiceState.OK


def test_an_artists_channel_is_looked_through_in_a_job(services: Services, site: Site) -> None:
    artist = create(services, "Hollow Tide", ids={"youtube": CHANNEL})
    films = feed(("aaaaaaaaaaa", "Low Water"), ("ccccccccccc", "Neap"))
    site.pages[f"/channel/{CHANNEL}/videos"] = page(films, "application/rss+xml")
    services.sources.discovery.begin(artist.id, by=SYSTEM)
    [job] = services.jobs.store.page(JobQuery(kind="discover")).jobs
    results = services.sources.discovery.kind.run(Work(job=job, tell_progress=lambda _: None))
    said = {each["id"]: each for each in results or ()}
    assert (said["youtube-search"]["status"], said["youtube-search"]["detail"]) == ("done", "2 found, 2 of them new")
    assert said["youtube"]["status"] == "failed"
    [wanted] = services.artists.wanted.by_source("youtube", "aaaaaaaaaaa", by=SYSTEM)
    assert (wanted.title, wanted.artist_id, wanted.confidence) == ("Low Water", artist.id, 0.98)


def test_a_page_that_is_gone_is_said_and_one_that_fails_opens_the_breaker(services: Services, site: Site) -> None:
    with pytest.raises(SourceFailedError, match="YouTube search did not show its films"):
        adapter(services).search(TIDE, services.sources.client.impatient())
    site.pages["/results"] = status(503)
    tried = services.sources.sources.test("youtube-search", by=SYSTEM)
    assert tried.health.state is ServiceState.FAILING
    store = ServiceStore(services.platform.databases.durable)
    for _ in range(OPENS_AFTER):
        store.failed(tried.service, "It failed.")
    assert health(services) is ServiceState.AWAY


def test_it_is_off_until_it_is_wanted(services: Services, site: Site) -> None:
    services.live_settings.put("youtube_search", False, by=SYSTEM)
    assert health(services) is ServiceState.OFF
    with pytest.raises(SourceOffError, match="youtube_search"):
        adapter(services).search(TIDE, services.sources.client)
    assert site.asked == []


def test_an_inward_address_is_not_asked(build: Build, site: Site, tmp_path: Path) -> None:
    services = build(youtube_url=site.url(""), temp_dir=tmp_path / "scratch")
    services.live_settings.put("youtube_search", True, by=SYSTEM)
    with pytest.raises(SourceFailedError):
        adapter(services).search(TIDE, services.sources.client.impatient())
    assert site.asked == []


def entry(id_: str, title: str, **other: Any) -> dict[str, Any]:
    """A film of a list, as yt-dlp's documents name its fields."""
    return {"_type": "url", "ie_key": "Youtube", "id": id_, "url": f"{BASE}/watch?v={id_}", "title": title} | other


LISTED: list[Any] = [
    entry("aaaaaaaaaaa", " Low  Water", channel="Hollow Tide", duration=201.0, timestamp=1_772_323_200,
          thumbnails=[{"url": "https://i.ytimg.com/small.jpg"}, {"url": "https://i.ytimg.com/large.jpg"}]),
    entry("bbbbbbbbbbb", "Neap", channel="Höllow Tide - Topic"),
    entry("ccccccccccc", "Spring", uploader="HOLLOW TIDEVEVO"),
    entry("ddddddddddd", "hollow tide - Ebb (Official)", channel="A Label"),
    entry("eeeeeeeeeee", "Soon", channel="Hollow Tide", live_status="is_upcoming"),
    entry("fffffffffff", "Hollow Tide live review", channel="Somebody"),
    entry("ggggggggggg", "", channel="Hollow Tide"),
    entry("ggggggggggg", "Short", channel="Hollow Tide") | {"url": f"{BASE}/shorts/hhhhhhhhhhh"},
    entry("x", "A list", channel="Hollow Tide") | {"url": f"{BASE}/playlist?list=PL1"},
    entry("iiiiiiiiiii", "Elsewhere", channel="Hollow Tide") | {"url": "https://evil.example/watch?v=iiiiiiiiiii"},
    {"url": 7}, None, "text", {"title": "No address"},
    entry("jjjjjjjjjjj", "Odd", channel="Hollow Tide", thumbnails=[], duration=0, timestamp=1e18),
]  # fmt: skip


def test_what_is_said_of_films_is_read_and_not_believed(client: ServiceClient) -> None:
    looked: list[tuple[str, int]] = []

    def look(_: Service, url: str, *, most: int) -> bytes:
        looked.append((url, most))
        return json.dumps(LISTED).encode()

    found = YouTubeSearch(BASE, look, is_on=lambda: True).search(TIDE, client)
    assert [(each.id, each.match) for each in found] == [
        ("aaaaaaaaaaa", MatchedBy.NAME),
        ("bbbbbbbbbbb", MatchedBy.NAME),
        ("ccccccccccc", MatchedBy.NAME),
        ("ddddddddddd", MatchedBy.TITLE),
        ("hhhhhhhhhhh", MatchedBy.NAME),
        ("jjjjjjjjjjj", MatchedBy.NAME),
    ]
    first, last = found[0], found[-1]
    assert (first.title, first.year, first.seconds) == ("Low Water", 2026, 201.0)
    assert first.picture == "https://i.ytimg.com/large.jpg"
    assert (last.year, last.seconds, last.picture) == (None, None, "")
    assert looked == [(f"{BASE}/results?search_query=Hollow+Tide&sp=EgIQAfABAQ%3D%3D", 30)]


def test_a_channel_is_known_by_its_handle_too(client: ServiceClient) -> None:
    looked = []

    def look(_: Service, url: str, *, most: int) -> bytes:
        looked.append(url)
        return json.dumps([entry("aaaaaaaaaaa", "Neap", channel="Somebody")]).encode()

    search = YouTubeSearch(BASE, look, is_on=lambda: True)
    [film] = search.search(Sought(name="Hollow Tide", ids={"youtube": "@hollow/../tide"}), client)
    assert (film.match, looked) == (MatchedBy.ID, [f"{BASE}/@hollow%2F..%2Ftide/videos"])


def test_what_fails_is_tried_again(client: ServiceClient, states: ServiceStore, pauses: list[float]) -> None:
    left = [FailedAsking("It broke off."), None]

    def look(_: Service, url: str, *, most: int) -> bytes:
        if (error := left.pop(0)) is not None:
            raise error
        return b"[]"

    assert YouTubeSearch(BASE, look, is_on=lambda: True).search(TIDE, client) == []
    assert pauses
    assert states.all()["youtube-search"].failed == 1
