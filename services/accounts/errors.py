"""What can go wrong with who is asking."""

from services.errors import ReelgateError


class SignInFailedError(ReelgateError):
    """Name and password do not belong together, whichever of them is wrong."""

    slug = "sign-in-failed"
    title = "Not signed in"
    status = 401


class SecondFactorRequiredError(ReelgateError):
    """The password was right, and the account asks for a code besides."""

    slug = "second-factor-required"
    title = "A code is needed"
    status = 401

    def __init__(self, detail: str, *, step: str = "") -> None:
        """`step` stands for the password from now on: the page sends it along with the code."""
        super().__init__(detail)
        self.step = step


class SecondFactorWrongError(ReelgateError):
    """The code is wrong, or has been used already."""

    slug = "second-factor-wrong"
    title = "Wrong code"
    status = 401


class SecondFactorDemandedError(ReelgateError):
    """The role of the account demands a second factor, and it has none."""

    slug = "second-factor-demanded"
    title = "Set up a second factor first"
    status = 403


class FreshSignInNeededError(ReelgateError):
    """Whoever asks must have proved a moment ago who they are."""

    slug = "fresh-sign-in-needed"
    title = "Confirm that it is you"
    status = 403


class PasskeyRefusedError(ReelgateError):
    """The passkey is not known here, or its answer was not made for this moment and this site."""

    slug = "passkey-refused"
    title = "Passkey not accepted"
    status = 401


class PasskeyClonedError(PasskeyRefusedError):
    """The passkey's counter has gone back, as it does when somebody has a copy of the key."""

    slug = "passkey-cloned"
    title = "Passkey not accepted"


class InvalidFactorError(ReelgateError):
    """What is to become a factor cannot be one."""

    slug = "invalid-factor"
    title = "Invalid second factor"
    status = 400


class FactorExistsError(ReelgateError):
    """The account has that factor already."""

    slug = "factor-exists"
    title = "Set up already"
    status = 409


class AccountLockedError(ReelgateError):
    """Too many tries have failed; the same is said of names that nobody has."""

    slug = "account-locked"
    title = "Locked for a while"
    status = 423

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail, retry_after=retry_after)


class HttpsNeededError(ReelgateError):
    """Signing in over plain http would show the password to everybody on the way."""

    slug = "https-needed"
    title = "Use https"
    status = 400


class InvalidAccountError(ReelgateError):
    """What is asked for is not what an account can have."""

    slug = "invalid-account"
    title = "Invalid account"
    status = 400


class AccountTakenError(ReelgateError):
    """Somebody has that name or that address already."""

    slug = "account-taken"
    title = "Taken already"
    status = 409


class LastAdminError(ReelgateError):
    """Nobody would be left who may administer."""

    slug = "last-admin"
    title = "The last administrator"
    status = 409


class RegistrationClosedError(ReelgateError):
    """Accounts are not made by whoever asks for one."""

    slug = "registration-closed"
    title = "Not open for new accounts"
    status = 403


class InvitationInvalidError(ReelgateError):
    """The invitation, or another address that works once, does not hold."""

    slug = "invitation-invalid"
    title = "Invitation not valid"
    status = 400


class ProviderAwayError(ReelgateError):
    """The OpenID provider cannot be reached, or answers what is no answer."""

    slug = "provider-away"
    title = "The sign-in service does not answer"
    status = 503

    def __init__(self, detail: str, *, reason: str = "", retry_after: int = 15) -> None:
        """`reason` is for the log and the audit."""
        super().__init__(detail, retry_after=retry_after)
        self.reason = reason


class ProviderNotBelievedError(ReelgateError):
    """What came from the OpenID provider is not what it must be."""

    slug = "provider-not-believed"
    title = "Not signed in"
    status = 403

    def __init__(self, detail: str, *, reason: str = "") -> None:
        """`reason` is for the log and the audit; whoever has made the answer up does not learn it."""
        super().__init__(detail)
        self.reason = reason


class SignInExpiredError(ReelgateError):
    """A sign-in at a provider comes back that this browser has not begun, or too long ago, or a second time."""

    slug = "sign-in-expired"
    title = "Sign in once more"
    status = 400


class ProviderRefusedError(ReelgateError):
    """The OpenID provider has not let the person in, or there is no account for whom it has."""

    slug = "provider-refused"
    title = "Not let in"
    status = 403


class DevicePendingError(ReelgateError):
    """Nobody has answered for the device yet."""

    slug = "device-pending"
    title = "Not approved yet"
    status = 400
    oauth = "authorization_pending"


class DeviceSlowDownError(ReelgateError):
    """The device asks more often than it was told to."""

    slug = "device-slow-down"
    title = "Ask less often"
    status = 400
    oauth = "slow_down"


class DeviceDeniedError(ReelgateError):
    """Its person did not let the device in."""

    slug = "device-denied"
    title = "Not let in"
    status = 400
    oauth = "access_denied"


class DeviceCodeExpiredError(ReelgateError):
    """The device has waited for too long."""

    slug = "device-code-expired"
    title = "Too late"
    status = 400
    oauth = "expired_token"


class DeviceCodeUnknownError(ReelgateError):
    """No device has that code, or it has its tokens already."""

    slug = "device-code-unknown"
    title = "No such device code"
    status = 400
    oauth = "invalid_grant"


class DeviceRequestError(ReelgateError):
    """What the device asks for cannot be understood."""

    slug = "device-request-invalid"
    title = "Invalid request"
    status = 400
    oauth = "invalid_request"


class DeviceScopeError(ReelgateError):
    """The device asks for a scope that there is not."""

    slug = "device-scope-invalid"
    title = "No such scope"
    status = 400
    oauth = "invalid_scope"


class DeviceGrantError(ReelgateError):
    """The device asks for tokens in a way that is not done here."""

    slug = "device-grant-unsupported"
    title = "No such grant"
    status = 400
    oauth = "unsupported_grant_type"


class UserCodeUnknownError(ReelgateError):
    """No device waits with the code that a person has typed."""

    slug = "user-code-unknown"
    title = "No such code"
    status = 404


class MailNotSetError(ReelgateError):
    """Letters cannot be sent from here."""

    slug = "mail-not-set"
    title = "No mail from here"
    status = 409
