"""A folder of this machine as a place to take from, below the one that was set for it."""

import os
from collections.abc import Iterator
from pathlib import Path

from services.actors.actor import Actor
from services.migration.errors import MigrationOffError, UnreadableFileError, invalid_folder
from services.migration.folder import LocalFolder
from services.migration.found import FoundFile
from services.migration.manifest import LARGEST, Fault, FileLists, ListLine, read_list
from services.migration.place import GoOn
from services.uploads.made import MadeUploads
from services.uploads.uploads import Draft
from services.videos.video import Video

FOLDER = "folder"
"""The kind of place."""

_LISTS = (".csv", ".json")


class Folders:
    """The folder that was set, and what is below it."""

    def __init__(self, top: Path | None) -> None:
        self.top = top

    def find(self, asked: str | None) -> Path:
        """The folder that was asked for, without links in its path; the one that was set where none was asked for.

        Raises `MigrationOffError`, or `InvalidFolderError`, which tells nothing of what is elsewhere.
        """
        top = self._resolved_top()
        if not asked:
            asked = str(top)
        if "\0" in asked or not Path(asked).is_absolute():
            raise invalid_folder("The folder must be given by its absolute path.")
        try:
            folder = Path(os.path.realpath(asked))
            if not folder.is_relative_to(top):
                raise invalid_folder(f"The folder must be {self.top}, or lie below it.")
            is_folder = folder.is_dir()
        except (OSError, ValueError) as error:
            raise invalid_folder("The folder cannot be looked at.") from error
        if not is_folder:
            raise invalid_folder("There is no such folder.")
        return folder

    def open(self, folder: Path) -> LocalFolder:
        """A folder that was found, to be read from the one that was set on down."""
        top = self._resolved_top()
        return LocalFolder(top, *folder.relative_to(top).parts)

    def _resolved_top(self) -> Path:
        if self.top is None:
            raise MigrationOffError("Files of this server are not taken in: MIGRATION_DIR is not set.")
        return Path(os.path.realpath(self.top))


class LocalPlace:
    """A folder that is taken in."""

    def __init__(self, folder: LocalFolder, uploads: MadeUploads) -> None:
        self._folder = folder
        self._uploads = uploads

    def manifest(self) -> FileLists:
        """What the lists at the top of the folder say."""
        at_the_top = self._folder.walk(deep=False)
        return FileLists(each for found in at_the_top if _is_list(found) for each in self._said_by(found))

    def walk(self) -> Iterator[FoundFile]:
        """Every file that is no list."""
        return (found for found in self._folder.walk() if not _is_list(found))

    def bring(self, found: FoundFile, draft: Draft, *, attempt: int, go_on: GoOn, by: Actor) -> Video:
        """Read the file, through the lines that every upload goes through."""
        with self._folder.opened(found, go_on=go_on) as file:
            return self._uploads.take_open(draft, file, attempt=attempt, by=by)

    def digest(self, found: FoundFile, *, go_on: GoOn) -> str | None:
        """Reads all of the file."""
        return self._folder.digest(found, go_on=go_on)

    def _said_by(self, found: FoundFile) -> Iterator[ListLine | Fault]:
        try:
            data = self._folder.small(found, most=LARGEST)
        except UnreadableFileError as error:
            yield Fault(where=found.path, reason=error.detail)
            return
        yield from read_list(found.path, data)


def _is_list(found: FoundFile) -> bool:
    return found.state is None and len(found.parts) == 1 and found.name.lower().endswith(_LISTS)
