"""The index of tracks, as rows. Every method raises `DatabaseUnavailableError` when the database fails."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager

import msgspec
from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, true

from services.captions.judgement import Judgement
from services.captions.tables import captions
from services.captions.track import CaptionKind, Origin, Track
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.insert import insert_of

_AT_ONCE = 500
_VALUES = ("label", "origin", "etag", "written_at")
_JUDGED = ("judgement", "judged_by", "judged_etag")


class CaptionStore:
    """Which video has which tracks."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)

    def now(self) -> int:
        """The time of the database, by which rows are dated."""
        return self._clock.read()

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction for the methods below."""
        return self._database.writing()

    def of(self, videos: Collection[str]) -> dict[str, tuple[Track, ...]]:
        """The tracks of these videos, those without any left out: one question for a page of a list."""
        return self._found(captions.c.video.in_(videos))

    def all(self) -> dict[str, tuple[Track, ...]]:
        """The tracks of all videos that have some."""
        return self._found(true())

    def _found(self, condition: ColumnElement[bool]) -> dict[str, tuple[Track, ...]]:
        found: dict[str, list[Track]] = {}
        wanted = select(captions).where(condition).order_by(captions.c.kind, captions.c.language)
        with self._database.reading() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row.video, []).append(_track(row))
        return {video: tuple(tracks) for video, tracks in found.items()}

    def put(self, track: Track, *, on: Transaction, judged_by: str | None = None) -> None:
        """Write down that there is such a track, and its judgement, where it has one that was made in that way."""
        row = self._insert(captions).values(
            video=track.video_id,
            language=track.language,
            kind=track.kind.value,
            label=track.label,
            origin=track.origin.value,
            etag=track.etag,
            written_at=self._clock.now,
            **_judged(track, judged_by),
        )
        # One who has only seen the track leaves what is known of it.
        names = _VALUES if track.judgement is None else (*_VALUES, *_JUDGED)
        written = {name: row.excluded[name] for name in names}
        on.execute(row.on_conflict_do_update(index_elements=["video", "language", "kind"], set_=written))

    def note_judgement(self, track: Track, *, judged_by: str) -> None:
        """Write down what was said of that version of the track, if it is still there."""
        with self.writing() as connection:
            which = _is(track) & (captions.c.etag == track.etag)
            connection.execute(captions.update().where(which).values(_judged(track, judged_by)))

    def not_judged(self, way: str) -> tuple[Track, ...]:
        """The tracks of which nobody has said in that way how good they are now."""
        unknown = or_(
            captions.c.judged_by.is_(None), captions.c.judged_by != way, captions.c.judged_etag != captions.c.etag
        )
        with self._database.reading() as connection:
            return tuple(map(_track, connection.execute(select(captions).where(unknown))))

    def remove(self, track: Track, *, on: Transaction) -> None:
        """Write down that it is gone."""
        on.execute(delete(captions).where(_is(track)))

    def forget(self, video: str) -> None:
        """Let go of all tracks of a video that is gone."""
        with self._database.writing() as connection:
            connection.execute(delete(captions).where(captions.c.video == video))

    def differing(self, stored: Iterable[Track], *, since: int) -> tuple[list[Track], list[Track]]:
        """What is stored and not so in the index, and what is in the index and not stored any more.

        Rows that were written at `since` or later are newer than the listing, and none of them differs.
        """
        listed = {(track.video_id, *track.key): track for track in stored}
        with self._database.reading() as connection:
            rows = {_key(row): row for row in connection.execute(select(captions))}
        changed = [
            track
            for key, track in listed.items()
            if key not in rows or (rows[key].written_at < since and _track(rows[key]) != track)
        ]
        gone = [_track(row) for key, row in rows.items() if key not in listed and row.written_at < since]
        return changed, gone


def in_batches(tracks: list[Track], do: Callable[[list[Track]], object]) -> None:
    """Do it with some of them at a time, so that no transaction keeps others waiting."""
    for at in range(0, len(tracks), _AT_ONCE):
        do(tracks[at : at + _AT_ONCE])


def _is(track: Track) -> ColumnElement[bool]:
    columns: Mapping[str, str] = {"video": track.video_id, "language": track.language, "kind": track.kind.value}
    return and_(*(captions.c[name] == value for name, value in columns.items()))


def _key(row: Row[tuple[object, ...]]) -> tuple[str, str, CaptionKind]:
    return row.video, row.language, CaptionKind(row.kind)


def _track(row: Row[tuple[object, ...]]) -> Track:
    return Track(
        video_id=row.video,
        language=row.language,
        kind=CaptionKind(row.kind),
        label=row.label,
        origin=Origin(row.origin),
        etag=row.etag,
        judgement=_judgement(row.judgement) if row.judged_etag == row.etag else None,
    )


def _judged(track: Track, judged_by: str | None) -> dict[str, str | None]:
    if track.judgement is None:
        return dict.fromkeys(_JUDGED)
    text = msgspec.json.encode(track.judgement).decode()
    return {"judgement": text, "judged_by": judged_by, "judged_etag": track.etag}


def _judgement(text: str | None) -> Judgement | None:
    """As a row has it, of this version or another; None where it can be read by nobody."""
    try:
        return msgspec.json.decode(text, type=Judgement) if text else None
    except msgspec.MsgspecError:
        return None
