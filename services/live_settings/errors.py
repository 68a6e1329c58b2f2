"""What can go wrong with live settings."""

from services.errors import ReelgateError


class SettingNotFoundError(ReelgateError):
    """There is no such live setting."""

    slug = "setting-not-found"
    title = "No such setting"
    status = 404


class InvalidSettingError(ReelgateError):
    """The setting cannot have that value."""

    slug = "invalid-setting"
    title = "Invalid value"
    status = 400
