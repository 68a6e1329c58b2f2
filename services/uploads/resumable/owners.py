"""Whose an upload is: only who began it goes on with it, or somebody who may see to the uploads of others."""

from services.actors.actor import Actor
from services.actors.policy import Act, may_continue, require
from services.errors import NotFoundError
from services.uploads.resumable.recently_used import RecentlyUsed
from services.uploads.resumable.records import UploadRecords

_MOST = 4096


class Owners:
    """The owners of uploads, which never change: storage is asked once for each, and only where it matters."""

    def __init__(self, records: UploadRecords) -> None:
        self._records = records
        self._known: RecentlyUsed[str] = RecentlyUsed(most=_MOST)

    def check(self, upload_id: str, *, by: Actor) -> None:
        """Raise what the actor is to be told when the upload is not theirs: the same as when it is not there."""
        require(by, Act.UPLOAD)
        if may_continue(by, ""):
            return  # Whoever may go on with everybody's.
        owner = self._known.take(upload_id)
        if owner is None:
            owner = self._records.read(upload_id).record.draft.metadata.owner
        self._known.keep(upload_id, owner)
        if not may_continue(by, owner):
            raise NotFoundError("There is no such upload. It may have been ended, or have expired.")
