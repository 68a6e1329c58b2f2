"""URLs for people outside: made, used and revoked."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse

from routes.http.actors import current_actor
from routes.http.messages import show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation, query
from routes.http.openapi.parameters import AN_ID, VIDEO_ID
from routes.http.queries import invalid_query
from routes.http.wiring import services
from routes.library.messages import Time
from routes.playback.api import DOWNLOAD, PLAYED, PLAYING, TAG, VERSIONS, play
from services.errors import AccessDeniedError
from services.playback.access import Ticket, plain_address
from utils.timestamps import format_timestamp

blueprint = Blueprint("access", __name__)

_MOST_HOURS = 168
_STANDARD_HOURS = 24
_LATEST = 2**40

_SIGNED = (
    query("expires", "Until when it works, in seconds since 1970."),
    query("ip", "The only address that may use it."),
    query("version", "What is replaced when all URLs of the video are revoked."),
    query("sig", "The signature over all of this."),
)


class AccessUrl(Struct, frozen=True):
    """A URL that reads one video for a while. Whoever holds it can."""

    url: str
    expires_at: Time


_EXAMPLE = AccessUrl(
    url=f"https://reelgate.example/s/access/{AN_ID}?expires=1795248912&…", expires_at="2026-11-21T10:15:12.000Z"
)


@blueprint.get("/api/videos/<path:video_id>/access-url")
@operation(
    name="getAccessUrl",
    tag=TAG,
    about="The URL is one of this server, for reading alone. It ends at `expires_at`, when the video is deleted, and "
    "when all URLs of the video are revoked. Restoring a deleted video from the trash brings back those that "
    "have not expired and were not revoked. Behind it are the bytes, or a redirect to a URL of storage (or the "
    "CDN) that works for 5 minutes at most (PLAYBACK_MODE=redirect).",
    curl='curl "$URL/api/videos/$ID/access-url?expiry_hours=2"',
    parameters=[
        VIDEO_ID,
        query(
            "expiry_hours",
            "Hours for which it works.",
            schema={"type": "integer", "minimum": 1, "maximum": _MOST_HOURS, "default": _STANDARD_HOURS},
        ),
        query(
            "ip",
            "The only address that may use it, IPv4 or IPv6; storage's own URL knows IPv4 alone.",
            example="203.0.113.7",
        ),
        query(
            "direct",
            "With `true`, storage's own URL, which nobody can revoke and which works for 5 minutes.",
            schema={"type": "boolean", "default": False},
        ),
        DOWNLOAD,
    ],
    answers=[Answer(200, "The URL.", schema=AccessUrl, example=_EXAMPLE)],
    faults=[
        *(faults.VIDEO_NOT_FOUND, faults.VIDEO_REPLACED, faults.INVALID_QUERY, faults.LIST_DOWN, faults.NO_KEY),
        *(*faults.STORAGE, faults.ARCHIVED),
    ],
)
def access_url(video_id: str) -> Response:
    """A URL that reads the video for some hours, for people outside."""
    ip, download = _ip(), "download" in request.args
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=_hours())
    if _is_direct():
        video = services().playback.player.find(video_id, by=current_actor(), download=True)
        if ip is not None and not services().playback.player.can_bind(ip):
            raise invalid_query("ip", "Storage's own URL can be bound to an IPv4 address only, and not behind a CDN.")
        signed = services().playback.player.url(video, until=until, download=download, client_ip=ip)
        url, until = signed.url, signed.expires_at
    else:
        url = _gate_url(video_id, until=until, ip=ip, download=download)
    response = show(AccessUrl(url=url, expires_at=format_timestamp(until)))
    response.headers["Cache-Control"] = "no-store"
    return response


def whole_url(video_id: str) -> str:
    """The same for the usual hours, for whoever asks; raises what `access_url` raises."""
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=_STANDARD_HOURS)
    return _gate_url(video_id, until=until, ip=None, download=False)


def _gate_url(video_id: str, *, until: datetime, ip: str | None, download: bool) -> str:
    ticket = services().playback.access.ticket(video_id, by=current_actor(), until=until, ip=ip)
    path = f"/s/access/{quote(video_id)}?{urlencode(_query(ticket) | ({'download': 1} if download else {}))}"
    return request.host_url.rstrip("/") + path


@blueprint.delete("/api/videos/<path:video_id>/access-urls")
@operation(
    tag=TAG,
    about="Those made afterwards work. A URL of storage that was just given out lives for its 5 minutes at most.",
    curl='curl -X DELETE "$URL/api/videos/$ID/access-urls"',
    parameters=[VIDEO_ID],
    answers=[Answer(204, "None of them works any more.")],
    faults=[faults.VIDEO_NOT_FOUND, faults.RECORD_CHANGED, faults.ARCHIVED, faults.LIST_DOWN, *faults.STORAGE],
)
def revoke_access_urls(video_id: str) -> tuple[str, int]:
    """End all URLs that were made for the video."""
    services().playback.access.revoke(video_id, by=current_actor())
    return "", 204


@blueprint.get("/s/access/<path:video_id>")
@operation(
    name="playByAccessUrl",
    tag=TAG,
    about="What `access-url` answers leads here: do not make such addresses yourself. Ranges and HEAD work.",
    curl='curl -r 0-1023 -o part "$ACCESS_URL"',
    parameters=[VIDEO_ID, *_SIGNED, DOWNLOAD, *VERSIONS],
    answers=PLAYED,
    faults=[faults.ACCESS_DENIED, faults.NO_KEY, *PLAYING],
)
def play_by_url(video_id: str) -> AnyResponse:
    """The bytes, for whoever holds an access URL."""
    ticket = _ticket()
    video = services().playback.access.admit(video_id, ticket, client=request.remote_addr or "")
    return play(video, until=datetime.fromtimestamp(ticket.expires, UTC), client_ip=ticket.ip)


def _query(ticket: Ticket) -> dict[str, object]:
    """How a ticket stands in a URL; `sig` goes into no log."""
    said = {"expires": ticket.expires, "ip": ticket.ip, "version": ticket.version, "sig": ticket.signature}
    return {name: value for name, value in said.items() if value}


def _ticket() -> Ticket:
    said = request.args
    expires = said.get("expires", "")
    if not (expires.isascii() and expires.isdecimal() and len(expires) <= 12):
        raise AccessDeniedError("This link is incomplete. Copy all of it.")
    return Ticket(
        expires=min(int(expires), _LATEST),
        ip=said.get("ip"),
        version=said.get("version", ""),
        signature=said.get("sig", ""),
    )


def _hours() -> int:
    text = request.args.get("expiry_hours", str(_STANDARD_HOURS))
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= _MOST_HOURS):
        raise invalid_query("expiry_hours", f"expiry_hours must be a whole number from 1 to {_MOST_HOURS}.")
    return int(text)


def _ip() -> str | None:
    text = request.args.get("ip")
    if text is None:
        return None
    address = plain_address(text)
    if address is None or "%" in address:
        raise invalid_query("ip", "ip must be one IPv4 or IPv6 address.")
    return address


def _is_direct() -> bool:
    text = request.args.get("direct", "false")
    if text not in {"true", "false"}:
        raise invalid_query("direct", "direct must be true or false.")
    return text == "true"
