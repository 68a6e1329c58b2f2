"""Files elsewhere, by address: an Azure container with its signature, or single files such as S3's signed ones.

Storage fetches by itself what is signed; where it cannot, and for all others, the bytes come through here as every
other upload's. What is asked for is asked through the guard, so no address leads to where only this server can reach.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import partial
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit
from xml.etree import ElementTree as ET

from services.actors.actor import Actor
from services.egress.errors import AddressNotAllowedError, FetchError
from services.egress.guard import EgressGuard, Fetched
from services.migration.errors import UnreadableFileError
from services.migration.found import FileState, FoundFile, left_out
from services.migration.manifest import FileLists
from services.migration.place import GoOn
from services.migration.storage_fetch import Looks, StorageFetch, storage_may_fetch
from services.secrets import SecretBox
from services.uploads.made import MadeUploads
from services.uploads.uploads import Draft
from services.videos.video import Video
from utils.etags import bare_etag, same_etag
from utils.signatures import SNIFF_BYTES
from utils.sizes import MIB
from utils.text import has_unsafe_characters

REMOTE = "remote"
"""The kind of place."""

_LARGEST_PAGE = 16 * 1024 * 1024
_TRIES = 4
_WORTH_A_TRY = MIB
"""Bytes that have to come before what broke off may break off as often again."""
_VERSION = {"x-ms-version": "2021-12-02"}
_EMULATOR = "/devstoreaccount1/"
_OF_LISTS = {"restype", "comp", "marker"}
_OF_AZURE = {
    *("sig", "sv", "ss", "srt", "st", "se", "sp", "sr", "spr", "sip", "si", "sdd", "ses"),
    *("skoid", "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid", "scid", "sduoid"),
    *("rscc", "rscd", "rsce", "rscl", "rsct"),
}
_OF_OLD_S3 = {"signature", "expires", "awsaccesskeyid", "googleaccessid", "key-pair-id", "policy"}
_OF_S3 = re.compile("x-(?:amz|goog)-", re.IGNORECASE)
_TOTAL = re.compile(r"bytes 0-0/([0-9]{1,18})")
_OK, _PARTIAL = 200, 206


def shown_address(url: str) -> str:
    """An address as people are shown it, and told from others by: without what it lets in by.

    What else its query says is shown by its names alone, and by a digest: nobody knows which of it is secret.
    """
    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    rest = sorted(unsigned(parse_qsl(parts.query, keep_blank_values=True)))
    if is_container(url):
        address, rest = address.rstrip("/"), [each for each in rest if each[0].lower() not in _OF_LISTS]
    if not rest:
        return address
    names = "&".join(dict.fromkeys(f"{name}=…" for name, _ in rest))
    return f"{address}?{names} ({hashlib.sha256(urlencode(rest).encode()).hexdigest()[:12]})"


def is_container(url: str) -> bool:
    """Whether an address is that of a whole Azure container: asked for as one, or signed and of no file in one."""
    parts = urlsplit(url)
    said = {name.lower(): value for name, value in parse_qsl(parts.query)}
    if said.get("restype") == "container":
        return True
    segments = [each for each in parts.path.split("/") if each]
    of_a_container = 2 if _names_account_in_path(parts) else 1
    return {"sv", "sig"} <= said.keys() and said.get("sr", "c") == "c" and len(segments) == of_a_container


def _names_account_in_path(parts: SplitResult) -> bool:
    """As emulators do, which have no name of their own for each account."""
    host = parts.hostname or ""
    return "." not in host or ":" in host or host.rpartition(".")[2].isdecimal() or parts.path.startswith(_EMULATOR)


def unsigned(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields of a query that are of no signature that is there: by themselves their names may mean anything."""
    query = list(query)
    names = {name.lower() for name, _ in query}
    gone = (_OF_AZURE if "sig" in names else set()) | (_OF_OLD_S3 if "signature" in names else set())
    return [(name, value) for name, value in query if name.lower() not in gone and not _OF_S3.match(name)]


class SignedAddresses:
    """Addresses that let in whoever has them: kept sealed, and asked for through the guard."""

    def __init__(self, guard: EgressGuard, box: SecretBox) -> None:
        self.guard = guard
        self._box = box

    def seal(self, url: str) -> str:
        """The address, as it is kept; raises `AddressNotAllowedError`."""
        self.guard.check(url)
        return self._box.seal(url)

    def open(self, sealed: str) -> str:
        """The address again; raises `UnreadableFileError`."""
        try:
            return self._box.open(sealed)
        except ValueError as error:
            raise UnreadableFileError("SECRET_KEY is another one by now: give the address again.") from error


class RemotePlace:
    """What lies behind an address."""

    def __init__(self, url: str, guard: EgressGuard, files: "FilesElsewhere") -> None:
        self._url = url
        self._guard = guard
        self._files = files

    def manifest(self) -> FileLists:
        """Nothing lies beside it."""
        return FileLists(())

    def walk(self) -> Iterator[FoundFile]:
        """The blobs of the container, or the one file."""
        if is_container(self._url):
            yield from self._blobs()
        else:
            yield self._single()

    def bring(self, found: FoundFile, draft: Draft, *, attempt: int, go_on: GoOn, by: Actor) -> Video:
        """Have storage fetch the file, or fetch it, and hand it to the lines that every upload goes through."""
        return self._files.bring(self._address_of(found), found, draft, attempt=attempt, go_on=go_on, by=by)

    def digest(self, found: FoundFile, *, go_on: GoOn) -> str | None:  # noqa: ARG002 - as every place has it
        """Not without fetching it."""
        return None

    def _address_of(self, found: FoundFile) -> str:
        if not is_container(self._url):
            return self._url
        parts = urlsplit(self._url)
        said = [each for each in parse_qsl(parts.query) if each[0].lower() not in {"restype", "comp"}]
        path = f"{parts.path.rstrip('/')}/{quote(found.parts[0])}"
        return parts._replace(path=path, query=urlencode(said)).geturl()

    def _blobs(self) -> Iterator[FoundFile]:
        parts, marker = urlsplit(self._url), ""
        while True:
            page = self._page(parts, marker)
            for blob in page.iter("Blob"):
                yield _blob(blob)
            marker = page.findtext("NextMarker") or ""
            if not marker:
                return

    def _page(self, parts: SplitResult, marker: str) -> ET.Element:
        said = [each for each in parse_qsl(parts.query) if each[0].lower() not in _OF_LISTS]
        said += [("restype", "container"), ("comp", "list"), *([("marker", marker)] if marker else [])]
        url = parts._replace(path=parts.path.rstrip("/"), query=urlencode(said)).geturl()
        try:
            with self._guard.get(url, _VERSION) as fetched:
                if fetched.status != _OK:
                    raise UnreadableFileError(f"The container cannot be listed: it answered {fetched.status}.")
                text = fetched.whole(most=_LARGEST_PAGE)
        except (FetchError, AddressNotAllowedError) as error:
            raise UnreadableFileError(f"The container cannot be listed: {error.detail}") from error
        if b"<!" in text:
            raise UnreadableFileError("The container cannot be listed: this is no list of Azure's.")
        try:
            return ET.fromstring(text)  # noqa: S314 - without a declaration nothing in it can grow
        except ET.ParseError as error:
            raise UnreadableFileError("The container cannot be listed: this is no list of Azure's.") from error

    def _single(self) -> FoundFile:
        name = unquote(urlsplit(self._url).path.rpartition("/")[2]) or "film"
        if has_unsafe_characters(name):
            return FoundFile(path="film", state=FileState.REFUSED, detail="Its name holds what no name may.")
        try:
            with self._guard.get(self._url, {"Range": "bytes=0-0"}) as fetched:
                size, version = _facts(fetched)
                md5 = fetched.headers.get("x-ms-blob-content-md5", "")
        except (FetchError, AddressNotAllowedError, UnreadableFileError) as error:
            return FoundFile(path=name, state=FileState.FAILED, detail=error.detail)
        return replace(judged(name, size=size, version=version), md5=md5)


class FilesElsewhere:
    """Makes videos of files by their addresses. One for each attempt at a migration."""

    def __init__(self, guard: EgressGuard, uploads: MadeUploads, fetch: StorageFetch) -> None:
        self._guard = guard
        self._uploads = uploads
        self._fetch = fetch

    def bring(self, url: str, found: FoundFile, draft: Draft, *, attempt: int, go_on: GoOn, by: Actor) -> Video:
        """As `Place.bring` does, of the file at that address."""
        if storage_may_fetch(url):
            looks = Looks(head=partial(self._head, url, found), check=partial(self._check, url, found))
            video = self._fetch.take(draft, url, found, looks=looks, go_on=go_on, by=by)
            if video is not None:
                return video
        with RemoteFile(self._guard, url, found, go_on=go_on) as body:
            return self._uploads.take_body(draft, body, attempt=attempt, by=by)

    def _head(self, url: str, found: FoundFile) -> bytes:
        head = replace(found, size=min(found.size, SNIFF_BYTES))
        with RemoteFile(self._guard, url, head, go_on=lambda: None) as body:
            return b"".join(iter(lambda: body.read(SNIFF_BYTES), b""))

    def _check(self, url: str, found: FoundFile) -> None:
        with RemoteFile(self._guard, url, replace(found, size=1), go_on=lambda: None) as body:
            body.read(1)


class RemoteFile(AbstractContextManager["RemoteFile"]):
    """A file elsewhere as a body: fetched as it is read, and asked for again from where it broke off."""

    def __init__(self, guard: EgressGuard, url: str, found: FoundFile, *, go_on: GoOn) -> None:
        self.length: int | None = found.size
        self.at_hand = 0
        self._guard = guard
        self._url = url
        self._found = found
        self._go_on = go_on
        self._got = 0
        self._failures, self._got_then = 0, 0
        self._open: Fetched | None = None
        self._stack = ExitStack()

    def __exit__(self, *_exc: object) -> None:
        """Let go of the connection."""
        self._stack.close()

    def read(self, size: int, /) -> bytes:
        """The next bytes; raises `UnreadableFileError` where they cannot be had, or the file is another one by now."""
        self._go_on()
        left = self._found.size - self._got
        if not left:
            return b""
        while True:
            try:
                data = self._fetched().read(min(size, left))
            except FetchError as error:
                self._note_failure(error)
            else:
                if data:
                    self._got += len(data)
                    return data
                self._note_failure(FetchError("The answer broke off."))
            self._go_on()

    def _note_failure(self, failure: FetchError) -> None:
        """Let go of the connection; raises `UnreadableFileError` where that has been tried often enough."""
        self._stack.close()
        self._open = None
        if self._got - self._got_then >= _WORTH_A_TRY:
            self._failures, self._got_then = 0, self._got
        self._failures += 1
        if self._failures >= _TRIES:
            raise UnreadableFileError(failure.detail)

    def _fetched(self) -> Fetched:
        if self._open is None:
            headers = {"Range": f"bytes={self._got}-{self._found.size - 1}", "If-Match": self._found.version}
            try:
                fetched = self._stack.enter_context(self._guard.get(self._url, headers))
            except AddressNotAllowedError as error:
                raise UnreadableFileError(error.detail) from error
            if fetched.status == _OK and self._got:
                raise UnreadableFileError("It broke off, and whoever has it gives no parts of it.")
            if fetched.status not in {_OK, _PARTIAL}:
                raise UnreadableFileError(_words(fetched.status))
            if not same_etag(fetched.headers.get("etag", ""), self._found.version):
                raise UnreadableFileError("The file was changed while it was fetched.")
            self._open = fetched
        return self._open


def _facts(fetched: Fetched) -> tuple[int, str]:
    if fetched.status not in {_OK, _PARTIAL}:
        raise UnreadableFileError(_words(fetched.status))
    total = _TOTAL.fullmatch(fetched.headers.get("content-range", ""))
    size = int(total[1]) if total else fetched.length
    if (fetched.status == _PARTIAL and total is None) or size is None:
        raise UnreadableFileError("Whoever has it does not say how large it is.")
    return size, fetched.headers.get("etag", "")


def _blob(blob: ET.Element) -> FoundFile:
    name = blob.findtext("Name") or ""
    said: Mapping[str, str] = {each.tag: each.text or "" for each in blob.iterfind("Properties/*")}
    if not name or has_unsafe_characters(name):
        return FoundFile(path=name or "?", state=FileState.REFUSED, detail="Its name holds what no name may.")
    if said.get("AccessTier") == "Archive":
        detail = "It is in the archive: bring it back first, then take it in."
        return FoundFile(path=name, state=FileState.FAILED, detail=detail)
    size = said.get("Content-Length", "0")
    # A list names it bare, and an answer in quotes.
    version = bare_etag(said.get("Etag", ""))
    found = judged(name, size=int(size) if size.isdecimal() else 0, version=f'"{version}"')
    return replace(found, md5=said.get("Content-MD5", ""))


def judged(name: str, *, size: int, version: str) -> FoundFile:
    """What can be said of a file elsewhere by its name, its size in bytes and its ETag."""
    if (reason := left_out(name.rpartition("/")[2])) is not None:
        return FoundFile(path=name, size=size, state=FileState.SKIPPED, detail=reason)
    if not size:
        return FoundFile(path=name, state=FileState.REFUSED, detail="The file is empty.")
    if not bare_etag(version):
        detail = "Whoever has it does not say which version it is (ETag), so it could change unseen."
        return FoundFile(path=name, size=size, state=FileState.FAILED, detail=detail)
    return FoundFile(path=name, parts=(name,), size=size, version=version)


def _words(status: int) -> str:
    match status:
        case 401 | 403:
            return "It may not be read: the signature is wrong, or has ended."
        case 404:
            return "It is not there."
        case 412:
            return "The file was changed while it was fetched."
    return f"Whoever has it answered {status}."
