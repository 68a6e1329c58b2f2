"""The library of one process, put together."""

from dataclasses import dataclass
from datetime import timedelta

from config import Settings
from services.actors.actor import SYSTEM
from services.events.listener import Listener
from services.events.videos import VideoUploaded
from services.library.beside import Beside
from services.library.catalogue import Catalogue
from services.library.copies import Copies
from services.library.errors import VideoNotFoundError
from services.library.foreign_blobs import Adoption
from services.library.form_commits import FormCommits
from services.library.library import Library
from services.library.reconciliation import Reconciliation
from services.library.selection import Selection
from services.library.tags import Tags
from services.library.tracks import Tracks
from services.library.trash_purge import Trash
from services.platform import Platform
from services.steps import KeepGoing, Step
from services.videos.video import Video

_TWO_MINUTES, _QUARTER_HOUR, _HOUR = 2 * 60.0, 15 * 60.0, 60 * 60.0


@dataclass(frozen=True, kw_only=True)
class LibrarySlice:
    """What is kept, and the index of it."""

    videos: Library
    copies: Copies
    beside: Beside
    selection: Selection
    tags: Tags
    trash: Trash
    catalogue: Catalogue
    reconciliation: Reconciliation
    forms: FormCommits

    def prepare(self, keep_going: KeepGoing) -> None:
        """Fill this instance's own index where it is new, and bring it up to date."""
        self.reconciliation.rebuild_if_new(by=SYSTEM, progress=keep_going)
        self.videos.catch_up()

    def video_of(self, id_: str) -> Video | None:
        """The video of that id, here or in the trash, for those who then ask what may be done with it."""
        try:
            return self.videos.get(id_, by=SYSTEM, trash=True)
        except VideoNotFoundError:
            return None

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for the library."""
        return (
            Step(
                name="drift",
                every=_QUARTER_HOUR,
                at_start=True,
                run=lambda go: self.reconciliation.check_drift(by=SYSTEM, progress=go),
            ),
            Step(name="forms", every=_TWO_MINUTES, at_start=True, run=lambda go: self.forms.settle(progress=go)),
            Step(name="trash", every=_HOUR, run=lambda go: self.trash.purge(by=SYSTEM, progress=go)),
        )


def build(platform: Platform, settings: Settings) -> LibrarySlice:
    """The slice; opens no connection."""
    blobs = platform.video_blobs()
    catalogue = Catalogue(platform.databases.index)
    adoption = Adoption(
        blobs,
        extensions=settings.checked_extensions,
        largest=settings.max_upload_bytes,
        reserved=platform.reserved,
    )
    storage = platform.blob_storage()
    forms = FormCommits(platform.record_store(), storage, platform.clock, patience=2 * settings.storage_timeout_seconds)
    deadlines = platform.deadlines(timedelta(days=settings.trash_days))
    events, tracks = platform.events, Tracks(platform.track_store())
    videos = Library(
        catalogue,
        blobs,
        events=events,
        forms=forms,
        deadlines=deadlines,
        reserved=platform.reserved,
        tracks=tracks,
    )
    # Whoever has uploaded a video finds it in the list when the answer is there.
    events.listen(Listener(name="library", wants=(VideoUploaded,), take=videos.heard, at_once=True))
    return LibrarySlice(
        videos=videos,
        copies=Copies(catalogue),
        beside=Beside(catalogue),
        selection=Selection(catalogue),
        tags=Tags(catalogue),
        trash=Trash(catalogue, blobs, events=events, tracks=tracks, deadlines=deadlines),
        catalogue=catalogue,
        forms=forms,
        reconciliation=Reconciliation(
            catalogue,
            catalogue.notes,
            blobs,
            adoption,
            events=events,
            forms=forms,
            tracks=tracks,
            prepare=lambda: storage.ping(seconds=settings.storage_timeout_seconds),
        ),
    )
