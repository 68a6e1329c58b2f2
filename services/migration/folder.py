"""A folder of this machine: its files are found and read, and nothing in it is ever written, or followed out of it."""

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from services.migration.errors import UnreadableFileError
from services.migration.found import FileState, FoundFile, left_out

_DEEPEST = 64
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a pipe that has taken the file's place would be waited for.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class LocalFolder:
    """A folder and what is below it.

    Each step down is opened from the one above, each time from the same top, and no link is taken: whoever exchanges a
    folder for a link while it is read leads nobody astray.
    """

    def __init__(self, top: Path, *inner: str) -> None:
        """`top` has no links in it any more, and nobody else writes above it; `inner` leads down to the folder."""
        self._top = top
        self._inner = inner

    def walk(self, *, deep: bool = True) -> Iterator[FoundFile]:
        """Every file, in the order of names, or only those that lie in the folder itself.

        Raises `UnreadableFileError` where that cannot be read.
        """
        with contextlib.ExitStack() as stack:
            try:
                folder = self._open((), stack)
            except OSError as error:
                raise UnreadableFileError(f"The folder cannot be read: {_words(error)}.") from error
            yield from self._below(folder, (), deep=deep)

    @contextlib.contextmanager
    def opened(self, found: FoundFile, *, go_on: Callable[[], None] = lambda: None) -> Iterator["WatchedFile"]:
        """The file, open for reading; raises `UnreadableFileError` where it is another one by now.

        `go_on` is called before each read, and raises where reading is to end.
        """
        with contextlib.ExitStack() as stack:
            try:
                folder = self._open(found.parts[:-1], stack)
                file = os.fdopen(os.open(found.parts[-1], _FILE, dir_fd=folder), "rb", buffering=0)
            except OSError as error:
                raise UnreadableFileError(f"The file cannot be read: {_words(error)}.") from error
            stack.enter_context(file)
            yield WatchedFile(file, version=found.version, go_on=go_on)

    def digest(self, found: FoundFile, *, go_on: Callable[[], None] = lambda: None) -> str:
        """The SHA-256 of a file, in hex; raises `UnreadableFileError`."""
        running = hashlib.sha256()
        with self.opened(found, go_on=go_on) as file:
            while piece := file.read(1 << 20):
                running.update(piece)
        return running.hexdigest()

    def small(self, found: FoundFile, *, most: int) -> bytes:
        """All of a small file; raises `UnreadableFileError`, also when it is not small."""
        if found.size > most:
            raise UnreadableFileError(f"It is larger than the {most} bytes that are read of a list.")
        with self.opened(found) as file:
            return b"".join(iter(lambda: file.read(1 << 20), b""))

    def _open(self, parts: tuple[str, ...], stack: contextlib.ExitStack) -> int:
        """A folder below this one, or this one itself; `stack` closes it. Raises OSError."""
        folder = os.open(self._top, _FOLDER)
        stack.callback(os.close, folder)
        for part in (*self._inner, *parts):
            folder = os.open(part, _FOLDER, dir_fd=folder)
            stack.callback(os.close, folder)
        return folder

    def _below(self, folder: int, parts: tuple[str, ...], *, deep: bool) -> Iterator[FoundFile]:
        try:
            names = sorted(os.listdir(folder))
        except OSError as error:
            yield _failed(parts, f"The folder cannot be read: {_words(error)}.")
            return
        for name in names:
            inner = (*parts, name)
            try:
                facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
            except OSError as error:
                yield _failed(inner, f"It cannot be looked at: {_words(error)}.")
                continue
            if not stat.S_ISDIR(facts.st_mode):
                yield self._file(inner, facts)
            elif deep:
                yield from self._folder(folder, inner)

    def _folder(self, above: int, parts: tuple[str, ...]) -> Iterator[FoundFile]:
        if parts[-1].startswith("."):
            detail = "Hidden folders are left out, with all that is in them."
            yield FoundFile(path=shown(parts), state=FileState.SKIPPED, detail=detail)
            return
        if len(parts) >= _DEEPEST:
            yield _failed(parts, f"Folders are looked through {_DEEPEST} deep, and no further.")
            return
        try:
            folder = os.open(parts[-1], _FOLDER, dir_fd=above)
        except OSError as error:
            yield _failed(parts, f"The folder cannot be read: {_words(error)}.")
            return
        with _closing(folder):
            yield from self._below(folder, parts, deep=True)

    def _file(self, parts: tuple[str, ...], facts: os.stat_result) -> FoundFile:
        path, name = shown(parts), parts[-1]
        if stat.S_ISLNK(facts.st_mode):
            return FoundFile(path=path, state=FileState.SKIPPED, detail=self._of_link(parts))
        if not stat.S_ISREG(facts.st_mode):
            detail = "It is a pipe, a socket or a device, and no file."
            return FoundFile(path=path, state=FileState.SKIPPED, detail=detail)
        if (reason := left_out(name)) is not None:
            return FoundFile(path=path, size=facts.st_size, state=FileState.SKIPPED, detail=reason)
        if path != "/".join(parts):
            detail = "Its name, or that of its folder, is not written in UTF-8. Give it another one."
            return FoundFile(path=path, size=facts.st_size, state=FileState.REFUSED, detail=detail)
        if not facts.st_size:
            return FoundFile(path=path, state=FileState.REFUSED, detail="The file is empty.")
        return FoundFile(path=path, parts=parts, size=facts.st_size, version=_version(facts))

    def _of_link(self, parts: tuple[str, ...]) -> str:
        root = self._top.joinpath(*self._inner)
        if Path(os.path.realpath(root.joinpath(*parts))).is_relative_to(root):
            return "A link is not followed. What it leads to is taken by its own name."
        return "A link that leads out of the folder is not followed."


class WatchedFile:
    """A file that is read from its beginning to its end, and has to stay as it was found."""

    def __init__(self, file: BinaryIO, *, version: str, go_on: Callable[[], None]) -> None:
        self._file = file
        self._version = version
        self._go_on = go_on
        self._require_same()

    def fileno(self) -> int:
        """Its descriptor."""
        return self._file.fileno()

    def tell(self) -> int:
        """How much of it has been read."""
        return self._file.tell()

    def read(self, size: int, /) -> bytes:
        """The next bytes; raises `UnreadableFileError` where it has been written to, or cannot be read."""
        self._go_on()
        try:
            data = self._file.read(size)
        except OSError as error:
            raise UnreadableFileError(f"The file cannot be read: {_words(error)}.") from error
        if not data:
            self._require_same()
        return data

    def _require_same(self) -> None:
        facts = os.fstat(self._file.fileno())
        if not stat.S_ISREG(facts.st_mode) or _version(facts) != self._version:
            raise UnreadableFileError("The file was changed while it was read.")


def shown(parts: tuple[str, ...]) -> str:
    """A path as it can be written down: what is not UTF-8 is spelt byte by byte."""
    return "/".join(parts).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _version(facts: os.stat_result) -> str:
    return f"{facts.st_size}-{facts.st_mtime_ns}"


def _failed(parts: tuple[str, ...], detail: str) -> FoundFile:
    return FoundFile(path=shown(parts), state=FileState.FAILED, detail=detail)


def _words(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


@contextlib.contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)
