"""Subtitles inside the films' own files as tracks of captions: told of and read where they are, without a copy."""

from services.captions.languages import language_of_file
from services.captions.track import CaptionKind, Origin, Track, clean_label
from services.media.derived_files import Derived
from services.media.job_kinds import SUBTITLES, made_of
from services.storage.errors import BlobNotFoundError
from services.videos.video import Video


def embedded_of(video: Video) -> tuple[Track, ...]:
    """The tracks that the file brings and that are WebVTT by now: the first of each language."""
    return tuple(_files(video))


def _files(video: Video) -> dict[Track, str]:
    """Each with the name of its file."""
    made, found = video.made, dict[Track, str]()
    version = made.version(SUBTITLES)
    if version is None or made.source != video.content_etag:
        return {}
    for each in made.subtitles:
        track = Track(
            video_id=video.id,
            language=language_of_file(each.language),
            kind=CaptionKind.SUBTITLES,
            label=clean_label(each.title),
            origin=Origin.EMBEDDED,
            etag=f'"{version}-{each.index}"',
        )
        if each.index in made.subtitle_files and track.key not in {known.key for known in found}:
            found[track] = made.subtitle_files[each.index]
    return found


class EmbeddedTracks:
    """Reads them from what was made of the film."""

    def __init__(self, derived: Derived) -> None:
        self._derived = derived

    def read(self, video: Video, track: Track) -> bytes | None:
        """The file of one of `embedded_of`; None when it has just gone."""
        name, manifest = _files(video).get(track), made_of(self._derived, video, SUBTITLES)
        if name is None or manifest is None:
            return None
        try:
            return self._derived.files.read(manifest.folder + name)
        except BlobNotFoundError:
            return None
