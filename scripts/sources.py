"""The files that a running server was made from, and whether one of them has changed since."""

import time
from collections.abc import Iterator
from pathlib import Path

_FOLDERS = ("routes", "services", "utils", "static", "templates")
_FILES = ("app.py", "config.py", "gunicorn.conf.py", "startup.sh", ".env")
_LOOK_SECONDS = 0.3


class SourceFiles:
    """What the files were when this was made.

    It looks at them a few times a second, which takes milliseconds, rather than ask for a library that is told by the
    system.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen = dict(self._times())

    def wait_for_change(self) -> Path:
        """The first file, by its path from the root, that is found to be new, gone or another."""
        while True:
            now = dict(self._times())
            if changed := sorted(path for path, _ in self._seen.items() ^ now.items()):
                return changed[0].relative_to(self._root)
            time.sleep(_LOOK_SECONDS)

    def _times(self) -> Iterator[tuple[Path, int]]:
        inside = (path for each in _FOLDERS for path in (self._root / each).rglob("*"))
        for path in (*(self._root / each for each in _FILES), *inside):
            try:
                if path.is_file() and "__pycache__" not in path.parts:
                    yield path, path.stat().st_mtime_ns
            except FileNotFoundError:  # Editors write beside a file and rename.
                continue
