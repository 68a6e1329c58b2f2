"""Which videos of the library have the same content as another, or look like it."""

import logging
from dataclasses import dataclass

from services.actors.actor import Actor
from services.actors.policy import Act, may, scope
from services.database.errors import CatalogueUnavailableError
from services.library.catalogue import Catalogue
from services.videos.look import MOST_APART, apart
from services.videos.video import Video

log = logging.getLogger(__name__)

MOST_COPIES = 5
"""How many are named."""


_LENGTH_WITHIN = 0.05
"""By so much of its length another may be longer or shorter."""


@dataclass(frozen=True, kw_only=True)
class NearDuplicate:
    """Another video that looks alike."""

    id: str
    distance: float
    """How many of 64 bits differ, on average; 0 is the same picture for picture."""


class Copies:
    """Finds videos of the same SHA-256, and those that look alike."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def of(self, video: Video, *, by: Actor) -> tuple[str, ...]:
        """The ids of others with its content, the oldest first: of those that the actor would find in the list.

        Nothing is raised. Whoever has brought a video in is to hear of that, whatever the list has to say.
        """
        if video.sha256 is None or not may(by, Act.LIST):
            return ()
        try:
            return self._catalogue.copies(video.sha256, other_than=video.id, seen=scope(by), most=MOST_COPIES)
        except CatalogueUnavailableError as error:
            log.warning("whether %s is there already is not known: %s", video.id, error)
            return ()

    def near(self, video: Video, *, by: Actor) -> tuple[NearDuplicate, ...]:
        """Others that look like it, the nearest first: of those that the actor would find in the list.

        It is known once both have been looked through. Nothing is raised, as above.
        """
        if not video.made.look or not may(by, Act.LIST):
            return ()
        try:
            others = self._catalogue.looks(video, seen=scope(by), within=_LENGTH_WITHIN)
        except CatalogueUnavailableError as error:
            log.warning("what looks like %s is not known: %s", video.id, error)
            return ()
        told = [(distance, id_) for id_, other in others if (distance := apart(video.made.look, other)) is not None]
        near = sorted(each for each in told if each[0] <= MOST_APART)[:MOST_COPIES]
        return tuple(NearDuplicate(id=id_, distance=round(distance, 1)) for distance, id_ in near)
