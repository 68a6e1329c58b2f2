"""What people make of a wanted film."""

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.artists.artist import WantedState
from services.artists.candidate import Wanted
from services.artists.crediting import Crediting
from services.artists.errors import InvalidWantedStateError
from services.artists.wanted import WantedVideos
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.library.library import Library

_REASONS = {
    WantedState.DOWNLOADING: "A film is DOWNLOADING once an import fetches it.",
    WantedState.FAILED: "A film is FAILED when an import could not fetch it.",
}


class Deciding:
    """Every method raises `DatabaseUnavailableError`, and what the policy says to who may not."""

    def __init__(self, wanted: WantedVideos, library: Library, crediting: Crediting, *, audit: Audit) -> None:
        self._wanted = wanted
        self._library = library
        self._crediting = crediting
        self._audit = audit

    def decide(self, id_: str, state: WantedState, *, video_id: str | None = None, by: Actor) -> Wanted:
        """Want a film, ignore it, or say as which video it is here.

        Raises `WantedNotFoundError`, `InvalidWantedStateError`, and `VideoNotFoundError` for a video that the actor may
        not see.
        """
        require(by, Act.CHANGE_SOURCES)
        if state in _REASONS:
            raise _invalid("state", _REASONS[state])
        if (state is WantedState.DOWNLOADED) != (video_id is not None):
            raise _invalid("video_id", "A video is named for DOWNLOADED, and for nothing else.")
        known = self._wanted.get(id_, by=by)
        if known.state is WantedState.DOWNLOADING and state is not WantedState.DOWNLOADED:
            raise _invalid("state", "This film is being fetched. Cancel its import first.")
        if video_id is not None:
            video_id = self._library.get(video_id, by=by).id
            if known.artist_id is not None:
                # First: where storage is away, nothing is decided.
                self._crediting.give_found(video_id, known.artist_id, by=by)
        changed = self._wanted.set_state(id_, state, video_id=video_id or "", by=by)
        details = {"state": state.value, "before": known.state.value, "title": known.title}
        self._audit.note("wanted.changed", by=by, target=AuditTarget(kind="wanted", id=id_), details=details)
        return changed


def _invalid(field: str, reason: str) -> InvalidWantedStateError:
    return InvalidWantedStateError(reason, errors=[{"field": field, "reason": reason}])
