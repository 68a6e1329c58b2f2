"""URLs of S3 that are signed by their query (AWS Signature Version 4), so that whoever has one may read for a while."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_LONGEST = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class S3Keys:
    """What lets into buckets."""

    access: str
    secret: str = field(repr=False)
    region: str


def signed_url(
    url: str,
    keys: S3Keys,
    *,
    query: Mapping[str, str] | None = None,
    good_for: timedelta,
    now: datetime | None = None,
) -> str:
    """A URL that reads what `url` names, which has no query, with that query; its path is quoted already."""
    if not timedelta(0) < good_for <= _LONGEST:
        raise ValueError("a signature is good for a week at most")
    parts, moment = urlsplit(url), f"{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    scope = f"{moment[:8]}/{keys.region}/s3/aws4_request"
    said = {
        **(query or {}),
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{keys.access}/{scope}",
        "X-Amz-Date": moment,
        "X-Amz-Expires": str(int(good_for.total_seconds())),
        "X-Amz-SignedHeaders": "host",
    }
    written = "&".join(f"{name}={value}" for name, value in sorted((_quoted(n), _quoted(v)) for n, v in said.items()))
    request = "\n".join(["GET", parts.path or "/", written, f"host:{parts.netloc}", "", "host", "UNSIGNED-PAYLOAD"])
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{keys.secret}".encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    signature = _mac(key, f"{_ALGORITHM}\n{moment}\n{scope}\n{digest}").hex()
    return f"{url}?{written}&X-Amz-Signature={signature}"


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
