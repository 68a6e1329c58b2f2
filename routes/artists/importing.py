"""Artists that come in from a list, with a preview."""

from typing import Annotated

from flask import Blueprint, Response
from msgspec import Meta, Struct

from routes.artists.api import TAG, TAKING, changing
from routes.artists.messages import AN_ARTIST
from routes.http.messages import fresh, read_message, show
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.wiring import services
from services.artists.csv_lists import entries_of
from services.artists.errors import InvalidArtistError
from services.artists.lists import EntryOutcome, EntryStatus

blueprint = Blueprint("artist_lists", __name__, url_prefix="/api/artists")

LARGEST = 2 * 1024 * 1024
"""Bytes of a list."""


class ListToImport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list of artists."""

    csv: Annotated[
        str,
        Meta(
            description="With a column `name`, and, where there are any, `other names`, `text`, `picture`, `links` and "
            "the ids at services; several values in a cell have `|` between them. Without a line that names the "
            "columns, the first column is the name."
        ),
    ]
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
    about="For managers; at most 10,000 at once. Artists that are here already, by a name or by an id at a service, "
    "stay as they are. Sent again, a list goes on where it broke off.",
    curl="jq -Rs '{csv: ., preview: true}' artists.csv | "
    'curl -H "Content-Type: application/json" -d @- "$URL/api/artists/import"',
    body=Body(ListToImport, example=ListToImport(csv="name,youtube\nBlue Kiln,UC98\nCrane School,\n", preview=True)),
    answers=[Answer(200, "What came of each line, or would come.", schema=ImportedList, example=_EXAMPLE)],
    faults=TAKING,
)
def import_artists() -> Response:
    """Take in artists from a CSV."""
    by, lists = changing(), services().artists.lists
    asked = read_message(ListToImport, refuse=InvalidArtistError, largest=LARGEST)
    entries = entries_of(asked.csv)
    outcomes = lists.preview(entries, by=by) if asked.preview else lists.take_in(entries, by=by)
    return fresh(show(_imported(outcomes, preview=asked.preview)))


def _imported(outcomes: list[EntryOutcome], *, preview: bool) -> ImportedList:
    counts = {status.value: sum(each.status is status for each in outcomes) for status in EntryStatus}
    shown = (
        EntryMessage(line=each.line, name=each.name, status=each.status, id=each.id, detail=each.detail)
        for each in outcomes
    )
    return ImportedList(preview=preview, artists=tuple(shown), **counts)
