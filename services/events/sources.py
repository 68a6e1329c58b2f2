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


class WantedDownloaded(Event, frozen=True, kw_only=True, tag="wanted.downloaded"):
    """A wanted film is here: it was fetched, or somebody has said which video it is."""

    wanted_id: str
    title: str
    video_id: str
    artist_id: str | None = None
    """Whose film it is, where anybody knows."""

    @property
    def subject(self) -> str:
        """The film's id."""
        return self.wanted_id


class ArtistEvent(Event, frozen=True, kw_only=True):
    """Something about one artist."""

    artist_id: str
    name: str

    @property
    def subject(self) -> str:
        """The artist's id."""
        return self.artist_id


class ArtistDiscovered(ArtistEvent, frozen=True, kw_only=True, tag="artist.discovered"):
    """What an artist has made was looked up."""

    found: int = 0
    """How many films were not known before."""


class ArtistCreated(ArtistEvent, frozen=True, kw_only=True, tag="artist.created"):
    """There is a new artist."""


class ArtistChanged(ArtistEvent, frozen=True, kw_only=True, tag="artist.changed"):
    """Something else is said of an artist."""


class ArtistDeleted(ArtistEvent, frozen=True, kw_only=True, tag="artist.deleted"):
    """An artist was put into the trash, with what is wanted of it."""


class ArtistRestored(ArtistEvent, frozen=True, kw_only=True, tag="artist.restored"):
    """An artist was taken out of the trash."""


class ArtistMerged(ArtistEvent, frozen=True, kw_only=True, tag="artist.merged"):
    """An artist has taken the place of another."""

    other_id: str
    """Whose place it has taken."""
