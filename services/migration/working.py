"""The work of a migration: file after file becomes a video, and what was done before is not done again.

**Known again.** A file is known by its path, size and time of its last change: to look costs nothing, where a digest
would read terabytes again. Only where the time alone differs, as after a copy, the SHA-256 decides. The same content
at two paths is two videos, as at every other door.

**Killed at any moment.** The name of a video is chosen, and written down, before its first byte is sent; a later
attempt, or another one beside it, goes on under that name, and storage commits a name once.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from services.actors.actor import SYSTEM
from services.actors.policy import Act
from services.clips.clips import Clips
from services.clips.errors import ClipNotFoundError, InvalidClipError
from services.clips.wishes import ClipWish
from services.errors import ReelgateError, TooLargeError
from services.jobs.errors import BadInputError
from services.jobs.job import Lane, Results
from services.jobs.kinds import Kind, Work
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.migration.errors import InvalidFolderError, MigrationOffError, UnreadableFileError
from services.migration.found import FileState, FoundFile
from services.migration.manifest import LONGEST_NAME, Fault, ListLine
from services.migration.place import Place
from services.migration.store import Ended, MigratedFile, Migration, MigrationStore
from services.uploads.errors import InvalidUploadError
from services.uploads.made import MadeUploads
from services.uploads.uploads import Candidate, Draft, Uploads
from services.videos.clip_of import ClipOf
from utils.etags import same_etag
from utils.text import quoted

MIGRATION = "migration"
"""The kind of job, and the door that its videos say they came by."""
MOST_RESULTS = 50_000
"""Files that a job tells of; the page shows all."""

T = TypeVar("T")

_AT_ONCE = 8
_A_WEEK = 7 * 24 * 3600.0
_REFUSED = (InvalidUploadError, TooLargeError, InvalidClipError)


@dataclass(frozen=True, kw_only=True)
class MigrationWork:
    """Does the work of one migration after another."""

    store: MigrationStore
    places: Callable[[Migration], Place]
    uploads: Uploads
    made: MadeUploads
    library: Library
    clips: Clips

    @property
    def kind(self) -> Kind:
        """What the queue can be asked for; another recipe with each new kind of place, which older workers lack."""
        return Kind(name=MIGRATION, lane=Lane.MEDIA, recipe=2, run=self._run, longest=_A_WEEK, act=Act.ADMINISTER)

    def _run(self, work: Work) -> Results:
        migration = self.store.get(str(work.arguments.get("migration")))
        if migration is None:
            raise BadInputError("Nothing is known of this migration.")
        try:
            with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="migration") as pool:
                attempt = _Attempt(self, work, migration, pool)
                try:
                    attempt.run()
                finally:
                    attempt.stopping.set()
                    pool.shutdown(cancel_futures=True)
        except (UnreadableFileError, InvalidFolderError, MigrationOffError) as error:
            raise BadInputError(error.detail) from error
        return list(results_of(self.store, migration))


def results_of(store: MigrationStore, migration: Migration) -> Iterator[dict[str, str]]:
    """What became of each file, as jobs tell it."""
    for number, file in enumerate(store.report(migration)):
        if number == MOST_RESULTS:
            yield {"id": "", "status": "more", "detail": "There are more files. The page of migrations tells of all."}
            return
        said = {"id": file.path, "status": file.state_since(migration.asked_at).value}
        if file.detail:
            said["detail"] = file.detail
        if file.video:
            said["video"] = file.video
        yield said


class _Attempt:
    """One attempt at one migration."""

    def __init__(self, parts: MigrationWork, work: Work, migration: Migration, pool: ThreadPoolExecutor) -> None:
        self.stopping = threading.Event()
        self._parts = parts
        self._store = parts.store
        self._work = work
        self._migration = migration
        self._pool = pool
        self._place = parts.places(migration)
        self._manifest = self._place.manifest()
        self._films: dict[str, str] = {}
        self._done, self._total = 0, 1

    def run(self) -> None:
        """Take in what can be."""
        lines, cuts = _merged(self._manifest.faults), self._manifest.cuts
        self._total = sum(1 for _ in self._walk()) + len(lines) + len(cuts)
        for faults in _batches(lines, size=self._migration.batch_size):
            self._store.end(self._migration, faults)
            self._tell(len(faults))
        # Films first: clips name what they are taken from.
        for of_clips in (False, True):
            chosen = (found for found in self._walk() if self._is_clip(found) is of_clips)
            for batch in _batches(chosen, size=self._migration.batch_size):
                self._take(batch)
                self._tell(len(batch))
        for line in cuts:
            self._store.end(self._migration, self._cut(line))
            self._tell(1)

    def _walk(self) -> Iterator[FoundFile]:
        return map(_with_room, self._place.walk())

    def _tell(self, done: int) -> None:
        self._done += done
        self._work.progress(self._done / max(self._total, self._done, 1))

    def _go_on(self) -> None:
        if self.stopping.is_set():
            raise UnreadableFileError("The work was ended.")

    def _is_clip(self, found: FoundFile) -> bool:
        line = self._manifest.of(found.path)
        return isinstance(line, ListLine) and line.video is not None

    def _take(self, batch: Sequence[FoundFile]) -> None:
        before = self._store.these(self._migration.id, [found.path for found in batch])
        ended: list[Ended] = []
        drafts: list[tuple[FoundFile, Draft]] = []
        seen: dict[str, FoundFile] = {}
        for found in batch:
            row = before.get(found.path)
            match self._look(found, row):
                case Ended() as end:
                    ended.append(end)
                case Draft() as draft:
                    drafts.append((found, draft))
                case None if row is not None:
                    seen[row.id] = found
        self._store.see(self._migration, seen)
        self._store.begin(self._migration, [(found, draft.to_record()) for found, draft in drafts])
        chosen = self._store.these(self._migration.id, [found.path for found, _ in drafts])
        begun = {path for path, row in before.items() if row.state is FileState.BEGUN}
        bringing = [
            self._pool.submit(self._bring, found, chosen[found.path], is_begun=found.path in begun)
            for found, _ in drafts
            # Another attempt may be done with it by now.
            if not chosen[found.path].video
        ]
        # What has come in is written down also when something else has failed.
        failures = list(_failures(bringing))
        ended += [each.result() for each in bringing if each.exception() is None]
        self._store.end(self._migration, ended)
        if failures:
            raise failures[0]

    def _look(self, found: FoundFile, row: MigratedFile | None) -> Ended | Draft | None:
        """What is to become of a file; None where it is here already."""
        if found.state is not None:
            return Ended(found=found, state=found.state, detail=found.detail)
        try:
            if row is not None and row.video and self._is_same(found, row):
                return None
        except UnreadableFileError as error:
            return _ended(found, FileState.FAILED, error)
        if row is not None and row.state is FileState.BEGUN and row.draft and same_etag(row.version, found.version):
            return Draft.from_record(row.draft)
        return self._begun(found)

    def _begun(self, found: FoundFile) -> Ended | Draft:
        said = self._manifest.of(found.path)
        if isinstance(said, Fault):
            return Ended(found=found, state=FileState.REFUSED, detail=f"{said.where}: {said.reason}")
        try:
            return self._draft(found, said)
        except (*_REFUSED, VideoNotFoundError) as error:
            return _ended(found, FileState.REFUSED, error)

    def _is_same(self, found: FoundFile, row: MigratedFile) -> bool:
        if same_etag(row.version, found.version):
            return True
        if row.size != found.size or row.sha256 is None:
            return False
        return self._place.digest(found, go_on=self._go_on) == row.sha256

    def _draft(self, found: FoundFile, line: ListLine | None) -> Draft:
        clip = None
        if line is not None and line.video is not None:
            clip = ClipOf(video_id=self._film(line.video), start=line.start, end=line.end, by=self._migration.owner)
        title = line.title if line else None
        candidate = Candidate(filename=found.name, title=title, length=found.size, clip=clip)
        return self._parts.uploads.draft(candidate, door=MIGRATION, by=self._work.by, owner=self._migration.owner)

    def _film(self, name: str) -> str:
        """The id of the film that a list names; raises `VideoNotFoundError`."""
        if name not in self._films:
            path = name.replace("\\", "/").removeprefix("./")
            id_ = self._store.video_of(self._migration.id, path) or name
            try:
                self._films[name] = self._parts.library.get(id_, by=SYSTEM).id
            except VideoNotFoundError as error:
                reason = f"There is no video {quoted(name)}, neither among these files nor in the library."
                raise VideoNotFoundError(reason) from error
        return self._films[name]

    def _bring(self, found: FoundFile, row: MigratedFile, *, is_begun: bool) -> Ended:
        draft = Draft.from_record(row.draft or {})
        work, made = self._work, self._parts.made
        try:
            if is_begun and made.is_there(draft, by=work.by):
                return self._finished_before(found, draft)
            video = self._place.bring(found, draft, attempt=work.attempt, go_on=self._go_on, by=work.by)
        except _REFUSED as error:
            return _ended(found, FileState.REFUSED, error)
        except UnreadableFileError as error:
            return _ended(found, FileState.FAILED, error)
        return Ended(found=found, state=FileState.TAKEN, video=video.id, sha256=video.sha256)

    def _finished_before(self, found: FoundFile, draft: Draft) -> Ended:
        """What was committed by an attempt that was killed before it could say so."""
        try:
            video = self._parts.library.get(draft.name, by=SYSTEM)
        except VideoNotFoundError:  # Somebody has deleted it already.
            return Ended(found=found, state=FileState.TAKEN, video=draft.name)
        self._parts.uploads.announce(video, by=self._work.by)
        return Ended(found=found, state=FileState.TAKEN, video=video.id, sha256=video.sha256)

    def _cut(self, line: ListLine) -> list[Ended]:
        """Have something cut out of a film, unless that has been asked for."""
        found = FoundFile(path=f"{line.video}, {line.start:.3f}–{line.end:.3f} s")  # noqa: RUF001 - a dash between moments
        row = self._store.these(self._migration.id, [found.path]).get(found.path)
        if row is not None and row.state is FileState.ASKED and not self._came_to_nothing(row):
            self._store.see(self._migration, {row.id: found})
            return []
        try:
            film = self._film(line.video or "")
            clip = self._asked_before(film, line) or self._ask(film, line)
        except (*_REFUSED, VideoNotFoundError) as error:
            return [_ended(found, FileState.REFUSED, error)]
        return [Ended(found=found, state=FileState.ASKED, video=clip, detail="It is cut by a job of its own.")]

    def _came_to_nothing(self, row: MigratedFile) -> bool:
        """Whether a clip that was asked for was not cut in the end; one that was deleted since then was."""
        try:
            clip = self._parts.clips.get(row.video or "", by=self._work.by)
        except ClipNotFoundError:
            return False
        return clip.job is not None and clip.job.state.is_over

    def _ask(self, film: str, line: ListLine) -> str:
        wish = ClipWish(start=line.start, end=line.end, title=line.title)
        [clip] = self._parts.clips.make(film, [wish], by=self._work.by)
        return clip.id

    def _asked_before(self, film: str, line: ListLine) -> str | None:
        """A clip that an attempt which was killed has asked for."""
        for clip in self._parts.clips.under_way(film, by=self._work.by):
            if clip.source and (clip.source.start, clip.source.end) == (line.start, line.end):
                return clip.id
        return None


def _with_room(found: FoundFile) -> FoundFile:
    """The file, refused where its path is longer than can be written down."""
    written = found.path.encode()
    if len(written) <= LONGEST_NAME:
        return found
    digest = hashlib.sha256(written).hexdigest()[:16]
    path = f"{written[: LONGEST_NAME - 100].decode(errors='ignore')}… {digest}"
    return FoundFile(path=path, state=FileState.REFUSED, detail=f"Its path is longer than {LONGEST_NAME} bytes.")


def _ended(found: FoundFile, state: FileState, error: ReelgateError) -> Ended:
    return Ended(found=found, state=state, detail=error.detail)


def _merged(faults: Iterable[Fault]) -> list[Ended]:
    """What is wrong with each line, all of it together."""
    said: dict[str, list[str]] = {}
    for fault in faults:
        said.setdefault(fault.where, []).append(fault.reason)
    return [
        Ended(found=FoundFile(path=where), state=FileState.UNCLEAR, detail=" ".join(reasons))
        for where, reasons in said.items()
    ]


def _failures(futures: Sequence[Future[Ended]]) -> Iterator[BaseException]:
    for each in futures:
        if (error := each.exception()) is not None:
            yield error


def _batches(things: Iterable[T], *, size: int) -> Iterator[list[T]]:
    several = iter(things)
    while batch := list(islice(several, size)):
        yield batch
