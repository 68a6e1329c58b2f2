"""A server on this machine that answers ListObjectsV2 and GetObject as Amazon documents them, to signed URLs alone."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote_plus, unquote, urlsplit
from xml.sax.saxutils import escape

from services.migration.s3_signing import S3Keys, signed_url

KEYS = S3Keys(access="AKIATEST", secret="a/secret+of=tests", region="eu-central-1")
PAGE = 2


@dataclass
class S3Server:
    """One bucket, `films`, on loopback."""

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    """The storage class of what has no usual one."""
    instead: str | None = None
    """What is answered in place of a list."""
    listed: int = 0
    """How many pages were given."""
    fetched: list[str] = field(default_factory=list)
    listed_etag: str = '"{}"'
    """How a list writes an ETag."""
    answered_etag: str = '"{}"'
    """How the answer with an object does."""

    @property
    def endpoint(self) -> str:
        return f"http://{self.address}"


@contextmanager
def running_s3_server() -> Iterator[S3Server]:
    """Run it for the length of the block."""
    told = S3Server()

    class Handler(_Handler):
        bucket = told

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        told.address = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: S3Server

    def do_GET(self) -> None:
        """List the bucket, or give an object."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if not self._may(parts.path, query):
            self._answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        elif parts.path == "/films" and query.get("list-type") == "2":
            self._list(query)
        elif parts.path.startswith("/films/") and (key := unquote(parts.path[7:])) in self.bucket.objects:
            self._give(key, self.bucket.objects[key])
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def _may(self, path: str, query: dict[str, str]) -> bool:
        """Whether the signature is of just what was asked for, and still good."""
        said = {name: value for name, value in query.items() if not name.startswith("X-Amz-")}
        try:
            signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            good_for = timedelta(seconds=int(query["X-Amz-Expires"]))
        except (KeyError, ValueError):
            return False
        expected = signed_url(f"http://{self.headers['Host']}{path}", KEYS, query=said, good_for=good_for, now=signed)
        signature = expected.rpartition("X-Amz-Signature=")[2]
        return query.get("X-Amz-Signature") == signature and datetime.now(UTC) < signed + good_for

    def _list(self, query: dict[str, str]) -> None:
        begin = int(query.get("continuation-token", "0"))
        keys = sorted(key for key in self.bucket.objects if key.startswith(query.get("prefix", "")))
        page, more = keys[begin : begin + PAGE], len(keys) > begin + PAGE
        contents = "".join(map(self._shown, page))
        following = f"<NextContinuationToken>{begin + PAGE}</NextContinuationToken>" if more else ""
        self.bucket.listed += 1
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>films</Name><EncodingType>url</EncodingType><IsTruncated>{str(more).lower()}</IsTruncated>"
            f"{contents}{following}</ListBucketResult>"
        )
        self._answer(200, (text if self.bucket.instead is None else self.bucket.instead).encode())

    def _shown(self, key: str) -> str:
        data, kept = self.bucket.objects[key], self.bucket.classes.get(key, "STANDARD")
        said = {
            "Key": quote_plus(key, safe="/"),
            "ETag": self.bucket.listed_etag.format(_etag(data)),
            "Size": str(len(data)),
            "StorageClass": kept,
        }
        return f"<Contents>{''.join(f'<{name}>{escape(value)}</{name}>' for name, value in said.items())}</Contents>"

    def _give(self, key: str, data: bytes) -> None:
        etag = self.bucket.answered_etag.format(_etag(data)).encode().decode("latin-1")
        if self.headers.get("If-Match", etag).strip('"') != etag.strip('"'):
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            return
        self.bucket.fetched.append(key)
        begin, _, end = self.headers.get("Range", f"bytes=0-{len(data) - 1}").removeprefix("bytes=").partition("-")
        part = data[int(begin) : int(end) + 1]
        shown = f"bytes {begin}-{int(begin) + len(part) - 1}/{len(data)}"
        self._answer(206, part, {"ETag": etag, "Content-Range": shown})

    def _answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _etag(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
