"""Settings of the worker."""

from dataclasses import dataclass

from utils.setting_values import Secret, list_of, secret, setting, whole


@dataclass(frozen=True, kw_only=True)
class JobSettings:
    """What the worker beside the server does, and how much at once."""

    worker_lanes: tuple[str, ...] = setting(
        ("quick", "media", "speech", "fetch"),
        list_of("quick|media|speech|fetch", "quick, media, speech and fetch separated by commas"),
        "What the worker beside this server does: quick jobs (pictures), media (encoding), speech, fetch (imports).",
    )
    worker_concurrency: int | None = setting(
        None,
        whole(0, 64),
        "Jobs that it does at once in each of these lanes; 0 starts none. Empty: 1, or 0 with CELERY_BROKER_URL.",
    )
    celery_broker_url: Secret | None = setting(
        None,
        secret(r"(rediss?|azurestoragequeues)://.+", "a URL such as rediss://:password@host:6380/1"),
        "Redis or Azure Queue Storage, over which `celery -A services.jobs.celery worker` on other machines gets jobs.",
    )

    @property
    def effective_worker_concurrency(self) -> int:
        """How many jobs the worker beside this server does at once in each lane."""
        if self.worker_concurrency is not None:
            return self.worker_concurrency
        return 0 if self.celery_broker_url else 1
