"""Sign tracks as the page of a film shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from routes.accounts.visitors import preferences
from routes.http.actors import current_actor
from routes.http.wiring import services
from services.sign_tracks.choice import chosen_track
from services.sign_tracks.track import SignTrack
from services.videos.video import Video
from utils.sign_languages import sign_language


@dataclass(frozen=True, kw_only=True)
class ShownSign:
    """One sign track, with what its video is called and where that is."""

    track: SignTrack
    title: str
    page: str
    content: str
    is_chosen: bool
    """Whether it is shown without being asked for."""


def shown_signs(film: Video) -> Sequence[ShownSign]:
    """The sign tracks of a film for whoever asks."""
    by = current_actor()
    tracks = services().sign_tracks.tracks.of(film.id, by=by)
    videos = services().library.beside.of({track.video_id for track in tracks}, by=by)
    chosen = chosen_track(tracks, language=sign_language(preferences().preferred_sign_language or ""))
    return [
        ShownSign(
            track=track,
            title=videos[track.video_id].title,
            page=f"/videos/{quote(track.video_id)}",
            content=f"/api/videos/{quote(track.video_id)}/content",
            is_chosen=track == chosen,
        )
        for track in tracks
        if track.video_id in videos
    ]
