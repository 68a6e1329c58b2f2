"""Drafts of tracks: what a person is working on is theirs alone until they publish it as the track.

A draft lies beside the video, so another machine finds it, and it is gone with the video. Two windows of one person
meet by the draft's version; two people meet by the version of the track, when one of them publishes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from services.actors.actor import Actor
from services.actors.policy import Act
from services.captions import gate
from services.captions.captions import Captions
from services.captions.cues import CaptionWarning, Cue, Words, seconds
from services.captions.draft_record import CaptionDraft, decoded, draft_name, drafts_of, encoded, key_of
from services.captions.errors import CaptionsNotFoundError, NoCaptionFileError
from services.captions.gate import CaptionLimits
from services.captions.reading import limited, tidied
from services.captions.track import CaptionKind, Origin, Track
from services.library.conditions import Condition
from services.library.library import Library
from services.library.written_records import changed, put_record
from services.storage.errors import BlobChangedError
from services.storage.records import RecordStore
from services.videos.video import Video

Key = tuple[str, CaptionKind]


@dataclass(frozen=True, kw_only=True)
class OpenedDraft:
    """What an editor begins with: the person's draft, or what a draft of the track would begin with."""

    draft: CaptionDraft
    etag: str | None
    """The draft's version; None where none is kept."""
    track: Track | None
    """The track as it is now; None where the language is begun from nothing."""
    warnings: tuple[CaptionWarning, ...]


@dataclass(frozen=True, kw_only=True)
class SavedDraft:
    """A draft that was kept, and what the gate says of it."""

    etag: str
    warnings: tuple[CaptionWarning, ...]


class Drafts:
    """Drafts of whoever may edit the video. Raises `StorageError`, and what the library raises."""

    def __init__(
        self, library: Library, captions: Captions, tracks: RecordStore, *, limits: Callable[[], CaptionLimits]
    ) -> None:
        """`tracks` is the container of people's work, and `limits` are asked anew each time."""
        self._library = library
        self._captions = captions
        self._tracks = tracks
        self._limits = limits

    @property
    def limits(self) -> CaptionLimits:
        """What the gate goes by now."""
        return self._limits()

    def of(self, video_id: str, *, by: Actor) -> tuple[Key, ...]:
        """The languages and kinds in which the person has a draft."""
        video = self._library.get(video_id, by=by, act=Act.EDIT)
        found = (key_of(listed.name) for listed in self._tracks.list(drafts_of(video.id, by)))
        return tuple(key for key in found if key is not None)

    def open(self, video_id: str, key: Key, *, anew: bool = False, by: Actor) -> OpenedDraft:
        """The person's draft, or else the words of the track, or else none; `anew` passes over the draft."""
        video = self._library.get(video_id, by=by, act=Act.EDIT)
        track, words = self._current(video, key, by=by)
        version = None if track is None or track.origin is Origin.EMBEDDED else track.etag.strip('"')
        stored = self._tracks.read(draft_name(video.id, key, by))
        draft = None if stored is None or anew else decoded(stored.content)
        if draft is None:
            draft = CaptionDraft(words=words, based_on=version)
        elif draft.based_on != version and _is_same(draft.words, words):
            # It was published, and whoever did that had no time to say that the draft is done.
            draft = replace(draft, based_on=version)
        warnings = self._checked(video, key[1], draft.words)
        return OpenedDraft(draft=draft, etag=None if stored is None else stored.etag, track=track, warnings=warnings)

    def save(self, video_id: str, key: Key, draft: CaptionDraft, *, condition: Condition, by: Actor) -> SavedDraft:
        """Keep a draft; raises `RecordChangedError` where another window of the person has written meanwhile."""
        video = self._library.get(video_id, by=by, act=Act.EDIT)
        name = draft_name(video.id, key, by)
        written = put_record(self._tracks, name, encoded(draft), tags={}, condition=condition)
        return SavedDraft(etag=written.etag, warnings=self._checked(video, key[1], draft.words))

    def discard(self, video_id: str, key: Key, *, condition: Condition, by: Actor) -> None:
        """Delete a draft, where there is one; raises `RecordChangedError` where it is another version."""
        video = self._library.get(video_id, by=by, act=Act.EDIT)
        name = draft_name(video.id, key, by)
        stored = self._tracks.read(name)
        if stored is None:
            return
        if not condition.holds(stored.etag):
            raise changed()
        try:
            self._tracks.delete(name, etag=stored.etag)
        except BlobChangedError as error:
            raise changed() from error

    def check(self, video_id: str, kind: CaptionKind, words: Words, *, by: Actor) -> tuple[CaptionWarning, ...]:
        """What the gate says of some cues that stand one after the other."""
        return self._checked(self._library.get(video_id, by=by, act=Act.EDIT), kind, words)

    def _current(self, video: Video, key: Key, *, by: Actor) -> tuple[Track | None, Words]:
        try:
            return self._captions.read(video.id, *key, by=by)
        except CaptionsNotFoundError:
            return None, Words(cues=())

    def _checked(self, video: Video, kind: CaptionKind, words: Words) -> tuple[CaptionWarning, ...]:
        return tuple(check_draft(words, kind=kind.value, duration=video.made.duration, limits=self._limits()))


def check_draft(words: Words, *, kind: str, duration: float | None, limits: CaptionLimits) -> Sequence[CaptionWarning]:
    """What the gate says of unfinished words, in any order; cues that nobody could be shown are told apart."""
    found: list[CaptionWarning] = []
    shown: list[tuple[int, Cue]] = []
    for number, cue in enumerate(words.cues, start=1):
        if cue.end <= cue.start:
            found.append(_left_out(number, cue, "times", "The cue does not end after it begins, and is left out."))
        elif not cue.text.strip():
            found.append(_left_out(number, cue, "empty", "Nothing is said in the cue yet, and it is left out."))
        else:
            shown.append((number, cue))
    shown.sort(key=lambda each: each[1].start)
    ordered = replace(words, cues=tuple(cue for _, cue in shown))
    found += (
        each if each.cue is None else structs.replace(each, cue=shown[each.cue - 1][0])
        for each in gate.check(ordered, kind=kind, duration=duration, limits=limits)
    )
    return limited(found)


def _left_out(number: int, cue: Cue, rule: str, detail: str) -> CaptionWarning:
    return CaptionWarning(cue=number, at=seconds(cue.start), rule=rule, detail=detail)


def _is_same(draft: Words, published: Words) -> bool:
    try:
        return tidied(draft)[0].cues == published.cues
    except NoCaptionFileError:
        return False
