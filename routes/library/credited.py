"""Whose videos are, as the API shows it in each."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from routes.http.actors import current_actor
from routes.http.wiring import services
from services.videos.video import Video


class ArtistOfVideo(Struct, frozen=True, kw_only=True):
    """An artist whose a video is."""

    id: str
    name: str


CreditedArtists = Annotated[
    tuple[ArtistOfVideo, ...], Meta(description="Whose it is: artists that are here, to those who may see artists.")
]
CREDITED = (ArtistOfVideo(id="5b0f3a1c9d2e4f6a8b7c0d1e", name="Crane School"),)
"""An example."""


def artists_of(videos: Sequence[Video]) -> Mapping[str, tuple[ArtistOfVideo, ...]]:
    """The artists of these videos that whoever asks may see, by the videos' ids."""
    known = services().artists.crediting.of(videos, by=current_actor()) or {}
    return {id_: tuple(ArtistOfVideo(id=each.id, name=each.name) for each in those) for id_, those in known.items()}
