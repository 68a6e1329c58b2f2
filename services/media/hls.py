"""HLS while it grows: segments leave the scratch space as soon as they are whole, and can be watched at once."""

import re
import time
from pathlib import Path

import msgspec

from services.media.derived_files import DerivedAttempt, Manifest, Rendition
from services.media.errors import BadMediaError

_PAUSE = 4.0
_VARIANT = re.compile(r"#EXT-X-STREAM-INF:(?P<attributes>[^\n]+)\n(?P<name>[^\n#]+)")
_NAMED = re.compile(r'URI="([^"]+)"|^([^#\s][^\n]*)$', re.MULTILINE)


class GrowingHls:
    """Takes what ffmpeg has finished to storage, and says now and then what there is."""

    def __init__(self, folder: Path, attempt: DerivedAttempt) -> None:
        self._folder = folder
        self._attempt = attempt
        self._stored: set[str] = set()
        self._published = 0.0
        # What is whole is not replaced by what only begins.
        self._may_grow = not attempt.is_made

    def take(self) -> None:
        """Store what is whole by now; called again and again while it is made."""
        if not self._store() or not self._may_grow:
            return
        if time.monotonic() - self._published > _PAUSE and "master.m3u8" in self._texts():
            self._attempt.publish(self._manifest(complete=False))
            self._published = time.monotonic()

    def finish(self) -> Manifest:
        """Store the rest and make it valid; raises `BadMediaError` when it is not whole."""
        self._store()
        manifest = self._manifest(complete=True)
        ended = [name for name, text in manifest.playlists.items() if "#EXT-X-ENDLIST" in text]
        if not manifest.renditions or len(ended) != len(manifest.playlists) - 1:
            raise BadMediaError("No rendition of this film could be made.")
        self._attempt.publish(manifest)
        return manifest

    def _store(self) -> bool:
        """Store the segments that a playlist names; tells whether there were new ones."""
        named = {a or b for text in self._texts().values() for a, b in _NAMED.findall(text)}
        fresh = [name for name in sorted(named - self._stored) if not name.endswith(".m3u8")]
        for name in fresh:
            path = self._folder / name
            if path.exists():
                self._attempt.put(path)
                self._stored.add(name)
                if name.endswith(".m4s"):
                    path.unlink()  # ffmpeg does not look back at what it has closed.
        return bool(fresh)

    def _texts(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in sorted(self._folder.glob("*.m3u8"))}

    def _manifest(self, *, complete: bool) -> Manifest:
        texts = self._texts()
        return msgspec.structs.replace(
            self._attempt.manifest,
            complete=complete,
            playlists=texts,
            renditions=renditions_in(texts.get("master.m3u8", "")),
        )


def renditions_in(master: str) -> tuple[Rendition, ...]:
    """What a master playlist offers, the smallest first."""
    found = []
    for match in _VARIANT.finditer(master):
        attributes = match["attributes"]
        height = re.search(r"RESOLUTION=\d+x(\d+)", attributes)
        bandwidth = re.search(r"(?:^|,)BANDWIDTH=(\d+)", attributes)
        codecs = re.search(r'CODECS="([^"]*)"', attributes)
        found.append(
            Rendition(
                height=int(height[1]) if height else 0,
                bandwidth=int(bandwidth[1]) if bandwidth else 0,
                codecs=codecs[1] if codecs else "",
            )
        )
    return tuple(sorted(found, key=lambda each: each.height))
