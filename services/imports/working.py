"""The work of one import: what lies at the address becomes a video, or nothing does.

**Killed at any moment.** What the film is to become is chosen, and written down, before its first byte is sent; a
later attempt goes on under that name, and storage commits a name once.

**Cancelled at any moment.** Before the film is committed the record is asked whether it is still wanted. Where it was
cancelled, or given up, at the very moment of the commit, the film that stands decides: the import is done.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act, require
from services.database.errors import DatabaseUnavailableError
from services.egress.errors import AddressNotAllowedError
from services.errors import ReelgateError, TooLargeError
from services.events.events import Events
from services.events.sources import ImportCompleted, ImportFailed, ImportStarted
from services.imports import addresses
from services.imports.film_info import is_list
from services.imports.incoming import Bounds, ImportPace, JudgedBody, judge_film
from services.imports.into_collections import IntoCollections
from services.imports.lists import FilmLists
from services.imports.live_settings import ImportLimits
from services.imports.outline import ROOM_MB, Outline
from services.imports.page_films import PageFilms
from services.imports.record import Import
from services.imports.store import ImportStore
from services.imports.web_file import WebFile, look_at
from services.imports.words import FilmWords
from services.jobs.errors import BadInputError
from services.jobs.job import Lane, State
from services.jobs.kinds import Kind, Work
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.media.job_kinds import MediaWork
from services.migration.errors import UnreadableFileError
from services.migration.remote_place import SignedAddresses
from services.storage.errors import StorageUnavailableError
from services.uploads.errors import InvalidUploadError
from services.uploads.made import MadeUploads
from services.uploads.uploads import Candidate, Draft, Uploads
from services.videos.video import Video
from utils.sizes import MIB

IMPORT = "import"
"""The kind of job, and the door that its videos say they came by."""

_LOOKED_AT = 100
_A_DAY = 24 * 3600.0


@dataclass(kw_only=True)
class ImportWork:
    """Does the work of one import after another."""

    store: ImportStore
    sealed: SignedAddresses
    uploads: Uploads
    made: MadeUploads
    library: Library
    media: MediaWork
    pages: PageFilms
    lists: FilmLists
    into: IntoCollections
    words: FilmWords
    events: Events
    limits: Callable[[], ImportLimits]

    @cached_property
    def kind(self) -> Kind:
        """What the queue can be asked for."""
        return Kind(name=IMPORT, lane=Lane.FETCH, recipe=1, run=self._run, longest=_A_DAY, act=Act.IMPORT)

    def _run(self, work: Work) -> None:
        found = self.store.get(str(work.arguments.get("import")))
        if found is None:
            raise BadInputError("Nothing is known of this import.")
        if found.video is not None:
            return
        with self._told(work, found):
            url = self._address_of(found)
            self._start(found, url, work)
            video = self._finished_before(found, by=work.by) or self._fetched(found, url, work)
            if video is not None:
                self._complete(found, video, by=work.by)

    def find_come_in(self, *, by: Actor) -> int:
        """Note the films that have come in at the moment at which their imports were cancelled or given up.

        Returns how many those were.
        """
        require(by, Act.CHANGE_SOURCES)
        count = 0
        for found in self.store.uncertain(most=_LOOKED_AT):
            if self._has_come_in(found, by=by):
                count += 1
            else:
                self.store.forget_draft(found.id)
        return count

    def _start(self, found: Import, url: str, work: Work) -> None:
        known_by = found.known_by or addresses.identity(url)
        with self.store.writing() as connection:
            if not self.store.start(found.id, attempt=work.attempt, known_by=known_by, on=connection):
                raise BadInputError("It is over, or another import fetches the same.")
            if found.started_at is None:
                started = ImportStarted(import_id=found.id, url=found.url)
                self.events.say(started, by=work.by, connection=connection)

    @contextmanager
    def _told(self, work: Work, found: Import) -> Iterator[None]:
        """Write down why an attempt failed, before the queue learns of it."""
        try:
            yield
        except (BadInputError, InvalidUploadError, TooLargeError, AddressNotAllowedError) as error:
            if self._came_in_all_the_same(found, work):
                return
            self._give_up(found, error.detail, work)
            raise BadInputError(error.detail) from error
        except Exception as error:
            if self._came_in_all_the_same(found, work):
                return
            reason = error.detail if isinstance(error, ReelgateError) else "Something went wrong on our side."
            if work.attempt >= work.job.attempts_allowed:
                self._give_up(found, reason, work)
            else:
                self.store.put_back(found.id, reason, attempt=work.attempt)
            raise

    def _came_in_all_the_same(self, found: Import, work: Work) -> bool:
        """Whether this attempt has brought the film in, and failed to learn of it."""
        try:
            latest = self.store.get(found.id)
            if latest is None or latest.attempt != work.attempt or latest.draft is None:
                return False
            return self._has_come_in(latest, by=work.by)
        except (StorageUnavailableError, DatabaseUnavailableError):
            # It is looked at again later.
            return False

    def _has_come_in(self, found: Import, *, by: Actor) -> bool:
        try:
            video = self._finished_before(found, by=by)
        except BadInputError:
            return False
        if video is not None:
            self._complete(found, video, by=by)
        return video is not None

    def _give_up(self, found: Import, reason: str, work: Work) -> None:
        with self.store.writing() as connection:
            if self.store.give_up(found.id, State.FAILED, reason, on=connection):
                failed = ImportFailed(import_id=found.id, url=found.url, error=reason)
                self.events.say(failed, by=work.by, connection=connection)

    def _address_of(self, found: Import) -> str:
        try:
            return self.sealed.open(found.secret or "")
        except UnreadableFileError as error:
            raise BadInputError(error.detail) from error

    def _finished_before(self, found: Import, *, by: Actor) -> Video | None:
        """What was committed by an attempt that was killed before it could say so."""
        if found.draft is None:
            return None
        draft = Draft.from_record(found.draft)
        if not self.made.is_there(draft, by=by):
            return None
        try:
            video = self.library.get(draft.name, by=SYSTEM)
        except VideoNotFoundError as error:  # Somebody has deleted it already.
            raise BadInputError("It was here, and was deleted.") from error
        self.uploads.announce(video, by=by)
        return video

    def _fetched(self, found: Import, url: str, work: Work) -> Video | None:
        """The video that it has become; None where there are several, each of which is an import now."""
        pace = self._pace(found, work)
        file = look_at(self.sealed.guard, url)
        if file is not None:
            return self._fetch_file(found, file, pace, work)
        info = self.pages.look(url, quality=found.quality, pace=pace)
        if is_list(info):
            if found.parent is not None:
                raise BadInputError("A list in a list is not gone into: give its own address.")
            self.lists.expand(found, info, attempt=work.attempt, by=work.by)
            return None

        def choose(name: str, title: str) -> Draft:
            return self._draft(found, name, found.title or title, work, length=None)

        video, film = self.pages.fetch(info, pace, choose=choose, work=work)
        self.words.give(video, film, by=work.by)
        return video

    def _fetch_file(self, found: Import, file: WebFile, pace: ImportPace, work: Work) -> Video:
        pace.total = file.length
        pace.check_size(file.length or 0)
        draft = self._draft(found, file.name, found.title, work, length=file.length)
        with (
            self.media.room(ROOM_MB) as folder,
            Outline(folder.path / "outline") as outline,
            file.opened(self.sealed.guard, go_on=pace.go_on) as body,
        ):
            judged = JudgedBody(
                body,
                pace,
                outline,
                judge=lambda kept: self._judge(kept, file),
            )
            return self.made.take_body(draft, judged, attempt=work.attempt, by=work.by)

    def _judge(self, kept: Outline, file: WebFile) -> None:
        said = file.says_its_end
        judge_film(kept, self.media.programs(), seconds=None, is_counted=said, says_its_end=said)

    def _pace(self, found: Import, work: Work) -> ImportPace:
        limits = self.limits()
        bounds = Bounds(size=min(limits.megabytes * MIB, self.uploads.rules.largest), seconds=limits.minutes * 60.0)

        def tell(got: int, total: int | None, speed: int) -> bool:
            if total:
                work.progress(got / total)
            return self.store.tell(found.id, attempt=work.attempt, got=got, total=total, speed=speed)

        return ImportPace(bounds, tell)

    def _draft(self, found: Import, name: str, title: str | None, work: Work, *, length: int | None) -> Draft:
        """What it is to become: as an earlier attempt has chosen, where that is named the same."""
        candidate = Candidate(filename=name, title=title, length=length)
        draft = self.uploads.draft(candidate, door=IMPORT, by=work.by, owner=found.owner)
        earlier = Draft.from_record(found.draft) if found.draft else None
        if earlier is not None and earlier.metadata.original_name == draft.metadata.original_name:
            return earlier
        collections = self.into.there(found.collection)
        metadata = replace(draft.metadata, tags=found.tags, collections=collections)
        draft = replace(draft, metadata=metadata)
        if not self.store.choose(found.id, draft.to_record(), attempt=work.attempt, name=metadata.title):
            raise BadInputError("A newer attempt fetches it.")
        return draft

    def _complete(self, found: Import, video: Video, *, by: Actor) -> None:
        known_by = found.known_by or self._identity_of(found)
        note = self.into.leave_gone(video.id, found.collection)
        with self.store.writing() as connection:
            if self.store.finish(found.id, video.id, size=video.size, known_by=known_by, note=note, on=connection):
                completed = ImportCompleted(import_id=found.id, url=found.url, video_id=video.id, artist=found.artist)
                self.events.say(completed, by=by, connection=connection)

    def _identity_of(self, found: Import) -> str | None:
        try:
            return addresses.identity(self._address_of(found))
        except BadInputError:
            return None
