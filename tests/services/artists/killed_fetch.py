"""An attempt at fetching pictures that is killed: `python -m tests.services.artists.killed_fetch <where>`.

The services are those of the environment. It is killed as the kernel does it, before the named method does anything.
"""

import os
import signal
import sys
from typing import Any, NoReturn

from services.artists.pictures.store import PictureStore
from services.assembly import services_from_environment
from services.jobs.kinds import Work
from services.storage.files import FileStore

PLACES: dict[str, tuple[type, str]] = {"stored": (FileStore, "put"), "written-down": (PictureStore, "keep")}


def main(place: str) -> None:
    """Fetch what is due until it dies."""
    services = services_from_environment()
    owner, name = PLACES[place]
    setattr(owner, name, _die)
    services.artists.keeping.kind.run(Work(job=None, tell_progress=lambda _: None))  # type: ignore[arg-type]


def _die(*_: Any, **__: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


if __name__ == "__main__":
    main(*sys.argv[1:])
