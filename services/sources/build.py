"""Sources, put together for one process."""

from dataclasses import dataclass
from functools import partial

from config import Settings
from services.artists.build import ArtistsSlice
from services.database.clock import Clock
from services.egress.guard import EgressGuard
from services.events.listener import Listener
from services.events.sources import ArtistCreated
from services.jobs.build import JobsSlice
from services.live_settings.live_settings import LiveSettings
from services.media.build import MediaSlice
from services.platform import Platform
from services.sources import live_settings as keys
from services.sources.adapters.channels import YouTube
from services.sources.adapters.feeds import FEED
from services.sources.adapters.imvdb import Imvdb
from services.sources.adapters.lastfm import Lastfm
from services.sources.adapters.lidarr import Lidarr
from services.sources.adapters.musicbrainz import MusicBrainz
from services.sources.adapters.plex import Plex
from services.sources.adapters.spotify import Spotify
from services.sources.adapters.youtube_search import YouTubeSearch
from services.sources.asking import ServiceClient
from services.sources.discovery import Discovery
from services.sources.first_looks.first_looks import FirstLooks
from services.sources.first_looks.store import FirstLookStore
from services.sources.page_looks import PageLooks
from services.sources.service_lists import ServiceLists
from services.sources.sources import Sources
from services.sources.store import AnswerStore, ServiceStore
from services.sources.telling import LibraryNews
from services.steps import KeepGoing, Step

_HOUR, _DAY = 3600.0, 24 * 3600.0
_OFTEN = 10.0
_KEPT_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class SourcesSlice:
    """What outside services know."""

    sources: Sources
    discovery: Discovery
    first_looks: FirstLooks
    lists: ServiceLists
    artists: ArtistsSlice
    """Whose films are looked for."""
    client: ServiceClient
    answers: AnswerStore
    states: ServiceStore

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for it."""
        return (
            Step(name="old-answers", every=_HOUR, quiet=True, run=self._forget),
            Step(name="first-looks", every=_OFTEN, at_start=True, quiet=True, run=self._look),
        )

    def _forget(self, _: KeepGoing) -> str:
        old = self.answers.forget_old() + self.states.forget_old(FEED, seconds=_KEPT_DAYS * _DAY)
        old += self.first_looks.forget_old(seconds=_DAY)
        return f"{old} forgotten" if old else ""

    def _look(self, go: KeepGoing) -> str:
        count = self.first_looks.begin_due(go)
        return f"{count} begun" if count else ""


def build(
    platform: Platform,
    settings: Settings,
    live: LiveSettings,
    jobs: JobsSlice,
    media: MediaSlice,
    artists: ArtistsSlice,
) -> SourcesSlice:
    """The slice; opens no connection. Its kinds of work are known to the queue from here on."""
    durable = platform.databases.durable
    states, answers = ServiceStore(durable), AnswerStore(durable)
    guard = EgressGuard(settings.egress_allow_hosts)
    client, looks = ServiceClient(guard, states, answers), PageLooks(guard=guard, media=media.work)
    plex = Plex(settings.plex_url, partial(live.value, keys.PLEX_TOKEN))
    lidarr = Lidarr(settings.lidarr_url, partial(live.value, keys.LIDARR_KEY))
    lastfm = Lastfm(settings.lastfm_url, partial(live.value, keys.LASTFM_KEY))
    spotify = _spotify(settings, live)
    adapters = (
        YouTube(settings.youtube_url),
        YouTubeSearch(settings.youtube_url, looks.look, is_on=partial(live.value, keys.SEARCH_YOUTUBE)),
        MusicBrainz(settings.musicbrainz_url),
        Imvdb(settings.imvdb_url, partial(live.value, keys.IMVDB_KEY)),
        *(lastfm, spotify, plex, lidarr),
    )
    servers: dict[str, Plex | Lidarr] = {"plex": plex, "lidarr": lidarr}
    sources = Sources(adapters, states, client)
    telling = LibraryNews(
        servers, client, is_wanted=partial(live.value, keys.TELL), now=Clock(durable).read, jobs=jobs.jobs
    )
    platform.events.listen(telling.listener)
    discovery = Discovery(
        adapters,
        client,
        artists=artists.artists,
        wanted=artists.wanted,
        events=platform.events,
        jobs=jobs.jobs,
    )
    is_wanted = partial(live.value, keys.DISCOVER_NEW)
    first_looks = FirstLooks(
        FirstLookStore(durable), adapters, artists=artists.artists, discovery=discovery, is_wanted=is_wanted
    )
    platform.events.listen(Listener(name="first looks", wants=(ArtistCreated,), take=first_looks.heard))
    jobs.kinds.register(discovery.kind)
    jobs.kinds.register(telling.kind)
    return SourcesSlice(
        sources=sources,
        discovery=discovery,
        first_looks=first_looks,
        lists=ServiceLists({"spotify": spotify, "lastfm": lastfm}, servers, client),
        client=client,
        artists=artists,
        answers=answers,
        states=states,
    )


def _spotify(settings: Settings, live: LiveSettings) -> Spotify:
    return Spotify(
        settings.spotify_url,
        settings.spotify_accounts_url,
        partial(live.value, keys.SPOTIFY_ID),
        partial(live.value, keys.SPOTIFY_SECRET),
    )
