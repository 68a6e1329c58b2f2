"""Playing, put together for one process."""

from dataclasses import dataclass

from config import Settings
from services.library.build import LibrarySlice
from services.live_settings.live_settings import LiveSettings
from services.places import Places
from services.platform import Platform
from services.playback.access import Access
from services.playback.names import DownloadNames, KnowsArtists
from services.playback.playback import Playback
from services.playback.zip_download import ZipDownloads
from services.storage.reading import BlobReader
from services.watching.build import WatchingSlice
from utils.capacity import PLAYERS


@dataclass(frozen=True, kw_only=True)
class PlaybackSlice:
    """Playing, and URLs that let others play."""

    player: Playback
    zips: ZipDownloads
    access: Access


def build(
    platform: Platform,
    settings: Settings,
    library: LibrarySlice,
    watching: WatchingSlice,
    live: LiveSettings,
    *,
    artists: KnowsArtists,
) -> PlaybackSlice:
    """The slice; opens no connection."""
    signer = platform.signer()
    reader = BlobReader(signer, platform.client.circuit, timeout=settings.storage_timeout_seconds, connections=PLAYERS)
    places = Places(
        PLAYERS, share=platform.share, refusal="Too many videos are being played right now. Try again in a moment."
    )
    names = DownloadNames(live, artists)
    player = Playback(
        library.videos,
        reader,
        signer,
        places=places,
        cdn_endpoint=settings.cdn_endpoint,
        watched=watching.watching.note,
        names=names,
    )
    return PlaybackSlice(
        player=player,
        zips=ZipDownloads(player, names),
        access=Access(library.videos, platform.key),
    )
