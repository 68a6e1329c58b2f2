"""Settings of the durable database's copy."""

from dataclasses import dataclass

from utils.setting_values import setting, truth


@dataclass(frozen=True, kw_only=True)
class ReplicationSettings:
    """Whether SQLite's durable data are copied."""

    database_replica: bool | None = setting(
        None,
        truth,
        "true or false: whether SQLite's durable data are copied into storage, and back when the file is missing. "
        "Empty: true in production.",
    )
