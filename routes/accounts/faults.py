"""The errors of accounts, live settings and the audit, with a sentence as an example of each."""

from services.accounts import errors
from services.errors import TooManyRequestsError
from services.live_settings.errors import InvalidSettingError, SettingNotFoundError

FAILED = errors.SignInFailedError("The name or the password is wrong.")
CODE_NEEDED = errors.SecondFactorRequiredError("Enter the code that your authenticator app shows.")
WRONG_CODE = errors.SecondFactorWrongError("The code is wrong, or has been used already.")
STALE = errors.FreshSignInNeededError("Confirm with your password or a second factor that it is you.")
WRONG_FACTOR = errors.InvalidFactorError("Recovery codes stand in for a second factor. Set one up first.")
FACTOR_EXISTS = errors.FactorExistsError("There is an authenticator app already.")
PASSKEY_CLONED = errors.PasskeyClonedError("This passkey's counter has gone back. Somebody may have a copy of it.")
PASSKEY = errors.PasskeyRefusedError("This passkey was not accepted here.")
LOCKED = errors.AccountLockedError("Too many tries have failed.", retry_after=900)
WAIT = TooManyRequestsError("Too many tries from this address. Wait a while.", retry_after=900)
HTTPS = errors.HttpsNeededError("Signing in needs https here.")
INVALID = errors.InvalidAccountError(
    "The password must have at least 8 characters.",
    errors=[{"field": "password", "reason": "The password must have at least 8 characters."}],
)
TAKEN = errors.AccountTakenError("Somebody has this name or this address already.")
LAST_ADMIN = errors.LastAdminError("This is the last account that may administer.")
CLOSED = errors.RegistrationClosedError("New accounts are made by invitation.")
INVITATION = errors.InvitationInvalidError("This address does not work any more.")
PENDING = errors.DevicePendingError("Nobody has approved this device yet.", retry_after=5)
SLOW_DOWN = errors.DeviceSlowDownError("Ask again in 10 seconds, and no sooner each time.", retry_after=10)
DENIED = errors.DeviceDeniedError("This device was not let in.")
EXPIRED = errors.DeviceCodeExpiredError("Nobody has approved this device in ten minutes. Begin once more.")
UNKNOWN_DEVICE = errors.DeviceCodeUnknownError("This device code was used, or there has never been one.")
DEVICE_REQUEST = errors.DeviceRequestError("The request must name its device_code.")
DEVICE_SCOPE = errors.DeviceScopeError("The scopes are videos:read, videos:write and admin.")
DEVICE_GRANT = errors.DeviceGrantError("Only device codes are exchanged here.")
NO_MAIL = errors.MailNotSetError("No mail server is set here.")
NO_SETTING = SettingNotFoundError("There is no live setting of that name.")
WRONG_VALUE = InvalidSettingError("The value must be a whole number from 1 to 100.")
