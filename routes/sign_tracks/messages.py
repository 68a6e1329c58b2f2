"""Sign tracks as the API shows and takes them."""

from typing import Annotated

from msgspec import Meta, Struct

from routes.http.openapi.parameters import AN_ID
from services.sign_tracks.track import FARTHEST, SignKind, SignOrigin, SignTrack

_Offset = Annotated[
    float,
    Meta(
        ge=-FARTHEST,
        le=FARTHEST,
        description="Seconds of the film at which the sign video begins; below 0 where it begins earlier.",
    ),
]


class SignTrackMessage(Struct, frozen=True, kw_only=True):
    """A video that signs another, in that one's JSON."""

    language: Annotated[str, Meta(description="The sign language, as BCP 47 writes it: ase, bfi, gsg…")]
    video_id: Annotated[str, Meta(description="The id of the video that signs.")]
    offset: _Offset
    kind: SignKind


class OneSignTrackMessage(SignTrackMessage, frozen=True, kw_only=True):
    """A sign track by itself."""

    origin: Annotated[SignOrigin, Meta(description="auto: made by a program, and looked at by nobody yet.")]
    etag: Annotated[str, Meta(description="Its version. Send it back as If-Match.")]


class SignTrackChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a film's sign track is to be."""

    video_id: Annotated[str, Meta(min_length=1, max_length=1024)]
    offset: _Offset = 0.0
    kind: SignKind = SignKind.SIGNER


def sign_track_messages(tracks: tuple[SignTrack, ...]) -> tuple[SignTrackMessage, ...]:
    """The tracks of a film, in its JSON."""
    return tuple(
        SignTrackMessage(language=each.language, video_id=each.video_id, offset=each.offset, kind=each.kind)
        for each in tracks
    )


SIGN_TRACK = SignTrackMessage(
    language="ase", video_id=AN_ID.replace("holiday", "signed"), offset=0.0, kind=SignKind.SIGNER
)
"""The sign track of the examples."""
