"""Ratings as rows. Every method raises `DatabaseUnavailableError` when the database fails."""

from sqlalchemy import delete, func, select

from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.insert import insert_of
from services.feedback.rating import RatedMatter, Rating
from services.feedback.tables import feedback


class FeedbackStore:
    """The last rating of each person, film and matter."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._now = Clock(database).now
        self._insert = insert_of(database)

    def put(self, rating: Rating, *, on: Transaction) -> bool:
        """Keep a rating in the place of the person's earlier one; returns whether there was none."""
        key = {"video": rating.video_id, "person": rating.person, "about": rating.about.value}
        which = (feedback.c.video == rating.video_id) & (feedback.c.person == rating.person)
        known = on.execute(select(feedback.c.rating).where(which & (feedback.c.about == rating.about.value))).first()
        said = {"rating": rating.rating, "words": rating.text, "given_at": self._now}
        row = self._insert(feedback).values(key | said)
        on.execute(row.on_conflict_do_update(index_elements=list(key), set_=said))
        return known is None

    def of(self, video_id: str, *, person: str) -> tuple[Rating, ...]:
        """What one person has said of a film."""
        which = (feedback.c.video == video_id) & (feedback.c.person == person)
        wanted = select(feedback).where(which).order_by(feedback.c.about)
        with self._database.reading() as connection:
            return tuple(
                Rating(
                    video_id=row.video,
                    person=row.person,
                    about=RatedMatter(row.about),
                    rating=row.rating,
                    text=row.words,
                )
                for row in connection.execute(wanted)
            )

    def counted(self) -> dict[RatedMatter, dict[int, int]]:
        """How many ratings there are of each matter, by their marks."""
        each = (feedback.c.about, feedback.c.rating)
        found: dict[RatedMatter, dict[int, int]] = {}
        with self._database.reading() as connection:
            for about, rating, count in connection.execute(select(*each, func.count()).group_by(*each)):
                found.setdefault(RatedMatter(about), {})[rating] = count
        return found

    def forget(self, video_id: str) -> None:
        """Let go of the ratings of a film that is gone."""
        with self._database.writing() as connection:
            connection.execute(delete(feedback).where(feedback.c.video == video_id))
