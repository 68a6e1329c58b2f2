"""What happens to collections. Which videos are in one, each video's own events tell."""

from services.events.event import Event


class CollectionEvent(Event, frozen=True, kw_only=True):
    """Something about one collection."""

    collection_id: str
    title: str

    @property
    def subject(self) -> str:
        """The collection's id."""
        return self.collection_id


class CollectionCreated(CollectionEvent, frozen=True, kw_only=True, tag="collection.created"):
    """There is a new collection."""


class CollectionChanged(CollectionEvent, frozen=True, kw_only=True, tag="collection.changed"):
    """Something else is said of a collection, or it is shared with other people."""


class CollectionDeleted(CollectionEvent, frozen=True, kw_only=True, tag="collection.deleted"):
    """A collection was put into the trash; its videos stay."""


class CollectionRestored(CollectionEvent, frozen=True, kw_only=True, tag="collection.restored"):
    """A collection was taken out of the trash."""
