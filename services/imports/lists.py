"""Lists of films: each of them becomes an import of its own, below that of the list."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Visibility
from services.egress.errors import AddressNotAllowedError
from services.imports import addresses
from services.imports.film_info import FilmEntry, entries_in
from services.imports.record import Import, ImportRequest
from services.imports.store import ImportStore
from services.jobs.errors import BadInputError
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kinds
from services.jobs.wish import Wish
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.migration.errors import UnreadableFileError
from services.migration.remote_place import SignedAddresses
from utils.text import one_line
from utils.validators import MAX_TITLE


@dataclass(frozen=True, kw_only=True)
class FilmLists:
    """Makes imports of the entries of lists."""

    store: ImportStore
    sealed: SignedAddresses
    library: Library
    jobs: Jobs
    kinds: Kinds

    def expand(self, found: Import, info: Mapping[str, Any], *, attempt: int, by: Actor) -> None:
        """Have every film of a list fetched that is not here; what was begun before is gone on with.

        Raises `BadInputError` where nothing of it may be fetched, or the list is cancelled meanwhile.
        """
        entries = [each for each in entries_in(info) if self._may_be_asked(each.url)]
        if not entries:
            raise BadInputError("None of the films of this list may be fetched.")
        title = one_line(str(info.get("title") or ""))[:MAX_TITLE] or None
        is_going_on = self.store.begin_list(found.id, title, attempt=attempt)
        over = self._over(found)
        for place, entry in enumerate(entries if is_going_on else ()):
            # After a kill, what somebody has cancelled stays so, and what has failed has been tried.
            if addresses.identity(entry.url) not in over:
                self._begin(found, entry, place, attempt=attempt, by=by)
        if not self.store.finish_list(found.id, attempt=attempt):
            raise BadInputError("The list was cancelled.")

    def _over(self, found: Import) -> frozenset[str]:
        """What its entries that have ended without a film were known by."""
        ended = self.store.ended_entries(found.id)
        with contextlib.suppress(UnreadableFileError):  # The key is another one: none of them can be read any more.
            return frozenset(addresses.identity(self.sealed.open(each.secret)) for each in ended if each.secret)
        return frozenset()

    def _may_be_asked(self, url: str) -> bool:
        try:
            self.sealed.guard.check(url)
        except AddressNotAllowedError:
            return False
        return addresses.is_usable(url)

    def _is_hidden_from(self, owner: str, video: str, *, by: Actor) -> bool:
        """Whether a video is somebody else's alone. Which rights the owner of the list has by now is not known."""
        try:
            found = self.library.get(video, by=by)
        except VideoNotFoundError:  # It is in the trash, and may come back.
            return False
        return found.visibility is Visibility.PRIVATE and owner not in {found.owner, SYSTEM.id}

    def _begin(self, parent: Import, entry: FilmEntry, place: int, *, attempt: int, by: Actor) -> None:
        wanted = ImportRequest(
            url=entry.url,
            tags=parent.tags,
            artist=parent.artist,
            collection=parent.collection,
            quality=parent.quality,
        )
        said: dict[str, Any] = {
            "url": addresses.shown(entry.url),
            "secret": self.sealed.seal(entry.url),
            "known_by": addresses.identity(entry.url),
            "parent": parent.id,
            "place": place,
            "owner": parent.owner,
            "by_name": parent.by_name,
            "attempt": attempt,
        }
        child, _ = self.store.add(wanted, **said)
        if child.video is not None and not self.library.remains(child.video, by=by):
            self.store.free(child)
            child, _ = self.store.add(wanted, **said)
        if child.video is not None and self._is_hidden_from(parent.owner, child.video, by=by):
            # As where its address is given by itself: who may not see the film that is here gets one of their own.
            own = addresses.identity(entry.url, of=parent.owner)
            child, _ = self.store.add(wanted, **said | {"known_by": own})
        if child.job_id is None and child.video is None:
            kind = self.kinds.get("import")
            if kind is None:
                raise LookupError("import")
            job = self.jobs.add(Wish(kind=kind, arguments={"import": child.id}), by=by)
            if not self.store.note_job(child.id, job.id):
                self.jobs.cancel(job.id, by=by)
