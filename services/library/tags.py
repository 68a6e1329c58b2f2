"""Tags that people give their videos, found by how they begin."""

from collections.abc import Sequence

from services.actors.actor import Actor
from services.actors.policy import scope
from services.library.catalogue import Catalogue
from services.library.catalogue.tags import FoundTag


class Tags:
    """Finds them in the index. Raises `CatalogueUnavailableError`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def beginning(self, words: str, *, most: int, after: str = "", by: Actor) -> Sequence[FoundTag]:
        """So many tags that begin like that, case and accents apart, of videos that the actor may see."""
        return self._catalogue.tags(words, seen=scope(by), most=most, after=after)
