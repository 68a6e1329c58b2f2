"""How often one client may ask: off by default, counted for each route by itself."""

import time

from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded

from routes.http.clients import client
from routes.http.errors import domain_error_response
from services.errors import TooManyRequestsError

HEADERS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
"""What a page of another origin may want to read of an answer."""

# Not counted: what monitors ask; what one page brings along; and what belongs to an upload or a film that was let in
# already. A resumable upload of many small requests would otherwise starve, and these hold places, which are limited.
_UNCOUNTED = frozenset(
    {
        *("health.alive", "health.ready", "metrics.show", "assets.file", "static"),
        *("resumable.append", "resumable.override", "resumable.show_progress", "resumable.show"),
        *("playback.content", "access.play_by_url"),
    }
)
_REDIS_SECONDS = 1


def register_rates(app: Flask, *, rate: str | None, redis_url: str | None) -> None:
    """Limit the app's routes to that rate, such as `100 per minute`, for each client; without one, do nothing.

    Counts are kept in Redis for all instances, or in each process. When Redis is away each process counts by itself.
    """
    if rate is None:
        return
    limiter = Limiter(
        client,
        app=app,
        default_limits=[rate],
        default_limits_exempt_when=_is_uncounted,
        storage_uri=redis_url or "memory://",
        storage_options=_storage_options(redis_url),
        in_memory_fallback_enabled=redis_url is not None,
        key_prefix="reelgate",
    )

    def tell(response: Response) -> Response:
        if (limit := limiter.current_limit) is not None:
            left = max(0, limit.reset_at - int(time.time()))
            values = (limit.limit.amount, limit.remaining, left)
            response.headers.extend(zip(HEADERS, map(str, values), strict=True))
        return response

    def refuse(_: RateLimitExceeded) -> Response:
        limit = limiter.current_limit
        left = 1 if limit is None else max(1, limit.reset_at - int(time.time()))
        return domain_error_response(
            TooManyRequestsError(f"Too many requests. Try again in {left} seconds.", retry_after=left)
        )

    app.after_request(tell)
    app.register_error_handler(RateLimitExceeded, refuse)


def _is_uncounted() -> bool:
    return request.method == "OPTIONS" or request.endpoint in _UNCOUNTED


def _storage_options(redis_url: str | None) -> dict[str, str | int]:
    if redis_url is None:
        return {}
    return {"socket_connect_timeout": _REDIS_SECONDS, "socket_timeout": _REDIS_SECONDS}
