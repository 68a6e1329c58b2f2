"""Caption tracks of videos: read, written, checked and deleted.

Storage is asked first and written first; the index follows. Who may edit a video may write its tracks, and who may see
it may read them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.captions import gate
from services.captions.cues import CaptionWarning, Words
from services.captions.embedded import EmbeddedTracks
from services.captions.errors import CaptionsNotFoundError, EditedCaptionsError, NoCaptionFileError
from services.captions.formats.webvtt import read_webvtt, write_webvtt
from services.captions.gate import CaptionLimits
from services.captions.index import CaptionIndex
from services.captions.judgement import UNREADABLE, Judgement, judged, way_of
from services.captions.reading import limited, read_captions, tidied
from services.captions.spoken.lines import SpokenLine
from services.captions.track import CaptionKind, Origin, Track, blob_name, clean_label
from services.captions.transcript import Transcript, transcript_of
from services.library.conditions import ALWAYS, Condition
from services.library.library import Library
from services.library.written_records import changed, put_record
from services.steps import KeepGoing
from services.storage.errors import BlobChangedError
from services.storage.records import RecordStore, StoredRecord
from services.videos.video import Video

_ORDER = tuple(CaptionKind)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A track that was written, and what the gate says of it."""

    track: Track
    findings: tuple[CaptionWarning, ...]
    is_new: bool


class Captions:
    """Tracks by language and kind. Raises `StorageError`, and what the library raises for videos one may not see."""

    def __init__(
        self,
        library: Library,
        tracks: RecordStore,
        *,
        index: CaptionIndex,
        embedded: EmbeddedTracks,
        limits: Callable[[], CaptionLimits],
    ) -> None:
        """`tracks` is the container of people's work, and `limits` are asked anew each time."""
        self._library = library
        self._tracks = tracks
        self._index = index
        self._embedded = embedded
        self._limits = limits

    def tracks(self, video_id: str, *, by: Actor) -> tuple[Track, ...]:
        """The tracks of a video."""
        return self._index.of(self._library.get(video_id, by=by))

    def read(self, video_id: str, language: str, kind: CaptionKind | None, *, by: Actor) -> tuple[Track, Words]:
        """A track and its words; without a kind, the first that there is. Raises `CaptionsNotFoundError`."""
        video = self._library.get(video_id, by=by)
        known = self._index.of(video)
        for each in _ORDER if kind is None else (kind,):
            if (found := self._read(video, (language, each), known, by=by)) is not None:
                return found
        raise CaptionsNotFoundError("The video has no such captions.")

    def write(
        self,
        video_id: str,
        language: str,
        kind: CaptionKind,
        content: bytes,
        *,
        label: str | None,
        condition: Condition,
        by: Actor,
    ) -> Written:
        """Keep what a person sends as the track; without a label, it goes on to be called as it was.

        Raises what `read_captions` raises, and `RecordChangedError` where the condition does not hold.
        """
        video = self._library.get(video_id, by=by, act=Act.EDIT)
        words, findings = read_captions(content)

        def origin(stored: StoredRecord | None) -> Origin:
            return Origin.UPLOADED if stored is None or condition.if_match is None else Origin.EDITED

        track, is_new = self._put(video, (language, kind), words, label=label, origin=origin, condition=condition)
        track, said = self._indexed(video, track, words, by=by)
        return Written(track=track, findings=tuple(limited([*findings, *said])), is_new=is_new)

    def write_automatic(
        self, video_id: str, language: str, kind: CaptionKind, words: Words, *, label: str = "", by: Actor
    ) -> Track:
        """Keep what a machine has made; raises `EditedCaptionsError` rather than write over what a person did."""
        video = self._library.get(video_id, by=by, act=Act.EDIT)
        clean, _ = tidied(words)

        def origin(stored: StoredRecord | None) -> Origin:
            if stored is not None and _is_persons(stored):
                raise EditedCaptionsError("A person has worked on these captions: they are kept.")
            return Origin.AUTO

        track, _ = self._put(video, (language, kind), clean, label=label, origin=origin, condition=ALWAYS)
        return self._indexed(video, track, clean, by=by)[0]

    def is_edited(self, video_id: str, language: str, kind: CaptionKind, *, by: Actor) -> bool:
        """Whether a person has worked on the track, so that nothing automatic writes over it."""
        stored = self._tracks.read(blob_name(self._library.get(video_id, by=by).id, language, kind))
        return stored is not None and _is_persons(stored)

    def delete(self, video_id: str, language: str, kind: CaptionKind, *, condition: Condition, by: Actor) -> None:
        """Delete a track for good; what is inside the film's file can be seen again, and not be deleted."""
        video = self._library.get(video_id, by=by, act=Act.DELETE)
        name = blob_name(video.id, language, kind)
        stored = self._tracks.read(name)
        if stored is None:
            raise CaptionsNotFoundError("The video has no such captions of its own.")
        if not condition.holds(stored.etag):
            raise changed()
        try:
            self._tracks.delete(name, etag=stored.etag if condition.if_match else None)
        except BlobChangedError as error:
            raise changed() from error
        self._index.deleted(_track(video, (language, kind), stored.tags, stored.etag), by=by)

    def check(self, video_id: str, language: str, kind: CaptionKind | None, *, by: Actor) -> tuple[CaptionWarning, ...]:
        """What the quality gate says of a track."""
        track, words = self.read(video_id, language, kind, by=by)
        return tuple(self._checked(self._library.get(video_id, by=by), track, words))

    def transcript(self, video_id: str, language: str | None, *, by: Actor) -> Transcript:
        """What is said, in this language or the film's own, as captions or else as subtitles."""
        video = self._library.get(video_id, by=by)
        known = self._index.of(video)
        readable = [each for each in known if each.kind is not CaptionKind.DESCRIPTIONS]
        wanted = [each for each in readable if language in {None, each.language}]
        spoken = video.about.language
        wanted.sort(key=lambda each: (each.language != spoken, _ORDER.index(each.kind)))
        for each in wanted:
            if (found := self._read(video, each.key, known, by=by)) is not None:
                return transcript_of(found[1], language=each.language)
        raise CaptionsNotFoundError("Nothing of what is said in this video has been written down.")

    def spoken(self, video: Video, *, by: Actor) -> tuple[SpokenLine, ...]:
        """All that the video's own tracks say, in each of their languages."""
        known = self._index.of(video)
        own = [each for each in known if each.kind is not CaptionKind.DESCRIPTIONS]
        found = [(each.language, self._read(video, each.key, known, by=by)) for each in own]
        return tuple(
            SpokenLine(line.start, language, line.text)
            for language, read in found
            if read is not None
            for line in transcript_of(read[1], language=language).lines
        )

    def versions(self, ids: Sequence[str] | None = None, *, by: Actor) -> dict[str, str]:
        """A text for each version of all tracks of a video, by the videos' ids; of all where none is named."""
        require(by, Act.MANAGE)
        return self._index.versions(ids)

    def _read(
        self, video: Video, key: tuple[str, CaptionKind], tracks: Sequence[Track], *, by: Actor
    ) -> tuple[Track, Words] | None:
        """A track and its words; `tracks` are those that the index knows."""
        stored = self._tracks.read(blob_name(video.id, *key))
        known = next((each for each in tracks if each.key == key), None)
        if stored is not None:
            track = _track(video, key, stored.tags, stored.etag)
            if known != track:
                self._index.written(track, by=by)  # Another process has written it, and could not say so.
            return track, _words(stored.content)
        if known is None or known.origin is not Origin.EMBEDDED:
            return None
        content = self._embedded.read(video, known)
        return None if content is None else (known, read_captions(content)[0])

    def _put(
        self,
        video: Video,
        key: tuple[str, CaptionKind],
        words: Words,
        *,
        label: str | None,
        origin: Callable[[StoredRecord | None], Origin],
        condition: Condition,
    ) -> tuple[Track, bool]:
        empty = _track(video, key, {}, "")

        def tags(stored: StoredRecord | None) -> dict[str, str]:
            before = unquote(stored.tags.get("label", "")) if stored else ""
            called = clean_label(before if label is None else label)
            return replace(empty, label=called, origin=origin(stored)).tags

        written = put_record(
            self._tracks,
            blob_name(video.id, *key),
            write_webvtt(words).encode(),
            tags=tags,
            condition=condition,
        )
        return _track(video, key, written.tags, written.etag), written.is_new

    def judge(self, progress: KeepGoing, *, by: Actor) -> frozenset[str]:
        """Have the gate say what it thinks of tracks that it has not seen, by its limits of now.

        Returns the ids of their videos. Raises `DatabaseUnavailableError`.
        """
        require(by, Act.MANAGE)
        limits, found = self._limits(), set()
        for track in self._index.not_judged(way_of(limits)):
            progress(track.video_id)
            stored = self._tracks.read(blob_name(track.video_id, *track.key))
            # Another version is one of which the index does not know yet.
            if stored is not None and stored.etag == track.etag:
                judgement = _judged(stored.content, track.kind, limits)
                self._index.judged(replace(track, judgement=judgement), judged_by=way_of(limits))
                found.add(track.video_id)
        return frozenset(found)

    def _indexed(
        self, video: Video, track: Track, words: Words, *, by: Actor
    ) -> tuple[Track, Sequence[CaptionWarning]]:
        """Have the index take in a track that was just written, and what the gate says of it."""
        limits = self._limits()
        said = gate.check(words, kind=track.kind.value, duration=video.made.duration, limits=limits)
        track = replace(track, judgement=judged(words, said))
        self._index.written(track, by=by, judged_by=way_of(limits))
        return track, said

    def _checked(self, video: Video, track: Track, words: Words) -> list[CaptionWarning]:
        return gate.check(words, kind=track.kind.value, duration=video.made.duration, limits=self._limits())


def _judged(content: bytes, kind: CaptionKind, limits: CaptionLimits) -> Judgement:
    try:
        words = _words(content)
    except NoCaptionFileError:
        return UNREADABLE
    return judged(words, gate.check(words, kind=kind.value, limits=limits))


def _words(content: bytes) -> Words:
    """What was kept, which is fit to be shown unless another tool has put it there."""
    words = read_webvtt(content.decode(errors="replace"))
    return tidied(words)[0]


def _is_persons(stored: StoredRecord) -> bool:
    # What another tool has put there is a person's work until we know better.
    return stored.tags.get("origin") != Origin.AUTO.value


def _track(video: Video, key: tuple[str, CaptionKind], tags: Mapping[str, str], etag: str) -> Track:
    origin = tags.get("origin", "")
    return Track(
        video_id=video.id,
        language=key[0],
        kind=key[1],
        label=clean_label(unquote(tags.get("label", ""))),
        origin=Origin(origin) if origin in set(Origin) else Origin.UPLOADED,
        etag=etag,
    )
