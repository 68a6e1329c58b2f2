"""Wanted films are fetched by imports, and are as far as these are."""

from services.actors.actor import SYSTEM, Actor
from services.actors.errors import ForbiddenError
from services.actors.policy import Act, may
from services.artists.artist import Shelf, WantedState
from services.artists.candidate import Wanted
from services.artists.crediting import Crediting
from services.artists.errors import NoAddressError, WantedNotFoundError
from services.artists.store.artists import ArtistStore
from services.artists.store.wanted import WantedStore
from services.artists.wanted import WantedVideos
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.events.envelope import Said
from services.events.sources import ImportCompleted, ImportEvent, WantedDownloaded
from services.events.videos import VideoPurged
from services.imports.errors import AlreadyHereError, ImportNotFoundError
from services.imports.imports import Imports
from services.imports.record import Import, ImportRequest
from services.jobs.job import Job, State
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from utils.validators import MAX_TITLE

_LIST = "It was no film, but a list of some: they came in each by itself."


class Downloads:
    """Has films fetched, and listens to what comes of it."""

    def __init__(
        self,
        wanted: WantedVideos,
        store: WantedStore,
        imports: Imports,
        *,
        artists: ArtistStore,
        library: Library,
        crediting: Crediting,
        audit: Audit,
    ) -> None:
        self._artists = artists
        self._library = library
        self._crediting = crediting
        self._audit = audit
        self._wanted = wanted
        self._store = store
        self._imports = imports

    def begin(self, wanted_id: str, *, by: Actor) -> tuple[Import, Job]:
        """Have a film fetched; one that is being fetched already is that import.

        One whose video the actor may not see, or that lies in the trash, is not here. One that is ignored is fetched
        for those who may have it wanted again.

        Raises `WantedNotFoundError`, `NoAddressError`, `AlreadyHereError`, and what `Imports.begin` raises besides.
        """
        self._imports.admit(by=by)
        known = self._wanted.get(wanted_id, by=by)
        artist = self._artists.get(known.artist_id) if known.artist_id else None
        if artist is not None and artist.shelf is Shelf.TRASH:
            raise WantedNotFoundError("The artist of this film is in the trash.")
        if known.state is WantedState.IGNORED and not may(by, Act.CHANGE_SOURCES):
            raise ForbiddenError("This film is ignored here. Whoever manages artists can have it wanted again.")
        if known.state is WantedState.DOWNLOADED and known.video_id and self._is_here(known.video_id, by=by):
            raise AlreadyHereError("This film is here already.", video_id=known.video_id)
        if not known.url:
            raise NoAddressError("Nobody has said where this film can be fetched.")
        asked = ImportRequest(url=known.url, title=known.title[:MAX_TITLE], artist=known.artist_id)
        try:
            found, job = self._imports.begin(asked, by=by)
        except AlreadyHereError as error:
            if known.artist_id is not None and error.video_id is not None:
                self._crediting.give_found(error.video_id, known.artist_id, by=SYSTEM)
            self._wanted.set_state(known.id, WantedState.DOWNLOADED, video_id=error.video_id, by=SYSTEM)
            raise
        self._wanted.set_state(known.id, WantedState.DOWNLOADING, import_id=found.id, by=SYSTEM)
        target, details = AuditTarget(kind="import", id=found.id), {"wanted": known.id, "title": known.title}
        self._audit.note("import.asked", by=by, target=target, details=details)
        # It may have ended before anybody knew what it fetches.
        self._follow(found.id)
        return found, job

    def heard(self, said: Said) -> None:
        """Follow an import, or let go of a video that is gone for good: it is not wanted again by itself.

        Raises where an artist cannot be given its film now, so that this is heard again.
        """
        if isinstance(said.event, ImportEvent):
            for each in self._store.by_url(said.event.url):
                if each.state in {WantedState.WANTED, WantedState.FAILED}:
                    self._wanted.set_state(each.id, WantedState.DOWNLOADING, import_id=said.event.import_id, by=SYSTEM)
            self._follow(said.event.import_id)
            if isinstance(said.event, ImportCompleted) and said.event.artist is not None:
                self._crediting.give_found(said.event.video_id, said.event.artist, by=SYSTEM)
        elif isinstance(said.event, WantedDownloaded):
            # Its artist may have become known after it had come in.
            if said.event.artist_id is not None:
                self._crediting.give_found(said.event.video_id, said.event.artist_id, by=SYSTEM)
        elif isinstance(said.event, VideoPurged):
            for each in self._store.by_video(said.event.video.id):
                self._wanted.set_state(each.id, WantedState.IGNORED, video_id="", by=SYSTEM)

    def _is_here(self, video_id: str, *, by: Actor) -> bool:
        try:
            self._library.get(video_id, by=by)
        except VideoNotFoundError:
            return False
        return True

    def _follow(self, import_id: str) -> None:
        """Let the films of an import be as far as it is now: events may come late, and in another order."""
        films = self._store.by_import(import_id)
        if not films:
            return
        try:
            found = self._imports.get(import_id, by=SYSTEM)
        except ImportNotFoundError:
            return
        for each in films:
            if each.state is not WantedState.IGNORED:
                self._set(each, found)

    def _set(self, film: Wanted, found: Import) -> None:
        if found.video is not None:
            if film.artist_id is not None and film.state is not WantedState.DOWNLOADED:
                self._crediting.give_found(found.video, film.artist_id, by=SYSTEM)
            self._wanted.set_state(film.id, WantedState.DOWNLOADED, video_id=found.video, by=SYSTEM)
        elif found.state is State.CANCELLED:
            self._wanted.set_state(film.id, WantedState.WANTED, by=SYSTEM)
        elif found.state is State.FAILED:
            self._wanted.set_state(film.id, WantedState.FAILED, error=found.error, by=SYSTEM)
        elif found.state is State.DONE:
            self._wanted.set_state(film.id, WantedState.FAILED, error=_LIST, by=SYSTEM)
        elif film.state is not WantedState.DOWNLOADING:
            self._wanted.set_state(film.id, WantedState.DOWNLOADING, by=SYSTEM)
