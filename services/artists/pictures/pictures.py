"""Pictures as people meet them: those of artists and wanted films that lie here."""

from collections.abc import Collection, Mapping

from services.actors.actor import Actor
from services.actors.policy import Act, may, require
from services.artists.artists import Artists
from services.artists.errors import PictureNotFoundError
from services.artists.pictures.keeping import name_of
from services.artists.pictures.store import KeptPicture, PictureStore
from services.artists.wanted import WantedVideos
from services.storage.errors import BlobNotFoundError
from services.storage.files import FileStore

NO_PICTURE = "There is no picture here, or not yet."


class Pictures:
    """Whoever may see an artist or a film may see its picture.

    Every method raises `DatabaseUnavailableError`, and what the policy says to who may not.
    """

    def __init__(self, store: PictureStore, files: FileStore, artists: Artists, wanted: WantedVideos) -> None:
        """`files` are those of what is made of videos, too."""
        self._store = store
        self._files = files
        self._artists = artists
        self._wanted = wanted

    def kept(self, urls: Collection[str], *, by: Actor) -> Mapping[str, KeptPicture]:
        """Those of these addresses, as artists and films name them, whose pictures lie here."""
        require(by, Act.READ_SOURCES)
        return self._store.kept(urls)

    def of_artist(self, artist_id: str, *, by: Actor) -> KeptPicture:
        """The picture of an artist, for those who may bring it back also of one that is in the trash.

        Raises `ArtistNotFoundError` and `PictureNotFoundError`.
        """
        return self._at(self._artists.get(artist_id, by=by, trash=may(by, Act.CHANGE_SOURCES)).picture)

    def of_film(self, wanted_id: str, *, by: Actor) -> KeptPicture:
        """The picture of a wanted film; raises `WantedNotFoundError` and `PictureNotFoundError`."""
        return self._at(self._wanted.get(wanted_id, by=by).picture)

    def content(self, picture: KeptPicture, *, by: Actor) -> bytes:
        """The picture, a WebP; raises `PictureNotFoundError` where it is gone from storage, and is fetched again."""
        require(by, Act.READ_SOURCES)
        try:
            return self._files.read(name_of(picture.url))
        except BlobNotFoundError as error:
            self._store.lost(picture)
            raise PictureNotFoundError(NO_PICTURE) from error

    def _at(self, url: str) -> KeptPicture:
        found = self._store.kept([url]).get(url)
        if found is None:
            raise PictureNotFoundError(NO_PICTURE)
        return found
