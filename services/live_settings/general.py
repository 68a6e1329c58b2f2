"""Live settings that concern all of the site."""

from pathlib import Path

from services.live_settings import definition
from services.live_settings.live_settings import LiveSettings
from utils.log_files import USUAL_COUNT, USUAL_MB, keep_to

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

LIST_PUBLIC = definition.boolean(
    "list_public",
    default=False,
    description="Whether people who are not signed in see a list of the public videos.",
    effect="Off, a public video is found by its address alone.",
)
EXPORT_NAME = definition.name_pattern(
    "export_name",
    default="{kind}",
    sample={"kind": "accessibility", "date": "2026-11-20"},
    description="How tables and lists are named that are exported; their ending stays.",
    effect="Concerns exports from now on. {date} is that of the export, in UTC.",
)
AUDIT_DAYS = definition.whole(
    "audit_days",
    default=365,
    least=1,
    most=36500,
    description="How many days the audit is kept in the database.",
    effect="Older entries are deleted within an hour, once storage has a copy of them.",
)
LOG_MAX_SIZE = definition.whole(
    "log_max_size",
    default=USUAL_MB,
    least=1,
    most=100_000,
    description="The size in MiB at which LOG_FILE makes way for a new file.",
    effect="In force on every process of the machine within two seconds; where no LOG_FILE is set, it does nothing.",
)
LOG_BACKUP_COUNT = definition.whole(
    "log_backup_count",
    default=USUAL_COUNT,
    least=0,
    most=1000,
    description="How many older log files are kept beside LOG_FILE.",
    effect="The next time that a new file is begun; older ones beyond the number are deleted then.",
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


def keep_log_to(live: LiveSettings, file: Path) -> None:
    """Have the log file grow as far, and as many older ones be kept, as is set now."""
    keep_to(file, megabytes=live.value(LOG_MAX_SIZE), count=live.value(LOG_BACKUP_COUNT))
