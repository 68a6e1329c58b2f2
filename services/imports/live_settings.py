"""What an administrator sets of imports while the server runs."""

from collections.abc import Callable
from dataclasses import dataclass

from services.actors.actor import Role
from services.live_settings import definition
from services.live_settings.live_settings import LiveSettings

LARGEST = definition.whole(
    "imports_largest_mb",
    default=20480,
    least=1,
    most=5 * 1024 * 1024,
    description="The largest film that is fetched from elsewhere, in MiB; MAX_UPLOAD_MB holds besides.",
    effect="Concerns films that are begun from now on, also those that wait already.",
)
LONGEST = definition.whole(
    "imports_longest_minutes",
    default=360,
    least=1,
    most=1440,
    description="Minutes that fetching one film may take.",
    effect="Concerns films that are begun from now on, also those that wait already.",
)
WHO = definition.choice(
    "imports_by",
    default=Role.USER.value,
    choices=(Role.USER.value, Role.MANAGER.value, Role.ADMIN.value),
    description="The least role that may have films fetched from elsewhere.",
    effect="Concerns what is asked for from now on; what was asked for before is still fetched.",
)
ALL = (LARGEST, LONGEST, WHO)

_RANKS = (Role.READONLY, Role.USER, Role.MANAGER, Role.ADMIN)


@dataclass(frozen=True, kw_only=True)
class ImportLimits:
    """What imports may take, and whose they may be."""

    megabytes: int = LARGEST.default
    minutes: int = LONGEST.default
    least_role: Role = Role.USER

    def allow(self, role: Role | None) -> bool:
        """Whether somebody of that role may have films fetched."""
        return role is not None and _RANKS.index(role) >= _RANKS.index(self.least_role)


def limits_of(live: LiveSettings) -> Callable[[], ImportLimits]:
    """Asks for the limits, anew each time."""
    return lambda: ImportLimits(
        megabytes=live.value(LARGEST), minutes=live.value(LONGEST), least_role=Role(live.value(WHO))
    )
