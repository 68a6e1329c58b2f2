"""Bulk actions and their videos, as rows.

An attempt begins one video after the other, and only the newest attempt that has begun a video may end it. Every method
raises `DatabaseUnavailableError` when the database fails.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import RowMapping, and_, delete, exists, func, insert, or_, select, update

from services.actors.actor import Actor
from services.bulk.tables import bulk, bulk_items
from services.database.clock import Clock
from services.database.engine import Database, Transaction

Value = str | list[str] | None
"""What an action needs besides: a word, or several."""

_PAGE = 1000


class ItemState(StrEnum):
    """Where one video stands."""

    WAITING = "waiting"
    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    LEFT = "left"
    """It was not begun when all of it was taken back."""


_TOUCHED = (ItemState.DONE.value, ItemState.BEGUN.value)
_OPEN = (ItemState.WAITING.value, ItemState.BEGUN.value)
_other = bulk_items.alias()


@dataclass(frozen=True, kw_only=True)
class Undo:
    """What is taken back."""

    bulk: str
    tried: str | None = None
    """What was to take it back before, and could not."""


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """The same, done to many videos."""

    id: str
    action: str
    value: Value
    actor: Actor
    """Who asked, with the rights of that moment."""
    count: int
    job: str | None
    """None where it was done at once."""
    asked_at: int
    """In milliseconds since 1970."""
    undoes: str | None
    undone_by: str | None

    @property
    def asked(self) -> datetime:
        """When it was asked for."""
        return datetime.fromtimestamp(self.asked_at / 1000, UTC)


@dataclass(frozen=True, kw_only=True)
class BulkItem:
    """One video that has been begun."""

    place: int
    video: str
    was_begun: bool
    """Whether an attempt before has begun it, and may have done it."""


@dataclass(frozen=True, kw_only=True)
class BulkEnded:
    """What became of one video."""

    place: int
    state: ItemState
    status: int
    detail: str | None = None


@dataclass(frozen=True, kw_only=True)
class BulkOutcome:
    """What became of one video, for whoever asks."""

    video: str
    state: ItemState
    status: int | None
    detail: str | None


class BulkStore:
    """The tables of bulk actions."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)

    def add(
        self, id_: str, action: str, value: Value, videos: Sequence[str], *, actor: Actor, undoes: Undo | None = None
    ) -> Bulk | None:
        """Write down what is to be done; None where somebody else has just taken back what `undoes` names."""
        row = {
            "id": id_,
            "action": action,
            "value": None if value is None else json.dumps(value, ensure_ascii=False),
            "actor": msgspec.json.encode(actor).decode(),
            "count": len(videos),
            "undoes": None if undoes is None else undoes.bulk,
        }
        items = [
            {"bulk": id_, "place": place, "video": video, "state": ItemState.WAITING.value, "attempt": 0}
            for place, video in enumerate(videos)
        ]
        with self._database.writing() as connection:
            if undoes is not None:
                first = and_(bulk.c.id == undoes.bulk, bulk.c.undone_by.is_not_distinct_from(undoes.tried))
                if connection.execute(update(bulk).where(first).values(undone_by=id_)).rowcount == 0:
                    return None
            connection.execute(insert(bulk).values(row | {"asked_at": self._clock.now}))
            if items:
                connection.execute(insert(bulk_items), items)
        return self.get(id_)

    def without_job(self, *, older_than: int, most: int) -> list[Bulk]:
        """Those that were asked for so many milliseconds ago, have no job, and are not ended; the oldest first."""
        open_ = exists().where(bulk_items.c.bulk == bulk.c.id, bulk_items.c.state.in_(_OPEN))
        old = and_(bulk.c.job.is_(None), bulk.c.asked_at < self._clock.now - older_than, open_)
        with self._database.reading() as connection:
            wanted = select(bulk).where(old).order_by(bulk.c.asked_at).limit(most)
            return [_bulk_of(row) for row in connection.execute(wanted).mappings()]

    def note_job(self, id_: str, job: str) -> None:
        """Note which job does it."""
        with self._database.writing() as connection:
            connection.execute(update(bulk).where(bulk.c.id == id_).values(job=job))

    def get(self, id_: str) -> Bulk | None:
        """The one of that id."""
        with self._database.reading() as connection:
            row = connection.execute(select(bulk).where(bulk.c.id == id_)).mappings().one_or_none()
        return None if row is None else _bulk_of(row)

    def step(self, id_: str, *, attempt: int, after: int, ended: BulkEnded | None = None) -> BulkItem | None:
        """Write down what became of one video, and begin the next behind that place; None where there is none.

        Nothing more is begun once all of it was taken back.
        """
        with self._database.writing() as connection:
            if ended is not None:
                _end(connection, id_, ended, attempt=attempt)
            open_ = or_(
                bulk_items.c.state == ItemState.WAITING.value,
                and_(bulk_items.c.state == ItemState.BEGUN.value, bulk_items.c.attempt < attempt),
            )
            row = connection.execute(
                select(bulk_items.c.place, bulk_items.c.video, bulk_items.c.state)
                .join(bulk, bulk.c.id == bulk_items.c.bulk)
                .where(bulk_items.c.bulk == id_, bulk_items.c.place > after, open_, bulk.c.undone_by.is_(None))
                .order_by(bulk_items.c.place)
                .limit(1)
            ).one_or_none()
            if row is None:
                return None
            mine = and_(bulk_items.c.bulk == id_, bulk_items.c.place == row.place, open_)
            begun = update(bulk_items).where(mine).values(state=ItemState.BEGUN.value, attempt=attempt)
            if connection.execute(begun).rowcount == 0:
                return None
        return BulkItem(place=row.place, video=row.video, was_begun=row.state == ItemState.BEGUN.value)

    def leave_rest(self, id_: str) -> None:
        """Where all of it was taken back, what has not been begun never will be."""
        rest = and_(bulk_items.c.bulk == id_, bulk_items.c.state == ItemState.WAITING.value)
        is_undone = exists().where(bulk.c.id == id_, bulk.c.undone_by.is_not(None))
        with self._database.writing() as connection:
            connection.execute(update(bulk_items).where(rest, is_undone).values(state=ItemState.LEFT.value))

    def leave_untouched(self, id_: str, *, undoes: str) -> None:
        """Leave the videos to which what is taken back was not done."""
        rest = and_(bulk_items.c.bulk == id_, bulk_items.c.state == ItemState.WAITING.value)
        touched = select(_other.c.video).where(_other.c.bulk == undoes, _other.c.state.in_(_TOUCHED))
        left = update(bulk_items).where(rest, bulk_items.c.video.not_in(touched))
        with self._database.writing() as connection:
            connection.execute(left.values(state=ItemState.LEFT.value))

    def touched(self, id_: str) -> list[str]:
        """The videos to which it was done, or may have been."""
        which = and_(bulk_items.c.bulk == id_, bulk_items.c.state.in_(_TOUCHED))
        with self._database.reading() as connection:
            return list(connection.scalars(select(bulk_items.c.video).where(which).order_by(bulk_items.c.place)))

    def counts(self, id_: str) -> dict[ItemState, int]:
        """How many videos are in each state."""
        wanted = select(bulk_items.c.state, func.count()).where(bulk_items.c.bulk == id_).group_by(bulk_items.c.state)
        with self._database.reading() as connection:
            return {ItemState(state): count for state, count in connection.execute(wanted).all()}

    def outcomes(self, id_: str) -> Iterator[BulkOutcome]:
        """What became of each video, in the order in which they were named."""
        after = -1
        while page := self._page(id_, after=after):
            for place, outcome in page:
                yield outcome
                after = place

    def troubles(self, id_: str, *, most: int) -> list[BulkOutcome]:
        """The first videos with which it could not be done."""
        return [outcome for _, outcome in self._page(id_, after=-1, most=most, state=ItemState.REFUSED)]

    def forget(self, *, older_than: int) -> int:
        """Forget what was asked for so many milliseconds ago; returns how many those were."""
        before = self._clock.now - older_than
        old = select(bulk.c.id).where(bulk.c.asked_at < before)
        with self._database.writing() as connection:
            connection.execute(delete(bulk_items).where(bulk_items.c.bulk.in_(old)))
            return connection.execute(delete(bulk).where(bulk.c.asked_at < before)).rowcount

    def _page(
        self, id_: str, *, after: int, most: int = _PAGE, state: ItemState | None = None
    ) -> list[tuple[int, BulkOutcome]]:
        which = and_(bulk_items.c.bulk == id_, bulk_items.c.place > after)
        if state is not None:
            which = and_(which, bulk_items.c.state == state.value)
        wanted = select(bulk_items).where(which).order_by(bulk_items.c.place).limit(most)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [(row["place"], _outcome(row)) for row in rows]


def _end(connection: Transaction, id_: str, ended: BulkEnded, *, attempt: int) -> None:
    mine = and_(
        bulk_items.c.bulk == id_,
        bulk_items.c.place == ended.place,
        bulk_items.c.state == ItemState.BEGUN.value,
        bulk_items.c.attempt == attempt,
    )
    values = {"state": ended.state.value, "status": ended.status, "detail": ended.detail}
    connection.execute(update(bulk_items).where(mine).values(values))


def _bulk_of(row: RowMapping) -> Bulk:
    value = None if row["value"] is None else json.loads(row["value"])
    actor = msgspec.json.decode(row["actor"], type=Actor)
    return Bulk(**{**row, "value": value, "actor": actor})


def _outcome(row: Any) -> BulkOutcome:
    state = ItemState(row["state"])
    return BulkOutcome(video=row["video"], state=state, status=row["status"], detail=row["detail"])
