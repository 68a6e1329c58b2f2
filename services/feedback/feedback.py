"""Feedback of those who may see a film and say something about it."""

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.engine import Database
from services.events.envelope import Said
from services.events.videos import VideoPurged
from services.feedback.rating import RatedMatter, Rating
from services.feedback.store import FeedbackStore
from services.library.library import Library
from services.metrics import FEEDBACK


class Feedback:
    """Takes ratings: one a person, film and matter."""

    def __init__(self, library: Library, database: Database, audit: Audit) -> None:
        """`database` is the durable one."""
        self._library = library
        self._database = database
        self._audit = audit
        self._store = FeedbackStore(database)

    def give(self, video_id: str, about: RatedMatter, *, rating: int, text: str, by: Actor) -> Rating:
        """Keep what the actor thinks. Raises `VideoNotFoundError`, and what the policy says to who may not comment."""
        video = self._library.get(video_id, by=by, act=Act.COMMENT)
        given = Rating(video_id=video.id, person=by.id, about=about, rating=rating, text=text.strip())
        with self._database.writing() as connection:
            self._store.put(given, on=connection)
            # What was said stays between the person and who reads the ratings.
            target, details = AuditTarget(kind="video", id=video.id), {"about": about.value, "rating": rating}
            self._audit.write(connection, "feedback.given", by=by, target=target, details=details)
        FEEDBACK.labels(about.value, str(rating)).inc()
        return given

    def own(self, video_id: str, *, by: Actor) -> dict[RatedMatter, Rating]:
        """What the actor has said of a film that it may see. Raises `VideoNotFoundError`."""
        video = self._library.get(video_id, by=by, act=Act.COMMENT)
        return {each.about: each for each in self._store.of(video.id, person=by.id)}

    def counted(self, *, by: Actor) -> dict[RatedMatter, dict[int, int]]:
        """How many people have given each mark, of all films."""
        require(by, Act.MANAGE)
        return self._store.counted()

    def purged(self, said: Said) -> None:
        """Let go of the ratings of a film that is gone."""
        if isinstance(said.event, VideoPurged):
            self._store.forget(said.event.video.id)
