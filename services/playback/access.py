"""URLs of the gate that let people outside read one video: for a while, until it is deleted, or until they are revoked.

They are signed and kept nowhere. What ends them all is another access epoch in the video's metadata, where it survives
the index. Storage is asked at each use, so that what has been deleted or revoked is so on every instance at once.
"""

import base64
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from ipaddress import ip_address

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act
from services.errors import AccessDeniedError
from services.library.archived import require_at_hand
from services.library.library import Library
from services.signing_key import SigningKey
from services.videos.video import Video

_PURPOSE = "access-url 1"


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a URL of the gate says beside the video's id."""

    expires: int
    """In seconds since 1970."""
    ip: str | None
    """The only address that may use it, as `ip_address` writes it."""
    version: str
    """The access epoch that it was made for."""
    signature: str


class Access:
    """Makes the URLs' tickets, checks them, and ends them."""

    def __init__(self, library: Library, key: SigningKey) -> None:
        self._library = library
        self._signing = key

    def ticket(self, id_: str, *, by: Actor, until: datetime, ip: str | None) -> Ticket:
        """A ticket for a video until then, for one address if given.

        Raises `VideoNotFoundError`, and `ArchivedError` where there is nothing to play now.
        """
        video = self._library.stored(id_, by=by, act=Act.DOWNLOAD)
        require_at_hand(video)
        version = video.access_epoch or ""
        expires = int(until.timestamp())
        signature = self._signature(id_, expires=expires, ip=ip, version=version)
        return Ticket(expires=expires, ip=ip, version=version, signature=signature)

    def admit(self, id_: str, ticket: Ticket, *, client: str) -> Video:
        """The video that a ticket opens for the client of that address.

        Raises `AccessDeniedError` when it does not, or no longer, and `VideoNotFoundError` when the video is gone.
        """
        expected = self._signature(id_, expires=ticket.expires, ip=ticket.ip, version=ticket.version)
        if not hmac.compare_digest(expected.encode(), ticket.signature.encode(errors="replace")):
            raise AccessDeniedError("This link was not made here, or has been changed.")
        if datetime.now(UTC).timestamp() >= ticket.expires:
            raise AccessDeniedError("This link has expired. Ask for a new one.")
        if ticket.ip is not None and ticket.ip != plain_address(client):
            raise AccessDeniedError("This link is for another IP address.")
        # The ticket is the right, whoever brings it.
        video = self._library.stored(id_, by=SYSTEM)
        if not hmac.compare_digest((video.access_epoch or "").encode(), ticket.version.encode()):
            raise AccessDeniedError("This link has been revoked. Ask for a new one.")
        require_at_hand(video)
        return video

    def revoke(self, id_: str, *, by: Actor) -> None:
        """End all tickets of a video, in the trash too; raises `VideoNotFoundError`."""
        self._library.set_access_epoch(id_, secrets.token_hex(8), by=by)

    @cached_property
    def _key(self) -> bytes:
        return self._signing.derived(_PURPOSE)

    def _signature(self, id_: str, *, expires: int, ip: str | None, version: str) -> str:
        signed = json.dumps([id_, expires, ip, version]).encode()
        return base64.urlsafe_b64encode(hmac.digest(self._key, signed, "sha256")).rstrip(b"=").decode()


def plain_address(text: str) -> str | None:
    """An address in its one spelling, IPv4 inside IPv6 as IPv4; None when it is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
