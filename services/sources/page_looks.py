"""Pages that yt-dlp reads, looked at within bounds of time and size; no film is fetched."""

import json
import time
from dataclasses import dataclass

from services.egress.guard import EgressGuard
from services.egress.proxy import EgressProxy
from services.imports.errors import UnfetchableError
from services.imports.reader import FilmReader
from services.jobs.errors import BadInputError
from services.media.errors import NoScratchRoomError
from services.media.job_kinds import MediaWork
from services.sources.asking import FailedAsking, Refused
from services.sources.service import Service

_ROOM_MB = 1


@dataclass(frozen=True, kw_only=True)
class PageLooks:
    """Runs the yt-dlp that imports run, by way of a proxy that judges addresses as we do."""

    guard: EgressGuard
    media: MediaWork

    def look(self, service: Service, url: str, *, most: int) -> bytes:
        """What it says of the first films of a list, as JSON. Raises as `ServiceClient.repeat` wants it."""
        until = time.monotonic() + service.seconds

        def go_on() -> None:
            if time.monotonic() > until:
                raise FailedAsking(f"{service.title} took longer than {service.seconds:g} seconds.")

        try:
            with self.media.room(_ROOM_MB) as folder, EgressProxy(self.guard, most=4 * service.largest) as proxy:
                info = FilmReader(proxy=proxy, folder=folder.path, go_on=go_on).look(url, quality="best", most=most)
        except BadInputError as error:
            raise Refused(f"{service.title} did not show its films: {error.detail}") from error
        except (UnfetchableError, NoScratchRoomError) as error:
            raise FailedAsking(f"{service.title} did not answer: {error.detail}") from error
        entries = info.get("entries")
        return json.dumps(entries if isinstance(entries, list) else []).encode()
