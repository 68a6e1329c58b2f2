"""A file behind an address: looked at, and fetched as it is read, by way of the guard."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import unquote

from services.egress.errors import AddressNotAllowedError, FetchError
from services.egress.guard import EgressGuard, Fetched
from services.imports import addresses
from services.imports.errors import UnfetchableError
from services.jobs.errors import BadInputError
from services.migration.errors import UnreadableFileError
from services.migration.found import FoundFile
from services.migration.place import GoOn
from services.migration.remote_place import RemoteFile
from services.uploads.body_reader import IncomingBody
from utils.signatures import SNIFF_BYTES, Container, sniff
from utils.text import one_line
from utils.validators import extension_of
from utils.video_types import VIDEO_TYPES

_OK = 200
_PERHAPS = frozenset({401, 403, 405, 406})
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_ENDINGS = {
    Container.MP4: "mp4",
    Container.QUICKTIME: "mov",
    Container.THREE_GP: "3gp",
    Container.WEBM: "webm",
    Container.MATROSKA: "mkv",
    Container.AVI: "avi",
    Container.ASF: "wmv",
    Container.FLV: "flv",
    Container.MPEG_PS: "mpg",
    Container.MPEG_TS: "ts",
    Container.OGG: "ogv",
}
_LONGEST_STEM = 150
_IN_AN_ALPHABET = re.compile(r";\s*filename\*\s*=\s*(utf-8|iso-8859-1)'[^']*'([^;\s\"]+)", re.IGNORECASE)
_IN_QUOTES = re.compile(r';\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_BARE = re.compile(r';\s*filename\s*=\s*([^;\s"]+)', re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class WebFile:
    """What an answer says of a file before most of it is read."""

    url: str
    name: str
    """With an ending that fits its content."""
    length: int | None
    """None where it ends when the connection does, or in pieces."""
    says_its_end: bool
    """Whether what breaks off can be told from what is whole."""
    version: str
    """Its ETag, in quotes; empty where there is none that holds."""

    @contextmanager
    def opened(self, guard: EgressGuard, *, go_on: GoOn) -> Iterator[IncomingBody]:
        """The file as a body. One with a version is asked for again from where it broke off."""
        if self.version and self.length:
            found = FoundFile(path=self.name, parts=(self.name,), size=self.length, version=self.version)
            with RemoteFile(guard, self.url, found, go_on=go_on) as body:
                yield _Told(body)
            return
        with ExitStack() as stack:
            yield _InOneGo(stack.enter_context(asked(guard, self.url)), self, go_on=go_on)


def ending_of(head: bytes) -> str | None:
    """The ending that fits a film by its first bytes; None where they are of none."""
    container = sniff(head)
    return None if container is None else _ENDINGS[container]


def file_name(name: str, head: bytes) -> str | None:
    """A name for a film that begins like that, with an ending that fits; None where it is no film."""
    container = sniff(head)
    if container is None:
        return None
    known = VIDEO_TYPES.get(extension_of(name))
    if known is not None and container in known.containers:
        return name
    stem = name.rpartition(".")[0] if extension_of(name) else name
    return f"{stem[:_LONGEST_STEM] or 'film'}.{_ENDINGS[container]}"


def look_at(guard: EgressGuard, url: str) -> WebFile | None:
    """What lies there; None where it is no film, as far as its first bytes tell.

    Raises `BadInputError` where it is not there, and `UnfetchableError` where it may be another time.
    """
    try:
        return _looked_at(guard, url)
    except _RefusedError:
        return None


def _looked_at(guard: EgressGuard, url: str) -> WebFile | None:
    with asked(guard, url, refused=_RefusedError) as fetched:
        head = b""
        try:
            while len(head) < SNIFF_BYTES and (piece := fetched.read(SNIFF_BYTES - len(head))):
                head += piece
        except FetchError as error:
            raise UnfetchableError(error.detail) from error
        version = fetched.headers.get("etag", "")
        name = file_name(_name_of(fetched.headers, url), head)
        if name is None:
            return None
        return WebFile(
            url=url,
            name=name,
            length=fetched.length,
            says_its_end=fetched.says_its_end,
            version=version if version.startswith('"') else "",
        )


@contextmanager
def asked(guard: EgressGuard, url: str, *, refused: type[Exception] = BadInputError) -> Iterator[Fetched]:
    """The answer to a request for it, which is not read yet; raises as `look_at` does."""
    try:
        with guard.get(url) as fetched:
            if fetched.status == _OK:
                yield fetched
                return
            status = fetched.status
    except AddressNotAllowedError as error:
        raise BadInputError(error.detail) from error
    except FetchError as error:
        raise UnfetchableError(error.detail) from error
    if status in _LATER:
        raise UnfetchableError(f"Whoever has it answered {status}.")
    kind = refused if status in _PERHAPS else BadInputError
    raise kind(_WORDS.get(status, f"Whoever has it answered {status}."))


class _RefusedError(Exception):
    """It is not given to whoever asks as we do; another program may have more luck."""


_WORDS = {
    401: "It may not be read: whoever has it wants to know who asks.",
    403: "It may not be read: whoever has it refuses.",
    404: "It is not there.",
    410: "It is not there any more.",
}


class _Told:
    """A body that says in our words why it cannot be read."""

    def __init__(self, body: RemoteFile) -> None:
        self.length: int | None = body.length
        self._body = body

    @property
    def at_hand(self) -> int:
        """Nothing is here that has not been read."""
        return self._body.at_hand

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        try:
            return self._body.read(size)
        except UnreadableFileError as error:
            raise UnfetchableError(error.detail) from error


class _InOneGo:
    """A body that cannot be gone on with where it breaks off: then all of it is fetched another time."""

    def __init__(self, fetched: Fetched, file: WebFile, *, go_on: GoOn) -> None:
        self.length: int | None = file.length
        self.at_hand = 0
        self._fetched = fetched
        self._go_on = go_on
        self._got = 0

    def read(self, size: int, /) -> bytes:
        """The next bytes; raises `UnfetchableError` where fewer come than were announced."""
        self._go_on()
        try:
            data = self._fetched.read(size)
        except FetchError as error:
            raise UnfetchableError(error.detail) from error
        self._got += len(data)
        if not data and self.length is not None and self._got < self.length:
            raise UnfetchableError(f"It broke off after {self._got} of {self.length} bytes.")
        return data


def _name_of(headers: Mapping[str, str], url: str) -> str:
    """The name by which it is offered, or else the one in its address."""
    offered = _offered(one_line(headers.get("content-disposition", "")[: addresses.LONGEST]))
    name = one_line((offered or unquote(addresses.name_in(url))).replace("\\", "/")).rpartition("/")[2]
    return name.strip(". ") or "film"


def _offered(said: str) -> str:
    """The name in a header that may be written in any way; empty where there is none that can be read."""
    if found := _IN_AN_ALPHABET.search(said):
        return unquote(found[2], encoding=found[1])
    if found := _IN_QUOTES.search(said):
        return re.sub(r"\\(.)", r"\1", found[1])
    return found[1] if (found := _BARE.search(said)) else ""
