"""Which videos of imports whoever asks may see."""

from collections.abc import Container, Iterable

from routes.http.actors import current_actor
from routes.http.wiring import services
from services.imports.record import Import


def seen_of(imports: Iterable[Import]) -> Container[str]:
    """The ids of those that may be seen."""
    ids = [each.video for each in imports if each.video]
    return services().library.beside.of(ids, by=current_actor())
