"""Which films were fetched by themselves, and when: all instances count together, by the database's clock.

Every method raises `DatabaseUnavailableError` when the database fails.
"""

from collections.abc import Sequence

from sqlalchemy import and_, exists, func, insert, select, update

from services.artists.accepting.tables import accepted
from services.artists.artist import WantedState
from services.artists.tables import wanted
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.locks import lock

_DAY = 24 * 3600 * 1000
_LEFT_ALONE = 10 * 60 * 1000
"""Milliseconds after which a film that was taken and not begun is taken again: whoever had it has died."""
_PAGES = ("imvdb", "lastfm", "musicbrainz", "spotify")
"""Services whose addresses lead to pages about films, and to none."""
_LOCK = "artists.accepting"


class AcceptedStore:
    """The table of films that were fetched by themselves."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)

    def claim(self, *, least: int, per_day: int) -> Sequence[str]:
        """The films to begin with now, the surest first: nobody else gets them.

        `least` is a confidence in thousandths. A film is taken once in its life: one whose import somebody has
        cancelled is wanted again, and is not fetched again by itself.
        """
        with self._database.writing() as connection:
            lock(_LOCK, on=connection)
            now = self._clock.read_on(connection)
            begun = self._left_alone(now, connection)
            today = accepted.c.accepted_at.between(now - _DAY + 1, now)
            count = connection.scalar(select(func.count()).select_from(accepted).where(today)) or 0
            which = and_(
                wanted.c.hidden == 0,
                wanted.c.state == WantedState.WANTED.value,
                wanted.c.confidence >= least,
                wanted.c.artist_id.is_not(None),
                wanted.c.import_id.is_(None),
                wanted.c.url != "",
                wanted.c.service.not_in(_PAGES),
                ~exists().where(accepted.c.wanted_id == wanted.c.id),
            )
            surest = select(wanted.c.id).where(which).order_by(wanted.c.confidence.desc(), wanted.c.id.desc())
            new = list(connection.scalars(surest.limit(max(0, per_day - count))))
            if new:
                connection.execute(
                    insert(accepted), [{"wanted_id": each, "accepted_at": now, "settled": 0} for each in new]
                )
            return [*begun, *new]

    def settle(self, wanted_id: str) -> None:
        """Write down that nothing is left to be done about a film."""
        with self._database.writing() as connection:
            connection.execute(update(accepted).where(accepted.c.wanted_id == wanted_id).values(settled=1))

    def _left_alone(self, now: int, on: Transaction) -> list[str]:
        # Clocks are set back, too.
        which = and_(accepted.c.settled == 0, ~accepted.c.accepted_at.between(now - _LEFT_ALONE, now))
        return list(on.scalars(select(accepted.c.wanted_id).where(which).order_by(accepted.c.accepted_at)))
