"""Artists of one process, put together."""

from dataclasses import dataclass
from functools import partial

from config import Settings
from services.actors.actor import SYSTEM
from services.artists.accepting.accepting import Accepting
from services.artists.accepting.store import AcceptedStore
from services.artists.artists import Artists
from services.artists.crediting import Crediting
from services.artists.deciding import Deciding
from services.artists.downloads import Downloads
from services.artists.lists import ArtistLists
from services.artists.live_settings import ACCEPT_FROM, ACCEPT_PER_DAY, IGNORE_BELOW, KEEP_PICTURES
from services.artists.many import ManyArtists
from services.artists.merging import Merging
from services.artists.pictures.keeping import PictureKeeping
from services.artists.pictures.pictures import Pictures
from services.artists.pictures.store import PictureStore
from services.artists.pictures.twins import Twins
from services.artists.store.artists import ArtistStore
from services.artists.store.moves import WantedMoves
from services.artists.store.pages import ArtistPages
from services.artists.store.wanted import WantedStore
from services.artists.wanted import WantedVideos
from services.audit.audit import Audit
from services.database.trash import RowTrash
from services.egress.guard import EgressGuard
from services.events.listener import Listener
from services.events.sources import ArtistDiscovered, ImportCompleted, ImportFailed, ImportStarted, WantedDownloaded
from services.events.videos import VideoPurged
from services.imports.build import ImportsSlice
from services.jobs.build import JobsSlice
from services.library.build import LibrarySlice
from services.live_settings.live_settings import LiveSettings
from services.media.build import MediaSlice
from services.platform import Platform
from services.steps import KeepGoing, Step

_HOUR = 3600.0
_OFTEN, _SOON = 300.0, 10.0


@dataclass(frozen=True, kw_only=True)
class ArtistsSlice:
    """Artists, and what is wanted of them."""

    artists: Artists
    many: ManyArtists
    merging: Merging
    lists: ArtistLists
    wanted: WantedVideos
    deciding: Deciding
    downloads: Downloads
    accepting: Accepting
    crediting: Crediting
    pictures: Pictures
    keeping: PictureKeeping
    trash: RowTrash

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for it."""
        return (
            Step(name="artists", every=_HOUR, run=lambda go: f"{self.trash.purge(go)} artists gone for good"),
            Step(name="wanted", every=_OFTEN, quiet=True, run=self._accept),
            Step(
                name="pictures", every=_SOON, quiet=True, run=lambda _: self.keeping.begin_due() and "some are fetched"
            ),
            Step(name="pictures-named", every=_HOUR, quiet=True, run=self._keep_named),
        )

    def _accept(self, go: KeepGoing) -> str:
        count = self.accepting.begin_due(go)
        return f"{count} films are fetched by themselves" if count else ""

    def _keep_named(self, go: KeepGoing) -> str:
        missing, gone = self.keeping.want_missing(), self.keeping.forget_unnamed(go)
        return f"{missing} pictures missing, {gone} gone" if missing or gone else ""


def build(
    platform: Platform,
    settings: Settings,
    library: LibrarySlice,
    imports: ImportsSlice,
    live: LiveSettings,
    audit: Audit,
    *,
    jobs: JobsSlice,
    media: MediaSlice,
) -> ArtistsSlice:
    """The slice; opens no connection. Its kinds of work are known to the queue from here on."""
    durable = platform.databases.durable
    store, wanted, pages = ArtistStore(durable), WantedStore(durable), ArtistPages(durable)
    discovered = Listener(name="artists", wants=(ArtistDiscovered,), take=lambda said: store.discovered(said.subject))
    platform.events.listen(discovered)
    artists = Artists(durable, store, wanted, pages, audit=audit)
    videos = WantedVideos(
        durable, store, wanted, pages, events=platform.events, ignore_below=partial(live.value, IGNORE_BELOW)
    )
    imports.imports.know_artists(lambda id_: bool(artists.these([id_], by=SYSTEM)))
    crediting = Crediting(artists, store, library.videos)
    downloads = Downloads(
        videos, wanted, imports.imports, artists=store, library=library.videos, crediting=crediting, audit=audit
    )
    accepting = Accepting(
        AcceptedStore(durable),
        videos,
        downloads,
        least=partial(live.value, ACCEPT_FROM),
        per_day=partial(live.value, ACCEPT_PER_DAY),
    )
    pictures, files = PictureStore(durable), media.derived.files
    keeping = PictureKeeping(
        pictures,
        EgressGuard(settings.egress_allow_hosts),
        files,
        media=media.work,
        jobs=jobs.jobs,
        twins=Twins(durable, pictures, artists=store, wanted=wanted, library=library.videos, audit=audit),
        is_wanted=partial(live.value, KEEP_PICTURES),
    )
    jobs.kinds.register(keeping.kind)
    wants = (ImportStarted, ImportCompleted, ImportFailed, WantedDownloaded, VideoPurged)
    platform.events.listen(Listener(name="wanted", wants=wants, take=downloads.heard))
    return ArtistsSlice(
        artists=artists,
        many=ManyArtists(artists),
        lists=ArtistLists(durable, store, audit=audit),
        merging=Merging(durable, store, WantedMoves(wanted), audit=audit),
        wanted=videos,
        downloads=downloads,
        accepting=accepting,
        crediting=crediting,
        pictures=Pictures(pictures, files, artists, videos),
        keeping=keeping,
        deciding=Deciding(videos, library.videos, crediting, audit=audit),
        trash=RowTrash(store, platform.databases.notes, days=settings.trash_days),
    )
