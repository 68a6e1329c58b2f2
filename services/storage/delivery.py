"""Signed URLs as players get them: of storage itself, or of the CDN that stands before it.

Behind a CDN all who ask within two minutes get the same URL, so that it fetches once what it hands to many: of each
process, where an identity signs, since each has a delegation key of its own. It keeps a copy for a minute: together
that is no longer than what storage itself opens for one who has a URL. Of a URL that ends sooner it keeps none.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from services.storage.signing import BlobSigner

SIGNED_FOR = timedelta(minutes=5)
"""Nobody can take back what storage's signatures open: what is deleted or revoked ends with them."""
_KEPT_BY_CDN = timedelta(minutes=1)
_SHARED_FOR = timedelta(minutes=2)
_CDN_MAY_KEEP = f"public, max-age={round(_KEPT_BY_CDN.total_seconds())}"
_NOBODY_MAY_KEEP = "private, no-store"


@dataclass(frozen=True)
class SignedUrl:
    """A URL that opens one blob to whoever has it, and until when."""

    url: str = field(repr=False)
    expires_at: datetime


class Delivery:
    """Makes the URLs of videos."""

    def __init__(self, signer: BlobSigner, *, cdn_endpoint: str | None) -> None:
        self._signer = signer
        self._cdn = None if cdn_endpoint is None else cdn_endpoint.rstrip("/")

    @property
    def origin(self) -> str:
        """Where the URLs lead, as browsers name it."""
        if self._cdn is None:
            return self._signer.origin
        address = urlsplit(self._cdn)
        return f"{address.scheme}://{address.netloc}"

    def can_bind(self, address: str) -> bool:
        """Whether a URL can be bound to that address: storage knows IPv4 alone, and what a CDN asks from."""
        return self._cdn is None and ":" not in address

    def url(
        self,
        name: str,
        *,
        until: datetime | None = None,
        content_type: str,
        content_disposition: str | None = None,
        client_ip: str | None = None,
    ) -> SignedUrl:
        """A URL that gives the bytes to whoever has it: until then, but for five minutes at the most."""
        latest = self._latest(datetime.now(UTC))
        expires_at = min(until or latest, latest)
        # A copy may be made at the last moment.
        may_keep = until is None or latest + _KEPT_BY_CDN <= until
        signed = self._signer.read_url(
            name,
            until=expires_at,
            content_type=content_type,
            content_disposition=content_disposition,
            cache_control=None if self._cdn is None else _CDN_MAY_KEEP if may_keep else _NOBODY_MAY_KEEP,
            client_ip=client_ip,
        )
        if self._cdn is not None:
            parts = urlsplit(signed)
            signed = f"{self._cdn}{parts.path}?{parts.query}"
        return SignedUrl(signed, expires_at)

    def _latest(self, now: datetime) -> datetime:
        if self._cdn is None:
            return now.replace(microsecond=0) + SIGNED_FOR  # Storage knows whole seconds.
        share = round(_SHARED_FOR.total_seconds())
        begun = int(now.timestamp()) // share * share
        return datetime.fromtimestamp(begun, UTC) + SIGNED_FOR - _KEPT_BY_CDN
