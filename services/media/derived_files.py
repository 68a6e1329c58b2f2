"""Where what is made of a video lies, and the manifests that make it valid.

`<quoted id>/<kind>.json` is the manifest of a kind. It names the folder of one attempt,
`<quoted id>/<kind>/<recipe>-<version of the bytes>/<job>-<attempt>/`, is written last, and only over the one that was
read: so a reader sees all of an attempt or nothing of it, whoever else is at work. All of it can be deleted and is made
again.
"""

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from services.media.analysis import Analysis
from services.media.facts import Facts
from services.media.pictures import Storyboard
from services.storage.errors import BlobChangedError
from services.storage.files import FileStore
from services.storage.records import RecordStore

log = logging.getLogger(__name__)

CONTENT_TYPES = {
    ".webp": "image/webp",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".vtt": "text/vtt; charset=utf-8",
}


class Rendition(msgspec.Struct, frozen=True, kw_only=True):
    """One size that a player can choose."""

    height: int = 0
    bandwidth: int = 0
    codecs: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of work has made of one version of a video. A field that is missing has its default."""

    kind: str = ""
    recipe: int = 0
    source: str = ""
    """The version of the bytes that it was made of."""
    folder: str = ""
    """Where its files lie; new with every attempt."""
    complete: bool = True
    """False while more of it is being made."""
    problem: str | None = None
    """Why nothing can be made of this film, in words for people."""
    facts: Facts | None = None
    analysis: Analysis | None = None
    poster: dict[int, str] = {}
    """Files by their width."""
    storyboard: Storyboard | None = None
    preview: str | None = None
    playlists: dict[str, str] = {}
    """Texts by name; the segments that they name lie in the folder."""
    renditions: tuple[Rendition, ...] = ()

    subtitles: dict[int, str] = {}
    """Files by the number of their track in the film."""

    def is_current(self, *, recipe: int, source: str) -> bool:
        """Whether it is all that this version would make of that version of the bytes."""
        return self.complete and (self.recipe, self.source) == (recipe, source)

    @property
    def has_content(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.poster or self.storyboard or self.preview or self.playlists or self.subtitles)

    @property
    def etag(self) -> str:
        """Names what is in the folder."""
        return hashlib.sha256(self.folder.encode()).hexdigest()[:16]


class DerivedAttempt:
    """The place of one attempt at one kind of work; nobody else writes there."""

    def __init__(
        self, derived: "Derived", video: str, manifest: Manifest, *, published: Callable[[Manifest], object]
    ) -> None:
        """`published` is told of each manifest that has become valid."""
        self._derived = derived
        self._video = video
        self._published = published
        self.manifest = manifest

    def put(self, path: Path) -> str:
        """Store a file under its own name, which is returned."""
        content_type = CONTENT_TYPES[path.suffix]
        self._derived.files.put(self.manifest.folder + path.name, path, content_type=content_type)
        return path.name

    @property
    def is_made(self) -> bool:
        """Whether there are whole renditions of just this already, by another attempt."""
        found = self._derived.read(self._video, self.manifest.kind)
        wanted = self.manifest
        return (
            found is not None and found.is_current(recipe=wanted.recipe, source=wanted.source) and bool(found.playlists)
        )

    def publish(self, manifest: Manifest) -> None:
        """Make this valid, and delete what it replaces; raises `BlobChangedError` when a newer attempt was faster."""
        self._derived.publish(self._video, manifest)
        self._published(manifest)

    def discard(self) -> None:
        """Delete what this attempt has stored, unless it is valid."""
        current = self._derived.read(self._video, self.manifest.kind)
        if current is None or current.folder != self.manifest.folder:
            self._derived.files.delete(self._derived.files.names(self.manifest.folder))


class Derived:
    """The container of what is made of videos."""

    def __init__(self, files: FileStore, records: RecordStore) -> None:
        """Both are of that one container."""
        self.files = files
        self._records = records

    def attempt(
        self,
        video: str,
        *,
        kind: str,
        recipe: int,
        source: str,
        attempt: str,
        published: Callable[[Manifest], object] = lambda _: None,
    ) -> DerivedAttempt:
        """The place of an attempt; `attempt` names it among all of its kind, `published` is told what it makes."""
        version = quote(source, safe="")
        folder = f"{_home(video)}{kind}/{recipe}-{version}/{attempt}/"
        manifest = Manifest(kind=kind, recipe=recipe, source=source, folder=folder)
        return DerivedAttempt(self, video, manifest, published=published)

    def read(self, video: str, kind: str) -> Manifest | None:
        """The manifest of that kind; None when nothing is there that can be read."""
        found = self._read(_manifest_name(video, kind))
        return found[0] if found else None

    def read_all(self, video: str) -> list[Manifest]:
        """The manifests of all kinds that can be read."""
        home = _home(video)
        names = [name for name, _ in self.files.directly_below(home) if name.endswith(".json")]
        found = [self._read(name) for name in names]
        return [each[0] for each in found if each is not None]

    def videos(self) -> frozenset[str]:
        """The ids of the videos that something was made of."""
        return frozenset(unquote(folder.rstrip("/")) for folder in self.files.folders())

    def publish(self, video: str, manifest: Manifest) -> None:
        """Write the manifest over the one that is there; raises `BlobChangedError` when somebody else was faster."""
        name = _manifest_name(video, manifest.kind)
        found = self._read(name)
        if found is not None and _is_newer(found[0], manifest):
            raise BlobChangedError("A newer attempt has finished before this one.")
        content = msgspec.json.encode(manifest)
        if found is None:
            self._records.create(name, content, tags=_said(manifest))
        else:
            self._records.replace(name, content, etag=found[1], tags=_said(manifest))
        if manifest.complete:
            self._sweep(video, manifest)

    def forget(self, video: str) -> int:
        """Delete all that was made of a video; returns how many files that were."""
        names = sorted(self.files.names(_home(video)), key=lambda name: not name.endswith(".json"))
        self.files.delete(names)
        return len(names)

    def _read(self, name: str) -> tuple[Manifest, str] | None:
        stored = self._records.read(name)
        if stored is None:
            return None
        try:
            return msgspec.json.decode(stored.content, type=Manifest), stored.etag
        except msgspec.MsgspecError:
            log.warning("%s cannot be read, and counts as missing", name)
            return Manifest(), stored.etag

    def _sweep(self, video: str, manifest: Manifest) -> None:
        """Delete what other attempts have left, but for those that began later."""
        names = self.files.names(f"{_home(video)}{manifest.kind}/")
        self.files.delete([name for name in names if not _spared(name, manifest.folder)])


def _said(manifest: Manifest) -> dict[str, str]:
    """What a list shows of a manifest."""
    return {"recipe": str(manifest.recipe), "source": manifest.source, "complete": str(manifest.complete).lower()}


def _home(video: str) -> str:
    return f"{quote(video, safe='')}/"


def _manifest_name(video: str, kind: str) -> str:
    return f"{_home(video)}{kind}.json"


def _is_newer(found: Manifest, ours: Manifest) -> bool:
    """Whether what is there was made by a later attempt of the same job."""
    job, _, number = found.folder.rstrip("/").rpartition("-")
    own_job, _, own_number = ours.folder.rstrip("/").rpartition("-")
    return job == own_job and number.isdecimal() and own_number.isdecimal() and int(number) > int(own_number)


def _spared(name: str, folder: str) -> bool:
    if name.startswith(folder):
        return True
    job, _, number = name.rpartition("/")[0].rpartition("-")
    own_job, _, own_number = folder.rstrip("/").rpartition("-")
    return job == own_job and number.isdecimal() and own_number.isdecimal() and int(number) > int(own_number)
