"""The index of what is said, as rows. Every method raises `CatalogueUnavailableError` when the database fails.

To find what begins like a word, FTS5 gathers all films with such words before it names the first, which takes long for
a frequent word. So its first letters are asked for, which FTS5 has gathered already, and the films that have them are
looked at, the newest first, until there are enough: they come soon, as the word is frequent.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    bindparam,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
)

from services.actors.policy import Seen
from services.captions.spoken.lines import SpokenLine, indexed, pack, shortened, unpack
from services.captions.spoken.tables import LONGEST_PREFIX, ensure, films, postgresql_words, sqlite_words
from services.database.engine import Connections, Database
from services.database.errors import CatalogueUnavailableError
from services.library.catalogue.joining import in_library, video_columns, video_of_row
from services.videos.video import Video

_AT_ONCE = 500
_TAKEN = select(films.c.number).where(films.c.number == bindparam("wanted"))
_ONE_BY_ONE = "SELECT set_config('enable_mergejoin', 'off', true), set_config('enable_hashjoin', 'off', true)"
_SAMPLED = 50
"""Films that tell how frequent a word is."""
_SAMPLED_FIRST = 12
"""A word that none of so many has is rare: one that is frequent is among them but for one time in fourteen."""
_FREQUENT = 0.2
"""To gather a film takes a twentieth of looking at one, and a search looks until it has a screen or two of them."""


@dataclass(frozen=True, kw_only=True)
class SpokenFilm:
    """What is said in a film, to be written down."""

    video: str
    uploaded_at: datetime
    lines: Sequence[SpokenLine]
    version: str


@dataclass(frozen=True, kw_only=True)
class FoundFilm:
    """A film in which it is said."""

    number: int
    """Grows with the time of the upload; where the next page goes on."""
    video: Video
    lines: Sequence[SpokenLine]


class SpokenStore:
    """Words and lines by video."""

    def __init__(self, connections: Connections) -> None:
        """`connections` are those of the index."""
        self._database = Database(connections, prepare=ensure, unavailable=CatalogueUnavailableError)
        is_sqlite = self._database.is_sqlite
        self._words = sqlite_words if is_sqlite else postgresql_words
        self._number: ColumnElement[int] = self._words.c["rowid" if is_sqlite else "number"]
        self._question = self._fts5_question if is_sqlite else _tsquery

    def put(self, *spoken: SpokenFilm) -> None:
        """Have videos found by what is said in them, and by nothing else."""
        if not spoken:
            return
        with self._database.writing() as connection:
            self._remove(connection, [film.video for film in spoken])
            numbers = _free_numbers(connection, spoken)
            numbered = list(zip(numbers, spoken, strict=True))
            connection.execute(
                insert(films),
                [
                    {"number": number, "video": film.video, "version": film.version, "lines": pack(film.lines)}
                    for number, film in numbered
                ],
            )
            self._put_words(connection, {number: indexed(film.lines) for number, film in numbered})

    def forget(self, video: str) -> None:
        """Let go of a video."""
        with self._database.writing() as connection:
            self._remove(connection, [video])

    def versions(self) -> dict[str, str]:
        """Which versions the words of each video are from."""
        with self._database.reading() as connection:
            return {row.video: row.version for row in connection.execute(select(films.c.video, films.c.version))}

    def found(
        self, wanted: Sequence[str], *, seen: Seen, limit: int, after: int | None = None
    ) -> tuple[FoundFilm, ...]:
        """Films of the library in which words are said that begin like all of these folded ones: the newest first.

        Only what `seen` says, and, with `after`, what comes behind that number.
        """
        behind = [] if after is None else [self._number < after]
        with self._looking() as connection:
            statement = self._matching(connection, wanted, seen).where(*behind).limit(limit)
            statement = statement.add_columns(films.c.number, films.c.lines, *video_columns())
            rows = [dict(row) for row in connection.execute(statement).mappings()]
        return tuple(
            FoundFilm(number=row["number"], video=video_of_row(row), lines=unpack(row["lines"])) for row in rows
        )

    def count(self, wanted: Sequence[str], *, seen: Seen, most: int) -> int:
        """How many there are of them; more than so many are not counted."""
        with self._looking() as connection:
            some = self._matching(connection, wanted, seen).add_columns(self._number).limit(most).subquery()
            return connection.scalar(select(func.count()).select_from(some)) or 0

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        """A connection whose database looks the rest up for each film of which the words are found."""
        with self._database.reading() as connection:
            if not self._database.is_sqlite:
                # It does not know that a page is full soon, and would go through all films beside them.
                connection.exec_driver_sql(_ONE_BY_ONE)
            yield connection

    def _matching(self, connection: Connection, wanted: Sequence[str], seen: Seen) -> Select[Any]:
        """Films, the newest first: the words are found in that order, and the rest is looked up."""
        on_video, shown = in_library(films.c.video, seen)
        found = self._words.join(films, films.c.number == self._number).join(*on_video)
        conditions = self._question(connection, [shortened(each) for each in wanted])
        return select().select_from(found).where(*conditions, *shown).order_by(self._number.desc())

    def _fts5_question(self, connection: Connection, wanted: Sequence[str]) -> Sequence[ColumnElement[bool]]:
        frequent = {word for word in wanted if len(word) > LONGEST_PREFIX and self._is_frequent(connection, word)}
        asked = [word[:LONGEST_PREFIX] if word in frequent else word for word in wanted]
        return [_fts5(asked), *(_has(word) for word in sorted(frequent))]

    def _is_frequent(self, connection: Connection, word: str) -> bool:
        """Whether films with its first letters often have the whole word: both new ones and older ones."""
        if not self._is_often_in(connection, word):
            return False
        # Together in one question, SQLite would look for them among all rows.
        first, last = (connection.scalar(select(each(films.c.number))) or 0 for each in (func.min, func.max))
        return self._is_often_in(connection, word, self._number <= (first + last) // 2)

    def _is_often_in(self, connection: Connection, word: str, *which: ColumnElement[bool]) -> bool:
        """The same of the newest of these films; of a word that is rare, only the first few are looked at."""
        some = select(sqlite_words.c.words).where(_fts5([word[:LONGEST_PREFIX]]), *which)
        found = 0
        with connection.execute(some.order_by(self._number.desc()).limit(_SAMPLED)) as rows:
            for seen, (words,) in enumerate(rows, start=1):
                found += f" {word}" in f" {words}"
                if found == 0 and seen == _SAMPLED_FIRST:
                    return False
        return found >= _SAMPLED * _FREQUENT

    def _put_words(self, connection: Connection, words: Mapping[int, Sequence[str]]) -> None:
        names = ("rowid", "words") if self._database.is_sqlite else ("number", "words")
        value = ":words" if self._database.is_sqlite else "array_to_tsvector(string_to_array(:words, ' '))"
        statement = text(f"INSERT INTO {self._words.name} ({', '.join(names)}) VALUES (:number, {value})")  # noqa: S608
        self._remove_words(connection, list(words))
        connection.execute(statement, [{"number": number, "words": " ".join(each)} for number, each in words.items()])

    def _remove(self, connection: Connection, videos: Sequence[str]) -> None:
        for at in range(0, len(videos), _AT_ONCE):
            some = films.c.video.in_(videos[at : at + _AT_ONCE])
            numbers = list(connection.scalars(delete(films).where(some).returning(films.c.number)))
            self._remove_words(connection, numbers)

    def _remove_words(self, connection: Connection, numbers: Sequence[int]) -> None:
        for at in range(0, len(numbers), _AT_ONCE):
            connection.execute(delete(self._words).where(self._number.in_(numbers[at : at + _AT_ONCE])))


def _fts5(wanted: Sequence[str]) -> ColumnElement[bool]:
    question = " AND ".join(f'"{word}"*' for word in wanted)
    return literal_column(sqlite_words.name).op("MATCH", is_comparison=True)(question)


def _has(word: str) -> ColumnElement[bool]:
    return func.instr(literal(" ") + sqlite_words.c.words, f" {word}") > 0


def _tsquery(_: Connection, wanted: Sequence[str]) -> Sequence[TextClause]:
    # Folded words are letters and digits, so that nothing in them ends the quotes.
    question = " & ".join(f"'{word}':*" for word in wanted)
    return [text(f"{postgresql_words.name}.words @@ CAST(:question AS tsquery)").bindparams(question=question)]


def _free_numbers(connection: Connection, spoken: Sequence[SpokenFilm]) -> list[int]:
    """Numbers by the time of the upload; of what came in the same millisecond, each has another."""
    numbers: list[int] = []
    given: set[int] = set()
    for film in spoken:
        moment = max(0, int(film.uploaded_at.timestamp() * 1000))
        number = (moment << 8) + (zlib.crc32(film.video.encode()) & 0xFF)
        while number in given or connection.scalar(_TAKEN, {"wanted": number}) is not None:
            number += 1
        given.add(number)
        numbers.append(number)
    return numbers
