"""Which videos of wanted films whoever asks may see."""

from collections.abc import Container, Iterable

from routes.http.actors import current_actor
from routes.http.wiring import services
from services.artists.candidate import Wanted


def seen_of(films: Iterable[Wanted]) -> Container[str]:
    """The ids of those that may be seen."""
    ids = [each.video_id for each in films if each.video_id]
    return services().library.beside.of(ids, by=current_actor())
