"""Subscriptions in the database. Times are those of the database.

Every method raises `DatabaseUnavailableError` when the database fails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, func, or_, select, update

from services.database.clock import Clock
from services.database.engine import Database
from services.database.insert import insert_of
from services.subscriptions.subscription import Subscription, SubscriptionKind
from services.subscriptions.tables import finds, subscriptions

_DAY = 24 * 3_600_000
# How far quiet hours can put off a look, with an hour for the change of the clocks.
_QUIET_AT_MOST = 25 * 3_600_000
_LONGEST_ERROR = 500
_MOST = 1000


@dataclass(frozen=True, kw_only=True)
class Find:
    """A film that a subscription has found."""

    service: str
    source_id: str
    wanted: str | None


class SubscriptionStore:
    """Both tables."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)

    def now(self) -> int:
        """The time."""
        return self._clock.read()

    def all(self) -> Sequence[Subscription]:
        """All of them, the newest first."""
        wanted = select(subscriptions).order_by(subscriptions.c.created_at.desc(), subscriptions.c.id).limit(_MOST)
        with self._database.reading() as connection:
            return [_subscription(row) for row in connection.execute(wanted).mappings()]

    def get(self, id_: str) -> Subscription | None:
        """The one of that id."""
        with self._database.reading() as connection:
            row = connection.execute(select(subscriptions).where(subscriptions.c.id == id_)).mappings().one_or_none()
        return None if row is None else _subscription(row)

    def add(self, new: Subscription, *, key: str) -> str | None:
        """Keep a new one; returns the id of the one that looks at the same, where there is one."""
        row = _row(new) | {"key": key}
        with self._database.writing() as connection:
            added = self._insert(subscriptions).values(**row).on_conflict_do_nothing(index_elements=["key"])
            if connection.execute(added.returning(subscriptions.c.id)).scalar() is not None:
                return None
            return connection.scalar(select(subscriptions.c.id).where(subscriptions.c.key == key))

    def change(self, id_: str, values: Mapping[str, Any]) -> bool:
        """Write these columns; False where it is gone."""
        statement = update(subscriptions).where(subscriptions.c.id == id_).values(**values)
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount > 0

    def remove(self, id_: str) -> bool:
        """Forget it, with what it has found; False where it is gone already."""
        with self._database.writing() as connection:
            connection.execute(delete(finds).where(finds.c.subscription == id_))
            return connection.execute(delete(subscriptions).where(subscriptions.c.id == id_)).rowcount > 0

    def due(self, *, most: int) -> Sequence[Subscription]:
        """Those whose time has come; so has that of one put off for longer than it ever is, by a wrong clock."""
        now = self._clock.now
        furthest = now + subscriptions.c.interval_minutes * 60_000 + _QUIET_AT_MOST
        is_due = or_(subscriptions.c.next_run_at <= now, subscriptions.c.next_run_at > furthest)
        wanted = select(subscriptions).where(subscriptions.c.paused == 0, is_due)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(subscriptions.c.next_run_at).limit(most)).mappings()
            return [_subscription(row) for row in rows]

    def put_off(self, seen: Subscription, until: int, *, job: str | None = None) -> bool:
        """Have it looked at next then, unless that has been changed meanwhile."""
        values: dict[str, Any] = {"next_run_at": until} | ({} if job is None else {"job": job})
        same = (subscriptions.c.id == seen.id) & (subscriptions.c.next_run_at == seen.next_run_at)
        with self._database.writing() as connection:
            return connection.execute(update(subscriptions).where(same).values(**values)).rowcount > 0

    def looked(self, id_: str, *, found: int, error: str | None) -> None:
        """Write down what came of a look."""
        values = {"last_run_at": self._clock.now, "last_found": found, "last_error": error and error[:_LONGEST_ERROR]}
        with self._database.writing() as connection:
            connection.execute(update(subscriptions).where(subscriptions.c.id == id_).values(**values))

    def known(self, id_: str) -> set[tuple[str, str]]:
        """What it has found before, by service and id."""
        wanted = select(finds.c.service, finds.c.source_id).where(finds.c.subscription == id_)
        with self._database.reading() as connection:
            return {(row.service, row.source_id) for row in connection.execute(wanted)}

    def brought_today(self, id_: str) -> int:
        """How many films it has brought in the last 24 hours."""
        since = self._clock.now - _DAY
        wanted = select(func.count()).where(
            finds.c.subscription == id_, finds.c.wanted.is_not(None), finds.c.found_at > since
        )
        with self._database.reading() as connection:
            return connection.scalar(wanted) or 0

    def note(self, id_: str, found: Sequence[Find]) -> None:
        """Keep what was found, the newest first; what is known already stays as it was."""
        if not found:
            return
        with self._database.writing() as connection:
            if connection.scalar(select(subscriptions.c.id).where(subscriptions.c.id == id_)) is None:
                return
            last = connection.scalar(select(func.max(finds.c.number)).where(finds.c.subscription == id_)) or 0
            now = self._clock.read_on(connection)
            rows = [
                {
                    "subscription": id_,
                    "service": each.service,
                    "source_id": each.source_id,
                    "wanted": each.wanted,
                    "number": last + number,
                    "found_at": now,
                }
                for number, each in enumerate(reversed(found), start=1)
            ]
            connection.execute(self._insert(finds).values(rows).on_conflict_do_nothing())

    def beyond(self, id_: str, keep: int) -> Sequence[str]:
        """The wanted films that it has brought, but for the newest so many; the newest first."""
        wanted = (
            select(finds.c.wanted)
            .where(finds.c.subscription == id_, finds.c.wanted.is_not(None))
            .order_by(finds.c.number.desc())
            .offset(keep)
            .limit(_MOST)
        )
        with self._database.reading() as connection:
            return [each for each in connection.scalars(wanted) if each is not None]

    def let_go(self, id_: str, wanted: Sequence[str]) -> None:
        """These films are not among those that are kept any more."""
        statement = update(finds).where(finds.c.subscription == id_, finds.c.wanted.in_(wanted))
        with self._database.writing() as connection:
            connection.execute(statement.values(wanted=None))


def _row(each: Subscription) -> dict[str, Any]:
    return {
        "id": each.id,
        "kind": each.kind.value,
        "target": each.target,
        "artist": each.artist,
        "interval_minutes": each.interval_minutes,
        "quiet_hours": each.quiet_hours,
        "time_zone": each.time_zone,
        "max_per_day": each.max_per_day,
        "keep": each.keep,
        "paused": int(each.paused),
        "owner": each.owner,
        "owner_name": each.owner_name,
        "next_run_at": each.next_run_at,
        "last_run_at": each.last_run_at,
        "last_error": each.last_error,
        "last_found": each.last_found,
        "job": each.job,
        "created_at": each.created_at,
    }


def _subscription(row: RowMapping) -> Subscription:
    values = {name: value for name, value in row.items() if name != "key"}
    return Subscription(**values | {"kind": SubscriptionKind(row["kind"]), "paused": bool(row["paused"])})
