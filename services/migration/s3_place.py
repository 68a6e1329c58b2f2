"""A bucket of S3, or of what speaks as S3 does, as a place to take from: `s3://bucket/prefix`.

It is listed, and each object is read by a URL that is signed for it alone: by storage itself where it can fetch, else
through here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, unquote_plus
from xml.etree import ElementTree as ET

from services.actors.actor import Actor
from services.egress.errors import AddressNotAllowedError, FetchError
from services.egress.guard import EgressGuard
from services.migration.errors import InvalidFolderError, MigrationOffError, UnreadableFileError
from services.migration.found import FileState, FoundFile
from services.migration.manifest import FileLists
from services.migration.place import GoOn
from services.migration.remote_place import FilesElsewhere, judged
from services.migration.s3_signing import S3Keys, signed_url
from services.uploads.uploads import Draft
from services.videos.video import Video
from utils.etags import bare_etag
from utils.text import has_unsafe_characters

S3 = "s3"
"""The kind of place."""

_ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")
_LONGEST_KEY = 1024
_LARGEST_PAGE = 16 * 1024 * 1024
_GOOD_FOR_A_PAGE, _GOOD_FOR_A_FILE = timedelta(minutes=15), timedelta(days=1)
_ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})
_NAMESPACE = "{*}"
_OK = 200


def is_bucket(address: str) -> bool:
    """Whether an address means a bucket."""
    return address.startswith("s3:")


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket, or what in it begins with a prefix."""

    name: str
    prefix: str

    @classmethod
    def parse(cls, address: str) -> "Bucket":
        """That of `s3://bucket/prefix`; raises `InvalidFolderError`."""
        found = _ADDRESS.fullmatch(address)
        prefix = (found and found[2]) or ""
        if found is None or len(prefix.encode()) > _LONGEST_KEY or has_unsafe_characters(prefix):
            raise InvalidFolderError("Expected s3://bucket or s3://bucket/prefix.")
        return cls(name=found[1], prefix=prefix)

    @property
    def address(self) -> str:
        """As people write it."""
        return f"s3://{self.name}/{self.prefix}"


class S3Buckets:
    """Buckets that the keys of this server open."""

    def __init__(
        self, endpoint: str | None, region: str, *, access: Callable[[], str], secret: Callable[[], str]
    ) -> None:
        self.endpoint = endpoint or f"https://s3.{region}.amazonaws.com"
        self._region = region
        self._access = access
        self._secret = secret

    def keys(self) -> S3Keys:
        """What lets in; raises `MigrationOffError` where nothing is set."""
        access, secret = self._access(), self._secret()
        if not access or not secret:
            raise MigrationOffError(
                "Buckets are not read: the settings s3_access_key_id and s3_secret_access_key are not set."
            )
        return S3Keys(access=access, secret=secret, region=self._region)


class S3Place:
    """What lies in a bucket."""

    def __init__(self, bucket: Bucket, buckets: S3Buckets, guard: EgressGuard, files: FilesElsewhere) -> None:
        """Raises `MigrationOffError` where there are no keys."""
        self._bucket = bucket
        self._keys = buckets.keys()
        self._base = f"{buckets.endpoint}/{bucket.name}"
        self._guard = guard
        self._files = files

    def manifest(self) -> FileLists:
        """Nothing lies beside it."""
        return FileLists(())

    def walk(self) -> Iterator[FoundFile]:
        """The objects, by key."""
        token: str | None = None
        while True:
            page = self._page(token)
            for each in page.iterfind(f"{_NAMESPACE}Contents"):
                found = _object(each)
                if found is not None:
                    yield found
            following = page.findtext(f"{_NAMESPACE}NextContinuationToken")
            if page.findtext(f"{_NAMESPACE}IsTruncated") != "true" or not following or following == token:
                return
            token = following

    def bring(self, found: FoundFile, draft: Draft, *, attempt: int, go_on: GoOn, by: Actor) -> Video:
        """Have storage fetch the object, or fetch it, and hand it to the lines that every upload goes through."""
        url = signed_url(f"{self._base}/{quote(found.parts[0], safe='/-_.~')}", self._keys, good_for=_GOOD_FOR_A_FILE)
        return self._files.bring(url, found, draft, attempt=attempt, go_on=go_on, by=by)

    def digest(self, found: FoundFile, *, go_on: GoOn) -> str | None:  # noqa: ARG002 - as every place has it
        """Not without fetching it."""
        return None

    def _page(self, token: str | None) -> ET.Element:
        query = {"list-type": "2", "encoding-type": "url", "prefix": self._bucket.prefix}
        if token is not None:
            query["continuation-token"] = token
        url = signed_url(self._base, self._keys, query=query, good_for=_GOOD_FOR_A_PAGE)
        try:
            with self._guard.get(url) as fetched:
                status, text = fetched.status, fetched.whole(most=_LARGEST_PAGE)
        except (FetchError, AddressNotAllowedError) as error:
            raise UnreadableFileError(f"The bucket cannot be listed: {error.detail}") from error
        if status != _OK:
            raise UnreadableFileError(f"The bucket cannot be listed: {_words(status)}")
        if b"<!" in text:
            raise UnreadableFileError("The bucket cannot be listed: this is no list of S3's.")
        try:
            page = ET.fromstring(text)  # noqa: S314 - without a declaration nothing in it can grow
        except ET.ParseError as error:
            raise UnreadableFileError("The bucket cannot be listed: this is no list of S3's.") from error
        if page.tag.rpartition("}")[2] != "ListBucketResult":
            raise UnreadableFileError("The bucket cannot be listed: this is no list of S3's.")
        return page


def _object(each: ET.Element) -> FoundFile | None:
    """An object as it is found; None for what only stands for a folder."""
    said = {child.tag.rpartition("}")[2]: child.text or "" for child in each}
    key, size = unquote_plus(said.get("Key", "")), said.get("Size", "0")
    if key.endswith("/"):
        return None
    if not key or has_unsafe_characters(key):
        return FoundFile(path=_shown(key), state=FileState.REFUSED, detail="Its name holds what no name may.")
    if any(part in {".", ".."} for part in key.split("/")):
        # On their way such parts are taken for folders, and then the signature is of something else.
        return FoundFile(path=key, state=FileState.REFUSED, detail="Its name cannot be asked for.")
    if said.get("StorageClass") in _ARCHIVED:
        detail = "It is in the archive: bring it back first, then take it in."
        return FoundFile(path=key, state=FileState.FAILED, detail=detail)
    version = bare_etag(said.get("ETag", ""))
    return judged(key, size=int(size) if size.isascii() and size.isdecimal() else 0, version=f'"{version}"')


def _shown(key: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in key) or "?"


def _words(status: int) -> str:
    match status:
        case 301 | 307 | 400:
            return f"it answered {status}; S3_REGION or S3_ENDPOINT may be those of another one."
        case 401 | 403:
            return "the keys do not let in, or not to list."
        case 404:
            return "there is none of that name."
    return f"it answered {status}."
