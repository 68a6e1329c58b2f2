"""Settings of outside services: where they are. Their keys are live settings."""

from dataclasses import dataclass

from utils.setting_values import setting


def _base(text: str) -> str:
    """The address below which an API lies."""
    if not text.startswith(("https://", "http://")) or any(each in text for each in " ?#@"):
        raise ValueError("must be an address such as https://musicbrainz.org")
    return text.rstrip("/")


@dataclass(frozen=True, kw_only=True)
class SourceSettings:
    """Where outside services are."""

    youtube_url: str = setting("https://www.youtube.com", _base, "Where YouTube is: its feeds of channels are read.")
    musicbrainz_url: str = setting("https://musicbrainz.org", _base, "Where MusicBrainz is, or a mirror of it.")
    imvdb_url: str = setting("https://imvdb.com", _base, "Where IMVDb is.")
    lastfm_url: str = setting("https://ws.audioscrobbler.com", _base, "Where Last.fm's API is.")
    spotify_url: str = setting("https://api.spotify.com", _base, "Where Spotify's API is.")
    spotify_accounts_url: str = setting("https://accounts.spotify.com", _base, "Where Spotify gives tokens.")
    plex_url: str | None = setting(None, _base, "Where your Plex Media Server is. Empty: it is not asked.")
    lidarr_url: str | None = setting(None, _base, "Where your Lidarr is. Empty: it is not asked.")
