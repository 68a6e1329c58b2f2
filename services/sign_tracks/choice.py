"""Which sign track a person is shown without asking for it."""

from collections.abc import Sequence

from services.sign_tracks.track import SignKind, SignTrack


def chosen_track(
    tracks: Sequence[SignTrack], *, language: str | None, prefers: SignKind = SignKind.SIGNER
) -> SignTrack | None:
    """The one in the person's sign language; else one that the film has, of the kind they prefer; else none.

    Who has not said that they sign is shown none: captions are for them. A region that differs (`gsg-AT` for `gsg`)
    is better than another language.
    """
    if not language or not tracks:
        return None

    def rank(track: SignTrack) -> tuple[bool, bool, bool]:
        same_language = track.language.partition("-")[0] == language.partition("-")[0]
        return (track.language != language, not same_language, track.kind is not prefers)

    return min(tracks, key=rank)
