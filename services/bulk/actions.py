"""What can be done to many videos: each action does it to one, by the service that also does it alone.

Done once more to the same video, an action changes nothing more: that is what a killed job leans on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.actors.actor import Actor
from services.actors.errors import ForbiddenError
from services.actors.policy import Act, Visibility, require
from services.artists.crediting import Crediting
from services.bulk.errors import invalid
from services.bulk.store import Value
from services.collections.grouping import Grouping
from services.events.videos import VideoTrashed
from services.library.alteration import Alteration
from services.library.errors import InvalidChangeError, RecordChangedError, VideoNotFoundError
from services.library.library import Library
from services.library.video_change import VideoChange
from services.media.job_kinds import RECIPES
from services.media.processing import Processing
from services.media.states import MediaStates
from services.tiers.tiers import Tiers
from services.videos.tier import Tier
from services.videos.video import Video
from utils.validators import InvalidTag, clean_tags

_TRIES = 5


class Action(StrEnum):
    """Everything that can be done to many."""

    TAG = "tag"
    UNTAG = "untag"
    ARTIST = "artist"
    UNARTIST = "unartist"
    COLLECTION = "collection"
    UNCOLLECTION = "uncollection"
    VISIBILITY = "visibility"
    OWNER = "owner"
    TIER = "tier"
    PROCESS = "process"
    DELETE = "delete"
    RESTORE = "restore"


_PARTS = {Action.TIER: "tiers", Action.PROCESS: "media"}
"""The part of the site in which each is done alone; the others in the library."""


@dataclass(frozen=True, kw_only=True)
class OneVideo:
    """A video to which something is to be done."""

    id: str
    value: Value
    by: Actor
    again: bool
    """Whether it may have been done before, by an attempt that was killed."""


class BulkActs:
    """Does them. Raises what the services raise with which it is done alone."""

    def __init__(
        self,
        library: Library,
        processing: Processing,
        states: MediaStates,
        tiers: Tiers,
        *,
        crediting: Crediting,
        grouping: Grouping,
    ) -> None:
        self._library = library
        self._processing = processing
        self._states = states
        self._tiers = tiers
        self._crediting = crediting
        self._grouping = grouping
        self._does: Mapping[Action, Callable[[OneVideo], object]] = {
            Action.TAG: self._tag,
            Action.UNTAG: self._untag,
            Action.ARTIST: self._give,
            Action.UNARTIST: self._take,
            Action.COLLECTION: self._collect,
            Action.UNCOLLECTION: self._drop,
            Action.VISIBILITY: self._set_visibility,
            Action.OWNER: self._set_owner,
            Action.TIER: lambda one: self._tiers.put(one.id, Tier(str(one.value)), by=one.by),
            Action.PROCESS: self._process,
            Action.DELETE: self._delete,
            Action.RESTORE: lambda one: self._library.restore(one.id, by=one.by),
        }

    def do(self, action: Action, one: OneVideo, *, by: Actor) -> None:
        """Do it to one video."""
        if by.modules is not None and _PARTS.get(action, "library") not in by.modules:
            raise ForbiddenError("Your account may not use this part of the site.")
        self._does[action](one)

    def _tag(self, one: OneVideo) -> None:
        def change(video: Video) -> VideoChange | None:
            known = {tag.casefold() for tag in video.tags}
            new = [tag for tag in _texts(one.value) if tag.casefold() not in known]
            return VideoChange(tags=[*video.tags, *new]) if new else None

        self._edit(one, change)

    def _untag(self, one: OneVideo) -> None:
        gone = {tag.casefold() for tag in _texts(one.value)}

        def change(video: Video) -> VideoChange | None:
            kept = [tag for tag in video.tags if tag.casefold() not in gone]
            return VideoChange(tags=kept) if len(kept) < len(video.tags) else None

        self._edit(one, change)

    def _give(self, one: OneVideo) -> None:
        def change(video: Video) -> VideoChange | None:
            had = self._crediting.all_ids(video.about.artists, by=one.by)
            new = [each for each in _texts(one.value) if each not in had]
            return VideoChange(artists=self._crediting.with_room([*video.about.artists, *new])) if new else None

        self._edit(one, change)

    def _take(self, one: OneVideo) -> None:
        gone = self._crediting.all_ids(_texts(one.value), by=one.by)

        def change(video: Video) -> VideoChange | None:
            kept = [each for each in video.about.artists if each not in gone]
            return VideoChange(artists=kept) if len(kept) < len(video.about.artists) else None

        self._edit(one, change)

    def _collect(self, one: OneVideo) -> None:
        # The right to the collections may be lost since it was asked for.
        ids = self._grouping.meant(_texts(one.value), changing=True, by=one.by)
        self._grouping.put(one.id, ids, by=one.by, again=one.again)

    def _drop(self, one: OneVideo) -> None:
        self._grouping.drop(one.id, _texts(one.value), by=one.by, again=one.again)

    def _set_visibility(self, one: OneVideo) -> None:
        wanted = Visibility(str(one.value))
        self._edit(one, lambda video: None if video.visibility is wanted else VideoChange(visibility=wanted))

    def _set_owner(self, one: OneVideo) -> None:
        owner = str(one.value)

        def change(video: Video) -> VideoChange | None:
            require(one.by, Act.UPLOAD_FOR_OTHERS)
            return None if video.owner == owner else VideoChange(owner=owner)

        self._edit(one, change)

    def _edit(self, one: OneVideo, change_of: Callable[[Video], VideoChange | None]) -> None:
        """Change a video by what it is now; what others change meanwhile is not written over."""
        for tried in range(1, _TRIES + 1):
            video = self._library.stored(one.id, by=one.by, act=Act.EDIT)
            change = change_of(video)
            if change is None and not one.again:
                return
            try:
                # Who was killed behind the write to storage has neither said it nor brought the index up to date.
                change = change or VideoChange(tags=list(video.tags))
                self._library.edit(one.id, change, by=one.by, if_match=f'"{video.etag}"')
            except RecordChangedError:
                if tried == _TRIES:
                    raise
            else:
                return

    def _process(self, one: OneVideo) -> None:
        kinds = _texts(one.value)
        if not kinds:
            video = self._library.get(one.id, by=one.by, act=Act.EDIT)
            kinds = [kind for kind in self._states.kinds_of(video) if kind in RECIPES]
        self._processing.process(one.id, kinds, by=one.by, force=not one.again)

    def _delete(self, one: OneVideo) -> None:
        try:
            self._library.trash(one.id, by=one.by)
        except VideoNotFoundError:
            if not one.again or self._library.stored(one.id, by=one.by, trash=True).deleted_at is None:
                raise
            # Said, and written into the index, by whoever did it, unless that was killed first.
            self._library.mark(one.id, Alteration(act=Act.DELETE, says=VideoTrashed), by=one.by)


def checked_value(action: Action, value: Value) -> Value:
    """The value as it is kept; raises `InvalidBulkError` where it is none for that action."""
    try:
        return _CHECKS[action](value)
    except InvalidTag as error:
        raise invalid("value", str(error)) from error


def _checked_tags(value: Value) -> Value:
    tags = list(clean_tags(_texts(value)))
    if not tags:
        raise invalid("value", "Name at least one tag.")
    return tags


def _checked_artists(value: Value) -> Value:
    named = list(dict.fromkeys(_texts(value)))
    if not named:
        raise invalid("value", "Name at least one artist.")
    return named


def _checked_collections(value: Value) -> Value:
    ids = list(dict.fromkeys(_texts(value)))
    if not ids:
        raise invalid("value", "Name at least one collection.")
    return ids


def _checked_kinds(value: Value) -> Value:
    kinds = _texts(value)
    if any(kind not in RECIPES for kind in kinds):
        raise invalid("value", f"The kinds must be some of: {', '.join(RECIPES)}.")
    return list(dict.fromkeys(kinds)) or None


def _one_of(names: type[StrEnum]) -> Callable[[Value], Value]:
    def checked(value: Value) -> Value:
        if not isinstance(value, str) or value not in set(names):
            raise invalid("value", f"It must be one of: {', '.join(names)}.")
        return value

    return checked


def _checked_owner(value: Value) -> Value:
    try:
        return str(VideoChange(owner=value if isinstance(value, str) else "").cleaned()["owner"])
    except InvalidChangeError as error:
        raise invalid("value", error.detail) from error


def _nothing(value: Value) -> Value:
    if value:
        raise invalid("value", "This action takes no value.")
    return None


def _texts(value: Value) -> list[str]:
    return list(value) if isinstance(value, list) else [value] if value else []


_CHECKS: Mapping[Action, Callable[[Value], Value]] = {
    Action.TAG: _checked_tags,
    Action.UNTAG: _checked_tags,
    Action.ARTIST: _checked_artists,
    Action.UNARTIST: _checked_artists,
    Action.COLLECTION: _checked_collections,
    Action.UNCOLLECTION: _checked_collections,
    Action.VISIBILITY: _one_of(Visibility),
    Action.OWNER: _checked_owner,
    Action.TIER: _one_of(Tier),
    Action.PROCESS: _checked_kinds,
    Action.DELETE: _nothing,
    Action.RESTORE: _nothing,
}
