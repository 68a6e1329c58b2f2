"""What is shown beside artists and wanted films: videos that whoever asks may see, and pictures that are here."""

from collections.abc import Container, Iterable, Mapping

from routes.http.actors import current_actor
from routes.http.wiring import services
from services.artists.artist import Artist
from services.artists.candidate import Wanted
from services.artists.pictures.store import KeptPicture


def seen_of(films: Iterable[Wanted]) -> Container[str]:
    """The ids of those that may be seen."""
    ids = [each.video_id for each in films if each.video_id]
    return services().library.beside.of(ids, by=current_actor())


def pictures_of(things: Iterable[Artist | Wanted]) -> Mapping[str, KeptPicture]:
    """Those of their pictures that are kept here, by the addresses at which they were found."""
    return services().artists.pictures.kept([each.picture for each in things], by=current_actor())
