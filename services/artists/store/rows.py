"""Artists and wanted films as rows, and back."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from services.artists.artist import Artist, Shelf, WantedState, name_key, name_word
from services.artists.candidate import FilmCandidate, Wanted, match_key
from utils.search_words import searchable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

COUNTS = {state: state.value.lower() for state in WantedState}
"""The column of artists that counts films in each state."""


def said_row(artist: Artist) -> dict[str, Any]:
    """The columns of what people say of an artist."""
    key = name_key(artist.name)
    return {
        "name": artist.name,
        "name_key": key,
        "unique_name": key if artist.shelf is Shelf.LIBRARY else None,
        "other_names": _packed(artist.other_names),
        "text": artist.text,
        "picture": artist.picture,
        "links": _packed(artist.links),
        "ids": _packed(dict(artist.ids)),
    }


def artist_of(row: Mapping[str, Any] | RowMapping) -> Artist:
    """The artist that a row tells of."""
    return Artist(
        id=row["id"],
        name=row["name"],
        other_names=tuple(json.loads(row["other_names"])),
        text=row["text"],
        picture=row["picture"],
        links=tuple(json.loads(row["links"])),
        ids=json.loads(row["ids"]),
        counts={state: row[column] for state, column in COUNTS.items()},
        shelf=Shelf(row["shelf"]),
        created_at=moment(row["created_at"]),
        changed_at=moment(row["changed_at"]),
        discovered_at=_moment_or_none(row["discovered_at"]),
        deleted_at=_moment_or_none(row["deleted_at"]),
        merged_into=row["merged_into"],
    )


def artist_words_of(artist: Artist) -> frozenset[str]:
    """What an artist is found by."""
    names = (artist.name, *artist.other_names)
    return searchable(*names) | {name_word(name) for name in names}


def wanted_row(candidate: FilmCandidate, *, artist: Artist | None) -> dict[str, Any]:
    """The columns of a film as it was found, without its id, its state and its times."""
    return {
        "artist_id": None if artist is None else artist.id,
        "hidden": 0,
        "title": candidate.title,
        "title_key": name_key(candidate.title),
        "match_key": match_key(candidate.title, "" if artist is None else artist.name),
        "year": candidate.year or 0,
        "length": None if candidate.seconds is None else round(candidate.seconds * 1000),
        "kind": candidate.kind,
        "service": candidate.service,
        "source_id": candidate.source_id,
        "url": candidate.url,
        "picture": candidate.picture,
        "confidence": round(candidate.confidence * 1000),
        "reason": candidate.reason,
    }


def wanted_of(row: Mapping[str, Any] | RowMapping) -> Wanted:
    """The film that a row tells of."""
    return Wanted(
        id=row["id"],
        artist_id=row["artist_id"],
        title=row["title"],
        year=row["year"] or None,
        seconds=None if row["length"] is None else row["length"] / 1000,
        kind=row["kind"],
        state=WantedState(row["state"]),
        service=row["service"],
        source_id=row["source_id"],
        url=row["url"],
        picture=row["picture"],
        confidence=row["confidence"] / 1000,
        reason=row["reason"],
        error=row["error"],
        video_id=row["video_id"],
        import_id=row["import_id"],
        found_at=moment(row["found_at"]),
        changed_at=moment(row["changed_at"]),
    )


def wanted_words_of(candidate: FilmCandidate) -> frozenset[str]:
    """What a film is found by."""
    facets = {kind_word(candidate.kind), service_word(candidate.service)}
    return searchable(candidate.title) | facets | ({year_word(candidate.year)} if candidate.year else set())


def kind_word(kind: str) -> str:
    """A kind as a word; none that is searched for begins like it."""
    return "#" + kind


def service_word(service: str) -> str:
    """A service as a word; none that is searched for begins like it."""
    return "@" + service


def year_word(year: int) -> str:
    """A year as a word; none that is searched for begins like it."""
    return f"~{year}"


def moment(milliseconds: int) -> datetime:
    """A time of a column."""
    return _EPOCH + milliseconds * _MILLISECOND


def _moment_or_none(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else moment(milliseconds)


def _packed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
