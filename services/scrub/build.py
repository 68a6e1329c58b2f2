"""Scrubbing, put together for one process."""

from dataclasses import dataclass

from config import Settings
from services.events.listener import Listener
from services.events.videos import VideoPurged
from services.library.build import LibrarySlice
from services.live_settings.live_settings import LiveSettings
from services.platform import Platform
from services.scrub import live_settings
from services.scrub.scrub_thread import ScrubThread
from services.scrub.scrubber import Scrubber, ScrubWishes
from services.scrub.store import ScrubStore
from services.scrub.video_check import VideoCheck
from services.storage.reading import BlobReader
from services.storage.scanning import BlobScanner

REPAIR = "flask --app app storage scrub --once  # once the blobs that /storage/scrub names are restored"


@dataclass(frozen=True, kw_only=True)
class ScrubSlice:
    """What is stored, read again."""

    scrubber: Scrubber
    thread: ScrubThread


def build(platform: Platform, settings: Settings, library: LibrarySlice, live: LiveSettings) -> ScrubSlice:
    """The slice; opens no connection and starts no thread."""
    _, check = build_check(platform, settings, library)
    scrubber = Scrubber(
        check,
        ScrubStore(platform.databases.durable),
        platform.databases.notes,
        library.catalogue,
        events=platform.events,
        wishes=ScrubWishes(pace=lambda: live.value(live_settings.PACE), days=lambda: live.value(live_settings.DAYS)),
    )
    platform.events.listen(Listener(name="scrub", wants=(VideoPurged,), take=scrubber.purged))
    return ScrubSlice(scrubber=scrubber, thread=ScrubThread(scrubber))


def build_check(platform: Platform, settings: Settings, library: LibrarySlice) -> tuple[BlobScanner, VideoCheck]:
    """What reads one video, and what compares it."""
    signer, timeout = platform.signer(), settings.storage_timeout_seconds
    reader = BlobReader(signer, platform.client.circuit, timeout=timeout, connections=1)
    scanner = BlobScanner(platform.client, signer, reader, timeout=timeout)
    return scanner, VideoCheck(library.videos, platform.video_blobs(), scanner, platform.clock)
