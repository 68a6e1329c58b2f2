"""Rates of single operations, which administrators set while the server runs.

Counts are kept in Redis for all instances, or in each process; when Redis is away, each process counts by itself.
"""

import logging
import time

from flask import Flask, request
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from routes.http.actors import current_actor
from routes.http.clients import client
from routes.http.wiring import services
from services.errors import TooManyRequestsError
from services.live_settings import rates
from services.live_settings.definition import Definition

log = logging.getLogger(__name__)

OPERATIONS: dict[str, Definition[int]] = {
    **dict.fromkeys(
        (
            *("auth.log_in", "accounts.send_sign_in", "auth.refresh", "factors.sign_in_by_passkey"),
            *("auth.reset_password", "accounts.send_reset", "forgotten.ask_for_letter", "forgotten_pages.send"),
            *("device_codes.begin", "device_codes.take"),
        ),
        rates.SIGN_IN,
    ),
    **dict.fromkeys(("auth.register", "accounts.send_join", "accounts.send_set_up"), rates.REGISTER),
    **dict.fromkeys(
        (
            *("upload.upload_form", "upload.upload_file", "upload.upload_video", "resumable.create"),
            "direct.generate_upload_url",
        ),
        rates.UPLOAD,
    ),
    "media.process": rates.PROCESS,
    "timings.take": rates.TIMING,
}
"""By which setting the requests of an endpoint are limited."""

_SECONDS = 1


def register_operation_rates(app: Flask, *, redis_url: str | None) -> None:
    """Count what these endpoints are asked for; who is signed in counts as the account, others by their address."""
    alone = FixedWindowRateLimiter(MemoryStorage())
    shared = (
        alone
        if redis_url is None
        else FixedWindowRateLimiter(
            storage_from_string(
                redis_url, wrap_exceptions=True, socket_connect_timeout=_SECONDS, socket_timeout=_SECONDS
            )
        )
    )

    def check() -> None:
        rate = OPERATIONS.get(request.endpoint or "")
        if rate is None or request.method == "OPTIONS":
            return
        most = services().live_settings.value(rate)
        if most == 0:
            return
        by = current_actor()
        whose = f"account:{by.id}" if by.is_somebody else f"address:{client()}"
        limit = RateLimitItemPerMinute(most, namespace="reelgate")
        counted = shared
        try:
            is_within = shared.hit(limit, rate.key, whose)
        except StorageError as error:
            log.warning("rates are counted by each process: %s", error)
            counted, is_within = alone, alone.hit(limit, rate.key, whose)
        if not is_within:
            left = max(1, round(counted.get_window_stats(limit, rate.key, whose).reset_time - time.time()))
            raise TooManyRequestsError(f"Too many requests. Try again in {left} seconds.", retry_after=left)

    app.before_request(check)
