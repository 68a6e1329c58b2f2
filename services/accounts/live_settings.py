"""What an administrator sets of accounts while the server runs."""

import re

from services.actors.actor import Role
from services.live_settings import definition

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")

REGISTRATION = definition.choice(
    "registration",
    default="invitation",
    choices=("closed", "invitation", "open"),
    description="Who may make an account: nobody, who is invited, or anybody.",
    effect="Invitations that have been sent hold, but for closed.",
)
REGISTRATION_DOMAINS = definition.words(
    "registration_domains",
    is_one=lambda each: _DOMAIN.fullmatch(each) is not None,
    description="While registration is open: the mail domains whose people may make an account. Empty: all.",
    effect="Concerns new accounts alone.",
)
INVITATION_DAYS = definition.whole(
    "invitation_days",
    default=7,
    least=1,
    most=90,
    description="How many days an invitation holds.",
    effect="Concerns new invitations alone.",
)
LOCKOUT_TRIES = definition.whole(
    "lockout_tries",
    default=5,
    least=1,
    most=100,
    description="How many wrong passwords lock an account for a while.",
    effect="Counted within the window, over all servers; names that nobody has lock alike.",
)
LOCKOUT_ADDRESS_TRIES = definition.whole(
    "lockout_address_tries",
    default=50,
    least=1,
    most=10000,
    description="How many wrong passwords from one address make it wait.",
    effect="An office shares one address, so this is more than one person needs.",
)
LOCKOUT_WINDOW_MINUTES = definition.whole(
    "lockout_window_minutes",
    default=15,
    least=1,
    most=1440,
    description="Within how many minutes wrong passwords are counted together.",
    effect="A longer window locks slow guessing too.",
)
LOCKOUT_MINUTES = definition.whole(
    "lockout_minutes",
    default=15,
    least=1,
    most=1440,
    description="How many minutes the first lock lasts; each after it twice as long, a day at most.",
    effect="Concerns new locks alone; an administrator lifts one under People.",
)
SESSION_IDLE_MINUTES = definition.whole(
    "session_idle_minutes",
    default=1440,
    least=5,
    most=43200,
    description="After how many minutes without a request a session ends.",
    effect="In force at once, for sessions that are under way too.",
)
SESSION_DAYS = definition.whole(
    "session_days",
    default=14,
    least=1,
    most=365,
    description="After how many days a session ends in any case.",
    effect="Concerns new sessions alone.",
)
TWO_FACTOR_ROLES = definition.words(
    "two_factor_roles",
    is_one=lambda each: each in list(Role),
    description="The roles whose people need a second factor: an authenticator app or a passkey.",
    effect="Who has none is led to set one up, and can do nothing else until then. In force at once.",
)
FRESH_MINUTES = definition.whole(
    "fresh_minutes",
    default=10,
    least=1,
    most=1440,
    description="For how many minutes after signing in one's factors and tokens can be changed.",
    effect="After that, the password or a second factor is asked for again.",
)


def require_authentication(*, default: bool) -> definition.Definition[bool]:
    """Whether people have to sign in; in production this can only be made stricter than the start said."""
    return definition.Definition(
        key="require_authentication",
        kind=definition.SettingKind.BOOLEAN,
        default=default,
        description="Whether people have to sign in.",
        effect="Off, whoever sits at the desk may do everything; in production it cannot be turned off here.",
        checked=definition.checked_boolean,
        only_tightens=True,
    )


ALL = (
    REGISTRATION,
    REGISTRATION_DOMAINS,
    INVITATION_DAYS,
    LOCKOUT_TRIES,
    LOCKOUT_ADDRESS_TRIES,
    LOCKOUT_WINDOW_MINUTES,
    LOCKOUT_MINUTES,
    SESSION_IDLE_MINUTES,
    SESSION_DAYS,
    TWO_FACTOR_ROLES,
    FRESH_MINUTES,
)
