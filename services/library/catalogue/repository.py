"""The catalogue as the other services use it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select

from services.actors.policy import Seen
from services.database.clock import Clock
from services.database.engine import Connections, Database
from services.database.errors import CatalogueUnavailableError
from services.database.insert import insert_of
from services.database.notes import Notes
from services.library.catalogue.grouped import find_grouped
from services.library.catalogue.kept import KeptIndex
from services.library.catalogue.models import UNKNOWN_LACKS, state, videos, words
from services.library.catalogue.pages import (
    EVERYTHING,
    Page,
    PageQuery,
    Totals,
    find_clips,
    find_copies,
    find_ids,
    find_looks,
    find_page,
    find_totals,
)
from services.library.catalogue.rows import (
    HIDDEN,
    TRASH,
    collection_word,
    made_of,
    made_row,
    milliseconds,
    row_of,
    tag_word,
    video_of,
    words_of,
)
from services.library.catalogue.schema import ensure
from services.library.catalogue.scores import ScoreIndex
from services.library.catalogue.stored import StoredQuery, StoredVideo, find_having, find_stored
from services.library.catalogue.tags import FoundTag, find_tags
from services.videos.homes import BEHIND_HOMES, FIRST_AT_HOME, behind, home_named
from services.videos.made import Made
from services.videos.tier import Tier
from services.videos.video import CHANGED, MISSING, READY, Video

_GONE = "gone"
_COMPLETE = "complete"
_DAY = 24 * 60 * 60 * 1000
_AT_ONCE = 500
_SUBTITLES = '"subtitle_files":'
"""In what has been made of a video, where there are any (`services/videos/made.py`)."""


@dataclass(frozen=True)
class IndexedVersion:
    """As much of a row as tells whether it is still true."""

    etag: str
    status: str
    in_trash: bool
    unsaid: str | None = None
    """The event that its last change is, as long as it has not been said."""
    written_at: int = 0
    """By the clock of the notes."""
    about_version: str = ""
    """Of what people say about it."""
    is_held: bool = False
    """Whether it was on legal hold."""
    tier: str = Tier.HOT.value
    returning_to: str | None = None


class Catalogue:
    """What is known of the videos. Every method raises `CatalogueUnavailableError` when the database fails."""

    def __init__(self, connections: Connections) -> None:
        self._database = Database(connections, prepare=ensure, unavailable=CatalogueUnavailableError)
        self.notes = Notes(self._database, state)
        """What is to be remembered for as long as this index lasts."""
        self.scores = ScoreIndex(self._database)
        """How accessible the videos are."""
        self.kept = KeptIndex(self._database)
        """How much storage has, for what it costs."""
        self._now = Clock(self._database).now
        self._insert = insert_of(self._database)

    def ping(self) -> None:
        """Ask the database for a sign of life."""
        self._database.ping()

    def page(self, query: PageQuery) -> Page:
        """A part of the list."""
        with self._database.reading() as connection:
            return find_page(connection, query)

    def ids(self, query: PageQuery, *, most: int) -> Sequence[str]:
        """The ids of so many videos that the question finds."""
        with self._database.reading() as connection:
            return find_ids(connection, query, most=most)

    def tags(self, begins: str, *, seen: Seen, most: int, after: str = "") -> Sequence[FoundTag]:
        """So many tags that begin like that, behind that word."""
        with self._database.reading() as connection:
            return list(islice(find_tags(connection, begins, seen=seen, after=after), most))

    def totals(self, seen: Seen = EVERYTHING) -> Totals:
        """How much there is in the library, of what may be seen."""
        with self._database.reading() as connection:
            return find_totals(connection, seen)

    def grouped(self, ids: Collection[str], *, seen: Seen) -> Mapping[str, Totals]:
        """How much there is in each of these collections, of what may be seen."""
        with self._database.reading() as connection:
            return find_grouped(connection, ids, seen=seen)

    def count_stored(self) -> int:
        """How many videos there are whose content is in storage, as far as is known; those in the trash too."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(videos).where(videos.c.status == READY)) or 0

    def stored_after(self, after: str, *, limit: int) -> list[str]:
        """The ids of such videos that sort behind `after`, in their order."""
        found = select(videos.c.id).where(videos.c.status == READY, videos.c.id > after)
        with self._database.reading() as connection:
            return list(connection.scalars(found.order_by(videos.c.id).limit(limit)))

    def copies(self, sha256: str, *, other_than: str, seen: Seen, most: int) -> tuple[str, ...]:
        """The ids of other videos of the library with that content that may be seen, the oldest first."""
        with self._database.reading() as connection:
            return find_copies(connection, sha256, other_than=other_than, seen=seen, most=most)

    def looks(self, video: Video, *, seen: Seen, within: float) -> Sequence[tuple[str, str]]:
        """The ids and looks of other videos that may be seen, and whose length differs by no more than that share."""
        with self._database.reading() as connection:
            return find_looks(connection, video, seen=seen, within=within)

    def clips(self, films: Collection[str], *, seen: Seen, most: int) -> tuple[Video, ...]:
        """Clips of these films that may be seen, the oldest first."""
        with self._database.reading() as connection:
            return find_clips(connection, films, seen=seen, most=most)

    def stored(self, query: StoredQuery, *, after: int, most: int) -> Sequence[StoredVideo]:
        """So many videos of the library behind that number, as rules ask for them."""
        with self._database.reading() as connection:
            return find_stored(connection, query, after=after, most=most)

    def tagged(self, numbers: Sequence[int], tag: str) -> frozenset[str]:
        """The ids of those of these videos that have the tag."""
        with self._database.reading() as connection:
            return find_having(connection, numbers, tag_word(tag))

    def collected(self, numbers: Sequence[int], collection: str) -> frozenset[str]:
        """The ids of those of these videos that are in the collection."""
        with self._database.reading() as connection:
            return find_having(connection, numbers, collection_word(collection))

    def find(self, id_: str) -> Video | None:
        """The video of that name, in the library or in the trash."""
        with self._database.reading() as connection:
            row = connection.execute(select(videos).where(videos.c.id == id_)).mappings().first()
        return None if row is None or row["shelf"] == HIDDEN else video_of(dict(row))

    def find_all(self, ids: Collection[str]) -> tuple[Video, ...]:
        """The videos of these names, in the library or in the trash."""
        wanted = select(videos).where(videos.c.id.in_(ids), videos.c.shelf != HIDDEN)
        with self._database.reading() as connection:
            return tuple(video_of(dict(row)) for row in connection.execute(wanted).mappings())

    def with_subtitles(self) -> Iterator[Video]:
        """All videos whose files have brought subtitles that can be read, in the library or in the trash."""
        which = (videos.c.made.contains(_SUBTITLES, autoescape=True), videos.c.shelf != HIDDEN)
        after, more = "", True
        while more:
            some = select(videos).where(videos.c.id > after, *which).order_by(videos.c.id).limit(_AT_ONCE)
            with self._database.reading() as connection:
                rows = [dict(row) for row in connection.execute(some).mappings()]
            yield from map(video_of, rows)
            more = len(rows) == _AT_ONCE
            after = rows[-1]["id"] if rows else after

    def put(self, video: Video, *, replacing: str | None = None, unsaid: str | None = None) -> bool:
        """Write down what is now known of the video; with `replacing`, only over a record of that ETag.

        Returns whether that was so: when two people edit at once, the later one may get here first. `unsaid` names an
        event that could not be said, for the drift check to say.
        """
        condition = None if replacing is None else videos.c.etag.in_([replacing, video.etag])
        return bool(self._write([video], condition, unsaid={video.id: unsaid}))

    def note_made(self, id_: str, change: Callable[[Made], Made]) -> bool:
        """Write down what has been made of a video, from what was known of that; returns whether it is listed."""
        which = videos.c.id == id_
        with self._database.writing() as connection:
            row = connection.execute(select(videos.c.made).where(which).with_for_update()).mappings().first()
            if row is not None:
                before = made_of(dict(row))
                if (after := change(before)) != before:
                    connection.execute(videos.update().where(which).values(made_row(after)))
        return row is not None

    def note_return(self, id_: str, *, back_by: datetime) -> None:
        """Write down by when a video will be back from the archive."""
        which = videos.update().where(videos.c.id == id_)
        with self._database.writing() as connection:
            connection.execute(which.values(back_by=milliseconds(back_by)))

    def put_all(
        self, batch: Sequence[Video], *, listed_at: int | None = None, unsaid: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Write down many. With `listed_at`, what has been written since that `clock()` is newer, and stays.

        `unsaid` has the events that could not be said, by the videos' ids.
        """
        self._write(batch, None if listed_at is None else videos.c.written_at < listed_at, unsaid=unsaid)

    def forget(self, id_: str, *, listed_at: int | None = None) -> None:
        """Show the video no more. A note of it stays for a while, so that no older listing brings it back."""
        condition = videos.c.id == id_
        if listed_at is not None:
            condition &= videos.c.written_at < listed_at
        change = videos.update().where(condition).values(shelf=HIDDEN, status=_GONE, written_at=self._now)
        with self._database.writing() as connection:
            number = connection.scalar(change.returning(videos.c.number))
            if number is not None:
                connection.execute(delete(words).where(words.c.number == number))

    def mark_missing(self, id_: str, *, listed_at: int) -> None:
        """Remember that the video's blob was not in a listing that began then."""
        with self._database.writing() as connection:
            connection.execute(
                videos.update()
                .where(videos.c.id == id_, videos.c.written_at < listed_at)
                .values(status=MISSING, written_at=self._now)
            )

    def mark_changed(self, id_: str, *, listed_at: int | None = None) -> bool:
        """Remember that the video's blob has been written over, unless something newer is known; returns if it was."""
        condition = [] if listed_at is None else [videos.c.written_at < listed_at]
        with self._database.writing() as connection:
            marked = connection.execute(
                videos.update()
                .where(videos.c.id == id_, videos.c.status.in_([READY, MISSING]), *condition)
                .values(status=CHANGED, written_at=self._now)
            )
        return marked.rowcount > 0

    def versions_between(self, *, after: str, until: str | None) -> dict[str, IndexedVersion]:
        """What is known of the videos whose ids sort behind `after`, up to and with `until` (None: to the end).

        They are all of one home: the one whose id `after` is, or stands before; by default, the plain one.
        """
        names = ("id", "etag", "status", "shelf", "unsaid", "written_at", "about_version", "held_at")
        statement = select(*(videos.c[name] for name in (*names, "tier", "returning_to"))).where(videos.c.id > after)
        if until is not None:
            statement = statement.where(videos.c.id <= until)
        if home := home_named(after):
            statement = statement.where(videos.c.id < behind(home))
        else:
            statement = statement.where(or_(videos.c.id < FIRST_AT_HOME, videos.c.id >= BEHIND_HOMES))
        with self._database.reading() as connection:
            rows = connection.execute(statement.where(videos.c.status != _GONE)).all()
        return {
            row.id: IndexedVersion(
                etag=row.etag,
                status=row.status,
                in_trash=row.shelf == TRASH,
                unsaid=row.unsaid,
                written_at=row.written_at,
                about_version=row.about_version,
                is_held=row.held_at is not None,
                tier=row.tier,
                returning_to=row.returning_to,
            )
            for row in rows
        }

    def homes(self) -> list[str]:
        """The homes of persons that videos in the index have, in order."""
        reached, found = FIRST_AT_HOME, list[str]()
        with self._database.reading() as connection:
            # From one to the next by the index of ids, which reads about as many rows as there are homes.
            while True:
                following = select(func.min(videos.c.id)).where(videos.c.id >= reached, videos.c.id < BEHIND_HOMES)
                id_: str | None = connection.execute(following.where(videos.c.status != _GONE)).scalar()
                if id_ is None:
                    return found
                found.append(home_named(id_))
                reached = behind(found[-1])

    def prune(self) -> None:
        """Drop the notes of videos that were forgotten more than a day ago: no listing is that old."""
        with self._database.writing() as connection:
            connection.execute(delete(videos).where(videos.c.status == _GONE, videos.c.written_at < self._now - _DAY))

    def is_complete(self) -> bool:
        """Whether the index has been made from the whole container since its tables were."""
        return self.notes.recall(_COMPLETE) is not None

    def set_complete(self) -> None:
        """Remember that the index has been made from the whole container."""
        self.notes.remember(_COMPLETE, 1)

    def close(self) -> None:
        """Close the connections of this process."""
        self._database.close()

    def _write(
        self, batch: Sequence[Video], condition: ColumnElement[bool] | None, *, unsaid: Mapping[str, str | None]
    ) -> int:
        if not batch:
            return 0
        by_id = {video.id: video for video in batch}
        rows = [row_of(video) | {"unsaid": unsaid.get(video.id)} for video in by_id.values()]
        unknown = {"duration": 0, "accessibility": 0, "lacks": UNKNOWN_LACKS}
        statement = self._insert(videos).values(written_at=self._now, **unknown)
        changes = {name: statement.excluded[name] for name in rows[0] if name != "id"}
        statement = statement.on_conflict_do_update(
            index_elements=[videos.c.id], set_=changes | {"written_at": self._now}, where=condition
        ).returning(videos.c.number, videos.c.id)
        with self._database.writing() as connection:
            written = connection.execute(statement, rows).all()
            _write_words(connection, {number: words_of(by_id[id_]) for number, id_ in written})
        return len(written)


def _write_words(connection: Connection, found: dict[int, frozenset[str]]) -> None:
    numbers = list(found)
    for start in range(0, len(numbers), 500):
        connection.execute(delete(words).where(words.c.number.in_(numbers[start : start + 500])))
    rows = [{"number": number, "word": word} for number in sorted(found) for word in sorted(found[number])]
    if rows:
        connection.execute(insert(words), rows)
