"""Imports as rows. Every method raises `DatabaseUnavailableError` when the database fails."""

import contextlib
import json
import secrets
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, select, tuple_, update

from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.errors import DatabaseConflictError
from services.database.insert import insert_of
from services.imports.record import Import, ImportKind, ImportPage, ImportQuery, ImportRequest
from services.imports.tables import imports
from services.jobs.errors import BadInputError
from services.jobs.job import State
from services.jobs.tables import state_of

_OVER = tuple(state.value for state in State if state.is_over)
_MOVING = tuple(state.value for state in State if not state.is_over)
_LONGEST_ERROR = 1000
_TRIES = 3
_ATTEMPT_GONE = 120_000
"""Milliseconds after which whatever worked on an import that is over has ended."""


class ImportStore:
    """The table of imports."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction, for what has to be written together."""
        return self._database.writing()

    def add(self, asked: ImportRequest, *, attempt: int | None = None, **more: Any) -> tuple[Import, bool]:
        """Note what is wanted, unless the same is here or on its way; returns what there is, and whether it is new.

        `more` are further columns, `known_by` among them. An entry names the `attempt` at its list: raises
        `BadInputError` where that is over.
        """
        row = {
            "id": secrets.token_hex(12),
            "kind": ImportKind.URL.value,
            "parent": None,
            "place": 0,
            "title": asked.title,
            "tags": json.dumps(list(asked.tags)),
            "artist": asked.artist,
            "collection": asked.collection,
            "quality": asked.quality,
            "state": State.QUEUED.value,
            "attempt": 0,
            "bytes": 0,
            "created_at": self._clock.now,
        } | more
        new = self._insert(imports).values(row).on_conflict_do_nothing(index_elements=["known_by"])
        while True:
            with self._database.writing() as connection:
                if attempt is not None:
                    going_on = select(imports.c.id).where(_mine(row["parent"], attempt)).with_for_update()
                    if connection.scalar(going_on) is None:
                        raise BadInputError("The list was cancelled.")
                connection.execute(new)
                wanted = select(imports).where(imports.c.known_by == row["known_by"])
                found = connection.execute(wanted).mappings().one_or_none()
            if found is not None:  # Who was known by it may have let go of it meanwhile.
                return _import_of(found), found["id"] == row["id"]

    def get(self, import_id: str) -> Import | None:
        """The import of that id, without its job."""
        with self._database.reading() as connection:
            row = connection.execute(select(imports).where(imports.c.id == import_id)).mappings().one_or_none()
        return None if row is None else _import_of(row)

    def page(self, query: ImportQuery) -> ImportPage:
        """A part of the list, without the jobs."""
        wanted = select(imports).limit(query.limit + 1)
        by = imports.c.created_at if query.parent is None else imports.c.place
        if query.parent is None:
            wanted = wanted.order_by(by.desc(), imports.c.id.desc())
        else:
            wanted = wanted.where(imports.c.parent == query.parent).order_by(by, imports.c.id)
        if query.top:
            wanted = wanted.where(imports.c.parent.is_(None))
        if query.states:
            wanted = wanted.where(_standing().in_([each.value for each in query.states]))
        if query.after is not None:
            here = tuple_(by, imports.c.id)
            wanted = wanted.where(here < query.after if query.parent is None else here > query.after)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        last = rows[query.limit - 1] if len(rows) > query.limit else None
        return ImportPage(
            imports=tuple(map(_import_of, rows[: query.limit])),
            next=None if last is None else (last[by.name], last["id"]),
        )

    def ended_entries(self, parent: str) -> tuple[Import, ...]:
        """The entries of a list that have failed or were cancelled."""
        ended = imports.c.state.in_((State.FAILED.value, State.CANCELLED.value))
        wanted = select(imports).where(imports.c.parent == parent, ended, imports.c.video.is_(None))
        with self._database.reading() as connection:
            return tuple(map(_import_of, connection.execute(wanted.order_by(imports.c.place)).mappings()))

    def without_end(self, *, most: int) -> tuple[Import, ...]:
        """Those that are not over, by what is written here, the oldest first."""
        wanted = select(imports).where(imports.c.state.not_in(_OVER)).order_by(imports.c.created_at).limit(most)
        with self._database.reading() as connection:
            return tuple(map(_import_of, connection.execute(wanted).mappings()))

    def uncertain(self, *, most: int) -> tuple[Import, ...]:
        """Those that ended without a film a while ago, and whose last attempt may have brought it in all the same."""
        before = self._clock.now - _ATTEMPT_GONE
        ended = and_(imports.c.state.in_((State.FAILED.value, State.CANCELLED.value)), imports.c.finished_at < before)
        which = and_(ended, imports.c.video.is_(None), imports.c.draft.is_not(None))
        with self._database.reading() as connection:
            return tuple(map(_import_of, connection.execute(select(imports).where(which).limit(most)).mappings()))

    def forget_draft(self, import_id: str) -> None:
        """Note that what it was to become is not there."""
        self._change(and_(imports.c.id == import_id, imports.c.state.in_(_OVER)), draft=None)

    def note_job(self, import_id: str, job: str) -> bool:
        """Note which job does it; False where it is over by now."""
        return self._change(and_(imports.c.id == import_id, imports.c.state.not_in(_OVER)), job=job)

    def free(self, found: Import) -> None:
        """Let another import be known by the same: what this one has brought is gone, or it has failed."""
        which = and_(imports.c.id == found.id, imports.c.known_by == found.known_by)
        self._change(which, known_by=None)

    def queue_anew(self, import_id: str, known_by: str, *, is_job_gone: bool) -> Import:
        """Let it begin once more; returns whichever import is known by this now.

        The attempts of its job go on where they were: those of another one begin anew, where `is_job_gone`.
        """
        mine = select(imports.c.id).where(imports.c.known_by == known_by, imports.c.id != import_id).exists()
        changed: dict[str, Any] = {"state": State.QUEUED.value, "error": None, "finished_at": None}
        # Without its job, which is over, until that is queued anew.
        changed |= {"known_by": known_by, "job": None} | ({"attempt": 0} if is_job_gone else {})
        which = and_(imports.c.id == import_id, imports.c.state.in_(_OVER), imports.c.video.is_(None), ~mine)
        # Another may become known by it at the same moment, or may let go of it.
        for _ in range(_TRIES):
            with contextlib.suppress(DatabaseConflictError):
                self._change(which, **changed, bytes=0, total=None, speed=None)
            with self._database.reading() as connection:
                wanted = select(imports).where(imports.c.known_by == known_by)
                found = connection.execute(wanted).mappings().one_or_none()
            if found is not None:
                return _import_of(found)
        raise LookupError(import_id)

    def start(self, import_id: str, *, attempt: int, known_by: str, on: Transaction) -> bool:
        """Note that an attempt has begun; False when a newer one has, it is over, or another fetches the same."""
        changed = {"state": State.RUNNING.value, "attempt": attempt, "bytes": 0, "total": None, "speed": None}
        holder = on.scalar(select(imports.c.id).where(imports.c.known_by == known_by).with_for_update())
        if holder not in {None, import_id}:
            return False
        started = func.coalesce(imports.c.started_at, self._clock.now)
        which = and_(imports.c.id == import_id, imports.c.attempt <= attempt, imports.c.state.not_in(_OVER))
        return self._change(which, on=on, **changed, known_by=known_by, started_at=started, finished_at=None)

    def choose(self, import_id: str, draft: Mapping[str, Any], *, attempt: int, name: str) -> bool:
        """Note what it is to become, before the first byte is sent; False when a newer attempt has begun."""
        return self._change(_mine(import_id, attempt), draft=json.dumps(draft), title=name)

    def tell(self, import_id: str, *, attempt: int, got: int, total: int | None, speed: int) -> bool:
        """Note how much is here."""
        return self._change(_mine(import_id, attempt), bytes=got, total=total, speed=speed)

    def put_back(self, import_id: str, error: str, *, attempt: int) -> None:
        """Note why an attempt failed that is not the last."""
        which = _mine(import_id, attempt)
        self._change(which, state=State.QUEUED.value, error=error[:_LONGEST_ERROR], speed=None)

    def finish(
        self, import_id: str, video: str, *, size: int, known_by: str | None, note: str | None = None, on: Transaction
    ) -> bool:
        """Note that it has become a video, also where it was given up meanwhile; False when that was noted before.

        It is known by its address again, where it was not and no other is; `note` says in words what was wished of it
        in vain.
        """
        other = imports.alias()
        taken = select(other.c.id).where(other.c.known_by == known_by).exists()
        known = case((taken, imports.c.known_by), else_=func.coalesce(imports.c.known_by, known_by))
        changed = {"state": State.DONE.value, "video": video, "bytes": size, "total": size, "error": note}
        changed |= {"known_by": known}
        which = and_(imports.c.id == import_id, imports.c.video.is_(None))
        return self._change(which, on=on, **changed, speed=None, draft=None, secret=None, finished_at=self._clock.now)

    def begin_list(self, import_id: str, title: str | None, *, attempt: int) -> bool:
        """Note that it is a list, whose entries become imports now; False where it is over, or not this attempt's."""
        said: dict[str, Any] = {"kind": ImportKind.LIST.value, "title": func.coalesce(imports.c.title, title)}
        return self._change(_mine(import_id, attempt), **said)

    def finish_list(self, import_id: str, *, attempt: int) -> bool:
        """Note that all its entries are imports; False as `begin_list` says it."""
        changed: dict[str, Any] = {"state": State.DONE.value, "error": None, "finished_at": self._clock.now}
        return self._change(_mine(import_id, attempt), **changed)

    def give_up(self, import_id: str, state: State, error: str | None, *, on: Transaction) -> bool:
        """Note that it has failed, or was cancelled, so that another may fetch the same; False when it was over."""
        which = and_(imports.c.id == import_id, imports.c.state.not_in(_OVER))
        said = None if error is None else error[:_LONGEST_ERROR]
        changed = {"state": state.value, "error": said, "known_by": None, "speed": None}
        return self._change(which, on=on, **changed, finished_at=self._clock.now)

    def counts(self, parents: Collection[str]) -> dict[str, dict[State, int]]:
        """How many entries of these lists are in each state."""
        parent, state = imports.c.parent, imports.c.state
        wanted = select(parent, state, func.count()).where(parent.in_(parents)).group_by(parent, state)
        counted: dict[str, dict[State, int]] = {}
        with self._database.reading() as connection:
            for name, each, count in connection.execute(wanted):
                counted.setdefault(name, {})[State(each)] = count
        return counted

    def _change(self, which: ColumnElement[bool], *, on: Transaction | None = None, **changed: Any) -> bool:
        change = update(imports).where(which).values(**changed)
        if on is not None:
            return on.execute(change).rowcount > 0
        with self._database.writing() as connection:
            return connection.execute(change).rowcount > 0


def _mine(import_id: str, attempt: int) -> ColumnElement[bool]:
    """What only the newest attempt writes to, while it is not over."""
    return and_(imports.c.id == import_id, imports.c.attempt == attempt, imports.c.state.not_in(_OVER))


def _standing() -> ColumnElement[str]:
    """As `Import.state` says it: of a list by its films, else by its job, which knows of crashes first."""
    is_list = and_(imports.c.kind == ImportKind.LIST.value, imports.c.state == State.DONE.value)
    return case(
        (and_(is_list, _has_film(*_MOVING)), State.RUNNING.value),
        (and_(is_list, _has_film(State.DONE.value)), State.DONE.value),
        (and_(is_list, _has_film(State.FAILED.value)), State.FAILED.value),
        (and_(is_list, _has_film(State.CANCELLED.value)), State.CANCELLED.value),
        (imports.c.video.is_not(None), imports.c.state),
        else_=func.coalesce(state_of(imports.c.job), imports.c.state),
    )


def _has_film(*states: str) -> ColumnElement[bool]:
    """Whether a film of the list is in one of these states."""
    film = imports.alias()
    return select(film.c.id).where(film.c.parent == imports.c.id, film.c.state.in_(states)).correlate(imports).exists()


def _import_of(row: RowMapping) -> Import:
    said = dict(row)
    draft = said.pop("draft")
    return Import(
        kind=ImportKind(said.pop("kind")),
        tags=tuple(json.loads(said.pop("tags"))),
        written_state=State(said.pop("state")),
        written_error=said.pop("error"),
        draft=None if draft is None else json.loads(draft),
        job_id=said.pop("job"),
        created_at=datetime.fromtimestamp(said.pop("created_at") / 1000, UTC),
        started_at=_time(said.pop("started_at")),
        finished_at=_time(said.pop("finished_at")),
        **said,
    )


def _time(moment: int | None) -> datetime | None:
    return None if moment is None else datetime.fromtimestamp(moment / 1000, UTC)
