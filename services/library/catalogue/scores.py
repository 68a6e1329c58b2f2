"""How accessible each video is, as columns of the index: lists are sorted and narrowed by them, and figures counted.

What a score is made of, and which bit stands for what, is nothing that the index knows (`services/accessibility/`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, case, func, or_, select

from services.database.engine import Database
from services.library.catalogue.models import UNKNOWN_LACKS, videos
from services.library.catalogue.rows import HIDDEN, LIBRARY, video_of
from services.videos.video import Video


@dataclass(frozen=True, kw_only=True)
class Scored:
    """The score of one video."""

    score: int
    """Of 100."""
    lacks: int
    """A bit for each thing that it lacks."""


class ScoreIndex:
    """The scores in the index. Every method raises `CatalogueUnavailableError` when the database fails."""

    def __init__(self, database: Database) -> None:
        """`database` is the one of the catalogue."""
        self._database = database

    def note(self, scores: Mapping[str, Scored]) -> int:
        """Write down scores by the videos' ids; returns how many that were."""
        if not scores:
            return 0
        differs = or_(videos.c.accessibility != bindparam("score"), videos.c.lacks != bindparam("missing"))
        change = (
            videos.update()
            .where(videos.c.id == bindparam("video"), differs)
            .values(accessibility=bindparam("score"), lacks=bindparam("missing"))
        )
        # In the same order everywhere, so that no two of them wait for each other.
        rows = [{"video": id_, "score": each.score, "missing": each.lacks} for id_, each in sorted(scores.items())]
        with self._database.writing() as connection:
            connection.execute(change, rows)
        return len(rows)

    def after(self, id_: str, *, unscored: bool, most: int) -> tuple[Video, ...]:
        """The next videos by their ids, in the library or in the trash; with `unscored` only those without a score."""
        wanted = select(videos).where(videos.c.id > id_, videos.c.shelf != HIDDEN).order_by(videos.c.id).limit(most)
        if unscored:
            wanted = wanted.where(videos.c.lacks == UNKNOWN_LACKS)
        with self._database.reading() as connection:
            return tuple(video_of(dict(row)) for row in connection.execute(wanted).mappings())

    def count(self, bits: Sequence[int]) -> tuple[int, tuple[int, ...]]:
        """How many videos the library has, and how many of them lack each of these."""
        each = [func.coalesce(func.sum(case((videos.c.lacks.bitwise_and(bit) != 0, 1), else_=0)), 0) for bit in bits]
        with self._database.reading() as connection:
            total, *lacking = connection.execute(select(func.count(), *each).where(videos.c.shelf == LIBRARY)).one()
        return total, tuple(int(number) for number in lacking)
