"""Which sign track a person is shown without asking for it."""

import pytest

from services.sign_tracks.choice import chosen_track
from services.sign_tracks.track import SignKind, SignTrack


def track(language: str, kind: SignKind = SignKind.SIGNER) -> SignTrack:
    return SignTrack(film_id="film", language=language, video_id=f"{language} {kind}", kind=kind)


ASE, GSG, GSG_AT = track("ase"), track("gsg"), track("gsg-AT")
AVATAR = track("bfi", SignKind.AVATAR)


@pytest.mark.parametrize(
    ("tracks", "language", "prefers", "chosen"),
    [
        ((ASE, GSG), "gsg", SignKind.SIGNER, GSG),
        ((ASE, GSG_AT), "gsg", SignKind.SIGNER, GSG_AT),
        ((GSG, GSG_AT), "gsg-AT", SignKind.SIGNER, GSG_AT),
        ((AVATAR, ASE), "gsg", SignKind.SIGNER, ASE),
        ((ASE, AVATAR), "gsg", SignKind.AVATAR, AVATAR),
        ((AVATAR,), "gsg", SignKind.SIGNER, AVATAR),
        ((ASE,), None, SignKind.SIGNER, None),
        ((ASE,), "", SignKind.SIGNER, None),
        ((), "ase", SignKind.SIGNER, None),
    ],
)
def test_the_preferred_language_comes_first_then_what_the_film_has_then_captions(
    tracks: tuple[SignTrack, ...], language: str | None, prefers: SignKind, chosen: SignTrack | None
) -> None:
    assert chosen_track(tracks, language=language, prefers=prefers) is chosen
