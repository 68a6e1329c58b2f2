"""Migrations and what they have met, as rows.

Every method raises `DatabaseUnavailableError` when the database fails.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, not_, or_, select, update

from services.database.clock import Clock
from services.database.engine import Database
from services.database.insert import insert_of
from services.migration.found import FileState, FoundFile
from services.migration.tables import migrated_files, migrations

_HERE = (FileState.TAKEN.value, FileState.ASKED.value)
_WAS_TAKEN = and_(migrated_files.c.video.is_not(None), migrated_files.c.state != FileState.ASKED.value)
_PAGE = 1000


@dataclass(frozen=True, kw_only=True)
class Migration:
    """A place that is taken from, as it was asked for last."""

    id: str
    kind: str
    place: str
    """Its name for people; no secret is in it."""
    secret: str | None
    """What is needed to read it, sealed."""
    batch_size: int
    owner: str
    """The account that what comes in belongs to."""
    job: str | None
    asked_at: int
    """In milliseconds since 1970."""

    @property
    def asked(self) -> datetime:
        """When it was asked for last."""
        return datetime.fromtimestamp(self.asked_at / 1000, UTC)


@dataclass(frozen=True, kw_only=True)
class MigratedFile:
    """A file that a migration has met."""

    id: str
    path: str
    size: int
    version: str
    sha256: str | None
    draft: Mapping[str, Any] | None
    """The video that it is to become, as `Draft.to_record` says it: chosen before its first byte is sent."""
    video: str | None
    """The video that it has become."""
    state: FileState
    detail: str | None
    seen_at: int
    taken_at: int | None

    def state_since(self, asked_at: int) -> FileState:
        """What became of it since then: what was taken before is known."""
        if self.state in {FileState.TAKEN, FileState.ASKED} and (self.taken_at or 0) < asked_at:
            return FileState.KNOWN
        return self.state


class MigrationStore:
    """The tables of migrations."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)

    def ask(
        self, *, kind: str, place: str, owner: str, batch_size: int, secret: str | None = None, is_new: bool
    ) -> Migration:
        """Note that a place is to be taken from; with `is_new` once more, and what was taken before counts as known."""
        key = migration_id(kind, place)
        said: dict[str, Any] = {"batch_size": batch_size, "owner": owner, "secret": secret}
        row = said | {"id": key, "kind": kind, "place": place, "asked_at": self._clock.now}
        changed = said | {"asked_at": row["asked_at"]} if is_new else {"batch_size": batch_size, "secret": secret}
        with self._database.writing() as connection:
            new = self._insert(migrations).values(row)
            connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=changed))
        found = self.get(key)
        if found is None:
            raise LookupError(key)
        return found

    def note_job(self, migration: str, job: str) -> None:
        """Note which job does it."""
        with self._database.writing() as connection:
            connection.execute(update(migrations).where(migrations.c.id == migration).values(job=job))

    def get(self, migration: str) -> Migration | None:
        """The migration of that id."""
        with self._database.reading() as connection:
            row = connection.execute(select(migrations).where(migrations.c.id == migration)).mappings().one_or_none()
        return None if row is None else Migration(**row)

    def newest(self, *, most: int) -> tuple[Migration, ...]:
        """Those that were asked for last, the newest first."""
        wanted = select(migrations).order_by(migrations.c.asked_at.desc(), migrations.c.id).limit(most)
        with self._database.reading() as connection:
            return tuple(Migration(**row) for row in connection.execute(wanted).mappings())

    def these(self, migration: str, paths: Collection[str]) -> dict[str, MigratedFile]:
        """What is known of these paths, by path."""
        ids = [file_id(migration, path) for path in paths]
        wanted = select(migrated_files).where(migrated_files.c.id.in_(ids))
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return {row["path"]: _file_of(row) for row in rows}

    def video_of(self, migration: str, name: str) -> str | None:
        """The video that a file of that path has become, or else of that name, or of that name with any ending.

        None where there is none, or more than one. Where none is written just so, large and small letters are the same.
        """
        path, small = func.lower(migrated_files.c.path), _small(name)
        # Also of one that could not be reached this time.
        here = and_(migrated_files.c.migration == migration, _WAS_TAKEN)
        same: tuple[ColumnElement[bool], ...] = (
            migrated_files.c.path == name,
            path == small,
            path.endswith(f"/{small}", autoescape=True),
            or_(path.startswith(f"{small}.", autoescape=True), path.contains(f"/{small}.", autoescape=True)),
        )
        with self._database.reading() as connection:
            for which in same:
                wanted = select(migrated_files.c.video).where(here, which).limit(2)
                found = connection.execute(wanted).scalars().all()
                if found:
                    return found[0] if len(found) == 1 else None
        return None

    def begin(self, migration: Migration, drafts: Sequence[tuple[FoundFile, Mapping[str, Any]]]) -> None:
        """Choose what files are to become, unless another attempt has chosen, or is done, for the same version."""
        if not drafts:
            return
        rows = [
            _row(migration, found) | {"state": FileState.BEGUN.value, "draft": json.dumps(draft)}
            for found, draft in drafts
        ]
        new = self._insert(migrated_files).values(rows)
        is_known = or_(migrated_files.c.state == FileState.BEGUN.value, migrated_files.c.video.is_not(None))
        another = or_(not_(is_known), migrated_files.c.version != new.excluded.version)
        columns = ("size", "version", "sha256", "draft", "video", "state", "detail", "seen_at", "taken_at")
        chosen = {column: new.excluded[column] for column in columns}
        with self._database.writing() as connection:
            connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=chosen, where=another))

    def end(self, migration: Migration, ended: Sequence["Ended"]) -> None:
        """Write down what has become of files.

        One that did not come in this time and is a video since before stays known as that, in the version that it was.
        """
        if not ended:
            return
        now = self._clock.now
        rows = [
            _row(migration, each.found)
            | {"state": each.state.value, "detail": each.detail, "video": each.video, "sha256": each.sha256}
            | {"taken_at": now if each.state.value in _HERE else None}
            for each in ended
        ]
        # What cannot be told apart by its shown path is one row, which no statement may write twice.
        new = self._insert(migrated_files).values(list({row["id"]: row for row in rows}.values()))
        said: dict[str, Any] = {column: new.excluded[column] for column in ("state", "detail", "seen_at")}
        keeps = and_(_WAS_TAKEN, new.excluded.video.is_(None))
        for column in ("size", "version", "sha256", "video", "taken_at"):
            said[column] = case((keeps, migrated_files.c[column]), else_=new.excluded[column])
        with self._database.writing() as connection:
            connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=said))

    def see(self, migration: Migration, found: Mapping[str, FoundFile]) -> None:
        """Note that files which are here already were met again, by their ids, in the version that they have now."""
        if not found:
            return
        # One that could not be reached the last time has failed then.
        state = case((migrated_files.c.state.in_(_HERE), migrated_files.c.state), else_=FileState.TAKEN.value)
        with self._database.writing() as connection:
            for key, file in found.items():
                changed = {"seen_at": migration.asked_at, "version": file.version, "detail": None, "state": state}
                connection.execute(update(migrated_files).where(migrated_files.c.id == key).values(**changed))

    def counts(self, migration: Migration) -> dict[FileState, int]:
        """How many files there are of each state, of those that were met since it was asked for last."""
        state, taken = migrated_files.c.state, migrated_files.c.taken_at
        before = and_(state.in_(_HERE), func.coalesce(taken, 0) < migration.asked_at)
        wanted = select(state, before, func.count()).where(_met(migration)).group_by(state, before)
        counted: dict[FileState, int] = {}
        with self._database.reading() as connection:
            for name, is_known, count in connection.execute(wanted):
                key = FileState.KNOWN if is_known else FileState(name)
                counted[key] = counted.get(key, 0) + count
        return counted

    def report(self, migration: Migration) -> Iterator[MigratedFile]:
        """What became of each file that was met since it was asked for last, by path."""
        after = ""
        while page := self.report_page(migration, after=after, limit=_PAGE):
            yield from page
            after = page[-1].path

    def report_page(
        self, migration: Migration, *, after: str, limit: int, troubles: bool = False
    ) -> tuple[MigratedFile, ...]:
        """A part of that, behind a path; with `troubles` only what did not come in."""
        which = and_(_met(migration), migrated_files.c.path > after)
        if troubles:
            which = and_(which, migrated_files.c.state.not_in(_HERE))
        wanted = select(migrated_files).where(which).order_by(migrated_files.c.path).limit(limit)
        with self._database.reading() as connection:
            return tuple(_file_of(row) for row in connection.execute(wanted).mappings())


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What has become of a file, to be written down."""

    found: FoundFile
    state: FileState
    detail: str | None = None
    video: str | None = None
    sha256: str | None = None


def migration_id(kind: str, place: str) -> str:
    """The id of what is taken from a place: the same place is the same migration."""
    return hashlib.sha256(f"{kind}\0{place}".encode()).hexdigest()[:32]


def file_id(migration: str, path: str) -> str:
    """The id of a file of a migration."""
    return hashlib.sha256(f"{migration}\0{path}".encode()).hexdigest()


def _small(name: str) -> str:
    """In small letters as both kinds of databases make them, which know those of ASCII alone."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def _met(migration: Migration) -> ColumnElement[bool]:
    return and_(migrated_files.c.migration == migration.id, migrated_files.c.seen_at >= migration.asked_at)


def _row(migration: Migration, found: FoundFile) -> dict[str, Any]:
    return {
        "id": file_id(migration.id, found.path),
        "migration": migration.id,
        "path": found.path,
        "size": found.size,
        "version": found.version,
        "sha256": None,
        "draft": None,
        "video": None,
        "detail": found.detail,
        "seen_at": migration.asked_at,
        "taken_at": None,
    }


def _file_of(row: RowMapping) -> MigratedFile:
    draft = row["draft"]
    said = {name: row[name] for name in ("id", "path", "size", "version", "sha256", "video", "detail", "seen_at")}
    return MigratedFile(
        **said,
        taken_at=row["taken_at"],
        state=FileState(row["state"]),
        draft=None if draft is None else json.loads(draft),
    )
