"""Settings of HTTP: who may ask, from where, and how often."""

from dataclasses import dataclass

from utils.setting_values import Secret, list_of, rate, secret, setting, whole


@dataclass(frozen=True, kw_only=True)
class HttpSettings:
    """Which hosts, origins and clients are served."""

    cors_origins: tuple[str, ...] = setting(
        (),
        list_of(r"\*|https?://[^/]+", "origins such as https://example.org separated by commas, or *"),
        "Origins whose pages may call the API, separated by commas. `*` allows any, but not what plain forms send.",
    )
    allowed_hosts: tuple[str, ...] = setting(
        (),
        list_of(
            r"\*|(\*\.)?[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]",
            "names such as example.org or *.example.org separated by commas, or *",
        ),
        "Hosts that requests may name: example.org,*.example.org. Required in production, where WEBSITE_HOSTNAME "
        "may stand in. Empty in development: localhost,127.0.0.1,[::1].",
    )
    website_hostname: str | None = setting(None, str, "The app's address on App Service, which sets it by itself.")
    website_site_name: str | None = setting(None, str, "The app's name on App Service, which sets it by itself.")
    metrics_token: Secret | None = setting(
        None,
        secret(r"[!-~]{16,}", "at least 16 printable characters without spaces"),
        "What asks for /metrics and the details of /health/ready as a Bearer token. Empty: they stay on this machine.",
    )
    rate_limit: str | None = setting(
        None, rate, "Requests of one client to one route, such as 100 per minute. Empty: any number."
    )
    redis_url: Secret | None = setting(
        None,
        secret(r"rediss?://.+", "a URL such as rediss://:password@host:6380/0"),
        "Redis that counts requests for all instances. Empty: each worker process counts its own.",
    )
    trusted_proxies: int = setting(0, whole(0, 1), "1 behind exactly one reverse proxy (App Service), else 0.")
