"""Posters that people have chosen: a moment of the film, or a picture of their own, kept with people's other work."""

from dataclasses import dataclass
from uuid import uuid4

import msgspec

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act
from services.errors import ReelgateError
from services.library.library import Library
from services.library.tracks import folder
from services.storage.errors import BlobChangedError
from services.storage.records import RecordStore
from services.videos.video import Video
from utils.sizes import MIB

LARGEST_PICTURE = 4 * MIB
_TRIES = 5


class NoPictureError(ReelgateError):
    """What was sent as a poster is none that can be used."""

    slug = "no-picture"
    title = "Not a picture"
    status = 400


class Choice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody wants to see as the poster; as it is stored."""

    version: str = ""
    at: float | None = None
    """The second of the film."""
    picture: str | None = None
    """The name of the picture beside it."""


@dataclass(frozen=True)
class ChosenPosters:
    """The choices in the container of people's work. Every method raises `StorageError`."""

    library: Library
    store: RecordStore

    def choose_moment(self, video_id: str, at: float, *, by: Actor) -> tuple[Video, Choice]:
        """Have a moment of the film as its poster; raises `NoPictureError` when it is shorter, and `ArchivedError`."""
        video = self.library.at_hand(video_id, by=by, act=Act.EDIT)
        longest = video.made.duration
        if not 0 <= at <= (longest if longest is not None else 1e6):
            raise NoPictureError("The film has no such moment.", errors=[{"field": "at", "reason": "Outside the film"}])
        return video, self._write(video, Choice(version=uuid4().hex, at=at))

    def choose_picture(self, video_id: str, content: bytes, *, by: Actor) -> tuple[Video, Choice]:
        """Have a picture as the poster; raises `NoPictureError` when it is no JPEG, PNG or WebP."""
        video = self.library.get(video_id, by=by, act=Act.EDIT)
        if not _is_picture(content):
            raise NoPictureError("Send a picture: JPEG, PNG or WebP.")
        version = uuid4().hex
        choice = Choice(version=version, picture=f"poster-{version}")
        # The picture first: a choice never names what is not there.
        self.store.create(f"{folder(video.id)}/{choice.picture}", content, tags={})
        return video, self._write(video, choice)

    def forget(self, video_id: str, *, by: Actor) -> Video:
        """Have the film's own poster again; raises `ArchivedError`."""
        video = self.library.at_hand(video_id, by=by, act=Act.DELETE)
        self._sweep(video, keep=None)
        self.store.delete(_name(video))
        return video

    def choice(self, video: Video, *, by: Actor) -> Choice | None:
        """What was chosen for this video; None for its own poster."""
        del by  # Whoever has been given the video may see its poster.
        stored = self.store.read(_name(video))
        if stored is None:
            return None
        try:
            return msgspec.json.decode(stored.content, type=Choice)
        except msgspec.MsgspecError:
            return None

    def picture(self, video: Video, choice: Choice, *, by: Actor) -> bytes | None:
        """The picture that was chosen; None when another was, meanwhile."""
        del by
        stored = self.store.read(f"{folder(video.id)}/{choice.picture}")
        return None if stored is None else stored.content

    def _write(self, video: Video, choice: Choice) -> Choice:
        name, content = _name(video), msgspec.json.encode(choice)
        for _ in range(_TRIES):
            stored = self.store.read(name)
            try:
                if stored is None:
                    self.store.create(name, content, tags={})
                else:
                    self.store.replace(name, content, etag=stored.etag, tags={})
            except BlobChangedError:
                continue
            self._sweep(video, keep=choice.picture)
            return choice
        raise BlobChangedError("Somebody else is choosing a poster right now. Try again in a moment.")

    def _sweep(self, video: Video, *, keep: str | None) -> None:
        """Delete the pictures that no choice names any more; not while the video is on legal hold."""
        if self.library.is_held(video.id, by=SYSTEM):
            return
        home = folder(video.id) + "/"
        for listed in self.store.list(f"{home}poster-"):
            if listed.name != f"{home}{keep}":
                self.store.delete(listed.name)


def _name(video: Video) -> str:
    return f"{folder(video.id)}/poster.json"


def _is_picture(content: bytes) -> bool:
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return is_webp or content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
