"""Settings of what tells pages of changes."""

from dataclasses import dataclass

from utils.setting_values import setting, whole


@dataclass(frozen=True, kw_only=True)
class UpdateSettings:
    """How many pages are told."""

    event_listeners: int = setting(
        2000, whole(0, 20000), "Pages that each worker process keeps up to date at once; others ask from time to time."
    )
