"""Bulk actions over HTTP."""

from typing import Any

from flask import Blueprint, Response
from msgspec.structs import replace

from routes.bulk.messages import (
    BEGUN,
    DONE,
    ONE,
    BulkBegun,
    BulkCount,
    BulkDone,
    BulkMessage,
    NewBulk,
    WantedCount,
    bulk_begun,
    bulk_done,
    bulk_message,
    page_query,
    wish_of,
)
from routes.http.actors import current_actor
from routes.http.messages import asked_again, read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path
from routes.http.wiring import services
from routes.jobs.messages import JOB, job_message
from services.bulk.bulk import MOST, BulkProgress
from services.bulk.errors import BulkNotFoundError, InvalidBulkError, NothingToUndoError

blueprint = Blueprint("bulk", __name__, url_prefix="/api/bulk")

_TAG = "Library"
_LARGEST = 1024 * 1024
_BULK_ID = path("bulk_id", "The id of a bulk action.", schema={"type": "string", "minLength": 1}, example=DONE.id)
_INVALID = InvalidBulkError(
    "Name the videos by their ids, or by a query; not by both.",
    errors=[{"field": "ids", "reason": "Name the videos by their ids, or by a query; not by both."}],
)
_NOT_FOUND = BulkNotFoundError("There is no such bulk action.")
_NOTHING_TO_UNDO = NothingToUndoError("This was no deletion, or it has been taken back before.")
_DATABASES = (faults.LIST_DOWN, faults.DATABASE_DOWN)
_JOB = replace(JOB, kind="bulk", video=None, links=replace(JOB.links, video=None))
_BEGUN = replace(BEGUN, job=_JOB)


@blueprint.post("")
@operation(
    name="changeManyVideos",
    tag=_TAG,
    summary="Do the same to many videos",
    about="Each video is judged as if it were done alone, with the rights of whoever asks at the time it is done, and "
    "has a result of its own. Up to 200 are done before the answer; more are done by a job, which goes on where it was "
    "when it is killed. A deletion is taken back as a whole at `undo`.",
    curl='curl -H "Content-Type: application/json" -d "{\\"action\\": \\"tag\\", \\"ids\\": [\\"$ID\\"], '
    '\\"value\\": \\"sea\\"}" "$URL/api/bulk"',
    body=Body(NewBulk, example={"action": "tag", "query": {"q": "holiday"}, "value": ["sea"]}),
    answers=[
        Answer(200, "It is done: what became of each video.", schema=BulkDone, example=DONE),
        Answer(202, "There are many: a job does it.", schema=BulkBegun, example=_BEGUN),
    ],
    faults=[_INVALID, faults.UNUSABLE_VALUE, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA, *_DATABASES],
)
def begin() -> Response:
    """Do it."""
    wish = wish_of(read_message(NewBulk, refuse=InvalidBulkError, largest=_LARGEST))
    return _answer(services().bulk.actions.begin(wish, by=current_actor()))


@blueprint.post("/preview")
@operation(
    name="countManyVideos",
    tag=_TAG,
    summary="Count the videos that a query finds",
    about="Those that you may see; whether something can be done to each is known only when it is done.",
    curl='curl -H "Content-Type: application/json" -d \'{"query": {"q": "holiday"}}\' "$URL/api/bulk/preview"',
    body=Body(WantedCount, example={"query": {"q": "holiday"}}),
    answers=[Answer(200, "How many.", schema=BulkCount, example=BulkCount(videos=1204, more=False))],
    faults=[_INVALID, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA, *_DATABASES],
)
def preview() -> Response:
    """Count."""
    asked = read_message(WantedCount, refuse=InvalidBulkError, required=True)
    found = services().bulk.actions.count(page_query(asked.query), by=current_actor())
    return asked_again(show(BulkCount(videos=min(found, MOST), more=found > MOST)))


@blueprint.get("/<but(preview):bulk_id>")
@operation(
    name="getBulkAction",
    tag=_TAG,
    summary="What became of a bulk action",
    about="Whoever asked for it sees it, and whoever manages; for five weeks.",
    curl='curl "$URL/api/bulk/$ID"',
    parameters=[_BULK_ID],
    answers=[Answer(200, "How far it is.", schema=BulkMessage, example=replace(ONE, job=_JOB))],
    faults=[_NOT_FOUND, faults.DATABASE_DOWN],
)
def get(bulk_id: str) -> Response:
    """One bulk action."""
    actions, by = services().bulk.actions, current_actor()
    progress = actions.get(bulk_id, by=by)
    return asked_again(show(bulk_message(progress, actions.troubles(progress, by=by))))


@blueprint.post("/<bulk_id>/undo")
@operation(
    name="undoBulkAction",
    tag=_TAG,
    summary="Take a deletion back",
    about="All that it has moved to the trash is restored. One that is still going on ends first.",
    curl='curl -X POST "$URL/api/bulk/$ID/undo"',
    parameters=[_BULK_ID],
    answers=[
        Answer(200, "It is taken back: what became of each video.", schema=BulkDone, example=DONE),
        Answer(202, "There are many: a job does it.", schema=BulkBegun, example=replace(_BEGUN, undo=None)),
    ],
    faults=[_NOT_FOUND, _NOTHING_TO_UNDO, *_DATABASES],
)
def undo(bulk_id: str) -> Response:
    """Take a deletion back."""
    return _answer(services().bulk.actions.undo(bulk_id, by=current_actor()))


def _answer(progress: BulkProgress) -> Response:
    if progress.job is not None:
        return asked_again(show(bulk_begun(progress, job_message(progress.job)), 202))
    results: list[dict[str, Any]] = services().bulk.actions.results(progress, by=current_actor())
    return asked_again(show(bulk_done(progress, results)))
