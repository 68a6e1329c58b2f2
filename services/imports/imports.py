"""Imports as people and other slices meet them: asked for, looked at, cancelled, tried again."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.actors.actor import SYSTEM, Actor, ActorKind, Role
from services.actors.errors import ForbiddenError
from services.actors.policy import Act, may, owner_of_new, require
from services.events.events import Events
from services.events.sources import ImportFailed
from services.imports import addresses
from services.imports.errors import AlreadyHereError, ImportNotFoundError, invalid
from services.imports.into_collections import IntoCollections
from services.imports.live_settings import ImportLimits
from services.imports.record import QUALITIES, Import, ImportKind, ImportPage, ImportQuery, ImportRequest
from services.imports.store import ImportStore
from services.jobs.errors import JobStateError
from services.jobs.job import Job, State
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind
from services.jobs.store import JobStore
from services.jobs.wish import Wish
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.migration.errors import UnreadableFileError
from services.migration.remote_place import SignedAddresses
from services.videos.metadata import is_account_id
from utils.validators import InvalidTag, InvalidTitle, clean_tags, clean_title

CANCELLED = "It was cancelled."

_LOOKED_AT = 500
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What imports wait in."""

    jobs: Jobs
    store: JobStore
    kind: Kind


class Imports:
    """What was asked to be fetched. Whoever may read sources sees all of it; one's own can be changed."""

    def __init__(
        self,
        store: ImportStore,
        library: Library,
        *,
        queue: Queue,
        into: IntoCollections,
        sealed: SignedAddresses,
        events: Events,
        limits: Callable[[], ImportLimits],
    ) -> None:
        """Addresses may let in whoever has them: they are kept `sealed`."""
        self._store = store
        self._library = library
        self._queue = queue
        self._into = into
        self._is_artist: Callable[[str], bool] = lambda _: True
        self._sealed = sealed
        self._events = events
        self._limits = limits

    def know_artists(self, is_artist: Callable[[str], bool]) -> None:
        """Ask for the artists that films are to be fetched for; whether there is one of that id."""
        self._is_artist = is_artist

    def may_begin(self, *, by: Actor) -> bool:
        """Whether the actor may have films fetched."""
        return may(by, Act.IMPORT) and self._limits().allow(by.role)

    def admit(self, *, by: Actor) -> None:
        """Refuse who may have nothing fetched, before it is looked at what that is."""
        require(by, Act.IMPORT)
        if not self._limits().allow(by.role):
            raise ForbiddenError("Films are fetched for fewer people here. Ask whoever runs this site.")

    def begin(self, asked: ImportRequest, *, by: Actor) -> tuple[Import, Job]:
        """Have a film fetched. What is on its way already is that import, and keeps what was said of it first.

        Raises `AlreadyHereError`, `AddressNotAllowedError` and `InvalidImportError`.
        """
        self.admit(by=by)
        asked = _cleaned(asked)
        if asked.collection is not None:
            self._into.check(asked.collection, by=by)
        if asked.artist is not None and not (is_account_id(asked.artist) and self._is_artist(asked.artist)):
            raise invalid("artist", "There is no artist of that id.")
        return self._begun(
            asked,
            url=addresses.shown(asked.url),
            secret=self._sealed.seal(asked.url),
            known_by=addresses.identity(asked.url),
            by=by,
        )

    def page(self, query: ImportQuery, *, by: Actor) -> ImportPage:
        """A part of the list, the newest first."""
        require(by, Act.READ_SOURCES)
        page = self._store.page(query)
        return replace(page, imports=self._with_jobs(page.imports))

    def get(self, import_id: str, *, by: Actor) -> Import:
        """One import; raises `ImportNotFoundError`."""
        require(by, Act.READ_SOURCES)
        return self._found(import_id)

    def may_change(self, found: Import, *, by: Actor) -> bool:
        """Whether the actor may cancel it, or have it tried again."""
        return may(by, Act.IMPORT if found.owner == owner_of_new(by) else Act.CHANGE_SOURCES)

    def cancel(self, import_id: str, *, by: Actor) -> Import:
        """End it; cancelled twice is cancelled. Raises `JobStateError` where it is over."""
        found = self._changeable(import_id, by=by)
        if found.state is State.CANCELLED:
            return found
        if found.state.is_over:
            raise JobStateError(f"The import is {found.state} and cannot be cancelled any more.")
        # The job ends first: what would be noted here before could be written over by an attempt.
        if found.job_id and self._queue.store.cancel(found.job_id) is None:
            self._settle(self._found(import_id))  # Its job has ended by itself at the same moment.
        self._over(found, State.CANCELLED, CANCELLED, by=by)
        ended = self._found(import_id)
        if ended.kind is ImportKind.LIST:
            return self._cancel_entries(ended, by=by)
        if ended.state is not State.CANCELLED:  # It has come in, or was given up.
            raise JobStateError(f"The import is {ended.state} and cannot be cancelled any more.")
        return ended

    def _cancel_entries(self, found: Import, *, by: Actor) -> Import:
        for each in self._with_jobs(self._store.page(ImportQuery(limit=_LOOKED_AT, parent=found.id)).imports):
            with contextlib.suppress(JobStateError):  # It has come in meanwhile.
                self.cancel(each.id, by=by)
        return self._found(found.id)

    def retry(self, import_id: str, *, by: Actor) -> tuple[Import, Job]:
        """Have it tried again once it has failed or was cancelled; it keeps its id. Raises as `begin` does."""
        found = self._changeable(import_id, by=by)
        self.admit(by=by)
        if found.state is State.DONE and found.video is not None:
            raise AlreadyHereError("It is here already.", video_id=found.video)
        if not found.state.is_over or found.secret is None:
            raise JobStateError(f"The import is {found.state}: it can be tried again once it is over.")
        try:
            url = self._sealed.open(found.secret)
        except UnreadableFileError as error:
            raise JobStateError(error.detail) from error
        self._settle(found)
        if found.kind is ImportKind.LIST:
            self._retry_entries(found, by=by)
        known_by, is_job_gone = addresses.identity(url), found.job is None
        holder = self._store.queue_anew(found.id, known_by, is_job_gone=is_job_gone)
        if holder.id != found.id:
            if self._is_of_others_alone(holder, by=by):
                known_by = addresses.identity(url, of=found.owner)
            if known_by != holder.known_by or self._free_of_gone(holder, by=by) is None:
                holder = self._store.queue_anew(found.id, known_by, is_job_gone=is_job_gone)
        if holder.id != found.id:
            raise JobStateError(f"Another import fetches the same: {holder.id}.")
        return self._queued(self._found(found.id))

    def _retry_entries(self, found: Import, *, by: Actor) -> None:
        """Those of a list that have failed; and where the list itself was cancelled, those that were so with it."""
        states = {State.FAILED} | ({State.CANCELLED} if found.written_state is State.CANCELLED else set())
        for each in self._store.ended_entries(found.id):
            if each.written_state in states:
                with contextlib.suppress(JobStateError, AlreadyHereError):  # Another import brings it.
                    self.retry(each.id, by=by)

    def retry_job(self, job: Job, *, by: Actor) -> Job:
        """Have the import of a job tried again, as `retry` does."""
        return self.retry(str(job.arguments.get("import")), by=by)[1]

    def settle(self, *, by: Actor) -> int:
        """Write down what has become of imports whose job ended past them: it was cancelled there, or given up.

        Returns how many those were.
        """
        require(by, Act.CHANGE_SOURCES)
        count = 0
        for found in self._with_jobs(self._store.without_end(most=_LOOKED_AT)):
            if found.job is None and found.job_id is None:
                # Whoever asked for it may be about to queue it.
                if datetime.now(UTC) - found.created_at > _A_MINUTE:
                    self._queued(found)
            elif found.job is None:
                self._over(found, State.FAILED, "Its job is gone.", by=SYSTEM)
            elif found.state.is_over:
                count += 1
                self._settle(found)
        return count

    def _begun(self, asked: ImportRequest, *, known_by: str, by: Actor, **more: Any) -> tuple[Import, Job]:
        said: dict[str, Any] = {"owner": owner_of_new(by), "by_name": by.name}
        own = addresses.identity(asked.url, of=said["owner"])
        while True:
            found, is_new = self._store.add(asked, known_by=known_by, **said, **more)
            if is_new:
                return self._queued(found, by=by)
            if known_by != own and self._is_of_others_alone(found, by=by):
                known_by = own
            elif self._free_of_gone(found, by=by) is not None:
                return self._queued(self._with_jobs([found])[0])

    def _is_of_others_alone(self, holder: Import, *, by: Actor) -> bool:
        """Whether it has become a video that the actor may not see: it stays known by its address to those who may."""
        if holder.video is None:
            return False
        try:
            self._library.get(holder.video, by=SYSTEM)
        except VideoNotFoundError:
            return False
        try:
            self._library.get(holder.video, by=by)
        except VideoNotFoundError:
            return True
        return False

    def _free_of_gone(self, holder: Import, *, by: Actor) -> Import | None:
        """The import that is known by the same, where it still is on its way; None where it has been let go of."""
        [holder] = self._with_jobs([holder])
        if holder.video is not None:
            try:
                self._library.get(holder.video, by=by)
            except VideoNotFoundError:
                self._store.free(holder)
                return None
            raise AlreadyHereError("What lies at this address is a video here already.", video_id=holder.video)
        if holder.kind is ImportKind.LIST and holder.state.is_over:
            # There may be more in it by now.
            self._store.free(holder)
            return None
        if holder.state.is_over and holder.job is not None:
            self._settle(holder)
            return None
        return holder

    def _queued(self, found: Import, *, by: Actor | None = None) -> tuple[Import, Job]:
        """The import with its job, which is there once however often it is asked for."""
        job = found.job
        if job is None or job.state.is_over:
            owner = by or Actor(kind=ActorKind.SYSTEM, id=found.owner, name=found.by_name, role=Role.ADMIN)
            wish = Wish(kind=self._queue.kind, arguments={"import": found.id}, again=True)
            job = self._queue.jobs.add(wish, by=owner)
            if not self._store.note_job(found.id, job.id):  # It was cancelled meanwhile.
                self._queue.store.cancel(job.id)
        return replace(self._found(found.id), job=job), job

    def _settle(self, found: Import) -> None:
        """Write down the end that its job has come to."""
        if found.job is None or not found.state.is_over:
            return
        state = State.CANCELLED if found.state is State.CANCELLED else State.FAILED
        self._over(found, state, CANCELLED if state is State.CANCELLED else found.job.error, by=found.job.by)

    def _over(self, found: Import, state: State, error: str | None, *, by: Actor) -> None:
        with self._store.writing() as connection:
            if self._store.give_up(found.id, state, error, on=connection):
                event = ImportFailed(import_id=found.id, url=found.url, error=error or "")
                self._events.say(event, by=by, connection=connection)

    def _changeable(self, import_id: str, *, by: Actor) -> Import:
        found = self.get(import_id, by=by)
        require(by, Act.IMPORT)
        if not self.may_change(found, by=by):
            require(by, Act.CHANGE_SOURCES)
        return found

    def _found(self, import_id: str) -> Import:
        found = self._store.get(import_id)
        if found is None:
            raise ImportNotFoundError("There is no such import.")
        return self._with_jobs([found])[0]

    def _with_jobs(self, found: Iterable[Import]) -> tuple[Import, ...]:
        imports = tuple(found)
        jobs = self._queue.store.these([each.job_id for each in imports if each.job_id])
        entries = self._store.counts([each.id for each in imports if each.kind is ImportKind.LIST])
        return tuple(
            replace(each, job=jobs.get(each.job_id or ""), entries=entries.get(each.id, {})) for each in imports
        )


def _cleaned(asked: ImportRequest) -> ImportRequest:
    if not addresses.is_usable(asked.url):
        raise invalid("url", f"Expected an address, in one line of at most {addresses.LONGEST} characters.")
    try:
        title = clean_title(asked.title) if asked.title else None
    except InvalidTitle as error:
        raise invalid("title", str(error)) from error
    try:
        tags = clean_tags(asked.tags)
    except InvalidTag as error:
        raise invalid("tags", str(error)) from error
    if asked.quality not in QUALITIES:
        raise invalid("quality", f"The quality must be one of {', '.join(QUALITIES)}.")
    return replace(asked, title=title, tags=tags)
