"""The audit over HTTP, for those who may read it."""

from collections.abc import Iterator

import msgspec
from flask import Blueprint, Response, request, stream_with_context

from routes.audit.described import ENTRY, FILTERS, LONGEST_FILTER, moment, said
from routes.audit.messages import AuditPage, entry_message
from routes.http.actors import current_actor
from routes.http.exports import export_disposition
from routes.http.messages import show
from routes.http.openapi.faults import DATABASE_DOWN, INVALID_QUERY
from routes.http.openapi.operation import Answer, operation
from routes.http.openapi.parameters import PAGING
from routes.http.queries import asked_limit, asked_number, invalid_query
from routes.http.wiring import services
from services.audit.entry import AuditOutcome, AuditQuery, AuditRecord
from utils.cursors import Cursor, encode_cursor
from utils.timestamps import InvalidTimestamp, parse_timestamp

blueprint = Blueprint("audit_api", __name__, url_prefix="/api/audit")

_SORT = "audit"
_LINES = "application/jsonl"


@blueprint.get("")
@operation(
    tag="Audit",
    about="For managers and administrators. `format=jsonl` exports all that matches, one a line, oldest first.",
    curl='curl -H "Authorization: Bearer $TOKEN" "$URL/api/audit?action=user.*&format=jsonl"',
    parameters=[
        *(said(name, about, maxLength=LONGEST_FILTER) for name, about in FILTERS.items()),
        said("outcome", "How it ended; empty for either.", enum=["done", "refused", ""]),
        moment("from", "Not before; empty for any time."),
        moment("to", "Before; empty for any time."),
        said("format", "A page, or all of it as lines.", enum=["json", "jsonl"], default="json"),
        *PAGING,
    ],
    answers=[
        Answer(
            status=200,
            about="The page, the latest first.",
            schema=AuditPage,
            example={"entries": [ENTRY], "next": None},
            also_as=(_LINES,),
        )
    ],
    faults=[INVALID_QUERY, DATABASE_DOWN],
)
def list_entries() -> Response:
    """A page of entries, the latest first; with format=jsonl all of them as lines, the oldest first."""
    query = audit_query()
    form = request.args.get("format", "json")
    if form not in {"json", "jsonl"}:
        raise invalid_query("format", "The format is json or jsonl.")
    if form == "jsonl":
        found = services().audit.entries.export(query, by=current_actor())
        response = Response(stream_with_context(_lines(found)), mimetype=_LINES)
        response.headers["Content-Disposition"] = export_disposition("audit", "jsonl")
        return _fresh(response)
    entries, following = page_of_entries(query)
    return _fresh(show(AuditPage([entry_message(each) for each in entries], next=following)))


def page_of_entries(query: AuditQuery) -> tuple[list[AuditRecord], str | None]:
    """So many entries as the request asks for, and the cursor of the next page."""
    limit = asked_limit()
    found = list(services().audit.entries.read(query, limit=limit + 1, by=current_actor()))
    shown = found[:limit]
    if len(found) <= limit:
        return shown, None
    last = shown[-1].id
    return shown, encode_cursor(Cursor(sort=_SORT, q="", tag="", value=last, id=str(last)))


def audit_query() -> AuditQuery:
    """What the current request asks for; raises `InvalidQueryError`."""
    if long := [name for name, text in request.args.items() if name in FILTERS and len(text) > LONGEST_FILTER]:
        raise invalid_query(long[0], f"At most {LONGEST_FILTER} characters can be asked for.")
    said = {name: text or None for name, text in request.args.items()}
    outcome = said.get("outcome")
    if outcome not in {None, *AuditOutcome}:
        raise invalid_query("outcome", "The outcome is done or refused.")
    before = asked_number(_SORT)
    return AuditQuery(
        actor=said.get("actor"),
        target=said.get("target"),
        action=said.get("action"),
        outcome=None if outcome is None else AuditOutcome(outcome),
        since=_time("from", said.get("from")),
        until=_time("to", said.get("to")),
        before=None if before is None else before[0],
    )


def _lines(entries: Iterator[AuditRecord]) -> Iterator[bytes]:
    for entry in entries:
        yield msgspec.json.encode(entry_message(entry)) + b"\n"


def _time(field: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = parse_timestamp(text)
    except InvalidTimestamp as error:
        raise invalid_query(field, str(error)) from error
    return int(moment.timestamp() * 1000)


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
