"""Where a migration takes from: what every place can do, and what makes one out of what was asked for."""

from collections.abc import Callable, Iterator
from typing import Protocol

from services.actors.actor import Actor
from services.migration.found import FoundFile
from services.migration.manifest import FileLists
from services.uploads.uploads import Draft
from services.videos.video import Video

GoOn = Callable[[], None]
"""Called between two pieces of work; raises when the work has to end."""


class Place(Protocol):
    """Files that lie somewhere."""

    def manifest(self) -> FileLists:
        """What lists beside the files say of them."""

    def walk(self) -> Iterator[FoundFile]:
        """Every file but those lists, in an order that stays the same."""

    def bring(self, found: FoundFile, draft: Draft, *, attempt: int, go_on: GoOn, by: Actor) -> Video:
        """Make a file this video; raises `UnreadableFileError`, and what uploads raise."""

    def digest(self, found: FoundFile, *, go_on: GoOn) -> str | None:
        """The SHA-256 of a file, in hex; None where it would have to be fetched for that."""
