"""Migrations as people meet them: asked for, tried dry, watched, and told of file by file."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from services.actors.actor import Actor
from services.actors.policy import Act, owner_of_new, require
from services.jobs.job import Job, State
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind
from services.jobs.store import JobStore
from services.jobs.wish import Wish
from services.migration.account_place import CLIPLINK, CliplinkAccount
from services.migration.container_place import CONTAINER, AccountContainers
from services.migration.errors import MigrationNotFoundError, UnreadableFileError, invalid_folder
from services.migration.found import FileState, FoundFile
from services.migration.local_place import FOLDER, Folders
from services.migration.manifest import Fault, FileLists, ListLine
from services.migration.place import Place
from services.migration.remote_place import REMOTE, SignedAddresses, shown_address
from services.migration.s3_place import S3, Bucket, S3Buckets, is_bucket
from services.migration.store import MigratedFile, Migration, MigrationStore, migration_id
from utils.etags import same_etag
from utils.validators import InvalidType, check_extension

STANDARD_BATCH, MOST_BATCH = 10, 500
"""Files that are written down together."""
MOST_LOOKED_AT = 100_000
"""Files that a dry run looks at."""

_AHEAD = -5
_PAGE = 200
_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class MigrationProgress:
    """A migration, and how far it is."""

    migration: Migration
    job: Job | None
    """None where it was done long ago."""
    counts: dict[FileState, int]


@dataclass(kw_only=True)
class Survey:
    """What a dry run has found: nothing was written, and no file was opened but the lists."""

    folder: str
    new: int = 0
    """Files that would come in, as far as their names tell."""
    bytes: int = 0
    """Of those."""
    clips: int = 0
    """Those of them that are clips of a film."""
    cuts: int = 0
    """Clips that would be cut out of a film."""
    left: Counter[FileState] = field(default_factory=Counter)
    """The rest, by what becomes of them."""
    lines: int = 0
    """Lines of lists that were understood."""
    troubles: list[tuple[str, str]] = field(default_factory=list)
    """The first files and lines that would not come in, and why."""
    is_whole: bool = True
    """Whether all files were looked at."""


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """What is taken from besides folders."""

    addresses: SignedAddresses
    account: CliplinkAccount
    containers: AccountContainers
    buckets: S3Buckets


class Migrations:
    """What whoever administers the site can have taken in."""

    def __init__(
        self,
        store: MigrationStore,
        folders: Folders,
        *,
        local: Callable[[Path], Place],
        kind: Kind,
        jobs: Jobs,
        job_store: JobStore,
        extensions: frozenset[str] | None,
        elsewhere: Elsewhere,
    ) -> None:
        """`kind` is that of `MigrationWork`."""
        self._elsewhere = elsewhere
        self._store = store
        self._folders = folders
        self._local = local
        self._kind = kind
        self._jobs = jobs
        self._job_store = job_store
        self._extensions = extensions

    def folder(self, *, by: Actor) -> Path | None:
        """The folder below which files may be taken in, where one is set."""
        require(by, Act.ADMINISTER)
        return self._folders.top

    def begin(self, folder: str | None, *, batch_size: int = STANDARD_BATCH, by: Actor) -> Job:
        """Have a folder taken in, or go on with it: the same folder is the same job.

        Raises `MigrationOffError` and `InvalidFolderError`.
        """
        require(by, Act.ADMINISTER)
        return self._begin(FOLDER, str(self._folders.find(folder)), batch_size=batch_size, by=by)

    def begin_remote(self, url: str, *, batch_size: int = STANDARD_BATCH, by: Actor) -> Job:
        """Have what lies behind an address taken in: a container, one file, or a bucket (`s3://bucket/prefix`).

        The address may be signed: it is kept sealed. Raises `AddressNotAllowedError`, and for buckets
        `InvalidFolderError` and `MigrationOffError`.
        """
        require(by, Act.ADMINISTER)
        addresses, buckets = self._elsewhere.addresses, self._elsewhere.buckets
        if is_bucket(url):
            bucket = Bucket.parse(url)
            addresses.guard.check(buckets.endpoint)
            buckets.keys()
            return self._begin(S3, bucket.address, batch_size=batch_size, by=by)
        sealed = addresses.seal(url)
        return self._begin(REMOTE, shown_address(url), batch_size=batch_size, secret=sealed, by=by)

    def begin_container(self, name: str, *, batch_size: int = STANDARD_BATCH, by: Actor) -> Job:
        """Have what is in another container of this account taken in; raises `InvalidFolderError`.

        A blob is known again by the container, its name and its ETag.
        """
        require(by, Act.ADMINISTER)
        return self._begin(CONTAINER, self._elsewhere.containers.find(name), batch_size=batch_size, by=by)

    def begin_cliplink(self, name: str, *, batch_size: int = STANDARD_BATCH, by: Actor) -> Job:
        """Have taken over what a clip service has left in this account; raises `InvalidFolderError`."""
        require(by, Act.ADMINISTER)
        return self._begin(CLIPLINK, self._elsewhere.account.find(name), batch_size=batch_size, by=by)

    def look(self, folder: str | None, *, by: Actor) -> Survey:
        """What would become of a folder; raises as `begin` does."""
        require(by, Act.ADMINISTER)
        found = self._folders.find(folder)
        place, survey = self._local(found), Survey(folder=str(found))
        try:
            self._look_through(place, survey, migration_id(FOLDER, str(found)))
        except UnreadableFileError as error:
            raise invalid_folder(error.detail) from error
        return survey

    def newest(self, *, by: Actor) -> list[MigrationProgress]:
        """Those that were asked for last, the newest first."""
        require(by, Act.ADMINISTER)
        found = self._store.newest(most=_SHOWN)
        jobs = self._job_store.these([each.job for each in found if each.job])
        return [self._under_way(each, jobs) for each in found]

    def get(self, migration: str, *, by: Actor) -> MigrationProgress:
        """One of them; raises `MigrationNotFoundError`."""
        require(by, Act.ADMINISTER)
        found = self._store.get(migration)
        if found is None:
            raise MigrationNotFoundError("There is no such migration.")
        return self._under_way(found, self._job_store.these([found.job] if found.job else []))

    def report(
        self, under_way: MigrationProgress, *, after: str = "", limit: int = _PAGE, troubles: bool = False, by: Actor
    ) -> tuple[MigratedFile, ...]:
        """What became of its files, by path, behind one; with `troubles` only of those that did not come in."""
        require(by, Act.ADMINISTER)
        return self._store.report_page(under_way.migration, after=after, limit=limit, troubles=troubles)

    def _begin(self, kind: str, place: str, *, batch_size: int, secret: str | None = None, by: Actor) -> Job:
        before = self._store.get(migration_id(kind, place))
        job = self._job_store.these([before.job]).get(before.job) if before and before.job else None
        migration = self._store.ask(
            kind=kind,
            place=place,
            owner=owner_of_new(by),
            batch_size=batch_size,
            secret=secret,
            # One that was not brought to its end is gone on with.
            is_new=job is None or job.state is State.DONE,
        )
        arguments = {"migration": migration.id, "place": place}
        job = self._jobs.add(Wish(kind=self._kind, arguments=arguments, priority=_AHEAD, again=True), by=by)
        self._store.note_job(migration.id, job.id)
        return job

    def _under_way(self, migration: Migration, jobs: Mapping[str, Job]) -> MigrationProgress:
        job = jobs.get(migration.job) if migration.job else None
        return MigrationProgress(migration=migration, job=job, counts=self._store.counts(migration))

    def _look_through(self, place: Place, survey: Survey, migration: str) -> None:
        manifest = place.manifest()
        survey.lines, survey.cuts = manifest.lines, len(manifest.cuts)
        for fault in manifest.faults:
            _count(survey, FileState.UNCLEAR, fault.where, fault.reason)
        walk = place.walk()
        looked = 0
        while batch := list(islice(walk, _PAGE)):
            looked += len(batch)
            known = self._store.these(migration, [found.path for found in batch])
            for found in batch:
                self._look_at(found, known.get(found.path), manifest, survey)
            if looked >= MOST_LOOKED_AT:
                survey.is_whole = False
                return

    def _look_at(self, found: FoundFile, row: MigratedFile | None, manifest: FileLists, survey: Survey) -> None:
        said = manifest.of(found.path)
        if found.state is not None:
            _count(survey, found.state, found.path, found.detail or "")
        elif row is not None and row.video and same_etag(row.version, found.version):
            survey.left[FileState.KNOWN] += 1
        elif isinstance(said, Fault):
            _count(survey, FileState.REFUSED, found.path, f"{said.where}: {said.reason}")
        elif (reason := self._refusal(found)) is not None:
            _count(survey, FileState.REFUSED, found.path, reason)
        else:
            survey.new += 1
            survey.bytes += found.size
            survey.clips += isinstance(said, ListLine) and said.video is not None

    def _refusal(self, found: FoundFile) -> str | None:
        try:
            check_extension(found.name, self._extensions)
        except InvalidType as error:
            return str(error)
        return None


def _count(survey: Survey, state: FileState, where: str, reason: str) -> None:
    survey.left[state] += 1
    if len(survey.troubles) < _SHOWN:
        survey.troubles.append((where, reason))
