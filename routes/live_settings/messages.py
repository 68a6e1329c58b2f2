"""How live settings look in JSON."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from routes.accounts.shown import Time, time_or_none
from services.live_settings.definition import SettingKind
from services.live_settings.live_settings import LiveSetting


class LiveSettingMessage(Struct, frozen=True):
    """What may be changed while the server runs."""

    key: str
    value: Annotated[Any, Meta(description="Null for a secret, which is never shown.")]
    default: Any
    type: SettingKind
    description: str
    effect: str
    choices: list[str]
    minimum: int | None
    maximum: int | None
    is_set: bool
    changed_by: str | None
    changed_at: Time | None


class LiveSettingList(Struct, frozen=True):
    """All of them."""

    settings: list[LiveSettingMessage]
    next: None = None


class NewValue(Struct, frozen=True, forbid_unknown_fields=True):
    """What a setting is to be."""

    value: Any


def setting_message(setting: LiveSetting) -> LiveSettingMessage:
    """One live setting; the value of a secret is never shown."""
    stated = setting.definition
    return LiveSettingMessage(
        key=stated.key,
        value=setting.value,
        default=None if stated.kind is SettingKind.SECRET else stated.default,
        type=stated.kind,
        description=stated.description,
        effect=stated.effect,
        choices=list(stated.choices),
        minimum=stated.least,
        maximum=stated.most,
        is_set=setting.is_set,
        changed_by=setting.changed_by,
        changed_at=time_or_none(setting.changed_at),
    )
