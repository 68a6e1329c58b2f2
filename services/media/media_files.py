"""What is shown of what was made of a video: addresses that change with what is behind them, and the bytes."""

import contextlib
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from services.actors.actor import Actor
from services.errors import NotFoundError
from services.library.library import Library
from services.media.derived_files import CONTENT_TYPES, Derived, Manifest
from services.media.job_kinds import HLS, POSTER, PREVIEW, STORYBOARD, SUBTITLES, made_of
from services.media.subtitle_playlists import subtitle_playlist, with_subtitles
from services.storage.delivery import Delivery
from services.storage.errors import BlobNotFoundError
from services.storage.reading import BlobReader
from services.videos.video import Video

_FILE = re.compile(r"[a-z0-9-]{1,64}(?P<ending>\.(?:m4s|mp4|webp|vtt))")
_SEGMENT = re.compile(r'^([^#\s]\S*\.m4s)$|(?<=URI=")([^"]+\.mp4)(?=")', re.MULTILINE)


_NO_SUCH = "There is nothing of that name for this video."
_MOST_FOLDERS = 1000


class NotMadeError(NotFoundError):
    """What was asked for has not been made of this video, or not yet."""

    slug = "not-made"
    title = "Not there yet"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Something to answer with."""

    content: bytes | Iterable[bytes]
    """All of it, or what is read from storage as it is sent; then `close` has to be called."""
    length: int
    content_type: str
    etag: str
    version: str
    """Names the content in addresses."""
    close: Callable[[], object] = lambda: None
    url: str | None = field(default=None, repr=False)
    """Where it is to be fetched in the place of here, for some minutes."""


class MediaFiles:
    """Reads what was made of videos."""

    def __init__(
        self,
        library: Library,
        derived: Derived,
        reader: BlobReader,
        *,
        missed: Callable[[Video], object],
        watched: Callable[[str], object],
        delivery: Delivery | None = None,
    ) -> None:
        """`missed` is told of videos that lack what somebody asks for, `watched` of those that play.

        With `delivery`, pictures and segments are fetched where its URLs lead, and not from here.
        """
        self._delivery = delivery
        self._library = library
        self._derived = derived
        self._reader = reader
        self._missed = missed
        self._watched = watched
        self._folders: dict[tuple[str, str, str], str] = {}

    def preview(self, video_id: str, *, by: Actor) -> Shown:
        """The picture that moves."""
        _, manifest = self._made(video_id, PREVIEW, by=by)
        if manifest.preview is None:
            raise _nothing(manifest)
        return self._file(manifest, manifest.preview)

    def poster(self, video_id: str, *, by: Actor, width: int) -> Shown:
        """The smallest poster of at least that width, or the largest."""
        _, manifest = self._made(video_id, POSTER, by=by)
        if not manifest.poster:
            raise _nothing(manifest)
        fitting = min((each for each in manifest.poster if each >= width), default=max(manifest.poster))
        return self._file(manifest, manifest.poster[fitting])

    def storyboard(self, video_id: str, *, by: Actor) -> Shown:
        """The storyboard as WebVTT; what it names is relative to its own address."""
        _, manifest = self._made(video_id, STORYBOARD, by=by)
        if manifest.storyboard is None:
            raise _nothing(manifest)
        return _text(_storyboard_text(manifest), "text/vtt; charset=utf-8", manifest, manifest.etag)

    def playlist(self, video_id: str, name: str, *, by: Actor) -> Shown:
        """A playlist; it grows while more is made."""
        video, manifest = self._made(video_id, HLS, by=by)
        version = video.made.version(SUBTITLES) if video.made.source == video.content_etag else None
        words = subtitle_playlist(name, video.made, version=version)
        if words is not None:
            return _text(words, CONTENT_TYPES[".m3u8"], manifest, f"{manifest.etag}-{version}-{len(words)}")
        if name not in manifest.playlists:
            raise _nothing(manifest)
        self._watched(video.id)
        text = manifest.playlists[name]
        if name == "master.m3u8" and version is not None:
            text = with_subtitles(text, video.made)
        text = _SEGMENT.sub(lambda match: f"{manifest.etag}/{match[0]}", text)
        return _text(text, CONTENT_TYPES[".m3u8"], manifest, f"{manifest.etag}-{len(text)}")

    def file(self, video_id: str, kind: str, etag: str, name: str, *, by: Actor) -> Shown:
        """A file that a playlist or storyboard names; its address is good for this content alone."""
        video = self._library.get(video_id, by=by)
        # A player asks for hundreds of them: what the address names is looked up once.
        folder = self._folders.get((video.id, kind, etag))
        if folder is None:
            _, manifest = self._made(video_id, kind, by=by)
            if etag != manifest.etag:
                raise _nothing(manifest)
            folder = manifest.folder
            if len(self._folders) >= _MOST_FOLDERS:
                self._folders.clear()
            self._folders[video.id, kind, etag] = folder
        if not _FILE.fullmatch(name):
            raise NotMadeError(_NO_SUCH)
        return self._elsewhere(folder, name, version=etag) or self._streamed(folder, name, etag=etag)

    def _elsewhere(self, folder: str, name: str, *, version: str) -> Shown | None:
        """The way to a file, where it is not fetched from here."""
        # Browsers take no words for a film from another origin.
        if self._delivery is None or name.endswith(".vtt"):
            return None
        content_type = CONTENT_TYPES[name[name.rindex(".") :]]
        url = self._delivery.url(folder + name, content_type=content_type).url
        etag = f"{version}-{name}"
        return Shown(content=b"", length=0, content_type=content_type, etag=etag, version=version, url=url)

    def _streamed(self, folder: str, name: str, *, etag: str) -> Shown:
        with contextlib.ExitStack() as stack:
            try:
                blob = stack.enter_context(self._reader.open_whole(folder + name))
            except BlobNotFoundError as error:
                raise NotMadeError(_NO_SUCH) from error
            return Shown(
                content=blob.steps,
                length=blob.size,
                content_type=CONTENT_TYPES[name[name.rindex(".") :]],
                etag=f"{etag}-{name}",
                version=etag,
                close=stack.pop_all().close,
            )

    def _made(self, video_id: str, kind: str, *, by: Actor) -> tuple[Video, Manifest]:
        video = self._library.get(video_id, by=by)
        manifest = made_of(self._derived, video, kind)
        if manifest is None:
            self._missed(video)
            raise NotMadeError("This has not been made from the video yet. Try again in a moment.")
        return video, manifest

    def _file(self, manifest: Manifest, name: str) -> Shown:
        if (elsewhere := self._elsewhere(manifest.folder, name, version=manifest.etag)) is not None:
            return elsewhere
        try:
            content = self._derived.files.read(manifest.folder + name)
        except BlobNotFoundError as error:
            raise _nothing(manifest) from error
        ending = name[name.rindex(".") :]
        return Shown(
            content=content,
            length=len(content),
            content_type=CONTENT_TYPES[ending],
            etag=f"{manifest.etag}-{name}",
            version=manifest.etag,
        )


def _nothing(manifest: Manifest) -> NotMadeError:
    return NotMadeError(manifest.problem or _NO_SUCH)


def _text(text: str, content_type: str, manifest: Manifest, etag: str) -> Shown:
    content = text.encode()
    return Shown(content=content, length=len(content), content_type=content_type, etag=etag, version=manifest.etag)


def _storyboard_text(manifest: Manifest) -> str:
    board = manifest.storyboard
    assert board is not None  # noqa: S101 - asked before
    lines = ["WEBVTT", ""]
    for number in range(board.count):
        sheet, place = divmod(number, board.across**2)
        across, down = place % board.across * board.width, place // board.across * board.height
        begin, end = number * board.interval, (number + 1) * board.interval
        address = f"storyboard/{manifest.etag}/{board.sheets[sheet]}#xywh={across},{down},{board.width},{board.height}"
        lines += [f"{_moment(begin)} --> {_moment(end)}", address, ""]
    return "\n".join(lines)


def _moment(seconds: float) -> str:
    whole = math.floor(seconds)
    milliseconds = round((seconds - whole) * 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{milliseconds:03}"
