"""What happens to people and settings."""

from services.events.event import Event


class UserEvent(Event, frozen=True, kw_only=True):
    """Something about one account."""

    user_id: str

    @property
    def subject(self) -> str:
        """The account's id."""
        return self.user_id


class UserCreated(UserEvent, frozen=True, kw_only=True, tag="user.created"):
    """There is a new account."""

    username: str
    role: str


class UserLogin(UserEvent, frozen=True, kw_only=True, tag="user.login"):
    """Somebody has signed in."""

    method: str = "password"
    """How: `password`, `passkey`, `oidc`, `device`, `recovery`."""


class UserLogout(UserEvent, frozen=True, kw_only=True, tag="user.logout"):
    """Somebody has signed out, or was."""


class FactorAdded(UserEvent, frozen=True, kw_only=True, tag="user.factor.added"):
    """Somebody has another way to prove who they are."""

    factor: str
    """`totp`, `passkey` or `recovery`."""


class FactorRemoved(UserEvent, frozen=True, kw_only=True, tag="user.factor.removed"):
    """A way to prove who somebody is holds no more."""

    factor: str
    """`totp`, `passkey`, or `all` when an administrator has removed them."""


class PreferencesUpdated(UserEvent, frozen=True, kw_only=True, tag="preferences.updated"):
    """Somebody wants to see things in another way."""

    changed: dict[str, str | int | bool | None]
    """The preferences that are new, by name."""


class SettingChanged(Event, frozen=True, kw_only=True, tag="setting.changed"):
    """A live setting has another value. A secret's value is in no event."""

    setting: str
    value: str | int | float | bool | list[str] | None = None
    """None for a secret, and for a setting that went back to its default."""
    is_secret: bool = False

    @property
    def subject(self) -> str:
        """The setting's key."""
        return self.setting
