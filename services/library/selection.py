"""All videos that a question finds, by their ids: what is to be done to many of them."""

from collections.abc import Sequence
from dataclasses import replace

from services.actors.actor import Actor
from services.actors.policy import Act, scope
from services.library.catalogue import Catalogue, PageQuery


class Selection:
    """Finds them in the index. Raises `CatalogueUnavailableError`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def ids(self, query: PageQuery, *, most: int, by: Actor) -> Sequence[str]:
        """The ids of so many videos that the actor may see, or may restore from the trash; the oldest first."""
        seen = scope(by, Act.EDIT if query.trash else Act.SEE)
        return self._catalogue.ids(replace(query, seen=seen), most=most)
