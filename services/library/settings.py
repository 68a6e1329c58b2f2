"""Settings of the library."""

from dataclasses import dataclass

from utils.setting_values import container, setting, whole


@dataclass(frozen=True, kw_only=True)
class LibrarySettings:
    """How long the trash keeps, and where people's work on videos lies."""

    trash_days: int = setting(30, whole(0, 3650), "Days for which a deleted video can be restored.")
    tracks_container_name: str | None = setting(
        None, container, "The private container of people's work on videos. Empty: <videos>-tracks."
    )
