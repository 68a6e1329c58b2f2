"""Live settings that concern all of the site."""

from services.live_settings import definition

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

LIST_PUBLIC = definition.boolean(
    "list_public",
    default=False,
    description="Whether people who are not signed in see a list of the public videos.",
    effect="Off, a public video is found by its address alone.",
)
AUDIT_DAYS = definition.whole(
    "audit_days",
    default=365,
    least=1,
    most=36500,
    description="How many days the audit is kept in the database.",
    effect="Older entries are deleted within an hour, once storage has a copy of them.",
)


def log_level(default: str) -> definition.Definition[str]:
    """The least severe log line that is written, where LOG_LEVEL has said `default`."""
    return definition.choice(
        "log_level",
        default=default,
        choices=LOG_LEVELS,
        description="The least severe log line that is written.",
        effect="In force on every worker with its next requests, without a restart.",
    )
