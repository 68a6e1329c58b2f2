"""How films are named when they are taken along; their names in storage are others, and never change."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from services.actors.actor import SYSTEM, Actor
from services.database.errors import DatabaseUnavailableError
from services.live_settings.definition import Definition
from services.live_settings.live_settings import LiveSettings
from services.playback.live_settings import DOWNLOAD_NAME, ZIP_NAME
from services.videos.video import Video
from utils.name_patterns import filled
from utils.zip_layout import safe_names


class Named(Protocol):
    """Somebody who has a name."""

    @property
    def name(self) -> str:
        """The name."""


class KnowsArtists(Protocol):
    """What knows whose films videos are."""

    def of(self, videos: Sequence[Video], *, by: Actor) -> Mapping[str, Sequence[Named]] | None:
        """Their artists, by the videos' ids; None where that is not known now."""


class DownloadNames:
    """Names, by the patterns that are set. Where the database is away, films are given out under plainer names."""

    def __init__(self, live: LiveSettings, artists: KnowsArtists) -> None:
        self._live = live
        self._artists = artists

    def of(self, videos: Sequence[Video]) -> list[str]:
        """The names of these films, with their endings; two may be alike."""
        pattern = self._set(DOWNLOAD_NAME)
        if pattern == DOWNLOAD_NAME.default:
            return [each.original_name for each in videos]
        artists = (self._artists.of(videos, by=SYSTEM) or {}) if "{artist}" in pattern else {}
        names = {id_: ", ".join(each.name for each in those) for id_, those in artists.items()}
        return [_name(pattern, each, names.get(each.id, "")) for each in videos]

    def of_zip(self, names: Sequence[str]) -> str:
        """The name of a file of the films that are named so in it."""
        first, others = names[0].rpartition(".")[0] or "videos", len(names) - 1
        said = {
            "videos": f"{first} and {others} more" if others else first,
            "count": str(len(names)),
            "date": datetime.now(UTC).date().isoformat(),
        }
        pattern = self._set(ZIP_NAME)
        if pattern == ZIP_NAME.default:
            return f"{said['videos']}.zip"
        return safe_names([f"{filled(pattern, said) or said['videos']}.zip"])[0]

    def _set(self, definition: Definition[str]) -> str:
        try:
            return self._live.value(definition)
        except DatabaseUnavailableError:
            return definition.default


def _name(pattern: str, video: Video, artist: str) -> str:
    stem, dot, ending = video.original_name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (video.original_name, "")
    said = {
        "name": stem,
        "title": video.title,
        "date": video.uploaded_at.date().isoformat(),
        "artist": artist,
        "id": video.id.removesuffix(ending),
    }
    return safe_names([f"{filled(pattern, said) or stem}{ending}"])[0]
