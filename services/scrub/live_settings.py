"""What an administrator sets of scrubbing while the server runs."""

from services.live_settings import definition

_EFFECT = "Concerns what is read from now on. Storage may charge for reading what lies in cool and cold tiers."
PACE = definition.whole(
    "scrub_pace",
    default=4,
    least=0,
    most=1000,
    description="MB a second at which stored videos are read again and compared with their SHA-256; 0 turns it off.",
    effect=_EFFECT,
)
DAYS = definition.whole(
    "scrub_days",
    default=30,
    least=1,
    most=365,
    description="Days from the beginning of one pass through all stored videos to that of the next.",
    effect=_EFFECT,
)
ALL = (PACE, DAYS)
