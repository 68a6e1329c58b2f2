"""Settings of playing."""

from dataclasses import dataclass

from utils.setting_choices import PlaybackMode
from utils.setting_values import matching, one_of, setting


@dataclass(frozen=True, kw_only=True)
class PlaybackSettings:
    """Who hands out the bytes."""

    playback_mode: PlaybackMode = setting(
        PlaybackMode.PROXY,
        one_of(PlaybackMode),
        "proxy, or redirect: players then read from storage by short signed URLs.",
    )
    cdn_endpoint: str | None = setting(
        None,
        matching(r"https?://[^\s/?#@]+/?", "a URL such as https://videos.example.org"),
        "The CDN in front of the storage account, which signed URLs name; with redirect, those of pictures too.",
    )

    @property
    def sends_to_cdn(self) -> bool:
        """Whether all that is played and shown is fetched from the CDN."""
        return self.playback_mode is PlaybackMode.REDIRECT and self.cdn_endpoint is not None
