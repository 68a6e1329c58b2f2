"""An attempt at a sign job that is killed: `python -m tests.routes.sign_engine.killed_attempt <job> <where>`.

The services are those of the environment. It is killed as the kernel does it, before the named method does anything.
"""

import os
import signal
import sys
from dataclasses import replace
from typing import Any, NoReturn

from services.assembly import services_from_environment
from services.jobs.kinds import Work
from services.sign_engine.settling import Settling
from services.sign_tracks.sign_tracks import SignTracks
from services.uploads.uploads import Uploads

PLACES: dict[str, tuple[type, str]] = {
    "committed": (Uploads, "announce"),
    "uploaded": (SignTracks, "put_automatic"),
    "track set": (Settling, "settle"),
}


def main(job_id: str, place: str) -> None:
    """Work on the job until it dies."""
    services = services_from_environment()
    job = services.jobs.store.get(job_id)
    kind = services.jobs.kinds.get("signs")
    if job is None or kind is None:
        raise LookupError(job_id)
    owner, name = PLACES[place]
    setattr(owner, name, _die)
    kind.run(Work(job=replace(job, attempts=1), tell_progress=lambda _: None))


def _die(*_: Any, **__: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


if __name__ == "__main__":
    main(*sys.argv[1:])
