"""People for tests of services."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from pyotp import TOTP

from services.accounts.credentials import Found
from services.accounts.joining import NewAccount
from services.accounts.signing_in import SignInAttempt
from services.accounts.user import User
from services.actors.actor import NOBODY, SYSTEM, Actor
from services.assembly import Services
from tests.ageing import age_codes

PASSWORD = "correct horse battery"
SOMEWHERE = replace(NOBODY, address="192.0.2.1")
"""Nobody yet, at some address."""

Build = Callable[..., Services]


def an_account(services: Services, username: str = "mira", *, email: str | None = None) -> User:
    """An account with the usual password; the first one may administer."""
    wanted = NewAccount(username=username, email=email, password=PASSWORD)
    return services.accounts.joining.register(wanted, by=SYSTEM)


def as_actor(user: User, *, address: str | None = "192.0.2.1") -> Actor:
    """The person, at some address."""
    return replace(Found(user=user).actor(), address=address)


def attempt(name: str = "mira", password: str = PASSWORD) -> SignInAttempt:
    """Somebody's try to sign in."""
    return SignInAttempt(name=name, password=password, device="a test")


def code_now(secret: str, *, steps: int = 0) -> str:
    """The code that an app with this secret shows, so many half minutes from now."""
    totp = TOTP(secret)
    return totp.generate_otp(totp.timecode(datetime.now(UTC)) + steps)


def with_app(services: Services, user: User) -> tuple[User, str, list[str]]:
    """The person with an authenticator app, its secret, and the recovery codes."""
    second = services.accounts.second
    secret = second.propose_app(user, by=as_actor(user)).secret
    recovery = second.confirm_app(user, code_now(secret), by=as_actor(user))
    age_codes(services)
    return services.accounts.people.get(user.id, by=SYSTEM).user, secret, list(recovery)
