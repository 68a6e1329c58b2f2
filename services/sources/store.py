"""How outside services are, in the database: all processes and instances share one rate and one breaker.

Times are those of the database. Every method raises `DatabaseUnavailableError` when the database fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import RowMapping, and_, delete, func, select, update

from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.insert import insert_of
from services.sources.service import Service, ServiceHealth, ServiceState
from services.sources.tables import services_asked, source_answers

OPENS_AFTER = 5
"""Failures in a row, after which a service is not asked for a while."""
FIRST_PAUSE = 30_000
"""How long, in milliseconds, at first; each further failure doubles it."""
LONGEST_PAUSE = 30 * 60_000
LONGEST_REST = 24 * 60 * 60_000
"""A service that asks for more is asked again after this."""
_TRIAL = 60_000
# Nobody waits longer for a turn.
_LONGEST_QUEUE = 120_000
_HOUR = 3_600_000
_LONGEST_ERROR = 500
_WELL: dict[str, int] = {"failures": 0, "away_until": 0, "rests_until": 0}
_NEW: Mapping[str, int] = dict.fromkeys(
    ("next_at", "rests_until", "away_until", "failures", "asked", "failed", "hour", "asked_in_hour"), 0
)


@dataclass(frozen=True, kw_only=True)
class ServiceTurn:
    """Whether a request may be sent."""

    is_given: bool
    wait: float
    """Seconds until it may be."""
    is_away: bool = False
    """Whether that is because the service has failed too often."""


class ServiceStore:
    """One row for each service."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)

    def take_turn(self, service: Service, *, patience: float, forced: bool = False) -> ServiceTurn:
        """The right to send one request, after a wait of at most `patience` seconds.

        Of a service that has failed too often, one request is let through when its pause is over, and the rest when
        that was answered. `forced` asks it all the same.
        """
        between = 60_000 / service.per_minute
        with self._database.writing() as connection:
            row, now = self._locked(service.name, on=connection)
            # A moment that no pause of ours reaches was set while a clock was wrong.
            away = row["away_until"] if row["away_until"] <= now + LONGEST_PAUSE else 0
            rests = row["rests_until"] if row["rests_until"] <= now + LONGEST_REST else 0
            if away > now and not forced:
                return ServiceTurn(is_given=False, wait=(away - now) / 1000, is_away=True)
            burst = between * service.at_once
            due = max(row["next_at"], now)
            if due > now + burst + between + _LONGEST_QUEUE:
                due = now
            wait = max(0.0, due + between - burst - now, 0.0 if forced else rests - now) / 1000
            if wait > patience:
                return ServiceTurn(is_given=False, wait=wait)
            hour = now // _HOUR
            change = {
                "next_at": int(due + between),
                "asked": row["asked"] + 1,
                "hour": hour,
                "asked_in_hour": row["asked_in_hour"] + 1 if row["hour"] == hour else 1,
            }
            if row["failures"] >= OPENS_AFTER:
                # The others wait for what comes of this one.
                change["away_until"] = now + _TRIAL
            self._write(service.name, change, on=connection)
            return ServiceTurn(is_given=True, wait=wait)

    def answered(self, service: Service) -> None:
        """It has answered as it should."""
        with self._database.writing() as connection:
            row, now = self._locked(service.name, on=connection)
            # Later than what went before, in a database whose clock has been set back as well.
            change: dict[str, object] = {"answered_at": max(now, (row["failed_at"] or 0) + 1)}
            self._write(service.name, change | _WELL, on=connection)

    def refused(self, service: Service, error: str) -> None:
        """It is there, and has refused: that it will do again, so nothing is to be waited for."""
        with self._database.writing() as connection:
            row, now = self._locked(service.name, on=connection)
            change: dict[str, object] = {
                "failed": row["failed"] + 1,
                "failed_at": max(now, (row["answered_at"] or 0) + 1),
                "last_error": error[:_LONGEST_ERROR],
            }
            self._write(service.name, change | _WELL, on=connection)

    def failed(self, service: Service, error: str) -> None:
        """It has not."""
        with self._database.writing() as connection:
            row, now = self._locked(service.name, on=connection)
            failures = min(row["failures"] + 1, 1000)
            over = failures - OPENS_AFTER
            pause = min(FIRST_PAUSE * 2 ** min(over, 10), LONGEST_PAUSE) if over >= 0 else 0
            self._write(
                service.name,
                {
                    "failures": failures,
                    "failed": row["failed"] + 1,
                    "away_until": now + pause if pause else 0,
                    "failed_at": max(now, (row["answered_at"] or 0) + 1),
                    "last_error": error[:_LONGEST_ERROR],
                },
                on=connection,
            )

    def rests(self, service: Service, seconds: float, error: str) -> None:
        """It has asked for a pause of so many seconds."""
        with self._database.writing() as connection:
            _, now = self._locked(service.name, on=connection)
            until = now + min(int(seconds * 1000), LONGEST_REST)
            change = {"rests_until": until, "last_error": error[:_LONGEST_ERROR]}
            self._write(service.name, change, on=connection)

    def all(self) -> Mapping[str, ServiceHealth]:
        """Those that have been asked, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(services_asked)).mappings().all()
            now = self._clock.read_on(connection)
        return {row["name"]: _health(row, now) for row in rows}

    def forget_old(self, prefix: str, *, seconds: float) -> int:
        """Delete those whose names begin so and that were not heard of for so long; returns how many."""
        with self._database.writing() as connection:
            since = self._clock.read_on(connection) - int(seconds * 1000)
            # One that has only asked for a pause has neither answered nor failed: its turn and its rest tell of it.
            known = services_asked.c
            moments = (known.answered_at, known.failed_at, known.next_at, known.rests_until, known.away_until)
            is_old = and_(*(func.coalesce(each, 0) < since for each in moments))
            old = known.name.startswith(prefix, autoescape=True) & is_old
            return connection.execute(delete(services_asked).where(old)).rowcount

    def _locked(self, name: str, *, on: Transaction) -> tuple[RowMapping, int]:
        """The row, which nobody else changes until the transaction ends, and the time."""
        new = self._insert(services_asked).values(name=name, **_NEW)
        same = new.on_conflict_do_update(index_elements=["name"], set_={"name": services_asked.c.name})
        row = on.execute(same.returning(services_asked)).mappings().one()
        return row, self._clock.read_on(on)

    def _write(self, name: str, change: Mapping[str, object], *, on: Transaction) -> None:
        on.execute(update(services_asked).where(services_asked.c.name == name).values(**change))


class AnswerStore:
    """Answers that are good for a while."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._now = Clock(database).now
        self._insert = insert_of(database)

    def get(self, key: str) -> str | None:
        """The answer, while it is good."""
        wanted = select(source_answers.c.body).where(
            source_answers.c.key == key, source_answers.c.good_until > self._now
        )
        with self._database.reading() as connection:
            return connection.scalar(wanted)

    def put(self, key: str, body: str, *, seconds: float) -> None:
        """Keep an answer for so long."""
        values = {"body": body, "good_until": self._now + int(seconds * 1000)}
        row = self._insert(source_answers).values(key=key, **values)
        with self._database.writing() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["key"], set_=values))

    def forget_old(self) -> int:
        """Delete those that are not good any more; returns how many."""
        with self._database.writing() as connection:
            return connection.execute(delete(source_answers).where(source_answers.c.good_until <= self._now)).rowcount


def _health(row: RowMapping, now: int) -> ServiceHealth:
    away, rests = (row[name] if now < row[name] <= now + LONGEST_REST else 0 for name in ("away_until", "rests_until"))
    if away:
        state = ServiceState.AWAY
    elif rests:
        state = ServiceState.SLOW
    elif (row["failed_at"] or 0) > (row["answered_at"] or 0):
        state = ServiceState.FAILING
    else:
        state = ServiceState.OK if row["answered_at"] else ServiceState.UNKNOWN
    return ServiceHealth(
        state=state,
        asked=row["asked"],
        failed=row["failed"],
        asked_in_hour=row["asked_in_hour"] if row["hour"] == now // _HOUR else 0,
        answered_at=row["answered_at"],
        failed_at=row["failed_at"],
        last_error=row["last_error"],
        asked_again_at=max(away, rests) or None,
    )
