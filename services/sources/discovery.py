"""Discovery: all services are asked what an artist has made, and what they name is wanted from then on."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.artists.artist import Artist
from services.artists.artists import Artists
from services.artists.candidate import FilmCandidate
from services.artists.wanted import WantedVideos
from services.events.events import Events
from services.events.sources import ArtistDiscovered
from services.jobs.job import Job, Lane, Results
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind, Work
from services.jobs.wish import Wish
from services.sources.adapter import Adapter, FilmAtService, MatchedBy, Sought
from services.sources.adapters.feeds import FeedPage
from services.sources.asking import ServiceClient
from services.sources.errors import SourceFailedError, SourceOffError, SourceRestsError

_SURE: Mapping[tuple[MatchedBy, bool], float] = {
    (MatchedBy.ID, False): 0.98,
    (MatchedBy.NAME, False): 0.85,
    (MatchedBy.TITLE, False): 0.7,
    (MatchedBy.ID, True): 0.5,
    (MatchedBy.NAME, True): 0.4,
    (MatchedBy.TITLE, True): 0.3,
}
_BY = {
    MatchedBy.ID: "told by the artist's id there",
    MatchedBy.NAME: "told by the artist's name",
    MatchedBy.TITLE: "told by the artist's name in the title",
}
_LONGEST = 15 * 60.0
# Others of its lane are waited for by people.
_PRIORITY = 10
# Whoever has pressed the button waits for that.
_LATER = 20


class Discovery:
    """Asks for an artist's films, in jobs."""

    def __init__(
        self,
        adapters: Sequence[Adapter],
        client: ServiceClient,
        *,
        artists: Artists,
        wanted: WantedVideos,
        events: Events,
        jobs: Jobs,
    ) -> None:
        self._adapters = tuple(adapters)
        self._client = client
        self._artists = artists
        self._wanted = wanted
        self._events = events
        self._jobs = jobs
        self.kind = Kind(
            name="discover",
            lane=Lane.QUICK,
            recipe=1,
            run=self._run,
            longest=_LONGEST,
            act=Act.CHANGE_SOURCES,
        )

    def begin(self, artist_id: str, *, by: Actor) -> Job:
        """Have an artist looked up; the look that goes on will do. Raises `ArtistNotFoundError`."""
        require(by, Act.CHANGE_SOURCES)
        artist = self._artists.get(artist_id, by=by)
        return self._jobs.add(
            Wish(kind=self.kind, arguments={"artist": artist.id}, priority=_PRIORITY, again=True), by=by
        )

    def begin_first(self, artist: Artist, *, by: Actor) -> Job:
        """Have an artist looked up that never was; where there has been a look, that one is returned."""
        require(by, Act.CHANGE_SOURCES)
        return self._jobs.add(Wish(kind=self.kind, arguments={"artist": artist.id}, priority=_LATER), by=by)

    def last(self, artist: Artist, *, by: Actor) -> Job | None:
        """The last look, with what came of each service; None where there was none, or others have asked for it."""
        require(by, Act.CHANGE_SOURCES)
        return self._jobs.find(self.kind, name="artist", value=artist.id, since=artist.created_at, by=by)

    def named(self, artist_id: str, *, by: Actor) -> list[FilmCandidate]:
        """What services name of an artist now. Raises `ArtistNotFoundError`, and `SourceFailedError` of all."""
        require(by, Act.CHANGE_SOURCES)
        asked = self._ask(_sought(self._artists.get(artist_id, by=by)))
        return [each for candidates, _ in asked for each in candidates]

    def called(self, words: str, *, by: Actor) -> list[FilmCandidate]:
        """The same of whoever is called so; raises `SourceFailedError`."""
        require(by, Act.CHANGE_SOURCES)
        return [each for candidates, _ in self._ask(Sought(name=words)) for each in candidates]

    def say(self, artist_id: str, *, found: int, by: Actor) -> None:
        """That an artist was looked up, and so many films were new; raises `ArtistNotFoundError`."""
        require(by, Act.CHANGE_SOURCES)
        artist = self._artists.get(artist_id, by=by)
        self._events.say(ArtistDiscovered(artist_id=artist.id, name=artist.name, found=found), by=by)

    def _ask(self, sought: Sought) -> list[tuple[list[FilmCandidate], dict[str, Any]]]:
        """What each service names, and what came of asking it; those that are not set up are left out.

        One that fails does not keep the others from being asked; raises `SourceFailedError` where all have.
        """
        asked: list[tuple[list[FilmCandidate], dict[str, Any]]] = []
        for adapter in self._adapters:
            name = adapter.service.name
            try:
                found = [candidate_of(each, adapter) for each in adapter.search(sought, self._client)]
            except SourceOffError:
                continue
            except (SourceFailedError, SourceRestsError) as error:
                asked.append(([], {"id": name, "status": "failed", "detail": error.detail}))
            else:
                asked.append((found, {"id": name, "status": "done"}))
        results = [result for _, result in asked]
        if results and all(each["status"] == "failed" for each in results):
            raise SourceFailedError(" ".join(str(each["detail"]) for each in results))
        return asked

    def _run(self, work: Work) -> Results:
        artist = self._artists.get(str(work.arguments["artist"]), by=work.by)
        results, count = [], 0
        for candidates, result in self._ask(_sought(artist)):
            new = len(self._wanted.found(artist.id, candidates, by=work.by))
            results.append({"detail": f"{len(candidates)} found, {new} of them new"} | result)
            count += new
        self.say(artist.id, found=count, by=work.by)
        return results


def candidate_of(found: FilmAtService, adapter: Adapter) -> FilmCandidate:
    """What a service has named, as something to be wanted."""
    what = "A song" if found.is_song else "A film"
    return FilmCandidate(
        title=found.title,
        service=found.known_at or adapter.service.name,
        source_id=found.id,
        url=found.url,
        year=found.year,
        seconds=found.seconds,
        kind=found.kind,
        picture=found.picture,
        confidence=_SURE[found.match, found.is_song],
        reason=f"{what} of theirs at {adapter.service.title}, {_BY[found.match]}.",
    )


def candidates_in(page: FeedPage, url: str) -> list[FilmCandidate]:
    """What a feed has, in its order, as something to be wanted."""
    host = urlsplit(url).hostname or ""
    return [
        FilmCandidate(
            title=each.title,
            service=service,
            source_id=source_id,
            url=each.url,
            year=each.year,
            seconds=each.seconds,
            picture=each.picture,
            confidence=1.0,
            reason=f"New in the feed “{page.title or host}”.",
        )
        for each in page.entries
        for service, source_id in [_known_as(each, host)]
    ]


def _known_as(entry: FilmAtService, host: str) -> tuple[str, str]:
    """The service and the id there: an entry that leads to YouTube is the film that YouTube knows."""
    parts = urlsplit(entry.url)
    if (parts.hostname or "").removeprefix("www.") == "youtube.com" and parts.path == "/watch":
        video = parse_qs(parts.query).get("v", [""])[0]
        if video:
            return "youtube", video
    # What a feed calls its entries is its own: 1, say.
    return "feed", hashlib.sha256(f"{host} {entry.id}".encode()).hexdigest()[:32]


def _sought(artist: Artist) -> Sought:
    return Sought(name=artist.name, other_names=artist.other_names, ids=artist.ids)
