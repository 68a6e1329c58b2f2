"""How bulk actions look in JSON."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from routes.http.openapi.parameters import AN_ID
from routes.jobs.messages import JOB, JobMessage, job_message
from routes.library.list_query import LONGEST, LONGEST_FILM, of_artist, of_collection
from services.accessibility.bits import bits_of
from services.accessibility.score import Missing
from services.bulk.actions import Action
from services.bulk.bulk import BulkProgress, BulkWish
from services.bulk.store import BulkOutcome, ItemState
from services.library.catalogue import PageQuery
from services.videos.tier import Tier
from utils.patterns import PLAIN
from utils.text import one_line
from utils.timestamps import format_timestamp

_Words = Annotated[str, Meta(max_length=LONGEST)]


class BulkQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All videos that the list finds by these filters; for `restore`, of the trash."""

    q: _Words = ""
    tag: _Words = ""
    artist: Annotated[str, Meta(max_length=LONGEST, pattern=PLAIN, description="The id of an artist.")] = ""
    collection: Annotated[str, Meta(max_length=LONGEST, pattern=PLAIN, description="The id of a collection.")] = ""
    longer_than: Annotated[float, Meta(ge=0)] | None = None
    missing: Missing | None = None
    held: bool = False
    tier: Tier | None = None


class NewBulk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be done, and to which videos."""

    action: Action
    ids: Annotated[list[str], Meta(description="The videos, 10,000 at most.")] | None = None
    query: (
        Annotated[BulkQuery, Meta(description="In place of `ids`: all that it finds now, 50,000 at most.")] | None
    ) = None
    value: Annotated[
        str | list[str] | None,
        Meta(
            description="`tag`, `untag`: one tag or several. `artist`, `unartist`: one artist or several, by ids or "
            "names. `collection`, `uncollection`: one collection or several, by ids. `visibility`: private, team or "
            "public. `owner`: the id of an account. `tier`: hot, cool, cold or archive. `process`: kinds of work; left "
            "out, all that a video usually gets, done anew. `delete`, `restore`: nothing."
        ),
    ] = None


class WantedCount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be counted."""

    query: BulkQuery = BulkQuery()


class BulkCount(Struct, frozen=True, kw_only=True):
    """How many videos a question finds."""

    videos: int
    more: Annotated[bool, Meta(description="Whether there are more: so many are too many for one bulk action.")]


class BulkResult(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one video."""

    id: str
    status: Annotated[int, Meta(description="200 where it was done; else what is answered where it is done alone.")]
    detail: Annotated[str | None, Meta(description="Why it could not be done, in words.")] = None


class BulkDone(Struct, frozen=True, kw_only=True):
    """What was done at once."""

    id: str
    results: list[BulkResult]
    undo: Annotated[str | None, Meta(description="POST there takes a deletion back, all of it.")]


class BulkBegun(Struct, frozen=True, kw_only=True):
    """What a job does; its `results` are there when it is done."""

    id: str
    job: JobMessage
    undo: str | None


class BulkMessage(Struct, frozen=True, kw_only=True):
    """A bulk action, and how far it is."""

    id: str
    action: Action
    asked_at: Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
    count: Annotated[int, Meta(description="Videos that it was asked for.")]
    done: int
    refused: Annotated[int, Meta(description="Those with which it could not be done.")]
    troubles: Annotated[list[BulkResult], Meta(description="The first 200 of those.")]
    job: JobMessage | None
    undo: str | None
    undone_by: Annotated[str | None, Meta(description="The id of what has taken it back.")]


def wish_of(asked: NewBulk) -> BulkWish:
    """What the message asks for."""
    query = None if asked.query is None else page_query(asked.query)
    return BulkWish(action=asked.action, value=asked.value, ids=asked.ids, query=query)


def page_query(asked: BulkQuery) -> PageQuery:
    """The question to the list."""
    length = None if asked.longer_than is None else min(asked.longer_than, LONGEST_FILM)
    artist, ids = of_artist(asked.artist)
    collection, grouped = of_collection(asked.collection)
    return PageQuery(
        q=one_line(asked.q),
        tag=one_line(asked.tag),
        longer_than=length,
        lacks=bits_of([asked.missing]) if asked.missing else 0,
        held=asked.held,
        tier=asked.tier.value if asked.tier else "",
        artist=artist,
        artist_ids=ids,
        collection=collection,
        collection_ids=grouped,
    )


def bulk_begun(progress: BulkProgress, job: JobMessage) -> BulkBegun:
    """What has been begun, as the API shows it."""
    return BulkBegun(id=progress.bulk.id, job=job, undo=_undo(progress))


def bulk_done(progress: BulkProgress, results: list[dict[str, Any]]) -> BulkDone:
    """What has been done, as the API shows it."""
    return BulkDone(id=progress.bulk.id, results=[BulkResult(**each) for each in results], undo=_undo(progress))


def bulk_message(progress: BulkProgress, troubles: list[BulkOutcome]) -> BulkMessage:
    """A bulk action as the API shows it."""
    bulk, counts = progress.bulk, progress.counts
    return BulkMessage(
        id=bulk.id,
        action=Action(bulk.action),
        asked_at=format_timestamp(bulk.asked),
        count=bulk.count,
        done=counts.get(ItemState.DONE, 0),
        refused=counts.get(ItemState.REFUSED, 0),
        troubles=[BulkResult(id=each.video, status=each.status or 0, detail=each.detail) for each in troubles],
        job=job_message(progress.job) if progress.job else None,
        undo=_undo(progress),
        undone_by=bulk.undone_by,
    )


def _undo(progress: BulkProgress) -> str | None:
    return f"/api/bulk/{progress.bulk.id}/undo" if progress.may_be_undone else None


_ID = "8d1f0c9d1e8a7b4c5d9e6f7a"
DONE = BulkDone(
    id=_ID,
    results=[
        BulkResult(id=AN_ID, status=200),
        BulkResult(id="another.mp4", status=403, detail="You may see this video but not change it."),
    ],
    undo=None,
)
"""An example."""
BEGUN = BulkBegun(id=_ID, job=JOB, undo=f"/api/bulk/{_ID}/undo")
"""An example."""
ONE = BulkMessage(
    id=_ID,
    action=Action.DELETE,
    asked_at="2026-11-20T10:15:12.345Z",
    count=1204,
    done=420,
    refused=1,
    troubles=[BulkResult(id="another.mp4", status=403, detail="You may see this video but not change it.")],
    job=JOB,
    undo=f"/api/bulk/{_ID}/undo",
    undone_by=None,
)
"""An example."""
