"""What outside services are asked with, and told of, which an administrator sets while the server runs."""

from services.live_settings import definition


def _key(key: str, what: str) -> definition.Definition[str]:
    return definition.secret(
        key,
        description=f"{what}.",
        effect="The service is asked with it from the next request on; without it, it is not asked.",
    )


IMVDB_KEY = _key("imvdb_key", "The app key for IMVDb's API")
LASTFM_KEY = _key("lastfm_key", "The key for Last.fm's API")
SPOTIFY_ID = _key("spotify_client_id", "The client id of an app at Spotify")
SPOTIFY_SECRET = _key("spotify_client_secret", "The client secret of the same app at Spotify")
PLEX_TOKEN = _key("plex_token", "A token for your Plex Media Server, whose address PLEX_URL says")
LIDARR_KEY = _key("lidarr_key", "The API key of your Lidarr, whose address LIDARR_URL says")

SEARCH_YOUTUBE = definition.boolean(
    "youtube_search",
    default=False,
    description="Have YouTube searched for films of artists, by yt-dlp and without a key.",
    effect="It is asked from the next look at an artist on: their whole channel where it is known, else by their name.",
)
DISCOVER_NEW = definition.boolean(
    "discover_new_artists",
    default=True,
    description="Have new artists looked up at outside services by themselves, once, soon after they have come in.",
    effect="Concerns artists that come in from now on, five a minute at most; those that wait go on when it is on.",
)
TELL = definition.boolean(
    "tell_library_servers",
    default=False,
    description="Have Plex and Lidarr look for new films when one of somebody who is followed has come in.",
    effect="Concerns films that come in from now on; each server that is set up is told once a minute at the most.",
)

ALL = (SEARCH_YOUTUBE, DISCOVER_NEW, TELL, IMVDB_KEY, LASTFM_KEY, SPOTIFY_ID, SPOTIFY_SECRET, PLEX_TOKEN, LIDARR_KEY)
