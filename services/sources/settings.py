"""Settings of outside services: where they are. Their keys are live settings."""

from dataclasses import dataclass

from utils.setting_values import setting


def _base(text: str) -> str:
    """The address below which an API lies."""
    if not text.startswith(("https://", "http://")) or any(each in text for each in " ?#@"):
        raise ValueError("must be an address such as https://musicbrainz.org")
    return text.rstrip("/")


def _base_or_off(text: str) -> str | None:
    return None if text.lower() == "off" else _base(text)


_YOUTUBE: str | None = "https://www.youtube.com"
_MUSICBRAINZ: str | None = "https://musicbrainz.org"


@dataclass(frozen=True, kw_only=True)
class SourceSettings:
    """Where outside services are."""

    youtube_url: str | None = setting(
        _YOUTUBE, _base_or_off, "Where YouTube is: its feeds of channels are read. off: it is not asked."
    )
    musicbrainz_url: str | None = setting(
        _MUSICBRAINZ, _base_or_off, "Where MusicBrainz is, or a mirror of it. off: it is not asked."
    )
    imvdb_url: str = setting("https://imvdb.com", _base, "Where IMVDb is.")
    lastfm_url: str = setting("https://ws.audioscrobbler.com", _base, "Where Last.fm's API is.")
    spotify_url: str = setting("https://api.spotify.com", _base, "Where Spotify's API is.")
    spotify_accounts_url: str = setting("https://accounts.spotify.com", _base, "Where Spotify gives tokens.")
    plex_url: str | None = setting(None, _base, "Where your Plex Media Server is. Empty: it is not asked.")
    lidarr_url: str | None = setting(None, _base, "Where your Lidarr is. Empty: it is not asked.")
