"""Several artists at once: deleted, brought back, made one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.artists.artists import Artists
from services.errors import ReelgateError

MOST_AT_ONCE = 200
_DONE = 204


@dataclass(frozen=True, kw_only=True)
class ArtistOutcome:
    """What came of one of them."""

    id: str
    status: int = _DONE
    """As HTTP has it."""
    detail: str | None = None
    """Why it was not done."""


class ManyArtists:
    """Does to each what can be done, and tells what could not be."""

    def __init__(self, artists: Artists) -> None:
        self._artists = artists

    def delete(self, ids: Iterable[str], *, by: Actor) -> tuple[ArtistOutcome, ...]:
        """Put these into the trash."""
        return self._each(ids, lambda id_: self._artists.delete(id_, by=by), by=by)

    def restore(self, ids: Iterable[str], *, by: Actor) -> tuple[ArtistOutcome, ...]:
        """Take these out of the trash."""
        return self._each(ids, lambda id_: self._artists.restore(id_, by=by), by=by)

    def _each(self, ids: Iterable[str], do: Callable[[str], object], *, by: Actor) -> tuple[ArtistOutcome, ...]:
        require(by, Act.CHANGE_SOURCES)
        return tuple(_tried(id_, do) for id_ in dict.fromkeys(ids))


def _tried(id_: str, do: Callable[[str], object]) -> ArtistOutcome:
    try:
        do(id_)
    except ReelgateError as error:
        if error.status >= 500:
            raise
        return ArtistOutcome(id=id_, status=error.status, detail=error.detail)
    return ArtistOutcome(id=id_)
