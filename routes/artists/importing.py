"""Artists that come in from a list, with a preview."""

from collections.abc import Sequence
from typing import Annotated, Literal

from flask import Blueprint, Response
from msgspec import UNSET, Meta, Struct, UnsetType

from routes.artists.api import TAG, TAKING, changing
from routes.artists.messages import AN_ARTIST
from routes.http.messages import fresh, read_message, show
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.wiring import services
from services.actors.actor import Actor
from services.artists.csv_lists import entries_of
from services.artists.errors import InvalidArtistError
from services.artists.lists import MOST_ENTRIES, EntryOutcome, EntryStatus, ListEntry, chosen, entries_named
from services.errors import ReelgateError
from services.sources.errors import (
    InvalidListError,
    ListNotFoundError,
    ListNotShownError,
    SourceFailedError,
    SourceOffError,
    SourceRestsError,
)

blueprint = Blueprint("artist_lists", __name__, url_prefix="/api/artists")

LARGEST = 2 * 1024 * 1024
"""Bytes of a list."""


class ListToImport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list of artists: a CSV, or one that a service has."""

    csv: Annotated[
        str | UnsetType,
        Meta(
            description="With a column `name`, and, where there are any, `other names`, `text`, `picture`, `links` and "
            "the ids at services; several values in a cell have `|` between them. Without a line that names the "
            "columns, the first column is the name."
        ),
    ] = UNSET
    service: Annotated[
        Literal["spotify", "lastfm", "plex", "lidarr"] | UnsetType,
        Meta(description="Instead of `csv`: the service that has the list."),
    ] = UNSET
    list: Annotated[
        str,
        Meta(
            description="Which one: at Spotify the id or the address of a playlist, at Last.fm the name of a person. "
            "Plex and Lidarr have one list alone, of all artists that they hold: leave it out."
        ),
    ] = ""
    period: Annotated[
        Literal["overall", "12month", "6month", "3month", "1month", "7day"] | UnsetType,
        Meta(
            description="At Last.fm: those that the person has heard the most in this time, the most heard first; "
            "without it, all of their library."
        ),
    ] = UNSET
    only: (
        Annotated[
            tuple[str | int, ...],
            Meta(max_length=MOST_ENTRIES, description="Names or lines, as a preview has them: others are left out."),
        ]
        | UnsetType
    ) = UNSET
    preview: Annotated[bool, Meta(description="Whether to say what would come of each, and keep nothing.")] = False


class EntryMessage(Struct, frozen=True, kw_only=True):
    """What came of one line, or would come."""

    line: int
    name: str
    status: Annotated[EntryStatus, Meta(description="`known` is here already, `double` stands in the list before.")]
    id: Annotated[str | None, Meta(description="Of the artist, where it is here.")] = None
    detail: Annotated[str | None, Meta(description="Why it cannot be kept.")] = None


class ImportedList(Struct, frozen=True, kw_only=True):
    """What came of a list, or would come."""

    preview: bool
    new: int
    known: int
    double: int
    invalid: int
    artists: tuple[EntryMessage, ...]


_LIST_FAULTS = (
    InvalidListError("Expected the id of a playlist at Spotify, or its address."),
    ListNotFoundError("Spotify has no such playlist, or does not show it to apps."),
    SourceOffError("Spotify has no key. An administrator can set one among the live settings."),
    ListNotShownError("Spotify does not show this playlist: it is private, or the app may not see it."),
    SourceFailedError("Spotify answered 500."),
    SourceRestsError("Spotify asked for a pause of 30 seconds.", retry_after=30),
)
LIST_ERRORS: tuple[type[ReelgateError], ...] = tuple(map(type, _LIST_FAULTS))
"""What can be wrong with a list that a service has."""
_EXAMPLE = ImportedList(
    preview=True,
    new=1,
    known=1,
    double=0,
    invalid=0,
    artists=(
        EntryMessage(line=2, name="Blue Kiln", status=EntryStatus.NEW),
        EntryMessage(line=3, name="Crane School", status=EntryStatus.KNOWN, id=AN_ARTIST),
    ),
)


@blueprint.post("/import")
@operation(
    tag=TAG,
    about="For managers; at most 10,000 at once, either from a CSV or from a service, with the ids that it says. "
    "Artists that are here already, by a name or by an id at a service, stay as they are. Sent again, a list "
    "goes on where it broke off. A long list that is asked slowly is 503 with `Retry-After`: what was read of it is "
    "kept for a while.",
    curl="jq -Rs '{csv: ., preview: true}' artists.csv | "
    'curl -H "Content-Type: application/json" -d @- "$URL/api/artists/import"',
    body=Body(ListToImport, example=ListToImport(csv="name,youtube\nBlue Kiln,UC98\nCrane School,\n", preview=True)),
    answers=[Answer(200, "What came of each line, or would come.", schema=ImportedList, example=_EXAMPLE)],
    faults=(*TAKING, *_LIST_FAULTS),
)
def import_artists() -> Response:
    """Take in artists from a CSV, or from a list that a service has."""
    by, lists = changing(), services().artists.lists
    asked = read_message(ListToImport, refuse=InvalidArtistError, largest=LARGEST)
    entries = _entries(asked, by=by)
    if asked.only is not UNSET:
        entries = chosen(entries, asked.only)
    outcomes = lists.preview(entries, by=by) if asked.preview else lists.take_in(entries, by=by)
    return fresh(show(_imported(outcomes, preview=asked.preview)))


def _entries(asked: ListToImport, *, by: Actor) -> Sequence[ListEntry]:
    if asked.csv is not UNSET and asked.service is UNSET and not asked.list and asked.period is UNSET:
        return entries_of(asked.csv)
    if asked.csv is UNSET and asked.service is not UNSET:
        period = "" if asked.period is UNSET else asked.period
        return entries_at(asked.service, asked.list, period=period, by=by)
    reason = "Expected either csv, or service with the list that is meant there"
    raise InvalidArtistError(f"{reason}.", errors=[{"field": "csv", "reason": reason}])


def entries_at(service: str, named: str, *, period: str, by: Actor) -> Sequence[ListEntry]:
    """The artists of a list that a service has; raises what `ServiceLists.artists` raises."""
    found = services().sources.lists.artists(service, named, period=period, by=by)
    return entries_named((each.name, each.ids) for each in found)


def _imported(outcomes: list[EntryOutcome], *, preview: bool) -> ImportedList:
    counts = {status.value: sum(each.status is status for each in outcomes) for status in EntryStatus}
    shown = (
        EntryMessage(line=each.line, name=each.name, status=each.status, id=each.id, detail=each.detail)
        for each in outcomes
    )
    return ImportedList(preview=preview, artists=tuple(shown), **counts)
