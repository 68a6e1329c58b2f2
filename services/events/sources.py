"""What happens where videos are fetched from elsewhere."""

from services.events.event import Event


class ImportEvent(Event, frozen=True, kw_only=True):
    """Something about one import."""

    import_id: str
    url: str
    """Where it comes from, without what would let anyone in."""

    @property
    def subject(self) -> str:
        """The import's id."""
        return self.import_id


class ImportStarted(ImportEvent, frozen=True, kw_only=True, tag="import.started"):
    """A film is being fetched."""


class ImportCompleted(ImportEvent, frozen=True, kw_only=True, tag="import.completed"):
    """It has become a video."""

    video_id: str
    artist: str | None = None
    """The id of the artist that it was fetched for."""


class ImportFailed(ImportEvent, frozen=True, kw_only=True, tag="import.failed"):
    """It could not be fetched, and is not tried again by itself."""

    error: str = ""
    """In words for people."""


class ArtistDiscovered(Event, frozen=True, kw_only=True, tag="artist.discovered"):
    """What an artist has made was looked up."""

    artist_id: str
    name: str
    found: int = 0
    """How many films were not known before."""

    @property
    def subject(self) -> str:
        """The artist's id."""
        return self.artist_id
